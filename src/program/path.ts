/** Paths are how inputs are named: `samples[0].value`. Realms read this file too, so that it imports nothing. */

/** `samples` of `samples[0].value`; nothing of what begins with no name. */
export const rootOfPath = (path: string): string => /^[\w$]+/.exec(path)?.[0] ?? '';
