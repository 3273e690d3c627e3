import type { JsonNumber } from '../../report/report.js';
import { rootOfPath } from '../../program/path.js';
import type { AuditedGradient, Observation } from '../evaluation.js';
import { judgeSlope, measureSlopeAsync, type Slope } from '../gradient-check.js';
import { nameOfParameter, type Job, type Answer } from '../job.js';
import { floatOutputs, rootMeanSquare } from './compare.js';
import { clampAll } from './domain.js';
import { weights } from '../custom-gradient.js';
import { all } from './patterns.js';
import { layouts, MOST_LAYOUTS } from './shapes.js';
import { isFloat, type Layout, type PlacedSlot, type Values } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';
import { elementName, inputsOf, toJson } from './witness.js';

/** Coordinates measured at one point: each costs a ladder of evaluations. */
const MOST_COORDINATES = 7;

/** Findings that say the formula of a gradient is wrong, or that it is cut off, not that it overflows somewhere. */
export function claimsWrongGradient({ gradient, site }: Job): boolean {
  if (!gradient || site.harm !== 'gradient') return false;
  return (
    site.failures.includes('wrong-value') || (site.failures.includes('vanished-gradient') && !site.region)
  );
}

/** A line through a point: one coordinate, or all elements of an input at once. */
export interface Line {
  readonly name: string;
  readonly slot: number;
  readonly element: number | undefined;
}

/**
 * Compares the gradient that TensorFlow.js computes in float64 with the slopes of the values, at an ordinary point and at
 * one full of ties. Differences in float64 are exact enough to tell a wrong formula from rounding.
 *
 * @param isCalled the project calls the unit with these shapes
 */
export async function findWrongGradient(
  trials: Trials,
  layout: Layout,
  isCalled: boolean,
): Promise<Answer | undefined> {
  const points: readonly (readonly [Values, Line[]])[] = [
    [ordinaryValues(layout), coordinates(layout)],
    [layout.map((slot) => all(slot, 1)), wholeInputs(layout)],
    // What is flat near 0 need not be so far from it.
    ...(trials.job.site.op === 'customGrad' ? ([[farther(layout), coordinates(layout)]] as const) : []),
  ];
  for (const [proposed, lines] of points) {
    const values = clampAll(layout, proposed);
    const trial = await trials.run(layout, values);
    const { thrown } = trial.evidence.float32;
    const detached = await detachedFrom(trials, trial);
    if (detached !== undefined) return detached;
    if (thrown?.during === 'forward') continue;
    const isCustom = trials.job.site.op === 'customGrad';
    if (isCustom && thrown !== undefined)
      return isCalled ? throwsSo(trial) : await throwsHoweverShaped(trials, trial);
    const audited = await auditedGradients(trials, layout, values);
    if (audited.length > 0) {
      const answer = judgeAudited(trials.job, trial, audited) ?? deadGradient(trials.job, trial, audited);
      if (answer !== undefined) return answer;
      continue;
    }
    const exact = await trials.evaluate(layout, values, 'float64', true);
    const taken = isCustom
      ? lines.filter(({ slot }) => isArgument(trials.job, layout[slot]!.slot.name))
      : lines;
    if (isCustom && (await isSurrogate(trials, trial, exact, taken))) continue;
    for (const line of taken) {
      if (trials.exhausted) return undefined;
      const slope = await measure(trials, trial, exact, line);
      const claimed = claimedSlope(layout, exact, line);
      const verdict = judgeSlope(slope, claimed);
      if (verdict !== 'wrong' && verdict !== 'invalid-subgradient') continue;
      if (isCustom && isGuarded(slope, claimed)) continue;
      const failure = failureOf(trials.job, claimed, slope);
      if (failure)
        return { status: 'confirmed', failure, witness: slopeWitness(trial, line.name, claimed, slope) };
    }
  }
  return undefined;
}

