import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FollowedReport } from './coverage-report.js';
import { backendNamed, type BackendName } from './facts/backend.js';
import { messageOf } from './errors.js';
import type { Analyser } from './analyser.js';
import type { TriedFixes } from './reporter.js';
import type { ConfirmMode } from './confirm/confirm.js';
import type { TriedFix } from './fix/prove.js';
import type { Problem, Report, Verdict } from './report/report.js';
import type { Finding } from './rule/finding.js';
import { discover } from './source/discover.js';
import { ImportedFiles } from './source/imported-files.js';
import { codeIn, whyUnreadable } from './source/prefilter.js';
import { TensorFiles } from './source/tensor-files.js';
import { version } from './version.js';

export interface AnalysisOptions {
  readonly root: string;
  readonly paths: readonly string[];
  readonly confirm: ConfirmMode;
  /** Contents that stand in for files on disk: staged files. */
  readonly readFile?: ((file: string) => string | undefined) | undefined;
  /** Absolute paths, where they are already known. */
  readonly files?: readonly string[] | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Also report comments that silence nothing, as notes. */
  readonly unusedSuppressions?: boolean | undefined;
  /** Also find out what could not be followed. */
  readonly coverage?: boolean | undefined;
  /** Where the code is meant to run. Default `cpu`. */
  readonly backend?: BackendName | undefined;
  /** Time limit of one confirmation. */
  readonly timeLimitMs?: number | undefined;
}

export interface ProgressEvent {
  readonly phase: 'reading' | 'confirming';
  readonly done: number;
  readonly total: number;
  readonly file?: string | undefined;
}

/** A report, and how much of the code could be followed on the way. */
export interface Analysis {
  readonly report: Report;
  coverage(): FollowedReport;
}

const NOTHING_TO_FOLLOW: FollowedReport = {
  operations: 0,
  followed: 0,
  lost: [],
  shapes: { expressions: 0, ranked: 0, shaped: 0, relative: 0, lost: [] },
  unmodelled: [],
};

/** Audits files and folders: reads, lowers, checks, and confirms what was found. */
export async function analyse(options: AnalysisOptions): Promise<Analysis> {
  const started = performance.now();
  const { name: backend } = backendNamed(options.backend);
  const files = options.files ?? (await discover(options.root, options.paths));
  // Each file is read once, and its text handed over when it is parsed.
  const texts = new Map<string, string>();
  const readFile = (file: string): string | undefined => texts.get(file) ?? options.readFile?.(file);
  const imports = new ImportedFiles(readFile);
  const { tensorFiles, problems } = readAll(files, options, texts, imports);
  // The parser is only loaded where there is something to parse.
  const { Analyser: Reader } =
    tensorFiles.length === 0 ? { Analyser: undefined } : await import('./analyser.js');
  const analyser =
    Reader && new Reader(options.root, { readFile, imports, coverage: options.coverage, backend });
  const findings = analyser?.analyse(tensorFiles) ?? [];
  const { verdicts, tried } =
    analyser === undefined || options.confirm === 'off' || findings.length === 0
      ? { verdicts: new Map<Finding, Verdict>(), tried: new Map<Finding, readonly TriedFix[]>() }
      : await confirmAll(findings, analyser, options);
  const reported = analyser?.report(findings, verdicts, tried) ?? [];
  const unused = options.unusedSuppressions === true ? (analyser?.unusedSuppressions(tensorFiles) ?? []) : [];
  const active = reported.filter(({ suppressed }) => suppressed === null);
  const counts = analyser?.counts ?? { functions: 0, sites: 0 };
  const report: Report = {
    schema: 1,
    tool: { name: 'gradlint', version },
    root: options.root,
    backend,
    summary: {
      files: files.length,
      tensorFiles: tensorFiles.length,
      ...counts,
      findings: active.length,
      suppressed: reported.length - active.length,
      confirmed: active.filter(({ verdict }) => verdict.status === 'confirmed').length,
      elapsedMs: Math.round(performance.now() - started),
    },
    findings: [...reported, ...unused],
    preconditions: analyser?.preconditions ?? [],
    problems: [...problems, ...(analyser?.problems ?? [])],
  };
  return { report, coverage: () => analyser?.coverage() ?? NOTHING_TO_FOLLOW };
}

/** Reads the files, and puts those of programs with tensors into `texts`. */
function readAll(
  files: readonly string[],
  options: AnalysisOptions,
  texts: Map<string, string>,
  imports: ImportedFiles,
): { tensorFiles: readonly string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const read = (file: string): string => {
    try {
      const overlay = options.readFile?.(file);
      const bytes = overlay === undefined ? readFileSync(file) : Buffer.from(overlay);
      const unreadable = whyUnreadable(bytes);
      if (unreadable === undefined) return codeIn(bytes);
      problems.push({ file: relativePath(options.root, file), message: unreadable });
    } catch (error) {
      const message = `not analysed: it cannot be read: ${messageOf(error)}`;
      problems.push({ file: relativePath(options.root, file), message });
    }
    return '';
  };
  const tensors = new TensorFiles(imports);
  const others: string[] = [];
  files.forEach((file, index) => {
    options.onProgress?.({ phase: 'reading', done: index, total: files.length, file });
    const text = read(file);
    if (tensors.names(file, text)) texts.set(file, text);
    else if (text !== '') others.push(file);
  });
  // Read once more rather than held: in most code bases they are many, and few of them stand beside tensor code.
  for (const file of others.filter((other) => tensors.isBeside(other))) texts.set(file, read(file));
  return { tensorFiles: files.filter((file) => texts.has(file)), problems };
}

const relativePath = (root: string, file: string): string =>
  path.relative(root, file).split(path.sep).join('/');

interface Confirmed {
  readonly verdicts: ReadonlyMap<Finding, Verdict>;
  readonly tried: TriedFixes;
}

/** Verdicts, and for what is confirmed its fixes, each run beside the original. */
async function confirmAll(
  findings: readonly Finding[],
  analyser: Analyser,
  options: AnalysisOptions,
): Promise<Confirmed> {
  const [{ Confirmer }, { Prover }] = await Promise.all([
    import('./confirm/confirm.js'),
    import('./fix/prove.js'),
  ]);
  const mode = options.confirm === 'slice' ? 'slice' : 'function';
  const confirmer = new Confirmer({
    root: options.root,
    mode,
    backend: options.backend,
    readText: options.readFile,
    timeLimitMs: options.timeLimitMs,
  });
  const prover = new Prover(confirmer, (file) => analyser.sourceText(file));
  const verdicts = new Map<Finding, Verdict>();
  const tried = new Map<Finding, readonly TriedFix[]>();
  try {
    const manifest = findings.filter((finding) => finding.manifest && analyser.suppressed(finding) === null);
    let done = 0;
    await Promise.all(
      manifest.map(async (finding) => {
        const verdict = await confirmer.confirm(finding);
        verdicts.set(finding, verdict);
        if (verdict.status === 'confirmed' && finding.fixes.length > 0)
          tried.set(finding, await prover.proveAll(finding, verdict, analyser.writtenFixes(finding)));
        options.onProgress?.({
          phase: 'confirming',
          done: ++done,
          total: manifest.length,
          file: finding.span.file,
        });
      }),
    );
  } finally {
    confirmer.close();
  }
  return { verdicts, tried };
}
