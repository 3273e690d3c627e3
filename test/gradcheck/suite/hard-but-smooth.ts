/** Correct, where fixed steps and tolerances fail: bad scaling, fast oscillation, steep growth, kinks and steps nearby. */
import * as tf from '@tensorflow/tfjs';
import { claim, labelled, spread } from './case.js';

const scaled = labelled('correct', [
  {
    name: 'linear, inputs from 1e-20 to 1e20',
    fn: (x: tf.Tensor) => x.mul([1e20, 1, 1e-20]),
    inputs: [[1e-20, 1, 1e20]],
    truth: [[1e20, 1, 1e-20]],
    why: 'a constant slope per element, 40 decades apart',
  },
  {
    name: 'square of 1e-15',
    fn: (x: tf.Tensor) => x.square(),
    inputs: [[1e-15, -3e-15]],
    slope: (x) => 2 * x,
    why: '2x: an absolute step of 1e-3 is 12 decades too large',
  },
  {
    name: 'square of 1e15',
    fn: (x: tf.Tensor) => x.square(),
    inputs: [[1e15, -3e15]],
    slope: (x) => 2 * x,
    why: '2x: an absolute step of 1e-6 does not move x',
  },
  {
    name: 'log of 1e-20 and 1e20',
    fn: (x: tf.Tensor) => x.log(),
    inputs: [[1e-20, 1e20, 1]],
    slope: (x) => 1 / x,
    why: '1/x over 40 decades',
  },
  {
    name: 'quotient of 1e10 by 1e-10',
    fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b),
    inputs: [[1e10], [1e-10]],
    truth: [[1 / Math.fround(1e-10)], [-1e10 / Math.fround(1e-10) ** 2]],
    why: '1/b = 1e10 and -a/b^2 = -1e30, both in range',
  },
  {
    name: 'sqrt of 1e-30',
    fn: (x: tf.Tensor) => x.sqrt(),
    inputs: [[1e-30, 1e30]],
    slope: (x) => 0.5 / Math.sqrt(x),
    why: '5e14 and 5e-16, both in range',
  },
  {
    name: 'a small change of a large number',
    fn: (x: tf.Tensor) => x.square().add(1000),
    inputs: [[1, 2]],
    slope: (x) => 2 * x,
    why: '2x; float32 differences see the rounding of 1000',
  },
  {
    name: 'tiny weights of large inputs',
    fn: (x: tf.Tensor) => x.mul(1e-12).tanh(),
    inputs: [[3e11, -1e12]],
    slope: (x) => Math.fround(1e-12) * (1 - Math.tanh(Math.fround(1e-12) * x) ** 2),
    why: 'tanh at 0.3 and -1, seen through a factor of 1e-12',
  },
  {
    name: 'inputs around zero',
    fn: (x: tf.Tensor) => x.sin(),
    inputs: [[0, 1e-30, -1e-10]],
    slope: Math.cos,
    why: 'cos 0 = 1: a step relative to x alone would be none at 0',
  },
  {
    name: 'all inputs zero',
    fn: (x: tf.Tensor) => x.exp(),
    inputs: [[0, 0, 0]],
    slope: Math.exp,
    why: '1: nothing tells the scale',
  },
  {
    name: 'an element 1e12 times the others',
    fn: (x: tf.Tensor) => x.square().mul([1e-24, 1, 1]),
    inputs: [[1e12, 1, 2]],
    truth: [[2 * Math.fround(1e12) * Math.fround(1e-24), 2, 4]],
    why: '2cx, with gradients 12 decades apart',
  },
]);

