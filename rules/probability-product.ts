import { loopProduct } from '../src/rule/loop-products.js';
import { isOp, operandOf, producer } from '../src/rule/patterns.js';
import { reach } from '../src/rule/reach.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

/** A product of so few numbers of a known count is no chain. */
const FEW = 4;

export default defineRule({
  name: 'probability-product',
  category: 'numerical',
  claim: 'A long product of probabilities underflows to 0.',
  reason:
    'float32 ends at 1.4e-45: sixty factors of 0.1 are 0, and so is the likelihood of any sequence long enough. Its logarithm is -Infinity, its gradient NaN, and two hypotheses can no longer be compared.',
  remedy: 'Add logarithms: `tf.sum(tf.logSoftmax(logits))`, or `tf.sum(tf.log(tf.maximum(p, 1e-37)))`.',
  ops: ['prod', 'cumprod', 'log'],
  check(site) {
    if (isOp(site.node, 'log')) return logOfLoop(site);
    const x = site.operand('x');
    const factors = producer(x);
    if (x === undefined || factors === undefined || !isProbability(factors) || isShort(site, x))
      return undefined;
    if (reach(x.range, 0, 1e-6) !== 'manifest' && !SATURATING.has(factors.op)) return undefined;
    const log = site.users().find((user) => isOp(user, 'log'));
    const name = site.text(x);
    const { format } = site.backend;
    const count = format === 'float32' ? 'sixty' : 'ten';
    const least = format === 'float32' ? '1.4e-45' : '6e-8';
    const after = log === undefined ? '' : `, and \`${site.text(log)}\` is -Infinity then`;
    return {
      message: `\`${site.text()}\` underflows to 0 for long sequences: ${count} factors of 0.1 are below what ${format} holds${after}. Add logarithms instead: \`tf.sum(tf.log(${name}))\`, with ${name} kept above 0 or as a log probability from the start.`,
      danger: {
        text: `the product of ${name} < ${least}`,
        harm: 'value',
        failures: ['underflow'],
      },
      manifest: true,
      covers: log === undefined ? [] : [log],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the likelihood of a sequence',
        code: `export const likelihood = (logits: tf.Tensor2D) => tf.prod(tf.sigmoid(logits), 1);`,
      },
      {
        title: 'the log of a product',
        code: `export const logLikelihood = (logits: tf.Tensor2D) => tf.log(tf.prod(tf.softmax(logits).slice([0, 0], [-1, 1])));`,
      },
      {
        title: 'the likelihood of a sequence, step by step',
        code: `export function logLikelihood(start: tf.Tensor1D, transition: tf.Tensor2D, emissions: tf.Tensor1D[]) {\n  let alpha: tf.Tensor = tf.softmax(start);\n  for (const emission of emissions) {\n    alpha = alpha.reshape([1, -1]).matMul(tf.softmax(transition)).reshape([-1]).mul(tf.sigmoid(emission));\n  }\n  return alpha.sum().log();\n}`,
      },
      {
        title: 'survival over time',
        code: `export const survival = (hazards: tf.Tensor2D) => tf.cumprod(tf.sub(1, tf.sigmoid(hazards)), 1);`,
      },
    ],
    safe: [
      {
        title: 'brought back to size at every step',
        code: `export function logLikelihood(start: tf.Tensor1D, transition: tf.Tensor2D, emissions: tf.Tensor1D[]) {\n  let alpha: tf.Tensor = tf.softmax(start);\n  let total: tf.Tensor = tf.scalar(0);\n  for (const emission of emissions) {\n    const next = alpha.reshape([1, -1]).matMul(tf.softmax(transition)).reshape([-1]).mul(tf.softmax(emission));\n    const scale = next.sum().maximum(1e-30);\n    total = total.add(scale.log());\n    alpha = next.div(scale);\n  }\n  return total;\n}`,
      },
      {
        title: 'a sum of log probabilities',
        code: `export const logLikelihood = (logits: tf.Tensor2D) => tf.logSoftmax(logits).max(1).sum();`,
      },
      {
        title: 'the product of sizes',
        code: `export const count = (x: tf.Tensor) => tf.prod(tf.tensor1d([2, 3, 4]));`,
      },
      {
        title: 'a product of two',
        code: `export function joint(a: tf.Tensor1D, b: tf.Tensor1D) {\n  return tf.prod(tf.stack([tf.sigmoid(a), tf.sigmoid(b)]), 0);\n}`,
      },
    ],
  },
});

/** `alpha = alpha.matMul(transition).mul(emission)` in a loop, and the logarithm of what it comes to. */
function logOfLoop(site: Site): Suspicion | undefined {
  const x = producer(site.operand('x'));
  const step = loopProduct(x) ?? (isOp(x, 'sum', 'mean', 'max') ? loopProduct(operandOf(x, 'x')) : undefined);
  if (x === undefined || step === undefined) return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is -Infinity for long sequences: every round multiplies by \`${site.text(step)}\`, and sixty factors of 0.1 are below what ${site.backend.format} holds. Divide by the sum in every round and add up the logarithms of the sums, or keep logarithms and add with \`tf.logSumExp\`.`,
    danger: { text: `${name} < 1.4e-45`, harm: 'value', failures: ['underflow', 'infinity'] },
    manifest: true,
    related: [{ node: step, message: 'the factor of every round' }],
  };
}

const SATURATING: ReadonlySet<string> = new Set(['softmax', 'sigmoid']);

/** Between 0 and 1, and not only 0 and 1: a mask has no long products. */
function isProbability(node: Node): boolean {
  const { low, high, integer } = node.range;
  if (low < 0 || high > 1 || integer || node.dtype === 'bool') return false;
  if (SATURATING.has(node.op)) return true;
  if (isOp(node, 'sub')) return isProbabilityOperand(operandOf(node, 'b'));
  if (isOp(node, 'min', 'mean', 'clipByValue', 'gather', 'stack', 'concat'))
    return isProbabilityOperand(operandOf(node, 'x'));
  return (
    isOp(node, 'mul') &&
    isProbabilityOperand(operandOf(node, 'a')) &&
    isProbabilityOperand(operandOf(node, 'b'))
  );
}

function isProbabilityOperand(node: Node | undefined): boolean {
  const made = producer(node);
  return made !== undefined && isProbability(made);
}

/** Along an axis of a few: there is nothing to underflow. */
function isShort(site: Site, x: Node): boolean {
  const { axis } = site.node.attributes;
  const rank = x.shape?.length;
  if (rank === undefined || x.shape === undefined) return false;
  const axes = typeof axis === 'number' ? [axis] : Array.isArray(axis) ? axis.filter((one) => typeof one === 'number') : x.shape.keys(); // prettier-ignore
  let count = 1;
  for (const one of axes) {
    const size = x.shape[one < 0 ? one + rank : one]?.size;
    if (typeof size !== 'number') return false;
    count *= size;
  }
  return count <= FEW;
}
