/** How a checker did on the labelled suite. */
import type { GradientCase } from '../../test/gradcheck/suite/index.js';
import { percent, quantile } from '../table.js';

/** What a checker said of a case: a verdict for ours; for the rivals `pass`, `fail`, or `missing-gradient` where they threw. */
export interface Judgement {
  readonly gradientCase: GradientCase;
  readonly said: string;
  readonly elapsedMs: number;
  readonly evaluations?: number | undefined;
}

export type Group = 'correct' | 'wrong' | 'other';

function groupOf({ expected }: GradientCase): Group {
  if (expected.length > 1) return 'other';
  return expected[0] === 'correct' ? 'correct' : expected[0] === 'wrong-gradient' ? 'wrong' : 'other';
}

const passed = (said: string): boolean => said === 'correct' || said === 'pass';
const named = ({ gradientCase, said }: Judgement): boolean =>
  (gradientCase.expected as readonly string[]).includes(said);

/** Whether the judgement is one that the checker can be blamed for. A bare `fail` is no blame on a wrong gradient. */
export function misjudged(judgement: Judgement): boolean {
  const group = groupOf(judgement.gradientCase);
  if (group === 'correct') return !passed(judgement.said);
  if (group === 'wrong') return judgement.said !== 'wrong-gradient' && judgement.said !== 'fail';
  return !named(judgement);
}

/** False alarms on correct cases, wrong gradients missed, others flagged and named, median and p95 time. */
export function scoreRow(checker: string, judgements: readonly Judgement[]): string[] {
  const of = (group: Group): Judgement[] =>
    judgements.filter(({ gradientCase }) => groupOf(gradientCase) === group);
  const [correct, wrong, other] = [of('correct'), of('wrong'), of('other')];
  const times = judgements.map(({ elapsedMs }) => elapsedMs);
  const flagged = other.filter(({ said }) => !passed(said));
  const right = other.filter(named);
  return [
    checker,
    `${correct.filter(misjudged).length} of ${correct.length}`,
    `${wrong.filter(misjudged).length} of ${wrong.length}`,
    `${flagged.length} of ${other.length}`,
    `${right.length} (${percent(right.length, other.length)})`,
    `${quantile(times, 0.5).toFixed(1)} ms`,
    `${quantile(times, 0.95).toFixed(1)} ms`,
  ];
}

export const SCORE_HEADER = [
  'checker',
  'false alarms',
  'wrong missed',
  'others flagged',
  'named right',
  'median',
  '95 %',
];
