/**
 * What an interval cannot know of a call, because it depends on where the operands came from: `x - max(x) <= 0`,
 * `sum(exp(x - max(x))) >= 1`, `x * x >= 0`. Each relation holds for the float32 results, rounding included.
 */
import { squared, withOwnZero } from '../facts/arithmetic.js';
import { constantRange, contains, interval, intersectRanges, onlyValue, type Range } from '../facts/range.js';
import { normaliseAxis, type Shape } from '../facts/shape.js';
import { isUnknown } from './build.js';
import type { AttributeValue, Operand } from './row.js';

/** Rounding that a handful of float32 operations on numbers of one size may leave, relative. */
export const FEW_ROUNDINGS = 2 ** -20;

// Equal values

/** Ops that give another value each time, or one that nothing is known of. */
const OWN_VALUE =
  /^(input|unknown|join|variable|buffer|js\.random|js\.element|rand.*|truncatedNormal|dropout|multinomial)$/;

/** Repeated expressions are followed this deep: `tf.exp(z).div(tf.exp(z).sum())`. */
export const DEPTH = 6;

/** True when two operands are certain to hold the same values. */
export function same(one: Operand | undefined, other: Operand | undefined, depth: number = DEPTH): boolean {
  const [a, b] = [withoutCast(one), withoutCast(other)];
  if (a === b) return a !== undefined;
  if (a === undefined || b === undefined) return false;
  if (a.id !== undefined && a.id === b.id) return true;
  if (a.op !== b.op || depth === 0 || OWN_VALUE.test(a.op)) return false;
  const names = Object.keys(a.operands);
  if (names.length !== Object.keys(b.operands).length || a.output !== b.output) return false;
  const operands = names.every((name) => sameOperands(a.operands[name], b.operands[name], depth - 1));
  const known = a.op !== 'constant' || 'value' in a.attributes;
  return operands && known && sameAttribute(a.attributes, b.attributes);
}

/** A float tensor cast to float32 is what it was. */
function withoutCast(operand: Operand | undefined): Operand | undefined {
  if (operand?.op !== 'cast' || operand.attributes['dtype'] !== 'float32') return operand;
  const inner = input(operand, 'x');
  const isFloat = inner !== undefined && (inner.dtype === undefined || inner.dtype === 'float32');
  return isFloat ? withoutCast(inner) : operand;
}

type Given = Operand | readonly Operand[] | undefined;

function sameOperands(a: Given, b: Given, depth: number): boolean {
  const [left, right] = [[a].flat(), [b].flat()] as (Operand | undefined)[][];
  return (
    left!.length === right!.length && left!.every((operand, index) => same(operand, right![index], depth))
  );
}

/** Equal in every part; what is not known equals nothing. */
export function sameAttribute(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if ('unknown' in a || 'unknown' in b) return false;
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => sameAttribute(value, right[key]))
  );
}

// Reductions

/** An operand that is `op` of another one along `axes` (all when undefined). */
export interface Reduced {
  readonly op: string;
  readonly of: Operand;
  readonly axes: readonly number[] | undefined;
  /** True when it broadcasts against what it was made of such that each slice meets its own result. */
  readonly aligned: boolean;
}

const REDUCTIONS = new Set(['sum', 'mean', 'max', 'min', 'logSumExp', 'norm', 'euclideanNorm']);

export function reducedFrom(result: Operand): Reduced | undefined {
  if (result.op === 'expandDims') return expandedAgain(result);
  if (!REDUCTIONS.has(result.op)) return undefined;
  const of = input(result, 'x');
  const axes = namedAxes(result.attributes['axis'], of?.shape);
  if (of === undefined || axes === 'unknown') return undefined;
  const leading = axes === undefined || axes.every((_, index) => axes.includes(index));
  return { op: result.op, of, axes, aligned: leading || result.attributes['keepDims'] === true };
}

/** `x.max(-1).expandDims(-1)` is `x.max(-1, true)`. */
function expandedAgain(result: Operand): Reduced | undefined {
  const inner = input(result, 'x');
  const reduced = inner && reducedFrom(inner);
  if (reduced?.axes?.length !== 1 || inner!.attributes['keepDims'] === true) return undefined;
  const at = result.attributes['axis'];
  const rank = reduced.of.shape?.length;
  const axis = typeof at === 'number' && rank !== undefined ? normaliseAxis(at, rank) : at;
  return axis === reduced.axes[0] ? { ...reduced, aligned: true } : undefined;
}

export function input(operand: Operand, name: string): Operand | undefined {
  const found = operand.operands[name];
  return Array.isArray(found) ? undefined : (found as Operand | undefined);
}

/** An axis that is not known, but the same wherever it is named: below every axis that there is. */
const SOME_AXIS = -1000;

