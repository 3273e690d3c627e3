/** Public code bases with one guard taken out, and what is told of them that is not told of the code as it is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { ReportedFinding, Verdict } from '../../src/report/report.js';
import type { Finding } from '../../src/rule/finding.js';
import { discover } from '../../src/source/discover.js';
import { ImportedFiles } from '../../src/source/imported-files.js';
import { mentionsTensorFlow } from '../../src/source/prefilter.js';
import { parse, ts } from '../../src/source/typescript.js';
import type { Told } from '../told.js';
import { kinds } from './kinds.js';

/** One change in one file. */
export interface Mutant {
  /** Kind, repository, file and line, numbered where a line has several: what a judgement is kept under. */
  readonly id: string;
  readonly kind: string;
  readonly file: string;
  /** What stands there, and what the mutant has instead. */
  readonly original: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Verdicts are looked for where something is told; this long at most each. */
const TIME_LIMIT_MS = 10_000;

export class CodeBase {
  private readonly imports = new ImportedFiles();
  private readonly texts = new Map<string, string>();
  /** Which files import a file, and which it imports. */
  private readonly importers = new Map<string, string[]>();
  private readonly imported = new Map<string, readonly string[]>();
  private readonly originals = new Map<string, readonly ReportedFinding[]>();

  private constructor(
    private readonly name: string,
    readonly root: string,
    files: readonly string[],
  ) {
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      if (mentionsTensorFlow(text)) this.texts.set(file, text);
    }
    for (const file of files) {
      const targets = this.imports.of(file);
      this.imported.set(file, targets);
      for (const target of targets) this.importers.set(target, [...(this.importers.get(target) ?? []), file]);
    }
  }

  static async at(name: string, root: string): Promise<CodeBase> {
    return new CodeBase(name, root, await discover(root, []));
  }

  /** Every mutant there is, in the files whose path under the root `isWanted`. */
  mutants(isWanted: (file: string) => boolean): readonly Mutant[] {
    return [...this.texts].flatMap(([file, text]) => {
      const relative = path.relative(this.root, file);
      return isWanted(relative) ? this.mutantsOf(relative, parse(file, text)) : [];
    });
  }

  private mutantsOf(file: string, source: ts.SourceFile): Mutant[] {
    const found: Mutant[] = [];
    const times = new Map<string, number>();
    const visit = (node: ts.Node): void => {
      for (const { name: kind, without } of kinds) {
        const change = without(node);
        if (change === undefined) continue;
        const start = change.node.getStart();
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        const place = `${kind} | ${this.name}/${file}:${line}`;
        const nth = (times.get(place) ?? 0) + 1;
        times.set(place, nth);
        found.push({
          id: nth === 1 ? place : `${place} #${nth}`,
          kind,
          file,
          original: change.node.getText(),
          text: change.text,
          start,
          end: change.node.end,
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  }

  /**
   * The files of which anything else can be told once this one is changed: those that it imports or that import it,
   * directly or through others.
   */
  private affectedBy(changed: string): readonly string[] {
    const up = closure(changed, (file) => this.importers.get(file) ?? []);
    const down = closure(changed, (file) => this.imported.get(file) ?? []);
    return [...new Set([...up, ...down])].filter((file) => this.texts.has(file)).sort();
  }

  /** What is told of a mutant: alike before is what is told of a guard that never sufficed. */
  async toldOf(mutant: Mutant, confirm: boolean): Promise<Told> {
    const file = path.join(this.root, mutant.file);
    const files = this.affectedBy(file);
    const text = this.texts.get(file)!;
    const mutated = text.slice(0, mutant.start) + mutant.text + text.slice(mutant.end);
    const before = this.original(file, files);
    const known = new Set(before.flatMap((finding) => keysOf(finding, mutant, text)));
    const isNew = (finding: ReportedFinding): boolean =>
      !known.has(keyOf(finding, offsetsIn(finding, mutant.file, mutated)?.[0]));
    const analyser = this.analyser((asked) => (asked === file ? mutated : undefined));
    const findings = analyser.analyse(files);
    const after = analyser.report(findings, new Map());
    const alike = after.some((finding) => !isNew(finding) && holds(finding, mutant, mutated));
    if (!confirm) return { anew: after.filter(isNew), alike };
    const asked = findings.filter((finding) => {
      const [told] = analyser.report([finding], new Map());
      return told === undefined ? finding.span.file === file : finding.manifest && isNew(told);
    });
    const verdicts = await this.verdicts(asked, (one) => (one === file ? mutated : undefined));
    return { anew: analyser.report(findings, verdicts).filter(isNew), alike };
  }

  private original(changed: string, files: readonly string[]): readonly ReportedFinding[] {
    const known = this.originals.get(changed);
    if (known !== undefined) return known;
    const analyser = this.analyser(() => undefined);
    const made = analyser.report(analyser.analyse(files), new Map());
    this.originals.set(changed, made);
    return made;
  }

  private analyser(changed: (file: string) => string | undefined): Analyser {
    return new Analyser(this.root, {
      imports: this.imports,
      readFile: (file) => changed(file) ?? this.texts.get(file),
    });
  }

  private async verdicts(
    findings: readonly Finding[],
    readText: (file: string) => string | undefined,
  ): Promise<Map<Finding, Verdict>> {
    const verdicts = new Map<Finding, Verdict>();
    if (findings.length === 0) return verdicts;
    const confirmer = new Confirmer({
      root: this.root,
      mode: 'function',
      readText,
      timeLimitMs: TIME_LIMIT_MS,
    });
    try {
      for (const finding of findings) verdicts.set(finding, await confirmer.confirm(finding));
    } finally {
      confirmer.close();
    }
    return verdicts;
  }
}

function closure(from: string, next: (file: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const file of reached) for (const one of next(file)) reached.add(one);
  return reached;
}

/** Where in the changed file a finding starts and ends; undefined if it is in another one. */
function offsetsIn(
  { file, start, end }: ReportedFinding,
  changed: string,
  text: string,
): readonly [start: number, end: number] | undefined {
  if (file !== changed) return undefined;
  const lines = text.split('\n');
  const offset = ({ line, column }: { readonly line: number; readonly column: number }): number =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return [offset(start), offset(end)];
}

/** By its start alone: what the changed text makes longer or shorter ends elsewhere. */
const keyOf = ({ rule, file, start, severity }: ReportedFinding, offset: number | undefined): string =>
  [rule, file, offset ?? `${start.line}:${start.column}`, severity === 'info' ? 'note' : 'loud'].join(' ');

/** A finding as it is known once the mutant is in: its place is moved along, and it may weigh less. */
function keysOf(finding: ReportedFinding, mutant: Mutant, text: string): readonly string[] {
  const start = offsetsIn(finding, mutant.file, text)?.[0];
  const grown = mutant.text.length - (mutant.end - mutant.start);
  const isAfter = start !== undefined && start >= mutant.end;
  const moved = isAfter ? start + grown : start;
  const severities =
    finding.severity === 'info' ? (['info'] as const) : (['info', finding.severity] as const);
  return severities.map((severity) => keyOf({ ...finding, severity }, moved));
}

/** Whether the place of a finding holds the changed one. */
function holds(finding: ReportedFinding, mutant: Mutant, text: string): boolean {
  const [start, end] = offsetsIn(finding, mutant.file, text) ?? [0, 0];
  return start <= mutant.start && mutant.start + mutant.text.length <= end;
}
