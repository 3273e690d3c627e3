import { expect, test } from 'vitest';
import { shapeCoverageOf, type ShapeCoverage } from '../../src/program/shapes/shape-coverage.js';
import { lower } from './lower.js';

/** What is known of the shapes of a program. */
const known = (program: string): ShapeCoverage => shapeCoverageOf(lower(program).lowered.units);

/** `2 an input that nobody described`: what ranks are lost to. */
const lost = (program: string): string[] =>
  known(program).lost.map(({ cause, operations }) => `${operations} ${cause}`);

test('a shape is known where every size is a number or has a name', () => {
  const { expressions, ranked, shaped, relative } = known(`
    export function f(x: tf.Tensor2D, any: tf.Tensor, sizes: number[]) {
      const ones = tf.ones([2, 3]);     // all numbers
      const rows = x.sum(1);            // the size of an axis of x
      const some = tf.whereAsync(x);    // as many rows as there are: a rank
      const logs = any.log();           // the rank of a parameter
      return any.reshape(sizes);        // nothing
    }`);
  expect({ expressions, ranked, shaped, relative }).toEqual({
    expressions: 5,
    ranked: 3,
    shaped: 2,
    relative: 1,
  });
});

test('what a rank is lost to is the first thing on the way back that has none', () => {
  expect(lost(`export const f = (x: tf.Tensor) => x.squeeze().neg().exp();`)).toEqual([
    '3 an argument of squeeze',
  ]);
  expect(lost(`export const f = (x: tf.Tensor2D, shape: number[]) => x.reshape(shape).neg();`)).toEqual([
    '2 an argument of reshape',
  ]);
});

test('a place that is reached on several ways counts once, and is known where one way knows it', () => {
  const { expressions, ranked } = known(`
    const square = (x) => x.square();
    export const f = (x: tf.Tensor2D, y: tf.Tensor) => [square(x), square(y)];`);
  expect({ expressions, ranked }).toEqual({ expressions: 1, ranked: 1 });
});
