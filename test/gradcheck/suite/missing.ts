/** missing-gradient: the function has a gradient, TensorFlow.js throws or leaves it out (docs/library-gradients.md). */
import * as tf from '@tensorflow/tfjs';
import { grid, labelled } from './case.js';

const matrix = [
  [1, -2, 0.5],
  [0.25, 3, -1],
];

export const missing = labelled('missing-gradient', [
  {
    name: 'where with a comparison of x',
    fn: (x: tf.Tensor) => tf.where(x.greater(0), x.square(), x),
    inputs: [[1, -2]],
    why: 'Greater has no gradient',
  },
  {
    name: 'division that avoids NaN',
    fn: (x: tf.Tensor) => tf.divNoNan(x, tf.tensor1d([2, 4])),
    inputs: [[1, -2]],
    why: 'divNoNan compares with Equal, which has no gradient',
  },
  {
    name: 'einsum',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.einsum('ij,jk->ik', a, b),
    inputs: [grid(2, 3), grid(3, 2)],
    why: 'Einsum has no gradient',
  },
  {
    name: 'the two largest',
    fn: (x: tf.Tensor) => tf.topk(x, 2).values,
    inputs: [[1, 5, 3]],
    why: 'TopK has no gradient',
  },
  {
    name: 'gatherND',
    fn: (x: tf.Tensor) => tf.gatherND(x, [[0, 1]]),
    inputs: [matrix],
    why: 'GatherNd has no gradient',
  },
  {
    name: 'strided slice',
    fn: (x: tf.Tensor) => tf.stridedSlice(x, [0], [3], [2]),
    inputs: [[1, 2, 3]],
    why: 'StridedSlice has no gradient',
  },
  {
    name: 'depthToSpace',
    fn: (x: tf.Tensor) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'),
    inputs: [[[[[1, 2, 3, 4]]]]],
    why: 'DepthToSpace has no gradient',
  },
  {
    name: 'maximum with a stretched row',
    fn: (b: tf.Tensor) => tf.maximum(tf.ones([2, 3]), b),
    inputs: [[0, 2, 0.5]],
    why: 'the gradient of the row is not reduced over the rows',
  },
  {
    name: 'minimum with a stretched scalar',
    fn: (x: tf.Tensor, s: tf.Tensor) => tf.minimum(x, s),
    inputs: [matrix, 0.75],
    why: 'the gradient of the scalar is not reduced',
  },
  {
    name: 'squared difference with a stretched row',
    fn: (x: tf.Tensor, b: tf.Tensor) => tf.squaredDifference(x, b),
    inputs: [matrix, [1, 2, 3]],
    why: 'the gradient of the row is not reduced',
  },
  {
    name: 'batched product with a shared matrix',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b),
    inputs: [[grid(2, 2), grid(2, 2, 0, 1)], [grid(2, 2)]],
    why: 'the gradient of the shared matrix is not reduced over the batch',
  },
  {
    name: 'logSigmoid of something computed',
    fn: (x: tf.Tensor) => tf.logSigmoid(x.mul(2)),
    inputs: [[1, -2]],
    why: 'it saves nothing of its input, which is gone when the gradient is taken',
  },
  {
    name: 'weighted loss wrt its weights',
    fn: (w: tf.Tensor) => tf.losses.computeWeightedLoss(tf.tensor1d([1, 2]), w),
    inputs: [[0.5, 2]],
    why: 'the weights are compared with 0',
  },
  {
    name: 'dilated convolution',
    fn: (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, tf.ones([2, 2, 1, 1]), 1, 'valid', 'NHWC', 2),
    inputs: [[grid(4, 4).map((row) => row.map((x) => [x]))]],
    why: 'refused by the gradient of Conv2D',
  },
  {
    name: 'bilinear resize of an image that is no square',
    fn: (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [2, 4]),
    inputs: [[[[[1], [3]]]]],
    why: 'the gradient kernel of the cpu backend swaps height and width',
  },
  {
    name: 'batch normalisation without a scale',
    fn: (x: tf.Tensor) => tf.batchNorm(x as tf.Tensor2D, tf.zeros([2]), tf.ones([2])),
    inputs: [grid(3, 2)],
    why: 'the gradient takes the absent scale for a tensor',
  },
  {
    name: 'cumulative product',
    fn: (x: tf.Tensor) => tf.cumprod(x),
    inputs: [[1, 2, 3]],
    why: 'Cumprod has no gradient',
  },
  {
    name: 'custom gradient that does not reduce the bias',
    fn: tf.customGrad((x, b) => ({
      value: (x as tf.Tensor).add(b as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => [dy, dy],
    })) as (x: tf.Tensor, b: tf.Tensor) => tf.Tensor,
    inputs: [matrix, [1, 2, 3]],
    why: 'the shape of the second gradient is not that of the input',
  },
  {
    name: 'custom gradient that forgets an input',
    fn: tf.customGrad((a, b) => ({
      value: (a as tf.Tensor).mul(b as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => [dy.mul(b as tf.Tensor)],
    })) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
    inputs: [
      [1, 2],
      [3, 4],
    ],
    why: 'one gradient for two inputs',
  },
  {
    name: 'a result made from values',
    fn: (x: tf.Tensor) => tf.tensor(x.dataSync().map((value) => value * 2)),
    inputs: [[1, 2]],
    why: 'the new tensor knows nothing of x',
  },
  {
    name: 'one input of two detached',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.mul(tf.tensor(b.dataSync(), b.shape)),
    inputs: [
      [1, 2],
      [3, 4],
    ],
    why: 'the result depends on b, autodiff does not know',
  },
]);
