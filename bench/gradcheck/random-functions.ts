/** Random smooth compositions: how often a checker alarms without cause, and what it finds of errors that were planted. */
import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { checkGradient } from '../../src/gradcheck/index.js';
import { composition, type Composition } from '../../test/gradcheck/compositions.js';
import { planted } from '../../test/gradcheck/planted.js';
import { percent, table } from '../table.js';
import { differentiable, type Storage } from './differentiable.js';
import { ceres, jax, torchSlow, type Rival } from './rivals.js';

/** All verdicts on right gradients; every `wrong-gradient` among them is shown. */
export async function randomFunctions(count: number): Promise<string> {
  const verdicts = new Map<string, number>();
  const wrong: string[] = [];
  for (let seed = 0; seed < count; seed += 1) {
    const { text, fn, inputs } = composition(seed);
    const report = await checkGradient(fn as (...xs: never[]) => Tensor, inputs, { tf, seed });
    verdicts.set(report.verdict, (verdicts.get(report.verdict) ?? 0) + 1);
    if (report.verdict === 'wrong-gradient') wrong.push(`\nseed ${seed}: ${text}: ${report.message}`);
  }
  const rows = [...verdicts].sort(([, a], [, b]) => b - a);
  return [table([`verdict, ${count} right gradients`, ''], rows), ...wrong].join('\n');
}

const ERRORS = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** What is flagged with the largest element of one gradient off by so much; the first column are false alarms. */
export async function plantedErrors(count: number): Promise<string> {
  const checkers: (readonly [string, (c: Composition) => Promise<boolean>])[] = [
    ['gradlint', flaggedByUs],
    ...(
      [
        [torchSlow, 'float32'],
        [torchSlow, 'float64'],
        [jax, 'float32'],
        [ceres, 'float64'],
      ] as const
    ).map(([rival, storage]) => {
      return [`${rival.name}, ${storage}`, (c: Composition) => flaggedBy(rival, storage, c)] as const;
    }),
  ];
  const rows: string[][] = [];
  for (const [name, flagged] of checkers) {
    const cells: string[] = [];
    for (const error of ERRORS) {
      const cases = Array.from({ length: count }, (_, seed) => planted(composition(seed), error)).filter(
        (each) => each !== undefined,
      );
      let found = 0;
      for (const each of cases) if (await flagged(each)) found += 1;
      cells.push(percent(found, cases.length));
    }
    rows.push([name, ...cells]);
  }
  return table(['one element off by', ...ERRORS.map(String)], rows);
}

async function flaggedByUs({ fn, inputs }: Composition): Promise<boolean> {
  const { verdict } = await checkGradient(fn as (...xs: never[]) => Tensor, inputs, { tf });
  return verdict === 'wrong-gradient';
}

function flaggedBy(rival: Rival, storage: Storage, { fn, inputs, text }: Composition): Promise<boolean> {
  const f = differentiable({ name: text, fn, inputs, expected: [], why: '' }, storage);
  return Promise.resolve(!rival.passes(f));
}
