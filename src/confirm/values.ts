import { storedOn, type Backend } from '../facts/backend.js';
import { isTensor, type RealmTensor } from './engine.js';
import type { NumericTensor, Precision } from './evaluation.js';
import type { Realm } from './realm.js';

/** Into and out of the realm: plain numbers on one side, tensors and JavaScript values on the other. */

/** In float64 the numbers are taken as they are: a difference ladder needs steps finer than float32. */
export function makeTensor(realm: Realm, value: NumericTensor, precision: Precision): RealmTensor {
  const { engine, trace } = realm;
  trace.takesInputs = true;
  try {
    return engine.makeTensor(storage(value, precision, trace.backend), value.shape, value.dtype);
  } finally {
    trace.takesInputs = false;
  }
}

function storage(value: NumericTensor, precision: Precision, backend: Backend): ArrayLike<number> {
  switch (value.dtype) {
    case 'int32':
      return Int32Array.from(value.values);
    case 'bool':
      return Uint8Array.from(value.values);
    default:
      return floats(value.values, precision === 'float32' ? backend : undefined);
  }
}

/** Rounded to what a backend stores. Element by element: `from` takes four times as long, and weights are many. */
function floats(values: readonly number[], backend: Backend | undefined): Float32Array {
  const stored = new Float32Array(values.length);
  for (let index = 0; index < values.length; index += 1)
    stored[index] = backend === undefined ? values[index]! : storedOn(backend, values[index]!);
  return stored;
}

export function readTensor(tensor: RealmTensor): NumericTensor {
  const { shape, dtype } = tensor;
  if (dtype === 'string') return { shape, dtype, values: [] };
  return { shape, dtype, values: Array.from(tensor.dataSync()) };
}

/** As deep as results are looked into, and as many of their parts. */
const MAX_DEPTH = 4;
const MAX_PARTS = 64;

/** All tensors in a value of user code: itself, in lists, in plain objects. */
export function tensorsIn(value: unknown): RealmTensor[] {
  const found: RealmTensor[] = [];
  walk(value, 0, (part) => {
    if (isTensor(part) && !found.includes(part)) found.push(part);
  });
  return found;
}

/** All numbers in a value of user code, tensors read out. A bare number has the dtype `number`. */
export function readValue(value: unknown): NumericTensor[] {
  const found: NumericTensor[] = [];
  walk(value, 0, (part) => {
    if (isTensor(part)) {
      if (!part.isDisposed) found.push(readTensor(part));
    } else if (typeof part === 'number') found.push({ shape: [], dtype: 'number', values: [part] });
    else if (ArrayBuffer.isView(part)) {
      const values = Array.from(part as unknown as ArrayLike<number>);
      found.push({
        shape: [values.length],
        dtype: part instanceof Float64Array || part instanceof Float32Array ? 'float32' : 'int32',
        values,
      });
    }
  });
  return found;
}

function walk(value: unknown, depth: number, visit: (part: unknown) => void): void {
  if (isTensor(value) || typeof value !== 'object' || value === null || ArrayBuffer.isView(value))
    return visit(value);
  if (depth >= MAX_DEPTH) return;
  const nested = nestedNumbers(value);
  if (nested !== undefined) return visit(nested);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return;
  for (const part of Object.values(value).slice(0, MAX_PARTS)) walk(part, depth + 1, visit);
}

/** A list of numbers is one value, as `arraySync` gives it. */
function nestedNumbers(value: object): Float64Array | undefined {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'number')
    ? Float64Array.from(value)
    : undefined;
}

/** A TensorLike operand (a number, nested arrays, a typed array) or a tensor; undefined for anything else. */
export function readOperand(value: unknown): NumericTensor | undefined {
  if (isTensor(value)) return value.isDisposed ? undefined : readTensor(value);
  if (typeof value === 'number' || typeof value === 'boolean')
    return { shape: [], dtype: typeof value === 'number' ? 'float32' : 'bool', values: [Number(value)] };
  if (ArrayBuffer.isView(value)) return readValue(value)[0];
  if (!Array.isArray(value)) return undefined;
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values = (value.flat(Infinity) as unknown[]).map(Number);
  return { shape, dtype: 'float32', values };
}
