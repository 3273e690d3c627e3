/** Which file an import means: nothing is parsed for it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSource } from './source-file.js';

export class ImportedFiles {
  private readonly found = new Map<string, string | undefined>();

  /** `readFile`: contents that stand in for files on disk. */
  constructor(private readonly readFile?: ((file: string) => string | undefined) | undefined) {}

  /** The files that a file imports, by its text; not those of packages. */
  of(file: string): string[] {
    const imported = new Set<string>();
    for (const [, specifier] of (this.textOf(file) ?? '').matchAll(RELATIVE_SPECIFIER)) {
      const target = this.fileAt(resolve(dirname(file), specifier!));
      if (target !== undefined) imported.add(target);
    }
    return [...imported];
  }

  /** The file that an absolute path means, which may lack its extension or have that of the compiled file. */
  fileAt(path: string): string | undefined {
    if (this.found.has(path)) return this.found.get(path);
    const file = this.lookFor(path);
    this.found.set(path, file);
    return file;
  }

  private lookFor(path: string): string | undefined {
    for (const candidate of candidatesFor(path)) {
      if (!isRead(candidate)) continue;
      if (this.readFile?.(candidate) !== undefined || isFile(candidate)) return candidate;
    }
    return undefined;
  }

  private textOf(file: string): string | undefined {
    try {
      return this.readFile?.(file) ?? readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  }
}

function* candidatesFor(path: string): Iterable<string> {
  yield path;
  const stem = path.replace(/\.(js|jsx|mjs|cjs)$/, '');
  for (const extension of EXTENSIONS) yield stem + extension;
  for (const extension of EXTENSIONS) yield join(path, `index${extension}`);
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cts', '.cjs'];

const RELATIVE_SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['"](\.[^'"\n]*)['"]/g;

/** Style sheets, images and whatever else a bundler takes are no modules. */
const isRead = (path: string): boolean => isSource(path) || path.endsWith('.json');

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
