/** The library, as those call it who write JavaScript. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { AnalysisError, audit, lintText, UsageError } from '../src/index.js';
import { BROKEN, SOUND } from './cli/cli.js';
import { folder } from './folder.js';

describe('lintText', () => {
  test('gives findings, and none where there are none', async () => {
    expect(await lintText(BROKEN, 'energy.ts')).toMatchObject([{ rule: 'exp-overflow', start: { line: 4 } }]);
    expect(await lintText(SOUND, 'energy.ts')).toEqual([]);
    expect(await lintText('export const port: number = 80;', 'server.ts')).toEqual([]);
  });

  test.each([
    ['what is about something else', 'export const x = (', /broken\.ts does not parse: syntax error at 1:19/],
    ['an import and no more', `import '@tensorflow/tfjs';\nconst x = (;`, /syntax error at 2:12/],
    ['what holds tensor code', BROKEN.replace('}', ''), /syntax error at 6:1/],
  ])('throws of what does not parse, so that it is not taken for clean: %s', async (_, text, message) => {
    const answer = lintText(text, 'broken.ts');
    await expect(answer).rejects.toThrow(AnalysisError);
    await expect(answer).rejects.toThrow(message);
  });

  test.each([
    [{ backend: 'gpu' }, /There is no backend gpu/],
    [{ backend: null }, /There is no backend null/],
  ])('refuses %j, also for a text without tensors', async (options, message) => {
    const answer = lintText('', 'empty.ts', options as object);
    await expect(answer).rejects.toThrow(UsageError);
    await expect(answer).rejects.toThrow(message);
  });
});

describe('audit refuses what it cannot mean, before it runs anything', () => {
  test.each([
    [{ confirm: 'foo' }, 'confirm takes function, slice or off, not foo.'],
    [{ confirm: false }, 'confirm takes function, slice or off, not false.'],
    [{ confirm: null }, 'confirm takes function, slice or off, not null.'],
    [{ backend: 'gpu' }, 'There is no backend gpu.'],
    [{ timeLimitMs: -5 }, /^timeLimitMs takes milliseconds: a number above 0, up to \d+, not -5\.$/],
    [{ timeLimitMs: NaN }, /not NaN\.$/],
    [{ timeLimitMs: Infinity }, /not Infinity\.$/],
    [{ timeLimitMs: '100' }, /not 100\.$/],
    [{ root: 3 }, 'root takes the path of a folder, not 3.'],
    [{ readFile: {} }, 'readFile takes a function from a path to a text, not an object.'],
    [{ unusedSuppressions: 'yes' }, 'unusedSuppressions takes true or false, not yes.'],
  ])('%j', async (options, message) => {
    const root = folder({ 'energy.ts': BROKEN });
    const answer = audit([path.join(root, 'energy.ts')], { root, ...options } as object);
    await expect(answer).rejects.toThrow(UsageError);
    await expect(answer).rejects.toThrow(message);
  });

  test.each(['src', [1], null])('the paths %j', async (paths) => {
    await expect(audit(paths as unknown as string[])).rejects.toThrow(
      /^paths takes a list of texts: \['src'\], not /,
    );
  });
});

test('a finding that is confirmed has a witness, also for the compiler', async () => {
  const root = folder({ 'energy.ts': BROKEN });
  const { findings } = await audit(['energy.ts'], { root });
  const inputs = findings.flatMap(({ verdict }) =>
    verdict.status === 'confirmed' ? verdict.witness.inputs : [],
  );
  expect(inputs).toMatchObject([{ name: 'x', value: [89] }]);
});
