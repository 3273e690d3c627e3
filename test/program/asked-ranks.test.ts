/** Who asks for the rank of a tensor knows it in the branch that goes on. */
import { expect, test } from 'vitest';
import { facts, found } from './lower.js';

test.each([
  [
    'a test of the rank',
    `const f = (x: tf.Tensor) => { if (x.rank === 2) return x.neg(); throw new Error(); };`,
  ],
  [
    'the length of the shape',
    `const f = (x: tf.Tensor) => { if (x.shape.length !== 2) throw new Error(); return x.neg(); };`,
  ],
  [
    'an assertion about a name for it',
    `const f = (x: tf.Tensor) => { const rank = x.shape.length; tf.util.assert(rank === 2, () => ''); return x.neg(); };`,
  ],
  [
    'one of the cases of a switch',
    `const f = (x: tf.Tensor) => { switch (x.rank) { case 2: return x.neg(); default: throw new Error(); } };`,
  ],
])('%s tells it', (_, program) => {
  expect(facts(program)).toBe('[x.0, x.1] [-100, 100]');
});

test('where the branches meet it is not known again', () => {
  const program = `const f = (x: tf.Tensor) => { if (x.rank === 2) x.print(); return x.neg(); };`;
  expect(facts(program)).toBe('[?] [-100, 100]');
});

test('the product of a vector and a row throws, and nothing is told of the matrices in the other branch', () => {
  const product = (a: string): string => `
    export function dot(a: tf.Tensor, b: tf.Tensor) {
      if (a.rank === 1 && b.rank === 1) return tf.matMul(${a}, tf.reshape(b, [-1, 1]));
      return tf.matMul(a, b);
    }`;
  expect(found(product('a'))).toEqual(['incompatible-shapes error: tf.matMul(a, tf.reshape(b, [-1, 1]))']);
  expect(found(product('tf.reshape(a, [1, -1])'))).toEqual([]);
});

test('a statistic that was taken before the branch is still that of the tensor in it', () => {
  const program = `export function softmax(x: tf.Tensor) {
    const most = x.max(-1, true);
    if (x.rank !== 2) throw new Error('rank 2 only');
    const shifted = tf.exp(tf.sub(x, most));
    return tf.div(shifted, shifted.sum(-1, true));
  }`;
  expect(found(program)).toEqual([]);
});
