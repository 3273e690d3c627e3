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

  it('or made by one that does, or declared to give one', () => {
    const made = (head: string, end: string): string => `
type PairLoss = (left: tf.Tensor2D, right: tf.Tensor2D) => tf.Tensor;
${head} (left: tf.Tensor2D, right: tf.Tensor2D) =>
  left.sub(right).square().sum(1).sqrt().mul(weight).mean()${end}`;
    expect(places(made('export const pairLoss = (weight: number) =>', ';'))).toEqual([
      'sqrt-at-zero losses.ts:5',
    ]);
    expect(places(made('export function pairs(weight: number): PairLoss {\n return', ';\n}'))).toEqual([
      'sqrt-at-zero losses.ts:6',
    ]);
    expect(places(made('export const pairs = (weight: number) =>', ';'))).toEqual([]);
  });

  it('is not where the name says that it is measured, or says nothing', () => {
    expect(places(distance('validationLoss'))).toEqual([]);
    expect(places(distance('meanDistance'))).toEqual([]);
  });

  it('is not where the loss is not what is named', () => {
    for (const name of ['relativeLossChange', 'loss_history', 'gradientOfLoss', 'lossToScore', 'withLoss'])
      expect(places(distance(name))).toEqual([]);
    for (const name of ['lossFn', 'loss', 'lossOfPairs', 'lossAndWeights', 'pairLossL2', '$loss_2'])
      expect(places(distance(name))).toEqual(['sqrt-at-zero losses.ts:4']);
  });

  it('may be made by one of that name', () => {
    expect(
      places(`
export const marginLoss = (margin: number) => (left: tf.Tensor2D, right: tf.Tensor2D) =>
  left.sub(right).square().sum(1).sqrt().sub(margin).relu().mean();`),
    ).toEqual(['sqrt-at-zero losses.ts:4']);
    expect(
      places(`
export function makeLoss(rooted: boolean) {
  if (rooted) return (yTrue: tf.Tensor1D, yPred: tf.Tensor1D) => yPred.sub(yTrue).square().mean().sqrt();
  return (yTrue: tf.Tensor1D, yPred: tf.Tensor1D) => yPred.sub(yTrue).square().mean();
}`),
    ).toEqual(['sqrt-at-zero losses.ts:4']);
  });

  it('may be what a class or a record of that name is there for', () => {
    const root =
      '(left: tf.Tensor2D, right: tf.Tensor2D) { return left.sub(right).square().sum(1).sqrt().mean(); }';
    expect(places(`export class PairLoss {\n compute${root}\n distance${root} }`)).toEqual([
      'sqrt-at-zero losses.ts:3',
    ]);
    expect(places(`export class Losses {\n static pair${root}\n static pairMetric${root} }`)).toEqual([
      'sqrt-at-zero losses.ts:3',
    ]);
    expect(places(`export const losses = {\n pair${root} } as const;`)).toEqual(['sqrt-at-zero losses.ts:3']);
    expect(places(`export const distances = {\n pair${root} };`)).toEqual([]);
  });

  it('by embeddings, where it is given nothing else', () => {
    const hardest = (name: string, first: string, second: string): string => `
export const ${name} = (${first}: tf.Tensor2D, ${second}: tf.Tensor2D) => {
  const alike = tf.matMul(${first}, ${second}, false, true);
  return tf.where(alike.less(0.5), alike, tf.zerosLike(alike)).mean();
};`;
    expect(places(hardest('pairLoss', 'images', 'texts'))).toEqual(['broken-backward losses.ts:5']);
    expect(places(hardest('pairLoss', 'images', 'labels'))).toEqual([]);
    expect(places(hardest('similarity', 'images', 'texts'))).toEqual([]);
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

/** A softmax underflows to 0: whoever takes the logarithm of what it gives is told, and not of labels. */
describe('the logarithm of what a model predicts', () => {
  const loss = (name: string, operand: string): string => `
export const ${name} = (labels: tf.Tensor2D, probs: tf.Tensor2D) => labels.mul(tf.log(${operand})).sum().neg();`;

  it('is told of a loss, however the probability is picked', () => {
    expect(places(loss('nllLoss', 'probs'))).toEqual(['log-of-zero losses.ts:3']);
    expect(places(loss('nllLoss', 'tf.sub(1, probs)'))).toEqual(['log-of-zero losses.ts:3']);
    expect(places(loss('nllLoss', 'probs.mul(tf.oneHot([0, 1], 2)).sum(-1, true)'))).toEqual([
      'log-of-zero losses.ts:3',
    ]);
  });

  it('is not where the name says nothing, where it is guarded, or of the labels', () => {
    expect(places(loss('score', 'probs'))).toEqual([]);
    expect(places(loss('nllLoss', 'probs.add(1e-7).minimum(1).maximum(1e-7)'))).toEqual([]);
    expect(
      places(
        `export const nllLoss = (labels: tf.Tensor2D, probs: tf.Tensor2D) => probs.mul(tf.log(labels)).sum();`,
      ),
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
    expect(
      places(`
export function relativeLoss(yTrue: tf.Tensor1D, yPred: tf.Tensor1D) {
  const scale = yTrue.square().sum().sqrt().add(1);
  return yPred.sub(yTrue).abs().mean().div(scale);
}`),
    ).toEqual([]);
  });

  it('is whatever else comes in, perhaps', () => {
    expect(
      places(`
export function spreadLoss(labels: tf.Tensor2D, logits: tf.Tensor2D, mean: tf.Tensor2D) {
  return tf.losses.sigmoidCrossEntropy(labels, logits).add(mean.square().sum(1).sqrt().mean());
}`),
    ).toEqual(['sqrt-at-zero losses.ts:4']);
  });

  it('is nothing where it is made of numbers, and nothing says that there was something to train', () => {
    expect(
      places(`
export function scaledLoss(loss: tf.Scalar) {
  const [value] = loss.dataSync();
  return tf.scalar(value! * 2);
}`),
    ).toEqual([]);
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
