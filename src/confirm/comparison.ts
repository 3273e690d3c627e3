/** Two units on the same inputs: whether one may stand in for the other. Runs in a realm. */
import { sameShape } from '../facts/concrete-shape.js';
import type { Point, Recorded } from './comparison-points.js';
import type { ConcreteInputs, Evaluator, Observation, Precision } from './evaluation.js';
import type { Digits } from './digits.js';
import { OutOfTime } from './not-runnable.js';
import { differenceOf, isGradient, isSound, partsOf, trusted, uncertainty, type Parts } from './parts.js';

export interface Comparison {
  /** Inputs on which the original is healthy, and both were run. */
  readonly points: number;
  /** The unit has no inputs to choose: one point is all there is. */
  readonly isConstant: boolean;
  /** Values and gradients are the same function: they differ by no more than rounding explains. */
  readonly isEqual: boolean;
  /** Of values and gradients in float64, between both. */
  readonly maxRelativeError: number;
  /** The same over the points with ordinary numbers alone, and how many these are. */
  readonly ordinary: { readonly points: number; readonly maxRelativeError: number };
  /** The other points, with numbers that are very large or very small, and at how many of them the change is a greater one. */
  readonly extreme: { readonly points: number; readonly changed: number };
  /** Of the ordinary points at which the finding does not show: on how many both are about the same. */
  readonly alike: { readonly points: number; readonly of: number };
  /** Whether the original fails at the witness when it is run again; undefined where that is not judged. */
  readonly failsAgain: boolean | undefined;
  /** On how many other inputs on which the original fails the other one does too. */
  readonly failsElsewhere: number;
  /** Whether gradients were taken at all. */
  readonly gradient: boolean;
  /** Results of another shape or number than those of the original. */
  readonly shapesDiffer: boolean;
  /** Why the other one cannot stand in: it throws, or is not finite, where the original is healthy. */
  readonly fault?: string | undefined;
  /** Healthy points on which the other one does not throw. */
  readonly ran: number;
  readonly witness?: AtWitness | undefined;
  /** The error up to which a result at the witness is right: some roundings, amplified a little. */
  readonly agreement: number;
  /** Whether it has a gradient that is nowhere 0 where that of the original is not, at the witness and near it. */
  readonly gradientAlive: boolean;
}

/** What the other unit does where the original fails. */
export interface AtWitness {
  /** Values and gradients are finite in float32. */
  readonly finite: boolean;
  /** Relative error in float32 against float64: of the original, or of the other where the original fails there too. */
  readonly error: number;
  /** The same against its own float64 run alone: whether what it computes is right, be it another function. */
  readonly ownError: number;
  readonly thrown?: string | undefined;
}

/** Less than one rounding to float32. */
const SAME = 2 ** -24;

/** Runs the other unit on the points of the original. */
export async function compare(
  evaluator: Evaluator,
  recorded: Recorded,
  deadline: number,
  { agreement, smallestGradient }: Digits,
): Promise<Comparison> {
  const { healthy, near, witness, isConstant, lacksGradient } = recorded;
  // Where the original gives whole numbers it has no gradient, and the other one needs none.
  const gradient =
    lacksGradient ||
    (recorded.gradient && (healthy.length === 0 || healthy.some(({ all }) => hasGradients(all))));
  const run: Run = async (at, precision) => {
    if (performance.now() > deadline) throw new OutOfTime('time was up');
    return await evaluator.evaluate(at, { precision, gradient, weighted: true });
  };
  const same = await compareHealthy(healthy, run, lacksGradient);
  const failing = witness === undefined ? near : [witness, ...near];
  const { atWitness, isAlive, hasGradient } = await compareFailing(failing, witness, smallestGradient, run);
  return {
    points: healthy.length,
    isConstant,
    isEqual: same.isEqual && !same.shapesDiffer,
    maxRelativeError: same.maxRelativeError,
    ordinary: {
      points: healthy.filter(({ isOrdinary }) => isOrdinary).length,
      maxRelativeError: same.ordinaryError,
    },
    extreme: { points: same.extremes.length, changed: changedBeyond(same.ordinaryError, same.extremes) },
    alike: same.alike,
    failsAgain: recorded.failsAgain,
    failsElsewhere: await countFailing(recorded.failing, run),
    gradient,
    shapesDiffer: same.shapesDiffer,
    fault: same.fault,
    ran: same.ran,
    witness: atWitness,
    agreement,
    gradientAlive: isAlive && (same.hasGradient || hasGradient),
  };
}

/** Runs the other unit. */
type Run = (at: ConcreteInputs, precision: Precision) => Promise<Observation>;

