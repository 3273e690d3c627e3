import { opChained } from '../../ops/table.js';
import { symbol } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import { callFunction } from './functions.js';
import { objectOf } from './constructors.js';
import {
  asNumbers,
  asTensor,
  claimsTensor,
  inputElement,
  inputField,
  mayBeTensor,
} from '../claims/inputs.js';
import { asInstance } from './instances.js';
import { join } from '../control/joins.js';
import { elementAt, lengthOf, rewrite, typical } from './lists.js';
import { refreshField } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import { readExport } from './modules.js';
import { numberNamed } from './named-numbers.js';
import { globalValue, GLOBAL_OBJECTS } from './natives.js';
import { mapProperty } from './maps.js';
import { accessorOf, inherited, orSomeField, SOME_FIELD, superclassIsForeign } from './objects.js';
import type { Node } from '../node.js';
import { fromTheBack, openShapeOf, sizeAt } from '../shapes/open-shape.js';
import { withSizes } from '../shapes/open-sizes.js';
import {
  array,
  asNumber,
  asString,
  constant,
  UNDEFINED,
  type ArrayValue,
  type ClassValue,
  type FunctionValue,
  type NumberValue,
  type Value,
  tensorFlowMember,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import { outputOfModel } from '../layers/model-results.js';

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

/** Names that arrays, sets, models and strings share with tensors: they do not show that an input is a tensor. */
const AMBIGUOUS_METHODS: ReadonlySet<string> = new Set([
  'add',
  'concat',
  'slice',
  'reverse',
  'includes',
  'toString',
  'print',
  'dispose',
  'buffer',
  'all',
  'any',
  'pad',
  'data',
  'read',
  'assign',
  'array',
  'bytes',
  'split',
  'equal',
  'stack',
  'step',
  'pow',
  'cast',
]);

export const PROMISE_METHODS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);
export const FUNCTION_METHODS: ReadonlySet<string> = new Set(['call', 'apply', 'bind']);

export function getProperty(lowering: Lowering, object: Value, name: string, place: ts.Node): Value {
  if (PROMISE_METHODS.has(name) && object.kind !== 'object' && isCallee(place))
    return { kind: 'method', receiver: object, name };
  switch (object.kind) {
    case 'tensorflow':
      return FUNCTION_METHODS.has(name) && object.path !== ''
        ? { kind: 'method', receiver: object, name }
        : tensorFlowMember(object, name);
    case 'tensor':
      return tensorProperty(lowering, object.node, name, place, object);
    case 'object':
      return objectProperty(lowering, object, name, place);
    case 'class':
      return (
        staticProperty(lowering, object, name) ??
        (object.superclass === undefined
          ? { kind: 'method', receiver: object, name }
          : getProperty(lowering, object.superclass, name, place))
      );
    case 'function':
      return objectOf(object).fields.get(name) ?? { kind: 'method', receiver: object, name };
    case 'module':
      return readExport(lowering, object.module, name, place) ?? lowering.unknown('unresolved import');
    case 'array':
      if (name === 'length') return arrayLength(lowering, object, place);
      return { kind: 'method', receiver: object, name };
    case 'input':
      return inputProperty(lowering, object, name, place);
    case 'constant':
      if (name === 'length' && typeof object.value === 'string') return constant(object.value.length);
      return object.value === null || object.value === undefined
        ? lowering.unknown('unresolved name')
        : { kind: 'method', receiver: object, name };
    case 'layer': {
      const built = object.config?.kind === 'object' ? object.config.fields.get(name) : undefined;
      return (name === 'inputs' || name === 'outputs') && built !== undefined
        ? built
        : { kind: 'method', receiver: object, name };
    }
    case 'native':
      if (GLOBAL_OBJECTS.has(object.name)) return globalValue(name) ?? lowering.unknown('unresolved name');
      if (FUNCTION_METHODS.has(name) && object.name !== 'Reflect')
        return { kind: 'method', receiver: object, name };
      return numberNamed(`${object.name}.${name}`) ?? { kind: 'native', name: `${object.name}.${name}` };
    default:
      return { kind: 'method', receiver: object, name };
  }
}

function staticProperty(lowering: Lowering, type: ClassValue, name: string): Value | undefined {
  const known = type.statics.get(name);
  if (known !== undefined) return known;
  const getter = accessorOf(type, type, name, 'get', true);
  return getter && callFunction(lowering, getter, [], undefined);
}

const isCallee = (place: ts.Node): boolean =>
  ts.isCallExpression(place.parent) && place.parent.expression === place;

function tensorProperty(lowering: Lowering, node: Node, name: string, place: ts.Node, value: Value): Value {
  switch (name) {
    case 'shape':
      return shapeValue(lowering, node, place);
    case 'rank':
      return node.shape === undefined
        ? { kind: 'number', node: lowering.builder.rank(node, spanOf(place)) }
        : constant(node.shape.length);
    case 'size': {
      const size =
        node.shape === undefined
          ? undefined
          : node.shape.every((d) => typeof d.size === 'number')
            ? node.shape.reduce((product, d) => product * (d.size as number), 1)
            : undefined;
      return size === undefined
        ? {
            kind: 'number',
            node: lowering.builder.size(node, -1, lowering.builder.freshSize(), spanOf(place)),
          }
        : constant(size);
    }
    case 'dtype':
      return node.dtype === undefined ? lowering.unknown('unknown element') : constant(node.dtype);
    default:
      return { kind: 'method', receiver: value, name };
  }
}

