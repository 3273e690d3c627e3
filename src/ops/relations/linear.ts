/**
 * Sums of which both sides are one number, scaled and shifted: `p + (1 - p) / rate`. Intervals take the two sides to be
 * independent, and find 0 where p is 0 and 1 at once; the sum is linear in p, and lies between what its ends give.
 */
import {
  highEnd,
  intersectRanges,
  lowEnd,
  onlyValue,
  spanning,
  type End,
  type Range,
} from '../../facts/range.js';
import type { Operand } from '../row.js';
import { FEW_ROUNDINGS, input } from './same.js';

interface Linear {
  readonly of: Operand;
  readonly factor: number;
  readonly offset: number;
}

/** `a + b`, or `a - b` for a sign of -1, where `range` is what the intervals give. */
export function linearSum(a: Operand, b: Operand, sign: 1 | -1, range: Range): Range {
  const [left, right] = [linearIn(a), linearIn(b)];
  if (left.of.id === undefined || left.of.id !== right.of.id || isWhole(a, left, b, right)) return range;
  const { low, high } = left.of.range;
  if (low < -LARGEST || high > LARGEST) return range;
  const factor = left.factor + sign * right.factor;
  const offset = left.offset + sign * right.offset;
  const most = Math.max(Math.abs(low), Math.abs(high));
  const size =
    (Math.abs(left.factor) + Math.abs(right.factor)) * most + Math.abs(left.offset) + Math.abs(right.offset);
  const slack = size * FEW_ROUNDINGS;
  const ends = [lowEnd(left.of.range), highEnd(left.of.range)].map(({ value, by }): End => ({
    value: factor * value + offset,
    by,
  }));
  const exact = spanning(ends, { mayBeNaN: range.mayBeNaN });
  const near = { ...exact, low: exact.low - slack, high: exact.high + slack };
  return intersectRanges(range, near) ?? range;
}

/** What is scaled by such constants stays finite. */
const LARGEST = 1e12;

/** `x - x` and `x + x`: what is known of these is said elsewhere, to the digit. */
const isWhole = (a: Operand, left: Linear, b: Operand, right: Linear): boolean =>
  left.of === a && right.of === b;

/** Deep enough for `(1 - p) / rate`. */
const DEPTH = 3;

function linearIn(operand: Operand, depth = DEPTH): Linear {
  const itself = { of: operand, factor: 1, offset: 0 };
  if (depth === 0) return itself;
  const op = operand.op.replace(/^js\./, '');
  if (op === 'neg') return scaled(linearIn(input(operand, 'x')!, depth - 1), -1);
  const [a, b] = [input(operand, 'a'), input(operand, 'b')];
  if (a === undefined || b === undefined) return itself;
  const [first, second] = [numberIn(a), numberIn(b)];
  switch (op) {
    case 'add':
      if (second !== undefined) return shifted(linearIn(a, depth - 1), second);
      return first === undefined ? itself : shifted(linearIn(b, depth - 1), first);
    case 'sub':
      if (second !== undefined) return shifted(linearIn(a, depth - 1), -second);
      return first === undefined ? itself : shifted(scaled(linearIn(b, depth - 1), -1), first);
    case 'mul':
      if (second !== undefined) return scaled(linearIn(a, depth - 1), second);
      return first === undefined ? itself : scaled(linearIn(b, depth - 1), first);
    case 'div':
      // Whole numbers have whole quotients.
      return second === undefined || operand.dtype === 'int32'
        ? itself
        : scaled(linearIn(a, depth - 1), 1 / second);
    default:
      return itself;
  }
}

/** A constant that neither overflows nor loses digits by underflow, whatever follows. */
function numberIn({ range }: Operand): number | undefined {
  const number = onlyValue(range);
  const size = Math.abs(number ?? 0);
  return size > 1e-12 && size < 1e12 ? number : undefined;
}

const scaled = ({ of, factor, offset }: Linear, by: number): Linear => ({
  of,
  factor: factor * by,
  offset: offset * by,
});

const shifted = ({ of, factor, offset }: Linear, by: number): Linear => ({ of, factor, offset: offset + by });
