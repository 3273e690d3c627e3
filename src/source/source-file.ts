/** Which files gradlint reads, by their names. */

const SOURCE = /\.(?:[mc]?[jt]s|[jt]sx)$/i;
const GENERATED = /(?:\.d\.[mc]?ts|\.d\.\w+\.ts|[.-]min\.[mc]?js)$/i;
const TEST = /(?:^|[/\\._-])(?:tests?|spec)\.[mc]?[jt]sx?$|(?:^|[/\\])__tests__[/\\]/i;

export const isSource = (path: string): boolean => SOURCE.test(path);

/** Source that somebody wrote: no declarations and no minified bundles. */
export const isHandWritten = (path: string): boolean => SOURCE.test(path) && !GENERATED.test(path);

/**
 * Source that somebody wrote to be used. Left out are tests, which drive functions to their edges on purpose: they are read
 * when they are named.
 */
export const isWrittenSource = (path: string): boolean => isHandWritten(path) && !TEST.test(path);
