/** Ops that move values without changing them: other shapes, other orders, joined and cut. */
import { negated } from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import { constantRange, joinRanges, rearranged, stored, unknownRange } from '../facts/range.js';
import { concreteShape, dim, elementCount, showShape, type Shape } from '../facts/shape.js';
import {
  attributeRange,
  axes,
  axesOf,
  isTensorLike,
  isThrown,
  numbersOf,
  isUnknown,
  operand,
  operandList,
  optional,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensors,
  tensorType,
  throws,
} from './build.js';
import { moving } from './moving.js';
import type { AttributeValue, OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import {
  axisOf,
  broadcastTo,
  concatenated,
  expanded,
  mustMatch,
  padded,
  reshaped,
  sliced,
  splitPart,
  squeezed,
  stacked,
  tiled,
  transposed,
} from './shapes/arrange.js';
import { batchToSpace, spaceToBatch } from './shapes/indexing.js';
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
  return { ...call, attributes: { [name]: [call.attributes[name]] }, freshSize: (key) => call.freshSize(key) };
}

const reshapeAs = moving({
  name: 'reshapeAs',
  accepts: 'all',
  more: [tensor('like')],
  chained: true,
  gradient: { x: 'flows', like: 'none' },
  shape: (call, x) => (isTensorLike(operand(call, 'like')) ? throws('a tensor is expected') : reshaped(call, x, operand(call, 'like').shape)),
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

const tile = moving({ name: 'tile', accepts: 'real', more: [required('reps', 'shape')], chained: true, shape: tiled });

const broadcast = moving({
  name: 'broadcastTo',
  accepts: 'numeric',
  more: [required('shape', 'shape')],
  chained: true,
  shape: broadcastTo,
  // Without the shape of x it is not known whether a size of 0 is copied: see the shape.
  blindShape: (call) => (dimsOf(call, 'shape')?.some(({ size }) => size === 0) ? undefined : dimsOf(call, 'shape')),
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
    if (!Array.isArray(expected)) return mustMatch(x, dimsOf(call, 'shape'), 'the tensor and what is expected') ?? x;
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

function joining(name: string, shape: (call: OpCall) => ShapeResult, more: readonly Parameter[]): OpRow {
  return {
    name,
    parameters: [tensors('tensors'), ...more],
    // The receiver is the first of the list.
    chained: name.endsWith('d') ? undefined : ['tensors', 'tensors', 'axis'],
    shape,
    dtype: joinedType,
    range: (call) => {
      const values = joinRanges(...operandList(call, 'tensors').map((each) => tensorRange(each)));
      if (sameTypes(call) === undefined) return values;
      const dtype = joinedType(call);
      return dtype === undefined ? unknownRange() : stored(values, dtype);
    },
    gradient: 'flows',
    dangers: [],
  };
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

const stack = joining('stack', (call) => sameTypes(call) ?? stacked(call, list(call)), [axisParameter]);
const concat = (name: string, more: readonly Parameter[] = [axisParameter]): OpRow =>
  joining(name, (call) => mixedComplex(call) ?? concatenated(call, list(call)), more);

function mixedComplex(call: OpCall): { readonly throws: string } | undefined {
  const [first, ...others] = operandList(call, 'tensors').map((each) => tensorType(each));
  const mixed = first === 'complex64' && others.some((dtype) => dtype !== undefined && dtype !== 'complex64');
  return mixed ? throws('complex and other tensors cannot be joined') : undefined;
}

const concat1d = { ...concat('concat1d', []), shape: (call: OpCall) => concatenated(alongFirst(call), list(call)) };

function alongFirst(call: OpCall): OpCall {
  return { ...call, attributes: { axis: 0 }, freshSize: (key) => call.freshSize(key) };
}

const unstack = moving({
  name: 'unstack',
  accepts: 'real',
  more: [axisParameter],
  chained: true,
  result: 'list',
  drops: true,
  shape: (call, x) => {
    const axis = axisOf(call, 'axis', x.length);
    return typeof axis === 'number' ? without(x, [axis]) : axis;
  },
});

const split = moving({
  name: 'split',
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
  drops: true,
  shape: sliced,
});

function sliceOfRank(rank: number): OpRow {
  return moving({
    name: `slice${rank}d`,
    accepts: 'numeric',
    more: [required('begin', 'shape'), required('size', 'shape')],
    drops: true,
    shape: (call, x) => (x.length === rank ? sliced(call, x) : throws(`${showShape(x)} has not rank ${rank}`)),
  });
}

const strided = moving({
  name: 'stridedSlice',
  accepts: 'real',
  more: [
    required('begin', 'numbers'),
    required('end', 'numbers'),
    optional('strides', 'numbers'),
    ...['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) => optional(name, 'integer', 0)),
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

// Padded

/** `[[before, after], ...]` where all of it is known. */
export function pairsOf(value: AttributeValue): (readonly [number, number])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pairs = value as readonly AttributeValue[];
  const whole = pairs.every((pair) => Array.isArray(pair) && pair.length >= 2 && pair.every((n) => typeof n === 'number'));
  return whole ? (pairs as unknown as (readonly [number, number])[]) : undefined;
}

/** True when something is known to be wrong with a list of pairs: not `rank` of them, or not two numbers each. */
function malformed(value: AttributeValue, rank: number): boolean {
  if (!Array.isArray(value)) return false;
  const pairs = value as readonly AttributeValue[];
  return pairs.length !== rank || pairs.some((pair) => Array.isArray(pair) && pair.length !== 2);
}

const padding = [required('paddings', 'any'), optional('constantValue', 'number', 0)];

function padRow(name: string, rank?: number): OpRow {
  return moving({
    name,
    accepts: 'numeric',
    more: padding,
    chained: rank === undefined ? true : undefined,
    range: (call) => {
      const x = tensorRange(operand(call, 'x'));
      const pairs = pairsOf(rank === 1 ? [call.attributes['paddings']] : call.attributes['paddings']);
      const none = pairs?.every(([before, after]) => before === 0 && after === 0);
      return none ? x : joinRanges(x, stored(attributeRange(call, 'constantValue'), tensorType(operand(call, 'x'))));
    },
    shape: (call, x) => {
      const paddings = rank === 1 ? [call.attributes['paddings']] : call.attributes['paddings'];
      if (x.length === 0) return throws('a scalar cannot be padded');
      if (rank !== undefined && malformed(paddings, rank)) return throws(`${rank} pairs of paddings are needed`);
      return padded(call, x, pairsOf(paddings), rank);
    },
  });
}

const mirrorPad = moving({
  name: 'mirrorPad',
  accepts: 'numeric',
  more: [required('paddings', 'any'), required('mode', 'string')],
  chained: true,
  shape: (call, x) => {
    const mode = stringOf(call, 'mode');
    const paddings = call.attributes['paddings'];
    if (mode !== undefined && mode !== 'reflect' && mode !== 'symmetric') return throws(`'${mode}' is no mode of mirrorPad`);
    if (x.length === 0) return throws('a scalar cannot be padded');
    if (malformed(paddings, x.length)) return throws(`${x.length} pairs of paddings are needed`);
    const pairs = pairsOf(paddings);
    const most = mode === 'reflect' ? 1 : 0;
    const bad = pairs?.findIndex((pair, axis) => pair.some((n) => n < 0 || n > Number(x[axis]!.size) - most));
    if (bad !== undefined && bad >= 0) return throws(`axis ${bad} of ${showShape(x)} is too short to mirror`);
    return padded(call, x, pairs);
  },
});

// Space and batch

function blocks(name: string, edge: string, shape: typeof spaceToBatch): OpRow {
  return moving({
    name,
    accepts: 'numeric',
    more: [required('blockShape', 'numbers'), required(edge, 'any')],
    chained: true,
    range: (call) => joinRanges(tensorRange(operand(call, 'x')), constantRange(0)),
    shape: (call, x) => {
      const block = call.attributes['blockShape'];
      const sizes = block !== undefined && block !== null && !isUnknown(block) ? dimsOf(call, 'blockShape') : undefined;
      const factors = concreteShape(sizes);
      const pairs = pairsOf(call.attributes[edge]);
      return factors && pairs && shape(call, x, factors, pairs);
    },
  });
}

const depthToSpace = moving({
  name: 'depthToSpace',
  accepts: 'float32',
  more: [required('blockSize', 'integer'), optional('dataFormat', 'string', 'NHWC')],
  chained: true,
  gradient: 'throws',
  shape: (call, x) => {
    const factor = call.attributes['blockSize'];
    if (x.length < 4) return throws(`images must have rank 4, ${showShape(x)} has not`);
    if (typeof factor !== 'number') return undefined;
    if (factor <= 1) return throws(`the block size must be more than 1, it is ${factor}`);
    if (stringOf(call, 'dataFormat') === 'NCHW') return throws('NCHW is not supported by the cpu backend');
    const depth = x[3]!.size;
    if (typeof depth === 'number' && depth % factor ** 2 !== 0) return throws(`depth ${depth} is not a multiple of ${factor ** 2}`);
    const times = (axis: number) => dim(elementCount([x[axis]!, dim(factor)]));
    return [x[0]!, times(1), times(2), dim(typeof depth === 'number' ? depth / factor ** 2 : call.freshSize('depth'))];
  },
});

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
  padRow('pad'),
  ...[1, 2, 3, 4].map((rank) => padRow(`pad${rank}d`, rank)),
  mirrorPad,
  blocks('spaceToBatchND', 'paddings', spaceToBatch),
  blocks('batchToSpaceND', 'crops', batchToSpace),
  depthToSpace,
];

