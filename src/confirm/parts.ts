/** What came out of a run, part by part, and which of it can be trusted. */
import { sameShape } from '../facts/concrete-shape.js';
import type { NumericTensor, Observation } from './evaluation.js';
import { PERTURBATION } from './perturbation.js';
import { floatOutputs, worstError } from './search/compare.js';
import { isFloat } from './search/slots.js';

/** Results and gradients by name. Where a unit returns no numbers, what its site gave stands for its results. */
export type Parts = ReadonlyMap<string, NumericTensor>;

export const isGradient = (part: string): boolean => part.startsWith(GRADIENT);
const GRADIENT = 'gradient ';

export function partsOf(seen: Observation): Parts {
  const results = floatOutputs(seen);
  const values = results.length > 0 ? results : seen.siteCalls.map(({ output }) => output);
  return new Map([
    ...values.map((value, index) => [`result ${index}`, value] as const),
    ...[...seen.gradients].map(([node, gradient]) => [`${GRADIENT}${node}`, gradient] as const),
  ]);
}

/** Ran through, and everything that came out, also of the site, is finite. */
export function isSound({ thrown, outputs, siteCalls, gradients }: Observation): boolean {
  if (thrown !== undefined) return false;
  const all = [...outputs, ...siteCalls.map(({ output }) => output), ...gradients.values()];
  return all.every(isFinite);
}

const isFinite = ({ values, dtype }: NumericTensor): boolean =>
  !isFloat(dtype) || values.every((value) => Number.isFinite(value));

/** Digits that survive a perturbation to this are digits; float64 has them to 2^-40, 2^-16 of it. */
const SIGNIFICANT = PERTURBATION * 2 ** 12;

/** The parts of a float64 run that have digits: those that hardly move when every operation is a little off. */
export function trusted(exact: Observation, perturbed: Observation): Parts {
  const moved = partsOf(perturbed);
  const kept = [...partsOf(exact)].filter(([name, part]) => {
    return isFinite(part) && differenceOf(moved.get(name), part) <= SIGNIFICANT;
  });
  return new Map(kept);
}

/** An estimate of what rounding leaves uncertain in a part of a float64 run, with some room. */
export function uncertainty(name: string, exact: Observation, perturbed: Observation): number {
  const moved = differenceOf(partsOf(perturbed).get(name), partsOf(exact).get(name)!);
  return (moved / PERTURBATION) * Number.EPSILON * 2 ** 6;
}

/** The largest relative error of an element; Infinity where the shapes differ. */
export function differenceOf(found: NumericTensor | undefined, exact: NumericTensor): number {
  if (found === undefined || !sameShape(found.shape, exact.shape)) return Infinity;
  return worstError(found.values, exact.values).relative;
}
