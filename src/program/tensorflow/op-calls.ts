/** Calls of ops: the arguments of a spelling by the parameters of its row, and what comes out. */
import type { Attributes, AttributeValue, NamedSizes, OpRow, Parameter } from '../../ops/row.js';
import { concreteShape, type Size } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { iterate } from '../control/joins.js';
import { sizeOf, someOutputs } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import { namesIn } from '../shapes/named-sizes.js';
import { asOption } from './number-roles.js';
import type { Node } from '../node.js';
import { noteRow, toAttribute, toOperand } from './operands.js';
import { rememberPlace } from '../declared-name.js';
import { rememberWriting } from '../written.js';
import {
  array,
  isUndefined,
  record,
  UNDEFINED,
  type TensorValue,
  type UnknownCause,
  type Value,
} from '../values.js';
import { spanOf } from '../../source/span.js';

/** Of a list of unknown length so many are taken. */
export const MAX_ARGUMENTS = 10;

/** A call under `tf`: `tf.log(x)`. */
export function callRow(lowering: Lowering, row: OpRow, args: readonly Value[], place: ts.Node): Value {
  const order = row.parameters.map((parameter) => parameter.name);
  return callOp(lowering, { row, order, fixed: {}, chained: false }, args, place);
}

/** What an op gives of which the number of operands is not known: a tensor all the same. */
export function lostTensor(lowering: Lowering, cause: UnknownCause, place: ts.Node): TensorValue {
  return { kind: 'tensor', node: lowering.builder.made(lowering.builder.unknown(cause, spanOf(place))) };
}

/** How an op is called: its row, the parameters in the order of this spelling, and what the spelling fixes. */
export interface Spelling {
  readonly row: OpRow;
  readonly order: readonly string[];
  readonly fixed: Attributes;
  readonly chained: boolean;
}

/** The op, with what it was given under the names of its parameters. */
export function callOp(
  lowering: Lowering,
  spelling: Spelling,
  given: readonly Value[],
  place: ts.Node,
): Value {
  const { row, order, fixed } = spelling;
  const args = byName(row, order, given);
  const span = spanOf(place);
  const operands: Record<string, Node | readonly Node[]> = {};
  const attributes: Record<string, AttributeValue> = {};
  let names: Record<string, NamedSizes[string]> | undefined;
  for (const parameter of row.parameters) {
    const value = argumentFor(parameter, order, args);
    if (parameter.kind === 'tensor' || parameter.kind === 'tensors') {
      const operand = operandFor(lowering, parameter, value, span);
      if (operand === 'missing') continue;
      // What the op gives is a tensor, whatever was given to it: of some ops the rank is known all the same.
      operands[parameter.name] = operand ?? lowering.builder.unknown('not a tensor', span);
    } else if (parameter.name in fixed) {
      attributes[parameter.name] = fixed[parameter.name];
    } else if (value !== undefined && !isUndefined(value)) {
      attributes[parameter.name] = toAttribute(asOption(lowering, parameter, value));
      const given = SIZES.has(parameter.kind) ? namesIn(value) : undefined;
      if (given !== undefined) names = { ...names, [parameter.name]: given };
    } else if (parameter.default !== undefined) {
      attributes[parameter.name] = parameter.default;
    }
  }
  return outputs(lowering, spelling, { operands, attributes, named: names }, place);
}

/** Parameters that may be sizes. */
const SIZES: ReadonlySet<Parameter['kind']> = new Set(['shape', 'integer', 'number']);

/** `tf.fused.matMul({a, b, bias})`: one object has the arguments by their names. */
function byName(row: OpRow, order: readonly string[], args: readonly Value[]): readonly Value[] {
  const [only] = args;
  if (!row.name.startsWith('fused.') || args.length !== 1 || only?.kind !== 'object') return args;
  return order.map((name) => only.fields.get(name) ?? UNDEFINED);
}

