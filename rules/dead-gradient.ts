import { eitherOrder, isOp, negated, oneMinus, onePlus, operandOf, producer } from '../src/rule/patterns.js';
import { SIGMOID_ONE } from '../src/ops/thresholds.js';
import { whereGradient } from '../src/rule/danger.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { Rewriter, sameBy } from '../src/rule/rewrite.js';
import { logOfSoftmaxFixes } from '../src/rule/softmax-fixes.js';
import { logSigmoid } from '../src/rule/stable-forms.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

/** The smallest gap between logits at which the clip of the built-in cross entropies, 1e-7, is reached: ln(1e7). */
const CLIPPED = 16.12;

export default defineRule({
  name: 'dead-gradient',
  category: 'numerical',
  severity: 'info',
  claim:
    'The value is finite, and the gradient is exactly 0 where it is needed most: confident wrong answers are never learned.',
  reason:
    'A clip of a probability before its logarithm has a gradient of 0 outside its bounds, which is where the prediction is wrong. The cross entropies of the layers API clip at 1e-7 after a softmax: from a logit gap of 16.12 on nothing is learned. An epsilon that is added to the probability, as `tf.losses.logLoss` does, leaves p / (p + epsilon) of the gradient: 2 % at a logit gap of 20 for 1e-7, a millionth at 30. The square of a saturated sigmoid has the same fate from 17.33 on.',
  remedy:
    'Compute the loss from logits: `tf.losses.softmaxCrossEntropy`, `tf.losses.sigmoidCrossEntropy`, with a last layer without activation.',
  ops: [
    'add',
    'clipByValue',
    'maximum',
    'sigmoid',
    'losses.logLoss',
    'metrics.categoricalCrossentropy',
    'metrics.binaryCrossentropy',
  ],
  check(site) {
    if (site.gradient() === 'no') return undefined;
    if (site.node.op === 'sigmoid') return saturated(site);
    if (site.node.op.startsWith('metrics.')) return namedLoss(site);
    if (site.node.op === 'add') return paddedProbability(site);
    if (site.node.op === 'losses.logLoss') return logLossOfProbability(site);
    return clippedProbability(site) ?? clippedSoftplus(site);
  },
  examples: {
    hazardous: [
      {
        title: 'a clip before the logarithm',
        code: `export function loss(labels: tf.Tensor2D, logits: tf.Tensor2D) {\n  const p = tf.softmax(logits).clipByValue(1e-7, 1);\n  return labels.mul(p.log()).sum(1).mean().neg();\n}`,
      },
      {
        title: 'the probability of what was right, kept above 0',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor2D) {\n  const right = tf.softmax(logits).mul(tf.oneHot(labels.toInt(), 3)).sum(1);\n  return tf.maximum(right, 1e-7).log().mean().neg();\n}`,
      },
      {
        title: 'an epsilon in the logarithm of a softmax',
        code: `export function loss(labels: tf.Tensor2D, logits: tf.Tensor2D) {\n  const p = tf.softmax(logits);\n  return labels.mul(p.add(1e-7).log()).sum(1).mean().neg();\n}`,
      },
      {
        title: 'an epsilon in the logarithms of a sigmoid',
        code: `const EPSILON = 1e-6;\nexport function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {\n  const p = tf.sigmoid(logits);\n  return labels.mul(tf.log(tf.add(p, EPSILON))).mean().neg();\n}`,
      },
      {
        title: 'the cross entropy of the layers API after a softmax',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'softmax' })] });\n  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });\n  return model;\n}`,
      },
      {
        title: 'the log loss of a sigmoid',
        code: `export const loss = (labels: tf.Tensor1D, logits: tf.Tensor1D) => tf.losses.logLoss(labels, tf.sigmoid(logits));`,
      },
      {
        title: 'the log loss of a softmax',
        code: `const weights = tf.variable(tf.ones([4, 3]));\nexport const step = (labels: tf.Tensor2D, x: tf.Tensor2D) =>\n  tf.train.sgd(0.1).minimize(() => tf.losses.logLoss(labels, tf.softmax(tf.matMul(x, weights))) as tf.Scalar);`,
      },
      {
        title: 'a softplus whose exponent is clipped',
        code: `export const softplus = (x: tf.Tensor) => tf.log(tf.exp(x.clipByValue(-50, 50)).add(1));`,
      },
      {
        title: 'the squared error of a sigmoid',
        code: `export const step = (labels: tf.Tensor1D, logits: tf.Tensor1D) =>\n  tf.grad((z: tf.Tensor) => tf.sigmoid(z).sub(labels).square().mean())(logits);`,
      },
    ],
    safe: [
      {
        title: 'a loss on logits',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) => tf.losses.softmaxCrossEntropy(labels, logits);`,
      },
      {
        title: 'an epsilon that nothing differentiates',
        code: `export function report(logits: tf.Tensor2D) {\n  console.log(tf.softmax(logits).add(1e-7).log().dataSync());\n}`,
      },
      {
        title: 'a clip that nothing differentiates',
        code: `export function report(logits: tf.Tensor2D) {\n  console.log(tf.softmax(logits).clipByValue(1e-7, 1).log().dataSync());\n}`,
      },
    ],
  },
});

/** `softmax(z).clipByValue(eps, 1).log()`. */
function clippedProbability(site: Site): Suspicion | undefined {
  const x = site.operand('x') ?? site.operand('a');
  if (x === undefined || !isProbability(x)) return undefined;
  const log = site.users().find((user) => isOp(user, 'log') || isOp(negated(user), 'log'));
  const floor = isOp(site.node, 'clipByValue')
    ? site.node.attributes['clipValueMin']
    : site.operand('b')?.range.low;
  if (log === undefined || typeof floor !== 'number' || floor <= 0 || floor > 1e-2) return undefined;
  const gap = Math.log(1 / floor).toFixed(2);
  return advice(site, {
    what: `The gradient of \`${site.text()}\` is exactly 0 once the probability is below ${floor}, a logit gap of ${gap}${whereGradient(site)}: answers that are wrong with confidence are never learned. Compute the loss from logits.`,
    text: `${site.text(x)} < ${floor}`,
    region: { operand: isOp(site.node, 'clipByValue') ? 'x' : 'a', low: 0, high: floor * 0.99 },
    fixes: logsOfLogits(site, log, x),
  });
}

