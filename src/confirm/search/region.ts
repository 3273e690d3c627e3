import type { NumericTensor, Observation, SiteCall } from '../evaluation.js';
import type { SuspectSite } from '../job.js';
import { binadesBetween } from './float32.js';

/** How near the site's operand came to the danger region. */
export interface Approach {
  /** In binades, from the nearest element to the nearest end; 0 inside, Infinity if the site never ran. */
  readonly distance: number;
  readonly value: number | undefined;
}

const NOWHERE: Approach = { distance: Infinity, value: undefined };

/** Whether a call had an operand element in the region. Where the operand is not known, nothing speaks against it. */
export function reachesRegion(site: SuspectSite, call: SiteCall): boolean {
  const operand = suspectOperand(site, call);
  return operand === undefined || approachOf(site, operand).distance === 0;
}

export function approach(site: SuspectSite, observation: Observation): Approach {
  let nearest = NOWHERE;
  for (const call of observation.siteCalls) {
    const operand = suspectOperand(site, call);
    const found = operand ? approachOf(site, operand) : { distance: 0, value: undefined };
    if (found.distance < nearest.distance) nearest = found;
  }
  return nearest;
}

/**
 * -1 below the region, 0 inside, 1 above; undefined where it cannot be told. An end is written in decimals, and the float32
 * number nearest to it belongs to the region on whichever side of it it lies.
 */
export function side(site: SuspectSite, value: number): -1 | 0 | 1 | undefined {
  if (!site.region || Number.isNaN(value)) return undefined;
  const { low, high } = site.region;
  if (value < Math.min(low, Math.fround(low))) return -1;
  return value > Math.max(high, Math.fround(high)) ? 1 : 0;
}

export function suspectOperand(site: SuspectSite, call: SiteCall | undefined): NumericTensor | undefined {
  return site.region && call ? call.operands[site.region.operand] : undefined;
}

function approachOf(site: SuspectSite, operand: NumericTensor): Approach {
  let nearest = NOWHERE;
  const { low, high } = site.region!;
  if (low > high) return NOWHERE;
  for (const value of operand.values) {
    if (Number.isNaN(value)) continue;
    const where = side(site, value);
    const distance =
      where === 0 ? 0 : Math.max(Number.MIN_VALUE, binadesBetween(value, where === -1 ? low : high));
    if (distance < nearest.distance) nearest = { distance, value };
    if (distance === 0) break;
  }
  return nearest;
}
