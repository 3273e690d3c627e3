import { highest, lowest } from './domain.js';
import { fromOrdinal, MIN32, ordinal, shortest, ulps, withDigits } from './float32.js';
import type { Failed } from './judgement.js';
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
  const { failure } = witness.judgement as Failed;
  // Digits are lost gradually, and come and go from one number to the next: there is no edge.
  if (!dial || failure === 'cancellation') return undefined;
  const fails = async (value: number): Promise<boolean> => {
    if (trials.exhausted) throw new OutOfBudget();
    const { judgement } = await trials.run(witness.layout, dial.set(value));
    return judgement.kind === 'fails' && judgement.failure === failure;
  };
  try {
    const text = await phrase(dial, fails);
    return text && `fails for ${text}`;
  } catch {
    // Out of evaluations, or the evaluator is out of time.
    return undefined;
  }
}

class OutOfBudget extends Error {}

type Test = (value: number) => Promise<boolean>;

/** The last value that fails on one side; `open` if the next one is a rounder number, and is said instead: `x > 1`. */
interface Edge {
  readonly value: number;
  readonly open: boolean;
}

async function phrase(dial: Dial, fails: Test): Promise<string | undefined> {
  const { name, value } = dial;
  // The next representable numbers first: a failure at a single point has no edge to look for.
  if (!(await failsNext(dial, fails, 1)) && !(await failsNext(dial, fails, -1))) {
    return (await alone(dial, fails)) ? `${name} = ${write(value)}` : undefined;
  }
  const [aboveGood, belowGood] = [await firstGood(dial, fails, 1), await firstGood(dial, fails, -1)];
  const upper = aboveGood === undefined ? undefined : await edge(value, aboveGood, fails);
  const lower = belowGood === undefined ? undefined : await edge(value, belowGood, fails);
  if (!upper && !lower) return undefined;
  if (upper?.value === 0 && lower?.value === 0) return `${name} = 0`;
  if (upper && lower && !upper.open && !lower.open && upper.value === -lower.value) {
    return `|${name}| <= ${write(upper.value)}`;
  }
  const shown = (await isMirrored(dial, fails, upper, lower)) ? `|${name}|` : name;
  if (!upper) return `${shown} ${lower!.open ? '>' : '>='} ${write(lower!.value)}`;
  const below = `${shown} ${upper.open ? '<' : '<='} ${write(upper.value)}`;
  return lower ? `${write(lower.value)} ${lower.open ? '<' : '<='} ${below}` : below;
}

/** The other sign fails as well: `|x| >= 89.42`. */
async function isMirrored(
  { value, low }: Dial,
  fails: Test,
  upper: Edge | undefined,
  lower: Edge | undefined,
): Promise<boolean> {
  if (!lower || lower.value < 0 || -value < low || !(await fails(-value))) return false;
  for (const end of [upper, lower]) {
    if (end && !end.open && (-end.value < low || !(await fails(-end.value)))) return false;
  }
  return true;
}

/** A constant tensor has no deviation, whichever constant it is: such points are many, and each is isolated. */
async function alone({ value, low, high }: Dial, fails: Test): Promise<boolean> {
  for (const other of [0, 1, -1, 2, value * 2, value + 1, value - 1]) {
    if (other !== value && other >= low && other <= high && (await fails(other))) return false;
  }
  return true;
}

async function failsNext({ value, low, high }: Dial, fails: Test, direction: 1 | -1): Promise<boolean> {
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

/** Halves between a failing and a good number until they are neighbours. */
async function edge(bad: number, good: number, fails: Test): Promise<Edge> {
  let [failing, holding] = [bad, good];
  for (let step = 0; step < 40; step++) {
    const middle = fromOrdinal((ordinal(failing) + ordinal(holding)) / 2);
    if (middle === failing || middle === holding) break;
    if (await fails(middle)) failing = middle;
    else holding = middle;
  }
  // Beside a witness of 0: what is too small to tell from 0, which a GPU makes 0.
  const round = bad === 0 && Math.abs(failing) < MIN32 ? 0 : shortest(holding);
  if (Number(round.toPrecision(DIGITS)) === round) return { value: round, open: true };
  // Four digits; those on the far side of the edge may not fail, and then the near ones do.
  const outwards = Math.abs(failing) > Math.abs(holding) || Math.sign(failing) !== Math.sign(holding);
  for (const up of [!outwards, outwards]) {
    const written = withDigits(shortest(failing), DIGITS, up);
    if (await fails(written)) return { value: written, open: false };
  }
  return { value: shortest(failing), open: false };
}

/** 1.9e+19 rather than twenty digits. */
function write(value: number): string {
  const written = shortest(value);
  return Math.abs(written) >= 1e6 ? written.toExponential().replace('e+', 'e') : String(written);
}

function dialOf({ layout, values }: Trial): Dial | undefined {
  const driving = layout.flatMap((_, index) =>
    placesOf(values[index]!).map((place) => ({ index, ...place })),
  );
  // Zeros and ones are the background of the witness; two other numbers would each have a threshold of its own.
  const telling = driving.filter(({ value }) => value !== 0 && Math.abs(value) !== 1);
  const [one, ...others] = telling.length > 0 ? telling : driving;
  if (one === undefined || others.length > 0) return undefined;
  const { index, element, value } = one;
  const { slot, shape, size } = layout[index]!;
  const { domain } = slot;
  if (domain.integer) return undefined;
  const own = values[index]!;
  const bounds = { value, low: lowest(domain), high: highest(domain) };
  if (element === undefined) {
    const name = size === 1 ? slot.name : `every element of ${slot.name}`;
    return { ...bounds, name, set: (next) => values.with(index, Array<number>(size).fill(next)) };
  }
  const name = elementName(slot.name, shape, element);
  return { ...bounds, name, set: (next) => values.with(index, own.with(element, next)) };
}

/** The numbers of an input that each might be a dial: the one that all its elements are, else every element. */
function placesOf(
  own: readonly number[],
): { readonly element: number | undefined; readonly value: number }[] {
  if (own.length === 0) return [];
  if (own.every((value) => value === own[0])) return [{ element: undefined, value: own[0]! }];
  return own.map((value, element) => ({ element, value }));
}
