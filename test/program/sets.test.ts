/** A `Set` is followed as a list of which nobody knows how many were alike. */
import { describe, expect, it } from 'vitest';
import { found, facts } from './lower.js';

describe('what a set holds', () => {
  it.each([
    ['spread', '[...new Set(values)]'],
    ['listed', 'Array.from(new Set(values))'],
    ['its values', '[...new Set(values).values()]'],
    ['added one by one', '[...seen]'],
  ])('is known: %s', (_, list) => {
    expect(
      found(`export function f(x: tf.Tensor1D) {
        const values = Array.from(x.relu().dataSync());
        const seen = new Set<number>();
        values.forEach((value) => seen.add(value));
        return ${list}.map((value) => Math.log(value));
      }`),
    ).toEqual(['log-of-zero warning: Math.log(value)']);
  });

  it('is each number once, where they are written down', () => {
    expect(facts(`export const f = () => tf.tensor1d([...new Set([1, 2, 2])]).neg();`)).toBe(
      '[2] whole [-2, -1]',
    );
  });
});

describe('a list that is thinned out by one of its own', () => {
  const curve = (test: string): readonly string[] =>
    found(`interface Spell { time: number; ended: boolean }
      export function survival(spells: Spell[], x: tf.Tensor1D) {
        const times = [...new Set(spells.map((spell) => spell.time))].sort((a, b) => a - b);
        return times.map((time) => 1 / spells.filter((spell) => ${test}).length);
      }`);

  it('keeps that one', () => {
    expect(curve('spell.time >= time')).toEqual([]);
    expect(curve('spell.time === time')).toEqual([]);
  });

  it('may keep none where it has to pass another test, or a strict one', () => {
    const told = [expect.stringMatching(/^division-near-zero warning: 1 \/ spells\.filter/)];
    expect(curve('spell.time > time')).toEqual(told);
    expect(curve('spell.ended && spell.time === time')).toEqual(told);
  });
});

it('elements that are compared to sort them are two', () => {
  expect(
    facts(`export function f(spells: { time: number }[], x: tf.Tensor) {
      return spells.sort((a, b) => a.time - b.time).length;
    }`),
  ).not.toContain('[0, 0]');
});

it('what is added may be there already: nobody knows how many there are', () => {
  const program = `export function f() {
    const ids = new Set<number>();
    ids.add(1);
    ids.add(1);
    ids.add(2);
    return tf.tensor1d([...ids]).add(tf.ones([2]));
  }`;
  expect(found(program)).toEqual([]);
});
