import type { Node } from '../program/node.js';
import type { Site } from './site.js';

/** Whether nothing is left of a tensor but one number, which one of the given reductions makes of it: what a loss does. */
export function becomesNumber(site: Site, node: Node, by: readonly string[], depth = 0): boolean {
  return site.users(node).some((user) => {
    if (by.includes(user.op)) return user.shape?.length === 0;
    return depth < MOST_STEPS && LOSS_STEPS.has(user.op) && becomesNumber(site, user, by, depth + 1);
  });
}

/** What losses are computed with; not what makes a similarity of a distance, of which all pairs are of use. */
const LOSS_STEPS: ReadonlySet<string> = new Set([
  ...['square', 'abs', 'neg', 'add', 'sub', 'mul', 'div'],
  ...['minimum', 'maximum', 'clipByValue', 'squaredDifference', 'pow'],
]);

/** Ops between a difference and the mean of it. */
const MOST_STEPS = 6;
