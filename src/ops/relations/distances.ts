/** Squared distances that are written out, `|a|² + |b|² - 2ab`: not negative, but for what their rounding leaves. */
import type { Range } from '../../facts/range.js';
import { sameSize } from '../../facts/shape.js';
import { atLeast } from '../../facts/range-ends.js';
import type { AttributeValue, Operand } from '../row.js';
import { fromEnd, type AxisFromEnd } from './along.js';
import { reducedFrom } from './reduced.js';
import { DEPTH, FEW_ROUNDINGS, input, same } from './same.js';
import { squareRoot } from './squares.js';
import { termsOf } from './terms.js';

/** The sum or difference, where it is such a distance. */
export function distance(a: Operand, b: Operand, sign: 1 | -1, range: Range): Range {
  if (range.low >= 0) return range;
  const terms = [...termsOf(a, 1), ...termsOf(b, sign)];
  if (terms.length !== 3) return range;
  const product = terms.find(({ factor }) => factor === -2);
  const squares = terms.filter(({ factor }) => factor === 1);
  const factors = product && factorsOf(product.of);
  if (factors === undefined || squares.length !== 2) return range;
  const [one, other] = squares.map(({ of }) => of);
  const fits = meets([one!, other!], factors) ?? meets([other!, one!], factors);
  if (fits === undefined) return range;
  const largest = squares.reduce((sum, { of }) => sum + (of.range.reach ?? of.range).high, 0);
  const noise = { ...atLeast(range, -largest * FEW_ROUNDINGS), lowBy: 'attained' as const };
  const isCertain = fits && areAlike(factors) && squares.every(({ of }) => of.range.reach === undefined);
  return isCertain ? noise : withinReach(range, noise);
}

/** Whether these are the lengths of the points, and whether it is certain that each stands beside its own products. */
function meets(
  [one, other]: readonly [Operand, Operand],
  [first, second]: readonly [Points, Points],
): boolean | undefined {
  if (!samePoints(pointsOf(one), first) || !samePoints(pointsOf(other), second)) return undefined;
  if (!first.crossed) return true;
  const [column, row] = [one.shape, other.shape];
  if (column === undefined || row === undefined) return false;
  const isTable = column.at(-1)?.size === 1 && (row.length === 1 || row.at(-2)?.size === 1);
  return isTable ? true : undefined;
}

/** Of vectors of which nobody knows how long they are, those that ordinary inputs reach. */
function withinReach(range: Range, noise: Range): Range {
  const reach = { ...noise, reach: undefined, high: (range.reach ?? range).high };
  return { ...range, lowBy: 'bound', reach };
}

/** A set of points, and the axis of their coordinates. */
interface Points {
  readonly of: Operand;
  readonly axis: AxisFromEnd;
  /** Each of them meets each of the others. */
  readonly crossed?: boolean | undefined;
}

/** Two sets of points, of which each meets each, or each its own. */
function factorsOf(product: Operand): readonly [Points, Points] | undefined {
  const sum = product.op === 'sum' ? reducedFrom(product) : undefined;
  const inner = sum?.of ?? product;
  const [a, b] = [input(inner, 'a'), input(inner, 'b')];
  if (a === undefined || b === undefined) return undefined;
  if (inner.op === 'matMul') {
    const { transposeA, transposeB } = inner.attributes;
    return [laidOut(a, transposeA === true ? -2 : -1), laidOut(b, transposeB === true ? -1 : -2)];
  }
  const axis = inner.op === 'mul' && sum?.axes?.length === 1 ? sum.axes[0]! : undefined;
  if (axis === undefined) return undefined;
  const along = fromEnd(axis, inner.shape?.length);
  return [
    { of: a, axis: along },
    { of: b, axis: along },
  ];
}

/** `x.transpose()` as x. */
function laidOut(x: Operand, axis: AxisFromEnd): Points {
  const inner = x.op === 'transpose' && isNullish(x.attributes['perm']) ? input(x, 'x') : undefined;
  return inner === undefined
    ? { of: x, axis, crossed: true }
    : { of: inner, axis: axis === -1 ? -2 : -1, crossed: true };
}

const isNullish = (value: AttributeValue): boolean => value === undefined || value === null;

/** What the sum of squares is of, however it was laid out to meet the other. */
function pointsOf(lengths: Operand, depth = DEPTH): Points | undefined {
  const sum = reducedFrom(lengths);
  const of = sum?.op === 'sum' ? squareRoot(sum.of) : undefined;
  if (of !== undefined) {
    const axis = sum!.axes?.length === 1 ? fromEnd(sum!.axes[0]!, sum!.of.shape?.length) : undefined;
    return axis === undefined ? undefined : { of, axis };
  }
  const inner = MOVES.has(lengths.op) && depth > 0 ? input(lengths, 'x') : undefined;
  return inner && pointsOf(inner, depth - 1);
}

const samePoints = (one: Points | undefined, other: Points): boolean =>
  one !== undefined && same(one.of, other.of) && areOneAxis(one.axis, other.axis);

/** Of a rank that is not known the second axis is the last one, more often than not. */
const areOneAxis = (one: AxisFromEnd, other: AxisFromEnd): boolean =>
  one === other || (Math.max(one, other) === 1 && Math.min(one, other) === -1);

/** Whether both have as many coordinates, so that each meets its own. */
const areAlike = ([a, b]: readonly [Points, Points]): boolean => {
  const [ofA, ofB] = [a, b].map(({ of, axis }) => of.shape?.at(axis)?.size);
  return ofA !== undefined && ofB !== undefined && sameSize(ofA, ofB);
};

const MOVES: ReadonlySet<string> = new Set(['transpose', 'expandDims', 'reshape']);
