import { compareRandomPrograms, type Counts, type Violation } from '../test/program/random-programs.js';
import { percent, table } from './table.js';

/** Results of operations to compare. */
const EVALUATIONS = 1_000_000;
const SMOKE_EVALUATIONS = 5_000;
/** Programs drawn at a time, and inputs that each of them is run with. */
const PROGRAMS = 200;
const INPUTS = 6;
const SEED = 20_260_101;

/**
 * The front end against TensorFlow.js: what random programs compute lies in the ranges and has the shapes predicted.
 * `GRADLINT_SEED` draws other programs, `GRADLINT_EVALUATIONS` more of them.
 */
export async function soundness(smoke: boolean): Promise<string> {
  const wanted = Number(process.env['GRADLINT_EVALUATIONS'] ?? (smoke ? SMOKE_EVALUATIONS : EVALUATIONS));
  const first = Number(process.env['GRADLINT_SEED'] ?? SEED);
  const total: Counts = { compared: 0, shaped: 0, bounded: 0, enclosed: 0, unseen: 0 };
  const violations: Violation[] = [];
  let programs = 0;
  for (let seed = first; total.compared < wanted; seed += 1) {
    const drawn = await compareRandomPrograms(PROGRAMS, seed, INPUTS);
    programs += drawn.programs;
    violations.push(...drawn.violations);
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += drawn.counts[key];
  }
  const { compared, shaped, bounded, enclosed, unseen } = total;
  const rows = [
    ['programs', programs],
    ['node evaluations compared', compared],
    ['with a known shape', percent(shaped, compared)],
    ['with a range that ends on one side or both', percent(bounded, compared)],
    ['with a range that ends on both sides', percent(enclosed, compared)],
    ['evaluations without a node (not followed)', percent(unseen, compared + unseen)],
    ['outside the predicted shape or range', violations.length],
  ];
  const listed = violations.map(({ reason, program }) => `\n${reason}\n\n${program}`);
  return [
    '## Random programs against their predicted shapes and ranges\n',
    table(['', ''], rows),
    ...listed,
  ].join('\n');
}
