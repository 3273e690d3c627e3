/** What inputs are taken to be where nobody describes them: enough to tell what ordinary ones reach, and nothing for certain. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, start }) => `${rule} ${start.line}`);

it('labels may well be 255, of which nothing counts', () => {
  expect(
    told(`
export function meanLoss(losses: tf.Tensor1D, labels: tf.Tensor1D) {
  const keep = labels.notEqual(255).toFloat();
  return losses.mul(keep).sum().div(keep.sum());
}`),
  ).toEqual(['empty-mean 5']);
});

describe('a size that is not known', () => {
  it('says how far a scale takes what is divided by it', () => {
    const attend = (scale: string): string => `
export const scores = (q: tf.Tensor2D, k: tf.Tensor2D) => tf.exp(tf.matMul(q, k, false, true).div(${scale}));`;
    expect(told(attend('Math.sqrt(q.shape[1])'))).toEqual(['exp-overflow 3']);
    expect(told(attend('1e12'))).toEqual([]);
  });

  it('is not taken to be 1 or 2', () => {
    expect(told(`export const spread = (x: tf.Tensor1D) => x.sum().div(x.shape[0] - 2);`)).toEqual([]);
  });
});

describe('a function that others may call', () => {
  const loss = (modifier: string, call: string): string => `
export class Critic {
  private readonly net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
  ${modifier} loss(states: tf.Tensor2D, returns: tf.Tensor1D, weights?: tf.Tensor1D) {
    const values = this.net.apply(states) as tf.Tensor2D;
    if (weights === undefined) return values.squeeze([1]).sub(returns).square().mean();
    return values.sub(returns).square().mul(weights).mean();
  }
  step(states: tf.Tensor2D, returns: tf.Tensor1D) {
    return this.loss(states, returns${call});
  }
}`;

  it('is judged on the ways as well that the project never takes', () => {
    expect(told(loss('', ''))).toEqual(['silent-broadcast 8']);
  });

  it('not where nobody else can take them', () => {
    expect(told(loss('private', ''))).toEqual([]);
  });
});

describe('a running statistic', () => {
  const statistic = (divisor: string): string[] =>
    reported({
      'main.ts': `import * as tf from '@tensorflow/tfjs';
export class Running {
  private n = 0;
  private squares = 0;
  push(x: number) {
    this.n += 1;
    this.squares += x * x;
  }
  variance() {
    return tf.scalar(this.squares / ${divisor});
  }
}`,
    }).map(({ severity, message }) => `${severity}: ${message.replace(/^.* Line/, 'Line')}`);

  it('is asked for when one sample has come', () => {
    expect(statistic('(this.n - 1)')).toEqual([
      'info: Line 3 starts `n` at 0 and counts it up: after the first it is 1.',
    ]);
    expect(statistic('Math.max(this.n - 1, 1)')).toEqual([]);
  });
});

it('a perplexity by the product of all probabilities', () => {
  expect(
    told(`
export function perplexity(probs: number[]) {
  const product = probs.reduce((a, b) => a * b, 1);
  return tf.scalar(Math.pow(1 / product, 1 / probs.length));
}`),
  ).toEqual(['probability-product 5']);
});
