/** What models give that are handed in, as far as the file makes them or the call tells. */
import { expect, it } from 'vitest';
import { found } from '../program/lower.js';

const MODEL = `
export function build() {
  const input = tf.input({ shape: [9] });
  const trunk = tf.layers.dense({ units: 16 }).apply(input) as tf.SymbolicTensor;
  const policy = tf.layers.dense({ units: 4 }).apply(trunk) as tf.SymbolicTensor;
  const value = tf.layers.dense({ units: 1 }).apply(trunk) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [policy, value] });
}
`;

const loss = (value: string): string[] =>
  found(`${MODEL}
/** boards [B, 9], gains [B] */
export function loss(model: tf.LayersModel, boards: tf.Tensor, gains: tf.Tensor) {
  const [, value] = model.apply(boards) as tf.Tensor[];
  return gains.sub(${value}).square().mean();
}`);

it('is what one of several outputs has', () => {
  expect(loss('value')).toEqual(['silent-broadcast warning: gains.sub(value)']);
  expect(loss('value.squeeze([1])')).toEqual([]);
});

it('is nothing where two models are made that differ', () => {
  const other = MODEL.replace('build', 'buildFlat').replace('units: 1 ', 'units: 3 ');
  expect(
    found(`${MODEL}${other}
export function loss(model: tf.LayersModel, boards: tf.Tensor, gains: tf.Tensor1D) {
  const [, value] = model.apply(boards) as tf.Tensor[];
  return gains.sub(value).square().mean();
}`),
  ).toEqual([]);
});

it('is for one example where one goes in', () => {
  expect(
    found(`
const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [8] })] });
export function steps(x: tf.Tensor, unit: number, values: number[]) {
  const z = model.apply(x.slice([0, 0], [1, 8])) as tf.Tensor;
  return tf.tensor1d(values).sub(z.gather([unit], 1)).reshape([-1, 1]);
}`),
  ).toEqual([]);
});
