/** What depends on what callers pass, and nothing says what that is: a note where it stands. */
import { describe, expect, it } from 'vitest';
import { found } from '../program/lower.js';

describe('masked-infinity', () => {
  const logSumExp = (x: string): string => `
export function total(${x}) {
  const most = tf.max(x, -1, true);
  const shifted = tf.sub(x, most);
  return tf.add(tf.log(tf.sum(tf.exp(shifted), -1, true)), most);
}`;
  const note = 'masked-infinity info: tf.sub(x, most)';

  it('a log-sum-exp by hand of a row that is masked throughout', () => {
    expect(found(logSumExp('x: tf.Tensor2D'))).toContain(note);
  });

  it('is not said of what has a range', () => {
    expect(found(`/** @range x [-50, 50] */${logSumExp('x: tf.Tensor2D')}`)).not.toContain(note);
  });
});

describe('probability-product', () => {
  it('powers of weights that are handed in, and are drawn from', () => {
    const program = `
export function draw(weights: tf.Tensor2D, temperature: number) {
  const masses = tf.cumsum(tf.pow(weights, tf.scalar(1 / temperature)), 1);
  const total = masses.slice([0, masses.shape[1] - 1], [-1, 1]);
  return tf.randomUniform([1]).mul(total).less(masses).argMax(1);
}`;
    expect(found(program)).toContain(
      'probability-product info: masses.slice([0, masses.shape[1] - 1], [-1, 1])',
    );
  });

  it('is not said of a sum that nothing is divided by', () => {
    const program = `
export const energy = (weights: tf.Tensor2D, order: number) => tf.pow(weights, tf.scalar(1 / order)).sum();`;
    expect(found(program).filter((one) => one.startsWith('probability-product'))).toEqual([]);
  });
});
