/**
 * wrong-gradient: functions of TensorFlow.js 4.22 whose own gradient is not that of their value (docs/library-gradients.md).
 * The function is spelled as its users spell it; the true gradient is worked out from what the value is defined to be.
 */
import * as tf from '@tensorflow/tfjs';
import { grid, labelled } from './case.js';

const logSoftmax = (x: readonly number[]): number[] => {
  const total = Math.log(x.map(Math.exp).reduce((sum, e) => sum + e, 0));
  return x.map((value) => value - total);
};
const logits = [1, 2, 3];
const image = grid(3, 3, 1, 2).map((row) => row.map((x) => [x]));

export const wrongLibrary = labelled('wrong-gradient', [
  {
    name: 'mirrorPad, reflected',
    fn: (x: tf.Tensor) => tf.mirrorPad(x, [[1, 1]], 'reflect'),
    inputs: [[1, 2, 4]],
    truth: [[1, 3, 1]],
    why: 'the mirrored copies count too; the library slices',
  },
  {
    name: 'mirrorPad, symmetric',
    fn: (x: tf.Tensor) => tf.mirrorPad(x, [[1, 1]], 'symmetric'),
    inputs: [[1, 2, 4]],
    truth: [[2, 1, 2]],
    why: 'the mirrored copies count too',
  },
  {
    name: 'softmaxCrossEntropy wrt labels',
    fn: (labels: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, tf.tensor2d([logits])),
    inputs: [[[0.2, 0.3, 0.5]]],
    truth: [logSoftmax(logits).map((x) => -x)],
    why: '-logSoftmax; the library gives labels - softmax',
  },
  {
    name: 'softmaxCrossEntropy wrt logits, labels that sum to 2',
    fn: (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 0, 2]]), x),
    inputs: [[logits]],
    truth: [logSoftmax(logits).map((x, index) => 2 * Math.exp(x) - (index === 2 ? 2 : 0))],
    why: 'sum(labels) softmax - labels; the library forgets the sum',
  },
  {
    name: "avgPool 'same' at the borders",
    fn: (x: tf.Tensor) => tf.avgPool(x as tf.Tensor3D, 2, 2, 'same'),
    inputs: [image],
    truth: [[1 / 4, 1 / 4, 1 / 2, 1 / 4, 1 / 4, 1 / 2, 1 / 2, 1 / 2, 1]],
    why: 'a border window is averaged over the elements it has; the library divides by 4 everywhere',
  },
  {
    name: 'resizeBilinear with half-pixel centres',
    fn: (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [4, 4], false, true),
    inputs: [
      [
        [
          [[1], [3]],
          [[2], [7]],
        ],
      ],
    ],
    truth: [[4, 4, 4, 4]],
    why: 'weights 1, 3/4, 1/4, 0 and their mirror in each direction; the gradient goes by the other rule',
  },
  {
    name: 'resizeNearestNeighbor with half-pixel centres',
    fn: (x: tf.Tensor) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [1, 2], false, true),
    inputs: [[[[[1], [3], [5]]]]],
    truth: [[1, 0, 1]],
    why: 'it picks the elements 0 and 2; the gradient goes by the other rule, to 0 and 1',
  },
  {
    name: 'floorDiv',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.floorDiv(a, b),
    inputs: [
      [7, -3],
      [2, 4],
    ],
    truth: [
      [0, 0],
      [0, 0],
    ],
    why: 'a step function is flat; the library gives 1/b',
  },
  {
    name: 'cumulative sum down the columns of a square',
    fn: (x: tf.Tensor) =>
      x.cumsum(0).mul(
        tf.tensor2d([
          [1, 10],
          [100, 1000],
        ]),
      ),
    inputs: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    truth: [[101, 1010, 100, 1000]],
    why: 'dy summed from below; the library transposes',
  },
  {
    name: 'through int32 and back',
    fn: (x: tf.Tensor) => x.cast('int32').cast('float32'),
    inputs: [[1.5, -2.25]],
    truth: [[0, 0]],
    why: 'truncation is flat; the library passes dy through',
  },
  {
    name: 'the largest of two copies of x',
    fn: (x: tf.Tensor) => tf.stack([x, x]).max(0),
    inputs: [[1, -2]],
    truth: [[1, 1]],
    why: 'max(x, x) = x is smooth with slope 1; each tie gets the full gradient: 2',
  },
  {
    name: 'the smallest of three copies of x',
    fn: (x: tf.Tensor) => tf.stack([x, x, x]).min(0).square(),
    inputs: [[1, -2]],
    truth: [[2, -4]],
    why: 'min(x, x, x) = x; the gradient is three times 2x',
  },
]);
