/**
 * Random smooth functions: ops of the op table, composed where they are smooth at the point that was drawn. The gradients
 * of TensorFlow.js are right for all of them, so that a checker that says `wrong-gradient` is wrong itself.
 */
import * as tf from '@tensorflow/tfjs';
import { runOp } from '../../src/ops/call.js';
import type { AttributeValue, OpRow } from '../../src/ops/row.js';
import { allOps, opNamed } from '../../src/ops/table.js';
import { Random } from '../support/random.js';

export interface Composition {
  /** As one would write it: `tanh(matMul(x0, x1))`. */
  readonly text: string;
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly inputs: readonly number[][][];
}

/** Kinks and jumps. */
const NOT_SMOOTH = [
  'abs',
  'relu',
  'relu6',
  'leakyRelu',
  'selu',
  'max',
  'min',
  'cast',
  'dropout',
  'norm',
  'euclideanNorm',
];
/** What the library gets wrong or throws at (docs/library-gradients.md). */
const DEFECTIVE = ['cumsum', 'logSigmoid'];
const LEFT_OUT = new Set([...NOT_SMOOTH, ...DEFECTIVE]);
/** Ops that are smooth only inside limits that no danger of the table tells. */
const LIMITS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  tan: [-1.2, 1.2],
  pow: [0.2, 6],
  logSigmoid: [-10, 10],
};
/** How far from a danger an operand stays, and how large values may get: float32 has to keep its digits. */
const DISTANCE = 0.1;
const LARGEST = 30;

const unary = allOps.filter(
  (row) => row.gradient === 'flows' && takesOneTensor(row) && !LEFT_OUT.has(row.name),
);
const binary = ['add', 'sub', 'mul', 'div', 'pow', 'atan2', 'squaredDifference', 'outerProduct'].map((name) =>
  opNamed(name)!,
);
const reductions = ['sum', 'mean', 'logSumExp'].map((name) => opNamed(name)!);

/** It needs one tensor and nothing else, and gives one. */
function takesOneTensor(row: OpRow): boolean {
  const [required, ...others] = row.parameters.filter(({ optional }) => optional !== true);
  return (
    required?.kind === 'tensor' && others.length === 0 && row.result === undefined && !row.name.includes('.')
  );
}

/** One step of a program: an op on earlier values. */
interface Step {
  readonly row: OpRow;
  readonly operands: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The same composition for the same seed. */
export function composition(seed: number): Composition {
  const random = new Random(seed);
  const inputs = Array.from({ length: 1 + random.integer(3) }, () => drawInput(random));
  const steps = drawSteps(random, inputs);
  const used = reached(steps, inputs.length);
  const kept = inputs.map((_, index) => index).filter((index) => used.has(index));
  return {
    text: describe(steps, inputs.length),
    inputs: kept.map((index) => inputs[index]!),
    fn: (...given) => {
      const values: (tf.Tensor | undefined)[] = inputs.map(() => undefined);
      kept.forEach((index, position) => (values[index] = given[position]));
      for (const [index, step] of steps.entries()) {
        const wanted = used.has(inputs.length + index);
        values.push(wanted ? apply(step, values as tf.Tensor[]) : undefined);
      }
      return values.at(-1)!;
    },
  };
}

function drawInput(random: Random): number[][] {
  const [rows, columns] = random.pick([
    [1, 3],
    [2, 3],
    [3, 2],
    [2, 2],
    [4, 1],
  ] as const);
  const scale = random.pick([0.5, 1, 1, 3]);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Math.fround(scale * random.normal())),
  );
}

function drawSteps(random: Random, inputs: readonly number[][][]): Step[] {
  tf.engine().startScope();
  const values: tf.Tensor[] = inputs.map((input) => tf.tensor2d(input));
  const steps: Step[] = [];
  const length = 2 + random.integer(6);
  for (let attempt = 0; steps.length < length && attempt < 200; attempt += 1) {
    const step = drawStep(random, values);
    if (step === undefined || !allowed(step, values)) continue;
    const result = attemptStep(step, values);
    if (result === undefined) continue;
    steps.push(step);
    values.push(result);
  }
  tf.engine().endScope();
  return steps;
}

