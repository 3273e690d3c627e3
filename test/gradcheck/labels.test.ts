/**
 * The labels of the suite, held against plain float32 TensorFlow.js and the derivatives worked out by hand. No checker is
 * asked here: a label that only a checker believes is none.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { families, suite, type GradientCase } from './suite/index.js';

beforeAll(() => tf.setBackend('cpu'));

/** Value and gradient of the sum of all outputs, as float32 gives them; the gradient of the sum of that, for order 2. */
function inFloat32({ fn, inputs, order }: GradientCase): { values: number[]; gradient: number[][] } {
  const sum = (...xs: tf.Tensor[]): tf.Tensor => fn(...xs).sum();
  const slopes = (...xs: tf.Tensor[]): tf.Tensor =>
    tf.addN(
      tf
        .grads(sum)(xs)
        .map((slope) => slope.sum()),
    );
  return tf.tidy(() => {
    const tensors = inputs.map((input) => tf.tensor(input as tf.TensorLike, undefined, 'float32'));
    const gradients = tf.grads(order === 2 ? slopes : sum)(tensors);
    return {
      values: Array.from(fn(...tensors).dataSync()),
      gradient: gradients.map((gradient) => Array.from(gradient.dataSync())),
    };
  });
}

/** Largest error, relative to the largest element of the same input. */
function largestError(gradient: readonly number[][], truth: readonly (readonly number[])[]): number {
  const errors = truth.map((expected, input) => {
    const scale = Math.max(...expected.map(Math.abs), Number.MIN_VALUE);
    return Math.max(...expected.map((value, index) => Math.abs(gradient[input]![index]! - value))) / scale;
  });
  return Math.max(...errors);
}

/** Largest error of one element relative to itself. */
function largestElementError(gradient: readonly number[][], truth: readonly (readonly number[])[]): number {
  return Math.max(
    ...truth.flatMap((expected, input) =>
      expected.map((value, index) => {
        const error = Math.abs(gradient[input]![index]! - value);
        return error === 0 ? 0 : error / Math.max(Math.abs(value), Number.MIN_VALUE);
      }),
    ),
  );
}

const only = (verdict: string): GradientCase[] =>
  suite.filter(({ expected }) => expected.length === 1 && expected[0] === verdict);
const withTruth = (cases: readonly GradientCase[]): GradientCase[] =>
  cases.filter(({ truth }) => truth !== undefined);

test('the suite has at least 150 cases, each with a name of its own', () => {
  expect(suite.length).toBeGreaterThanOrEqual(150);
  for (const cases of Object.values(families)) {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  }
});

describe('correct: float32 gives the derivative worked out by hand', () => {
  test.each(withTruth(only('correct')))('$name, order $order', (gradientCase) => {
    const { gradient } = inFloat32(gradientCase);
    expect(gradient.map(({ length }) => length)).toEqual(gradientCase.truth!.map(({ length }) => length));
    expect(largestError(gradient, gradientCase.truth!)).toBeLessThan(2 ** -15);
  });
});

describe('wrong-gradient: TensorFlow.js gives something else than the derivative worked out by hand', () => {
  test.each(withTruth(only('wrong-gradient')))('$name, order $order', (gradientCase) => {
    const { gradient } = inFloat32(gradientCase);
    expect(largestElementError(gradient, gradientCase.truth!)).toBeGreaterThan(8e-6);
  });
});

test('missing-gradient: TensorFlow.js throws', () => {
  const silent = only('missing-gradient').filter((gradientCase) => {
    try {
      inFloat32(gradientCase);
      return true;
    } catch {
      return false;
    }
  });
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('nan-gradient: a gradient is NaN in float32, or the function is', () => {
  const numbers = only('nan-gradient').filter((gradientCase) => {
    const { values, gradient } = inFloat32(gradientCase);
    return ![...values, ...gradient.flat()].some(Number.isNaN);
  });
  expect(numbers.map(({ name }) => name)).toEqual([]);
});

test.each([
  ['inf-gradient', (values: number[]) => values.some((value) => Math.abs(value) === Infinity)],
  ['vanished-gradient', (values: number[]) => values.some((value) => value === 0)],
])('%s: so it is in float32', (verdict, shows) => {
  const hidden = only(verdict).filter((gradientCase) => !shows(inFloat32(gradientCase).gradient.flat()));
  expect(hidden.map(({ name }) => name)).toEqual([]);
});

test('overflow: a value or a gradient of float32 is not finite', () => {
  const finite = only('overflow').filter((gradientCase) => {
    const { values, gradient } = inFloat32(gradientCase);
    return [...values, ...gradient.flat()].every(Number.isFinite);
  });
  expect(finite.map(({ name }) => name)).toEqual([]);
});
