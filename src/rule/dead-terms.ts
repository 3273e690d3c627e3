/** Terms of a loss that weigh on nothing: what is trained goes into them through flat ops alone, `loss.add(x.floor().abs().mean())`. */
import { carries, dependsOn } from '../program/gradient.js';
import type { Gradient, Node } from '../program/node.js';
import { eitherOrder, isOp } from './patterns.js';
import type { Site } from './site.js';

export interface DeadTerm {
  readonly term: Node;
  readonly sum: Node;
}

/**
 * The term that a flat op goes into, where another one brings a gradient back. Both are single numbers: what is added up element by
 * element may be a straight-through estimator.
 */
export function deadTerm(site: Site, gradient: Gradient, node: Node = site.node): DeadTerm | undefined {
  for (const user of site.users(node)) {
    if (
      isSum(user) &&
      eitherOrder(user).some(([term, other]) => term.id === node.id && carries(gradient, other) === 'yes')
    )
      return { term: node, sum: user };
    const found = isDead(gradient, user) ? deadTerm(site, gradient, user) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isDead = (gradient: Gradient, node: Node): boolean =>
  carries(gradient, node) === 'no' && dependsOn(gradient, node) === 'yes';

const isSum = (node: Node): boolean =>
  isOp(node, 'add', 'sub') && eitherOrder(node).every(([term]) => term.shape?.length === 0);
