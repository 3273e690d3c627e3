import { expect, it } from 'vitest';
import { found } from './lower.js';

it.each([
  ['literal names', `Record<'w' | 'v', tf.Tensor2D> & Record<'b', tf.Tensor1D>`],
  ['names that are declared', `Record<Kernels, tf.Tensor2D> & Record<Biases, tf.Tensor1D>`],
])('records of two ranks in one type say each of their own names: %s', (_, type) => {
  const program = `
    type Kernels = 'w' | 'v';
    type Biases = 'b';
    export const forward = (x: tf.Tensor2D, p: ${type}) => x.matMul(p.w).matMul(p.v).add(p.b);`;
  expect(found(program)).toEqual([]);
});

it('what an object keeps by number is read by it', () => {
  const program = `
    const kept: { [size: number]: tf.Tensor2D } = {};
    function weights(size: number) {
      if (kept[size] == null) kept[size] = tf.ones([size, 4]);
      return kept[size]!;
    }
    export const forward = () => tf.matMul(tf.ones([2, 5]), weights(3));`;
  expect(found(program)).toEqual(['incompatible-shapes error: tf.matMul(tf.ones([2, 5]), weights(3))']);
});

/** Data that callers hand in as objects is data: what is done with it is judged as what is done with a tensor. */
it.each([
  ['a field of each', 'rows: Row[]', 'tf.tensor1d(rows.map((row) => row.price))'],
  ['of any type', 'rows: any', 'tf.tensor1d(rows.map((row) => row.price))'],
  ['fields as a row', 'rows: Row[]', 'tf.tensor2d(rows.map((row) => [row.x, row.y]))'],
  ['a row in each', 'rows: Row[]', 'tf.tensor2d(rows.map((row) => row.features))'],
  ['one row', 'row: any', 'tf.tensor2d([row.features])'],
])('numbers of records: %s', (_, parameter, tensor) => {
  const program = `
    interface Row { price: number; x: number; y: number; features: number[] }
    export const growth = (${parameter}) => tf.exp(${tensor});`;
  expect(found(program)).toEqual([`exp-overflow warning: tf.exp(${tensor})`]);
});

it('in a loop that gathers them', () => {
  const program = `
    export function growth(rows: { price: number }[]) {
      const prices: number[] = [];
      for (const row of rows) prices.push(row.price);
      return tf.exp(tf.tensor1d(prices));
    }`;
  expect(found(program)).toEqual(['exp-overflow warning: tf.exp(tf.tensor1d(prices))']);
});

it('a width and a height are no data', () => {
  const program = `
    export const relative = (x: tf.Tensor2D, size: { width: number; height: number }) =>
      x.div(tf.tensor1d([size.width, size.height]));`;
  expect(found(program)).toEqual([]);
});

it.each([
  ['its values', 'Object.values(grads).reduce((sum, g) => sum + g.square().sum().dataSync()[0], 0)'],
  ['its entries', 'Object.entries(grads).reduce((sum, [, g]) => sum + g.square().sum().dataSync()[0], 0)'],
])('a record of as many tensors as callers like, without a type: %s', (_, squares) => {
  const program = (guard: string) => ({
    'main.js': `import * as tf from '@tensorflow/tfjs';
export function unit(grads) {
  const norm = Math.sqrt(${squares});
  return Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, g.div(norm${guard})]));
}`,
  });
  expect(found(program(''))).toEqual(['division-near-zero warning: g.div(norm)']);
  expect(found(program(' + 1e-7'))).toEqual([]);
});
