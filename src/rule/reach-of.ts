/** Whether values get into a danger region, by what an interval cannot tell of a formula. */
import type { DangerRegion } from '../ops/row.js';
import { isMovingSquare } from '../program/moving-squares.js';
import { FEW_ROUNDINGS } from '../ops/relations/same.js';
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
  if (low <= 0 && high >= 0) {
    if (known === 'manifest' && isNeverAllZero(operand)) return 'unlikely';
    const scale = besideNeverZero(operand);
    if (scale !== undefined) return reachOf(scale, { low, high });
  }
  const sum = writtenSum(producer(operand));
  if (sum !== undefined && (sum < low || sum > high)) return 'unlikely';
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
const isNeverAllZero = (node: Node): boolean => isMagnitudeOfDraws(node) || isMagnitudeOfSteps(node);

/** The rate of `window.sum().mul(rate)`, which is 0 where the rate is. */
function besideNeverZero(operand: Node): Node | undefined {
  const product = producer(operand);
  if (!isOp(product, 'mul')) return undefined;
  return eitherOrder(product).find(([one]) => isNeverAllZero(one))?.[1];
}

/** The sum or mean of what the program writes down, `trainMask.sum()`, as float32 has it. */
function writtenSum(node: Node | undefined): number | undefined {
  const isOfAll = isOp(node, 'sum', 'mean') && (node.attributes['axis'] ?? null) === null;
  const values = isOfAll ? writtenValues(operandOf(node, 'x')!) : undefined;
  if (values === undefined || values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const size = values.reduce((total, value) => total + Math.abs(value), 0);
  // What is left of a difference by its rounding may be 0.
  if (Math.abs(sum) <= size * FEW_ROUNDINGS) return undefined;
  return Math.fround(node!.op === 'mean' ? sum / values.length : sum);
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
