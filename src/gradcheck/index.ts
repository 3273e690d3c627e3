import type { Tensor } from '@tensorflow/tfjs';
import { GradientCheckError } from './errors.js';
import type { GradientOptions, GradientReport } from './report.js';

export * from './report.js';
export { GradientCheckError, type GradientErrorCode } from './errors.js';

/** Numbers nested to any depth: `tf.tensor` of it is the input. */
export type NumberLike = number | Float32Array | Float64Array | readonly NumberLike[];
export type GradientInput = Tensor | NumberLike;

/**
 * Is the gradient of `fn` right at these inputs? Without an epsilon or a tolerance to choose.
 *
 * Asynchronous, because TensorFlow.js may have to be found and loaded, and a backend may have to become ready; `fn`
 * itself is called synchronously, as `tf.grad` calls it.
 *
 * @param fn takes tensors, as many as there are inputs, and returns a float tensor of any shape.
 * @param inputs a list with one entry for each parameter of `fn`: a tensor, a number, or nested arrays of numbers. A lone
 *   tensor, number or typed array needs no list. Tensors are left as they are.
 * @throws GradientCheckError when the question cannot be asked: see `code`.
 */
export function checkGradient(
  // Parameters of a function type are compared contravariantly; `never` lets (x: Tensor2D) => Scalar in.
  fn: (...inputs: never[]) => Tensor,
  inputs: GradientInput | readonly GradientInput[],
  options: GradientOptions = {},
): Promise<GradientReport> {
  void [fn, inputs, options];
  return Promise.reject(new GradientCheckError('bad-call', 'The gradient checker is being built.'));
}
