import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

/** Lines of a function of two coordinates, and what is told of the quotient `x / length` in it. */
const told = (...lines: readonly string[]): string[] =>
  reported({
    'main.ts': [
      `import * as tf from '@tensorflow/tfjs';`,
      `export function direction(x: number, y: number) {`,
      `const length = Math.hypot(x, y);`,
      ...lines,
      '}',
    ].join('\n'),
  })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, start }) => `${rule} ${start.line}`);

describe('a number that may be NaN', () => {
  it('is told where nothing asks', () => {
    expect(told('return tf.tensor1d([x / length, y / length]);')).toEqual(['division-near-zero 4']);
    expect(told('return tf.tensor1d([x / length, y / length].map((one) => 2 * one));')).toEqual([
      'division-near-zero 4',
    ]);
    expect(told('const at = x / length;', 'return tf.scalar(at).add(y || 1);')).toEqual([
      'division-near-zero 4',
    ]);
  });

  it('is not where another number is put in its place', () => {
    expect(told('return tf.scalar(x / length || 0);')).toEqual([]);
    expect(told('return tf.scalar(1 - Math.abs(x / length) || 1);')).toEqual([]);
    expect(told('return tf.scalar(Number.isFinite(x / length) ? x / length : 0);')).toEqual([]);
  });

  it('is not where a variable that holds it is asked', () => {
    expect(told('const at = x / length;', 'return tf.scalar(isNaN(at) ? 0 : at);')).toEqual([]);
    expect(
      told('const at = x / length;', 'if (at !== at) return tf.scalar(0);', 'return tf.scalar(at);'),
    ).toEqual([]);
    expect(
      told(
        'const [a, b] = [x / length, y / length];',
        'if (!isFinite(a + b) || !isFinite(a)) return tf.zeros([2]);',
        'return tf.tensor1d([a, b]);',
      ),
    ).toEqual([]);
  });

  it('is not where the list that holds it is asked', () => {
    expect(told('return tf.tensor1d([x / length, y / length].map((one) => one || 0));')).toEqual([]);
    expect(told('return tf.tensor1d([x, y].map((one) => one / length).filter(Number.isFinite));')).toEqual(
      [],
    );
    expect(
      told(
        'const list = [x / length, y / length];',
        'return list.some(Number.isNaN) ? tf.zeros([2]) : tf.tensor1d(list);',
      ),
    ).toEqual([]);
  });

  it('is where only NaN is replaced and it is Infinity', () => {
    const called = (replaced: string): string[] =>
      reported({
        'main.ts': `
import * as tf from '@tensorflow/tfjs';
const inverse = (count: number) => ${replaced};
export const weights = tf.tensor1d([3, 0, 2].map(inverse));`,
      }).map(({ rule, start }) => `${rule} ${start.line}`);
    expect(called('1 / count || 1')).toEqual(['division-near-zero 3']);
    expect(called('isFinite(1 / count) ? 1 / count : 1')).toEqual([]);
  });
});

it('of a number that is divided by itself the divisor is named', () => {
  const [finding] = reported({
    'main.ts': `
import * as tf from '@tensorflow/tfjs';
const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
export const none = tf.scalar(mean([]));`,
  });
  expect(finding?.message).toMatch('when `values.length = 0`');
});
