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

const LEFT_OUT = new Set(['node_modules', 'bower_components', 'dist', 'coverage', '__tests__']);

/** The folders in which nobody looks for source unless they are named. */
export const leftOutFolders: readonly string[] = [...LEFT_OUT];

/** Dependencies, what builds write, and tests. `build` beside a package.json is what its build writes; elsewhere it is a name like any other. */
export const isLeftOutFolder = (name: string, isBesidePackage: () => boolean): boolean =>
  name.startsWith('.') || LEFT_OUT.has(name) || (name === 'build' && isBesidePackage());
