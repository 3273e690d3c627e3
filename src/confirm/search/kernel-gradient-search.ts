import { judgeSlope } from '../gradient-check.js';
import type { Job, Answer } from '../job.js';
import { firstNonFinite } from './compare.js';
import { clampAll } from './domain.js';
import { claimedSlope, coordinates, isSurrogate, measure, slopeWitness, throwsSo } from './slope-search.js';
import { isFloat, place, type Layout, type Slot, type Values } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';

export const isKernelGradient = ({ site }: Job): boolean => site.op === 'kernelGradient';

/** Shapes with which kernels are tried: tables, rows, columns, scalars, stacks of matrices, small images. */
const SHAPES: readonly (readonly number[])[] = [
  [2, 3],
  [3],
  [2, 2],
  [],
  [2, 1],
  [2, 2, 2],
  [1, 3],
  [1, 4, 4, 2],
  [2, 2, 2, 2],
  [2, 2, 1],
  [1, 4, 4, 4, 1],
];

/** So many choices are tried; of those that the kernel takes so many are looked at, and so many are measured. */
const MOST_TRIED = 160;
const MOST_TAKEN = 14;
const MOST_MEASURED = 4;
const MOST_LINES = 4;
const MOST_EVALUATIONS = 4000;

/** Some formulas are asked on one side of 0 or of 1 only. */
const INTERVALS = [undefined, [0.1, 0.9], [1.2, 2.8]] as const;

/** What TensorFlow.js says of a gradient that is not shaped like its input. */
const REFUSED = /The gradient of input '.*' has shape|^Size\(\d+\) must match the product of shape/;

/**
 * Runs a kernel with the gradient it was given, in shapes of all kinds, equal and broadcast, and compares the gradient by
 * one input with slopes of the values. Where the kernel takes shapes for which TensorFlow.js refuses what the gradient
 * gives, that is a failure too: of kernels of the library for any shapes, of others if there are none for which it works.
 */
export async function findWrongKernelGradient(trials: Trials, slots: readonly Slot[]): Promise<Answer> {
  const { unit } = trials.job;
  const library = unit.kind === 'function' ? unit.kernel?.op : undefined;
  trials.allow(MOST_EVALUATIONS);
  let refused: Trial | undefined;
  let [taken, measured] = [0, 0];
  for (const layout of kernelLayouts(slots, library?.vectors ?? {})) {
    if (trials.exhausted || taken >= MOST_TAKEN) break;
    const trial = await healthy(trials, layout);
    if (trial === undefined) continue;
    const { thrown, siteCalls } = trial.evidence.float32;
    // With these attributes another way leads out of the function of the gradient.
    if (siteCalls.length === 0) break;
    taken += 1;
    if (thrown !== undefined) {
      refused ??= trial;
      if (library !== undefined && REFUSED.test(thrown.message)) return throwsSo(trial);
    } else if (measured < MOST_MEASURED) {
      measured += 1;
      const wrong = await wrongFormula(trials, trial);
      if (wrong !== undefined) return wrong;
    }
  }
  if (refused !== undefined && measured === 0) return throwsSo(refused);
  if (taken === 0) return { status: 'not-run', reason: 'no call of the kernel was found that gets there' };
  return { status: 'not-reproduced', reason: `it is right for ${taken} choices of shapes` };
}

/** The first input for which the kernel gives finite numbers, be it that its gradient throws. */
async function healthy(trials: Trials, layout: Layout): Promise<Trial | undefined> {
  for (const interval of INTERVALS) {
    const trial = await trials.run(layout, clampAll(layout, valuesIn(layout, interval)));
    const { thrown, outputs } = trial.evidence.float32;
    if (thrown?.during === 'forward') return undefined;
    if (outputs.every((output) => firstNonFinite(output) === undefined)) return trial;
  }
  return undefined;
}

function valuesIn(layout: Layout, interval: readonly [number, number] | undefined): Values {
  const ordinary = ordinaryValues(layout);
  if (interval === undefined) return ordinary;
  const [low, high] = interval;
  let count = 0;
  return layout.map(({ slot }, index) =>
    ordinary[index]!.map((value) => {
      if (!isFloat(slot.dtype)) return value;
      count += 1;
      return low + ((count * 0.618034) % 1) * (high - low);
    }),
  );
}

async function wrongFormula(trials: Trials, trial: Trial): Promise<Answer | undefined> {
  const { layout, values } = trial;
  const exact = await trials.evaluate(layout, values, 'float64', true);
  const by = trials.job.by ?? [];
  const lines = coordinates(layout, MOST_LINES, ({ slot }) => by.includes(slot.node));
  if (await isSurrogate(trials, trial, exact, lines)) return undefined;
  for (const line of lines) {
    if (trials.exhausted) return undefined;
    const slope = await measure(trials, trial, exact, line);
    const claimed = claimedSlope(layout, exact, line);
    if (judgeSlope(slope, claimed) !== 'wrong') continue;
    const witness = slopeWitness(trial, line.name, claimed, slope);
    return { status: 'confirmed', failure: 'wrong-value', witness };
  }
  return undefined;
}

/** Every input in every shape; two inputs first in those in which one is stretched along the other. */
function* kernelLayouts(
  slots: readonly Slot[],
  vectors: Readonly<Record<string, number>>,
): Generator<Layout> {
  const choices = slots.map(({ kind, dtype, name }) => {
    if (kind === 'number' || name in vectors) return [[]];
    return dtype === 'int32' ? [[2], [2, 1], [3]] : SHAPES;
  });
  let tried = 0;
  // By how far down its list each shape stands: the plainest first.
  for (let sum = 0; tried < MOST_TRIED && sum <= slots.length * SHAPES.length; sum += 1) {
    for (const shapes of withSum(choices, sum)) {
      if ((tried += 1) > MOST_TRIED) return;
      // A scalar has no axis to have a vector along.
      if (shapes[0]?.length === 0 && Object.keys(vectors).length > 0) continue;
      yield slots.map((slot, index) => {
        const axis = vectors[slot.name];
        return place(slot, axis === undefined ? shapes[index]! : shapes[0]!.slice(axis).slice(0, 1));
      });
    }
  }
}

function* withSum(
  choices: readonly (readonly (readonly number[])[])[],
  sum: number,
): Generator<readonly (readonly number[])[]> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    if (sum === 0) yield [];
    return;
  }
  for (const [index, shape] of first.entries()) {
    if (index > sum) return;
    for (const others of withSum(rest, sum - index)) yield [shape, ...others];
  }
}
