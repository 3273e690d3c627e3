/** Shapes, types and ranges of array literals, as `inferShape` and `inferDtype` of TensorFlow.js read them. */
import type { DType } from '../../facts/dtype.js';
import { constantRange, interval, joinRanges, unknownRange, type Range } from '../../facts/range.js';
import { dim, type Dim, type Shape } from '../../facts/shape.js';
import { isShapeAttribute, isUnknown } from '../build.js';
import type { AttributeValue, OpCall, Operand } from '../row.js';

/** A typed array: `{ typed: 'int32', length: 3, values: [1, 2, 3] }`, where length and values may be unknown. */
export interface TypedArrayAttribute {
  readonly typed: DType;
  readonly values: AttributeValue;
  readonly length?: AttributeValue;
}

export function isTypedArray(
  value: AttributeValue,
): value is TypedArrayAttribute & { readonly [key: string]: AttributeValue } {
  return typeof value === 'object' && value !== null && 'typed' in value;
}

/**
 * The lengths of the first element at each depth; undefined when the depth is not known. A tensor of strings may be
 * given as encoded bytes: typed arrays are its elements.
 */
export function literalShape(
  call: OpCall,
  values: AttributeValue,
  dtype: DType | undefined,
): Shape | undefined {
  const dims: Dim[] = [];
  let first = values;
  for (let depth = 0; ; depth += 1) {
    if (isTypedArray(first)) return dtype === 'string' ? dims : [...dims, typedLength(call, first)];
    if (first !== undefined && first !== null && typeof first === 'object') {
      // An element that is not known is taken for a number; of a whole that is not known nothing is said.
      if (isUnknown(first) && first.each !== undefined) {
        const size = first.size ?? call.freshSize(`length ${depth}`);
        dims.push(dim(size, size === 1 ? { one: 'data' } : {}));
        first = first.each;
        continue;
      }
      if (isUnknown(first)) return depth === 0 ? undefined : dims;
      if (isShapeAttribute(first)) return [...dims, dim(first.shape.length)];
    }
    if (!Array.isArray(first)) return dims;
    dims.push(first.length === 1 ? dim(1, { one: 'data' }) : dim(first.length));
    first = (first as readonly AttributeValue[])[0];
  }
}

/** The elements where the rank says which of them are numbers: those of `tf.tensor1d([label])`, whatever the label is. */
export function elementsOf(values: AttributeValue, rank: number | undefined): AttributeValue {
  const list = values !== undefined && isUnknown(values) ? values.written : values;
  if (rank === undefined || !Array.isArray(list)) return values;
  if (rank === 1) return list as readonly AttributeValue[];
  const rows = (list as readonly AttributeValue[]).map((row) => elementsOf(row, rank - 1));
  return rows.every(Array.isArray) ? rows : values;
}

function typedLength(call: OpCall, array: TypedArrayAttribute): Dim {
  if (Array.isArray(array.values)) return dim(array.values.length);
  return dim(typeof array.length === 'number' ? array.length : call.freshSize('length'));
}

/** The type of the first element. */
export function literalType(values: AttributeValue): DType | undefined {
  if (Array.isArray(values))
    return values.length === 0 ? 'float32' : literalType((values as readonly AttributeValue[])[0]);
  if (isTypedArray(values)) return values.typed;
  switch (typeof values) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'object':
      if (values === null || !isUnknown(values)) return 'float32';
      // Numbers are float32, and almost all data is numbers.
      return values.type ?? ((values.range ?? values.numbers) === undefined ? undefined : 'float32');
    default:
      return 'float32';
  }
}

/** All numbers of the literal, and what is known of those that did not fold. */
export function literalRange(values: AttributeValue): Range {
  const numbers: number[] = [];
  const unfolded: Range[] = [];
  const collect = (value: AttributeValue): void => {
    if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'boolean') numbers.push(value ? 1 : 0);
    else if (Array.isArray(value)) for (const item of value as readonly AttributeValue[]) collect(item);
    else if (isTypedArray(value)) collect(value.values);
    else if (value !== undefined && isShapeAttribute(value)) value.shape.forEach((d) => collectSize(d));
    else
      unfolded.push(
        (value !== undefined && isUnknown(value) ? (value.range ?? value.numbers) : undefined) ??
          unknownRange(),
      );
  };
  const collectSize = ({ size }: Dim): void => {
    if (typeof size === 'number') numbers.push(size);
    else unfolded.push(interval(0, Infinity, 'bound', { integer: true }));
  };
  collect(values);
  return unfolded.length === 0
    ? constantRange(...numbers)
    : joinRanges(...unfolded, ...numbers.map((n) => constantRange(n)));
}

/** The numbers of an operand that the program writes down, row by row: `[2, 3]`, `tf.tensor1d([2, 3], 'int32')`. */
export function writtenNumbers({ op, attributes }: Operand): readonly number[] | undefined {
  if (op === 'constant') return flatNumbers(attributes['value']);
  return /^tensor[1-6]?d?$/.test(op) ? flatNumbers(attributes['values']) : undefined;
}

function flatNumbers(value: AttributeValue): readonly number[] | undefined {
  if (typeof value === 'number') return [value];
  if (isTypedArray(value)) return flatNumbers(value.values);
  if (!Array.isArray(value)) return undefined;
  const rows = (value as readonly AttributeValue[]).map(flatNumbers);
  return rows.every((row) => row !== undefined) ? rows.flat() : undefined;
}