const farther = (layout: Layout): Values =>
  ordinaryValues(layout).map((numbers) => numbers.map((value) => FARTHER * value));

const FARTHER = 16;

/** A custom gradient is taken by what the function is given: what it captures is a constant to it. */
const isArgument = ({ inputs }: Trials['job'], slot: string): boolean =>
  inputs.some(({ source, name }) => source === 'parameter' && nameOfParameter(name) === rootOfPath(slot));

/** An epsilon that guards a division in the formula moves the gradient by about so much of it, at ordinary points. */
const MOST_OF_A_GUARD = 1e-3;

/** Whether a gradient is off by no more than a guard in its formula explains: no term is left out then. */
const isGuarded = (slope: Slope, claimed: number): boolean =>
  Math.abs(claimed - slope.value) <= MOST_OF_A_GUARD * Math.abs(slope.value);

/** Of what is trained in vain, that; else each. */
const gradientsOf = (layout: Layout, inVain: readonly number[] | undefined): string => {
  const names = layout.flatMap(({ slot }) => (inVain?.includes(slot.node) === true ? [slot.name] : []));
  return names.length === 0 ? 'every gradient' : `the gradient of ${names.join(', ')}`;
};

/** What TensorFlow.js says when nothing that a gradient is taken by is left in what it is taken of. */
export const NO_CONNECTION = /Cannot find a connection|Cannot compute gradient of y=f\(x\) with respect to x/;

async function detachedFrom(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { site } = trials.job;
  const { thrown } = trial.evidence.float32;
  if (!site.failures.includes('vanished-gradient') || site.region !== undefined) return undefined;
  if (thrown !== undefined && NO_CONNECTION.test(thrown.message)) {
    const observed = { 'the gradient throws': thrown.message };
    return { status: 'confirmed', failure: 'throws', witness: { inputs: inputsOf(trial), observed } };
  }
  return thrown === undefined ? await deadEverywhere(trials, trial) : undefined;
}

/** No gradient at this input or at others, although the values are not the same there; of what is trained in vain alone. */
async function deadEverywhere(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { layout, values } = trial;
  const { inVain } = trials.job.site;
  const isMeant = (node: number): boolean => inVain?.includes(node) ?? true;
  const seen: Observation[] = [];
  for (const factor of [1, 3, -2, 10]) {
    const moved = clampAll(
      layout,
      values.map((numbers, index) =>
        isMeant(layout[index]!.slot.node) ? numbers.map((value) => factor * value) : numbers,
      ),
    );
    const observation = await trials.evaluate(layout, moved, 'float64', true);
    const gradients = [...observation.gradients].flatMap(([node, gradient]) =>
      isMeant(node) ? [gradient] : [],
    );
    const alive = gradients.some((gradient) => gradient.values.some((one) => one !== 0));
    // What is trained in vain may be on no tape at all.
    const isTaken = gradients.length > 0 || inVain !== undefined;
    if (observation.thrown !== undefined || !isTaken || alive) return undefined;
    seen.push(observation);
  }
  const [first] = seen;
  const other = seen.find((one) => sum(one) !== sum(first!));
  if (other === undefined) return undefined;
  const observed = {
    [`${gradientsOf(layout, inVain)}, here and at other inputs`]: 0,
    'result here': sum(first!),
    'result elsewhere': sum(other),
  };
  return {
    status: 'confirmed',
    failure: 'vanished-gradient',
    witness: { inputs: inputsOf(trial), observed },
  };
}

/** The same for a gradient that the unit takes by itself. */
function deadGradient({ site }: Job, trial: Trial, audited: readonly AuditedGradient[]): Answer | undefined {
  const claims = site.failures.includes('vanished-gradient') && site.region === undefined;
  if (!claims || !audited.some(({ dead }) => dead)) return undefined;
  const observed = {
    [`${gradientsOf(trial.layout, site.inVain)} that was taken`]: 0,
    'the loss changes with what it is taken by': 'yes',
  };
  return {
    status: 'confirmed',
    failure: 'vanished-gradient',
    witness: { inputs: inputsOf(trial), observed },
  };
}

