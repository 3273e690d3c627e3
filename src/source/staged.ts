import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GitError, PathError } from '../errors.js';
import { isWrittenSource } from './source-file.js';

/** A file as the next commit will hold it. */
export interface StagedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Buffer;
}

export interface StagedTree {
  readonly files: readonly string[];
  /** What the next commit holds where it differs from the working tree or the last commit; undefined: as on disk. */
  readonly readFile: (path: string) => string | undefined;
}

/** The staged source files under `root`, and, of `paths`, those named. */
export function stagedFiles(root: string, paths: readonly string[] = []): StagedFile[] {
  return read(root, changes(root, ['--cached', '--diff-filter=ACMR'], paths));
}

/** The files to judge, and the content to judge them by: the index everywhere, also in files they import. */
export function stagedTree(root: string, paths: readonly string[] = []): StagedTree {
  const missing = paths.find((path) => !/[*?[{]/.test(path) && !existsSync(resolve(root, path)));
  if (missing !== undefined)
    throw new PathError(`There is no file or folder ${missing} in ${root}.`, 'Check the spelling.');
  const staged = stagedFiles(root, paths);
  const unstaged = read(root, changes(root, ['--diff-filter=MTD'], []));
  const contents = new Map(
    [...unstaged, ...staged].map(({ path, content }) => [path, content.toString('utf8')]),
  );
  return { files: staged.map(({ path }) => path), readFile: (path) => contents.get(path) };
}

const DIFF = 'diff --raw -z --no-abbrev --no-renames --relative --ignore-submodules'.split(' ');

interface Change {
  readonly path: string;
  readonly blob: string;
}

/** The source files that differ, each with the blob that the index has for it. */
function changes(root: string, filter: readonly string[], paths: readonly string[]): Change[] {
  const fields = git(root, [...DIFF, ...filter, '--', ...paths])
    .toString('utf8')
    .split('\0');
  const found: Change[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    // `:100644 100644 <old blob> <new blob> M`; the new blob of a file on disk is not known to git.
    const [oldMode, newMode, oldBlob, newBlob] = fields[i]!.slice(1).split(' ');
    const [mode, blob] = filter.includes('--cached') ? [newMode!, newBlob!] : [oldMode!, oldBlob!];
    const isFile = mode.startsWith('100');
    if (isFile && isWrittenSource(fields[i + 1]!)) found.push({ path: resolve(root, fields[i + 1]!), blob });
  }
  return found;
}

/** Whether any of the words stands in a file that git knows. */
export function hasWord(root: string, words: readonly string[]): boolean {
  const patterns = words.flatMap((word) => ['-e', word]);
  return spawnSync('git', ['grep', '--cached', '-q', '-I', '-w', ...patterns], { cwd: root }).status === 0;
}

function read(root: string, changed: readonly Change[]): StagedFile[] {
  if (changed.length === 0) return [];
  const input = changed.map(({ blob }) => `${blob}\n`).join('');
  const output = git(root, ['cat-file', '--batch'], input);
  let position = 0;
  return changed.map(({ path }) => {
    // `<blob> blob <size>\n<content>\n`
    const headEnd = output.indexOf(0x0a, position);
    const size = Number(output.toString('latin1', position, headEnd).split(' ')[2]);
    position = headEnd + 1 + size + 1;
    return { path, content: output.subarray(headEnd + 1, headEnd + 1 + size) };
  });
}

function git(root: string, args: readonly string[], input = ''): Buffer {
  const { error, status, stdout, stderr } = spawnSync('git', args, { cwd: root, input, maxBuffer: 2 ** 30 });
  if (error !== undefined)
    throw new GitError(`git could not be run: ${error.message}.`, '--staged needs git on the PATH.');
  if (status === 0) return stdout;
  // Outside a repository git only complains that it does not know the options.
  if (spawnSync('git', ['rev-parse', '--git-dir'], { cwd: root }).status !== 0) {
    throw new GitError(
      `${root} is not in a git repository.`,
      'Run --staged inside one, or name files and folders instead.',
    );
  }
  throw new GitError(`git ${args[0]} failed in ${root}: ${stderr.toString('utf8').trim().split('\n')[0]}.`);
}
