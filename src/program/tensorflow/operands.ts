import { usedAsTensor } from './used-as-tensor.js';
import type { DType } from '../../facts/dtype.js';
import {
  assumedInput,
  constantRange,
  joinRanges,
  TRUTH,
  unknownRange,
  type Range,
} from '../../facts/range.js';
import type { OpenShape } from '../../facts/open-shape.js';
import { dim, symbol, type Shape, type Size } from '../../facts/shape.js';
import { isUnknown } from '../../ops/build.js';
import type { AttributeValue, UnknownAttribute } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import type { Span } from '../../source/span.js';
import { isDecidedByData, isOfSteps } from '../by-data.js';
import { growthOf } from '../growth.js';
import { asNumberInput, asTensor } from '../claims/inputs.js';
import { isReadAsNumber } from '../claims/read-as-numbers.js';
import { asKnownInput, asKnownTensor } from '../control/known.js';
import { identityOf } from '../identity.js';
import type { Lowering } from '../lowering.js';
import { operandNodes, type Node } from '../node.js';
import { isRow } from '../read-back.js';
import { sizeOf } from '../javascript/lists.js';
import { asksData, isTruth } from '../javascript/truths.js';
import { elementType, isRefused } from '../javascript/whole-elements.js';
import { openSizesOf } from '../shapes/open-sizes.js';
import {
  isFromOutside,
  knownSize,
  type ArrayValue,
  type InputValue,
  type NumberValue,
  type Value,
} from '../values.js';

/** A value where a tensor is wanted: tensors, numbers, and arrays of numbers, which TensorFlow.js takes as tensors. */
export function toOperand(lowering: Lowering, value: Value, span: Span): Node | undefined {
  switch (value.kind) {
    case 'tensor':
      return value.node;
    case 'number':
      return value.node;
    case 'input':
      return inputOperand(lowering, value);
    case 'constant':
      if (typeof value.value === 'number') return lowering.builder.constant(value.value, 'float32', span);
      if (typeof value.value === 'boolean') return lowering.builder.constant(value.value, 'bool', span);
      if (typeof value.value === 'string')
        return lowering.builder.literal(value.value, [], 'string', unknownRange(), span);
      return undefined;
    case 'array':
      return literalOperand(lowering, value, span);
    case 'unknown':
      return usedAsTensor(lowering, value, span);
    default:
      return undefined;
  }
}

/** The fields of records that nobody described, `batch.map((one) => one.action)`, in a list of indices: one for each record. */
export function noteRow(lowering: Lowering, { elements, rest }: ArrayValue): void {
  for (const element of [...elements, rest])
    if (element?.kind === 'input' && element.claim === undefined && ONE_INDEX.test(element.name))
      asNumberInput(lowering, element, true);
}

/** By its name it is one number: `steps[].action`, and not `steps[].actions`. */
const ONE_INDEX =
  /\]\.(?:\w*[aA]ction|\w*[lL]abel|\w*[cC]lass|\w*[iI]nde?x|\w*[tT]oken|act|arm|move|cls|a|k|y)$/;

function inputOperand(lowering: Lowering, input: InputValue): Node | undefined {
  const tensor = asTensor(lowering, input);
  const operand = tensor && asKnownTensor(lowering, tensor).node;
  return input.form.kind === 'number' ? asKnownInput(lowering, input, input.form.value).node : operand;
}

function literalOperand(lowering: Lowering, value: ArrayValue, span: Span): Node {
  if (isRefused(value))
    return lowering.builder.op(opNamed('tensor')!, {}, { values: toAttribute(value) }, span);
  const leaves: Range[] = [];
  let [boolean, text] = [false, false];
  const shape = literalShape(lowering, value, (leaf) => {
    leaves.push(leafRange(leaf));
    boolean ||= leaf.kind === 'constant' && typeof leaf.value === 'boolean';
    text ||= leaf.kind === 'constant' && typeof leaf.value === 'string';
  });
  const dtype: DType =
    value.typed !== undefined ? elementType(value.typed) : text ? 'string' : boolean ? 'bool' : 'float32';
  if (shape === undefined) return lowering.builder.unknown('unknown element', span);
  const range = leaves.length === 0 || text ? unknownRange() : joinRanges(...leaves);
  // An empty list is yet to be filled.
  const isEmpty = value.elements.length === 0 && value.rest === undefined;
  return lowering.builder.literal(
    isEmpty ? { unknown: true } : toAttribute(value),
    shape,
    dtype,
    range,
    span,
  );
}

