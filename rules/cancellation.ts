import { ABOUT_LOST_BESIDE_ONE } from '../src/ops/thresholds.js';
import { isSmallBesideOne, lostBelow, TINY } from '../src/rule/lost-digits.js';
import {
  constantOf,
  eitherOrder,
  isConstant,
  isOp,
  minusOne,
  oneMinus,
  operandOf,
  producer,
  sameValue,
  squareRoot,
} from '../src/rule/patterns.js';
import { isJavaScript } from '../src/rule/danger.js';
import { tinySteps } from '../src/rule/finite-differences.js';
import { isFloored } from '../src/rule/guards.js';
import { cancelledNumbers } from '../src/rule/number-forms.js';
import { onePassCovariance, onePassVariance } from '../src/rule/one-pass.js';
import { dotFactors, doubled, signedTerms } from '../src/rule/terms.js';
import { reach } from '../src/rule/reach.js';
import { inWords, Rewriter, sameBy } from '../src/rule/rewrite.js';
import { digitsKept, hasOwnKernel } from '../src/rule/shader-formulas.js';
import { conjugate, halfAngle } from '../src/rule/stable-forms.js';
import { isDraw } from '../src/rule/draws.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import { operandNodes, slice, type Node } from '../src/program/node.js';

export default defineRule({
  name: 'cancellation',
  category: 'numerical',
  claim: 'Subtracting two nearly equal numbers leaves their rounding errors.',
  reason:
    'mean(x²) - mean(x)² cancels once the mean is large against the deviation: at mean 1000 and deviation 0.01 it is noise, and often negative. exp(x) - 1 and 1 - cos(x) round to a multiple of 1.19e-7 before the subtraction, so a small x loses all of its digits. JavaScript numbers have 16 digits instead of 7: there it takes a mean a million times the deviation, or data all alike, whose one-pass variance is negative as often as not, and its root NaN.',
  remedy:
    'Use the form that does not subtract: `tf.moments(x).variance`, `tf.expm1(x)`, `tf.square(tf.sin(x.div(2))).mul(2)`.',
  ops: ['sub', 'add', 'js.sub', 'js.add', 'js.sqrt'],
  check(site) {
    if (isJavaScript(site.node)) return cancelledNumbers(site);
    return (
      onePassVariance(site) ??
      onePassCovariance(site) ??
      expandedDistance(site) ??
      rootDifference(site) ??
      (isOnlyMeasured(site) ? undefined : lessOne(site)) ??
      logCosh(site) ??
      tinySteps(site)
    );
  },
  examples: {
    hazardous: [
      {
        title: 'a slope by a step that float32 hardly sees',
        code: `const wave = (t: tf.Tensor) => t.mul(3).sin();\nexport const slope = (t: tf.Tensor1D, h = 1e-6) => wave(t.add(h)).sub(wave(t.sub(h))).div(2 * h);`,
      },
      {
        title: 'a variance in one pass',
        code: `export const variance = (x: tf.Tensor2D) => x.square().mean(0).sub(x.mean(0).square());`,
      },
      {
        title: 'the same with functions, and x·x',
        code: `export function variance(x: tf.Tensor1D) {\n  const mean = tf.mean(x);\n  return tf.sub(tf.mean(tf.mul(x, x)), tf.mul(mean, mean));\n}`,
      },
      {
        title: 'around each pixel',
        code: `const blur = (image: tf.Tensor4D) => tf.avgPool(image, 7, 1, 'same');\nexport const contrast = (image: tf.Tensor4D) => blur(image.square()).sub(blur(image).square()).add(1e-4);`,
      },
      {
        title: 'with a mean that is kept for later',
        code: `export function normalise(x: tf.Tensor2D, running: tf.Tensor1D, training: boolean) {\n  const mean = training ? x.mean(0) : running;\n  const variance = x.square().mean(0).sub(mean.square());\n  return x.sub(mean).mul(tf.rsqrt(tf.relu(variance).add(1e-5)));\n}`,
      },
      {
        title: 'of sums that were added up, batch by batch',
        code: `export function variance(batches: tf.Tensor2D[]) {\n  let [sum, squares]: tf.Tensor[] = [tf.zeros([2]), tf.zeros([2])];\n  let count = 0;\n  for (const batch of batches) {\n    sum = sum.add(batch.sum(0));\n    squares = squares.add(batch.square().sum(0));\n    count += batch.shape[0];\n  }\n  const n = Math.max(count, 1);\n  return squares.div(n).sub(sum.div(n).square());\n}`,
      },
      {
        title: 'of sums, times their count',
        code: `export const spread = (x: tf.Tensor1D) => x.square().sum().mul(x.size).sub(x.sum().square()).div(x.size * x.size);`,
      },
      {
        title: 'a covariance in one pass',
        code: `export const covariance = (x: tf.Tensor2D, y: tf.Tensor2D) => x.mul(y).mean(0).sub(x.mean(0).mul(y.mean(0)));`,
      },
      {
        title: 'squared distances, expanded',
        code: `export function distances(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const [aa, bb] = [a.square().sum(1, true), b.square().sum(1, true).transpose()];\n  return aa.sub(tf.matMul(a, b, false, true).mul(2)).add(bb);\n}`,
      },
      {
        title: 'squared distances of points among themselves, expanded',
        code: `export function distances(x: tf.Tensor2D) {\n  const squares = x.square().sum(1, true);\n  return squares.add(squares.transpose()).sub(tf.matMul(x, x, false, true).mul(2));\n}`,
      },
      {
        title: 'a difference of roots',
        code: `export const spacing = (x: tf.Tensor) => tf.sqrt(x.square().add(1)).sub(tf.sqrt(x.square()));`,
      },
      {
        title: 'exp minus 1',
        code: `export const growth = (rate: tf.Tensor) => tf.exp(rate.clipByValue(-10, 10)).sub(1);`,
      },
      {
        title: '1 minus exp',
        code: `export const opacity = (depth: tf.Tensor) => tf.sub(1, tf.exp(depth.abs().neg()));`,
      },
      {
        title: '1 minus cos',
        code: `export const versine = (angle: tf.Tensor) => tf.sub(1, tf.cos(angle));`,
      },
      {
        title: 'a pseudo-Huber loss',
        code: `export const pseudoHuber = (error: tf.Tensor) => error.square().add(1).sqrt().sub(1);`,
      },
      {
        title: 'a deviation in one pass, in JavaScript numbers',
        code: `export function standardise(values: number[]) {\n  let [sum, squares] = [0, 0];\n  for (const value of values) {\n    sum += value;\n    squares += value * value;\n  }\n  const mean = sum / values.length;\n  const deviation = Math.sqrt(squares / values.length - mean * mean);\n  return tf.tensor1d(values).sub(mean).div(deviation + 1e-7);\n}`,
      },
      {
        title: 'the same with reduce, for a sample',
        code: `export function deviation(values: number[]) {\n  const n = values.length;\n  const sum = values.reduce((total, value) => total + value, 0);\n  const squares = values.reduce((total, value) => total + value ** 2, 0);\n  return tf.scalar(Math.sqrt((squares - sum ** 2 / n) / (n - 1)));\n}`,
      },
      {
        title: 'exp minus 1 of a number that is declared small',
        code: `/** @range rate [0, 0.1] */\nexport const growth = (x: tf.Tensor, rate: number) => x.mul(Math.exp(rate) - 1);`,
      },
      {
        title: '1 minus cos, in steps that are small',
        code: `export const above = (ground: tf.Tensor1D) => ground.add(tf.sub(1, tf.cos(tf.linspace(0, 1e-3, 11))));`,
      },
      {
        title: '1 minus cos of a number that is declared small',
        code: `/** @range angle [0, 0.1] */\nexport const drop = (x: tf.Tensor, angle: number) => x.mul(1 - Math.cos(angle));`,
      },
    ],
    safe: [
      {
        title: 'a structural similarity',
        code: `const blur = (image: tf.Tensor4D) => tf.avgPool(image, 7, 1, 'valid');\nexport function similarity(x: tf.Tensor4D, y: tf.Tensor4D) {\n  const [mx, my] = [blur(x), blur(y)];\n  const vx = blur(x.square()).sub(mx.square());\n  const vy = blur(y.square()).sub(my.square());\n  return mx.mul(my).mul(2).add(1e-4).div(mx.square().add(my.square()).add(1e-4)).div(vx.add(vy).add(9e-4)).mean();\n}`,
      },
      {
        title: 'who is nearest, of points in the unit square',
        code: `export function nearest(x: tf.Tensor2D) {\n  const centred = x.sub(x.mean(0));\n  return tf.sum(tf.squaredDifference(centred.expandDims(1), centred.expandDims(0)), -1).argMin(1);\n}`,
      },
      {
        title: 'a slope by a step that is large enough',
        code: `const wave = (t: tf.Tensor) => t.mul(3).sin();\nexport const slope = (t: tf.Tensor1D, h = 1e-2) => wave(t.add(h)).sub(wave(t.sub(h))).div(2 * h);`,
      },
      {
        title: 'two passes',
        code: `export const variance = (x: tf.Tensor2D) => tf.moments(x, 0).variance;\nexport const centred = (x: tf.Tensor2D) => x.sub(x.mean(0)).square().mean(0);`,
      },
      {
        title: 'how many ratios are far from 1',
        code: `export const clipped = (difference: tf.Tensor1D) => difference.clipByValue(-20, 20).exp().sub(1).abs().greater(0.2).toFloat().mean();`,
      },
      {
        title: 'expm1',
        code: `export const growth = (rate: tf.Tensor) => tf.expm1(rate.clipByValue(-10, 10));`,
      },
      {
        title: '1 minus cos along a circle, in steps that are not small',
        code: `export function lowerMoon(count: number) {\n  const angle = tf.linspace(0, Math.PI, count);\n  return tf.stack([tf.sub(1, tf.cos(angle)), tf.sin(angle).neg()], 1);\n}\nexport const eight = () => tf.sub(1, tf.cos(tf.linspace(0, Math.PI, 8)));`,
      },
      {
        title: 'the half-angle form',
        code: `export const versine = (angle: tf.Tensor) => tf.square(tf.sin(angle.div(2))).mul(2);`,
      },
      {
        title: 'numbers in two passes, and the functions that do not subtract',
        code: `export function standardise(values: number[]) {\n  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;\n  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);\n  return tf.tensor1d(values).sub(mean).div(Math.sqrt(squares / values.length) + 1e-7);\n}\n/** @range rate [0, 0.1] */\nexport const growth = (x: tf.Tensor, rate: number) => x.mul(Math.expm1(rate)).mul(2 * Math.sin(rate / 2) ** 2);`,
      },
      {
        title: 'exp of something large',
        code: `export const growth = (rate: tf.Tensor) => tf.exp(rate.clipByValue(1, 10)).sub(1);`,
      },
    ],
  },
});

