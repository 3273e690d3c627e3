import { LOST_BESIDE_ONE } from '../ops/thresholds.js';
import type { Node } from '../program/node.js';
import { reach } from './reach.js';
import type { Site } from './site.js';

/** Below it more than one part in 2^12 of x is lost beside 1. */
export const TINY = 2 ** -12;

/** Whether x is ever so small that it loses digits beside 1. Both halves are looked at: what is only 0 or large loses nothing. */
export function isSmallBesideOne({ range }: Node): boolean {
  if (range.integer) return false;
  const halves = [reach(range, 1e-12, TINY), reach(range, -TINY, -1e-12)];
  return halves.some((how) => how === 'manifest' || how === 'assumed');
}

/** Which digits of a small x are lost when it is added to 1: `5 % at 1e-6, everything below 5.96e-8`. */
export function lostBelow(site: Site): string {
  const { value, text } = site.limit(LOST_BESIDE_ONE);
  // The error of rounding is at most half a step, which is the number at which all is lost.
  const some = value < 1e-6 ? '5 % at 1e-6' : '5 % at 1e-2';
  return `${some}, everything below ${text}`;
}
