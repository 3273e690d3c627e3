import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PathError, messageOf } from '../errors.js';
import { ignoredAbove, noneIgnored, type Ignored } from './git-ignore.js';
import { isLeftOutFolder, isSource, isWrittenSource, leftOutFolders } from './source-file.js';

/**
 * The candidate files under `paths` (files, folders, patterns or a tsconfig.json), absolute and sorted. What is named
 * itself is taken even where git ignores it or it looks generated. `onProblem` is told of what in it cannot be read.
 */
export async function discover(
  root: string,
  paths: readonly string[],
  onProblem: OnProblem = () => {},
): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths.length === 0 ? ['.'] : paths) {
    for (const file of await filesAt(root, path, onProblem)) found.add(file);
  }
  return [...found].sort();
}

type OnProblem = (folder: string, message: string) => void;

async function filesAt(root: string, path: string, onProblem: OnProblem): Promise<string[]> {
  const absolute = resolve(root, path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) return filesMatching(root, path);
  if (stats.isDirectory()) return filesUnder(absolute, onProblem);
  if (/^[tj]sconfig.*\.json$/.test(basename(absolute))) {
    const { projectFiles } = await import('./project-files.js');
    return projectFiles(absolute, onProblem)
      .filter(isWrittenSource)
      .map((file) => resolve(file));
  }
  if (!isSource(absolute)) {
    throw new PathError(
      `${path} is neither JavaScript nor TypeScript.`,
      'Name source files, folders or a tsconfig.json.',
    );
  }
  return [absolute];
}

async function filesMatching(root: string, pattern: string): Promise<string[]> {
  const { glob, isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(pattern)) {
    throw new PathError(
      `There is no file or folder ${pattern} in ${root}.`,
      'Check the spelling and the folder gradlint runs in.',
    );
  }
  const ignore = leftOutFolders.filter((name) => !pattern.includes(name)).map((name) => `**/${name}/**`);
  const matches = await glob(pattern, { cwd: root, absolute: true, ignore, followSymbolicLinks: false });
  const above = new Map<string, Ignored>();
  const files = matches.filter((file) => {
    const folder = dirname(file);
    const ignored = above.get(folder) ?? ignoredAbove(folder).enter(folder);
    above.set(folder, ignored);
    return isWrittenSource(file) && !ignored.file(file);
  });
  if (files.length > 0) return files;
  throw new PathError(
    `No source file matches ${pattern} in ${root}.`,
    'Quote patterns, and note that tests and ignored files do not match.',
  );
}

function filesUnder(folder: string, onProblem: OnProblem): string[] {
  const above = ignoredAbove(folder);
  // A folder that is ignored itself was asked for: only what it says of its own content holds.
  const ignored = (above.folder(folder) ? noneIgnored : above).enter(folder);
  const files: string[] = [];
  const entries = entriesOf(folder, (_, message) => {
    throw new PathError(`${folder}: ${message}.`, 'Give gradlint the right to read it, or leave it out.');
  });
  walk(folder, entries, { ignored, files, onProblem });
  return files;
}

interface Walk {
  readonly ignored: Ignored;
  readonly files: string[];
  readonly onProblem: OnProblem;
}

/** Symbolic links are left out: what they point to is found where it is, and they can form loops. */
function walk(folder: string, entries: readonly Dirent[], { ignored, files, onProblem }: Walk): void {
  const isPackage = entries.some((entry) => entry.name === 'package.json');
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) {
      if (isWrittenSource(entry.name) && !ignored.file(path)) files.push(path);
    } else if (
      entry.isDirectory() &&
      !isLeftOutFolder(entry.name, () => isPackage) &&
      !ignored.folder(path)
    ) {
      walk(path, entriesOf(path, onProblem), { ignored: ignored.enter(path), files, onProblem });
    }
  }
}

function entriesOf(folder: string, onProblem: OnProblem): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    onProblem(folder, `the folder cannot be read: ${messageOf(error)}`);
    return [];
  }
}
