import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allRules } from '../../rules/index.js';
import { explainCommand } from '../../src/cli/explain.js';
import { folder, write } from '../folder.js';
import { BROKEN, gradlint, SOUND } from './cli.js';

test('--help names every command and option', () => {
  const { status, stdout } = gradlint(folder({}), '--help');
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
  expect(gradlint(folder({}), '--version').stdout).toBe(`${version}\n`);
});

test('rules lists every rule with its claim', () => {
  const { status, stdout } = gradlint(folder({}), 'rules');
  expect(status).toBe(0);
  for (const { name } of allRules) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
});

describe('explain', () => {
  test('a rule', () => {
    const { status, stdout } = gradlint(folder({}), 'explain', 'exp-overflow');
    expect(status).toBe(0);
    expect(stdout.startsWith('exp-overflow  numerical\n')).toBe(true);
  });

  // In this process: starting one for each rule takes longer than all other commands together.
  test.each(allRules.map(({ name }) => name))('%s', async (name) => {
    const written: string[] = [];
    const terminal = {
      out: (text: string) => void written.push(text),
      note: () => {},
      status: () => {},
      colour: false,
      width: 120,
    };
    expect(await explainCommand.run({ what: name, backend: 'cpu' }, terminal, '.')).toBe(0);
    const stdout = written.join('');
    expect(stdout.startsWith(`${name}  `)).toBe(true);
    expect(stdout).toContain('breaks ');
    expect(stdout).toContain('holds ');
  });

  test('a function: what it relies on', () => {
    const promise = `import * as tf from '@tensorflow/tfjs';\nexport const entropy = (p: tf.Tensor) => p.mul(tf.log(p)).sum();\nexport const same = (x: tf.Tensor) => x;\n`;
    const root = folder({ 'entropy.ts': promise });
    expect(gradlint(root, 'explain', 'entropy.ts#entropy').stdout).toBe(
      'Preconditions, which callers have to keep:\n\n  entropy\n    p > 0  entropy.ts:2:48  tf.log(p)\n',
    );
    expect(gradlint(root, 'explain', 'entropy.ts#same').stdout).toContain(
      'Nothing is known to break in same',
    );
  });
});

describe('shapes', () => {
  const TWO = `import * as tf from '@tensorflow/tfjs';\n\nexport const one = () => tf.ones([2]);\nexport const other = (x: tf.Tensor1D) => x.expandDims(1);\n`;

  test('of a file', () => {
    const { status, stdout } = gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `import * as tf from '@tensorflow/tfjs';\n\nexport const one = () => tf.ones([2]) /* [2] */;\nexport const other = (x /* [x.0] */: tf.Tensor1D) => x.expandDims(1) /* [x.0, 1] */;\n`,
    });
  });

  test('of a function', () => {
    expect(gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#other').stdout).toBe(
      '(x /* [x.0] */: tf.Tensor1D) => x.expandDims(1) /* [x.0, 1] */\n',
    );
    const { status, stderr } = gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#third');
    expect(status).toBe(2);
    expect(stderr).toContain('There are: one, other.');
  });

  test('for editors', () => {
    const { stdout } = gradlint(folder({ 'two.ts': TWO }), 'shapes', 'two.ts#one', '--format', 'json');
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

  test('of an audit, and in its report', () => {
    const root = folder({ 'rate.ts': RATE });
    const audit = (...args: string[]) => gradlint(root, 'rate.ts', '--no-confirm', '--no-cache', ...args);
    expect(audit().stdout).toContain('Nothing found');
    const { stdout } = audit('--backend', 'float16');
    expect(stdout).toContain('`x > 11.09`');
    expect(stdout).toContain('for the backend float16');
    expect(JSON.parse(audit('--backend', 'wasm', '--format', 'json').stdout)).toMatchObject({
      backend: 'wasm',
      findings: [],
    });
  });

  test('of explain and graph', () => {
    const root = folder({ 'rate.ts': RATE });
    const of = (command: string) => gradlint(root, command, 'rate.ts#rate', '--backend', 'float16').stdout;
    expect(of('explain')).toContain('`x > 11.09`');
    expect(of('graph')).toMatch(/exp\(.*\[0, inf\]/);
    expect(gradlint(root, 'graph', 'rate.ts#rate').stdout).not.toContain('inf]');
  });

  test('that there is not', () => {
    const { status, stderr } = gradlint(folder({}), '.', '--backend', 'webgpu');
    expect(status).toBe(2);
    expect(stderr).toContain('--backend takes cpu, wasm, webgl, float16, not webgpu.');
  });
});

test('graph prints the tensor program of a function, also of one that others call', () => {
  const helper = `import * as tf from '@tensorflow/tfjs';\nconst square = (x: tf.Tensor) => x.mul(x);\nexport const norm = (v: tf.Tensor1D) => square(v).sum().sqrt();\n`;
  const root = folder({ 'norm.ts': helper });
  expect(gradlint(root, 'graph', 'norm.ts#norm').stdout).toMatch(/%\d+ = sqrt\(%\d+\)/);
  expect(gradlint(root, 'graph', 'norm.ts#square').stdout).toMatch(/%\d+ = mul\(%1, %1\)/);
});

describe('replay', () => {
  const audited = () => {
    const root = folder({ 'energy.ts': BROKEN });
    const { findings } = JSON.parse(gradlint(root, '--format=json').stdout) as { findings: { id: string }[] };
    return { root, id: findings[0]!.id };
  };

  test('proves a finding again and prints its numbers', () => {
    const { root, id } = audited();
    const { status, stdout } = gradlint(root, 'replay', id.slice(0, 8));
    expect(stdout).toMatch(/input +x +float32 \[1\] += \[89\]/);
    expect(stdout).toMatch(/tf\.exp +Infinity/);
    expect(status).toBe(1);
  });

  test('finds it after edits elsewhere in the file', () => {
    const { root, id } = audited();
    write(root, { 'energy.ts': `// a comment\n\n${BROKEN}` });
    expect(gradlint(root, 'replay', id).stdout).toContain('energy.ts:6:10');
  });

  test('says when it is gone', () => {
    const { root, id } = audited();
    write(root, { 'energy.ts': SOUND });
    const { status, stdout } = gradlint(root, 'replay', id);
    expect(stdout).toContain('exp-overflow at energy.ts:4 is gone');
    expect(status).toBe(0);
  });

  test('does not guess which one is meant', () => {
    const { root } = audited();
    const file = path.join(root, '.gradlint-cache/last-report.json');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...report, findings: [...report.findings, ...report.findings] }));
    expect(gradlint(root, 'replay', '')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('2 findings of the last audit begin with'),
    });
    expect(gradlint(root, 'replay', 'zzz').stderr).toContain('The last audit has no finding zzz.');
    writeFileSync(file, '{ "schema": 0 }');
    expect(gradlint(root, 'replay', 'a').stderr).toContain('written by another version of gradlint');
  });
});
