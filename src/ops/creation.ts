/** Ops that make tensors from numbers: literals, constant tensors, variables, pixels. */
import type { DType } from '../facts/dtype.js';
import {
  constantRange,
  indexRange,
  joinRanges,
  assumedInput,
  stored,
  unknownRange,
  TRUTH,
  type Range,
} from '../facts/range.js';
import { dim, elementCount, type Dim, type Shape, type Size } from '../facts/shape.js';
import {
  attributeRange,
  isTensorLike,
  flatTensor,
  isThrown,
  isUnknown,
  operand,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import type { AttributeValue, OpCall, OpRow, ShapeResult } from './row.js';
import { mustMatch } from './shapes/arrange.js';
import { elementsOf, literalRange, literalShape, literalType } from './shapes/literals.js';
import { dimOf, dimsOf, invalidSize, newShape, sizeOf, sizesDiffer } from './shapes/sizes.js';

const shapeParameter = required('shape', 'shape');
export const dtypeParameter = (value?: DType) => optional('dtype', 'dtype', value);

/** The element type that attribute `dtype` names, or `fallback` where none was given. */
export function namedType(call: OpCall, fallback?: DType): DType | undefined {
  const given = call.attributes['dtype'];
  return given === undefined || given === null ? fallback : (stringOf(call, 'dtype') as DType | undefined);
}

/** The range after it is stored in the type that attribute `dtype` names; in any type where that is not known. */
export function storedAsNamed(call: OpCall, range: Range, dtype: DType | undefined): Range {
  if (dtype !== undefined || !unknownType(call)) return stored(range, dtype);
  return joinRanges(stored(range, 'float32'), stored(range, 'int32'), TRUTH);
}

function unknownType(call: OpCall): boolean {
  const given = call.attributes['dtype'];
  return given !== undefined && isUnknown(given);
}

// Tensors from literals

function literal(name: string, rank: number | undefined): OpRow {
  const shaped = rank !== 1;
  const valuesOf = (call: OpCall) => elementsOf(call.attributes['values'], rank);
  const dtype = (call: OpCall) => namedType(call, literalType(valuesOf(call)));
  return {
    name,
    parameters: [
      required('values', 'any'),
      ...(shaped ? [optional('shape', 'shape')] : []),
      dtypeParameter(),
    ],
    shape: (call) =>
      dtype(call) === 'complex64'
        ? throws('a complex tensor is made by tf.complex')
        : literalDims(call, rank),
    dtype,
    range: (call) => storedLiteral(call, literalRange(valuesOf(call)), dtype(call)),
    gradient: {},
    dangers: [],
  };
}

/** The shape that was given, if the values fill it; else that of the nested values. */
function literalDims(call: OpCall, rank: number | undefined): ShapeResult {
  const values = elementsOf(call.attributes['values'], rank);
  if (values === null) return throws('there are no values');
  if (values !== undefined && isUnknown(values) && values.refused !== undefined)
    return throws(
      `TensorFlow.js takes no ${values.refused}: make a Float32Array, an Int32Array or a list of it first`,
    );
  const inferred = literalShape(call, values, namedType(call));
  const given = call.attributes['shape'];
  if (given === undefined || given === null) return ofRank(call, inferred, rank);
  const target = newShape(call, 'shape');
  if (target === undefined) return ofRank(call, undefined, rank);
  if (isThrown(target) || inferred === undefined) return target;
  if (rank !== undefined && target.length !== rank) return throws(`the shape must have ${rank} sizes`);
  if (rank !== undefined && inferred.length !== 1 && inferred.length !== rank) {
    return throws(`the values are nested ${inferred.length} deep`);
  }
  return fillMismatch(inferred, target) ?? target;
}

function ofRank(call: OpCall, inferred: Shape | undefined, rank: number | undefined): ShapeResult {
  const given = call.attributes['shape'];
  if (rank === undefined || inferred?.length === rank) return inferred;
  if (inferred !== undefined)
    return throws(`the values are nested ${inferred.length} deep, not ${rank}, and no shape is given`);
  const rows = given === undefined || given === null ? rowsOf(call, call.attributes['values'], rank) : [];
  const inner = Array.from({ length: rank - rows.length }, (_, axis) => dim(call.freshSize(`axis ${axis}`)));
  return [...rows, ...inner];
}

/**
 * How many rows a literal has, and how many elements a row, where only the rank says which of them are numbers: of
 * `rows.map((row) => [row.width, row.height])` each has two.
 */
function rowsOf(call: OpCall, values: AttributeValue | undefined, rank: number): Shape {
  const list = values !== undefined && isUnknown(values) ? values.written : values;
  if (Array.isArray(list)) {
    const [first] = list as readonly AttributeValue[];
    return rowsOfLength(list.length, () => rowsOf(call, first, rank - 1), rank);
  }
  if (values === undefined || !isUnknown(values)) return [];
  const inner = () => rowsOf(call, values.row, rank - 1);
  if (values.size !== undefined) return rowsOfLength(values.size, inner, rank);
  return values.row === undefined ? [] : rowsOfLength(call.freshSize('axis 0'), inner, rank);
}

function rowsOfLength(length: Size, inner: () => Shape, rank: number): Shape {
  if (rank === 0 || length === 0) return [];
  return [length === 1 ? dim(1, { one: 'data' }) : dim(length), ...inner()];
}

function fillMismatch(inferred: Shape, target: Shape): { readonly throws: string } | undefined {
  if (sizesDiffer(elementCount(inferred), elementCount(target)))
    return throws('the values do not fill the shape');
  const bad = inferred.findIndex(({ size }, axis) => {
    const flat = axis === inferred.length - 1 ? elementCount(target.slice(axis)) : undefined;
    const wanted = target[axis]?.size;
    if (flat !== undefined && !sizesDiffer(size, flat)) return false;
    return wanted === undefined || sizesDiffer(size, wanted);
  });
  return bad < 0 ? undefined : throws(`axis ${bad} of the values is not that of the shape`);
}

/** As `toTypedArray` writes a literal: for bool everything that does not round to 0 is 1. */
function storedLiteral(call: OpCall, range: Range, dtype: DType | undefined): Range {
  if (dtype !== 'bool') return storedAsNamed(call, range, dtype);
  const single = range.low === range.high && !range.mayBeNaN;
  return single ? constantRange(Math.round(range.low) === 0 ? 0 : 1) : TRUTH;
}

const scalar: OpRow = {
  name: 'scalar',
  // An operand, so that what is known of a number that was computed is not lost.
  parameters: [tensor('value'), dtypeParameter()],
  shape: (call) => {
    const value = operand(call, 'value');
    if (namedType(call) === 'complex64') return throws('a complex tensor is made by tf.complex');
    const several = value.shape !== undefined && value.shape.length > 0 && namedType(call) !== 'string';
    return several ? throws('a scalar is made from one value') : [];
  },
  dtype: (call) => namedType(call, tensorType(operand(call, 'value'))),
  range: (call) => storedLiteral(call, operand(call, 'value').range, scalar.dtype(call)),
  gradient: 'none',
  dangers: [],
  run: (tf, { operands: { value }, attributes: { dtype } }) =>
    typeof value === 'object' ? tf.cast(value, dtype ?? 'float32') : tf.scalar(value, dtype),
};

// Constant tensors

/** A tensor of the given shape and values. */
function filled(name: string, value: number): OpRow {
  return {
    name,
    parameters: [shapeParameter, dtypeParameter('float32')],
    anyShape: true,
    shape: (call) => newShape(call, 'shape'),
    dtype: (call) => namedType(call, 'float32'),
    // The imaginary part of complex ones is 0.
    range: (call) =>
      namedType(call) === 'complex64'
        ? joinRanges(constantRange(0), constantRange(value))
        : constantRange(value),
    gradient: {},
    dangers: [],
  };
}

const fill: OpRow = {
  name: 'fill',
  parameters: [shapeParameter, required('value', 'any'), dtypeParameter()],
  anyShape: true,
  shape: (call) => newShape(call, 'shape'),
  dtype: (call) => namedType(call, literalType(call.attributes['value'])),
  range: (call) => storedAsNamed(call, attributeRange(call, 'value'), fill.dtype(call)),
  gradient: {},
  dangers: [],
};

const eye: OpRow = {
  name: 'eye',
  parameters: [
    required('numRows', 'integer'),
    optional('numColumns', 'integer'),
    optional('batchShape', 'shape'),
    dtypeParameter('float32'),
  ],
  shape: (call) => {
    const given = call.attributes['batchShape'];
    const batch = given === undefined || given === null ? [] : dimsOf(call, 'batchShape');
    if (batch === undefined) return undefined;
    if (given && (batch.length < 1 || batch.length > 3)) return throws('a batch shape has 1 to 3 sizes');
    const matrix = matrixDims(call);
    return invalidSize(matrix) ?? [...batch, ...matrix];
  },
  dtype: (call) => namedType(call, 'float32'),
  range: (call) => (matrixDims(call).every(({ size }) => size === 1) ? constantRange(1) : TRUTH),
  gradient: {},
  dangers: [],
};

function matrixDims(call: OpCall): Shape {
  const columns = call.attributes['numColumns'];
  const square = columns === undefined || columns === null;
  return [dimOf(call, 'numRows'), dimOf(call, square ? 'numRows' : 'numColumns')];
}

/** A column of indices was written for the indices: that its 1 is now in the middle, nobody wrote. */
const ofIndices = (d: Dim): Dim => (d.one === 'explicit' ? { ...d, one: 'structural' } : d);

/** Index tensors of one-hot rows; what lies outside 0..depth-1 becomes a row of `offValue`. */
const oneHot: OpRow = {
  name: 'oneHot',
  parameters: [
    flatTensor('indices'),
    required('depth', 'integer'),
    optional('onValue', 'number', 1),
    optional('offValue', 'number', 0),
    dtypeParameter('int32'),
  ],
  chained: ['indices', 'depth', 'onValue', 'offValue'],
  shape: (call) => {
    const indices = operand(call, 'indices');
    const depth = sizeOf(call, 'depth');
    const reason = refusal(indices, 'int32');
    if (reason !== undefined) return throws(reason);
    if (typeof depth === 'number' && depth < 2) return throws(`depth must be at least 2, it is ${depth}`);
    return indices.shape && [...indices.shape.map(ofIndices), dimOf(call, 'depth')];
  },
  dtype: (call) => namedType(call, 'int32'),
  range: (call) =>
    storedAsNamed(
      call,
      joinRanges(attributeRange(call, 'onValue'), attributeRange(call, 'offValue')),
      'float32',
    ),
  gradient: 'zero',
  dangers: [],
};

// Variables, buffers, complex numbers, pixels

/** Training moves the values of a variable: to its first values comes the domain of an input nobody described. */
const variable: OpRow = {
  name: 'variable',
  parameters: [
    tensor('initialValue'),
    optional('trainable', 'boolean', true),
    optional('name', 'string'),
    dtypeParameter(),
  ],
  chained: ['initialValue', 'trainable', 'name', 'dtype'],
  shape: (call) =>
    isTensorLike(operand(call, 'initialValue'))
      ? throws('a variable starts from a tensor')
      : operand(call, 'initialValue').shape,
  dtype: (call) => namedType(call, tensorType(operand(call, 'initialValue'))),
  range: (call) => {
    const first = storedAsNamed(call, tensorRange(operand(call, 'initialValue')), variable.dtype(call));
    return variable.dtype(call) === 'bool' ? TRUTH : joinRanges(first, assumedInput());
  },
  gradient: 'none',
  dangers: [],
};

/** Not a tensor, but `toTensor()` makes one: its values are what the program sets later. */
const buffer: OpRow = {
  name: 'buffer',
  parameters: [shapeParameter, dtypeParameter('float32'), optional('values', 'any')],
  shape: (call) => newShape(call, 'shape'),
  dtype: (call) => namedType(call, 'float32'),
  range: () => unknownRange(),
  gradient: {},
  dangers: [],
  run: (tf, { attributes: { shape, dtype, values } }) => tf.buffer(shape, dtype, values).toTensor(),
};

const complex: OpRow = {
  name: 'complex',
  parameters: [tensor('real'), tensor('imag')],
  shape: (call) => {
    const [real, imag] = [operand(call, 'real'), operand(call, 'imag')];
    return mustMatch(real.shape, imag.shape, 'the real and the imaginary part') ?? real.shape ?? imag.shape;
  },
  dtype: () => 'complex64',
  range: (call) => joinRanges(tensorRange(operand(call, 'real')), tensorRange(operand(call, 'imag'))),
  gradient: 'throws',
  dangers: [],
};

const fromPixels: OpRow = {
  name: 'browser.fromPixels',
  aliases: ['browser.fromPixelsAsync'],
  parameters: [required('pixels', 'any'), optional('numChannels', 'integer', 3)],
  shape: (call) => {
    const channels = sizeOf(call, 'numChannels');
    if (typeof channels === 'number' && channels > 4)
      return throws(`pixels have 4 channels, ${channels} are asked for`);
    const pixels = call.attributes['pixels'] ?? null;
    if (pixels === null || typeof pixels !== 'object') return throws('there are no pixels in it');
    const { height, width } = pixels as Readonly<Record<string, AttributeValue>>;
    const side = (size: AttributeValue, key: string) =>
      dim(typeof size === 'number' ? size : call.freshSize(key));
    return [side(height, 'height'), side(width, 'width'), dim(channels)];
  },
  dtype: () => 'int32',
  range: () => indexRange(255),
  gradient: {},
  dangers: [],
};

export const creation: readonly OpRow[] = [
  literal('tensor', undefined),
  ...[1, 2, 3, 4, 5, 6].map((rank) => literal(`tensor${rank}d`, rank)),
  scalar,
  filled('zeros', 0),
  filled('ones', 1),
  fill,
  eye,
  oneHot,
  variable,
  buffer,
  complex,
  fromPixels,
];
