/** Divisors in plain numbers that are 0 for ordinary data, each beside one that the code keeps from it. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, message }) => `${rule} ${/as (?:for|where) [^.]*/.exec(message)?.[0] ?? ''}`.trim());

describe('the weights of what passed a test', () => {
  const centre = (guard: string): string => `interface Point { x: number; score: number }
export function centre(points: Point[], least: number) {
  const seen = points.filter(({ score }) => score >= least);
  const weight = seen.reduce((sum, { score }) => sum + score, 0)${guard};
  return tf.scalar(seen.reduce((sum, { x, score }) => sum + x * score, 0) / weight);
}`;

  it('add up to 0 where nothing does', () => {
    expect(told(centre(''))).toEqual(['division-near-zero as where nothing passes the test']);
  });

  it.each([
    ' || 1',
    ';\n  if (weight === 0) return tf.scalar(0)',
    ';\n  if (seen.length === 0) return tf.scalar(0)',
  ])('do not with%s', (guard) => {
    expect(told(centre(guard))).toEqual([]);
  });

  it('divide nothing in a round through the same list', () => {
    const shares = `export function shares(risks: number[]) {
  const live = risks.filter((risk) => risk > 1e-6);
  const total = live.reduce((sum, risk) => sum + 1 / risk, 0);
  return tf.tensor1d(live.map((risk) => 1 / risk / total));
}`;
    expect(told(shares)).toEqual([]);
    expect(told(shares.replace('live.map', 'risks.map'))).toEqual([
      'division-near-zero as where nothing passes the test',
    ]);
  });

  it('are those of whoever made the list, in a helper that is handed it', () => {
    const helper = `const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
export function price(trades: { price: number; volume: number }[]) {
  const done = trades.filter(({ volume }) => volume > 0);
  if (done.length === 0) return tf.scalar(0);
  return tf.scalar(sum(done.map((one) => one.price * one.volume)) / sum(done.map((one) => one.volume)));
}`;
    expect(told(helper)).toEqual([]);
  });
});

describe('the gaps between edges that were rounded', () => {
  const filters = (
    loop: string,
    gap = 'edges[b + 1] - edges[b]',
  ): string => `export function filters(bands: number, step: number) {
  const edges = Array.from({ length: bands + 1 }, (_, i) => Math.floor(Math.exp(i * step)));
  const rows: number[] = [];
  for (let b = 0; b < bands; b++) {
    ${loop} rows.push((k - edges[b]) / (${gap}));
  }
  return tf.tensor1d(rows);
}`;
  const GAP = 'division-near-zero as where both were rounded to the same number';

  it('are 0 where two are rounded to the same', () => {
    expect(told(filters('for (let k = 0; k < 100; k++)'))).toEqual([GAP]);
    expect(told(filters('for (let k = edges[b]; k <= edges[b + 1]; k++)'))).toEqual([GAP]);
  });

  it('divide nothing where a loop goes from the one to the other', () => {
    expect(told(filters('for (let k = edges[b]; k < edges[b + 1]; k++)'))).toEqual([]);
    expect(told(filters('for (let k = edges[b] + 1; k <= edges[b + 1] && k < 100; k++)'))).toEqual([]);
  });

  it('are kept from 0, or are those of numbers that nobody rounded', () => {
    expect(told(filters('for (let k = 0; k < 100; k++)', 'Math.max(1, edges[b + 1] - edges[b])'))).toEqual(
      [],
    );
    const unrounded = filters('for (let k = 0; k < 100; k++)').replace('Math.floor(', '(');
    expect(told(unrounded)).toEqual([]);
  });
});

describe('the time since the last call', () => {
  const speed = (step: string): string => `export class Speed {
  private time = -1;
  private last = 0;
  next(value: number, time: number) {
    ${step}
    const gap = value - this.last;
    this.last = value;
    this.time = time;
    return tf.scalar(gap * rate);
  }
}`;

  it('is 0 for two calls with one time stamp', () => {
    expect(told(speed('const rate = this.time < 0 ? 30 : 1 / (time - this.time);'))).toEqual([
      'division-near-zero as for two calls that hand over the same',
    ]);
  });

  it.each([
    'if (time <= this.time) return tf.scalar(0); const rate = 1 / (time - this.time);',
    'const rate = 1 / Math.max(time - this.time, 1e-3);',
    'const step = time - this.time; const rate = step > 0 ? 1 / step : 0;',
  ])('is asked for, or has a floor: %s', (step) => {
    expect(told(speed(step))).toEqual([]);
  });
});

describe('a precision beside a recall', () => {
  const f1 = (formula: string, guard = ''): string => `interface Counts { tp: number; fp: number; fn: number }
