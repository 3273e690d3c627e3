import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const accuracy = (right: string): string => `
  const weights = tf.variable(tf.zeros([8, 1]));
  const bias = tf.variable(tf.zeros([1]));
  export function accuracy(model: any, x: tf.Tensor2D, labels: number[]) {
    const lost = JSON.parse(model.describe(x)).features;
    const said = tf.matMul(lost, weights).add(bias);
    return ${right}.mean();
  }`;

/** What could not be followed has some shape all the same: by a column of weights it is one of which the last axis is 1. */
describe('a product of something that could not be followed', () => {
  it('is a column, and meets a row', () => {
    expect(found(accuracy('said.sub(tf.tensor1d(labels)).square()'))).toEqual([
      'silent-broadcast warning: said.sub(tf.tensor1d(labels))',
    ]);
  });

  it.each([
    'said.squeeze([-1]).sub(tf.tensor1d(labels)).square()',
    'said.sub(tf.tensor1d(labels).expandDims(1)).square()',
    'said.sub(0.5).square()',
    'lost.sub(tf.tensor1d(labels)).square()',
  ])('is right: %s', (right) => {
    expect(found(accuracy(right))).toEqual([]);
  });
});
