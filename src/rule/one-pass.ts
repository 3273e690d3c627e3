/** Variances and covariances in one pass: the averages of products less the products of averages. */
import { operandNodes, type Node } from '../program/node.js';
import type { FixCandidate } from './finding.js';
import { isFloored } from './guards.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue, squareRoot } from './patterns.js';
import { Rewriter, sameBy } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `average(x²) - average(x)²`, however the average is taken: mean, weighted sum, matrix product. */
export function onePassVariance(site: Site): Suspicion | undefined {
  if (!isOp(site.node, 'sub')) return undefined;
  const ofSquares = producer(site.operand('a'));
  const averages = alternatives(producer(squareRoot(producer(site.operand('b')))));
  if (ofSquares === undefined || averages[0] === undefined || squareRoot(ofSquares) !== undefined)
    return undefined;
  const average = averages.find((one) => squaredInside(ofSquares, one) !== undefined) ?? averages[0];
  const x = squaredInside(ofSquares, average) ?? squaredInside(perCount(ofSquares), average);
  if (x === undefined) return ofSums(site, ofSquares, average);
  const name = site.text(x);
  // The variances in the windows have no function; what is taken off everything leaves them as they are.
  const instead = isWindowed(ofSquares)
    ? `Subtract a number near its values first, \`${name}.sub(${name}.mean())\`: the variances stay, and the squares are smaller.`
    : `Subtract the mean before squaring, as \`tf.moments(${name}).variance\` does.`;
  return {
    message: `\`${site.text()}\` is a variance in one pass: at mean 1000 and deviation 0.01 ${site.backend.format} leaves noise, often negative, and a square root of it is NaN. ${instead}`,
    danger: {
      text: `the mean of ${name} is far above its deviation`,
      harm: 'accuracy',
      failures: ['cancellation', 'nan'],
    },
    manifest: true,
    advice: isWindowed(ofSquares) && (isFloored(site) || isOfSimilarity(site)) ? true : undefined,
    fixes: twoPasses(site, x, ofSquares, average),
  };
}

/** `squares.div(n).sub(sum.div(n).square())`: the sums were added up elsewhere, over the same number of values. */
function ofSums(site: Site, ofSquares: Node, average: Node): Suspicion | undefined {
  if (!isOp(ofSquares, 'div') || !isOp(average, 'div')) return undefined;
  const [count, other] = [operandOf(ofSquares, 'b'), operandOf(average, 'b')];
  if (count?.dtype !== 'number' || !(count === other || sameValue(count, other))) return undefined;
  const [squares, sum] = [operandOf(ofSquares, 'a'), operandOf(average, 'a')];
  if (squares === undefined || sum === undefined || sameValue(squares, sum)) return undefined;
  return {
    message: `\`${site.text()}\` is a variance in one pass, of sums that were added up: at mean 1000 and deviation 0.01 ${site.backend.format} leaves noise, often negative, and a square root of it is NaN. Keep the mean and the sum of squared deviations instead, and update both (Welford).`,
    danger: {
      text: `the mean is far above the deviation`,
      harm: 'accuracy',
      failures: ['cancellation', 'nan'],
    },
    manifest: true,
  };
}

/** `average(x · y) - average(x) · average(y)`, and the same of sums with their count: what correlations are made of. */
export function onePassCovariance(site: Site): Suspicion | undefined {
  if (!isOp(site.node, 'sub')) return undefined;
  const [given, product] = [producer(site.operand('a')), producer(site.operand('b'))];
  const ofProducts = isOp(given, 'mean') ? given : perCount(given);
  if (ofProducts === undefined || !isOp(product, 'mul')) return undefined;
  const inner = producer(operandOf(ofProducts, 'x'));
  if (!isOp(inner, 'mul')) return undefined;
  const averaged = (average: Node | undefined): Node | undefined =>
    isOp(average, ofProducts.op) ? operandOf(average, 'x') : undefined;
  const [x, y] = ['a', 'b'].map((name) => averaged(producer(operandOf(product, name))));
  if (x === undefined || y === undefined || sameValue(x, y)) return undefined;
  if (!eitherOrder(inner).some(([one, other]) => sameValue(one, x) && sameValue(other, y))) return undefined;
  const [one, other] = [site.text(x), site.text(y)];
  return {
    message: `\`${site.text()}\` is a covariance in one pass: at means of 1000 and deviations of 0.01 ${site.backend.format} leaves noise. Take from \`${one}\` and \`${other}\` their means along the same axis first, and average the product of what is left.`,
    danger: {
      text: `the means of ${one} and ${other} are far above their deviations`,
      harm: 'accuracy',
      failures: ['cancellation'],
    },
    manifest: true,
  };
}

