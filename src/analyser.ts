import { createHash } from 'node:crypto';
import path from 'node:path';
import { allRules } from '../rules/index.js';
import type { TriedFix, WrittenFix } from './fix/prove.js';
import { writeFix } from './fix/write.js';
import { coverageOf, together, type Coverage, type LostCause } from './program/coverage.js';
import { importGroups } from './program/selection/import-groups.js';
import type { LoweredUnit } from './program/lowered-unit.js';
import { lowerProject, Project, type LoweredProject, type ProjectOptions } from './program/project.js';
import { shapeCoverageOf, shapesTogether, type ShapeCoverage } from './program/shapes/shape-coverage.js';
import { comparePositions } from './report/report.js';
import type {
  Fix,
  Position,
  Precondition,
  Problem,
  ReportedFinding,
  Severity,
  Verdict,
} from './report/report.js';
import { withoutRepeatedFormulas } from './rule/formulas.js';
import { check } from './rule/check.js';
import { checkUnit } from './rule/check-unit.js';
import type { Finding } from './rule/finding.js';
import { toFinding } from './rule/raised.js';
import { requirementOf } from './rule/requirement.js';
import { shorten } from './rule/site.js';
import { declaredVersion, isOlder } from './source/declared-version.js';
import type { Span } from './source/span.js';
import { ImportedFiles } from './source/imported-files.js';
import { Suppressions } from './source/suppressions.js';

export interface AnalyserOptions extends ProjectOptions {
  /** Whose comments silence findings; in ESLint those of ESLint are its own affair. Default both. */
  readonly suppressedBy?: readonly ('gradlint' | 'eslint')[] | undefined;
  /** Also find out what could not be followed. */
  readonly coverage?: boolean | undefined;
}

/** What a suppression says that gives no reason. */
export const NO_REASON = 'no reason given';
/** The name under which comments are reported that silence nothing. */
export const UNUSED = 'unused-suppression';

/** By finding, the fixes that were run beside the original. */
export type TriedFixes = ReadonlyMap<Finding, readonly TriedFix[]>;

/** How much of the tensor code was followed, in the words of the report. */
export interface FollowedReport {
  /** Places where a tensor operation is called, and those of which every operand was followed. */
  readonly operations: number;
  readonly followed: number;
  readonly lost: readonly LostReport[];
  readonly shapes: ShapesReport;
  /** Functions under `tf` that gradlint does not know, with the number of places that call them. */
  readonly unmodelled: readonly { readonly name: string; readonly calls: number }[];
}

/** How much is known of the shapes of tensors. */
export interface ShapesReport {
  /** Places whose value is a tensor; those of known rank; those of which every size has a number or a name. */
  readonly expressions: number;
  readonly ranked: number;
  readonly shaped: number;
  /** Those of which the rank is only known as that of a parameter, or by how much it differs from it. */
  readonly relative: number;
  /** What the rank of the others is lost to. */
  readonly lost: readonly LostReport[];
}

export interface LostReport {
  readonly cause: string;
  readonly operations: number;
  readonly places: readonly {
    readonly file: string;
    readonly line: number;
    readonly expression: string;
    readonly operations: number;
  }[];
}

/** The static pass over some files: lowering, rules, and findings in the words of the report. */
export class Analyser {
  /** What is asked of single files: their text, and the trees of those that have findings. */
  private readonly files: Project;
  private readonly imports: ImportedFiles;
  readonly counts = { functions: 0, sites: 0 };
  private readonly promised: Precondition[] = [];
  private readonly followed: Coverage[] = [];
  private readonly shapes: ShapeCoverage[] = [];
  /** Calls of functions that the op table lacks, by name. */
  private readonly unmodelled = new Map<string, number>();
  private readonly failures = new Map<string, string>();
  private readonly comments = new Map<string, Suppressions>();

  constructor(
    private readonly root: string,
    private readonly options: AnalyserOptions = {},
  ) {
    this.imports = options.imports ?? new ImportedFiles(options.readFile);
    this.files = new Project(options);
  }

