import { elementsIn } from '../facts/concrete-shape.js';
import type { Float64Backend } from '../float64/backend.js';
import type { RealmTensor } from '../float64/engine.js';
import { xorshift32 } from '../random.js';
import type { TensorFunction } from './subject.js';

/**
 * The gradient of a function as a function of its own: all elements of the gradient, one behind the other. Its gradient is
 * the second derivative. Of a function with several outputs it is the gradient of a weighted sum, the same at each call.
 */
export function secondOrder(fn: TensorFunction, { engine }: Float64Backend, seed: number): TensorFunction {
  const run = (name: string, inputs: Record<string, RealmTensor>, attrs?: object): RealmTensor =>
    engine.runKernel(name, inputs, attrs) as RealmTensor;
  const weighted = (output: RealmTensor): RealmTensor => {
    const size = sizeOf(output);
    if (size === 1) return output;
    const random = xorshift32(seed);
    const weights = Float64Array.from({ length: size }, () => (16 + random.below(64)) / 64);
    return run('Multiply', { a: output, b: engine.makeTensor(weights, output.shape, 'float32') });
  };
  return (...inputs) => {
    const { grads } = engine.gradients(() => weighted(fn(...inputs) as RealmTensor), inputs, undefined, true);
    const flat = grads.map((grad, index) => {
      const x = grad ?? run('ZerosLike', { x: inputs[index]! });
      return run('Reshape', { x }, { shape: [sizeOf(inputs[index]!)] });
    });
    // Kernels that take a list have it for their inputs.
    return flat.length === 1
      ? flat[0]!
      : run('Concat', flat as unknown as Record<string, RealmTensor>, { axis: 0 });
  };
}

const sizeOf = ({ shape }: RealmTensor): number => elementsIn(shape);
