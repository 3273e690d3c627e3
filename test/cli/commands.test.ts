import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allRules } from '../../rules/index.js';
import type { Report } from '../../src/report/report.js';
import { folder, write } from '../folder.js';
import { BROKEN, gradlint, SOUND, start, SYNTAX_ERROR } from './cli.js';

test('--help names every command and option', () => {
  const { status, stdout } = start(folder({}), ['--help']);
  expect(status).toBe(0);
  for (const word of [
    'explain',
    'graph',
    'replay',
    'rules',
    'shapes',
    '--confirm',
    '--backend',
    '--format',
    '--report',
    '--fail-on',
    '--staged',
    '--coverage',
  ]) {
    expect(stdout).toContain(word);
  }
});

test('--version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(start(folder({}), ['--version']).stdout).toBe(`${version}\n`);
});

test('rules lists every rule with its claim', async () => {
  const { status, stdout } = await gradlint(folder({}), 'rules');
  expect(status).toBe(0);
  for (const { name } of allRules) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
});

test('comments that silence nothing are counted among the findings, and explained', async () => {
  const root = folder({ 'energy.ts': `${SOUND}// gradlint-disable-next-line exp-overflow\n` });
  const args = ['--no-confirm', '--report-unused-suppressions', '--format=json'];
  const report = JSON.parse((await gradlint(root, ...args)).stdout) as Report;
  expect(report.findings.map(({ rule }) => rule)).toEqual(['unused-suppression']);
  expect(report.summary.findings).toBe(1);
  const { status, stdout } = await gradlint(root, 'explain', 'unused-suppression');
  expect(stdout).toMatch(/^unused-suppression\n\nA comment silences findings where there are none/);
  expect(status).toBe(0);
});

describe('explain', () => {
  test('a rule', async () => {
    const { status, stdout } = await gradlint(folder({}), 'explain', 'exp-overflow');
    expect(status).toBe(0);
    expect(stdout.startsWith('exp-overflow  numerical\n')).toBe(true);
  });

  test.each(allRules.map(({ name }) => name))('%s', async (name) => {
    const { status, stdout } = await gradlint('.', 'explain', name);
    expect(status).toBe(0);
    expect(stdout.startsWith(`${name}  `)).toBe(true);
    expect(stdout).toContain('breaks ');
    expect(stdout).toContain('holds ');
  });

  test('a function: what it relies on', async () => {
    const promise = `import * as tf from '@tensorflow/tfjs';\nexport const surprise = (p: tf.Tensor) => tf.neg(tf.log(p)).sum();\nexport const same = (x: tf.Tensor) => x;\n`;
    const root = folder({ 'surprise.ts': promise });
    expect((await gradlint(root, 'explain', 'surprise.ts#surprise')).stdout).toBe(
      'Preconditions, which callers have to keep:\n\n  surprise\n    p > 0  surprise.ts:2:50  tf.log(p)\n',
    );
    expect((await gradlint(root, 'explain', 'surprise.ts#same')).stdout).toContain(
      'Nothing is known to break in same',
    );
  });
});

describe('shapes', () => {
  test.each([
    ['broken.ts', SYNTAX_ERROR, /^gradlint: broken\.ts: syntax error at 2:25: /],
    ['binary.ts', '\0tf.log(x)', /^gradlint: binary\.ts: not analysed: it has NUL bytes/],
  ])('of %s are not told', async (file, text, message) => {
    const { status, stdout, stderr } = await gradlint(folder({ [file]: text }), 'shapes', file);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([3, '']);
  });

  const TWO = `import * as tf from '@tensorflow/tfjs';\n\nexport const one = () => tf.ones([2]);\nexport const other = (x: tf.Tensor1D) => x.expandDims(1);\n`;

  test('of a file', async () => {
    const { status, stdout } = await gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `import * as tf from '@tensorflow/tfjs';\n\nexport const one = () => tf.ones([2]) /* [2] */;\nexport const other = (x /* [x.0] */: tf.Tensor1D) => x.expandDims(1) /* [x.0, 1] */;\n`,
    });
  });

  test('of a function', async () => {
    expect((await gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#other')).stdout).toBe(
      '(x /* [x.0] */: tf.Tensor1D) => x.expandDims(1) /* [x.0, 1] */\n',
    );
    const { status, stderr } = await gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#third');
    expect(status).toBe(2);
    expect(stderr).toContain('There are: one, other.');
  });

  test('for editors', async () => {
    const { stdout } = await gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#one', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'two.ts',
      expressions: [
        {
          start: { line: 3, column: 26 },
          end: { line: 3, column: 38 },
          expression: 'tf.ones([2])',
          ways: [{ origin: 'ones', outputs: [{ shape: [2] }] }],
        },
      ],
    });
  });
});

