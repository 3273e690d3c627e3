import type { NumericTensor, Observation, SiteCall } from '../evaluation.js';
import type { Digits } from '../digits.js';
import { MIN32, ROUNDING } from './float32.js';
import { isFloat } from './slots.js';

export function firstNonFinite(tensor: NumericTensor): number | undefined {
  if (!isFloat(tensor.dtype)) return undefined;
  const index = tensor.values.findIndex((value) => !Number.isFinite(value));
  return index < 0 ? undefined : index;
}

export function operandsFinite(call: SiteCall): boolean {
  return Object.values(call.operands).every((operand) => firstNonFinite(operand) === undefined);
}

export function floatOutputs(observation: Observation): NumericTensor[] {
  return observation.outputs.filter(({ dtype }) => isFloat(dtype));
}

export function rootMeanSquare(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  // Scaled, because the squares of large numbers overflow.
  const sum = values.reduce((total, value) => total + (value / largest) ** 2, 0);
  return largest * Math.sqrt(sum / values.length);
}

const FLOAT32 = { smallestNormal: MIN32, rounding: ROUNDING };

export interface WorstError {
  readonly element: number;
  readonly relative: number;
}

/**
 * The element with the largest relative error. An element that is tiny beside the rest of its tensor is measured against
 * the rest; no absolute floor decides, for those of NSan and torch hide errors of small numbers.
 */
export function worstError(
  values: readonly number[],
  reference: readonly number[],
  { smallestNormal, rounding }: Pick<Digits, 'smallestNormal' | 'rounding'> = FLOAT32,
): WorstError {
  const floor = Math.max(smallestNormal, rounding * rootMeanSquare(reference));
  let worst: WorstError = { element: 0, relative: 0 };
  for (let element = 0; element < reference.length; element++) {
    const relative = relativeError(values[element]!, reference[element]!, floor);
    if (relative > worst.relative) worst = { element, relative };
  }
  return worst;
}

export function relativeError(value: number, reference: number, floor: number = MIN32): number {
  if (value === reference) return 0;
  const error = Math.abs(value - reference) / Math.max(Math.abs(reference), floor);
  return Number.isNaN(error) ? Infinity : error;
}

/** The error of a whole tensor against its size: what an operand brings along into a reduction. */
export function normError(values: readonly number[], reference: readonly number[]): number {
  const size = reference.reduce((most, value) => Math.max(most, Math.abs(value)), MIN32);
  return values.reduce((most, value, index) => Math.max(most, Math.abs(value - reference[index]!)), 0) / size;
}
