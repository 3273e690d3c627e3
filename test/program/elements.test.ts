/** Elements of a list that is handed over: which index asks for which. */
import { describe, expect, it } from 'vitest';
import { showRange } from '../../src/program/print.js';
import { lower } from './lower.js';

/** The range of what a function gives. */
const rangeOf = (program: string): string => showRange(lower(program).nodes('f')[0]!.range);

describe('an element of a list of which nothing is known', () => {
  it('is one however often it is read by one index', () => {
    expect(rangeOf(`function f(xs: tf.Tensor[], i: number) { return xs[i].sub(xs[i]); }`)).toBe('[0, 0]');
  });

  it('is another by another index', () => {
    expect(rangeOf(`function f(xs: tf.Tensor[], i: number, j: number) { return xs[i].sub(xs[j]); }`)).toBe(
      '[-200, 200]',
    );
  });

  it('is another by an index that is computed from the first', () => {
    expect(rangeOf(`function f(xs: tf.Tensor[], i: number) { return xs[i].sub(xs[i + 1]); }`)).toBe(
      '[-200, 200]',
    );
  });

  it('is another for an element of a list of indices, in an object too', () => {
    const program = `
type Point = { x: number };
const f = (pose: Point[], pairs: [number, number][]) =>
  pairs.map(([i, j]) => tf.scalar(pose[i].x - pose[j].x))[0];`;
    expect(rangeOf(program)).toBe('[-200, 200]');
  });

  it.each([
    ['map', 'const f = (xs: tf.Tensor[]) => xs.map((a) => xs.map((b) => a.sub(b))[0])[0];'],
    ['for…of', 'function f(xs: tf.Tensor[]) { for (const a of xs) for (const b of xs) return a.sub(b); }'],
  ])('is another in a loop within a loop: %s', (_, program) => {
    expect(rangeOf(program)).toBe('[-200, 200]');
  });

  it('is handed over with the others', () => {
    const program = `function f(xs: tf.Tensor[], i: number, j: number) { return xs[i].sub(xs[j]); }`;
    expect(lower(program).print('f')).toContain('xs: [tensor %1, tensor %2]');
  });
});
