import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder } from '../folder.js';
import { gradlint } from './cli.js';

const LOSS = `import * as tf from '@tensorflow/tfjs';

/** @shape x [B, 3] */
function loss(x: tf.Tensor2D, scale: number, y: tf.Tensor2D): tf.Scalar {
  return x.mul(scale).sub(y).square().mean();
}

const peak = (x: tf.Tensor1D) => x.max();

export class Model {
  energy(x: tf.Tensor) {
    return x.square().sum();
  }
}

export const unused = [loss, peak];
`;

function project(): string {
  const root = folder({ 'loss.ts': LOSS });
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  symlinkSync(modules, path.join(root, 'node_modules'));
  return root;
}

test('inputs are made from types, JSDoc and use; the function need not be exported', () => {
  const { status, stdout } = gradlint(project(), 'gradcheck', 'loss.ts#loss');
  expect(stdout).toMatch(/^The gradient of loss is right: 12 of 12 elements/);
  expect(status).toBe(0);
});

test('inputs are given, and the exit code tells a gradient that is not right', () => {
  const { status, stdout } = gradlint(project(), 'gradcheck', 'loss.ts#peak', '--input', '[2, 2, 1]');
  expect(stdout).toMatch(/^The gradient of peak is no sub-gradient/);
  expect(status).toBe(1);
});

test('--sweep draws the curves', () => {
  const root = project();
  const { stdout } = gradlint(
    root,
    'gradcheck',
    'loss.ts#peak',
    '--input',
    '[1, 2]',
    '--sweep',
    'curves.svg',
  );
  expect(stdout).toContain('step       float32       float64');
  expect(readFileSync(path.join(root, 'curves.svg'), 'utf8')).toMatch(
    /^<svg [^]*float32[^]*gradlint[^]*<\/svg>\n$/,
  );
});

test.each([
  ['loss.ts#gone', 'gradlint: loss.ts has no function gone at its top level.\n'],
  [
    'loss.ts#Model.energy',
    'gradlint: Model.energy cannot be called from outside.\nName a function that stands at the top level of the file, or wrap the method in one.\n',
  ],
])('%s', (place, message) => {
  const { status, stderr } = gradlint(project(), 'gradcheck', place, '--input', '1');
  expect([status, stderr]).toEqual([2, message]);
});

test('an input that is no JSON', () => {
  const { status, stderr } = gradlint(project(), 'gradcheck', 'loss.ts#peak', '--input', '[1');
  expect([status, stderr]).toEqual([
    2,
    "gradlint: --input [1 is no JSON.\nWrite a number or nested arrays: --input '[1, 2.5]'.\n",
  ]);
});