/** `|a|² - 2ab + |b|²`: what is left of two near points is the rounding of their squares. */
function expandedDistance(site: Site): Suspicion | undefined {
  const points = expanded(site.node);
  // The smallest sum that has all three parts is the place; an epsilon added later is not.
  if (points === undefined || [site.operand('a'), site.operand('b')].some((part) => expanded(part)))
    return undefined;
  if (points.every(isDrawn)) return undefined;
  const [a, b] = [site.text(points[0]), site.text(points[1])];
  const isAmongThemselves = a === b;
  const subtracted = isAmongThemselves
    ? `tf.sum(tf.squaredDifference(tf.expandDims(${a}, 1), tf.expandDims(${a}, 0)), -1)`
    : `tf.sum(tf.squaredDifference(${a}, ${b}), axis)`;
  return {
    message: `\`${site.text()}\` expands a squared distance: for points that are close, and far from 0, ${site.backend.format} leaves noise, often negative, and a square root of it is NaN. Subtract first: \`${subtracted}\`; or centre ${isAmongThemselves ? `\`${a}\`` : 'both'}, and \`tf.relu\` the result.`,
    danger: {
      text: isAmongThemselves
        ? `two of ${a} are close to each other, and far from 0`
        : `${a} is close to ${b}, and both are far from 0`,
      harm: 'accuracy',
      failures: ['cancellation', 'nan'],
    },
    manifest: true,
    advice: isFloored(site) || isOnlyRanked(site) ? true : undefined,
  };
}

