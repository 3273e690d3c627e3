import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const LOSSES = (guard: string): string => `
  import * as tf from '@tensorflow/tfjs';
  export const off = (p: tf.Tensor2D) => tf.log(${guard}).sum();`;

const TRAINING = `
  import * as tf from '@tensorflow/tfjs';
  import { off } from './losses';
  export const loss = (logits: tf.Tensor2D) => off(tf.sigmoid(logits) as tf.Tensor2D);`;

const places = (guard: string): string[] =>
  reported({ 'losses.ts': LOSSES(guard), 'training.ts': TRAINING })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, file, start }) => `${rule} ${file}:${start.line}`);

/** Who calls the function does not decide whether its own guard guards: it is told where it stands. */
describe('a guard beside what it is to guard', () => {
  it('is told there, though only a caller in another file reaches the danger', () => {
    expect(places('tf.sub(1 + 1e-8, p)')).toEqual(['ineffective-guard losses.ts:3']);
  });

  it('and without one it is the call that is told', () => {
    expect(places('tf.sub(1, p)')).toEqual(['unstable-composite training.ts:4']);
  });
});

/** A function that takes a gradient by itself is what a run has to call, not the program that reads the data for it. */
describe('a gradient that breaks', () => {
  const TRAIN = `
  import * as tf from '@tensorflow/tfjs';
  export const step = (x: tf.Tensor2D) =>
    tf.grad((t: tf.Tensor) => tf.mirrorPad(t, [[1, 1], [1, 1]], 'reflect').square().sum())(x);`;
  const MAIN = `
  import * as tf from '@tensorflow/tfjs';
  import { step } from './train';
  export const main = async (url: string) => step(tf.tensor2d(await (await fetch(url)).json()));`;

  it('is told of the function that takes it', () => {
    const told = reported({ 'train.ts': TRAIN, 'main.ts': MAIN });
    expect(told.map(({ rule, file, function: name }) => `${rule} in ${name} of ${file}`)).toEqual([
      'wrong-library-gradient in step of train.ts',
    ]);
  });
});
