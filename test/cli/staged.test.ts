import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, git, repository, write } from '../folder.js';
import { BROKEN, gradlint, MAIN, SOUND, start, SYNTAX_ERROR } from './cli.js';

const OPTIONS = ['--staged', '--no-confirm', '--fail-on=warning'];

describe('what is staged is judged', () => {
  test('and nothing else', async () => {
    const root = repository({ 'old.ts': BROKEN });
    write(root, { 'new.ts': SOUND, 'untracked.ts': BROKEN });
    git(root, 'add', 'new.ts');
    expect(await gradlint(root, ...OPTIONS)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Nothing found'),
    });
  });

  test('a fix that is not staged does not help', async () => {
    const root = repository({});
    write(root, { 'energy.ts': BROKEN });
    git(root, 'add', '.');
    write(root, { 'energy.ts': SOUND });
    const { status, stdout } = await gradlint(root, ...OPTIONS);
    expect(stdout).toContain('return tf.exp(x).sum();');
    expect(status).toBe(1);
  });

  test('a mistake that is not staged does not count', async () => {
    const root = repository({});
    write(root, { 'energy.ts': SOUND });
    git(root, 'add', '.');
    write(root, { 'energy.ts': SYNTAX_ERROR });
    expect((await gradlint(root, ...OPTIONS)).status).toBe(0);
  });

  test('what a staged file imports is read as it is staged', async () => {
    const loss = `import * as tf from '@tensorflow/tfjs';\nimport { LIMIT } from './limit';\nexport const f = (x: tf.Tensor) => tf.exp(tf.minimum(x, LIMIT));\n`;
    const root = repository({ 'limit.ts': 'export const LIMIT = 20;\n' });
    write(root, { 'loss.ts': loss });
    git(root, 'add', '.');
    write(root, { 'limit.ts': 'export const LIMIT = 1000;\n' });
    expect((await gradlint(root, ...OPTIONS)).status).toBe(0);
    git(root, 'add', '.');
    expect((await gradlint(root, ...OPTIONS)).status).toBe(1);
  });

  test('so is JSON, by the analysis and by the confirmation', async () => {
    const loss = `import * as tf from '@tensorflow/tfjs';\nimport config from './config.json';\nexport const f = (x: tf.Tensor2D) => tf.log(tf.softmax(x).add(config.eps)).mean();\n`;
    const root = repository({});
    write(root, { 'loss.ts': loss, 'config.json': '{ "eps": 0 }' });
    git(root, 'add', '.');
    write(root, { 'config.json': '{ "eps": 0.001 }' });
    const { status, stdout } = await gradlint(root, '--staged');
    expect(stdout).toContain('1 error, all confirmed by running the code');
    expect(status).toBe(1);
  });

  test('the confirmation runs what is staged', async () => {
    const root = repository({});
    write(root, { 'energy.ts': BROKEN });
    git(root, 'add', '.');
    write(root, { 'energy.ts': 'not even JavaScript (' });
    const { status, stdout } = await gradlint(root, '--staged');
    expect(stdout).toContain('1 error, all confirmed by running the code');
    expect(status).toBe(1);
  });

  test('paths narrow it', async () => {
    const root = repository({});
    write(root, { 'a/energy.ts': BROKEN, 'b/energy.ts': SOUND });
    git(root, 'add', '.');
    expect((await gradlint(root, ...OPTIONS, 'b')).status).toBe(0);
    expect((await gradlint(root, ...OPTIONS, 'a')).status).toBe(1);
    expect(await gradlint(root, ...OPTIONS, 'c')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There is no file or folder c'),
    });
  });
});

test('as a hook of git it judges the commit that is being made', () => {
  const root = repository({ 'energy.ts': SOUND });
  const hook = path.join(root, '.git/hooks/pre-commit');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" ${OPTIONS.join(' ')}\n`, {
    mode: 0o755,
  });
  const commit = () => git(root, 'commit', '--all', '--quiet', '--message=change');
  write(root, { 'energy.ts': BROKEN });
  expect(commit).toThrow();
  write(root, { 'energy.ts': `// Sound.\n${SOUND}` });
  expect(commit).not.toThrow();
  expect(git(root, 'log', '--format=%s')).toBe('change\nstart\n');
});

test('a commit of nothing but plain numbers, beside a file that uses TensorFlow.js', () => {
  const root = repository({
    'train.ts': `import * as tf from '@tensorflow/tfjs';\nimport { shares } from './shares';\nexport const f = (x: number[]) => tf.tensor1d(shares(x));`,
    'shares.ts': 'export const shares = (values: number[]) => values;',
  });
  const counted = `export function shares(values: number[]) {
  let hits = 0;
  for (const value of values) if (value > 0) hits++;
  return values.map((value) => value / hits);
}`;
  write(root, { 'shares.ts': counted });
  git(root, 'add', '.');
  const { status, stdout } = start(root, ['--staged', '--no-confirm', '--fail-on=warning']);
  expect(status).toBe(1);
  expect(stdout).toContain('division-near-zero  shares.ts:4');
});

