/** What callers give one by one, and a function takes as a list. */
import { describe, expect, it } from 'vitest';
import { formula, found, lower } from './lower.js';

const difference = (program: string): string =>
  formula(
    lower(program)
      .unit('f')
      .nodes.find(({ op }) => op === 'sub')!,
  );

describe('elements of a rest parameter are not each other', () => {
  it.each([
    [
      'export function f(...args: [tf.Tensor1D, tf.Tensor2D]) { const [x, y] = args; return x.sub(y); }',
      'args',
    ],
    ['export function f(...xs: tf.Tensor2D[]) { return xs[0].sub(xs[1]); }', 'xs'],
    ['export function f(first: number, ...xs) { return xs[0].sub(xs[1]).mul(first); }', 'xs'],
  ])('%s', (program, name) => {
    expect(difference(program)).toBe(`sub(${name}[0], ${name}[1])`);
  });

  it('nor are the first one and the next in a sum without a start', () => {
    const { nodes } = lower('export const f = (...xs: tf.Tensor[]) => xs.reduce((x, y) => x.sub(y));').unit(
      'f',
    );
    const [first] = nodes.filter(({ op }) => op === 'sub');
    expect(first!.range).toMatchObject({ low: -200, high: 200 });
  });
});

it('has the rank that its type says', () => {
  const column = (types: string): readonly string[] =>
    found(`export function f(...args: ${types}) {
      const [labels, predictions] = args;
      return tf.losses.meanSquaredError(labels, tf.layers.dense({ units: 1 }).apply(predictions) as tf.Tensor2D);
    }`);
  expect(column('[tf.Tensor1D, tf.Tensor2D]')).toHaveLength(1);
  expect(column('[tf.Tensor2D, tf.Tensor2D]')).toEqual([]);
});
