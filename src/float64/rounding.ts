import type { CpuBackend, TensorInfo } from './engine.js';

/** How finely numbers are kept. `float64` is what JavaScript computes in. */
export type Precision = 'float16' | 'float32' | 'float64';

/** The largest finite number of each precision. */
export const LARGEST: Readonly<Record<Precision, number>> = {
  float16: 65504,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** The smallest number of each precision that keeps all its digits. */
export const SMALLEST_NORMAL: Readonly<Record<Precision, number>> = {
  float16: 2 ** -14,
  float32: 2 ** -126,
  float64: 2 ** -1022,
};

/** Half the distance from 1 to its upper neighbour: the largest relative error of rounding a normal number. */
export const UNIT_ROUNDOFF: Readonly<Record<Precision, number>> = {
  float16: 2 ** -11,
  float32: 2 ** -24,
  float64: 2 ** -53,
};

const words = new DataView(new ArrayBuffer(8));

/**
 * The nearest number of IEEE 754 binary16, ties to even: 11 significant bits from 2^-14 on, multiples of 2^-24 below, and
 * Infinity from 65520 on.
 */
export function roundToFloat16(value: number): number {
  const size = Math.abs(value);
  if (size >= 65520) return value < 0 ? -Infinity : Infinity;
  if (!(size > 0)) return value;
  words.setFloat64(0, size);
  const exponent = Math.max(-14, ((words.getUint32(0) >>> 20) & 0x7ff) - 1023);
  // Beside this number, float64 itself has steps of 2^(exponent - 10), and rounds ties to even.
  const ruler = 1.5 * 2 ** (exponent + 42);
  const rounded = size + ruler - ruler;
  return value < 0 ? -rounded : rounded;
}

const ROUND: Readonly<Record<Precision, (value: number) => number>> = {
  float16: roundToFloat16,
  float32: Math.fround,
  float64: (value) => value,
};

/** In place. Returns whether all are finite then. */
export function roundAll(values: Float64Array, precision: Precision): boolean {
  if (precision === 'float64') return areFinite(values);
  const round = ROUND[precision];
  let probe = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = round(values[index]!);
    values[index] = value;
    probe += value - value; // 0, or NaN for NaN and Infinity
  }
  return probe === 0;
}

/** A copy only where there is something to round. */
export function rounded(values: Float64Array, precision: Precision): Float64Array {
  if (precision === 'float64') return values;
  const round = ROUND[precision];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (round(value) !== value && !Number.isNaN(value)) return Float64Array.from(values, round);
  }
  return values;
}

export function areFinite(values: ArrayLike<number>): boolean {
  let probe = 0;
  for (let index = 0; index < values.length; index += 1) probe += values[index]! - values[index]!;
  return probe === 0;
}

/** Brings the outputs of a kernel to their precision, and says whether they are finite. Kernels may fill an output after writing it. */
export function settle(
  outputs: TensorInfo | readonly TensorInfo[],
  backend: CpuBackend,
  precision: Precision,
): boolean {
  if (!Array.isArray(outputs)) return settleOne(outputs as TensorInfo, backend, precision);
  let finite = true;
  for (const output of outputs as TensorInfo[]) finite = settleOne(output, backend, precision) && finite;
  return finite;
}

export function settleOne(output: TensorInfo, backend: CpuBackend, precision: Precision): boolean {
  if (output.dtype !== 'float32') return true;
  const values = backend.data.get(output.dataId)?.values;
  if (values instanceof Float64Array) return roundAll(values, precision);
  return areFinite(values as ArrayLike<number>);
}
