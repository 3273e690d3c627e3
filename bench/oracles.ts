import { allOps } from '../src/ops/table.js';
import { compareRandomCalls } from '../test/ops/random-calls.js';
import { compareShippedCalls } from '../test/ops/shipped-calls.js';
import { table } from './table.js';

/** Enough that 20,000 random calls are compared in all. */
const RUNS_PER_OP = 130;
const SMOKE_RUNS_PER_OP = 5;
const SEED = 20_260_101;

/** The op table against TensorFlow.js itself: thrown or not, shape, dtype, and every value inside the predicted range. */
export async function oracles(smoke: boolean): Promise<string> {
  const random = await compareRandomCalls(smoke ? SMOKE_RUNS_PER_OP : RUNS_PER_OP, SEED);
  const shipped = await compareShippedCalls(smoke ? { files: (file) => /\/(exp|log|softmax|concat)_test\.js$/.test(file) } : {});
  const unexplained = shipped.disagreements.length;
  const rows = [
    ['random calls', allOps.length, random.compared, random.agreed, random.disagreements.length],
    [`op calls of ${shipped.files} test files shipped in tfjs-core`, Object.keys(shipped.perOp).length, shipped.compared, shipped.agreed, unexplained],
  ];
  const listed = [
    ...random.disagreements.map(({ op, reason, call }) => `- ${op}: ${reason} in ${call}`),
    ...shipped.disagreements.map((disagreement) => `- ${disagreement.op} in ${disagreement.file}: ${JSON.stringify(disagreement)}`),
  ];
  return ['## The op table against TensorFlow.js\n', table(['oracle', 'ops', 'compared', 'agreed', 'disagreements'], rows), ...listed.slice(0, 40)].join('\n');
}
