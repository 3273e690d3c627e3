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
