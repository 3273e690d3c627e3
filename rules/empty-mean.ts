import { floored } from '../src/rule/guard-fixes.js';
import { eitherOrder, isOp, negated, operandOf, producer, sameValue } from '../src/rule/patterns.js';
import { nameOfInput } from '../src/rule/input-names.js';
import { isOfCountedClasses } from '../src/rule/counted-classes.js';
import { asksForSome } from '../src/rule/promised.js';
import { reach } from '../src/rule/reach.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { slice, type Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

/** Losses of TensorFlow.js that divide by the sum of their weights, or by the number of those that are not 0. */
const WEIGHTED = [
  'losses.absoluteDifference',
  'losses.computeWeightedLoss',
  'losses.cosineDistance',
  'losses.hingeLoss',
  'losses.huberLoss',
  'losses.logLoss',
  'losses.meanSquaredError',
  'losses.sigmoidCrossEntropy',
  'losses.softmaxCrossEntropy',
];

export default defineRule({
  name: 'empty-mean',
  category: 'numerical',
  claim: 'The mean over a mask is 0 / 0 where the mask is empty.',
  reason:
    'A batch of nothing but padding, a class that does not occur, a batch in which no sample is selected: the sum of the mask is 0, and so is what it divides. `tf.losses.*` with weights that are all 0 give NaN in the same way.',
  remedy: 'Count an empty mask as one: `sum.div(tf.maximum(mask.sum(), 1))`.',
  ops: ['div', ...WEIGHTED],
  check(site) {
    return isOp(site.node, 'div') ? maskedMean(site) : emptyWeights(site);
  },
  examples: {
    hazardous: [
      {
        title: 'a masked mean',
        code: `export function maskedMean(loss: tf.Tensor1D, lengths: tf.Tensor1D) {\n  const mask = lengths.greater(0).cast('float32');\n  return loss.mul(mask).sum().div(mask.sum());\n}`,
      },
      {
        title: 'the mean over a mask that callers hand over',
        code: `export function meanPool(hidden: tf.Tensor3D, mask: tf.Tensor2D) {\n  const weights = mask.expandDims(-1);\n  return hidden.mul(weights).sum(1).div(weights.sum(1));\n}`,
      },
      {
        title: 'the precision of a class',
        code: `export function precision(predicted: tf.Tensor1D, actual: tf.Tensor1D) {\n  const positive = predicted.greater(0.5).toFloat();\n  const hits = positive.mul(actual.greater(0.5).toFloat());\n  return tf.sum(hits).div(tf.sum(positive));\n}`,
      },
      {
        title: 'the others of a class, of a class of one',
        code: `export function positives(similarity: tf.Tensor2D, labels: tf.Tensor1D) {\n  const others = labels.expandDims(0).equal(labels.expandDims(1)).toFloat().sub(tf.eye(labels.shape[0]));\n  return similarity.mul(others).sum(1).div(others.sum(1));\n}`,
      },
      {
        title: 'a loss weighted by a mask',
        code: `export function loss(labels: tf.Tensor1D, predictions: tf.Tensor1D, lengths: tf.Tensor1D) {\n  const weights = tf.cast(tf.greater(lengths, 0), 'float32');\n  return tf.losses.meanSquaredError(labels, predictions, weights);\n}`,
      },
    ],
    safe: [
      {
        title: 'the mean over the classes that occur',
        code: `export function present(labels: tf.Tensor1D, overlap: tf.Tensor1D) {\n  const there = tf.oneHot(labels.toInt(), 4).sum(0).greater(0).toFloat();\n  return overlap.mul(there).sum().div(there.sum().maximum(1));\n}`,
      },
      {
        title: 'the others of a class, of which each has the other view of itself',
        code: `export function positives(similarity: tf.Tensor2D, labels: tf.Tensor1D) {\n  const both = tf.concat([labels, labels]);\n  const others = both.expandDims(0).equal(both.expandDims(1)).toFloat().sub(tf.eye(2 * labels.shape[0]));\n  return similarity.mul(others).sum(1).div(others.sum(1));\n}`,
      },
      {
        title: 'an empty mask counted as one',
        code: `export function maskedMean(loss: tf.Tensor1D, lengths: tf.Tensor1D) {\n  const mask = lengths.greater(0).cast('float32');\n  return loss.mul(mask).sum().div(mask.sum().maximum(1));\n}`,
      },
      {
        title: 'a mask that is not empty',
        code: `export function weighted(loss: tf.Tensor1D) {\n  const mask = tf.ones([4]);\n  return loss.mul(mask).sum().div(mask.sum());\n}`,
      },
      {
        title: 'no mask at all',
        code: `export const loss = (labels: tf.Tensor1D, predictions: tf.Tensor1D) => tf.losses.meanSquaredError(labels, predictions);`,
      },
    ],
  },
});

