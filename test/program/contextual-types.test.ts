/** Types that functions and objects have from where they stand, and the one class that implements an interface. */
import { expect, test } from 'vitest';
import { found } from './lower.js';

const SLIDES = 'axis-mismatch warning: x.sub(x.mean(1))';

test.each([
  [
    'an alias of a function type',
    `type Scaler = (x: tf.Tensor2D) => tf.Tensor; export const rows: Scaler = (x) => x.sub(x.mean(1));`,
  ],
  [
    'a method of an interface',
    `interface Spec { name: string; apply(x: tf.Tensor2D): tf.Tensor } export const rows: Spec = { name: 'rows', apply(x) { return x.sub(x.mean(1)); } };`,
  ],
  [
    'a field of an interface that holds a function',
    `interface Spec { apply: (x: tf.Tensor2D) => tf.Tensor } export const rows: Spec = { apply: (x) => x.sub(x.mean(1)) };`,
  ],
  [
    'a record of functions',
    `export const scalers: Record<string, (x: tf.Tensor2D) => tf.Tensor> = { rows: (x) => x.sub(x.mean(1)) };`,
  ],
  [
    'an interface that can be called, behind `satisfies`',
    `interface Scaler { (x: tf.Tensor2D): tf.Tensor } export const rows = ((x) => x.sub(x.mean(1))) satisfies Scaler;`,
  ],
  [
    'what a function is declared to give',
    `type Scaler = (x: tf.Tensor2D) => tf.Tensor; export function scaler(): Scaler { return (x) => x.sub(x.mean(1)); }`,
  ],
  [
    'what an arrow function is declared to give',
    `type Scaler = (x: tf.Tensor2D) => tf.Tensor; export const scaler = (): Scaler => (x) => x.sub(x.mean(1));`,
  ],
  [
    'a list of functions',
    `type Scaler = (x: tf.Tensor2D) => tf.Tensor; export const scalers: readonly Scaler[] = [(x) => x.sub(x.mean(1))];`,
  ],
])('%s says what a parameter is', (_, program) => {
  expect(found(program)).toEqual([SLIDES]);
});

test('a type that the function has itself counts', () => {
  expect(
    found(
      `type Scaler = (x: tf.Tensor2D) => tf.Tensor; export const rows: Scaler = (x: tf.Tensor) => x.sub(x.mean(1, true));`,
    ),
  ).toEqual([]);
});

const CRITIC = `interface Critic { value(x: tf.Tensor2D): tf.Tensor }
class Dense implements Critic {
  private readonly model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
  value(x: tf.Tensor2D) { return this.model.apply(x) as tf.Tensor; }
}
export const error = (critic: Critic, x: tf.Tensor2D, returns: tf.Tensor1D) => critic.value(x).sub(returns).abs();`;

test('what is said to be an interface is the one class that implements it', () => {
  expect(found(CRITIC)).toEqual(['silent-broadcast warning: critic.value(x).sub(returns)']);
});

test('of two classes that implement it, nobody knows which', () => {
  const other = `class Flat implements Critic { value(x: tf.Tensor2D) { return x.sum(1); } }`;
  expect(found(`${CRITIC} ${other}`)).toEqual([]);
});
