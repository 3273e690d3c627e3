/** Ops that count and compare: segments, bins, classes, sets, and masks whose results depend on values. */
import { sumOver } from '../facts/arithmetic.js';
import { constantRange, interval, joinRanges, selected, stored, TRUTH, withNaN } from '../facts/range.js';
import { dim, elementCount, showShape, type Shape } from '../facts/shape.js';
import {
  booleanOf,
  numberOf,
  operand,
  optional,
  refusal,
  required,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import { moving } from './moving.js';
import type { OpRow, ShapeResult } from './row.js';
import { mustMatch } from './shapes/arrange.js';
import { segments } from './shapes/indexing.js';
import { sizeOf, sizesDiffer } from './shapes/sizes.js';
import { indicesInto } from './indexing.js';

/** Sums of rows by segment: a number of rows that nothing is known of goes into each. */
const unsortedSegmentSum: OpRow = {
  name: 'unsortedSegmentSum',
  parameters: [tensor('x'), tensor('segmentIds'), required('numSegments', 'integer')],
  chained: ['x', 'segmentIds', 'numSegments'],
  shape: (call) => {
    const [x, ids] = [operand(call, 'x'), operand(call, 'segmentIds')];
    const reason = refusal(x, 'numeric') ?? refusal(ids, 'int32');
    if (reason !== undefined) return throws(reason);
    const count = numberOf(call, 'numSegments');
    if (count !== undefined && !Number.isInteger(count)) return throws(`there cannot be ${count} segments`);
    return x.shape && ids.shape && segments(dim(sizeOf(call, 'numSegments')), x.shape, ids.shape);
  },
  // The cpu kernel multiplies by a float32 mask.
  dtype: () => 'float32',
  range: (call) => {
    const x = tensorRange(operand(call, 'x'));
    const rows = operand(call, 'x').shape?.[0]?.size;
    const sums = [constantRange(0), x, sumOver(x, rows)];
    // 0 times Infinity, in a row of another segment.
    return stored(
      joinRanges(...sums, ...(Number.isFinite(x.low + x.high) ? [] : [{ ...x, mayBeNaN: true }])),
      'float32',
    );
  },
  gradient: { x: 'flows', segmentIds: 'given' },
  dangers: [],
};

function binCount(name: string, most: number, binary: readonly ReturnType<typeof optional>[]): OpRow {
  return {
    name,
    parameters: [tensor('x'), tensor('weights'), required('size', 'integer'), ...binary],
    shape: (call) => {
      const [x, weights, size] = [operand(call, 'x'), operand(call, 'weights'), sizeOf(call, 'size')];
      if (x.dtype !== undefined && tensorType(x) !== 'int32')
        return throws('only int32 tensors can be counted');
      if (typeof size === 'number' && size < 0) return throws(`the size is ${size}`);
      if (x.range.low < 0 && x.range.lowBy === 'attained')
        return throws('negative numbers cannot be counted');
      if (x.shape === undefined) return undefined;
      const count = weights.shape && elementCount(weights.shape);
      if (count !== undefined && count !== 0 && sizesDiffer(count, elementCount(x.shape))) {
        return throws(`${showShape(weights.shape)} weights are given for ${showShape(x.shape)} numbers`);
      }
      if (x.shape.length > most || (most === 2 && x.shape.length === 0))
        return throws(`${showShape(x.shape)} has no such rank`);
      return most === 2 && x.shape.length === 2 ? [x.shape[0]!, dim(size)] : [dim(size)];
    },
    dtype: (call) => tensorType(operand(call, 'weights')),
    range: (call) => {
      const { shape } = operand(call, 'x');
      const weights = operand(call, 'weights');
      const unweighted = weights.shape !== undefined && elementCount(weights.shape) === 0;
      const each = unweighted ? constantRange(1) : selected(tensorRange(weights));
      const sums = joinRanges(constantRange(0), each, sumOver(each, shape && elementCount(shape)));
      // Rows are only counted as there or not where there are rows.
      const binary = booleanOf(call, 'binaryOutput') === true && shape?.length === 2;
      // A row of the weights that is not there is NaN.
      const flat = shape?.length === 2 && !unweighted && weights.shape?.length !== 2;
      return stored(binary ? TRUTH : withNaN(joinRanges(TRUTH, sums), flat), tensorType(weights));
    },
    gradient: { x: 'none', weights: 'throws' },
    dangers: [],
  };
}

const confusionMatrix: OpRow = {
  name: 'math.confusionMatrix',
  parameters: [tensor('labels'), tensor('predictions'), required('numClasses', 'integer')],
  shape: (call) => {
    const [labels, predictions] = [operand(call, 'labels').shape, operand(call, 'predictions').shape];
    const classes = sizeOf(call, 'numClasses');
    if (typeof classes === 'number' && !(classes > 1 && Number.isInteger(classes)))
      return throws(`there cannot be ${classes} classes`);
    const matrix = [labels, predictions].find((shape) => shape && shape.length !== 1);
    if (matrix) return throws(`labels and predictions must have rank 1, ${showShape(matrix)} has not`);
    return mustMatch(labels, predictions, 'labels and predictions') ?? [dim(classes), dim(classes)];
  },
  dtype: () => 'int32',
  range: (call) => {
    const samples = operand(call, 'labels').shape?.[0]?.size;
    return typeof samples === 'number'
      ? interval(0, samples, 'attained', { integer: true })
      : indicesInto(undefined);
  },
  gradient: 'none',
  dangers: [],
};

// Sizes that depend on values

const booleanMask: OpRow = moving({
  name: 'booleanMaskAsync',
  of: 'tensor',
  accepts: 'numeric',
  more: [tensor('mask'), optional('axis', 'integer', 0)],
  drops: true,
  gradient: { tensor: 'flows', mask: 'none' },
  shape: (call, x) => {
    const mask = operand(call, 'mask');
    const axis = numberOf(call, 'axis');
    const reason = refusal(mask, 'bool');
    if (reason !== undefined) return throws(reason);
    if (mask.shape === undefined || axis === undefined) return undefined;
    if (mask.shape.length === 0) return throws('the mask cannot be a scalar');
    const end = axis + mask.shape.length;
    const masked = mustMatch(x.slice(axis, end), mask.shape, 'the mask and what it masks');
    return masked ?? [...x.slice(0, axis), dim(call.freshSize('kept')), ...x.slice(end)];
  },
});

const whereAsync: OpRow = {
  name: 'whereAsync',
  parameters: [tensor('condition')],
  shape: (call) => {
    const condition = operand(call, 'condition');
    const reason = refusal(condition, 'bool');
    if (reason !== undefined) return throws(reason);
    // Of each place there are as many coordinates as there are axes: of one alone it is a column by construction.
    const rank = condition.shape?.length;
    const coordinates = dim(rank ?? call.freshSize('rank'), rank === 1 ? { one: 'structural' } : {});
    return [dim(call.freshSize('found')), coordinates];
  },
  dtype: () => 'int32',
  range: (call) => {
    const sizes = operand(call, 'condition').shape?.map(({ size }) => size);
    const most = sizes?.every((size) => typeof size === 'number') ? Math.max(1, ...sizes) : undefined;
    return indicesInto(most);
  },
  gradient: 'none',
  dangers: [],
};

/** The values of x that y lacks, and their indices. */
const setdiff1d: OpRow = {
  name: 'setdiff1dAsync',
  parameters: [tensor('x'), tensor('y')],
  result: 'list',
  shape: (call) => {
    const [x, y] = [operand(call, 'x'), operand(call, 'y')];
    const [reason] = [x, y].flatMap((each) => refusal(each, 'numeric') ?? []);
    if (reason !== undefined) return throws(reason);
    const types = [tensorType(x), tensorType(y)];
    if (types[0] && types[1] && types[0] !== types[1]) return throws(`the sets are ${types.join(' and ')}`);
    const other = [x.shape, y.shape].find((shape) => shape && shape.length !== 1);
    return other
      ? throws(`a set must have rank 1, ${showShape(other)} has not`)
      : [dim(call.freshSize('left'))];
  },
  dtype: (call) => (call.output === 1 ? 'int32' : tensorType(operand(call, 'x'))),
  range: (call) =>
    call.output === 1
      ? indicesInto(operand(call, 'x').shape?.[0]?.size)
      : selected(tensorRange(operand(call, 'x'))),
  gradient: 'none',
  dangers: [],
};

const inTopK: OpRow = {
  name: 'inTopKAsync',
  parameters: [tensor('predictions'), tensor('targets'), optional('k', 'integer', 1)],
  shape: (call): ShapeResult => {
    const [predictions, targets] = [operand(call, 'predictions').shape, operand(call, 'targets').shape];
    if (predictions === undefined) return targets;
    const last = predictions.at(-1);
    if (last === undefined || predictions.length < 2)
      return throws('the predictions must have rank 2 or more');
    const [k, classes] = [numberOf(call, 'k'), last.size];
    const rows: Shape = predictions.slice(0, -1);
    if (k !== undefined && (k <= 0 || (typeof classes === 'number' && k > classes)))
      return throws(`k is ${k}`);
    return mustMatch(rows, targets, 'the rows of predictions and the targets') ?? targets ?? rows;
  },
  dtype: () => 'bool',
  range: () => TRUTH,
  gradient: 'none',
  dangers: [],
};

export const counting: readonly OpRow[] = [
  unsortedSegmentSum,
  binCount('bincount', Infinity, []),
  binCount('denseBincount', 2, [optional('binaryOutput', 'boolean', false)]),
  confusionMatrix,
  booleanMask,
  whereAsync,
  setdiff1d,
  inTopK,
];
