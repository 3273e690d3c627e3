import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodeBase, type Mutant } from './mutants/code.js';
import { kinds } from './mutants/kinds.js';
import { codeFolder, findCode, type Repository } from './public-code.js';
import { table } from './table.js';
import { counted, findingLine, onOneLine, scoreNames, scoreOf, type Told } from './told.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Places of public code where a guard was taken out, as somebody judged them who read them. */
interface JudgedMutants {
  readonly repositories: readonly (Repository & {
    /** A pattern of the paths whose guards are taken out; all of them by default. */
    readonly paths?: string;
  })[];
  /** By what a mutant is called: the verdict and, behind a colon, why. */
  readonly judged: Readonly<Record<string, `${Verdict}: ${string}`>>;
}

/**
 * hazard: without the guard numbers break or shapes meet that were not meant to, by what the code itself says.
 * elsewhere: they do, in what is not in the code: a model that is read from a file, a caller that hands something over.
 * harmless: nothing breaks: it was no guard, another one stands, or another function is computed, as well as the first.
 */
export type Verdict = 'hazard' | 'elsewhere' | 'harmless';

export interface MutantsOptions {
  /** The folder that holds a clone of each repository, under its name without the owner. */
  readonly code?: string | undefined;
  /** Also each mutant, and what is told of it. */
  readonly list: boolean;
  /** At most so many mutants, spread over all. */
  readonly sample?: number | undefined;
  /** Also runs what is told, and what is only told once a run confirmed it. */
  readonly confirm: boolean;
  readonly smoke: boolean;
}

const SMOKE = 12;

interface Tried extends Told {
  readonly mutant: Mutant;
  readonly judgement: string | undefined;
}

/** Guards taken out of public code, one at a time: what is told then that is not told of the code as it is. */
export async function mutants({ code, list, sample, confirm, smoke }: MutantsOptions): Promise<string> {
  const { repositories, judged } = JSON.parse(
    readFileSync(path.join(here, 'mutants.json'), 'utf8'),
  ) as JudgedMutants;
  const title = '## Guards taken out of public code, one at a time\n';
  const found = findCode('mutants', code, repositories);
  if (found.folder === undefined) return [title, found.advice].join('\n');
  const all: [CodeBase, Mutant][] = [];
  for (const { name, paths } of repositories) {
    const base = await CodeBase.at(name.split('/').at(-1)!, codeFolder(found.folder, name));
    const wanted = new RegExp(paths ?? '');
    all.push(...base.mutants((file) => wanted.test(file)).map((one) => [base, one] as [CodeBase, Mutant]));
  }
  const tried: Tried[] = [];
  for (const [base, mutant] of spread(all, sample ?? (smoke ? SMOKE : all.length)))
    tried.push({ mutant, judgement: judged[mutant.id], ...(await base.toldOf(mutant, confirm)) });
  return [
    title,
    ...(list ? [...tried.map(listed), ''] : []),
    kindTable(tried, confirm),
    '',
    verdictTable(tried, confirm),
  ].join('\n');
}

const spread = <T>(all: readonly T[], count: number): readonly T[] =>
  all.filter(
    (_, index) => Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length),
  );

const SCORES = scoreNames('told alike before');

const isConfirmed = ({ anew }: Told): boolean => anew.some(({ verdict }) => verdict.status === 'confirmed');

function row(name: string, tried: readonly Tried[], confirm: boolean): (string | number)[] {
  const counts = counted(tried.map(scoreOf));
  return [name, tried.length, ...counts, ...(confirm ? [tried.filter(isConfirmed).length] : [])];
}

const header = (subject: string, confirm: boolean): string[] => [
  subject,
  'mutants',
  ...Object.values(SCORES),
  ...(confirm ? ['confirmed'] : []),
];

function kindTable(tried: readonly Tried[], confirm: boolean): string {
  const rows = kinds
    .map(({ name }) => ({ name, some: tried.filter(({ mutant }) => mutant.kind === name) }))
    .filter(({ some }) => some.length > 0)
    .map(({ name, some }) => row(name, some, confirm));
  return table(header('guard taken out', confirm), [...rows, row('all', tried, confirm)]);
}

function verdictTable(tried: readonly Tried[], confirm: boolean): string {
  const verdicts: readonly (Verdict | undefined)[] = ['hazard', 'elsewhere', 'harmless', undefined];
  const rows = verdicts
    .map((verdict) => ({
      verdict,
      some: tried.filter(({ judgement }) => judgement?.split(':')[0] === verdict),
    }))
    .filter(({ some }) => some.length > 0)
    .map(({ verdict, some }) => row(verdict ?? 'not judged', some, confirm));
  return table(header('judged by reading', confirm), rows);
}

function listed({ mutant, judgement, ...told }: Tried): string {
  return [
    `${SCORES[scoreOf(told)]} | ${mutant.id}`,
    `    ${onOneLine(mutant.original)}  =>  ${onOneLine(mutant.text)}`,
    `    ${judgement ?? 'not judged'}`,
    ...told.anew.map(findingLine),
  ].join('\n');
}
