import { chmodSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PathError } from '../../src/errors.js';
import { discover } from '../../src/source/discover.js';
import { folder, git, repository, write, type Files } from '../folder.js';

const empty = (...names: readonly string[]): Files => Object.fromEntries(names.map((name) => [name, '']));

async function found(root: string, ...paths: readonly string[]): Promise<string[]> {
  return (await discover(root, paths)).map((file) => path.relative(root, file).split(path.sep).join('/'));
}

describe('in a folder', () => {
  test('every spelling of JavaScript and TypeScript is found', async () => {
    const names = ['a.cjs', 'a.cts', 'a.js', 'a.jsx', 'a.mjs', 'a.mts', 'a.ts', 'a.tsx', 'deep/er/b.TS'];
    expect(await found(folder(empty(...names, 'a.json', 'a.py', 'a.vue', 'ts', 'README.md')))).toEqual(names);
  });

  test('what nobody wrote is left out', async () => {
    const root = folder(
      empty(
        'index.ts',
        'types.d.ts',
        'types.d.mts',
        'style.d.css.ts',
        'tf.min.js',
        'tf-min.js',
        'node_modules/a/index.js',
        'packages/a/node_modules/b/index.js',
        'dist/index.js',
        'coverage/report.js',
        '.cache/a.js',
        '.git/hooks/a.js',
      ),
    );
    expect(await found(root)).toEqual(['index.ts']);
  });

  test('tests are left out unless they are named', async () => {
    const root = folder(
      empty('loss.ts', 'loss.test.ts', 'loss_test.js', 'loss.spec.tsx', '__tests__/loss.ts', 'contest.ts'),
    );
    expect(await found(root)).toEqual(['contest.ts', 'loss.ts']);
    expect(await found(root, '__tests__', 'loss.test.ts')).toEqual(['__tests__/loss.ts', 'loss.test.ts']);
  });

  test('a folder named build is output beside a package.json and source elsewhere', async () => {
    const root = folder(empty('package.json', 'build/out.js', 'src/build/tensor.ts'));
    expect(await found(root)).toEqual(['src/build/tensor.ts']);
  });

  test('links are not followed, so loops end', async () => {
    const root = folder(empty('a/b.ts'));
    symlinkSync(root, path.join(root, 'a/loop'));
    expect(await found(root)).toEqual(['a/b.ts']);
  });
});

describe('what git ignores', () => {
  test('is left out, by every .gitignore on the way', async () => {
    const root = repository({
      ...empty(
        'a.ts',
        'generated/x.ts',
        'lib/a.ts',
        'lib/secret.ts',
        'lib/deep/secret.ts',
        'logs/keep.ts',
        'logs/drop.ts',
      ),
      '.gitignore': '/generated/\n# comment\nlogs/*\n!logs/keep.ts\n',
      'lib/.gitignore': 'secret.ts\n!deep/secret.ts\n',
    });
    expect(await found(root)).toEqual(['a.ts', 'lib/a.ts', 'lib/deep/secret.ts', 'logs/keep.ts']);
  });

  test('is known below the folder that was named, and only up to the repository', async () => {
    const root = folder({
      '.gitignore': '*.ts',
      ...empty('repo/.git/HEAD', 'repo/src/a.ts', 'repo/src/b.ts'),
    });
    const inside = path.join(root, 'repo');
    expect(await found(inside)).toEqual(['src/a.ts', 'src/b.ts']);
    const other = repository({ '.gitignore': 'b.ts', ...empty('src/a.ts', 'src/b.ts') });
    expect(await found(other, 'src')).toEqual(['src/a.ts']);
    expect(await found(path.join(other, 'src'))).toEqual(['a.ts']);
  });

  test('is known from the repository and from the settings too, and a .gitignore can take it back', async () => {
    const root = repository({
      '.gitignore': '!kept.ts\n',
      ...empty('a.ts', 'own.ts', 'common.ts', 'kept.ts', 'deep/own.ts'),
    });
    write(root, { '.git/info/exclude': '# comment\nown.ts\nkept.ts\n' });
    expect(await found(root)).toEqual(['a.ts', 'common.ts', 'kept.ts']);
    const other = repository(empty('a.ts', 'common.ts'));
    write(other, { '.git/common': 'common.ts\n' });
    git(other, 'config', 'core.excludesFile', path.join(other, '.git/common'));
    expect(await found(other)).toEqual(['a.ts']);
    git(other, 'worktree', 'add', '--quiet', '.git/tree');
    write(other, { '.git/info/exclude': 'a.ts\n', '.git/tree/b.ts': '' });
    expect(await found(path.join(other, '.git/tree'))).toEqual(['b.ts']);
  });

  test('is taken where it is named itself', async () => {
    const root = repository({
      '.gitignore': 'generated/\n*.log.ts\n',
      'generated/.gitignore': 'never.ts\n',
      ...empty(
        'generated/a.ts',
        'generated/never.ts',
        'x.log.ts',
        'dist/a.min.js',
        'dist/b.js',
        'types.d.ts',
      ),
    });
    expect(await found(root, 'generated')).toEqual(['generated/a.ts']);
    expect(await found(root, 'x.log.ts', 'types.d.ts')).toEqual(['types.d.ts', 'x.log.ts']);
    expect(await found(root, 'dist')).toEqual(['dist/b.js']);
    expect(await found(root, 'dist/a.min.js')).toEqual(['dist/a.min.js']);
  });
});

