/** What is wrong with the variables that a step trains: one is left out, one too many, or the loss depends on none of them. */
import { judgeSlope } from '../gradient-check.js';
import type { AuditedGradient, Observation } from '../evaluation.js';
import type { Alongside, Answer } from '../job.js';
import { clampAll } from './domain.js';
import { layouts } from './shapes.js';
import { NO_CONNECTION } from './slope-search.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';
import { inputsOf, toJson } from './witness.js';

/** Undefined where that is not the question, or where nothing shows it. */
export const findInList = async (trials: Trials, trial: Trial): Promise<Answer | undefined> =>
  trials.job.site.unconnected === true
    ? await findUnconnected(trials, trial)
    : ((await findLeftOut(trials, trial)) ??
      (await findAlongside(trials, trial)) ??
      (await findMoving(trials, trial)));

/** Without a gradient around the unit, on whose tape it would find what was computed before. */
async function findUnconnected(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { thrown } = await trials.evaluate(trial.layout, trial.values, 'float32', false);
  if (thrown === undefined || !NO_CONNECTION.test(thrown.message)) return undefined;
  const observed = { 'the gradient throws': thrown.message };
  return { status: 'confirmed', failure: 'throws', witness: { inputs: inputsOf(trial), observed } };
}

/** At the bottom of a parabola the slope is 0, and some models give probabilities: then another place tells more. */
const PLACES: readonly ((value: number) => number)[] = [
  (value) => value,
  (value) => 3 * value,
  (value) => -2 * value,
  (value) => value / 2,
  (value) => 1 / (1 + Math.exp(-value)),
];

/** The same inputs, moved. */
async function elsewhere(
  trials: Trials,
  { layout, values }: Pick<Trial, 'layout' | 'values'>,
  place: (value: number) => number,
): Promise<Trial> {
  return await trials.run(
    layout,
    clampAll(
      layout,
      values.map((numbers) => numbers.map(place)),
    ),
  );
}

/**
 * A variable that a loss depends on and that no step changes: the slope of the loss along it, where the unit takes a gradient
 * by others.
 */
async function findLeftOut(trials: Trials, first: Trial): Promise<Answer | undefined> {
  const { leftOut: shapes } = trials.job.site;
  if (shapes === undefined) return undefined;
  for (const place of PLACES) {
    const trial = await elsewhere(trials, first, place);
    const { audited = [] } = await trials.evaluate(trial.layout, trial.values, 'float64', false, { shapes });
    const line = audited
      .flatMap(({ lines }) => lines)
      .find(({ claimed, slope }) => judgeSlope(slope, claimed) === 'wrong');
    if (line === undefined) continue;
    const observed = {
      'slope of the loss along a variable that is left out': toJson(Number(line.slope.value.toPrecision(6))),
      'gradients that are taken by it': 0,
    };
    return {
      status: 'confirmed',
      failure: 'vanished-gradient',
      witness: { inputs: inputsOf(trial), observed },
    };
  }
  return undefined;
}

/** Something that is to stay, and that a gradient gets to which is not 0: the unit takes it by all variables there are. */
async function findAlongside(trials: Trials, first: Trial): Promise<Answer | undefined> {
  const { alongside } = trials.job.site;
  if (alongside === undefined) return undefined;
  for (const place of PLACES) {
    const trial = await elsewhere(trials, first, place);
    const { layout, values } = trial;
    const inputs = inputsOf(trial);
    for (const id of alongside.results) {
      const name = layout.find(({ slot }) => slot.node === id)?.slot.name;
      if (name === undefined) continue;
      // In a loop a call of a model gives something else each time, under the one name.
      const given = layout.filter(({ slot }) => slot.name === name).map(({ slot }) => slot.node);
      const { audited = [] } = await trials.evaluate(layout, values, 'float64', false, given);
      const line = audited
        .flatMap(({ lines }) => lines)
        .find(({ slope }) => Math.abs(slope.value) > 4 * slope.error);
      if (line === undefined) continue;
      const observed = {
        [`slope of the loss along \`${name}\``]: toJson(Number(line.slope.value.toPrecision(6))),
        'variables the step is handed': 'none: it trains all',
      };
      return { status: 'confirmed', failure: 'wrong-value', witness: { inputs, observed } };
    }
    const { audited = [] } = await trials.evaluate(layout, values, 'float64', false, true);
    const taken = audited.find((one) => getsToAll(one, alongside));
    if (taken === undefined) continue;
    const observed = { 'variables that a gradient gets to': taken.reached.length };
    return { status: 'confirmed', failure: 'wrong-value', witness: { inputs, observed } };
  }
  return undefined;
}

/** What is to be given: the gradient is another one where it is, by its own values, off the tape. */
async function findMoving(trials: Trials, first: Trial): Promise<Answer | undefined> {
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

/** Variables are told apart by their shapes; whichever it is of those that have one, a gradient gets there. */
function getsToAll({ reached, missed }: AuditedGradient, { variables, trained }: Alongside): boolean {
  if (missed.length === 0) return reached.length > 1;
  const same = (one: readonly number[], other: readonly number[] | undefined): boolean =>
    one.join() === other?.join();
  return (
    variables.length > 0 &&
    variables.every(
      (shape) =>
        shape !== undefined &&
        trained.filter((other) => other !== undefined && same(shape, other)).length <=
          reached.filter((other) => same(shape, other)).length,
    )
  );
}
