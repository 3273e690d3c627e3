/** Axes that the names of numbers tell apart, or tell to be one. */
import { expect, test } from 'vitest';
import { found } from '../program/lower.js';

/** How many columns the weights have, only the text says. */
const error = (target: string): string => `
  const POINTS = 64;
  export function error(text: string) {
    const weights = tf.tensor2d(JSON.parse(text));
    const xs = tf.linspace(-1, 1, POINTS);
    return xs.expandDims(1).matMul(weights).sub(${target}).abs().mean();
  }`;

test('a row beside as many rows of which nobody knows the columns', () => {
  expect(found(error('xs.sin()'))).toEqual([
    'axis-mismatch warning: xs.expandDims(1).matMul(weights).sub(xs.sin())',
  ]);
  expect(found(error('xs.sin().expandDims(1)'))).toEqual([]);
  expect(found(error('tf.ones([64])'))).toEqual([]);
});

const bound = (axis: number): string => `
  const options = { latent: 16, batch: 16 };
  export function bound() {
    const x = tf.randomNormal([options.batch, 8]);
    const mean = tf.layers.dense({ units: options.latent, inputShape: [8] }).apply(x) as tf.Tensor;
    return x.square().sum(1).add(mean.square().sum(${axis})).mean();
  }`;

test('the units of a layer beside the batch that they were summed over', () => {
  expect(found(bound(0))).toEqual(['axis-mismatch warning: x.square().sum(1).add(mean.square().sum(0))']);
  expect(found(bound(1))).toEqual([]);
});