/** The argument of a parameter; a name that stands twice in the order collects both: `x.concat(y)`, `x.concat([y, z])`. */
function argumentFor(
  { name, isRest }: Parameter,
  order: readonly string[],
  args: readonly Value[],
): Value | undefined {
  const position = order.indexOf(name);
  if (isRest === true) return array(args.slice(position));
  if (position < 0 || order.lastIndexOf(name) === position) return position < 0 ? undefined : args[position];
  const given = args.filter((_, index) => order[index] === name);
  const parts = given.map((value) => (value.kind === 'array' ? value : array([value])));
  return {
    kind: 'array',
    elements: parts.flatMap(({ elements }) => elements),
    rest: parts.find(({ rest }) => rest !== undefined)?.rest,
  };
}

function operandFor(
  lowering: Lowering,
  parameter: Parameter,
  value: Value | undefined,
  span: ReturnType<typeof spanOf>,
): Node | readonly Node[] | 'missing' | undefined {
  const absent =
    value === undefined || isUndefined(value) || (value.kind === 'constant' && value.value === null);
  if (absent) return parameter.optional === true ? 'missing' : undefined;
  if (parameter.isRow === true && value.kind === 'array') noteRow(lowering, value);
  if (parameter.kind === 'tensor') return toOperand(lowering, value, span);
  const { elements, rest } = iterate(lowering, value);
  const nodes = elements.map((element) => toOperand(lowering, element, span));
  // A list of unknown length: what is known of it is that it is some tensors like this one. An empty one is yet to be filled.
  if (rest !== undefined && parameter.anyNumber === true) {
    const some = toOperand(lowering, rest, span);
    return [...nodes, some].every((node) => node !== undefined)
      ? [lowering.builder.someOf([...nodes, some] as Node[], howMany(lowering, value), span)]
      : undefined;
  }
  if (rest !== undefined || elements.length === 0) {
    const some = rest === undefined ? undefined : toOperand(lowering, rest, span);
    // How many they are is not known; that a gradient flows back to them is.
    const of = [...nodes, some].filter((node) => node !== undefined);
    return [{ ...lowering.builder.unknown('unknown element', span), operands: { of } }];
  }
  return nodes.every((node) => node !== undefined) ? nodes : undefined;
}

const howMany = (lowering: Lowering, list: Value): Size =>
  list.kind === 'array' ? sizeOf(lowering, list) : lowering.builder.freshSize();

interface GivenArguments {
  readonly operands: Node['operands'];
  readonly attributes: Attributes;
  readonly named: NamedSizes | undefined;
}

function outputs(
  lowering: Lowering,
  { row, order, chained }: Spelling,
  { operands, attributes, named }: GivenArguments,
  place: ts.Node,
): Value {
  const span = spanOf(place);
  const make = (output?: string | number): TensorValue => {
    const node = lowering.builder.op(row, operands, attributes, span, output, named);
    rememberWriting(node, place, order, chained);
    if (row.name === 'variable') rememberPlace(node, place);
    return { kind: 'tensor', node };
  };
  const result = row.result ?? 'one';
  if (result === 'one') {
    const made = make();
    return made.node.dtype === 'number' ? { kind: 'number', node: made.node } : made;
  }
  if (result === 'list') {
    const count = outputCount(operands, attributes);
    return count === undefined || !(count >= 0 && count <= MOST_OUTPUTS)
      ? someOutputs(make)
      : array(Array.from({ length: count }, (_, index) => make(index)));
  }
  if (result === 'lists') return array([array([], make(0)), array([], make(1))]);
  return record(
    result.record.map((name) => [name, result.lists?.includes(name) ? array([], make(name)) : make(name)]),
  );
}

/** A longer list, such as the rows of a data set, is a list of which all elements are alike. */
const MOST_OUTPUTS = 256;

/** How many tensors a list result has: as many as sizes were asked for, or as the axis is long. */
function outputCount(operands: Node['operands'], attributes: Attributes): number | undefined {
  const asked = attributes['numOrSizeSplits'];
  if (typeof asked === 'number') return asked;
  if (Array.isArray(asked)) return asked.length;
  if (asked !== undefined) return undefined;
  const x = operands['x'];
  const axis = attributes['axis'];
  if (x !== undefined && !Array.isArray(x) && typeof axis === 'number') {
    const shape = concreteShape((x as Node).shape);
    return shape?.[axis < 0 ? axis + shape.length : axis];
  }
  return axis === undefined ? 2 : undefined;
}
