import { dim, type Shape } from '../../facts/shape.js';
import type { AttributeValue } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import { asData, asNumberInput } from '../claims/inputs.js';
import type { TypeClaim } from '../claims/type-claims.js';
import type { ts } from '../../source/typescript.js';
import { isAsked } from '../control/known.js';
import type { Lowering } from '../lowering.js';
import { isForeign, ofForeignData } from './foreign-data.js';
import { isResized } from '../javascript/resized-lists.js';
import { withFacts } from '../node.js';
import { asSizes } from './number-roles.js';
import { toAttribute } from './operands.js';
import { asString, type ArrayValue, type InputValue, type TensorValue, type Value } from '../values.js';

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

/**
 * `tf.tensor2d(rows)` where the caller provides the rows: an input of the unit, whose values are the caller's. What a file, a
 * page or a library provides is nobody's input, and as little known.
 */
export function tensorOfData(
  lowering: Lowering,
  path: string,
  args: readonly Value[],
  place: ts.Node,
): Value | undefined {
  const [data, ...options] = args;
  if (!(path in DATA_RANKS)) return undefined;
  if (data !== undefined && isForeign(data)) return ofForeignData(lowering, path, args, place);
  if (data?.kind === 'array') {
    // Where a shape is given, the rows of it may be written one after the other.
    const rank = DATA_RANKS[path];
    const isFlat = options.some((option) => option.kind === 'array') && depthOf(data) !== rank;
    describeElements(lowering, data, isFlat ? undefined : rank);
    return undefined;
  }
  if (data?.kind !== 'input' || data.claim?.kind === 'tensor' || data.form.kind === 'tensor')
    return undefined;
  // What conditions asked about is to stay the number that they know something of.
  if (path === 'scalar' && data.claim?.kind === 'number' && isAsked(lowering, data)) return undefined;
  const given = options.find((option) => option.kind === 'array');
  const shape = given && asSizes(lowering, given);
  const dims = shape === undefined ? undefined : shapeOfAttribute(lowering, toAttribute(shape));
  const written = options.map(asString).find((text) => text !== undefined);
  const plain = isOfTruths(data.claim) ? 'bool' : 'float32';
  const dtype = written === 'int32' || written === 'bool' ? written : plain;
  const rank = DATA_RANKS[path] ?? dims?.length;
  if (data.form.kind === 'data') return laidOut(lowering, data.form.value, rank, shape);
  const [other] = options;
  if (rank === undefined && other !== undefined && mayBeShape(other)) {
    const values = asData(lowering, data, { rank, shape: undefined, dtype });
    return values && laidOut(lowering, values, rank, other);
  }
  const described = asData(lowering, data, { rank, shape: dims, dtype });
  return described && isResized(data) && dims === undefined ? ofAnyLength(lowering, described) : described;
}

/** `boolean[][]` makes a bool tensor, where no type is asked for. */
const isOfTruths = (claim: TypeClaim | undefined): boolean =>
  claim?.kind === 'boolean' || (claim?.kind === 'list' && isOfTruths(claim.element));

/** What the code added to or took from before: the name is that of the size it had. */
function ofAnyLength(lowering: Lowering, { node }: TensorValue): TensorValue {
  const shape = node.shape?.map((one, axis) => (axis === 0 ? dim(lowering.builder.freshSize()) : one));
  return { kind: 'tensor', node: withFacts(node, { shape }) };
}

/**
 * `tf.tensor2d(rows.map((row) => [row.width, row.height]))`: what is as deep in lists as the tensor has axes is a number, and
 * what is not is a row of them. Single numbers, `tf.tensor1d([width, height])`, stay what their uses tell; where none does,
 * they are numbers all the same.
 */
function describeElements(
  lowering: Lowering,
  { elements, rest }: ArrayValue,
  rank: number | undefined,
  isData: boolean = false,
): void {
  const inner = rank === undefined ? undefined : rank - 1;
  const describe = (element: Value, within: boolean): void => {
    if (element.kind === 'array') describeElements(lowering, element, inner, within);
    else if (element.kind === 'input') describeElement(lowering, element, inner, within);
  };
  for (const element of elements) describe(element, isData);
  if (rest !== undefined) describe(rest, true);
}

/** How deep lists are nested in it, as far as that is seen. */
function depthOf(value: Value | undefined): number {
  return value?.kind === 'array' ? 1 + depthOf(value.elements[0] ?? value.rest) : 0;
}

function describeElement(
  lowering: Lowering,
  element: InputValue,
  rank: number | undefined,
  isData: boolean,
): void {
  if (element.form.kind !== 'undetermined' || element.claim?.kind === 'tensor') return;
  if (rank === 0 || element.claim?.kind === 'number') {
    if (isData) asNumberInput(lowering, element);
    else lowering.listed(element);
  } else if (rank !== undefined && rank > 0)
    asData(lowering, element, { rank, shape: undefined, dtype: 'float32' });
}

/** A shape that is handed in: the values may be nested in any way, it tells how they are laid out. */
const mayBeShape = (option: Value): boolean =>
  option.kind === 'input' || option.kind === 'unknown' || option.kind === 'number';

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

/** Sizes that are not known beside those that are: `[ids.length / 256, 256]`. */
function shapeOfAttribute({ builder }: Lowering, attribute: AttributeValue): Shape | undefined {
  if (typeof attribute !== 'object' || attribute === null) return undefined;
  if ('shape' in attribute) return attribute.shape as Shape;
  if (!Array.isArray(attribute) || !attribute.some((size) => typeof size === 'number')) return undefined;
  return attribute.map((size: AttributeValue) =>
    typeof size === 'number' && size >= 0
      ? dim(size, size === 1 ? { one: 'explicit' } : {})
      : dim(builder.freshSize()),
  );
}
