import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Analyser from '../src/analyser.js';
import type * as Analysis from '../src/analysis.js';
import type * as CompilerBudget from '../src/cli/compiler-budget.js';
import type * as Discovery from '../src/source/discover.js';
import type * as Parser from '../src/source/typescript.js';
import { quantile, table } from './table.js';

const here = fileURLToPath(import.meta.url);
const root = path.resolve(path.dirname(here), '..');

/** One file a module, as the packages ship them. */
const LIBRARIES = ['node_modules/@tensorflow/tfjs-core/dist', 'node_modules/@tensorflow/tfjs-layers/dist'];
const BUNDLE = /\btf-(core|layers)\b.*\.js$/;

const ROUNDS = 5;

interface Measured {
  readonly ms: number;
  /** What it takes to load gradlint itself, before the clock starts, as the compiler is loaded before it parses. */
  readonly loadMs: number;
  readonly peakMB: number;
  readonly files: number;
}

/**
 * The static pass over the sources of the library itself, against a bare parse of the same files: the compiler's
 * `createSourceFile` with parents, as ts-morph and typescript-eslint call it.
 */
export async function staticPass(folders: readonly string[] = LIBRARIES): Promise<string> {
  const bare: Measured[] = [];
  const full: Measured[] = [];
  const threaded: Measured[] = [];
  // In turn, each in a process of its own: the machine may be slower from one minute to the next.
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(measureApart('parse', folders));
    full.push(measureApart('audit', folders));
    threaded.push(measureApart('audit in threads', folders));
  }
  const ratios = (runs: readonly Measured[]): string => {
    const all = runs.map(({ ms }, index) => ms / bare[index]!.ms);
    return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`;
  };
  const row = (name: string, runs: readonly Measured[]): (string | number)[] => {
    const ms = median(runs.map(({ ms }) => ms));
    return [
      name,
      runs[0]!.files,
      `${Math.round(ms)} ms`,
      Math.round(runs[0]!.files / (ms / 1000)),
      `${Math.round(Math.max(...runs.map(({ peakMB }) => peakMB)))} MB`,
    ];
  };
  return [
    '## Static pass against a bare parse of the same files, same run\n',
    table(
      ['', 'files', 'median', 'files/s', 'peak memory'],
      [row('bare parse', bare), row('static pass', full), row('static pass, two threads', threaded)],
    ),
    `\nloading gradlint itself, once a process and not in the figure: ${Math.round(median(full.map(({ loadMs }) => loadMs)))} ms`,
    `ratio ${ratios(full)}, with two threads ${ratios(threaded)}, budget 1.3`,
  ].join('\n');
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

type Work = 'parse' | 'audit' | 'audit in threads';

function measureApart(what: Work, folders: readonly string[]): Measured {
  const output = execFileSync(process.execPath, ['--import', 'tsx', here, what, ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(output) as Measured;
}

/** What users run: compiled, not by way of a loader. */
const built = async <T>(module: string): Promise<T> =>
  (await import(path.join(root, 'dist/src', module))) as T;

async function measure(what: Work, folders: readonly string[]): Promise<Measured> {
  const { analyse } = await built<typeof Analysis>('analysis.js');
  const { discover } = await built<typeof Discovery>('source/discover.js');
  const { parse, ts } = await built<typeof Parser>('source/typescript.js');

  const paths = folders.map((folder) => path.resolve(root, folder));
  const files = (await Promise.all(paths.map((folder) => discover(root, [folder]))))
    .flat()
    .filter((file) => !BUNDLE.test(file));
  // Programs are loaded before the clock starts, for both.
  parse('warm.ts', 'export {};');
  const loading = performance.now();
  if (what !== 'parse') {
    // As the command does.
    (await built<typeof CompilerBudget>('cli/compiler-budget.js')).compileLess();
    await built<typeof Analyser>('analyser.js');
  }
  const loadMs = performance.now() - loading;
  const started = performance.now();
  if (what === 'parse') for (const file of files) bareParse(ts, file);
  else await analyse({ root, paths: [], files, confirm: 'off', processors: what === 'audit' ? 1 : 2 });
  const ms = performance.now() - started;
  return { ms, loadMs, peakMB: process.resourceUsage().maxRSS / 1024, files: files.length };
}

const bareParse = (ts: typeof Parser.ts, file: string): unknown =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

if (process.argv[1] === here) {
  const [what, ...folders] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await measure(what as Work, folders)));
}
