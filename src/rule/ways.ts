/** What becomes of a shape where a tensor that it follows from is one of the values that it may be. */
import { isSymbolic, symbol, type Shape } from '../facts/shape.js';
import { isThrown } from '../ops/build.js';
import { opNamed } from '../ops/table.js';
import { mapOperands, operandNodes, type Node } from '../program/node.js';

/** One of the values of a tensor that is this or that: the state that a field holds at first. */
export interface Way {
  readonly join: Node;
  readonly taken: Node;
}

/** The ways on which an axis is 1 that is longer on others, of what a tensor is made of in a few steps. */
export function waysOfOne(node: Node, depth = 0): Way[] {
  if (depth > MOST_STEPS || node.shape?.some(({ size }) => isSymbolic(size)) !== true) return [];
  if (node.op !== 'join') return operandNodes(node).flatMap((operand) => waysOfOne(operand, depth + 1));
  const ways = operandNodes(node).filter(({ shape }) => shape?.length === node.shape!.length);
  return ways
    .filter(({ shape }) => shape!.some(({ size }, axis) => size === 1 && node.shape![axis]!.size !== 1))
    .map((taken) => ({ join: node, taken }));
}

/** Ops between a state and where it meets what it is to be added to. */
const MOST_STEPS = 4;

/** The node as it is on a way; itself where that makes no difference. */
export function onWay(node: Node, way: Way, depth = 0): Node {
  if (node === way.join) return way.taken;
  if (depth > MOST_STEPS || node.op === 'join') return node;
  const operands = mapOperands(node.operands, (operand) => onWay(operand, way, depth + 1));
  const before = operandNodes(node);
  const isSame = Object.values(operands)
    .flat()
    .every((operand, index) => operand === before[index]);
  return isSame ? node : { ...node, operands, shape: shapeWith(node, operands) };
}

function shapeWith(
  { id, op, attributes, output, named }: Node,
  operands: Node['operands'],
): Shape | undefined {
  let sizes = 0;
  const freshSize = () => symbol(`?${id}.${(sizes += 1)}`);
  const shape = opNamed(op)?.shape({ operands, attributes, output, named, freshSize });
  return shape === undefined || isThrown(shape) ? undefined : shape;
}
