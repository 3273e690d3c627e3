/** Parameters of which nobody says the rank: where the formula leaves one, and nothing above it fits, it is that. */
import { expect, test } from 'vitest';
import { found, reported } from './lower.js';

const distances = (lengths: string): string => `
  export class Neighbours {
    fit(x) {
      this.x = x;
      return this;
    }
    distances(q) {
      const a = q.square().${lengths};
      const b = this.x.square().sum(1);
      const cross = q.matMul(this.x, false, true).mul(2);
      return b.sub(cross).add(a).relu();
    }
  }`;

test('lengths of rows along those of the other matrix', () => {
  expect(found(distances('sum(1)'))).toEqual(['axis-mismatch warning: b.sub(cross).add(a)']);
  expect(reported(distances('sum(1)'))[0]!.message).toBe(
    '`b.sub(cross).add(a)` lays `a`, [q.0], along `b.sub(cross)`, [q.0, this.x.0], so that its q.0 meet this.x.0 and not the axis of q.0: it throws, or where both have one size every element meets one that belongs to another. Say where it lies: `reshape([q.0, 1])`.',
  );
  expect(found(distances('sum(1, true)'))).toEqual([]);
  expect(found(distances('sum(1).expandDims(1)'))).toEqual([]);
});

test('a statistic that is compared with a threshold nobody described, which is a number', () => {
  const rows = (taken: string): string =>
    `export const dropped = (x, least) => tf.where(${taken}.greaterEqual(least), x, tf.zerosLike(x));`;
  expect(found(rows('x.abs().sum(1)'))).toEqual([
    'axis-mismatch warning: tf.where(x.abs().sum(1).greaterEqual(least), x, tf.zerosL...)',
  ]);
  expect(found(rows('x.abs().sum(1, true)'))).toEqual([]);
  expect(found(rows('x.abs().sum(0)'))).toEqual([]);
});

test.each([
  ['where another rank fits', `export const f = (x, w) => tf.mul(x.matMul(w), w.sum(0));`],
  ['where nothing says that it is a matrix', `export const f = (x, w) => tf.add(x, w).mul(x);`],
  [
    'of one that is what it meets',
    `export const f = (x, y) => tf.matMul(x, y, false, true).add(y.square().sum(1));`,
  ],
  [
    'of what is picked by lists, though a single index would leave a vector',
    `export function scores(center, negative) {
      const [words, contexts] = [tf.variable(tf.randomNormal([100, 8])), tf.variable(tf.randomNormal([100, 8]))];
      return tf.gather(words, center).expandDims(1).mul(tf.gather(contexts, negative)).sum(-1);
    }`,
  ],
])('nothing is told %s', (_, program) => {
  expect(found(program)).toEqual([]);
});

test('as many weights as a vector has elements are a note, for it may be a matrix', () => {
  const blend = `export function blend(forecasts) {
    const weights = tf.pow(0.8, tf.range(0, forecasts.shape[0]));
    return weights.mul(forecasts).sum().div(weights.sum());
  }`;
  expect(found(blend).filter((one) => one.startsWith('axis-mismatch'))).toEqual([
    'axis-mismatch info: weights.mul(forecasts)',
  ]);
});
