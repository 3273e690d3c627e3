/** What has no effect: an operand that the result is the same without, and a result that is the same whatever goes in. */
import type { JsonNumber } from '../../report/report.js';
import type { NumericTensor, Observation, SiteCall } from '../evaluation.js';
import type { Answer } from '../job.js';
import { areAlike, shownValues } from './alike.js';
import { floatOutputs } from './compare.js';
import type { Trial, Trials } from './trials.js';
import { inputsOf, opName } from './witness.js';

/**
 * The unit gives the same where the site hands on its other operand alone: in float64, for a mask of -1e9 takes the digits
 * of what it is added to. With ones for each input in turn too: beside such a mask nothing else would be seen.
 */
export async function sameWithoutOperand(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { layout, values } = trial;
  let answer: Answer | undefined;
  for (const changed of [
    values,
    ...values.map((numbers, index) =>
      values.with(
        index,
        numbers.map(() => 1),
      ),
    ),
  ]) {
    const one = await trials.run(layout, changed);
    const [call] = one.evidence.float32.siteCalls;
    const addend = call && addendOf(trials, call);
    // Of zeros nothing is seen.
    if (call === undefined || addend?.[1].values.every((value) => value === 0) !== false) continue;
    const exact = await trials.evaluateWeighted(layout, one.values);
    const other = await trials.evaluateWithout(layout, one.values);
    const [before, after] = [resultsOf(exact), resultsOf(other)];
    if (before.length === 0 || before.length !== after.length) continue;
    if (!before.every((result, index) => isSame(result, after[index]!))) return undefined;
    const [name, tensor] = addend;
    const observed = {
      [`shape of ${name}`]: [...tensor.shape],
      [`shape of ${opName(trials.job.site.op)}`]: [...call.output.shape],
      result: shownValues(before[0]!),
      [`result without ${name}`]: shownValues(after[0]!),
      ...zeroGradients(one, exact),
    };
    answer ??= { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(one), observed } };
  }
  return answer;
}

const addendOf = ({ job }: Trials, { operands }: SiteCall): readonly [string, NumericTensor] | undefined =>
  Object.entries(operands).find(([name]) => name !== job.site.without);

/** Inputs that no gradient gets to. */
function zeroGradients({ layout }: Trial, { gradients }: Observation): Record<string, JsonNumber> {
  const dead = layout.filter(({ slot }) => {
    const values = gradients.get(slot.node)?.values ?? [];
    return values.length > 0 && values.every((value) => Math.abs(value) < ROUNDED);
  });
  return Object.fromEntries(dead.map(({ slot }) => [`largest gradient of ${slot.name}`, 0]));
}

/** What rounding leaves of 0 beside a mask of -1e9, in float64. */
const ROUNDED = 1e-5;

/** Two runs with other numbers at the site, which gives one number each time. */
export async function sameWhatever(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { layout, values, evidence } = trial;
  const other = await trials.run(
    layout,
    values.map((numbers) => numbers.map((value, index) => OTHERWISE(value, index))),
  );
  const [first, second] = [evidence.float32.siteCalls[0], other.evidence.float32.siteCalls[0]];
  const [x, otherX] = [first?.operands['x'], second?.operands['x']];
  if (first === undefined || second === undefined || x === undefined || otherX === undefined)
    return undefined;
  if (areAlike(x, otherX) || !isSame(first.output, second.output) || !isOneNumber(first.output))
    return undefined;
  const observed = {
    'shape of x': [...x.shape],
    x: shownValues(x),
    [opName(trials.job.site.op)]: shownValues(first.output),
    'other x': shownValues(otherX),
    [`then ${opName(trials.job.site.op)}`]: shownValues(second.output),
  };
  return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
}

/** Numbers that are farther apart, and in another order. */
const OTHERWISE = (value: number, index: number): number => (index % 2 === 0 ? 2 : -1) * value + (index % 3);

const resultsOf = (observation: Observation): readonly NumericTensor[] =>
  observation.thrown === undefined ? floatOutputs(observation) : [];

const isSame = (a: NumericTensor, b: NumericTensor): boolean =>
  a.values.length === b.values.length && a.values.every((value) => Number.isFinite(value)) && areAlike(a, b);

const isOneNumber = ({ values: [first = 0, ...others] }: NumericTensor): boolean =>
  others.every((value) => Math.abs(value - first) <= 1e-5 * Math.abs(first));
