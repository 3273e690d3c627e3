/** Why a divisor is 0, or what speaks against it. */
import { isNonZero } from '../program/apart.js';
import { growthOf, isDifferenceOfCounts, isFiltered, mayStayZero } from '../program/growth.js';
import { slice, type Node } from '../program/node.js';
import { reducedOf } from './axes.js';
import { isOfCountedClasses } from './counted-classes.js';
import type { Met } from './danger.js';
import { isDraw } from './draws.js';
import { isEigenvalue } from './eigenvalues.js';
import { nameOfInput } from './input-names.js';
import { isMaskedAfterwards } from './masked-afterwards.js';
import { isMaskedShare } from './masked-shares.js';
import { isShareOfBoth, isUnionOf, isUnionOfClamped } from './overlaps.js';
import {
  arithmeticChain,
  constantOf,
  eitherOrder,
  isConstant,
  isLabel,
  isOp,
  isTrained,
  oneMinus,
  operandOf,
  producer,
  sameValue,
  squareRoot,
} from './patterns.js';
import { isRootOfMovingSquare } from './reach-of.js';
import { isSinceLast } from './since-last.js';
import type { Site } from './site.js';
import { numberFactors } from './terms.js';
import { isZeroByZero } from './zero-together.js';

/** In words that go on a sentence; undefined where nothing but a promise of callers keeps it from 0, which they may keep. */
export function whyZero(site: Site, met: Met): string | undefined {
  const { operand, reach } = met;
  if (isCountedUp(site, operand)) return undefined;
  if (isMovedByTraining(operand)) return 'and nothing keeps training from taking it there';
  if (isUnion(site, met)) return 'as where both are empty';
  if (isZeroByZero(site, operand)) return 'as where both are 0';
  if (isEigenvalue(site, operand)) return 'as of columns that follow from each other';
  if (isMaskedShare(site, met)) return 'as where the mask leaves nothing';
  if (reach !== 'assumed') return mayBePromised(site, operand) ? undefined : byOp(site, operand);
  if (isMaskedAfterwards(site, operand)) return 'and the mask behind it is 0 there: 0 times that is NaN';
  return isLabel(operand) || isTruthBesideGuess(site, operand) ? 'as any target may be' : undefined;
}

/** `(truth - guess) / truth`, a relative error: what is to be met may be 0, and nothing relative to it is said then. */
function isTruthBesideGuess(site: Site, divisor: Node): boolean {
  const truth = producer(isOp(divisor, 'abs', 'js.abs') ? operandOf(divisor, 'x') : divisor);
  const numerator = site.operand('a');
  if (truth?.op !== 'input' || numerator === undefined || !TRUTH.test(nameOfInput(truth) ?? '')) return false;
  const parts = slice(numerator);
  const compared = parts.filter(({ op }) => op === 'input');
  const guess = compared.find(({ id }) => id !== truth.id);
  // The square of a difference by what was expected is a statistic of its own (Pearson 1900), of counts that are not 0.
  const isSquared = parts.some((part) => squareRoot(part) !== undefined);
  return compared.length === 2 && guess !== undefined && !isSquared && GUESS.test(nameOfInput(guess) ?? '');
}

const TRUTH = /^(?:y|y_?true|truths?|actuals?|targets?|labels?)$/i;

const GUESS = /^(?:y_?)?(?:pred(?:s|icted|ictions?)?|forecasts?|estimate[sd]?|outputs?|guess(?:es)?|hat)$/i;

const mayBePromised = (site: Site, divisor: Node): boolean =>
  isSumOfShares(site, divisor) ||
  isSumOfPairs(divisor) ||
  isTurnedBlend(divisor) ||
  isSpreadOfNoise(divisor) ||
  isSpreadOfPlaces(divisor) ||
  isFlooredByItself(divisor) ||
  isTotalOfVotes(divisor) ||
  isNumberOfClasses(divisor) ||
  isTotalOfConfusion(divisor) ||
  isExponentialOfLogarithm(divisor);

/** All that a table of labels by predictions counts: how many there are, which is 0 of none only. */
function isTotalOfConfusion(divisor: Node): boolean {
  const total = producer(divisor);
  const isOfAll = isOp(total, 'sum') && (total.attributes['axis'] ?? null) === null;
  return isOfAll && isOp(producer(operandOf(total, 'x')), 'math.confusionMatrix');
}

