/** A share of an audit: groups of files that import each other, read, checked, confirmed and reported by one thread. */
import type { Analyser } from '../analyser.js';
import type { ConfirmMode } from '../confirm/confirm.js';
import type { FollowedReport } from '../coverage-report.js';
import type { BackendName } from '../facts/backend.js';
import type { TriedFix } from '../fix/prove.js';
import type { Precondition, Problem, ReportedFinding, Verdict } from '../report/report.js';
import type { TriedFixes } from '../reporter.js';
import type { Finding } from '../rule/finding.js';
import type { ImportedFiles } from '../source/imported-files.js';
import { relativePath } from '../source/relative-path.js';

/** What holds for all shares of an audit. */
export interface ShareOptions {
  readonly root: string;
  readonly confirm: ConfirmMode;
  readonly backend: BackendName;
  /** Also report comments that silence nothing, as notes. */
  readonly unusedSuppressions?: boolean | undefined;
  /** Time limit of one confirmation. */
  readonly timeLimitMs?: number | undefined;
}

/** What belongs to this one. */
export interface ShareInput {
  /** Asked for one after the other: threads take what no other has taken. */
  readonly groups: Iterable<readonly string[]>;
  /** Contents that stand in for files on disk, or were read already. */
  readonly readFile: (file: string) => string | undefined;
  readonly imports?: ImportedFiles | undefined;
  /** Also find out what could not be followed. */
  readonly coverage?: boolean | undefined;
  readonly onConfirmed?: ((event: Confirming) => void) | undefined;
}

export interface Confirming {
  readonly done: number;
  readonly total: number;
  readonly file: string;
}

/** Plain data: threads hand it to each other. */
export interface Share {
  /** In the order of files and places. */
  readonly findings: readonly ReportedFinding[];
  readonly unusedSuppressions: readonly ReportedFinding[];
  readonly preconditions: readonly Precondition[];
  readonly problems: readonly Problem[];
  readonly counts: { readonly functions: number; readonly sites: number };
}

export interface Analysed {
  readonly share: Share;
  /** What could be followed; for `coverage` only. */
  coverage(): FollowedReport;
}

export async function analyseShare(options: ShareOptions, input: ShareInput): Promise<Analysed> {
  // The parser is only loaded where there is something to parse.
  const { Analyser: Reader } = await import('../analyser.js');
  const { root, backend, confirm } = options;
  const { readFile, imports, coverage } = input;
  const analyser = new Reader(root, { readFile, imports, coverage, backend });
  const taken: string[] = [];
  const findings = analyser.analyseGroups(noted(input.groups, taken));
  const { verdicts, tried, unrun } =
    confirm === 'off' || findings.length === 0
      ? {
          verdicts: new Map<Finding, Verdict>(),
          tried: new Map<Finding, readonly TriedFix[]>(),
          unrun: new Map<string, string>(),
        }
      : await confirmAll(findings, analyser, options, input);
  const share: Share = {
    findings: analyser.report(findings, verdicts, tried),
    unusedSuppressions: options.unusedSuppressions === true ? analyser.unusedSuppressions(taken) : [],
    preconditions: analyser.preconditions,
    problems: [...analyser.problems, ...notRunIn(unrun, root)],
    counts: analyser.counts,
  };
  return { share, coverage: () => analyser.coverage() };
}

function* noted(groups: Iterable<readonly string[]>, taken: string[]): Iterable<readonly string[]> {
  for (const group of groups) {
    taken.push(...group);
    yield group;
  }
}

interface Confirmed {
  readonly verdicts: ReadonlyMap<Finding, Verdict>;
  readonly tried: TriedFixes;
  /** Files whose findings nothing could run, and why. */
  readonly unrun: ReadonlyMap<string, string>;
}

/** What was to be run and could not be leaves an audit incomplete. */
const notRunIn = (unrun: ReadonlyMap<string, string>, root: string): Problem[] =>
  [...unrun].map(([file, why]) => ({
    file: relativePath(root, file),
    message: `not run: ${why}`,
  }));

/** Verdicts, and for what is confirmed its fixes, each run beside the original. */
async function confirmAll(
  findings: readonly Finding[],
  analyser: Analyser,
  options: ShareOptions,
  { readFile, onConfirmed }: ShareInput,
): Promise<Confirmed> {
  const [{ Confirmer }, { Prover }] = await Promise.all([
    import('../confirm/confirm.js'),
    import('../fix/prove.js'),
  ]);
  const { root, backend, timeLimitMs } = options;
  const mode = options.confirm === 'slice' ? 'slice' : 'function';
  const confirmer = new Confirmer({ root, mode, backend, readText: readFile, timeLimitMs });
  const prover = new Prover(confirmer, (file) => analyser.sourceText(file));
  const verdicts = new Map<Finding, Verdict>();
  const tried = new Map<Finding, readonly TriedFix[]>();
  const unrun = new Map<string, string>();
  try {
    const manifest = findings.filter((finding) => finding.manifest && analyser.suppressed(finding) === null);
    let done = 0;
    await Promise.all(
      manifest.map(async (finding) => {
        const pool = confirmer.poolOf(finding);
        if (typeof pool === 'string') unrun.set(finding.span.file, pool);
        const verdict = await confirmer.confirm(finding);
        verdicts.set(finding, verdict);
        if (verdict.status === 'confirmed' && finding.fixes.length > 0)
          tried.set(finding, await prover.proveAll(finding, verdict, analyser.writtenFixes(finding)));
        onConfirmed?.({ done: ++done, total: manifest.length, file: finding.span.file });
      }),
    );
  } finally {
    confirmer.close();
  }
  return { verdicts, tried, unrun };
}
