/** Truths that are taken for numbers, as a mask is written: 0 and 1, decided by places alone or by data. */
import { describe, expect, it } from 'vitest';
import { facts, found } from './lower.js';

const attend = (body: string): readonly string[] =>
  found(`const attend = (scores: tf.Tensor2D, mask: tf.Tensor2D) =>
      tf.softmax(tf.where(mask.greater(0), scores, -Infinity));
    ${body}`);

const causal = (visible: string): readonly string[] =>
  attend(`export function causal(scores: tf.Tensor2D, n: number) {
    const rows = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => ${visible}));
    return attend(scores, tf.tensor2d(rows));
  }`);

const padded = (visible: string): readonly string[] =>
  attend(`export function padded(scores: tf.Tensor2D, tokens: number[][]) {
    return attend(scores, tf.tensor2d(tokens.map((row) => row.map((token) => ${visible}))));
  }`);

const ALL_MASKED = ['masked-infinity warning: tf.softmax(tf.where(mask.greater(0), scores, -Infinity))'];

describe('a mask of places leaves every row something', () => {
  it.each([
    'Number(j <= i)',
    '+(j <= i)',
    '+!(j > i)',
    'j <= i ? 1 : 0',
    '(j <= i) | 0',
    '~~(j <= i)',
    '(j <= i) * 1',
    '1 - (j > i)',
    'Number(j <= i && i - j < 4)',
    '(j <= i) & (i - j < 4)',
    'j <= i',
  ])('%s', (visible) => {
    expect(causal(visible)).toEqual([]);
  });
});

describe('a mask of what the data hold may leave a row nothing', () => {
  it.each([
    'Number(token !== 0)',
    '+(token > 0)',
    '+!!token',
    'token === 0 ? 0 : 1',
    '(token !== 0) | 0',
    '~~(token !== 0)',
    '1 - (token === 0)',
    '(token !== 0) & (token < 9)',
    'token !== 0',
  ])('%s', (visible) => {
    expect(padded(visible)).toEqual(ALL_MASKED);
  });
});

describe('a mask that loops fill', () => {
  const filled = (loops: string): readonly string[] =>
    attend(`export function fill(scores: tf.Tensor2D, tokens: number[][], lengths: number[], n: number) {
      const seen = new Float32Array(n * n);
      ${loops}
      return attend(scores, tf.tensor2d(seen, [n, n]));
    }`);

  it.each([
    'for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) seen[i * n + j] = 1;',
    'for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) seen[i * n + j] = Number(j <= i);',
    'for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (j <= i) seen[i * n + j] = 1;',
    'for (let i = 0; i < tokens.length; i++) for (let j = 0; j <= i; j++) seen[i * n + j] = 1;',
  ])('with what places allow: %s', (loops) => {
    expect(filled(loops)).toEqual([]);
  });

  it.each([
    'for (let i = 0; i < n; i++) for (let j = 0; j < lengths[i]; j++) seen[i * n + j] = 1;',
    'for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) seen[i * n + j] = Number(tokens[i][j] > 0);',
    'for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (tokens[i][j] > 0) seen[i * n + j] = 1;',
    'for (const length of lengths) seen[length] = 1;',
  ])('with what the data allow: %s', (loops) => {
    expect(filled(loops)).toEqual(ALL_MASKED);
  });
});

describe('bits of numbers', () => {
  const bits = (expression: string): string =>
    facts(`function f(flag: boolean) { const x = Math.random() * 10; return tf.scalar(${expression}); }`);

  it.each([
    ['the whole part', 'x | 0', '[] whole [0, 9]'],
    ['the whole part, by two complements', '~~x', '[] whole [0, 9]'],
    ['the bits that are asked for', '(x * 100) & 3', '[] whole [0, 3]'],
    ['a truth that callers give', '+flag', '[] whole [0, 1]'],
    ['others, which may be any', 'x << 2', '[] whole [-2147500000, 4295000000]'],
  ])('%s: %s', (_, expression, expected) => {
    expect(bits(expression)).toBe(expected);
  });
});
