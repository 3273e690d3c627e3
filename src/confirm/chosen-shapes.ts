/** The shapes that ops have with a choice, by their rows in the op table. */
import { symbol, type Shape } from '../facts/shape.js';
import { isShapeAttribute } from '../ops/build.js';
import type { Attributes, AttributeValue, Operand } from '../ops/row.js';
import { opNamed } from '../ops/table.js';
import { mapOperands, operandNodes, type Node } from '../program/node.js';
import { type Choice, chosen, withSizes } from './shape-choice.js';

/** What is known of the ops so far. */
type Shapes = ReadonlyMap<Node, Shape | undefined>;

/** What the module computed before the unit is called is not among its ops: its shape stands. */
export const shapeNow = (node: Node, shapes: Shapes, choice: Choice): Shape | undefined =>
  shapes.has(node) ? shapes.get(node) : chosen(node, choice);

export function shapeOfNode(node: Node, shapes: Shapes, choice: Choice): Shape | undefined | 'throws' {
  const now = (operand: Node): Operand => ({ ...operand, shape: shapeNow(operand, shapes, choice) });
  if (node.op === 'join') return shapeNow(operandNodes(node)[0]!, shapes, choice);
  const row = opNamed(node.op);
  if (row === undefined || node.op.startsWith('js.')) return chosen(node, choice);
  const operands = mapOperands(node.operands, now);
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, value]) => [
      name,
      numbered(name === 'begin' ? fromTheFirst(value) : value, choice.sizes),
    ]),
  ) as Attributes;
  const { output } = node;
  try {
    const shape = row.shape({
      operands,
      attributes,
      output,
      freshSize: (key) => symbol(`${node.id}.${key}`),
    });
    return shape !== undefined && 'throws' in shape ? 'throws' : shape;
  } catch {
    return undefined;
  }
}

/** Where a slice begins, as far as it is known. */
const fromTheFirst = (begin: AttributeValue): AttributeValue =>
  Array.isArray(begin) ? begin.map((at: AttributeValue) => (typeof at === 'number' ? at : 0)) : begin;

/** Attributes with the chosen numbers in place of the names of sizes. */
export function numbered(value: AttributeValue, sizes: ReadonlyMap<string, number>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: AttributeValue) => numbered(item, sizes));
  if (isShapeAttribute(value))
    return { shape: value.shape.map((d) => ({ ...d, size: withSizes(d.size, sizes) })) };
  if ('unknown' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, numbered(item as AttributeValue, sizes)]),
  );
}
