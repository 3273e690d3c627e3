import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './folder.js';

const root = path.resolve(import.meta.dirname, '..');

/** The package as it is published, beside the dependencies that are installed here. */
function installed(): string {
  const project = folder({
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
  return project;
}

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
  const project = installed();
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
