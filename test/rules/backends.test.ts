import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { backendNames, type BackendName } from '../../src/facts/backend.js';

/** What is said of one program depends on where it is meant to run. */

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'program.ts');

/** Rules and messages above a note. */
const said = (code: string, backend: BackendName): string[] =>
  told(code, backend, (severity) => severity !== 'info');

const noted = (code: string, backend: BackendName): string[] =>
  told(code, backend, (severity) => severity === 'info');

function told(code: string, backend: BackendName, isAsked: (severity: string) => boolean): string[] {
  const readFile = (asked: string) =>
    asked === file ? `import * as tf from '@tensorflow/tfjs';\n${code}` : undefined;
  const analyser = new Analyser(root, { readFile, backend });
  return analyser
    .report(analyser.analyse([file]), new Map())
    .filter(({ severity }) => isAsked(severity))
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

  it('a floor that excuses the rounding of 1 + x in float32 is lost itself in float16', () => {
    const code = `export const f = (x: tf.Tensor) => tf.log(tf.add(1, x.clipByValue(1e-7, 1e3)));`;
    const rules = (backend: BackendName) => said(code, backend).map((line) => line.split(':')[0]);
    expect(rules('cpu')).toEqual([]);
    expect(rules('float16')).toContain('log-near-one');
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

describe('what a shader has no better formula for', () => {
  const lost = 'loses the digits of a small `x`: 5 % at 1e-6, everything below 5.96e-8';

  it('log(1 + x): log1p is no cure on a GPU', () => {
    const code = `export const compress = (x: tf.Tensor1D) => tf.log(tf.add(1, x));`;
    const message = (cure: string): string =>
      `log-near-one: \`tf.log(tf.add(1, x))\` ${lost}, because 1 + x is rounded first. ${cure}`;
    const noCure =
      '`tf.log1p(x)` is no cure on a GPU, whose shader computes `log(1 + x)` as well: where a small `x` matters, use `x - x² / 2` for `log(1 + x)`, or another backend.';
    expect(onAll(code)).toMatchObject({
      cpu: [message('Use `tf.log1p(x)`.')],
      wasm: [message('Use `tf.log1p(x)`.')],
      webgl: [message(noCure)],
    });
  });

  it('log1p itself is a note there', () => {
    const code = `/** @range x [0, 100] */ export const compress = (x: tf.Tensor1D) => tf.log1p(x);`;
    expect(onAll(code)).toEqual({ cpu: [], wasm: [], webgl: [], float16: [] });
    expect(noted(code, 'cpu')).toEqual([]);
    expect(noted(code, 'webgl')).toEqual([
      `shader-formula: \`tf.log1p(x)\` ${lost}. The shader of the WebGL backend computes \`log(1 + x)\`. Where a small \`x\` matters, use \`x - x² / 2\` for it, or another backend.`,
    ]);
  });

  it('expm1 itself, too', () => {
    const code = `/** @range x [-1, 1] */ export const growth = (x: tf.Tensor1D) => tf.expm1(x);`;
    expect(noted(code, 'wasm')).toEqual([]);
    expect(noted(code, 'webgl')).toEqual([
      `shader-formula: \`tf.expm1(x)\` ${lost}. The shader of the WebGL backend computes \`exp(x) - 1\`. Where a small \`x\` matters, use \`x + x² / 2\` for it, or another backend.`,
    ]);
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
      'log-of-zero: `p.log()` has an infinite gradient when `0 < p < 1.53e-5`, which the code itself reaches. Keep the operand away from it: `tf.log(tf.maximum(p, 0.0001))`, or compute in log space.',
      'ineffective-guard: The guard in `p` does nothing: 1 - 1e-7 is 1 in float16, so `tf.sub(1, p) <= 0` is still reached and `tf.log(tf.sub(1, p))` is -Infinity. Use an epsilon of at least 0.001, and add it after the subtraction.',
    ]);
  });

  it('what is declared positive is so in every format', () => {
    const code = `/** @range p (0, 1] */\nexport const surprise = (p: tf.Tensor1D) => tf.log(p);`;
    expect(onAll(code)).toEqual({ cpu: [], wasm: [], webgl: [], float16: [] });
  });
});

describe('float16-range', () => {
  const inFloat16 = (code: string): string[] => {
    for (const backend of ['cpu', 'wasm', 'webgl'] as const) expect(said(code, backend)).toEqual([]);
    return said(code, 'float16').map((line) => line.replace('float16-range: ', ''));
  };

  it('a mask that does not fit', () => {
    expect(
      inFloat16(`export const attend = (scores: tf.Tensor2D, padding: tf.Tensor2D) =>
        tf.softmax(scores.add(tf.greater(padding, 0).toFloat().mul(-1e9)));`),
    ).toEqual([
      '`-1000000000` is -Infinity in float16, whose largest number is 65504: `tf.greater(padding, 0).toFloat().mul(-1e9)` is NaN where `tf.greater(padding, 0).toFloat()` is 0. Use a number that it holds: -3e4.',
    ]);
  });

  it('a divisor that does not fit', () => {
    expect(inFloat16(`export const inMillions = (amounts: tf.Tensor1D) => amounts.div(1e6);`)).toEqual([
      '`1000000` is Infinity in float16, whose largest number is 65504: `amounts.div(1e6)` is 0. Scale what it is combined with instead.',
    ]);
  });

  it('a factor that is 0', () => {
    expect(inFloat16(`export const small = (x: tf.Tensor1D) => x.mul(1e-8);`)).toEqual([
      '`1e-8` is 0 in float16, whose smallest number is 5.96e-8: `x.mul(1e-8)` is 0. Scale by a number that it holds.',
    ]);
  });

  it('a result that does not fit', () => {
    expect(inFloat16(`export const cube = (x: tf.Tensor1D) => x.mul(x).mul(x);`)).toEqual([
      '`x.mul(x).mul(x)` exceeds 65504, the largest number of float16, which ordinary inputs take it to. Scale `x.mul(x)` down first.',
    ]);
    // What several inputs that nobody described would have to do together is no more than a note.
    expect(
      inFloat16(`export const scaled = (x: tf.Tensor1D, y: tf.Tensor1D, z: tf.Tensor1D) => x.mul(y).mul(z);`),
    ).toEqual([]);
    // 255² still fits.
    expect(
      inFloat16(`/** @range image [0, 255] */\nexport const power = (image: tf.Tensor2D) => image.square();`),
    ).toEqual([]);
  });

  it('a number of elements that does not fit', () => {
    const brightness = (size: number): string =>
      `/**\n * @shape image [${size}, ${size}]\n * @range image [0, 1]\n */\nexport const brightness = (image: tf.Tensor2D) => image.mean();`;
    expect(inFloat16(brightness(255))).toEqual([]);
    expect(inFloat16(brightness(256))).toEqual([
      '`image.mean()` divides by the number of its elements, 65536, which is Infinity in float16: the mean is 0. Take the mean of means, one axis after the other.',
    ]);
  });
});
