/** A function of flat vectors with the gradient that TensorFlow.js gives it: all that the recipes of the rivals need. */
import * as tf from '@tensorflow/tfjs';
import { inFloat64 } from '../../src/float64/index.js';
import { flat, type GradientCase } from '../../test/gradcheck/suite/case.js';

export type Storage = 'float32' | 'float64';

export interface Differentiable {
  readonly storage: Storage;
  /** The point, one flat vector an input. */
  readonly point: readonly Float64Array[];
  /** All outputs, flat. */
  value(inputs: readonly Float64Array[]): Float64Array;
  /** One flat vector an input: the gradient of the outputs weighted with the cotangent. */
  pullback(inputs: readonly Float64Array[], cotangent: Float64Array): Float64Array[];
}

/** The case as users of TensorFlow.js have it (float32, the cpu backend), or on the backend float64. */
export function differentiable({ fn, inputs }: GradientCase, storage: Storage): Differentiable {
  const shapes = inputs.map((input) => tf.tidy(() => tf.tensor(input as tf.TensorLike).shape));
  const within = <T>(body: () => T): T =>
    storage === 'float64' ? inFloat64(() => tf.tidy(body as () => never) as T, { tf }) : scoped(body);
  const tensors = (vectors: readonly Float64Array[]): tf.Tensor[] =>
    vectors.map((vector, index) => tf.tensor(Array.from(vector), shapes[index], 'float32'));
  return {
    storage,
    point: inputs.map((input) => Float64Array.from(flat(input), Math.fround)),
    value: (vectors) => within(() => Float64Array.from(fn(...tensors(vectors)).dataSync())),
    pullback: (vectors, cotangent) =>
      within(() => {
        const weighted = (...xs: tf.Tensor[]): tf.Tensor => {
          const y = fn(...xs);
          return y.mul(tf.tensor(Array.from(cotangent), y.shape, 'float32')).sum();
        };
        return tf
          .grads(weighted)(tensors(vectors))
          .map((gradient) => Float64Array.from(gradient.dataSync()));
      }),
  };
}

function scoped<T>(body: () => T): T {
  const engine = tf.engine();
  engine.startScope();
  try {
    return body();
  } finally {
    engine.endScope();
  }
}

/** The gradient as a function of its own: what is checked for a second derivative (torch: gradgradcheck). */
export function gradientCase(first: GradientCase): GradientCase {
  const weights = (y: tf.Tensor): tf.Tensor =>
    tf.tensor(
      Array.from({ length: y.size }, (_, index) => 1 + 0.5 * Math.sin(1.7 * index + 0.3)),
      y.shape,
    );
  return {
    ...first,
    fn: (...xs) => {
      const gradients = tf.grads((...inner: tf.Tensor[]) => {
        const y = first.fn(...inner);
        return y.mul(weights(y)).sum();
      })(xs);
      return tf.concat(gradients.map((gradient) => gradient.flatten()));
    },
  };
}

/** The point with one element of one input moved; in float32 it lands on a float32 number. */
export function moved(f: Differentiable, input: number, element: number, step: number): Float64Array[] {
  return f.point.map((vector, index) => {
    if (index !== input) return vector;
    const copy = vector.slice();
    copy[element] = stored(f, copy[element]! + step);
    return copy;
  });
}

/** The point moved along a direction. */
export function movedAlong(
  f: Differentiable,
  direction: readonly (Float64Array | undefined)[],
  step: number,
): Float64Array[] {
  return f.point.map((vector, index) => {
    const along = direction[index];
    return along === undefined ? vector : vector.map((x, element) => stored(f, x + step * along[element]!));
  });
}

const stored = (f: Differentiable, x: number): number => (f.storage === 'float32' ? Math.fround(x) : x);

export const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** Columns of the Jacobian, one an element of an input: (f(x + h) - f(x - h)) / 2h. */
export function centralColumn(f: Differentiable, input: number, element: number, step: number): Float64Array {
  const ahead = f.value(moved(f, input, element, step));
  const behind = f.value(moved(f, input, element, -step));
  return ahead.map((value, output) => (value - behind[output]!) / (2 * step));
}

/** The Jacobian as autodiff has it: for each output, its gradient wrt each input. */
export function pulledRows(f: Differentiable): Float64Array[][] {
  const outputs = f.value(f.point).length;
  return Array.from({ length: outputs }, (_, output) => {
    const cotangent = new Float64Array(outputs);
    cotangent[output] = 1;
    return f.pullback(f.point, cotangent);
  });
}

/** Every element of every input. */
export function* elements(f: Differentiable): Generator<readonly [input: number, element: number]> {
  for (const [input, vector] of f.point.entries()) {
    for (let element = 0; element < vector.length; element += 1) yield [input, element];
  }
}
