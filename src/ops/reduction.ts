/** Reductions over axes: all axes by default, and the axis itself gone unless `keepDims`. */
import type { DType } from '../facts/dtype.js';
import { absolute, add, meanOver, productOver, squared, subtract, sumOver } from '../facts/arithmetic.js';
import { log, sqrt } from '../facts/functions.js';
import {
  constantRange,
  indexRange,
  interval,
  joinRanges,
  rearranged,
  reached,
  selected,
  stored,
  TRUTH,
  unknownRange,
  withNaN,
  type Range,
} from '../facts/range.js';
import { dim, multiplySizes, type Shape, type Size } from '../facts/shape.js';
import {
  axes,
  axesOf,
  booleanOf,
  countAlong,
  danger,
  isThrown,
  keepDims,
  numberOf,
  operand,
  optional,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
  viaFloat,
  type Accepts,
} from './build.js';
import { differenceWraps } from './activation.js';
import { maxRelation, minRelation, namedAxes, sumRelation } from './relations.js';
import type { DangerRegion, OpCall, OpRow, ShapeResult } from './row.js';

// Shapes

/** The shape without the axes, or with ones in their place. An axis named twice gives what no one can use. */
export function reducedShape(shape: Shape, along: readonly number[], keep: boolean): Shape | undefined {
  if (new Set(along).size !== along.length) return undefined;
  if (keep) return shape.map((d, axis) => (along.includes(axis) ? dim(1, { axis: d.axis, one: 'explicit' }) : d));
  return shape.filter((_, axis) => !along.includes(axis));
}

function reductionShape(call: OpCall, accepts: Accepts): ShapeResult {
  const x = operand(call, 'x');
  const reason = refusal(x, accepts);
  if (reason !== undefined) return throws(reason);
  const along = axesOf(call, 'axis', x.shape);
  if (isThrown(along)) return along;
  const keep = booleanOf(call, 'keepDims');
  if (x.shape === undefined || along === undefined) return undefined;
  if (keep === undefined && along.length > 0) return undefined;
  return reducedShape(x.shape, along, keep ?? false);
}

/** Number of elements in each reduced slice. */
function reducedCount(call: OpCall): Size | undefined {
  const x = operand(call, 'x');
  const along = axesOf(call, 'axis', x.shape);
  return isThrown(along) ? undefined : countAlong(x.shape, along);
}

// Rows

interface ReductionRow {
  readonly name: string;
  readonly accepts?: Accepts;
  /** Element type of the result; default: that of x. */
  readonly dtype?: (x: DType | undefined) => DType | undefined;
  /** The values for these values of x, `count` of them in each slice. */
  readonly range: (x: Range, count: Size | undefined, call: OpCall) => Range;
  readonly gradient?: OpRow['gradient'];
  readonly dangers?: readonly DangerRegion[];
}

function reduction(row: ReductionRow): OpRow {
  const accepts = row.accepts ?? 'numeric';
  const dtype = (call: OpCall): DType | undefined => {
    const x = tensorType(operand(call, 'x'), accepts);
    return row.dtype ? row.dtype(x) : x;
  };
  return {
    name: row.name,
    parameters: [tensor('x'), axes(), keepDims],
    chained: ['x', 'axis', 'keepDims'],
    shape: (call) => reductionShape(call, accepts),
    dtype,
    range: (call) => {
      const x = operand(call, 'x');
      if (tensorType(x, accepts) === 'complex64') return unknownRange();
      return stored(selected(row.range(tensorRange(x, accepts), reducedCount(call), call)), dtype(call));
    },
    gradient: row.gradient ?? 'flows',
    dangers: row.dangers ?? [],
  };
}

const boolAsInt = (x: DType | undefined): DType | undefined => (x === 'bool' ? 'int32' : x);
const asFloat = (): DType => 'float32';
const asBool = (): DType => 'bool';

function along(call: OpCall): readonly number[] | undefined | 'unknown' {
  return namedAxes(call.attributes['axis'], operand(call, 'x').shape);
}

const sums: readonly OpRow[] = [
  reduction({
    name: 'sum',
    dtype: boolAsInt,
    range: (x, count, call) => sumRelation(operand(call, 'x'), along(call), sumOver(x, count)),
  }),
  reduction({ name: 'mean', accepts: 'any', dtype: asFloat, range: (x, count) => meanOver(x, count) }),
  reduction({ name: 'prod', dtype: boolAsInt, range: (x, count) => productOver(x, count) }),
];

/** The largest of no values is NaN; in an int32 tensor that is 0. */
function extreme(name: 'max' | 'min'): OpRow {
  const relation = name === 'max' ? maxRelation : minRelation;
  return reduction({
    name,
    range: (x, count, call) => {
      if (count === 0) return withNaN(constantRange(0));
      return relation(operand(call, 'x'), along(call), x);
    },
  });
}

const extremes: readonly OpRow[] = [
  extreme('max'),
  extreme('min'),
  ...(['all', 'any'] as const).map((name) =>
    reduction({ name, accepts: 'bool', dtype: asBool, gradient: 'throws', range: (x) => joinRanges(rearranged(x), TRUTH) }),
  ),
  ...(['argMax', 'argMin'] as const).map(position),
];

