/** Tables of all pairs of which nothing is left but their total. */
import type { Node } from '../program/node.js';
import { isByHand, isLaidToMeet, type Growth } from './broadcast.js';
import { isOp } from './patterns.js';
import type { Site } from './site.js';

/**
 * The sum of all products of two sets is the product of their sums, and so on: nobody lays out pairs for that. Who turned one of two
 * vectors first, `u.transpose().mul(v).sum()`, meant their dot product.
 */
export const isForNothing = (site: Site, growth: Growth, a: Node, b: Node): boolean =>
  SEPARABLE.has(site.node.op) &&
  !(isOp(site.node, 'mul') && [a, b].every(isVector) ? isByHand(growth) : isLaidToMeet(growth, a, b)) &&
  isOnlyAddedUp(site);

const isOnlyAddedUp = (site: Site): boolean => {
  const users = site.users();
  const isTotal = (user: Node): boolean => isOp(user, 'sum', 'mean') && user.shape?.length === 0;
  return users.length > 0 && !site.isReturned() && users.every(isTotal);
};

/** As long as one of its axes is. */
const isVector = ({ shape }: Node): boolean => shape?.filter(({ size }) => size !== 1).length === 1;

const SEPARABLE: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div']);
