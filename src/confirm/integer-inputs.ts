import { operandNodes, type Node } from '../program/node.js';
import { isOp, operandOf, producer } from '../rule/patterns.js';
import type { LikelyShapes } from './likely-shapes.js';

/**
 * An input that is used as indices, perhaps after a cast, holds small whole numbers: below the depth of the oneHot, or 0 and
 * 1, where what they point into has as many.
 */
export function indexLimit(node: Node, nodes: readonly Node[], { shapes }: LikelyShapes): number | undefined {
  if (node.dtype !== undefined && node.dtype !== 'int32') return undefined;
  const user = nodes.find(({ operands: { indices, segmentIds } }) =>
    [indices, segmentIds].some((one) => one !== undefined && isMadeOf(one as Node, node)),
  );
  if (user === undefined) return undefined;
  const { depth, axis } = user.attributes;
  if (typeof depth === 'number' && depth > 0) return depth;
  const table = operandOf(user, 'x');
  const sizes = table && shapes.get(table.id);
  const rows =
    user.op === 'gatherND' ? Math.min(...(sizes ?? [])) : sizes?.[typeof axis === 'number' ? axis : 0];
  return Math.min(rows ?? 2, 2);
}

/** Whether indices are those of a tensor: itself, or side by side with others. */
function isMadeOf(indices: Node, node: Node): boolean {
  const made = producer(indices);
  if (made === node) return true;
  return (
    isOp(made, 'cast', 'stack', 'concat', 'reshape', 'expandDims') &&
    operandNodes(made).some((one) => isMadeOf(one, node))
  );
}

/** An input that says which elements are meant, or that logic is done on, holds nothing but true and false. */
export const isCondition = (node: Node, nodes: readonly Node[]): boolean =>
  node.dtype === undefined &&
  nodes.some((user) => {
    const asked = isOp(user, ...LOGICAL) ? operandNodes(user) : [operandOf(user, 'condition')];
    return asked.some((operand) => operand !== undefined && producer(operand) === node);
  });

const LOGICAL = ['logicalAnd', 'logicalOr', 'logicalXor', 'logicalNot', 'any', 'all'] as const;

/** What stands in one tensor is of one dtype: beside integers a tensor of which nothing tells the dtype holds integers. */
export const meetsIntegers = (node: Node, nodes: readonly Node[]): boolean =>
  node.dtype === undefined &&
  nodes.some((user) => {
    if (!isOp(user, 'stack', 'concat')) return false;
    const beside = operandNodes(user).map(producer);
    return beside.includes(node) && beside.some((other) => other?.dtype === 'int32');
  });
