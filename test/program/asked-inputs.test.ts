/** Inputs that only the division shows to be numbers, and that a condition spoke of before. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const meter = (member: string): readonly string[] =>
  found(`export class Meter {
  private sum = 0;
  private n = 0;
  add(value: tf.Tensor) { this.sum += value.dataSync()[0]; this.n++; }
  ${member}
}`);

describe('a field that is asked whether it is 0', () => {
  it.each([
    'get mean() { return this.n === 0 ? 0 : this.sum / this.n; }',
    'get mean() { return this.n > 0 ? this.sum / this.n : 0; }',
    'mean() { if (!this.n) return 0; return this.sum / this.n; }',
    'mean() { return this.n ? tf.scalar(this.sum / this.n) : tf.scalar(0); }',
  ])('%s', (member) => {
    expect(meter(member)).toEqual([]);
  });

  it('where another one is asked', () => {
    expect(
      meter(
        'mean() { return this.sum === 0 ? 0 : this.sum / this.n; } reset() { if (this.n > 0) this.n = 0; }',
      ),
    ).toEqual(['division-near-zero info: this.sum / this.n']);
  });
});

it('a field that was counted up before', () => {
  expect(
    meter('move(x: number) { this.n++; this.sum += (x - this.sum) / this.n; return tf.scalar(this.sum); }'),
  ).toEqual([]);
});

it.each([
  ['p: number[]', 'p.filter((v) => v > 0).reduce((s, v) => s + v * Math.log2(v), 0)'],
  ['p', 'p.filter((v) => v > 0).map((v) => Math.log(v)).length'],
])('elements of %s that pass a test', (parameter, entropy) => {
  expect(found(`export const entropy = (${parameter}) => tf.scalar(${entropy});`)).toEqual([]);
});

it('a quotient of what is asked to be above 0', () => {
  expect(
    found('export function note(f) { if (f <= 0) return null; return tf.scalar(Math.log(f / 440)); }'),
  ).toEqual([]);
});

describe('what is asked through a cast, or `!`, is asked of the number itself', () => {
  it.each([
    'export const f = (o: { n?: number }) => o.n! > 0 ? tf.scalar(Math.log(o.n!)) : null;',
    'export const f = (o: { n: number }) => (<number>o.n) > 0 ? tf.scalar(Math.log(o.n)) : null;',
    'export const f = (n: unknown) => (n as number) > 0 ? tf.scalar(Math.log(n as number)) : null;',
    'export const f = (o: { at?: { n: number } }) => o.at!.n > 0 ? tf.scalar(Math.log(o.at!.n)) : null;',
    'export const f = (n: unknown) => Math.abs(n as number) > 0.1 ? tf.scalar(Math.log(Math.abs(n as number))) : null;',
  ])('%s', (program) => {
    expect(found(program)).toEqual([]);
    expect(found(program.replace(/ > 0(\.1)?/, ' < 1'))).toHaveLength(1);
  });
});
