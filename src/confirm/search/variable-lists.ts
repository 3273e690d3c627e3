/** What is wrong with the variables that a step trains: one is left out, one too many, or the loss depends on none of them. */
import { judgeSlope } from '../gradient-check.js';
import type { AuditedGradient } from '../evaluation.js';
import type { Alongside, Answer } from '../job.js';
import { elsewhere, PLACES } from './elsewhere.js';
import { NO_CONNECTION } from './slope-search.js';
import type { Trial, Trials } from './trials.js';
import { inputsOf, toJson } from './witness.js';

/** Undefined where that is not the question, or where nothing shows it. */
export const findInList = async (trials: Trials, trial: Trial): Promise<Answer | undefined> =>
  trials.job.site.unconnected === true
    ? await findUnconnected(trials, trial)
    : ((await findLeftOut(trials, trial)) ?? (await findAlongside(trials, trial)));

/** Without a gradient around the unit, on whose tape it would find what was computed before. */
async function findUnconnected(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { thrown } = await trials.evaluate(trial.layout, trial.values, 'float32', false);
  if (thrown === undefined || !NO_CONNECTION.test(thrown.message)) return undefined;
  const observed = { 'the gradient throws': thrown.message };
  return { status: 'confirmed', failure: 'throws', witness: { inputs: inputsOf(trial), observed } };
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
