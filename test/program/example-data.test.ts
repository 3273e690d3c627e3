/** What is made up to show a function, and what is a part of what the code does. */
import { expect, it } from 'vitest';
import { found } from './lower.js';

const SOFTMAX = 'function softmax(z: tf.Tensor1D) { return z.exp().div(z.exp().sum()); }';
const TOLD = ['unstable-composite warning: z.exp().div(z.exp().sum())'];

it('a function that is only shown is judged with other data', () => {
  expect(found(`${SOFTMAX} softmax(tf.tensor1d([1, 2, 3])).print();`)).toEqual(TOLD);
  expect(found(`${SOFTMAX} softmax(tf.linspace(-5, 5, 100)).print();`)).toEqual(TOLD);
  expect(
    found(`${SOFTMAX} const xs = tf.randomNormal([8]).mul(2).add(1); softmax(xs as tf.Tensor1D).print();`),
  ).toEqual(TOLD);
});

it('not one that is handed what was computed', () => {
  expect(found(`${SOFTMAX} softmax(tf.tensor1d([1, 2, 3]).sigmoid()).print();`)).toEqual([]);
});

it('nor one of whose calls another hands over what it is given, with noise beside it', () => {
  expect(
    found(`function perturb(x: tf.Tensor1D, noise: tf.Tensor1D) { return x.add(noise.exp().log()); }
      export const jitter = (x: tf.Tensor1D) => perturb(x, tf.randomNormal([8]));`),
  ).toEqual([]);
});

it('a direction that is drawn is not 0', () => {
  const direction = 'function direction(z: tf.Tensor1D) { return z.div(z.norm()); }';
  expect(found(`${direction} export const draw = () => direction(tf.randomNormal([8]));`)).toEqual([]);
  expect(found(`${direction} direction(tf.tensor1d([3, 4])).print();`)).toEqual([
    'division-near-zero warning: z.div(z.norm())',
  ]);
});

it('numbers that are laid out by their places are made up too', () => {
  const scale = `function scale(column: number[]) {
      const [low, high] = [Math.min(...column), Math.max(...column)];
      return tf.tensor1d(column.map((v) => (v - low) / (high - low)));
    }`;
  const told = ['division-near-zero warning: (v - low) / (high - low)'];
  expect(found(`${scale} scale(Array.from({ length: 60 }, (_, i) => i / 10)).print();`)).toEqual(told);
  // Draws are not all alike, and places themselves are those of something else.
  expect(found(`${scale} scale(Array.from({ length: 60 }, (_, i) => i)).print();`)).toEqual([]);
  expect(found(`${scale} scale(Array.from({ length: 60 }, () => Math.random())).print();`)).toEqual([]);
});

it('what is asked for one thing only may be asked for several', () => {
  const profiles = `(names: string[], table: tf.Tensor2D, extra: tf.Tensor2D) {
      const ids = tf.tensor2d(names.map((name) => [name.length]), [names.length, 1], 'int32');
      return tf.gather(table, ids).add(extra).mean();
    }`;
  const one = (name: string) => `export const one = () => ${name}(['a'], tf.ones([30, 6]), tf.ones([1, 6]));`;
  expect(found(`export function profiles${profiles}\n${one('profiles')}`)).toEqual([
    'silent-broadcast warning: tf.gather(table, ids).add(extra)',
  ]);
  // Nobody else calls it.
  expect(found(`function profiles${profiles}\n${one('profiles')}`)).toEqual([]);
  expect(
    found(`export function profiles${profiles}\n${one('profiles')}
      export const more = (extra: tf.Tensor2D) => profiles(['a', 'b'], tf.ones([30, 6]), tf.ones([1, 6]));`),
  ).toEqual([]);
});
