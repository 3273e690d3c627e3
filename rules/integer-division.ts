import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'integer-division',
  category: 'numerical',
  claim: 'The quotient of two int32 tensors is cut to a whole number: an accuracy of 0.97 is 0.',
  reason:
    'The sum of a comparison is an int32 tensor, and so is a count of labels. `div` of two int32 tensors rounds down; with a JavaScript number on either side it does not, so the same line is right in one spelling and wrong in the other.',
  remedy: 'Make one of them a float first: `hits.toFloat().div(total)`.',
  ops: ['div'],
  check(site) {
    const [a, b] = [site.operand('a'), site.operand('b')];
    if (
      a?.dtype !== 'int32' ||
      b?.dtype !== 'int32' ||
      !(
        isCount(a) ||
        isAverage(a, b) ||
        isShareOf(a, b) ||
        isOfBytes(site, a, b) ||
        isScaledToFraction(site) ||
        isTakenFromOne(site)
      )
    )
      return undefined;
    return {
      message: `\`${site.text()}\` divides int32 by int32 and is cut to a whole number, 0 for every share below 1. Use \`${site.text(a)}.toFloat().div(${site.text(b)})\`.`,
      danger: {
        text: `${site.text(a)} is no multiple of ${site.text(b)}`,
        harm: 'value',
        failures: ['wrong-value'],
      },
      manifest: true,
      fixes: inPlaceOf(site, site.node, a, (x, write) => write.op('cast', x, `'float32'`), 'Divide a float'),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'an accuracy',
        code: `export function accuracy(predicted: tf.Tensor1D, labels: tf.Tensor1D) {\n  const right = predicted.greater(0).equal(labels.greater(0));\n  return right.sum().div(tf.scalar(8, 'int32'));\n}`,
      },
      {
        title: 'a recall',
        code: `export function recall(predicted: tf.Tensor1D, labels: tf.Tensor1D) {\n  const wanted = labels.greater(0);\n  const hits = tf.logicalAnd(predicted.greater(0), wanted).sum();\n  return hits.div(wanted.sum().maximum(tf.scalar(1, 'int32')));\n}`,
      },
      {
        title: 'an accuracy of what a mask leaves',
        code: `export function accuracy(labels: tf.Tensor2D, logits: tf.Tensor3D, mask: tf.Tensor2D) {\n  const counted = mask.toInt();\n  const right = logits.argMax(-1).equal(labels.toInt()).toInt().mul(counted);\n  return right.sum().div(counted.sum().maximum(tf.scalar(1, 'int32')));\n}`,
      },
      {
        title: 'a confusion matrix by its rows',
        code: `export function rates(labels: tf.Tensor1D, predicted: tf.Tensor1D, classes: number) {\n  const counts = tf.math.confusionMatrix(labels, predicted, classes);\n  return counts.div(counts.sum(1, true).maximum(tf.scalar(1, 'int32')));\n}`,
      },
      {
        title: 'the precision of the first few',
        code: `export function precision(clicks: number[][], k: number) {\n  const first = tf.tensor2d(clicks, undefined, 'int32').slice([0, 0], [-1, k]);\n  return first.sum(1).div(tf.fill([clicks.length], k, 'int32'));\n}`,
      },
      {
        title: 'shares of a total',
        code: `export const shares = (sizes: number[]) => {\n  const counts = tf.tensor1d(sizes, 'int32');\n  return counts.div(counts.sum().maximum(tf.scalar(1, 'int32')));\n};`,
      },
      {
        title: 'a picture of whole numbers, made brighter',
        code: `export const brighter = (pixels: tf.Tensor3D) => pixels.toInt().div(tf.scalar(255, 'int32')).mul(1.5);`,
      },
      {
        title: 'the bytes of a picture as shares of the largest',
        code: `const FULL = tf.scalar(255, 'int32');\nexport function decode(pixels: Uint8Array, size: number) {\n  const raw = tf.tensor3d(pixels, [size, size, 3], 'int32');\n  return raw.div(FULL).cast('float32');\n}`,
      },
      {
        title: 'what is left of a whole',
        code: `export const left = (done: tf.Tensor1D, all: tf.Tensor1D) => tf.sub(1, done.toInt().div(all.toInt()));`,
      },
    ],
    safe: [
      {
        title: 'a mask of black and white, as classes of a one-hot',
        code: `export const classes = (mask: number[][], size: number) => tf.oneHot(tf.tensor2d(mask, [size, size], 'int32').div(tf.scalar(255, 'int32')), 2);`,
      },
      {
        title: 'digits of a number to the base 255',
        code: `const BASE = tf.scalar(255, 'int32');\nexport const digits = (code: tf.Tensor1D) => tf.stack([code.toInt().div(BASE), tf.mod(code.toInt(), BASE)], 1);`,
      },
      {
        title: 'two pictures of bytes, one over the other',
        code: `export function over(a: tf.Tensor3D, b: tf.Tensor3D, alpha: tf.Scalar) {\n  const opaque = tf.scalar(255, 'int32');\n  const [top, under] = [a.toInt().mul(alpha.toInt()), b.toInt().mul(opaque.sub(alpha.toInt()))];\n  return top.add(under).div(opaque);\n}`,
      },
      {
        title: 'a float first',
        code: `export function accuracy(predicted: tf.Tensor1D, labels: tf.Tensor1D) {\n  const right = predicted.greater(0).equal(labels.greater(0));\n  return right.sum().toFloat().div(8);\n}`,
      },
      {
        title: 'the row of an index, which is meant to be whole',
        code: `export const rowOf = (scores: tf.Tensor1D, width: number) => scores.argMax().div(tf.scalar(width, 'int32'));`,
      },
    ],
  },
});