function maskedMean(site: Site): Suspicion | undefined {
  const denominator = site.operand('b');
  const sum = producer(denominator);
  const mask = operandOf(sum, 'x');
  if (denominator === undefined || !isOp(sum, 'sum')) return undefined;
  if (
    !isMaskOfOthers(mask) &&
    !(isMask(mask) && mayBeEmpty(denominator) && !isOfCountedClasses(mask)) &&
    !isMeanOverNamedMask(site, mask, denominator)
  )
    return undefined;
  const name = site.text(denominator);
  return {
    message: `\`${site.text()}\` is NaN or Infinity where the mask is empty: \`${name}\` is 0 then. Divide by \`tf.maximum(${name}, 1)\`.`,
    danger: {
      text: `${name} = 0`,
      harm: 'value',
      region: { operand: 'b', low: 0, high: 0 },
      failures: ['nan', 'infinity'],
    },
    manifest: true,
    advice: asksForSome(site) ? true : undefined,
    covers: [site.node],
    related: [{ node: sum, message: 'is 0 where the mask is empty' }],
    fixes: floored(site, denominator),
  };
}

function emptyWeights(site: Site): Suspicion | undefined {
  const weights = site.operand('weights');
  if (weights === undefined || !isMask(weights) || !mayBeEmpty(weights)) return undefined;
  const name = site.text(weights);
  return {
    message: `\`${site.text()}\` is NaN where \`${name}\` are all 0: it divides by their sum. Where a batch may select nothing, divide a \`tf.Reduction.SUM\` by \`tf.maximum(tf.sum(${name}), 1)\`.`,
    danger: {
      text: `every element of ${name} is 0`,
      harm: 'value',
      failures: ['nan', 'infinity'],
    },
    manifest: true,
    covers: [site.node],
  };
}

/** 0 and 1, made by a comparison. */
function isMask(node: Node | undefined): boolean {
  const made = producer(node);
  if (made === undefined) return false;
  if (made.range.low !== 0 || made.range.high !== 1) return false;
  if (made.dtype === 'bool') return true;
  if (isOp(made, 'mul', 'logicalAnd', 'maximum', 'minimum'))
    return isMask(operandOf(made, 'a')) && isMask(operandOf(made, 'b'));
  return isOp(made, 'step', 'oneHot', 'logicalNot') || (isOp(made, 'sub') && isMask(operandOf(made, 'b')));
}

/**
 * Pairs that a comparison picks, without each one beside itself: none is left where nothing else is like it. Of two views of a
 * batch, one put behind the other, each has the other one.
 */
function isMaskOfOthers(node: Node | undefined): boolean {
  const made = producer(node);
  if (!isOp(made, 'sub') || !isOp(producer(operandOf(made, 'b')), 'eye')) return false;
  const picked = operandOf(made, 'a');
  return isMask(picked) && !slice(picked!).some((part) => isOp(part, 'concat', 'stack', 'tile'));
}

/** `loss.mul(mask).sum().div(mask.sum())` of a mask that callers hand over, which its name says. */
function isMeanOverNamedMask(site: Site, mask: Node | undefined, denominator: Node): boolean {
  const numerator = site.operand('a');
  const total = producer(negated(numerator) ?? numerator);
  const masked = isOp(total, 'sum') ? producer(operandOf(total, 'x')) : undefined;
  if (mask === undefined || !isOp(masked, 'mul') || reach(denominator.range, 0, 0) === 'never') return false;
  const inputs = slice(mask).filter(({ op }) => op === 'input');
  return (
    inputs.length > 0 &&
    inputs.every(
      (input) => MASK.test(String(input.attributes['path'])) || PICKING.test(nameOfInput(input) ?? ''),
    ) &&
    eitherOrder(masked!).some(([factor]) => sameValue(producer(factor), producer(mask)))
  );
}

const MASK = /(?:^|[a-z_.])[mM]asks?(?![a-z])/;

/** `roi`, `isValid`, `batch.event`: what picks some, and may pick none. */
const PICKING =
  /^(?:(?:is|has)[A-Z_]|\w+_)?(?:rois?|valid(?:ity)?|positives?|visib(?:le|ility)|active|alive|event|selected)$/i;

const mayBeEmpty = (node: Node): boolean => reach(node.range, 0, 0) === 'manifest';
