/** Whether values get into a danger region, by what an interval cannot tell of a formula. */
import type { DangerRegion } from '../ops/row.js';
import type { Node } from '../program/node.js';
import { mixed } from './mixtures.js';
import { isNullified } from './nullifiers.js';
import { isOp } from './patterns.js';
import { reach, strongest, type Reach } from './reach.js';
import { signedTerms } from './terms.js';

export function reachOf(operand: Node, { low, high }: Pick<DangerRegion, 'low' | 'high'>): Reach {
  const known = reach(operand.range, low, high);
  if (known === 'manifest' || known === 'never') return known;
  if (low <= 0 && high >= 0 && isNullified(operand)) return 'manifest';
  if (known === 'unlikely') return known;
  if (low <= 0 && high >= 0 && isZeroWithItsTerms(operand)) return 'manifest';
  // Of a mixture by labels that nobody described, one of its parts gets there.
  const parts = mixed(operand);
  return parts === undefined ? known : strongest(parts.map(({ range }) => reach(range, low, high)));
}

/** `areaA + areaB - overlap`: nothing is below 0, and where all terms are 0, as for two boxes without area, so is the sum. */
function isZeroWithItsTerms(sum: Node): boolean {
  if (!isOp(sum, 'sub', 'add')) return false;
  return signedTerms(sum).every(({ node: { range } }) => range.low === 0 && range.lowBy === 'attained');
}
