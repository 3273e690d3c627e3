/** Correct: several inputs, tensor-valued outputs, reductions, products, broadcasting, data movement. */
import * as tf from '@tensorflow/tfjs';
import { flat, grid, labelled, spread } from './case.js';

const a23 = [
  [1, -2, 0.5],
  [0.25, 3, -1],
];
const b32 = [
  [0.5, 1],
  [-1, 2],
  [1.5, -0.5],
];
const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);

const several = labelled('correct', [
  {
    name: 'product of two vectors',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.mul(b),
    inputs: [
      [1, -2],
      [3, 0.5],
    ],
    truth: [
      [3, 0.5],
      [1, -2],
    ],
    why: 'each is the slope of the other',
  },
  {
    name: 'quotient',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b),
    inputs: [
      [1, -2],
      [4, 0.5],
    ],
    truth: [
      [0.25, 2],
      [-1 / 16, 8],
    ],
    why: '1/b and -a/b^2',
  },
  {
    name: 'power with a tensor exponent',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.pow(b),
    inputs: [
      [2, 0.5],
      [3, 1.5],
    ],
    truth: [
      [12, 1.5 * 0.5 ** 0.5],
      [8 * Math.log(2), 0.5 ** 1.5 * Math.log(0.5)],
    ],
    why: 'b a^(b-1) and a^b ln a',
  },
  {
    name: 'atan2',
    fn: (y: tf.Tensor, x: tf.Tensor) => tf.atan2(y, x),
    inputs: [
      [1, -2],
      [3, 0.5],
    ],
    truth: [
      [3 / 10, 0.5 / 4.25],
      [-1 / 10, 2 / 4.25],
    ],
    why: 'x/(x^2 + y^2) and -y/(x^2 + y^2)',
  },
  {
    name: 'maximum without ties',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b),
    inputs: [
      [1, -2],
      [3, -2.5],
    ],
    truth: [
      [0, 1],
      [1, 0],
    ],
    why: '1 for the larger',
  },
  {
    name: 'squared difference of one shape',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.squaredDifference(a, b),
    inputs: [
      [1, -2],
      [3, 0.5],
    ],
    truth: [
      [-4, -5],
      [4, 5],
    ],
    why: '2(a - b) and -2(a - b)',
  },
  {
    name: 'three inputs',
    fn: (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => a.mul(b).add(c.square()).sum(),
    inputs: [[1, 2], [3, 4], [[5, 6]]],
    truth: [
      [3, 4],
      [1, 2],
      [10, 12],
    ],
    why: 'b, a and 2c',
  },
  {
    name: 'the difference of neighbours of 1',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.sub(b),
    inputs: [[1 + 2 ** -23], [1]],
    truth: [[1], [-1]],
    why: 'the difference of float32 numbers this near is exact (Sterbenz): nothing is lost',
  },
]);

const reductions = labelled('correct', [
  {
    name: 'mean',
    fn: (x: tf.Tensor) => x.mean(),
    inputs: [a23],
    truth: [Array<number>(6).fill(1 / 6)],
    why: '1/n',
  },
  {
    name: 'mean of squares along an axis',
    fn: (x: tf.Tensor) => x.square().mean(1),
    inputs: [a23],
    truth: [flat(a23).map((x) => (2 * x) / 3)],
    why: '2x/3',
  },
  {
    name: 'product of a vector',
    fn: (x: tf.Tensor) => x.prod(),
    inputs: [[2, 3, 4]],
    truth: [[12, 8, 6]],
    why: 'the product of the others',
  },
  {
    name: 'largest of each row',
    fn: (x: tf.Tensor) => x.max(1),
    inputs: [a23],
    truth: [[1, 0, 0, 0, 1, 0]],
    why: '1 at the unique largest',
  },
  {
    name: 'log-sum-exp along an axis',
    fn: (x: tf.Tensor) => x.logSumExp(0),
    inputs: [
      [
        [1, 2],
        [1, 2],
      ],
    ],
    truth: [[0.5, 0.5, 0.5, 0.5]],
    why: 'softmax of equals',
  },
  {
    name: 'norm of a vector',
    fn: (x: tf.Tensor) => x.norm(),
    inputs: [[3, 4]],
    truth: [[0.6, 0.8]],
    why: 'x/|x|',
  },
  {
    name: 'variance',
    fn: (x: tf.Tensor) => tf.moments(x).variance,
    inputs: [[1, 2, 6]],
    truth: [[-4 / 3, -2 / 3, 2]],
    why: '2(x - mean)/n',
  },
  {
    name: 'standard deviation',
    fn: (x: tf.Tensor) => tf.moments(x).variance.sqrt(),
    inputs: [[1, 2, 6]],
    truth: [[-2, -1, 3].map((d) => d / 3 / Math.sqrt(14 / 3))],
    why: '(x - mean)/(n std)',
  },
  {
    name: 'cumulative sum',
    fn: (x: tf.Tensor) => x.cumsum(),
    inputs: [[1, 2, 3]],
    truth: [[3, 2, 1]],
    why: 'the number of sums an element is in',
  },
]);

