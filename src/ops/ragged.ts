/**
 * Ragged tensors: rows of different lengths, as the values of all rows in one tensor and the places where rows begin
 * (splits). How long the rows are is in values: it is known only where the program writes them down.
 */
import { constantRange, interval, joinRanges, selected, stored, withNaN } from '../facts/range.js';
import { dim, elementCount, showShape, type Dim } from '../facts/shape.js';
import {
  operand,
  operandList,
  refusal,
  required,
  tensor,
  tensorRange,
  tensors,
  tensorType,
  throws,
} from './build.js';
import { indicesInto } from './indexing.js';
import type { OpCall, Operand, OpRow, ShapeResult } from './row.js';
import { outOfRange } from './shapes/indexing.js';
import { writtenNumbers } from './shapes/literals.js';
import { paddedShape, rowsTaken } from './shapes/ragged.js';
import { sizesDiffer } from './shapes/sizes.js';

// Gather

/** Rows of a ragged tensor, by their numbers. */
const raggedGather: OpRow = {
  name: 'raggedGather',
  parameters: [
    tensors('paramsNestedSplits'),
    tensor('paramsDenseValues'),
    tensor('indices'),
    required('outputRaggedRank', 'integer'),
  ],
  result: { record: ['outputNestedSplits', 'outputDenseValues'], lists: ['outputNestedSplits'] },
  shape: (call): ShapeResult => {
    const [splits, dense] = [operandList(call, 'paramsNestedSplits'), operand(call, 'paramsDenseValues')];
    const reason = [...splits, operand(call, 'indices')].map((each) => refusal(each, 'int32')).find(Boolean);
    const refused = reason ?? refusal(dense, 'numeric') ?? unsplit(splits, dense) ?? missedRow(call, splits);
    if (refused !== undefined) return throws(refused);
    if (call.output === 'outputNestedSplits') return [dim(call.freshSize('splits'))];
    return dense.shape && [dim(call.freshSize('values')), ...dense.shape.slice(1)];
  },
  dtype: (call) =>
    call.output === 'outputNestedSplits' ? 'int32' : tensorType(operand(call, 'paramsDenseValues')),
  range: (call) =>
    call.output === 'outputNestedSplits'
      ? indicesInto(undefined)
      : selected(tensorRange(operand(call, 'paramsDenseValues'))),
  gradient: { paramsNestedSplits: 'none', paramsDenseValues: 'throws', indices: 'none' },
  dangers: [],
};

/** Why these are no splits of these values. */
function unsplit(nested: readonly Operand[], dense: Operand): string | undefined {
  if (nested.length === 0) return 'there are no splits';
  if (nested[0]!.shape?.length === 0) return 'splits are a list, this is a scalar';
  if (dense.shape?.length === 0) return 'a scalar has no rows';
  for (const [depth, splits] of nested.entries()) {
    const places = writtenNumbers(splits);
    if (places === undefined) continue;
    const end = depth === nested.length - 1 ? dense.shape?.[0]?.size : nested[depth + 1]!.shape?.[0]?.size;
    if (places.length === 0) return 'splits cannot be empty';
    if (places[0]! < 0) return `splits begin at ${places[0]}`;
    if (typeof end === 'number' && places.at(-1)! > end) return `splits end at ${places.at(-1)} of ${end}`;
    if (places.some((place, index) => index > 0 && place < places[index - 1]!)) return 'splits must not fall';
  }
  return undefined;
}

function missedRow(call: OpCall, [outer]: readonly Operand[]): string | undefined {
  const places = outer?.shape?.[0]?.size;
  if (typeof places !== 'number') return undefined;
  const missed = outOfRange(operand(call, 'indices'), dim(places - 1));
  return missed === undefined ? undefined : `row ${missed} is not one of ${places - 1}`;
}

// Range

const MAX_LENGTH = 2 ** 31 - 1;

/** A row of numbers from each start to below its limit, all rows one after the other. */
const raggedRange: OpRow = {
  name: 'raggedRange',
  parameters: [tensor('starts'), tensor('limits'), tensor('deltas')],
  result: { record: ['rtNestedSplits', 'rtDenseValues'] },
  shape: (call): ShapeResult => {
    const given = ['starts', 'limits', 'deltas'].map((name) => operand(call, name));
    const dtype = tensorType(given[0]!);
    const accepts = dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : 'numeric';
    const reason =
      refusal(given[0]!, 'numeric') ?? given.slice(1).flatMap((each) => refusal(each, accepts) ?? [])[0];
    if (reason !== undefined) return throws(reason);
    const matrix = given.find(({ shape }) => shape !== undefined && shape.length > 1);
    if (matrix) return throws(`${showShape(matrix.shape)} is neither a number nor a list of them`);
    const lists = given.flatMap(({ shape }) => shape ?? []);
    const odd = lists.find(({ size }) => sizesDiffer(size, lists[0]!.size));
    if (odd) return throws('there must be as many starts as limits and deltas');
    const scalars = given.every(({ shape }) => shape !== undefined) ? dim(1) : undefined;
    const rows = lists[0] ?? scalars;
    const lengths = rows && rowLengths(given, rows);
    if (lengths !== undefined && 'throws' in lengths) return lengths;
    if (lengths?.some((length) => length > MAX_LENGTH)) return throws('a row is too long');
    if (call.output === 'rtDenseValues')
      return [dim(lengths === undefined ? call.freshSize('values') : sum(lengths))];
    return [typeof rows?.size === 'number' ? dim(rows.size + 1) : dim(call.freshSize('splits'))];
  },
  dtype: (call) => (call.output === 'rtDenseValues' ? tensorType(operand(call, 'starts')) : 'int32'),
  range: (call) => {
    if (call.output !== 'rtDenseValues') return indicesInto(undefined);
    const [start, limit] = [operand(call, 'starts').range, operand(call, 'limits').range];
    const dtype = raggedRange.dtype(call);
    const low = Math.min(start.low, limit.low);
    const high = Math.max(start.high, limit.high);
    return stored(interval(low, high, 'bound', { integer: dtype === 'int32' }), dtype);
  },
  gradient: 'none',
  dangers: [],
};

