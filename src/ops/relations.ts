/**
 * What an interval cannot know of a call, because it depends on where the operands came from: `x - max(x) <= 0`,
 * `sum(exp(x - max(x))) >= 1`, `x * x >= 0`. Each relation holds for the float32 results, rounding included.
 */
import { squared, withOwnZero } from '../facts/arithmetic.js';
import {
  constantRange,
  contains,
  interval,
  intersectRanges,
  onlyValue,
  type EndSource,
  type Range,
} from '../facts/range.js';
import { normaliseAxis, type Shape } from '../facts/shape.js';
import { isUnknown } from './build.js';
import type { AttributeValue, Operand } from './row.js';

/** Rounding that a handful of float32 operations on numbers of one size may leave, relative. */
const FEW_ROUNDINGS = 2 ** -20;

// Equal values

/** Ops that give another value each time, or one that nothing is known of. */
const OWN_VALUE =
  /^(input|unknown|join|variable|buffer|js\.random|js\.element|rand.*|truncatedNormal|dropout|multinomial)$/;

/** Repeated expressions are followed this deep: `tf.exp(z).div(tf.exp(z).sum())`. */
const DEPTH = 6;

/** True when two operands are certain to hold the same values. */
export function same(one: Operand | undefined, other: Operand | undefined, depth: number = DEPTH): boolean {
  const [a, b] = [withoutCast(one), withoutCast(other)];
  if (a === b) return a !== undefined;
  if (a === undefined || b === undefined || a.op !== b.op || depth === 0 || OWN_VALUE.test(a.op))
    return false;
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
function sameAttribute(a: unknown, b: unknown): boolean {
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
interface Reduced {
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

function input(operand: Operand, name: string): Operand | undefined {
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
function alignedReduction(a: Operand, b: Operand, ...ops: readonly string[]): Reduced | undefined {
  const reduced = reducedFrom(b);
  return reduced !== undefined && same(reduced.of, a) && reduced.aligned && ops.includes(reduced.op)
    ? reduced
    : undefined;
}

// Differences

/** `a - b`, where `range` is what the intervals give. */
export function difference(a: Operand, b: Operand, range: Range): Range {
  if (same(a, b)) return { ...constantRange(0), mayBeNaN: range.mayBeNaN };
  const below = alignedReduction(a, b, 'max') ?? alignedReduction(b, a, 'min');
  if (below !== undefined) return holding(atMost(range, 0), 0, below.axes);
  const above = alignedReduction(a, b, 'min') ?? alignedReduction(b, a, 'max');
  // -0 is not below 0, so that -0 - 0 may come out.
  if (above !== undefined) return holding(atLeast(range, -0), 0, above.axes);
  if (alignedReduction(a, b, 'logSumExp')) return atMost(range, 0);
  if (isSpread(a, b)) return unlessDrawn(reducedFrom(a)!.of, atLeast(range, 0));
  if (isSpread(b, a)) return atMost(range, 0);
  return onePassVariance(a, b, range) ?? range;
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
function isSpread(most: Operand, least: Operand): boolean {
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

function sameLayout(a: Operand, b: Operand): boolean {
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
function squareRoot(operand: Operand): Operand | undefined {
  if (operand.op === 'square') return input(operand, 'x');
  if (operand.op === 'mul') {
    const a = input(operand, 'a');
    return same(a, input(operand, 'b')) ? a : undefined;
  }
  if (operand.op !== 'pow') return undefined;
  const exponent = input(operand, 'exp');
  return exponent && onlyValue(exponent.range) === 2 ? input(operand, 'base') : undefined;
}

// Products and quotients

/** `a * b`, where `x` are the values of a. */
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
  return isMagnitude ? { ...atLeast(range, 0), lowBy: 'attained' } : range;
}

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

export function quotient(a: Operand, b: Operand, range: Range): Range {
  if (same(a, b)) return { ...constantRange(1), mayBeNaN: range.mayBeNaN };
  const guarded = withoutGuard(b);
  const bound = alignedReduction(a, guarded.of, 'sum', 'max');
  if (bound !== undefined && a.range.low >= 0) return partOfWhole(a, bound, guarded.least > 0, range);
  if (isNormOf(a, guarded.of))
    return within1(Math.max(guarded.least, innerGuard(guarded.of)) >= 1e-12, range);
  if (isCosine(a, guarded.of)) return within1(guarded.least >= 1e-8 && isModerate(a), range);
  return isShare(a, guarded.of) ? atMost(atLeast(range, 0), 1) : range;
}

/** (x - min(x)) / (max(x) - min(x)). */
function isShare(part: Operand, spread: Operand): boolean {
  if (part.op !== 'sub' || spread.op !== 'sub') return false;
  const [x, least] = [input(part, 'a'), input(part, 'b')];
  const [most, alsoLeast] = [input(spread, 'a'), input(spread, 'b')];
  if (x === undefined || least === undefined || most === undefined || !same(least, alsoLeast)) return false;
  return (
    alignedReduction(x, least, 'min') !== undefined && isSpread(most, least) && same(reducedFrom(most)!.of, x)
  );
}

/** sum(u * v) / (norm(u) * norm(v)), all along the same axes. */
function isCosine(dot: Operand, lengths: Operand): boolean {
  const sum = reducedFrom(dot);
  if (sum?.op !== 'sum' || sum.of.op !== 'mul' || lengths.op !== 'mul') return false;
  const [u, v] = [input(sum.of, 'a'), input(sum.of, 'b')];
  const norms = [input(lengths, 'a'), input(lengths, 'b')] as const;
  const fits = (norm: Operand | undefined, x: Operand | undefined): boolean => {
    const reduced = norm && reducedFrom(norm);
    if (x === undefined || !/^(norm|euclideanNorm)$/.test(reduced?.op ?? '') || !isEuclidean(norm!))
      return false;
    return same(reduced!.of, x) && String(reduced!.axes) === String(sum.axes) && sameLayout(dot, norm!);
  };
  return (fits(norms[0], u) && fits(norms[1], v)) || (fits(norms[0], v) && fits(norms[1], u));
}

/** x / sum(x), x / max(x) for x >= 0: no part is larger than the whole. */
function partOfWhole(a: Operand, whole: Reduced, guarded: boolean, range: Range): Range {
  const one = 1;
  const result = atMost(atLeast(range, 0), one);
  // A part can be all of it when the others can be 0.
  const highBy: EndSource = a.range.low === 0 || whole.op === 'max' ? 'attained' : result.highBy;
  const bounded = result.high === one ? { ...result, highBy } : result;
  return whole.op === 'max' && !guarded ? holding(bounded, one, whole.axes) : bounded;
}

/** x / norm(x): within [-1, 1], unless the norm underflows to 0 where x does not, which only a guard forbids. */
function within1(guarded: boolean, range: Range): Range {
  const unit = interval(-1 - FEW_ROUNDINGS, 1 + FEW_ROUNDINGS, 'attained', { mayBeNaN: range.mayBeNaN });
  const reach = intersectRanges({ ...range, mayBeNaN: true }, unit) ?? unit;
  return guarded ? reach : { ...range, lowBy: 'bound', highBy: 'bound', reach };
}

/** What `sqrt(sum(square(x)) + eps)` is at least. */
function innerGuard(norm: Operand): number {
  const under = norm.op === 'sqrt' ? input(norm, 'x') : undefined;
  return under === undefined ? 0 : Math.sqrt(withoutGuard(under).least);
}

/** Where one vector is so large that it makes up for another that underflows, a guard does not help. */
function isModerate(dot: Operand): boolean {
  const factors = Object.values(reducedFrom(dot)!.of.operands).flat() as Operand[];
  return factors.every(({ range }) => range.low >= -1e4 && range.high <= 1e4);
}

interface Guarded {
  readonly of: Operand;
  /** What the guard adds or puts underneath; 0 without a guard. */
  readonly least: number;
}

/** The x of `x + eps` and `maximum(x, eps)`. */
function withoutGuard(operand: Operand): Guarded {
  if (operand.op !== 'add' && operand.op !== 'maximum') return { of: operand, least: 0 };
  const a = input(operand, 'a');
  const b = input(operand, 'b');
  if (a === undefined || b === undefined) return { of: operand, least: 0 };
  const [of, guard] = onlyValue(a.range) === undefined ? [a, b] : [b, a];
  const least = onlyValue(guard.range);
  return least !== undefined && least >= 0 ? { of, least } : { of: operand, least: 0 };
}

/** norm(x), euclideanNorm(x), and sqrt(sum(square(x))) with or without a guard inside. */
function isNormOf(x: Operand, denominator: Operand): boolean {
  const norm = alignedReduction(x, denominator, 'norm', 'euclideanNorm');
  if (norm !== undefined) return norm.op === 'euclideanNorm' || isEuclidean(denominator);
  if (denominator.op !== 'sqrt') return false;
  const under = input(denominator, 'x');
  const sum = under && reducedFrom(withoutGuard(under).of);
  return sum?.op === 'sum' && sum.aligned && same(squareRoot(sum.of), x);
}

function isEuclidean(norm: Operand): boolean {
  const source = norm.op === 'expandDims' ? input(norm, 'x') : norm;
  const order = source?.attributes['ord'];
  return order === undefined || order === 'euclidean' || order === 2;
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
function atLeast(range: Range, value: number): Range {
  const cut = cutBelow(range, value);
  return range.reach ? { ...cut, reach: cutBelow(range.reach, value) } : cut;
}

function cutBelow(range: Range, value: number): Range {
  if (range.low > value) return range;
  const low = range.low === value ? range.low : value;
  return { ...range, low, lowBy: 'attained', high: Math.max(range.high, value) };
}

function atMost(range: Range, value: number): Range {
  const cut = cutAbove(range, value);
  return range.reach ? { ...cut, reach: cutAbove(range.reach, value) } : cut;
}

function cutAbove(range: Range, value: number): Range {
  if (range.high < value) return range;
  return { ...range, high: value, highBy: 'attained', low: Math.min(range.low, value) };
}

function holding(range: Range, value: number, axes: readonly number[] | undefined): Range {
  return contains(range, value) ? { ...range, holds: { value, axes } } : range;
}
