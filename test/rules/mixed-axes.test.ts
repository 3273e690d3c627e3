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
      '`tf.matMul(weights, values).reshape([batch, steps, heads *...])` merges axes 1 and 3 of [weights.0, weights.1, weights.2, values.3], which do not lie in this order side by side, into [weights.0, weights.2, values.3·weights.1]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Bring them together first: `tf.matMul(weights, values).transpose([0, 2, 1, 3])`.',
    ]);
  });

  it('are split off before the steps', () => {
    const code = `export function split(x: tf.Tensor3D) {
      const [batch, steps] = x.shape;
      return x.reshape([batch, 4, steps, x.shape[2] / 4]);
    }
    export const own = () => split(tf.randomNormal([2, 5, 12]));`;
    expect(messages(code)).toEqual([
      '`x.reshape([batch, 4, steps, x.shape[2] / 4])` makes axes 1 and 3 of [x.0, 4, x.1, (x.2 / 4)], which do not lie in this order side by side, of [x.0, x.1, x.2]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Split it where it lies, `reshape([x.0, x.1, 4, (x.2 / 4)])`, and then exchange the axes: `transpose([0, 2, 1, 3])`.',
    ]);
  });

  it('are split off before the steps, by sizes that only fit where they are those of the last axis', () => {
    const code = `export function split(x: tf.Tensor3D, heads: number, depth: number) {
      const [batch, steps] = x.shape;
      return x.reshape([batch, heads, steps, depth]);
    }`;
    expect(messages(code)).toEqual([
      '`x.reshape([batch, heads, steps, depth])` makes axes 1 and 3 of [x.0, heads, x.1, depth], which do not lie in this order side by side, of [x.0, x.1, x.2]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Split it where it lies, `reshape([x.0, x.1, heads, depth])`, and then exchange the axes: `transpose([0, 2, 1, 3])`.',
    ]);
  });

  it('are exchanged where one size is left that only the other one can be', () => {
    const read = (sizes: string): string => `export function read(x: tf.Tensor3D, history: number) {
      const [batch, steps, sensors] = x.shape;
      return x.reshape([${sizes}]);
    }`;
    expect(messages(read('batch, sensors, history'))).toEqual([
      '`x.reshape([batch, sensors, history])` gives [x.0, x.1, x.2] the sizes [x.0, x.2, history] by `reshape`: the sizes change places, the values stay in their order, and a row of the result holds values of several rows. To exchange the axes: `x.transpose([0, 2, 1])`.',
    ]);
    expect(messages(read('batch, history, sensors'))).toEqual([]);
  });

  it('may be split off behind the steps by sizes that nobody relates', () => {
    const code = `export function split(x: tf.Tensor3D, heads: number, depth: number) {
      const [batch, steps] = x.shape;
      return x.reshape([batch, steps, heads, depth]);
    }`;
    expect(messages(code)).toEqual([]);
  });

  it('may be read in order where their sizes divide one another', () => {
    expect(messages('export const split = () => tf.randomNormal([2, 6, 12]).reshape([2, 3, 6, 4]);')).toEqual(
      [],
    );
  });
});

describe('the channels of pictures', () => {
  it('are brought before their places, of whatever has as many axes as the code reads', () => {
    const code = `export function flat(features: tf.Tensor) {
      const [b, h, w, c] = features.shape;
      return features.reshape([b, c, h * w]);
    }`;
    expect(messages(code)).toEqual([
      '`features.reshape([b, c, h * w])` merges axes of [features.0, features.1, features.2, features.3], which do not lie in this order side by side, into [features.0, features.3, features.1·features.2]: `reshape` keeps the values in their order, and a row of the result holds values of several rows. Bring them together first: `features.transpose([0, 3, 1, 2])`.',
    ]);
  });

  it('may stay behind their places', () => {
    const code = `export function flat(features: tf.Tensor) {
      const [b, h, w, c] = features.shape;
      return features.reshape([b, h * w, c]);
    }`;
    expect(messages(code)).toEqual([]);
  });
});
