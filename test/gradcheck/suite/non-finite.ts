/** nan-gradient, inf-gradient, overflow: what leaves the numbers where the mathematics does not. */
import * as tf from '@tensorflow/tfjs';
import { claim, labelled } from './case.js';

const notANumber = labelled('nan-gradient', [
  {
    name: 'where hides a NaN from the value only',
    fn: (x: tf.Tensor) => tf.where(tf.tensor1d([1, 0], 'bool'), x.sqrt(), tf.zeros([2])),
    inputs: [[4, -1]],
    truth: [[0.25, 0]],
    why: 'constant 0 in the second element, but 0 * NaN flows back',
  },
  {
    name: 'where hides an infinite slope',
    fn: (x: tf.Tensor) => tf.where(tf.tensor1d([1, 0], 'bool'), x.log(), x.mul(3)),
    inputs: [[4, 0]],
    truth: [[0.25, 3]],
    why: '3x in the second element, but 0 * Infinity flows back',
  },
  {
    name: 'sqrt of a square that is multiplied by 0',
    fn: (x: tf.Tensor) => x.add(x.square().sqrt().mul(0)),
    inputs: [[0, 1]],
    truth: [[1, 1]],
    why: 'x, but the gradient has 0 * Infinity',
  },
  {
    name: 'a custom gradient that divides by 0',
    fn: claim(
      (x) => x.square(),
      (x) => x.square().mul(2).div(x),
    ),
    inputs: [[0, 1]],
    truth: [[0, 2]],
    why: '2x^2/x instead of 2x',
  },
  {
    name: 'sigmoid by hand, far to the left',
    fn: (x: tf.Tensor) => tf.div(1, x.neg().exp().add(1)),
    inputs: [[-100, 1]],
    why: 'exp(100) is Infinity: the value is still 0, the gradient 0 * Infinity',
  },
  {
    name: 'a quotient with 0 above a tiny denominator',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b),
    inputs: [[0], [1e-25]],
    truth: [[1 / Math.fround(1e-25)], [0]],
    why: 'b^2 is 0 in float32: 0/0 where -0/b^2 = 0',
  },
  {
    name: 'atan2 of tiny numbers',
    fn: (y: tf.Tensor, x: tf.Tensor) => tf.atan2(y, x),
    inputs: [[0], [1e-25]],
    truth: [[1e25], [0]],
    why: 'x^2 + y^2 is 0 in float32: 0/0 in x; 1/x = 1e25 in y',
  },
  {
    name: 'a hole in the middle',
    fn: (x: tf.Tensor) => x.sin().div(x),
    inputs: [[0, 1]],
    why: '0/0: the function itself is NaN there',
  },
  {
    name: 'the logarithm of a negative number',
    fn: (x: tf.Tensor) => x.log(),
    inputs: [[-2, 1]],
    why: 'NaN all around',
  },
]);

const infinite = labelled('inf-gradient', [
  {
    name: 'a quotient of tiny numbers',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b),
    inputs: [[1e-20], [1e-25]],
    truth: [[1e25], [-1e30]],
    why: 'b^2 is 0 in float32; -a/b^2 = -1e30',
  },
  {
    name: 'the norm of a tiny vector',
    fn: (x: tf.Tensor) => x.norm(),
    inputs: [[1e-23, 1e-23]],
    truth: [[Math.SQRT1_2, Math.SQRT1_2]],
    why: 'the squares are 0 in float32, so the root is taken at 0',
  },
  {
    name: 'atan2 of two tiny numbers',
    fn: (y: tf.Tensor, x: tf.Tensor) => tf.atan2(y, x),
    inputs: [[1e-25], [1e-25]],
    truth: [[5e24], [-5e24]],
    why: 'x^2 + y^2 is 0 in float32',
  },
  {
    name: 'a custom gradient with a pole',
    fn: claim(
      (x) => x.square(),
      (x) => tf.div(2, x.abs()),
    ),
    inputs: [[0, 1]],
    truth: [[0, 2]],
    why: '2/|x| instead of 2x',
  },
  {
    name: 'a backward pass that leaves the range and comes back',
    fn: (x: tf.Tensor) => x.mul(1e-30).mul(1e20).mul(1e20),
    inputs: [[1e-5]],
    truth: [[1e10]],
    why: 'forwards 1e-35, 1e-15, 1e5; backwards 1e20, 1e40, 1e10',
  },
]);