/** `t.sub(t.mean()).square().sum()` of `t = tf.range(0, n)`, in a trend: 0 where there is a single step, and nowhere else. */
function isSpreadOfPlaces(divisor: Node): boolean {
  const total = producer(divisor);
  const difference = isOp(total, 'sum', 'mean') ? squareRoot(operandOf(total, 'x')) : undefined;
  if (!isOp(producer(difference), 'sub')) return false;
  const places = operandOf(producer(difference), 'a');
  const mean = producer(operandOf(producer(difference), 'b'));
  return isOp(mean, 'mean') && sameValue(operandOf(mean, 'x'), places) && isOp(producer(places), 'range');
}

/** `variance.maximum(variance.max().mul(1e-4))`: a floor by the largest of them, which is 0 where all are. */
function isFlooredByItself(divisor: Node): boolean {
  const made = producer(divisor);
  if (!isOp(made, 'maximum')) return false;
  return eitherOrder(made).some(([x, floor]) =>
    arithmeticChain(floor).some((part) => isOp(part, 'max') && sameValue(operandOf(part, 'x'), x)),
  );
}

/** All that `oneHot(ids).mul(weights)` adds up to: each row has one place, so it is the sum of the weights. */
function isTotalOfVotes(divisor: Node): boolean {
  let total = producer(divisor);
  if (!isOp(total, 'sum') || total.shape?.length !== 0) return false;
  while (isOp(total, 'sum')) total = producer(operandOf(total, 'x'));
  return (
    isOp(total, 'mul') &&
    eitherOrder(total).some(
      ([votes, weights]) => isOp(producer(votes), 'oneHot') && isOp(producer(weights), 'exp'),
    )
  );
}

function isNumberOfClasses(divisor: Node): boolean {
  const total = producer(divisor);
  return isOp(total, 'sum') && isOfCountedClasses(operandOf(total, 'x'));
}

/** `logPrices.exp()`: what the logarithm was taken of, which callers keep from 0 where nobody described it. */
function isExponentialOfLogarithm(divisor: Node): boolean {
  const exponent = isOp(producer(divisor), 'exp') ? producer(operandOf(producer(divisor), 'x')) : undefined;
  return exponent?.op === 'log' && operandOf(exponent, 'x')?.range.lowBy === 'assumed';
}

/** `this.counts` of a file that has `this.counts.assign(this.counts.add(…))`: it is counted, and no weight. */
function isCountedUp(site: Site, node: Node): boolean {
  const name = site.text(node);
  if (!isTrained(node) || !/^(?:this\.)?\w+$/.test(name)) return false;
  const counting = new RegExp(String.raw`(?<![\w$.])${name}\.assign\(\s*(?:tf\.add\(\s*)?${name}[.,]`);
  return counting.test(site.fileText());
}

/** In the words of the op that makes it so. */
function byOp(site: Site, denominator: Node): string {
  if (isConstant(denominator, 0)) return 'which it is here, as a default or in the first round of a loop';
  if (isSinceLast(site, denominator)) return 'as for two calls that hand over the same';
  if (denominator.attributes['tied'] === true) return 'as where both were rounded to the same number';
  if (numberFactors(denominator).some(isDifferenceOfCounts)) return 'as where both count the same';
  if (denominator.range.integer && mayStayZero(growthOf(denominator)))
    return 'as where there is none to count';
  if (isFiltered(denominator)) return 'as where nothing passes the test';
  if (isRootOfMovingSquare(denominator)) return 'as where every gradient was 0 so far';
  if (isLabel(denominator)) return 'as any target may be';
  const chain = arithmeticChain(denominator, 8);
  if (chain.some((node) => isOp(node, 'moments'))) return 'as for constant data, whose variance is 0';
  if (chain.some((node) => isOp(node, 'norm', 'euclideanNorm'))) return 'as for a zero vector';
  const [first] = chain;
  if (isOp(first, 'sub') && isOp(operandOf(first, 'a'), 'max'))
    return 'as for constant data, whose maximum is its minimum';
  return 'which the code itself reaches';
}

/** Two empty boxes, or masks, are ordinary: those that fill up a batch, or of which one is not there. */
const isUnion = (site: Site, { operand, region }: Met): boolean =>
  region.harm === 'value' &&
  (isUnionOf(producer(site.operand('a')), operand) ||
    isShareOfBoth(site.operand('a'), operand) ||
    isUnionOfClamped(operand, site.operand('a')));

/** A weight, perhaps added to something else: training moves it as it pleases, across 0 too. */
const isMovedByTraining = (node: Node): boolean =>
  isTrained(node) ||
  (isOp(node, 'add') &&
    eitherOrder(node).some(([weight, other]) => isTrained(weight) && constantOf(other) === undefined));

