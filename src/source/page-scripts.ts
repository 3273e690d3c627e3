/**
 * Scripts that a page loads one after the other share their top-level names: files of one folder that neither import nor
 * export anything. What one of them names and does not declare is taken from the only one beside it that declares it.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface NamesOfScript {
  readonly file: string;
  readonly names: readonly string[];
}

/** More scripts than one page loads from one folder: a collection, of which each stands for itself. */
const MOST_SCRIPTS = 40;

/** Nobody writes longer ones: a library that was put beside them. */
const LONGEST = 200_000;

export class PageScripts {
  private readonly folders = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  private readonly found = new Map<string, readonly NamesOfScript[]>();

  constructor(private readonly textOf: (file: string) => string | undefined) {}

  /** Whether the file is such a script. */
  isScript(file: string): boolean {
    return this.declaredIn(dirname(file)).has(file);
  }

  /** What a script takes from those beside it; nothing for modules. */
  taken(file: string): readonly NamesOfScript[] {
    const known = this.found.get(file);
    if (known !== undefined) return known;
    const taken = this.look(file);
    this.found.set(file, taken);
    return taken;
  }

  /** The text of a script, with imports and exports for what it shares: on one line, so that nothing moves. Others as they are. */
  asModule(file: string, text: string): string {
    const shared = this.declaredIn(dirname(file)).get(file);
    if (shared === undefined) return text;
    const imports = this.taken(file).map(
      ({ file: other, names }) => `import { ${names.join(', ')} } from ${JSON.stringify(other)};`,
    );
    return `${imports.join(' ')}${text}\n;export { ${[...shared].join(', ')} };\n`;
  }

  private look(file: string): readonly NamesOfScript[] {
    if (!file.endsWith('.js')) return [];
    const scripts = this.declaredIn(dirname(file));
    const own = scripts.get(file);
    if (own === undefined) return [];
    const wanted = new Set((this.textOf(file) ?? '').match(NAME));
    const others = [...scripts].filter(([other]) => other !== file);
    const isTaken = (name: string): boolean =>
      !own.has(name) && wanted.has(name) && others.filter(([, names]) => names.has(name)).length === 1;
    return others
      .map(([other, names]) => ({ file: other, names: [...names].filter(isTaken) }))
      .filter(({ names }) => names.length > 0);
  }

  /** The scripts of a folder, each with the names that it declares at its top level. */
  private declaredIn(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const scripts = new Map<string, ReadonlySet<string>>();
    this.folders.set(folder, scripts);
    for (const file of scriptFiles(folder)) {
      const text = this.textOf(file);
      if (text !== undefined && text.length < LONGEST && !MODULE.test(text))
        scripts.set(
          file,
          new Set([...text.replace(COMMENT, '').matchAll(DECLARED)].map(([, name]) => name!)),
        );
    }
    return scripts;
  }
}

function scriptFiles(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith('.js') && !name.endsWith('.min.js'));
    return files.length > MOST_SCRIPTS ? [] : files.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** How one script names another, as an import would. */
export const specifierOf = (file: string): string => `./${basename(file)}`;

const MODULE = /^\s*(?:import|export)\b|\brequire\s*\(|\bmodule\.exports\b|\bexports\.|\bdefine\s*\(/m;

const DECLARED = /^(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s+([A-Za-z_$][\w$]*)/gm;

/** What stands in a comment may begin as a declaration does, `class labels are numbers`. */
const COMMENT = /^[ \t]*\/\*[\s\S]*?\*\//gm;

const NAME = /[A-Za-z_$][\w$]*/g;
