/** Which file an import means: nothing is parsed for it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isTensorFlowPackage } from './packages.js';
import { PageScripts } from './page-scripts.js';
import { PathAliases } from './path-aliases.js';
import { isSource } from './source-file.js';

export class ImportedFiles {
  private readonly found = new Map<string, string | undefined>();
  private readonly imports = new Map<string, readonly string[]>();
  /** Scripts of a page, which take names from each other without an import. */
  readonly scripts = new PageScripts((file) => this.textOf(file));
  private readonly aliases = new PathAliases((file) => this.textOf(file));

  /** `readFile`: contents that stand in for files on disk. */
  constructor(private readonly readFile?: ((file: string) => string | undefined) | undefined) {}

  /** The files that a file imports, or takes names from, by its text; not those of packages. */
  of(file: string): readonly string[] {
    const known = this.imports.get(file) ?? this.readFrom(file);
    this.imports.set(file, known);
    return known;
  }

  private readFrom(file: string): readonly string[] {
    const imported = new Set<string>();
    for (const [, specifier] of (this.textOf(file) ?? '').matchAll(SPECIFIER)) {
      const target = this.resolve(specifier!, file);
      if (target !== undefined) imported.add(target);
    }
    for (const { file: script } of this.scripts.taken(file)) imported.add(script);
    return [...imported];
  }

  /** The file that a specifier means in `file`: by its path, or by an alias of the project; undefined for packages. */
  resolve(specifier: string, file: string): string | undefined {
    const folder = dirname(file);
    if (RELATIVE.test(specifier)) return this.fileAt(resolve(folder, specifier));
    if (isTensorFlowPackage(specifier)) return undefined;
    for (const path of this.aliases.pathsOf(specifier, folder)) {
      const target = path.includes('/node_modules/') ? undefined : this.fileAt(path);
      if (target !== undefined) return target;
    }
    return undefined;
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

  textOf(file: string): string | undefined {
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

const SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['"]([^'"\n]+)['"]/g;

const RELATIVE = /^(?:\/|\.{1,2}(?:\/|$))/;

/** Style sheets, images and whatever else a bundler takes are no modules. */
const isRead = (path: string): boolean => isSource(path) || path.endsWith('.json');

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