/** `softmax(z).add(eps).log()`: the gradient is that of the logarithm times p / (p + eps). */
function paddedProbability(site: Site): Suspicion | undefined {
  const [a, b] = [site.operand('a'), site.operand('b')];
  const x = isProbability(a) ? a : isProbability(b) ? b : undefined;
  const padding = x === a ? b : a;
  const epsilon = padding?.range.low ?? 0;
  if (x === undefined || epsilon !== padding?.range.high || !(epsilon > 0 && epsilon <= 1e-2))
    return undefined;
  const log = site.users().find((user) => isOp(user, 'log'));
  if (log === undefined) return undefined;
  const gap = Math.log(99 / epsilon).toFixed(1);
  return advice(site, {
    what: `The gradient of \`log(${site.text()})\` fades with the probability: where that is ${plain(epsilon / 99)}, a logit gap of ${gap}, a hundredth is left of what the logarithm itself gives, and soon nothing${whereGradient(site)}: answers that are wrong with confidence are hardly learned. Compute the loss from logits.`,
    text: `${site.text(x)} < ${plain(epsilon / 99)}`,
    region: { operand: x === a ? 'a' : 'b', low: 0, high: epsilon / 99 },
    without: x === a ? 'a' : 'b',
    fixes: logsOfLogits(site, log, x),
  });
}

/** `tf.losses.logLoss` adds its epsilon to the probability, and to what is left of it to 1. */
function logLossOfProbability(site: Site): Suspicion | undefined {
  const predictions = site.operand('predictions');
  const made = producer(predictions);
  const epsilon = site.node.attributes['epsilon'] ?? LOG_LOSS_EPSILON;
  if (!isOp(made, 'softmax', 'sigmoid') || typeof epsilon !== 'number' || !(epsilon > 0 && epsilon <= 1e-2))
    return undefined;
  const gap = Math.log(99 / epsilon).toFixed(1);
  const stable = isOp(made, 'softmax') ? 'softmaxCrossEntropy' : 'sigmoidCrossEntropy';
  return advice(site, {
    what: `\`logLoss\` adds ${plain(epsilon)} to the probabilities of a ${made!.op}: where one is ${plain(epsilon / 99)}, a logit gap of ${gap}, a hundredth is left of its gradient, and soon nothing${whereGradient(site)}: answers that are wrong with confidence are hardly learned. Use \`tf.losses.${stable}\` on the logits.`,
    text: `${site.text(predictions!)} < ${plain(epsilon / 99)}`,
    region: { operand: 'predictions', low: 0, high: epsilon / 99 },
    without: 'epsilon',
  });
}

/** What `tf.losses.logLoss` adds where nothing else is asked for. */
const LOG_LOSS_EPSILON = 1e-7;

const plain = (value: number): string => String(Number(value.toPrecision(2)));

/** `log(exp(clip(x, -87, 87)) + 1)`: finite, but wrong and dead beyond the clip. */
function clippedSoftplus(site: Site): Suspicion | undefined {
  const most = site.node.attributes['clipValueMax'];
  const x = site.operand('x');
  if (!isOp(site.node, 'clipByValue') || typeof most !== 'number' || x === undefined) return undefined;
  const exp = site.users().find((user) => isOp(user, 'exp'));
  const isSoftplus = (user: Node): boolean =>
    isOp(user, 'log1p') || (onePlus(user) === exp && site.users(user).some((next) => isOp(next, 'log')));
  const sum = exp && site.users(exp).find(isSoftplus);
  if (exp === undefined || sum === undefined || x.range.high <= most) return undefined;
  const log = isOp(sum, 'log1p') ? sum : site.users(sum).find((user) => isOp(user, 'log'));
  const name = site.text(x);
  return advice(site, {
    what: `The softplus of \`${site.text()}\` is constant for \`${name}\` above ${most}, and its gradient is exactly 0${whereGradient(site)}. Use \`tf.softplus(${name})\`, which needs no clip.`,
    text: `${name} > ${most}`,
    region: { operand: 'x', low: most * 1.0001, high: Infinity },
    fixes: log === undefined ? [] : asGuards([sameBy(site.at(log), new Rewriter(site).op('softplus', x))]),
  });
}

