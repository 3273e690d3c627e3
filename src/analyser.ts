import path from 'node:path';
import { allRules } from '../rules/index.js';
import { Comments } from './comments.js';
import { GradlintError, ownFailure } from './errors.js';
import { followedReport, type FollowedReport } from './coverage-report.js';
import type { WrittenFix } from './fix/prove.js';
import { writeFix } from './fix/write.js';
import { Places } from './places.js';
import { coverageOf, type Coverage } from './program/coverage.js';
import { importGroups } from './program/selection/import-groups.js';
import type { LoweredUnit } from './program/lowered-unit.js';
import { lowerProject, Project, type LoweredProject, type ProjectOptions } from './program/project.js';
import { shapeCoverageOf, type ShapeCoverage } from './program/shapes/shape-coverage.js';
import { comparePositions } from './report/report.js';
import type { Precondition, Problem, ReportedFinding, Verdict } from './report/report.js';
import { Reporter, type TriedFixes } from './reporter.js';
import { check } from './rule/check.js';
import { checkUnit } from './rule/check-unit.js';
import type { Finding } from './rule/finding.js';
import { toFinding } from './rule/raised.js';
import { requirementOf } from './rule/requirement.js';
import { shorten } from './rule/site.js';
import { declaredVersion, isOlder } from './source/declared-version.js';
import type { Span } from './source/span.js';
import { ImportedFiles } from './source/imported-files.js';

export interface AnalyserOptions extends ProjectOptions {
  /** Whose comments silence findings; in ESLint those of ESLint are its own affair. Default both. */
  readonly suppressedBy?: readonly ('gradlint' | 'eslint')[] | undefined;
  /** Also find out what could not be followed. */
  readonly coverage?: boolean | undefined;
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
  private readonly places: Places;
  private readonly comments: Comments;
  private readonly reporter: Reporter;

  constructor(
    root: string,
    private readonly options: AnalyserOptions = {},
  ) {
    this.imports = options.imports ?? new ImportedFiles(options.readFile);
    this.files = new Project(options);
    this.places = new Places(root, this.files);
    this.comments = new Comments(this.places, options.suppressedBy);
    this.reporter = new Reporter(this.places, this.comments, (finding) => this.writtenFixes(finding));
  }

  /**
   * Findings in the order of files and places. Files that import each other are lowered together, and what was made of
   * them is let go before the next: memory grows with the largest such group, not with the number of files.
   */
  analyse(files: readonly string[]): Finding[] {
    return this.analyseGroups(importGroups(files, (file) => this.imports.of(file)));
  }

  /** As `analyse`, of files that are known to import each other, and nothing that those of another group import. */
  analyseGroups(groups: Iterable<readonly string[]>): Finding[] {
    return Array.from(groups, (group) => this.attempt(group))
      .flat()
      .filter(({ danger, span }) => {
        const { since } = danger;
        return since === undefined || !isOlder(declaredVersion(path.dirname(span.file)), since);
      })
      .sort((a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start);
  }

  /** What one file does to the analysis, such as a chain of a thousand calls to its stack, costs the findings of no other. */
  private attempt(files: readonly string[]): Finding[] {
    try {
      return this.analyseGroup(files);
    } catch (error) {
      if (error instanceof GradlintError) throw error;
      if (files.length > 1) return files.flatMap((file) => this.attempt([file]));
      this.failures.set(files[0]!, ownFailure(error));
      return [];
    }
  }

  private analyseGroup(files: readonly string[]): Finding[] {
    const project = new Project({ ...this.options, imports: this.imports });
    const lowered = lowerProject(project, files);
    const findings = check(lowered, {
      rules: allRules,
      textOf: textIn(project),
      backend: project.backend,
      onFailure: (file, rule, error) => this.failures.set(file, ownFailure(error, rule.name)),
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
      const expression = shorten(this.places.textOf(site.span));
      const file = this.places.relative(site.span.file);
      return [{ function: name, requires, rule, file, ...this.places.positions(site.span), expression }];
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
    return followedReport(this.places, this.followed, this.shapes, this.unmodelled);
  }

  get problems(): Problem[] {
    return [...this.failures].map(([file, message]) => ({ file: this.places.relative(file), message }));
  }

  /** The fixes that a rule has for a finding, as far as the source gives a way to write them. */
  writtenFixes(finding: Finding): WrittenFix[] {
    return finding.fixes.flatMap((candidate) => {
      const edits = writeFix(candidate, (file) => this.places.source(file));
      return edits === undefined ? [] : [{ candidate, edits }];
    });
  }

  /** A whole file, as it was read. */
  sourceText(file: string): string {
    return this.places.source(file)?.text ?? '';
  }

  /** Findings as the report tells them, with an id each that edits elsewhere in the file do not change. */
  report(
    findings: readonly Finding[],
    verdicts: ReadonlyMap<Finding, Verdict>,
    tried?: TriedFixes,
  ): ReportedFinding[] {
    return this.reporter.report(findings, verdicts, tried);
  }

  /** Whether a comment in the source silences the finding, and why. */
  suppressed(finding: Finding): { readonly reason: string } | null {
    return this.comments.suppressed(finding);
  }

  /** Suppressions that no finding needed, as notes. Ask after the report was made. */
  unusedSuppressions(files: readonly string[]): ReportedFinding[] {
    return this.comments.unusedSuppressions(files);
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