const overflows = labelled('overflow', [
  { name: 'exp at 89', fn: (x: tf.Tensor) => x.exp(), inputs: [[89, 1]], why: '4.5e38 > 3.4e38' },
  { name: 'exp at 100', fn: (x: tf.Tensor) => x.exp(), inputs: [[100]], why: '2.7e43' },
  { name: 'exp(100 x) at 0.9', fn: (x: tf.Tensor) => x.mul(100).exp(), inputs: [[0.9]], why: '1.2e39' },
  { name: 'square of 1e20', fn: (x: tf.Tensor) => x.square(), inputs: [[1e20]], why: '1e40' },
  { name: 'cosh at 100', fn: (x: tf.Tensor) => x.cosh(), inputs: [[100]], why: '1.3e43' },
  { name: 'sinh at -90', fn: (x: tf.Tensor) => x.sinh(), inputs: [[-90]], why: '-6.1e38' },
  {
    name: 'the norm of a huge vector',
    fn: (x: tf.Tensor) => x.norm(),
    inputs: [[1e20, 1e20]],
    why: '1.4e20 is in range, its square is not',
  },
  {
    name: 'log of exp',
    fn: (x: tf.Tensor) => x.exp().log(),
    inputs: [[100]],
    why: 'x itself, by way of Infinity',
  },
  {
    name: 'softplus by hand',
    fn: (x: tf.Tensor) => x.exp().add(1).log(),
    inputs: [[100, 1]],
    why: '100, by way of Infinity',
  },
  {
    name: 'log-sum-exp by hand',
    fn: (x: tf.Tensor) => x.exp().sum().log(),
    inputs: [[100, 99]],
    why: '100.3, by way of Infinity',
  },
  {
    name: 'softmax by hand',
    fn: (x: tf.Tensor) => x.exp().div(x.exp().sum()),
    inputs: [[100, 1]],
    why: 'Infinity/Infinity',
  },
  { name: 'a high power', fn: (x: tf.Tensor) => x.pow(10), inputs: [[1e5]], why: '1e50' },
  {
    name: 'a product of many',
    fn: (x: tf.Tensor) => x.prod(),
    inputs: [[1e10, 1e10, 1e10, 1e10]],
    why: '1e40',
  },
  {
    name: 'a Gaussian kernel with a huge exponent',
    fn: (x: tf.Tensor) => x.square().exp(),
    inputs: [[10, 0.5]],
    why: 'e^100',
  },
]);

/** The value is infinite, and the gradient NaN or infinite with it; the cause is a number that became 0. */
const underflows = labelled(
  ['overflow', 'nan-gradient', 'inf-gradient'],
  [
    {
      name: 'log of softmax',
      fn: (x: tf.Tensor) => tf.softmax(x).log(),
      inputs: [[200, 0]],
      why: '-200, but e^-200 is 0 in float32',
    },
    {
      name: 'log of sigmoid',
      fn: (x: tf.Tensor) => x.sigmoid().log(),
      inputs: [[-110, 1]],
      why: '-110, but e^-110 is 0 in float32',
    },
    {
      name: 'reciprocal of a tiny number',
      fn: (x: tf.Tensor) => x.reciprocal(),
      inputs: [[1e-25]],
      why: '1e25 is in range, the slope -1e50 is not',
    },
  ],
);

export const nonFinite = [...notANumber, ...infinite, ...overflows, ...underflows];
