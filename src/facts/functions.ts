/**
 * Ranges of the mathematical functions, as the cpu kernels of TensorFlow.js compute them. The results of library
 * functions differ in the last digits between JavaScript engines and backends: their ends are rounded outward by
 * `slack`, where they are not exact (`exp(0)` is 1).
 */
import {
  absolute,
  decreasing,
  divide,
  evenFrom0,
  increasing,
  larger,
  toWhole,
  type Image,
} from './arithmetic.js';
import {
  constantRange,
  contains,
  highEnd,
  interval,
  lift,
  lowEnd,
  onlyValue,
  settled,
  spanning,
  weaker,
  withNaN,
  type End,
  type Range,
} from './range.js';

/** Relative slack: 2 to 4 ulp of float32; as much of float64 for JavaScript numbers. */
export const FLOAT32 = 2 ** -22;
export const FLOAT64 = 2 ** -51;

type RangeFunction = (x: Range, slack?: number) => Range;

/** Moves the ends outward, unless they are exact or would leave the image. */
function loosened(x: Range, slack: number, image: Image): Range {
  return {
    ...x,
    low: outward(x.low, -slack, image),
    high: outward(x.high, slack, image),
    ...(x.reach ? { reach: loosened(x.reach, slack, image) } : {}),
  };
}

function outward(value: number, slack: number, image: Image): number {
  // Small whole numbers and infinities are values at which the function is exact, or has saturated.
  if ((Number.isInteger(value) && Math.abs(value) < 2 ** 20) || !Number.isFinite(value)) return value;
  return Math.min(image.high, Math.max(image.low, value + Math.abs(value) * slack));
}

function library(
  f: (x: number) => number,
  image: Image = { low: -Infinity, high: Infinity },
  shape: typeof increasing = increasing,
): RangeFunction {
  const exact = shape(f, image);
  return (x, slack = FLOAT32) => loosened(exact(x), slack, image);
}

/** A function of a part of the line: NaN beyond. Where x has nothing in the domain, nothing is left but NaN. */
function within(low: number, high: number, f: RangeFunction): RangeFunction {
  return (x, slack) => {
    const beyond = x.low < low || x.high > high;
    if (x.high < low || x.low > high) return interval(-Infinity, Infinity, 'bound', { mayBeNaN: true });
    const reach =
      x.reach && !(x.reach.high < low || x.reach.low > high) ? { reach: inside(x.reach, low, high) } : {};
    const image = f({ ...x, ...inside(x, low, high), ...reach }, slack);
    const isReachInside = x.reach !== undefined && x.reach.low >= low && x.reach.high <= high;
    return withNaN(beyond ? promised(image, x, isReachInside) : image, beyond);
  };
}

/** Where a default or unknown domain was cut to the part the function is defined on, its edge is a promise, not something met. */
function promised(image: Range, x: Range, isReachInside: boolean): Range {
  const by = weaker(x.lowBy, x.highBy);
  if (by !== 'assumed' && by !== 'bound') return image;
  const ends = { lowBy: weaker(image.lowBy, by), highBy: weaker(image.highBy, by) };
  if (image.reach === undefined) return { ...image, ...ends };
  // What is met was not cut.
  return { ...image, ...ends, reach: isReachInside ? image.reach : { ...image.reach, ...ends } };
}

function inside(x: Range, low: number, high: number): Range {
  return { ...x, low: x.low < low ? low : x.low, high: Math.min(high, x.high) };
}

// Exponentials and logarithms

const exponential = library(Math.exp, { low: 0, high: Infinity });

/** It is 0 far below, where nothing says that an exponent comes of which nothing is known. */
export const exp: RangeFunction = (x, slack) => {
  const range = exponential(x, slack);
  return x.low === -Infinity && x.lowBy === 'bound' ? { ...range, lowBy: 'bound' } : range;
};
export const expm1 = library(Math.expm1, { low: -1, high: Infinity });
/** `log` of a range that goes below 0 comes to log(0), where it is -Infinity, and is NaN from there. */
export const log = within(-0, Infinity, library(Math.log));
export const log2 = within(-0, Infinity, library(Math.log2));
export const log10 = within(-0, Infinity, library(Math.log10));
export const log1p = within(-1, Infinity, library(Math.log1p));

// Roots

/** It is 0 at 0 alone: who does not know whether x comes to 0 does not know it of the root. */
export const sqrt: RangeFunction = within(-0, Infinity, (x, slack) => {
  const root = rootOf(x, slack);
  return x.low === 0 && x.lowBy === 'bound' ? { ...root, lowBy: 'bound' } : root;
});
const rootOf: RangeFunction = increasing(Math.sqrt, { low: 0, high: Infinity });
export const cbrt = library(Math.cbrt);

