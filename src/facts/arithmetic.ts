/**
 * Interval arithmetic. Ends are computed in float64 as the kernels of TensorFlow.js do, and rounded once when the
 * result is `stored`: both steps are monotone, so an end is exact, saturates as float32 does, and stays attained.
 */
import {
  constantRange,
  contains,
  highEnd,
  interval,
  joinRanges,
  lift,
  lift2,
  lowEnd,
  onlyValue,
  reachedBy,
  settled,
  spanning,
  stronger,
  weaker,
  withNaN,
  type End,
  type EndSource,
  type Range,
} from './range.js';
import type { Size } from './shape.js';

/** More elements than any typed array of JavaScript holds: the number of terms in a sum that nothing is known of. */
const MOST_ELEMENTS = 2 ** 32;

// Monotone functions

/** The values a function can take at all. Its finite ends are met: a saturated sigmoid is 1 in float32. */
export interface Image {
  readonly low: number;
  readonly high: number;
}

const REALS: Image = { low: -Infinity, high: Infinity };

/**
 * The range of an increasing function. Where it is bounded, ordinary inputs meet the end (`assumed` becomes
 * `attained`), and where it has saturated they do so whatever is known of the operand.
 */
export function increasing(f: (x: number) => number, image: Image = REALS): (x: Range) => Range {
  return lift((x: Range) =>
    interval(
      f(x.low),
      f(x.high),
      [imageSource(f(x.low), image.low, x.lowBy), imageSource(f(x.high), image.high, x.highBy)],
      {
        mayBeNaN: x.mayBeNaN,
      },
    ),
  );
}

function imageSource(value: number, bound: number, by: EndSource): EndSource {
  if (!Number.isFinite(bound)) return by;
  return value === bound ? 'attained' : settled(by);
}

export function decreasing(f: (x: number) => number, image: Image = REALS): (x: Range) => Range {
  const mirrored = increasing((x) => f(-x), image);
  return (x) => mirrored(negated(x));
}

/**
 * An even function that grows from 0: `square`, `cosh`. What is kept from 0 gets to f(0) by rounding alone, here that of
 * doubles, which is no surer than how near to 0 it comes: `length ** 2` of a length that a condition asked to be above 0.
 */
export function evenFrom0(
  f: (x: number) => number,
  image: Image = { low: f(0), high: Infinity },
): (x: Range) => Range {
  const grow = increasing(f, image);
  return lift((x: Range) => {
    const size = absolute(x);
    const grown = grow(size);
    return size.low > 0 && grown.low === image.low ? { ...grown, lowBy: size.lowBy } : grown;
  });
}

/** Of whole numbers a whole number. */
function keepsWhole(f: (x: Range) => Range): (x: Range) => Range {
  return (x) => ({ ...f(x), integer: x.integer });
}

function keepsWhole2(f: (a: Range, b: Range) => Range): (a: Range, b: Range) => Range {
  return (a, b) => ({ ...f(a, b), integer: a.integer && b.integer });
}

/** A function whose every result is a whole number: `floor`. */
export function toWhole(f: (x: Range) => Range): (x: Range) => Range {
  return (x) => ({ ...f(x), integer: true });
}

export const negated = keepsWhole(
  lift((x: Range) => interval(-x.high, -x.low, [x.highBy, x.lowBy], { mayBeNaN: x.mayBeNaN })),
);

export const absolute = keepsWhole(
  lift((x: Range) => {
    if (x.low >= 0) return { ...plain(x), low: x.low + 0 };
    if (x.high <= 0) return { ...plain(negated(x)), low: -x.high + 0 };
    const high = spanning([highEnd(x), { value: -x.low, by: x.lowBy }]);
    return interval(0, high.high, ['attained', high.highBy], { mayBeNaN: x.mayBeNaN });
  }),
);

function plain(x: Range): Range {
  return interval(x.low, x.high, [x.lowBy, x.highBy], x);
}

export const squared = keepsWhole(evenFrom0((x) => x * x));

/**
 * An even function of a value that nobody described, element by element: it is 0 only where that value is, and callers may
 * promise that it is not, as they do of what they divide by.
 */
