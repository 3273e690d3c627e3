import { highest, lowest } from './domain.js';
import { binadesBetween, fromOrdinal, MIN32, ordinal, shortest, ulps, withDigits } from './float32.js';
import type { Failed } from './judge.js';
import type { Values } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { elementName } from './witness.js';

/** One number that drives the failure: a whole input, or the only element that is not like the others. */
interface Dial {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  set(value: number): Values;
}

const DIGITS = 4;

/**
 * Where the failure begins, if a single number drives it: `fails for x >= 88.73`. The number in the phrase has itself
 * been seen to fail; the true edge lies less than one unit of its last digit away.
 */
export async function findThreshold(trials: Trials, witness: Trial): Promise<string | undefined> {
  const dial = dialOf(witness);
  if (!dial) return undefined;
  const { failure } = witness.judgement as Failed;
  const fails = async (value: number): Promise<boolean> => {
    if (trials.exhausted) throw new OutOfBudget();
    const { judgement } = await trials.run(witness.layout, dial.set(value));
    return judgement.kind === 'fails' && judgement.failure === failure;
  };
  try {
    const text = await phrase(dial, fails);
    return text && `fails for ${text}`;
  } catch (error) {
    if (error instanceof OutOfBudget) return undefined;
    throw error;
  }
}

class OutOfBudget extends Error {}

type Test = (value: number) => Promise<boolean>;

async function phrase(dial: Dial, fails: Test): Promise<string | undefined> {
  const { name, value } = dial;
  // The next representable numbers first: a failure at a single point has no edge to look for.
  const [upNext, downNext] = [await edgeNext(dial, fails, 1), await edgeNext(dial, fails, -1)];
  if (!upNext && !downNext) return (await alone(dial, fails)) ? `${name} = ${shortest(value)}` : undefined;
  const upGood = await firstGood(dial, fails, 1);
  const downGood = await firstGood(dial, fails, -1);
  const upper = upGood === undefined ? undefined : await edge(value, upGood, fails);
  const lower = downGood === undefined ? undefined : await edge(value, downGood, fails);
  if (upper === undefined && lower === undefined) return undefined;
  // The edge is next to zero: the failure is one of sign, and how small a number still fails is of no interest.
  const [aboveZero, belowZero] = [lower !== undefined && lower > 0 && lower < MIN32, upper !== undefined && upper < 0 && upper > -MIN32]; // prettier-ignore
  if (upper === undefined && aboveZero) return `${name} > 0`;
  if (lower === undefined && belowZero) return `${name} < 0`;
  if (upper === undefined) return await withMirror(dial, lower!, fails);
  if (lower === undefined) return `${name} <= ${upper}`;
  if (upper === -lower) return `|${name}| <= ${upper}`;
  if (aboveZero) return `0 < ${name} <= ${upper}`;
  if (belowZero) return `${lower} <= ${name} < 0`;
  return `${lower} <= ${name} <= ${upper}`;
}

/** `x >= 89.42`, or `|x| >= 89.42` where the other sign fails as well. */
async function withMirror(dial: Dial, lower: number, fails: Test): Promise<string> {
  const mirrored = lower > 0 && -lower >= dial.low && (await fails(-lower)) && (await fails(-dial.value));
  return mirrored ? `|${dial.name}| >= ${lower}` : `${dial.name} >= ${lower}`;
}

/** A constant tensor has no deviation, whichever constant it is: such points are many, and each is isolated. */
async function alone({ value, low, high }: Dial, fails: Test): Promise<boolean> {
  for (const other of [0, 1, -1, 2, value * 2, value + 1, value - 1]) {
    if (other !== value && other >= low && other <= high && (await fails(other))) return false;
  }
  return true;
}

async function edgeNext({ value, low, high }: Dial, fails: Test, direction: 1 | -1): Promise<boolean> {
  const next = ulps(value, direction);
  return next >= low && next <= high && (await fails(next));
}

/** Strides outwards, first small, then to the end of the domain; undefined if all of it fails. */
async function firstGood(
  { value, low, high }: Dial,
  fails: Test,
  direction: 1 | -1,
): Promise<number | undefined> {
  const end = direction > 0 ? high : low;
  const landmarks = [0, 1, -1, value + direction, value * 2, value / 2, value * 100, value / 100, end];
  const ahead = landmarks
    .filter((mark) => direction * (mark - value) > 0 && direction * (end - mark) >= 0)
    .sort((one, other) => direction * (one - other));
  for (const mark of ahead) {
    if (!(await fails(mark))) return mark;
  }
  return undefined;
}

/** Halves between a failing and a good number until the failing one can be written with four digits. */
async function edge(bad: number, good: number, fails: Test): Promise<number | undefined> {
  let [failing, holding] = [bad, good];
  for (let step = 0; step < 40 && binadesBetween(failing, holding) > 2e-6; step++) {
    const middle = fromOrdinal((ordinal(failing) + ordinal(holding)) / 2);
    if (middle === failing || middle === holding) break;
    if (await fails(middle)) failing = middle;
    else holding = middle;
  }
  if (Math.abs(failing) < MIN32) return failing === 0 ? 0 : shortest(failing);
  // Four digits; those on the far side of the edge may not fail, and then the near ones do.
  const outwards = Math.abs(failing) > Math.abs(holding) || Math.sign(failing) !== Math.sign(holding);
  for (const up of [!outwards, outwards]) {
    const written = withDigits(shortest(failing), DIGITS, up);
    if (await fails(written)) return written;
  }
  return shortest(failing);
}

function dialOf({ layout, values }: Trial): Dial | undefined {
  const driving = layout.flatMap((placed, index) => {
    const dials = slotDials(placed, values, index);
    return dials ?? [];
  });
  // Zeros and ones are the background of the witness; two other numbers would each have a threshold of its own.
  const telling = driving.filter(({ value }) => value !== 0 && Math.abs(value) !== 1);
  if (telling.length === 1) return telling[0];
  return telling.length === 0 && driving.length === 1 ? driving[0] : undefined;
}

function slotDials(
  { slot, shape, size }: Trial['layout'][number],
  values: Values,
  index: number,
): Dial[] | undefined {
  const own = values[index]!;
  const range = { low: lowest(slot.domain), high: highest(slot.domain) };
  if (slot.domain.integer) return undefined;
  const put = (replaced: readonly number[]): Values =>
    values.map((old, at) => (at === index ? replaced : old));
  if (own.every((value) => value === own[0])) {
    const name = size === 1 ? slot.name : `every element of ${slot.name}`;
    return [{ name, value: own[0]!, ...range, set: (value) => put(own.map(() => value)) }];
  }
  return own.map((value, element) => ({
    name: elementName(slot.name, shape, element),
    value,
    ...range,
    set: (next) => put(own.map((old, at) => (at === element ? next : old))),
  }));
}
