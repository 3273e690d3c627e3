import { describe, expect, it } from 'vitest';
import { facts, found, reported } from './lower.js';

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

/** What doubles with each line outgrows every memory: past a length, one element stands for all. */
describe('lists that double', () => {
  it.each(['h = [...h, ...h]', 'h = h.concat(h)', 'h.push(...h)', 'h = [h, h].flat()'])('%s', (doubled) => {
    const program = `export function f(x: tf.Tensor1D) { let h = [x.log()]; ${`${doubled}; `.repeat(40)} return tf.stack(h); }`;
    expect(found(program)).toEqual(['log-of-zero info: x.log()']);
    expect(facts(program)).toContain('[?');
  });

  it('a list that is written out is as long as it is written', () => {
    const program = `export function f() { return tf.tensor1d([${'1, '.repeat(2000)}]); }`;
    expect(facts(program)).toBe('[2000] [1, 1]');
  });
});

describe('texts that double', () => {
  it.each(['h = h + h', 'h += h', 'h = `${h}${h}`'])('%s', (doubled) => {
    const program = `export function f(x: tf.Tensor1D) { let h = 'ab'; ${`${doubled}; `.repeat(40)} return tf.log(x).mul(h.length); }`;
    expect(found(program)).toEqual(['log-of-zero info: tf.log(x)']);
  });
});

/** What a program trains on is worked out as numbers: each tensor once, however often the next one names it. */
describe('tensors that double', () => {
  it.each(['add', 'mul'])('by %s', (op) => {
    const program = `
      const weight = tf.variable(tf.scalar(1));
      export function train(y: tf.Tensor1D) {
        let x: tf.Tensor = tf.tensor1d([1, 0.5, 0.25]);
        ${`x = x.${op}(x); `.repeat(40)}
        tf.train.sgd(0.01).minimize(() => weight.mul(x).sub(y).square().mean() as tf.Scalar);
      }`;
    const told = op === 'add' ? ['diverging-step'] : [];
    expect(reported(program).flatMap(({ rule }) => (rule === 'diverging-step' ? [rule] : []))).toEqual(told);
  });
});