/** Where the original is right, the other one has to be the same. */
async function compareHealthy(points: readonly Point[], run: Run, lacksGradient: boolean) {
  let [maxRelativeError, isEqual, shapesDiffer, hasGradient] = [0, true, false, false];
  let fault: string | undefined;
  let [ordinaryError, ran] = [0, 0];
  const alike = { points: 0, of: 0 };
  const extremes: number[] = [];
  for (const { inputs, truth, all, isOrdinary, fails } of points) {
    const [single, exact] = [await run(inputs, 'float32'), await run(inputs, 'float64')];
    fault ??= faultOf(single) ?? faultOf(exact);
    if (single.thrown !== undefined || exact.thrown !== undefined) continue;
    ran += 1;
    hasGradient ||= single.gradients.size > 0;
    const found = lacksGradient ? valuesOf(exact) : partsOf(exact);
    shapesDiffer ||= !sameShapes(found, all);
    let [most, mostOfAll] = [0, 0];
    for (const [name, part] of truth) {
      const difference = differenceOf(found.get(name), part);
      mostOfAll = Math.max(mostOfAll, difference);
      if (!isGradient(name)) most = Math.max(most, difference);
      if (!Number.isFinite(difference)) continue;
      maxRelativeError = Math.max(maxRelativeError, difference);
      if (isOrdinary) ordinaryError = Math.max(ordinaryError, difference);
      if (difference > SAME && isEqual)
        isEqual = difference <= uncertainty(name, exact, await run(inputs, 'perturbed'));
    }
    if (!isOrdinary) extremes.push(mostOfAll);
    if (!isOrdinary || fails) continue;
    alike.of += 1;
    if (most <= ALIKE) alike.points += 1;
  }
  return { maxRelativeError, ordinaryError, extremes, alike, isEqual, shapesDiffer, hasGradient, fault, ran };
}

const changedBeyond = (least: number, differences: readonly number[]): number =>
  differences.filter((difference) => difference > Math.max(SAME, least)).length;

/** What a guard may change of a number that is in no danger. */
const ALIKE = 2 ** -5;

async function countFailing(inputs: readonly ConcreteInputs[], run: Run): Promise<number> {
  let failing = 0;
  for (const at of inputs) if (!isSound(await run(at, 'float32'))) failing += 1;
  return failing;
}

/** Where the original fails, at the witness and near it, the other one has to be right by itself. */
async function compareFailing(
  points: readonly Point[],
  witness: Point | undefined,
  smallestGradient: number,
  run: Run,
) {
  let [isAlive, hasGradient] = [true, false];
  let atWitness: AtWitness | undefined;
  for (const point of points) {
    const single = await run(point.inputs, 'float32');
    const own = trusted(await run(point.inputs, 'float64'), await run(point.inputs, 'perturbed'));
    const truth = new Map([...own, ...point.truth]);
    if (point === witness) atWitness = seenAtWitness(single, truth, own);
    hasGradient ||= single.gradients.size > 0;
    isAlive &&= !isDead(single, truth, smallestGradient);
  }
  return { atWitness, isAlive, hasGradient };
}

function seenAtWitness(single: Observation, truth: Parts, own: Parts): AtWitness {
  const found = partsOf(single);
  const errorBeside = (parts: Parts): number =>
    Math.max(0, ...[...parts].map(([name, part]) => differenceOf(found.get(name), part)));
  const [error, ownError] = [errorBeside(truth), errorBeside(own)];
  return { finite: isSound(single), error, ownError, thrown: single.thrown?.message };
}

const valuesOf = (seen: Observation): Parts =>
  new Map([...partsOf(seen)].filter(([name]) => !isGradient(name)));

const hasGradients = (parts: Parts): boolean => [...parts.keys()].some(isGradient);

function faultOf(seen: Observation): string | undefined {
  if (seen.thrown !== undefined) return `it throws where the original does not: ${seen.thrown.message}`;
  return isSound(seen) ? undefined : 'it is not finite where the original is';
}

function sameShapes(found: Parts, all: Parts): boolean {
  return (
    found.size === all.size &&
    [...all].every(([name, { shape }]) => sameShape(found.get(name)?.shape ?? [-1], shape))
  );
}

/** An element of the gradient is 0 that is not so in truth. What no float32 could hold, or the rest drowns, does not count. */
function isDead(seen: Observation, truth: Parts, smallest: number): boolean {
  const found = partsOf(seen);
  for (const [name, { values }] of truth) {
    if (!isGradient(name)) continue;
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const floor = Math.max(smallest, NEGLIGIBLE * largest);
    if (values.some((value, index) => Math.abs(value) > floor && !found.get(name)?.values[index]))
      return true;
  }
  return false;
}

const NEGLIGIBLE = 2 ** -12;