describe('where nothing staged uses TensorFlow.js', () => {
  test.each([
    ['nothing is staged', {}],
    ['only other files are', { 'README.md': 'tf.log(x)', 'style.css': '' }],
    ['only other code is', { 'server.ts': 'export const port = 80;' }],
  ])('%s: success, at once', (_, files) => {
    const root = repository({});
    write(root, files);
    git(root, 'add', '.');
    expect(start(root, ['--staged'])).toEqual({
      status: 0,
      stdout: '✔ Nothing staged uses TensorFlow.js\n',
      stderr: '',
    });
  });

  test('neither the parser nor the command line is loaded', () => {
    const root = repository({});
    write(root, { 'server.ts': 'export const port = 80;' });
    git(root, 'add', '.');
    const hooks = folder({
      'register.mjs': `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);`,
      'hooks.mjs': `import { writeSync } from 'node:fs';
        export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`,
    });
    const { stderr } = start(root, ['--staged'], {}, ['--import', path.join(hooks, 'register.mjs')]);
    const loaded = stderr.split('\n').filter((url) => url.startsWith('file:'));
    expect(loaded.filter((url) => url.includes('node_modules'))).toEqual([]);
    const bytes = loaded.map((url) => statSync(new URL(url)).size).reduce((sum, size) => sum + size, 0);
    expect(loaded.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(20_000);
  });

  test('reports that were asked for are written all the same', () => {
    const root = repository({});
    expect(JSON.parse(start(root, ['--staged', '--format=json']).stdout)).toMatchObject({
      findings: [],
      problems: [],
    });
  });
});

describe('in a folder of the work tree', () => {
  const below = () => {
    const root = repository({ 'src/deep/other.ts': '' });
    write(root, { 'src/energy.ts': BROKEN });
    git(root, 'add', '.');
    return path.join(root, 'src/deep');
  };

  test('all that is staged is judged, and named so that it can be opened from there', () => {
    const { status, stdout } = start(below(), OPTIONS);
    expect(stdout).toContain('warning  exp-overflow  ../energy.ts:4:10 in energy');
    expect(status).toBe(1);
  });

  test('and confirmed', async () =>
    expect(await gradlint(below(), '--staged')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('1 error, all confirmed by running the code'),
    }));

  test('GitHub is told the place from the top of the repository', async () =>
    expect((await gradlint(below(), ...OPTIONS, '--format=github')).stdout).toContain('file=src/energy.ts,'));

  test('paths narrow it to what they name', async () =>
    expect(await gradlint(below(), ...OPTIONS, '.')).toMatchObject({ status: 0 }));
});

test.each(['.', 'src/deep'])('a merge that is not done is no success, in %s', (place) => {
  const root = repository({ 'src/energy.ts': SOUND, 'src/deep/other.ts': '' });
  git(root, 'checkout', '--quiet', '-b', 'theirs');
  write(root, { 'src/energy.ts': `// Theirs.\n${SOUND}` });
  git(root, 'commit', '--all', '--quiet', '--message=theirs');
  git(root, 'checkout', '--quiet', 'main');
  write(root, { 'src/energy.ts': `// Ours.\n${SOUND}` });
  git(root, 'commit', '--all', '--quiet', '--message=ours');
  expect(() => git(root, 'merge', '--quiet', 'theirs')).toThrow();
  const { status, stdout } = start(path.join(root, place), OPTIONS);
  expect(stdout).toMatch(/problem {2}\S*energy\.ts: not analysed: its merge is not done/);
  expect(stdout.match(/problem {2}/g)).toHaveLength(1);
  expect(status).toBe(3);
});

describe('a staged file that cannot be read is no success', () => {
  test.each<[string, string | Buffer, RegExp]>([
    ['a syntax error', SYNTAX_ERROR, /energy\.ts: syntax error at 2:25/],
    [
      'one where no tensor code stands',
      `import '@tensorflow/tfjs';\nconst x = (;`,
      /energy\.ts: syntax error/,
    ],
    ['bytes', Buffer.from([60, 254, 218, 69, 8, 127, 149, 4, 65, 31, 10]), /energy\.ts: .* binary/],
  ])('%s', (_, content, problem) => {
    const root = repository({});
    write(root, { 'energy.ts': content });
    git(root, 'add', '.');
    const { status, stdout } = start(root, ['--staged', '--no-confirm']);
    expect(stdout).toMatch(problem);
    expect(status).toBe(3);
  });
});
