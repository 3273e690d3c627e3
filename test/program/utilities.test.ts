/** `tf.util`: the numbers and lists that its functions give, and what they do to the lists they are handed. */
import { describe, expect, it } from 'vitest';
import { facts } from './lower.js';

/** The shape and the range of the tensor that a function with this body gives. */
const given = (body: string): string => facts(`function f(points: tf.Tensor2D, n: number) { ${body} }`);

describe('tf.util', () => {
  it.each([
    [
      'indices in an order that is drawn',
      'return tf.tensor1d(Array.from(tf.util.createShuffledIndices(5)), "int32");',
      '[5] whole [0, 4]',
    ],
    [
      'as many indices as a tensor has rows',
      'return tf.tensor1d(Array.from(tf.util.createShuffledIndices(points.shape[0])), "int32");',
      '[points.0] whole [0, 1073700000]',
    ],
    [
      'rows that indices pick, some of them',
      'return tf.gather(points, Int32Array.from(tf.util.createShuffledIndices(points.shape[0]).slice(0, n)));',
      '[?1, points.1] [-100, 100]',
    ],
    ['the elements of a shape', 'return tf.zeros([tf.util.sizeFromShape([2, 3])]);', '[6] [0, 0]'],
    [
      'a list in another order',
      'const list = [1, 2, 4]; tf.util.shuffle(list); return tf.tensor1d(list);',
      '[3] whole [1, 4]',
    ],
    [
      'two lists in another order',
      'const a = [1, 2]; const b = [3, 4]; tf.util.shuffleCombo(a, b); return tf.tensor1d(a).sub(tf.tensor1d(b));',
      '[2] whole [-3, -1]',
    ],
  ])('gives %s', (_what, body, expected) => {
    expect(given(body)).toBe(expected);
  });
});
