/** Running averages of squared gradients are 0 at first and never negative; any other tensor beside a square may be both. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const severities = (program: string): readonly string[] => found(program).map((line) => line.split(':')[0]!);

describe('a share of a square', () => {
  it('beside what a variable kept so far', () => {
    const program = `
      export function step(weight: tf.Variable, slot: tf.Variable, gradient: tf.Tensor1D) {
        const next = slot.mul(0.9).add(gradient.square().mul(0.1));
        slot.assign(next as tf.Tensor1D);
        weight.assign(weight.sub(gradient.div(next.sqrt())) as tf.Tensor1D);
      }`;
    expect(severities(program)).toEqual(['division-near-zero warning']);
  });

  it.each([
    ['is divided by', 'z.div(x.mul(0.5).add(y.square().mul(0.3)))', 'division-near-zero info'],
    ['is taken the root of', 'tf.sqrt(x.mul(0.5).add(y.square().mul(0.3)))', 'sqrt-at-zero info'],
  ])('beside any other tensor, which %s', (_, formula, expected) => {
    const program = `export const f = (x: tf.Tensor1D, y: tf.Tensor1D, z: tf.Tensor1D) => ${formula};`;
    expect(severities(program)).toEqual([expected]);
  });
});
