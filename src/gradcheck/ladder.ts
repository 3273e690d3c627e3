/**
 * The slope of a scalar function along a line, from its values alone, with a bound of its error; or what is there instead
 * of a slope. Who computes the values, and where, is the caller's affair: the ladder asks for one place after the other,
 * and stops when it knows enough. All values must be float64: differences of float32 values measure rounding.
 *
 * Method: steps h = 2^-6, 2^-9, ... of the scale of the line. Central quotients D(h) have errors in even powers of h, and
 * gaps G(h) between the quotients of both sides have odd powers, so that Richardson's extrapolation (L. F. Richardson 1911;
 * C. J. F. Ridders, Advances in Engineering Software 4 (1982)) drives both to their limits: the slope, and the kink. What an
 * entry differs from its neighbours, and the noise of the values over h, bound its error. A quotient far below the steps
 * used has to agree, or the steps stepped over something, and the ladder goes all the way down.
 */

import { UNIT_ROUNDOFF } from '../float64/rounding.js';

/** The function at a place, less the function in the middle. */
export interface Rise {
  readonly value: number;
  /** How far rounding may have moved `value`. */
  readonly noise: number;
}

export type SlopeKind =
  | 'smooth'
  | 'kink'
  | 'jump'
  /** Values on one side only. */
  | 'edge'
  /** Values on no side. */
  | 'undefined';

export interface Slope {
  readonly kind: SlopeKind;
  /** The derivative along the line; at a kink the mean of both sides. */
  readonly value: number;
  /** A bound of its error. */
  readonly error: number;
  /** The slopes of both sides. NaN where there are no values, Infinity where the tangent is vertical. */
  readonly forward: number;
  readonly backward: number;
  /** The step with the smallest error bound, as a part of the scale of the line. */
  readonly step: number;
  /** Neighbouring steps agree on the slope, and one far below does. Else `error` rests on what looks like noise. */
  readonly settled: boolean;
  /** What was seen, widest step first. */
  readonly rungs: readonly Rung[];
}

export interface Rung {
  readonly step: number;
  /** Rises at +step and -step. */
  readonly ahead: number;
  readonly behind: number;
  /** Of a quotient. */
  readonly noise: number;
}

/** Neighbouring steps. */
const RATIO = 8;
const WIDEST = 2 ** -6;
/** Enough for a smooth function. */
const FIRST_RUNGS = 3;
const ALL_RUNGS = 14;
/** Where a slope that was found has to hold too. */
const DEEP_STEP = 2 ** -21;
/** A slope known to this relative accuracy is known. */
const KNOWN = 1e-9;

/**
 * Yields places on the line, in parts of its scale, and takes the rise there.
 *
 * @param stretch widens all steps a little; a number that is no power of two keeps the steps off places where values
 *   happen to be exact
 */
export function* slopeAlong(stretch = 0.9): Generator<number, Slope, Rise> {
  const rungs: Rung[] = [];
  for (let index = 0; index < FIRST_RUNGS; index += 1)
    rungs.push(yield* rungAt(stretch * WIDEST * RATIO ** -index));
  if (isDrowned(rungs)) return slopeOf(rungs);
  if (looksSmooth(rungs)) {
    const deep = yield* rungAt(stretch * DEEP_STEP);
    if (confirms(deep, rungs)) return { ...slopeOf(rungs), settled: true };
  }
  while (rungs.length < ALL_RUNGS) {
    rungs.push(yield* rungAt(stretch * WIDEST * RATIO ** -rungs.length));
    const recent = rungs.slice(-FIRST_RUNGS);
    // Below the widest steps that misled, three steps in a row that agree are enough again.
    if (rungs.length > 2 * FIRST_RUNGS && looksSmooth(recent) && !isLost(recent))
      return { ...slopeOf(rungs), settled: true };
  }
  return classify(rungs);
}

