/** wrong-gradient: right slopes put in the wrong place. Axes, transposes, reductions, saved tensors. */
import * as tf from '@tensorflow/tfjs';
import { labelled } from './case.js';

type Pair = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A function of two tensors whose gradients are claimed by hand. */
function claimPair(value: Pair, gradients: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor[]): Pair {
  return tf.customGrad((a, b, save) => {
    const inputs = [a as tf.Tensor, b as tf.Tensor] as const;
    (save as unknown as tf.GradSaveFunc)([...inputs]);
    return {
      value: value(...inputs),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved[0]!, saved[1]!),
    };
  }) as Pair;
}

const square = [
  [1, 2],
  [3, 5],
];
const other = [
  [0.5, -1],
  [2, 0.25],
];
const weights = tf.tensor2d([
  [1, 10],
  [100, 1000],
]);

export const wrongShape = labelled('wrong-gradient', [
  {
    name: 'bias: reduced over the wrong axis',
    fn: claimPair(
      (x, b) => x.add(b).mul(weights),
      (dy) => [dy.mul(weights), dy.mul(weights).sum(1)],
    ),
    inputs: [square, [1, -1]],
    truth: [
      [1, 10, 100, 1000],
      [101, 1010],
    ],
    why: 'a square matrix hides it: row sums [11, 1100] instead of column sums',
  },
  {
    name: 'bias: mean instead of sum over the batch',
    fn: claimPair(
      (x, b) => x.add(b),
      (dy) => [dy, dy.mean(0)],
    ),
    inputs: [square, [1, -1]],
    truth: [
      [1, 1, 1, 1],
      [2, 2],
    ],
    why: '1 instead of 2',
  },
  {
    name: 'bias: the first row instead of all',
    fn: claimPair(
      (x, b) => x.add(b),
      (dy) => [dy, dy.slice([0, 0], [1, 2]).reshape([2])],
    ),
    inputs: [square, [1, -1]],
    truth: [
      [1, 1, 1, 1],
      [2, 2],
    ],
    why: 'the reduction over the broadcast axis is missing, the shape is right',
  },
  {
    name: 'scalar: the reduction is forgotten for one axis',
    fn: claimPair(
      (x, s) => x.mul(s),
      (dy, x, s) => [dy.mul(s), dy.mul(x).sum(0).slice([0], [1])],
    ),
    inputs: [square, [2]],
    truth: [[2, 2, 2, 2], [11]],
    why: '4 instead of 11',
  },
  {
    name: 'matrix product: gradient not transposed',
    fn: claimPair(
      (a, b) => tf.matMul(a, b),
      (dy, a, b) => [tf.matMul(dy, b), tf.matMul(a, dy, true)],
    ),
    inputs: [square, other],
    truth: [
      [-0.5, 2.25, -0.5, 2.25],
      [4, 4, 7, 7],
    ],
    why: "dy b instead of dy b'",
  },
  {
    name: 'matrix product: operands swapped',
    fn: claimPair(
      (a, b) => tf.matMul(a, b),
      (dy, a, b) => [tf.matMul(dy, a, false, true), tf.matMul(b, dy, true)],
    ),
    inputs: [square, other],
    truth: [
      [-0.5, 2.25, -0.5, 2.25],
      [4, 4, 7, 7],
    ],
    why: 'each gets the gradient of the other',
  },
  {
    name: 'the gradients of two inputs exchanged',
    fn: claimPair(
      (a, b) => a.mul(b),
      (dy, a, b) => [dy.mul(a), dy.mul(b)],
    ),
    inputs: [
      [1, 2],
      [3, 5],
    ],
    truth: [
      [3, 5],
      [1, 2],
    ],
    why: 'a for b',
  },
  {
    name: 'transpose: gradient left as it came',
    fn: tf.customGrad((x) => ({
      value: (x as tf.Tensor).transpose().mul(weights),
      gradFunc: (dy: tf.Tensor) => dy.mul(weights),
    })) as (x: tf.Tensor) => tf.Tensor,
    inputs: [square],
    truth: [[1, 100, 10, 1000]],
    why: 'dy has to be transposed back',
  },
  {
    name: 'softmax with the slope of sigmoid',
    fn: tf.customGrad((x, save) => {
      const y = tf.softmax(x as tf.Tensor);
      (save as tf.GradSaveFunc)([y]);
      return {
        value: y,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0]!).mul(tf.scalar(1).sub(saved[0]!)),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[1, 2, 3]],
    truth: [[0, 0, 0]],
    why: 'only the diagonal of the Jacobian',
  },
  {
    name: 'log-softmax without the sum of dy',
    fn: tf.customGrad((x, save) => {
      const y = tf.logSoftmax(x as tf.Tensor);
      (save as tf.GradSaveFunc)([y]);
      return {
        value: y,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.sub(saved[0]!.exp()),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[1, 2, 3]],
    why: 'dy - softmax is right only where dy sums to 1',
  },
  {
    name: 'normalisation with a constant mean',
    fn: tf.customGrad((x) => ({
      value: (x as tf.Tensor).sub((x as tf.Tensor).mean()).square(),
      gradFunc: (dy: tf.Tensor) => dy.mul((x as tf.Tensor).mul(2)),
    })) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[1, 2, 6]],
    truth: [[-4, -2, 6]],
    why: '2x instead of 2(x - mean)',
  },
  {
    name: 'the saved output taken for the input',
    fn: tf.customGrad((x, save) => {
      const y = (x as tf.Tensor).square();
      (save as tf.GradSaveFunc)([y]);
      return { value: y, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0]!).mul(2) };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[2, -3]],
    truth: [[4, -6]],
    why: '2x^2 instead of 2x',
  },
  {
    name: 'saved tensors in the wrong order',
    fn: claimPair(
      (a, b) => a.div(b),
      (dy, b, a) => [dy.div(b), dy.mul(a).neg().div(b.square())],
    ),
    inputs: [
      [1, -2],
      [4, 0.5],
    ],
    truth: [
      [0.25, 2],
      [-1 / 16, 8],
    ],
    why: 'the numerator is taken for the denominator',
  },
  {
    name: 'the input saved before it is scaled',
    fn: tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: (x as tf.Tensor).mul(3).sin(),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0]!.cos()).mul(3),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[0.5, -1]],
    slope: (x) => 3 * Math.cos(3 * x),
    why: '3 cos x instead of 3 cos 3x',
  },
  {
    name: 'gather: rows taken twice are counted once',
    fn: tf.customGrad((x) => ({
      value: tf.gather(x as tf.Tensor, [0, 0, 1]),
      gradFunc: (dy: tf.Tensor) => dy.slice([1], [2]).concat(tf.zeros([1])),
    })) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[1, 3, 5]],
    truth: [[2, 1, 0]],
    why: 'the gradients of one element have to be added up',
  },
  {
    name: 'cumulative sum: summed forwards again',
    fn: tf.customGrad((x) => ({
      value: (x as tf.Tensor).cumsum(),
      gradFunc: (dy: tf.Tensor) => dy.cumsum(),
    })) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[1, 2, 4]],
    truth: [[3, 2, 1]],
    why: '[1, 2, 3] instead of [3, 2, 1]',
  },
]);
