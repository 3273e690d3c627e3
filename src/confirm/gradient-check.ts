/**
 * Is this claimed derivative right? What confirmation and the census ask of the ladder that the public checker has too.
 * All values must be float64.
 */
import { slopeAlong, type Slope } from '../gradcheck/ladder.js';

export type { Slope } from '../gradcheck/ladder.js';

export type SlopeVerdict = 'right' | 'wrong' | 'invalid-subgradient' | 'not-smooth' | 'inconclusive';

export interface LineMeasures {
  /** Size of what moves. */
  readonly scale: number;
  /** Size of the terms that were summed to get a value: their rounding is noise even where the values agree. */
  readonly magnitude: number;
  /** What else is known of the noise, such as 2^-29 of the difference between float32 and float64. */
  readonly extraNoise?: number | undefined;
}

/** The slope of `value` over an offset, at 0, in units of the offset. */
export function measureSlope(value: (offset: number) => number, measures: LineMeasures): Slope {
  const centre = value(0);
  const walk = slopeAlong();
  let step = walk.next();
  while (!step.done) {
    const rise = value(step.value * measures.scale) - centre;
    step = walk.next({ value: rise, noise: noiseOf(measures) });
  }
  return perUnit(step.value, measures.scale);
}

/** The same, where values have to be waited for. */
export async function measureSlopeAsync(
  value: (offset: number) => number | Promise<number>,
  measures: LineMeasures,
): Promise<Slope> {
  const centre = await value(0);
  const walk = slopeAlong();
  let step = walk.next();
  while (!step.done) {
    const rise = (await value(step.value * measures.scale)) - centre;
    step = walk.next({ value: rise, noise: noiseOf(measures) });
  }
  return perUnit(step.value, measures.scale);
}

const noiseOf = ({ magnitude, extraNoise = 0 }: LineMeasures): number =>
  Number.EPSILON * magnitude + 4 * extraNoise;

/** The ladder counts in parts of the scale. */
function perUnit(slope: Slope, scale: number): Slope {
  return {
    ...slope,
    value: slope.value / scale,
    error: slope.error / scale,
    forward: slope.forward / scale,
    backward: slope.backward / scale,
  };
}

/** Compares a claimed derivative along the line with the measured one. */
export function judgeSlope(slope: Slope, claimed: number): SlopeVerdict {
  const sides = [slope.value, slope.forward, slope.backward].map(Math.abs).filter(Number.isFinite);
  const size = Math.max(0, ...sides);
  const tolerance = Math.max(4 * slope.error, 1e-6 * size);
  if (slope.kind === 'smooth') {
    const difference = Math.abs(claimed - slope.value);
    // Flat all around, as on a stair: nothing settles, yet a claim far above the noise is refuted.
    const refutable = slope.settled || slope.error <= 1e-6 * Math.abs(claimed);
    const known = refutable ? Math.max(size, Math.abs(claimed)) : size;
    if (slope.error > 0.05 * known) return difference <= 1e-6 * size ? 'right' : 'inconclusive';
    return difference <= tolerance ? 'right' : 'wrong';
  }
  if (slope.kind !== 'kink' || !Number.isFinite(slope.forward + slope.backward)) return 'not-smooth';
  // At a kink any slope between the two sides is a sub-gradient; one outside is no gradient of anything.
  const low = Math.min(slope.forward, slope.backward) - tolerance;
  const high = Math.max(slope.forward, slope.backward) + tolerance;
  return claimed >= low && claimed <= high ? 'right' : 'invalid-subgradient';
}
