import { sameSize, showShape, showSize, type Shape } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { alignedOperands, REDUCTIONS, sameAxes } from '../src/rule/axes.js';
import { originOfColumn } from '../src/rule/origin.js';
import { constantOf, eitherOrder, isOp, isTrained, operandOf, producer } from '../src/rule/patterns.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { isLevelAlong, sharesOf, type Shares } from '../src/rule/shares.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'lost-in-softmax',
  category: 'shape',
  claim:
    'What is added to the scores of a softmax is the same all along its axis: it changes nothing, and its gradient is 0.',
  reason:
    'exp(x + c) / sum(exp(x + c)) is exp(x) / sum(exp(x)). A padding mask of [B, 1, T, 1] beside attention scores of [B, H, T, T] lies along the queries: it takes 1e9 from whole rows, whose softmax is what it was, and the padded keys are attended to. The scores of additive attention that were left as a column, [N, 1], give every key of a row one score: the attention is uniform. Nothing throws, and nothing is learned through it.',
  remedy:
    'Lay it along the axis of the softmax: `[B, 1, 1, T]` for a mask of the keys, `column.add(row.transpose())` for the scores of pairs. A bias that is the same for all classes can go.',
  ops: ['add', 'sub'],
  check(site) {
    if (site.node.throws !== undefined) return undefined;
    const pair = eitherOrder(site.node).find(([addend, other]) => isRepeatedBeside(addend, other));
    if (pair === undefined) return undefined;
    const shares = sharesOf(site, site.node);
    if (shares === undefined || shares.softmax.within?.start !== site.node.within?.start) return undefined;
    const [addend, other] = pair;
    const length = other.shape!.at(shares.axis)?.size;
    if (!isLevelAlong(addend.shape, shares.axis) || length === undefined || length === 1) return undefined;
    return isOnPurpose(addend, other) ? undefined : suspicion(site, addend, other, shares);
  },
  examples: {
    hazardous: [
      {
        title: 'the padding of the keys, laid along the queries',
        code: `export function attend(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, keep: tf.Tensor2D) {\n  const [batch, steps] = keep.shape;\n  const scores = tf.matMul(q, k, false, true).div(Math.sqrt(8));\n  const padding = tf.sub(1, keep).mul(-1e9).reshape([batch, 1, steps, 1]);\n  return tf.matMul(tf.softmax(scores.add(padding)), v);\n}`,
      },
      {
        title: 'the scores of a graph attention, left as a column',
        code: `export function attend(h: tf.Tensor2D, adjacency: tf.Tensor2D) {\n  const from = h.matMul(tf.ones([4, 1]));\n  const to = h.matMul(tf.ones([4, 1]));\n  const scores = tf.leakyRelu(from.add(to), 0.2);\n  return scores.add(tf.sub(1, adjacency).mul(-1e9)).softmax().matMul(h);\n}`,
      },
      {
        title: 'a bias a sample beside the logits of the classes',
        code: `const weights = tf.variable(tf.randomNormal([4, 3]));\nconst bias = tf.variable(tf.zeros([8, 1]));\nexport const loss = (x: tf.Tensor2D, labels: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(labels, x.reshape([8, 4]).matMul(weights).add(bias));`,
      },
      {
        title: 'one bias for all classes, of a softmax that is written out',
        code: `const bias = tf.variable(tf.zeros([1]));\nexport function probabilities(x: tf.Tensor2D) {\n  const logits = tf.add(x, bias);\n  const e = logits.sub(logits.max(1, true)).exp();\n  return e.div(e.sum(1, true));\n}`,
      },
      {
        title: 'a mask of the queries, on one way, and a temperature behind it',
        code: `export function attend(scores: tf.Tensor3D, mask?: tf.Tensor2D) {\n  let masked: tf.Tensor = scores;\n  if (mask) masked = masked.sub(mask.expandDims(-1).mul(1e9));\n  return masked.div(0.5).logSoftmax();\n}`,
      },
      {
        title: 'where the keys lie along the first axis',
        code: `const query = tf.variable(tf.zeros([1, 6]));\nexport function probabilities(keys: tf.Tensor2D) {\n  const scores = keys.reshape([-1, 6]).add(query);\n  return scores.sub(scores.logSumExp(0, true)).exp();\n}`,
      },
    ],
    safe: [
      {
        title: 'the padding of the keys, laid along the keys',
        code: `export function attend(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, keep: tf.Tensor2D) {\n  const [batch, steps] = keep.shape;\n  const scores = tf.matMul(q, k, false, true).div(Math.sqrt(8));\n  const padding = tf.sub(1, keep).mul(-1e9).reshape([batch, 1, 1, steps]);\n  return tf.matMul(tf.softmax(scores.add(padding)), v);\n}`,
      },
      {
        title: 'a column and a row of scores: a table',
        code: `export function attend(h: tf.Tensor2D, adjacency: tf.Tensor2D) {\n  const from = h.matMul(tf.ones([4, 1]));\n  const to = h.matMul(tf.ones([4, 1])).transpose();\n  const scores = tf.leakyRelu(from.add(to), 0.2);\n  return scores.add(tf.sub(1, adjacency).mul(-1e9)).softmax().matMul(h);\n}`,
      },
      {
        title: 'the same without an activation, of which the column has no effect',
        code: `export const attend = (from: tf.Tensor1D, to: tf.Tensor1D) => from.expandDims(1).add(to.expandDims(0)).softmax();`,
      },
      {
        title: 'the maximum, for the digits',
        code: `export const probabilities = (x: tf.Tensor2D) => x.sub(x.max(1, true)).softmax();`,
      },
      {
        title: 'rows that are standardised first',
        code: `export function probabilities(x: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(x, 1, true);\n  return x.sub(mean).div(variance.add(1e-3).sqrt()).softmax();\n}`,
      },
      {
        title: 'the squared distances of pairs, of which one square cancels',
        code: `export function nearest(x: tf.Tensor2D, centres: tf.Tensor2D) {\n  const squares = x.square().sum(1, true);\n  return tf.matMul(x, centres, false, true).mul(2).sub(squares).sub(centres.square().sum(1)).softmax();\n}`,
      },
      {
        title: 'a value and the advantages of a dueling network',
        code: `const [value, advantage] = [tf.variable(tf.ones([4, 1])), tf.variable(tf.ones([4, 3]))];\nexport function policy(x: tf.Tensor2D) {\n  const a = x.reshape([8, 4]).matMul(advantage);\n  return x.reshape([8, 4]).matMul(value).add(a.sub(a.mean(1, true))).softmax();\n}`,
      },
      {
        title: 'scores that are used for something else too',
        code: `const bias = tf.variable(tf.zeros([8, 1]));\nexport function both(x: tf.Tensor2D) {\n  const scores = x.reshape([8, 3]).add(bias);\n  return { scores, probabilities: scores.softmax() };\n}`,
      },
      {
        title: 'a bias a class',
        code: `const bias = tf.variable(tf.zeros([3]));\nexport const probabilities = (x: tf.Tensor2D) => x.reshape([8, 3]).add(bias).softmax();`,
      },
      {
        title: 'a sigmoid, which has no axis',
        code: `const bias = tf.variable(tf.zeros([8, 1]));\nexport const probabilities = (x: tf.Tensor2D) => x.reshape([8, 3]).add(bias).sigmoid();`,
      },
      {
        title: 'a written number',
        code: `export const probabilities = (x: tf.Tensor2D) => x.add(tf.ones([1])).softmax();`,
      },
    ],
  },
});

