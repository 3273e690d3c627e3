/** Whether values get into a danger region, by what an interval cannot tell of a formula. */
import type { DangerRegion } from '../ops/row.js';
import { isMovingSquare } from '../program/moving-squares.js';
import { writtenValues } from '../ops/written-values.js';
import type { Node } from '../program/node.js';
import { isMagnitudeOfDraws } from './draws.js';
import { mixed } from './mixtures.js';
import { isNullified } from './nullifiers.js';
import { constantOf, eitherOrder, isOp, operandOf, producer } from './patterns.js';
import { reach, strongest, type Reach } from './reach.js';
import { isMagnitudeOfSteps } from './steps.js';
import { signedTerms } from './terms.js';

export function reachOf(operand: Node, { low, high }: Pick<DangerRegion, 'low' | 'high'>): Reach {
  const known = reach(operand.range, low, high);
  if (low <= 0 && high >= 0 && known === 'manifest' && isNeverAllZero(operand)) return 'unlikely';
  if (known === 'manifest' || known === 'never') return known;
  if (low <= 0 && isRootOfMovingSquare(operand)) return high < 0 ? 'never' : 'manifest';
  if (high <= 0 && isLiftedMovingSquare(underRoot(operand))) return 'never';
  if (low <= 0 && high >= 0 && isNullified(operand)) return 'manifest';
  if (known === 'unlikely') return known;
  if (low <= 0 && high >= 0 && isZeroWithItsTerms(operand)) return 'manifest';
  // Of a mixture by labels that nobody described, one of its parts gets there.
  const parts = mixed(operand);
  return parts === undefined ? known : strongest(parts.map(({ range }) => reach(range, low, high)));
}

/** That all draws are 0 does not happen, nor is all that a program lays out. */
const isNeverAllZero = (node: Node): boolean =>
  isMagnitudeOfDraws(node) || isMagnitudeOfSteps(node) || isWrittenSum(producer(node));

/** The sum of what the program writes down, `trainMask.sum()`, where that is not 0. */
function isWrittenSum(node: Node | undefined): boolean {
  const isOfAll = isOp(node, 'sum', 'mean') && (node.attributes['axis'] ?? null) === null;
  const values = isOfAll ? writtenValues(operandOf(node, 'x')!) : undefined;
  return values !== undefined && values.reduce((sum, value) => sum + value, 0) !== 0;
}

/** `sqrt(v)` of the slot of an optimizer, or v itself. */
export const isRootOfMovingSquare = (node: Node): boolean => isMovingSquare(underRoot(node));

const underRoot = (node: Node): Node => (isOp(node, 'sqrt') ? operandOf(node, 'x')! : node);

/** `v.add(epsilon)`, before the root is taken. */
const isLiftedMovingSquare = (sum: Node): boolean =>
  isOp(sum, 'add') &&
  eitherOrder(sum).some(([epsilon, slot]) => (constantOf(epsilon) ?? 0) > 0 && isMovingSquare(slot));

/** `areaA + areaB - overlap`: nothing is below 0, and where all terms are 0, as for two boxes without area, so is the sum. */
function isZeroWithItsTerms(sum: Node): boolean {
  if (!isOp(sum, 'sub', 'add')) return false;
  return signedTerms(sum).every(({ node: { range } }) => range.low === 0 && range.lowBy === 'attained');
}
