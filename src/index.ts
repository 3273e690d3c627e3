/**
 * gradlint as a library: `audit` gives the report that every face of gradlint renders (schema: `gradlint/schema/report-1.json`).
 *
 *     import { audit } from 'gradlint';
 *     const report = await audit(['src'], { root: '/project' });
 */
import { resolve } from 'node:path';
import type { BackendName } from './facts/backend.js';
import { refuseMisunderstood, refuseOtherThanText } from './given.js';
import type { ReportedFinding, Report } from './report/report.js';
import type { Rule } from './rule/rule.js';

export interface AuditOptions {
  /** The folder that paths and the report are relative to. Default: the current one. */
  readonly root?: string | undefined;
  /** How findings are proven; `off` is the static pass alone. Default `function`. */
  readonly confirm?: 'function' | 'slice' | 'off' | undefined;
  /**
   * Where the code is meant to run: it decides which numbers overflow, underflow or are rounded away. `float16` is WebGL on
   * a phone. Default `cpu`.
   */
  readonly backend?: BackendName | undefined;
  /** Contents that stand in for files on disk, by absolute path; undefined: as on disk. */
  readonly readFile?: ((file: string) => string | undefined) | undefined;
  /** Also report comments that silence nothing, as notes. Default false. */
  readonly unusedSuppressions?: boolean | undefined;
  /** Time limit of one confirmation, in milliseconds. Default 15,000. */
  readonly timeLimitMs?: number | undefined;
}

/**
 * Audits files, folders, patterns or a tsconfig.json; without paths the root. What could not be read or analysed is
 * among the report's `problems`.
 *
 * @throws PathError where a path is not there, or is not what it has to be; UsageError where an option has no such value.
 */
export async function audit(paths: readonly string[] = [], options: AuditOptions = {}): Promise<Report> {
  refuseMisunderstood(paths, options);
  const { root = '.', confirm = 'function', ...rest } = options;
  const { analyse } = await import('./analysis.js');
  const { report } = await analyse({ root: resolve(root), paths, confirm, ...rest });
  return report;
}

/**
 * The static pass over the text of one file, as an editor holds it. Files it imports are read from disk, and what of these cannot
 * be read is taken for unknown.
 *
 * @throws AnalysisError where the text does not parse, whatever it is about; UsageError where there is no such backend.
 */
export async function lintText(
  text: string,
  file: string,
  options: Pick<AuditOptions, 'backend'> = {},
): Promise<readonly ReportedFinding[]> {
  refuseOtherThanText(text, file);
  const [{ analyseTextOrThrow }, { backendNamed }] = await Promise.all([
    import('./analyse-text.js'),
    import('./facts/backend.js'),
  ]);
  return analyseTextOrThrow(text, resolve(file), backendNamed(options.backend).name);
}

/** What a rule says of itself. */
export type RuleDescription = Pick<Rule, 'name' | 'category' | 'claim' | 'reason' | 'remedy' | 'examples'>;

/** All rules, causes before symptoms. */
export async function rules(): Promise<readonly RuleDescription[]> {
  const { allRules } = await import('../rules/index.js');
  return allRules.map(({ name, category, claim, reason, remedy, examples }) => ({
    name,
    category,
    claim,
    reason,
    remedy,
    examples,
  }));
}

export { planFixes, type FixPlan } from './fix/plan.js';
export { version } from './version.js';
export { AnalysisError, GradlintError, PathError, UsageError } from './errors.js';
export type * from './report/report.js';
export type { Failure } from './ops/row.js';
export type { BackendName } from './facts/backend.js';
