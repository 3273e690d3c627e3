import { opChained, opNamed } from '../../ops/table.js';
import type { Attributes, AttributeValue, NamedSizes, OpRow, Parameter } from '../../ops/row.js';
import { assumedInput } from '../../facts/range.js';
import { concreteShape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { callArrayMethod } from '../javascript/array-methods.js';
import { customGradient } from '../gradients/custom-gradients.js';
import { tensorOfData } from './data.js';
import { callFunction } from '../javascript/functions.js';
import { asTensor } from '../claims/inputs.js';
import { iterate } from '../control/joins.js';
import { createLayer, isLayerFactory } from '../layers/layers.js';
import { positional, someOutputs } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import { namesIn } from '../shapes/named-sizes.js';
import { asOption } from './number-roles.js';
import type { Gradient, GradientParameters } from '../gradient.js';
import type { Node } from '../node.js';
import { toAttribute, toOperand } from './operands.js';
import { TENSOR_METHODS } from '../javascript/properties.js';
import { stackedCells } from '../layers/stacked-cells.js';
import { rememberName } from '../declared-name.js';
import { rememberWriting } from '../written.js';
import {
  array,
  isUndefined,
  nodesIn,
  record,
  UNDEFINED,
  type FunctionValue,
  type TensorFlowValue,
  type TensorValue,
  type UnknownCause,
  type Value,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import { ofSeveral, type Output } from '../layers/model-results.js';
import { lowerFunction } from '../javascript/function-units.js';

export function tensorFlowMember(namespace: TensorFlowValue, name: string): Value {
  if (name === 'default') return namespace;
  return { kind: 'tensorflow', path: namespace.path === '' ? name : `${namespace.path}.${name}` };
}

/** A call of a function under `tf`. */
export function callTensorFlow(
  lowering: Lowering,
  path: string,
  given: readonly Value[],
  place: ts.Node,
): Value {
  const args = positional(lowering, given, MAX_ARGUMENTS, place);
  const special = SPECIAL[path];
  if (special !== undefined) return special(lowering, args, place);
  const data = tensorOfData(lowering, path, args);
  if (data !== undefined) return data;
  const row = opNamed(path);
  // How many arguments a list of unknown length gives is not known.
  if (row?.parameters.at(-1)?.isRest === true && args !== given)
    return lostTensor(lowering, 'unknown element', place);
  if (row !== undefined) return callRow(lowering, row, args, place);
  if (isLayerFactory(path)) return createLayer(lowering, path, args, place);
  return lowering.unknownFunction(path, place);
}

function callRow(lowering: Lowering, row: OpRow, args: readonly Value[], place: ts.Node): Value {
  const order = row.parameters.map((parameter) => parameter.name);
  return callOp(lowering, { row, order, fixed: {}, chained: false }, args, place);
}

const MAX_ARGUMENTS = 10;

/** `variable.assign(value)`, which changes what is held and gives nothing. */
const ASSIGN: Spelling = {
  row: opNamed('variable.assign')!,
  order: ['x', 'value'],
  fixed: {},
  chained: true,
};

/** A chained call: `x.log()`. */
export function callTensorMethod(
  lowering: Lowering,
  receiver: TensorValue,
  name: string,
  given: readonly Value[],
  place: ts.Node,
): Value {
  const { node } = receiver;
  const args = positional(lowering, given, MAX_ARGUMENTS, place);
  if (name === 'dataSync' || name === 'data' || name === 'bytes') {
    return {
      kind: 'array',
      elements: [],
      rest: { kind: 'number', node: lowering.builder.element(node, spanOf(place)) },
      typed: node.dtype === 'int32' ? 'int32' : 'float32',
    };
  }
  if (name === 'array' || name === 'arraySync')
    return nestedElements(lowering, node, node.shape?.length, place);
  if (name === 'assign') {
    if (args[0]?.kind === 'tensor') callOp(lowering, ASSIGN, [receiver, args[0]], place);
    return UNDEFINED;
  }
  // What is set in a buffer is not followed: its values are anything.
  if (name === 'read' || name === 'toTensor') return receiver;
  if (TENSOR_METHODS.has(name)) return UNDEFINED;
  const spelling = opChained(name);
  // A model of several outputs gives a list: `model.predict(x).map(…)`.
  if (spelling === undefined && ofSeveral(receiver)) {
    const { elements, rest } = iterate(lowering, receiver);
    return callArrayMethod(lowering, array(elements, rest), name, args, place);
  }
  if (spelling === undefined) return lowering.unknownFunction(`Tensor.${name}`, place);
  return callOp(
    lowering,
    { row: spelling.row, order: spelling.parameters, fixed: spelling.attributes ?? {}, chained: true },
    [receiver, ...args],
    place,
  );
}

/** As many elements of a tensor are told apart. */
const MAX_ELEMENTS = 64;

/** `arraySync` keeps the rank: `[B, 1]` gives a list of lists. */
function nestedElements(lowering: Lowering, node: Node, rank: number | undefined, place: ts.Node): Value {
  if (rank === undefined) return lowering.unknown('unknown element');
  let build = (): Value => ({ kind: 'number', node: lowering.builder.element(node, spanOf(place)) });
  let room = MAX_ELEMENTS;
  for (const { size } of [...node.shape!].reverse()) {
    const inner = build;
    const isShort = typeof size === 'number' && size <= room;
    if (isShort && size > 0) room /= size;
    build = isShort ? () => array(Array.from({ length: size }, inner)) : () => array([], inner());
  }
  return build();
}

/** What an op gives of which the number of operands is not known: a tensor all the same. */
function lostTensor(lowering: Lowering, cause: UnknownCause, place: ts.Node): TensorValue {
  return { kind: 'tensor', node: lowering.builder.made(lowering.builder.unknown(cause, spanOf(place))) };
}

/** How an op is called: its row, the parameters in the order of this spelling, and what the spelling fixes. */
interface Spelling {
  readonly row: OpRow;
  readonly order: readonly string[];
  readonly fixed: Attributes;
  readonly chained: boolean;
}

function callOp(lowering: Lowering, spelling: Spelling, given: readonly Value[], place: ts.Node): Value {
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
  if (parameter.kind === 'tensor') return toOperand(lowering, value, span);
  const { elements, rest } = iterate(lowering, value);
  const nodes = elements.map((element) => toOperand(lowering, element, span));
  // A list of unknown length: what is known of it is that it is some tensors like this one. An empty one is yet to be filled.
  if (rest !== undefined && parameter.anyNumber === true) {
    const some = toOperand(lowering, rest, span);
    return [...nodes, some].every((node) => node !== undefined)
      ? [lowering.builder.someOf([...nodes, some] as Node[], span)]
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
    if (row.name === 'variable') rememberName(node, place);
    return { kind: 'tensor', node };
  };
  const result = row.result ?? 'one';
  if (result === 'one') {
    const made = make();
    return made.node.dtype === 'number' ? { kind: 'number', node: made.node } : made;
  }
  if (result === 'list') {
    const count = outputCount(operands, attributes);
    return count === undefined
      ? someOutputs(make)
      : array(Array.from({ length: count }, (_, index) => make(index)));
  }
  if (result === 'lists') return array([array([], make(0)), array([], make(1))]);
  return record(
    result.record.map((name) => [name, result.lists?.includes(name) ? array([], make(name)) : make(name)]),
  );
}

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

type Special = (lowering: Lowering, args: readonly Value[], place: ts.Node) => Value;

const isFunction = (value: Value | undefined): value is FunctionValue => value?.kind === 'function';

const lastFunction = (args: readonly Value[]): FunctionValue | undefined => args.find(isFunction);

/** Functions of TensorFlow.js that take functions, and a few that are no ops. */
const SPECIAL: Readonly<Record<string, Special>> = {
  tidy: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  time: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  profile: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  keep: (_, args) => args[0] ?? UNDEFINED,
  grad: (lowering, args, place) => gradientOf(lowering, args[0], 'first', place, (value) => value),
  grads: (lowering, args, place) => gradientOf(lowering, args[0], 'all', place, (value) => value),
  valueAndGrad: (lowering, args, place) =>
    gradientOf(lowering, args[0], 'first', place, (grad, value) =>
      record([
        ['grad', grad],
        ['value', value],
      ]),
    ),
  valueAndGrads: (lowering, args, place) =>
    gradientOf(lowering, args[0], 'all', place, (grads, value) =>
      record([
        ['grads', grads],
        ['value', value],
      ]),
    ),
  variableGrads: (lowering, args, place) => {
    const value = lowering.differentiated(
      () => enter(lowering, lastFunction(args), [], place),
      () => variablesGiven(args[1]),
    );
    return record([
      ['value', value],
      ['grads', lowering.unknown('unknown element')],
    ]);
  },
  customGrad: (lowering, args, place) => customGradient(lowering, args[0], place),
  multiRNNCell: (lowering, args, place) =>
    stackedCells(lowering, args, place) ?? callRow(lowering, opNamed('multiRNNCell')!, args, place),
  dispose: () => UNDEFINED,
  ready: () => UNDEFINED,
  nextFrame: () => UNDEFINED,
  setBackend: () => UNDEFINED,
  memory: (lowering) => lowering.unknown('unknown element'),
  getBackend: (lowering) => lowering.unknown('unknown element'),
  backend: () => ({ kind: 'native', name: 'tf.backend()' }),
  'util.assert': () => UNDEFINED,
  'util.assertShapesMatch': () => UNDEFINED,
  'util.sizeFromShape': (lowering) => lowering.unknown('unknown element'),
};

function enter(
  lowering: Lowering,
  fn: FunctionValue | undefined,
  args: readonly Value[],
  place: ts.Node,
): Value {
  return fn === undefined ? lowering.unknown('unresolved call') : callFunction(lowering, fn, args, place);
}

/**
 * `tf.grad(f)` is a function; called with tensors, f runs under a gradient. `tf.grads` takes a list. Where nothing is seen to
 * call it, f is differentiated all the same.
 */
function gradientOf(
  lowering: Lowering,
  fn: Value | undefined,
  by: GradientParameters,
  place: ts.Node,
  result: (gradients: Value, value: Value) => Value,
): Value {
  if (isFunction(fn)) lowering.gradientsMade.set(fn.declaration, by);
  return {
    kind: 'native',
    name: 'gradient',
    call: (args) => {
      const inputs = args[0]?.kind === 'array' ? iterate(lowering, args[0]).elements : args.slice(0, 1);
      const value = lowering.differentiated(
        () => {
          if (isFunction(fn)) return callFunction(lowering, fn, inputs, place);
          if (fn?.kind === 'tensorflow') return callTensorFlow(lowering, fn.path, inputs, place);
          // The gradient of a gradient.
          if (fn?.kind === 'native' && fn.call !== undefined) return fn.call(inputs, place);
          return lowering.unknown('unresolved call');
        },
        () => inputs.flatMap(nodeOf),
      );
      const gradients = inputs.map((input): Value => gradientLike(lowering, input, value, place));
      return result(
        args[0]?.kind === 'array' ? array(gradients) : (gradients[0] ?? lowering.unknown('unresolved call')),
        value,
      );
    },
  };
}

/** A gradient has the shape of what it is taken with respect to, and may be what any float tensor may be. */
function gradientLike(lowering: Lowering, value: Value, loss: Value, place: ts.Node): Value {
  const node =
    value.kind === 'tensor'
      ? value.node
      : value.kind === 'input'
        ? asTensor(lowering, value)?.node
        : undefined;
  const made = lowering.builder.unknown('unknown element', spanOf(place));
  const operands = { of: nodesIn(loss) };
  const facts = { shape: node?.shape, dtype: 'float32' as const, range: assumedInput() };
  return { kind: 'tensor', node: { ...made, operands, ...facts } };
}

const nodeOf = (value: Value): Node[] => {
  if (value.kind === 'tensor') return [value.node];
  return value.kind === 'input' && value.form.kind === 'tensor' ? [value.form.value.node] : [];
};

/** The variables that a gradient is taken by, where they are listed one by one. */
export function variablesGiven(list: Value | undefined): Gradient['by'] {
  if (list?.kind !== 'array' || list.rest !== undefined) return 'variables';
  const nodes = list.elements.flatMap(nodeOf);
  return nodes.length === list.elements.length ? nodes : 'variables';
}

/** Losses and metrics given to `compile` run on `[batch, …]` tensors of the caller's data. */
export function lowerLosses(
  lowering: Lowering,
  value: Value | undefined,
  differentiated: 'yes' | 'no',
  output: Output,
): void {
  if (value === undefined) return;
  if (value.kind === 'function')
    lowerFunction(
      lowering,
      value,
      differentiated,
      // Labels are data; what is trained is behind the predictions.
      { given: lossArguments(lowering, value, output), by: 1 },
    );
  if (value.kind === 'array')
    for (const element of value.elements) lowerLosses(lowering, element, differentiated, output);
  if (value.kind === 'object')
    for (const field of value.fields.values()) lowerLosses(lowering, field, differentiated, output);
}

/**
 * Labels and predictions have the shape of the model's output: `fit` gives rank-1 labels a column. Predictions have the
 * range of its last activation.
 */
function lossArguments(lowering: Lowering, fn: FunctionValue, { shape, range, score }: Output): Value[] {
  const isKnown = range.low !== -Infinity && !range.mayBeNaN;
  if (shape === undefined && !isKnown) return [];
  return fn.declaration.parameters.slice(0, 2).map((parameter, index): Value => {
    const predicted = index === 1 && isKnown ? range : assumedInput();
    const node = lowering.builder.input(
      parameter.name.getText(),
      { shape, dtype: 'float32', range: predicted },
      spanOf(parameter),
      index === 1 ? { score } : {},
    );
    return { kind: 'tensor', node };
  });
}
