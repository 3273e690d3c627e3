/** Terms of a loss that weigh on nothing: what is trained goes into them through flat ops alone, `loss.add(x.floor().abs().mean())`. */
import { carries, dependsOn } from '../program/gradient.js';
import { operandNodes, type Gradient, type Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp } from './patterns.js';
import type { Site } from './site.js';

export interface DeadTerm {
  readonly term: Node;
  readonly sum: Node;
}

/**
 * The term that a flat op goes into, where another one brings a gradient back. Both are single numbers: what is added up element by
 * element may be a straight-through estimator, and so may be what is added to the very number that it was made of.
 */
export function deadTerm(site: Site, gradient: Gradient, node: Node = site.node): DeadTerm | undefined {
  for (const user of site.users(node)) {
    if (isSumOfLoss(site, gradient, user) && isAddedTo(site, gradient, node, user))
      return { term: node, sum: user };
    const found = isDead(gradient, user) ? deadTerm(site, gradient, user) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isAddedTo = (site: Site, gradient: Gradient, term: Node, sum: Node): boolean =>
  eitherOrder(sum).some(
    ([one, other]) =>
      one.id === term.id &&
      carries(gradient, other) === 'yes' &&
      !operandNodes(site.node).some(({ id }) => id === other.id),
  );

const isDead = (gradient: Gradient, node: Node): boolean =>
  carries(gradient, node) === 'no' && dependsOn(gradient, node) === 'yes';

/** Whether it is a sum of two numbers that is the loss, perhaps scaled, or added to more. */
function isSumOfLoss(site: Site, gradient: Gradient, node: Node): boolean {
  const isSum = isOp(node, 'add') && eitherOrder(node).every(([term]) => term.shape?.length === 0);
  return isSum && isLoss(site, gradient, node);
}

function isLoss(site: Site, gradient: Gradient, node: Node): boolean {
  if (gradient.losses.some(({ id }) => id === node.id)) return true;
  return site.users(node).some((user) => {
    const isScaled =
      isOp(user, 'mul', 'div') && eitherOrder(user).some(([factor]) => constantOf(factor) !== undefined);
    return (isScaled || isOp(user, 'add')) && isLoss(site, gradient, user);
  });
}
