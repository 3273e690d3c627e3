import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildFailure, type BuildOptions, type Message } from 'esbuild';
import type { Unit } from '../program/unit.js';
import { PageScripts } from '../source/page-scripts.js';
import type { Span } from '../source/span.js';
import { parse, type ts } from '../source/typescript.js';
import { BundleError } from './bundle-error.js';
import { bundlePlugin, Obstacles } from './bundle-plugin.js';
import { textWith, type Edit } from './edits.js';
import { instrumentSite, markCall } from './instrument.js';
import { classesOf, classExposed } from './input-classes.js';
import type { FunctionUnit } from './job.js';
import { reachInPlace, reachUnit } from './reach.js';
import { OWN_FLOAT64_ARRAY } from './own-arrays.js';
import { instrumentNumbers } from './wide/instrument.js';

/** The text of a file, where it is not the one on disk: staged or unsaved content. */
export type ReadText = (file: string) => string | undefined;

const FORMS = { method: 'method', closure: 'closure', function: 'call', module: 'call' } as const;

function formOf({ custom, kernel, kind }: Unit): FunctionUnit['form'] {
  if (kernel !== undefined) return 'kernel';
  return custom === true ? 'custom' : FORMS[kind];
}

type EditsByFile = ReadonlyMap<string, readonly Edit[]>;

interface Built {
  readonly code: string;
  /** Some module in it awaits at its top level. */
  readonly awaits: boolean;
}

/** So often a bundle is tried again with what stood in its way replaced by a stub. */
const MAX_ATTEMPTS = 5;
/** One finding is looked at after the other, and memory must not grow with their number. */
const MAX_KEPT = 16;

/** Takes functions out of their projects: with all they import, TensorFlow.js replaced by that of the realm. */
export class Bundler {
  private readonly bundles = new Map<
    string,
    { readonly code: string; readonly texts: ReadonlyMap<string, string> }
  >();
  private readonly sources = new Map<string, ts.SourceFile>();
  private readonly obstacles = new Obstacles();
  private readonly scripts = new PageScripts((file) => this.textOf(file));

  constructor(private readonly overlay: ReadText = () => undefined) {}

  /**
   * `inNumbers`: the site is arithmetic whose digits are in doubt. `blamed`: the call that it is reported at. Rejects with
   * `BundleError` where the unit cannot be called from outside its project.
   */
  async bundle(unit: Unit, site: Span, inNumbers = false, blamed?: Span): Promise<FunctionUnit> {
    const { kernel } = unit;
    const form = formOf(unit);
    const key = JSON.stringify([unit.span, site, inNumbers, blamed]);
    const known = this.bundles.get(key);
    if (known !== undefined && this.upToDate(known.texts))
      return { kind: 'function', code: known.code, form, kernel };
    const texts = new Map<string, string>();
    const edits = this.editsOf(unit, site, inNumbers, blamed);
    const built = await this.build(unit.span.file, this.prepare(unit, edits), texts);
    const code = script(built, unit);
    keep(this.bundles, key, { code, texts });
    return { kind: 'function', code, form, kernel };
  }

  /**
   * A script that loads a file as an import would, and leaves what it calls `name` at its top level, if anything, at
   * `globalThis.__gradlintUnit`: see `FunctionUnit.code`.
   *
   * @throws BundleError
   */
  async bundleFile(file: string, name: string): Promise<string> {
    const reached = `\n;globalThis.__gradlintUnit = typeof ${name} === 'undefined' ? undefined : ${name};\n`;
    return loading(await this.build(file, new Map([[file, this.read(file) + reached]])));
  }

