import { eitherTruth } from '../javascript/truths.js';
import { usedAsTensor } from '../tensorflow/used-as-tensor.js';
import { joinRanges, withNaN } from '../../facts/range.js';
import { sameSize, type Size } from '../../facts/shape.js';
import { isNonZero } from '../apart.js';
import { BY_DATA, isOfTruth } from '../by-data.js';
import { eitherFunction } from '../javascript/either-function.js';
import { methodsOfBoth, ownMethod } from '../javascript/either-object.js';
import type { Lowering } from '../lowering.js';
import { asNumberInput, asTensor, claimsTensor, eitherInput, inputElement } from '../claims/inputs.js';
import { eitherLayer } from '../layers/either-layer.js';
import { withFacts, type Node } from '../node.js';
import { Fields } from '../scope.js';
import {
  array,
  isNullish,
  isUndefined,
  knownSize,
  optional,
  present,
  UNDEFINED,
  type ArrayValue,
  type ConstantValue,
  type InputValue,
  type List,
  type NumberValue,
  type ObjectValue,
  type TensorValue,
  type UnknownValue,
  type Value,
  isCallable,
  isFromOutside,
} from '../values.js';
import { overZeros } from '../met-ranges.js';
import { outputOfModel } from '../layers/model-results.js';
import { entriesOf } from '../javascript/map-entries.js';
import { NOWHERE } from '../../source/span.js';

/** What a value may be where two ways meet. */
export function join(lowering: Lowering, one: Value, other: Value): Value {
  const [a, b] = [asUsed(one), asUsed(other)];
  if (a === b) return a;
  // What matters is the case in which it is there.
  if (isUnset(a)) return b;
  if (isUnset(b)) return a;
  if (isNullish(a)) return optional(b);
  if (isNullish(b)) return optional(a);
  return a.optional === true || b.optional === true
    ? optional(joinPresent(lowering, present(a), present(b)))
    : joinPresent(lowering, a, b);
}

/** A value from outside as little known as this one, but not it: `last - first` is 0 only where nothing was read in between. */
export const likeOutside = (value: Value): Value =>
  value.kind === 'unknown' ? { ...value, condition: undefined } : { ...value };

function joinPresent(lowering: Lowering, a: Value, b: Value): Value {
  if (a.kind === 'constant' && b.kind === 'constant' && Object.is(a.value, b.value))
    return joinConstants(a, b);
  if (isNumber(a) && isNumber(b)) return joinNumbers(lowering, a, b);
  const truth = eitherTruth(lowering, a, b);
  if (truth !== undefined) return truth;
  if (a.kind === 'tensor') return joinTensor(lowering, a, b);
  if (b.kind === 'tensor') return joinTensor(lowering, b, a);
  if (a.kind === 'input' && b.kind === 'input') {
    if (claimsTensor(a) && claimsTensor(b))
      return join(lowering, asTensor(lowering, a)!, asTensor(lowering, b)!);
    return eitherInput(a, b);
  }
  if (isNumber(a) && mayBeNumber(b)) return join(lowering, a, asNumberInput(lowering, b as InputValue)!);
  if (isNumber(b) && mayBeNumber(a)) return join(lowering, asNumberInput(lowering, a as InputValue)!, b);
  if (isFromOutside(a) && isFromOutside(b)) return likeOutside(a);
  if (isCallable(a) && isCallable(b))
    return eitherFunction(lowering, a, b, (one, other) => sameMethod(lowering, one, other));
  if (isNumber(a) && b.kind === 'unknown') return lostNumber(lowering, a, b);
  if (isNumber(b) && a.kind === 'unknown') return lostNumber(lowering, b, a);
  if (a.kind === 'array' && b.kind === 'array') return nested(lowering, () => joinArrays(lowering, a, b));
  if (a.kind === 'object' && b.kind === 'object')
    return joinedSoFar.get(a)?.get(b) ?? nested(lowering, () => joinObjects(lowering, a, b));
  if (a.kind === 'layer' && b.kind === 'layer') return eitherLayer(a, b);
  return lowering.unknown('branches disagree');
}

/** One constant, with what both ways know of it. */
function joinConstants(a: ConstantValue, b: ConstantValue): Value {
  const fills = a.fills === true ? b.fills : undefined;
  const ofOption = b.ofOption ?? a.ofOption;
  const axis = a.axis?.id === b.axis?.id ? a.axis : undefined;
  const isSame = fills === a.fills && ofOption === a.ofOption && axis === a.axis;
  return isSame ? a : { ...a, ofOption, fills, axis };
}

/** Lists and objects may hold each other in a circle. */
const MAX_NESTING = 6;
let nesting = 0;

/** What two objects have become since the outermost of the joins under way began: methods bound to them lead back to them. */
const joinedSoFar = new Map<ObjectValue, Map<ObjectValue, ObjectValue>>();

