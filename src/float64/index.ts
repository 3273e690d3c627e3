/**
 * float64 for TensorFlow.js, in the same process: the kernels of the installed cpu backend with Float64Array for storage,
 * as a backend of the same engine. Everything above kernels (gradients, layers, optimizers) computes in float64 with it.
 *
 *     import { inFloat64, registerFloat64 } from 'gradlint/float64';
 *
 *     inFloat64(() => tf.exp(100).dataSync()[0]);    // 2.6881171418161356e+43; Infinity in float32
 *
 *     registerFloat64(tf);                           // or for all that follows
 *     await tf.setBackend('float64');
 *
 * Node only: the kernels are read from the installed packages.
 */
import { BACKEND_NAME, Float64Backend } from './backend.js';
import type { Precision } from './rounding.js';
import { tensorFlow, type TensorFlowModule } from './tensorflow.js';
import { acceptFloat64Arrays } from './wide-arrays.js';

export { TensorFlowUnusable } from './tensorflow.js';
export { roundToFloat16, type Precision } from './rounding.js';

export interface Float64Options {
  /** The TensorFlow.js to use. Default: the one installed for the working directory. */
  readonly tf?: unknown;
  /** `float32` and `float16` round what every kernel gives, and every number that enters. Default `float64`. */
  readonly precision?: Precision | undefined;
}

/**
 * Registers the backend `float64`, for `tf.setBackend('float64')`. Tensors stay on the backend they were made on and can
 * be used by both. Plain numbers that TensorFlow.js makes a tensor of are float32 numbers still (`tf.scalar(0.1)` is
 * 0.10000000149...); inside `inFloat64` they are not.
 *
 * @throws TensorFlowUnusable where TensorFlow.js or its cpu backend is not found
 */
export function registerFloat64(given?: unknown): void {
  const tf = tensorFlow(given);
  const { backend, engine } = Float64Backend.of(tf);
  const registry = engine as unknown as {
    registryFactory: Record<string, unknown>;
    registerBackend(name: string, factory: () => object, priority: number): boolean;
  };
  if (BACKEND_NAME in registry.registryFactory) return;
  // Last of all: never chosen unasked.
  registry.registerBackend(BACKEND_NAME, () => backend, -1);
  acceptFloat64Arrays(tf);
}

/**
 * Runs a synchronous function on the float64 backend, and gives the former one back. Numbers enter as they are: the name
 * `Float32Array` means `Float64Array` meanwhile. Tensors made inside hold float64 values outside too; dispose them as any.
 *
 * @throws TensorFlowUnusable where TensorFlow.js or its cpu backend is not found
 */
export function inFloat64<T>(body: () => T, { tf, precision = 'float64' }: Float64Options = {}): T {
  const module: TensorFlowModule = tensorFlow(tf);
  return Float64Backend.of(module).run(body, { precision, constants: precision });
}
