/** A gradient that gets through what is to be given: beside the one where that is off the tape. */
import type { AuditedGradient, Observation } from '../evaluation.js';
import type { Answer } from '../job.js';
import { elsewhere, PLACES } from './elsewhere.js';
import { layouts } from './shapes.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';
import { inputsOf, toJson } from './witness.js';

/** Undefined where that is not the question, or where the gradient is the same wherever it is taken. */
export async function findMovingTarget(trials: Trials, first: Trial): Promise<Answer | undefined> {
  if (trials.job.site.moving === undefined) return undefined;
  const slots = first.layout.map(({ slot }) => slot);
  const others = [...layouts(slots, trials.job.calls)].slice(0, MOST_LAYOUTS);
  for (const layout of [first.layout, ...others])
    for (const place of PLACES) {
      const values = layout === first.layout ? first.values : ordinaryValues(layout);
      const answer = await showMoving(trials, await elsewhere(trials, { layout, values }, place));
      if (answer !== undefined) return answer;
    }
  return undefined;
}

/** Where a standard deviation is 0, because of a single row, no gradient tells anything. */
const MOST_LAYOUTS = 3;

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

/** By as much as a reader sees. */
const differ = (one: number, other: number | undefined): boolean =>
  other !== undefined && Math.abs(one - other) > 1e-4 * Math.max(Math.abs(one), Math.abs(other));