/** How many numbers each row has, where all three lists are written down. */
function rowLengths(
  given: readonly Operand[],
  rows: Dim,
): readonly number[] | ReturnType<typeof throws> | undefined {
  const lists = given.map(writtenNumbers);
  const deltas = lists[2];
  if (deltas?.includes(0)) return throws('a delta is 0');
  if (typeof rows.size !== 'number' || lists.some((list) => list === undefined)) return undefined;
  const at = (list: readonly number[], row: number): number => (list.length === 1 ? list[0]! : list[row]!);
  return Array.from({ length: rows.size }, (_, row) => {
    const [start, limit, delta] = lists.map((list) => at(list!, row)) as [number, number, number];
    return Math.max(0, Math.ceil((limit - start) / delta));
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

// To a tensor

/** A ragged tensor as an ordinary one, whose short rows are filled up with a default value. */
const raggedTensorToTensor: OpRow = {
  name: 'raggedTensorToTensor',
  parameters: [
    tensor('shape'),
    tensor('values'),
    tensor('defaultValue'),
    tensors('rowPartitionTensors'),
    required('rowPartitionTypes', 'any'),
  ],
  shape: (call): ShapeResult => {
    const [shape, values] = [operand(call, 'shape'), operand(call, 'values')];
    const partitions = operandList(call, 'rowPartitionTensors');
    const reason = [shape, ...partitions].map((each) => refusal(each, 'int32')).find(Boolean);
    const refused = reason ?? refusal(values, 'numeric') ?? otherType(call) ?? defaultMismatch(call);
    if (refused !== undefined) return throws(refused);
    const types = typesOf(call);
    return types && paddedShape(call, { shape, values: values.shape, partitions, types });
  },
  dtype: (call) => tensorType(operand(call, 'values')),
  range: (call) => {
    const [values, other] = [operand(call, 'values'), operand(call, 'defaultValue')];
    // A default of several values is never written where it belongs: there stays 0.
    const untouched = other.shape !== undefined && elementCount(other.shape) === 1 ? [] : [constantRange(0)];
    const some = joinRanges(selected(tensorRange(values)), tensorRange(other), ...untouched);
    const isFloat = raggedTensorToTensor.dtype(call) === 'float32';
    const rest = isFloat ? withNaN(some) : joinRanges(some, constantRange(0));
    // Rows that reach past the values are read all the same: they are NaN, or 0.
    return areRowsThere(call) ? some : { ...rest, reach: some };
  },
  gradient: {
    shape: 'none',
    values: 'throws',
    defaultValue: 'throws',
    rowPartitionTensors: 'none',
  },
  dangers: [],
};

function typesOf(call: OpCall): readonly string[] | undefined {
  const given = call.attributes['rowPartitionTypes'];
  if (!Array.isArray(given)) return undefined;
  const types = given as readonly unknown[];
  return types.every((type) => typeof type === 'string') ? types : undefined;
}

function otherType(call: OpCall): string | undefined {
  const dtype = tensorType(operand(call, 'values'));
  const accepts = dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : 'numeric';
  return refusal(operand(call, 'defaultValue'), accepts);
}

/** The default value is one row of an element, or a part of it: it has fewer axes than the values. */
function defaultMismatch(call: OpCall): string | undefined {
  const [values, other] = [operand(call, 'values').shape, operand(call, 'defaultValue').shape];
  if (values === undefined || other === undefined) return undefined;
  if (other.length >= values.length)
    return `a default of shape ${showShape(other)} is no part of ${showShape(values)}`;
  const differs = other.some((d, axis) => {
    const wanted = values[axis + 1];
    return wanted !== undefined && d.size !== 1 && sizesDiffer(d.size, wanted.size);
  });
  return differs ? `a default of shape ${showShape(other)} does not fit ${showShape(values)}` : undefined;
}

/**
 * True when the last partition is known to take no rows that the values lack. Of elements that are no numbers
 * TensorFlow.js gets the size wrong, and reads on.
 */
function areRowsThere(call: OpCall): boolean {
  const { shape } = operand(call, 'values');
  const rows = shape?.length === 1 ? shape[0]!.size : undefined;
  const last = operandList(call, 'rowPartitionTensors').at(-1);
  const type = typesOf(call)?.at(-1);
  const taken = last && type === undefined ? undefined : rowsTaken(last, type);
  return typeof rows === 'number' && taken !== undefined && taken <= rows;
}

export const ragged: readonly OpRow[] = [raggedGather, raggedRange, raggedTensorToTensor];