/** `n · sum(x²)`, as beside `sum(x)²`: the sum. */
function perCount(product: Node | undefined): Node | undefined {
  if (!isOp(product, 'mul')) return undefined;
  const [sum] =
    eitherOrder(product).find(([one, count]) => isOp(producer(one), 'sum') && isNumber(count)) ?? [];
  return producer(sum);
}

const isNumber = ({ dtype, shape }: Node): boolean => dtype === 'number' || shape?.length === 0;

/** What a value is on each way: `training ? x.mean(0) : runningMean`. */
const alternatives = (node: Node | undefined): readonly Node[] =>
  isOp(node, 'join')
    ? operandNodes(node).flatMap((one) => producer(one) ?? [])
    : node === undefined
      ? []
      : [node];

/** Only of plain means over the same axes: a weighted average has no function of its own. */
function twoPasses(site: Site, x: Node, ofSquares: Node, average: Node): FixCandidate[] {
  const [square, mean] = [site.operand('a'), squareRoot(site.operand('b'))];
  if (!isOp(ofSquares, 'mean') || square !== ofSquares || mean !== average || !isOp(average, 'mean'))
    return [];
  const write = new Rewriter(site);
  const [axis, keepDims] = [write.argument(average, 'axis'), write.argument(average, 'keepDims')];
  const moments = write.op('moments', x, axis, keepDims);
  return [sameBy(site, { ...moments, output: 'variance' })];
}

/**
 * `varianceX.add(varianceY).add(c2)`, of a structural similarity (Wang et al. 2004), whose constant goes with the range of the
 * pictures and is larger than the noise.
 */
function isOfSimilarity(site: Site): boolean {
  const isConstantAdded = (user: Node): boolean =>
    isOp(user, 'add') && eitherOrder(user).some(([, constant]) => (constantOf(constant) ?? 0) > 0);
  const users = site.users();
  return (
    users.length > 0 &&
    users.every(
      (user) =>
        isOp(user, 'add') &&
        ['a', 'b'].every((name) => isOp(producer(operandOf(user, name)), 'sub')) &&
        site.users(user).every(isConstantAdded),
    )
  );
}

/** Around each pixel there is no other form that costs as little, as with all distances between two sets of points. */
const isWindowed = (ofSquares: Node): boolean => isOp(ofSquares, ...WINDOWED);

/** The x for which `a` is the same computation as `b` but on x²; undefined if there is none. */
function squaredInside(a: Node | undefined, b: Node | undefined, depth = 0): Node | undefined {
  const [left, right] = [producer(a), producer(b)];
  if (left === undefined || right === undefined || depth > 6) return undefined;
  const root = squareRoot(left);
  if (root !== undefined && sameValue(producer(root), right)) return root;
  if (left.op !== right.op || !AVERAGING.has(left.op)) return undefined;
  let x: Node | undefined;
  for (const name of Object.keys(left.operands)) {
    const [one, other] = [operandOf(left, name), operandOf(right, name)];
    if (sameValue(producer(one), producer(other))) continue;
    x = squaredInside(one, other, depth + 1);
    if (x === undefined) return undefined;
  }
  return x;
}

const WINDOWED = ['avgPool', 'avgPool3d', 'conv1d', 'conv2d', 'conv3d', 'depthwiseConv2d'];

/** Linear ops: what they do to x² and to x is the same. */
const AVERAGING: ReadonlySet<string> = new Set(['mean', 'sum', 'div', 'mul', 'matMul', 'dot', ...WINDOWED]);