/** Draws around 0 are neither close to each other nor far from 0. */
const isDrawn = (point: Node): boolean =>
  slice(point)
    .filter((part) => operandNodes(part).length === 0)
    .every((part) => part.op === 'constant' || isDraw(part));

/** What only asks which point is the nearest takes no root, and of two that are equally near either will do. */
const RANKING: ReadonlySet<string> = new Set(['argMin', 'argMax', 'topk']);

/** `d2.add(tf.eye(n).mul(1e6)).argMin(1)`: who is nearest, but for oneself. */
function isOnlyRanked(site: Site): boolean {
  if (site.onlyFeeds(RANKING)) return true;
  const users = site.users();
  const areRanked = users.every((user) => isOp(user, 'add', 'where') && site.onlyFeeds(RANKING, user));
  return users.length > 0 && areRanked && !site.isReturned();
}

/** The two points of an expanded distance, if the sum is one. */
function expanded(sum: Node | undefined): readonly [Node, Node] | undefined {
  const terms = signedTerms(sum);
  const squares = terms.flatMap(({ sign, node }) => {
    const x = sign > 0 && isOp(node, 'sum') ? squareRoot(producer(operandOf(node, 'x'))) : undefined;
    return x === undefined ? [] : [x];
  });
  for (const { sign, node } of terms) {
    const factors = sign < 0 ? dotFactors(doubled(node)) : undefined;
    const [first, second] = (factors ?? []).map((factor) =>
      squares.filter((x) => sameValue(producer(x), producer(factor))),
    );
    const a = first?.[0];
    // Of points among themselves both squares are of the same, once along the rows and once along the columns.
    const b = first?.length === 2 ? first[1] : second?.find((x) => x !== a);
    if (a !== undefined && b !== undefined && second!.includes(b)) return [a, b];
  }
  return undefined;
}

