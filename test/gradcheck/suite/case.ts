/**
 * A labelled case of the gradient checker. The label comes from mathematics: the derivative is worked out by hand and,
 * where it has a short formula, written down beside the case, so that `labels.test.ts` can hold the label against it
 * without any checker.
 */
import * as tf from '@tensorflow/tfjs';
import type { GradientVerdict } from '../../../src/gradcheck/report.js';

export type Numbers = number | readonly Numbers[];

export interface GradientCase {
  readonly name: string;
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Nested numbers, one an input; they become float32. */
  readonly inputs: readonly Numbers[];
  /** The verdicts that mathematics admits, nearly always one. */
  readonly expected: readonly GradientVerdict[];
  readonly why: string;
  /** The true gradient of the sum of all outputs, one flat list an input; of the sum of the gradients, for order 2. */
  readonly truth?: readonly (readonly number[])[] | undefined;
  /** 2: the gradient of the gradient is what is judged. */
  readonly order?: 1 | 2;
}

/** What a family file writes down: the label is given once for many rows. */
export interface Row {
  readonly name: string;
  readonly fn: (...inputs: never[]) => tf.Tensor;
  readonly inputs: readonly Numbers[];
  readonly why: string;
  /** The derivative of a function that works element by element; the second one in a case of order 2. */
  readonly slope?: (x: number) => number;
  /** The gradient of the sum of all outputs, one flat list an input. */
  readonly truth?: readonly (readonly number[])[];
}

/** Cases that all have this verdict. More than one only where the case has no single true name. */
export function labelled(
  expected: GradientVerdict | readonly GradientVerdict[],
  rows: readonly Row[],
  order: 1 | 2 = 1,
): GradientCase[] {
  return rows.map(({ slope, truth, fn, ...row }) => ({
    ...row,
    fn: fn as GradientCase['fn'],
    expected: typeof expected === 'string' ? [expected] : expected,
    truth:
      slope === undefined ? truth : row.inputs.map((input) => flat(input).map((x) => slope(Math.fround(x)))),
    order,
  }));
}

export function flat(numbers: Numbers): number[] {
  return typeof numbers === 'number' ? [numbers] : numbers.flatMap(flat);
}

/** A function whose gradient is claimed by hand: dy * slope(x), whatever the value. */
export function claim(
  value: (x: tf.Tensor) => tf.Tensor,
  slope: (x: tf.Tensor) => tf.Tensor,
): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: value(x as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(slope(saved[0]!)),
    };
  });
}

/** Numbers that look random and are the same everywhere: the golden ratio's multiples in [low, high). */
export function spread(count: number, low = -1, high = 1): number[] {
  return Array.from(
    { length: count },
    (_, index) => low + (high - low) * (((index + 1) * 0.6180339887498949) % 1),
  );
}

/** The same, in rows. */
export function grid(rows: number, columns: number, low = -1, high = 1): number[][] {
  const numbers = spread(rows * columns, low, high);
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
}

/** All ones but for one element. */
export function oneOff(count: number, at: number, factor: number): tf.Tensor {
  return tf.tensor1d(Array.from({ length: count }, (_, index) => (index === at ? factor : 1)));
}
