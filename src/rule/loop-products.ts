/** Products that a loop builds: what every round multiplies by a factor of its own, and nothing brings back to size. */
import { operandNodes, type Node } from '../program/node.js';
import { constantOf, isOp, operandOf, producer } from './patterns.js';

/** The multiplication of the loop that builds the value, if every round of one only multiplies it. */
export function loopProduct(value: Node | undefined): Node | undefined {
  const made = producer(value);
  const candidates = isOp(made, 'join') ? operandNodes(made) : made === undefined ? [] : [made];
  for (const candidate of candidates) {
    const round = followed(producer(candidate), candidate, undefined, 0);
    if (round !== undefined) return round;
  }
  return undefined;
}

/** Follows factors back to the value of the round before; gives the nearest multiplication by something of this round. */
function followed(
  node: Node | undefined,
  carried: Node,
  nearest: Node | undefined,
  depth: number,
): Node | undefined {
  if (node === undefined || depth > MAX_DEPTH || node.dtype === 'bool') return undefined;
  if (node.op === 'unknown') return isRoundBefore(node, carried) ? nearest : undefined;
  const on = (operand: Node | undefined, product = nearest): Node | undefined =>
    followed(producer(operand), carried, product, depth + 1);
  switch (node.op) {
    case 'mul': {
      const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
      const own = nearest ?? node;
      return (isFactor(b) ? on(a, own) : on(a)) ?? (isFactor(a) ? on(b, own) : on(b));
    }
    // A transition of a chain keeps the whole; with a factor of each round beside it, nothing does.
    case 'matMul':
      return on(operandOf(node, 'a')) ?? on(operandOf(node, 'b'));
    case 'dot':
      return on(operandOf(node, 't1')) ?? on(operandOf(node, 't2'));
    case 'sum':
    case 'max':
      return on(operandOf(node, 'x'));
    case 'join':
      return operandNodes(node)
        .map((each) => on(each))
        .find((each) => each !== undefined);
    default:
      return undefined;
  }
}

/** No formula of a round is deeper. */
const MAX_DEPTH = 12;

const isFactor = (node: Node | undefined): boolean =>
  node !== undefined && constantOf(node) === undefined && !node.range.integer && node.dtype !== 'number';

const isRoundBefore = ({ attributes, span }: Node, { span: made }: Node): boolean =>
  attributes['cause'] === 'loop-carried value' &&
  span.file === made.file &&
  span.start === made.start &&
  span.end === made.end;
