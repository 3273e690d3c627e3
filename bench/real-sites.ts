import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report, ReportedFinding } from '../src/report/report.js';
import { compiled } from '../src/source/compiled.js';
import { discover } from '../src/source/discover.js';
import { mentionsTensorFlow } from '../src/source/prefilter.js';
import { codeFolder, findCode, type Repository } from './public-code.js';
import { table } from './table.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const main = compiled('cli/main.js');

/** One audit takes seconds; an endless loop must not look like a slow machine. */
const TIME_LIMIT_MS = 10 * 60_000;

/** Places in public code that were judged by reading them and running the expression. */
interface JudgedSites {
  readonly repositories: readonly Repository[];
  /** The rules that mean a category of bug, by category. */
  readonly families: Readonly<Record<string, readonly string[]>>;
  readonly sites: readonly JudgedSite[];
}

interface JudgedSite {
  readonly id: string;
  readonly repository: string;
  readonly path: string;
  /** First and last line. */
  readonly lines: readonly [number, number];
  readonly verdict: 'hazard' | 'safe';
  readonly category: string;
  /** Where it shows: in values, in gradients, in both, in shapes. */
  readonly mode: 'forward' | 'gradient' | 'both' | 'shape';
}

interface Audited {
  readonly name: string;
  readonly report: Report | undefined;
  readonly seconds: number;
  /** Lines of the files that name TensorFlow.js. */
  readonly lines: number;
}

export interface RealSitesOptions {
  /** The folder that holds a clone of each repository, under its name without the owner. */
  readonly code?: string | undefined;
  /** The judged places: a JSON file like `bench/real-sites.json`. */
  readonly sites?: string | undefined;
  readonly smoke: boolean;
}

/** Judged places in public code bases: what is found of the hazards, what is said of the safe ones, and all that is said besides. */
export async function realSites({ code, sites, smoke }: RealSitesOptions): Promise<string> {
  const judged = JSON.parse(readFileSync(sites ?? path.join(here, 'real-sites.json'), 'utf8')) as JudgedSites;
  const title = '## Judged places in public code\n';
  const found = findCode('real-sites', code, judged.repositories);
  if (found.folder === undefined) return [title, found.advice].join('\n');
  const audited: Audited[] = [];
  // One after the other: each is timed.
  for (const { name } of judged.repositories) audited.push(await audit(found.folder, name, smoke));
  return [
    title,
    ...siteTables(judged, audited),
    '\n## All that is said of these code bases\n',
    codeBaseTable(audited),
  ].join('\n');
}

async function audit(folder: string, name: string, smoke: boolean): Promise<Audited> {
  const root = codeFolder(folder, name);
  const started = performance.now();
  const report = await reportOn(root, smoke);
  const seconds = (performance.now() - started) / 1000;
  return { name, report, seconds, lines: await linesOfTensorCode(root) };
}

/** The report of a process of its own, as a user gets it; undefined if it gave none in time. */
async function reportOn(root: string, smoke: boolean): Promise<Report | undefined> {
  const confirm = smoke ? ['--no-confirm'] : [];
  const options = ['.', '--format', 'json', '--no-cache', '--fail-on', 'never', ...confirm];
  const run = promisify(execFile)(process.execPath, [main, ...options], {
    cwd: root,
    maxBuffer: 2 ** 28,
    timeout: TIME_LIMIT_MS,
  });
  // Exit code 3, an incomplete audit, still has a report.
  const stdout = await run.then(
    (result) => result.stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return undefined;
  }
}

async function linesOfTensorCode(root: string): Promise<number> {
  const texts = (await discover(root, [])).map((file) => readFileSync(file, 'utf8'));
  return texts.filter(mentionsTensorFlow).reduce((sum, text) => sum + text.split('\n').length, 0);
}

type Score = 'hit' | 'hit (info)' | 'miss' | 'silent' | 'FALSE ALARM';

