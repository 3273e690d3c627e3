/** What a loop leaves of a number that its rounds keep from 0, though one round alone takes it nearer. */
import { describe, expect, it } from 'vitest';
import { facts } from './lower.js';

describe('a rate that falls in each round', () => {
  const after = (next: string): string =>
    facts(
      `export function f(rounds: number) { let rate = 1; for (let i = 0; i < rounds; i++) rate = ${next}; return tf.scalar(rate); }`,
    );

  it('stops at its floor', () => {
    expect(after('Math.max(0.01, rate * 0.9)')).toBe('[] [0.01, 1]');
    expect(after('rate < 0.1 ? 0.1 : rate * 0.5')).toBe('[] [0.05, 1]');
  });

  it('goes to 0 without one', () => {
    expect(after('rate * 0.9')).toBe('[] [0, 1]');
    expect(after('Math.max(0, rate * 0.9)')).toBe('[] [0, 1]');
    expect(after('Math.max(0.01, rate * 0.9) - 0.005')).not.toContain('0.01, 1');
  });
});

describe('exponentials of which the largest exponent is taken', () => {
  const sum = (exponent: string): string =>
    facts(
      `export function f(a: number, b: number, c: number) { const most = Math.max(a, b, c); return tf.scalar([a, b, c].reduce((sum, x) => sum + Math.exp(${exponent}), 0)); }`,
    );

  it('are 1 at least together', () => {
    expect(sum('x - most')).toBe('[] [1, 3]');
    expect(sum('x - most - 1')).not.toContain('[1,');
  });
});

describe('a list of numbers that nobody described', () => {
  it('is a row where it holds indices', () => {
    const chosen = (of: string): string =>
      `export const f = (batch: any[]) => tf.oneHot(${of}, 3).toFloat();`;
    expect(facts(chosen('batch.map((one) => one.action)'))).toBe('[batch.0, 3] whole [0, 1]');
  });
});
