import { roundToFloat16 } from '../../src/float64/index.js';

/** A call of an op as plain data, so that it can be made in a browser too. */
export interface Call {
  /** Below `tf`: `exp`, `image.resizeBilinear`. */
  readonly op: string;
  readonly operands: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[];
  /** The arguments behind the tensors. */
  readonly rest: readonly unknown[];
}

const LARGEST = 65504;
const SMALLEST_NORMAL = 2 ** -14;
const SMALLEST = 2 ** -24;
const EPSILON = 2 ** -10;

/** Where float16 changes its ways: its ends, its subnormals, its steps beside 1, the edges of `exp`, and numbers between. */
const SIZES = [
  ...[SMALLEST, 3 * SMALLEST, 2 ** -20, 2 ** -16, SMALLEST_NORMAL - SMALLEST, SMALLEST_NORMAL, 1e-4],
  ...[EPSILON / 2, EPSILON, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 1 - EPSILON / 2, 1, 1 + EPSILON, 1.5],
  ...[2, Math.E, 3, Math.PI, 4, 6, 8.32, 9.7, 11.08, 11.1, 16.6, 17.4, 50, 181, 255.875, 256, 1000, 2048],
  ...[2049, 4000, 10000, 32752, 32768, 65472, LARGEST],
].map(roundToFloat16);
const VALUES = [0, ...SIZES, ...SIZES.map((size) => -size)];
const ROW = 8;

const UNARY = [
  ...['abs', 'neg', 'square', 'sqrt', 'rsqrt', 'reciprocal', 'exp', 'expm1', 'log', 'log1p'],
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
  ...['sigmoid', 'softplus', 'elu', 'selu', 'relu', 'relu6', 'leakyRelu', 'erf'],
  ...['floor', 'ceil', 'round', 'sign'],
];
const BINARY = [
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow', 'mod', 'floorDiv', 'squaredDifference'],
  ...['atan2', 'divNoNan', 'prelu'],
];
const REDUCTIONS = ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp'];
const ALONG_LAST = ['softmax', 'logSoftmax', 'cumsum'];

export const calls: readonly Call[] = [
  ...UNARY.map((op) => ({ op, operands: [vector(VALUES)], rest: [] })),
  { op: 'clipByValue', operands: [vector(VALUES)], rest: [-10, 1e-3] },
  ...BINARY.map((op) => ({ op, operands: [pairs(0), pairs(1)], rest: [] })),
  ...REDUCTIONS.map((op) => ({ op, operands: [rows()], rest: [1] })),
  ...ALONG_LAST.map((op) => ({ op, operands: [rows()], rest: [1] })),
  { op: 'matMul', operands: [rows(), columns()], rest: [] },
  { op: 'moments', operands: [rows()], rest: [1] },
  {
    op: 'conv2d',
    operands: [image(), { shape: [3, 3, 1, 2], values: SIZES.slice(6, 24) }],
    rest: [1, 'same'],
  },
  { op: 'avgPool', operands: [image()], rest: [2, 1, 'valid'] },
  { op: 'maxPool', operands: [image()], rest: [2, 1, 'valid'] },
  { op: 'batchNorm', operands: [rows(), ...[9, 14].map(normal), normal(3), normal(17)], rest: [1e-3] },
  { op: 'losses.logLoss', operands: probabilities(), rest: [undefined, 1e-7, 0] },
  { op: 'losses.sigmoidCrossEntropy', operands: probabilities(), rest: [undefined, 0, 0] },
  { op: 'losses.softmaxCrossEntropy', operands: [rows(), rows()].map(moderate), rest: [undefined, 0, 0] },
];

/** All outputs of a call behind one another. Also sent to a browser as its source: it must not use anything around it. */
export function makeCall(tf: object, { op, operands, rest }: Call): number[] {
  const library = tf as { tensor(values: readonly number[], shape: readonly number[]): Output };
  const f = op.split('.').reduce<unknown>((owner, key) => (owner as Record<string, unknown>)[key], tf);
  const tensors = operands.map(({ values, shape }) => library.tensor(values, shape));
  const result = (f as (...args: unknown[]) => Output | Record<string, Output>)(...tensors, ...rest);
  const outputs = 'dataSync' in result ? [result as Output] : Object.values(result);
  return outputs.flatMap((output) => Array.from(output.dataSync()));
}

interface Output {
  dataSync(): ArrayLike<number>;
}

function vector(values: readonly number[]): Call['operands'][number] {
  return { shape: [values.length], values };
}

/** Every pair of values: the first, or the second of each. */
function pairs(which: 0 | 1): Call['operands'][number] {
  return vector(VALUES.flatMap((a) => VALUES.map((b) => (which === 0 ? a : b))));
}

/** Rows of eight values of like size, small ones first; every other row with signs. */
function rows(): Call['operands'][number] {
  const values = Array.from({ length: SIZES.length - ROW }, (_, start) =>
    SIZES.slice(start, start + ROW).map((size, at) => (start % 2 === 1 && at % 2 === 1 ? -size : size)),
  );
  return { shape: [values.length, ROW], values: values.flat() };
}

function columns(): Call['operands'][number] {
  const values = Array.from({ length: ROW * ROW }, (_, at) => SIZES[(at * 5) % SIZES.length]!);
  return { shape: [ROW, ROW], values };
}

function image(): Call['operands'][number] {
  return { shape: [1, 6, 6, 1], values: SIZES.slice(0, 36) };
}

function normal(start: number): Call['operands'][number] {
  return vector(SIZES.slice(start, start + ROW));
}

/** Labels and predictions: every pair of values from 0 to 1. */
function probabilities(): Call['operands'] {
  const some = [0, ...SIZES.filter((size) => size <= 1)];
  return [vector(some.flatMap((a) => some.map(() => a))), vector(some.flatMap(() => some))];
}

/** Brought to sizes at which nothing overflows. */
function moderate({ shape, values }: Call['operands'][number]): Call['operands'][number] {
  return { shape, values: values.map((value) => roundToFloat16(Math.max(-10, Math.min(10, value)))) };
}
