import { describe, expect, it } from 'vitest';
import { opsWithoutRow } from './public-ops.js';

describe('the public ops of TensorFlow.js 4.22', () => {
  it('have a row each', () => {
    expect(opsWithoutRow()).toEqual([]);
  });
});
