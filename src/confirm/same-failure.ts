import type { Failure } from '../ops/row.js';
import type { SuspectSite } from './job.js';
import type { NumericTensor, Observation } from './evaluation.js';

/** Below it float32 has no normal numbers. */
const MIN32 = 2 ** -126;
/** Summation orders differ in the last bits of float32 results: the lost digits do not. */
const LOST = 2 ** -14;
const ALIKE = 2 ** -10;

/** What the search saw at its witness, in its emulation of float32 and in float64. */
export interface Seen {
  readonly float32: Observation;
  readonly float64: Observation;
}

/** Whether a plain float32 process shows the failure too: the same numbers, or others that fail the same way. */
export function failsAlike(
  failure: Failure | undefined,
  harm: SuspectSite['harm'],
  seen: Seen,
  real: Observation,
): boolean {
  // What is wrong with the formula of a gradient is so in any precision: only the site has to be reached.
  if (harm === 'gradient' && failure === 'wrong-value') return real.thrown?.during !== 'forward';
  return behavesAlike(seen.float32, real) || failsOnItsOwn(failure, seen, real);
}

/** The same digits as far as it matters, NaN and Infinity in the same places, at the site and in the gradients. */
function behavesAlike(emulated: Observation, real: Observation): boolean {
  if (emulated.siteCalls.length !== real.siteCalls.length || emulated.gradients.size !== real.gradients.size)
    return false;
  if ((emulated.thrown === undefined) !== (real.thrown === undefined)) return false;
  const calls = emulated.siteCalls.every((call, index) => alike(call.output, real.siteCalls[index]?.output));
  return (
    calls && [...emulated.gradients].every(([node, gradient]) => alike(gradient, real.gradients.get(node)))
  );
}

function alike(one: NumericTensor, other: NumericTensor | undefined): boolean {
  return one.values.every((value, index) => {
    const counterpart = other?.values[index];
    return (
      counterpart !== undefined && (Object.is(value, counterpart) || relative(value, counterpart) <= ALIKE)
    );
  });
}

function failsOnItsOwn(failure: Failure | undefined, seen: Seen, real: Observation): boolean {
  switch (failure) {
    case 'nan':
    case 'infinity':
    case 'overflow':
      return real.siteCalls.some(({ output }) => hasNonFinite(output));
    case 'nan-gradient':
    case 'inf-gradient':
      return [...real.gradients.values()].some(hasNonFinite);
    case 'vanished-gradient':
      return [...seen.float32.gradients].some(([node, gradient]) => {
        return shares(gradient, seen.float64.gradients.get(node), real.gradients.get(node), isTiny);
      });
    case 'underflow':
      return sharesAtSite(seen, real, isTiny);
    case 'cancellation':
    case 'wrong-value':
      return sharesAtSite(seen, real, isWrong);
    default:
      return true; // shapes and exceptions do not depend on precision
  }
}

type Test = (value: number, exact: number) => boolean;

const isTiny: Test = (value, exact) => Math.abs(value) < MIN32 && value !== exact;

const isWrong: Test = (value, exact) => relative(value, exact) >= LOST;

function sharesAtSite(seen: Seen, real: Observation, test: Test): boolean {
  return seen.float32.siteCalls.some(({ output }, index) => {
    return shares(output, seen.float64.siteCalls[index]?.output, real.siteCalls[index]?.output, test);
  });
}

/** An element that is bad in the emulation and in the real run. */
function shares(
  emulated: NumericTensor,
  exact: NumericTensor | undefined,
  real: NumericTensor | undefined,
  test: Test,
): boolean {
  return emulated.values.some((value, index) => {
    const [reference, other] = [exact?.values[index], real?.values[index]];
    return reference !== undefined && other !== undefined && test(value, reference) && test(other, reference);
  });
}

function relative(value: number, reference: number): number {
  if (value === reference) return 0;
  if (!Number.isFinite(value)) return Infinity;
  return Math.abs(value - reference) / Math.max(Math.abs(reference), MIN32);
}

function hasNonFinite(tensor: NumericTensor): boolean {
  return tensor.dtype !== 'int32' && tensor.values.some((value) => !Number.isFinite(value));
}