/** The shape of a nested array; a nested column of length 1 knows that it is data. Undefined where it cannot be told. */
function literalShape(lowering: Lowering, value: Value, leaf: (value: Value) => void): Shape | undefined {
  if (value.kind !== 'array') {
    const known = (value.kind === 'input' && claimedNumber(lowering, value)) || value;
    // Only its place is asked for: what its values are asks nothing of callers.
    leaf(known === value ? value : UNKNOWN_NUMBER);
    return known.kind === 'constant' || known.kind === 'number' ? [] : undefined;
  }
  const items = value.rest === undefined ? value.elements : [...value.elements, value.rest];
  const inner = items.map((item) => literalShape(lowering, item, leaf));
  if (inner.some((shape) => shape === undefined)) return undefined;
  // An empty list is yet to be filled.
  const isEmpty = value.rest === undefined && value.elements.length === 0;
  const size: Size = isEmpty ? lowering.builder.freshSize() : sizeOf(lowering, value);
  return [dim(size, size === 1 ? { one: 'data' } : {}), ...(inner[0] ?? [])];
}

/** `[this.width, this.height]`: what is said to be a number, or is used as one, is no list among others. */
const claimedNumber = (lowering: Lowering, value: InputValue): NumberValue | undefined =>
  value.claim?.kind === 'number' || value.form.kind === 'number' || isReadAsNumber(value)
    ? asNumberInput(lowering, value)
    : undefined;

const UNKNOWN_NUMBER: Value = { kind: 'unknown', cause: 'unknown element' };

function leafRange(value: Value): Range {
  if (value.kind === 'number') return value.node.range;
  if (value.kind === 'constant') return constantRange(Number(value.value));
  return unknownRange();
}

/** A value where an axis, shape, number or option is wanted. */
export function toAttribute(value: Value): AttributeValue {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'number':
      // A size of a tensor keeps its name: the depth of a oneHot is then the size of that axis.
      if (value.size !== undefined) return { shape: [dim(value.size)] };
      return ofRanks(value.node, {
        unknown: true,
        range: value.node.range,
        identity: identityOf(value.node),
        // Of what was counted the code itself may have found none.
        ofSteps: isOfSteps(value.node) && growthOf(value.node) === undefined ? true : undefined,
      });
    case 'array': {
      const attribute = arrayAttribute(value);
      const form = openSizesOf(value);
      if (form !== undefined && attribute !== undefined && isUnknown(attribute)) forms.set(attribute, form);
      return attribute;
    }
    case 'object':
      return Object.fromEntries([...value.fields].map(([name, field]) => [name, toAttribute(field)]));
    case 'input':
      return {
        unknown: true,
        range: value.form.kind === 'number' ? value.form.value.node.range : undefined,
        identity: identityOf(value),
      };
    case 'tensorflow':
      return REDUCTIONS[value.path] ?? { unknown: true };
    case 'unknown':
      return { unknown: true, identity: identityOf(value) };
    default:
      return { unknown: true };
  }
}

const forms = new WeakMap<UnknownAttribute, OpenShape>();

/** The shape of unknown rank that an attribute lists. */
export const sizesBehind = (attribute: UnknownAttribute): OpenShape | undefined => forms.get(attribute);

const ranks = new WeakMap<UnknownAttribute, Node>();

/** `x.shape.length - 1`: what it is once the rank of `x` is. */
function ofRanks(node: Node, attribute: UnknownAttribute): UnknownAttribute {
  if (node.op === 'js.rank' || operandNodes(node).some(({ op }) => op === 'js.rank'))
    ranks.set(attribute, node);
  return attribute;
}

/** The number behind an attribute that is computed from the rank of a tensor. */
export const rankBehind = (attribute: UnknownAttribute): Node | undefined => ranks.get(attribute);

const REDUCTIONS: Readonly<Record<string, number>> = {
  'Reduction.NONE': 0,
  'Reduction.MEAN': 1,
  'Reduction.SUM': 2,
  'Reduction.SUM_BY_NONZERO_WEIGHTS': 3,
};

