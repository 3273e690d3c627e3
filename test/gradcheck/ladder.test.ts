import { describe, expect, it } from 'vitest';
import { measureSlope, taylorRate, type Slope } from '../../src/gradcheck/ladder.js';

let evaluations = 0;

function slopeAt(f: (x: number) => number, x: number, extraNoise = 0): Slope {
  const scale = Math.abs(x) || 1;
  const middle = f(x);
  evaluations = 0;
  const slope = measureSlope((place) => {
    evaluations += 1;
    return {
      value: f(x + place * scale) - middle,
      noise: Number.EPSILON * Math.abs(middle) + 4 * extraNoise,
    };
  });
  const per = (value: number): number => value / scale;
  return {
    ...slope,
    value: per(slope.value),
    error: per(slope.error),
    forward: per(slope.forward),
    backward: per(slope.backward),
  };
}

describe('smooth functions', () => {
  const cases: [string, (x: number) => number, number, number][] = [
    ['exp at 1', Math.exp, 1, Math.E],
    ['log at 3', Math.log, 3, 1 / 3],
    ['log near its edge', Math.log, 1e-6, 1e6],
    ['acos near its edge', Math.acos, 0.999, -1 / Math.sqrt(1 - 0.999 ** 2)],
    ['tanh at 0.7', Math.tanh, 0.7, 1 - Math.tanh(0.7) ** 2],
    ['x^2 sin x at 100', (x) => x * x * Math.sin(x), 100, 200 * Math.sin(100) + 1e4 * Math.cos(100)],
    ['sin 50x', (x) => Math.sin(50 * x), 1, 50 * Math.cos(50)],
    ['sin 5000x', (x) => Math.sin(5000 * x), 1, 5000 * Math.cos(5000)],
    ['exp 100x', (x) => Math.exp(100 * x), 3, 100 * Math.exp(300)],
    ['1000 + x^2, mostly constant', (x) => 1000 + x * x, 1, 2],
    ['1e-9 x, a small gradient', (x) => 1e-9 * x, 3, 1e-9],
    ['x^2 at its minimum', (x) => x * x, 0, 0],
    ['a constant', () => 5, 2, 0],
    ['relu beside its kink', (x) => Math.max(0, x - 1), 1.000001, 1],
    ['relu closely beside its kink', (x) => Math.max(0, x - 1), 1 + 1e-8, 1],
    ['a step close by', (x) => x * x + (x > 1.0001 ? 1 : 0), 1, 2],
    ['a huge number', (x) => x * x, 1e100, 2e100],
    ['a tiny number', (x) => x * x, 1e-100, 2e-100],
  ];

  it.each(cases)('%s: the bound holds, and is narrow', (_, f, x, gradient) => {
    const slope = slopeAt(f, x);
    expect(slope.kind).toBe('smooth');
    expect(Math.abs(slope.value - gradient)).toBeLessThanOrEqual(
      2 * slope.error + 1e-13 * Math.abs(gradient),
    );
    expect(slope.error).toBeLessThanOrEqual(2e-6 * Math.abs(gradient) + 1e-12);
  });

  it('most need eight values', () => {
    slopeAt(Math.exp, 1);
    expect(evaluations).toBe(8);
  });

  it('what lies below the steps is not stepped over', () => {
    const ripple = (x: number): number => x + Math.sin(2 ** 24 * x) * 2 ** -24;
    const slope = slopeAt(ripple, 1);
    const gradient = 1 + Math.cos(2 ** 24);
    expect(Math.abs(slope.value - gradient)).toBeLessThanOrEqual(4 * slope.error);
  });

  it('strong cancellation is noise, and in the bound', () => {
    // What float32 gets wrong 2^29 times as much tells how noisy float64 is: here float32 gives 0 instead of 0.5.
    const slope = slopeAt((x) => (1 - Math.cos(x)) / (x * x), 1e-4, 0.5 * 2 ** -29);
    expect(Math.abs(slope.value + 1e-4 / 12)).toBeLessThanOrEqual(4 * slope.error);
  });

  it('noise that nobody declared is in the bound', () => {
    const slope = slopeAt((x) => x * x + 1e-9 * Math.sin(1e15 * x), 1);
    expect(slope.kind).toBe('smooth');
    expect(Math.abs(slope.value - 2)).toBeLessThanOrEqual(2 * slope.error);
    expect(slope.error).toBeLessThan(1e-4);
  });
});

describe('what has no slope is named', () => {
  const cases: [string, (x: number) => number, number, Partial<Slope>][] = [
    ['relu at 0', (x) => Math.max(0, x), 0, { kind: 'kink', forward: 1, backward: 0 }],
    ['|x| at 0', Math.abs, 0, { kind: 'kink', forward: 1, backward: -1 }],
    ['a slight kink', (x) => x * x + 1e-4 * Math.abs(x - 2), 2, { kind: 'kink' }],
    [
      'sqrt|x| at 0',
      (x) => Math.sqrt(Math.abs(x)),
      0,
      { kind: 'kink', forward: Infinity, backward: -Infinity },
    ],
    ['cbrt at 0', Math.cbrt, 0, { kind: 'kink', forward: Infinity, backward: Infinity }],
    ['floor at 2', Math.floor, 2, { kind: 'jump' }],
    ['a small jump', (x) => x + (x > 3 ? 1e-6 : 0), 3, { kind: 'jump' }],
    ['sqrt at 0', Math.sqrt, 0, { kind: 'edge', forward: Infinity, backward: NaN }],
    ['x sqrt x at 0', (x) => x * Math.sqrt(x), 0, { kind: 'edge', backward: NaN }],
    ['acos at 1', Math.acos, 1, { kind: 'edge', forward: NaN, backward: -Infinity }],
    ['nowhere defined', () => NaN, 1, { kind: 'undefined' }],
  ];

  it.each(cases)('%s', (_, f, x, expected) => {
    const { kind, forward, backward } = slopeAt(f, x);
    expect(kind).toBe(expected.kind);
    if (expected.forward !== undefined && Number.isFinite(expected.forward))
      expect(forward).toBeCloseTo(expected.forward, 9);
    else if (expected.forward !== undefined) expect(forward).toBe(expected.forward);
    if (expected.backward !== undefined && Number.isFinite(expected.backward))
      expect(backward).toBeCloseTo(expected.backward, 9);
    else if (expected.backward !== undefined) expect(backward).toBe(expected.backward);
  });
});

describe('the rate of the Taylor remainder', () => {
  const { rungs } = slopeAt(Math.exp, 1);
  it('is 2 for the slope', () => expect(taylorRate(rungs, Math.E)).toBeCloseTo(2, 1));
  it('is 1 for another', () => expect(taylorRate(rungs, 1.03 * Math.E)).toBeCloseTo(1, 0));
});
