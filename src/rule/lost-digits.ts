import { LOST_BESIDE_ONE } from '../ops/thresholds.js';
import type { Site } from './site.js';

/** Which digits of a small x are lost when it is added to 1: `5 % at 1e-6, everything below 5.96e-8`. */
export function lostBelow(site: Site): string {
  const { value, text } = site.limit(LOST_BESIDE_ONE);
  // The error of rounding is at most half a step, which is the number at which all is lost.
  const some = value < 1e-6 ? '5 % at 1e-6' : '5 % at 1e-2';
  return `${some}, everything below ${text}`;
}
