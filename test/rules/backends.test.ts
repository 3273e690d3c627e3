import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { backendNames, type BackendName } from '../../src/facts/backend.js';

/** What is said of one program depends on where it is meant to run. */

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'program.ts');

/** Rules and messages above a note. */
function said(code: string, backend: BackendName): string[] {
  const readFile = (asked: string) =>
    asked === file ? `import * as tf from '@tensorflow/tfjs';\n${code}` : undefined;
  const analyser = new Analyser(root, { readFile, backend });
  return analyser
    .report(analyser.analyse([file]), new Map())
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, message }) => `${rule}: ${message}`);
}

const onAll = (code: string): Record<string, string[]> =>
  Object.fromEntries(backendNames.map((backend) => [backend, said(code, backend)]));

describe('thresholds', () => {
  it('the log of a softmax', () => {
    const message = (gap: string): string[] => [
      `unstable-composite: \`tf.log(tf.softmax(logits))\` is -Infinity once one logit is ${gap} above another, because the softmax underflows to 0; its gradient is NaN from there. Use \`tf.logSoftmax(logits)\`, or a cross entropy that takes logits.`,
    ];
    expect(
      onAll(`export const logProbabilities = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits));`),
    ).toEqual({
      cpu: message('103.97'),
      wasm: message('87.34'),
      webgl: message('87.34'),
      float16: message('17.33'),
    });
  });

  it('the log of a sigmoid, of logits that wasm alone of the float32 backends flushes with WebGL', () => {
    const stable = 'Use `tf.neg(tf.softplus(tf.neg(x)))`.';
    const flushed = [
      `unstable-composite: \`tf.log(tf.sigmoid(x))\` is -Infinity for logits below -87.34, because the sigmoid underflows to 0. ${stable}`,
    ];
    expect(
      onAll(`/** @range x [-88, 80] */\nexport const f = (x: tf.Tensor1D) => tf.log(tf.sigmoid(x));`),
    ).toEqual({
      cpu: [],
      wasm: flushed,
      webgl: flushed,
      float16: [
        `unstable-composite: \`tf.log(tf.sigmoid(x))\` is -Infinity for logits below -17.33, because the sigmoid underflows to 0; its gradient is infinite from -11.09. ${stable}`,
      ],
    });
  });

  it('the log of a softmax of logits that are declared to be near each other', () => {
    const code = `/** @range x [-40, 40] */\nexport const f = (x: tf.Tensor2D) => tf.log(tf.softmax(x));`;
    expect(said(code, 'cpu')).toEqual([]);
    expect(said(code, 'wasm')).toEqual([]);
    expect(said(code, 'float16')).toEqual([
      'unstable-composite: `tf.log(tf.softmax(x))` is -Infinity once one logit is 17.33 above another, because the softmax underflows to 0; its gradient is NaN from there. Use `tf.logSoftmax(x)`, or a cross entropy that takes logits.',
    ]);
  });

  it('an exponent that float16 does not take', () => {
    const code = `/** @range x [-20, 20] */\nexport const rate = (x: tf.Tensor1D) => tf.exp(x);`;
    expect(onAll(code)).toEqual({
      cpu: [],
      wasm: [],
      webgl: [],
      float16: [
        'exp-overflow: `tf.exp(x)` overflows to Infinity when `x > 11.09`, which ordinary inputs reach. Bound the exponent first: `tf.exp(tf.clipByValue(x, -10, 10))`, or stay in log space.',
      ],
    });
  });
});

describe('epsilons', () => {
  it('1e-8 is 0 in float16', () => {
    const code = `export function standardise(x: tf.Tensor2D) {
      const { mean, variance } = tf.moments(x, 0);
      return x.sub(mean).div(variance.sqrt().add(1e-8));
    }`;
    expect(onAll(code)).toEqual({
      cpu: [],
      wasm: [],
      webgl: [],
      float16: [
        'ineffective-guard: The guard in `variance.sqrt().add(1e-8)` does nothing: 1e-8 is 0 in float16, so `variance.sqrt().add(1e-8) = 0` is still reached and `x.sub(mean).div(variance.sqrt().add(1e-8))` is Infinity or NaN. Use an epsilon that float16 keeps: `tf.backend().epsilon()` is 0.0001 there.',
      ],
    });
  });

  it('`tf.backend().epsilon()` is kept everywhere', () => {
    const code = `export const compress = (x: tf.Tensor1D) => tf.log(tf.relu(x).add(tf.backend().epsilon()));`;
    expect(onAll(code)).toEqual({ cpu: [], wasm: [], webgl: [], float16: [] });
  });

  it('1 - 1e-7 is 1 in float16', () => {
    const code = `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {
      const p = tf.sigmoid(logits).clipByValue(1e-7, 1 - 1e-7);
      return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();
    }`;
    expect(said(code, 'cpu')).toEqual([]);
    expect(said(code, 'float16')).toEqual([
      'ineffective-guard: The guard in `p` does nothing: 1 - 1e-7 is 1 in float16, so `tf.sub(1, p) <= 0` is still reached and `tf.log(tf.sub(1, p))` is -Infinity. Use an epsilon of at least 0.001, and add it after the subtraction.',
    ]);
  });

  it('what is declared positive is so in every format', () => {
    const code = `/** @range p (0, 1] */\nexport const surprise = (p: tf.Tensor1D) => tf.log(p);`;
    expect(onAll(code)).toEqual({ cpu: [], wasm: [], webgl: [], float16: [] });
  });
});
