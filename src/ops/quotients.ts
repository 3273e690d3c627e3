/**
 * What an interval cannot know of a quotient: a part is no more than the whole, a vector no longer than its norm. Each
 * relation holds for the float32 results, rounding included.
 */
import { elementsIn } from '../facts/concrete-shape.js';
import {
  constantRange,
  intersectRanges,
  interval,
  onlyValue,
  type EndSource,
  type Range,
} from '../facts/range.js';
import { isSpread } from './relations/differences.js';
import type { Operand } from './row.js';
import { input, same, sameAttribute, FEW_ROUNDINGS, DEPTH } from './relations/same.js';
import { alignedReduction, reducedFrom, sameLayout, namedAxes, type Reduced } from './relations/reduced.js';
import { atLeast, atMost, holding } from '../facts/range-ends.js';
import { squareRoot } from './relations/squares.js';

export function quotient(a: Operand, b: Operand, range: Range): Range {
  if (same(a, b)) return { ...constantRange(1), mayBeNaN: range.mayBeNaN };
  const guarded = withoutGuard(b);
  const bound = alignedReduction(a, guarded.of, 'sum', 'max');
  if (bound !== undefined && a.range.low >= 0) return partOfWhole(a, bound, guarded.least > 0, range);
  if (isNormOf(a, guarded.of))
    return within1(Math.max(guarded.least, innerGuard(guarded.of)) >= SQUARES_UNDERFLOW, range);
  const count = countUnderRoot(a, guarded.of);
  if (count !== undefined) {
    const isGuarded = Math.max(guarded.least, innerGuard(guarded.of)) >= SQUARES_UNDERFLOW;
    return within1(isGuarded, range, Math.sqrt(count) * (1 + count * 2 ** -23));
  }
  const share = partOfSum(a, b, range);
  if (share !== undefined) return share;
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
  const share = atMost(atLeast(range, 0), one);
  // A part that may be 0 is so for the same reason after it; any other is where it is small enough beside the rest.
  const result = a.range.low === 0 ? startingBy(share, a.range.lowBy) : share;
  // A part can be all of it when the others can be 0.
  const highBy: EndSource = a.range.low === 0 || whole.op === 'max' ? 'attained' : result.highBy;
  const bounded = result.high === one ? { ...result, highBy } : result;
  return whole.op === 'max' && !guarded ? holding(bounded, one, whole.axes) : bounded;
}

const startingBy = (range: Range, lowBy: EndSource): Range => ({
  ...range,
  lowBy,
  ...(range.reach ? { reach: { ...range.reach, lowBy } } : {}),
});

/** Below it squares are no normal floats: above, a sum of squares is not less than any of them. */
const SQUARES_UNDERFLOW = 2 ** -63;

/** Of `c / sqrt(mean(square(c)) + eps)`: over how many values the mean goes, if that is known. No value is above its root. */
function countUnderRoot(c: Operand, root: Operand): number | undefined {
  const inner = root.op === 'sqrt' ? input(root, 'x') : undefined;
  const under = inner && withoutGuard(inner).of;
  if (under === undefined) return undefined;
  if (under.op === 'moments') return isCentred(c, under) ? countOf(input(under, 'x'), under) : undefined;
  const mean = reducedFrom(under);
  if (mean?.op !== 'mean' || !mean.aligned || !isSquareOf(mean.of, c)) return undefined;
  return countOf(mean.of, under.op === 'expandDims' ? input(under, 'x') : under);
}

/** `x - mean`, where mean and variance are of one call of moments that keeps the axes. */
function isCentred(c: Operand, variance: Operand): boolean {
  if (c.op !== 'sub' || variance.output !== 'variance' || variance.attributes['keepDims'] !== true)
    return false;
  const [x, mean] = [input(c, 'a'), input(c, 'b')];
  return (
    mean?.op === 'moments' &&
    mean.output === 'mean' &&
    mean.attributes['keepDims'] === true &&
    sameAttribute(mean.attributes['axis'], variance.attributes['axis']) &&
    same(x, input(variance, 'x')) &&
    same(x, input(mean, 'x'))
  );
}

function isSquareOf(square: Operand, c: Operand): boolean {
  if (square.op !== 'squaredDifference') return same(squareRoot(square), c);
  return c.op === 'sub' && same(input(square, 'a'), input(c, 'a')) && same(input(square, 'b'), input(c, 'b'));
}

/** Over how many values a reduction of x goes. */
function countOf(x: Operand | undefined, reduction: Operand | undefined): number | undefined {
  const shape = x?.shape;
  const axes = namedAxes(reduction?.attributes['axis'], shape);
  if (shape === undefined || axes === 'unknown') return undefined;
  const sizes = (axes ?? shape.map((_, axis) => axis)).map((axis) => shape[axis]?.size);
  return sizes.every((size) => typeof size === 'number') ? elementsIn(sizes) : undefined;
}

/** `a / (a + b + …)` where nothing is negative, and `x / (|x| + b)`: no more than the whole. */
function partOfSum(a: Operand, sum: Operand, range: Range): Range | undefined {
  const parts = addends(sum);
  if (parts.length < 2 || parts.some((part) => !(part.range.low >= 0))) return undefined;
  const isPart = parts.some((part) => same(part, a));
  const isMagnitude = parts.some(
    (part) => part.op.replace(/^js\./, '') === 'abs' && same(input(part, 'x'), a),
  );
  if (!isPart && !isMagnitude) return undefined;
  const least = isPart ? 0 : -1;
  return atMost(atLeast(range, least), 1);
}

function addends(sum: Operand, depth: number = DEPTH): readonly Operand[] {
  if ((sum.op !== 'add' && sum.op !== 'js.add') || depth === 0) return [sum];
  return [input(sum, 'a'), input(sum, 'b')].flatMap((part) =>
    part === undefined ? [] : addends(part, depth - 1),
  );
}

/** x / norm(x): within [-1, 1], unless the norm underflows to 0 where x does not, which only a guard forbids. */
function within1(guarded: boolean, range: Range, most = 1): Range {
  const end = most * (1 + FEW_ROUNDINGS);
  const unit = interval(-end, end, 'attained', { mayBeNaN: range.mayBeNaN });
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
