/** Properties of tensors, and their shapes as lists of which the length may not be known. */
import { elementsIn } from '../../facts/concrete-shape.js';
import { concreteShape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { lengthOf, sizeOf } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import { openShapeOf, sizeAt } from '../shapes/open-shape.js';
import { withSizes } from '../shapes/open-sizes.js';
import {
  array,
  constant,
  type ArrayValue,
  type ConstantValue,
  type NumberValue,
  type Value,
} from '../values.js';
import { spanOf } from '../../source/span.js';

/** Methods of tensors that are no ops but read values back, or manage memory. */
export const TENSOR_METHODS: ReadonlySet<string> = new Set([
  'data',
  'dataSync',
  'array',
  'arraySync',
  'bytes',
  'buffer',
  'bufferSync',
  'dispose',
  'set',
  'print',
  'toString',
  'assign',
  'read',
]);

/** A property of a tensor; `value` is that tensor. */
export function tensorProperty(
  lowering: Lowering,
  node: Node,
  name: string,
  place: ts.Node,
  value: Value,
): Value {
  switch (name) {
    case 'shape':
      return shapeValue(lowering, node, place);
    case 'rank':
      return node.shape === undefined
        ? { kind: 'number', node: lowering.builder.rank(node, spanOf(place)) }
        : constant(node.shape.length);
    case 'size':
      return elementCount(lowering, node, place);
    case 'dtype':
      return node.dtype === undefined ? lowering.unknown('unknown element') : constant(node.dtype);
    case 'name':
      return variableName(node) ?? { kind: 'method', receiver: value, name };
    default:
      return { kind: 'method', receiver: value, name };
  }
}

/** As it was given, else a number of its own: TensorFlow.js counts its variables, and names them by that. */
function variableName({ op, attributes, id }: Node): ConstantValue | undefined {
  const name = attributes['name'] ?? '';
  return op === 'variable' && typeof name === 'string'
    ? constant(name === '' ? String(id) : name)
    : undefined;
}

function elementCount(lowering: Lowering, node: Node, place: ts.Node): Value {
  const shape = concreteShape(node.shape);
  if (shape !== undefined) return constant(elementsIn(shape));
  const size = lowering.builder.freshSize();
  return { kind: 'number', node: lowering.builder.size(node, -1, size, spanOf(place)) };
}

const unknownRankSizes = new WeakMap<Node, Map<number, NumberValue>>();

/** `x.shape`: sizes of a known rank as elements; otherwise sizes are made when they are asked for. */
function shapeValue(lowering: Lowering, node: Node, place: ts.Node): ArrayValue {
  const span = spanOf(place);
  if (node.shape === undefined) {
    const rest: NumberValue = {
      kind: 'number',
      node: lowering.builder.size(node, 0, lowering.builder.freshSize(), span),
    };
    const at = (axis: number): Value => sizeOfUnknownRank(lowering, node, axis, place);
    const list: ArrayValue = {
      kind: 'array',
      elements: [],
      rest,
      outputs: { rest, at },
      shapeOf: node,
    };
    return withSizes(list, openShapeOf(node));
  }
  const sizes = node.shape.map((d, axis): Value =>
    typeof d.size === 'number'
      ? { kind: 'constant', value: d.size, axis: d.axis?.constant === true ? d.axis : undefined }
      : { kind: 'number', node: lowering.builder.size(node, axis, d.size, span), size: d.size },
  );
  return array(sizes, undefined, { shapeOf: node });
}

/** `x.shape[i]` of a tensor of unknown rank: unknown, but the same wherever it is asked for. */
export function sizeOfUnknownRank(lowering: Lowering, node: Node, axis: number, place: ts.Node): NumberValue {
  const known = unknownRankSizes.get(node) ?? new Map<number, NumberValue>();
  unknownRankSizes.set(node, known);
  const size = sizeAt(node, axis) ?? lowering.builder.freshSize();
  const made = known.get(axis) ?? {
    kind: 'number' as const,
    node: lowering.builder.size(node, axis, size, spanOf(place)),
    size,
  };
  known.set(axis, made);
  return made;
}

/** `xs.length`; of a shape it is the rank. */
export function arrayLength(lowering: Lowering, value: ArrayValue, place: ts.Node): Value {
  const { shapeOf } = value;
  if (shapeOf !== undefined && value.rest !== undefined)
    return { kind: 'number', node: lowering.builder.rank(shapeOf, spanOf(place)) };
  const length = lengthOf(lowering, value, place);
  if (length.kind !== 'number') return length;
  return { kind: 'number', node: length.node, size: sizeOf(lowering, value) };
}
