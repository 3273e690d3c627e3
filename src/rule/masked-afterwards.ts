/** A mask that comes too late: what it was to keep out is Infinity or NaN by then, and 0 times that is NaN. */
import type { Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue } from './patterns.js';
import type { Site } from './site.js';

/**
 * `x.log().mul(x.greater(0).toFloat())`, `x.greater(0).toFloat().div(x)`: whoever multiplies by whether a tensor is above 0
 * has some that are not. Given is what the logarithm is taken of, or what is divided by.
 */
export function isMaskedAfterwards(site: Site, operand: Node): boolean {
  const numerator = isOp(site.node, 'div') ? site.operand('a') : undefined;
  if (numerator !== undefined && asksOf(numerator, operand)) return true;
  const seen = new Set<number>();
  const open: Node[] = [site.node];
  for (let next = open.pop(); next !== undefined && seen.size < MOST_OPS; next = open.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    for (const user of site.users(next)) {
      if (
        isOp(user, 'mul') &&
        eitherOrder(user).some(([given, mask]) => given.id === next.id && asksOf(mask, operand))
      )
        return true;
      // One by Infinity is 0.
      const isDivisor = isOp(user, 'div') && operandOf(user, 'b')?.id === next.id;
      if (PASSING.has(user.op) && !isDivisor) open.push(user);
    }
  }
  return false;
}

/** Ops by which what is not finite stays so, element by element. */
const PASSING: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'square',
  'abs',
  'expandDims',
  'squeeze',
  'reshape',
]);

const MOST_OPS = 16;

/** Whether a mask is 0 where a tensor is 0. */
function asksOf(mask: Node, operand: Node): boolean {
  const asked = producer(mask);
  if (isOp(asked, 'sign')) return sameValue(operandOf(asked, 'x'), operand);
  if (!isOp(asked, 'greater', 'notEqual')) return false;
  const [x, bound] = [operandOf(asked, 'a'), operandOf(asked, 'b')];
  return sameValue(x, operand) && constantOf(bound) === 0;
}
