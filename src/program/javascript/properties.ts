import { symbol } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import {
  asNumbers,
  asTensor,
  claimsTensor,
  inputElement,
  inputField,
  isOnlySized,
  mayBeTensor,
} from '../claims/inputs.js';
import { asInstance } from './instances.js';
import { join } from '../control/joins.js';
import { isData } from './assignments.js';
import { count, elementAt } from './lists.js';
import { isResized } from './resized-lists.js';
import { refreshField } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import { readExport } from './modules.js';
import { numberNamed } from './named-numbers.js';
import { elementOfNumber, elementOfTensor, lengthOfTensor, readByWrongSize } from './tensor-misuse.js';
import { mapProperty } from './maps.js';
import { setProperty } from './sets.js';
import { inherited, orSomeField } from './objects.js';
import { fromTheBack } from '../shapes/open-shape.js';
import {
  asNumber,
  asString,
  constant,
  UNDEFINED,
  type ClassValue,
  type Value,
  tensorFlowMember,
  SOME_FIELD,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import { outputOfModel } from '../layers/model-results.js';
import { isCallee, LIST_MEMBERS, OF_TENSORS_ONLY, isEvidentlyChained } from './telling-members.js';
import { asPlace } from '../tensorflow/number-roles.js';
import { tensorProperty, arrayLength, sizeOfUnknownRank } from '../tensorflow/tensor-properties.js';
import { accessorOf, superclassIsForeign } from './members.js';
import { GLOBAL_OBJECTS } from './globals.js';
import { readGlobal } from './names.js';
import { objectOf } from './function-objects.js';

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
      return (
        (name === 'length' ? lengthOfTensor(lowering, object, place) : undefined) ??
        tensorProperty(lowering, object.node, name, place, object)
      );
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
      if (object.isSet === true) return setProperty(lowering, object, name);
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
      if (GLOBAL_OBJECTS.has(object.name)) return readGlobal(lowering, name, place);
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
  return getter && lowering.callFunction(getter, [], undefined);
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
      : lowering.callFunction({ ...getter.get, self: object }, [], undefined);
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
    (value.form.kind === 'undetermined' || isOnlySized(value)) &&
    // `const { mean, log } = options` takes no methods of a tensor.
    (OF_TENSORS_ONLY.has(name) || (isCallee(place) && isEvidentlyChained(name, place)));
  if (typed || (evident && (mayBeTensor(value) || isOnlySized(value)))) {
    const tensor = asTensor(lowering, value);
    if (tensor !== undefined && tensor.kind === 'tensor')
      return tensorProperty(lowering, tensor.node, name, place, tensor);
  }
  const instance = asInstance(lowering, value, isCallee(place) ? name : undefined);
  if (instance !== undefined) return getProperty(lowering, instance, name, place);
  if (name === 'length' && isResized(value)) return count(lowering, place);
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

export function getElement(lowering: Lowering, object: Value, index: Value, place: ts.Node): Value {
  const key = asString(index);
  const isIndex = object.kind === 'array' && key !== undefined && /^\d+$/.test(key);
  if (key !== undefined && !isIndex) return getProperty(lowering, object, key, place);
  const position = isIndex ? Number(key) : asNumber(index);
  switch (object.kind) {
    case 'array': {
      const { shapeOf } = object;
      if (object.rest !== undefined && shapeOf !== undefined) {
        const axis =
          index.kind === 'number' ? fromTheBack(index.node, shapeOf) : position! >= 0 ? position : undefined;
        if (axis !== undefined) return sizeOfUnknownRank(lowering, shapeOf, axis, place);
      }
      asPlace(lowering, index);
      readByWrongSize(lowering, object, index, place);
      const element = elementAt(lowering, object, position, place);
      const isChosen = element.kind === 'object' && element.of !== undefined && isData(index);
      return isChosen ? { ...element, chosenByData: true } : element;
    }
    case 'input':
      return inputElement(lowering, object, position, index) ?? lowering.unknown('unknown element');
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
      return elementOfTensor(lowering, object, index, place) ?? outputOfModel(lowering, object, position);
    case 'number':
      return elementOfNumber(lowering, object, place) ?? lowering.unknown('unknown element');
    default:
      return lowering.unknown('unknown element');
  }
}
