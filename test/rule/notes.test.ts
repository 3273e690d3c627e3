import { expect, it } from 'vitest';
import { found } from '../program/lower.js';

/** A precondition is told once. */

it('an input that is divided by several times is one precondition, two inputs are two', () => {
  const program = `
export function decode(box: tf.Tensor1D, xScale: tf.Scalar, yScale: tf.Scalar) {
  return [box.div(xScale), box.add(1).div(xScale), box.div(yScale)];
}
`;
  expect(found(program)).toEqual([
    'division-near-zero info: box.div(xScale)',
    'division-near-zero info: box.div(yScale)',
  ]);
});

it('what breaks by itself is told wherever it does', () => {
  const program = `
export function unit(x: tf.Tensor1D, y: tf.Tensor1D) {
  return [x.div(x.norm()), y.div(x.norm())];
}
`;
  expect(found(program)).toHaveLength(2);
});

it('two rules do not ask the same of one place', () => {
  const program = `export const scale = (variance: tf.Tensor, epsilon: tf.Scalar) => tf.rsqrt(variance.add(epsilon));`;
  expect(found(program)).toHaveLength(1);
});