/** A number of things for which something is true, perhaps of those that a mask leaves or with weights. */
function isCount(node: Node): boolean {
  const made = producer(node);
  if (isOp(made, 'math.confusionMatrix', 'bincount', 'denseBincount')) return true;
  if (!isOp(made, 'sum')) return false;
  const x = producer(operandOf(made, 'x'));
  return isTruth(x) || (isOp(x, 'mul') && eitherOrder(x).some(([one]) => isTruth(producer(one))));
}

/** `clicks.sum(1).div(tf.fill([n], k, 'int32'))`: a sum by how many there are. */
const isAverage = (a: Node, b: Node): boolean =>
  isOp(producer(a), 'sum') && isOp(producer(b), 'fill', 'scalar');

/** `sizes.div(sizes.sum())`: what is divided by its own sum is a share. */
function isShareOf(a: Node, b: Node): boolean {
  const total = producer(b);
  const sum = isOp(total, 'maximum') ? producer(operandOf(total, 'a')) : total;
  return isOp(sum, 'sum') && sameValue(producer(operandOf(sum, 'x')), producer(a));
}

/**
 * `pixels.div(tf.scalar(255, 'int32')).toFloat()`: bytes as shares of the largest, which go on as floats. Not what was computed
 * of bytes, as a mixture of two pictures, nor a mask, which goes on as whole numbers.
 */
const isOfBytes = (site: Site, a: Node, b: Node): boolean =>
  constantOf(b) === LARGEST_BYTE &&
  HELD.has(producer(a)?.op ?? '') &&
  (site.users().some(isOfFloats) || (site.users().length === 0 && site.isReturned()));

const isOfFloats = ({ dtype }: Node): boolean => dtype === 'float32';

/** What gives numbers as they are. */
const HELD: ReadonlySet<string> = new Set(
  'input browser.fromPixels tensor tensor1d tensor2d tensor3d tensor4d reshape image.resizeBilinear cast'.split(
    ' ',
  ),
);

const LARGEST_BYTE = 255;

/** `pixels.div(scale).mul(3.5)`: what is made larger by a fraction is no number of a step, which is made smaller. */
function isScaledToFraction(site: Site): boolean {
  const users = site.users();
  return (
    users.length > 0 &&
    users.every(
      (user) =>
        isOp(user, 'mul') && eitherOrder(user).some(([factor]) => isMoreByFraction(constantOf(factor) ?? 0)),
    )
  );
}

/** `tf.sub(1, row.div(rows))`: what is left of a whole. */
const isTakenFromOne = (site: Site): boolean =>
  !WRITTEN.test(site.text(site.operand('b')!)) &&
  site.users().some((user) => isOp(user, 'sub') && constantOf(operandOf(user, 'a')) === 1);

/** One less an eighth part is a test of a bit. */
const WRITTEN = /^(?:tf\.)?(?:scalar\(\s*)?\d/;

const isMoreByFraction = (times: number): boolean => times > 1 && !Number.isInteger(times);

const isTruth = (x: Node | undefined): boolean =>
  x?.dtype === 'bool' || (x !== undefined && x.range.low === 0 && x.range.high === 1);
