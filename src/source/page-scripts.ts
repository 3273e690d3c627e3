/**
 * Scripts that a page loads one after the other share their top-level names, and what they put into the global object: files
 * of one folder that neither import nor export anything, unless they ask first whether they are a module. What one of them
 * names and does not declare is taken from the only one beside it that declares it.
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
  private readonly folders = new Map<string, ReadonlyMap<string, SharedNames>>();
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
    const { declared, assigned } = shared;
    // Under a name of their own: the script may declare one that is called so, and reads the global one before this line.
    const globals = [...assigned].map(
      (name) => `const shared$${name} = globalThis.${name};export { shared$${name} as ${name} };`,
    );
    return `${imports.join(' ')}${text}\n;export { ${[...declared].join(', ')} };${globals.join('')}\n`;
  }

  /** What a script puts into the global object under a name. */
  assigned(file: string): ReadonlySet<string> {
    return this.declaredIn(dirname(file)).get(file)?.assigned ?? NO_NAMES;
  }

  private look(file: string): readonly NamesOfScript[] {
    if (!file.endsWith('.js')) return [];
    const scripts = this.declaredIn(dirname(file));
    const own = scripts.get(file);
    if (own === undefined) return [];
    const wanted = new Set((this.textOf(file) ?? '').match(NAME));
    const others = [...scripts]
      .filter(([other]) => other !== file)
      .map(([other, { declared, assigned }]) => ({ file: other, names: [...declared, ...assigned] }));
    const isOwn = (name: string): boolean => own.declared.has(name) || own.assigned.has(name);
    const isTaken = (name: string): boolean =>
      !isOwn(name) && wanted.has(name) && others.filter(({ names }) => names.includes(name)).length === 1;
    return others
      .map(({ file: other, names }) => ({ file: other, names: names.filter(isTaken) }))
      .filter(({ names }) => names.length > 0);
  }

  /** The scripts of a folder, each with the names that it shares. */
  private declaredIn(folder: string): ReadonlyMap<string, SharedNames> {
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const scripts = new Map<string, SharedNames>();
    this.folders.set(folder, scripts);
    for (const file of scriptFiles(folder)) {
      const text = this.textOf(file);
      if (text !== undefined && text.length < LONGEST && !isModule(text))
        scripts.set(file, sharedNames(text.replace(COMMENT, '')));
    }
    return scripts;
  }
}

/** Names that are declared at the top level of a script, and others that it puts into the global object. */
interface SharedNames {
  readonly declared: ReadonlySet<string>;
  readonly assigned: ReadonlySet<string>;
}

function sharedNames(text: string): SharedNames {
  const declared = new Set([...text.matchAll(DECLARED)].map(([, name]) => name!));
  const assignments = [...text.matchAll(ASSIGNED)].filter(([, owner]) => isGlobalObject(owner!, text));
  const assigned = new Set(assignments.map(([, , name]) => name!));
  return { declared, assigned: new Set([...assigned].filter((name) => !declared.has(name))) };
}

/** `root` is the global object where a function that is called at once has that name for it, else it may be that of a tree. */
function isGlobalObject(owner: string, text: string): boolean {
  if (owner === 'root') return HANDED_ROOT.test(text);
  return !new RegExp(String.raw`\b(?:const|let|var)\s+${owner}\b`).test(text);
}

const HANDED_ROOT = /^\s*;?[(!+]\s*(?:function\s*\w*\s*)?\(?\s*root\b/m;

const NO_NAMES: ReadonlySet<string> = new Set();

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

const isModule = (text: string): boolean => MODULE.test(text) || (COMMON_JS.test(text) && !ASKS.test(text));

const MODULE = /^\s*(?:import|export)\b|\brequire\s*\(|\bdefine\s*\(/m;

const COMMON_JS = /\bmodule\.exports\b|\bexports\./;

/** A script that is a module where there are modules, and puts its exports into the global object elsewhere. */
const ASKS = /\btypeof\s+(?:module|exports)\b/;

const DECLARED = /^(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s+([A-Za-z_$][\w$]*)/gm;

/** What a page is told to do at an event is nothing to share. */
const ASSIGNED =
  /\b(window|self|globalThis|global|root)\.(?!on[a-z]|location\b|tf\b)([A-Za-z_$][\w$]*)\s*=(?![=>])/g;

/** What stands in a comment may begin as a declaration does, `class labels are numbers`. */
const COMMENT = /^[ \t]*\/\*[\s\S]*?\*\//gm;

const NAME = /[A-Za-z_$][\w$]*/g;
