import type { DType } from './dtype.js';

/**
 * The value range of a tensor or number: every element x satisfies `low <= x <= high`, in float32, or is NaN where
 * `mayBeNaN` says so. A zero end keeps its sign, so that `1 / x` over [0, 1] is known not to reach -Infinity.
 *
 * An end knows why it stands where it stands, because that decides how a danger beyond it is told:
 *
 * - `attained`: the code itself drives values there (a saturated sigmoid is 0, a relu is 0, a constant);
 * - `declared`: the author wrote it down (`@range p (0, 1]`);
 * - `assumed`: it follows from the default domain of an input nobody described (|x| <= 100);
 * - `bound`: it is sound, but nothing says that any input gets there.
 */
export type EndSource = 'attained' | 'declared' | 'assumed' | 'bound';

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowBy: EndSource;
  readonly highBy: EndSource;
  readonly integer: boolean;
  readonly mayBeNaN: boolean;
  /** Each slice along `axes` (all axes when undefined) holds this value at least once: `exp(x - max(x))` holds 1. */
  readonly holds?: Held | undefined;
  /**
   * Where an end is a mere bound: the part that ordinary inputs do reach. A sum over an unknown number of terms of
   * [-100, 100] is bounded by 2^32 of them, and reaches [-100, 100] with a single one. See `reached`.
   */
  readonly reach?: Range | undefined;
}

export interface Held {
  readonly value: number;
  readonly axes: readonly number[] | undefined;
}

// Making ranges. All have all fields from the start: an object that gains one when it is copied has a hidden class of its
// own, and what reads many classes in one place is slow.

export function interval(
  low: number,
  high: number,
  by: EndSource | readonly [EndSource, EndSource],
  more: { readonly integer?: boolean; readonly mayBeNaN?: boolean } = {},
): Range {
  const [lowBy, highBy] = typeof by === 'string' ? [by, by] : by;
  const { integer = false, mayBeNaN = false } = more;
  return { low, high, lowBy, highBy, integer, mayBeNaN, holds: undefined, reach: undefined };
}

