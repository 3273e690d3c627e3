/** Labels beside what a model gave that nobody described, and lists of shapes that comments give in words. */
import { describe, expect, it } from 'vitest';
import { found } from '../program/lower.js';

const warned = (code: string): string[] => found(code).filter((one) => !one.includes(' info:'));

describe('labels as a vector', () => {
  const off = (labels: string, prediction = 'model.predict(x) as tf.Tensor'): string => `
export function off(model: tf.LayersModel, x: tf.Tensor2D, ${labels}) {
  const predicted = ${prediction};
  return y.sub(predicted).square().mean();
}`;

  it('lie along the columns of what a model gives', () => {
    expect(warned(off('y: tf.Tensor1D'))).toEqual(['axis-mismatch warning: y.sub(predicted)']);
    expect(warned(off('y: tf.Tensor1D', '(model.apply(x) as tf.Tensor).sigmoid()'))).toEqual([
      'axis-mismatch warning: y.sub(predicted)',
    ]);
  });

  it.each([
    ['they are a column too', off('y: tf.Tensor2D')],
    ['the column is dropped first', off('y: tf.Tensor1D', '(model.predict(x) as tf.Tensor).reshape([-1])')],
    ['it is a mean of each output', off('means: tf.Tensor1D').replace('y.sub', 'means.sub')],
  ])('are told of no more where %s', (_, code) => {
    expect(warned(code)).toEqual([]);
  });

  it('are as many as the field beside them, and as the points of a grid', () => {
    const ofRecord = `
export interface Cohort { x: tf.Tensor2D; time: tf.Tensor1D }
export const error = (net: tf.LayersModel, c: Cohort) =>
  (net.predict(c.x) as tf.Tensor).sub(c.time.greater(5).cast('float32')).square().mean();`;
    const ofGrid = `
export function loss(net: tf.LayersModel, n: number) {
  const t = tf.linspace(0, 1, n);
  return (net.apply(tf.stack([t, t], 1)) as tf.Tensor).sub(t.sin()).square().mean();
}`;
    expect(warned(ofRecord)).toEqual([expect.stringMatching(/^axis-mismatch warning/)]);
    expect(warned(ofGrid)).toEqual([expect.stringMatching(/^axis-mismatch warning/)]);
  });

  it('are those that were flattened, or made beside what is compared with them', () => {
    const right = (labels: string): string[] =>
      warned(`
export function right(model: tf.LayersModel, xs: tf.Tensor, ys: tf.Tensor) {
  const scores = tf.concat([model.predict(xs) as tf.Tensor, model.predict(xs.neg()) as tf.Tensor]);
  return scores.greater(0.5).equal(${labels}).mean();
}`).map((one) => one.replace(/:.*/, ''));
    expect(right('ys.flatten().greater(0.5)')).toEqual(['axis-mismatch warning']);
    expect(right('tf.concat([tf.ones([4]), tf.zeros([4])]).greater(0.5)')).toEqual(['axis-mismatch warning']);
    expect(right('tf.concat([tf.ones([4, 1]), tf.zeros([4, 1])]).greater(0.5)')).toEqual([]);
    expect(right('ys.reshape([-1, 1]).greater(0.5)')).toEqual([]);
  });

  it('meet predictions in a metric as well', () => {
    const accuracy = `
export function accuracy(model: tf.LayersModel, x: tf.Tensor2D, labels: tf.Tensor1D) {
  return tf.metrics.binaryAccuracy(labels, model.predict(x) as tf.Tensor).mean();
}`;
    expect(warned(accuracy)).toEqual([
      expect.stringMatching(/^loss-shape warning: tf\.metrics\.binaryAccuracy/),
    ]);
  });
});

describe('a comment', () => {
  const loss = (comment: string): string => `
/** ${comment} */
export function loss(pred: tf.Tensor, target: tf.Tensor) { return pred.sub(target).abs().mean(); }`;

  it.each([
    'Targets come as [B, H, W], the network gives [B, H, W, 1].',
    'pred [B, T, 1], targets [B, T].',
    'Predictions [B, T, 1] against target [B, T].',
  ])('describes parameters in other words: %s', (comment) => {
    expect(warned(loss(comment))).toEqual(['axis-mismatch warning: pred.sub(target)']);
  });

  it('may put the batch second', () => {
    const scores = (axis: string): string => `
/** Hidden state [1, B, D] to scores. */
export const scores = (hidden: tf.Tensor3D, w: tf.Tensor2D) => tf.matMul(hidden.squeeze(${axis}) as tf.Tensor2D, w);`;
    expect(warned(scores(''))).toEqual(['squeeze-batch warning: hidden.squeeze()']);
    expect(warned(scores('[0]'))).toEqual([]);
  });
});

describe('the places of the greatest', () => {
  it('are taken along the axis that the greatest are taken along', () => {
    const assigned = (axis: string): string =>
      `export const assigned = (table: any) => [table.square().argMax(${axis}), table.square().max(1)];`;
    expect(warned(assigned(''))).toEqual(['default-axis warning: table.square().argMax()']);
    expect(warned(assigned('1'))).toEqual([]);
  });
});
