/** Ops that move values without changing them: other shapes, other orders, joined and cut. */
import { negated } from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import {
  constantRange,
  joinRanges,
  rearranged,
  selected,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
import { dim, elementCount, sameSize, showShape, type Shape, type Size } from '../facts/shape.js';
import {
  axes,
  axesOf,
  HOW_MANY,
  isShapeAttribute,
  isTensorLike,
  isThrown,
  numbersOf,
  operand,
  operandList,
  optional,
  required,
  tensor,
  tensorRange,
  tensors,
  tensorType,
  throws,
} from './build.js';
import { moving, noBackward } from './moving.js';
import type { AttributeValue, OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import {
  axisOf,
  broadcastTo,
  concatenated,
  expanded,
  mustMatch,
  reshaped,
  sliced,
  slicedBlindly,
  splitPart,
  squeezed,
  stacked,
  tiled,
  transposed,
} from './shapes/arrange.js';
import { stridedSlice } from './shapes/strided-slice.js';
import { dimsOf, without } from './shapes/sizes.js';

const axisParameter = optional('axis', 'integer', 0);

// Other shapes

const reshape = moving({
  name: 'reshape',
  accepts: 'all',
  more: [required('shape', 'shape')],
  chained: true,
  chainedAliases: [
    { name: 'flatten', attributes: { shape: [-1] }, parameters: ['x'] },
    { name: 'as1D', attributes: { shape: [-1] }, parameters: ['x'] },
    { name: 'asScalar', attributes: { shape: [] }, parameters: ['x'] },
  ],
  shape: (call, x) => reshaped(call, x, dimsOf(call, 'shape')),
  blindShape: (call) => reshaped(call, undefined, dimsOf(call, 'shape')),
});

/** `x.as2D(rows, columns)`, which has no form as a function. */
function asRank(rank: number): OpRow {
  const sizes = Array.from({ length: rank }, (_, axis) => required(`size${axis}`, 'integer'));
  const target = (call: OpCall): Shape => sizes.flatMap(({ name }) => dimsOf(listOf(call, name), name) ?? []);
  return moving({
    name: `as${rank}D`,
    accepts: 'all',
    more: sizes,
    chained: true,
    shape: (call, x) => reshaped(call, x, target(call)),
    blindShape: (call) => reshaped(call, undefined, target(call)),
    run: (tf, { operands, attributes }) =>
      tf.reshape(
        operands['x'],
        sizes.map(({ name }) => attributes[name]),
      ),
  });
}

/** The call with one size in the form of a list of sizes. */
function listOf(call: OpCall, name: string): OpCall {
  return {
    ...call,
    attributes: { [name]: [call.attributes[name]] },
    freshSize: (key) => call.freshSize(key),
  };
}

const reshapeAs = moving({
  name: 'reshapeAs',
  accepts: 'all',
  more: [tensor('like')],
  chained: true,
  gradient: { x: 'flows', like: 'none' },
  shape: (call, x) =>
    isTensorLike(operand(call, 'like'))
      ? throws('a tensor is expected')
      : reshaped(call, x, operand(call, 'like').shape),
  blindShape: (call) => operand(call, 'like').shape,
  run: (tf, { operands: { x, like } }) => tf.reshape(x, (like as { shape: number[] }).shape),
});

const squeeze = moving({
  name: 'squeeze',
  accepts: 'all',
  more: [axes()],
  chained: true,
  shape: squeezed,
});

const expandDims = moving({
  name: 'expandDims',
  accepts: 'all',
  more: [axisParameter],
  chained: true,
  shape: (call, x) => expanded(call, x, dim(1, { one: 'explicit' })),
});

const transpose = moving({
  name: 'transpose',
  more: [optional('perm', 'numbers'), optional('conjugate', 'boolean')],
  chained: ['x', 'perm'],
  range: (call) => {
    const x = operand(call, 'x');
    const conjugated = x.dtype === 'complex64' && call.attributes['conjugate'] !== undefined;
    const order = numbersOf(call, 'perm');
    // An axis that is named twice leaves places empty.
    const repeated = order !== undefined && new Set(order).size < order.length;
    const values = repeated ? joinRanges(tensorRange(x), constantRange(0)) : rearranged(tensorRange(x));
    return conjugated ? joinRanges(values, negated(values)) : values;
  },
  shape: transposed,
});

const tile = moving({
  name: 'tile',
  accepts: 'real',
  more: [required('reps', 'shape')],
  chained: true,
  shape: tiled,
  dangers: [noBackward('x', 'x has more than 4 axes', (call) => (operand(call, 'x').shape?.length ?? 0) > 4)],
});

const broadcast = moving({
  name: 'broadcastTo',
  accepts: 'numeric',
  more: [required('shape', 'shape')],
  chained: true,
  shape: broadcastTo,
  // Without the shape of x it is not known whether a size of 0 is copied: see the shape.
  blindShape: (call) =>
    dimsOf(call, 'shape')?.some(({ size }) => size === 0) ? undefined : dimsOf(call, 'shape'),
});

/** Null in the expected shape stands for any size. */
const ensureShape = moving({
  name: 'ensureShape',
  accepts: 'all',
  more: [required('shape', 'shape')],
  // Whatever was given is handed back as it is.
  dtype: (call) => operand(call, 'x').dtype,
  range: (call) => operand(call, 'x').range,
  shape: (call, x) => {
    const expected = call.attributes['shape'];
    if (!Array.isArray(expected))
      return mustMatch(x, dimsOf(call, 'shape'), 'the tensor and what is expected') ?? x;
    const sizes = expected as readonly AttributeValue[];
    const fits = (size: AttributeValue, axis: number): boolean =>
      typeof size !== 'number' || typeof x[axis]!.size !== 'number' || x[axis]!.size === size;
    if (sizes.length === x.length && sizes.every(fits)) return x;
    return throws(`${showShape(x)} is not the expected shape [${sizes.join(', ')}]`);
  },
});

// Joined and cut

function list(call: OpCall): readonly (Shape | undefined)[] {
  return operandList(call, 'tensors').map(({ shape }) => shape);
}

/** How many tensors there are, where one operand stands for a list of them. */
function howMany(call: OpCall): Size | undefined {
  const [only] = operandList(call, 'tensors');
  const many = only?.attributes[HOW_MANY];
  return many !== undefined && isShapeAttribute(many) ? many.shape[0]!.size : undefined;
}

function joining(name: string, shape: (call: OpCall) => ShapeResult, more: readonly Parameter[]): OpRow {
  return {
    name,
    parameters: [{ ...tensors('tensors'), anyNumber: true }, ...more],
    // The receiver is the first of the list.
    chained: name.endsWith('d') ? undefined : ['tensors', 'tensors', 'axis'],
    shape,
    dtype: joinedType,
    range: (call) => {
      const values = joinRanges(...operandList(call, 'tensors').map((each) => tensorRange(each)));
      const dtype = joinedType(call);
      if (sameTypes(call) === undefined)
        return mayBeCut(call) ? joinRanges(values, stored(values, dtype)) : values;
      return dtype === undefined ? unknownRange() : stored(values, dtype);
    },
    gradient: 'flows',
    dangers: [],
  };
}

/** True where whole numbers come first, and what is joined to them may be fractions, which are cut then. */
function mayBeCut(call: OpCall): boolean {
  const [first, ...others] = operandList(call, 'tensors').map((each) => tensorType(each));
  return (first === 'int32' || first === 'bool') && others.includes(undefined);
}

/** The type of the first; but empty tensors are passed over where only one is left. */
function joinedType(call: OpCall): DType | undefined {
  const all = operandList(call, 'tensors');
  const [first] = all;
  if (first === undefined || sameTypes(call) === undefined) return first && tensorType(first);
  const counts = all.map(({ shape }) => shape && elementCount(shape));
  if (counts.includes(undefined)) return undefined;
  const filled = all.filter((_, index) => counts[index] !== 0);
  return tensorType(filled.length === 1 ? filled[0]! : first);
}

function sameTypes(call: OpCall): { readonly throws: string } | undefined {
  const types = operandList(call, 'tensors').map((each) => tensorType(each));
  const differ = types.some((dtype) => dtype !== undefined && types[0] !== undefined && dtype !== types[0]);
  return differ ? throws('only tensors of one element type stack') : undefined;
}

const stack = joining('stack', (call) => sameTypes(call) ?? stacked(call, list(call), howMany(call)), [
  axisParameter,
]);
const concat = (name: string, more: readonly Parameter[] = [axisParameter]): OpRow =>
  joining(name, (call) => mixedComplex(call) ?? concatenated(call, list(call), howMany(call)), more);

function mixedComplex(call: OpCall): { readonly throws: string } | undefined {
  const [first, ...others] = operandList(call, 'tensors').map((each) => tensorType(each));
  const mixed = first === 'complex64' && others.some((dtype) => dtype !== undefined && dtype !== 'complex64');
  return mixed ? throws('complex and other tensors cannot be joined') : undefined;
}

const concat1d = {
  ...concat('concat1d', []),
  shape: (call: OpCall) => concatenated(alongFirst(call), list(call), howMany(call)),
};

function alongFirst(call: OpCall): OpCall {
  return { ...call, attributes: { axis: 0 }, freshSize: (key) => call.freshSize(key) };
}

/** The size of the axis that `x` is cut along. */
function lengthAlong(call: OpCall): Size | undefined {
  const { shape } = operand(call, 'x');
  const axis = shape && axisOf(call, 'axis', shape.length);
  return typeof axis === 'number' ? shape?.[axis]?.size : undefined;
}

function partCount(call: OpCall): number | undefined {
  const parts = call.attributes['numOrSizeSplits'];
  if (typeof parts === 'number') return parts;
  return Array.isArray(parts) ? parts.length : undefined;
}

const unstack = moving({
  name: 'unstack',
  // The gradient of a single part is no list.
  dangers: [noBackward('x', 'the axis has size 1', (call) => lengthAlong(call) === 1)],
  accepts: 'all',
  more: [axisParameter],
  chained: true,
  result: 'list',
  drops: true,
  shape: (call, x) => {
    const axis = axisOf(call, 'axis', x.length);
    if (typeof axis !== 'number') return axis;
    const complex = operand(call, 'x').dtype === 'complex64' && x[axis]!.size !== 0;
    return complex ? throws('complex64 is not supported') : without(x, [axis]);
  },
});

const split = moving({
  name: 'split',
  dangers: [noBackward('x', 'there is one part', (call) => partCount(call) === 1)],
  accepts: 'numeric',
  more: [required('numOrSizeSplits', 'any'), axisParameter],
  chained: true,
  result: 'list',
  drops: true,
  shape: splitPart,
});

const slice = moving({
  name: 'slice',
  accepts: 'real',
  more: [required('begin', 'shape'), optional('size', 'shape')],
  chained: true,
  range: slicedRange,
  shape: sliced,
  blindShape: slicedBlindly,
});

/** What each row holds, a slice of whole rows still holds, if there is a row in it for certain. */
function slicedRange(call: OpCall): Range {
  const x = operand(call, 'x');
  const range = tensorRange(x, 'all');
  const axes = range.holds?.axes;
  const result = axes === undefined || x.shape === undefined ? undefined : sliced(call, x.shape);
  const isKept =
    Array.isArray(result) &&
    (result as Shape).every(({ size }, axis) => {
      const isWhole = sameSize(size, x.shape![axis]!.size);
      return isWhole || (!axes!.includes(axis) && typeof size === 'number' && size > 0);
    });
  return isKept ? range : selected(range);
}

function sliceOfRank(rank: number): OpRow {
  return moving({
    name: `slice${rank}d`,
    accepts: 'numeric',
    more: [required('begin', 'shape'), required('size', 'shape')],
    drops: true,
    shape: (call, x) =>
      x.length === rank ? sliced(call, x) : throws(`${showShape(x)} has not rank ${rank}`),
  });
}

const strided = moving({
  name: 'stridedSlice',
  accepts: 'real',
  more: [
    required('begin', 'numbers'),
    required('end', 'numbers'),
    optional('strides', 'numbers'),
    ...['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) =>
      optional(name, 'integer', 0),
    ),
  ],
  chained: true,
  drops: true,
  gradient: 'throws',
  shape: stridedSlice,
});

// In another order

function reverseOfRank(rank: number): OpRow {
  return moving({
    name: `reverse${rank}d`,
    accepts: 'numeric',
    more: rank === 1 ? [] : [axes()],
    shape: (call, x) => {
      if (x.length !== rank) return throws(`${showShape(x)} has not rank ${rank}`);
      const reversed = axesOf(call, 'axis', x);
      return isThrown(reversed as ShapeResult) ? (reversed as ShapeResult) : x;
    },
  });
}

export const structure: readonly OpRow[] = [
  reshape,
  ...[2, 3, 4, 5].map(asRank),
  reshapeAs,
  squeeze,
  expandDims,
  transpose,
  tile,
  broadcast,
  ensureShape,
  stack,
  unstack,
  concat('concat'),
  concat1d,
  ...[2, 3, 4].map((rank) => concat(`concat${rank}d`)),
  split,
  slice,
  ...[1, 2, 3, 4].map(sliceOfRank),
  strided,
  ...[1, 2, 3, 4].map(reverseOfRank),
];
