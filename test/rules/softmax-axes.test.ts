import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

/** What a softmax makes constant along its axis: what is said of it, and where nothing is. */

const messages = (code: string): string[] => reported(code).map(({ message }) => message);

describe('a mask that is the same along the axis of the softmax', () => {
  it('is told with the axis that it was meant for', () => {
    const code = `export function attend(scores: tf.Tensor4D, keep: tf.Tensor2D) {
      const padding = tf.sub(1, keep).mul(-1e9).reshape([keep.shape[0], 1, keep.shape[1], 1]);
      return scores.reshape([keep.shape[0], 8, keep.shape[1], keep.shape[1]]).add(padding).softmax();
    }`;
    expect(messages(code)).toEqual([
      '`padding` has no effect in `scores.reshape([keep.shape[0], 8, keep.shape[1], keep.sha...])`: of [keep.0, 1, keep.1, 1] it has a single value for all keep.1 along axis 3 of `scores.reshape([keep.shape[0], 8, keep.shape[1], keep.sha...])`, [keep.0, 8, keep.1, keep.1], and `scores.reshape([keep.shape[0], 8, keep.shape[1], keep.sha...])`, taken along that axis, is the same whichever number is added to all of them. Its gradient is exactly 0. If its axis 2 is meant to meet axis 3, lay it there: `reshape([keep.0, 1, 1, keep.1])`.',
    ]);
  });

  it('counts where it was found by a sum, unlike the squares of a distance', () => {
    const scores = (level: string): string =>
      `export const attend = (x: tf.Tensor3D) => tf.matMul(x, x, false, true).add(${level}).softmax();`;
    expect(messages(scores('x.abs().sum(2, true).equal(0).toFloat().mul(-1e9)'))).toHaveLength(1);
    expect(messages(scores('x.square().sum(2, true).neg()'))).toEqual([]);
  });

  it('is none of which the size along that axis is not known', () => {
    const code = `export const attend = (scores: tf.Tensor2D, mask: tf.Tensor2D) => scores.add(mask.mul(-1e9)).softmax();`;
    expect(messages(code)).toEqual([]);
  });

  it('is none where a function of its own gives the sum, to be used as its callers like', () => {
    const code = `const [value, advantage] = [tf.variable(tf.ones([4, 1])), tf.variable(tf.ones([4, 3]))];
      const q = (x: tf.Tensor2D) => x.matMul(advantage).add(x.matMul(value));
      export const policy = (x: tf.Tensor2D) => q(x.reshape([8, 4])).softmax();`;
    expect(messages(code)).toEqual([]);
  });
});

describe('a mean along the axis of the probabilities', () => {
  it('is told with the axis of the predictions', () => {
    const code = `export const smoothed = (scores: tf.Tensor1D[]) =>
      tf.stack(scores.map((row) => row.softmax())).mean(1);`;
    expect(messages(code)).toEqual([
      '`tf.stack(scores.map((row) => row.softmax())).mean(1)` is 1/scores[].0, whatever the scores are, and its gradient is exactly 0: `tf.stack(scores.map((row) => row.softmax()))`, [scores.0, scores[].0], holds the probabilities of a softmax along axis 1, which add up to 1, and the mean goes along that axis. For the mean of each of them take it along axis 0: `mean(0)`.',
    ]);
  });

  it('follows them through axes that come and go', () => {
    const average = (of: string): readonly string[] =>
      messages(`export const average = (x: tf.Tensor2D) => ${of};`);
    expect(average('x.softmax().expandDims(-1).mean(1)')).toHaveLength(1);
    expect(average('x.softmax().expandDims(-1).mean(2)')).toEqual([]);
    expect(average('x.reshape([1, 8, 3]).softmax().squeeze([0]).mean(1)')).toHaveLength(1);
    expect(average('tf.stack([x.softmax(), x.relu().softmax()], 2).mean(1)')).toHaveLength(1);
    expect(average('tf.stack([x.softmax(), x.relu().softmax()], 2).mean(2)')).toEqual([]);
    expect(average('tf.concat([x.softmax(), x.relu().softmax()], 0).mean(1)')).toHaveLength(1);
    expect(average('tf.concat([x.softmax(), x.relu().softmax()], 1).mean(1)')).toEqual([]);
    expect(average('tf.stack([x.softmax(), x], 0).mean(2)')).toEqual([]);
  });

  it('is no sum that is only looked at', () => {
    expect(messages('export const total = (x: tf.Tensor2D) => x.softmax().sum();')).toEqual([]);
  });
});