const oscillating = labelled('correct', [
  {
    name: 'sin(50 x)',
    fn: (x: tf.Tensor) => x.mul(50).sin(),
    inputs: [[1.3, -0.4]],
    slope: (x) => 50 * Math.cos(50 * x),
    why: '50 cos(50x): Ridders from a step of 0.3 |x| walks over many periods',
  },
  {
    name: 'sin(x) / x at 60',
    fn: (x: tf.Tensor) => x.sin().div(x),
    inputs: [[60]],
    slope: (x) => (x * Math.cos(x) - Math.sin(x)) / (x * x),
    why: '(x cos x - sin x)/x^2',
  },
  {
    name: 'x^2 sin(x) at 30',
    fn: (x: tf.Tensor) => x.square().mul(x.sin()),
    inputs: [[30]],
    slope: (x) => 2 * x * Math.sin(x) + x * x * Math.cos(x),
    why: '2x sin x + x^2 cos x',
  },
  {
    name: 'a fast ripple on a slow wave',
    fn: (x: tf.Tensor) => x.sin().add(x.mul(64).sin().mul(0.01)),
    inputs: [[0.5, 0.9]],
    slope: (x) => Math.cos(x) + 0.64 * Math.cos(64 * x),
    why: 'cos x + 0.64 cos 64x',
  },
]);

const steep = labelled('correct', [
  {
    name: 'exp(100 x) at 0.1',
    fn: (x: tf.Tensor) => x.mul(100).exp(),
    inputs: [[0.1]],
    slope: (x) => 100 * Math.exp(100 * x),
    why: '100 e^10, well in range',
  },
  {
    name: 'exp(50 x) at 1',
    fn: (x: tf.Tensor) => x.mul(50).exp(),
    inputs: [[1]],
    slope: (x) => 50 * Math.exp(50 * x),
    why: '50 e^50 = 2.6e23, in range of float32',
  },
  {
    name: 'x^20',
    fn: (x: tf.Tensor) => x.pow(20),
    inputs: [[3, 0.5]],
    slope: (x) => 20 * x ** 19,
    why: '20 x^19',
  },
  {
    name: '1/x at 1e-3',
    fn: (x: tf.Tensor) => tf.div(1, x),
    inputs: [[1e-3, -1e-3]],
    slope: (x) => -1 / x ** 2,
    why: '-1/x^2 near the pole: an absolute step of 1e-3 lands on it',
  },
  {
    name: 'a narrow bell',
    fn: (x: tf.Tensor) => x.mul(1e3).square().neg().exp(),
    inputs: [[5e-4, 1e-3]],
    slope: (x) => -2e6 * x * Math.exp(-1e6 * x * x),
    why: '-2e6 x e^(-1e6 x^2): a width of 1e-3',
  },
  {
    name: 'clipped exp(100 x), where it clips',
    fn: (x: tf.Tensor) => x.mul(100).clipByValue(-50, 50).exp(),
    inputs: [[0.7, -0.8]],
    slope: () => 0,
    why: 'constant beyond the clip: the zero gradient is the true one',
  },
]);

const nearKinks = labelled('correct', [
  {
    name: 'relu at 1e-6',
    fn: (x: tf.Tensor) => x.relu(),
    inputs: [[1e-6, -1e-6, 2]],
    slope: (x) => (x > 0 ? 1 : 0),
    why: 'the kink is 1e-6 away, x is not on it',
  },
  {
    name: 'abs at 1e-20',
    fn: (x: tf.Tensor) => x.abs(),
    inputs: [[1e-20, -1e-20]],
    slope: Math.sign,
    why: 'the kink is one x away',
  },
  {
    name: 'max of two numbers 1e-5 apart',
    fn: (x: tf.Tensor) => x.max(),
    inputs: [[1, 1.00001, 0.5]],
    truth: [[0, 1, 0]],
    why: 'the largest is unique',
  },
  {
    name: 'clip 1e-6 inside its bound',
    fn: (x: tf.Tensor) => x.clipByValue(-1, 1),
    inputs: [[0.999999, -0.5]],
    slope: () => 1,
    why: 'inside',
  },
  {
    name: 'a rounded abs at 0',
    fn: (x: tf.Tensor) => x.square().add(1e-12).sqrt(),
    inputs: [[0, 1e-6]],
    slope: (x) => x / Math.sqrt(x * x + 1e-12),
    why: 'sqrt(x^2 + 1e-12) bends within 1e-6 but has no kink',
  },
  {
    name: 'relu of a wave near its zero',
    fn: (x: tf.Tensor) => x.sin().relu(),
    inputs: [[3.1415, 3.1417]],
    slope: (x) => (Math.sin(x) > 0 ? Math.cos(x) : 0),
    why: 'pi is 9e-5 away',
  },
  {
    name: 'x |x| at 0',
    fn: (x: tf.Tensor) => x.mul(x.abs()),
    inputs: [[0, 1, -2]],
    slope: (x) => 2 * Math.abs(x),
    why: '2|x|: the kink is in the second derivative',
  },
  {
    name: 'square of relu at 0',
    fn: (x: tf.Tensor) => x.relu().square(),
    inputs: [[0, 1, -2]],
    slope: (x) => 2 * Math.max(x, 0),
    why: '2 relu(x), continuous',
  },
  {
    name: 'a kink of both terms that cancels',
    fn: (x: tf.Tensor) => x.relu().sub(x.neg().relu()),
    inputs: [[0.5, -1]],
    slope: () => 1,
    why: 'relu(x) - relu(-x) = x',
  },
]);

