import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyse } from '../src/analysis.js';
import type { BackendName } from '../src/facts/backend.js';
import type { ReportedFinding } from '../src/report/report.js';
import { codeFolder, findCode } from './public-code.js';
import { table } from './table.js';
import { counted, findingLine, scoreNames, scoreOf, type Score } from './told.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/** A numerical or shape bug that a commit of a public repository mends. */
interface MendedBug {
  readonly repository: string;
  /** The commit that mends it: the bug is in its parent. */
  readonly commit: string;
  /** What has to be there besides the file, for its imports. */
  readonly folder: string;
  readonly file: string;
  /** Where the bug stands before it is mended. */
  readonly lines: readonly number[];
  readonly family: string;
  readonly what: string;
  readonly backend?: BackendName;
  /** Why nothing is told, where that is known. */
  readonly silent?: string;
}

export interface HistoryOptions {
  /** The folder that holds a clone of each repository, with its history, under its name without the owner. */
  readonly code?: string | undefined;
  /** Also each bug, and what is told of it. */
  readonly list: boolean;
  /** Also runs what is told. */
  readonly confirm: boolean;
  readonly smoke: boolean;
}

const SCORES = scoreNames('told alike when mended');

interface Judged {
  readonly bug: MendedBug;
  readonly score: Score;
  readonly told: readonly ReportedFinding[];
}

const SMOKE = 4;

/** So many lines around the place still are the place. */
const NEAR = 3;

/** Bugs of public code as they stood before somebody mended them. */
export async function history({ code, list, confirm, smoke }: HistoryOptions): Promise<string> {
  const bugs = JSON.parse(readFileSync(path.join(here, 'history.json'), 'utf8')) as readonly MendedBug[];
  const title = '## Bugs that public code has mended\n';
  const names = [...new Set(bugs.map(({ repository }) => repository))];
  const found = findCode(
    'history',
    code,
    names.map((name) => ({ name })),
  );
  if (found.folder === undefined) return [title, found.advice].join('\n');
  const judged: Judged[] = [];
  for (const bug of smoke ? bugs.slice(-SMOKE) : bugs) judged.push(await judge(bug, found.folder, confirm));
  return [title, ...(list ? [...judged.map(listed), ''] : []), scoreTable(judged)].join('\n');
}

async function judge(bug: MendedBug, code: string, confirm: boolean): Promise<Judged> {
  const clone = codeFolder(code, bug.repository);
  const before = await told(bug, clone, `${bug.commit}^`, confirm);
  const after = await told(bug, clone, bug.commit, confirm);
  const here = before.filter(({ file, start }) =>
    bug.lines.some((line) => file === bug.file && Math.abs(start.line - line) <= NEAR),
  );
  const anew = here.filter((one) => !after.some((other) => isAlike(one, other)));
  return { bug, score: scoreOf({ anew, alike: here.length > 0 }), told: anew.length > 0 ? anew : here };
}

const isAlike = (one: ReportedFinding, other: ReportedFinding): boolean =>
  one.rule === other.rule && one.expression === other.expression && one.severity === other.severity;

/** What is told of the file as it was then, with the versions that the mended code asks for. */
async function told(
  { commit, folder, file, backend }: MendedBug,
  clone: string,
  revision: string,
  confirm: boolean,
): Promise<readonly ReportedFinding[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'gradlint-history-'));
  try {
    const archive = execFileSync('git', ['-C', clone, 'archive', revision, folder], { maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    for (const name of ['package.json', path.posix.join(folder.split('/')[0]!, 'package.json')])
      copyOf(clone, commit, name, root);
    const paths = [path.join(root, file)];
    const mode = confirm ? 'function' : 'off';
    return (await analyse({ root, paths, confirm: mode, backend })).report.findings;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function copyOf(clone: string, commit: string, name: string, root: string): void {
  try {
    const text = execFileSync('git', ['-C', clone, 'show', `${commit}:${name}`], {
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  } catch {
    // There is none in this folder.
  }
}

function scoreTable(judged: readonly Judged[]): string {
  const row = (name: string, some: readonly Judged[]): (string | number)[] => [
    name,
    some.length,
    ...counted(some.map(({ score }) => score)),
  ];
  const names = [...new Set(judged.map(({ bug }) => bug.repository))];
  const rows = names.map((name) =>
    row(
      name,
      judged.filter(({ bug }) => bug.repository === name),
    ),
  );
  return table(['mended in', 'bugs', ...Object.values(SCORES)], [...rows, row('all', judged)]);
}

function listed({ bug, score, told }: Judged): string {
  return [
    `${SCORES[score]} | ${bug.repository}@${bug.commit} ${bug.file}:${bug.lines.join(', ')}`,
    `    ${bug.family}: ${bug.what}`,
    ...(score === 'silent' && bug.silent !== undefined ? [`    ${bug.silent}`] : []),
    ...told.map(findingLine),
  ].join('\n');
}
