/** Terms and variables of a loss that are no part of what is trained. */
import { describe, expect, it } from 'vitest';
import { found, reported } from '../program/lower.js';

const warned = (code: string): string[] => found(code).filter((one) => !one.includes(' info:'));

const step = (body: string): string => `
export function step(w: tf.Variable<tf.Rank.R2>, x: tf.Tensor2D, y: tf.Tensor2D) {
  tf.train.sgd(0.1).minimize(() => { ${body} });
}`;

describe('a penalty that was read as a number', () => {
  const fit = 'const fit = x.matMul(w).sub(y).square().mean(); const size = w.square().sum()';

  it('moves no weight', () => {
    for (const sum of ['fit.add(0.01 * size)', 'fit.add(tf.scalar(0.01 * size)).mul(0.5)'])
      expect(warned(step(`${fit}.dataSync()[0]!; return ${sum} as tf.Scalar;`))).toEqual([
        expect.stringMatching(/^detached-gradient warning: fit\.add/),
      ]);
  });

  it('does as a tensor', () => {
    expect(warned(step(`${fit}; return fit.add(size.mul(0.01)) as tf.Scalar;`))).toEqual([]);
  });

  it('is a target where a square follows', () => {
    const target = 'const target = y.add(0.9 * x.matMul(w).max().dataSync()[0]!);';
    expect(warned(step(`${target} return x.matMul(w).sub(target).square().mean() as tf.Scalar;`))).toEqual(
      [],
    );
  });
});

describe('a variable that a loss makes', () => {
  it('is another one each time', () => {
    const body =
      'const gain = tf.variable(tf.scalar(1)); return x.matMul(w).mul(gain).sub(y).square().mean() as tf.Scalar;';
    expect(warned(step(body))).toEqual(['detached-gradient warning: tf.variable(tf.scalar(1))']);
    expect(warned(step(body.replace('tf.scalar(1))', 'tf.scalar(1), false)')))).toEqual([]);
  });

  it('is made once where a field keeps it', () => {
    const lazy = `
export class Net {
  private w?: tf.Variable;
  private readonly b = tf.variable(tf.zeros([3]));
  loss(x: tf.Tensor2D) {
    this.w ??= tf.variable(tf.randomNormal([4, 3]));
    return x.matMul(this.w as unknown as tf.Tensor2D).add(this.b).square().mean() as tf.Scalar;
  }
  train(x: tf.Tensor2D) { tf.train.sgd(0.1).minimize(() => this.loss(x)); }
}`;
    expect(warned(lazy)).toEqual([]);
  });
});

describe('weights in front of a flat activation, where no list says what is trained', () => {
  const net = (loss: string): string => `import * as tf from '@tensorflow/tfjs';
const first = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 8]));
const second = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 1]));
const optimizer = tf.train.sgd(0.1);
export const fit = (x: tf.Tensor2D, y: tf.Tensor2D) =>
  optimizer.minimize(() => ${loss}.sub(y).square().mean() as tf.Scalar);`;
  const rulesOf = (loss: string): string[] => reported({ 'main.ts': net(loss) }).map(({ rule }) => rule);

  it('get no gradient', () => {
    expect(rulesOf('tf.step(x.matMul(first)).matMul(second)')).toEqual(['detached-gradient']);
    expect(rulesOf('x.matMul(first).round().mul(0.5).add(1).matMul(second)')).toEqual(['detached-gradient']);
  });

  it('are what a label is made with, which goes into no other layer', () => {
    expect(
      rulesOf('x.matMul(first).argMax(1).toFloat().expandDims(1).sub(x.matMul(first).matMul(second))'),
    ).toEqual([]);
  });

  it('get one in another way too', () => {
    expect(rulesOf('tf.step(x.matMul(first)).add(x.matMul(first)).matMul(second)')).toEqual([]);
  });
});
