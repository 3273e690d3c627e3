import type { DType } from '../../src/facts/dtype.js';
import { contains, type Range } from '../../src/facts/range.js';
import { showShape } from '../../src/facts/shape.js';
import { isThrown } from '../../src/ops/build.js';
import type { OpCall, OpRow, ShapeResult } from '../../src/ops/row.js';

/** What came out of a call of TensorFlow.js. */
export interface ActualTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Empty for strings. */
  readonly values: ArrayLike<number>;
}

/** How the table and the library differ about one output: the predicted and the actual side of it. */
export interface Difference {
  readonly predicted: string;
  readonly actual: string;
}

/** Compares what a row says of one output with what came out. */
export function differences(row: OpRow, call: OpCall, actual: ActualTensor): Difference[] {
  const found = [shapeDifference(row.shape(call), actual), typeDifference(row.dtype(call), actual)];
  if (actual.dtype !== 'string') found.push(valueDifference(row.range(call), actual));
  return found.filter((difference) => difference !== undefined);
}

/** A size that the row does not know agrees with any. */
function shapeDifference(shape: ShapeResult, actual: ActualTensor): Difference | undefined {
  if (shape === undefined) return undefined;
  if (isThrown(shape))
    return { predicted: `throws: ${shape.throws}`, actual: `shape [${actual.shape.join(', ')}]` };
  const agrees =
    shape.length === actual.shape.length &&
    shape.every(({ size }, axis) => typeof size !== 'number' || size === actual.shape[axis]);
  return agrees ? undefined : { predicted: showShape(shape), actual: `[${actual.shape.join(', ')}]` };
}

function typeDifference(dtype: DType | undefined, actual: ActualTensor): Difference | undefined {
  return dtype === undefined || dtype === actual.dtype
    ? undefined
    : { predicted: dtype, actual: actual.dtype };
}

export /** A kernel may leave more values than the shape has room for: they belong to nothing. */
function valueDifference(range: Range, { shape, dtype, values }: ActualTensor): Difference | undefined {
  const outside = (value: number): boolean => {
    if (Number.isNaN(value)) return !range.mayBeNaN;
    return !contains(range, value) || (range.integer && Number.isFinite(value) && !Number.isInteger(value));
  };
  const size = shape.reduce((count, each) => count * each, dtype === 'complex64' ? 2 : 1);
  const own = Number.isInteger(size) ? Array.from(values).slice(0, size) : Array.from(values);
  const value = own.find(outside);
  return value === undefined ? undefined : { predicted: showRange(range), actual: `the value ${value}` };
}

export function showRange(range: Range): string {
  const whole = range.integer ? 'whole numbers of ' : '';
  return `${whole}[${range.low}, ${range.high}]${range.mayBeNaN ? ' or NaN' : ''}`;
}
