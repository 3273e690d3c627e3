/** Along which axis the elements of a tensor are the probabilities of a softmax. */
import { normaliseAxis } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { axisFromEnd } from './axes.js';
import { operandOf, sameValue } from './patterns.js';

/** The axis along which they add up to 1, counted from the end: -1 of a softmax. */
export function axisOfShares(node: Node | undefined, depth = 0): number | undefined {
  if (node === undefined || depth > 8) return undefined;
  const inner = (x: Node | undefined): number | undefined => axisOfShares(x, depth + 1);
  switch (node.op) {
    case 'softmax':
      return -1;
    case 'input':
      return node.attributes['shares'] === true ? -1 : undefined;
    case 'exp':
      return operandOf(node, 'x')?.op === 'logSoftmax' ? -1 : undefined;
    case 'div':
      return ofQuotient(node);
    case 'clone':
    case 'cast':
      return inner(operandOf(node, 'x'));
    case 'squeeze':
    case 'expandDims':
      return moved(node, inner(operandOf(node, 'x')));
    case 'stack':
      return stacked(node, alike(listOf(node, 'tensors').map(inner)));
    case 'concat':
      return joined(node, alike(listOf(node, 'tensors').map(inner)));
    // Unknown: some of a list of which nobody knows the length.
    case 'join':
    case 'unknown':
      return alike(listOf(node, 'alternatives').map(inner));
    default:
      return undefined;
  }
}

const listOf = (node: Node, name: string): readonly Node[] => {
  const list = node.operands[name];
  return Array.isArray(list) ? (list as readonly Node[]) : [];
};

const alike = (axes: readonly (number | undefined)[]): number | undefined =>
  axes.length > 0 && axes.every((axis) => axis === axes[0]) ? axes[0] : undefined;

/** `e.div(e.sum(-1, true))`. */
function ofQuotient(node: Node): number | undefined {
  const [e, sum] = [operandOf(node, 'a'), operandOf(node, 'b')];
  const isWhole = sum?.op === 'sum' && sum.attributes['keepDims'] === true;
  return isWhole && e?.op === 'exp' && sameValue(e, operandOf(sum, 'x')) ? axisFromEnd(sum) : undefined;
}

/** Behind an axis that went or came in front of it or behind it. */
function moved(node: Node, axis: number | undefined): number | undefined {
  const rank = operandOf(node, 'x')?.shape?.length;
  const given = node.attributes['axis'] ?? (node.op === 'expandDims' ? 0 : undefined);
  if (axis === undefined || rank === undefined) return undefined;
  const before = axis + rank;
  const changed = (Array.isArray(given) ? given : [given]).map((one) =>
    placed(one, node.op === 'expandDims' ? rank + 1 : rank),
  );
  if (changed.includes(undefined)) return undefined;
  if (node.op === 'expandDims') return axis - (changed[0]! > before ? 1 : 0);
  return changed.includes(before) ? undefined : axis + changed.filter((one) => one! > before).length;
}

/** Stacked along a new axis behind it, it is one further from the end. */
function stacked(node: Node, axis: number | undefined): number | undefined {
  const along = placedIn(node);
  if (axis === undefined || along === undefined) return undefined;
  return axis - (along > axis + node.shape!.length - 1 ? 1 : 0);
}

/** Along another axis rows come beside rows; along its own there are several sums. */
function joined(node: Node, axis: number | undefined): number | undefined {
  const along = placedIn(node);
  return axis === undefined || along === undefined || along === axis + node.shape!.length ? undefined : axis;
}

/** The axis that a list of tensors is joined along. */
const placedIn = ({ attributes, shape }: Node): number | undefined =>
  shape && placed(attributes['axis'] ?? 0, shape.length);

const placed = (axis: unknown, rank: number): number | undefined =>
  typeof axis === 'number' ? normaliseAxis(axis, rank) : undefined;
