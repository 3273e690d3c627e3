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
  /** What the next commit holds where it differs from the working tree or the last commit; undefined: as on disk. */
  readonly readFile: (path: string) => string | undefined;
}

/** The staged source files under `root`, and, of `paths`, those named. */
export function stagedFiles(root: string, paths: readonly string[] = []): StagedFile[] {
  return read(root, judged(root, stagedChanges(root, paths), paths));
}

/** The files to judge, and the content to judge them by: the index everywhere, also in files they import. */
export function stagedTree(root: string, paths: readonly string[] = []): StagedTree {
  const changed = stagedChanges(root, paths);
  // What is staged and not named is read from disk, or is among these.
  const unstaged = changes(root, ['--diff-filter=MTD'], []);
  refuseMissing(root, paths, [...changed, ...unstaged]);
  const staged = read(root, judged(root, changed, paths));
  const contents = new Map(
    [...read(root, unstaged), ...staged].map(({ path, content }) => [path, content.toString('utf8')]),
  );
  return { files: staged.map(({ path }) => path), readFile: (path) => contents.get(path) };
}

const stagedChanges = (root: string, paths: readonly string[]): Change[] =>
  changes(root, ['--cached', '--diff-filter=ACMR'], paths);

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

/** Of what is staged that which an audit of the folder would read, and what is named itself. */
function judged(root: string, changed: readonly Change[], paths: readonly string[]): Change[] {
  const named = new Set(paths.map((path) => resolve(root, path)));
  const spelled = new Set(paths.flatMap((path) => path.split(/[\\/]/)));
  const isLeftOut = (path: string): boolean => {
    const folders = relative(root, path).split(sep).slice(0, -1);
    return folders.some((name, depth) => {
      const isBesidePackage = (): boolean =>
        existsSync(join(root, ...folders.slice(0, depth), 'package.json'));
      return !spelled.has(name) && isLeftOutFolder(name, isBesidePackage);
    });
  };
  const sources = changed.filter(
    ({ path }) =>
      (named.has(path) && isSource(path)) || (isWrittenSource(relative(root, path)) && !isLeftOut(path)),
  );
  const ignored = ignoredOf(root, [...named, ...sources.map(({ path }) => path)]);
  const isIgnored = (path: string): boolean =>
    ignored.has(path) &&
    ![...named].some((one) => one === path || (ignored.has(one) && path.startsWith(one + sep)));
  return sources.filter(({ path }) => !isIgnored(path));
}

/** Those that git would ignore if it did not know them: a bundle that was added by force is still nothing that somebody wrote. */
function ignoredOf(root: string, paths: readonly string[]): ReadonlySet<string> {
  const inside = paths.filter((path) => !relative(root, path).startsWith('..'));
  if (inside.length === 0) return new Set();
  const args = ['check-ignore', '--no-index', '--stdin', '-z'];
  // Where git cannot tell, nothing is ignored.
  const { stdout } = spawnSync('git', args, { cwd: root, input: inside.join('\0'), maxBuffer: 2 ** 30 });
  return new Set((stdout ?? '').toString('utf8').split('\0'));
}

const DIFF = 'diff --raw -z --no-abbrev --no-renames --relative --ignore-submodules'.split(' ');

interface Change {
  readonly path: string;
  readonly blob: string;
}

/** The files that differ and that gradlint may read, each with the blob that the index has for it. */
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
    if (isFile && isReadable(fields[i + 1]!)) found.push({ path: resolve(root, fields[i + 1]!), blob });
  }
  return found;
}

/** Code, the data that it imports, and what says where imports lead. */
const isReadable = (path: string): boolean => isSource(path) || path.endsWith('.json');

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