function* rungAt(step: number): Generator<number, Rung, Rise> {
  const ahead = yield step;
  const behind = yield -step;
  const sides = [ahead, behind].filter(({ value, noise }) => Number.isFinite(value + noise));
  // The place itself is rounded too, by as much of the scale of the line: that moves the rise by as much of the slope.
  const noises = sides.map(({ value, noise }) => noise + (UNIT_ROUNDOFF.float64 * Math.abs(value)) / step);
  return { step, ahead: ahead.value, behind: behind.value, noise: Math.max(0, ...noises) / step };
}

export const central = ({ step, ahead, behind }: Rung): number => (ahead - behind) / (2 * step);
export const forward = ({ step, ahead }: Rung): number => ahead / step;
export const backward = ({ step, behind }: Rung): number => -behind / step;
/** Forward less backward slope. */
const gap = ({ step, ahead, behind }: Rung): number => (ahead + behind) / step;

interface Limit {
  readonly value: number;
  readonly error: number;
  readonly rung: number;
}

/** Extrapolates to step 0; errors go with h^first, h^(first + 2), ... */
function limit(rungs: readonly Rung[], quotient: (rung: Rung) => number, first: 1 | 2): Limit {
  let best: Limit = { value: NaN, error: Infinity, rung: 0 };
  let above: number[] = [];
  for (const [index, rung] of rungs.entries()) {
    const row = [quotient(rung)];
    for (let column = 1; column <= Math.min(above.length, 3); column += 1) {
      const factor = RATIO ** (first + 2 * (column - 1));
      const [left, upLeft] = [row[column - 1]!, above[column - 1]!];
      const value = left + (left - upLeft) / (factor - 1);
      row.push(value);
      const error = Math.max(Math.abs(value - left), Math.abs(value - upLeft)) + 2 * rung.noise;
      if (error < best.error) best = { value, error, rung: index };
    }
    above = row;
  }
  return best;
}

/** The size of the quotients at the widest step: beside them a slope of 0 is known, or is not. */
export const steepest = ({ rungs }: Slope): number => sizeOf(rungs.slice(0, 1));

const sizeOf = (rungs: readonly Rung[]): number =>
  Math.max(...rungs.map((rung) => Math.max(Math.abs(forward(rung)), Math.abs(backward(rung)))));

/** Both limits are known, and the gap closes. */
function looksSmooth(rungs: readonly Rung[]): boolean {
  const slope = limit(rungs, central, 2);
  const kink = limit(rungs, gap, 1);
  const { noise } = rungs.at(-1)!;
  const size = sizeOf(rungs.slice(-1));
  const allowed = Math.max(KNOWN * size, 4 * noise);
  return (
    slope.error <= allowed &&
    Math.abs(kink.value) <= Math.max(4 * kink.error, 1e-7 * size) &&
    kink.error <= 1e-3 * size + 16 * noise
  );
}

/** Rounding has eaten the quotients: that they agree on nothing in particular says nothing. */
const isLost = (rungs: readonly Rung[]): boolean => {
  const { noise } = rungs.at(-1)!;
  return noise > 1e-6 * sizeOf(rungs);
};

/** The widest steps already move nothing but noise; shorter ones will not show more. */
const isDrowned = (rungs: readonly Rung[]): boolean =>
  rungs.every(
    ({ step, ahead, behind, noise }) =>
      noise > 0 && Math.max(Math.abs(ahead), Math.abs(behind)) <= 2 * noise * step,
  );

function confirms(deep: Rung, rungs: readonly Rung[]): boolean {
  const slope = limit(rungs, central, 2);
  // Curvature moves the one-sided quotients by no more than at the last rung.
  const last = rungs.at(-1)!;
  const closing = (Math.abs(gap(last)) * deep.step) / last.step;
  const allowed = slope.error + 8 * deep.noise + 1e-9 * sizeOf([last]);
  return Math.abs(central(deep) - slope.value) <= allowed && Math.abs(gap(deep)) <= 4 * closing + 2 * allowed;
}

