import { sameSize, type Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { statisticOf } from './axes.js';
import { BROADCASTING, isByHand, mutualGrowth } from './broadcast.js';
import { isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';

/** Ops between a table of pairs and what is made of it: the difference of corners, its relu, the product of the sides. */
const MOST_STEPS = 6;

/**
 * What meets a product of matrices is a table of pairs: the lengths in `|a|² + |b|² - 2ab`. So is what meets another table
 * of pairs, which was written as one: the areas of boxes beside the areas that they share. And what meets data that has a
 * row and a column for each of both: noise of one clip, scaled for each clip that it is added to.
 */
export function isTableOfPairs(site: Site): boolean {
  return site.users().some((user) => {
    const others = (BROADCASTING[user.op] ?? [])
      .map((name) => operandOf(user, name))
      .filter((operand) => operand !== undefined && operand !== site.node);
    return others.some(
      (other) =>
        (isOp(user, 'add', 'sub') && isProduct(other!)) ||
        isOfPairs(other!, site.node.shape) ||
        isLevelledBy(site, other!),
    );
  });
}

/** Whether one operand is a statistic of what the table meets, which has as many rows and columns. */
const isLevelledBy = (site: Site, met: Node): boolean =>
  met.shape !== undefined &&
  met.shape.length === site.node.shape?.length &&
  met.shape.every(({ size }, axis) => sameSize(size, site.node.shape![axis]!.size)) &&
  ['a', 'b'].some((name) => isOfSome(site.operand(name), met));

/** Whether something that a tensor was computed from is a statistic of another one. */
function isOfSome(node: Node | undefined, met: Node, depth = 0): boolean {
  if (node === undefined || depth > MOST_STEPS) return false;
  return (
    statisticOf(node, met) !== undefined ||
    (BROADCASTING[node.op] ?? ['x']).some((name) => isOfSome(operandOf(node, name), met, depth + 1))
  );
}

/** Whether it was made of all pairs of two sets, both laid out by hand, and only computed with since. */
function isOfPairs(node: Node, shape: Shape | undefined): boolean {
  return node.shape?.length === shape?.length && fromPairs(node);
}

function fromPairs(node: Node, depth = 0): boolean {
  const [a, b] = (BROADCASTING[node.op] ?? []).map((name) => operandOf(node, name));
  if (a?.shape !== undefined && b?.shape !== undefined) {
    const growth = mutualGrowth(a.shape, b.shape);
    if (growth !== undefined) return isByHand(growth);
  }
  const inner = operandOf(node, 'x') ?? a;
  return inner !== undefined && depth < MOST_STEPS && fromPairs(inner, depth + 1);
}

const isProduct = (node: Node): boolean =>
  isOp(node, 'matMul') ||
  (isOp(node, 'mul', 'neg') && ['a', 'b', 'x'].some((name) => isOp(operandOf(node, name), 'matMul')));
