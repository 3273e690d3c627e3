/**
 * What an interval cannot know of a quotient: a part is no more than the whole, a vector no longer than its norm. Each
 * relation holds for the float32 results, rounding included.
 */
import { elementsIn } from '../facts/concrete-shape.js';
import { constantRange, settled, type EndSource, type Range } from '../facts/range.js';
import { sameSize } from '../facts/shape.js';
import { isSpread } from './relations/differences.js';
import type { Operand } from './row.js';
import { input, same, sameAttribute, DEPTH } from './relations/same.js';
import { alignedReduction, reducedFrom, sameLayout, namedAxes, type Reduced } from './relations/reduced.js';
import { atLeast, atMost, holding } from '../facts/range-ends.js';
import {
  guardUnderRoot,
  isEuclidean,
  normOf,
  withinOne,
  withoutGuard,
  SQUARES_UNDERFLOW,
} from './relations/norms.js';
import { overlapShare } from './relations/overlaps.js';
import { squareRoot } from './relations/squares.js';

export function quotient(a: Operand, b: Operand, range: Range): Range {
  if (same(a, b)) return { ...constantRange(1), mayBeNaN: range.mayBeNaN };
  const guarded = withoutGuard(b);
  const bound = alignedReduction(a, guarded.of, 'sum', 'max');
  if (bound !== undefined && a.range.low >= 0) return partOfWhole(a, bound, guarded.least > 0, range);
  const norm = normOf(a, b);
  if (norm !== undefined) return withinOne(norm.least >= SQUARES_UNDERFLOW, range);
  const count = countUnderRoot(a, guarded.of);
  if (count !== undefined) {
    const isGuarded = Math.max(guarded.least, guardUnderRoot(guarded.of)) >= SQUARES_UNDERFLOW;
    return withinOne(isGuarded, range, Math.sqrt(count) * (1 + count * 2 ** -23));
  }
  const share = partOfSum(a, b, range);
  if (share !== undefined) return share;
  if (isCosine(a, guarded.of)) return withinOne(guarded.least >= 1e-8 && isModerate(a) && isPaired(a), range);
  return isShare(a, guarded.of) ? atMost(atLeast(range, 0), 1) : overlapShare(a, b, range);
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

/** Whether each element of the one vector meets its own of the other: nothing is broadcast. */
function isPaired(dot: Operand): boolean {
  const { of } = reducedFrom(dot)!;
  const [u, v] = [input(of, 'a')?.shape, input(of, 'b')?.shape];
  return (
    u !== undefined && u.length === v?.length && u.every(({ size }, axis) => sameSize(size, v[axis]!.size))
  );
}

/** x / sum(x), x / max(x) for x >= 0: no part is larger than the whole. */
function partOfWhole(a: Operand, whole: Reduced, guarded: boolean, range: Range): Range {
  const one = 1;
  const result = shareOf(a, range);
  // A part can be all of it when the others can be 0.
  const highBy: EndSource = a.range.low === 0 || whole.op === 'max' ? 'attained' : result.highBy;
  const bounded = result.high === one ? { ...result, highBy } : result;
  return whole.op === 'max' && !guarded ? holding(bounded, one, whole.axes) : bounded;
}

/** A part that may be 0 is so for the same reason after it; any other where the whole is known to get so large beside it. */
function shareOf(part: Operand, range: Range): Range {
  const share = atMost(atLeast(range, 0), 1);
  return startingBy(share, part.range.low === 0 ? part.range.lowBy : settled(range.lowBy));
}

const startingBy = (range: Range, lowBy: EndSource): Range => ({
  ...range,
  lowBy,
  ...(range.reach ? { reach: { ...range.reach, lowBy } } : {}),
});

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
  return isPart ? shareOf(a, range) : atMost(atLeast(range, -1), 1);
}

function addends(sum: Operand, depth: number = DEPTH): readonly Operand[] {
  if ((sum.op !== 'add' && sum.op !== 'js.add') || depth === 0) return [sum];
  return [input(sum, 'a'), input(sum, 'b')].flatMap((part) =>
    part === undefined ? [] : addends(part, depth - 1),
  );
}

/** Where one vector is so large that it makes up for another that underflows, a guard does not help. */
function isModerate(dot: Operand): boolean {
  const factors = Object.values(reducedFrom(dot)!.of.operands).flat() as Operand[];
  return factors.every(({ range }) => range.low >= -1e4 && range.high <= 1e4);
}
