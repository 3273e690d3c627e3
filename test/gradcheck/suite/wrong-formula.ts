/** wrong-gradient: custom gradients with a wrong factor, sign, formula, or a single wrong element. */
import * as tf from '@tensorflow/tfjs';
import { claim, labelled, oneOff, spread } from './case.js';

const at = [[0.5, -1.2, 2]];

const factors = labelled(
  'wrong-gradient',
  (
    [
      ['twice', 2],
      ['half', 0.5],
      ['minus', -1],
      ['1.03 times', 1.03],
      ['1 + 1e-3 times', 1 + 1e-3],
      ['1 + 1e-4 times', 1 + 1e-4],
      ['1 + 1e-5 times', 1 + 1e-5],
      ['zero times', 0],
    ] as const
  ).map(([name, factor]) => ({
    name: `${name} the gradient of tanh`,
    fn: claim(tf.tanh, (x) => tf.scalar(1).sub(x.tanh().square()).mul(factor)),
    inputs: at,
    slope: (x: number) => 1 - Math.tanh(x) ** 2,
    why: `the slope is 1 - tanh^2, the claim ${factor} of it`,
  })),
);

const formulas = labelled('wrong-gradient', [
  {
    name: 'tanh: square forgotten',
    fn: claim(tf.tanh, (x) => tf.scalar(1).sub(x.tanh())),
    inputs: at,
    slope: (x) => 1 - Math.tanh(x) ** 2,
    why: '1 - y instead of 1 - y^2',
  },
  {
    name: 'sigmoid: 1 - y forgotten',
    fn: claim(tf.sigmoid, (x) => x.sigmoid()),
    inputs: at,
    slope: (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2,
    why: 'y instead of y(1 - y)',
  },
  {
    name: 'cube: power rule off by one',
    fn: claim(
      (x) => x.pow(3),
      (x) => x.square().mul(2),
    ),
    inputs: at,
    slope: (x) => 3 * x * x,
    why: '2x^2 instead of 3x^2',
  },
  {
    name: 'cosine for minus sine',
    fn: claim(tf.cos, (x) => x.sin()),
    inputs: at,
    slope: (x) => -Math.sin(x),
    why: 'the sign of the derivative of cos',
  },
  {
    name: 'logarithm with a guard in the slope only',
    fn: claim(tf.log, (x) => tf.div(1, x.add(0.01))),
    inputs: [[0.1, 2]],
    slope: (x) => 1 / x,
    why: '1/(x + 0.01) instead of 1/x',
  },
  {
    name: 'square root of the wrong half',
    fn: claim(tf.sqrt, (x) => tf.div(1, x.sqrt())),
    inputs: [[0.25, 4]],
    slope: (x) => 0.5 / Math.sqrt(x),
    why: 'the factor 1/2 is missing',
  },
  {
    name: 'softplus with the slope of relu',
    fn: claim(tf.softplus, (x) => x.step()),
    inputs: at,
    slope: (x) => 1 / (1 + Math.exp(-x)),
    why: 'step(x) instead of sigmoid(x)',
  },
  {
    name: 'right on the positive side only',
    fn: claim(tf.square, (x) => x.abs().mul(2)),
    inputs: [[3, -1]],
    slope: (x) => 2 * x,
    why: '2|x| instead of 2x',
  },
  {
    name: 'a small constant added',
    fn: claim(tf.sin, (x) => x.cos().add(1e-4)),
    inputs: at,
    slope: Math.cos,
    why: 'cos x + 1e-4',
  },
  {
    name: 'the upstream gradient ignored',
    fn: (x: tf.Tensor) =>
      tf
        .customGrad((input, save) => {
          (save as tf.GradSaveFunc)([input as tf.Tensor]);
          return {
            value: (input as tf.Tensor).square(),
            gradFunc: (_dy: tf.Tensor, saved: tf.Tensor[]) => saved[0]!.mul(2),
          };
        })(x)
        .mul(3),
    inputs: at,
    slope: (x) => 6 * x,
    why: '2x instead of dy * 2x, and dy is 3',
  },
  {
    name: 'a clipped gradient',
    fn: claim(
      (x) => x.square(),
      (x) => x.mul(2).clipByValue(-1, 1),
    ),
    inputs: [[0.25, 4]],
    slope: (x) => 2 * x,
    why: 'clipping inside customGrad changes what is differentiated',
  },
  {
    name: 'a reversed gradient',
    fn: claim(
      (x) => x.clone(),
      (x) => x.mul(0).sub(1),
    ),
    inputs: at,
    slope: () => 1,
    why: 'the identity has slope 1',
  },
  {
    name: 'straight through a step',
    fn: claim(tf.round, (x) => x.mul(0).add(1)),
    inputs: [[0.3, 1.8]],
    slope: () => 0,
    why: 'round is flat here, the claim is 1',
  },
  {
    name: 'a constant taken out of the graph',
    fn: (x: tf.Tensor) => x.mul(tf.tensor(x.dataSync(), x.shape)),
    inputs: at,
    slope: (x) => 2 * x,
    why: 'the second factor is detached: x instead of 2x',
  },
  {
    name: 'a stopped gradient in half of a sum',
    fn: (x: tf.Tensor) => x.sin().add(claim(tf.square, (input) => input.mul(0))(x)),
    inputs: at,
    slope: (x) => Math.cos(x) + 2 * x,
    why: '2x is missing',
  },
  {
    name: 'a wrong gradient beside a kink',
    fn: (x: tf.Tensor) =>
      x.relu().add(claim(tf.square, (input) => input.mul(2).mul(tf.tensor1d([1, 1.5, 1])))(x)),
    inputs: [[0, 1, -1]],
    why: 'the kink at 0 does not excuse 3 instead of 2 in the second element',
  },
]);

const single = labelled('wrong-gradient', [
  ...(
    [
      [12, 1e-5],
      [12, 1e-2],
      [100, 1e-5],
      [300, 1e-4],
      [1000, 1e-5],
      [1000, 1],
      [10_000, 1e-2],
    ] as const
  ).map(([count, error]) => ({
    name: `one of ${count} elements off by ${error}`,
    fn: claim(
      (x) => x.square().sum(),
      (x) => x.mul(2).mul(oneOff(count, Math.floor(count / 3), 1 + error)),
    ),
    inputs: [spread(count, 0.5, 1.5)],
    slope: (x: number) => 2 * x,
    why: `a relative error of ${error} in one element, the rest right`,
  })),
  {
    name: 'the sign of one of 50 elements',
    fn: claim(
      (x) => x.exp().sum(),
      (x) => x.exp().mul(oneOff(50, 7, -1)),
    ),
    inputs: [spread(50)],
    slope: Math.exp,
    why: 'one sign',
  },
  {
    name: 'the first element forgotten',
    fn: claim(
      (x) => x.square().sum(),
      (x) => x.mul(2).mul(oneOff(6, 0, 0)),
    ),
    inputs: [[1, 2, 3, 4, 5, 6]],
    slope: (x) => 2 * x,
    why: '0 instead of 2',
  },
  {
    name: 'a gradient of 1e-6 zeroed',
    fn: claim(
      (x) => x.sin().mul(1e-6).sum(),
      (x) => x.mul(0),
    ),
    inputs: at,
    slope: (x) => Math.fround(1e-6) * Math.cos(x),
    why: '0 instead of 1e-6 cos x: below every absolute tolerance in use',
  },
  {
    name: 'a gradient of 1e-12 twice too large',
    fn: claim(
      (x) => x.sin().mul(1e-12).sum(),
      (x) => x.cos().mul(2e-12),
    ),
    inputs: at,
    slope: (x) => Math.fround(1e-12) * Math.cos(x),
    why: 'a factor of 2 at 1e-12',
  },
  {
    name: 'one gradient of 1e-6 among ones zeroed',
    fn: claim(
      (x) => x.sin().mul([1, 1e-6, 1]).sum(),
      (x) => x.cos().mul([1, 0, 1]),
    ),
    inputs: at,
    truth: [[Math.cos(0.5), 1e-6 * Math.cos(Math.fround(-1.2)), Math.cos(2)]],
    why: 'the second element is 1e-6 cos x, the claim 0',
  },
  {
    name: 'a gradient of 1e8 off by 1e-5',
    fn: claim(
      (x) => x.square().mul(1e8).sum(),
      (x) => x.mul(2e8 * (1 + 1e-5)),
    ),
    inputs: at,
    slope: (x) => 2e8 * x,
    why: 'a relative error of 1e-5 in large numbers',
  },
  {
    name: 'a large input beside small ones, its slope doubled',
    fn: claim(
      (x) => x.square().mul([1e-24, 1, 1]).sum(),
      (x) => x.mul([4e-24, 2, 2]),
    ),
    inputs: [[1e12, 1, 2]],
    truth: [[2e-12, 2, 4]],
    why: '4e-12 instead of 2e-12, 12 decades below the others',
  },
  {
    name: 'wrong wrt the second input only',
    fn: tf.customGrad((a, b, save) => {
      const [x, y] = [a as tf.Tensor, b as tf.Tensor];
      (save as unknown as tf.GradSaveFunc)([x, y]);
      return {
        value: x.mul(y.square()),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
          dy.mul(saved[1]!.square()),
          dy.mul(saved[0]!).mul(saved[1]!),
        ],
      };
    }) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
    inputs: [
      [1, 2],
      [3, -1],
    ],
    truth: [
      [9, 1],
      [6, -4],
    ],
    why: 'a b instead of 2 a b',
  },
]);

export const wrongFormula = [...factors, ...formulas, ...single];