function nested(lowering: Lowering, body: () => Value): Value {
  if (nesting >= MAX_NESTING) return lowering.unknown('branches disagree');
  nesting += 1;
  try {
    return body();
  } finally {
    nesting -= 1;
    if (nesting === 0) joinedSoFar.clear();
  }
}

/** One method of two objects of a class is that of the one or the other. */
function sameMethod(lowering: Lowering, one: Value, other: Value): Value | undefined {
  if (one.kind !== 'function' || other.kind !== 'function' || one.declaration !== other.declaration)
    return undefined;
  const [a, b] = [one.self, other.self];
  if (a?.kind !== 'object' || b?.kind !== 'object' || a.prototype === undefined) return undefined;
  return a.prototype === b.prototype ? { ...one, self: join(lowering, a, b) } : undefined;
}

function joinObjects(lowering: Lowering, a: ObjectValue, b: ObjectValue): ObjectValue {
  const isStale = a.stale !== undefined || b.stale !== undefined;
  const stale = isStale ? new Set([...(a.stale ?? []), ...(b.stale ?? [])]) : undefined;
  const fields = new Fields();
  const joined: ObjectValue = {
    kind: 'object',
    fields,
    name: a.name,
    stale,
    ...commonOrigin(lowering, a, b),
  };
  joinedSoFar.set(a, (joinedSoFar.get(a) ?? new Map<ObjectValue, ObjectValue>()).set(b, joined));
  joinFields(lowering, a, b, fields);
  return joined;
}

function joinFields(lowering: Lowering, a: ObjectValue, b: ObjectValue, fields: Fields): void {
  const methods = methodsOfBoth(a, b);
  const names = new Set([...a.fields.keys(), ...b.fields.keys(), ...methods]);
  const field = (object: ObjectValue, name: string, other: Value | undefined): Value =>
    object.fields.get(name) ?? (object.base === undefined ? UNDEFINED : other!);
  for (const name of names) {
    if (methods.includes(name)) {
      fields.set(name, join(lowering, ownMethod(a, name)!, ownMethod(b, name)!));
      continue;
    }
    const [left, right] = [a.fields.get(name), b.fields.get(name)];
    fields.set(name, join(lowering, field(a, name, right), field(b, name, left)));
  }
}

/** What gives the fields that two objects do not hold themselves; of two classes it is not known which. */
export function commonOrigin(
  lowering: Lowering,
  a: ObjectValue,
  b: ObjectValue,
): Pick<ObjectValue, 'prototype' | 'accessors' | 'base' | 'isMap'> {
  const isPlain = (object: ObjectValue): boolean => (object.accessors?.size ?? 0) === 0;
  const alike = a.prototype === b.prototype && (a.accessors === b.accessors || (isPlain(a) && isPlain(b)));
  if (!alike || a.isMap !== b.isMap) return { base: lowering.unknown('branches disagree') };
  return { prototype: a.prototype, accessors: a.accessors, base: a.base ?? b.base, isMap: a.isMap };
}

/** What one way lost is still a number where the other way has one. */
function lostNumber(lowering: Lowering, number: Value, { cause }: UnknownValue): Value {
  const node = numberNode(lowering, number);
  const lost = lowering.builder.unknown(cause, node.span, 'number');
  return { kind: 'number', node: lowering.builder.join(node, lost, node.span) };
}

function joinTensor(lowering: Lowering, tensor: TensorValue, other: Value): Value {
  const node = otherNode(lowering, tensor, other);
  if (node === undefined) return lowering.unknown('branches disagree');
  return { kind: 'tensor', node: lowering.builder.join(tensor.node, node, node.span) };
}

/** What one way lost is still a tensor where the other way has one. */
function otherNode(lowering: Lowering, { node }: TensorValue, other: Value): Node | undefined {
  if (other.kind === 'tensor') return other.node;
  if (other.kind === 'input')
    return asTensor(lowering, other)?.node ?? lowering.builder.unknown('not a tensor', node.span);
  return other.kind === 'unknown' ? usedAsTensor(lowering, other, node.span) : undefined;
}

/** An input that was used as a number or tensor is one. */
function asUsed(value: Value): Value {
  if (value.kind !== 'input') return value;
  const { form } = value;
  return form.kind === 'number' || form.kind === 'tensor' ? form.value : value;
}

export const isUnset = (value: Value): boolean =>
  value.kind === 'input' && value.unset === true && value.form.kind === 'undetermined';

export const isNumber = (value: Value): boolean =>
  value.kind === 'number' || (value.kind === 'constant' && typeof value.value === 'number');

/** A number, or an input that may be one. */
export function mayBeNumber(value: Value): boolean {
  if (value.kind !== 'input') return isNumber(value);
  const { form, claim } = value;
  return (
    form.kind === 'number' ||
    (form.kind === 'undetermined' && (claim === undefined || claim.kind === 'number'))
  );
}

