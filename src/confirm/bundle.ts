import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, type BuildFailure, type Loader, type Message, type Plugin } from 'esbuild';
import { isTensorFlowPackage, tensorFlowPath } from '../source/packages.js';
import type { Unit } from '../program/unit.js';
import type { Span } from '../source/span.js';
import { parse, type ts } from '../source/typescript.js';
import { BundleError } from './bundle-error.js';
import { textWith, type Edit } from './edits.js';
import { instrumentSite } from './instrument.js';
import type { FunctionUnit } from './job.js';
import { reachUnit } from './reach.js';

/** The text of a file, where it is not the one on disk: staged or unsaved content. */
export type ReadText = (file: string) => string | undefined;

/** So often a bundle is tried again with what stood in its way replaced by a stub. */
const MAX_ATTEMPTS = 5;

/** Takes functions out of their projects: with all they import, TensorFlow.js replaced by that of the realm. */
export class Bundler {
  private readonly bundles = new Map<
    string,
    { readonly code: string; readonly texts: ReadonlyMap<string, string> }
  >();
  private readonly sources = new Map<string, ts.SourceFile>();
  /** Imports and files that were in the way before are in the way of the next unit too. */
  private readonly unresolved = new Set<string>();
  private readonly broken = new Set<string>();
  /** The project uses decorators as TypeScript had them first, and its tsconfig does not say so. */
  private decorators = false;

  constructor(private readonly overlay: ReadText = () => undefined) {}

  /** Rejects with `BundleError` where the unit cannot be called from outside its project. */
  async bundle(unit: Unit, site: Span): Promise<FunctionUnit> {
    const form = unit.kind === 'method' ? 'method' : unit.kind === 'closure' ? 'closure' : 'call';
    const key = JSON.stringify([unit.span, site]);
    const known = this.bundles.get(key);
    if (known !== undefined && [...known.texts].every(([file, text]) => this.read(file) === text))
      return { kind: 'function', code: known.code, form };
    const texts = new Map<string, string>();
    const bundled = await this.build(unit, site, texts);
    // A module as a unit is run anew each time it is called.
    const code =
      unit.kind === 'module' ? `globalThis.__gradlintUnit = function () {\n${bundled}\n};` : bundled;
    this.bundles.set(key, { code, texts });
    return { kind: 'function', code, form };
  }

