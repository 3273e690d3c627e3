/** The words that rows of the op table are written in: parameters, what a call was given, and common row shapes. */
import type { DType } from '../facts/dtype.js';
import { roundHalfUp } from '../facts/functions.js';
import {
  anySize,
  constantRange,
  contains,
  interval,
  joinRanges,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
import {
  broadcastShapes,
  concreteShape,
  multiplySizes,
  normaliseAxis,
  shapeOf as numberShape,
  showShape,
  type Shape,
  type Size,
} from '../facts/shape.js';
import type {
  AttributeValue,
  DangerRegion,
  Failure,
  OpCall,
  Operand,
  OpRow,
  Parameter,
  ParameterKind,
  ShapeAttribute,
  ShapeResult,
  UnknownAttribute,
} from './row.js';

// Parameters

export function tensor(name: string): Parameter {
  return { name, kind: 'tensor' };
}

/** A tensor that is written as a list of numbers where it is no tensor. */
export function flatTensor(name: string): Parameter {
  return { name, kind: 'tensor', isRow: true };
}

export function optionalTensor(name: string): Parameter {
  return { name, kind: 'tensor', optional: true };
}

export function tensors(name: string): Parameter {
  return { name, kind: 'tensors' };
}

/** An attribute that must be given. */
export function required(name: string, kind: ParameterKind): Parameter {
  return { name, kind };
}

/** An attribute that may be left out. */
export function optional(name: string, kind: ParameterKind, value?: AttributeValue): Parameter {
  return { name, kind, optional: true, default: value };
}

/** The axis or axes of a reduction: all by default (`null`), or the one named. */
export function axes(value: number | null = null, name = 'axis'): Parameter {
  return optional(name, 'axes', value);
}

export const keepDims: Parameter = optional('keepDims', 'boolean', false);

// What the call was given

export function operand(call: OpCall, name: string): Operand {
  const found = optionalOperand(call, name);
  if (found === undefined) throw new Error(`The call has no tensor operand '${name}'.`);
  return found;
}

export function optionalOperand(call: OpCall, name: string): Operand | undefined {
  const found = call.operands[name];
  return Array.isArray(found) ? undefined : (found as Operand | undefined);
}

/** The operands of a `tensors` parameter; one tensor counts as a list of one. */
export function operandList(call: OpCall, name: string): readonly Operand[] {
  const found = call.operands[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found as Operand];
}

export function isUnknown(value: AttributeValue): value is UnknownAttribute {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}

/** The attribute of an operand that stands for a list of tensors: how many there are, as a shape of one axis. */
export const HOW_MANY = 'howMany';

/** Also of attributes that were written down for a realm: there the sizes are texts. */
export function isShapeAttribute(value: unknown): value is ShapeAttribute {
  return typeof value === 'object' && value !== null && 'shape' in value && Array.isArray(value.shape);
}

/** The attribute where it folded to a number. */
export function numberOf(call: OpCall, name: string): number | undefined {
  const value = call.attributes[name];
  return typeof value === 'number' ? value : undefined;
}

export function booleanOf(call: OpCall, name: string): boolean | undefined {
  const value = call.attributes[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function stringOf(call: OpCall, name: string): string | undefined {
  const value = call.attributes[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list of numbers; one number counts as a list of one. Undefined when a part is not known. */
export function numbersOf(call: OpCall, name: string): readonly number[] | undefined {
  const value = call.attributes[name];
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'number') ? (value as number[]) : undefined;
  }
  return value !== undefined && isShapeAttribute(value) ? concreteShape(value.shape) : undefined;
}

/** A shape attribute, given as numbers or with symbolic sizes. */
export function shapeOf(call: OpCall, name: string): Shape | undefined {
  const value = call.attributes[name];
  if (value !== undefined && isShapeAttribute(value)) return value.shape;
  const sizes = numbersOf(call, name);
  return sizes && numberShape(...sizes);
}

/** What is known of a number attribute: its value, what the front end knows of it, or nothing. */
export function attributeRange(call: OpCall, name: string): Range {
  const value = call.attributes[name];
  if (typeof value === 'number') return constantRange(value);
  if (typeof value === 'boolean') return constantRange(value ? 1 : 0);
  if (value !== undefined && isShapeAttribute(value)) return rangeOfSize(value);
  return (value !== undefined && isUnknown(value) ? value.range : undefined) ?? unknownRange();
}

/** A size of a tensor, given where a number is wanted. */
function rangeOfSize({ shape }: ShapeAttribute): Range {
  const [only, ...more] = shape;
  if (only === undefined || more.length > 0) return unknownRange();
  return typeof only.size === 'number' ? constantRange(only.size) : anySize();
}

// Shapes

export function throws(reason: string): { readonly throws: string } {
  return { throws: reason };
}

export function isThrown(
  result: readonly unknown[] | undefined | { readonly throws: string },
): result is { readonly throws: string } {
  return result !== undefined && 'throws' in result;
}

/** The shapes broadcast together, as TensorFlow.js does it; undefined when one of them is not known. */
export function broadcast(...shapes: readonly (Shape | undefined)[]): ShapeResult {
  let result: ShapeResult = [];
  for (const shape of shapes) {
    if (result === undefined || shape === undefined) return undefined;
    if (isThrown(result)) return result;
    result = broadcastShapes(result, shape);
  }
  return result;
}

/**
 * The axes that attribute `name` names for a tensor of this shape, as `parseAxisParam` of TensorFlow.js reads them:
 * null means all, one number means a list of one, negative counts from the end. Undefined when not known.
 */
export function axesOf(
  call: OpCall,
  name: string,
  shape: Shape | undefined,
): readonly number[] | undefined | { readonly throws: string } {
  const value = call.attributes[name];
  if (value === null || value === undefined) return shape?.map((_, index) => index);
  const given = numbersOf(call, name);
  if (given === undefined || shape === undefined) return undefined;
  const rank = shape.length;
  const resolved = given.map((axis) => normaliseAxis(axis, rank));
  const bad = given.find((_, index) => resolved[index] === undefined);
  if (bad !== undefined) {
    return throws(`axis ${bad} is outside [-${rank}, ${rank}) for the shape ${showShape(shape)}`);
  }
  return resolved as number[];
}

/** Number of elements along `axes`: a number, a product of names, or undefined when not known. */
export function countAlong(shape: Shape | undefined, along: readonly number[] | undefined): Size | undefined {
  if (shape === undefined || along === undefined) return undefined;
  return multiplySizes(along.map((axis) => shape[axis]!.size));
}

// Element types

/**
 * What an operand accepts, as `convertToTensor` of TensorFlow.js checks it: `numeric` is float32, int32 and bool; `any`
 * adds complex64; `all` adds strings; the rest take tensors of exactly that type. Numbers and arrays are converted, but
 * not to texts.
 */
export type Accepts = 'numeric' | 'any' | 'all' | 'float32' | 'int32' | 'bool' | 'string';

/** True for a JavaScript number or array where a tensor is expected: TensorFlow.js converts it to the type it wants. */
export function isTensorLike(given: Operand): boolean {
  return given.dtype === 'number' || given.op === 'constant';
}

/** The element type after conversion to a tensor. */
export function tensorType(given: Operand, accepts: Accepts = 'numeric'): DType | undefined {
  if (!isTensorLike(given) || given.dtype === 'string') return given.dtype;
  if (accepts === 'float32' || accepts === 'int32' || accepts === 'bool') return accepts;
  return given.dtype === 'number' ? 'float32' : given.dtype;
}

/** The value range after conversion to a tensor: a JavaScript number is rounded to the element type. */
export function tensorRange(given: Operand, accepts: Accepts = 'numeric'): Range {
  if (!isTensorLike(given)) return given.range;
  const type = tensorType(given, accepts);
  // A number becomes a bool by rounding it first.
  return convertedRange(type === 'bool' ? roundHalfUp(given.range) : given.range, type);
}

/** The values after `cast` to an element type; for bool, whether they differ from 0. */
export function convertedRange(range: Range, to: DType | undefined): Range {
  if (to === 'bool') {
    const low = contains(range, 0) ? 0 : 1;
    const high = range.low === 0 && range.high === 0 && !range.mayBeNaN ? 0 : 1;
    return interval(low, high, 'attained', { integer: true });
  }
  const rounded = stored(range, to);
  // The cpu backend keeps whole numbers beyond 2^24 as they are when it casts int32 to float32.
  return to === 'float32' && range.integer ? joinRanges(range, rounded) : rounded;
}

/** Some cpu kernels compute in a Float32Array whatever the element type: whole numbers beyond 2^24 are rounded. */
export function viaFloat(range: Range, type: DType | undefined): Range {
  return type === 'int32' ? { ...stored(range, 'float32'), integer: true } : range;
}

/** The reason why a tensor of this element type is refused, or undefined. */
export function refusal(given: Operand, accepts: Accepts): string | undefined {
  const dtype = tensorType(given, accepts);
  if (dtype === undefined && accepts === 'int32' && isOfNumbers(given)) return wrongType(accepts, 'float32');
  if (dtype === undefined || accepts === 'all') return undefined;
  if (dtype === 'string') return accepts === 'string' ? undefined : 'the operand is a string tensor';
  if (accepts === 'any') return undefined;
  if (accepts === 'numeric') return dtype === 'complex64' ? 'complex64 is not supported' : undefined;
  return dtype === accepts ? undefined : wrongType(accepts, dtype);
}

/** `tf.tensor1d([label])` is not int32, whatever the label is: typed arrays alone are, and would be nested one deeper. */
function isOfNumbers({ op, attributes: { dtype, values } }: Operand): boolean {
  if (op !== 'tensor1d' || (dtype !== undefined && dtype !== null)) return false;
  const list = values !== undefined && isUnknown(values) ? values.written : values;
  return Array.isArray(list) && list.length > 0;
}

/** That another element type is wanted. */
export const wrongType = (accepts: string, given: DType): string =>
  `${accepts === 'int32' ? 'an' : 'a'} ${accepts} tensor is expected, this is ${given}`;

/** The type that an operand of another one was refused for. */
export const wantedType = (reason: string): string | undefined =>
  /^an? (float32|int32|bool) tensor is expected/.exec(reason)?.[1];

/** The wider of two element types, as `upcastType` of TensorFlow.js has it. One that is not known is at most float32. */
export function widerType(a: DType | undefined, b: DType | undefined): DType | undefined {
  for (const dtype of ['string', 'complex64', 'float32'] as const)
    if (a === dtype || b === dtype) return dtype;
  if (a === undefined || b === undefined) return undefined;
  return a === 'int32' || b === 'int32' ? 'int32' : a;
}

// Dangers

/** The smallest float32 above 0. */
export const TINY = 2 ** -149;

/** `danger('x', 'value', 'overflow', [88.72284, Infinity], 'x > 88.72')` */
export function danger(
  of: string,
  harm: DangerRegion['harm'],
  failure: Failure,
  [low, high]: readonly [number, number],
  text: string,
  when?: DangerRegion['when'],
): DangerRegion {
  return { operand: of, harm, failure, low, high, text, ...(when ? { when } : {}) };
}

// Rows

/** A row for a function of one tensor, element by element. */
export interface UnaryRow {
  readonly name: string;
  /** Default `numeric`. */
  readonly accepts?: Accepts;
  /** Element type of the result; default: that of x. */
  readonly dtype?: DType | ((call: OpCall) => DType | undefined);
  /** Parameters after x. */
  readonly more?: readonly Parameter[];
  /** The values for these values of x, before they are stored in the result's element type. */
  readonly range: (x: Range, call: OpCall) => Range;
  /** Default `flows`. */
  readonly gradient?: OpRow['gradient'];
  readonly dangers?: readonly DangerRegion[];
  readonly chainedAliases?: OpRow['chainedAliases'];
  /** False when there is no chained form. */
  readonly chained?: false;
  /** Throws for these arguments, beyond what the element type forbids. */
  readonly refuses?: (call: OpCall) => string | undefined;
  readonly run?: OpRow['run'];
}

export function unary(row: UnaryRow): OpRow {
  const accepts = row.accepts ?? 'numeric';
  const parameters = [tensor('x'), ...(row.more ?? [])];
  const dtype = (call: OpCall): DType | undefined =>
    typeof row.dtype === 'function'
      ? row.dtype(call)
      : (row.dtype ?? tensorType(operand(call, 'x'), accepts));
  return {
    name: row.name,
    parameters,
    chained: row.chained === false ? undefined : parameters.map((parameter) => parameter.name),
    chainedAliases: row.chainedAliases,
    aligned: ['x'],
    shape: (call) => {
      const x = operand(call, 'x');
      const reason = refusal(x, accepts) ?? row.refuses?.(call);
      return reason === undefined ? x.shape : throws(reason);
    },
    dtype,
    range: (call) => stored(row.range(tensorRange(operand(call, 'x'), accepts), call), dtype(call)),
    gradient: row.gradient ?? 'flows',
    dangers: row.dangers ?? [],
    run: row.run,
  };
}
