/** Sparse tensors: the values that are not 0, the indices where they are, and the shape of the whole. */
import { sumOver } from '../facts/arithmetic.js';
import { constantRange, interval, joinRanges, selected, stored, TRUTH, type Range } from '../facts/range.js';
import { dim, showShape, type Dim, type Size } from '../facts/shape.js';
import { operand, refusal, tensor, tensorRange, tensorType, throws, type Accepts } from './build.js';
import { indicesInto } from './indexing.js';
import type { Operand, OpRow, ShapeResult } from './row.js';
import { writtenNumbers } from './shapes/literals.js';
import { filledRows, newSparseShape, wrongRank } from './shapes/sparse.js';
import { sizesDiffer } from './shapes/sizes.js';

/** Rows that are picked out, and added up or averaged by segment; how many segments there are, the ids say. */
function sparseSegments(name: string, isMean: boolean): OpRow {
  return {
    name: `sparse.${name}`,
    parameters: [tensor('data'), tensor('indices'), tensor('segmentIds')],
    shape: (call) => {
      const data = operand(call, 'data');
      const lists = [operand(call, 'indices'), operand(call, 'segmentIds')] as const;
      const reason = refusal(data, 'numeric') ?? refusal(lists[0], 'int32') ?? refusal(lists[1], 'int32');
      if (reason !== undefined) return throws(reason);
      const scattered = lists.find(({ shape }) => shape !== undefined && shape.length !== 1);
      if (scattered !== undefined) return throws(`${showShape(scattered.shape!)} is no list of rows`);
      const [rows, ids] = lists.map(({ shape }) => shape?.[0]?.size);
      if (rows !== undefined && ids !== undefined && sizesDiffer(rows, ids))
        return throws('every row has one segment id');
      if (data.shape?.length === 0) return throws('a scalar has no rows');
      const available = data.shape?.[0]?.size;
      const outside = outsideOf(lists[0].range, available);
      if (outside !== undefined) return throws(`row ${outside} is not one of ${String(available)}`);
      const negative = outsideOf(lists[1].range, undefined);
      if (negative !== undefined) return throws(`a segment id is ${negative}`);
      return data.shape && [dim(call.freshSize('segments')), ...data.shape.slice(1)];
    },
    dtype: (call) => tensorType(operand(call, 'data')),
    range: (call) => {
      const data = operand(call, 'data');
      const x = tensorRange(data);
      const rows = operand(call, 'indices').shape?.[0]?.size;
      // A segment without a row is 0. A mean is that of a sum, which may have overflowed.
      const sums = joinRanges(constantRange(0), x, sumOver(x, rows));
      return stored(isMean ? { ...sums, integer: false } : sums, tensorType(data));
    },
    gradient: 'throws',
    dangers: [],
  };
}

/** A whole number that is certain to occur and is below 0, or not below `size`. */
function outsideOf({ low, lowBy, high, highBy }: Range, size: Size | undefined): number | undefined {
  if (low < 0 && lowBy === 'attained') return low;
  return typeof size === 'number' && high >= size && highBy === 'attained' ? high : undefined;
}

// Empty rows