const products = labelled('correct', [
  {
    name: 'matrix product',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
    inputs: [a23, b32],
    truth: [
      [1.5, 1, 1, 1.5, 1, 1],
      [1.25, 1.25, 1, 1, -0.5, -0.5],
    ],
    why: 'row sums of b, column sums of a',
  },
  {
    name: 'matrix product, both transposed',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, true).tanh(),
    inputs: [a23, b32],
    why: "a'b' through tanh",
  },
  {
    name: 'dot product',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.dot(a, b),
    inputs: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    truth: [
      [4, 5, 6],
      [1, 2, 3],
    ],
    why: 'each is the slope of the other',
  },
  {
    name: 'outer product',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D),
    inputs: [
      [1, 2],
      [4, 5, 6],
    ],
    truth: [
      [15, 15],
      [3, 3, 3],
    ],
    why: 'sums of the other',
  },
  {
    name: 'quadratic form',
    fn: (x: tf.Tensor) =>
      tf.dot(
        x,
        tf.dot(
          tf.tensor2d([
            [2, 1],
            [0, 3],
          ]),
          x,
        ),
      ),
    inputs: [[1, -2]],
    truth: [[2, -11]],
    why: "(A + A')x",
  },
  {
    name: 'convolution of one dimension',
    fn: (x: tf.Tensor, k: tf.Tensor) => tf.conv1d(x as tf.Tensor3D, k as tf.Tensor3D, 1, 'valid'),
    inputs: [[[[1], [2], [3], [4]]], [[[0.5]], [[-1]]]],
    truth: [
      [0.5, -0.5, -0.5, -1],
      [6, 9],
    ],
    why: 'sums of the kernel entries that touch x, sums of the x that touch the kernel',
  },
  {
    name: 'convolution of two dimensions',
    fn: (x: tf.Tensor, k: tf.Tensor) => tf.conv2d(x as tf.Tensor3D, k as tf.Tensor4D, 1, 'same'),
    inputs: [
      grid(4, 4).map((row) => row.map((x) => [x])),
      grid(2, 2).map((row) => row.map((x) => [[x, -x]])),
    ],
    why: 'linear in each of image and kernel',
  },
  {
    name: 'depthwise convolution',
    fn: (x: tf.Tensor, k: tf.Tensor) => tf.depthwiseConv2d(x as tf.Tensor3D, k as tf.Tensor4D, 1, 'valid'),
    inputs: [
      grid(3, 3).map((row) => row.map((x) => [x, 1 - x])),
      grid(2, 2).map((row) => row.map((x) => [[x], [2 * x]])),
    ],
    why: 'linear in each',
  },
  {
    name: 'transposed convolution',
    fn: (x: tf.Tensor, k: tf.Tensor) =>
      tf.conv2dTranspose(x as tf.Tensor3D, k as tf.Tensor4D, [4, 4, 1], 2, 'same'),
    inputs: [grid(2, 2).map((row) => row.map((x) => [x])), grid(2, 2).map((row) => row.map((x) => [[x]]))],
    why: 'linear in each',
  },
  {
    name: 'average pooling without padding',
    fn: (x: tf.Tensor) => tf.avgPool(x as tf.Tensor3D, 2, 2, 'valid'),
    inputs: [grid(4, 4).map((row) => row.map((x) => [x]))],
    truth: [Array<number>(16).fill(0.25)],
    why: '1/4',
  },
  {
    name: 'largest of windows, all different',
    fn: (x: tf.Tensor) => tf.maxPool(x as tf.Tensor3D, 2, 2, 'valid'),
    inputs: [
      [
        [[1], [2]],
        [[4], [3]],
      ],
    ],
    truth: [[0, 0, 1, 0]],
    why: '1 at the largest',
  },
]);