function joinNumbers(lowering: Lowering, a: Value, b: Value): Value {
  // Two branches that only narrowed a number leave it what it was.
  if (a.kind === 'number' && b.kind === 'number' && a.node.id === b.node.id) {
    const range = joinRanges(a.node.range, b.node.range);
    // What only one of them knows beside the range, they do not know together.
    const { attributes } = isNonZero(b.node) ? a.node : isNonZero(a.node) ? b.node : a.node;
    return { ...a, node: withFacts(a.node, { attributes, range }) };
  }
  // `return NaN` says that there is no number: where there is one, it is the other.
  if (isNaNWritten(a) && b.kind === 'number') return orNaN(b);
  if (isNaNWritten(b) && a.kind === 'number') return orNaN(a);
  const left = numberNode(lowering, a);
  const right = numberNode(lowering, b);
  const joined = lowering.builder.join(left, right, right.span);
  const isByData = isOfTruth(joined) && lowering.isByData?.() === true;
  const node = isByData ? withFacts(joined, { attributes: { ...joined.attributes, ...BY_DATA } }) : joined;
  const written = fillsList(a) ? right : fillsList(b) ? left : undefined;
  return { kind: 'number', node: written === undefined ? node : writtenOver(node, written) };
}

const isNaNWritten = (value: Value): boolean => value.kind === 'constant' && Number.isNaN(value.value);

const orNaN = ({ node }: NumberValue): NumberValue => ({
  kind: 'number',
  node: withFacts(node, { range: withNaN(node.range, true) }),
});

/** Whether it is a zero that a list was filled with when it was made. */
export const fillsList = (value: Value): boolean => value.kind === 'constant' && value.fills === true;

/** The number where what is written over zeros is `written`. */
export const writtenOver = (node: Node, written: Node): Node =>
  withFacts(node, { range: overZeros(node.range, written.range) });

export function numberNode(lowering: Lowering, value: Value): Node {
  if (value.kind === 'number') return value.node;
  const number = value.kind === 'constant' ? Number(value.value) : NaN;
  return lowering.builder.constant(number, 'number', lowering.builder.nodes.at(-1)?.span ?? NOWHERE);
}

function joinArrays(lowering: Lowering, a: ArrayValue, b: ArrayValue): Value {
  if (a.elements.length === b.elements.length && a.rest === undefined && b.rest === undefined) {
    return {
      ...a,
      elements: a.elements.map((element, index) => join(lowering, element, b.elements[index]!)),
      filling: commonFilling(a, b),
    };
  }
  // What both have in front stays in front.
  const common = Math.min(a.elements.length, b.elements.length);
  const elements = a.elements
    .slice(0, common)
    .map((element, index) => join(lowering, element, b.elements[index]!));
  const others = [...a.elements.slice(common), ...b.elements.slice(common), a.rest, b.rest].filter(
    (value) => value !== undefined,
  );
  const rest = others.reduce((left, right) => join(lowering, left, right));
  return array(elements, rest, { typed: a.typed, size: commonSize(a, b), filling: commonFilling(a, b) });
}

/** How many elements each of two lists has, where they have as many. */
export function commonSize(a: ArrayValue, b: ArrayValue): Size | undefined {
  const [left, right] = [knownSize(a), knownSize(b)];
  return left !== undefined && right !== undefined && sameSize(left, right) ? left : undefined;
}

const commonFilling = (a: ArrayValue, b: ArrayValue): ArrayValue['filling'] =>
  a.filling?.since === b.filling?.since && a.filling?.by === b.filling?.by ? a.filling : undefined;

/** What a `for…of`, a spread or an array pattern gets out of a value; a pattern asks for as many as it has places. */
export function iterate(lowering: Lowering, value: Value, count = 0): List {
  switch (value.kind) {
    case 'array':
      return value;
    case 'input': {
      const elements = Array.from({ length: count }, (_, index) =>
        inputElement(lowering, value, index),
      ).filter((element) => element !== undefined);
      return { elements, rest: inputElement(lowering, value) ?? lowering.unknown('unknown element') };
    }
    case 'tensor':
      return {
        elements: Array.from({ length: count }, (_, index) => outputOfModel(lowering, value, index)),
        rest: outputOfModel(lowering, value, undefined),
      };
    case 'constant':
      if (typeof value.value === 'string')
        return {
          elements: [...value.value].map((character) => ({ kind: 'constant', value: character })),
          rest: undefined,
        };
      return isUndefined(value)
        ? { elements: [], rest: undefined }
        : { elements: [], rest: lowering.unknown('unknown element') };
    case 'object':
      if (value.isMap === true) return entriesOf(lowering, value);
      return { elements: [], rest: lowering.unknown('unknown element') };
    default:
      return { elements: [], rest: lowering.unknown('unknown element') };
  }
}

/** The value a function gives, from what its return statements gave. */
export function returned(lowering: Lowering, returns: readonly Value[]): Value {
  const values = returns.filter((value) => !isUndefined(value));
  if (values.length === 0) return UNDEFINED;
  return values.reduce((a, b) => join(lowering, a, b));
}