function siteTables(judged: JudgedSites, audited: readonly Audited[]): string[] {
  const scored = judged.sites.map((site) => {
    const findings = audited.find(({ name }) => name === site.repository)?.report?.findings ?? [];
    const here = findings.filter((finding) => isAt(finding, site));
    const said = site.verdict === 'hazard' ? here.filter(isFamily(judged.families, site)) : here;
    return { site, said, score: scoreOf(site, said) };
  });
  const rows = scored.map(({ site, said, score }) => [
    site.id,
    `${site.repository.split('/').at(-1)!} ${site.path}:${[...new Set(site.lines)].join('-')}`,
    site.verdict,
    site.category,
    said.map(inShort).join(', ') || '-',
    score,
  ]);
  const count = (verdict: JudgedSite['verdict'], ...scores: Score[]): number =>
    scored.filter(({ site, score }) => site.verdict === verdict && scores.includes(score)).length;
  const modes = (['forward', 'gradient', 'both', 'shape'] as const).map((mode) => {
    const hazards = scored.filter(({ site }) => site.verdict === 'hazard' && site.mode === mode);
    return [
      mode,
      hazards.length,
      hazards.filter(({ score }) => score === 'hit').length,
      hazards.filter(({ score }) => score === 'hit (info)').length,
      hazards.filter(({ score }) => score === 'miss').length,
    ];
  });
  return [
    table(['id', 'place', 'judged', 'category', 'gradlint says', 'score'], rows),
    '\n',
    table(['hazards seen in', 'places', 'error or warning', 'info', 'missed'], modes),
    `\nhazards found: ${count('hazard', 'hit', 'hit (info)')} of ${judged.sites.filter(({ verdict }) => verdict === 'hazard').length}, of these as info: ${count('hazard', 'hit (info)')}; safe places with an error or warning: ${count('safe', 'FALSE ALARM')} of ${judged.sites.filter(({ verdict }) => verdict === 'safe').length}`,
  ];
}

/** Reported on these lines, or traced to them: a broken promise is reported at the call. */
function isAt(finding: ReportedFinding, { path: file, lines: [first, last] }: JudgedSite): boolean {
  const places = [finding, ...finding.related.filter(({ message }) => message === 'breaks here')];
  return places.some((place) => place.file === file && place.start.line <= last && place.end.line >= first);
}

const isFamily =
  (families: JudgedSites['families'], { category }: JudgedSite) =>
  ({ rule }: ReportedFinding): boolean =>
    families[category]?.includes(rule) ?? false;

function scoreOf({ verdict }: JudgedSite, said: readonly ReportedFinding[]): Score {
  const loud = said.some(({ severity }) => severity !== 'info');
  if (verdict === 'safe') return loud ? 'FALSE ALARM' : 'silent';
  return loud ? 'hit' : said.length > 0 ? 'hit (info)' : 'miss';
}

const inShort = ({ rule, severity, verdict }: ReportedFinding): string =>
  `${severity} ${rule} (${verdict.status})`;

function codeBaseTable(audited: readonly Audited[]): string {
  const rows = audited.map(({ name, report, seconds, lines }) => {
    if (report === undefined)
      return [name, 'no report', '', lines, '', '', '', '', '', '', seconds.toFixed(1), ''];
    const { summary, findings, problems } = report;
    const of = (severity: ReportedFinding['severity']): number =>
      findings.filter((finding) => finding.severity === severity).length;
    return [
      name,
      summary.files,
      summary.tensorFiles,
      lines,
      of('error'),
      summary.confirmed,
      findings.filter(isRun).length,
      of('warning'),
      of('info'),
      perThousand(of('error') + of('warning'), lines),
      seconds.toFixed(1),
      problems.length,
    ];
  });
  const header = [
    'code base',
    'files',
    'tensor files',
    'their lines',
    'errors',
    'confirmed',
    'by the function itself',
    'warnings',
    'info',
    'errors and warnings / 1,000 lines',
    'seconds',
    'problems',
  ];
  return table(header, rows);
}

/** Confirmed by calling the function that it stands in, not by a part of it. */
const isRun = ({ verdict }: ReportedFinding): boolean =>
  verdict.status === 'confirmed' && verdict.evidence === 'function';

const perThousand = (count: number, lines: number): string => ((1000 * count) / lines).toFixed(2);