/** Whether one operand is repeated along axes of the other, and the other along none: a column beside a row makes a table. */
function isRepeatedBeside(addend: Node, other: Node): boolean {
  if (addend.shape === undefined || other.shape === undefined || constantOf(addend) !== undefined)
    return false;
  // What has no axes is a number, and no mask or column that was laid wrongly: only a bias is meant to be learned.
  if (addend.shape.length === 0 && !isTrained(addend)) return false;
  const [long, short] = [other.shape, addend.shape];
  const isLonger = (a: Shape, b: Shape): boolean =>
    a.some(({ size }, axis) => size !== 1 && (b.at(axis - a.length)?.size ?? 1) === 1);
  return isLonger(long, short) && !isLonger(short, long);
}

/**
 * A level that is taken from scores for the sake of the digits, or that belongs to a formula for them, such as the squares
 * of a distance: a statistic. And the value of a dueling network, whose advantages are centred.
 */
function isOnPurpose(addend: Node, other: Node): boolean {
  return (!isMask(addend) && isOfStatistics(addend)) || isCentred(other);
}

function isOfStatistics(node: Node, depth = 0): boolean {
  const made = producer(node);
  if (made === undefined || depth > 6) return false;
  if (REDUCTIONS.has(made.op)) return true;
  const parts = alignedOperands(made).filter((operand) => constantOf(operand) === undefined);
  return parts.length > 0 && parts.every((part) => isOfStatistics(part, depth + 1));
}

