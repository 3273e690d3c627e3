import { side, suspectOperand } from './region.js';
import type { Trial, Trials } from './trials.js';

/** If an element of the operand lies below the region in one trial and above it in the other, goes in between. */
export async function cross(trials: Trials, one: Trial, other: Trial): Promise<Trial | undefined> {
  const site = trials.job.site;
  const [from, to] = [operandOf(trials, one), operandOf(trials, other)];
  if (!from || !to || from.length !== to.length || one.layout !== other.layout) return undefined;
  const element = from.findIndex((value, at) => side(site, value)! * side(site, to[at]!)! < 0);
  if (element < 0) return undefined;
  return await between(trials, one, other, element);
}

/**
 * Closes in on the region along the line between two inputs: by the secant, which finds the zero of a linear operand at
 * once, and by halving, which finds any continuous one.
 */
async function between(
  trials: Trials,
  one: Trial,
  other: Trial,
  element: number,
): Promise<Trial | undefined> {
  const target = targetOf(trials);
  let [start, startOff] = [0, operandOf(trials, one)![element]! - target];
  let [end, endOff] = [1, operandOf(trials, other)![element]! - target];
  let best: Trial | undefined;
  for (let step = 0; step < 40 && !trials.exhausted; step++) {
    const secant = start - (startOff * (end - start)) / (endOff - startOff);
    const at = step % 2 === 0 && secant > start && secant < end ? secant : (start + end) / 2;
    const values = one.values.map((slot, index) =>
      slot.map((value, place) => value + at * (other.values[index]![place]! - value)),
    );
    if (trials.hasSeen(one.layout, values) && step > 2) break;
    const trial = await trials.run(one.layout, values);
    if (trial.judgement.kind === 'fails') return trial;
    if (!best || trial.merit < best.merit) best = trial;
    const off = operandOf(trials, trial)?.[element];
    if (off === undefined || Number.isNaN(off) || side(trials.job.site, off) === 0) break;
    if (Math.sign(off - target) === Math.sign(startOff)) [start, startOff] = [at, off - target];
    else [end, endOff] = [at, off - target];
  }
  return best;
}

/**
 * Goes on in the direction from one input to a better one, to where the operand would reach the region if it were linear,
 * or quadratic. Finds the zero of |x - 61.7| and of (x - 3)^2, which have no two sides to close in from.
 */
export async function extrapolate(trials: Trials, from: Trial, better: Trial): Promise<Trial | undefined> {
  const [before, after] = [operandOf(trials, from), operandOf(trials, better)];
  if (!before || !after || before.length !== after.length) return undefined;
  const target = targetOf(trials);
  const element = nearestTo(after, target);
  const [start, end] = [Math.abs(before[element]! - target), Math.abs(after[element]! - target)];
  let best: Trial | undefined;
  for (const order of [1, 2]) {
    const at = 1 / (1 - (end / start) ** (1 / order));
    const values = from.values.map((slot, index) =>
      slot.map((value, place) => value + at * (better.values[index]![place]! - value)),
    );
    if (!Number.isFinite(at) || trials.exhausted || trials.hasSeen(from.layout, values)) continue;
    const trial = await trials.run(from.layout, values);
    if (trial.judgement.kind === 'fails') return trial;
    if (!best || trial.merit < best.merit) best = trial;
  }
  return best;
}

function targetOf(trials: Trials): number {
  const { low, high } = trials.job.site.region!;
  if (Number.isFinite(low) && Number.isFinite(high)) return (low + high) / 2;
  // A little inside, because the way there is rounded.
  return Number.isFinite(low) ? low + 1e-3 * Math.abs(low) : high - 1e-3 * Math.abs(high);
}

function nearestTo(values: readonly number[], target: number): number {
  let nearest = 0;
  values.forEach((value, index) => {
    if (Math.abs(value - target) < Math.abs(values[nearest]! - target)) nearest = index;
  });
  return nearest;
}

function operandOf(trials: Trials, trial: Trial): readonly number[] | undefined {
  return suspectOperand(trials.job.site, trial.evidence.float32.siteCalls[0])?.values;
}
