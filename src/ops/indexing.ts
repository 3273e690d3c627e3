/** Ops that pick values by index, put values where an index says, and sort. */
import { sumOver } from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import { constantRange, indexRange, joinRanges, selected, stored, type Range } from '../facts/range.js';
import { atLeast } from '../facts/range-ends.js';
import { dim, elementCount, showShape, type Shape, type Size } from '../facts/shape.js';
import {
  isThrown,
  operand,
  isTensorLike,
  numberOf,
  optional,
  optionalOperand,
  optionalTensor,
  refusal,
  required,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import { moving } from './moving.js';
import type { OpCall, Operand, OpRow } from './row.js';
import { FEW_ROUNDINGS, input, same } from './relations/same.js';
import { axisOf } from './shapes/arrange.js';
import { asMatrix, gathered, isEmpty, gatheredND, outOfRange, scatterMismatch } from './shapes/indexing.js';
import { newShape, replaceAt, resized, sizeOf, sizesDiffer } from './shapes/sizes.js';

/** From 0 up to one less than the size, where that is known. */
export function indicesInto(size: Size | undefined): Range {
  return typeof size === 'number' ? indexRange(Math.max(0, size - 1)) : indexRange(2 ** 31 - 1, 'bound');
}

// Gather and scatter

/**
 * `tf.gather(tf.unsortedSegmentSum(x, of, count), of)`: the sum of a segment that something of x is in, and nothing else is
 * looked up. Of no negative x it is no less than the least of them.
 */
function ofOwnSegment(call: OpCall, range: Range): Range {
  const [x, indices] = [operand(call, 'x'), operand(call, 'indices')];
  const [summed, of] = [input(x, 'x'), input(x, 'segmentIds')];
  const isOwn = x.op === 'unsortedSegmentSum' && summed !== undefined && same(of, indices);
  const isOfRows = numberOf(call, 'axis') === 0 && numberOf(call, 'batchDims') === 0;
  return isOwn && isOfRows && summed.range.low > 0
    ? atLeast(range, summed.range.low * (1 - FEW_ROUNDINGS))
    : range;
}

const gather = moving({
  name: 'gather',
  accepts: 'numeric',
  more: [tensor('indices'), optional('axis', 'integer', 0), optional('batchDims', 'integer', 0)],
  chained: true,
  drops: true,
  gradient: { x: 'flows', indices: 'given' },
  range: (call) => ofOwnSegment(call, selected(tensorRange(operand(call, 'x'), 'numeric'))),
  shape: (call, x) => {
    const indices = operand(call, 'indices');
    const reason = refusal(indices, 'int32');
    return reason === undefined ? indices.shape && gathered(call, x, indices.shape) : throws(reason);
  },
});

const gatherND = moving({
  name: 'gatherND',
  accepts: 'real',
  more: [tensor('indices')],
  drops: true,
  gradient: 'throws',
  shape: (call, x) => {
    const indices = operand(call, 'indices');
    const reason = refusal(indices, 'int32');
    if (reason !== undefined) return throws(reason);
    const result = indices.shape && gatheredND(x, indices.shape);
    return isThrown(result) ? result : (missed(indices, x) ?? result);
  },
});

/** Zeros, with the sum of all updates of one place in it. */
const scatterND: OpRow = {
  name: 'scatterND',
  parameters: [tensor('indices'), tensor('updates'), required('shape', 'shape')],
  shape: (call) => {
    const target = newShape(call, 'shape');
    if (isThrown(target)) return target;
    const [indices, updates] = [operand(call, 'indices'), operand(call, 'updates')];
    const reason = refusal(indices, 'int32') ?? refusal(updates, 'numeric');
    return reason === undefined
      ? (scatterMismatch(target, indices.shape, updates.shape) ?? missed(indices, target) ?? target)
      : throws(reason);
  },
  dtype: (call) => tensorType(operand(call, 'updates')),
  range: (call) => {
    const updates = operand(call, 'updates');
    const most = updates.shape && elementCount(updates.shape);
    const some = joinRanges(
      constantRange(0),
      selected(tensorRange(updates)),
      sumOver(tensorRange(updates), most),
    );
    return stored(some, scatterND.dtype(call));
  },
  gradient: { indices: 'none', updates: 'throws' },
  dangers: [],
};

/** An index into the only indexed axis that is certain to lie outside it. */
function missed(indices: Operand, target: Shape | undefined): { readonly throws: string } | undefined {
  const depth = indices.shape && (indices.shape.length > 1 ? indices.shape.at(-1)!.size : 1);
  if (depth !== 1 || target?.[0] === undefined || elementCount(target) === 0) return undefined;
  const beyond = outOfRange(indices, target[0]);
  return beyond === undefined
    ? undefined
    : throws(`index ${beyond} is outside an axis of size ${String(target[0].size)}`);
}

const sparseToDense: OpRow = {
  name: 'sparseToDense',
  parameters: [
    tensor('sparseIndices'),
    tensor('sparseValues'),
    required('outputShape', 'shape'),
    optionalTensor('defaultValue'),
  ],
  shape: (call) => {
    const target = newShape(call, 'outputShape');
    const [indices, values] = [operand(call, 'sparseIndices'), operand(call, 'sparseValues')];
    const reason = refusal(indices, 'int32') ?? otherDefault(call);
    if (reason !== undefined) return throws(reason);
    if (target === undefined || isThrown(target) || indices.shape === undefined) return target;
    if (indices.shape.length > 2) return throws('the indices must be a scalar, a vector or a matrix');
    const depth = indices.shape[1]?.size ?? 1;
    const rows = indices.shape[0]?.size ?? 1;
    if (sizesDiffer(depth, target.length))
      return throws(`${showShape(indices.shape)} indices do not address ${showShape(target)}`);
    const wrong =
      values.shape &&
      (values.shape.length > 1 || (values.shape[0] && sizesDiffer(values.shape[0].size, rows)));
    if (wrong)
      return throws(`${showShape(values.shape)} values are given for ${showShape(indices.shape)} indices`);
    return missed(indices, target) ?? target;
  },
  dtype: (call) => tensorType(operand(call, 'sparseValues')),
  range: (call) => {
    const other =
      call.operands['defaultValue'] === undefined
        ? constantRange(0)
        : tensorRange(operand(call, 'defaultValue'));
    return joinRanges(selected(tensorRange(operand(call, 'sparseValues'))), other);
  },
  gradient: { sparseIndices: 'none', sparseValues: 'throws', defaultValue: 'throws' },
  dangers: [],
};

/** A default value that is a tensor must have the type of the values. */
function otherDefault(call: OpCall): string | undefined {
  const given = optionalOperand(call, 'defaultValue');
  const dtype = tensorType(operand(call, 'sparseValues'));
  if (given === undefined || isTensorLike(given) || given.dtype === undefined || dtype === undefined)
    return undefined;
  return given.dtype === dtype
    ? undefined
    : `a ${dtype} tensor is expected by default, this is ${given.dtype}`;
}

const tensorScatterUpdate: OpRow = {
  name: 'tensorScatterUpdate',
  parameters: [tensor('tensor'), tensor('indices'), tensor('updates')],
  shape: (call) => {
    const [target, indices, updates] = ['tensor', 'indices', 'updates'].map((name) => operand(call, name));
    const reason = refusal(indices!, 'int32');
    if (reason !== undefined) return throws(reason);
    const mismatch =
      scatterMismatch(target!.shape, indices!.shape, updates!.shape) ?? missed(indices!, target!.shape);
    if (mismatch) return mismatch;
    const [to, from] = [tensorType(target!), tensorType(updates!)];
    return to && from && to !== from
      ? throws(`updates of type ${from} do not go into a tensor of type ${to}`)
      : target!.shape;
  },
  dtype: (call) => tensorType(operand(call, 'tensor')),
  range: (call) =>
    joinRanges(
      selected(tensorRange(operand(call, 'tensor'))),
      selected(tensorRange(operand(call, 'updates'))),
    ),
  gradient: 'throws',
  dangers: [],
};

// Sorting and searching

/** A record of values of x and their indices along an axis. */
function valuesAndIndices(call: OpCall, values: Range): Range {
  if (call.output !== 'indices') return values;
  const { shape } = operand(call, 'x');
  if (call.attributes['axis'] === undefined) return indicesInto(shape?.at(-1)?.size);
  const axis = shape && axisOf(call, 'axis', shape.length);
  return indicesInto(typeof axis === 'number' ? shape?.[axis]?.size : undefined);
}

function indexType(call: OpCall): DType | undefined {
  return call.output === 'indices' ? 'int32' : tensorType(operand(call, 'x'), 'all');
}

const VALUES_AND_INDICES = { record: ['values', 'indices'] } as const;

const topk = moving({
  name: 'topk',
  accepts: 'numeric',
  more: [optional('k', 'integer', 1), optional('sorted', 'boolean', true)],
  chained: true,
  result: VALUES_AND_INDICES,
  gradient: 'throws',
  dtype: indexType,
  range: (call) => valuesAndIndices(call, selected(tensorRange(operand(call, 'x')))),
  shape: (call, x) => {
    const last = x.at(-1);
    if (last === undefined) return throws('a scalar has no largest values');
    const k = sizeOf(call, 'k');
    if (typeof k === 'number' && (k < 0 || (typeof last.size === 'number' && k > last.size))) {
      return throws(`k is ${k}, the last axis of ${showShape(x)} has size ${String(last.size)}`);
    }
    return replaceAt(x, x.length - 1, resized(last, k, 'sliced'));
  },
});

const unique = moving({
  name: 'unique',
  accepts: 'real',
  more: [optional('axis', 'integer', 0)],
  chained: true,
  result: VALUES_AND_INDICES,
  gradient: 'throws',
  dtype: indexType,
  range: (call) => valuesAndIndices(call, selected(tensorRange(operand(call, 'x'), 'all'))),
  shape: (call, x) => {
    if (x.length === 0) return throws('a scalar has no axis to look along');
    const axis = axisOf(call, 'axis', x.length);
    if (typeof axis !== 'number') return axis;
    return call.output === 'indices' ? [x[axis]!] : replaceAt(x, axis, dim(call.freshSize('unique')));
  },
});

/** Where each value would go in its sorted row; the result is a matrix whatever the rank of the values. */
function search(name: string, side: readonly ReturnType<typeof optional>[]): OpRow {
  return {
    name,
    parameters: [tensor('sortedSequence'), tensor('values'), ...side],
    shape: (call) => {
      const [sorted, values] = [operand(call, 'sortedSequence'), operand(call, 'values')];
      const [reason] = [sorted, values].flatMap(
        (each) => refusal(each, isEmpty(values.shape) ? 'any' : 'numeric') ?? [],
      );
      if (reason !== undefined) return throws(reason);
      if (sorted.shape === undefined || values.shape === undefined) return undefined;
      const [rows, wanted] = [asMatrix(call, sorted.shape), asMatrix(call, values.shape)];
      if (rows === undefined || isThrown(rows) || wanted === undefined || isThrown(wanted))
        return isThrown(rows) ? rows : wanted;
      return sizesDiffer(rows[0]!.size, wanted[0]!.size)
        ? throws('there must be as many sorted rows as rows of values')
        : wanted;
    },
    dtype: () => 'int32',
    range: (call) => {
      const length = operand(call, 'sortedSequence').shape?.at(-1)?.size;
      return typeof length === 'number' ? indexRange(length) : indicesInto(undefined);
    },
    gradient: 'none',
    dangers: [],
  };
}

export const indexing: readonly OpRow[] = [
  gather,
  gatherND,
  scatterND,
  sparseToDense,
  tensorScatterUpdate,
  topk,
  unique,
  search('searchSorted', [optional('side', 'string', 'left')]),
  search('lowerBound', []),
  search('upperBound', []),
];