const unknownRankSizes = new WeakMap<Node, Map<number, NumberValue>>();

/** `x.shape`: sizes of a known rank as elements; otherwise sizes are made when they are asked for. */
function shapeValue(lowering: Lowering, node: Node, place: ts.Node): ArrayValue & { shapeOf?: Node } {
  const span = spanOf(place);
  if (node.shape === undefined) {
    const rest: NumberValue = {
      kind: 'number',
      node: lowering.builder.size(node, 0, lowering.builder.freshSize(), span),
    };
    const at = (axis: number): Value => sizeOfUnknownRank(lowering, node, axis, place);
    const list: ArrayValue & { shapeOf?: Node } = {
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
  return { ...array(sizes), shapeOf: node };
}

/** `x.shape[i]` of a tensor of unknown rank: unknown, but the same wherever it is asked for. */
function sizeOfUnknownRank(lowering: Lowering, node: Node, axis: number, place: ts.Node): NumberValue {
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

function objectProperty(
  lowering: Lowering,
  object: Value & { kind: 'object' },
  name: string,
  place: ts.Node,
): Value {
  if (object.isMap === true) return mapProperty(lowering, object, name);
  refreshField(object, name, place);
  const own = object.fields.get(name);
  if (own !== undefined) {
    lowering.readField(object, name, own);
    if (own.kind === 'function' && own.self === undefined) return { ...own, self: object };
    return orSomeField(lowering, object, own);
  }
  const getter = object.accessors?.get(name);
  if (getter !== undefined)
    return getter.get === undefined
      ? UNDEFINED
      : callFunction(lowering, { ...getter.get, self: object }, [], undefined);
  const member = inherited(lowering, object.prototype, object, name);
  if (member !== undefined) return member;
  if (superclassIsForeign(object.prototype)) return { kind: 'method', receiver: object, name };
  const written = object.fields.get(SOME_FIELD);
  if (written !== undefined) return written;
  if (object.base !== undefined) {
    const found = getProperty(lowering, object.base, name, place);
    // A method of a prototype is one of the object.
    return object.base.kind === 'object' && found.kind === 'function' ? { ...found, self: object } : found;
  }
  // Of an instance not every field was seen.
  return object.prototype === undefined ? UNDEFINED : lowering.unknown('unknown element');
}

/** Methods of arrays that take a function, and that tensors have not. */
export const GOES_THROUGH: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'reduce',
  'filter',
  'some',
  'every',
  'find',
  'flatMap',
  'sort',
]);

/** What arrays have and tensors have not. */
const LIST_MEMBERS: ReadonlySet<string> = new Set([
  ...GOES_THROUGH,
  'length',
  'findIndex',
  'indexOf',
  'push',
  'join',
]);

const OF_TENSORS_ONLY: ReadonlySet<string> = new Set(['shape', 'dataSync', 'arraySync']);

function inputProperty(
  lowering: Lowering,
  value: Value & { kind: 'input' },
  name: string,
  place: ts.Node,
): Value {
  if (LIST_MEMBERS.has(name)) asNumbers(value);
  if (value.form.kind === 'tensor')
    return tensorProperty(lowering, value.form.value.node, name, place, value.form.value);
  const typed =
    claimsTensor(value) &&
    !(value.claim?.kind === 'tensor' && value.claim.orList === true && name === 'length');
  const evident =
    value.form.kind === 'undetermined' &&
    // `const { mean, log } = options` takes no methods of a tensor.
    (OF_TENSORS_ONLY.has(name) || (isCallee(place) && isEvidentlyChained(name, place)));
  if (typed || (evident && mayBeTensor(value))) {
    const tensor = asTensor(lowering, value);
    if (tensor !== undefined && tensor.kind === 'tensor')
      return tensorProperty(lowering, tensor.node, name, place, tensor);
  }
  const instance = asInstance(lowering, value);
  if (instance !== undefined) return getProperty(lowering, instance, name, place);
  if (name === 'length' && value.form.kind !== 'object') {
    // As a tensor it has that many along its first axis.
    const size = symbol(`${value.name}.0`);
    const list = lowering.builder.unknown('unknown element', spanOf(place));
    return { kind: 'number', node: lowering.builder.size(list, 0, size, spanOf(place)), size };
  }
  if (value.claim?.kind === 'list' || value.form.kind === 'list' || value.claim?.kind === 'string')
    return { kind: 'method', receiver: value, name };
  if (isCallee(place)) return { kind: 'method', receiver: value, name };
  return inputField(value, name) ?? lowering.unknown('unknown element');
}

/** A method that only tensors have, with no more arguments than it takes: `x.log()`, not `logger.log(x)`. */
export function isEvidentlyChained(name: string, place: ts.Node): boolean {
  const spelling = opChained(name);
  if (spelling === undefined) return false;
  const tooMany =
    isCallee(place) && (place.parent as ts.CallExpression).arguments.length >= spelling.parameters.length;
  return !tooMany && (!AMBIGUOUS_METHODS.has(name) || isChainedOn(place));
}

/** `x.add(1).sub(y)`: what a set or an array gives has no `sub`. */
function isChainedOn(place: ts.Node): boolean {
  const next = isCallee(place) ? place.parent.parent : undefined;
  return (
    next !== undefined &&
    ts.isPropertyAccessExpression(next) &&
    isCallee(next) &&
    isEvidentlyChained(next.name.text, next)
  );
}

function arrayLength(lowering: Lowering, value: ArrayValue, place: ts.Node): Value {
  const { shapeOf } = value as { shapeOf?: Node };
  if (shapeOf !== undefined && value.rest !== undefined)
    return { kind: 'number', node: lowering.builder.rank(shapeOf, spanOf(place)) };
  const length = lengthOf(lowering, value, place);
  return length.kind !== 'number' ? length : { ...length, size: lowering.builder.freshSize() };
}

export function getElement(lowering: Lowering, object: Value, index: Value, place: ts.Node): Value {
  const key = asString(index);
  const isIndex = object.kind === 'array' && key !== undefined && /^\d+$/.test(key);
  if (key !== undefined && !isIndex) return getProperty(lowering, object, key, place);
  const position = isIndex ? Number(key) : asNumber(index);
  switch (object.kind) {
    case 'array': {
      const { shapeOf } = object as { shapeOf?: Node };
      if (object.rest !== undefined && shapeOf !== undefined) {
        const axis =
          index.kind === 'number' ? fromTheBack(index.node, shapeOf) : position! >= 0 ? position : undefined;
        if (axis !== undefined) return sizeOfUnknownRank(lowering, shapeOf, axis, place);
      }
      return elementAt(lowering, object, position, place);
    }
    case 'input':
      return inputElement(lowering, object, position) ?? lowering.unknown('unknown element');
    case 'object': {
      if (position !== undefined)
        return object.fields.get(String(position)) ?? lowering.unknown('unknown element');
      const values = [...object.fields.values()];
      // `table[name]` over a table of like values (layers, weights, losses) is one of them.
      return values.length === 0
        ? lowering.unknown('unknown element')
        : values.reduce((a, b) => join(lowering, a, b));
    }
    case 'tensor':
      return outputOfModel(lowering, object, position);
    default:
      return lowering.unknown('unknown element');
  }
}

export function setProperty(lowering: Lowering, object: Value, name: string, value: Value): void {
  const setter = setterOf(object, name);
  if (setter !== undefined) callFunction(lowering, setter, [value], undefined);
  else if (object.kind === 'object') lowering.writeField(object, name, value);
  else if (object.kind === 'input' && object.form.kind === 'instance')
    lowering.writeField(object.form.object, name, value);
  else if (object.kind === 'class') lowering.journal.write(object.statics, name, value);
  else if (object.kind === 'function') lowering.journal.write(objectOf(object).fields, name, value);
  else if (object.kind === 'array' && name === 'length') setLength(lowering, object, value);
  else if (object.kind === 'input') {
    inputField(object, name);
    if (object.form.kind === 'object') lowering.journal.write(object.form.fields, name, value);
  }
}

function setterOf(object: Value, name: string): FunctionValue | undefined {
  if (object.kind === 'class') return accessorOf(object, object, name, 'set', true);
  if (object.kind !== 'object') return undefined;
  const own = object.accessors?.get(name)?.set;
  return own === undefined
    ? accessorOf(object.prototype, object, name, 'set', false)
    : { ...own, self: object };
}

function setLength(lowering: Lowering, list: ArrayValue, value: Value): void {
  const length = asNumber(value);
  const isShorter = length !== undefined && length <= list.elements.length;
  rewrite(
    lowering,
    list,
    isShorter
      ? { elements: list.elements.slice(0, length), rest: undefined }
      : { elements: [], rest: typical(lowering, list) },
  );
}

/** Elements are replaced in place; where it is not known which, what was there stays possible. */
export function setElement(lowering: Lowering, object: Value, index: Value, value: Value): void {
  const key = asString(index);
  if (key !== undefined) return setProperty(lowering, object, key, value);
  if (object.kind === 'object') {
    const known = object.fields.get(SOME_FIELD);
    lowering.journal.write(
      object.fields,
      SOME_FIELD,
      known === undefined ? value : join(lowering, known, value),
    );
  }
  if (object.kind !== 'array') return;
  const position = asNumber(index);
  const { elements, rest } = object;
  const either = (old: Value | undefined): Value => (old === undefined ? value : join(lowering, old, value));
  if (position === undefined)
    return rewrite(lowering, object, { elements: elements.map(either), rest: either(rest) });
  if (position < elements.length)
    return rewrite(lowering, object, {
      elements: elements.map((old, at) => (at === position ? value : old)),
      rest,
    });
  if (position === elements.length && rest === undefined)
    return rewrite(lowering, object, { elements: [...elements, value], rest });
  rewrite(lowering, object, { elements, rest: either(rest) });
}
