import { LARGEST, SMALLEST_NORMAL, UNIT_ROUNDOFF, type Precision } from '../float64/rounding.js';
import type { Random } from '../random.js';
import type { GradientVerdict } from './report.js';
import {
  EXACT,
  type Differentiated,
  type InputForm,
  type Origin,
  type Point,
  type Subject,
} from './subject.js';
import { largest } from './sums.js';

/** What a precision makes of value and gradient, beside float64 on the same numbers. */
export interface Runs {
  readonly narrow: Differentiated;
  readonly wide: Differentiated;
  readonly origin: Origin | undefined;
}

export interface RoundingEvidence {
  readonly roundingError: number;
  readonly valueError: number;
  readonly found?: RoundingFound | undefined;
}

export interface RoundingFound {
  readonly verdict: GradientVerdict;
  /** Of the gradient; undefined where the value is at fault. */
  readonly element?: number | undefined;
  /** Of the output, where the value is at fault. */
  readonly output?: number | undefined;
  readonly narrow: number;
  readonly wide: number;
  readonly origin?: Origin | undefined;
}

/** A result that has lost this many bits of those its precision has is called broken: Herbgrind asks 5, the facts 8. */
const BITS_LOST = 8;

/**
 * Compares the gradient in a precision with float64, each input at the scale of its largest element: an element that is
 * lost beside far larger ones is rounding, and no training sees it.
 */
export function judgeRounding(
  runs: Runs,
  precision: Precision,
  subject: Subject,
  point: Point,
  weights: Float64Array,
  random: Random,
): RoundingEvidence {
  const { narrow, wide, origin } = runs;
  const limit = UNIT_ROUNDOFF[precision] * 2 ** BITS_LOST;
  const least = SMALLEST_NORMAL[precision];
  const value = compare(narrow.values, wide.values, least);
  const total = wide.values.reduce((sum, each, index) => sum + Math.abs(each * weights[index]!), 0);
  const gradients = subject.forms.map((form) => {
    const compared = compare(part(narrow.gradient, form), part(wide.gradient, form), least);
    const size = largest(part(point, form));
    return { form, ...compared, ...(isZero(compared, size, limit * total) && { error: 0 }) };
  });
  const worst = gradients.reduce((a, b) => (b.error > a.error ? b : a));
  const evidence = { roundingError: worst.error, valueError: value.error };
  const broken = nonFinite(runs, precision);
  if (broken !== undefined) return { ...evidence, found: { ...broken, origin } };
  if (worst.error <= limit && value.error <= limit) return evidence;

  const ofValue = { output: value.at, narrow: narrow.values[value.at]!, wide: wide.values[value.at]! };
  const conditioning = measureConditioning(subject, point, weights, precision, random);
  if (worst.error > limit) {
    const element = worst.form.offset + worst.at;
    const numbers = { element, narrow: narrow.gradient[element]!, wide: wide.gradient[element]! };
    const vanished = numbers.narrow === 0 && Math.abs(numbers.wide) >= least;
    if (vanished) return { ...evidence, found: { verdict: 'vanished-gradient', ...numbers } };
    const inherent = conditioning.gradients[subject.forms.indexOf(worst.form)]! >= worst.error / 4;
    // What another formula would keep is told before what none would.
    if (inherent && value.error > limit && conditioning.value < value.error / 4)
      return { ...evidence, found: { verdict: 'cancellation', ...ofValue } };
    return { ...evidence, found: { verdict: inherent ? 'ill-conditioned' : 'cancellation', ...numbers } };
  }
  const inherent = conditioning.value >= value.error / 4;
  return { ...evidence, found: { verdict: inherent ? 'ill-conditioned' : 'cancellation', ...ofValue } };
}

const part = (values: Float64Array, { offset, size }: InputForm): Float64Array =>
  values.subarray(offset, offset + size);

interface Compared {
  /** The largest difference, beside the largest number. */
  readonly error: number;
  readonly at: number;
  readonly difference: number;
  readonly scale: number;
}

/**
 * A gradient that is 0 as far as float64 tells (`x / x`, the sum of a softmax) has no scale of its own. What float32 makes
 * of it is rounding, as long as it moves the value by no more than rounding does when x moves by its own size.
 */
const isZero = ({ difference, scale }: Compared, size: number, allowed: number): boolean =>
  scale <= 2 ** -24 * difference && difference * size <= allowed;

/** What the precision cannot hold is no difference. */
function compare(narrow: Float64Array, wide: Float64Array, least: number): Compared {
  const finite = wide.filter((value) => Number.isFinite(value));
  const scale = Math.max(largest(finite), least);
  let [most, at] = [0, 0];
  for (let index = 0; index < wide.length; index += 1) {
    const difference = Math.abs(narrow[index]! - wide[index]!);
    if (difference > most) [most, at] = [difference, index];
  }
  return { error: most <= least ? 0 : most / scale, at, difference: most, scale };
}

/** What is no number in the precision, and is one in float64. */
function nonFinite(
  { narrow, wide, origin }: Runs,
  precision: Precision,
): Omit<RoundingFound, 'origin'> | undefined {
  const output = broken(narrow.values, wide.values);
  if (output !== undefined) {
    const numbers = { output, narrow: narrow.values[output]!, wide: wide.values[output]! };
    // NaN as the first that breaks: 0 / 0, or the root of a negative number. Else something was Infinity before.
    const verdict = Number.isNaN(numbers.narrow) && origin?.nan === true ? 'nan-gradient' : 'overflow';
    return { verdict, ...numbers };
  }
  const element = broken(narrow.gradient, wide.gradient);
  if (element === undefined) return undefined;
  const numbers = { element, narrow: narrow.gradient[element]!, wide: wide.gradient[element]! };
  if (Math.abs(numbers.wide) > LARGEST[precision]) return { verdict: 'overflow', ...numbers };
  return { verdict: Number.isNaN(numbers.narrow) ? 'nan-gradient' : 'inf-gradient', ...numbers };
}

/** NaN before Infinity. */
function broken(narrow: Float64Array, wide: Float64Array): number | undefined {
  let infinite: number | undefined;
  for (let index = 0; index < narrow.length; index += 1) {
    if (!Number.isFinite(wide[index]!) || Number.isFinite(narrow[index]!)) continue;
    if (Number.isNaN(narrow[index]!)) return index;
    infinite ??= index;
  }
  return infinite;
}

/** What rounding every input to the precision does to value and gradient, in float64: no formula can do better. */
function measureConditioning(
  subject: Subject,
  point: Point,
  weights: Float64Array,
  precision: Precision,
  random: Random,
): { value: number; gradients: number[] } {
  const middle = subject.gradient(point, weights, EXACT);
  const moves: { value: number; gradients: number[] } = { value: 0, gradients: subject.forms.map(() => 0) };
  for (let time = 0; time < 3; time += 1) {
    const moved = point.map(
      (value) => value * (1 + (random.unit() < 0.5 ? -1 : 1) * UNIT_ROUNDOFF[precision]),
    );
    const there = subject.gradient(moved, weights, EXACT);
    moves.value = Math.max(moves.value, compare(there.values, middle.values, Number.MIN_VALUE).error);
    for (const [index, form] of subject.forms.entries()) {
      const { error } = compare(part(there.gradient, form), part(middle.gradient, form), Number.MIN_VALUE);
      moves.gradients[index] = Math.max(moves.gradients[index]!, error);
    }
  }
  return moves;
}