/** Something that is -1e9 where it holds, whatever it was found by. */
const isMask = (node: Node): boolean =>
  sameAxes(producer(node)!).some((part) => isOp(part, 'mul', 'where') && alignedOperands(part).some(isLarge));

const isLarge = (node: Node): boolean => Math.abs(constantOf(node) ?? 0) >= LEAST_OF_MASKS;

const LEAST_OF_MASKS = 1e3;

/** `a.sub(a.mean(1, true))`. */
function isCentred(node: Node): boolean {
  const mean = isOp(node, 'sub') ? operandOf(node, 'b') : undefined;
  return isOp(mean, 'mean') && operandOf(mean, 'x') === operandOf(node, 'a');
}

function suspicion(site: Site, addend: Node, other: Node, { softmax, axis }: Shares): Suspicion {
  const [name, scores] = [site.text(addend), site.text(other)];
  const along = axis + other.shape!.length;
  const length = showSize(other.shape![along]!.size);
  const rank = addend.shape!.length;
  const made = rank < -axis ? addend : originOfColumn(addend, rank + axis).node;
  return {
    message: `\`${name}\` has no effect in \`${site.text()}\`: of ${showShape(addend.shape)} it has a single value for all ${length} along axis ${along} of \`${scores}\`, ${showShape(other.shape)}, and \`${site.text(softmax)}\`, taken along that axis, is the same whichever number is added to all of them. Its gradient is exactly 0. ${advice(addend.shape!, other.shape!, along)}`,
    danger: {
      text: `${showShape(addend.shape)} is repeated along axis ${along} of ${showShape(other.shape)}`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: 'cancels',
      without: operandOf(site.node, 'a') === addend ? 'b' : 'a',
      whole: true,
    },
    manifest: true,
    // A level that is taken from scores, as by a first pass or a critic, may be meant.
    advice: isOp(site.node, 'sub') && !isMask(addend) && !isTrained(addend),
    isOfFunction: true,
    related: [
      { node: softmax, message: 'the softmax that it is lost in' },
      ...(made === addend ? [] : [{ node: made, message: `${showShape(made.shape)} comes from here` }]),
    ],
  };
}

/** An axis of the size that is looked for, if the addend has it elsewhere. */
function advice(addend: Shape, other: Shape, along: number): string {
  const offset = other.length - addend.length;
  const from = addend.findLastIndex(({ size }) => size !== 1 && sameSize(size, other[along]!.size));
  if (from < 0 || along < offset)
    return `Give it an axis of ${showSize(other[along]!.size)} there, or leave it out.`;
  const layout = addend.map(({ size }, axis) =>
    axis === from ? '1' : axis === along - offset ? showSize(addend[from]!.size) : showSize(size),
  );
  return `If its axis ${from} is meant to meet axis ${along}, lay it there: \`reshape([${layout.join(', ')}])\`.`;
}