/** From here on the difference of `sqrt(x + 1)` and `sqrt(x)` has lost half of its digits. */
const LARGE = 2 ** 11;

/** `sqrt(x + c) - sqrt(x)`, where x can be large. */
function rootDifference(site: Site): Suspicion | undefined {
  const [a, b] = [producer(site.operand('a')), producer(site.operand('b'))];
  if (!isOp(site.node, 'sub') || !isOp(a, 'sqrt') || !isOp(b, 'sqrt')) return undefined;
  const [larger, smaller] = [operandOf(a, 'x'), operandOf(b, 'x')];
  const [step, x] =
    (isOp(larger, 'add') ? eitherOrder(larger) : []).find(
      ([added, other]) => constantOf(added) !== undefined && sameValue(other, smaller),
    ) ?? [];
  if (x === undefined || !['manifest', 'assumed'].includes(reach(x.range, LARGE, Infinity))) return undefined;
  const name = site.text(smaller!);
  return {
    message: `\`${site.text()}\` loses its digits for a large \`${name}\`: half of them at 2000, all at 1.7e7. Use \`tf.div(${constantOf(step)!}, ${site.text(a)}.add(${site.text(b)}))\`.`,
    danger: { text: `${name} > 2000`, harm: 'accuracy', failures: ['cancellation'] },
    manifest: true,
  };
}

/** What is 1 for an x of 0, less 1. */
const lessOne = (site: Site): Suspicion | undefined =>
  expMinusOne(site) ?? oneMinusCosine(site) ?? rootMinusOne(site);

/** `ratio.sub(1).abs().greater(0.2)`: whoever only asks whether it is large misses no digits of what is small. */
function isOnlyMeasured(site: Site, node: Node = site.node): boolean {
  const users = site.users(node);
  if (users.length === 0 || site.isReturned(node)) return false;
  return users.every((user) =>
    isOp(user, 'abs', 'neg', 'square')
      ? isOnlyMeasured(site, user)
      : isOp(user, 'greater', 'greaterEqual', 'less', 'lessEqual') &&
        eitherOrder(user).some(([limit]) => Math.abs(constantOf(limit) ?? 0) > TINY),
  );
}