export function withOwnZero(image: Range, x: Range): Range {
  const by = weaker(x.lowBy, x.highBy);
  if (image.low !== 0 || x.low >= 0 || x.high <= 0 || (by !== 'assumed' && by !== 'bound')) return image;
  return {
    ...image,
    lowBy: by,
    ...(image.reach ? { reach: { ...image.reach, lowBy: weaker(image.reach.lowBy, by) } } : {}),
  };
}

// Sums and products

export const add = keepsWhole2(
  lift2((a: Range, b: Range) => {
    const low = sumOfEnds(lowEnd(a), lowEnd(b), -Infinity);
    const high = sumOfEnds(highEnd(a), highEnd(b), Infinity);
    return interval(low.value, high.value, [low.by, high.by], {
      mayBeNaN: a.mayBeNaN || b.mayBeNaN || opposed(a, b) || opposed(b, a),
    });
  }),
);

/** Infinity - Infinity. */
function opposed(a: Range, b: Range): boolean {
  return a.low === -Infinity && b.high === Infinity;
}

function sumOfEnds(a: End, b: End, outward: number): End {
  // An infinite end is where it is whatever the other one does.
  if (a.value === outward || b.value === outward) {
    const by = a.value !== outward ? b.by : b.value !== outward ? a.by : stronger(a.by, b.by);
    return { value: outward, by };
  }
  return { value: a.value + b.value, by: weaker(a.by, b.by) };
}

export function subtract(a: Range, b: Range): Range {
  return add(a, negated(b));
}

export const multiply = keepsWhole2(
  lift2((a: Range, b: Range) => {
    const ends = endsOf(a).flatMap((left) => endsOf(b).map((right) => productOfEnds(left, right)));
    return spanning(ends, {
      mayBeNaN: a.mayBeNaN || b.mayBeNaN || zeroByInfinity(a, b) || zeroByInfinity(b, a),
    });
  }),
);

function endsOf(range: Range): End[] {
  return [lowEnd(range), highEnd(range)];
}

function productOfEnds(a: End, b: End): End {
  if (a.value !== 0 && b.value !== 0) return { value: a.value * b.value, by: weaker(a.by, b.by) };
  // A zero makes zero of anything, so that only the zero has to be met. 0 * Infinity is NaN, which is told apart.
  const value =
    Number.isFinite(a.value) && Number.isFinite(b.value) ? a.value * b.value : signedZero(a.value, b.value);
  const by = a.value !== 0 ? b.by : b.value !== 0 ? a.by : stronger(a.by, b.by);
  return { value, by };
}