function slopeOf(rungs: readonly Rung[], kind: SlopeKind = 'smooth'): Slope {
  const { value, error, rung } = limit(rungs, central, 2);
  return {
    kind,
    value,
    error,
    forward: value,
    backward: value,
    step: rungs[rung]!.step,
    settled: false,
    rungs,
  };
}

/** The whole ladder was needed: what is there? */
function classify(rungs: readonly Rung[]): Slope {
  const closed = rungs.filter(({ ahead, behind }) => !Number.isFinite(ahead) && !Number.isFinite(behind));
  const open = rungs.filter(({ ahead, behind }) => Number.isFinite(ahead) && Number.isFinite(behind));
  if (open.length < FIRST_RUNGS)
    return closed.length > ALL_RUNGS - FIRST_RUNGS ? nothing(rungs) : edge(rungs);
  const jump = jumpOf(open);
  if (jump !== undefined) return { ...slopeOf(open, 'jump'), ...jump, rungs };
  const slope = withNoise(open, limit(open, central, 2));
  const kink = limit(open, gap, 1);
  const size = Math.max(...open.slice(-6, -2).map((rung) => sizeOf([rung])), Math.abs(slope.value));
  const step = open[slope.rung]!.step;
  const steep = vertical(open);
  if (steep !== undefined)
    return { kind: 'kink', value: slope.value, error: slope.error, ...steep, step, settled: false, rungs };
  if (Math.abs(kink.value) > 4 * kink.error + 1e-6 * size && persists(open, kink)) {
    const half = kink.value / 2;
    return {
      kind: 'kink',
      value: slope.value,
      error: slope.error + kink.error,
      forward: slope.value + half,
      backward: slope.value - half,
      step,
      settled: false,
      rungs,
    };
  }
  return {
    kind: 'smooth',
    value: slope.value,
    error: slope.error,
    forward: slope.value,
    backward: slope.value,
    step,
    settled: false,
    rungs,
  };
}

const nothing = (rungs: readonly Rung[]): Slope => ({
  kind: 'undefined',
  value: NaN,
  error: Infinity,
  forward: NaN,
  backward: NaN,
  step: NaN,
  settled: false,
  rungs,
});

/** A kink is there at every step that rounding leaves anything of; bends near by go away when the steps get shorter. */
function persists(rungs: readonly Rung[], kink: Limit): boolean {
  const usable = rungs.filter(({ noise }) => 16 * noise < Math.abs(kink.value));
  return usable.slice(-4).every((rung) => Math.abs(gap(rung) - kink.value) <= 0.1 * Math.abs(kink.value));
}

/**
 * Noise above what was declared shows as quotients that stray the more the shorter the step; what it does to the step in
 * use belongs to the error.
 */
function withNoise(rungs: readonly Rung[], best: Limit): Limit {
  const shorter = rungs.slice(best.rung + 1);
  const strays = shorter.map((rung) => Math.abs(central(rung) - best.value) * rung.step);
  const typical = strays.sort((a, b) => a - b)[Math.floor(strays.length / 2)] ?? 0;
  return { ...best, error: best.error + (2 * typical) / rungs[best.rung]!.step };
}

/** The rise on a side stays as the step goes to 0. */
function jumpOf(rungs: readonly Rung[]): { forward: number; backward: number } | undefined {
  const stays = (side: 'ahead' | 'behind'): boolean => {
    const rises = rungs.slice(-6).map((rung) => rung[side]);
    const last = rises.at(-1)!;
    const { noise, step } = rungs.at(-1)!;
    return (
      Math.abs(last) > 64 * noise * step &&
      rises.every((rise) => Math.abs(rise - last) <= 0.5 * Math.abs(last))
    );
  };
  const [ahead, behind] = [stays('ahead'), stays('behind')];
  if (!ahead && !behind) return undefined;
  const { ahead: up, behind: down } = rungs.at(-1)!;
  return { forward: ahead ? up * Infinity : 0, backward: behind ? -down * Infinity : 0 };
}

