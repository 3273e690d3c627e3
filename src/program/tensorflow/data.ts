import { dim, type Shape } from '../../facts/shape.js';
import type { AttributeValue } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import { asData } from '../claims/inputs.js';
import type { Lowering } from '../lowering.js';
import { asSizes } from './number-roles.js';
import { toAttribute } from './operands.js';
import { asString, type TensorValue, type Value } from '../values.js';

/** Functions that make tensors of data, with the rank of what they make. */
const DATA_RANKS: Readonly<Record<string, number | undefined>> = {
  tensor: undefined,
  variable: undefined,
  scalar: 0,
  tensor1d: 1,
  tensor2d: 2,
  tensor3d: 3,
  tensor4d: 4,
  tensor5d: 5,
  tensor6d: 6,
};

/** `tf.tensor2d(rows)` where the caller provides the rows: an input of the unit, whose values are the caller's. */
export function tensorOfData(lowering: Lowering, path: string, args: readonly Value[]): Value | undefined {
  const [data, ...options] = args;
  if (
    !(path in DATA_RANKS) ||
    data?.kind !== 'input' ||
    data.claim?.kind === 'tensor' ||
    data.form.kind === 'tensor'
  )
    return undefined;
  const given = options.find((option) => option.kind === 'array');
  const shape = given && asSizes(lowering, given);
  const dims = shape === undefined ? undefined : shapeOfAttribute(toAttribute(shape));
  const dtype = options.map(asString).find((text) => text !== undefined) === 'int32' ? 'int32' : 'float32';
  const rank = DATA_RANKS[path] ?? dims?.length;
  if (data.form.kind === 'data') return laidOut(lowering, data.form.value, rank, shape);
  return asData(lowering, data, { rank, shape: dims, dtype });
}

/** The same data once more, perhaps in another shape. */
function laidOut(
  lowering: Lowering,
  data: TensorValue,
  rank: number | undefined,
  shape: Value | undefined,
): TensorValue {
  const { node } = data;
  if (shape !== undefined) {
    return {
      kind: 'tensor',
      node: lowering.builder.op(opNamed('reshape')!, { x: node }, { shape: toAttribute(shape) }, node.span),
    };
  }
  if (rank === undefined || node.shape?.length === rank) return data;
  return {
    kind: 'tensor',
    node: {
      ...lowering.builder.unknown('unknown element', node.span),
      shape: lowering.builder.freshShape(rank),
      range: node.range,
    },
  };
}

function shapeOfAttribute(attribute: AttributeValue): Shape | undefined {
  if (typeof attribute !== 'object' || attribute === null) return undefined;
  if ('shape' in attribute) return attribute.shape as Shape;
  return Array.isArray(attribute) && attribute.every((size) => typeof size === 'number')
    ? attribute.map((size: number) => dim(size, size === 1 ? { one: 'explicit' } : {}))
    : undefined;
}
