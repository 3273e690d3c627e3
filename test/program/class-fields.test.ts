/** Functions that are fields of an object: of a class that nobody is seen to make an object of, and of a literal. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

describe('a class of which nothing makes an object', () => {
  it('has functions in its fields', () => {
    expect(
      found(`export class Head {
        score = (x: tf.Tensor2D) => { const e = x.exp(); return e.div(e.sum(1, true)); };
      }`),
    ).toEqual(['unstable-composite warning: e.div(e.sum(1, true))']);
  });

  it('has functions in private fields, and those that call each other', () => {
    expect(
      found(`export class Head {
        #weigh = function (x: tf.Tensor2D) { const e = x.exp(); return e.div(e.sum(1, true)); };
        score = (x: tf.Tensor2D) => this.#weigh(x).mul(2);
      }`),
    ).toEqual(['unstable-composite warning: e.div(e.sum(1, true))']);
  });

  it('has ops in its fields', () => {
    expect(found(`export class Prior { readonly weights = tf.log(tf.zeros([2])); }`)).toEqual([
      'log-of-zero warning: tf.log(tf.zeros([2]))',
    ]);
  });

  it('is as right as what its fields hold', () => {
    expect(
      found(`export class Head {
        readonly epsilon = 1e-6;
        root = (x: tf.Tensor2D) => tf.relu(x).add(this.epsilon).log();
      }`),
    ).toEqual([]);
  });

  it('is told once where its methods use what its fields hold', () => {
    expect(
      found(`export class Head {
        score = (x: tf.Tensor2D) => { const e = x.exp(); return e.div(e.sum(1, true)); };
        double(x: tf.Tensor2D) { return this.score(x).mul(2); }
        half(x: tf.Tensor2D) { return this.score(x).mul(0.5); }
      }`),
    ).toEqual(['unstable-composite warning: e.div(e.sum(1, true))']);
  });
});

it('a comment above a property describes the parameters of its function', () => {
  const program = (comment: string): string => `export const rates = {
    ${comment}
    growth: (x: tf.Tensor, rate: number) => x.mul(Math.exp(rate) - 1),
  };`;
  expect(found(program('/** @range rate [0, 0.1] */'))).toEqual(['cancellation warning: Math.exp(rate) - 1']);
  expect(found(program('/** @range rate [1, 2] */'))).toEqual([]);
});
