import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, type Files } from '../folder.js';
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

function project(files: Files = { 'loss.ts': LOSS }): string {
  const root = folder(files);
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  symlinkSync(modules, path.join(root, 'node_modules'));
  return root;
}

test('inputs are made from types, JSDoc and use; the function need not be exported', async () => {
  const { status, stdout } = await gradlint(project(), 'gradcheck', 'loss.ts#loss');
  expect(stdout).toMatch(/^The gradient of loss is right: 12 of 12 elements/);
  expect(status).toBe(0);
});

test('inputs are given, and the exit code tells a gradient that is not right', async () => {
  const { status, stdout } = await gradlint(project(), 'gradcheck', 'loss.ts#peak', '--input', '[2, 2, 1]');
  expect(stdout).toMatch(/^The gradient of peak is no sub-gradient/);
  expect(status).toBe(1);
});

test('--sweep draws the curves', async () => {
  const root = project();
  const { stdout } = await gradlint(
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
  [
    'loss.ts#default',
    'gradlint: default is no name that a function has in its file.\nName it as the file does, and give it a name where it has none.\n',
  ],
  ['loss.ts#gone', 'gradlint: loss.ts has no function gone at its top level.\n'],
  [
    'loss.ts#Model.energy',
    'gradlint: Model.energy cannot be called from outside.\nName a function that stands at the top level of the file, or wrap the method in one.\n',
  ],
])('%s', async (place, message) => {
  const { status, stderr } = await gradlint(project(), 'gradcheck', place, '--input', '1');
  expect([status, stderr]).toEqual([2, message]);
});

test('--sweep makes the folder of its file; of two the last one counts', async () => {
  const root = project();
  const args = ['gradcheck', 'loss.ts#peak', '--input', '[1, 2]', '--sweep', '--sweep', 'new/curves.svg'];
  const { status, stderr } = await gradlint(root, ...args);
  expect([status, stderr]).toEqual([0, 'Drawn: new/curves.svg\n']);
  expect(existsSync(path.join(root, 'new/curves.svg'))).toBe(true);
});

test.each([
  [['--input'], /^gradlint: --input needs a value: --input '\[1, 2\]'\.\n/],
  [['--timeout', '-1'], /^gradlint: --timeout takes a number above 0\.\n$/],
  [['--memory', 'much'], /^gradlint: --memory takes a number above 0\.\n$/],
  [['--seed', 'x'], /^gradlint: --seed takes a whole number\.\n$/],
  [['--no-seed'], /^gradlint: --no-seed is no option\.\n/],
])('%j is refused', async (args, message) => {
  const { status, stderr } = await gradlint(project(), 'gradcheck', 'loss.ts#peak', ...args);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});

test('an input that is no JSON', async () => {
  const { status, stderr } = await gradlint(project(), 'gradcheck', 'loss.ts#peak', '--input', '[1');
  expect([status, stderr]).toEqual([
    2,
    "gradlint: --input [1 is no JSON.\nWrite a number or nested arrays: --input '[1, 2.5]'.\n",
  ]);
});

/** What the file does at its top level, and what is said of it. */
test.each([
  [
    'ends the process',
    'process.exit(0);',
    'loss.ts throws when it is run: it uses `process.exit`, which is not available where gradlint runs code',
  ],
  ['throws', "throw new TypeError('no data');", 'loss.ts throws when it is run: no data'],
  [
    'does not end',
    'for (;;) tf.tidy(() => tf.zeros([1]));',
    'loss.ts cannot be loaded: it ran longer than 3 s.',
  ],
  [
    'waits for ever',
    'await new Promise(() => {});',
    'loss.ts throws when it is run: it was still waiting after 2 s',
  ],
  ['is no program', 'const = 1;', 'loss.ts: it cannot be bundled: Expected identifier but found "="'],
])('a file that %s', async (_, statement, message) => {
  const root = project({ 'loss.ts': `${LOSS}\n${statement}\n` });
  const { status, stderr } = await gradlint(
    root,
    'gradcheck',
    'loss.ts#peak',
    '--input',
    '[1, 2]',
    '--timeout',
    '3',
  );
  expect([status, stderr.split('\n')[0]!.slice(0, 'gradlint: '.length + message.length)]).toEqual([
    3,
    `gradlint: ${message}`,
  ]);
  expect(stderr).not.toMatch(/\n\s+at /);
});

const BODIES = `import * as tf from '@tensorflow/tfjs';
import { readFileSync, writeFileSync } from 'node:fs';
export function endless(x: tf.Tensor) { for (;;) x = x.add(0); }
export function hoards(x: tf.Tensor) { for (;;) tf.keep(tf.zeros([1e6])); }
export function reads(x: tf.Tensor) { return x.mul(readFileSync('loss.ts').length); }
export function writes(x: tf.Tensor) { try { writeFileSync('written', ''); } catch {} return x; }
`;

test.each([
  ['endless', 'The gradient of endless was not checked to the end: it ran longer than 2 s.'],
  ['hoards', 'hoards cannot be run here: it holds more than 200 MB of tensors'],
  ['reads', 'reads cannot be run here: it uses `node:fs.readFileSync()`, which is not available'],
  ['writes', 'writes cannot be run here: it uses `node:fs.writeFileSync()`, which is not available'],
])('a function that %s', async (name, message) => {
  const root = project({ 'loss.ts': BODIES });
  const limits = ['--timeout', '2', '--memory', '200'];
  const { status, stderr } = await gradlint(
    root,
    'gradcheck',
    `loss.ts#${name}`,
    '--input',
    '[1, 2]',
    ...limits,
  );
  expect([status, stderr.slice(0, 'gradlint: '.length + message.length)]).toEqual([
    3,
    `gradlint: ${message}`,
  ]);
  expect(existsSync(path.join(root, 'written'))).toBe(false);
});

test('what the function prints is not printed, and other files and packages of the project come with it', async () => {
  const root = project({
    'loss.ts':
      "import { scale } from './scale';\nexport const loss = (x) => { console.log('loud'); return scale(x).sum(); };\n",
    'scale.ts':
      "import { mul } from '@tensorflow/tfjs-core';\nawait null;\nexport const scale = (x) => mul(x, 2);\n",
  });
  const { stdout, stderr } = await gradlint(root, 'gradcheck', 'loss.ts#loss', '--input', '[1, 2]');
  expect(stdout).toMatch(/^The gradient of loss is right/);
  expect(stdout + stderr).not.toContain('loud');
});
