/** Sums, and the largest and smallest values, along axes. */
import { interval, intersectRanges, onlyValue, reached, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { isIdentity } from './identity.js';
import { input, same, FEW_ROUNDINGS } from './same.js';
import { alignedReduction, covers, type namedAxes } from './reduced.js';
import { atMost, atLeast } from '../../facts/range-ends.js';
import { unlessDrawn, isDrawn } from './drawn.js';

/** As `namedAxes` gives them. */
type Axes = ReturnType<typeof namedAxes>;

/** The sum of x along `axes`. */
export function sumRelation(x: Operand, axes: Axes, range: Range): Range {
  if (x.range.low === 0 && isDrawn(x)) return unlessDrawn(x, range);
  if (axes === 'unknown') return range;
  if (sumsToOne(x, axes)) {
    const one = interval(1 - FEW_ROUNDINGS, 1 + FEW_ROUNDINGS, 'attained', { mayBeNaN: range.mayBeNaN });
    return intersectRanges(range, one) ?? range;
  }
  const least = leastSumOfPowers(x, axes);
  if (least !== undefined) {
    const above = interval(least, Infinity, 'bound', { mayBeNaN: range.mayBeNaN });
    return intersectRanges(range, above) ?? range;
  }
  const others = crossesDiagonal(x, axes) ? withoutDiagonal(x) : undefined;
  if (others !== undefined) return withOthers(range, others);
  if (hasLinksToItself(x) && meetsDiagonal(x, axes)) return atLeast(range, 1);
  const held = x.range.holds;
  if (held === undefined || !covers(axes, held.axes)) return range;
  if (x.range.low >= 0) return atLeast(range, held.value);
  return x.range.high <= 0 ? atMost(range, held.value) : range;
}

/** Whether the sum goes along one of the two axes that have the diagonal: along a batch, places on it are 0 in all. */
function crossesDiagonal({ shape }: Operand, axes: readonly number[] | undefined): boolean {
  if (axes === undefined || shape === undefined) return true;
  return axes.some((axis) => axis >= shape.length - 2);
}

/** `adjacency + eye` where no weight is below 0: each node is linked to itself. */
function hasLinksToItself(x: Operand): boolean {
  const [a, b] = x.op === 'add' && x.range.low >= 0 ? [input(x, 'a'), input(x, 'b')] : [];
  if (a === undefined || b === undefined) return false;
  return (isSquareIdentity(a) && b.range.low >= 0) || (isSquareIdentity(b) && a.range.low >= 0);
}

/** Of fewer columns than rows some rows would have no 1. */
function isSquareIdentity(x: Operand): boolean {
  const inner = x.op === 'cast' ? input(x, 'x') : undefined;
  return inner === undefined
    ? isIdentity(x) && (x.attributes['numColumns'] ?? null) === null
    : isSquareIdentity(inner);
}

/** Of a rank that nobody knows only the innermost axes are certain to have the diagonal, and the second one of matrices and batches of them. */
const meetsDiagonal = (x: Operand, axes: readonly number[] | undefined): boolean =>
  x.shape !== undefined || axes === undefined
    ? crossesDiagonal(x, axes)
    : axes.some((axis) => axis === -1 || axis === -2 || axis === 1);

/** The values of which `x` leaves out the diagonal: `e * (1 - eye)`. */
function withoutDiagonal(x: Operand): Range | undefined {
  const [a, b] = x.op === 'mul' ? [input(x, 'a'), input(x, 'b')] : [];
  if (a === undefined || b === undefined) return undefined;
  return isDiagonalMask(b) ? a.range : isDiagonalMask(a) ? b.range : undefined;
}

function isDiagonalMask(mask: Operand): boolean {
  const inner = input(mask, 'x');
  const isInFront = mask.op === 'expandDims' && mask.attributes['axis'] === 0;
  if (inner !== undefined && (mask.op === 'cast' || isInFront)) return isDiagonalMask(inner);
  const of = mask.op === 'logicalNot' ? inner : mask.op === 'sub' ? input(mask, 'b') : undefined;
  const isOne = mask.op === 'logicalNot' || (of !== undefined && onlyValue(input(mask, 'a')!.range) === 1);
  return isOne && isIdentity(of!);
}

/** Each row has others, unless it is the only one. */
function withOthers(range: Range, others: Range): Range {
  const { low, lowBy } = reached(others);
  // What is above 0 as it seems, `1 / (1 + distance)`, adds up to as much.
  if (low === 0 && lowBy === 'bound')
    return { ...range, lowBy, reach: range.reach && { ...range.reach, lowBy } };
  if (!(low > 0)) return range;
  const met = reached(range);
  const reach = { ...met, low: Math.max(met.low, low), lowBy, reach: undefined };
  return reach.low > reach.high ? range : { ...range, lowBy: 'bound', reach };
}

/** softmax(z) along its axis, and e / sum(e) for e >= 0. */
function sumsToOne(x: Operand, axes: readonly number[] | undefined): boolean {
  const last = x.shape === undefined ? undefined : x.shape.length - 1;
  if (x.op === 'softmax') {
    if (last === undefined) return axes?.length === 1 && axes[0] === -1;
    if (x.shape![last]!.size === 0) return false;
    return axes === undefined ? last === 0 : axes.length === 1 && axes[0] === last;
  }
  if (x.op !== 'div') return false;
  const a = input(x, 'a');
  const b = input(x, 'b');
  const total = a && b && alignedReduction(a, b, 'sum');
  // What underflows in the quotient is lost to the sum: only a sum that is not tiny hides it.
  return (
    total !== undefined && a!.range.low >= 0 && b!.range.low >= 1e-30 && String(total.axes) === String(axes)
  );
}

/** No distribution has more outcomes. */
const MOST_OUTCOMES = 1e6;

/** Of n numbers that sum to 1 the powers c sum to n^(1 - c) at the least (Jensen), for c > 1, and else to 1. */
function leastSumOfPowers(x: Operand, axes: readonly number[] | undefined): number | undefined {
  const [p, exponent] = powerOf(x) ?? [];
  if (p === undefined || exponent === undefined || !(exponent > 0) || !sumsToOne(p, axes)) return undefined;
  const axis = axes?.[0] ?? -1;
  const size = p.shape?.at(axis)?.size;
  const least = (typeof size === 'number' ? size : MOST_OUTCOMES) ** Math.min(0, 1 - exponent);
  return least > 1e-30 ? least * (1 - FEW_ROUNDINGS) : undefined;
}

function powerOf(x: Operand): readonly [Operand | undefined, number] | undefined {
  const [a, b] = [input(x, 'a'), input(x, 'b')];
  if (x.op === 'square') return [input(x, 'x'), 2];
  if (x.op === 'mul' && same(a, b)) return [a, 2];
  const exponent = x.op === 'pow' ? input(x, 'exp')?.range : undefined;
  return exponent === undefined || exponent.low !== exponent.high
    ? undefined
    : [input(x, 'base'), exponent.low];
}

/** The largest value of x along `axes` is at least one that is held there, and the smallest at most. */
export function maxRelation(x: Operand, axes: Axes, range: Range): Range {
  if (axes !== 'unknown' && sumsToOne(x, axes)) return atLeast(range, leastLikeliest(x, axes));
  const held = heldAlong(x, axes);
  return held === undefined ? range : atLeast(range, held);
}

/** Of n chances that add up to 1 the largest is 1 / n at the least. */
function leastLikeliest({ shape }: Operand, axes: readonly number[] | undefined): number {
  const size = shape?.[axes?.[0] ?? 0]?.size;
  return (1 - FEW_ROUNDINGS) / (typeof size === 'number' ? size : MOST_OUTCOMES);
}

export function minRelation(x: Operand, axes: Axes, range: Range): Range {
  const held = heldAlong(x, axes);
  return held === undefined ? range : atMost(range, held);
}

/** A value that every slice of x along `axes` is known to hold. */
function heldAlong({ range: { holds } }: Operand, axes: Axes): number | undefined {
  return axes !== 'unknown' && holds !== undefined && covers(axes, holds.axes) ? holds.value : undefined;
}