/**
 * A custom gradient beside a value that is flat, or that is its operand as it is, is meant to be another one: a
 * straight-through estimator, a reversed, scaled or clipped gradient.
 */
export async function isSurrogate(
  trials: Trials,
  trial: Trial,
  exact: Observation,
  lines: readonly Line[],
): Promise<boolean> {
  const [output] = floatOutputs(exact);
  const first = trial.values[0];
  const given = output && weights(output.values.length);
  const identity = output?.values.every((value, index) => value === given![index]! * first![index]!);
  if (identity === true && output?.values.length === first?.length) return true;
  let flat = 0;
  for (const line of lines) {
    const slope = await measure(trials, trial, exact, line);
    if (slope.kind !== 'smooth') continue;
    // Near by: far steps of a staircase look like a slope.
    const near = Math.max(Math.abs(slope.forward), Math.abs(slope.backward));
    if (near > 1e-6 * Math.abs(claimedSlope(trial.layout, exact, line))) return false;
    flat += 1;
  }
  return flat > 0;
}

/** A custom gradient that throws for some shapes may be meant for others: it has to do so for all that its value takes. */
async function throwsHoweverShaped(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const slots = trial.layout.map(({ slot }) => slot);
  let tried = 0;
  let plainest = trial;
  for (const layout of layouts(slots)) {
    if (trials.exhausted || ++tried > MOST_LAYOUTS) break;
    const other = await trials.run(layout, ordinaryValues(layout));
    const { thrown } = other.evidence.float32;
    if (thrown === undefined) return undefined;
    if (thrown.during === 'backward' && stretches(plainest) && !stretches(other)) plainest = other;
  }
  return throwsSo(plainest);
}

export function throwsSo(trial: Trial): Answer {
  const { message } = trial.evidence.float32.thrown!;
  return {
    status: 'confirmed',
    failure: 'throws',
    witness: { inputs: inputsOf(trial), observed: { 'the gradient throws': message } },
  };
}

/** An axis of size 1 may be stretched, which is not what most custom gradients are made for. */
const stretches = ({ layout }: Trial): boolean => layout.some(({ shape }) => shape.includes(1));

/** The gradients that the unit takes by itself, where it does: those are the ones that matter. */
async function auditedGradients(
  trials: Trials,
  layout: Layout,
  values: Values,
): Promise<readonly AuditedGradient[]> {
  const { inVain } = trials.job.site;
  const isChosen = layout.some(({ slot }) => inVain?.includes(slot.node));
  return (await trials.evaluate(layout, values, 'float64', false, isChosen ? inVain : true)).audited ?? [];
}

function judgeAudited(job: Job, trial: Trial, audited: readonly AuditedGradient[]): Answer | undefined {
  for (const { name, claimed, slope } of audited.flatMap(({ lines }) => lines)) {
    const verdict = judgeSlope(slope, claimed);
    if (verdict !== 'wrong' && verdict !== 'invalid-subgradient') continue;
    const failure = failureOf(job, claimed, slope);
    if (failure) return { status: 'confirmed', failure, witness: slopeWitness(trial, name, claimed, slope) };
  }
  return undefined;
}

function failureOf(
  { site }: Job,
  claimed: number,
  slope: Slope,
): 'vanished-gradient' | 'wrong-value' | undefined {
  if (
    claimed === 0 &&
    Math.abs(slope.value) > 4 * slope.error &&
    site.failures.includes('vanished-gradient')
  ) {
    return 'vanished-gradient';
  }
  return site.failures.includes('wrong-value') ? 'wrong-value' : undefined;
}

