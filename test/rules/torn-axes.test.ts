/** Sizes that `reshape` is given in an order in which the values do not lie. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.js': `import * as tf from '@tensorflow/tfjs';\n${code}` }).map(({ rule, severity }) =>
    severity === 'info' ? `${rule} (note)` : rule,
  );

const reshaped = (read: string, shape: string, more = ''): string[] =>
  told(`export function laid(x${more}) {\n  const [${read}] = x.shape;\n  return x.reshape([${shape}]);\n}`);

const TORN = ['wrong-value-broadcast'];

describe('an axis that is torn apart', () => {
  it('is a row of pixels that takes values of its channels', () => {
    expect(reshaped('b, h, w, c', 'b, h * r, w * r, c / (r * r)', ', r')).toEqual(TORN);
    expect(reshaped('b, h, w, c', 'b, h * r, w * r, c / r ** 2', ', r')).toEqual(TORN);
    expect(reshaped('b, h, w, c', 'b, h * 2, w * 2, c / 4')).toEqual(TORN);
    expect(reshaped('b, h, w, c', 'b, h / r, w / r, c * r * r', ', r')).toEqual(TORN);
  });

  it('is so where types say which rank it has', () => {
    const typed = `import * as tf from '@tensorflow/tfjs';
export function laid(x: tf.Tensor4D, r: number) {
  const [b, h, w, c] = x.shape;
  return x.reshape([b, h * r, w * r, Math.floor(c / (r * r))]);
}`;
    expect(reported({ 'main.ts': typed }).map(({ rule }) => rule)).toEqual(TORN);
  });

  it('is a picture cut into patches as if they were runs', () => {
    expect(reshaped('b, h, w, c', 'b, (h * w) / (p * p), p * p * c', ', p')).toEqual(TORN);
  });

  it('is so where one size is left to be what the others leave', () => {
    expect(reshaped('b, h, w, c', 'b, h / r, w / r, -1', ', r')).toEqual(TORN);
    expect(reshaped('b, t, w', 'b, heads, -1, w / heads', ', heads')).toEqual(TORN);
    expect(reshaped('b, t, w', '-1, heads, t, w / heads', ', heads')).toEqual(TORN);
    expect(reshaped('b, t, w', 'b * 4, -1, w / 4')).toEqual(TORN);
  });

  it('is a batch that gets behind another axis', () => {
    expect(reshaped('n', '8, n * 8')).toEqual(TORN);
    expect(reshaped('n', '3, n, 16')).toEqual(TORN);
  });
});

describe('an axis that stays whole', () => {
  it('is merged with its neighbours', () => {
    expect(reshaped('b, h, w, c', 'b * h, w * c')).toEqual([]);
    expect(reshaped('b, h, w, c', 'b, h * w * c')).toEqual([]);
    expect(reshaped('b, t, h, d', 'b * t, h * d')).toEqual([]);
    expect(reshaped('n', 'n, 14 * 14 * 4')).toEqual([]);
    expect(
      told('export const flat = (x) => x.reshape([-1, 14, 14, 4]).relu().reshape([-1, 14 * 14 * 4]);'),
    ).toEqual([]);
  });

  it('is split where it lies', () => {
    expect(reshaped('b, t, c', 'b, t / k, k * c', ', k')).toEqual([]);
    expect(reshaped('b, t, c', 'b, t * k, c / k', ', k')).toEqual([]);
    expect(reshaped('n, c', 'k, n / k, c', ', k')).toEqual([]);
    expect(reshaped('n, h, w, c', 'n, h, w, g, c / g', ', g')).toEqual([]);
    expect(reshaped('n, c', 'Math.floor(n / k), k, c', ', k')).toEqual([]);
    expect(reshaped('b, t, w', 'b, -1, heads, w / heads', ', heads')).toEqual([]);
    expect(reshaped('b, t, w', '-1, t, heads, w / heads', ', heads')).toEqual([]);
    expect(reshaped('b, h, w, c', '-1, c / k, k', ', k')).toEqual([]);
    expect(reshaped('b, h, w, c', 'b, h / r, r, w / r, r, -1', ', r')).toEqual([]);
    expect(reshaped('n, c', 'n / k, k, -1', ', k')).toEqual([]);
  });

  it('lies behind a batch that nothing reads, and that is one', () => {
    expect(reshaped(', h, w', 'h * w, -1')).toEqual([]);
  });

  it('is drawn, in whatever order', () => {
    expect(
      told(
        'export const noise = (b, r) => tf.randomNormal([b, 4, 4, 8]).reshape([b, 4 * r, 4 * r, 8 / (r * r)]);',
      ),
    ).toEqual([]);
  });

  it('gets an axis of 1 before or behind it', () => {
    expect(reshaped('n', '1, n, 16')).toEqual([]);
    expect(reshaped('n, c', 'n, 1, c')).toEqual([]);
  });
});

describe('parts that were put one after the other', () => {
  const grouped = (joined: string, shape: string): string[] =>
    told(
      `export function group(a, b) {\n  const [x, y] = [a.reshape([-1, 4]), b.reshape([-1, 4])];\n  return ${joined}.reshape(${shape});\n}`,
    );

  it('are taken for neighbours', () => {
    expect(grouped('tf.concat([x, y], 0)', '[x.shape[0], 2, 4]')).toEqual(TORN);
    expect(grouped('tf.concat([x, y], 0).relu().add(1)', '[x.shape[0], 2, 4]')).toEqual(TORN);
    expect(grouped('tf.concat([x, y], 1)', '[-1, 4, 2]')).toEqual(TORN);
    expect(grouped('x.tile([3, 1])', '[x.shape[0], 3, 4]')).toEqual(TORN);
    expect(grouped('x.tile([3, 1])', '[-1, 3, 4]')).toEqual(TORN);
  });

  it('are records as they are, where nothing says how many', () => {
    expect(grouped('tf.concat([x, y], 0)', '[-1, 2, 4]')).toEqual([]);
    expect(grouped('tf.concat([x.flatten(), y.flatten()])', '[-1, 2]')).toEqual([]);
  });

  it('come first', () => {
    expect(grouped('tf.concat([x, y], 0)', '[2, -1, 4]')).toEqual([]);
    expect(grouped('tf.concat([x, y], 1)', '[-1, 2, 4]')).toEqual([]);
    expect(grouped('x.tile([3, 1])', '[3, -1, 4]')).toEqual([]);
  });

  it('are no parts of what is split', () => {
    expect(grouped('tf.concat([x, y], 0)', '[-1, 2, 2]')).toEqual([]);
    expect(grouped('tf.concat([x, y], 0).gather(tf.range(0, 8, 1, "int32"))', '[-1, 2, 4]')).toEqual([]);
    expect(grouped('tf.concat([x, x.slice(0, 2)], 0)', '[-1, 3, 4]')).toEqual([]);
  });
});
