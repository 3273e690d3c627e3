/**
 * Where TensorFlow.js computes, and what numbers it keeps there. Everything that differs between backends is in these
 * rows: ranges are stored as the backend stores them, danger regions begin where its format ends, confirmations run on it
 * or in an emulation of it.
 */
import { UsageError } from '../errors.js';
import { LARGEST, roundToFloat16, SMALLEST_NORMAL, UNIT_ROUNDOFF } from '../float64/rounding.js';
import type { DType } from './dtype.js';
import { reachedBy, type Range } from './range.js';

export type BackendName = 'cpu' | 'wasm' | 'webgl' | 'float16';

export interface Backend {
  readonly name: BackendName;
  /** `webgl` on a phone, whose textures have 16 bits, is the backend `float16`. */
  readonly format: 'float32' | 'float16';
  /** Ops whose results below the normal numbers are 0, though the format has smaller ones. */
  readonly flushes: 'no op' | 'every op' | ReadonlySet<string>;
  /** Whose formulas the kernels are: those of the shaders differ (`float64/webgl-kernels`). */
  readonly kernels: 'cpu' | 'webgl';
  /** What `tf.backend().epsilon()` gives. WebGL says 1e-4 where its textures hold float32, too. */
  readonly epsilon: number;
  /** Confirmed in this process of its own, or in an emulation that rounds what the kernels of the cpu backend give. */
  readonly runs: 'natively' | 'emulated';
}

/**
 * Where each number is from: cpu and wasm were measured with TensorFlow.js 4.22 (`test/facts/backend.test.ts` measures
 * again); webgl was measured on an NVIDIA H100 and on SwiftShader, and float16 compared with both (docs/backends.md,
 * docs/float16.md). GLSL lets a GPU flush what is below the normal numbers, and both do.
 */
export const backends: Readonly<Record<BackendName, Backend>> = {
  cpu: { name: 'cpu', format: 'float32', flushes: 'no op', kernels: 'cpu', epsilon: 1e-7, runs: 'natively' },
  wasm: {
    name: 'wasm',
    format: 'float32',
    flushes: new Set(['sigmoid', 'softmax']),
    kernels: 'cpu',
    epsilon: 1e-7,
    runs: 'natively',
  },
  webgl: {
    name: 'webgl',
    format: 'float32',
    flushes: 'every op',
    kernels: 'webgl',
    epsilon: 1e-4,
    runs: 'emulated',
  },
  float16: {
    name: 'float16',
    format: 'float16',
    flushes: 'no op',
    kernels: 'webgl',
    epsilon: 1e-4,
    runs: 'emulated',
  },
};

export const CPU = backends.cpu;

export const backendNames = Object.keys(backends) as readonly BackendName[];

/** @throws UsageError where there is none of this name; without a name it is the cpu. */
export function backendNamed(name: BackendName = 'cpu'): Backend {
  if (Object.hasOwn(backends, name)) return backends[name];
  throw new UsageError(`There is no backend ${String(name)}.`, `Name one of ${backendNames.join(', ')}.`);
}

/** The smallest positive number of each format. */
const SMALLEST = { float32: 2 ** -149, float16: 2 ** -24 } as const;

const flushes = (backend: Backend, op: string): boolean =>
  backend.flushes === 'every op' || (backend.flushes !== 'no op' && backend.flushes.has(op));

/** The largest finite number. */
export const largestOn = (backend: Backend): number => LARGEST[backend.format];

/** Half the distance from 1 to its upper neighbour. */
export const roundoffOn = (backend: Backend): number => UNIT_ROUNDOFF[backend.format];

/** The smallest positive number that this op can give. */
export const smallestOn = (backend: Backend, op = ''): number =>
  flushes(backend, op) ? SMALLEST_NORMAL[backend.format] : SMALLEST[backend.format];

/** The size below which this op gives 0: half the smallest number where it rounds, the whole of it where it flushes. */
export const vanishesOn = (backend: Backend, op = ''): number =>
  smallestOn(backend, op) * (flushes(backend, op) ? 1 : 0.5);

/** A number as this op stores it. */
export function storedOn(backend: Backend, value: number, op = ''): number {
  const rounded = backend.format === 'float16' ? roundToFloat16(value) : Math.fround(value);
  const isLost = flushes(backend, op) && Math.abs(rounded) < SMALLEST_NORMAL[backend.format];
  return isLost ? rounded * 0 : rounded;
}

/** The range of a result that is right for float32, as this op stores it. Both roundings are monotone: ends stay ends. */
export function rangeOn(backend: Backend, range: Range, dtype: DType | undefined, op: string): Range {
  if (backend === CPU || (dtype !== 'float32' && dtype !== undefined)) return range;
  const store = (value: number): number => storedOn(backend, value, op);
  const [low, high] = [store(range.low), store(range.high)];
  const { holds, reach } = range;
  if (low === range.low && high === range.high && reach === undefined && holds === undefined) return range;
  const result = {
    ...range,
    low,
    high,
    ...(holds === undefined ? {} : { holds: { ...holds, value: store(holds.value) } }),
  };
  return reach === undefined
    ? result
    : { ...result, ...reachedBy(rangeOn(backend, reach, dtype, op), result) };
}

/** The range of an input: who says that something is positive says so of the numbers there are. */
export function claimedOn(backend: Backend, range: Range): Range {
  if (backend === CPU) return range;
  const claimed = (value: number): number => {
    const stored = storedOn(backend, value);
    return stored === 0 && value !== 0 ? Math.sign(value) * smallestOn(backend) : stored;
  };
  return { ...range, low: claimed(range.low), high: claimed(range.high) };
}
