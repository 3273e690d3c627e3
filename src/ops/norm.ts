/** Norms of vectors and matrices, with the readings of the axis that `tf.norm` has. */
import type { DType } from '../facts/dtype.js';
import { absolute, squared, sumOver } from '../facts/arithmetic.js';
import { sqrt } from '../facts/functions.js';
import { constantRange, joinRanges, selected, stored, withNaN, type Range } from '../facts/range.js';
import { dim, multiplySizes, type Shape, type Size } from '../facts/shape.js';
import {
  axes,
  axesOf,
  booleanOf,
  countAlong,
  danger,
  isThrown,
  keepDims,
  operand,
  optional,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
  viaFloat,
} from './build.js';
import { reducedShape, reducesAll } from './reduction.js';
import type { DangerRegion, OpCall, OpRow, ShapeResult } from './row.js';
import { above, below, beyond, SQUARE_OVERFLOW } from './thresholds.js';

const NORM_DANGERS: readonly DangerRegion[] = [
  danger('x', 'gradient', 'nan-gradient', [0, 0], 'every x is 0', isEuclidean),
  beyond('x', 'value', 'overflow', above, SQUARE_OVERFLOW, isEuclidean),
  beyond('x', 'value', 'overflow', below, SQUARE_OVERFLOW, isEuclidean),
];

function isEuclidean(call: OpCall): boolean {
  const order = call.attributes['ord'];
  return order === undefined || order === 'euclidean' || order === 'fro' || order === 2;
}

type Order = 1 | 2 | 'largest' | 'smallest' | 'invalid' | 'unknown';

function orderOf(call: OpCall, matrix: boolean): Order {
  const order = call.attributes['ord'] ?? 'euclidean';
  if (order === 1) return 1;
  if (order === Infinity) return 'largest';
  if (order === -Infinity) return 'smallest';
  if (order === 'euclidean' || order === (matrix ? 'fro' : 2)) return 2;
  return typeof order === 'object' ? 'unknown' : 'invalid';
}

/** How `tf.norm` reads the axis: of a vector, of a matrix (two axes), or of all that there is. */
function normKind(call: OpCall, rank: number): 'scalar' | 'vector' | 'matrix' | 'invalid' | 'unknown' {
  const axis = call.attributes['axis'];
  if (rank === 0) return 'scalar';
  if (axis === null || axis === undefined || typeof axis === 'number' || rank === 1) return 'vector';
  if (!Array.isArray(axis)) return 'unknown';
  return axis.length === 1 ? 'vector' : axis.length === 2 ? 'matrix' : 'invalid';
}

function normShape(call: OpCall): ShapeResult {
  const x = operand(call, 'x');
  const reason = refusal(x, 'any');
  if (reason !== undefined) return throws(reason);
  if (x.shape === undefined)
    return reducesAll(call) && booleanOf(call, 'keepDims') === false ? [] : undefined;
  const kind = normKind(call, x.shape.length);
  if (kind === 'unknown') return undefined;
  const keep = booleanOf(call, 'keepDims');
  if (kind === 'scalar') return keep === false ? [] : scalarNorm(call);
  if (kind === 'invalid') return throws('the norm is taken of one axis, of two, or of all');
  const order = orderOf(call, kind === 'matrix');
  if (order === 'invalid') return throws(`there is no such norm: ${String(call.attributes['ord'])}`);
  const type = tensorType(x);
  const float = type !== 'int32' && type !== 'bool' && (type !== 'complex64' || kind === 'vector');
  if (order === 2 && !float) return throws(`there is no such norm of a ${type} tensor`);
  const given = axesOf(call, 'axis', x.shape);
  if (isThrown(given)) return given;
  if (given === undefined || keep === undefined || order === 'unknown') return undefined;
  if (kind === 'matrix' && order !== 2) return matrixNormShape(x.shape, call, given, order, keep);
  return reducedShape(x.shape, given, keep);
}

/** A scalar has no axis to keep. */
function scalarNorm(call: OpCall): ShapeResult {
  const along = axesOf(call, 'axis', []);
  if (booleanOf(call, 'keepDims') === undefined) return undefined;
  return isThrown(along) ? along : [];
}

