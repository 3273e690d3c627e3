import { MAX32, MIN32, ulps } from './float32.js';
import type { SuspectSite } from '../job.js';

/**
 * Values near which float32 functions break or lose digits (facts: numerics.md 1.2, gradients.md 5.1 and 5.3). They are
 * tried on operands and inputs alike, and are the part of the sampler that finds most (87 % of the cases in 256 draws).
 */
// prettier-ignore
export const BOUNDARIES: readonly number[] = [
  0, 1, -1, 2, 0.5, -0.5, 10, -10, 100, -100,
  // exp overflows at 88.72 and underflows at -87.34 (normal) and -103.97; cosh and sinh overflow at 89.42.
  89, -88, -104, 104, 90, -90,
  // tanh is 1 from 9.01, sigmoid from 17.33; log(1 + exp(x)) is 0 below -16.64.
  9.2, -9.2, 17.5, -17.5, 20, -20,
  // 1 + x is 1 below 2^-24; 1 - cos(x) is 0 below 2^-12.
  6e-8, -6e-8, 1e-7, 1e-8, 1e-4, -1e-4, 1e-3, 1e-2, 1e-5, 1e-6,
  // Neighbours of 1, for 1 - x, log, acos and atanh.
  ulps(1, -1), ulps(1, 1), ulps(-1, 1), ulps(-1, -1),
  1e3, 1e4, 1e6, -1e3, -1e6,
  // x^2 overflows at 1.84e19 and vanishes below 2.6e-23; x^3 overflows at 6.98e12, x^4 at 8.67e11.
  1.9e19, -1.9e19, 2e-23, 1e-19, 1e-20, 7e12, 9e11,
  1e-30, -1e-30, 1e30, -1e30, MIN32, -MIN32, 1e-40, 1e-45, MAX32, -MAX32,
];

/** Beside 1 they have few digits left; 1 - cos(x) has none of 1e-7. */
export const FAINT: readonly number[] = [1e-7, 1e-13, 1e-16];

/** Doubles that have no end in binary: of numbers alike, the square of the mean is not the mean of the squares. */
export const ENDLESS: readonly number[] = [0.1, 0.7, 1 / 3, 1.1, 2.3, 5.7, 11.3, 23.9, 47.7, 83.3, 97.1, 99.9]; // prettier-ignore

const BY_OP: Readonly<Record<string, readonly number[]>> = {
  exp: [89, 100, -104, -88],
  expm1: [89, 1e-5, -1e-5],
  cosh: [90, -90],
  sinh: [90, -90],
  softplus: [89, -20],
  log: [0, -1, 1e-45, 1 + 1e-6],
  log1p: [-1, -2],
  div: [0, 1e-30, -1e-30, 1e-45],
  realDiv: [0, 1e-30],
  floorDiv: [0],
  mod: [0],
  reciprocal: [0, 1e-40],
  sqrt: [0, -1, 1e-45],
  rsqrt: [0, -1, 1e-30],
  norm: [0, 1e-23, 1e20],
  square: [1.9e19, 1e-23],
  pow: [0, -1, -2, 1e20],
  acos: [1, -1, 1.5],
  asin: [1, -1, 1.5],
  atanh: [1, -1, 2],
  acosh: [1, 0.5],
  atan2: [0],
  sigmoid: [20, -104, 90],
  tanh: [10, -10],
  softmax: [104, -104],
  sub: [1, 1e-4, 1000],
  add: [1, -1, 1e-8],
};

/** Operand values that lie in the danger of this site, or at its edge, the roundest first. */
export function operandSeeds(site: SuspectSite): number[] {
  const seeds: number[] = [];
  if (site.region) {
    const { low, high } = site.region;
    seeds.push(...[0, 1, -1, 2, 0.5].filter((value) => value >= low && value <= high));
    if (Number.isFinite(low)) seeds.push(Math.fround(low), ulps(low, 1), ulps(low, 4));
    if (Number.isFinite(high)) seeds.push(Math.fround(high), ulps(high, -1), ulps(high, -4));
    if (Number.isFinite(low) && Number.isFinite(high)) seeds.push((low + high) / 2);
    seeds.push(...BOUNDARIES.filter((value) => value >= low && value <= high).slice(0, 8));
  }
  seeds.push(...(BY_OP[site.op.replace(/^.*\./, '')] ?? []));
  return [...new Set(seeds)];
}
