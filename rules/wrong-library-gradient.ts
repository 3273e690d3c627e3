import { isAffected, libraryGradients, opsWith } from '../src/ops/library-gradients.js';
import { carries, carriesToLoss } from '../src/program/gradient.js';
import type { Node } from '../src/program/node.js';
import { affectedOperand, callOf } from '../src/rule/library-gradient.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'wrong-library-gradient',
  category: 'gradient',
  claim: 'The gradient that TensorFlow.js has for this op is not that of its value.',
  reason:
    'Some ops of TensorFlow.js come with a wrong gradient, and nothing throws: mirrorPad forgets that the border is a copy of the inside, avgPool with padding divides by the whole window, cumsum along an axis that is not the last is transposed, resizing with half pixel centers goes back without them, softmaxCrossEntropy differentiated by its labels, or with labels that do not sum to 1, gives the gradient of something else. Training goes on along another slope. Each is measured: see docs/library-gradients.md.',
  remedy: 'Compute the same value with ops whose gradient is right, or keep the operand out of the gradient.',
  ops: opsWith(1, 'wrong', 'invalid-subgradient'),
  check(site) {
    const { op, shape } = site.node;
    for (const defect of libraryGradients(op, 1)) {
      if (defect.defect === 'throws' || isAffected(defect, callOf(site), shape) !== true) continue;
      const operand = affectedOperand(site, defect, 'once');
      if (operand === undefined || isData(site.node.gradient?.by, op) || !isCarried(site, operand)) continue;
      const { claimed, measured, call } = defect.example;
      return {
        message: `\`${site.text()}\` is differentiated by \`${site.text(operand)}\`, and TensorFlow.js gets that gradient wrong${where(defect.condition)}: for ${call} it gives ${claimed}, the slope is ${measured}. ${REMEDIES[op] ?? 'Compute the value with other ops, or keep the operand out of the gradient.'}`,
        danger: { text: 'the gradient', harm: 'gradient', failures: ['wrong-value'] },
        manifest: true,
      };
    }
    return undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'an image that is padded by reflection',
        code: `export const step = (image: tf.Tensor2D) =>\n  tf.grad((x: tf.Tensor) => tf.mirrorPad(x, [[1, 1], [1, 1]], 'reflect').square().sum())(image);`,
      },
      {
        title: 'average pooling with same padding',
        code: `export const step = (image: tf.Tensor4D) =>\n  tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 1, 'same').sum())(tf.add(image, tf.zeros([1, 3, 3, 1])));`,
      },
      {
        title: 'average pooling of a picture with an odd side',
        code: `export const step = (image: tf.Tensor4D) =>\n  tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same').sum())(tf.add(image, tf.zeros([1, 3, 4, 1])));`,
      },
      {
        title: 'returns that are summed along time',
        code: `export const step = (rewards: tf.Tensor2D) =>\n  tf.grad((r: tf.Tensor) => r.add(tf.zeros([3, 3])).cumsum(0).square().sum())(rewards);`,
      },
      {
        title: 'the entropy of a policy as a cross entropy with itself',
        code: `export function train(states: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const logits = states.matMul(w);\n    return tf.losses.softmaxCrossEntropy(tf.softmax(logits), logits).neg() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a picture that is enlarged',
        code: `export const step = (picture: tf.Tensor4D) =>\n  tf.grad((x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 5], false, true).square().sum())(tf.add(picture, tf.zeros([1, 3, 3, 1])));`,
      },
    ],
    safe: [
      {
        title: 'padding with zeros',
        code: `export const step = (image: tf.Tensor2D) =>\n  tf.grad((x: tf.Tensor) => tf.pad(x, [[1, 1], [1, 1]]).square().sum())(image);`,
      },
      {
        title: 'average pooling without padding',
        code: `export const step = (image: tf.Tensor4D) =>\n  tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 1, 'valid').sum())(image);`,
      },
      {
        title: 'average pooling that divides the picture: padding has nothing to add',
        code: `export const step = (image: tf.Tensor4D) =>\n  tf.grad((x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same').sum())(tf.add(image, tf.zeros([1, 64, 64, 1])));`,
      },
      {
        title: 'sums along the last axis',
        code: `export const step = (x: tf.Tensor2D) => tf.grad((r: tf.Tensor) => r.cumsum(1).square().sum())(x);`,
      },
      {
        title: 'padding that nothing differentiates',
        code: `export const augment = (image: tf.Tensor2D) => tf.mirrorPad(image, [[1, 1], [1, 1]], 'reflect');`,
      },
      {
        title: 'labels that are given',
        code: `export function train(states: tf.Tensor2D, labels: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => tf.losses.softmaxCrossEntropy(labels, states.matMul(w)) as tf.Scalar);\n}`,
      },
    ],
  },
});

/** A gradient that is 0 anyway does no harm: of an index, of a mask. */
const isCarried = ({ node }: Site, operand: Node): boolean =>
  node.gradient !== undefined &&
  carriesToLoss(node.gradient, node) &&
  carries(node.gradient, operand) === 'yes';

/** What a layer casts to whole numbers, or crops, are mostly the data that come in. */
const isData = (by: unknown, op: string): boolean =>
  by === 'inputs' && (op === 'cast' || op === 'floorDiv' || op.startsWith('image.'));

const where = (condition: string | undefined): string => (condition === undefined ? '' : ` (${condition})`);

const REMEDIES: Readonly<Record<string, string>> = {
  mirrorPad: 'Put the mirrored borders together with `tf.concat` and `tf.reverse`.',
  avgPool: 'Pool with padding `valid`, or pad first and divide by the true counts.',
  avgPool3d: 'Pool with padding `valid`, or pad first and divide by the true counts.',
  pool: 'Pool with padding `valid`, or pad first and divide by the true counts.',
  cumsum:
    'Transpose so that the axis is the last, sum, and transpose back; or multiply by a triangle of ones.',
  'losses.softmaxCrossEntropy': 'Write it out: `labels.mul(tf.logSoftmax(logits)).sum(-1).neg().mean()`.',
  'image.resizeBilinear': 'Resize without `halfPixelCenters`.',
  'image.resizeNearestNeighbor': 'Resize without `halfPixelCenters`.',
  cast: 'A cast to int32 is a step function: its slope is 0. Keep it out of the gradient.',
  floorDiv: 'It is a step function: its slope is 0. Keep it out of the gradient.',
};
