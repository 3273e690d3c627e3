/**
 * The operation whose backward function is wrong. Each operation that is recorded for a gradient is checked alone, right
 * after it ran: what its backward function makes of a random `dy`, against differences of its own forward function.
 */
import type { Engine, RealmTensor, TapeNode, TensorData } from '../float64/engine.js';
import { UNIT_ROUNDOFF } from '../float64/rounding.js';
import type { Random } from '../random.js';
import { slopeAlong, type Rise, type Slope } from './ladder.js';
import type { Point, Subject } from './subject.js';
import { dot, rootMeanSquare, Sum } from './sums.js';

/** How a report names what `tf.customGrad` made. */
export const CUSTOM_GRADIENT = 'custom gradient';

/** Relative to the slope: how far apart rounding may bring both. */
const TOLERANCE = 1e-8;
const STRETCH = 0.9;
const DIRECTIONS = 4;
/** From here on a ladder is near enough to step over nothing. */
const NEAR_RUNGS = 2;

/** What the engine is asked to run: a kernel, or the forward function of a custom gradient. */
interface EngineCall {
  readonly kernelName?: string;
  readonly inputs: Record<string, RealmTensor | undefined>;
}
type RunCall = (call: EngineCall) => RealmTensor | RealmTensor[];

/** The name of the first kernel at fault, in the order they run; undefined where each is right by itself. */
export function kernelAtFault(subject: Subject, point: Point, random: Random): string | undefined {
  const engine = subject.float64.engine as Engine & { runKernelFunc?: RunCall };
  const original = engine.runKernelFunc;
  if (original === undefined) return undefined;
  let fault: string | undefined;
  subject.recorded(point, (inputs, run) => {
    const moving = new Set(inputs.map(({ id }) => id));
    engine.runKernelFunc = (call) => {
      const recorded = engine.state.activeTape?.length ?? 0;
      const result = original.call(engine, call);
      const after = engine.state.activeTape ?? [];
      // The last: clones that are saved for the backward pass come before it.
      const node = after.at(-1);
      // Inside of a custom gradient, and inside of a check, nothing is recorded.
      if (node === undefined || after.length === recorded || fault !== undefined) return result;
      // `x * x` has the same operand twice.
      const operands = [...new Set(Object.values(node.inputs))].filter(
        ({ id, dtype }) => moving.has(id) && dtype === 'float32',
      );
      if (operands.length === 0) return result;
      for (const { id } of node.outputs) moving.add(id);
      const step = new RecordedStep(subject, node, () => original.call(engine, call));
      if (step.isWrong(operands, random)) fault = call.kernelName ?? CUSTOM_GRADIENT;
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

/** One operation at the numbers it ran on. */
class RecordedStep {
  constructor(
    private readonly subject: Subject,
    private readonly node: TapeNode,
    private readonly forward: () => RealmTensor | RealmTensor[],
  ) {}

  /** @param operands those that move with the inputs of the function under test */
  isWrong(operands: readonly RealmTensor[], random: Random): boolean {
    return this.apart(() => {
      const middle = this.outputs();
      const upstream = middle.map((values) => values.map(() => random.normal()));
      const gradients = this.gradients(operands, upstream);
      if (gradients === undefined) return false;
      for (let round = 0; round < DIRECTIONS; round += 1) {
        const line = this.line(operands, random);
        const claims = operands.map(({ dataId }, index) =>
          dot(gradients[index]!, line.get(dataId)!.direction),
        );
        const slope = this.slope(line, middle, upstream);
        if (!isKnown(slope)) continue;
        const size = Math.max(Math.abs(slope.value), ...claims.map(Math.abs));
        const error = Math.abs(slope.value - claims.reduce((sum, claim) => sum + claim, 0));
        if (!(error <= 4 * slope.error + TOLERANCE * size)) return true;
      }
      return false;
    });
  }

  /** Nothing is recorded, and all tensors go. An operation that cannot be run alone is not judged. */
  private apart(judge: () => boolean): boolean {
    const { engine } = this.subject.float64;
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

  private outputs(): Float64Array[] {
    return [this.forward()].flat().map((output) => Float64Array.from(output.dataSync()));
  }

  private gradients(
    operands: readonly RealmTensor[],
    upstream: readonly Float64Array[],
  ): Float64Array[] | undefined {
    const { engine, backend } = this.subject.float64;
    const dys = this.node.outputs.map(({ shape }, index) =>
      engine.makeTensor(upstream[index]!, shape, 'float32', backend),
    );
    const backward = this.node.gradient?.(dys);
    if (backward === undefined) return undefined;
    const names = Object.keys(this.node.inputs);
    return operands.map((operand) => {
      const sum = new Float64Array(operand.size);
      for (const name of names) {
        if (this.node.inputs[name]!.id !== operand.id) continue;
        const values = backward[name]!().dataSync();
        for (let at = 0; at < sum.length; at += 1) sum[at]! += values[at]!;
      }
      return sum;
    });
  }

  /** Operands that share their numbers move together. */
  private line(operands: readonly RealmTensor[], random: Random): Map<object, Moved> {
    const line = new Map<object, Moved>();
    for (const { dataId } of operands) {
      const data = this.subject.float64.backend.data.get(dataId)!;
      const before = data.values as Float64Array;
      const usual = rootMeanSquare(before) || 1;
      const direction = before.map((value) => (Math.abs(value) || usual) * (2 * random.unit() - 1));
      line.set(dataId, { data, before, direction });
    }
    return line;
  }

  private slope(
    line: ReadonlyMap<object, Moved>,
    middle: readonly Float64Array[],
    upstream: readonly Float64Array[],
  ): Slope {
    const walk = slopeAlong(STRETCH);
    let step = walk.next();
    while (!step.done) step = walk.next(this.rise(line, step.value, middle, upstream));
    return step.value;
  }

  /**
   * The operands get other numbers: what a custom gradient runs on cannot be handed in. Their arrays stay as they are, for a
   * constant may have been made of them.
   */
  private rise(
    line: ReadonlyMap<object, Moved>,
    place: number,
    middle: readonly Float64Array[],
    upstream: readonly Float64Array[],
  ): Rise {
    for (const { data, before, direction } of line.values())
      data.values = before.map((value, at) => value + place * direction[at]!);
    try {
      const rise = new Sum();
      let noise = 0;
      for (const [index, values] of this.outputs().entries())
        for (const [at, value] of values.entries()) {
          const weight = upstream[index]![at]!;
          rise.add(weight * (value - middle[index]![at]!));
          noise += 4 * UNIT_ROUNDOFF.float64 * Math.abs(weight * value);
        }
      return { value: rise.value, noise };
    } finally {
      for (const { data, before } of line.values()) data.values = before;
    }
  }
}

/** A ladder that settles on nothing may stand beside a kink: only where nothing moves at all, as beside a step, is it sure. */
function isKnown({ kind, settled, rungs }: Slope): boolean {
  if (kind !== 'smooth') return false;
  return settled || rungs.slice(NEAR_RUNGS).every(({ ahead, behind }) => ahead === 0 && behind === 0);
}

/** The numbers of an operand, and how they move with a step of 1. */
interface Moved {
  readonly data: TensorData;
  readonly before: Float64Array;
  readonly direction: Float64Array;
}