/** The range of these values: of a literal, or of a constant tensor. */
export function constantRange(...values: readonly number[]): Range {
  let low = Infinity;
  let high = -Infinity;
  let integer = true;
  let mayBeNaN = false;
  for (const value of values) {
    if (Number.isNaN(value)) {
      mayBeNaN = true;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
    integer = integer && Number.isInteger(value);
  }
  // No value at all, or nothing but NaN.
  if (low > high) return interval(-Infinity, Infinity, 'bound', { mayBeNaN });
  return interval(low, high, 'attained', { integer, mayBeNaN });
}

/** Anything at all: a value that could not be followed. */
export function unknownRange(): Range {
  return interval(-Infinity, Infinity, 'bound', { mayBeNaN: true });
}

/** Any number that is not NaN. */
export function anyFloat(): Range {
  return interval(-Infinity, Infinity, 'bound');
}

/** The default domain of a float tensor that nobody described. */
export function assumedInput(): Range {
  return interval(-100, 100, 'assumed');
}

/** Counts and indices: 0, 1, ..., `last`. */
export function indexRange(last: number, highBy: EndSource = 'attained'): Range {
  return interval(0, last, ['attained', highBy], { integer: true });
}

/** True or false, as 1 and 0. */
export const TRUTH: Range = indexRange(1);

// Asking ranges

/** The value, when there is only one. */
export function onlyValue(range: Range): number | undefined {
  return range.low === range.high && !range.mayBeNaN ? range.low : undefined;
}

export function contains(range: Range, value: number): boolean {
  return range.low <= value && value <= range.high;
}

export function isFinite(range: Range): boolean {
  return range.low > -Infinity && range.high < Infinity && !range.mayBeNaN;
}

/** A size of a tensor that is not known: ordinary ones are some tens, which says what is divided by one. */
export const anySize = (): Range => ({
  ...interval(1, 2 ** 31, 'bound', { integer: true }),
  reach: interval(8, 64, 'assumed', { integer: true }),
});

/** The part that ordinary inputs reach: the whole range, unless an end is a mere bound and less is known to be met. */
export function reached(range: Range): Range {
  return range.reach ?? range;
}

// Where ends come from

const CERTAINTY: Readonly<Record<EndSource, number>> = { bound: 0, assumed: 1, declared: 2, attained: 3 };

/** What both must hold for is only as certain as the less certain one. */
export function weaker(a: EndSource, b: EndSource): EndSource {
  return CERTAINTY[a] <= CERTAINTY[b] ? a : b;
}

export function stronger(a: EndSource, b: EndSource): EndSource {
  return CERTAINTY[a] >= CERTAINTY[b] ? a : b;
}

/** The end of a bounded image is met by ordinary inputs, wherever they are assumed to end. */
export function settled(by: EndSource): EndSource {
  return by === 'assumed' ? 'attained' : by;
}

/** A bound that callers choose: nothing says that they choose it as wide as numbers are assumed to be. */
export function chosen(bound: Range): Range {
  const source = (by: EndSource): EndSource => (by === 'assumed' ? 'bound' : by);
  return { ...bound, lowBy: source(bound.lowBy), highBy: source(bound.highBy) };
}

/** An end of a result: a value and why it stands there. */
export interface End {
  readonly value: number;
  readonly by: EndSource;
}

export function lowEnd(range: Range): End {
  return { value: range.low, by: range.lowBy };
}

export function highEnd(range: Range): End {
  return { value: range.high, by: range.highBy };
}

/** The range from the smallest to the largest of these candidates; of equal ones the most certain counts. */
export function spanning(ends: readonly End[], more: { integer?: boolean; mayBeNaN?: boolean } = {}): Range {
  let low = ends[0]!;
  let high = ends[0]!;
  for (const end of ends) {
    if (precedes(end.value, low.value)) low = end;
    else if (Object.is(end.value, low.value)) low = { value: low.value, by: stronger(low.by, end.by) };
    if (precedes(high.value, end.value)) high = end;
    else if (Object.is(end.value, high.value)) high = { value: high.value, by: stronger(high.by, end.by) };
  }
  return interval(low.value, high.value, [low.by, high.by], more);
}

/** `a < b`, with -0 before 0. */
export function precedes(a: number, b: number): boolean {
  return a < b || (a === 0 && b === 0 && Object.is(a, -0) && !Object.is(b, -0));
}

// Combining ranges

/** All values of all the ranges: a join of branches, a concat. */
export function joinRanges(...ranges: readonly Range[]): Range {
  if (ranges.length === 0) return unknownRange();
  const joined = spanning(
    ranges.flatMap((range) => [lowEnd(range), highEnd(range)]),
    { integer: ranges.every((range) => range.integer), mayBeNaN: ranges.some((range) => range.mayBeNaN) },
  );
  const [first, ...others] = ranges;
  const holds = others.every((range) => sameHeld(first!.holds, range.holds)) ? first!.holds : undefined;
  const reach = ranges.some((range) => range.reach) ? joinRanges(...ranges.map(reached)) : undefined;
  return { ...joined, holds, ...(reach ? reachedBy(reach, joined) : undefined) };
}

function sameHeld(a: Held | undefined, b: Held | undefined): boolean {
  return a !== undefined && b !== undefined && a.value === b.value && String(a.axes) === String(b.axes);
}

/** What ordinary inputs reach, where an end is a mere bound and less is known to be met. */
export function reachedBy(reach: Range, outer: Range): { reach?: Range } {
  const tellsLow = outer.lowBy === 'bound' && reach.lowBy !== 'bound';
  const tellsHigh = outer.highBy === 'bound' && reach.highBy !== 'bound';
  return tellsLow || tellsHigh ? { reach } : {};
}

/** The values that two claims about the same tensor leave: the tighter end of each. Undefined when none is left. */
export function intersectRanges(a: Range, b: Range): Range | undefined {
  const low = precedes(a.low, b.low) ? lowEnd(b) : lowEnd(a);
  const high = precedes(b.high, a.high) ? highEnd(b) : highEnd(a);
  if (low.value > high.value) return undefined;
  const both = interval(low.value, high.value, [low.by, high.by], {
    integer: a.integer || b.integer,
    mayBeNaN: a.mayBeNaN && b.mayBeNaN,
  });
  return { ...both, holds: a.holds ?? b.holds };
}

export function withNaN(range: Range, mayBeNaN = true): Range {
  return range.mayBeNaN || !mayBeNaN ? range : { ...range, mayBeNaN };
}

/** The range of the same values in another order or number: what a slice holds is only known if it was the whole. */
export function rearranged(range: Range): Range {
  return range.holds?.axes === undefined ? range : selected(range);
}

/** The range of a selection of the values: nothing is known to be held any more. */
export function selected(range: Range): Range {
  return range.holds === undefined ? range : { ...range, holds: undefined };
}

/**
 * Makes a function of ranges follow what a plain interval cannot: the part that ordinary inputs reach, and a value
 * that is known to be held. `f` itself only sees ends.
 */
export function lift(f: (x: Range) => Range): (x: Range) => Range {
  return (x) => followed(([only]) => f(only!), [x]);
}

/** `lift` for a function of two ranges. */
export function lift2(f: (a: Range, b: Range) => Range): (a: Range, b: Range) => Range {
  return (a, b) => followed(([first, second]) => f(first!, second!), [a, b]);
}

function followed(f: (ranges: readonly Range[]) => Range, ranges: readonly Range[]): Range {
  const outer = f(ranges);
  const reach = ranges.some((range) => range.reach) ? f(ranges.map(reached)) : undefined;
  return { ...(reach ? met(outer, reach) : outer), ...held(f, ranges) };
}

/** Where the reached part comes as far as the bound, the bound is met. */
function met(outer: Range, reach: Range): Range {
  const lowBy = outer.low === reach.low ? stronger(outer.lowBy, reach.lowBy) : outer.lowBy;
  const highBy = outer.high === reach.high ? stronger(outer.highBy, reach.highBy) : outer.highBy;
  const result = { ...outer, lowBy, highBy };
  return { ...result, ...reachedBy(reach, result) };
}

/** f(v) is held wherever v is, when all other arguments are constants. */
function held(f: (ranges: readonly Range[]) => Range, ranges: readonly Range[]): { holds?: Held } {
  const holding = ranges.filter((range) => range.holds !== undefined);
  const others = ranges.filter((range) => range.holds === undefined);
  if (holding.length !== 1 || others.some((range) => onlyValue(range) === undefined)) return {};
  const { value, axes } = holding[0]!.holds!;
  const image = f(ranges.map((range) => (range.holds ? constantRange(value) : range)));
  return image.low === image.high ? { holds: { value: image.low, axes } } : {};
}

// Storing values

const INT32_LOW = -(2 ** 31);
const INT32_HIGH = 2 ** 31 - 1;

/**
 * The range after a result is written to a tensor of this element type: rounded to float32, truncated and wrapped to
 * int32, wrapped to a byte for bool. Both roundings are monotone, so the ends stay exact. Not known: float32.
 */
export function stored(range: Range, dtype: DType | undefined): Range {
  if (dtype === 'number' || dtype === 'string' || dtype === 'complex64') return range;
  const isWhole = dtype === 'int32' || dtype === 'bool';
  const kept = !isWhole
    ? range
    : dtype === 'bool'
      ? wrapped(range, 0, 255)
      : wrapped(range, INT32_LOW, INT32_HIGH);
  const { lowBy, highBy, mayBeNaN } = kept;
  const low = isWhole ? kept.low : Math.fround(kept.low);
  const high = isWhole ? kept.high : Math.fround(kept.high);
  const integer = kept.integer || (low === high && Number.isInteger(low));
  const value = range.holds && representable(range.holds.value, dtype);
  const holds = value === undefined ? undefined : { value, axes: range.holds!.axes };
  const reach = range.reach && stored(range.reach, dtype);
  return { low, high, lowBy, highBy, integer, mayBeNaN, holds, reach };
}

function representable(value: number, dtype: DType | undefined): number | undefined {
  if (dtype !== 'int32' && dtype !== 'bool') return Math.fround(value);
  return Number.isInteger(value) && Math.abs(value) <= (dtype === 'bool' ? 1 : INT32_HIGH)
    ? value
    : undefined;
}

/** Truncated to an integer; NaN becomes 0; what does not fit wraps around. */
function wrapped(range: Range, least: number, most: number): Range {
  const low = Math.trunc(range.low) + 0;
  const high = Math.trunc(range.high) + 0;
  const fits = low >= least && high <= most;
  const inside = fits ? { ...range, low, high } : { ...interval(least, most, 'bound'), reach: undefined };
  const withZero = range.mayBeNaN && fits ? joinRanges(inside, constantRange(0)) : inside;
  return { ...withZero, integer: true, mayBeNaN: false };
}
