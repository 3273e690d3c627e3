import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, extname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { Analysis, AnalysisOptions, ProgressEvent } from '../analysis.js';
import type { BackendName } from '../facts/backend.js';
import { messageOf, UsageError } from '../errors.js';
import type { RenderContext } from '../report/render/context.js';
import { formats, renderersByEnding, type Format } from '../report/render/renderers.js';
import { preconditionsText } from '../report/render/preconditions.js';
import type { Precondition, Problem, Report, Severity } from '../report/report.js';
import { discover } from '../source/discover.js';
import { relativePath } from '../source/relative-path.js';
import { backendOption } from './backend-option.js';
import type { Command } from './command.js';
import { coverageText } from './coverage.js';
import { exitCode } from './exit-code.js';
import { fixedText, fixesOf, refuseImpossibleFixes, showFixes, writeFixes } from './fixing.js';
import { refuseOtherThan } from './given-options.js';
import { keepReport } from './last-report.js';
import { renderContext } from './rendering.js';
import type { Terminal } from './terminal.js';

export interface AuditOptions {
  readonly paths: readonly string[];
  readonly confirm: AnalysisOptions['confirm'];
  readonly backend: BackendName;
  readonly format: Format;
  readonly report: readonly string[];
  readonly failOn: Severity | 'never';
  readonly maxWarnings?: number | undefined;
  readonly staged: boolean;
  readonly coverage: boolean;
  readonly preconditions: boolean;
  readonly cache: boolean;
  readonly quiet: boolean;
  readonly fix: boolean;
  readonly fixDryRun: boolean;
  readonly reportUnusedSuppressions: boolean;
}

export const auditCommand: Command<AuditOptions> = {
  usage: ['$0 [paths..]', 'audit [paths..]'],
  summary: 'Audit files, folders, patterns or a tsconfig.json (default: this folder)',
  options: (parser) => auditOptions(parser) as unknown as Argv<AuditOptions>,
  run: audit,
};

const auditOptions = (parser: Argv) =>
  parser
    .positional('paths', { type: 'string', array: true, default: [] as string[], describe: 'What to audit' })
    .option('confirm', {
      describe:
        'Prove findings by calling the flagged function, by running only its tensor operations (no user code), or not at all (--no-confirm)',
      choices: ['function', 'slice', 'off'] as const,
      default: 'function' as const,
      coerce: (given: Confirm | readonly Confirm[]) => confirmMode([given].flat().at(-1)),
    })
    .option('backend', backendOption)
    .option('format', {
      describe: 'What to print',
      choices: Object.keys(formats),
      default: 'stylish',
      requiresArg: true,
    })
    .option('report', {
      describe: 'Also write a report to this file; repeatable',
      type: 'string',
      requiresArg: true,
      default: [] as string[],
      defaultDescription: 'none',
      coerce: (given: string | string[]) => [given].flat(),
    })
    .option('fail-on', {
      describe: 'Exit with 1 from this severity on',
      choices: ['error', 'warning', 'info', 'never'] as const,
      default: 'error' as const,
      requiresArg: true,
    })
    .option('max-warnings', {
      describe: 'Exit with 1 if there are more warnings',
      type: 'number',
      requiresArg: true,
    })
    .option('staged', {
      describe: 'Judge what is staged for the next commit, as it is staged',
      type: 'boolean',
      default: false,
    })
    .option('fix', {
      describe: 'Make the fixes that are proven to compute the same, then audit what is left',
      type: 'boolean',
      default: false,
    })
    .option('fix-dry-run', {
      describe: 'Print what --fix would change, as a diff, and change nothing',
      type: 'boolean',
      default: false,
    })
    .option('report-unused-suppressions', {
      describe: 'Also report comments that silence nothing, as notes',
      type: 'boolean',
      default: false,
    })
    .option('coverage', { describe: 'Also say what could not be followed', type: 'boolean', default: false })
    .option('preconditions', {
      describe: 'Also list what functions ask of the numbers and tensors that they are handed',
      type: 'boolean',
      default: false,
    })
    .option('cache', {
      describe: 'Keep results for the next run; --no-cache does not',
      type: 'boolean',
      default: true,
    })
    .option('quiet', { describe: 'Print errors only', type: 'boolean', default: false });

type Confirm = string | boolean | undefined;

/** `--confirm` alone, and `--no-confirm`, are true and false. */
const confirmMode = (given: Confirm): Confirm =>
  given === false ? 'off' : given === true ? 'function' : given;