describe('--backend', () => {
  const RATE = `import * as tf from '@tensorflow/tfjs';\n/** @range x [-20, 20] */\nexport const rate = (x: tf.Tensor) => tf.exp(x);\n`;

  test('of an audit, and in its report', async () => {
    const root = folder({ 'rate.ts': RATE });
    const audit = async (...args: string[]) =>
      (await gradlint(root, 'rate.ts', '--no-confirm', '--no-cache', ...args)).stdout;
    expect(await audit()).toContain('Nothing found');
    const stdout = await audit('--backend', 'float16');
    expect(stdout).toContain('`x > 11.09`');
    expect(stdout).toContain('for the backend float16');
    expect(JSON.parse(await audit('--backend', 'wasm', '--format', 'json'))).toMatchObject({
      backend: 'wasm',
      findings: [],
    });
  });

  test('of explain and graph', async () => {
    const root = folder({ 'rate.ts': RATE });
    const of = async (command: string) =>
      (await gradlint(root, command, 'rate.ts#rate', '--backend', 'float16')).stdout;
    expect(await of('explain')).toContain('`x > 11.09`');
    expect(await of('graph')).toMatch(/exp\(.*\[0, inf\]/);
    expect((await gradlint(root, 'graph', 'rate.ts#rate')).stdout).not.toContain('inf]');
  });

  test('that there is not', async () => {
    const { status, stderr } = await gradlint(folder({}), '.', '--backend', 'webgpu');
    expect(status).toBe(2);
    expect(stderr).toContain('--backend takes cpu, wasm, webgl, float16, not webgpu.');
  });
});

test('graph prints the tensor program of a function, also of one that others call', async () => {
  const helper = `import * as tf from '@tensorflow/tfjs';\nconst square = (x: tf.Tensor) => x.mul(x);\nexport const norm = (v: tf.Tensor1D) => square(v).sum().sqrt();\n`;
  const root = folder({ 'norm.ts': helper });
  expect((await gradlint(root, 'graph', 'norm.ts#norm')).stdout).toMatch(/%\d+ = sqrt\(%\d+\)/);
  expect((await gradlint(root, 'graph', 'norm.ts#square')).stdout).toMatch(/%\d+ = mul\(%1, %1\)/);
});

describe('replay', () => {
  const audited = async () => {
    const root = folder({ 'energy.ts': BROKEN });
    const { findings } = JSON.parse((await gradlint(root, '--format=json')).stdout) as {
      findings: { id: string }[];
    };
    return { root, id: findings[0]!.id };
  };

  test('proves a finding again and prints its numbers', async () => {
    const { root, id } = await audited();
    const { status, stdout } = await gradlint(root, 'replay', id.slice(0, 8));
    expect(stdout).toMatch(/input +x +float32 \[1\] += \[89\]/);
    expect(stdout).toMatch(/tf\.exp +Infinity/);
    expect(status).toBe(1);
  });

  test('finds it after edits elsewhere in the file', async () => {
    const { root, id } = await audited();
    write(root, { 'energy.ts': `// a comment\n\n${BROKEN}` });
    expect((await gradlint(root, 'replay', id)).stdout).toContain('energy.ts:6:10');
  });

  test('says when it is gone', async () => {
    const { root, id } = await audited();
    write(root, { 'energy.ts': SOUND });
    const { status, stdout } = await gradlint(root, 'replay', id);
    expect(stdout).toContain('exp-overflow at energy.ts:4 is gone');
    expect(status).toBe(0);
  });

  test('of an id that the last audit here does not have: which audit that is, and what to do', async () => {
    const { root, id } = await audited();
    write(root, { 'energy.ts': SOUND });
    await gradlint(root, '--no-confirm');
    const kept = path.join(root, '.gradlint-cache');
    utimesSync(path.join(kept, 'last-report.json'), 0, new Date(2026, 2, 1, 14, 5, 9));
    expect(await gradlint(root, 'replay', id)).toEqual({
      status: 2,
      stdout: '',
      stderr:
        `gradlint: The last audit here, of 2026-03-01 14:05:09, has no finding ${id}: it is kept in ${kept}.\n` +
        'Each audit of a folder replaces the one before. Run it again where the finding was told, then replay it there.\n',
    });
  });

  test('does not guess which one is meant', async () => {
    const { root } = await audited();
    const file = path.join(root, '.gradlint-cache/last-report.json');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...report, findings: [...report.findings, ...report.findings] }));
    expect(await gradlint(root, 'replay', '')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('2 findings of the last audit begin with'),
    });
    writeFileSync(file, '{ "schema": 0 }');
    expect((await gradlint(root, 'replay', 'a')).stderr).toContain('written by another version of gradlint');
  });
});
