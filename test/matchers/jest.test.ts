import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folder, type Files } from '../folder.js';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs jest itself, with its own globals and module registry, and gives the messages of what failed, by test. */
function jest(files: Files): Readonly<Record<string, string>> {
  const project = folder({ 'package.json': '{}', ...files });
  const modules = path.join(project, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, path.join(modules, 'gradlint'));
  for (const name of ['@tensorflow', '@jest'])
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  const { stdout } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/jest/bin/jest.js'), '--json', '--runInBand', '--silent', '--no-cache'],
    { cwd: project, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const { testResults } = JSON.parse(stdout) as JestReport;
  const tests = testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.length === 0 ? [{ title: 'loading', failureMessages: [message] }] : assertionResults,
  );
  return Object.fromEntries(
    tests.map(({ title, failureMessages }) => [title, withoutStack(failureMessages.join('\n'))]),
  );
}

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: string[] }[];
  }[];
}

/** Without places in files, and without what differs between runs and machines. */
const withoutStack = (message: string): string =>
  message
    .split('\n    at ')[0]!
    .replace(/runs .*/, 'runs')
    .replace(/±.*/g, '± bound');

const CONFIG = `module.exports = { transform: {}, setupFilesAfterEnv: ['gradlint/jest'] };`;

test('in jest: passes, fails with the numbers, and refuses what cannot be asked', () => {
  const said = jest({
    'jest.config.js': CONFIG,
    'gradient.test.js': `
const tf = require('@tensorflow/tfjs');
beforeAll(() => tf.setBackend('cpu'));
const square = tf.customGrad((x) => ({ value: x.square(), gradFunc: (dy) => dy.mul(x) }));
const loss = (x) => square(x).sum();
test('right', () => expect((x) => x.tanh()).toHaveCorrectGradient([[1, 2]]));
test('typed arrays of this realm', () => expect((x) => x.exp()).toHaveCorrectGradient(new Float32Array([1, 2])));
test('not right', () => expect((x) => x.relu()).not.toHaveCorrectGradient([[0, 2]]));
test('wrong', () => expect(loss).toHaveCorrectGradient([tf.tensor1d([3, 1])], { seed: 7 }));
test('right, against what was expected', () => expect(tf.sin).not.toHaveCorrectGradient([1]));
test('no tensor', () => expect(function half(x) { return 3; }).toHaveCorrectGradient([1]));
test('nothing is left behind', async () => {
  const before = tf.memory().numTensors;
  await expect((x) => x.tanh()).toHaveCorrectGradient([[1, 2]]);
  expect(tf.memory().numTensors).toBe(before);
});
`,
  });
  expect(said).toEqual({
    right: '',
    'typed arrays of this realm': '',
    'not right': '',
    wrong: `Error: The gradient of loss is wrong at [0] = 3: autodiff says 3, differences say 6 ± bound

  verdict   wrong-gradient
  element   input 0 [0], where the input is 3
  autodiff  3
  reference 6 ± bound
  rate      1 (2 with the right gradient, 1 with a wrong one)
  kernel    custom gradient, backward pass
  runs
  again     await checkGradient(loss, [[3,1]], { seed: 7 })`,
    'right, against what was expected': expect.stringMatching(
      /^Error: The gradient of sin__op is right: 1 of 1 elements and 0 directions agree with differences to /,
    ) as string,
    'no tensor': 'GradientCheckError: half returns a number, not a tensor. Return one tensor of any shape.',
    'nothing is left behind': '',
  });
});

test('in jest without its globals', () => {
  const config = CONFIG.replace('{', '{ injectGlobals: false,');
  expect(jest({ 'jest.config.js': config, 'a.test.js': '' }).loading).toContain(
    'UsageError: gradlint/jest was loaded where jest has no `expect`.',
  );
  const said = jest({
    'jest.config.js': config.replace(/setupFilesAfterEnv: .*]/, ''),
    'gradient.test.js': `
const { expect, test } = require('@jest/globals');
const { gradientMatchers } = require('gradlint/matchers');
expect.extend(gradientMatchers);
test('right', () => expect((x) => x.tanh()).toHaveCorrectGradient([[1, 2]]));
test('wrong', () => expect((x) => x.abs()).toHaveCorrectGradient([[0, 2]]));
`,
  });
  expect(said).toEqual({
    right: '',
    wrong: expect.stringMatching(/^Error: fn has a kink at \[0\] = 0 /) as string,
  });
});
