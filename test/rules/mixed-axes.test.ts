import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

/** Axes that a `reshape` merges or splits though they do not lie side by side: what is said of them. */

const messages = (code: string): string[] => reported(code).map(({ message }) => message);

describe('the heads of an attention', () => {
  it('are merged behind the steps they stand before, whichever operand gave the sizes', () => {
    const code = `export function attend(weights: tf.Tensor4D, values: tf.Tensor4D) {
      const [batch, heads, steps] = weights.shape;
      return tf.matMul(weights, values).reshape([batch, steps, heads * values.shape[3]]);
    }`;
    expect(messages(code)).toEqual([
      '`tf.matMul(weights, values).reshape([batch, steps, heads *...` merges axes 1 and 3 of [weights.0, weights.1, weights.2, values.3], which do not lie in this order side by side, into [weights.0, weights.2, values.3·weights.1]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Bring them together first: `tf.matMul(weights, values).transpose([0, 2, 1, 3])`.',
    ]);
  });

  it('are split off before the steps', () => {
    const code = `export function split(x: tf.Tensor3D) {
      const [batch, steps] = x.shape;
      return x.reshape([batch, 4, steps, x.shape[2] / 4]);
    }
    export const own = () => split(tf.randomNormal([2, 5, 12]));`;
    expect(messages(code)).toEqual([
      '`x.reshape([batch, 4, steps, x.shape[2] / 4])` makes axes 1 and 3 of [2, 4, 5, 3], which do not lie in this order side by side, of [2, 5, 12]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Split it where it lies, `reshape([2, 5, 4, 3])`, and then exchange the axes: `transpose([0, 2, 1, 3])`.',
    ]);
  });

  it('may be read in order where their sizes divide one another', () => {
    expect(messages('export const split = () => tf.randomNormal([2, 6, 12]).reshape([2, 3, 6, 4]);')).toEqual(
      [],
    );
  });
});
