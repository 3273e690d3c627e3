/** What a site is suspected of: where its operands lie, and which failures count. */
import type { Failure } from '../../ops/row.js';
import type { SiteCall } from '../evaluation.js';
import type { SuspectSite } from '../job.js';
import { operandsFinite } from './compare.js';
import { reachesRegion } from './region.js';

/**
 * Whether the operand of this call is in the danger region. In a formula whose parts belong to the site, an operand that a
 * part has already broken is as far in as can be.
 */
export function isSuspect(site: SuspectSite, call: SiteCall): boolean {
  return (site.formula === true && !operandsFinite(call)) || reachesRegion(site, call);
}

/** A claim of `overflow` is proven by Infinity of either name, one of `nan-gradient` by a gradient of Infinity. */
export function accepted(site: SuspectSite, seen: Failure): Failure | undefined {
  const siblings: readonly (readonly Failure[])[] = [
    ['overflow', 'infinity'],
    ['nan-gradient', 'inf-gradient'],
  ];
  if (site.failures.includes(seen)) return seen;
  const kin = siblings.find((pair) => pair.includes(seen)) ?? [];
  return kin.some((failure) => site.failures.includes(failure)) ? seen : undefined;
}
