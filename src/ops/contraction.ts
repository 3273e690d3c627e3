/** Ranges of sums of products, as matrix products and convolutions add them up in float32. */
import { sumOfProducts } from '../facts/arithmetic.js';
import { constantRange, joinRanges, stored, withNaN, type Range } from '../facts/range.js';
import type { DType } from '../facts/dtype.js';
import type { Size } from '../facts/shape.js';

/** What the cpu kernel of matMul adds in float64 before it stores a partial sum. */
export const BLOCK = 48;

/** Half an ulp of float32, relative. */
const ROUNDING = 2 ** -24;

export interface Contraction {
  readonly a: Range;
  readonly b: Range;
  /** Terms of each sum. */
  readonly count: Size | undefined;
  /** How many terms the kernel adds in float64 before it rounds to float32: the cpu matMul 48, convolutions 1. */
  readonly block: number;
  /** True when some terms may be missing, as they are at padded borders. */
  readonly partial?: boolean;
  readonly dtype: DType | undefined;
}

export function contraction({ a, b, count, block, partial, dtype }: Contraction): Range {
  const full = sumOfProducts(a, b, count);
  const sums = partial ? joinRanges(constantRange(0), sumOfProducts(a, b, 1), full) : full;
  const exact = stored(sums, dtype);
  const roundings = typeof count === 'number' ? Math.max(0, Math.ceil(count / block) - 1) : Infinity;
  if (dtype === 'int32' || dtype === 'bool') return exact;
  // Partial sums that overflow both ways meet.
  const meet = roundings > 0 && exact.low === -Infinity && exact.high === Infinity;
  return withNaN(loosened(exact, roundings), meet);
}

/** The ends after so many roundings of partial sums, none of which leaves the largest sum by much. */
function loosened(sum: Range, roundings: number): Range {
  const largest = Math.max(Math.abs(sum.low), Math.abs(sum.high));
  const exact = sum.integer && largest <= 2 ** 24;
  if (roundings === 0 || exact || !Number.isFinite(largest) || !Number.isFinite(roundings)) return sum;
  // Among the smallest floats a rounding is as large as they are apart.
  const apart = largest < 2 ** -100 ? 2 ** -149 : 0;
  const slack = largest * roundings * ROUNDING * 1.01 + (roundings + 1) * apart;
  return {
    ...sum,
    low: sum.low >= 0 ? Math.max(0, sum.low - slack) : sum.low - slack,
    high: sum.high <= 0 ? Math.min(0, sum.high + slack) : sum.high + slack,
  };
}
