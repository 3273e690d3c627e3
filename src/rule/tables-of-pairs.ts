import { certainlyDiffer, sameSize, type Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
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
        isOfBoth(other!.shape, site.node.shape),
    );
  });
}

/** Whether the shapes are the same, of axes that are not alike: two sets that are as long as each other may have met by accident. */
const isOfBoth = (shape: Shape | undefined, table: Shape | undefined): boolean =>
  shape !== undefined &&
  shape.length > 1 &&
  shape.length === table?.length &&
  shape.every(({ size }, axis) => size !== 1 && sameSize(size, table[axis]!.size)) &&
  shape.every(({ size }, axis) => shape.slice(axis + 1).every((other) => certainlyDiffer(size, other.size)));

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
