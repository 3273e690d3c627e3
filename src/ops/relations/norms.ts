/** Norms of vectors, with or without a guard, and what is divided by them: vectors of length 1 at the most. */
import { intersectRanges, interval, onlyValue, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { reducedFrom } from './reduced.js';
import { input, same, FEW_ROUNDINGS } from './same.js';
import { squareRoot } from './squares.js';

/** The norm of a vector along axes, all when undefined. */
export interface Norm {
  readonly axes: readonly number[] | undefined;
  /** What is divided by is at least this. */
  readonly least: number;
}

/** Whether `denominator` is the norm of x, laid out to meet it: `norm(x)`, and `sqrt(sum(square(x)))`, with or without a guard. */
export function normOf(x: Operand, denominator: Operand): Norm | undefined {
  const guarded = withoutGuard(denominator);
  const reduced = reducedFrom(guarded.of);
  if (reduced !== undefined && /^(norm|euclideanNorm)$/.test(reduced.op)) {
    const isOfX = reduced.aligned && same(reduced.of, x) && isEuclidean(guarded.of);
    return isOfX ? { axes: reduced.axes, least: guarded.least } : undefined;
  }
  const under = guarded.of.op === 'sqrt' ? input(guarded.of, 'x') : undefined;
  const sum = under && sumOfSquares(x, under);
  return sum && { ...sum, least: Math.max(guarded.least, Math.sqrt(sum.least)) };
}

/** Whether `factor` is one divided by the norm of x: `rsqrt(sum(square(x)))`, `reciprocal(norm(x))`, `1 / norm(x)`. */
export function inverseNormOf(x: Operand, factor: Operand): Norm | undefined {
  if (factor.op === 'rsqrt') {
    const under = input(factor, 'x');
    const sum = under && sumOfSquares(x, under);
    return sum && { ...sum, least: Math.sqrt(sum.least) };
  }
  const isInverse =
    factor.op === 'reciprocal' || (factor.op === 'div' && onlyValue(input(factor, 'a')!.range) === 1);
  const norm = isInverse ? input(factor, factor.op === 'div' ? 'b' : 'x') : undefined;
  return norm && normOf(x, norm);
}

/** `x * rsqrt(sum(square(x)))`: as a quotient by the norm. */
export function timesInverseNorm(a: Operand, b: Operand, range: Range): Range {
  const norm = inverseNormOf(a, b) ?? inverseNormOf(b, a);
  return norm === undefined ? range : withinOne(norm.least >= SQUARES_UNDERFLOW, range);
}

function sumOfSquares(x: Operand, under: Operand): Norm | undefined {
  const { of, least } = withoutGuard(under);
  const sum = reducedFrom(of);
  const isOfX = sum?.op === 'sum' && sum.aligned && same(squareRoot(sum.of), x);
  return isOfX ? { axes: sum.axes, least } : undefined;
}

/** Below it squares are no normal floats: above, a sum of squares is not less than any of them. */
export const SQUARES_UNDERFLOW = 2 ** -63;

/** x / norm(x): within [-1, 1], unless the norm underflows to 0 where x does not, which only a guard forbids. */
export function withinOne(guarded: boolean, range: Range, most = 1): Range {
  const end = most * (1 + FEW_ROUNDINGS);
  const unit = interval(-end, end, 'attained', { mayBeNaN: range.mayBeNaN });
  const reach = intersectRanges({ ...range, mayBeNaN: true }, unit) ?? unit;
  return guarded ? reach : { ...range, lowBy: 'bound', highBy: 'bound', reach };
}

export interface Guarded {
  readonly of: Operand;
  /** What the guard adds or puts underneath; 0 without a guard. */
  readonly least: number;
}

/** The x of `x + eps` and `maximum(x, eps)`. */
export function withoutGuard(operand: Operand): Guarded {
  if (operand.op !== 'add' && operand.op !== 'maximum') return { of: operand, least: 0 };
  const a = input(operand, 'a');
  const b = input(operand, 'b');
  if (a === undefined || b === undefined) return { of: operand, least: 0 };
  const [of, guard] = onlyValue(a.range) === undefined ? [a, b] : [b, a];
  const least = onlyValue(guard.range);
  return least !== undefined && least >= 0 ? { of, least } : { of: operand, least: 0 };
}

export function isEuclidean(norm: Operand): boolean {
  const source = norm.op === 'expandDims' ? input(norm, 'x') : norm;
  const order = source?.attributes['ord'];
  return order === undefined || order === 'euclidean' || order === 2;
}

/** What `sqrt(sum(square(x)) + eps)` is at least. */
export function guardUnderRoot(norm: Operand): number {
  const under = norm.op === 'sqrt' ? input(norm, 'x') : undefined;
  return under === undefined ? 0 : Math.sqrt(withoutGuard(under).least);
}
