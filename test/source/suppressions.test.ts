import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Linter } from 'eslint';
import plugin from 'gradlint/eslint';
import { analyse } from '../../src/analysis.js';
import { folder } from '../folder.js';

const TF = `import * as tf from '@tensorflow/tfjs';\n`;

/** What the command line says of a program: rule, line, and why it is silent. */
async function told(code: string): Promise<string[]> {
  const root = folder({ 'a.js': TF + code });
  const { report } = await analyse({ root, paths: ['.'], confirm: 'off', unusedSuppressions: true });
  return report.findings.map(
    ({ rule, start, suppressed, message }) =>
      `${start.line - 1} ${rule}: ${suppressed === null ? (rule.startsWith('unused') ? message : 'told') : suppressed.reason}`,
  );
}

/** Lines on which ESLint reports something, by the same count. */
function lines(code: string): number[] {
  const messages = new Linter({ configType: 'flat' }).verify(
    TF + code,
    plugin.configs.recommended,
    path.resolve('a.js'),
  );
  // ESLint also tells of its own comments that silence nothing.
  const own = messages.filter(({ ruleId }) => ruleId?.startsWith('gradlint/') === true);
  return own.map(({ line }) => line - 1);
}

const EXP = 'export const f = (x) => tf.exp(x);';

describe('a comment silences', () => {
  test.each([
    [
      'the next line',
      `// gradlint-disable-next-line exp-overflow -- x is a probability\n${EXP}`,
      ['2 exp-overflow: x is a probability'],
    ],
    [
      'its own line',
      `${EXP} // gradlint-disable-line exp-overflow -- x is small`,
      ['1 exp-overflow: x is small'],
    ],
    ['all rules', `// gradlint-disable-next-line -- x is small\n${EXP}`, ['2 exp-overflow: x is small']],
    [
      'without a reason, which is said',
      `// gradlint-disable-next-line exp-overflow\n${EXP}`,
      ['2 exp-overflow: no reason given'],
    ],
    [
      'a block',
      `/* gradlint-disable exp-overflow -- old code */\n${EXP}\n/* gradlint-enable exp-overflow */\n${EXP.replace('f', 'g')}`,
      ['2 exp-overflow: old code', '4 exp-overflow: told'],
    ],
    ['a file', `/* gradlint-disable */\n${EXP}`, ['2 exp-overflow: no reason given']],
    [
      'as ESLint has it',
      `// eslint-disable-next-line gradlint/exp-overflow -- x is small\n${EXP}`,
      ['2 exp-overflow: x is small'],
    ],
    [
      'across lines',
      `/* gradlint-disable-next-line exp-overflow --\n   x is\n   small */\n${EXP}`,
      ['4 exp-overflow: x is small'],
    ],
  ])('%s', async (_, code, expected) => {
    expect(await told(code)).toEqual(expected);
    // ESLint is silent where the command line is.
    const loud = expected.filter((line) => line.endsWith('told')).map((line) => Number(line.split(' ')[0]));
    expect(lines(code)).toEqual(loud);
  });
});

describe('a comment does not silence', () => {
  test.each([
    [
      'another rule',
      `// gradlint-disable-next-line log-of-zero -- why\n${EXP}`,
      [
        '2 exp-overflow: told',
        '1 unused-suppression: `// gradlint-disable-next-line log-of-zero -- why` silences nothing: no finding of log-of-zero is left there. Remove the comment.',
      ],
    ],
    ['another plugin', `// eslint-disable-next-line no-undef\n${EXP}`, ['2 exp-overflow: told']],
    ['from within a string', `const s = '// gradlint-disable-next-line';${EXP}\n`, ['1 exp-overflow: told']],
  ])('%s', async (_, code, expected) => {
    expect(await told(code)).toEqual(expected);
    expect(lines(code)).toEqual([Number(expected[0]!.split(' ')[0])]);
  });
});

test('a suppressed finding is counted apart, and not run', async () => {
  const root = folder({ 'a.js': `${TF}// gradlint-disable-next-line exp-overflow\n${EXP}\n` });
  const { report } = await analyse({ root, paths: ['.'], confirm: 'function' });
  expect(report.summary).toMatchObject({ findings: 0, suppressed: 1, confirmed: 0 });
  expect(report.findings[0]!.verdict).toEqual({
    status: 'not-run',
    reason: 'a suppressed finding is not run',
  });
});
