import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folder } from '../folder.js';
import { BROKEN, gradlint } from './cli.js';

const POLICY = `import { log, softmax, Tensor } from '@tensorflow/tfjs';

export const policy = (z: Tensor) => log(softmax(z));
`;
const FIXED = `import { log, softmax, Tensor, logSoftmax } from '@tensorflow/tfjs';

export const policy = (z: Tensor) => logSoftmax(z);
`;

test('--fix makes what is proven to compute the same, and nothing else', async () => {
  const root = folder({ 'policy.ts': POLICY, 'energy.ts': BROKEN });
  const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  const { status, stdout, stderr } = await gradlint(root, '--fix', '--no-cache');
  expect(stderr).toBe('gradlint: fixed 1 finding in 1 file.\n');
  expect(text('policy.ts')).toBe(FIXED);
  // A clip changes values: that is for a person to decide.
  expect(text('energy.ts')).toBe(BROKEN);
  expect(stdout).toContain('1 error, all confirmed by running the code');
  expect(status).toBe(1);
});

test('--fix-dry-run prints the diff, and writes nothing', async () => {
  const root = folder({ 'policy.ts': POLICY });
  const { status, stdout } = await gradlint(root, '--fix-dry-run', '--no-cache');
  expect(stdout).toBe(
    [
      '--- a/policy.ts',
      '+++ b/policy.ts',
      '@@ -1,3 +1,3 @@',
      `-import { log, softmax, Tensor } from '@tensorflow/tfjs';`,
      `+import { log, softmax, Tensor, logSoftmax } from '@tensorflow/tfjs';`,
      ' ',
      '-export const policy = (z: Tensor) => log(softmax(z));',
      '+export const policy = (z: Tensor) => logSoftmax(z);',
      '',
    ].join('\n'),
  );
  expect(status).toBe(1);
  expect(readFileSync(path.join(root, 'policy.ts'), 'utf8')).toBe(POLICY);
});

test.each([
  [
    ['--fix', '--no-confirm'],
    '--fix makes proven fixes only, and --no-confirm proves none.\nLeave one of them out.',
  ],
  [
    ['--fix-dry-run', '--format=json'],
    '--fix-dry-run prints a diff and no report, and --format json asks for one.\nLeave one of them out: the report of an audit has the fixes too.',
  ],
  [
    ['--fix-dry-run', '--report', 'audit.html'],
    '--fix-dry-run prints a diff and no report, and --report audit.html asks for one.\nLeave one of them out: the report of an audit has the fixes too.',
  ],
  [
    ['--fix-dry-run', '--staged'],
    '--fix-dry-run changes files, and --staged judges what is staged.\nRun gradlint with --fix on the files, stage them, and commit.',
  ],
])('%j is refused', async (args, message) => {
  const { status, stderr } = await gradlint(folder({ 'policy.ts': POLICY }), ...args);
  expect(stderr).toBe(`gradlint: ${message}\n`);
  expect(status).toBe(2);
});