/** A default value for each row of the whole that has none. */
const sparseFillEmptyRows: OpRow = {
  name: 'sparse.sparseFillEmptyRows',
  parameters: [tensor('indices'), tensor('values'), tensor('denseShape'), tensor('defaultValue')],
  result: { record: ['outputIndices', 'outputValues', 'emptyRowIndicator', 'reverseIndexMap'] },
  shape: (call): ShapeResult => {
    const [indices, values, denseShape, other] = ['indices', 'values', 'denseShape', 'defaultValue'].map(
      (name) => operand(call, name),
    ) as [Operand, Operand, Operand, Operand];
    const reason = refusal(indices, 'int32') ?? refusal(denseShape, 'int32') ?? refusal(values, 'numeric');
    if (reason !== undefined) return throws(reason);
    const mixed = refusal(other, typeWanted(values));
    if (mixed !== undefined) return throws(mixed);
    const odd =
      wrongRank(indices, 2) ?? wrongRank(values, 1) ?? wrongRank(denseShape, 1) ?? wrongRank(other, 0);
    if (odd !== undefined) return throws(odd);
    const filled = filledRows(indices, denseShape);
    if (typeof filled === 'object') return filled;
    const rows = writtenNumbers(denseShape)?.[0];
    const given: Dim = indices.shape?.[0] ?? dim(call.freshSize('indices'));
    const total = dim(filled ?? call.freshSize('filled'));
    switch (call.output) {
      case 'outputIndices':
        return [total, indices.shape?.[1] ?? dim(call.freshSize('rank'))];
      case 'outputValues':
        return [total];
      case 'emptyRowIndicator':
        return [dim(rows ?? call.freshSize('rows'))];
      default:
        return [given];
    }
  },
  dtype: (call) => {
    if (call.output === 'emptyRowIndicator') return 'bool';
    return call.output === 'outputValues' ? tensorType(operand(call, 'values')) : 'int32';
  },
  range: (call) => {
    const rows = writtenNumbers(operand(call, 'denseShape'))?.[0];
    switch (call.output) {
      case 'outputIndices':
        return joinRanges(selected(tensorRange(operand(call, 'indices'), 'int32')), indicesInto(rows));
      case 'outputValues':
        return joinRanges(
          selected(tensorRange(operand(call, 'values'))),
          tensorRange(operand(call, 'defaultValue'), typeWanted(operand(call, 'values'))),
        );
      case 'emptyRowIndicator':
        return TRUTH;
      default:
        return indicesInto(undefined);
    }
  },
  gradient: { indices: 'none', values: 'throws', denseShape: 'none', defaultValue: 'throws' },
  dangers: [],
};

/** The default value is converted to the type of the values. */
function typeWanted(values: Operand): Accepts {
  const dtype = tensorType(values);
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : 'numeric';
}

// Reshape

/** The same values in a whole of another shape. */
const sparseReshape: OpRow = {
  name: 'sparse.sparseReshape',
  parameters: [tensor('inputIndices'), tensor('inputShape'), tensor('newShape')],
  result: { record: ['outputIndices', 'outputShape'] },
  shape: (call): ShapeResult => {
    const [indices, from, to] = ['inputIndices', 'inputShape', 'newShape'].map((name) =>
      operand(call, name),
    ) as [Operand, Operand, Operand];
    const reason = [indices, from, to].flatMap((each) => refusal(each, 'int32') ?? [])[0];
    if (reason !== undefined) return throws(reason);
    const odd = wrongRank(indices, 2) ?? wrongRank(from, 1) ?? wrongRank(to, 1);
    if (odd !== undefined) return throws(odd);
    const sizes = newSparseShape(from, to);
    if (sizes !== undefined && 'throws' in sizes) return sizes;
    const rank = to.shape?.[0] ?? dim(call.freshSize('rank'));
    if (call.output === 'outputShape') return [rank];
    return [indices.shape?.[0] ?? dim(call.freshSize('indices')), rank];
  },
  dtype: () => 'int32',
  range: (call) => {
    const sizes = newSparseShape(operand(call, 'inputShape'), operand(call, 'newShape'));
    const known = sizes === undefined || 'throws' in sizes ? undefined : sizes;
    if (call.output === 'outputShape')
      return known === undefined || known.length === 0 ? indicesInto(undefined) : constantRange(...known);
    // Indices outside the whole are not refused: they lead anywhere.
    const inside = indicesInto(known === undefined ? undefined : Math.max(1, ...known));
    return { ...interval(-(2 ** 31), 2 ** 31 - 1, 'bound', { integer: true }), reach: inside };
  },
  gradient: 'none',
  dangers: [],
};

export const sparse: readonly OpRow[] = [
  sparseSegments('sparseSegmentSum', false),
  sparseSegments('sparseSegmentMean', true),
  sparseFillEmptyRows,
  sparseReshape,
];
