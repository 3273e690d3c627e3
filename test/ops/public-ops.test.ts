import { describe, expect, it } from 'vitest';
import { opsWithoutRow } from './public-ops.js';

describe('the public ops of TensorFlow.js 4.22', () => {
  it('have a row each, but for those on texts, and on tensors whose shapes are in their values', () => {
    expect(opsWithoutRow()).toEqual([
      'broadcastArgs',
      'multiRNNCell',
      'raggedGather',
      'raggedRange',
      'raggedTensorToTensor',
      'sparse.sparseFillEmptyRows',
      'sparse.sparseReshape',
      'string.staticRegexReplace',
      'string.stringNGrams',
      'string.stringSplit',
      'string.stringToHashBucketFast',
    ]);
  });
});