/** `exp(x) - 1` or `1 - exp(x)`, where x can be small. */
function expMinusOne(site: Site): Suspicion | undefined {
  const flipped = oneMinus(site.node);
  const exp = producer(minusOne(site.node) ?? flipped);
  const x = operandOf(exp, 'x');
  if (!isOp(exp, 'exp') || x === undefined || !isSmallBesideOne(x)) return undefined;
  const name = site.text(x);
  const write = new Rewriter(site);
  const power = write.op('expm1', x);
  const stable = flipped === undefined ? power : write.op('neg', power);
  return {
    message: `\`${site.text()}\` loses the digits of a small \`${name}\`: ${lostBelow(site)}, where exp rounds to 1. ${digitsKept(site, 'expm1', { call: inWords(stable), x: name })}`,
    danger: { text: `|${name}| < 2.4e-4`, harm: 'accuracy', failures: ['cancellation'] },
    manifest: true,
    advice:
      isFocalWeight(site, x) || isDivergence(site, x) || (flipped !== undefined && isOnlyAddedUp(site))
        ? true
        : undefined,
    fixes: hasOwnKernel(site) && exp === (minusOne(site.node) ?? flipped) ? [sameBy(site, stable)] : [],
  };
}

/**
 * `exp(d) - 1 - d`, an estimate of a divergence, of the order of d², and nothing else that takes the digits: whoever looks
 * whether it is small misses nothing.
 */
function isDivergence(site: Site, d: Node): boolean {
  const users = site.users();
  return (
    users.length > 0 &&
    users.every(
      (user) =>
        isOp(user, 'sub') &&
        sameValue(operandOf(user, 'b'), d) &&
        site.users(user).every((one) => isOp(one, 'mean', 'sum')),
    )
  );
}

/** `(1 - p) ** gamma` of the probability p of a label: beside the others those that are almost certain count for nothing. */
const isFocalWeight = (site: Site, logarithm: Node): boolean =>
  slice(logarithm).some((node) => isOp(node, 'logSoftmax', 'logSigmoid')) && isOnlyRaised(site, site.node);

const isOnlyRaised = (site: Site, node: Node): boolean =>
  site.users(node).length > 0 &&
  site
    .users(node)
    .every((user) => isOp(user, 'pow', 'square') || (isOp(user, 'clipByValue') && isOnlyRaised(site, user)));

/**
 * A weight, `(1 - p) ** 2`, or a term of a mean: beside the others those that are almost 0 count for nothing, unless they are
 * weighed by what grows as they shrink, or something is made of the sum that tells small numbers apart.
 */
function isOnlyAddedUp(
  site: Site,
  node = site.node,
  before: ReadonlySet<Node> = new Set(slice(node)),
  depth = 0,
): boolean {
  const users = site.users(node);
  if (users.length === 0 || depth > MOST_STEPS || site.isReturned(node)) return false;
  return users.every((user) => {
    if (isOp(user, 'mean', 'sum')) return isLeftAsItIs(site, user);
    const isWeighed =
      isOp(user, ...WEIGHING) && operandNodes(user).every((factor) => !growsBeside(factor, before));
    return isWeighed && isOnlyAddedUp(site, user, before, depth + 1);
  });
}

const MOST_STEPS = 6;

const WEIGHING = ['mul', 'pow', 'square', 'neg', 'clipByValue', 'expandDims', 'reshape', 'squeeze'];

/** A quotient or a logarithm that is none of those that the site is made of. */
const growsBeside = (factor: Node, before: ReadonlySet<Node>): boolean =>
  slice(factor).some((node) => !before.has(node) && isOp(node, 'div', 'reciprocal', 'rsqrt', 'log'));

/** A sum that is the result, or is added up with others. */
const isLeftAsItIs = (site: Site, sum: Node, depth = 0): boolean =>
  depth < MOST_STEPS &&
  site.users(sum).every((user) => isOp(user, ...ADDING) && isLeftAsItIs(site, user, depth + 1));