  private async build(unit: Unit, site: Span, texts: Map<string, string>): Promise<string> {
    const prepared = this.prepare(unit, site);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await build({
          entryPoints: [unit.span.file],
          bundle: true,
          write: false,
          format: 'iife',
          platform: 'browser',
          target: 'es2022',
          charset: 'utf8',
          legalComments: 'none',
          logLevel: 'silent',
          define: { 'import.meta': '__gradlintMeta', global: 'globalThis', __dirname: '"/"', __filename: '"/module.js"' },
          tsconfigRaw: this.decorators ? { compilerOptions: { experimentalDecorators: true } } : undefined,
          plugins: [this.plugin(unit.span.file, prepared, texts)],
        });
        return result.outputFiles[0]!.text;
      } catch (error) {
        const messages = (error as Partial<BuildFailure>).errors ?? [];
        if (attempt === MAX_ATTEMPTS || !this.stubWhatFailed(messages, unit))
          throw new BundleError(reason(messages, error));
      }
    }
  }

  /** The texts of the unit's and the site's file, made callable and observable. */
  private prepare(unit: Unit, site: Span): ReadonlyMap<string, string> {
    const prepared = new Map<string, string>();
    const edits: Edit[] = [instrumentSite(this.source(site.file), site)];
    const source = this.source(unit.span.file);
    const own = site.file === unit.span.file ? edits : [];
    prepared.set(site.file, this.edited(site.file, edits));
    const reached = unit.kind === 'module' ? '' : reachUnit(source, unit, own);
    prepared.set(unit.span.file, this.edited(unit.span.file, own) + reached);
    return prepared;
  }

  private edited(file: string, edits: readonly Edit[]): string {
    const source = this.source(file);
    return textWith(source, 0, source.text.length, edits);
  }

  private source(file: string): ts.SourceFile {
    const text = this.read(file);
    const known = this.sources.get(file);
    if (known?.text === text) return known;
    const source = parse(file, text);
    this.sources.set(file, source);
    return source;
  }

  private read(file: string): string {
    const text = this.overlay(file);
    if (text !== undefined) return text;
    try {
      return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    } catch {
      throw new BundleError(`${file} cannot be read`);
    }
  }

  private plugin(entry: string, prepared: ReadonlyMap<string, string>, texts: Map<string, string>): Plugin {
    return {
      name: 'gradlint',
      setup: (build) => {
        // Staged or unsaved, it need not be on disk.
        build.onResolve({ filter: exactly(entry) }, () => ({ path: entry }));

        build.onResolve({ filter: /^@tensorflow\/tfjs/ }, ({ path: specifier }) => ({
          path: specifier,
          namespace: 'gradlint-tensorflow',
        }));
        build.onLoad({ filter: /.*/, namespace: 'gradlint-tensorflow' }, ({ path: specifier }) => ({
          contents: tensorFlowModule(specifier),
        }));

        build.onResolve({ filter: BUILTINS }, ({ path: specifier }) => ({
          path: specifier,
          namespace: 'gradlint-stub',
        }));
        build.onLoad({ filter: /.*/, namespace: 'gradlint-stub' }, ({ path: specifier }) => ({
          contents: stubModule(specifier),
        }));
        if (this.unresolved.size > 0) {
          build.onResolve({ filter: /.*/ }, ({ path: specifier, resolveDir }) =>
            this.unresolved.has(importKey(specifier, resolveDir))
              ? { path: specifier, namespace: 'gradlint-stub' }
              : undefined,
          );
        }

        build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path: file }) => {
          if (this.broken.has(file)) return { contents: stubModule(path.basename(file)) };
          const changed = prepared.get(file);
          if (changed === undefined && file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
          const text = this.read(file);
          texts.set(file, text);
          return { contents: changed ?? text, loader: loaderOf(file), resolveDir: path.dirname(file) };
        });
        // Images, styles, shaders, models: nothing that a function computes with.
        build.onLoad({ filter: /\.[^./\\]+$/, namespace: 'file' }, ({ path: file }) =>
          /\.([cm]?[jt]sx?|json)$/.test(file) ? undefined : { contents: '', loader: 'empty' },
        );
      },
    };
  }

  /** Whether there is reason to try again. */
  private stubWhatFailed(messages: readonly Message[], unit: Unit): boolean {
    let progress = false;
    for (const { text, location } of messages) {
      const missing = /^Could not resolve "(.+)"/.exec(text)?.[1];
      const file = location === null ? undefined : path.resolve(location.file);
      const key = missing && importKey(missing, file === undefined ? '' : path.dirname(file));
      if (key !== undefined && !this.unresolved.has(key)) {
        this.unresolved.add(key);
        progress = true;
      } else if (/experimental decorators/i.test(text) && !this.decorators) {
        this.decorators = true;
        progress = true;
      } else if (file !== undefined && file !== unit.span.file && !this.broken.has(file)) {
        this.broken.add(file);
        progress = true;
      }
    }
    return progress;
  }
}

const BUILTINS = new RegExp(
  `^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')}))$`,
);

const exactly = (text: string): RegExp => new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

/** A relative import means another file in another folder. */
const importKey = (specifier: string, folder: string): string =>
  specifier.startsWith('.') ? path.resolve(folder, specifier) : specifier;

const tensorFlowModule = (specifier: string): string => {
  const part = tensorFlowPath(specifier);
  if (part !== undefined) return `module.exports = globalThis.__gradlintTf${part === '' ? '' : `.${part}`};`;
  // Backends and the rest register themselves or are the namespace again; a visor is nothing to compute with.
  return isTensorFlowPackage(specifier) && !specifier.includes('-vis')
    ? 'module.exports = globalThis.__gradlintTf;'
    : stubModule(specifier);
};

const stubModule = (name: string): string =>
  `module.exports = globalThis.__gradlintStub(${JSON.stringify(name)});`;

/** JSX in .js files is common. */
function loaderOf(file: string): Loader {
  const extension = path.extname(file).slice(1);
  if (extension === 'tsx' || extension === 'jsx') return extension;
  return extension.endsWith('ts') ? 'ts' : 'jsx';
}

function reason(messages: readonly Message[], error: unknown): string {
  const first = messages[0];
  if (first === undefined) return `it cannot be bundled: ${String(error)}`;
  const where = first.location === null ? '' : ` (${first.location.file}:${first.location.line})`;
  return `it cannot be bundled: ${first.text}${where}`;
}
