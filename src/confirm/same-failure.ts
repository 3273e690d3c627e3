import type { Failure } from '../ops/row.js';
import type { NumericTensor, Observation } from './evaluation.js';

/** Below it float32 has no normal numbers. */
const MIN32 = 2 ** -126;
/** Summation orders differ in the last bits of float32 results: the lost digits do not. */
const LOST = 2 ** -14;
const ALIKE = 2 ** -20;

/** What the search saw at its witness, in its emulation of float32 and in float64. */
export interface Seen {
  readonly float32: Observation;
  readonly float64: Observation;
}

/** Whether a plain float32 process shows the failure too. Shapes and exceptions do not depend on precision. */
export function failsAlike(failure: Failure | undefined, seen: Seen, real: Observation): boolean {
  const outputs = real.siteCalls.map((call) => call.output);
  switch (failure) {
    case 'nan':
    case 'infinity':
    case 'overflow':
      return outputs.some(hasNonFinite);
    case 'nan-gradient':
    case 'inf-gradient':
      return [...real.gradients.values()].some(hasNonFinite);
    case 'vanished-gradient':
      return [...seen.float32.gradients].some(([node, gradient]) =>
        shares(gradient, seen.float64.gradients.get(node), real.gradients.get(node), isTiny),
      );
    case 'underflow':
      return pairs(seen, real).some(([emulated, exact, output]) => shares(emulated, exact, output, isTiny));
    case 'cancellation':
    case 'wrong-value':
      return pairs(seen, real).some(([emulated, exact, output]) => shares(emulated, exact, output, isWrong));
    default:
      return true;
  }
}

type Test = (value: number, exact: number, emulated: number) => boolean;

/** An element that is bad in the emulation and in the real run. */
function shares(
  emulated: NumericTensor,
  exact: NumericTensor | undefined,
  real: NumericTensor | undefined,
  test: Test,
): boolean {
  if (exact === undefined || real === undefined) return false;
  return emulated.values.some((value, index) => {
    const [reference, other] = [exact.values[index], real.values[index]];
    return (
      reference !== undefined &&
      other !== undefined &&
      test(value, reference, value) &&
      test(other, reference, value)
    );
  });
}

const isTiny: Test = (value, exact) => Math.abs(value) < MIN32 && value !== exact;

const isWrong: Test = (value, exact, emulated) =>
  value !== exact &&
  (relative(value, exact) >= LOST ||
    (relative(emulated, exact) >= LOST && relative(value, emulated) <= ALIKE));

function relative(value: number, reference: number): number {
  if (!Number.isFinite(value)) return Infinity;
  return Math.abs(value - reference) / Math.max(Math.abs(reference), MIN32);
}

function pairs(
  seen: Seen,
  real: Observation,
): [NumericTensor, NumericTensor | undefined, NumericTensor | undefined][] {
  return seen.float32.siteCalls.map((call, index) => [
    call.output,
    seen.float64.siteCalls[index]?.output,
    real.siteCalls[index]?.output,
  ]);
}

function hasNonFinite(tensor: NumericTensor): boolean {
  return tensor.dtype !== 'int32' && tensor.values.some((value) => !Number.isFinite(value));
}