const ADDING = ['add', 'sub', 'neg', 'mul', 'mean', 'sum', 'reshape', 'squeeze', 'cast'];

function oneMinusCosine(site: Site): Suspicion | undefined {
  const cosine = producer(oneMinus(site.node));
  const x = operandOf(cosine, 'x');
  if (!isOp(cosine, 'cos') || x === undefined || !isSmallBesideOne(x)) return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is 0 for |${name}| below 2.4e-4, where cos rounds to 1, and wrong by 1 % at 2e-3. Use \`${inWords(halfAngle(site, x))}\`.`,
    danger: { text: `|${name}| < 2e-3`, harm: 'accuracy', failures: ['cancellation'] },
    manifest: true,
    advice: isOnlyAddedUp(site) ? true : undefined,
    fixes: cosine === oneMinus(site.node) ? [sameBy(site, halfAngle(site, x))] : [],
  };
}

/** `sqrt(1 + x²) - 1`. */
function rootMinusOne(site: Site): Suspicion | undefined {
  const root = producer(minusOne(site.node));
  const sum = producer(operandOf(root, 'x'));
  if (!isOp(root, 'sqrt') || !isOp(sum, 'add')) return undefined;
  const square = eitherOrder(sum).find(([one]) => isConstant(one, 1))?.[1];
  const x =
    squareRoot(producer(square)) ??
    (constantOf(square) === undefined && square !== undefined && square.range.low >= 0 ? square : undefined);
  if (x === undefined || !isSmallBesideOne(x)) return undefined;
  const name = site.text(square);
  return {
    message: `\`${site.text()}\` is 0 where \`${name}\` is below ${site.limit(ABOUT_LOST_BESIDE_ONE).text}, because 1 + ${name} rounds to 1. Use \`y.div(y.add(1).sqrt().add(1))\` with y = \`${name}\`.`,
    danger: { text: `${name} < 1e-5`, harm: 'accuracy', failures: ['cancellation'] },
    manifest: true,
    advice: isOnlyAddedUp(site) ? true : undefined,
    fixes:
      root === minusOne(site.node) && square !== undefined ? [sameBy(site, conjugate(site, square))] : [],
  };
}

/**
 * `x + softplus(-2x) - log 2`, and `log(cosh(x))` in any other sum of these: both terms are log 2 where x is small. It is the
 * accepted form, for it does not overflow, and of a loss nobody misses what is below 1e-7: worth knowing, and no more.
 */
function logCosh(site: Site): Suspicion | undefined {
  const sum = producer(lessLog2(site.node));
  if (!isOp(sum, 'add')) return undefined;
  for (const [x, other] of eitherOrder(sum)) {
    const softplus = producer(other);
    const doubled = isOp(softplus, 'softplus') ? producer(operandOf(softplus, 'x')) : undefined;
    const isFormula =
      isOp(doubled, 'mul') &&
      eitherOrder(doubled).some(([factor, y]) => Math.abs(constantOf(factor) ?? 0) === 2 && sameValue(y, x));
    if (!isFormula || !isSmallBesideOne(x)) continue;
    const name = site.text(x);
    return {
      message: `\`${site.text()}\` is noise for |${name}| below 1e-3: its terms are both log 2 there, and the difference, ${name}²/2, is smaller than their rounding. Where values are small, use \`${name}.square().div(2)\`.`,
      danger: { text: `|${name}| < 1e-3`, harm: 'accuracy', failures: ['cancellation'] },
      manifest: true,
      advice: true,
    };
  }
  return undefined;
}

/** `y - log 2`: y. */
function lessLog2(node: Node): Node | undefined {
  const isLog2 = (value: number | undefined): boolean =>
    value !== undefined && Math.abs(Math.abs(value) - Math.LN2) < 1e-6;
  const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
  if (isLog2(constantOf(b)) && constantOf(b)! > 0 === (node.op === 'sub')) return a;
  return node.op === 'add' && isLog2(constantOf(a)) && constantOf(a)! < 0 ? b : undefined;
}
