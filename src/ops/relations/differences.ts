/**
 * What an interval cannot know of a difference, because it depends on where the operands came from: `x - max(x) <= 0`.
 * This relation, as those of sums and squares, holds for the float32 results, rounding included.
 */
import { squared } from '../../facts/arithmetic.js';
import { constantRange, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { input, same, FEW_ROUNDINGS } from './same.js';
import { alignedReduction, reducedFrom, sameLayout } from './reduced.js';
import { holding, atMost, atLeast } from '../../facts/range-ends.js';
import { unlessDrawn } from './drawn.js';
import { largestOf } from './shifted-sums.js';
import { squareRoot } from './squares.js';

/** `a - b`, where `range` is what the intervals give. */
export function difference(a: Operand, b: Operand, range: Range): Range {
  const [x, y] = [readFrom(a), readFrom(b)];
  // Of two elements of one tensor nothing is known; of one and the maximum of all it is.
  if (x !== undefined && y !== undefined && (x.shape?.length === 0 || y.shape?.length === 0))
    return difference(x, y, range);
  if (same(a, b)) return { ...constantRange(0), mayBeNaN: range.mayBeNaN };
  const below = alignedReduction(a, b, 'max') ?? alignedReduction(b, a, 'min');
  if (below !== undefined) return holding(atMost(range, 0), 0, below.axes);
  const above = alignedReduction(a, b, 'min') ?? alignedReduction(b, a, 'max');
  // -0 is not below 0, so that -0 - 0 may come out.
  if (above !== undefined) return holding(atLeast(range, -0), 0, above.axes);
  if (alignedReduction(a, b, 'logSumExp') || isLessThanMost(a, b)) return atMost(range, 0);
  if (alignedReduction(b, a, 'logSumExp') || isSumAboveMost(a, b)) return atLeast(range, -0);
  if (isAtMost(b, a)) return fraction(a, b, atLeast(range, -0));
  if (isAtMost(a, b)) return fraction(b, a, atMost(range, 0));
  if (isSpread(a, b)) return unlessDrawn(reducedFrom(a)!.of, atLeast(range, 0));
  if (isSpread(b, a)) return atMost(range, 0);
  return onePassVariance(a, b, range) ?? range;
}

/** The tensor that a JavaScript number was read from. */
const readFrom = (number: Operand): Operand | undefined =>
  number.op === 'js.element' ? input(number, 'x') : undefined;

/** x - n and max(x), where no n is below 0: rounding keeps the order. */
function isLessThanMost(less: Operand, most: Operand): boolean {
  const [x, taken] = less.op === 'sub' ? [input(less, 'a'), input(less, 'b')] : [];
  return (
    x !== undefined &&
    taken !== undefined &&
    taken.range.low >= 0 &&
    alignedReduction(x, most, 'max') !== undefined
  );
}

/** logSumExp(x) and max(x). */
const isSumAboveMost = (sum: Operand, most: Operand): boolean =>
  areReductionsAlike([sum, 'logSumExp'], [most, 'max']);

/**
 * Whether the one is made of the other such that it is nowhere above: `minimum(x, y) <= x`, `floor(x) <= x <= relu(x)`; or
 * both of something between them: `minimum(x, y) <= x <= maximum(x, y)`.
 */
function isAtMost(lower: Operand, upper: Operand): boolean {
  if (
    LEAST.test(lower.op) &&
    MOST.test(upper.op) &&
    pair(lower).some((x) => pair(upper).some((y) => same(x, y)))
  )
    return true;
  const madeOf = (made: Operand, x: Operand, ...names: readonly string[]): boolean =>
    names.some((name) => same(input(made, name), x));
  return (
    (LEAST.test(lower.op) && madeOf(lower, upper, 'a', 'b')) ||
    (MOST.test(upper.op) && madeOf(upper, lower, 'a', 'b')) ||
    (upper.op === 'js.max' && largestOf(upper).some((one) => same(one, lower))) ||
    (/^((js\.)?floor)$/.test(lower.op) && madeOf(lower, upper, 'x')) ||
    (/^(relu|(js\.)?(abs|ceil))$/.test(upper.op) && madeOf(upper, lower, 'x'))
  );
}

const LEAST = /^(minimum|js\.min)$/;
const MOST = /^(maximum|js\.max)$/;

const pair = (made: Operand): (Operand | undefined)[] => [input(made, 'a'), input(made, 'b')];

/** x - floor(x), or the other way round: at most 1 apart. */
function fraction(upper: Operand, lower: Operand, range: Range): Range {
  const isFraction = /floor$/.test(lower.op) || /ceil$/.test(upper.op);
  return isFraction ? atMost(atLeast(range, -1), 1) : range;
}

/** max(x) - min(x). */
export const isSpread = (most: Operand, least: Operand): boolean =>
  areReductionsAlike([most, 'max'], [least, 'min']);

/** Whether these are two reductions, by these ops, of one operand along the same axes, with one layout. */
function areReductionsAlike(
  [one, op]: readonly [Operand, string],
  [other, otherOp]: readonly [Operand, string],
): boolean {
  const [a, b] = [reducedFrom(one), reducedFrom(other)];
  return (
    a?.op === op &&
    b?.op === otherOp &&
    same(a.of, b.of) &&
    String(a.axes) === String(b.axes) &&
    sameLayout(one, other)
  );
}

/** mean(x²) - mean(x)² is a variance but for its rounding, which may leave it below 0. */
function onePassVariance(a: Operand, b: Operand, range: Range): Range | undefined {
  const ofSquares = reducedFrom(a);
  const squareOfMean = squareRoot(b);
  const ofValues = squareOfMean && reducedFrom(squareOfMean);
  if (ofSquares?.op !== 'mean' || ofValues?.op !== 'mean') return undefined;
  const x = squareRoot(ofSquares.of);
  if (x === undefined || !same(x, ofValues.of) || String(ofSquares.axes) !== String(ofValues.axes))
    return undefined;
  if (!sameLayout(a, squareOfMean!)) return undefined;
  const largest = squared(x.range).high;
  return atLeast(range, -(largest * FEW_ROUNDINGS) - 2 ** -100);
}
