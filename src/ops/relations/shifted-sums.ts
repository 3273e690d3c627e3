/**
 * `exp(a - m) + exp(b - m)` of numbers of which m is the largest, `Math.max(a, b)`: the exponential of the largest is 1, so that
 * the sum is no less.
 */
import type { Range } from '../../facts/range.js';
import { atLeast } from '../../facts/range-ends.js';
import type { Operand } from '../row.js';
import { input, same } from './same.js';

/** `a + b`, where `range` is what the intervals give. */
export function shiftedSum(a: Operand, b: Operand, range: Range): Range {
  const most = shiftOf(b) ?? shiftOf(a);
  if (most === undefined || range.low >= 1) return range;
  const shifted = [a, b].flatMap((term) => shiftedIn(term, most));
  const isWhole = largestOf(most).every((one) => shifted.some((other) => same(one, other)));
  return isWhole ? atLeast(range, 1) : range;
}

/** The m of `exp(x - m)`, if it is the largest of several. */
function shiftOf(term: Operand): Operand | undefined {
  const difference = term.op === 'js.exp' ? input(term, 'x') : undefined;
  const most = difference?.op === 'js.sub' ? input(difference, 'b') : undefined;
  return most?.op === 'js.max' ? most : undefined;
}

/** The x of all `exp(x - m)` that are added up. */
function shiftedIn(term: Operand, most: Operand, depth = 0): readonly Operand[] {
  if (term.op === 'js.add' && depth < MOST_TERMS)
    return [input(term, 'a')!, input(term, 'b')!].flatMap((part) => shiftedIn(part, most, depth + 1));
  const shift = shiftOf(term);
  return shift !== undefined && same(shift, most) ? [input(input(term, 'x')!, 'a')!] : [];
}

/** The numbers of which it is the largest: `Math.max(a, b, c)` is two of two each. */
export function largestOf(number: Operand, depth = 0): readonly Operand[] {
  return number.op === 'js.max' && depth < MOST_TERMS
    ? [input(number, 'a')!, input(number, 'b')!].flatMap((part) => largestOf(part, depth + 1))
    : [number];
}

/** Lists that are longer are not gone through one by one. */
const MOST_TERMS = 64;
