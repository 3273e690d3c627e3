import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FollowedReport } from './coverage-report.js';
import { backendNamed, type BackendName } from './facts/backend.js';
import { messageOf } from './errors.js';
import { analyseShare, type Confirming, type Share, type ShareOptions } from './audit/share.js';
import { threadsFor } from './audit/threads.js';
import type { ConfirmMode } from './confirm/confirm.js';
import { importGroups } from './program/selection/import-groups.js';
import type { Problem, Report } from './report/report.js';
import { discover } from './source/discover.js';
import { ImportedFiles } from './source/imported-files.js';
import { codeIn, whyUnreadable } from './source/prefilter.js';
import { TensorFiles } from './source/tensor-files.js';
import { version } from './version.js';
import { relativePath } from './source/relative-path.js';

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
  /** Threads that may be used, this one among them. Default 1. */
  readonly processors?: number | undefined;
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
  const unreadable: Problem[] = [];
  const onProblem = (place: string, message: string): void =>
    void unreadable.push({
      file: relativePath(options.root, place),
      message,
    });
  const files = options.files ?? (await discover(options.root, options.paths, onProblem));
  // Each file is read once, and its text handed over when it is parsed.
  const texts = new Map<string, string>();
  const readFile = (file: string): string | undefined => texts.get(file) ?? options.readFile?.(file);
  const imports = new ImportedFiles(readFile);
  const { tensorFiles, problems } = readAll(files, options, texts, imports);
  const { shares, coverage } = await analyseAll({ ...options, backend }, tensorFiles, texts, imports);
  const inOrder = <T extends { readonly file: string }>(part: (share: Share) => readonly T[]): T[] =>
    shares.flatMap(part).sort((a, b) => resolve(a.file).localeCompare(resolve(b.file)));
  const resolve = (file: string): string => path.resolve(options.root, file);
  const reported = inOrder(({ findings }) => findings);
  const told = [...reported, ...inOrder(({ unusedSuppressions }) => unusedSuppressions)];
  const active = told.filter(({ suppressed }) => suppressed === null);
  const report: Report = {
    schema: 1,
    tool: { name: 'gradlint', version },
    root: options.root,
    backend,
    summary: {
      files: files.length,
      tensorFiles: tensorFiles.length,
      functions: sum(shares.map(({ counts }) => counts.functions)),
      sites: sum(shares.map(({ counts }) => counts.sites)),
      findings: active.length,
      suppressed: told.length - active.length,
      confirmed: active.filter(({ verdict }) => verdict.status === 'confirmed').length,
      elapsedMs: Math.round(performance.now() - started),
    },
    findings: told,
    preconditions: inOrder(({ preconditions }) => preconditions),
    problems: [...unreadable, ...problems, ...inOrder((share) => share.problems)],
  };
  return { report, coverage };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

interface AllAnalysed {
  readonly shares: readonly Share[];
  coverage(): FollowedReport;
}

/** In several threads where that pays: not what stands in for files on disk, and not to say what was followed. */
async function analyseAll(
  options: AnalysisOptions & ShareOptions,
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  imports: ImportedFiles,
): Promise<AllAnalysed> {
  const { root, confirm, backend, unusedSuppressions, timeLimitMs, coverage, processors = 1 } = options;
  const forAll: ShareOptions = { root, confirm, backend, unusedSuppressions, timeLimitMs };
  const onConfirmed = (event: Confirming): void => options.onProgress?.({ phase: 'confirming', ...event });
  const groups = importGroups(files, (file) => imports.of(file));
  const isAlone = options.readFile !== undefined || coverage === true;
  const threads = isAlone ? 1 : threadsFor(groups, texts, processors, confirm !== 'off');
  if (groups.length === 0) return { shares: [], coverage: () => NOTHING_TO_FOLLOW };
  if (threads > 1) {
    const { analyseSideBySide } = await import('./audit/side-by-side.js');
    const shares = await analyseSideBySide(forAll, { groups, texts, threads, onConfirmed });
    return { shares, coverage: () => NOTHING_TO_FOLLOW };
  }
  const readFile = (file: string): string | undefined => texts.get(file) ?? options.readFile?.(file);
  const analysed = await analyseShare(forAll, { groups, readFile, imports, coverage, onConfirmed });
  return { shares: [analysed.share], coverage: () => analysed.coverage() };
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