  /**
   * Findings in the order of files and places. Files that import each other are lowered together, and what was made of
   * them is let go before the next: memory grows with the largest such group, not with the number of files.
   */
  analyse(files: readonly string[]): Finding[] {
    return importGroups(files, (file) => this.imports.of(file))
      .flatMap((group) => this.analyseGroup(group))
      .filter(({ danger, span }) => {
        const { since } = danger;
        return since === undefined || !isOlder(declaredVersion(path.dirname(span.file)), since);
      })
      .sort((a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start);
  }

  private analyseGroup(files: readonly string[]): Finding[] {
    const project = new Project({ ...this.options, imports: this.imports });
    const lowered = lowerProject(project, files);
    const findings = check(lowered, {
      rules: allRules,
      textOf: textIn(project),
      backend: project.backend,
    });
    this.count(lowered);
    if (this.options.coverage === true) this.countShapes(files);
    for (const [file, message] of project.problems) this.failures.set(file, message);
    for (const { file, message } of lowered.failures) this.failures.set(file, message);
    this.promised.push(...this.preconditionsIn(findings));
    return findings.filter(({ listed }) => listed !== true).map(detached);
  }

  /** What functions ask of their callers, in the order of files and places. Ask after `analyse`. */
  get preconditions(): Precondition[] {
    return [...this.promised].sort(
      (a, b) => a.file.localeCompare(b.file) || comparePositions(a.start, b.start),
    );
  }

  /** What units ask of their callers, each as if nobody called it. */
  preconditionsOf(units: readonly LoweredUnit[], project: Project): Precondition[] {
    const textOf = textIn(project);
    return this.preconditionsIn(
      units.flatMap((unit) =>
        checkUnit(unit, { rules: allRules, textOf, backend: project.backend }).map((raised) =>
          toFinding(raised, raised.site.span, unit, []),
        ),
      ),
    );
  }

  /** Those that are among the findings, each once. */
  private preconditionsIn(findings: readonly Finding[]): Precondition[] {
    const known = new Set<string>();
    return findings.flatMap((finding) => {
      const requires = requirementOf(finding);
      const name = finding.name ?? finding.unit.name;
      const key = [name, requires, finding.site.span.file].join('\n');
      if (requires === undefined || known.has(key)) return [];
      known.add(key);
      const { rule, site } = finding;
      const expression = shorten(this.textOf(site.span));
      const file = this.relative(site.span.file);
      return [{ function: name, requires, rule, file, ...this.positions(site.span), expression }];
    });
  }

  private count({ units, unmodelled }: LoweredProject): void {
    for (const { unit, nodes } of units) {
      if (unit.kind !== 'module') this.counts.functions += 1;
      this.counts.sites += nodes.filter(({ op }) => !NO_SITES.has(op)).length;
    }
    for (const [name, places] of unmodelled)
      this.unmodelled.set(name, (this.unmodelled.get(name) ?? 0) + places.size);
    if (this.options.coverage === true)
      this.followed.push(coverageOf(units, ({ op }) => !NO_SITES.has(op) && !op.startsWith('js.')));
  }

  /** Shapes are known or not in code that no rule asks about too: it is lowered once more, all of it. */
  private countShapes(files: readonly string[]): void {
    const { units } = lowerProject(new Project(this.options), files, { everything: true });
    const wanted = new Set(files);
    this.shapes.push(shapeCoverageOf(units.filter(({ module }) => wanted.has(module.file))));
  }

  /** What could be followed, and why the rest could not; for `coverage` only. */
  coverage(): FollowedReport {
    const { operations, followed, lost } = together(this.followed);
    const unmodelled = [...this.unmodelled].map(([name, calls]) => ({ name, calls }));
    const shapes = shapesTogether(this.shapes);
    return {
      operations,
      followed,
      lost: lost.map((cause) => this.lostReport(cause)),
      shapes: { ...shapes, lost: shapes.lost.map((cause) => this.lostReport(cause)) },
      unmodelled: unmodelled.sort((a, b) => b.calls - a.calls),
    };
  }

  private lostReport({ cause, operations, places }: LostCause): LostReport {
    return {
      cause,
      operations,
      places: places.map(({ span, operations }) => ({
        file: this.relative(span.file),
        line: this.positions(span).start.line,
        expression: shorten(this.textOf(span)),
        operations,
      })),
    };
  }

  get problems(): Problem[] {
    return [...this.failures].map(([file, message]) => ({ file: this.relative(file), message }));
  }

  textOf(span: Span): string {
    return this.files.load(span.file)?.source.text.slice(span.start, span.end) ?? '';
  }

  /** A whole file, as it was read. */
  sourceText(file: string): string {
    return this.files.load(file)?.source.text ?? '';
  }

  /** The fixes that a rule has for a finding, as far as the source gives a way to write them. */
  writtenFixes(finding: Finding): WrittenFix[] {
    return finding.fixes.flatMap((candidate) => {
      const edits = writeFix(candidate, (file) => this.files.load(file)?.source);
      return edits === undefined ? [] : [{ candidate, edits }];
    });
  }

  /** Findings as the report tells them, with an id each that edits elsewhere in the file do not change. */
  report(
    findings: readonly Finding[],
    verdicts: ReadonlyMap<Finding, Verdict>,
    tried: TriedFixes = new Map(),
  ): ReportedFinding[] {
    const occurrences = new Map<string, number>();
    const { told, others } = withoutRepeatedFormulas(
      findings.filter(
        (finding) => finding.candidate !== true || verdicts.get(finding)?.status === 'confirmed',
      ),
      (finding) => verdicts.get(finding)?.failure,
    );
    return told.map((finding) => {
      const expression = shorten(this.textOf(finding.span));
      const file = this.relative(finding.span.file);
      const identity = [finding.rule, file, finding.unit.name, expression].join('\n');
      const occurrence = occurrences.get(identity) ?? 0;
      occurrences.set(identity, occurrence + 1);
      const verdict = verdicts.get(finding) ?? {
        status: 'not-run',
        reason: this.whyNotRun(finding),
      };
      return {
        id: createHash('sha256').update(`${identity}\n${occurrence}`).digest('hex').slice(0, 12),
        rule: finding.rule,
        category: finding.category,
        severity: severityOf(finding, verdict),
        message: finding.message,
        file,
        ...this.positions(finding.span),
        function: finding.name ?? finding.unit.name,
        expression,
        danger: finding.danger.text,
        related: [
          ...finding.related,
          ...(others.get(finding) ?? []).map((span) => ({ span, message: 'and this one' })),
        ].map(({ span, message }) => ({
          file: this.relative(span.file),
          ...this.positions(span),
          message,
        })),
        verdict:
          finding.name === undefined || verdict.evidence === undefined
            ? verdict
            : { ...verdict, ran: finding.unit.name },
        fixes: this.reportedFixes(finding, tried.get(finding)),
        suppressed: this.suppressed(finding),
      };
    });
  }

  /** Whether a comment in the source silences the finding, and why. */
  suppressed(finding: Finding): { readonly reason: string } | null {
    const { file, start } = finding.span;
    const found = this.suppressionsOf(file)?.of(finding.rule, this.position(file, start).line);
    return found === undefined ? null : { reason: found.reason === '' ? NO_REASON : found.reason };
  }

  /** Suppressions that no finding needed, as notes. Ask after the report was made. */
  unusedSuppressions(files: readonly string[]): ReportedFinding[] {
    return files.flatMap((file) =>
      (this.suppressionsOf(file)?.unused ?? []).map(({ start, end, rules }, index): ReportedFinding => {
        const what = rules.length === 0 ? 'any rule' : rules.join(', ');
        const expression = shorten(this.textOf({ file, start, end }));
        const identity = [UNUSED, this.relative(file), expression, index].join('\n');
        return {
          id: createHash('sha256').update(identity).digest('hex').slice(0, 12),
          rule: UNUSED,
          category: 'numerical',
          severity: 'info',
          message: `\`${expression}\` silences nothing: no finding of ${what} is left there. Remove the comment.`,
          file: this.relative(file),
          ...this.positions({ file, start, end }),
          function: '<module>',
          expression,
          danger: `no finding of ${what} is left there`,
          related: [],
          verdict: { status: 'not-run', reason: 'a comment is nothing to run' },
          fixes: [],
          suppressed: null,
        };
      }),
    );
  }

  private suppressionsOf(file: string): Suppressions | undefined {
    const known = this.comments.get(file);
    if (known !== undefined) return known;
    const source = this.files.load(file)?.source;
    if (source === undefined) return undefined;
    const made = new Suppressions(source, this.options.suppressedBy ?? ['gradlint', 'eslint']);
    this.comments.set(file, made);
    return made;
  }

  /** What was tried and is no fix is not offered as one; what was not tried is said to be so. */
  private reportedFixes(finding: Finding, tried: readonly TriedFix[] | undefined): Fix[] {
    const offered =
      tried?.filter(({ isRefuted }) => !isRefuted) ??
      this.writtenFixes(finding).map((fix) => ({ ...fix, proof: undefined }));
    return offered.map(({ candidate, edits, proof }) => ({
      title: candidate.title,
      edits: edits.map(({ span, text }) => ({
        file: this.relative(span.file),
        ...this.positions(span),
        text,
      })),
      proof: proof ?? null,
    }));
  }

  private whyNotRun(finding: Finding): string {
    if (!finding.manifest) return PROMISE;
    return this.suppressed(finding) === null ? 'confirmation is off' : 'a suppressed finding is not run';
  }

  private relative(file: string): string {
    return path.relative(this.root, file).split(path.sep).join('/');
  }

  private positions(span: Span): { start: Position; end: Position } {
    return { start: this.position(span.file, span.start), end: this.position(span.file, span.end) };
  }

  private position(file: string, offset: number): Position {
    const source = this.files.load(file)?.source;
    if (source === undefined) return { line: 1, column: 1 };
    const { line, character } = source.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character + 1 };
  }
}

const textIn =
  (project: Project) =>
  ({ file, start, end }: Span): string =>
    project.load(file)?.source.text.slice(start, end) ?? '';

/** What a unit takes is worked out from its values when it is asked for; a finding outlives them. */
const detached = (finding: Finding): Finding => ({ ...finding, unit: { ...finding.unit } });

/** Nodes that are no calls of TensorFlow.js. */
const NO_SITES: ReadonlySet<string> = new Set([
  'input',
  'constant',
  'join',
  'unknown',
  'js.size',
  'js.rank',
  'js.element',
]);

const PROMISE = 'latent: it depends on what callers pass, and nothing here says what that is';

/**
 * error: confirmed inside the domain, or certain to throw. warning: it can happen, and was not reproduced or not run.
 * info: latent, or only under a gradient that nothing here takes.
 */
function severityOf(finding: Finding, verdict: Verdict): Severity {
  const unseenGradient = finding.danger.harm === 'gradient' && finding.site.differentiated === 'possible';
  if (!finding.manifest || finding.advice || unseenGradient) return 'info';
  if (finding.danger.expansion === 'throws') return 'error';
  return verdict.status === 'confirmed' ? 'error' : 'warning';
}