const broadcasting = labelled('correct', [
  {
    name: 'matrix plus row',
    fn: (x: tf.Tensor, b: tf.Tensor) => x.add(b).square(),
    inputs: [a23, [1, 2, 3]],
    truth: [
      [4, 0, 7, 2.5, 10, 4],
      [6.5, 10, 11],
    ],
    why: '2(x + b), summed over rows for b',
  },
  {
    name: 'matrix times column',
    fn: (x: tf.Tensor, b: tf.Tensor) => x.mul(b),
    inputs: [a23, [[2], [-1]]],
    truth: [
      [2, 2, 2, -1, -1, -1],
      [-0.5, 2.25],
    ],
    why: 'b, and the row sums',
  },
  {
    name: 'matrix by scalar',
    fn: (x: tf.Tensor, s: tf.Tensor) => x.div(s),
    inputs: [a23, 2],
    truth: [Array<number>(6).fill(0.5), [-sum(flat(a23)) / 4]],
    why: '1/s and -sum(x)/s^2',
  },
  {
    name: 'row minus column',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.sub(b).square(),
    inputs: [[[1, 2, 3]], [[1], [5]]],
    truth: [
      [-8, -4, 0],
      [-6, 18],
    ],
    why: '2(a - b) and -2(a - b), summed over what was stretched',
  },
  {
    name: 'broadcastTo',
    fn: (x: tf.Tensor) => x.broadcastTo([3, 2]).square(),
    inputs: [[1, 2]],
    truth: [[6, 12]],
    why: 'three copies',
  },
]);

const movement = labelled('correct', [
  {
    name: 'tile',
    fn: (x: tf.Tensor) => x.tile([2]).square(),
    inputs: [[1, 3]],
    truth: [[4, 12]],
    why: 'two copies',
  },
  {
    name: 'transpose, reshape, slice',
    fn: (x: tf.Tensor) => x.transpose().reshape([6]).slice([1], [3]).square(),
    inputs: [a23],
    truth: [[0, -4, 0, 0.5, 6, 0]],
    why: '2x where kept',
  },
  {
    name: 'concat and stack',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.stack([tf.concat([a, b]), tf.concat([b, a])]).square(),
    inputs: [[1], [2]],
    truth: [[4], [8]],
    why: 'two copies of each',
  },
  {
    name: 'gather with a row taken twice',
    fn: (x: tf.Tensor) => tf.gather(x, [1, 1, 0]).square(),
    inputs: [[1, 3, 5]],
    truth: [[2, 12, 0]],
    why: 'twice 2x, once 2x, never',
  },
  {
    name: 'pad and reverse',
    fn: (x: tf.Tensor) =>
      x
        .pad([[1, 2]])
        .reverse()
        .square(),
    inputs: [[1, 3]],
    truth: [[2, 6]],
    why: '2x',
  },
  {
    name: 'split and unstack',
    fn: (x: tf.Tensor) => {
      const [a, b] = tf.split(x, 2) as [tf.Tensor, tf.Tensor];
      return a.mul(b).add(tf.unstack(x)[3]!);
    },
    inputs: [[1, 2, 3, 4]],
    truth: [[3, 4, 1, 4]],
    why: 'the other half, and the last element twice more',
  },
  {
    name: 'where with a constant condition',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.tensor1d([1, 0], 'bool'), a.square(), b),
    inputs: [
      [1, 2],
      [3, 4],
    ],
    truth: [
      [2, 0],
      [0, 1],
    ],
    why: 'the chosen side',
  },
  {
    name: 'bilinear resize',
    fn: (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [3, 3], true),
    inputs: [
      [
        [
          [[1], [2]],
          [[3], [5]],
        ],
      ],
    ],
    truth: [[2.25, 2.25, 2.25, 2.25]],
    why: 'nine points that share four corners equally',
  },
  {
    name: 'a vector of 40 into a matrix of 40 x 40',
    fn: (x: tf.Tensor) => tf.outerProduct(x as tf.Tensor1D, x as tf.Tensor1D).tanh(),
    inputs: [spread(40)],
    why: 'tanh of x x^T, a Jacobian of 1,600 x 40',
  },
]);

export const tensors = [...several, ...reductions, ...products, ...broadcasting, ...movement];
