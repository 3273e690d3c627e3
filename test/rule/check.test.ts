import { describe, expect, it } from 'vitest';
import { found } from '../program/lower.js';

/** Which findings stand where: of sites in functions that are called, and what calls say of them. */

describe('a function that is called', () => {
  it('is judged on its own where no call says what it is handed', () => {
    const program = `
function sample(logVariance: tf.Tensor) { return tf.exp(logVariance); }
export function draw(x: tf.Tensor) { return sample(model.predict(x) as tf.Tensor); }
`;
    expect(found(program)).toEqual(['exp-overflow warning: tf.exp(logVariance)']);
  });

  it('is not, once a call shows that all is well', () => {
    const program = `
function sample(logVariance: tf.Tensor) { return tf.exp(logVariance); }
export function draw(x: tf.Tensor) { return sample(tf.tanh(x)); }
`;
    expect(found(program)).toEqual([]);
  });

  it('does not report shapes of a way that the call may never take', () => {
    const program = `
function attend(q: tf.Tensor2D, k: tf.Tensor2D, transposed: boolean) {
  return transposed ? tf.matMul(q, k) : tf.matMul(q, k, false, true);
}
export function f(flag: boolean) { return attend(tf.ones([2, 3]), tf.ones([2, 3]), flag); }
`;
    expect(found(program)).toEqual([]);
  });

  it('reports shapes of the way that the call does take', () => {
    const program = `
function attend(q: tf.Tensor2D, k: tf.Tensor2D, transposed: boolean) {
  return transposed ? tf.matMul(q, k) : tf.matMul(q, k, false, true);
}
export function f() { return attend(tf.ones([2, 3]), tf.ones([2, 3]), true); }
`;
    expect(found(program)).toEqual([
      'incompatible-shapes error: attend(tf.ones([2, 3]), tf.ones([2, 3]), true)',
    ]);
  });
});