/** A list of sizes of which some are symbolic is a shape; a list of unknown length is unknown. */
function arrayAttribute(value: ArrayValue): AttributeValue {
  if (isRefused(value)) return { unknown: true, refused: value.typed };
  if (value.typed !== undefined && elementType(value.typed) === 'int32') return wholeNumbers(value);
  if (value.rest !== undefined) {
    const isTold =
      value.rest.kind === 'array' || value.rest.kind === 'constant' || isCertainlyNumber(value.rest);
    const each = isTold ? eachAttribute(value.rest) : undefined;
    return {
      unknown: true,
      identity: identityOf(value),
      each,
      numbers: rangeOfAll(value),
      byData: isByData(value),
      size: value.size,
      row: each === undefined && value.rest.kind === 'array' ? toAttribute(value.rest) : undefined,
    };
  }
  // A list of which an element may be a list itself has a shape that nobody knows.
  if (value.elements.some((element) => !isScalarOrList(element)))
    return {
      unknown: true,
      written: value.elements.map(toAttribute),
      numbers: value.elements.every(isData) ? rangeOfAll(value) : undefined,
    };
  const sized = value.elements.some((element) => element.kind === 'number' && element.size !== undefined);
  if (!sized) {
    const attributes = value.elements.map(toAttribute);
    // A row that nobody knows the length of makes the whole unknown.
    return value.elements.some((element, index) => element.kind === 'array' && isUnknown(attributes[index]))
      ? { unknown: true, written: attributes }
      : attributes;
  }
  const dims = value.elements.map((element) => {
    if (element.kind === 'number') return dim(element.size ?? symbol(`node ${element.node.id}`));
    if (element.kind === 'constant' && typeof element.value === 'number')
      return dim(element.value, element.value === 1 ? { one: 'explicit' } : {});
    return undefined;
  });
  return dims.every((d) => d !== undefined) ? { shape: dims } : value.elements.map(toAttribute);
}

/** `new Int32Array([0, 1])`: what a tensor of it is made of is int32. */
function wholeNumbers(value: ArrayValue): AttributeValue {
  const values = arrayAttribute({ ...value, typed: undefined });
  return Array.isArray(values) && !values.some((one) => isUnknown(one as AttributeValue))
    ? { typed: 'int32', values }
    : {
        unknown: true,
        type: 'int32',
        numbers: rangeOfAll(value),
        byData: isByData(value),
        size: knownSize(value),
        identity: identityOf(value),
      };
}

const isData = (value: Value): boolean => value.kind === 'input' && value.form.kind === 'data';

/** Where the numbers of a list lie, however deep they are nested; undefined where one of them is not known to be one. */
function rangeOfAll(value: Value): Range | undefined {
  switch (value.kind) {
    case 'constant':
      if (isTruth(value)) return constantRange(Number(value.value));
      return typeof value.value === 'number' ? constantRange(value.value) : undefined;
    case 'unknown':
      if (isTruth(value)) return TRUTH;
      return isFromOutside(value) ? assumedInput() : undefined;
    case 'number':
      return isCertainlyNumber(value) ? value.node.range : undefined;
    case 'input':
      return value.form.kind === 'number' || value.form.kind === 'data'
        ? value.form.value.node.range
        : undefined;
    case 'array': {
      const all = value.rest === undefined ? value.elements : [...value.elements, value.rest];
      // What is in a typed array is a number, whatever it was read out of.
      const ranges = all.map(value.typed === undefined ? rangeOfAll : leafRange);
      const areKnown = ranges.length > 0 && ranges.every((range) => range !== undefined);
      return areKnown ? joinRanges(...ranges) : undefined;
    }
    default:
      return isFromOutside(value) ? assumedInput() : undefined;
  }
}

/** Whether data decide which numbers of a list are 0 and which are 1, however deep they are nested. */
function isByData(value: Value): boolean {
  if (value.kind === 'number') return isDecidedByData(value.node);
  if (value.kind === 'array') return [...value.elements, value.rest].some((one) => one && isByData(one));
  return asksData(value);
}

/** What all elements of a list of unknown length are alike; undefined where one may be a list of any depth. */
function eachAttribute(element: Value): AttributeValue {
  // A size among data is a number, not a shape.
  if (element.kind === 'number' && element.size !== undefined) return { unknown: true };
  const attribute = toAttribute(element);
  return element.kind === 'array' && isUnknown(attribute) && attribute.each === undefined
    ? undefined
    : attribute;
}

/** What was read out of data that callers give may be a list in its turn; what is known to be whole is none. */
function isCertainlyNumber(value: Value): boolean {
  if (value.kind !== 'number') return false;
  const { op, attributes, range } = value.node;
  if (range.integer) return true;
  if (isRow(value.node)) return false;
  return op !== 'js.element' && op !== 'input' && attributes['cause'] !== 'unknown element';
}

function isScalarOrList(value: Value): boolean {
  if (value.kind === 'input') return value.form.kind === 'number' || value.claim?.kind === 'number';
  if (value.kind === 'number') return !isRow(value.node);
  return value.kind === 'constant' || value.kind === 'array' || value.kind === 'tensorflow';
}
