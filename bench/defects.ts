import {
  cases,
  DefectConfirmer,
  findingFor,
  findingsOf,
  isPublished,
  stableFiles,
  unexpected,
  type Case,
  type Told,
} from '../test/support/defects.js';
import { mean, quantile, table } from './table.js';

/** What others published of the same 79 cases; seconds are the mean of a case. The sources are in the README. */
const PUBLISHED: readonly (readonly string[])[] = [
  ['Soft Assertion Fuzzer', '79 of 79', 'input', 'no', '-', '0.646'],
  ['RANUM', '79 of 79', 'no', 'no', '-', '2.209'],
  ['GRIST', '78 of 79', 'input', 'no', '0 reported', '44.3'],
  ['DEBAR', '48 of 79', 'no', 'no', '12', '1.7 to 135'],
];

/** So many of the cases are tried with `--smoke`. */
const FEW = 12;

interface Row {
  readonly of: Case;
  readonly found: boolean;
  readonly confirmed: boolean;
  readonly staticMs: number;
  readonly confirmMs: number;
}

/** The published numerical defects: found at file, line and column; confirmed; twins clean; time a case. */
export async function defects(smoke: boolean): Promise<string> {
  const chosen = smoke ? cases.filter(isPublished).slice(0, FEW) : cases.filter(isPublished);
  const confirmer = new DefectConfirmer();
  // What is loaded once for all cases is not the time of a case.
  const [first] = chosen;
  await confirmer.confirm(findingFor(first!, findingsOf(first!.file, 'defects'))!);
  const rows: Row[] = [];
  for (const one of chosen) rows.push(await measure(one, confirmer));
  confirmer.close();
  const twins = smoke ? stableFiles.slice(0, FEW) : stableFiles;
  const alarms = twins.flatMap((file) =>
    unexpected('', findingsOf(file, 'stable')).map((alarm) => `${file}: ${alarm}`),
  );
  return [
    '## Published defects, in TensorFlow.js\n',
    ...results(rows, alarms, twins.length),
    ...shortfalls(rows, alarms),
  ].join('\n');
}

async function measure(one: Case, confirmer: DefectConfirmer): Promise<Row> {
  const started = performance.now();
  const told: Told | undefined = findingFor(one, findingsOf(one.file, 'defects'));
  const read = performance.now();
  const verdict = told && (await confirmer.confirm(told));
  return {
    of: one,
    found: told !== undefined,
    confirmed: verdict?.status === 'confirmed',
    staticMs: read - started,
    confirmMs: performance.now() - read,
  };
}

function results(rows: readonly Row[], alarms: readonly string[], twins: number): string[] {
  const isSoft = ({ of }: Row): boolean => of.case.startsWith('SA');
  const line = (name: string, some: readonly Row[]): (string | number)[] => [
    name,
    `${some.filter(({ found }) => found).length} of ${some.length}`,
    `${some.filter(({ confirmed }) => confirmed).length} of ${some.length}`,
    `${some.filter(({ found, of }) => found && !of.related).length} + ${some.filter(({ found, of }) => found && of.related).length} related`,
    `${alarms.length} on ${twins} twins`,
    seconds(some.map(({ staticMs }) => staticMs)),
    seconds(some.map(({ staticMs, confirmMs }) => staticMs + confirmMs)),
  ];
  const classic = rows.filter((row) => !isSoft(row));
  const soft = rows.filter(isSoft);
  const whole = rows.map(({ staticMs, confirmMs }) => staticMs + confirmMs);
  return [
    table(
      [
        'gradlint',
        'found',
        'confirmed by a run',
        'at file, line, column',
        'false alarms',
        'static, s',
        'all, s',
      ],
      [line('79 cases', classic), ...(soft.length > 0 ? [line('16 soft assertion cases', soft)] : [])],
    ),
    `\nMedian ${(quantile(whole, 0.5) / 1000).toFixed(3)} s, 95 % ${(quantile(whole, 0.95) / 1000).toFixed(3)} s, warm realms, one case at a time.\n`,
    table(['published', 'found', 'confirmed', 'source line', 'false alarms', 'seconds a case'], PUBLISHED),
  ];
}

function shortfalls(rows: readonly Row[], alarms: readonly string[]): string[] {
  const missed = rows.filter(({ found }) => !found).map(({ of }) => `not found: ${of.case} (${of.file})`);
  const unproven = rows
    .filter(({ found, confirmed }) => found && !confirmed)
    .map(({ of }) => `not confirmed: ${of.case} (${of.file})`);
  const lines = [...missed, ...unproven, ...alarms];
  return lines.length === 0 ? [] : ['', ...lines];
}

const seconds = (times: readonly number[]): string => (mean(times) / 1000).toFixed(3);
