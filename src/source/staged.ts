import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { GitError, PathError } from '../errors.js';
import { isLeftOutFolder, isSource, isWrittenSource } from './source-file.js';

/** A file as the next commit will hold it. */
export interface StagedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Buffer;
}

export interface StagedTree {
  readonly files: readonly string[];
  /** Files of which the index holds several versions, because a merge is not done: none of them is what will be committed. */
  readonly unmerged: readonly string[];
  /** What the next commit holds where it differs from the working tree or the last commit; undefined: as on disk. */
  readonly readFile: (path: string) => string | undefined;
}

export interface Staged {
  readonly files: readonly StagedFile[];
  /** As in `StagedTree`. */
  readonly unmerged: readonly string[];
}

/** The staged source files of the work tree that `root` is in, or those at `paths`. */
export function stagedFiles(root: string, paths: readonly string[] = []): Staged {
  const tree = workTree(root);
  return asStaged(root, judged(root, tree, stagedChanges(root, tree, paths), paths));
}

function asStaged(root: string, judgedOnes: readonly Change[]): Staged {
  return {
    files: read(
      root,
      judgedOnes.filter(({ isUnmerged }) => !isUnmerged),
    ),
    unmerged: judgedOnes.filter(({ isUnmerged }) => isUnmerged).map(({ path }) => path),
  };
}

/** The top of the work tree. */
const workTree = (root: string): string =>
  resolve(root, git(root, ['rev-parse', '--show-cdup']).toString('utf8').trim());

/** The files to judge, and the content to judge them by: the index everywhere, also in files they import. */
export function stagedTree(root: string, paths: readonly string[] = []): StagedTree {
  const tree = workTree(root);
  const changed = stagedChanges(root, tree, paths);
  // What is staged and not named is read from disk, or is among these.
  const unstaged = changes(root, tree, ['--diff-filter=MTD'], []);
  refuseMissing(root, paths, [...changed, ...unstaged]);
  const { files: staged, unmerged } = asStaged(root, judged(root, tree, changed, paths));
  const contents = new Map(
    [...read(root, unstaged), ...staged].map(({ path, content }) => [path, content.toString('utf8')]),
  );
  return { files: staged.map(({ path }) => path), unmerged, readFile: (path) => contents.get(path) };
}

const stagedChanges = (root: string, tree: string, paths: readonly string[]): Change[] =>
  changes(root, tree, ['--cached', '--diff-filter=ACMRU'], paths);

/** A file that is in the index may be gone from disk. */
function refuseMissing(root: string, paths: readonly string[], changed: readonly Change[]): void {
  const missing = paths.find((path) => {
    const absolute = resolve(root, path);
    const isKnown = changed.some(
      (change) => change.path === absolute || change.path.startsWith(absolute + sep),
    );
    return !isKnown && !/[*?[{]/.test(path) && !existsSync(absolute);
  });
  if (missing !== undefined)
    throw new PathError(`There is no file or folder ${missing} in ${root}.`, 'Check the spelling.');
}

/** Of what is staged that which an audit of the work tree, or of the paths, would read, and what is named itself. */
function judged(
  root: string,
  tree: string,
  changed: readonly Change[],
  paths: readonly string[],
): readonly Change[] {
  const named = new Set(paths.map((path) => resolve(root, path)));
  const spelled = new Set(paths.flatMap((path) => path.split(/[\\/]/)));
  // Without paths it is the same from whichever folder.
  const baseOf = (path: string): string => (paths.length > 0 && isIn(root, path) ? root : tree);
  const isLeftOut = (path: string): boolean => {
    const base = baseOf(path);
    const folders = relative(base, path).split(sep).slice(0, -1);
    return folders.some((name, depth) => {
      const isBesidePackage = (): boolean =>
        existsSync(join(base, ...folders.slice(0, depth), 'package.json'));
      return !spelled.has(name) && isLeftOutFolder(name, isBesidePackage);
    });
  };
  const sources = changed.filter(
    ({ path }) =>
      (named.has(path) && isSource(path)) ||
      (isWrittenSource(relative(baseOf(path), path)) && !isLeftOut(path)),
  );
  const ignored = ignoredOf(tree, [...named, ...sources.map(({ path }) => path)]);
  const isIgnored = (path: string): boolean =>
    ignored.has(path) &&
    ![...named].some((one) => one === path || (ignored.has(one) && path.startsWith(one + sep)));
  return sources.filter(({ path }) => !isIgnored(path));
}

/** Those that git would ignore if it did not know them: a bundle that was added by force is still nothing that somebody wrote. */
function ignoredOf(tree: string, paths: readonly string[]): ReadonlySet<string> {
  const inside = paths.filter((path) => isIn(tree, path));
  if (inside.length === 0) return new Set();
  const args = ['check-ignore', '--no-index', '--stdin', '-z'];
  // Where git cannot tell, nothing is ignored.
  const { stdout } = spawnSync('git', args, { cwd: tree, input: inside.join('\0'), maxBuffer: 2 ** 30 });
  return new Set((stdout ?? '').toString('utf8').split('\0'));
}

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

const DIFF = 'diff --raw -z --no-abbrev --no-renames --ignore-submodules'.split(' ');

interface Change {
  readonly path: string;
  /** Empty where several are there, of a merge that is not done. */
  readonly blob: string;
  readonly isUnmerged: boolean;
}

/** The files that differ and that gradlint may read, each with the blob that the index has for it. */
function changes(root: string, tree: string, filter: readonly string[], paths: readonly string[]): Change[] {
  const fields = git(root, [...DIFF, ...filter, '--', ...paths])
    .toString('utf8')
    .split('\0');
  const found: Change[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    // `:100644 100644 <old blob> <new blob> M`; the new blob of a file on disk is not known to git.
    const [oldMode, newMode, oldBlob, newBlob, status] = fields[i]!.slice(1).split(' ');
    const path = resolve(tree, fields[i + 1]!);
    if (status === 'U') {
      if (isReadable(path)) found.push({ path, blob: '', isUnmerged: true });
      continue;
    }
    const [mode, blob] = filter.includes('--cached') ? [newMode!, newBlob!] : [oldMode!, oldBlob!];
    const isFile = mode.startsWith('100');
    if (isFile && isReadable(path)) found.push({ path, blob, isUnmerged: false });
  }
  return found;
}

/** Code, the data that it imports, and what says where imports lead. */
const isReadable = (path: string): boolean => isSource(path) || path.endsWith('.json');

/** Whether any of the words stands in a file of the work tree that git knows. */
export function hasWord(root: string, words: readonly string[]): boolean {
  const patterns = words.flatMap((word) => ['-e', word]);
  const args = ['grep', '--cached', '-q', '-I', '-w', ...patterns, '--', ':/'];
  return spawnSync('git', args, { cwd: root }).status === 0;
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

/** Some have git name files as the folder sees them. */
const FROM_THE_TOP = ['-c', 'diff.relative=false'];

function git(root: string, args: readonly string[], input = ''): Buffer {
  const { error, status, stdout, stderr } = spawnSync('git', [...FROM_THE_TOP, ...args], {
    cwd: root,
    input,
    maxBuffer: 2 ** 30,
  });
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
