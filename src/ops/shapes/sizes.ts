/** Sizes and lists of sizes that a call was given, and arithmetic on sizes that are not all numbers. */
import { differByNumber, offsetBy, offsetOf } from '../../facts/size-offsets.js';
import {
  certainlyDiffer,
  concreteShape,
  dim,
  isSymbolic,
  sameSize,
  showSize,
  type Axis,
  type Dim,
  type Shape,
  type Size,
} from '../../facts/shape.js';
import { isShapeAttribute, throws } from '../build.js';
import type { AttributeValue, OpCall, ShapeResult } from '../row.js';

/**
 * The dims that a shape attribute lists: `[2, 3]`, `x.shape`, `[x.shape[0], -1]`. A size that is not known is a fresh
 * one, a literal 1 is the author's. Undefined when not even their number is known.
 */
export function dimsOf(call: OpCall, name: string): Shape | undefined {
  const value = call.attributes[name];
  if (Array.isArray(value)) {
    return (value as readonly AttributeValue[]).map((item, index) =>
      dimFrom(call, item, `${name}[${index}]`, call.named?.[name]?.[index]),
    );
  }
  return value !== undefined && isShapeAttribute(value) ? value.shape : undefined;
}

/** A size that was given as a number: `numClasses`, `x.shape[0]`. */
export function sizeOf(call: OpCall, name: string): Size {
  return dimOf(call, name).size;
}

/** The axis of a size that was given as a number: of `tf.oneHot(labels, CLASSES)` the classes. */
export function dimOf(call: OpCall, name: string): Dim {
  return dimFrom(call, call.attributes[name], name, call.named?.[name]?.[0]);
}

function dimFrom(call: OpCall, value: AttributeValue, key: string, axis: Axis | undefined): Dim {
  if (typeof value === 'number') return value === 1 ? dim(1, { one: 'explicit' }) : dim(value, { axis });
  if (value !== undefined && isShapeAttribute(value) && value.shape.length === 1) return value.shape[0]!;
  return dim(call.freshSize(key));
}

/** A list of sizes that must not be negative or broken: `assertNonNegativeIntegerDimensions` of TensorFlow.js. */
export function newShape(call: OpCall, name: string): ShapeResult {
  const dims = dimsOf(call, name);
  return dims && (invalidSize(dims) ?? dims);
}

export function invalidSize(dims: Shape): { readonly throws: string } | undefined {
  const bad = dims.find(({ size }) => typeof size === 'number' && !(Number.isInteger(size) && size >= 0));
  return bad && throws(`a size must be a whole number that is not negative, this is ${showSize(bad.size)}`);
}

/** True when the sizes differ for every tensor that is not empty: 3 and 4, B·784 and B·785, or T and T - 1. */
export function sizesDiffer(a: Size, b: Size): boolean {
  if (isSymbolic(a) && isSymbolic(b)) {
    const isMultiple = a.coefficient !== b.coefficient && a.symbols.join('·') === b.symbols.join('·');
    return isMultiple || differByNumber(a, b);
  }
  return certainlyDiffer(a, b);
}

/** The first axis along which two shapes of one rank are certain to differ. */
export function differingAxis(a: Shape, b: Shape): number | undefined {
  const index = a.findIndex((d, axis) => sizesDiffer(d.size, b[axis]!.size));
  return index < 0 ? undefined : index;
}

/** True when the shapes are certain not to be equal. */
export function shapesDiffer(a: Shape, b: Shape): boolean {
  return a.length !== b.length || differingAxis(a, b) !== undefined;
}

/** The sum of the sizes: a number, or a multiple of one product of names and a number; undefined when it is neither. */
export function addSizes(sizes: readonly Size[]): Size | undefined {
  const [first, ...others] = sizes.filter(isSymbolic).map(offsetOf);
  const numbers = sizes.reduce<number>((sum, size) => (isSymbolic(size) ? sum : sum + size), 0);
  if (first === undefined) return numbers;
  let coefficient = first.base.coefficient;
  let by = numbers + first.by;
  for (const { base, by: more } of others) {
    if (base.symbols.join('·') !== first.base.symbols.join('·')) return undefined;
    coefficient += base.coefficient;
    by += more;
  }
  return offsetBy({ coefficient, symbols: first.base.symbols }, by);
}

/** `d` with another size; its identity is only kept while the size is. */
export function resized(d: Dim, size: Size, one?: Dim['one']): Dim {
  if (sameSize(d.size, size)) return d;
  return size === 1 ? dim(1, { one }) : dim(size);
}

/** `dims` without those at `axes`. */
export function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}

export function replaceAt(shape: Shape, axis: number, d: Dim): Shape {
  return shape.map((old, index) => (index === axis ? d : old));
}

/** Computes with numbers where all are numbers, else takes a fresh size. */
export function computed(
  call: OpCall,
  key: string,
  sizes: readonly Size[],
  f: (...sizes: number[]) => number,
): Size {
  const numbers = concreteShape(sizes.map((size) => dim(size)));
  return numbers === undefined ? call.freshSize(key) : f(...numbers);
}
