import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint as ESLint10, Linter as Linter10 } from 'eslint';
import { ESLint as ESLint9, Linter as Linter9 } from 'eslint-9';
import typescriptEslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
// As users import it: compiled, by the name of the package. `npm test` builds it first.
import plugin from 'gradlint/eslint';
import { allRules } from '../../rules/index.js';
import { folder } from '../folder.js';
import { BROKEN, SOUND } from '../cli/cli.js';

const versions = [
  ['9', { ESLint: ESLint9 as unknown as typeof ESLint10, Linter: Linter9 as unknown as typeof Linter10 }],
  ['10', { ESLint: ESLint10, Linter: Linter10 }],
] as const;

const JAVASCRIPT = `import * as tf from '@tensorflow/tfjs';
export const energy = (x) => tf.exp(x).sum();
`;

const typescript: Linter10.Config = {
  files: ['**/*.ts'],
  languageOptions: { parser: typescriptEslint.parser as Linter10.Parser },
};

describe.each(versions)('with ESLint %s', (version, { ESLint, Linter }) => {
  test('is the version it says', () => expect(ESLint.version).toMatch(new RegExp(`^${version}\\.`)));

  const lint = async (files: Readonly<Record<string, string>>, ...configs: Linter10.Config[]) => {
    const eslint = new ESLint({
      cwd: folder(files),
      overrideConfigFile: true,
      overrideConfig: [typescript, plugin.configs.recommended, ...configs],
    });
    const results = await eslint.lintFiles(['.']);
    return results.flatMap(({ messages }) => messages);
  };

  test('JavaScript by the default parser', async () => {
    const [message, ...others] = await lint({ 'energy.js': JAVASCRIPT });
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      ruleId: 'gradlint/exp-overflow',
      severity: 1,
      line: 2,
      column: 30,
      endLine: 2,
      endColumn: 39,
      message: expect.stringMatching(/^`tf\.exp\(x\)` overflows to Infinity/),
    });
  });

  test('the backend is a setting', async () => {
    const rate = `import * as tf from '@tensorflow/tfjs';\n/** @range x [-20, 20] */\nexport const rate = (x) => tf.exp(x);\n`;
    expect(await lint({ 'rate.js': rate })).toEqual([]);
    const backend = (name: string): Linter10.Config => ({ settings: { gradlint: { backend: name } } });
    expect(await lint({ 'rate.js': rate }, backend('float16'))).toMatchObject([
      { ruleId: 'gradlint/exp-overflow', message: expect.stringContaining('`x > 11.09`') },
    ]);
  });

  test.each([
    [{ backend: 'tpu' }, 'settings.gradlint.backend takes cpu, wasm, webgl, float16, not "tpu".'],
    [{ backend: null }, 'settings.gradlint.backend takes cpu, wasm, webgl, float16, not null.'],
    [{ backnd: 'webgl' }, 'settings.gradlint takes backend, and has no backnd.'],
    [5, "settings.gradlint takes an object such as { backend: 'webgl' }, not 5."],
  ])(
    'ESLint ends with the setting %j, whatever the file is about, and says what there is',
    async (gradlint, message) => {
      const error = await lint({ 'server.js': 'export const port = 80;' }, { settings: { gradlint } }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toContain(message);
      // What the command of ESLint prints.
      expect((error as Error).stack).toBe(`gradlint: ${message}\nMend it in the configuration of ESLint.`);
    },
  );

  test('TypeScript by the parser of typescript-eslint', async () => {
    expect(await lint({ 'energy.ts': BROKEN })).toMatchObject([
      { ruleId: 'gradlint/exp-overflow', line: 4, column: 10 },
    ]);
    expect(await lint({ 'energy.ts': SOUND, 'server.ts': 'export const port: number = 80;' })).toEqual([]);
  });

  test('comments of ESLint silence it', async () => {
    const silenced = JAVASCRIPT.replace(
      'export',
      '// eslint-disable-next-line gradlint/exp-overflow -- x is bounded\nexport',
    );
    expect(await lint({ 'energy.js': silenced })).toEqual([]);
  });

  test('what nobody wrote down is reported on request', async () => {
    const files = { 'a.js': `import * as tf from '@tensorflow/tfjs';\nexport const f = (p) => tf.log(p);\n` };
    expect(await lint(files)).toEqual([]);
    const notes: Linter10.Config = { rules: { 'gradlint/log-of-zero': ['warn', { notes: true }] } };
    expect(await lint(files, notes)).toMatchObject([{ ruleId: 'gradlint/log-of-zero', line: 2 }]);
  });

  test('options it does not know are refused', async () => {
    await expect(
      lint({ 'a.js': '' }, { rules: { 'gradlint/log-of-zero': ['warn', { latent: true }] } }),
    ).rejects.toThrow(/latent/);
  });

  test('fixes are suggestions, since they change the numbers', () => {
    const code = `import * as tf from '@tensorflow/tfjs';\nexport const f = (x) => tf.log(tf.add(1, tf.square(x)));\n`;
    const [message] = new Linter({ configType: 'flat' }).verify(
      code,
      plugin.configs.recommended,
      path.resolve('f.js'),
    );
    expect(message).toMatchObject({ ruleId: 'gradlint/log-near-one' });
    const { range, text } = message!.suggestions![0]!.fix;
    expect(code.slice(0, range[0]) + text + code.slice(range[1])).toContain('(x) => tf.log1p(tf.square(x));');
    expect(message!.fix).toBeUndefined();
  });

  test('text without a file is judged too', () => {
    const messages = new Linter({ configType: 'flat' }).verify(JAVASCRIPT, plugin.configs.recommended);
    expect(messages).toMatchObject([{ ruleId: 'gradlint/exp-overflow' }]);
  });

  test('files in other languages are left to others', async () => {
    const text: Linter10.Config = {
      files: ['**/*.vue'],
      languageOptions: { parser: typescriptEslint.parser as Linter10.Parser },
    };
    expect(await lint({ 'a.vue': JAVASCRIPT }, text)).toEqual([]);
  });
});

describe('the plugin', () => {
  test('says who it is', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(plugin.meta).toMatchObject({ name: 'gradlint', version });
  });

  test('has every rule, documented, and recommends it', () => {
    const names = allRules.map(({ name }) => name);
    expect(Object.keys(plugin.rules!)).toEqual(names);
    expect(Object.keys(plugin.configs.recommended.rules!)).toEqual(names.map((name) => `gradlint/${name}`));
    for (const rule of Object.values(plugin.rules!)) expect(rule.meta!.docs!.description).not.toBe('');
  });

  test('recommends as errors only what is certain without running anything', () => {
    const errors = Object.entries(plugin.configs.recommended.rules!).filter(([, level]) => level === 'error');
    expect(errors.map(([name]) => name)).toEqual(['gradlint/incompatible-shapes']);
  });

  test('analyses a file once for all its rules', () => {
    const linter = new Linter10({ configType: 'flat' });
    const many = `import * as tf from '@tensorflow/tfjs';\n${Array.from({ length: 100 }, (_, i) => `export const f${i} = (x) => tf.exp(x);`).join('\n')}`;
    const timed = (config: Linter10.Config): number => {
      const started = performance.now();
      linter.verify(many, config, path.resolve('many.js'));
      return performance.now() - started;
    };
    const one: Linter10.Config = {
      ...plugin.configs.recommended,
      rules: { 'gradlint/exp-overflow': 'warn' },
    };
    timed(one);
    expect(timed(plugin.configs.recommended)).toBeLessThan(5 * timed(one) + 50);
  });
});