function isProbability(node: Node | undefined): boolean {
  const made = picked(producer(node));
  const inner = producer(oneMinus(made));
  return isOp(made, 'softmax', 'sigmoid') || isOp(inner, 'softmax', 'sigmoid');
}

/** The probabilities that a row of zeros and a one picks from: `p.mul(tf.oneHot(label, classes)).sum(-1)`. */
function picked(node: Node | undefined): Node | undefined {
  const product = isOp(node, 'sum') ? producer(operandOf(node, 'x')) : undefined;
  if (!isOp(product, 'mul')) return node;
  const found = eitherOrder(product).find(([, other]) => isOp(producer(other), 'oneHot'));
  return found === undefined ? node : producer(found[0]);
}

function namedLoss(site: Site): Suspicion | undefined {
  const yPred = site.operand('yPred');
  if (yPred === undefined || !isOp(producer(yPred), 'softmax', 'sigmoid')) return undefined;
  const name = String(site.node.attributes['loss'] ?? site.node.op.replace('metrics.', ''));
  const stable = isOp(site.node, 'metrics.categoricalCrossentropy')
    ? 'softmaxCrossEntropy'
    : 'sigmoidCrossEntropy';
  return {
    ...advice(site, {
      what: `\`${name}\` after a ${producer(yPred)!.op} clips at 1e-7: from a logit gap of ${CLIPPED} on its gradient is exactly 0, and what is wrong with confidence is never learned. Leave the activation out and use \`tf.losses.${stable}\`.`,
      text: `the logits are ${CLIPPED} apart`,
      region: { operand: 'yPred', low: 0, high: 9e-8 },
    }),
  };
}

/** `sigmoid(z).sub(y).square()`, and the mean squared error of the library. */
function saturated(site: Site): Suspicion | undefined {
  const logits = site.operand('x');
  const { text } = site.limit(SIGMOID_ONE);
  if (logits === undefined || logits.range.high <= Number(text)) return undefined;
  const isError = (user: Node): boolean =>
    isOp(user, 'squaredDifference', 'losses.meanSquaredError', 'metrics.meanSquaredError') ||
    (isOp(user, 'sub') && site.users(user).some((next) => isOp(next, 'square') || isSquare(next, user)));
  if (!site.users().some(isError)) return undefined;
  const name = site.text(logits);
  return advice(site, {
    what: `The squared error of \`${site.text()}\` has a gradient of exactly 0 for \`${name}\` above ${text}, where the sigmoid rounds to 1${whereGradient(site)}. Use \`tf.losses.sigmoidCrossEntropy\` on \`${name}\`.`,
    text: `${name} > ${text}`,
    region: { operand: 'x', low: Number(text), high: Infinity },
  });
}

const isSquare = (node: Node, of: Node): boolean =>
  (isOp(node, 'mul') && operandOf(node, 'a') === of && operandOf(node, 'b') === of) ||
  (isOp(node, 'pow') && operandOf(node, 'base') === of);

function advice(
  site: Site,
  {
    what,
    text,
    region,
    without,
    fixes,
  }: {
    what: string;
    text: string;
    region: NonNullable<Suspicion['danger']['region']>;
    without?: string;
    fixes?: readonly FixCandidate[];
  },
): Suspicion {
  return {
    message: what,
    danger: {
      text,
      harm: 'gradient',
      region,
      failures: ['vanished-gradient'],
      without,
      implied: site.node.op.startsWith('metrics.') && isOp(site.operand('yTrue'), 'input'),
    },
    manifest: true,
    fixes,
  };
}

/** The logarithm from the logits: near 0 it has another value, on purpose. */
function logsOfLogits(site: Site, log: Node, x: Node): readonly FixCandidate[] {
  if (!isOp(log, 'log')) return [];
  const made = producer(x);
  if (isOp(made, 'softmax')) return asGuards(logOfSoftmaxFixes(site.at(log), made));
  const complement = producer(oneMinus(made));
  const sigmoid = isOp(made, 'sigmoid') ? made : isOp(complement, 'sigmoid') ? complement : undefined;
  if (sigmoid === undefined) return [];
  return asGuards([sameBy(site.at(log), logSigmoid(site, operandOf(sigmoid, 'x')!, sigmoid !== made))]);
}

const asGuards = (fixes: readonly FixCandidate[]): FixCandidate[] =>
  fixes.map((fix) => ({ ...fix, claim: 'guard' }));