/** `1 / weights.square().sum()`, an effective number of samples: what adds up to 1 by its name is not all 0. */
function isSumOfShares(site: Site, divisor: Node): boolean {
  const sum = producer(divisor);
  const square = isOp(sum, 'sum') ? producer(operandOf(sum, 'x')) : undefined;
  const shares =
    isOp(square, 'mul') && sameValue(operandOf(square, 'a'), operandOf(square, 'b'))
      ? operandOf(square, 'a')
      : isOp(square, 'square')
        ? operandOf(square, 'x')
        : undefined;
  const isInverse = isOp(site.node, 'reciprocal') || constantOf(site.operand('a')) !== undefined;
  if (!isInverse || shares === undefined) return false;
  const name = nameOfInput(shares);
  if (name !== undefined && SHARES.test(name)) return true;
  // `this.weights`, which was assigned this and that, and the `w` of particles; those of a model may well be 0.
  const isOpen = name === 'w' || isOp(shares, 'join', 'unknown', 'fill');
  return isOpen && EFFECTIVE.test(site.unit.unit.name) && /(?:^|[.\s])(?:w|weights)$/.test(site.text(shares));
}

const EFFECTIVE = /effective|n_?eff\b|(?:^|\.)ess\b/i;

const SHARES =
  /^(?:(?:importance|normali[sz]ed|particle|posterior)_?)?(?:weights?|probs?|probabilities|shares?)$/i;

/**
 * The sum over all pairs of `1 / (1 + distance)`, of each with the others, `tf.sub(1, tf.eye(n))`: 0 for a single one alone (van der
 * Maaten and Hinton 2008, "Visualizing data using t-SNE", equation 4).
 */
function isSumOfPairs(divisor: Node): boolean {
  const sum = producer(divisor);
  const pairs = isOp(sum, 'sum') ? producer(operandOf(sum, 'x')) : undefined;
  if (!isOp(pairs, 'mul')) return false;
  return eitherOrder(pairs).some(
    ([kernel, mask]) => isInverseFromOne(producer(kernel)) && isOffDiagonal(mask),
  );
}

const isInverseFromOne = (node: Node | undefined): boolean =>
  (isOp(node, 'reciprocal') && isFromOne(operandOf(node, 'x'))) ||
  (isOp(node, 'div') && (constantOf(operandOf(node, 'a')) ?? 0) > 0 && isFromOne(operandOf(node, 'b')));

/** One over Infinity is 0, which an exponential gets to. */
const isFromOne = (node: Node | undefined): boolean =>
  node !== undefined && node.range.low >= 1 && !slice(node).some((one) => isOp(one, 'exp', 'cosh', 'pow'));

function isOffDiagonal(mask: Node): boolean {
  const eye = producer(oneMinus(producer(mask)));
  return isOp(eye, 'eye') && eye.shape?.[0]?.size !== 1;
}

/** The variance of data that noise was added to: two samples are never alike, and one alone is what callers know of. */
const isSpreadOfNoise = (divisor: Node): boolean =>
  arithmeticChain(divisor).some((node) => {
    const x = isOp(node, 'moments') && node.output === 'variance' ? operandOf(node, 'x') : undefined;
    const isOfOne = x?.shape !== undefined && reducedOf(node)?.every((axis) => x.shape![axis]!.size === 1);
    return x !== undefined && isOfOne !== true && isNoisy(x);
  });

function isNoisy(node: Node): boolean {
  const made = producer(node);
  if (made === undefined) return false;
  return isNoise(made) || (isOp(made, 'add') && eitherOrder(made).some(([part]) => isNoise(producer(part)!)));
}

/** Draws of fractions, of which no two are alike: not coins, and none that a caller may scale to nothing. */
const isNoise = (node: Node): boolean =>
  isDraw(node) && node.dtype === 'float32' && (node.attributes['stdDev'] ?? 1) !== 0 && isKnownSpread(node);

const isKnownSpread = ({ attributes }: Node): boolean => typeof (attributes['stdDev'] ?? 1) === 'number';

/** `a * (1 - t) + b * sign * t`, as rotations are blended: whoever turns b to the side of a leaves no sum of 0. */
function isTurnedBlend(norm: Node): boolean {
  const sum = isOp(norm, 'norm', 'euclideanNorm') ? producer(operandOf(norm, 'x')) : undefined;
  return isOp(sum, 'add') && eitherOrder(sum).some(([part]) => hasSign(part));
}

const MOST_FACTORS = 4;

function hasSign(part: Node, depth = 0): boolean {
  const { low, high, integer } = part.range;
  if (low === -1 && high === 1 && integer && isNonZero(part)) return true;
  if (isOp(part, 'sign') && part.shape?.length === 0) return true;
  const isProduct = isOp(part, 'mul', 'js.mul') && depth < MOST_FACTORS;
  return isProduct && eitherOrder(part).some(([factor]) => hasSign(factor, depth + 1));
}
