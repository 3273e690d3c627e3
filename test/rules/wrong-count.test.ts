import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';

/** Sums that are divided by the length of another axis: which are told, which are a note, and which are right. */

const root = path.resolve(import.meta.dirname, '../..');

function told(code: string): readonly (readonly [severity: string, message: string])[] {
  const file = path.join(root, 'program.ts');
  const text = `import * as tf from '@tensorflow/tfjs'; ${code}`;
  const analyser = new Analyser(root, { readFile: (name) => (name === file ? text : undefined) });
  return analyser
    .report(analyser.analyse([file]), new Map())
    .filter(({ rule }) => rule === 'wrong-count')
    .map(({ severity, message }) => [severity, message]);
}

describe('the mean of samples', () => {
  const bound = (axis: number, terms: string): string => `
    export function bound(x: tf.Tensor4D, samples: number) {
      const terms: tf.Tensor[] = [];
      for (let i = 0; i < samples; i++) terms.push(${terms});
      return tf.logSumExp(tf.stack(terms), ${axis}).sub(Math.log(samples)).mean();
    }`;

  it('is that of the images where it goes along them, of which nobody knows how many there are', () => {
    expect(told(bound(1, 'x.reshape([-1, 64]).sum(1)'))).toEqual([
      [
        'warning',
        '`tf.logSumExp(tf.stack(terms), 1)` adds up axis 1 of [samples, ?1], and `tf.logSumExp(tf.stack(terms), 1).sub(Math.log(samples))` takes the logarithm of samples from that, the length of axis 0, which is still there: it is the mean of neither. Add up axis 0, or count axis 1.',
      ],
    ]);
  });

  it('is right along the samples, and where each holds as many numbers as there are samples', () => {
    expect(told(bound(0, 'x.reshape([-1, 64]).sum(1)'))).toEqual([]);
    expect(told(bound(1, 'tf.randomNormal([samples])'))).toEqual([]);
  });
});

describe('a sum over the features by the number of samples', () => {
  const level = (then: string): string =>
    `export function level(x: tf.Tensor2D) { const y = x.reshape([-1, 3]); return y.sum(1).div(y.shape[0])${then}; }`;

  it('is a note where the caller may add it up', () => {
    const [[severity, message] = []] = told(level(''));
    expect(severity).toBe('info');
    expect(message).toMatch(/Where whoever gets it adds it up along axis 0, it is the mean over that\.$/);
  });

  it('is right where it is added up', () => {
    expect(told(level('.sum()'))).toEqual([]);
    expect(told(level('.square().mean()'))).toEqual([]);
  });

  it('is nothing that is known of a matrix that may be a square, or of a written number', () => {
    expect(told('export const means = (x: tf.Tensor2D) => x.sum(1).div(x.shape[0]).print();')).toEqual([]);
    expect(
      told('export const means = (x: tf.Tensor2D) => x.reshape([-1, 3]).sum(0).div(3).print();'),
    ).toEqual([]);
  });
});
