/** What callers of the library hand over, held against its types: JavaScript does not, and a misspelt word must not run code. */
import { UsageError } from './errors.js';

const CONFIRM = ['function', 'slice', 'off'];

/** Timers of Node.js take no more, and fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

interface Given {
  readonly root?: unknown;
  readonly confirm?: unknown;
  readonly readFile?: unknown;
  readonly timeLimitMs?: unknown;
  readonly unusedSuppressions?: unknown;
}

/** @throws UsageError where `audit` is handed what it cannot mean; that there is such a backend is seen where it is looked up */
export function refuseMisunderstood(paths: unknown, options: Given): void {
  const { root, confirm, readFile, timeLimitMs, unusedSuppressions } = options;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string'))
    throw refused('paths', paths, "a list of texts: ['src']");
  if (root !== undefined && typeof root !== 'string') throw refused('root', root, 'the path of a folder');
  if (confirm !== undefined && !CONFIRM.includes(confirm as string))
    throw refused('confirm', confirm, 'function, slice or off');
  if (readFile !== undefined && typeof readFile !== 'function')
    throw refused('readFile', readFile, 'a function from a path to a text');
  if (timeLimitMs !== undefined && !isTime(timeLimitMs))
    throw refused('timeLimitMs', timeLimitMs, `milliseconds: a number above 0, up to ${LONGEST_MS}`);
  if (unusedSuppressions !== undefined && typeof unusedSuppressions !== 'boolean')
    throw refused('unusedSuppressions', unusedSuppressions, 'true or false');
}

const isTime = (given: unknown): boolean => typeof given === 'number' && given > 0 && given <= LONGEST_MS;

/** @throws UsageError where `lintText` is handed no text, or no name of a file */
export function refuseOtherThanText(text: unknown, file: unknown): void {
  if (typeof text !== 'string') throw refused('text', text, 'the content of a file');
  if (typeof file !== 'string') throw refused('file', file, 'the path of a file');
}

const refused = (name: string, given: unknown, takes: string): UsageError =>
  new UsageError(`${name} takes ${takes}, not ${shown(given)}.`);

const shown = (given: unknown): string =>
  typeof given === 'object' && given !== null
    ? Array.isArray(given)
      ? 'a list of other things'
      : 'an object'
    : String(given);
