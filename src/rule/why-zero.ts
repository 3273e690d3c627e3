import { growthOf, mayStayZero } from '../program/growth.js';
import type { Node } from '../program/node.js';
import { arithmeticChain, isConstant, isLabel, isOp, operandOf } from './patterns.js';
import { isRootOfMovingSquare } from './reach-of.js';

/** Why the denominator is 0, in the words of the op that makes it so. */
export function whyZero(denominator: Node): string {
  if (isConstant(denominator, 0)) return 'which it is here, as a default or in the first round of a loop';
  if (denominator.range.integer && mayStayZero(growthOf(denominator)))
    return 'as where there is none to count';
  if (isRootOfMovingSquare(denominator)) return 'as where every gradient was 0 so far';
  if (isLabel(denominator)) return 'as any target may be';
  const chain = arithmeticChain(denominator, 8);
  if (chain.some((node) => isOp(node, 'moments'))) return 'as for constant data, whose variance is 0';
  if (chain.some((node) => isOp(node, 'norm', 'euclideanNorm'))) return 'as for a zero vector';
  const [first] = chain;
  if (isOp(first, 'sub') && isOp(operandOf(first, 'a'), 'max'))
    return 'as for constant data, whose maximum is its minimum';
  return 'which the code itself reaches';
}