/** 1 / sqrt(x), Infinity at 0. */
export function rsqrt(x: Range): Range {
  return divide(constantRange(1), sqrt(x));
}

// Hyperbolic functions and their inverses

export const sinh = library(Math.sinh);
export const cosh: RangeFunction = library(Math.cosh, { low: 1, high: Infinity }, evenFrom0);
export const tanh = library(Math.tanh, { low: -1, high: 1 });
export const asinh = library(Math.asinh);
export const acosh = within(1, Infinity, library(Math.acosh, { low: 0, high: Infinity }));
export const atanh = within(-1, 1, library(Math.atanh));

// Trigonometric functions and their inverses

const QUARTER = Math.PI / 2;

export const asin = within(-1, 1, library(Math.asin, { low: -1.5707964, high: 1.5707964 }));
export const acos = within(-1, 1, library(Math.acos, { low: 0, high: 3.1415928 }, decreasing));
export const atan = library(Math.atan, { low: -1.5707964, high: 1.5707964 });
export const sin = wave(Math.sin, QUARTER);
export const cos = wave(Math.cos, 0);

/** A wave between -1 and 1 with its crests at `crest` + 2 pi n. */
function wave(f: (x: number) => number, crest: number): RangeFunction {
  const image = { low: -1, high: 1 };
  const exact = lift((x: Range) => {
    const ends = [
      { value: f(x.low), by: settled(x.lowBy) },
      { value: f(x.high), by: settled(x.highBy) },
    ];
    const between = weaker(settled(x.lowBy), settled(x.highBy));
    const width = x.high - x.low;
    if (width >= 2 * Math.PI) return interval(-1, 1, width === Infinity ? between : 'attained');
    if (holdsMultiple(x, crest)) ends.push({ value: 1, by: 'attained' });
    if (holdsMultiple(x, crest + Math.PI)) ends.push({ value: -1, by: 'attained' });
    return spanning(ends);
  });
  return (x, slack = FLOAT32) => {
    const infinite = x.mayBeNaN || x.low === -Infinity || x.high === Infinity;
    return { ...loosened(exact(x), slack, image), mayBeNaN: infinite };
  };
}

/** True when `from` + 2 pi n lies in the range, give or take a rounding. */
function holdsMultiple(x: Range, from: number): boolean {
  const nearest = Math.ceil((x.low - from) / (2 * Math.PI) - 1e-9);
  return from + nearest * 2 * Math.PI <= x.high + Math.abs(x.high) * 1e-9;
}

/** Between two poles tan increases; across one it takes any value that a float next to a pole can give. */
export const tan: RangeFunction = (x, slack = FLOAT32) => {
  const infinite = x.low === -Infinity || x.high === Infinity;
  const pole =
    infinite || x.high - x.low >= Math.PI || holdsMultiple(x, QUARTER) || holdsMultiple(x, -QUARTER);
  if (pole) return interval(-1e19, 1e19, 'bound', { mayBeNaN: x.mayBeNaN || infinite });
  return library(Math.tan)(x, slack);
};

/** The angle of (b, a). */
export const atan2: (a: Range, b: Range, slack?: number) => Range = (a, b, slack = FLOAT32) => {
  const mayBeNaN = a.mayBeNaN || b.mayBeNaN;
  // At and left of the origin the angle jumps between -pi and pi.
  const jumps = contains(a, 0) && b.low <= 0;
  if (jumps) return interval(-3.1415928, 3.1415928, 'attained', { mayBeNaN });
  const corner = (top: number, right: number, by: End['by']): End => ({ value: Math.atan2(top, right), by });
  const corners = [
    corner(a.low, b.low, settled(weaker(a.lowBy, b.lowBy))),
    corner(a.low, b.high, settled(weaker(a.lowBy, b.highBy))),
    corner(a.high, b.low, settled(weaker(a.highBy, b.lowBy))),
    corner(a.high, b.high, settled(weaker(a.highBy, b.highBy))),
  ];
  return loosened(spanning(corners, { mayBeNaN }), slack, { low: -3.1415928, high: 3.1415928 });
};

// Activations

export const sigmoid = library((x) => 1 / (1 + Math.exp(-x)), { low: 0, high: 1 });
/** As the kernel: exp(x) below -13.94, x above 13.94. */
export const softplus = library(
  (x) => (Math.abs(x) > 13.94 ? (x > 0 ? x : Math.exp(x)) : Math.log(1 + Math.exp(x))),
  { low: 0, high: Infinity },
);

