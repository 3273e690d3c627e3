/** one-sided: the function ends at x, so that only the derivative from inside exists. It may be infinite. */
import * as tf from '@tensorflow/tfjs';
import { claim, labelled } from './case.js';

export const edges = labelled('one-sided', [
  { name: 'sqrt at 0', fn: (x: tf.Tensor) => x.sqrt(), inputs: [[0, 4]], why: 'Infinity from the right' },
  { name: 'sqrt of a scalar 0', fn: (x: tf.Tensor) => x.sqrt(), inputs: [0], why: 'Infinity from the right' },
  {
    name: 'power 1/2 at 0',
    fn: (x: tf.Tensor) => x.pow(0.5),
    inputs: [[0, 1]],
    why: 'Infinity from the right',
  },
  {
    name: 'power 1.5 at 0',
    fn: (x: tf.Tensor) => x.pow(1.5),
    inputs: [[0, 1]],
    why: '0 from the right, NaN on the left',
  },
  {
    name: 'cube root at 0',
    fn: (x: tf.Tensor) => x.pow(1 / 3),
    inputs: [[0]],
    why: 'pow of a negative base is NaN',
  },
  { name: 'acos at 1', fn: (x: tf.Tensor) => x.acos(), inputs: [[1, 0.5]], why: '-Infinity from the left' },
  { name: 'asin at -1', fn: (x: tf.Tensor) => x.asin(), inputs: [[-1, 0.5]], why: 'Infinity from the right' },
  { name: 'acosh at 1', fn: (x: tf.Tensor) => x.acosh(), inputs: [[1, 2]], why: 'Infinity from the right' },
  {
    name: 'half circle at its end',
    fn: (x: tf.Tensor) => tf.scalar(1).sub(x.square()).sqrt(),
    inputs: [[1, 0.5]],
    why: '-Infinity from the left',
  },
  {
    name: 'x sqrt(x) at 0',
    fn: (x: tf.Tensor) => x.mul(x.sqrt()),
    inputs: [[0, 1]],
    why: '0 from the right; autodiff has 0 * Infinity',
  },
  {
    name: 'sqrt of a shifted x',
    fn: (x: tf.Tensor) => x.sub(2).sqrt(),
    inputs: [[2, 3]],
    why: 'the domain ends at 2',
  },
  {
    name: 'a geometric mean with a zero',
    fn: (x: tf.Tensor) => x.prod().sqrt(),
    inputs: [[0, 4]],
    why: 'sqrt(4x): Infinity from the right',
  },
  {
    name: 'a finite slope at the end of a domain',
    fn: claim(
      (x) => x.square().add(x.sqrt().mul(0)),
      (x) => x.mul(2),
    ),
    inputs: [[0, 1]],
    why: '2x, but the function is NaN left of 0',
  },
  {
    name: 'an edge inside a sum',
    fn: (x: tf.Tensor) => x.sqrt().sum().add(x.square().sum()),
    inputs: [[1, 0, 2]],
    why: 'one of three at its edge',
  },
]);

/** The value itself is infinite at the edge. */
export const poles = labelled(
  ['one-sided', 'inf-gradient', 'overflow'],
  [
    {
      name: 'log at 0',
      fn: (x: tf.Tensor) => x.log(),
      inputs: [[0, 1]],
      why: '-Infinity, and NaN on the left',
    },
    { name: 'atanh at 1', fn: (x: tf.Tensor) => x.atanh(), inputs: [[1]], why: 'Infinity, NaN on the right' },
    { name: 'log1p at -1', fn: (x: tf.Tensor) => x.log1p(), inputs: [[-1, 1]], why: '-Infinity' },
  ],
);