export async function measure(trials: Trials, trial: Trial, exact: Observation, line: Line): Promise<Slope> {
  const { layout, values } = trial;
  const at = values[line.slot]!;
  const own = line.element === undefined ? rootMeanSquare(at) : Math.abs(at[line.element]!);
  const scale = own || rootMeanSquare(at) || 1;
  const rounding = Math.abs(sum(trial.evidence.float32) - sum(exact)) * 2 ** -29;
  const magnitude = floatOutputs(exact).reduce(
    (total, output) => total + output.values.reduce((size, value) => size + Math.abs(value), 0),
    0,
  );
  const value = async (offset: number): Promise<number> => {
    const moved = values.map((slot, index) =>
      slot.map((each, element) => {
        const follows = index === line.slot && (line.element === undefined || line.element === element);
        return follows ? each + offset : each;
      }),
    );
    const seen = await trials.evaluate(layout, moved, 'float64', false);
    return seen.thrown ? NaN : sum(seen);
  };
  const extraNoise = Number.isFinite(rounding) ? rounding : 0;
  return await measureSlopeAsync(value, { scale, magnitude, extraNoise });
}

function sum(observation: Observation): number {
  return floatOutputs(observation).reduce(
    (total, { values }) => total + values.reduce((part, value) => part + value, 0),
    0,
  );
}

/** An input that TensorFlow.js finds no way back to gets the gradient 0 in training. */
export function claimedSlope(layout: Layout, exact: Observation, { slot, element }: Line): number {
  const gradient = exact.gradients.get(layout[slot]!.slot.node)?.values;
  if (!gradient) return 0;
  return element === undefined ? gradient.reduce((total, value) => total + value, 0) : gradient[element]!;
}

/** Elements of inputs: equally many of each, for a bias is small beside what it is added to, and spread over it. */
export function coordinates(
  layout: Layout,
  most = MOST_COORDINATES,
  wanted: (placed: PlacedSlot) => boolean = () => true,
): Line[] {
  const slots = layout
    .map((_, index) => index)
    .filter((index) => differentiable(layout, index) && wanted(layout[index]!));
  const shares = sharesOf(
    slots.map((index) => layout[index]!.size),
    most,
  );
  return slots.flatMap((index, at) => {
    const { slot, shape, size } = layout[index]!;
    return Array.from({ length: shares[at]! }, (_, step) => {
      const element = Math.floor((step * size) / shares[at]!);
      return { name: elementName(slot.name, shape, element), slot: index, element };
    });
  });
}

/** How much of each is taken where all together may not be more than `most`: in turn, one of each. */
function sharesOf(sizes: readonly number[], most: number): number[] {
  const shares = sizes.map(() => 0);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  for (let taken = 0, at = 0; taken < Math.min(most, all); at = (at + 1) % sizes.length) {
    if (shares[at]! === sizes[at]!) continue;
    shares[at]! += 1;
    taken += 1;
  }
  return shares;
}

function wholeInputs(layout: Layout): Line[] {
  return layout.flatMap(({ slot, size }, index) =>
    differentiable(layout, index) && size > 1
      ? [{ name: `all of ${slot.name}`, slot: index, element: undefined }]
      : [],
  );
}

function differentiable(layout: Layout, index: number): boolean {
  const { slot } = layout[index]!;
  return slot.kind === 'tensor' && isFloat(slot.dtype) && !slot.domain.integer;
}

export function slopeWitness(
  trial: Trial,
  name: string,
  claimed: number,
  slope: Slope,
): NonNullable<Answer['witness']> {
  const digits = (value: number): JsonNumber => toJson(Number(value.toPrecision(7)));
  const measured: Record<string, JsonNumber> =
    slope.kind === 'kink'
      ? { 'slope ahead': digits(slope.forward), 'slope behind': digits(slope.backward) }
      : { 'slope measured by differences': digits(slope.value), 'its error is at most': digits(slope.error) };
  return {
    inputs: inputsOf(trial),
    observed: { [`gradient by ${name} from TensorFlow.js`]: digits(claimed), ...measured },
  };
}