/** The axes an attribute names: normalised where the rank is known; undefined when it names all of them. */
export function namedAxes(
  value: AttributeValue,
  shape: Shape | undefined,
): readonly number[] | undefined | 'unknown' {
  if (value === null || value === undefined) return undefined;
  const given = (Array.isArray(value) ? value : [value]).map(axisNumber);
  if (!given.every((axis) => axis !== undefined)) return 'unknown';
  if (shape === undefined) return given;
  const axes = given.map((axis) => normaliseAxis(axis, shape.length) ?? axis);
  return new Set(axes).size === shape.length ? undefined : axes;
}

function axisNumber(value: AttributeValue): number | undefined {
  if (typeof value === 'number') return value;
  return isUnknown(value) && value.identity !== undefined ? SOME_AXIS - value.identity : undefined;
}

/** True when every slice along `inner` lies within a slice along `outer`. */
function covers(outer: readonly number[] | undefined, inner: readonly number[] | undefined): boolean {
  return outer === undefined || (inner !== undefined && inner.every((axis) => outer.includes(axis)));
}

/** `b` as `op` of `a`, laid out such that each slice of `a` meets its own result. */
export function alignedReduction(a: Operand, b: Operand, ...ops: readonly string[]): Reduced | undefined {
  const reduced = reducedFrom(b);
  return reduced !== undefined && same(reduced.of, a) && reduced.aligned && ops.includes(reduced.op)
    ? reduced
    : undefined;
}

// Differences

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
  if (alignedReduction(a, b, 'logSumExp')) return atMost(range, 0);
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

/** logSumExp(x) and max(x). */
function isSumAboveMost(sum: Operand, most: Operand): boolean {
  const [a, b] = [reducedFrom(sum), reducedFrom(most)];
  return (
    a?.op === 'logSumExp' &&
    b?.op === 'max' &&
    same(a.of, b.of) &&
    String(a.axes) === String(b.axes) &&
    sameLayout(sum, most)
  );
}

/** Whether the one is made of the other such that it is nowhere above: `minimum(x, y) <= x`, `floor(x) <= x <= relu(x)`. */
function isAtMost(lower: Operand, upper: Operand): boolean {
  const madeOf = (made: Operand, x: Operand, ...names: readonly string[]): boolean =>
    names.some((name) => same(input(made, name), x));
  return (
    (/^(minimum|js\.min)$/.test(lower.op) && madeOf(lower, upper, 'a', 'b')) ||
    (/^(maximum|js\.max)$/.test(upper.op) && madeOf(upper, lower, 'a', 'b')) ||
    (/^((js\.)?floor)$/.test(lower.op) && madeOf(lower, upper, 'x')) ||
    (/^(relu|(js\.)?(abs|ceil))$/.test(upper.op) && madeOf(upper, lower, 'x'))
  );
}

/** x - floor(x), or the other way round: at most 1 apart. */
function fraction(upper: Operand, lower: Operand, range: Range): Range {
  const isFraction = /floor$/.test(lower.op) || /ceil$/.test(upper.op);
  return isFraction ? atMost(atLeast(range, -1), 1) : range;
}

const DRAWN = /^(randomNormal|randomStandardNormal|randomUniform|randomGamma|truncatedNormal)$/;

/** Whether random draws set the elements apart: of several no two are equal, and not all are 0. */
function isDrawn(x: Operand | undefined, depth: number = DEPTH): boolean {
  if (x === undefined || depth === 0) return false;
  if (DRAWN.test(x.op)) return x.range.low < x.range.high;
  const [a, b] = [input(x, 'a'), input(x, 'b')];
  const scaled =
    (x.op === 'mul' || x.op === 'div') &&
    [a, b].some((factor) => factor !== undefined && onlyValue(factor.range) !== undefined);
  if (x.op === 'add' || x.op === 'sub' || scaled) return isDrawn(a, depth - 1) || isDrawn(b, depth - 1);
  return x.op === 'neg' || x.op === 'reshape' ? isDrawn(input(x, 'x'), depth - 1) : false;
}

/** The same range; but where its low end would take equal draws, nothing gets there. */
function unlessDrawn(x: Operand, range: Range): Range {
  if (!isDrawn(x)) return range;
  return { ...range, lowBy: 'bound', ...(range.reach ? { reach: { ...range.reach, lowBy: 'bound' } } : {}) };
}

/** max(x) - min(x). */
export function isSpread(most: Operand, least: Operand): boolean {
  const a = reducedFrom(most);
  const b = reducedFrom(least);
  return (
    a?.op === 'max' &&
    b?.op === 'min' &&
    same(a.of, b.of) &&
    String(a.axes) === String(b.axes) &&
    sameLayout(most, least)
  );
}

