import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { BackendName } from '../../src/facts/backend.js';
import { BackendMissing, locateWebAssembly } from '../../src/confirm/tensorflow-location.js';
import type { Verdict } from '../../src/report/report.js';

import { folder } from '../folder.js';

/** What is found for a backend is confirmed on it, or in an emulation of its numbers. */

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'program.ts');
let text = '';
const readText = (asked: string): string | undefined => (asked === file ? text : undefined);

const confirmers = new Map<BackendName, Confirmer>();
afterAll(() => confirmers.forEach((confirmer) => confirmer.close()));

async function confirm(code: string, backend: BackendName): Promise<Verdict> {
  text = `import * as tf from '@tensorflow/tfjs';\n${code}\n`;
  const findings = new Analyser(root, { readFile: readText, backend }).analyse([file]);
  const [finding] = findings.filter(({ manifest }) => manifest);
  const confirmer = confirmers.get(backend) ?? new Confirmer({ root, mode: 'function', readText, backend });
  confirmers.set(backend, confirmer);
  return await confirmer.confirm(finding!);
}

describe('float16, emulated', () => {
  it('an exponent that float32 would take', async () => {
    expect(
      await confirm(
        `/** @range x [-20, 20] */ export const rate = (x: tf.Tensor1D) => tf.exp(x).sum();`,
        'float16',
      ),
    ).toMatchObject({
      status: 'confirmed',
      failure: 'overflow',
      threshold: 'fails for x >= 11.09',
      witness: {
        inputs: [{ name: 'x', value: [12] }],
        observed: { 'tf.exp in float16': ['Infinity'] },
      },
    });
  });

  it('an epsilon that is 0: what equals its divisor is 1 in WebGL, and only the gradient tells', async () => {
    const code = `export function standardise(x: tf.Tensor1D) {
      const { mean, variance } = tf.moments(x);
      return x.sub(mean).div(variance.sqrt().add(1e-8));
    }`;
    expect(await confirm(code, 'float16')).toMatchObject({
      status: 'confirmed',
      failure: 'nan-gradient',
      witness: { observed: { 'b of tf.div in float16': 0 } },
    });
  });

  it('digits are lost where half of eleven bits are', async () => {
    expect(
      await confirm(`export const excess = (x: tf.Tensor1D) => tf.exp(x).sub(1);`, 'float16'),
    ).toMatchObject({ status: 'confirmed' });
  });
});

describe('webgl, emulated', () => {
  it('a sigmoid that is flushed to 0', async () => {
    const code = `/** @range x [-88, 80] */\nexport const f = (x: tf.Tensor1D) => tf.log(tf.sigmoid(x));`;
    expect(await confirm(code, 'webgl')).toMatchObject({
      status: 'confirmed',
      failure: 'infinity',
      witness: { inputs: [{ value: [-88] }] },
    });
  });

  it('0 / 0 is 1, as its shader has it, and its gradient infinite', async () => {
    const code = `export const share = (x: tf.Tensor1D) => x.abs().div(x.abs().sum());`;
    expect(await confirm(code, 'webgl')).toMatchObject({
      status: 'confirmed',
      failure: 'inf-gradient',
      threshold: 'fails for x = 0',
      witness: { inputs: [{ value: [0] }], observed: { 'tf.div in float32': [1] } },
    });
  });

  it('`tf.log1p` is log(1 + x) there', async () => {
    text = `import * as tf from '@tensorflow/tfjs';\nexport const f = (x: tf.Tensor1D) => tf.log1p(x.abs());`;
    const [finding] = new Analyser(root, { readFile: readText, backend: 'webgl' }).analyse([file]);
    const confirmer = confirmers.get('webgl')!;
    expect(await confirmer.confirm(finding!)).toMatchObject({ status: 'confirmed', failure: 'cancellation' });
  });
});

describe('wasm, run in WebAssembly', () => {
  it('a sigmoid that its kernel flushes to 0', async () => {
    const code = `/** @range x [-88, 80] */\nexport const f = (x: tf.Tensor1D) => tf.log(tf.sigmoid(x));`;
    expect(await confirm(code, 'wasm')).toMatchObject({
      status: 'confirmed',
      failure: 'infinity',
      threshold: 'fails for x <= -87.34',
      witness: { inputs: [{ value: [-88] }] },
    });
  });

  it('a gradient that it has', async () => {
    const code = `export const slope = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => t.square().sum().sqrt())(x);`;
    expect(await confirm(code, 'wasm')).toMatchObject({ status: 'confirmed', failure: 'nan-gradient' });
  });

  it('is the one that is installed for the project', () => {
    const [first] = locateWebAssembly(root);
    expect(first!.modules.map((module) => path.relative(root, module).split(path.sep)[2])).toEqual([
      'tfjs',
      'tfjs-backend-wasm',
    ]);
  });

  it('says what to install where it is not', () => {
    const project = folder({
      'node_modules/@tensorflow/tfjs/package.json': '{ "main": "tfjs.js" }',
      'node_modules/@tensorflow/tfjs/tfjs.js': '',
    });
    expect(() => locateWebAssembly(project)).toThrow(
      new BackendMissing(
        `The wasm backend of TensorFlow.js is not installed in ${project}`,
        'Install `@tensorflow/tfjs-backend-wasm` in the version of TensorFlow.js, or run with `--no-confirm`.',
      ),
    );
  });
});