/** The index of an extreme along one axis, 0 by default. */
function position(name: 'argMax' | 'argMin'): OpRow {
  const axisOf = (call: OpCall): number | undefined => numberOf(call, 'axis');
  return {
    name,
    parameters: [tensor('x'), axes(0)],
    chained: ['x', 'axis'],
    shape: (call) => {
      const x = operand(call, 'x');
      const reason = refusal(x, 'numeric');
      if (reason !== undefined) return throws(reason);
      const along = axesOf(call, 'axis', x.shape);
      if (isThrown(along)) return along;
      if (x.shape === undefined || along === undefined) return undefined;
      // Only the first axis of a list is taken, and only where it is the last one left.
      return along.length === 1 ? reducedShape(x.shape, along, false) : manyAxes(x.shape, along);
    },
    dtype: () => 'int32',
    range: (call) => {
      const x = operand(call, 'x');
      const axis = axisOf(call);
      const along = axis === undefined ? undefined : axesOf(call, 'axis', x.shape);
      const count = along === undefined || isThrown(along) ? undefined : countAlong(x.shape, along);
      return typeof count === 'number' ? indexRange(Math.max(0, count - 1)) : indexRange(2 ** 31 - 1, 'bound');
    },
    gradient: 'zero',
    dangers: [],
  };
}

function manyAxes(shape: Shape, along: readonly number[]): ShapeResult {
  if (along.length === 0) return shape.length === 0 ? throws('a scalar has no axis') : undefined;
  const innermost = along.every((axis, index) => axis === shape.length - along.length + index);
  return innermost ? throws('several axes are not supported') : undefined;
}

// Log-sum-exp

/** Largest logarithm of a number of elements. */
const LOG_MOST = interval(0, Math.log(2 ** 32), ['attained', 'bound']);

/** max(x) + log(sum(exp(x - max(x)))): from the smallest value, log(n) above the largest. */
function logSumExpRange(x: Range, count: Size | undefined): Range {
  // The largest of no values is NaN, or 0 in an int32 tensor; the sum of none is 0.
  if (count === 0) return withNaN(constantRange(-Infinity));
  const spread = typeof count === 'number' ? log(constantRange(count)) : LOG_MOST;
  const infinite = x.low === -Infinity || x.high === Infinity;
  const least = typeof count === 'number' ? spread : constantRange(0);
  const low = add({ ...x, high: x.low, highBy: x.lowBy }, least);
  const high = add({ ...x, low: x.high, lowBy: x.highBy }, spread);
  const slack = 2 ** -22 * Math.max(Math.abs(x.low), Math.abs(x.high), 1);
  const [from, to] = [low.low - (least.low > 0 ? slack : 0), high.high + (spread.high > 0 ? slack : 0)];
  const outer = interval(Math.max(x.low, from), to, [x.lowBy, high.highBy], { mayBeNaN: x.mayBeNaN || infinite });
  return outer.highBy === 'bound' ? { ...outer, reach: { ...reached(x), holds: undefined } } : outer;
}

const logSumExp: OpRow = {
  ...reduction({ name: 'logSumExp', dtype: asFloat, range: logSumExpRange }),
  range: (call) => {
    const x = operand(call, 'x');
    const values = selected(tensorRange(x));
    if (differenceWraps(values, tensorType(x))) return unknownRange();
    return stored(logSumExpRange(values, reducedCount(call)), 'float32');
  },
};

// Norms

const NORM_DANGERS: readonly DangerRegion[] = [
  danger('x', 'gradient', 'nan-gradient', [0, 0], 'every x is 0', isEuclidean),
  danger('x', 'value', 'overflow', [1.8446745e19, Infinity], 'x > 1.84e19', isEuclidean),
  danger('x', 'value', 'overflow', [-Infinity, -1.8446745e19], 'x < -1.84e19', isEuclidean),
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
  if (x.shape === undefined) return undefined;
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
  if (position < 0 || position >= rest.length) return throws(`axis ${outer} is outside the shape that is left`);
  const result = rest.filter((_, axis) => axis !== position);
  if (!keep) return result;
  const left = [...result];
  return shape.map((d, axis) => (given.includes(axis) ? dim(1, { axis: d.axis, one: 'explicit' }) : left.shift()!));
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
  return stored(withNaN(joinRanges(positive(call, values, undefined), ...(empty ? [constantRange(0)] : [])), empty), type);
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

const norms: readonly OpRow[] = [
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

// Moments

const moments: OpRow = {
  name: 'moments',
  parameters: [tensor('x'), axes(), keepDims],
  result: { record: ['mean', 'variance'] },
  shape: (call) => reductionShape(call, 'any'),
  dtype: asFloat,
  range: (call) => {
    const x = operand(call, 'x');
    const count = reducedCount(call);
    const values = selected(tensorRange(x, 'any'));
    if (tensorType(x, 'any') === 'complex64') return unknownRange();
    const mean = stored(meanOver(values, count), 'float32');
    if (call.output !== 'variance') return mean;
    // Two passes: the mean of squares, which constant data makes 0.
    const squares = stored(squared(stored(subtract(values, mean), 'float32')), 'float32');
    return stored(meanOver(squares, count), 'float32');
  },
  gradient: 'flows',
  dangers: [],
};

export const reductions: readonly OpRow[] = [...sums, ...extremes, logSumExp, ...norms, moments];
