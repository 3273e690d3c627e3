/** Which files gradlint reads, by their names. */

const SOURCE = /\.(?:[mc]?[jt]s|[jt]sx)$/i;
const GENERATED = /(?:\.d\.[mc]?ts|\.d\.\w+\.ts|[.-]min\.[mc]?js)$/i;

export const isSource = (path: string): boolean => SOURCE.test(path);

/** Declarations and minified bundles are source nobody writes. */
export const isWrittenSource = (path: string): boolean => SOURCE.test(path) && !GENERATED.test(path);
