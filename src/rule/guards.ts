/** Questions about guards: what was meant to keep an operand out of a danger region. */
import type { Discarded } from '../program/lowered-unit.js';
import type { Node } from '../program/node.js';
import { arithmeticChain, constantOf, eitherOrder, isOp, operandOf, sameValue } from './patterns.js';
import type { Site } from './site.js';

/** A clip or floor of the operand that nobody takes: tensors are immutable, so the operand is as it was. */
export function discardedGuard(site: Site, operand: Node): Discarded | undefined {
  return site.discarded.find(({ node }) => {
    const guarded = operandOf(node, 'x') ?? operandOf(node, 'a');
    return (
      isOp(node, 'clipByValue', 'maximum', 'add') &&
      guarded !== undefined &&
      arithmeticChain(operand).some((one) => sameValue(one, guarded))
    );
  });
}

/** Whether nothing negative gets any further: who floors the difference knows that it is noise near 0. */
export function isFloored(site: Site): boolean {
  const users = site.users();
  const floors = (user: Node): boolean => {
    const { op, attributes } = user;
    const low = attributes['clipValueMin'];
    if (isOp(user, 'clipByValue')) return typeof low === 'number' && low >= 0;
    if (isOp(user, 'maximum')) return eitherOrder(user).some(([floor]) => (constantOf(floor) ?? -1) >= 0);
    return op === 'relu';
  };
  return users.length > 0 && users.every(floors);
}
