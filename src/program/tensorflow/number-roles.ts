/**
 * What JavaScript numbers are used for. A number that is a size, an axis or an index is whole; a size is that of every axis
 * it was given for, so that whoever chooses the one has chosen the other.
 */
import { symbol, type Size } from '../../facts/shape.js';
import type { Parameter } from '../../ops/row.js';
import { asNumberInput, inputElement } from '../claims/inputs.js';
import type { NodeMaker } from '../builder.js';
import { operandNodes, type Node } from '../node.js';
import type { NumberRole } from '../unit.js';
import { openSizesOf, withSizes } from '../shapes/open-sizes.js';
import { computedSize } from '../shapes/size-formulas.js';
import type { ArrayValue, ConstantValue, InputValue, NumberValue, Value } from '../values.js';
import { NOWHERE } from '../../source/span.js';

const roles = new WeakMap<Node, NumberRole>();

/** What the number is used for, as far as the unit was lowered. */
export const roleOf = (node: Node): NumberRole | undefined => roles.get(node);

/** The first use counts: a size that is also counted through stays a size. */
function note(node: Node, role: NumberRole): void {
  if (!roles.has(node)) roles.set(node, role);
}

/** An input that is given where a number is wanted is a number; so are those that are listed where sizes are. */
export function asOption(lowering: NodeMaker, parameter: Parameter, value: Value): Value {
  const { kind, name } = parameter;
  if (kind === 'axes' || (kind === 'integer' && name === 'axis')) return asAxes(lowering, value);
  if (kind === 'shape' && value.kind === 'array')
    return name === 'begin' ? asIndices(lowering, value) : asSizes(lowering, value);
  if (kind === 'shape' && value.kind === 'input') giveSizes(lowering, value);
  if (SIZES.test(name)) return value.kind === 'array' ? asSizes(lowering, value) : asSize(lowering, value);
  if (kind === 'numbers' || kind === 'integer') return asWhole(lowering, value);
  return kind === 'number' && value.kind === 'input' ? (asNumberInput(lowering, value) ?? value) : value;
}

/** Parameters that say how long an axis of the result is. */
const SIZES = /^(num(Rows|Columns|Classes|Segments|Samples)?|numOrSizeSplits|depth|size\d|k)$/;

/** Sizes that could not be followed are numbers: how many there are is the rank. */
export function asSizes(lowering: NodeMaker, list: ArrayValue): ArrayValue {
  const elements = list.elements.map((element): Value => {
    const size = asSize(lowering, element);
    if (size.kind === 'input') return someSize(lowering, size);
    return size.kind === 'unknown' || size.kind === 'method' ? someSize(lowering, size) : size;
  });
  return withSizes({ ...list, elements }, openSizesOf(list));
}

/** A shape that callers give has any rank; where the unit is run it is a matrix, if nothing else is asked of it. */
function giveSizes(lowering: NodeMaker, value: InputValue): void {
  if (value.form.kind !== 'undetermined' || (value.claim !== undefined && value.claim.kind !== 'list'))
    return;
  for (const axis of [0, 1]) {
    const size = inputElement(lowering, value, axis);
    if (size !== undefined) asSize(lowering, size);
  }
}

/** The value as a size, if it is a number that callers give, or computed from such. */
export function asSize(lowering: NodeMaker, value: Value): Value {
  if (value.kind === 'constant') return wholeChoice(value);
  const number = value.kind === 'input' ? wholeNumber(lowering, value) : value;
  if (number?.kind !== 'number' || number.size !== undefined) return number ?? value;
  const size = sizeOf(number.node);
  if (size === undefined) return number;
  const sized: NumberValue = { ...number, size };
  if (value.kind === 'input') value.form = { kind: 'number', value: sized };
  return sized;
}

/** Of an option that stands for any number which takes the way it is on (`control/refinement`): a size that does. */
function wholeChoice(value: ConstantValue): ConstantValue {
  const { value: number, byDefault, asked } = value;
  if (byDefault !== true || typeof number !== 'number' || Number.isInteger(number)) return value;
  const whole = Math.ceil(number);
  asked?.add(whole);
  return { ...value, value: whole };
}

/** In terms of the numbers that callers give, each of which is a size from here on. `known`: of `n = n * 2 + n` each n once. */
function sizeOf(node: Node, known = new Map<Node, Size | undefined>()): Size | undefined {
  if (!known.has(node)) known.set(node, sizeMadeOf(node, known));
  return known.get(node);
}

function sizeMadeOf(node: Node, known: Map<Node, Size | undefined>): Size | undefined {
  const { op, operands, attributes } = node;
  switch (op) {
    case 'input': {
      const role = roleOf(node);
      if (role !== undefined && role.kind !== 'size') return undefined;
      const size = symbol(String(attributes['path']));
      note(node, { kind: 'size', size });
      return size;
    }
    case 'constant':
      return isCount(attributes['value']) ? attributes['value'] : undefined;
    case 'js.size':
      return (operands['x'] as Node).shape?.[attributes['axis'] as number]?.size;
    case 'unknown':
    case 'join':
    case 'js.rank':
      return undefined;
    default: {
      const terms = operandNodes(node).map((term) => sizeOf(term, known));
      if (terms.length === 0 || !terms.every((term) => term !== undefined)) return undefined;
      return computedSize(op, terms);
    }
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

/** `x.sum(axis)`, `x.sum([axis])`: a list of which nobody said so stays one. */
function asAxes(lowering: NodeMaker, value: Value): Value {
  if (value.kind !== 'array') return asRole(lowering, value, 'axis');
  // A list that nobody knows stays the one that it is, for other ops that take it.
  return value.elements.length === 0
    ? value
    : { ...value, elements: value.elements.map((element) => asRole(lowering, element, 'axis')) };
}

const asIndices = (lowering: NodeMaker, list: ArrayValue): ArrayValue =>
  asSizes(lowering, {
    ...list,
    elements: list.elements.map((element) => asRole(lowering, element, 'index')),
  });

function asRole(lowering: NodeMaker, value: Value, kind: 'axis' | 'index'): Value {
  const number = value.kind === 'input' ? wholeNumber(lowering, value) : value;
  if (number?.kind === 'number') note(number.node, { kind });
  return number ?? value;
}

/** `list[index]`, of a list that the code makes: from here on it is the number of one that is there. */
export function asPlace(lowering: NodeMaker, index: Value): void {
  const isOpen = index.kind === 'input' && index.form.kind === 'undetermined' && index.either === undefined;
  if (isOpen && (index.claim === undefined || index.claim.kind === 'number'))
    asRole(lowering, index, 'index');
}

function asWhole(lowering: NodeMaker, value: Value): Value {
  if (value.kind === 'array')
    return { ...value, elements: value.elements.map((element) => asWhole(lowering, element)) };
  if (value.kind === 'constant') return wholeChoice(value);
  return value.kind === 'input' ? (wholeNumber(lowering, value) ?? value) : value;
}

function wholeNumber(lowering: NodeMaker, value: InputValue): NumberValue | undefined {
  if (value.claim?.kind === 'list' || value.claim?.kind === 'tensor') return undefined;
  return asNumberInput(lowering, value, true);
}

const someSizes = new WeakMap<Value, NumberValue>();

/** The same size wherever the value is used as one. */
function someSize(lowering: NodeMaker, value: Value): NumberValue {
  const known = someSizes.get(value);
  if (known !== undefined) return known;
  const size = lowering.builder.freshSize();
  const node = lowering.builder.unknown('unknown element', NOWHERE, 'number');
  const made: NumberValue = { kind: 'number', node, size };
  someSizes.set(value, made);
  return made;
}