/**
 * One-sided slopes that grow like a power of 1 / h as the step falls, though the rise goes to 0: `cbrt(x)`, `sqrt(|x|)`
 * at 0. What grows by fits and starts is noise, or structure below the steps.
 */
function vertical(rungs: readonly Rung[]): { forward: number; backward: number } | undefined {
  const used = rungs.slice(-8);
  const grows = (slope: (rung: Rung) => number): boolean => {
    const growth = used.slice(1).map((rung, index) => slope(rung) / slope(used[index]!));
    const usual = growth[growth.length >> 1]!;
    const heard = used.every((rung) => Math.abs(slope(rung)) > 64 * rung.noise);
    return usual > 1.2 && heard && growth.every((each) => Math.abs(each - usual) <= 0.1 * usual);
  };
  const [ahead, behind] = [grows(forward), grows(backward)];
  if (!ahead && !behind) return undefined;
  const last = used.at(-1)!;
  return {
    forward: ahead ? forward(last) * Infinity : forward(last),
    backward: behind ? backward(last) * Infinity : backward(last),
  };
}

/** Values on one side only: the derivative from there. */
function edge(rungs: readonly Rung[]): Slope {
  const count = (side: 'ahead' | 'behind'): number =>
    rungs.filter((rung) => Number.isFinite(rung[side])).length;
  const inside = count('ahead') >= count('behind') ? 'ahead' : 'behind';
  const open = rungs.filter((rung) => Number.isFinite(rung[inside]));
  const quotient = inside === 'ahead' ? forward : backward;
  const grows = open
    .slice(-8)
    .every(
      (rung, index, used) =>
        index === 0 || Math.abs(quotient(rung)) > 1.2 * Math.abs(quotient(used[index - 1]!)),
    );
  const { value, error, rung } = oneSidedLimit(open, quotient);
  const settled = grows && open.length > 3 ? quotient(open.at(-1)!) * Infinity : value;
  return {
    kind: 'edge',
    value: settled,
    error,
    forward: inside === 'ahead' ? settled : NaN,
    backward: inside === 'behind' ? settled : NaN,
    step: open[rung]?.step ?? NaN,
    settled: false,
    rungs,
  };
}

/** One-sided quotients have errors in all powers of h. */
function oneSidedLimit(rungs: readonly Rung[], quotient: (rung: Rung) => number): Limit {
  let best: Limit = { value: NaN, error: Infinity, rung: 0 };
  let above: number[] = [];
  for (const [index, rung] of rungs.entries()) {
    const row = [quotient(rung)];
    for (let column = 1; column <= Math.min(above.length, 3); column += 1) {
      const [left, upLeft] = [row[column - 1]!, above[column - 1]!];
      const value = left + (left - upLeft) / (RATIO ** column - 1);
      row.push(value);
      const error = Math.max(Math.abs(value - left), Math.abs(value - upLeft)) + 4 * rung.noise;
      if (error < best.error) best = { value, error, rung: index };
    }
    above = row;
  }
  return best;
}

/**
 * How fast |rise - step * slope| falls with the step: 2 where `claimed` is the slope, 1 where it is not, between the shortest
 * steps at which rounding does not hide it.
 */
export function taylorRate(rungs: readonly Rung[], claimed: number): number {
  const remainders = rungs.map(({ step, ahead }) => Math.abs(ahead - step * claimed));
  // An error of 1e-5 of the slope shows only where the steps are short.
  for (let index = rungs.length - 2; index >= 0; index -= 1) {
    const [wide, narrow] = [remainders[index]!, remainders[index + 1]!];
    const { noise, step } = rungs[index + 1]!;
    if (narrow > 64 * noise * step) return Math.log(wide / narrow) / Math.log(RATIO);
  }
  return NaN;
}

/** Walks the ladder on a function that answers at once. */
export function measureSlope(rise: (place: number) => Rise, stretch?: number): Slope {
  const walk = slopeAlong(stretch);
  let step = walk.next();
  while (!step.done) step = walk.next(rise(step.value));
  return step.value;
}