async function audit(options: AuditOptions, terminal: Terminal, root: string): Promise<number> {
  for (const path of options.report) rendererFor(path);
  refuseOtherThan('count', { 'max-warnings': options.maxWarnings });
  refuseImpossibleFixes(options);
  let audited = await analysisOf(options, terminal, root);
  if (options.fix || options.fixDryRun) {
    const plan = fixesOf(audited.report, await discover(root, options.paths));
    if (options.fixDryRun) {
      showFixes(plan, root, terminal);
      return exitCode(audited.report, options);
    }
    writeFixes(plan, root);
    terminal.note(fixedText(plan));
    if (plan.fixed.length > 0) audited = await analysisOf(options, terminal, root);
  }
  const { coverage, readFile, ...analysis } = audited;
  const report = options.staged ? onlyStaged(analysis.report, analysis.files) : analysis.report;
  const context = await renderContext({ root, terminal, quiet: options.quiet, readFile });
  if (options.cache) keepReport(report, root);
  terminal.out(formats[options.format](report, context));
  for (const path of options.report) writeReport(resolve(root, path), report, context);
  const besides = options.format === 'stylish' ? terminal.out : terminal.note;
  if (options.preconditions) besides(askedText(report.preconditions ?? []));
  if (options.coverage) besides(coverageText(coverage()));
  return exitCode(report, options);
}

interface Audited extends Analysis {
  readonly files: readonly string[] | undefined;
  readonly readFile: AnalysisOptions['readFile'];
}

async function analysisOf(options: AuditOptions, terminal: Terminal, root: string): Promise<Audited> {
  const { analyse } = await import('../analysis.js');
  const tree = options.staged
    ? (await import('../source/staged.js')).stagedTree(root, options.paths)
    : undefined;
  try {
    const analysis = await analyse({
      coverage: options.coverage,
      root,
      paths: options.paths,
      confirm: options.confirm,
      backend: options.backend,
      files: tree?.files,
      readFile: tree?.readFile,
      processors: availableParallelism(),
      unusedSuppressions: options.reportUnusedSuppressions,
      onProgress: (event) => terminal.status(progress(event, root)),
    });
    const { report } = analysis;
    const problems = [...(tree?.unmerged ?? []).map((file) => unmergedIn(root, file)), ...report.problems];
    return {
      ...analysis,
      report: { ...report, problems },
      files: tree?.files,
      readFile: tree?.readFile,
    };
  } finally {
    terminal.status();
  }
}

const unmergedIn = (root: string, file: string): Problem => ({
  file: relativePath(root, file),
  message: 'not analysed: its merge is not done: mend the conflict, and stage the file',
});

const askedText = (preconditions: readonly Precondition[]): string =>
  preconditions.length === 0
    ? 'No function asks anything of its callers that is not written down.\n'
    : preconditionsText(preconditions);

function progress({ phase, done, total, file }: ProgressEvent, root: string): string {
  const where = file === undefined ? '' : `  ${file.startsWith(root) ? file.slice(root.length + 1) : file}`;
  return `${phase} ${done}/${total}${where}`;
}

/** What a staged file imports is read too, but is not what is committed. */
function onlyStaged(report: Report, files: readonly string[] = []): Report {
  const staged = new Set(files);
  const findings = report.findings.filter(({ file }) => staged.has(resolve(report.root, file)));
  const shown = findings.filter(({ suppressed }) => suppressed === null);
  const confirmed = shown.filter(({ verdict }) => verdict.status === 'confirmed').length;
  const suppressed = findings.length - shown.length;
  return {
    ...report,
    findings,
    preconditions: report.preconditions?.filter(({ file }) => staged.has(resolve(report.root, file))),
    summary: { ...report.summary, findings: shown.length, suppressed, confirmed },
  };
}

function rendererFor(path: string) {
  const render = renderersByEnding[extname(path).toLowerCase()];
  if (render !== undefined) return render;
  const endings = Object.keys(renderersByEnding).join(', ');
  throw new UsageError(
    `--report ${path}: no report is written to such a file.`,
    `Name a file that ends in ${endings}.`,
  );
}

function writeReport(path: string, report: Report, context: RenderContext): void {
  const text = rendererFor(path)(report, { ...context, colour: false, quiet: false });
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`The report ${path} cannot be written: ${messageOf(error)}.`);
  }
}
