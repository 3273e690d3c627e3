import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RenderContext } from '../report/render/context.js';
import type { Terminal } from './terminal.js';
import { relativePath } from '../source/relative-path.js';

export interface RenderingOptions {
  readonly root: string;
  readonly terminal: Terminal;
  readonly quiet?: boolean | undefined;
  /** Contents that were judged in place of those on disk. */
  readonly readFile?: ((file: string) => string | undefined) | undefined;
}

export async function renderContext({
  root,
  terminal,
  quiet = false,
  readFile,
}: RenderingOptions): Promise<RenderContext> {
  const { allRules } = await import('../../rules/index.js');
  return {
    readText: (file) => readFile?.(resolve(root, file)) ?? textOnDisk(resolve(root, file)),
    colour: terminal.colour,
    width: terminal.width,
    quiet,
    prefix: prefixInRepository(root),
    rules: allRules,
  };
}

function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What GitHub has to put before a path to find the file: it counts from the root of the repository. */
function prefixInRepository(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) {
      const path = relativePath(folder, root);
      return path === '' ? '' : `${path}/`;
    }
    if (dirname(folder) === folder) return '';
  }
}
