/**
 * cancellation, vanished-gradient, ill-conditioned: what float32 loses. The measure: more than 8 of
 * 24 bits of the value or the gradient; if half an ulp in every input does the same harm, no formula can help.
 */
import * as tf from '@tensorflow/tfjs';
import { labelled, spread } from './case.js';

const cancelling = labelled('cancellation', [
  {
    name: '1 - cos(x) at 1e-3',
    fn: (x: tf.Tensor) => tf.scalar(1).sub(x.cos()),
    inputs: [[1e-3]],
    why: 'x^2/2 = 5e-7 with an error of 3e-8; its condition is 2',
  },
  {
    name: '(1 - cos(x)) / x^2 at 1e-3',
    fn: (x: tf.Tensor) => tf.scalar(1).sub(x.cos()).div(x.square()),
    inputs: [[1e-3]],
    why: '1/2, a few per cent off; its condition is 0',
  },
  {
    name: 'exp(x) - 1 at 1e-5',
    fn: (x: tf.Tensor) => x.exp().sub(1),
    inputs: [[1e-5]],
    why: '1e-5 with an error of 6e-8',
  },
  {
    name: 'log(1 + x) at 1e-5',
    fn: (x: tf.Tensor) => x.add(1).log(),
    inputs: [[1.23e-5]],
    why: '1 + x rounds x to 6e-8',
  },
  {
    name: 'sqrt(x + 1) - sqrt(x) at 1e6',
    fn: (x: tf.Tensor) => x.add(1).sqrt().sub(x.sqrt()),
    inputs: [[1e6]],
    why: '5e-4 out of 1000: 13 bits of the value, all of the gradient',
  },
  {
    name: 'one-pass variance at an offset of 1000',
    fn: (x: tf.Tensor) => x.square().mean().sub(x.mean().square()),
    inputs: [[1000.5, 1001.25, 999, 1000]],
    why: 'the difference of two numbers of 1e6; two passes lose 10 bits less',
  },
  {
    name: '1/x - 1/(x + 1) at 1e4',
    fn: (x: tf.Tensor) => tf.div(1, x).sub(tf.div(1, x.add(1))),
    inputs: [[12345]],
    why: '1/(x(x + 1)), computed as a difference of equals',
  },
  {
    name: 'the gradient of tanh at 6',
    fn: (x: tf.Tensor) => x.tanh(),
    inputs: [[6]],
    why: '1 - y^2 = 2.5e-5 with an error of 1e-7; the value is fine',
  },
  {
    name: 'the gradient of sigmoid at 12',
    fn: (x: tf.Tensor) => x.sigmoid(),
    inputs: [[12]],
    why: 'y(1 - y) = 6e-6 with an error of 3e-8',
  },
  {
    name: '(x - 1)^5 multiplied out',
    fn: (x: tf.Tensor) =>
      x.pow(5).sub(x.pow(4).mul(5)).add(x.pow(3).mul(10)).sub(x.pow(2).mul(10)).add(x.mul(5)).sub(1),
    inputs: [[1.05]],
    why: '3e-7 as a sum of terms of 10; the condition is 105, 7 bits',
  },
  {
    name: 'x - sin(x) at 0.01',
    fn: (x: tf.Tensor) => x.sub(x.sin()),
    inputs: [[0.01]],
    why: 'x^3/6 = 1.7e-7; its condition is 3',
  },
  {
    name: 'the small root of a quadratic',
    fn: (b: tf.Tensor) => b.square().sub(4).sqrt().sub(b).mul(0.5),
    inputs: [[1000]],
    why: '-1/b = -1e-3 as a difference of thousands',
  },
  {
    name: 'binary cross-entropy by hand, sure and right',
    fn: (x: tf.Tensor) => tf.scalar(1).sub(x.sigmoid()).log().neg(),
    inputs: [[-12]],
    why: '-log(1 - 6e-6): 1 - p rounds p',
  },
]);

