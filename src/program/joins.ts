import type { Lowering } from './lowering.js';
import { asTensor, claimsTensor, inputElement } from './inputs.js';
import type { Node } from './node.js';
import { isUndefined, type ArrayValue, type Value } from './values.js';

/** What a value may be where two ways meet. */
export function join(lowering: Lowering, a: Value, b: Value): Value {
  if (a === b) return a;
  // An optional value that was not given: what matters is the case in which it is there.
  if (isNullish(a)) return b;
  if (isNullish(b)) return a;
  if (a.kind === 'constant' && b.kind === 'constant' && Object.is(a.value, b.value)) return a;
  if (isNumber(a) && isNumber(b)) return joinNumbers(lowering, a, b);
  if (a.kind === 'input' && b.kind === 'tensor') return joinInput(lowering, a, b);
  if (b.kind === 'input' && a.kind === 'tensor') return joinInput(lowering, b, a);
  if (a.kind === 'input' && b.kind === 'input') {
    if (claimsTensor(a) && claimsTensor(b)) return join(lowering, asTensor(lowering, a)!, asTensor(lowering, b)!);
    return a; // two inputs that nobody used yet: alike as far as anyone knows
  }
  if (a.kind === 'tensor' && b.kind === 'tensor') {
    return { kind: 'tensor', node: lowering.builder.join(a.node, b.node, b.node.span) };
  }
  if (a.kind === 'array' && b.kind === 'array') return joinArrays(lowering, a, b);
  if (a.kind === 'object' && b.kind === 'object') {
    const names = new Set([...a.fields.keys(), ...b.fields.keys()]);
    const fields = new Map<string, Value>();
    for (const name of names) {
      const left = a.fields.get(name);
      const right = b.fields.get(name);
      fields.set(name, left === undefined || right === undefined ? (left ?? right)! : join(lowering, left, right));
    }
    return { kind: 'object', fields, prototype: a.prototype === b.prototype ? a.prototype : undefined };
  }
  return lowering.unknown('branches disagree');
}

export const isNullish = (value: Value): boolean => value.kind === 'constant' && (value.value === undefined || value.value === null);

export const isNumber = (value: Value): boolean => value.kind === 'number' || (value.kind === 'constant' && typeof value.value === 'number');

function joinNumbers(lowering: Lowering, a: Value, b: Value): Value {
  const left = numberNode(lowering, a);
  const right = numberNode(lowering, b);
  const node = lowering.builder.join(left, right, right.span);
  return { kind: 'number', node };
}

export function numberNode(lowering: Lowering, value: Value): Node {
  if (value.kind === 'number') return value.node;
  const number = value.kind === 'constant' ? Number(value.value) : NaN;
  return lowering.builder.constant(number, 'number', lowering.builder.nodes.at(-1)?.span ?? { file: '', start: 0, end: 0 });
}

function joinInput(lowering: Lowering, a: Value & { kind: 'input' }, b: Value): Value {
  const tensor = asTensor(lowering, a);
  return tensor === undefined ? lowering.unknown('branches disagree') : join(lowering, tensor, b);
}

function joinArrays(lowering: Lowering, a: ArrayValue, b: ArrayValue): Value {
  if (a.elements.length === b.elements.length && a.rest === undefined && b.rest === undefined) {
    return { ...a, elements: a.elements.map((element, index) => join(lowering, element, b.elements[index]!)) };
  }
  const parts = [...a.elements, ...b.elements, ...(a.rest === undefined ? [] : [a.rest]), ...(b.rest === undefined ? [] : [b.rest])];
  return { ...a, elements: [], rest: parts.length === 0 ? undefined : parts.reduce((left, right) => join(lowering, left, right)) };
}

/** What a `for…of`, a spread or an array pattern gets out of a value; a pattern asks for as many as it has places. */
export function iterate(lowering: Lowering, value: Value, count = 0): { elements: readonly Value[]; rest: Value | undefined } {
  switch (value.kind) {
    case 'array':
      return value;
    case 'input': {
      const elements = Array.from({ length: count }, (_, index) => inputElement(lowering, value, index)).filter((element) => element !== undefined);
      return { elements, rest: inputElement(lowering, value) ?? lowering.unknown('unknown element') };
    }
    case 'constant':
      if (typeof value.value === 'string') return { elements: [...value.value].map((character) => ({ kind: 'constant', value: character })), rest: undefined };
      return isUndefined(value) ? { elements: [], rest: undefined } : { elements: [], rest: lowering.unknown('unknown element') };
    default:
      return { elements: [], rest: lowering.unknown('unknown element') };
  }
}

