/** A thread loads gradlint anew, and runs it without what the compiler of the first one knows: less text does not pay for that. */
const BYTES_PER_THREAD = 800_000;

/** Each holds what it makes of one group. */
const MOST_THREADS = 4;

/** Processes that a thread confirms in, which are as busy as it is. */
const REALMS = 2;

/** In how many threads it pays to analyse so much: no more than there are processors and groups. */
export function threadsFor(
  groups: readonly (readonly string[])[],
  texts: ReadonlyMap<string, string>,
  processors: number,
  confirms: boolean,
): number {
  const free = confirms ? Math.floor(processors / REALMS) : processors;
  const bytes = [...texts.values()].reduce((sum, { length }) => sum + length, 0);
  return Math.max(1, Math.min(MOST_THREADS, free, groups.length, Math.floor(bytes / BYTES_PER_THREAD)));
}
