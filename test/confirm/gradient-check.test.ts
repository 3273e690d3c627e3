import { describe, expect, it } from 'vitest';
import { judgeSlope, ladderPoints, measureSlope, type Slope } from '../../src/confirm/gradient-check.js';

function slopeAt(f: (x: number) => number, x: number, extraNoise = 0): Slope {
  const scale = Math.abs(x) || 1;
  const values = ladderPoints(scale).map((offset) => f(x + offset));
  return measureSlope({ scale, values, magnitude: Math.abs(f(x)), extraNoise });
}

describe('smooth functions', () => {
  const cases: [string, (x: number) => number, number, number][] = [
    ['exp at 1', Math.exp, 1, Math.E],
    ['log at 3', Math.log, 3, 1 / 3],
    ['log near its edge', Math.log, 1e-6, 1e6],
    ['tanh at 0.7', Math.tanh, 0.7, 1 - Math.tanh(0.7) ** 2],
    ['x^2 sin x at 100', (x) => x * x * Math.sin(x), 100, 200 * Math.sin(100) + 1e4 * Math.cos(100)],
    ['sin 50x', (x) => Math.sin(50 * x), 1, 50 * Math.cos(50)],
    ['1000 + x^2, mostly constant', (x) => 1000 + x * x, 1, 2],
    ['1e-9 x, a small gradient', (x) => 1e-9 * x, 3, 1e-9],
    ['x^2 at its minimum', (x) => x * x, 0, 0],
    ['a constant', () => 5, 2, 0],
  ];

  it.each(cases)('%s: the right gradient passes, one that is off by 1e-5 does not', (_, f, x, gradient) => {
    const slope = slopeAt(f, x);
    expect(slope.kind).toBe('smooth');
    expect(Math.abs(slope.value - gradient)).toBeLessThanOrEqual(
      Math.max(4 * slope.error, 1e-9 * Math.abs(gradient)),
    );
    expect(judgeSlope(slope, gradient)).toBe('right');
    if (gradient !== 0) expect(judgeSlope(slope, gradient * (1 + 1e-5))).toBe('wrong');
  });

  it('a zeroed gradient of size 1e-6 is wrong: no absolute floor decides', () => {
    expect(
      judgeSlope(
        slopeAt((x) => 1e-6 * x, 1),
        0,
      ),
    ).toBe('wrong');
  });

  it('strong cancellation is noise, not a wrong gradient', () => {
    // What float32 gets wrong 2^29 times as much tells how noisy float64 is: here float32 gives 0 instead of 0.5.
    const slope = slopeAt((x) => (1 - Math.cos(x)) / (x * x), 1e-4, 0.5 * 2 ** -29);
    expect(['right', 'inconclusive']).toContain(judgeSlope(slope, -1e-4 / 12));
  });
});

describe('what has no slope is named', () => {
  it('a kink: every slope between both sides will do', () => {
    const relu = slopeAt((x) => Math.max(0, x), 0);
    expect(relu.kind).toBe('kink');
    expect(relu.forward).toBeCloseTo(1);
    expect(relu.backward).toBeCloseTo(0);
    expect(judgeSlope(relu, 0)).toBe('right');
    expect(judgeSlope(relu, 0.5)).toBe('right');
    expect(judgeSlope(relu, 2)).toBe('invalid-subgradient');
  });

  it('|x| at 0', () => {
    expect(slopeAt(Math.abs, 0)).toMatchObject({ kind: 'kink', forward: 1, backward: -1 });
  });

  it('a jump', () => {
    const step = slopeAt(Math.floor, 2);
    expect(step.kind).toBe('jump');
    expect(judgeSlope(step, 0)).toBe('not-smooth');
  });

  it('the edge of a domain', () => {
    expect(slopeAt(Math.sqrt, 0).kind).toBe('edge');
    expect(slopeAt(Math.acos, 1).kind).toBe('edge');
  });

  it('nowhere defined', () => {
    expect(slopeAt(() => NaN, 1).kind).toBe('undefined');
  });
});
