import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { excludesOf } from './git-settings.js';
import { relativePath } from './relative-path.js';

/** As git does it where it is not told otherwise. */
const ignorecase = process.platform === 'darwin' || process.platform === 'win32';

/** What the `.gitignore` files on the way to a folder, and the settings of git, leave out. Paths are absolute. */
export interface Ignored {
  file(path: string): boolean;
  folder(path: string): boolean;
  /** The same one folder deeper, where another `.gitignore` may add to it or take back. */
  enter(folder: string): Ignored;
}

interface Layer {
  readonly folder: string;
  readonly rules: Ignore;
}

export const noneIgnored: Ignored = ignored([]);

/** What the folders above `folder` ignore, up to the root of its repository. */
export function ignoredAbove(folder: string): Ignored {
  const above: string[] = [];
  for (let current = folder; !existsSync(join(current, '.git')) && dirname(current) !== current;) {
    current = dirname(current);
    above.unshift(current);
  }
  const repository = above[0] ?? folder;
  const inRepository = existsSync(join(repository, '.git'));
  return inRepository ? above.reduce((outer, next) => outer.enter(next), excluded(repository)) : noneIgnored;
}

/** What the repository leaves out as a whole. */
const excluded = (folder: string): Ignored =>
  ignored(excludesOf(folder).map((text) => ({ folder, rules: ignore({ ignorecase }).add(text) })));

function ignored(layers: readonly Layer[]): Ignored {
  const isIgnored = (path: string, suffix: '' | '/'): boolean => {
    // The innermost file that says anything decides.
    for (const { folder, rules } of [...layers].reverse()) {
      const inside = relativePath(folder, path);
      // The repository itself is not in it.
      if (inside === '') continue;
      const verdict = rules.test(inside + suffix);
      if (verdict.ignored || verdict.unignored) return verdict.ignored;
    }
    return false;
  };
  return {
    file: (path) => isIgnored(path, ''),
    folder: (path) => isIgnored(path, '/'),
    enter: (folder) => {
      const text = readIfThere(join(folder, '.gitignore'));
      return text === undefined
        ? ignored(layers)
        : ignored([...layers, { folder, rules: ignore({ ignorecase }).add(text) }]);
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
