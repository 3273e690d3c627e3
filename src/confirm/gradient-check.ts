/**
 * Is this gradient right? Pure functions over values of a scalar function along a line; who computes the values, and
 * where, is the caller's affair. All values must be float64: differences of float32 values measure rounding, not slopes
 * (facts/gradients.md 2.2 rule 3).
 *
 * Method: a ladder of steps h = scale * 2^-k, with forward, backward and central quotients on each rung; Richardson
 * extrapolation between neighbours (L. F. Richardson 1911; C. J. F. Ridders, Advances in Engineering Software 4 (1982)),
 * the rung with the smallest error bound wins. What is no slope is named: kinks and jumps by how the quotients behave as
 * h falls (facts/gradients.md 3), edges by finiteness. The claimed gradient is looked at last: a reference that has seen
 * it is none.
 */
export type SlopeKind = 'smooth' | 'kink' | 'jump' | 'edge' | 'undefined' | 'inconclusive';

export interface Slope {
  readonly kind: SlopeKind;
  /** The derivative along the line where it is smooth; at a kink the mean of both sides. */
  readonly value: number;
  /** A bound of its error: extrapolation plus noise. */
  readonly error: number;
  /** The one-sided slopes at the smallest step that is not drowned in noise. */
  readonly forward: number;
  readonly backward: number;
}

export type GradientVerdict = 'right' | 'wrong' | 'invalid-subgradient' | 'not-smooth' | 'inconclusive';

/** Steps of the ladder: 2^-3 .. 2^-27 of the scale, a factor of 4 apart. */
const RUNGS = Array.from({ length: 13 }, (_, index) => 2 ** -(3 + 2 * index));
/** Seven points so near to each other that their third differences are noise alone, and so far apart that noise shows. */
const NOISE_STEP = 2 ** -30;
const NOISE_POINTS = [-3, -2, -1, 0, 1, 2, 3];

/** The places on the line at which the function must be known, for a line parameter of that scale. */
export function ladderPoints(scale: number): number[] {
  const steps = RUNGS.flatMap((rung) => [rung * scale, -rung * scale]);
  return [...NOISE_POINTS.map((point) => point * NOISE_STEP * scale), ...steps];
}

export interface Ladder {
  readonly scale: number;
  /** The function at `ladderPoints(scale)`, in that order. */
  readonly values: readonly number[];
  /** Size of the terms that were summed to get a value: their rounding is noise even where the values agree. */
  readonly magnitude: number;
  /** What else is known of the noise, such as 2^-29 of the difference between float32 and float64. */
  readonly extraNoise?: number | undefined;
}

interface Rung {
  readonly step: number;
  readonly forward: number;
  readonly backward: number;
  readonly central: number;
  readonly noise: number;
}

export function measureSlope(ladder: Ladder): Slope {
  const rungs = rungsOf(ladder);
  const open = rungs.filter(({ central }) => Number.isFinite(central));
  if (open.length < 3) return oneSided(rungs);
  const scale = Math.max(...open.map(({ central }) => Math.abs(central)), Number.MIN_VALUE);
  const best = extrapolate(open);
  const last = open.filter(({ noise }) => noise < 1e-3 * scale).at(-1) ?? open[0]!;
  const sides = { forward: last.forward, backward: last.backward };
  if (isJump(open)) return { kind: 'jump', ...best, ...sides };
  if (isKink(open)) return { kind: 'kink', value: last.central, error: best.error, ...sides };
  const size = Math.max(Math.abs(best.value), Math.abs(last.forward), Math.abs(last.backward));
  const conclusive = best.error <= 0.05 * size || best.error * ladder.scale < 1e-9 * ladder.magnitude;
  return { kind: conclusive ? 'smooth' : 'inconclusive', ...best, ...sides };
}

/** Compares a claimed derivative along the line with the measured one. */
export function judgeSlope(slope: Slope, claimed: number): GradientVerdict {
  if (slope.kind === 'inconclusive') return 'inconclusive';
  const size = Math.max(Math.abs(slope.value), Math.abs(slope.forward), Math.abs(slope.backward));
  const tolerance = Math.max(4 * slope.error, 1e-6 * size);
  if (slope.kind === 'smooth') {
    return Math.abs(claimed - slope.value) <= tolerance ? 'right' : 'wrong';
  }
  if (slope.kind !== 'kink') return 'not-smooth';
  // At a kink any slope between the two sides is a sub-gradient; one outside is no gradient of anything.
  const low = Math.min(slope.forward, slope.backward) - tolerance;
  const high = Math.max(slope.forward, slope.backward) + tolerance;
  return claimed >= low && claimed <= high ? 'right' : 'invalid-subgradient';
}