function signedZero(a: number, b: number): number {
  return isNegative(a) === isNegative(b) ? 0 : -0;
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

function zeroByInfinity(a: Range, b: Range): boolean {
  return contains(a, 0) && (b.low === -Infinity || b.high === Infinity);
}

// Quotients

export const divide: (a: Range, b: Range) => Range = lift2((a: Range, b: Range) => {
  const parts: Range[] = [];
  // A denominator of both signs is two: from below to -0, and from 0 upwards.
  if (isNegative(b.low))
    parts.push(quotient(a, isNegative(b.high) ? b : { ...b, high: -0, highBy: zeroSource(b) }));
  if (!isNegative(b.high))
    parts.push(quotient(a, isNegative(b.low) ? { ...b, low: 0, lowBy: zeroSource(b) } : b));
  const undefinedAt = (contains(a, 0) && contains(b, 0)) || (!isFiniteInterval(a) && !isFiniteInterval(b));
  return withNaN(joinRanges(...parts), a.mayBeNaN || b.mayBeNaN || undefinedAt);
});

function isFiniteInterval(range: Range): boolean {
  return range.low > -Infinity && range.high < Infinity;
}

/** Between the ends of b: met where both are. */
function zeroSource(b: Range): EndSource {
  return weaker(b.lowBy, b.highBy);
}

/** a / b for a denominator of one sign. */
function quotient(a: Range, b: Range): Range {
  const numerators = contains(a, 0) && a.low !== 0 && a.high !== 0 ? [...endsOf(a), interior0(a)] : endsOf(a);
  const ends = numerators.flatMap((top) =>
    endsOf(b).map((bottom) => quotientOfEnds(top, bottom, onlyValue(a), b)),
  );
  return spanning(ends, { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
}

function interior0(a: Range): End {
  return { value: 0, by: weaker(a.lowBy, a.highBy) };
}

function quotientOfEnds(top: End, bottom: End, constant: number | undefined, b: Range): End {
  if (top.value === 0) return { value: signedZero(top.value, bottom.value), by: top.by };
  const value = top.value / bottom.value;
  // Infinity / Infinity is NaN, told apart; below it every finite numerator over Infinity is 0.
  if (Number.isNaN(value))
    return { value: signedZero(top.value, bottom.value), by: weaker(top.by, bottom.by) };
  // c / x for x >= 1 is bounded by 0 and c: the far end of the denominator is a bounded image.
  const farEnd = Math.abs(bottom.value) === Math.max(Math.abs(b.low), Math.abs(b.high));
  if (constant !== undefined && farEnd) return { value, by: settled(bottom.by) };
  return { value, by: weaker(top.by, bottom.by) };
}

export function reciprocal(x: Range): Range {
  return divide(constantRange(1), x);
}

/** The remainder as `tf.mod` has it: with the sign of the denominator. */
export const modulo: (a: Range, b: Range) => Range = lift2((a: Range, b: Range) => {
  const mayBeNaN =
    a.mayBeNaN ||
    b.mayBeNaN ||
    contains(b, 0) ||
    !isFiniteInterval(a) ||
    (!isFiniteInterval(b) && (a.low < 0 || b.low < 0));
  // Of whole numbers the remainder is one below the divisor at most; others may round to it.
  const step = a.integer && b.integer ? 1 : 0;
  const low: End =
    b.low < 0
      ? { ...lowEnd(b), value: Math.min(b.low + step, -0) }
      : { value: a.low >= 0 && b.low >= 0 ? 0 : -0, by: 'attained' };
  const far: End =
    b.high > 0 ? { ...highEnd(b), value: Math.max(b.high - step, 0) } : { value: 0, by: 'attained' };
  const high = a.low >= 0 && b.low >= 0 && a.high < far.value ? highEnd(a) : far;
  return interval(low.value, high.value, [low.by, high.by], { mayBeNaN, integer: a.integer && b.integer });
});

// Choosing

/** The larger of two: a guard `maximum(x, eps)` is met wherever x goes below it. */
export const larger = keepsWhole2(
  lift2((a: Range, b: Range) => {
    const low = spanning([lowEnd(a), lowEnd(b)]);
    const high = spanning([highEnd(a), highEnd(b)]);
    const [winner, other] = a.low >= b.low ? [a, b] : [b, a];
    // Against a guard that is itself not known, the low end is met only where the guard is that low.
    const lowBy = winner.low === winner.high ? low.highBy : weaker(winner.lowBy, other.lowBy);
    return interval(low.high, high.high, [lowBy, high.highBy], { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
  }),
);

export const smaller = keepsWhole2(lift2((a: Range, b: Range) => negated(larger(negated(a), negated(b)))));

/** `low` where x is below it, `high` where x is above. -0 is not below 0, and stays. */
export function clip(x: Range, low: Range, high: Range): Range {
  const least = low.low === 0 ? { ...low, low: -0, high: low.high === 0 ? -0 : low.high } : low;
  return smaller(larger(x, least), { ...high, low: high.low + 0, high: high.high + 0 });
}

/** A function that does one thing below 0 and another from there on. */
export function bySign(x: Range, below: (x: Range) => Range, above: (x: Range) => Range): Range {
  const outer = ofBothSigns(plain(x), below, above);
  const reach = x.reach && ofBothSigns(plain(x.reach), below, above);
  return reach ? { ...outer, ...reachedBy(reach, outer) } : outer;
}

function ofBothSigns(x: Range, below: (x: Range) => Range, above: (x: Range) => Range): Range {
  const parts: Range[] = [];
  if (x.low < 0) parts.push(below(x.high < 0 ? x : { ...x, high: -0, highBy: 'attained' }));
  if (x.high >= 0) parts.push(above(x.low >= 0 ? x : { ...x, low: -0, lowBy: 'attained' }));
  return joinRanges(...parts);
}

// Sums over axes

/** Sum of `count` values, in float64 as the cpu kernel adds. A count that is not known is at least one. */
export function sumOver(x: Range, count: Size | undefined): Range {
  if (count === 0) return constantRange(0);
  const mayBeNaN = x.mayBeNaN || (x.low === -Infinity && x.high === Infinity);
  const least = typeof count === 'number' ? count : (count?.coefficient ?? 1);
  // A sum starts at 0, so that it is never -0.
  const exact = interval(x.low * least + 0, x.high * least + 0, [x.lowBy, x.highBy], {
    mayBeNaN,
    integer: x.integer,
  });
  if (typeof count === 'number') return withReach(exact, x, count);
  const low = x.low < 0 ? bounded(x.low, x.lowBy) : lowEnd(exact);
  const high = x.high > 0 ? bounded(x.high, x.highBy) : highEnd(exact);
  const outer = interval(low.value, high.value, [low.by, high.by], { mayBeNaN, integer: x.integer });
  const reach = x.reach ? sumOver(x.reach, least) : exact;
  return { ...outer, ...reachedBy(reach, outer) };
}

function withReach(sum: Range, x: Range, count: number): Range {
  return x.reach ? { ...sum, reach: sumOver(x.reach, count) } : sum;
}

function bounded(value: number, by: EndSource): End {
  return { value: value * MOST_ELEMENTS, by: Number.isFinite(value) ? 'bound' : by };
}

/** Sum of `count` products: an element of a matrix product. */
export function sumOfProducts(a: Range, b: Range, count: Size | undefined): Range {
  return sumOver(multiply(a, b), count);
}

/** Mean of `count` values, as the kernel takes it: each is divided and rounded to float32, then they are added. */
export function meanOver(x: Range, count: Size | undefined): Range {
  if (count === 0) return constantRange(0);
  const mayBeNaN = x.mayBeNaN || (x.low === -Infinity && x.high === Infinity);
  const reach = x.reach ? { reach: meanOver(x.reach, count) } : {};
  const by = [x.lowBy, x.highBy] as const;
  if (typeof count === 'number') {
    const mean = (end: number): number => Math.fround(Math.fround(end / count) * count) + 0;
    return { ...interval(mean(x.low), mean(x.high), by, { mayBeNaN }), ...reach };
  }
  return { ...interval(meanEnd(x.low, -1), meanEnd(x.high, 1), by, { mayBeNaN }), ...reach };
}

/** An end of a mean over a number of values that is not known: at most one rounding away, or lost to underflow. */
function meanEnd(end: number, outward: 1 | -1): number {
  // n * fround(1 / n) rounds to 1 from above, for every n; below it may miss by an ulp.
  if (end === 0 || !Number.isFinite(end)) return end + 0;
  const isPower = Number.isInteger(Math.log2(Math.abs(end)));
  const grows = Math.sign(end) === outward;
  const relative = grows && isPower ? 0 : 2 ** -23;
  const lost = Math.abs(end) < 2 ** -90 ? 2 ** -117 : 0;
  const moved = end + outward * (Math.abs(end) * relative + lost);
  return Math.sign(moved) === -Math.sign(end) ? 0 : moved;
}

/** Product of `count` values, where partial products beyond `largest` are infinite. */
export function productOver(x: Range, count: Size | undefined, largest: number = Number.MAX_VALUE): Range {
  if (count === 0) return constantRange(1);
  const size = typeof count === 'number' ? count : MOST_ELEMENTS;
  const known = typeof count === 'number';
  const source = (by: EndSource): EndSource => (known ? by : 'bound');
  const most = absolute(x);
  const mayBeNaN =
    x.mayBeNaN || (contains(x, 0) && (most.high === Infinity || (size > 1 && most.high ** size > largest)));
  const powers = (value: number): number[] => (known ? [value ** size] : [value, value ** size]);
  const ends: End[] = [];
  if (!isNegative(x.low)) {
    ends.push(...powers(x.low).map((value) => ({ value, by: source(x.lowBy) })));
    ends.push(...powers(x.high).map((value) => ({ value, by: source(x.highBy) })));
  } else {
    for (const value of powers(most.high)) {
      ends.push({ value, by: source(most.highBy) }, { value: -value, by: source(most.highBy) });
    }
    if (!known) ends.push(lowEnd(x), highEnd(x));
  }
  const outer = spanning(ends, { mayBeNaN, integer: x.integer });
  // A single factor is the product.
  return known ? outer : { ...outer, ...reachedBy(x.reach ?? x, outer) };
}