/**
 * Sums along one axis, then takes an extreme along the other, whose number is only right where the first axis comes
 * before it: otherwise the result is that of another axis, or an error.
 */
function matrixNormShape(
  shape: Shape,
  call: OpCall,
  given: readonly number[],
  order: Order,
  keep: boolean,
): ShapeResult {
  const raw = call.attributes['axis'] as readonly number[];
  const inner = order === 1 ? given[0]! : given[1]!;
  const rest = shape.filter((_, axis) => axis !== inner);
  const outer = order === 1 ? raw[1]! - 1 : raw[0]!;
  const position = outer < 0 ? outer + rest.length : outer;
  if (position < 0 || position >= rest.length)
    return throws(`axis ${outer} is outside the shape that is left`);
  const result = rest.filter((_, axis) => axis !== position);
  if (!keep) return result;
  const left = [...result];
  return shape.map((d, axis) =>
    given.includes(axis) ? dim(1, { axis: d.axis, one: 'kept' }) : left.shift()!,
  );
}

function normRange(call: OpCall): Range {
  const x = operand(call, 'x');
  const type = tensorType(x);
  const values = viaFloat(absolute(selected(tensorRange(x, 'any'))), type);
  // Of a scalar it is the absolute value, whatever norm is asked for.
  if (x.shape === undefined) return stored(joinRanges(values, positive(call, values, undefined)), type);
  if (type === 'complex64') return stored(positive(call, values, undefined), 'float32');
  const kind = normKind(call, x.shape.length);
  if (kind === 'scalar') return stored(values, type);
  const all = axesOf(call, 'axis', x.shape);
  const count = all === undefined || isThrown(all) ? undefined : countAlong(x.shape, all);
  if (kind !== 'matrix' || orderOf(call, true) === 2) return stored(positive(call, values, count), type);
  // Sums and an extreme, of which one may be over nothing.
  const empty = multiplySizes(x.shape.map((d) => d.size)) === 0;
  return stored(
    withNaN(joinRanges(positive(call, values, undefined), ...(empty ? [constantRange(0)] : [])), empty),
    type,
  );
}

function positive(call: OpCall, values: Range, count: Size | undefined): Range {
  const order = orderOf(call, false);
  if (order === 'unknown') {
    const euclidean = positive({ ...call, attributes: { ...call.attributes, ord: 2 } }, values, count);
    return withNaN(joinRanges(values, sumOver(values, count), euclidean));
  }
  if (order === 'largest' || order === 'smallest') {
    return withNaN(joinRanges(values, sumOver(values, count)), count === 0 || count === undefined);
  }
  if (order === 1) return joinRanges(sumOver(values, count), ...(count === undefined ? [values] : []));
  const squares = stored(squared(values), 'float32');
  return sqrt(stored(sumOver(squares, count), 'float32'));
}

/** The norm of complex numbers is real. */
function normType(call: OpCall): DType | undefined {
  const type = tensorType(operand(call, 'x'), 'any');
  if (type === 'complex64') return 'float32';
  if (type !== 'bool') return type;
  const rank = operand(call, 'x').shape?.length;
  const kind = rank === undefined ? 'unknown' : normKind(call, rank);
  if (kind === 'unknown') return undefined;
  // Sums of bool are int32, extremes stay bool.
  return kind === 'matrix' || (kind === 'vector' && orderOf(call, false) === 1) ? 'int32' : 'bool';
}

export const norms: readonly OpRow[] = [
  {
    name: 'norm',
    parameters: [tensor('x'), optional('ord', 'any', 'euclidean'), axes(), keepDims],
    chained: ['x', 'ord', 'axis', 'keepDims'],
    shape: normShape,
    dtype: normType,
    range: normRange,
    gradient: 'flows',
    dangers: NORM_DANGERS,
  },
  {
    name: 'euclideanNorm',
    parameters: [tensor('x'), axes(), keepDims],
    chained: ['x', 'axis', 'keepDims'],
    shape: normShape,
    dtype: normType,
    range: normRange,
    gradient: 'flows',
    dangers: NORM_DANGERS,
  },
];
