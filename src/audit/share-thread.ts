/** What a thread of a large audit runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { GroupQueue } from './group-queue.js';
import { analyseShare } from './share.js';
import type { FromThread, ThreadData } from './side-by-side.js';

const { thread, options, groups, taken, texts } = workerData as ThreadData;
const tell = (message: FromThread): void => parentPort?.postMessage(message);

const { share } = await analyseShare(options, {
  groups: new GroupQueue(groups, taken).takenBy(thread),
  readFile: (file) => texts.get(file),
  onConfirmed: (event) => tell({ type: 'confirmed', event }),
});
tell({ type: 'done', share });