const precision = ({ tp, fp }: Counts) => (tp + fp === 0 ? 0 : tp / (tp + fp));
const recall = ({ tp, fn }: Counts) => tp / Math.max(tp + fn, 1);
export function score(counts: Counts, beta: number) {
  const p = precision(counts);
  const r = recall(counts);
  ${guard}
  return ${formula};
}`;

  it.each([
    '(2 * p * r) / (p + r)',
    '(2 * (p * r)) / (p + r)',
    '((1 + beta * beta) * p * r) / (beta * beta * p + r)',
  ])('may be 0 with it: %s', (formula) => {
    expect(told(f1(formula))).toEqual(['division-near-zero as where both are 0']);
  });

  it.each([
    ['(2 * p * r) / (p + r || 1)', ''],
    ['(2 * p * r) / (p + r + 1e-9)', ''],
    ['(2 * p * r) / (p + r)', 'if (p + r === 0) return 0;'],
    ['(2 * p * r) / (p + r)', 'if (!(p > 0 && r > 0)) return 0;'],
    // Two masses, two resistors.
    ['(p * r) / (p + r)', ''],
  ])('but not in %s %s', (formula, guard) => {
    expect(told(f1(formula, guard))).toEqual([]);
  });
});

describe('a relative error', () => {
  const mean = (term: string): string => `export function error(actual: number[], forecast: number[]) {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += ${term};
  return sum / actual.length;
}`;

  it.each([
    '(2 * Math.abs(actual[i] - forecast[i])) / (Math.abs(actual[i]) + Math.abs(forecast[i]))',
    'Math.abs(actual[i] - forecast[i]) / ((Math.abs(actual[i]) + Math.abs(forecast[i])) / 2)',
    'Math.abs((actual[i] - forecast[i]) / actual[i])',
  ])('is 0 / 0 of nothing: %s', (term) => {
    expect(told(mean(term))).toEqual([expect.stringContaining('division-near-zero')]);
  });

  it.each([
    'Math.abs(actual[i] - forecast[i]) / Math.max(Math.abs(actual[i]) + Math.abs(forecast[i]), 1e-9)',
    'Math.abs(actual[i] - forecast[i]) / (Math.abs(actual[i]) + Math.abs(forecast[i]) + 1)',
  ])('but not where it is kept from it: %s', (term) => {
    expect(told(mean(term))).toEqual([]);
  });
});

describe('what is written to be Infinity', () => {
  it.each(['x === 0 && 1 / x < 0 ? -1 : 1', 'x !== 0 || 1 / x === 1 / -0 ? 1 : 2', 'x < 0 ? -1 / 0 : x'])(
    '%s',
    (formula) => {
      expect(told(`export const sign = (x: number) => Math.log1p(Math.abs(${formula}));`)).toEqual([]);
    },
  );
});

describe('a power that callers choose', () => {
  const power = (exponent: string): string =>
    `export const scaled = (x: number, exponent: number) => (x < 0 ? -Math.pow(-x, exponent) : Math.pow(x, ${exponent}));`;

  it('breaks at 0 only where it is below 0', () => {
    expect(told(power('exponent'))).toEqual([]);
    expect(told(power('-0.5'))).toEqual(['domain-edge']);
  });
});

describe('the extremes of each column', () => {
  const scaled = (ends: string, share = '(v - low[j]) / (high[j] - low[j])'): string => `
export function scaled(rows: number[][]) {
  const width = rows[0].length;
  ${ends}
  return rows.map((row) => row.map((v, j) => ${share}));
}`;
  const RUNNING = `const low = new Array(width).fill(Infinity);
  const high = new Array(width).fill(-Infinity);
  for (const row of rows)
    row.forEach((v, j) => {
      low[j] = Math.min(low[j], v);
      high[j] = Math.max(high[j], v);
    });`;
  const SPREAD = `const low = rows[0].map((_, j) => Math.min(...rows.map((row) => row[j])));
  const high = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j])));`;

  it.each([RUNNING, SPREAD])('are one for a column that is constant: %s', (ends) => {
    expect(told(scaled(ends))).toEqual([expect.stringContaining('division-near-zero')]);
  });

  it.each([
    [RUNNING, '(v - low[j]) / (high[j] - low[j] || 1)'],
    [SPREAD, '(v - low[j]) / Math.max(high[j] - low[j], 1e-9)'],
    [SPREAD, 'high[j] > low[j] ? (v - low[j]) / (high[j] - low[j]) : 0'],
    [SPREAD, 'high[j] === low[j] ? 0 : (v - low[j]) / (high[j] - low[j])'],
  ])('are kept apart: %s %s', (ends, share) => {
    expect(told(scaled(ends, share))).toEqual([]);
  });
});

describe('formulas that are 0 / 0', () => {
  const f1 = (body: string): string => `export function f1(tp: number, fp: number, fn: number) {
  ${body}
}`;

  it.each([
    'const p = tp / (tp + fp || 1), r = tp / (tp + fn || 1); return (2 * p * r) / (p + r) || 0;',
    'if (tp === 0) return 0; const p = tp / (tp + fp), r = tp / (tp + fn); return (2 * p * r) / (p + r);',
    'const p = (tp + 1) / (tp + fp + 1), r = (tp + 1) / (tp + fn + 1); return (2 * p * r) / (p + r);',
    'const p = tp / (tp + fp || 1), r = tp / (tp + fn || 1); const f = (2 * p * r) / (p + r); return Number.isNaN(f) ? 0 : f;',
  ])('are left alone where somebody asks: %s', (body) => {
    expect(told(f1(body))).not.toContain('division-near-zero as where both are 0');
  });

  it('nor are they told of speeds and conductivities', () => {
    expect(
      told('export const mean = (k1: number, k2: number) => tf.scalar((2 * k1 * k2) / (k1 + k2));'),
    ).toEqual([]);
  });
});
