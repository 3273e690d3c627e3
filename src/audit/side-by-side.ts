/** A large audit in several threads, each of which takes one group of files after the other. */
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.js';
import { compiled } from '../source/compiled.js';
import { GroupQueue } from './group-queue.js';
import { analyseShare, type Confirming, type Share, type ShareOptions } from './share.js';

export interface SideBySide {
  /** Files that import each other: no file of one group imports anything that one of another does. */
  readonly groups: readonly (readonly string[])[];
  /** What was read of them. */
  readonly texts: ReadonlyMap<string, string>;
  /** This one and those beside it. */
  readonly threads: number;
  readonly onConfirmed?: ((event: Confirming) => void) | undefined;
  /** Of the heap of each thread beside this one. Default that of Node. */
  readonly memoryLimitMb?: number | undefined;
  /** A thread came to an end before it was done, and why. */
  readonly onEnded?: ((why: string) => void) | undefined;
}

/** What a thread is started with. */
export interface ThreadData {
  /** Counted from 1; this one is the first. */
  readonly thread: number;
  readonly options: ShareOptions;
  readonly groups: readonly (readonly string[])[];
  readonly taken: Int32Array<SharedArrayBuffer>;
  readonly texts: ReadonlyMap<string, string>;
}

export type FromThread =
  | { readonly type: 'confirmed'; readonly event: Confirming }
  | { readonly type: 'done'; readonly share: Share };

/**
 * The shares of all threads. What a thread has taken that came to an end before it was done, for want of memory or whatever else,
 * is analysed here once more: what is wrong with it shows here, too.
 */
export async function analyseSideBySide(options: ShareOptions, input: SideBySide): Promise<readonly Share[]> {
  const { texts, threads, memoryLimitMb, onConfirmed, onEnded } = input;
  const size = (group: readonly string[]): number =>
    group.reduce((sum, file) => sum + (texts.get(file)?.length ?? 0), 0);
  // The largest first: what is taken last then takes the least.
  const groups = [...input.groups].sort((a, b) => size(b) - size(a));
  const queue = new GroupQueue(groups);
  const noteOf = joined(onConfirmed);
  const here = async (taken: Iterable<readonly string[]>, thread: number): Promise<Share> => {
    const readFile = (file: string): string | undefined => texts.get(file);
    const analysed = await analyseShare(options, { groups: taken, readFile, onConfirmed: noteOf(thread) });
    return analysed.share;
  };
  const others = Array.from({ length: threads - 1 }, (_, index) => {
    const thread = index + 2;
    return inThread({ thread, options, groups, taken: queue.taken, texts }, noteOf(thread), memoryLimitMb);
  });
  const shares = [await here(queue.takenBy(1), 1)];
  for (const [index, ended] of (await Promise.all(others)).entries()) {
    const thread = index + 2;
    if ('why' in ended) onEnded?.(ended.why);
    shares.push('why' in ended ? await here(queue.of(thread), thread) : ended);
  }
  return shares;
}

/** The share of a thread, or why it came to an end before it was done. Never rejects: this thread may be busy until then. */
function inThread(
  data: ThreadData,
  onConfirmed: (event: Confirming) => void,
  maxOldGenerationSizeMb?: number,
): Promise<Share | { readonly why: string }> {
  const worker = new Worker(compiled('audit/share-thread.js'), {
    workerData: data,
    ...(maxOldGenerationSizeMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb } }),
  });
  return new Promise((resolve) => {
    worker.on('message', (message: FromThread) => {
      if (message.type === 'done') resolve(message.share);
      else onConfirmed(message.event);
    });
    worker.on('messageerror', (error) => resolve({ why: messageOf(error) }));
    worker.on('error', (error) => resolve({ why: messageOf(error) }));
    worker.on('exit', (code) => resolve({ why: `it ended with exit code ${code}` }));
  });
}

/** What all threads together have confirmed, of what those that are so far have to. */
function joined(
  onConfirmed: ((event: Confirming) => void) | undefined,
): (thread: number) => (event: Confirming) => void {
  const last = new Map<number, Confirming>();
  const sum = (of: (event: Confirming) => number): number =>
    [...last.values()].reduce((total, event) => total + of(event), 0);
  return (thread) => (event) => {
    last.set(thread, event);
    onConfirmed?.({ done: sum(({ done }) => done), total: sum(({ total }) => total), file: event.file });
  };
}
