import { ownFailure } from '../errors.js';
import { readFileSync } from 'node:fs';
import { backendNamed, type Backend, type BackendName } from '../facts/backend.js';
import { NOWHERE, type Span, spanOf } from '../source/span.js';
import { ImportedFiles } from '../source/imported-files.js';
import type { PageScripts } from '../source/page-scripts.js';
import { callsIn } from '../source/call-scan.js';
import { mentionsTensorFlow } from '../source/prefilter.js';
import { parse, syntaxError, syntaxErrorIn, type ts } from '../source/typescript.js';
import { lowerCustomGradient } from './gradients/custom-gradient-unit.js';
import { namesUnderGradient } from './gradients/gradient-names.js';
import { lowerKernelGradient } from './gradients/kernel-gradient-unit.js';
import { followTypesOf } from './claims/type-names.js';
import { INTERPRETER } from './interpreter.js';
import { takesModel } from './claims/made-models.js';
import { givesRecord, takesRecord } from './claims/taken-records.js';
import { Lowering } from './lowering.js';
import type { Module, ModuleSource } from './module.js';
import { lowerFields } from './javascript/classes.js';
import { evaluateModule } from './javascript/modules.js';
import { isModelled } from './tensorflow/own-ops.js';
import { Scope } from './scope.js';
import { SitesInText } from './selection/sites-in-text.js';
import { isOffered } from './javascript/syntax.js';
import type { FunctionValue, OptionKind } from './values.js';
import type { LoweredUnit } from './lowered-unit.js';
import { differentiation, lowerFunction } from './javascript/function-units.js';
import { functionName } from './javascript/function-name.js';

export interface ProjectOptions {
  /** Contents that stand in for files on disk: staged files, the text of an editor. */
  readonly readFile?: ((file: string) => string | undefined) | undefined;
  /** Where the program is meant to run. Default `cpu`. */
  readonly backend?: BackendName | undefined;
  /** Which files imports mean, as far as that is known already. */
  readonly imports?: ImportedFiles | undefined;
}

/** The files of a project, parsed when they are first needed. */
export class Project implements ModuleSource {
  private readonly modules = new Map<string, Module | undefined>();
  private readonly sites = new Map<string, SitesInText>();
  /** Of files that were looked at and are not parsed yet. */
  private readonly texts = new Map<string, string>();
  /** Files that could not be read or parsed, with the reason. */
  readonly problems = new Map<string, string>();

  readonly backend: Backend;
  private readonly imports: ImportedFiles;

  constructor(private readonly options: ProjectOptions = {}) {
    this.backend = backendNamed(options.backend);
    this.imports = options.imports ?? new ImportedFiles(options.readFile);
  }

  /**
   * The module of a file, as far as a syntax error lets it be read; undefined where it cannot be read, which is among the
   * problems, and of what is nowhere.
   */
  load(file: string): Module | undefined {
    if (file === NOWHERE.file) return undefined;
    if (this.modules.has(file)) return this.modules.get(file);
    const module = this.read(file);
    this.modules.set(file, module);
    return module;
  }

  /**
   * Whether a file is worth lowering, by its text: it may hold sites, or calls what it imports from a file that may.
   * A file that cannot be read is, for then that is told.
   */
  mayHoldSites(file: string): boolean {
    const text = this.textOf(file);
    return text === undefined || this.sitesOf(file, text).any || this.callsIntoSites(file, text);
  }

  /**
   * Whether a file parses that was not worth loading. What holds no site as its text stands, such as code behind a comment
   * that nobody closed, may hold some as it was meant. Of files that do not name TensorFlow.js nothing is asked.
   */
  checkSyntax(file: string): void {
    const text = this.modules.has(file) ? undefined : this.textOf(file);
    if (text === undefined || !mentionsTensorFlow(text)) return;
    const error = syntaxErrorIn(file, text);
    if (error !== undefined) this.problems.set(file, error);
  }

  private callsIntoSites(file: string, text: string): boolean {
    const called = new Set<string>();
    for (const { name, owner } of callsIn(text)) called.add(owner === undefined ? name : `* as ${owner}`);
    for (const [, names, whole, specifier] of text.matchAll(IMPORT)) {
      const isCalled =
        whole === undefined
          ? (names!.match(/\* as [\w$]+|[\w$]+/g) ?? []).some((name) => called.has(name))
          : called.has(whole) || called.has(`* as ${whole}`);
      if (!isCalled || isModelled(specifier!)) continue;
      const target = this.imports.resolve(specifier!, file);
      const imported = target === undefined ? undefined : this.textOf(target);
      if (imported !== undefined && this.sitesOf(target!, imported).mayGiveSites) return true;
    }
    return this.scripts.taken(file).some((script) => {
      const shared = script.names.some((name) => called.has(name)) ? this.textOf(script.file) : undefined;
      return shared !== undefined && this.sitesOf(script.file, shared).mayGiveSites;
    });
  }

