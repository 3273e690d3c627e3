import { describe, expect, it } from 'vitest';
import { facts, found } from './lower.js';

/** Of a number that stands twice in its next value, there are twice as many ways to the first with each line: each is gone once. */
describe('numbers that stand twice in the next', () => {
  const lines = (line: string): string => `${line};\n`.repeat(64);

  it('a hash', () => {
    const program = `export function f(n: number) { let h = n; ${lines('h = h * 31 + h')} return tf.scalar(1).div(h); }`;
    expect(found(program)).toEqual(['division-near-zero info: tf.scalar(1).div(h)']);
  });

  it.each(['n * 2 + n', 'n * n', 'n + n'])('sizes that callers give: %s', (next) => {
    const program = `export function f(n: number) { ${lines(`n = ${next}`)} return tf.ones([n, 3]); }`;
    expect(facts(program)).toBe('[?1, 3] [1, 1]');
  });

  it.each(['n * 2 + n', 'n * n', 'n + n'])('sizes that are read: %s', (next) => {
    const program = `export function f(x: tf.Tensor1D) { let n = x.shape[0]; ${lines(`n = ${next}`)} return x.reshape([n, 3]); }`;
    expect(facts(program)).toBe('[?1, 3] [-100, 100]');
  });
});
