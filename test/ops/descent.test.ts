import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { growthPerStep, largestCurvature } from '../../src/facts/descent.js';
import { descent } from '../../src/ops/descent.js';

const rows = [1, 2, 3, 4, 5, 6].map((x) => [x, 1]);
const share = 1 / rows.length;

/** What the optimizers of TensorFlow.js make of the same error. */
function trained(rate: number, momentum: number, steps: number): number {
  const inputs = tf.tensor2d(rows);
  const weights = tf.variable(tf.ones([2, 1]));
  const optimizer = momentum === 0 ? tf.train.sgd(rate) : tf.train.momentum(rate, momentum);
  const error = (): tf.Scalar => inputs.matMul(weights).square().sum().mul(share);
  for (let step = 0; step < steps; step += 1) optimizer.minimize(error, false, [weights]);
  return error().dataSync()[0]!;
}

function predicted(rate: number, momentum: number, steps: number): number {
  const operands = { inputs: [tf.tensor2d(rows)] };
  const attributes = { scaled: [false], constants: 0, rate, momentum, share, steps };
  return (descent.run!(tf, { operands, attributes }) as tf.Scalar).dataSync()[0]!;
}

describe.each([
  { rate: 0.01, momentum: 0 },
  { rate: 0.05, momentum: 0 },
  { rate: 0.08, momentum: 0 },
  { rate: 0.05, momentum: 0.5 },
  { rate: 0.1, momentum: 0.5 },
  { rate: 0.1, momentum: 0.9 },
  { rate: 0.13, momentum: 0.9 },
])('rate $rate, momentum $momentum', ({ rate, momentum }) => {
  it('goes as the optimizer of TensorFlow.js goes', () => {
    expect(predicted(rate, momentum, 12) / trained(rate, momentum, 12)).toBeCloseTo(1, 4);
  });

  it('ends where the growth says', () => {
    const growth = growthPerStep(rate, momentum, largestCurvature(rows, share));
    const [early, late] = [trained(rate, momentum, 15), trained(rate, momentum, 30)];
    expect(late > early).toBe(growth > 1);
    if (growth > 1) expect((late / early) ** (1 / 30) / growth).toBeCloseTo(1, 1);
  });
});
