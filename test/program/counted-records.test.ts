/** Records in a list, of which one is picked by an index: what is written to that one leaves the others as they were. */
import { describe, expect, it } from 'vitest';
import { found, formulas } from './lower.js';

const means = (bins: string, pick: string, result: string): readonly string[] =>
  found(`export function means(values: number[], n: number) {
    const bins = ${bins};
    for (const x of values) { const bin = ${pick}; bin.count++; bin.sum += x; }
    return tf.tensor1d(${result});
  }`);

const MANY = 'Array.from({ length: n }, () => ({ count: 0, sum: 0 }))';
const TWO = '[{ count: 0, sum: 0 }, { count: 0, sum: 0 }]';
const EMPTY = ['division-near-zero warning: b.sum / b.count'];

describe('a bin that no value falls into is empty', () => {
  it.each([
    [MANY, 'bins[Math.floor(x * n)]'],
    [MANY, 'bins[Math.min(n - 1, Math.floor(x * n))]'],
    [MANY, 'bins[x]'],
    [TWO, 'bins[Math.round(x)]'],
  ])('%s: %s', (bins, pick) => {
    expect(means(bins, pick, 'bins.map((b) => b.sum / b.count)')).toEqual(EMPTY);
  });
});

describe('nothing is told of bins that are', () => {
  it.each([
    ['left out', 'bins.filter((b) => b.count > 0).map((b) => b.sum / b.count)'],
    [
      'left out, unless they hold something',
      'bins.filter((b) => b.count !== 0).map(({ sum, count }) => sum / count)',
    ],
    ['asked, one by one', 'bins.map((b) => (b.count === 0 ? 0 : b.sum / b.count))'],
    ['divided by 1 at least', 'bins.map((b) => b.sum / Math.max(1, b.count))'],
    ['smoothed', 'bins.map((b) => b.sum / (b.count + 1))'],
  ])('%s', (_, result) => {
    for (const bins of [MANY, TWO]) expect(means(bins, 'bins[Math.floor(x * 2)]', result)).toEqual([]);
  });

  it('known to hold something, each', () => {
    const both = (condition: string): readonly string[] =>
      found(`export function means(values: number[]) {
        const bins = ${TWO};
        for (const x of values) { const bin = bins[Math.round(x)]; bin.count++; bin.sum += x; }
        if (${condition}) return tf.zeros([2]);
        return tf.tensor1d(bins.map((b) => b.sum / b.count));
      }`);
    expect(both('bins[0].count === 0 || bins[1].count === 0')).toEqual([]);
    expect(both('bins[0].count === 0')).toEqual(EMPTY);
  });
});

it('a filter that asks something else leaves what may be 0', () => {
  const result = 'bins.filter((b) => b.sum > 0).map((b) => b.sum / b.count)';
  expect(means(MANY, 'bins[Math.floor(x * n)]', result)).toEqual(EMPTY);
});

it('a list of them does not hold what it held at first', () => {
  const counts = (write: string): string =>
    formulas(`function f(at: number) {
      const bins = [{ count: 0 }, { count: 0 }];
      ${write}
      return tf.add(bins[0].count, bins[1].count);
    }`);
  expect(counts('bins[1].count = 3;')).toBe('add(0, 3)');
  expect(counts('bins[at].count = 3;')).toBe('add(?, ?)');
  expect(counts('const bin = bins[at]; bin.count += 3;')).toBe('add(?, ?)');
});
