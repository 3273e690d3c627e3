/** The counter of a loop meets both ends of its way: what is computed from it is 0 where it is there. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const divided = (head: string, divisor: string, more = ''): string[] =>
  found(`
const STEPS = 500;
const part = (x: number, radius: number) => x / (2 * radius);
export function f(x: tf.Tensor) {
  for (${head}) {
    ${more}
    x = x.mul(part(3, ${divisor})) as tf.Tensor;
  }
  return x;
}`);

const told = ['division-near-zero warning: x / (2 * radius)'];

describe('a divisor that a loop takes to 0', () => {
  it.each([
    ['let step = 0; step <= STEPS; step++', '10 * (1 - step / STEPS)'],
    ['let step = 1; step < STEPS + 1; step += 1', '10 * (1 - step / STEPS)'],
    ['let step = STEPS; step >= 0; step--', 'step / STEPS'],
    ['let step = STEPS; step > -1; --step', 'Math.sqrt(step)'],
  ])('for (%s): %s', (head, divisor) => expect(divided(head, divisor)).toEqual(told));
});

describe('a divisor that none does', () => {
  it.each([
    ['let step = 0; step < STEPS; step++', '10 * (1 - step / STEPS)'],
    ['let step = STEPS; step > 0; step--', 'step / STEPS'],
  ])('for (%s): %s', (head, divisor) => expect(divided(head, divisor)).toEqual([]));

  it('for the loop is left before, as far as anyone knows', () =>
    expect(
      divided('let step = 0; step <= STEPS; step++', '10 * (1 - step / STEPS)', 'if (step > 9) break;'),
    ).toEqual([]));
});

it('a list that is filled from its end has as many elements', () => {
  const program = `
const spread = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0) / (values.length - 1);
export function returns(rewards: number[]) {
  const list: number[] = [];
  for (let i = rewards.length - 1; i >= 0; i--) list.unshift(rewards[i]);
  return tf.scalar(spread(list));
}
export const one = (reward: number) => returns([reward]);`;
  expect(found(program)).toEqual([
    'division-near-zero warning: values.reduce((sum, value) => sum + value * value, 0) / (...)',
  ]);
});
