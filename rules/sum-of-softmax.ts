import { showShape, showSize } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { operandOf } from '../src/rule/patterns.js';
import { axisOfShares } from '../src/rule/probabilities.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { reducedOf } from '../src/rule/axes.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'sum-of-softmax',
  category: 'shape',
  claim:
    'The probabilities of a softmax add up to 1: their mean along its axis is a constant, and so is their sum as a loss.',
  reason:
    'The mean of n probabilities of one softmax is 1/n, whatever the scores are, and its gradient is exactly 0. Three predictions that are stacked to [time, words] are smoothed by the mean along axis 0; along axis 1 it gives 1/words for each of them, and no word is ever better than the others. The sum or mean of all probabilities is a loss that nothing lowers.',
  remedy:
    'Take the mean along the axis of the samples, or pick the class first: `probabilities.mul(labels).sum(-1).mean()`.',
  ops: ['mean', 'sum'],
  check(site) {
    const x = site.operand('x');
    const axis = x && axisOfShares(x);
    const reduced = reducedOf(site.node);
    if (x?.shape === undefined || axis === undefined || reduced === undefined) return undefined;
    const along = axis + x.shape.length;
    if (!reduced.includes(along) || isCentring(site, x)) return undefined;
    return site.node.op === 'mean' || isLoss(site) ? suspicion(site, x, along) : undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'predictions over time, smoothed along the words',
        code: `export function smoothed(scores: tf.Tensor1D[]) {\n  const [a, b, c] = scores;\n  return tf.stack([a!.softmax(), b!.softmax(), c!.softmax()]).mean(1);\n}`,
      },
      {
        title: 'of as many predictions as there are',
        code: `export function smoothed(scores: tf.Tensor1D[]) {\n  const history = scores.map((row) => row.softmax());\n  return tf.stack(history).mean(1).argMax();\n}`,
      },
      {
        title: 'the mean of all probabilities',
        code: `export const confidence = (logits: tf.Tensor2D) => tf.softmax(logits).mean();`,
      },
      {
        title: 'a sum over all of them, as a loss',
        code: `const weights = tf.variable(tf.randomNormal([4, 3]));\nexport const step = (x: tf.Tensor2D) =>\n  tf.train.sgd(0.1).minimize(() => x.reshape([8, 4]).matMul(weights).softmax().sum());`,
      },
      {
        title: 'of a softmax that is written out',
        code: `export function confidence(logits: tf.Tensor2D) {\n  const e = logits.sub(logits.max(1, true)).exp();\n  return e.div(e.sum(1, true)).mean(-1);\n}`,
      },
      {
        title: 'of what a last layer with a softmax gives',
        code: `const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: 'softmax' })] });\nexport const average = (x: tf.Tensor2D) => (model.predict(x.reshape([8, 4])) as tf.Tensor2D).mean(1);`,
      },
      {
        title: 'of the exponentials of a logSoftmax',
        code: `export const average = (logits: tf.Tensor2D) => logits.logSoftmax().exp().mean(1);`,
      },
    ],
    safe: [
      {
        title: 'predictions over time, smoothed along the time',
        code: `export function smoothed(scores: tf.Tensor1D[]) {\n  const [a, b, c] = scores;\n  return tf.stack([a!.softmax(), b!.softmax(), c!.softmax()]).mean(0);\n}`,
      },
      {
        title: 'a mean of logarithms',
        code: `export const uniform = (logits: tf.Tensor2D) => logits.logSoftmax().mean(-1).neg();`,
      },
      {
        title: 'the probability of the class that is right',
        code: `export const right = (labels: tf.Tensor2D, logits: tf.Tensor2D) => logits.softmax().mul(labels).mean();`,
      },
      {
        title: 'shares that are made to add up to 1 once more',
        code: `export function shares(logits: tf.Tensor2D) {\n  const p = tf.softmax(logits);\n  return p.div(p.sum(-1, true));\n}`,
      },
      {
        title: 'how far each is from the even share',
        code: `export function spread(logits: tf.Tensor2D) {\n  const p = tf.softmax(logits);\n  return p.sub(p.mean(-1, true)).square().sum(-1);\n}`,
      },
      {
        title: 'sigmoids, which add up to anything',
        code: `export const confidence = (logits: tf.Tensor2D) => tf.sigmoid(logits).mean(-1);`,
      },
    ],
  },
});

/** `p.sub(p.mean(-1, true))`. */
const isCentring = (site: Site, x: Node): boolean =>
  site.users().some((user) => user.op === 'sub' && operandOf(user, 'a') === x);

/** One number that a gradient is taken of, and no divisor of something else. */
const isLoss = (site: Site): boolean =>
  site.node.shape?.length === 0 &&
  site.leadsToLoss() &&
  site.users().every((user) => user.op !== 'div' || operandOf(user, 'a') === site.node);

function suspicion(site: Site, x: Node, along: number): Suspicion {
  const n = showSize(x.shape![along]!.size);
  const isMean = site.node.op === 'mean';
  const others = x.shape!.flatMap(({ size }, axis) => (axis === along || size === 1 ? [] : [axis]));
  const [other] = others;
  const isWhole = site.node.shape?.length === 0 && x.shape!.length > 1;
  const instead =
    isWhole || other === undefined || others.length > 1
      ? 'Pick the class first: multiply by its one-hot row.'
      : `For the mean of each of them take it along axis ${other}: \`${site.node.op}(${other})\`.`;
  return {
    message: `\`${site.text()}\` is ${isMean ? `1/${n}` : 'a constant'}, whatever the scores are, and its gradient is exactly 0: \`${site.text(x)}\`, ${showShape(x.shape)}, holds the probabilities of a softmax along axis ${along}, which add up to 1, and the ${site.node.op} goes along that axis. ${instead}`,
    danger: {
      text: `the probabilities along axis ${along} add up to 1`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: 'constant',
    },
    manifest: true,
    related: [{ node: x, message: 'the probabilities' }],
  };
}
