import type { ts } from '../source/typescript.js';
import type { PageScripts } from '../source/page-scripts.js';
import type { Scope } from './scope.js';
import type { SitesInText } from './selection/sites-in-text.js';
import type { Value } from './values.js';
import type { Backend } from '../facts/backend.js';

/** A file of the project, parsed, and evaluated at most once. */
export interface Module {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly sites: SitesInText;
  readonly scope: Scope;
  /** Names it exports; `module.exports = x` is the name `export=`. */
  readonly exports: Map<string, Value>;
  /** Exported variables that functions assign, by exported name: who imports one finds what it holds by then. */
  readonly live: Map<string, string>;
  /** `export * from` targets, tried in order for names it does not export itself. */
  readonly reexports: string[];
  /** What it puts into the global object. */
  readonly globals: Map<string, Value>;
  /** Imported names, bound when they are first read: cyclic imports are common. */
  readonly imports: Map<string, ImportedName>;
  /** Names that are imported as types only. */
  readonly types: Map<string, ImportedName>;
  /** What its imports lead to, by what they say. */
  readonly resolved: Map<string, Module | undefined>;
  state: 'new' | 'running' | 'done';
}

export interface ImportedName {
  readonly specifier: string;
  /** `*` for the namespace, `default`, or the exported name. */
  readonly name: string;
}

/** Gives modules by specifier; the project behind it parses them when they are first asked for. */
export interface ModuleSource {
  /** Whose numbers the program is read in. */
  readonly backend: Backend;
  resolve(specifier: string, from: Module): Module | undefined;
  /** Scripts that one page loads share their top-level names. */
  readonly scripts: PageScripts;
  /** The module that was parsed from this file. */
  moduleOf(file: ts.SourceFile): Module | undefined;
}
