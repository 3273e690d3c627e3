import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const places = (code: string, main = ''): string[] =>
  reported({
    'losses.ts': `import * as tf from '@tensorflow/tfjs';\n${code}`,
    'main.ts': `import * as tf from '@tensorflow/tfjs';\nimport * as losses from './losses';\n${main}`,
  })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, file, start }) => `${rule} ${file}:${start.line}`);

const distance = (name: string): string => `
export function ${name}(left: tf.Tensor2D, right: tf.Tensor2D, same: tf.Tensor1D) {
  const distance = left.sub(right).square().sum(1).sqrt();
  return same.mul(distance).mean();
}`;

/** Losses are exported by one who writes them, and minimised by others: what their gradient breaks is told where they stand. */
describe('a function that gives a loss by its name', () => {
  it('is differentiated, though nothing here does so', () => {
    expect(places(distance('contrastiveLoss'))).toEqual(['sqrt-at-zero losses.ts:4']);
    expect(places(distance('pull_penalty'))).toEqual(['sqrt-at-zero losses.ts:4']);
  });

  it('and so it is where a program shows what it gives', () => {
    const main = `
const [left, right] = [tf.tensor2d([[1, 2], [3, 4]]), tf.randomNormal<tf.Rank.R2>([2, 2])];
console.log(losses.pairLoss(left, right, tf.tensor1d([0, 1])).dataSync());`;
    expect(places(distance('pairLoss'), main)).toEqual(['sqrt-at-zero losses.ts:4']);
  });

  it('is not where the name says that it is measured, or says nothing', () => {
    expect(places(distance('validationLoss'))).toEqual([]);
    expect(places(distance('meanDistance'))).toEqual([]);
  });

  it('not by what it gives as a number', () => {
    expect(
      places(`
export function pairLoss(left: tf.Tensor1D, right: tf.Tensor1D) {
  return left.sub(right).square().sum().sqrt().dataSync()[0];
}`),
    ).toEqual([]);
  });
});

describe('what it is differentiated by', () => {
  const huber = (asked: string): string => `
export function huberLoss(yTrue: tf.Tensor2D, yPred: tf.Tensor2D) {
  const error = yPred.sub(yTrue);
  return tf.where(${asked}.abs().less(1), error.square().mul(0.5), error.abs().sub(0.5)).mean();
}`;

  it('is what a model predicts', () => {
    expect(places(huber('error'))).toEqual(['broken-backward losses.ts:5']);
  });

  it('and not the labels', () => {
    expect(places(huber('yTrue'))).toEqual([]);
  });

  it('is not known of parameters that another name has', () => {
    expect(
      places(`
export function averageLoss(losses: tf.Tensor1D) {
  return losses.sum().div(tf.scalar(losses.size));
}`),
    ).toEqual([]);
  });
});
