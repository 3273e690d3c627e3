import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { write } from './folder.js';

const root = path.resolve(import.meta.dirname, '..');

const project = realpathSync(mkdtempSync(path.join(tmpdir(), 'gradlint-package-')));

/** The package as it is published, beside the dependencies that are installed here. */
beforeAll(() => {
  write(project, {
    'package.json': '{ "type": "module" }',
    'loss.ts': `import * as tf from '@tensorflow/tfjs';\nexport const loss = (z: tf.Tensor2D) => tf.log(tf.softmax(z)).mean();\n`,
    'use.mjs': USE,
  });
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', project],
    { cwd: root, encoding: 'utf8' },
  );
  const modules = path.join(project, 'node_modules');
  mkdirSync(path.join(modules, 'gradlint'), { recursive: true });
  execFileSync('tar', ['-xzf', packed.trim(), '-C', path.join(modules, 'gradlint'), '--strip-components=1'], {
    cwd: project,
  });
  for (const name of readdirSync(path.join(root, 'node_modules')))
    if (name !== 'gradlint' && !name.startsWith('.'))
      symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

const USE = `
import { audit, lintText, planFixes, rules, version } from 'gradlint';
import { readFileSync } from 'node:fs';
const report = await audit(['loss.ts']);
const plan = planFixes(report.findings, (file) => readFileSync(file, 'utf8'));
const text = await lintText("import * as tf from '@tensorflow/tfjs';\\nexport const f = (x) => tf.exp(x);\\n", 'f.js');
console.log(JSON.stringify({
  version,
  rules: (await rules()).length,
  found: report.findings.map(({ rule, severity, verdict }) => [rule, severity, verdict.status]),
  fixed: plan.texts.get('loss.ts'),
  text: text.map(({ rule, start }) => [rule, start.line]),
}));
`;

test('the public API, imported from the packed package', () => {
  const said = JSON.parse(execFileSync(process.execPath, ['use.mjs'], { cwd: project, encoding: 'utf8' }));
  expect(said).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    rules: expect.any(Number),
    found: [['unstable-composite', 'error', 'confirmed']],
    fixed: `import * as tf from '@tensorflow/tfjs';\nexport const loss = (z: tf.Tensor2D) => tf.logSoftmax(z).mean();\n`,
    text: [['exp-overflow', 2]],
  });
  expect(said.rules).toBeGreaterThanOrEqual(10);
  expect(existsSync(path.join(project, 'node_modules/gradlint/dist/src/index.d.ts'))).toBe(true);
});

test('types for `require`, from TypeScript that is compiled to CommonJS', () => {
  writeFileSync(path.join(project, 'check.cts'), REQUIRED);
  const options = [
    '--strict',
    '--module',
    'node16',
    '--types',
    'node',
    '--lib',
    'es2022,dom',
    '--skipLibCheck',
  ];
  const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
  const said = spawnSync(process.execPath, [compiler, ...options, 'check.cts'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(said.stdout).toBe('');
  expect(said.status).toBe(0);
  const { stdout } = spawnSync(process.execPath, ['check.cjs'], { cwd: project, encoding: 'utf8' });
  expect(stdout).toBe('correct 0.1 1 function\n');
});

const REQUIRED = `
import type {} from 'gradlint/jest';
import { checkGradient, GradientCheckError, type GradientReport } from 'gradlint/gradcheck';
import { inFloat64, registerFloat64 } from 'gradlint/float64';
import { gradientMatchers } from 'gradlint/matchers';
import * as tf from '@tensorflow/tfjs';

declare function expect(fn: (x: tf.Tensor) => tf.Tensor): jest.Matchers<void>;
export const matched = (): Promise<void> => expect((x) => x.square()).toHaveCorrectGradient([1]);

export const isRefusal = (error: unknown): boolean =>
  error instanceof GradientCheckError && error.code === 'bad-call';

registerFloat64(tf);
const tenth = inFloat64(() => tf.scalar(0.1).dataSync()[0], { tf });
checkGradient((x: tf.Tensor) => x.square(), [1], { tf }).then(({ verdict, order }: GradientReport) =>
  console.log(verdict, tenth, order, typeof gradientMatchers.toHaveCorrectGradient),
);
`;

test('pages that the README names come with it, and nothing that nobody reads', () => {
  const root = path.join(project, 'node_modules/gradlint');
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const pages = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page]) => page!);
  expect(pages.length).toBeGreaterThan(40);
  expect(pages.filter((page) => !existsSync(path.join(root, page)))).toEqual([]);
  expect(readdirSync(root).sort()).toEqual([
    '.pre-commit-hooks.yaml',
    'LICENSE',
    'README.md',
    'dist',
    'docs',
    'package.json',
    'schema',
  ]);
});
