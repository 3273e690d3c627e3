/** non-differentiable: kinks, jumps and cones on which the gradient used is still a choice within the two sides. */
import * as tf from '@tensorflow/tfjs';
import { labelled } from './case.js';

const kinks = labelled('non-differentiable', [
  { name: 'relu at 0', fn: (x: tf.Tensor) => x.relu(), inputs: [[-1, 0, 2]], why: 'slopes 0 and 1' },
  { name: 'abs at 0', fn: (x: tf.Tensor) => x.abs(), inputs: [[0, 3]], why: 'slopes -1 and 1' },
  {
    name: 'leakyRelu at 0',
    fn: (x: tf.Tensor) => tf.leakyRelu(x, 0.25),
    inputs: [[0, -1]],
    why: 'slopes 0.25 and 1',
  },
  { name: 'relu6 at 6', fn: (x: tf.Tensor) => tf.relu6(x), inputs: [[6, 1]], why: 'slopes 1 and 0' },
  {
    name: 'selu at 0',
    fn: (x: tf.Tensor) => tf.selu(x),
    inputs: [[0]],
    why: 'slopes 1.758 and 1.051: unlike elu, selu has a kink',
  },
  {
    name: 'clip at its bound',
    fn: (x: tf.Tensor) => x.clipByValue(-1, 1),
    inputs: [[1, 0.5]],
    why: 'slopes 1 and 0',
  },
  {
    name: 'maximum of equals',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b),
    inputs: [[2], [2]],
    why: 'the library chooses (1, 0), which is a sub-gradient',
  },
  {
    name: 'minimum of equals',
    fn: (a: tf.Tensor, b: tf.Tensor) => tf.minimum(a, b),
    inputs: [[2], [2]],
    why: 'the library chooses (1, 0), which is a super-gradient',
  },
  {
    name: 'largest of a window with a tie',
    fn: (x: tf.Tensor) => tf.maxPool(x as tf.Tensor3D, 2, 2, 'valid'),
    inputs: [
      [
        [[4], [2]],
        [[4], [3]],
      ],
    ],
    why: 'the library chooses one of the two: a sub-gradient',
  },
  {
    name: 'hinge loss on the margin',
    fn: (p: tf.Tensor) => tf.scalar(1).sub(p).relu(),
    inputs: [[1, 0.5]],
    why: 'slopes -1 and 0',
  },
  {
    name: 'absolute error of an exact prediction',
    fn: (p: tf.Tensor) => tf.losses.absoluteDifference(tf.tensor1d([1, 2]), p),
    inputs: [[1, 3]],
    why: 'slopes -1/2 and 1/2',
  },
  {
    name: 'a kink of slope 1e-6',
    fn: (x: tf.Tensor) => x.relu().mul(1e-6),
    inputs: [[0, 1]],
    why: 'slopes 0 and 1e-6',
  },
  {
    name: 'a kink inside a network',
    fn: (x: tf.Tensor) => x.sub([1, 2]).relu().sum().tanh(),
    inputs: [[1, 2.5]],
    why: 'relu at 0 under a tanh',
  },
  {
    name: 'a kink of a large element',
    fn: (x: tf.Tensor) => x.sub(1e6).abs(),
    inputs: [[1e6]],
    why: 'slopes -1 and 1',
  },
  {
    name: 'a sum of absolute values on one axis',
    fn: (x: tf.Tensor) => x.norm(1),
    inputs: [[0, 2, -3]],
    why: '|x| at 0',
  },
  {
    name: 'a dead input of relu times a live one',
    fn: (x: tf.Tensor, w: tf.Tensor) => x.mul(w).relu(),
    inputs: [
      [0, 1],
      [2, 3],
    ],
    why: 'slopes 0 and 2 in x',
  },
]);

