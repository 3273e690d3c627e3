/** The same function with one element of its gradient off: what a checker has to find. */
import * as tf from '@tensorflow/tfjs';
import { inFloat64 } from '../../src/float64/index.js';
import type { Composition } from './compositions.js';

/**
 * The largest element of the gradient of the first input is multiplied with 1 + error, whatever the cotangent. Undefined
 * where that gradient is 0, or rounding alone: where moving the input by its own size moves the value by nothing.
 */
export function planted({ text, fn, inputs }: Composition, error: number): Composition | undefined {
  const factors = inFloat64(() => tf.tidy(() => factorsOf(fn, inputs, error) as never)) as
    number[] | undefined;
  if (factors === undefined) return undefined;
  // The identity, but for its gradient.
  const off = tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => dy.mul(tf.tensor(factors, dy.shape)),
  }));
  return {
    text: `${text}, ${error} off`,
    inputs,
    fn: (...xs) => fn(off(xs[0]!), ...xs.slice(1)),
  };
}

function factorsOf(
  fn: Composition['fn'],
  inputs: Composition['inputs'],
  error: number,
): number[] | undefined {
  const tensors = inputs.map((input) => tf.tensor2d(input as number[][]));
  const sum = (...xs: tf.Tensor[]): tf.Tensor => fn(...xs).sum();
  const slopes = Array.from(tf.grads(sum)(tensors)[0]!.dataSync());
  const largest = Math.max(...slopes.map(Math.abs));
  const at = slopes.findIndex((slope) => Math.abs(slope) === largest);
  const value = fn(...tensors)
    .abs()
    .sum()
    .dataSync()[0]!;
  const effect = largest * Math.abs(inputs[0]!.flat()[at]!);
  if (!(effect > 1e-4 * value + 1e-12)) return undefined;
  return slopes.map((_, index) => (index === at ? 1 + error : 1));
}