  private async build(
    entry: string,
    prepared: ReadonlyMap<string, string>,
    texts = new Map<string, string>(),
  ): Promise<Built> {
    const text = (file: string): string | undefined => {
      const changed = prepared.get(file);
      if (changed === undefined && file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
      const original = this.read(file);
      texts.set(file, original);
      return this.scripts.asModule(file, changed ?? original);
    };
    for (let attempt = 1; ; attempt += 1) {
      // A script cannot await: then the bundle is the body of a function that can.
      const { awaits, decorators, count } = this.obstacles;
      try {
        const result = await build({
          ...OPTIONS,
          ...(awaits
            ? { stdin: { contents: `import ${JSON.stringify(entry)};`, resolveDir: path.dirname(entry) } }
            : { entryPoints: [entry] }),
          format: awaits ? 'esm' : 'iife',
          tsconfigRaw: decorators ? { compilerOptions: { experimentalDecorators: true } } : undefined,
          plugins: [bundlePlugin({ entry, obstacles: this.obstacles, text })],
        });
        return { code: result.outputFiles![0]!.text, awaits };
      } catch (error) {
        const messages = (error as Partial<BuildFailure>).errors ?? [];
        this.obstacles.learn(messages, entry);
        if (attempt < MAX_ATTEMPTS && this.obstacles.count > count) continue;
        throw new BundleError(reason(messages, error, texts));
      }
    }
  }

  /** What makes the site observable, and the call that is blamed. */
  private editsOf(unit: Unit, site: Span, inNumbers: boolean, blamed: Span | undefined): EditsByFile {
    const place = this.source(site.file);
    const numbers = inNumbers ? instrumentNumbers(place, site, unit.span) : undefined;
    const edits = numbers ?? [instrumentSite(place, site)];
    if (numbers !== undefined || blamed === undefined) return new Map([[site.file, edits]]);
    const marks = markCall(this.source(blamed.file), blamed);
    if (blamed.file === site.file) return new Map([[site.file, [...edits, ...marks]]]);
    return new Map([
      [site.file, edits],
      [blamed.file, marks],
    ]);
  }

  /** The texts of the files of the unit, the site and the call, made callable and observable. */
  private prepare(unit: Unit, byFile: EditsByFile): ReadonlyMap<string, string> {
    const source = this.source(unit.span.file);
    const own = byFile.get(unit.span.file) ?? [];
    const reached = unit.kind === 'module' ? [] : [reachInPlace(source, unit, own)];
    const all = new Map([...byFile, [unit.span.file, [...own, ...reached]]]);
    const prepared = new Map([...all].map(([file, edits]) => [file, this.edited(file, edits)]));
    const code = unit.kernel?.code;
    if (code !== undefined) {
      // The code of the kernel is reached too.
      const kernel: Unit = { ...unit, kind: 'closure', span: code, inputs: [] };
      const reachedKernel = reachUnit(this.source(code.file), kernel, [], '__gradlintKernel');
      this.append(prepared, unit, code.file, reachedKernel);
    }
    for (const reference of classesOf(unit))
      this.append(prepared, unit, reference.file, classExposed(reference));
    return prepared;
  }

  /** Adds code to a file, which that of the unit need not import. */
  private append(prepared: Map<string, string>, { span }: Unit, file: string, code: string): void {
    prepared.set(file, (prepared.get(file) ?? this.read(file)) + code);
    if (file !== span.file)
      prepared.set(span.file, `${prepared.get(span.file)!}\n;require(${JSON.stringify(file)});\n`);
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
    keep(this.sources, file, source);
    return source;
  }

  private upToDate(texts: ReadonlyMap<string, string>): boolean {
    return [...texts].every(([file, text]) => this.read(file) === text);
  }

  private read(file: string): string {
    const text = this.textOf(file);
    if (text === undefined) throw new BundleError(`${file} cannot be read`);
    return text;
  }

  private textOf(file: string): string | undefined {
    try {
      return this.overlay(file) ?? readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  }
}

const OPTIONS: BuildOptions = {
  bundle: true,
  write: false,
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'silent',
  define: {
    'import.meta': '__gradlintMeta',
    global: 'globalThis',
    Float64Array: OWN_FLOAT64_ARRAY,
    __dirname: '"/"',
    __filename: '"/module.js"',
  },
};

function script(built: Built, unit: Unit): string {
  // A module as a unit is run anew each time it is called.
  if (unit.kind === 'module')
    return `globalThis.__gradlintUnit = ${built.awaits ? 'async ' : ''}function () {\n${built.code}\n};`;
  return loading(built);
}

const loading = ({ code, awaits }: Built): string =>
  awaits ? `globalThis.__gradlintLoading = (async () => {\n${code}\n})();` : code;

/** Adds to a map that keeps the latest entries only. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value!);
}

/** Lines are told of the file as it is: what was put behind it for the run is not there for who reads. */
function reason(messages: readonly Message[], error: unknown, texts: ReadonlyMap<string, string>): string {
  const first = messages[0];
  if (first === undefined) return `it cannot be bundled: ${String(error)}`;
  if (first.location === null) return `it cannot be bundled: ${first.text}`;
  const { file, line } = first.location;
  const lines = texts.get(path.resolve(file))?.trimEnd().split('\n').length ?? Infinity;
  return `it cannot be bundled: ${first.text} (${file}:${Math.min(line, lines)})`;
}
