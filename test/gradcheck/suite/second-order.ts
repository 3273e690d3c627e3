/**
 * Second order. TensorFlow.js tapes a saved output without its connection to the inputs (docs/library-gradients.md), so the
 * gradient of a gradient is right for ops that save inputs, and throws or is silently wrong for ops that save outputs.
 */
import * as tf from '@tensorflow/tfjs';
import { claim, grid, labelled } from './case.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const right = labelled(
  'correct',
  [
    {
      name: 'cube',
      fn: (x: tf.Tensor) => x.mul(x).mul(x),
      inputs: [[1, -2]],
      slope: (x) => 6 * x,
      why: '6x',
    },
    { name: 'square', fn: (x: tf.Tensor) => x.square(), inputs: [[1, -2]], slope: () => 2, why: '2' },
    {
      name: 'pow 4',
      fn: (x: tf.Tensor) => x.pow(4),
      inputs: [[1.5, -2]],
      slope: (x) => 12 * x * x,
      why: '12x^2, inputs saved',
    },
    {
      name: 'sin',
      fn: (x: tf.Tensor) => x.sin(),
      inputs: [[0.5, -2]],
      slope: (x) => -Math.sin(x),
      why: '-sin x, the input saved',
    },
    {
      name: 'cos',
      fn: (x: tf.Tensor) => x.cos(),
      inputs: [[0.5, -2]],
      slope: (x) => -Math.cos(x),
      why: '-cos x',
    },
    {
      name: 'log',
      fn: (x: tf.Tensor) => x.log(),
      inputs: [[0.5, 2]],
      slope: (x) => -1 / x ** 2,
      why: '-1/x^2',
    },
    {
      name: 'sqrt',
      fn: (x: tf.Tensor) => x.sqrt(),
      inputs: [[0.5, 2]],
      slope: (x) => -(x ** -1.5) / 4,
      why: '-x^-1.5/4, the input saved',
    },
    {
      name: 'softplus',
      fn: (x: tf.Tensor) => x.softplus(),
      inputs: [[0.5, -2]],
      slope: (x) => sigmoid(x) * sigmoid(-x),
      why: 's(1 - s), once',
    },
    {
      name: 'quotient',
      fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b),
      inputs: [
        [1, -2],
        [2, 0.5],
      ],
      why: '-1/b^2 and 2a/b^3',
    },
    {
      name: 'least squares',
      fn: (w: tf.Tensor) =>
        tf
          .tensor2d(grid(4, 2))
          .matMul(w as tf.Tensor2D)
          .square()
          .mean(),
      inputs: [[[0.5], [-1]]],
      why: "the constant matrix A'A/2",
    },
    {
      name: 'relu away from 0',
      fn: (x: tf.Tensor) => x.relu().square(),
      inputs: [[1, -2]],
      slope: (x) => (x > 0 ? 2 : 0),
      why: '2 or 0',
    },
  ],
  2,
);

const wrong = labelled(
  'wrong-gradient',
  [
    {
      name: 'x e^x',
      fn: (x: tf.Tensor) => x.mul(x.exp()),
      inputs: [[1, 0.5]],
      slope: (x) => (2 + x) * Math.exp(x),
      why: '(2 + x) e^x = 8.15 at 1; the library gives 5.44',
    },
    {
      name: 'square of sigmoid',
      fn: (x: tf.Tensor) => x.sigmoid().square(),
      inputs: [[1, 0.5]],
      slope: (x) => {
        const s = sigmoid(x);
        return s * (1 - s) * (4 * s - 6 * s * s);
      },
      why: 'the library leaves out what the saved sigmoid contributes',
    },
    {
      name: 'gelu with sigmoid',
      fn: (x: tf.Tensor) => x.mul(x.mul(1.702).sigmoid()),
      inputs: [[1, -0.5]],
      slope: (x) => {
        const s = sigmoid(1.702 * x);
        const slope = s * (1 - s);
        return 2 * 1.702 * slope + 1.702 ** 2 * x * slope * (1 - 2 * s);
      },
      why: '0.592 at 1; the library gives 0.714',
    },
    {
      name: 'square of tanh',
      fn: (x: tf.Tensor) => x.tanh().square(),
      inputs: [[0.5, -1]],
      slope: (x) => 2 * (1 - Math.tanh(x) ** 2) * (1 - 3 * Math.tanh(x) ** 2),
      why: '2 (1 - t^2)(1 - 3t^2)',
    },
    {
      name: 'a custom gradient whose slope is detached',
      fn: (x: tf.Tensor) =>
        claim(
          (u) => u.pow(3),
          (u) =>
            tf.tensor(
              u.dataSync().map((value) => 3 * value * value),
              u.shape,
            ),
        )(x.mul(x)),
      inputs: [[1, -1.5]],
      slope: (x) => 30 * x ** 4,
      why: 'the first gradient is right; the slope 3u^2 is a constant to the second',
    },
    {
      name: 'the first gradient is wrong already',
      fn: claim(tf.square, (x) => x.mul(3)),
      inputs: [[1, 2]],
      slope: () => 2,
      why: '3x instead of 2x: wrong before the second order is looked at',
    },
    {
      name: 'log-sum-exp by hand',
      fn: (x: tf.Tensor) => x.exp().sum().log(),
      inputs: [[1, 2, 0.5]],
      why: 'diag(s) - s s^T; the library loses the derivative of the saved exponentials',
    },
  ],
  2,
);

const absent = labelled(
  'missing-gradient',
  [
    { name: 'exp', fn: (x: tf.Tensor) => x.exp(), inputs: [[1, 0.5]], why: 'the saved output is detached' },
    { name: 'tanh', fn: (x: tf.Tensor) => x.tanh(), inputs: [[1, 0.5]], why: 'the saved output is detached' },
    {
      name: 'sigmoid',
      fn: (x: tf.Tensor) => x.sigmoid(),
      inputs: [[1, 0.5]],
      why: 'the saved output is detached',
    },
  ],
  2,
);

const kinked = labelled(
  'non-differentiable',
  [
    {
      name: 'x |x| at 0',
      fn: (x: tf.Tensor) => x.mul(x.abs()),
      inputs: [[0, 1]],
      why: '2|x| has a kink at 0',
    },
    {
      name: 'square of relu at 0',
      fn: (x: tf.Tensor) => x.relu().square(),
      inputs: [[0, 1]],
      why: '2 relu(x) has a kink at 0',
    },
  ],
  2,
);

export const secondOrder = [...right, ...wrong, ...absent, ...kinked];
