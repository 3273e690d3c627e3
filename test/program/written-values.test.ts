import { describe, expect, it } from 'vitest';
import { facts, found, formulas } from './lower.js';

describe('shapes that are values of tensors are known where the program writes them down', () => {
  it.each([
    ['broadcastArgs', `tf.broadcastArgs([2, 1], [3])`, '[2] whole [1, 3]'],
    [
      'a ragged range',
      `tf.raggedRange(tf.tensor1d([0, 5], 'int32'), [3, 9], [1, 2]).rtDenseValues`,
      '[5] whole [0, 9]',
    ],
    ['how many rows it has', `tf.raggedRange(a, [1, 2, 3], 1).rtNestedSplits`, '[4] whole [0, 2147500000]'],
    [
      'a ragged tensor that is filled up',
      `tf.raggedTensorToTensor([2, -1], [1, 2, 3], 0, [tf.tensor1d([0, 2, 3], 'int32')], ['ROW_SPLITS'])`,
      '[2, 2] whole [0, 3]',
    ],
    [
      'empty rows that are filled',
      `tf.sparse.sparseFillEmptyRows([[0, 0], [2, 1]], [1, 2], [4, 5], -1).outputValues`,
      '[4] whole [-1, 2]',
    ],
    [
      'a sparse tensor in another shape',
      `tf.sparse.sparseReshape(a, [2, 6], [3, -1]).outputShape`,
      '[2] whole [3, 4]',
    ],
    ['parts of texts', `tf.string.stringSplit(['a b'], ' ').indices`, '[?1, 2] whole [0, 2147500000]'],
    ['buckets of texts', `tf.string.stringToHashBucketFast(['a', 'b'], 10)`, '[2] whole [0, 9]'],
  ])('%s', (_title, expression, expected) => {
    expect(facts(`export function f(a: tf.Tensor) { return ${expression}; }`)).toBe(expected);
  });
});

it('stacked cells are called one after the other', () => {
  const program = `
    const cell = (x: tf.Tensor2D, c: tf.Tensor2D, h: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] => [tf.add(x, c), tf.tanh(tf.add(x, h))];
    function f(x: tf.Tensor2D, c: tf.Tensor2D, h: tf.Tensor2D) { return tf.multiRNNCell([cell, cell], x, [c, c], [h, h])[0][1]; }`;
  expect(formulas(program)).toBe('add(tanh(add(x, h)), c)');
});

it.each([
  ['a text where a number is wanted', `(x: tf.Tensor) => tf.add(x, 'one')`],
  ['texts where numbers are wanted', `() => tf.string.stringSplit(['a b'], ' ').values.abs()`],
  [
    'a sparse tensor that does not fill its new shape',
    `(a: tf.Tensor2D) => tf.sparse.sparseReshape(a, [2, 3], [5])`,
  ],
])('%s throws', (_title, fn) => {
  expect(found(`export const f = ${fn};`)).toEqual([
    `incompatible-shapes error: ${fn.replace(/^.*=> /, '')}`,
  ]);
});