/**
 * Noise of the values, from the third differences of neighbours a few ulps apart: a smooth function has none there
 * (Hamming's difference table as in More and Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011)).
 */
export function estimateNoise(values: readonly number[]): number {
  const order = 3;
  let table = [...values];
  for (let difference = 0; difference < order; difference++) {
    table = table.slice(1).map((value, index) => value - table[index]!);
  }
  const squares = table.reduce((sum, value) => sum + value * value, 0) / table.length;
  // The variance of a third difference of independent noise is (3 over 0..3 squared, summed) = 20 times that of one value.
  return Math.sqrt(squares / 20);
}

/** A jump in the middle of the points is not noise: it shows on one side of the middle only. */
function noiseAround(near: readonly number[], rounding: number): number {
  const sides = [estimateNoise(near.slice(0, 4)), estimateNoise(near.slice(3))].filter(Number.isFinite);
  const [less, more] = [Math.min(...sides), Math.max(...sides)];
  if (sides.length === 0) return 0;
  return more > 1e3 * (less + rounding) ? less : Math.max(more, estimateNoise(near) || 0);
}

function rungsOf({ scale, values, magnitude, extraNoise = 0 }: Ladder): Rung[] {
  const near = values.slice(0, NOISE_POINTS.length);
  const centre = near[NOISE_POINTS.indexOf(0)]!;
  const noise = Number.EPSILON * magnitude + 4 * (extraNoise + noiseAround(near, Number.EPSILON * magnitude));
  return RUNGS.map((rung, index) => {
    const step = rung * scale;
    const [ahead, behind] = [
      values[NOISE_POINTS.length + 2 * index]!,
      values[NOISE_POINTS.length + 2 * index + 1]!,
    ];
    const forward = (ahead - centre) / step;
    const backward = (centre - behind) / step;
    return { step, forward, backward, central: (forward + backward) / 2, noise: noise / step };
  });
}

/** Error of the central quotient falls with h^2, so a factor of 4 in h cancels it by (16 D(h/4) - D(h)) / 15. */
function extrapolate(rungs: readonly Rung[]): { value: number; error: number } {
  let best = { value: rungs[0]!.central, error: Infinity };
  for (let index = 1; index < rungs.length; index++) {
    const [wide, narrow] = [rungs[index - 1]!, rungs[index]!];
    const value = (16 * narrow.central - wide.central) / 15;
    const error = Math.abs(value - narrow.central) + 4 * narrow.noise;
    if (error < best.error) best = { value, error };
  }
  return best;
}

/** Both one-sided slopes settle, and not on the same number. */
function isKink(rungs: readonly Rung[]): boolean {
  const votes = middle(rungs).map(([wide, narrow]) => {
    const [gap, before] = [
      Math.abs(narrow.forward - narrow.backward),
      Math.abs(wide.forward - wide.backward),
    ];
    const scale = Math.max(Math.abs(narrow.forward), Math.abs(narrow.backward));
    const steady = Math.abs(narrow.central - wide.central) <= 1e-3 * scale + 16 * narrow.noise;
    return gap > 1e-6 * scale + 16 * narrow.noise && gap > 0.5 * before && steady;
  });
  return passes(votes);
}

/** A one-sided slope that grows with 1 / h: a step of the function, divided by ever smaller h. */
function isJump(rungs: readonly Rung[]): boolean {
  const votes = middle(rungs).map(([wide, narrow]) =>
    (['forward', 'backward'] as const).some((side) => {
      const [now, before] = [Math.abs(narrow[side]), Math.abs(wide[side])];
      return now > 2.5 * before && before > 0 && now > 16 * narrow.noise;
    }),
  );
  return passes(votes);
}

/** Pairs of neighbouring rungs, without those at the ends, where truncation and noise rule. */
function middle(rungs: readonly Rung[]): (readonly [Rung, Rung])[] {
  return rungs.slice(3, 10).map((rung, index) => [rungs[index + 2]!, rung]);
}

function passes(votes: readonly boolean[]): boolean {
  return votes.filter(Boolean).length >= Math.max(3, votes.length - 2);
}

function oneSided(rungs: readonly Rung[]): Slope {
  const slopes = rungs.map(({ forward, backward }) => [forward, backward] as const);
  const finite = (side: 0 | 1): boolean => slopes.some((pair) => Number.isFinite(pair[side]));
  const kind = finite(0) !== finite(1) ? 'edge' : 'undefined';
  const [forward, backward] = slopes.at(-1)!;
  return { kind, value: NaN, error: Infinity, forward, backward };
}
