/**
 * The gradient checker against a labelled suite, beside the recipes of others; against the time of plain differences; and
 * over random smooth compositions. `--smoke` takes every eighth case and 50 compositions.
 */
import * as tf from '@tensorflow/tfjs';
import { suite, type GradientCase } from '../test/gradcheck/suite/index.js';
import { differentiable, gradientCase, type Storage } from './gradcheck/differentiable.js';
import { judge } from './gradcheck/judge.js';
import { plantedErrors, randomFunctions } from './gradcheck/random-functions.js';
import { plainDifferences, rivals, type Rival } from './gradcheck/rivals.js';
import { misjudged, SCORE_HEADER, scoreRow, type Judgement } from './gradcheck/score.js';
import { quantile, table } from './table.js';

export async function gradcheck(smoke: boolean): Promise<string> {
  await tf.setBackend('cpu');
  const cases = smoke ? suite.filter((_, index) => index % 8 === 0) : suite;
  await judge(cases[0]!); // the float64 kernels are loaded once
  const ours: Judgement[] = [];
  for (const each of cases) ours.push(await judge(each));
  const rows = [scoreRow('gradlint', ours)];
  for (const rival of rivals) {
    for (const storage of ['float32', 'float64'] as const) {
      rows.push(
        scoreRow(
          `${rival.name}, ${storage}`,
          cases.map((each) => judgeBy(rival, each, storage)),
        ),
      );
    }
  }
  return [
    `## Gradient checkers on ${cases.length} labelled cases\n`,
    table(SCORE_HEADER, rows),
    '\nFlagged: said not to be right. Named right: with the cause. The others can say `fail` and, where TensorFlow.js throws, why.',
    ...ours.filter(misjudged).map(({ gradientCase: { name, expected }, said }) => {
      return `\nmisjudged: ${name}: ${said}, not ${expected.join(' or ')}`;
    }),
    '\n## Time, beside every column of the Jacobian by plain float64 central differences\n',
    timeTable(ours),
    '\n## Random smooth compositions\n',
    await randomFunctions(smoke ? 50 : 1000),
    '\n## Errors planted in random smooth compositions: flagged\n',
    await plantedErrors(smoke ? 10 : 200),
  ].join('\n');
}

/** A second derivative is checked as torch does it: the first one, then the gradient of the gradient. */
function judgeBy(rival: Rival, each: GradientCase, storage: Storage): Judgement {
  const functions = each.order === 2 ? [each, gradientCase(each)] : [each];
  const started = performance.now();
  let said = 'pass';
  try {
    if (!functions.every((f) => rival.passes(differentiable(f, storage)))) said = 'fail';
  } catch {
    said = 'missing-gradient';
  }
  return { gradientCase: each, said, elapsedMs: performance.now() - started };
}

function timeTable(ours: readonly Judgement[]): string {
  const pairs = ours.flatMap(({ gradientCase: each, elapsedMs, evaluations }) => {
    if (each.order === 2) return [];
    const started = performance.now();
    try {
      plainDifferences(differentiable(each, 'float64'));
    } catch {
      return []; // no gradient to compare with
    }
    return [{ ours: elapsedMs, plain: performance.now() - started, evaluations: evaluations ?? 0 }];
  });
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    `${quantile(values, 0.5).toFixed(1)} ms`,
    `${quantile(values, 0.95).toFixed(1)} ms`,
    `${(values.reduce((sum, value) => sum + value, 0) / 1000).toFixed(1)} s`,
  ];
  return table(
    ['', 'median', '95 %', `all ${pairs.length} cases`],
    [
      row(
        'gradlint',
        pairs.map((pair) => pair.ours),
      ),
      row(
        'plain differences',
        pairs.map((pair) => pair.plain),
      ),
    ],
  );
}
