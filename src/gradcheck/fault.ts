/**
 * The operation whose backward function is wrong. Each operation that is recorded for a gradient is checked alone, right
 * after it ran: what its backward function makes of a random `dy`, against differences of its own forward function. For
 * the second derivative it is the backward function that is differentiated, by TensorFlow.js and by differences.
 */
import type { Engine, RealmTensor, TapeNode } from '../float64/engine.js';
import type { Random } from '../random.js';
import { isRefuted, type Claim } from './alone.js';
import type { Point, Subject } from './subject.js';

/** How a report names what `tf.customGrad` made. */
export const CUSTOM_GRADIENT = 'custom gradient';

/** What the engine is asked to run: a kernel, or the forward function of a custom gradient. */
interface EngineCall {
  readonly kernelName?: string;
  readonly inputs: Record<string, RealmTensor | undefined>;
}
type RunCall = (call: EngineCall) => RealmTensor | RealmTensor[];

/**
 * The name of the first kernel at fault, in the order they run; undefined where each is right by itself.
 *
 * @param order 2: the first kernel whose second derivative is wrong
 */
export function kernelAtFault(
  subject: Subject,
  point: Point,
  random: Random,
  order: 1 | 2 = 1,
): string | undefined {
  const engine = subject.float64.engine as Engine & { runKernelFunc?: RunCall };
  const original = engine.runKernelFunc;
  if (original === undefined) return undefined;
  let fault: string | undefined;
  let checking = false;
  subject.recorded(point, (inputs, run) => {
    const moving = new Set(inputs.map(({ id }) => id));
    engine.runKernelFunc = (call) => {
      const recorded = engine.state.activeTape?.length ?? 0;
      const result = original.call(engine, call);
      const after = engine.state.activeTape ?? [];
      // The last: clones that are saved for the backward pass come before it.
      const node = after.at(-1);
      // Inside of a custom gradient nothing is recorded.
      if (checking || node === undefined || after.length === recorded || fault !== undefined) return result;
      // `x * x` has the same operand twice.
      const operands = [...new Set(Object.values(node.inputs))].filter(
        ({ id, dtype }) => moving.has(id) && dtype === 'float32',
      );
      if (operands.length === 0) return result;
      for (const { id } of node.outputs) moving.add(id);
      checking = true;
      const step = { engine, subject, node, operands, forward: () => original.call(engine, call) };
      if (apart(engine, () => isWrong(step, random, order))) fault = call.kernelName ?? CUSTOM_GRADIENT;
      checking = false;
      return result;
    };
    try {
      run();
    } finally {
      delete engine.runKernelFunc; // the method of its class is seen again
    }
  });
  return fault;
}

/** One operation at the numbers it ran on; `operands` are those that move with the inputs of the function under test. */
interface RecordedStep {
  readonly engine: Engine;
  readonly subject: Subject;
  readonly node: TapeNode;
  readonly operands: readonly RealmTensor[];
  forward(): RealmTensor | RealmTensor[];
}

function isWrong(step: RecordedStep, random: Random, order: 1 | 2): boolean {
  const refuted = (claim: Claim): boolean => isRefuted(claim, step.subject.float64, random);
  if (order === 1) return refuted(firstDerivative(step));
  try {
    return refuted(secondDerivative(step, random, true));
  } catch {
    // Kernels such as EluGrad have no gradient, which is not noticed where what comes from above is a constant.
    return refuted(secondDerivative(step, random, false));
  }
}

/** Nothing is recorded, and all tensors go. An operation that cannot be run alone is not judged. */
function apart(engine: Engine, judge: () => boolean): boolean {
  engine.startScope('gradient check of one operation');
  engine.state.kernelDepth += 1;
  try {
    return judge();
  } catch {
    return false;
  } finally {
    engine.state.kernelDepth -= 1;
    engine.endScope();
  }
}

function firstDerivative({ subject, node, operands, forward }: RecordedStep): Claim {
  const { engine, backend } = subject.float64;
  return {
    operands,
    values: () => [forward()].flat().map(numbersOf),
    gradients: (upstream) => {
      const dys = node.outputs.map(({ shape }, index) =>
        engine.makeTensor(upstream[index]!, shape, 'float32', backend),
      );
      const backward = node.gradient?.(dys);
      if (backward === undefined) return undefined;
      const names = Object.keys(node.inputs);
      return operands.map((operand) => {
        const sum = new Float64Array(operand.size);
        for (const name of names) {
          if (node.inputs[name]!.id !== operand.id) continue;
          const values = backward[name]!().dataSync();
          for (let at = 0; at < sum.length; at += 1) sum[at]! += values[at]!;
        }
        return sum;
      });
    },
  };
}

/** @param upstream whether what comes from above may depend on the inputs, too */
function secondDerivative(
  { engine, subject, node, operands, forward }: RecordedStep,
  random: Random,
  upstream: boolean,
): Claim {
  const { backend } = subject.float64;
  const run = (name: string, inputs: object): RealmTensor =>
    engine.runKernel(name, inputs as Record<string, RealmTensor>, {}) as RealmTensor;
  const outputs = node.outputs.filter(({ dtype }) => dtype === 'float32');
  const dys = outputs.map(({ shape, size }) => {
    const values = Float64Array.from({ length: size }, () => random.normal());
    return engine.makeTensor(values, shape, 'float32', backend);
  });
  /** The sum of each of these times its weight. */
  const weighted = (terms: readonly RealmTensor[], weights: readonly RealmTensor[]): RealmTensor =>
    terms
      .map((term, index) => total(engine, run('Multiply', { a: term, b: weights[index]! })))
      .reduce((a, b) => run('Add', { a, b }));
  const floats = (): RealmTensor[] => [forward()].flat().filter(({ dtype }) => dtype === 'float32');
  const first = (): RealmTensor[] =>
    engine
      .gradients(() => weighted(floats(), dys), operands, undefined, true)
      .grads.map((grad, index) => grad ?? run('ZerosLike', { x: operands[index]! }));
  const moved = upstream ? [...operands, ...dys] : operands;
  return {
    operands: moved,
    values: () => fresh(engine, () => first().map(numbersOf)),
    gradients: (given) =>
      fresh(engine, () => {
        const weights = operands.map(({ shape }, index) =>
          engine.makeTensor(given[index]!, shape, 'float32', backend),
        );
        const { grads } = engine.gradients(() => weighted(first(), weights), moved, undefined, true);
        // What TensorFlow.js finds no way back to does not count in training.
        return grads.map((grad, index) => (grad ? numbersOf(grad) : new Float64Array(moved[index]!.size)));
      }),
  };
}

function total(engine: Engine, x: RealmTensor): RealmTensor {
  const axis = x.shape.map((_, index) => index);
  return engine.runKernel('Sum', { x }, { axis, keepDims: false }) as RealmTensor;
}

const numbersOf = (tensor: RealmTensor): Float64Array => Float64Array.from(tensor.dataSync());

/** With a tape of its own, as if nothing else were being differentiated. */
function fresh<T>(engine: Engine, body: () => T): T {
  const { state } = engine;
  const { kernelDepth, gradientDepth, activeTape } = state;
  Object.assign(state, { kernelDepth: 0, gradientDepth: 0, activeTape: null });
  try {
    return body();
  } finally {
    Object.assign(state, { kernelDepth, gradientDepth, activeTape });
  }
}