describe('patterns', () => {
  test('match source files that are not ignored', async () => {
    const root = repository({
      '.gitignore': 'b.ts',
      ...empty('src/a.ts', 'src/b.ts', 'src/c.js', 'src/d.md', 'node_modules/x/a.ts'),
    });
    expect(await found(root, '**/*.{ts,md}')).toEqual(['src/a.ts']);
    expect(await found(root, 'node_modules/**/*.ts')).toEqual(['node_modules/x/a.ts']);
  });

  test('that match nothing are a mistake', async () => {
    await expect(found(folder({}), 'src/**/*.ts')).rejects.toThrow(/No source file matches src/);
  });
});

describe('a tsconfig.json', () => {
  test('stands for its files, and those of projects it references', async () => {
    const root = folder({
      'tsconfig.json': '{ "files": [], "references": [{ "path": "a" }, { "path": "b" }] } // comment',
      'a/tsconfig.json': '{ "include": ["src"], "references": [{ "path": "../b" }] }',
      'b/tsconfig.json': '{ "compilerOptions": { "allowJs": true } }',
      ...empty('a/src/x.ts', 'a/src/x.d.ts', 'a/other.ts', 'b/y.js', 'c/z.ts'),
    });
    expect(await found(root, 'tsconfig.json')).toEqual(['a/src/x.ts', 'b/y.js']);
  });

  test('that extends what is broken or not there is told of, and read without it', async () => {
    const root = folder({
      'tsconfig.json': '{ "extends": "./base.json" }',
      'base.json': '{ "include": ["src"],\n',
      'tsconfig.lost.json': '{ "extends": "./nowhere.json", "include": ["src"] }',
      'src/a.ts': '',
    });
    for (const [name, said] of [
      ['tsconfig.json', /^what it extends cannot be read: .*base\.json:2:1 /],
      ['tsconfig.lost.json', /^what it extends cannot be read: .*nowhere\.json/],
    ] as const) {
      const problems: string[][] = [];
      const files = await discover(root, [name], (...problem) => void problems.push(problem));
      expect(files).toEqual([path.join(root, 'src/a.ts')]);
      expect(problems).toEqual([[path.join(root, name), expect.stringMatching(said)]]);
    }
  });

  test('whose syntax is broken: where, and what to do', async () => {
    const error = await discover(folder({ 'tsconfig.json': '{\n  "files": [tru,' }), ['tsconfig.json']).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/tsconfig\.json:2:\d+ /),
      advice: 'Mend it, or name source files and folders instead.',
    });
  });

  test('that is broken or empty is a mistake', async () => {
    const root = folder({ 'tsconfig.json': '{ "include": [', 'none/tsconfig.json': '{}' });
    await expect(found(root, 'tsconfig.json')).rejects.toThrow(PathError);
    await expect(found(root, 'none/tsconfig.json')).rejects.toThrow(/includes no files/);
  });
});

describe('mistakes are told with what to do', () => {
  test('a path that is not there', async () => {
    const error = await discover(folder({}), ['srcc']).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PathError);
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('srcc'),
      advice: expect.stringContaining('spelling'),
    });
  });

  test('a file that is no source', async () => {
    await expect(found(folder(empty('a.css')), 'a.css')).rejects.toThrow(
      'a.css is neither JavaScript nor TypeScript.',
    );
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be read', async () => {
    const root = folder(empty('a.ts', 'secret/a.ts'));
    chmodSync(path.join(root, 'secret'), 0);
    await expect(found(root, 'secret')).rejects.toThrow(PathError);
    const unreadable: string[] = [];
    const files = await discover(root, [], (one) => void unreadable.push(one));
    expect([files, unreadable]).toEqual([[path.join(root, 'a.ts')], [path.join(root, 'secret')]]);
  });
});

test('a file that is named twice is found once', async () => {
  const root = folder(empty('src/a.ts'));
  expect(await found(root, 'src', 'src/a.ts', './src/../src')).toEqual(['src/a.ts']);
});
