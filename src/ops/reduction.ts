/** Reductions over axes: all axes by default, and the axis itself gone unless `keepDims`. */
import type { DType } from '../facts/dtype.js';
import { add, meanOver, productOver, squared, subtract, sumOver } from '../facts/arithmetic.js';
import { log } from '../facts/functions.js';
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
import { dim, type Shape, type Size } from '../facts/shape.js';
import {
  axes,
  axesOf,
  booleanOf,
  countAlong,
  isThrown,
  keepDims,
  numberOf,
  operand,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
} from './build.js';
import { differenceWraps } from './activation.js';
import type { DangerRegion, OpCall, OpRow, ShapeResult } from './row.js';
import { namedAxes } from './relations/reduced.js';
import { zeroTogether } from './relations/squares.js';
import { sumOfProduct } from './relations/averages.js';
import { maxRelation, minRelation, sumRelation } from './relations/sums.js';

// Shapes

/** The shape without the axes, or with ones in their place. An axis named twice gives what no one can use. */
export function reducedShape(shape: Shape, along: readonly number[], keep: boolean): Shape | undefined {
  if (new Set(along).size !== along.length) return undefined;
  if (keep) return shape.map((d, axis) => (along.includes(axis) ? dim(1, { axis: d.axis, one: 'kept' }) : d));
  return shape.filter((_, axis) => !along.includes(axis));
}

function reductionShape(call: OpCall, accepts: Accepts): ShapeResult {
  const x = operand(call, 'x');
  const reason = refusal(x, accepts);
  if (reason !== undefined) return throws(reason);
  const along = axesOf(call, 'axis', x.shape);
  if (isThrown(along)) return along;
  const keep = booleanOf(call, 'keepDims');
  if (reducesAll(call) && keep === false) return [];
  if (x.shape === undefined || along === undefined) return undefined;
  if (keep === undefined && along.length > 0) return undefined;
  return reducedShape(x.shape, along, keep ?? false);
}

/** Without an axis all axes go, however many there are. */
export function reducesAll(call: OpCall): boolean {
  return (call.attributes['axis'] ?? null) === null;
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
    range: (x, count, call) => {
      const of = operand(call, 'x');
      const sum = sumRelation(of, along(call), sumOver(x, count));
      return zeroTogether(sumOfProduct(of, along(call), sum), of);
    },
  }),
  reduction({
    name: 'mean',
    accepts: 'any',
    dtype: asFloat,
    range: (x, count, call) => zeroTogether(meanOver(x, count), operand(call, 'x')),
  }),
  reduction({ name: 'prod', dtype: boolAsInt, range: (x, count) => productOver(x, count) }),
];

/** The largest of no values is NaN; in an int32 tensor that is 0. */
function extreme(name: 'max' | 'min'): OpRow {
  const relation = name === 'max' ? maxRelation : minRelation;
  return reduction({
    name,
    range: (x, count, call) => {
      if (count === 0) return withNaN(constantRange(0));
      const found = relation(operand(call, 'x'), along(call), x);
      return name === 'max' ? zeroTogether(found, operand(call, 'x')) : found;
    },
  });
}

const extremes: readonly OpRow[] = [
  extreme('max'),
  extreme('min'),
  ...(['all', 'any'] as const).map((name) =>
    reduction({
      name,
      accepts: 'bool',
      dtype: asBool,
      gradient: 'throws',
      range: (x) => joinRanges(rearranged(x), TRUTH),
    }),
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
      return typeof count === 'number'
        ? indexRange(Math.max(0, count - 1))
        : indexRange(2 ** 31 - 1, 'bound');
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
  // Each end is rounded by its own size: a sum that gets to the upper one starts from the largest value.
  const slack = (end: number): number => 2 ** -22 * Math.min(Math.max(Math.abs(end), 1), Number.MAX_VALUE);
  const from = low.low - (least.low > 0 ? slack(x.low) : 0);
  const to = high.high + (spread.high > 0 ? slack(Math.max(Math.abs(x.high), spread.high)) : 0);
  const outer = interval(Math.max(x.low, from), to, [x.lowBy, high.highBy], {
    mayBeNaN: x.mayBeNaN || infinite,
  });
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

export const reductions: readonly OpRow[] = [...sums, ...extremes, logSumExp, moments];