const jumps = labelled('non-differentiable', [
  { name: 'sign at 0', fn: (x: tf.Tensor) => x.sign(), inputs: [[0, 1]], why: 'jumps by 1 on each side' },
  { name: 'floor at 2', fn: (x: tf.Tensor) => x.floor(), inputs: [[2, 0.5]], why: 'jumps from 1 to 2' },
  { name: 'ceil at -1', fn: (x: tf.Tensor) => x.ceil(), inputs: [[-1]], why: 'jumps from -1 to 0' },
  { name: 'round at 0.5', fn: (x: tf.Tensor) => x.round(), inputs: [[0.5]], why: 'jumps from 0 to 1' },
  { name: 'step at 0', fn: (x: tf.Tensor) => x.step(), inputs: [[0, -1]], why: 'jumps from 0 to 1' },
  {
    name: 'mod at a multiple',
    fn: (x: tf.Tensor) => x.mod(tf.scalar(2)),
    inputs: [[4, 1]],
    why: 'jumps from 2 to 0',
  },
  {
    name: 'floorDiv at a multiple',
    fn: (x: tf.Tensor) => tf.floorDiv(x, tf.scalar(2)),
    inputs: [[4]],
    why: 'jumps from 1 to 2, whatever the library claims',
  },
  {
    name: 'a jump on a slope',
    fn: (x: tf.Tensor) => x.square().add(x.floor()),
    inputs: [[3]],
    why: 'x^2 + floor(x)',
  },
  {
    name: 'a jump of 1e-3',
    fn: (x: tf.Tensor) => x.sin().add(x.sign().mul(1e-3)),
    inputs: [[0]],
    why: 'small, and still no limit of the slope',
  },
]);

/** The gradient used is NaN there; which of the two is told first is a matter of taste, both are true. */
const cones = labelled(
  ['non-differentiable', 'nan-gradient'],
  [
    { name: 'norm at 0', fn: (x: tf.Tensor) => x.norm(), inputs: [[0, 0]], why: 'the tip of a cone; 0/0' },
    {
      name: 'sqrt of a square at 0',
      fn: (x: tf.Tensor) => x.square().sqrt(),
      inputs: [[0, 1]],
      why: '|x| at 0; Infinity * 0',
    },
    {
      name: 'standard deviation of equals',
      fn: (x: tf.Tensor) => tf.moments(x).variance.sqrt(),
      inputs: [[3, 3, 3]],
      why: 'a cone in every direction but that of equals; Infinity * 0',
    },
    {
      name: 'distance of a point to itself',
      fn: (a: tf.Tensor, b: tf.Tensor) => a.sub(b).square().sum().sqrt(),
      inputs: [
        [1, 2],
        [1, 2],
      ],
      why: 'the tip of a cone',
    },
  ],
);

const invalid = labelled('invalid-subgradient', [
  {
    name: 'max with a tie',
    fn: (x: tf.Tensor) => x.max(),
    inputs: [[2, 2, 1]],
    why: '[1, 1, 0] sums to 2; along (1, 1, 0) the slope is 1 on both sides',
  },
  {
    name: 'max of all equal',
    fn: (x: tf.Tensor) => x.max(),
    inputs: [[3, 3, 3, 3]],
    why: 'ones that sum to 4',
  },
  { name: 'min with a tie', fn: (x: tf.Tensor) => x.min(), inputs: [[2, 1, 1]], why: '[0, 1, 1] sums to 2' },
  {
    name: 'max of each row, one with a tie',
    fn: (x: tf.Tensor) => x.max(1),
    inputs: [
      [
        [1, 2],
        [5, 5],
      ],
    ],
    why: 'the second row gets [1, 1]',
  },
  {
    name: 'largest magnitude with a tie',
    fn: (x: tf.Tensor) => x.abs().max(),
    inputs: [[2, -2, 1]],
    why: '[1, -1, 0]: along (1, -1, 0) the slope is 1, the claim 2',
  },
  {
    name: 'hard attention over equal scores',
    fn: (x: tf.Tensor) => x.sub(x.max()).exp().sum().log(),
    inputs: [[2, 2]],
    why: 'log-sum-exp minus max, the shift differentiated: -1 in each of two elements too much',
  },
  {
    name: 'relu that claims 2 at 0',
    fn: tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: (x as tf.Tensor).relu(),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
          dy.mul(saved[0]!.step().add(saved[0]!.equal(0).cast('float32').mul(2))),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[0, 1]],
    why: '2 is outside [0, 1]',
  },
  {
    name: 'abs that claims -3 at 0',
    fn: tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: (x as tf.Tensor).abs(),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
          dy.mul(saved[0]!.sign().sub(saved[0]!.equal(0).cast('float32').mul(3))),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
    inputs: [[0, 1]],
    why: '-3 is outside [-1, 1]',
  },
]);

export const notSmooth = [...kinks, ...jumps, ...cones, ...invalid];