export function sameLayout(a: Operand, b: Operand): boolean {
  const expanded = (operand: Operand): boolean =>
    operand.op === 'expandDims' || operand.attributes['keepDims'] === true;
  return expanded(a) === expanded(b);
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

/** The x of `square(x)`, `mul(x, x)` and `pow(x, 2)`. */
export function squareRoot(operand: Operand): Operand | undefined {
  if (operand.op === 'square') return input(operand, 'x');
  if (operand.op === 'mul') {
    const a = input(operand, 'a');
    return same(a, input(operand, 'b')) ? a : undefined;
  }
  if (operand.op !== 'pow') return undefined;
  const exponent = input(operand, 'exp');
  return exponent && onlyValue(exponent.range) === 2 ? input(operand, 'base') : undefined;
}

// Products

/** The larger of `max(x)` and `-min(x)` is the largest magnitude: not negative, and 0 where x is 0. */
export function largerOf(a: Operand, b: Operand, range: Range): Range {
  const isMagnitude = [
    [a, b],
    [b, a],
  ].some(([most, other]) => {
    const least = other!.op.replace(/^js\./, '') === 'neg' ? input(other!, 'x') : undefined;
    const [top, bottom] = [reducedFrom(most!), least && reducedFrom(least)];
    return (
      top?.op === 'max' &&
      bottom?.op === 'min' &&
      same(top.of, bottom.of) &&
      String(top.axes) === String(bottom.axes)
    );
  });
  const isNegated = (x: Operand, y: Operand): boolean =>
    y.op.replace(/^js\./, '') === 'neg' && same(input(y, 'x'), x);
  return isMagnitude || isNegated(a, b) || isNegated(b, a)
    ? { ...atLeast(range, 0), lowBy: 'attained' }
    : range;
}

/** `a * b`, where `x` are the values of a. */
export function product(a: Operand, b: Operand, range: Range, x: Range): Range {
  return same(a, b) ? withOwnZero(squared(x), x) : range;
}

const EVEN: ReadonlySet<string> = new Set(['square', 'abs', 'squaredDifference']);

/** Whether the operand is made of squares or absolute values, perhaps weighted. */
function isEven(x: Operand | undefined, depth: number = DEPTH): boolean {
  if (x === undefined || depth === 0) return false;
  if (EVEN.has(x.op) || squareRoot(x) !== undefined) return true;
  const parts = [input(x, 'x'), input(x, 'a'), input(x, 'b')].filter((part) => part !== undefined);
  if (x.op === 'add') return parts.every((part) => isEven(part, depth - 1));
  if (x.op === 'mul' || x.op === 'div')
    return x.range.low >= 0 && parts.some((part) => isEven(part, depth - 1));
  return MOVED.has(x.op) && isEven(parts[0], depth - 1);
}

const MOVED: ReadonlySet<string> = new Set([
  'reshape',
  'expandDims',
  'squeeze',
  'transpose',
  'slice',
  'cast',
]);

/** Several squares are 0 together for a zero vector, for silence, for what never changes: ordinary values. */
export function zeroTogether(range: Range, ...parts: readonly Operand[]): Range {
  if (
    range.low !== 0 ||
    (range.lowBy !== 'assumed' && range.lowBy !== 'bound') ||
    !parts.every((part) => isEven(part))
  )
    return range;
  return {
    ...range,
    lowBy: 'attained',
    ...(range.reach ? { reach: { ...range.reach, lowBy: 'attained' } } : {}),
  };
}

// Sums

/** The sum of x along `axes`. */
export function sumRelation(
  x: Operand,
  axes: readonly number[] | undefined | 'unknown',
  range: Range,
): Range {
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
  const held = x.range.holds;
  if (held === undefined || !covers(axes, held.axes)) return range;
  if (x.range.low >= 0) return atLeast(range, held.value);
  return x.range.high <= 0 ? atMost(range, held.value) : range;
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

/** The largest value of x along `axes` is at least one that is held there. */
export function maxRelation(
  x: Operand,
  axes: readonly number[] | undefined | 'unknown',
  range: Range,
): Range {
  const held = x.range.holds;
  return axes !== 'unknown' && held && covers(axes, held.axes) ? atLeast(range, held.value) : range;
}

export function minRelation(
  x: Operand,
  axes: readonly number[] | undefined | 'unknown',
  range: Range,
): Range {
  const held = x.range.holds;
  return axes !== 'unknown' && held && covers(axes, held.axes) ? atMost(range, held.value) : range;
}

// Ends

/** The range cut off below `value`, which is met there. */
export function atLeast(range: Range, value: number): Range {
  const cut = cutBelow(range, value);
  return range.reach ? { ...cut, reach: cutBelow(range.reach, value) } : cut;
}

function cutBelow(range: Range, value: number): Range {
  if (range.low > value) return range;
  const low = range.low === value ? range.low : value;
  return { ...range, low, lowBy: 'attained', high: Math.max(range.high, value) };
}

export function atMost(range: Range, value: number): Range {
  const cut = cutAbove(range, value);
  return range.reach ? { ...cut, reach: cutAbove(range.reach, value) } : cut;
}

function cutAbove(range: Range, value: number): Range {
  if (range.high < value) return range;
  return { ...range, high: value, highBy: 'attained', low: Math.min(range.low, value) };
}

export function holding(range: Range, value: number, axes: readonly number[] | undefined): Range {
  return contains(range, value) ? { ...range, holds: { value, axes } } : range;
}
