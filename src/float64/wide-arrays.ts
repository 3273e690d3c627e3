import type { TensorFlowModule } from './tensorflow.js';

/**
 * Runs `body` with `Float32Array` meaning `Float64Array`, so that TensorFlow.js does not round numbers on their way into a
 * tensor: `tf.scalar(0.1)` is 0.1, and the constants of its gradient functions are those of its kernels. For the length of
 * a synchronous call: whatever happens, the name is given back.
 */
export function withWideArrays<T>(body: () => T): T {
  const Narrow = globalThis.Float32Array;
  globalThis.Float32Array = wideFloat32Array(Narrow);
  try {
    return body();
  } finally {
    globalThis.Float32Array = Narrow;
  }
}

/** A view of bytes has to read them as the float32 numbers they are: saved weights, files. */
export function wideFloat32Array(Narrow: Float32ArrayConstructor): Float32ArrayConstructor {
  const Wide = function (source?: unknown, offset?: number, length?: number): Float64Array {
    if (source instanceof ArrayBuffer) return Float64Array.from(new Narrow(source, offset, length));
    return new Float64Array(source as number);
  };
  Wide.prototype = Float64Array.prototype;
  Wide.BYTES_PER_ELEMENT = Narrow.BYTES_PER_ELEMENT;
  Wide.from = Float64Array.from.bind(Float64Array);
  Wide.of = Float64Array.of.bind(Float64Array);
  return Wide as unknown as Float32ArrayConstructor;
}

type Platform = ReturnType<TensorFlowModule['env']>['platform'];

/**
 * On Node, TensorFlow.js asks the engine what a typed array is and would take a Float64Array for something else. Those of
 * the class `but` it goes on to refuse. Returns what takes it back.
 */
export function acceptFloat64Arrays(
  tf: Pick<TensorFlowModule, 'env'>,
  but?: Float64ArrayConstructor,
): () => void {
  const platform: Platform = tf.env().platform;
  const original = platform.isTypedArray;
  if (original === undefined) return () => undefined;
  const own = Object.hasOwn(platform, 'isTypedArray');
  platform.isTypedArray = (value) =>
    (value instanceof Float64Array && !(but !== undefined && value instanceof but)) ||
    original.call(platform, value);
  return () => {
    if (own) platform.isTypedArray = original;
    else delete platform.isTypedArray;
  };
}
