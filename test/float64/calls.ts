import fc from 'fast-check';
import type { Engine, RealmTensor } from '../../src/float64/engine.js';
import { runOp } from '../../src/ops/call.js';
import type { OpRow, TensorFlow } from '../../src/ops/row.js';
import { allOps } from '../../src/ops/table.js';
import { drawCall } from '../ops/generators.js';
import type { DrawnCall, DrawnTensor } from '../ops/random-values.js';

/** What a random call of an op gave: the numbers of its results and of its gradients, or what it threw. */
export interface CallResult {
  readonly op: string;
  readonly values: readonly number[] | string;
  readonly gradients: readonly number[] | string;
}

/** Results that depend on a random number nobody set. */
const RANDOM = /^(rand|multinomial|dropout|truncatedNormal|js\.random)/;

/** Random calls of every row of the op table, on the backend that is set: the same calls for the same seed. */
export async function runCalls(tf: TensorFlow, runsPerOp: number, seed: number): Promise<CallResult[]> {
  const results: CallResult[] = [];
  for (const row of allOps) {
    if (RANDOM.test(row.name)) continue;
    const drawn = fc.gen().map((g) => drawCall(g, row));
    for (const call of fc.sample(drawn, { numRuns: runsPerOp, seed })) {
      if (call !== undefined) results.push(await runCall(tf, row, call));
    }
  }
  for (const [op, call] of Object.entries(rareCalls(tf))) {
    const values = tf.tidy(() => numbersIn(tf, call()));
    results.push({ op, values, gradients: [] });
  }
  return results;
}

/** Kernels on floats that random calls seldom reach. */
function rareCalls(tf: TensorFlow): Record<string, () => unknown> {
  const thirds = (...shape: number[]): unknown =>
    tf
      .range(1, 1 + shape.reduce((size, each) => size * each, 1))
      .div(3)
      .reshape(shape);
  const convolution = {
    x: thirds(1, 4, 4, 2),
    strides: 1,
    pad: 'same',
    bias: tf.scalar(0.1),
    activation: 'sigmoid',
  };
  return {
    'complex abs': () => tf.abs(tf.complex(thirds(3), thirds(3))),
    cropAndResize: () => tf.image.cropAndResize(thirds(1, 4, 4, 1), [[0.1, 0.2, 0.8, 0.9]], [0], [3, 3]),
    'fused.conv2d': () => tf.fused.conv2d({ ...convolution, filter: thirds(2, 2, 2, 3) }),
    'fused.depthwiseConv2d': () => tf.fused.depthwiseConv2d({ ...convolution, filter: thirds(2, 2, 2, 1) }),
    sparseFillEmptyRows: () =>
      tf.sparse.sparseFillEmptyRows(
        tf.tensor2d(
          [
            [0, 0],
            [2, 1],
          ],
          [2, 2],
          'int32',
        ),
        thirds(2),
        tf.tensor1d([3, 2], 'int32'),
        0.1,
      ),
    sparseSegmentMean: () =>
      tf.sparse.sparseSegmentMean(
        thirds(3, 2),
        tf.tensor1d([0, 1, 2], 'int32'),
        tf.tensor1d([0, 0, 1], 'int32'),
      ),
    sparseSegmentSum: () =>
      tf.sparse.sparseSegmentSum(
        thirds(3, 2),
        tf.tensor1d([0, 1, 2], 'int32'),
        tf.tensor1d([0, 0, 1], 'int32'),
      ),
    raggedGather: () =>
      tf.raggedGather([tf.tensor1d([0, 2, 3], 'int32')], thirds(3), tf.tensor1d([1, 0], 'int32'), 1),
    raggedRange: () => tf.raggedRange(tf.tensor1d([0.1, 0.2]), tf.tensor1d([1, 1]), tf.tensor1d([0.3, 0.3])),
    raggedTensorToTensor: () =>
      tf.raggedTensorToTensor(
        tf.tensor1d([2, 3], 'int32'),
        thirds(3),
        tf.scalar(0.1),
        [tf.tensor1d([0, 2, 3], 'int32')],
        ['ROW_SPLITS'],
      ),
  };
}

async function runCall(tf: TensorFlow, row: OpRow, call: DrawnCall): Promise<CallResult> {
  const engine = tf.engine() as Engine;
  engine.startScope();
  try {
    const made = new Map<DrawnTensor, unknown>();
    const make = (tensor: DrawnTensor): unknown => {
      if (!made.has(tensor)) made.set(tensor, realTensor(tf, tensor));
      return made.get(tensor);
    };
    const operands = Object.fromEntries(
      Object.entries(call.operands).map(([name, given]) => [
        name,
        Array.isArray(given) ? given.map(make) : make(given as DrawnTensor),
      ]),
    );
    const run = (): unknown => runOp(tf, row, { operands, attributes: call.attributes });
    const values = await attempt(async () => numbersIn(tf, await run()));
    const xs = [...made.entries()]
      .filter(([{ dtype }]) => dtype === 'float32')
      .map(([, x]) => x as RealmTensor);
    const skipped = xs.length === 0 || row.name.endsWith('Async') || neverEnds(row, call);
    const gradients = skipped ? [] : await attempt(() => gradientsOf(tf, engine, run, xs));
    return { op: row.name, values, gradients };
  } finally {
    engine.endScope();
  }
}

/** The gradient of this resizing loops without end where an image has one row or column. */
const neverEnds = (row: OpRow, call: DrawnCall): boolean =>
  row.name === 'image.resizeNearestNeighbor' && call.attributes['alignCorners'] === true;

async function attempt<T>(body: () => T | Promise<T>): Promise<T | string> {
  try {
    return await body();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of the sum of the first result. */
function gradientsOf(tf: TensorFlow, engine: Engine, run: () => unknown, xs: RealmTensor[]): number[] {
  const loss = (): RealmTensor => {
    const [first] = tensorsIn(tf, run());
    if (first === undefined) throw new Error('no tensor');
    return first;
  };
  const { grads } = engine.gradients(loss, xs, undefined, true);
  return grads.flatMap((grad) => (grad ? [...Array.from(grad.dataSync())] : [NaN]));
}

function realTensor(tf: TensorFlow, { dtype, values, shape }: DrawnTensor): unknown {
  if (dtype === 'number') return values[0];
  if (dtype === 'complex64') return tf.complex(tf.tensor([...values], [...shape]), tf.zeros([...shape]));
  if (dtype === 'string') return tf.tensor(values.map(String), [...shape], 'string');
  return tf.tensor(values.length === 0 ? new Float32Array(0) : [...values], [...shape], dtype);
}

function tensorsIn(tf: TensorFlow, result: unknown): RealmTensor[] {
  if (result instanceof tf.Tensor) return [result as RealmTensor];
  if (Array.isArray(result)) return result.flatMap((each) => tensorsIn(tf, each));
  if (typeof result === 'object' && result !== null) {
    if ('toTensor' in result) return [(result as { toTensor(): RealmTensor }).toTensor()];
    return Object.values(result).flatMap((each) => tensorsIn(tf, each));
  }
  return [];
}

/** A kernel may leave more values than the shape has room for: they belong to nothing. */
function numbersIn(tf: TensorFlow, result: unknown): number[] {
  if (typeof result === 'number') return [result];
  return tensorsIn(tf, result).flatMap((tensor) => {
    if (tensor.dtype === 'string') return [];
    const size = tensor.shape.reduce((count, each) => count * each, tensor.dtype === 'complex64' ? 2 : 1);
    const values = Array.from(tensor.dataSync());
    return Number.isInteger(size) ? values.slice(0, size) : values;
  });
}
