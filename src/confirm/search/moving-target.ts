/** A gradient that gets through what is to be given: beside the one where that is off the tape. */
import type { AuditedGradient, Observation } from '../evaluation.js';
import type { Answer } from '../job.js';
import { elsewhere, PLACES } from './elsewhere.js';
import { names, withSize } from './shapes.js';
import type { Layout } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';
import { inputsOf, toJson } from './witness.js';

/** Undefined where that is not the question, or where the gradient is the same wherever it is taken. */
export async function findMovingTarget(trials: Trials, first: Trial): Promise<Answer | undefined> {
  if (trials.job.site.moving === undefined) return undefined;
  for (const layout of [first.layout, withRows(first.layout)])
    for (const place of PLACES) {
      const values = layout === first.layout ? first.values : ordinaryValues(layout);
      const answer = await showMoving(trials, await elsewhere(trials, { layout, values }, place));
      if (answer !== undefined) return answer;
    }
  return undefined;
}

/** What is normalised is 0 of a single row, and of two rows 1 and -1: no gradient tells anything there. */
const withRows = (layout: Layout): Layout =>
  names(layout.map(({ slot }) => slot))
    .filter((name) => name.endsWith('.0'))
    .reduce((laid, name) => withSize(laid, name, ROWS), layout);

const ROWS = 5;

async function showMoving(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { layout, values } = trial;
  const wanted = trials.job.site.moving!.results;
  const names = layout.filter(({ slot }) => wanted.includes(slot.node)).map(({ slot }) => slot.name);
  // In a loop a call of a model gives something else each time, under the one name.
  const given = layout.filter(({ slot }) => names.includes(slot.name)).map(({ slot }) => slot);
  const results = given.map(({ node }) => node);
  const by = results.length > 0 ? results : true;
  const lengths = lengthsOf(await trials.evaluate(layout, values, 'float64', true, by), results);
  const without = lengthsOf(await trials.evaluateGiven(layout, values, by), results);
  const at = lengths.findIndex(({ length }, index) => differ(length, without[index]?.length));
  if (at < 0) return undefined;
  const result = given[at % Math.max(1, given.length)];
  const name = result === undefined ? lengths[at]!.name : `\`${result.name}\``;
  const observed = {
    [`length of the gradient by ${name}`]: shown(lengths[at]!.length),
    'the same where the target is given': shown(without[at]!.length),
  };
  return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
}

/** Of the gradients that the unit takes; else of those by which it would be taken. */
function lengthsOf(
  { audited = [], gradients }: Observation,
  by: readonly number[],
): AuditedGradient['lengths'] {
  if (audited.length > 0) return audited.flatMap(({ lengths }) => lengths);
  return by.map((id) => ({ name: '', length: Math.hypot(...(gradients.get(id)?.values ?? [])) }));
}

const shown = (value: number): ReturnType<typeof toJson> => toJson(Number(value.toPrecision(6)));

/** By as much as a reader sees, and not by what rounding leaves of a gradient that is 0. */
function differ(one: number, other: number | undefined): boolean {
  const largest = Math.max(one, other ?? 0);
  return other !== undefined && largest > 1e-6 && Math.abs(one - other) > 1e-4 * largest;
}
