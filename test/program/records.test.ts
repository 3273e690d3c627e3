import { expect, it } from 'vitest';
import { found } from './lower.js';

it.each([
  ['literal names', `Record<'w' | 'v', tf.Tensor2D> & Record<'b', tf.Tensor1D>`],
  ['names that are declared', `Record<Kernels, tf.Tensor2D> & Record<Biases, tf.Tensor1D>`],
])('records of two ranks in one type say each of their own names: %s', (_, type) => {
  const program = `
    type Kernels = 'w' | 'v';
    type Biases = 'b';
    export const forward = (x: tf.Tensor2D, p: ${type}) => x.matMul(p.w).matMul(p.v).add(p.b);`;
  expect(found(program)).toEqual([]);
});

it('what an object keeps by number is read by it', () => {
  const program = `
    const kept: { [size: number]: tf.Tensor2D } = {};
    function weights(size: number) {
      if (kept[size] == null) kept[size] = tf.ones([size, 4]);
      return kept[size]!;
    }
    export const forward = () => tf.matMul(tf.ones([2, 5]), weights(3));`;
  expect(found(program)).toEqual(['incompatible-shapes error: tf.matMul(tf.ones([2, 5]), weights(3))']);
});