const steps = labelled('correct', [
  { name: 'floor', fn: (x: tf.Tensor) => x.floor(), inputs: [[0.5, 2.3, -1.7]], slope: () => 0, why: 'flat' },
  { name: 'round', fn: (x: tf.Tensor) => x.round(), inputs: [[0.2, 2.9]], slope: () => 0, why: 'flat' },
  { name: 'sign', fn: (x: tf.Tensor) => x.sign(), inputs: [[0.2, -1e-8]], slope: () => 0, why: 'flat' },
  {
    name: 'x plus its floor',
    fn: (x: tf.Tensor) => x.add(x.floor()),
    inputs: [[0.5, 2.3]],
    slope: () => 1,
    why: 'Ridders from 0.3 |x| walks over the step',
  },
  {
    name: 'fraction near a step',
    fn: (x: tf.Tensor) => x.sub(x.floor()).square(),
    inputs: [[2.001, 2.999]],
    slope: (x) => 2 * (x - Math.floor(x)),
    why: 'the step is 1e-3 away',
  },
  {
    name: 'mod between multiples',
    fn: (x: tf.Tensor) => x.mod(tf.scalar(2)),
    inputs: [[3.5, 0.5]],
    slope: () => 1,
    why: 'slope 1 between steps',
  },
  {
    name: 'constant function of a used input',
    fn: (x: tf.Tensor) => x.mul(0).add(5),
    inputs: [[1, 2]],
    slope: () => 0,
    why: '0, and all differences are 0',
  },
  {
    name: 'one-hot of the largest',
    fn: claim(
      (x) => tf.oneHot(tf.argMax(x), 3).cast('float32'),
      (x) => x.mul(0),
    ),
    inputs: [[1, 3, 2]],
    slope: () => 0,
    why: 'flat where the largest is unique',
  },
]);

const ramp = tf.tensor1d(spread(10_000, 1, 2));

const large = labelled('correct', [
  {
    name: 'weighted squares of 10,000 elements',
    fn: (x: tf.Tensor) => x.square().mul(ramp).sum(),
    inputs: [spread(10_000)],
    why: '2cx per element',
  },
  {
    name: 'tanh of 1,000 elements',
    fn: (x: tf.Tensor) => x.tanh(),
    inputs: [spread(1000, -2, 2)],
    slope: (x) => 1 - Math.tanh(x) ** 2,
    why: '1 - tanh^2, a Jacobian of a million entries',
  },
  {
    name: 'log-sum-exp of 500 elements',
    fn: (x: tf.Tensor) => x.logSumExp(),
    inputs: [spread(500, -3, 3)],
    why: 'softmax(x)',
  },
  {
    name: 'relu of 2,000 elements, none at 0',
    fn: (x: tf.Tensor) => x.relu(),
    inputs: [spread(2000)],
    slope: (x) => (x > 0 ? 1 : 0),
    why: 'hundreds of kinks lie within 1e-2 of x',
  },
]);

export const hardButSmooth = [...scaled, ...oscillating, ...steep, ...nearKinks, ...steps, ...large];