const vanished = labelled('vanished-gradient', [
  {
    name: 'sigmoid at 20',
    fn: (x: tf.Tensor) => x.sigmoid(),
    inputs: [[20]],
    why: 'y is 1 in float32, so y(1 - y) is 0; true 2e-9',
  },
  {
    name: 'tanh at 10',
    fn: (x: tf.Tensor) => x.tanh(),
    inputs: [[10, -11]],
    why: 'y is 1 in float32; true 8e-9',
  },
  { name: 'elu at -20', fn: (x: tf.Tensor) => x.elu(), inputs: [[-20]], why: 'y + 1 is 0; true 2e-9' },
  {
    name: 'asinh at 1e25',
    fn: (x: tf.Tensor) => x.asinh(),
    inputs: [[1e25]],
    why: '1/sqrt(x^2 + 1), x^2 is Infinity; true 1e-25',
  },
  {
    name: 'a quotient with a huge denominator',
    fn: (b: tf.Tensor) => tf.div(1e30, b),
    inputs: [[1e20]],
    why: 'b^2 is Infinity; true -1e-10',
  },
  {
    name: 'atan2 of huge numbers',
    fn: (y: tf.Tensor, x: tf.Tensor) => tf.atan2(y, x),
    inputs: [[1e20], [1e20]],
    why: 'x^2 + y^2 is Infinity; true 5e-21',
  },
  {
    name: 'rsqrt under a large factor',
    fn: (x: tf.Tensor) => x.rsqrt().mul(1e20),
    inputs: [[1e27]],
    why: 'x^1.5 is Infinity; true -1.6e-21',
  },
  {
    name: 'a backward pass that underflows on its way',
    fn: (x: tf.Tensor) => x.mul(1e30).mul(1e-25).mul(1e-25),
    inputs: [[1]],
    why: '1e-25 * 1e-25 is 0 in float32; true 1e-20',
  },
  {
    name: 'softmax of a sure network',
    fn: (x: tf.Tensor) => tf.softmax(x).slice([0], [1]),
    inputs: [[30, 0]],
    why: 's(1 - s) with s = 1 in float32; true 9e-14',
  },
]);

const ill = labelled('ill-conditioned', [
  {
    name: 'sin of 1e6 x',
    fn: (x: tf.Tensor) => x.mul(1e6).sin(),
    inputs: [[1.2345]],
    why: 'half an ulp of x moves the argument by 0.06',
  },
  {
    name: 'cos of x^2 at 2000.1',
    fn: (x: tf.Tensor) => x.square().cos(),
    inputs: [[2000.1]],
    why: 'half an ulp of x moves x^2 by 0.24',
  },
  {
    name: 'x^2 - 2 at the root of 2',
    fn: (x: tf.Tensor) => x.square().sub(2),
    inputs: [[Math.SQRT2]],
    why: 'the value is all rounding of x',
  },
  {
    name: 'a sum that cancels by its inputs',
    fn: (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => a.add(b).add(c),
    inputs: [[1e8], [1], [-1e8]],
    why: 'half an ulp of 1e8 is 4, the sum is 1',
  },
  {
    name: 'a difference of products of the inputs',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.square().sub(b.square()),
    inputs: [[1000.001], [1000.0005]],
    why: '1, out of 1e6: half an ulp of a moves it by 0.06',
  },
  {
    name: 'the tangent beside its pole',
    fn: (x: tf.Tensor) => x.mul(0.7).tan(),
    inputs: [[2.243994]],
    why: 'the distance to the pole is all rounding of x',
  },
  {
    name: 'the determinant of a nearly singular matrix',
    fn: (x: tf.Tensor) => {
      const [a, b, c, d] = tf.unstack(x.reshape([4])) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return a.mul(d).sub(b.mul(c));
    },
    inputs: [
      [
        [1.1, 2.3],
        [3.7, 7.73637],
      ],
    ],
    why: 'ad - bc is 1e-6 of its terms',
  },
  {
    name: 'exp of a sum of large terms',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.mul(1.1).sub(b.mul(1.1)).exp(),
    inputs: [[12345.678], [12345.5]],
    why: 'half an ulp of a moves the exponent by 5e-4',
  },
]);

/** float32 rounds, but what it loses is nothing at the scale of the tensor, or below its smallest number. */
const harmless = labelled('correct', [
  {
    name: 'a saturated tanh among live ones',
    fn: (x: tf.Tensor) => x.tanh(),
    inputs: [[0.1, -0.5, 12]],
    why: '1.5e-10 beside 1: below the ulp of the largest',
  },
  {
    name: 'a gradient below the smallest float32',
    fn: (x: tf.Tensor) => x.exp(),
    inputs: [[-120, 1]],
    why: 'e^-120 = 8e-53 is 0 in float32, and so it should be',
  },
  {
    name: 'a sum of 1,000 numbers of one sign',
    fn: (x: tf.Tensor) => x.square().sum().sqrt(),
    inputs: [spread(1000, 0.5, 1)],
    why: 'rounding grows with the root of the number of terms',
  },
  {
    name: 'two-pass variance at an offset of 10',
    fn: (x: tf.Tensor) => x.sub(x.mean()).square().mean(),
    inputs: [[10.5, 11.25, 9, 10]],
    why: 'the mean is off by an ulp of 10, the differences by 1e-6 of themselves',
  },
  {
    name: 'log near 1 of an exact input',
    fn: (x: tf.Tensor) => x.log(),
    inputs: [[1.00001]],
    why: 'ill-conditioned in x, but x is exact and so is the logarithm',
  },
]);

export const rounding = [...cancelling, ...vanished, ...ill, ...harmless];