/** The polynomial of the kernel (Abramowitz and Stegun 7.1.26): wrong by up to 1.5e-7, and not monotone below that. */
export function erf(x: Range): Range {
  const exact = increasing(erfPolynomial, { low: -1, high: 1 })(x);
  const low = exact.low === 0 ? 0 : Math.max(-1, exact.low - 4e-7);
  const high = exact.high === 0 ? 0 : Math.min(1, exact.high + 4e-7);
  return { ...exact, low: x.low >= 0 ? Math.max(0, low) : low, high: x.high <= 0 ? Math.min(0, high) : high };
}

function erfPolynomial(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

// Rounding

export const floor = toWhole(increasing(Math.floor));
export const ceil = toWhole(increasing(Math.ceil));
/** As `tf.round`: halves go to the even neighbour. */
export const roundToEven = toWhole(increasing(nearestEven));
/** As `Math.round`: halves go up. */
export const roundHalfUp = toWhole(increasing(Math.round));

function nearestEven(x: number): number {
  const base = Math.floor(x);
  if (x - base !== 0.5) return Math.round(x);
  return base % 2 === 0 ? base : base + 1;
}

/** -1, 0 or 1; the cpu kernel makes 0 of NaN. */
export function sign(x: Range): Range {
  const known = toWhole(increasing((value) => (value < 0 ? -1 : value > 0 ? 1 : 0), { low: -1, high: 1 }))(x);
  return x.mayBeNaN
    ? withNaN({ ...spanning([...endsOf(known), { value: 0, by: 'attained' }]), integer: true }, false)
    : known;
}

function endsOf(x: Range): End[] {
  return [
    { value: x.low, by: x.lowBy },
    { value: x.high, by: x.highBy },
  ];
}

// Powers

/** base ** exponent, as Math.pow: NaN for a negative base and an exponent that is not whole. */
export const power: (base: Range, exponent: Range, slack?: number) => Range = (
  base,
  exponent,
  slack = FLOAT32,
) => {
  const constant = onlyValue(exponent);
  const result =
    constant === undefined || !Number.isFinite(constant)
      ? anyPower(base, exponent)
      : fixedPower(base, constant);
  return loosened(result, constant === 1 || constant === 2 || constant === 0.5 ? 0 : slack, {
    low: result.low >= 0 ? 0 : -Infinity,
    high: Infinity,
  });
};

function fixedPower(base: Range, exponent: number): Range {
  if (exponent === 0) return constantRange(1);
  const raise = (x: number): number => x ** exponent;
  if (!Number.isInteger(exponent)) {
    const shape =
      exponent > 0
        ? increasing(raise, { low: 0, high: Infinity })
        : decreasing(raise, { low: 0, high: Infinity });
    const result = within(-0, Infinity, (x) => shape({ ...x, low: Math.abs(x.low) }))(base);
    // Math.pow(-Infinity, 0.5) is Infinity, and 0 for a negative exponent.
    if (base.low !== -Infinity) return result;
    return { ...result, ...(exponent > 0 ? { high: Infinity } : { low: 0 }) };
  }
  const even = exponent % 2 === 0;
  const whole = { integer: base.integer && exponent > 0 };
  if (even && exponent > 0) return { ...evenFrom0(raise)(base), ...whole };
  if (even) return decreasing(raise, { low: 0, high: Infinity })(absolute(base));
  if (exponent > 0) return { ...increasing(raise)(base), ...whole };
  if (!contains(base, 0)) return decreasing(raise)(base);
  return divide(constantRange(1), increasing((x) => x ** -exponent)(base));
}

function anyPower(base: Range, exponent: Range): Range {
  const size = absolute(base);
  const exponents = [lowEnd(exponent), highEnd(exponent)];
  const inside = weaker(exponent.lowBy, exponent.highBy);
  if (contains(exponent, 0)) exponents.push({ value: 0, by: inside });
  const by = weaker(weaker(base.lowBy, base.highBy), inside);
  const ends = [lowEnd(size), highEnd(size)].flatMap((b) =>
    exponents.map((e) => {
      const value = b.value ** e.value;
      if (Number.isNaN(value)) return { value: 1, by };
      // Whatever is raised to 0 is 1.
      return { value, by: e.value === 0 ? e.by : weaker(b.by, e.by) };
    }),
  );
  const infinite = exponent.low === -Infinity || exponent.high === Infinity;
  const mayBeNaN =
    base.mayBeNaN ||
    exponent.mayBeNaN ||
    (base.low < 0 && !exponent.integer) ||
    (infinite && contains(size, 1));
  const positive = spanning(ends, { mayBeNaN });
  if (base.low >= 0 && !Object.is(base.low, -0)) return larger(positive, constantRange(0));
  return interval(-positive.high, positive.high, by, { mayBeNaN });
}
