/** Running sums and products along one axis. */
import type { DType } from '../facts/dtype.js';
import { holding } from '../facts/range-ends.js';
import { productOver, sumOver } from '../facts/arithmetic.js';
import {
  constantRange,
  joinRanges,
  reached,
  selected,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
import type { Size } from '../facts/shape.js';
import {
  axes,
  countAlong,
  numberOf,
  operand,
  optional,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import type { OpCall, OpRow, ShapeResult } from './row.js';

/** Each step is rounded to float32: as much as this many steps may add, relative. */
const MOST_ROUNDINGS = 2 ** 20;

function scan(
  name: string,
  of: (x: Range, count: Size | undefined) => Range,
  start: number,
  gradient: OpRow['gradient'],
): OpRow {
  const dtype = (call: OpCall): DType | undefined => {
    const x = tensorType(operand(call, 'x'));
    return x === 'bool' ? 'int32' : x;
  };
  return {
    name,
    parameters: [
      tensor('x'),
      axes(0),
      optional('exclusive', 'boolean', false),
      optional('reverse', 'boolean', false),
    ],
    chained: ['x', 'axis', 'exclusive', 'reverse'],
    shape: scanShape,
    dtype,
    range: (call) => {
      const axis = numberOf(call, 'axis');
      // What stands behind no axis is read from nowhere.
      if (axis !== undefined && axis < 0) return unknownRange();
      const x = selected(tensorRange(operand(call, 'x')));
      const count = scanCount(call);
      // One value, all of them, and none: what an exclusive scan starts with, and what a scalar gives.
      const whole = of(x, count);
      const hasAxes = (operand(call, 'x').shape?.length ?? 0) > 0;
      const none = call.attributes['exclusive'] === false && hasAxes ? [] : [constantRange(start)];
      const slack = (typeof count === 'number' ? count : MOST_ROUNDINGS) * 2 ** -23;
      const loose = joinRanges(loosened(joinRanges(x, whole), slack, x), ...none);
      const reach = loose.reach && loosened(joinRanges(x, reached(whole)), slack, x);
      const scanned = stored(reach ? { ...loose, reach } : loose, dtype(call));
      // Before the first element stands what it starts with.
      const isExclusive = call.attributes['exclusive'] === true && axis !== undefined;
      return isExclusive ? holding(scanned, start, [axis]) : scanned;
    },
    gradient,
    dangers: [],
  };
}

/** An end where a single value has it is exact: products of factors up to 1 only fall, rounded or not, as sums of what is above 0 rise. */
function loosened(x: Range, slack: number, one: Range): Range {
  if (x.integer && Math.max(Math.abs(x.low), Math.abs(x.high)) <= 2 ** 24) return x;
  const away = (end: number, exact: number): number =>
    Number.isFinite(end) && end !== exact ? Math.abs(end) * slack : 0;
  return { ...x, low: x.low - away(x.low, one.low), high: x.high + away(x.high, one.high) };
}

/**
 * The cpu and webgl kernels do not normalise the axis: a negative one gives a tensor whose shape holds `undefined`,
 * without an error, and one that is too large counts as the last.
 */
function scanShape(call: OpCall): ShapeResult {
  const x = operand(call, 'x');
  const reason = refusal(x, 'numeric');
  if (reason !== undefined) return throws(reason);
  const axis = numberOf(call, 'axis');
  if (x.shape?.length === 0) return [];
  if (x.shape === undefined || axis === undefined) return undefined;
  return Number.isInteger(axis) && axis >= 0 ? x.shape : undefined;
}

function scanCount(call: OpCall): Size | undefined {
  const shape = operand(call, 'x').shape;
  const axis = numberOf(call, 'axis');
  return axis !== undefined && shape?.[axis] ? countAlong(shape, [axis]) : undefined;
}

export const scans: readonly OpRow[] = [
  scan('cumsum', sumOver, 0, 'flows'),
  scan('cumprod', (x, count) => productOver(x, count, 3.4028234663852886e38), 1, 'throws'),
];