function drawStep(random: Random, values: readonly tf.Tensor[]): Step | undefined {
  const last = values.length - 1;
  // Another value where there is one: x - x is smooth, but says little.
  const any = (): number => random.integer(Math.max(1, last));
  const style = random.integer(10);
  if (style < 5) return { row: random.pick(unary), operands: [last], attributes: {} };
  if (style < 8)
    return {
      row: random.pick(binary),
      operands: random.pick([
        [last, any()],
        [any(), last],
      ]),
      attributes: {},
    };
  if (style === 8) {
    const rank = values[last]!.shape.length;
    const axis = rank === 0 || random.integer(2) === 0 ? null : random.integer(rank);
    return {
      row: random.pick(reductions),
      operands: [last],
      attributes: { axis, keepDims: random.integer(2) === 0 },
    };
  }
  const attributes = { transposeA: random.integer(2) === 0, transposeB: random.integer(2) === 0 };
  return { row: opNamed('matMul')!, operands: [last, any()], attributes };
}

/** Every operand is well away from where the op breaks, and the library has a gradient for the shapes. */
function allowed({ row, operands }: Step, values: readonly tf.Tensor[]): boolean {
  const shapes = operands.map((operand) => values[operand]!.shape);
  if (row.name === 'squaredDifference' && String(shapes[0]) !== String(shapes[1])) return false; // not reduced
  if (row.name === 'matMul' && shapes.some(({ length }) => length !== 2)) return false;
  const tensors = row.parameters.filter(({ kind }) => kind === 'tensor').map(({ name }) => name);
  return operands.every((value, position) => {
    const numbers = Array.from(values[value]!.dataSync());
    const limits = position === 0 ? LIMITS[row.name] : undefined;
    if (limits && numbers.some((x) => x < limits[0] || x > limits[1])) return false;
    if (row.name === 'pow' && position === 1 && numbers.some((x) => Math.abs(x) > 3)) return false;
    return row.dangers
      .filter(
        ({ operand, low, high }) => operand === tensors[position] && (low > -Infinity || high < Infinity),
      )
      .every(({ low, high }) => numbers.every((x) => x < low - DISTANCE || x > high + DISTANCE));
  });
}

function attemptStep(step: Step, values: readonly tf.Tensor[]): tf.Tensor | undefined {
  try {
    const result = apply(step, values);
    const good =
      result.size <= 64 && result.rank <= 3 && result.dataSync().every((x) => Math.abs(x) <= LARGEST);
    return good ? result : undefined;
  } catch {
    return undefined; // the shapes do not fit
  }
}

function apply({ row, operands, attributes }: Step, values: readonly tf.Tensor[]): tf.Tensor {
  const tensors = row.parameters.filter(({ kind }) => kind === 'tensor').map(({ name }) => name);
  const defaults = Object.fromEntries(row.parameters.map(({ name, default: value }) => [name, value]));
  return runOp(tf, row, {
    operands: Object.fromEntries(operands.map((operand, index) => [tensors[index]!, values[operand]!])),
    attributes: { ...defaults, ...attributes },
  }) as tf.Tensor;
}

/** The inputs and steps that the last step rests on. */
function reached(steps: readonly Step[], inputs: number): Set<number> {
  const found = new Set<number>([inputs + steps.length - 1]);
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    if (found.has(inputs + index)) for (const operand of steps[index]!.operands) found.add(operand);
  }
  return found;
}

function describe(steps: readonly Step[], inputs: number): string {
  const written = (value: number): string => {
    const step = steps[value - inputs];
    if (step === undefined) return `x${value}`;
    const attributes = Object.values(step.attributes).map(String);
    return `${step.row.name}(${[...step.operands.map(written), ...attributes].join(', ')})`;
  };
  return written(inputs + steps.length - 1);
}
