/** Correct: smooth functions of one tensor, element by element, at ordinary arguments. */
import * as tf from '@tensorflow/tfjs';
import { labelled, type Row } from './case.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const row = (
  name: string,
  fn: (x: tf.Tensor) => tf.Tensor,
  at: readonly number[],
  slope: (x: number) => number,
  why: string,
): Row => ({ name, fn, inputs: [at], slope, why });

const elementary = labelled('correct', [
  row('exp', tf.exp, [-1, 0.3, 1, 2], Math.exp, 'e^x is its own derivative'),
  row('expm1', tf.expm1, [-1, 1e-6, 1], Math.exp, "(e^x - 1)' = e^x"),
  row('log', tf.log, [0.1, 1, 3, 50], (x) => 1 / x, '1/x, away from 0'),
  row('log1p', tf.log1p, [-0.5, 1e-6, 2], (x) => 1 / (1 + x), '1/(1 + x)'),
  row('sqrt', tf.sqrt, [0.25, 1, 9], (x) => 0.5 / Math.sqrt(x), '1/(2 sqrt x), away from 0'),
  row('rsqrt', tf.rsqrt, [0.25, 1, 9], (x) => -0.5 * x ** -1.5, '-x^(-3/2)/2'),
  row('square', tf.square, [-2, 0.5, 3], (x) => 2 * x, '2x'),
  row('reciprocal', tf.reciprocal, [-2, 0.5, 4], (x) => -1 / x ** 2, '-1/x^2'),
  row(
    'pow 3',
    (x) => tf.pow(x, 3),
    [-2, 0.5, 1.5],
    (x) => 3 * x * x,
    '3x^2, negative bases too',
  ),
  row(
    'pow 2.5',
    (x) => tf.pow(x, 2.5),
    [0.5, 1.5, 4],
    (x) => 2.5 * x ** 1.5,
    '2.5 x^1.5',
  ),
  row(
    'negative power',
    (x) => tf.pow(x, -2),
    [-2, 0.5, 3],
    (x) => -2 * x ** -3,
    '-2 x^-3',
  ),
  row(
    'constant to the x',
    (x) => tf.pow(2, x),
    [-2, 0.5, 3],
    (x) => Math.LN2 * 2 ** x,
    'ln 2 * 2^x',
  ),
  row('sin', tf.sin, [-2, 0.5, 3], Math.cos, 'cos x'),
  row('cos', tf.cos, [-2, 0.5, 3], (x) => -Math.sin(x), '-sin x'),
  row('tan', tf.tan, [-1, 0.3, 1.2], (x) => 1 / Math.cos(x) ** 2, '1/cos^2'),
  row('asin', tf.asin, [-0.5, 0.1, 0.9], (x) => 1 / Math.sqrt(1 - x * x), '1/sqrt(1 - x^2)'),
  row('acos', tf.acos, [-0.5, 0.1, 0.9], (x) => -1 / Math.sqrt(1 - x * x), '-1/sqrt(1 - x^2)'),
  row('atan', tf.atan, [-2, 0.1, 5], (x) => 1 / (1 + x * x), '1/(1 + x^2)'),
  row('sinh', tf.sinh, [-1.5, 0.2, 3], Math.cosh, 'cosh x'),
  row('cosh', tf.cosh, [-1.5, 0.2, 3], Math.sinh, 'sinh x'),
  row('tanh', tf.tanh, [-1.5, 0.2, 1], (x) => 1 - Math.tanh(x) ** 2, '1 - tanh^2'),
  row('asinh', tf.asinh, [-2, 0.3, 5], (x) => 1 / Math.sqrt(x * x + 1), '1/sqrt(x^2 + 1)'),
  row('acosh', tf.acosh, [1.5, 2, 10], (x) => 1 / Math.sqrt(x * x - 1), '1/sqrt(x^2 - 1)'),
  row('atanh', tf.atanh, [-0.5, 0.1, 0.8], (x) => 1 / (1 - x * x), '1/(1 - x^2)'),
  row(
    'erf',
    tf.erf,
    [-1.5, 0.3, 0.8, 2],
    (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
    'the gradient is exact; only the kernel of the value is a polynomial (error 1.5e-7)',
  ),
]);

const activations = labelled('correct', [
  row('sigmoid', tf.sigmoid, [-3, 0, 2], (x) => sigmoid(x) * sigmoid(-x), 's(1 - s)'),
  row('logSigmoid', tf.logSigmoid, [-3, 0, 2], (x) => sigmoid(-x), '1 - s'),
  row('softplus', tf.softplus, [-3, 0, 2], sigmoid, 's'),
  row('softplus in its far branches', tf.softplus, [-20, 20, 1], sigmoid, 's, tiny at -20'),
  row('elu', tf.elu, [-2, -0.5, 1.5], (x) => (x < 0 ? Math.exp(x) : 1), 'e^x left of 0'),
  row(
    'elu at 0',
    tf.elu,
    [0, 1, -1],
    (x) => (x < 0 ? Math.exp(x) : 1),
    'both sides of 0 have slope 1: no kink',
  ),
  row(
    'selu away from 0',
    tf.selu,
    [-1.5, -0.25, 2],
    (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.exp(x) : 1),
    'scale * alpha * e^x left of 0',
  ),
  row('relu away from 0', tf.relu, [-3, -0.5, 0.5, 4], (x) => (x > 0 ? 1 : 0), '0 or 1'),
  row('relu6 inside and outside', tf.relu6, [-1, 3, 8], (x) => (x > 0 && x < 6 ? 1 : 0), '1 inside (0, 6)'),
  row(
    'leakyRelu',
    (x) => tf.leakyRelu(x, 0.25),
    [-3, 0.5, 4],
    (x) => (x > 0 ? 1 : 0.25),
    '0.25 or 1',
  ),
  row('abs away from 0', tf.abs, [-3, 0.5, -1e-3], Math.sign, 'sign x'),
  row(
    'clip',
    (x) => tf.clipByValue(x, -1, 1),
    [-3, 0.5, 4],
    (x) => (Math.abs(x) < 1 ? 1 : 0),
    '0 outside',
  ),
  row(
    'swish',
    (x) => x.mul(tf.sigmoid(x)),
    [-2, 0.1, 3],
    (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
    's + x s (1 - s)',
  ),
  row(
    'mish',
    (x) => x.mul(tf.tanh(tf.softplus(x))),
    [-2, 0.1, 3],
    (x) => {
      const t = Math.tanh(Math.log1p(Math.exp(x)));
      return t + x * (1 - t * t) * sigmoid(x);
    },
    'the product rule, and tanh of softplus',
  ),
  row(
    'gelu with tanh',
    (x) =>
      x.mul(0.5).mul(
        x
          .add(tf.pow(x, 3).mul(0.044715))
          .mul(Math.sqrt(2 / Math.PI))
          .tanh()
          .add(1),
      ),
    [-1.2, 0.1, 2],
    (x) => {
      const c = Math.sqrt(2 / Math.PI);
      const t = Math.tanh(c * (x + 0.044715 * x ** 3));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x);
    },
    'the product rule over the tanh form of gelu',
  ),
  row(
    'softsign',
    (x) => x.div(x.abs().add(1)),
    [-2, 0.5, 3],
    (x) => 1 / (1 + Math.abs(x)) ** 2,
    '1/(1 + |x|)^2',
  ),
  row(
    'cube by products',
    (x) => x.mul(x).mul(x),
    [-2, 0.5, 3],
    (x) => 3 * x * x,
    'x is used three times',
  ),
  row(
    'a right custom gradient',
    tf.customGrad((x, save) => {
      const y = tf.exp(x as tf.Tensor);
      (save as tf.GradSaveFunc)([y]);
      return { value: y, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0]!) };
    }) as (x: tf.Tensor) => tf.Tensor,
    [-1, 0.5, 2],
    Math.exp,
    'e^x, from the saved output',
  ),
]);

export const smooth = [...elementary, ...activations];
