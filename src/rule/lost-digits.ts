import { LOST_BESIDE_ONE } from '../ops/thresholds.js';
import { writtenValues } from '../ops/written-values.js';
import type { Operand } from '../ops/row.js';
import type { Node } from '../program/node.js';
import { reach } from './reach.js';
import { isOfEvenSteps } from './steps.js';
import type { Site } from './site.js';

/** Below it more than one part in 2^12 of x is lost beside 1. */
export const TINY = 2 ** -12;

/** Nobody misses the digits of what is smaller. */
const NOTHING = 1e-12;

/** Whether x is ever so small that it loses digits beside 1. Both halves are looked at: what is only 0 or large loses nothing. */
export function isSmallBesideOne(x: Node): boolean {
  const { range } = x;
  if (range.integer) return false;
  const steps = writtenValues(withFewSteps(x));
  if (steps !== undefined) return steps.some(isSmall);
  const halves = [reach(range, NOTHING, TINY), reach(range, -TINY, -NOTHING)];
  // How fine a grid is of which nobody says how many steps it has is not known.
  return halves.some((how) => how === 'manifest' || how === 'assumed') && !isOfEvenSteps(x);
}

const isSmall = (value: number): boolean => Math.abs(value) > NOTHING && Math.abs(value) < TINY;

/** What is written or counted up; `tf.range(0, n)` as if it had a few steps, the same ones whatever n is. */
function withFewSteps(x: Operand): Operand {
  const { start, stop, step = 1 } = x.attributes;
  if (x.op === 'range' && typeof start === 'number' && typeof step === 'number' && typeof stop !== 'number')
    return { ...x, attributes: { ...x.attributes, stop: start + FEW * step } };
  const operands = Object.entries(x.operands).map(([name, given]) => [
    name,
    Array.isArray(given) ? given : withFewSteps(given as Operand),
  ]);
  return { ...x, operands: Object.fromEntries(operands) as Operand['operands'] };
}

const FEW = 4;

/** Which digits of a small x are lost when it is added to 1: `5 % at 1e-6, everything below 5.96e-8`. */
export function lostBelow(site: Site): string {
  const { value, text } = site.limit(LOST_BESIDE_ONE);
  // The error of rounding is at most half a step, which is the number at which all is lost.
  const some = value < 1e-6 ? '5 % at 1e-6' : '5 % at 1e-2';
  return `${some}, everything below ${text}`;
}
