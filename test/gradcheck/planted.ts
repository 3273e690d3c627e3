/** The same function with one element of its gradient off: what a checker has to find. */
import * as tf from '@tensorflow/tfjs';
import type { Composition } from './compositions.js';

/**
 * The largest element of the gradient of the first input is multiplied with 1 + error, whatever the cotangent. Undefined
 * where that gradient is 0 or not a number.
 */
export function planted({ text, fn, inputs }: Composition, error: number): Composition | undefined {
  const factors = tf.tidy(() => {
    const tensors = inputs.map((input) => tf.tensor2d(input as number[][]));
    const slopes = Array.from(
      tf
        .grads((...xs: tf.Tensor[]) => fn(...xs).sum())(tensors)[0]!
        .dataSync(),
    );
    const largest = Math.max(...slopes.map(Math.abs));
    if (!(largest > 0)) return undefined;
    const at = slopes.findIndex((slope) => Math.abs(slope) === largest);
    return slopes.map((_, index) => (index === at ? 1 + error : 1));
  });
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
