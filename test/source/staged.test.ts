import { renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitError } from '../../src/errors.js';
import { stagedFiles, stagedTree } from '../../src/source/staged.js';
import { folder, git, repository, write } from '../folder.js';

function staged(root: string, ...paths: readonly string[]): Record<string, string> {
  const files = stagedFiles(root, paths).files.map(({ path: file, content }) => [
    path.relative(root, file),
    content.toString('utf8'),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}

describe('staged files', () => {
  test('are those that were added, changed or renamed, with the content that was staged', () => {
    const root = repository({
      'same.ts': 'same',
      'changed.ts': 'old',
      'gone.ts': 'gone',
      'before.ts': 'moved\nmoved\n',
    });
    write(root, { 'changed.ts': 'staged', 'new file ü.ts': 'new', 'not staged.ts': '', 'style.css': '' });
    renameSync(path.join(root, 'before.ts'), path.join(root, 'after.ts'));
    git(root, 'add', 'changed.ts', 'new file ü.ts', 'style.css', 'before.ts', 'after.ts');
    git(root, 'rm', '--quiet', 'gone.ts');
    write(root, { 'changed.ts': 'changed again, not staged' });
    expect(staged(root)).toEqual({
      'after.ts': 'moved\nmoved\n',
      'changed.ts': 'staged',
      'new file ü.ts': 'new',
    });
  });

  test('are found before the first commit', () => {
    const root = folder({ 'a.ts': 'a' });
    git(root, 'init', '--quiet');
    git(root, 'add', '.');
    expect(staged(root)).toEqual({ 'a.ts': 'a' });
  });

  test('are those of the whole work tree, from whichever folder, or of the paths that are named', () => {
    const root = repository({});
    write(root, { 'a/x.ts': 'x', 'b/y.ts': 'y', 'b/z.ts': 'z', 'b/dist/built.js': '' });
    git(root, 'add', '.');
    expect(staged(path.join(root, 'b'))).toEqual({ '../a/x.ts': 'x', 'y.ts': 'y', 'z.ts': 'z' });
    expect(staged(path.join(root, 'b/dist'))).toEqual({
      '../../a/x.ts': 'x',
      '../y.ts': 'y',
      '../z.ts': 'z',
    });
    expect(staged(root, 'a', 'b/y.ts')).toEqual({ 'a/x.ts': 'x', 'b/y.ts': 'y' });
    expect(staged(path.join(root, 'b'), '.')).toEqual({ 'y.ts': 'y', 'z.ts': 'z' });
    expect(staged(path.join(root, 'b'), 'y.ts', '../a')).toEqual({ '../a/x.ts': 'x', 'y.ts': 'y' });
  });

  test('are found where a setting of git asks for paths as the folder sees them', () => {
    const root = repository({});
    write(root, { 'a/x.ts': 'x', 'b/y.ts': 'y' });
    git(root, 'add', '.');
    git(root, 'config', 'diff.relative', 'true');
    expect(staged(path.join(root, 'b'))).toEqual({ '../a/x.ts': 'x', 'y.ts': 'y' });
  });

  test('may hold any bytes', () => {
    const root = repository({});
    write(root, {
      'a.ts': 'first\n\n',
      'b.ts': Buffer.from([0, 255, 10, 0]),
      'c.ts': '',
      'd.ts': 'ü'.repeat(100_000),
    });
    git(root, 'add', '.');
    const { files } = stagedFiles(root);
    expect(files.map(({ content }) => content.length)).toEqual([7, 4, 0, 200_000]);
    expect([...files[1]!.content]).toEqual([0, 255, 10, 0]);
  });

  test('are no links and no declarations', () => {
    const root = repository({ 'a.ts': '' });
    symlinkSync('a.ts', path.join(root, 'link.ts'));
    write(root, { 'types.d.ts': '' });
    git(root, 'add', '.');
    expect(staged(root)).toEqual({});
  });
});

describe('what an audit of the folder leaves out', () => {
  const files = {
    '.gitignore': 'generated/\n',
    ...Object.fromEntries(
      [
        'a.ts',
        'a.test.ts',
        'a.min.js',
        'node_modules/x/i.js',
        'pkg/package.json',
        'pkg/build/i.js',
        'pkg/dist/i.js',
        'lib/build/i.js',
        'generated/x.ts',
        '.cache/i.js',
      ].map((name) => [name, '']),
    ),
  };
  const forced = (): string => {
    const root = repository({});
    write(root, files);
    git(root, 'add', '--force', '.');
    return root;
  };

  test('is left out of what is staged', () => {
    expect(Object.keys(staged(forced()))).toEqual(['a.ts', 'lib/build/i.js']);
  });

  test('is judged where it is named', () => {
    const root = forced();
    expect(Object.keys(staged(root, 'pkg/dist', 'generated', 'a.test.ts'))).toEqual([
      'a.test.ts',
      'generated/x.ts',
      'pkg/dist/i.js',
    ]);
    expect(Object.keys(staged(root, 'a.min.js', 'generated/x.ts'))).toEqual(['a.min.js', 'generated/x.ts']);
  });
});

test('a file that is staged and gone from disk can be named', () => {
  const root = repository({});
  write(root, { 'deep/a.ts': 'staged' });
  git(root, 'add', '.');
  rmSync(path.join(root, 'deep'), { recursive: true });
  for (const name of ['deep/a.ts', 'deep'])
    expect(stagedTree(root, [name]).files).toEqual([path.join(root, 'deep/a.ts')]);
  expect(() => stagedTree(root, ['deep/b.ts'])).toThrow(/There is no file or folder deep\/b\.ts/);
});

test('imports of staged files are read from the index too', () => {
  const root = repository({
    'loss.ts': 'old',
    'epsilon.ts': '1e-7',
    'clean.ts': 'clean',
    'deleted.ts': 'still committed',
  });
  write(root, { 'loss.ts': 'staged' });
  git(root, 'add', '.');
  write(root, { 'loss.ts': 'being edited', 'epsilon.ts': '0' });
  rmSync(path.join(root, 'deleted.ts'));
  const { files, readFile } = stagedTree(root);
  const read = (name: string) => readFile(path.join(root, name));
  expect(files).toEqual([path.join(root, 'loss.ts')]);
  expect(['loss.ts', 'epsilon.ts', 'clean.ts', 'deleted.ts'].map(read)).toEqual([
    'staged',
    '1e-7',
    undefined,
    'still committed',
  ]);
});

test('without a repository there is nothing staged to judge', () => {
  expect(() => stagedFiles(folder({}))).toThrow(GitError);
  expect(() => stagedFiles(folder({}))).toThrow(/is not in a git repository/);
});