  private textOf(file: string): string | undefined {
    const known = this.texts.get(file);
    if (known !== undefined) return known;
    try {
      const text = this.options.readFile?.(file) ?? readFileSync(file, 'utf8');
      this.texts.set(file, text);
      return text;
    } catch {
      return undefined;
    }
  }

  private sitesOf(file: string, text: string): SitesInText {
    const sites = this.sites.get(file) ?? new SitesInText(text);
    this.sites.set(file, sites);
    return sites;
  }

  private read(file: string): Module | undefined {
    try {
      const text = this.texts.get(file) ?? this.options.readFile?.(file) ?? readFileSync(file, 'utf8');
      this.texts.delete(file);
      const source = parse(file, text);
      const error = syntaxError(source);
      if (error !== undefined) this.problems.set(file, error);
      const module: Module = {
        file,
        source,
        sites: this.sitesOf(file, text),
        scope: new Scope(undefined, undefined),
        exports: new Map(),
        live: new Map(),
        reexports: [],
        imports: new Map(),
        types: new Map(),
        resolved: new Map(),
        globals: new Map(),
        state: 'new',
      };
      followTypesOf(source, (specifier) => this.resolve(specifier, module)?.source);
      return module;
    } catch (error) {
      this.problems.set(file, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  get scripts(): PageScripts {
    return this.imports.scripts;
  }

  moduleOf({ fileName }: ts.SourceFile): Module | undefined {
    return this.modules.get(fileName);
  }

  /** By a path or an alias of it: packages are not followed. */
  resolve(specifier: string, from: Module): Module | undefined {
    if (from.resolved.has(specifier)) return from.resolved.get(specifier);
    const file = this.imports.resolve(specifier, from.file);
    const module = file === undefined ? undefined : this.load(file);
    from.resolved.set(specifier, module);
    return module;
  }
}

/** `import {a, b} from './x'`, `const {a, b} = require('./x')`, and the whole module under one name. */
const IMPORT =
  /\b(?:import|const|let|var)\s+(?:(\{[\w\s{},:$]+?\}|[\w$]+\s*,[\w\s{},*$]+?|\*\s+as\s+[\w$]+)|([\w$]+))\s*(?:from|=\s*require\()\s*['"]([^'"\n]+)['"]/g;

export interface LoweredProject {
  readonly units: readonly LoweredUnit[];
  /** Functions of TensorFlow.js that the op table does not have, with the places that use them. */
  readonly unmodelled: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether the project itself calls the function that this is the unit of, and the call was followed. */
  isCalled(unit: LoweredUnit): boolean;
  /** Parameters that are given what an option of their callers is by default: another number may be. */
  readonly options: readonly Option[];
  /** Functions that anybody may call, and of which the project itself always leaves a parameter out. */
  readonly widerThanUsed: readonly Span[];
  /** Parameters of called functions that are only given data which the project makes up. */
  readonly examples: readonly Shown[];
  /** Lists that a function takes which anybody may call, and of which the project itself only gives those of one thing. */
  readonly singles: readonly Parameter[];
  /** Lowers a called function on its own, as if nobody called it. */
  standalone(span: Span): LoweredUnit | undefined;
  readonly failures: readonly { readonly file: string; readonly message: string }[];
}

/** A parameter, and the function that has it. */
export interface Parameter {
  readonly name: string;
  readonly within: Span;
}

export interface Shown extends Parameter {
  readonly isDrawn: boolean;
}

export interface Option extends Parameter {
  readonly kind: OptionKind;
}

export interface LoweringOptions {
  /** Code that reaches no site is lowered too: for those who want to see how it is read. */
  readonly everything?: boolean | undefined;
}

/**
 * Lowers files: first the top level of every module, then the functions nobody calls, then what no call reached.
 * So a function that the project calls is seen as it is called.
 */
export function lowerProject(
  project: Project,
  files: readonly string[],
  { everything = false }: LoweringOptions = {},
): LoweredProject {
  const lowering = new Lowering(project, INTERPRETER);
  lowering.everything = everything;
  const modules = files
    .filter((file) => everything || project.mayHoldSites(file))
    .map((file) => project.load(file))
    .filter((module) => module !== undefined);
  const lowered = new ProjectLowering(lowering, files, modules);
  lowered.topLevels();
  lowered.functions();
  lowered.kernels();
  for (const file of files) project.checkSyntax(file);
  const called = new Set(lowering.called);
  return {
    units: lowering.units,
    unmodelled: lowering.unmodelled,
    failures: lowered.failures,
    isCalled: ({ declaration }) => called.has(declaration),
    options: [...lowering.options].map(([{ name, parent }, kind]) => ({
      name: name.getText(),
      within: spanOf(parent),
      kind,
    })),
    widerThanUsed: [...lowering.leftOut]
      .filter(([{ parent }, isLeftOut]) => isLeftOut && isOffered(parent))
      .map(([{ parent }]) => spanOf(parent)),
    examples: [...lowering.examples]
      .filter(([, kind]) => kind !== 'none')
      .map(([{ name, parent }, kind]) => ({
        name: name.getText(),
        within: spanOf(parent),
        isDrawn: kind === 'drawn',
      })),
    singles: [...lowering.singles]
      .filter(([{ parent }, isSingle]) => isSingle && isOffered(parent))
      .map(([{ name, parent }]) => ({ name: name.getText(), within: spanOf(parent) })),
    standalone: (span) => lowered.standalone(span),
  };
}

/** The units of a project, one after the other. */
class ProjectLowering {
  readonly failures: { file: string; message: string }[] = [];
  private readonly made: FunctionValue[] = [];
  private readonly wanted: ReadonlySet<string>;
  private readonly calledNames: ReadonlySet<string>;
  private underGradient: ReadonlySet<string> = new Set();

  constructor(
    private readonly lowering: Lowering,
    files: readonly string[],
    private readonly modules: readonly Module[],
  ) {
    this.wanted = new Set(files);
    this.calledNames = new Set(modules.flatMap(({ sites }) => [...sites.called]));
  }

  topLevels(): void {
    for (const module of this.modules) this.guarded(module.file, () => evaluateModule(this.lowering, module));
    this.underGradient = namesUnderGradient(this.modules);
  }

  /**
   * Each function that was made and that no call reached; lowering one makes others. Those that take records wait until it is
   * known what the others give.
   */
  functions(): void {
    const { pending, customCalls, withCodeInFields } = this.lowering;
    let waiting: FunctionValue[] = [];
    while (pending.length > 0 || !customCalls.isEmpty || withCodeInFields.size > 0 || waiting.length > 0) {
      if (pending.length === 0) this.fields();
      if (pending.length === 0) {
        // Those first that give records themselves, so that it does not matter where they stand.
        this.lowerEach(waiting.filter(({ declaration }) => givesRecord(declaration)));
        this.lowerEach(waiting);
        waiting = [];
      }
      // Custom gradients last, when it is known what calls them.
      if (pending.length === 0) this.customGradients(customCalls.take());
      const made = pending.splice(0);
      this.made.push(...made);
      const batch = made.filter(
        (fn) => this.wanted.has(fn.module.file) && this.isLeft(fn) && !customCalls.has(fn),
      );
      const takers = new Set(
        batch.filter(({ declaration }) => takesRecord(declaration) || takesModel(declaration)),
      );
      waiting.push(...takers);
      this.lowerEach(batch.filter((fn) => !takers.has(fn)));
    }
  }

  private lowerEach(functions: readonly FunctionValue[]): void {
    const seemsCalled = new Set(functions.filter((fn) => this.calledNames.has(lastName(fn))));
    for (const fn of [...functions.filter((fn) => !seemsCalled.has(fn)), ...seemsCalled])
      if (this.isLeft(fn)) this.guarded(fn.module.file, () => this.lower(fn));
  }

  /** Of classes that nothing made an object of. */
  private fields(): void {
    const { withCodeInFields } = this.lowering;
    const classes = [...withCodeInFields].filter(({ module }) => this.wanted.has(module.file));
    withCodeInFields.clear();
    for (const type of classes) this.guarded(type.module.file, () => lowerFields(this.lowering, type));
  }

  private customGradients(functions: readonly FunctionValue[]): void {
    for (const fn of functions)
      if (!this.lowering.lowered.has(fn.declaration) && this.wanted.has(fn.module.file))
        this.guarded(fn.module.file, () => lowerCustomGradient(this.lowering, fn));
  }

  kernels(): void {
    for (const configuration of this.lowering.kernels.take()) {
      const { file } = configuration.gradient.module;
      if (this.wanted.has(file)) this.guarded(file, () => lowerKernelGradient(this.lowering, configuration));
    }
  }

  /** The function that stands here, as if nobody called it. */
  standalone(span: Span): LoweredUnit | undefined {
    const known = this.lowering.units.find(({ unit }) => isSame(unit.span, span));
    const fn = this.made.findLast(
      ({ declaration }) => declaration.end === span.end && isSame(spanOf(declaration), span),
    );
    return known ?? (fn === undefined ? undefined : this.lower(fn));
  }

  private lower(fn: FunctionValue): LoweredUnit | undefined {
    const by = this.lowering.gradientsMade.get(fn.declaration);
    if (by !== undefined) return lowerFunction(this.lowering, fn, 'yes', { by: by === 'first' ? 0 : by });
    const isNamed = this.underGradient.has(functionName(fn));
    return lowerFunction(this.lowering, fn, isNamed ? 'yes' : differentiation(fn));
  }

  private isLeft({ declaration }: FunctionValue): boolean {
    return !this.lowering.called.has(declaration) && !this.lowering.lowered.has(declaration);
  }

  /** A failure of gradlint itself costs one unit, never the audit, and is told. */
  private guarded(file: string, body: () => void): void {
    try {
      body();
    } catch (error) {
      this.failures.push({ file, message: ownFailure(error) });
    }
  }
}

const lastName = (fn: FunctionValue): string => functionName(fn).split('.').at(-1)!;

const isSame = (one: Span, other: Span): boolean =>
  one.end === other.end && one.start === other.start && one.file === other.file;
