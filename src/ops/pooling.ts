/** Windows that slide over images and keep their largest value, or their mean. */
import { add, larger } from '../facts/arithmetic.js';
import {
  constantRange,
  interval,
  joinRanges,
  selected,
  stored,
  withNaN,
  type Range,
} from '../facts/range.js';
import { showShape, showSize, type Size } from '../facts/shape.js';
import {
  isThrown,
  isUnknown,
  operand,
  optional,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
} from './build.js';
import { wrongBackward } from './moving.js';
import type { OpCall, OpRow, Parameter } from './row.js';
import {
  batched,
  mayMissInput,
  type Sliding,
  onlyChannelsLast,
  slid,
  slidDilated,
  slidingFault,
  slidingOf,
  tupleOf,
} from './shapes/convolution.js';
import { sizesDiffer } from './shapes/sizes.js';
import { dataFormat, dilations, pad, refused, renamed, rounding, strides } from './spatial.js';

interface PoolingRow {
  readonly name: string;
  readonly rank: 2 | 3;
  readonly of: 'max' | 'avg' | ((call: OpCall) => 'max' | 'avg' | undefined);
  readonly parameters: readonly Parameter[];
  readonly chained?: OpRow['chained'];
  readonly window: string;
  readonly reads?: (call: OpCall) => OpCall;
  readonly result?: OpRow['result'];
  readonly dtype?: OpRow['dtype'];
  /** True where zeros are put around the input, which then count. */
  readonly padsWithZero?: (call: OpCall) => boolean;
  /** What it refuses beyond others. */
  readonly fault?: (call: OpCall) => { readonly throws: string } | undefined;
  /** False where one image does not count as a batch of one. */
  readonly single?: false;
}

function pooling(row: PoolingRow): OpRow {
  const { rank } = row;
  const x = row.parameters[0]!.name;
  const reads = row.reads ?? ((call: OpCall) => call);
  const kind = (call: OpCall) => (typeof row.of === 'string' ? row.of : row.of(call));
  const accepts = (call: OpCall): Accepts => (kind(call) === 'avg' ? 'float32' : 'numeric');
  const dtype = row.dtype ?? ((call: OpCall) => tensorType(operand(call, x), accepts(call)));
  return {
    name: row.name,
    parameters: row.parameters,
    chained: row.chained,
    result: row.result,
    shape: (given) => {
      const call = reads(given);
      const { shape } = operand(call, x);
      const fault =
        refused(call, accepts(call), x) ??
        slidingFault(call, rank, false) ??
        onlyChannelsLast(call) ??
        row.fault?.(call);
      if (fault) return fault;
      if (shape && row.single === false && shape.length !== rank + 2)
        return throws(`the input must have rank ${rank + 2}, ${showShape(shape)} has not`);
      return (
        shape &&
        batched(shape, rank + 2, 'the input', (batch) => {
          const sliding = slidingOf(call, rank, tupleOf(call, row.window, rank));
          const dilated = sliding.dilations?.some((n) => n > 1) === true;
          const out = (dilated ? slidDilated : slid)(call, batch.slice(1, -1), sliding);
          return out === undefined || isThrown(out) ? out : [batch[0]!, ...out, batch.at(-1)!];
        })
      );
    },
    dtype,
    range: (given) => {
      const call = reads(given);
      // Of a window with nothing in it, or nothing but NaN, the index is -1.
      if (call.output === 'indexes') return interval(-1, 2 ** 31 - 1, 'bound', { integer: true });
      const inside = selected(tensorRange(operand(call, x), accepts(call)));
      const values = row.padsWithZero?.(call) ? joinRanges(inside, constantRange(0)) : inside;
      const sliding = slidingOf(call, rank, tupleOf(call, row.window, rank));
      const pooled =
        kind(call) === 'max'
          ? [maxOfWindow(values, sliding)]
          : kind(call) === 'avg'
            ? [meanOfWindow(values, sliding, rank)]
            : [];
      const any =
        pooled.length > 0 ? pooled : [maxOfWindow(values, sliding), meanOfWindow(values, sliding, rank)];
      // Collected in the type of the input, and then called what the result is.
      return stored(stored(joinRanges(...any), tensorType(operand(call, x), accepts(call))), dtype(call));
    },
    gradient: row.result ? 'throws' : 'flows',
    // At the border the mean is of fewer cells, the backward kernel divides by as many as everywhere.
    dangers: row.of === 'avg' ? [wrongBackward(x, "pad is 'same'", (call) => isCutAtBorder(call, row))] : [],
  };
}

function isCutAtBorder(call: OpCall, row: PoolingRow): boolean {
  const wide = tupleOf(call, row.window, row.rank)?.some((size) => size > 1) === true;
  return wide && call.attributes['pad'] === 'same';
}

/** The kernel starts from -Infinity and passes over NaN; but a window of one cell is copied. */
function maxOfWindow(values: Range, sliding: Sliding): Range {
  const single = sliding.window?.every((size) => size === 1) !== false;
  if (!mayMissInput(sliding) && !values.mayBeNaN) return values;
  return { ...values, low: -Infinity, lowBy: 'bound', mayBeNaN: single && values.mayBeNaN, integer: false };
}

/** Of no cells at all the mean is NaN in two dimensions, and 0 in three; of Infinity and -Infinity it is NaN. */
function meanOfWindow(values: Range, sliding: Sliding, rank: number): Range {
  const bounded = Number.isFinite(values.low) || Number.isFinite(values.high);
  const mean = withNaN({ ...values, integer: false }, !bounded);
  if (!mayMissInput(sliding)) return mean;
  return rank === 2 ? withNaN(mean) : joinRanges(mean, constantRange(0));
}

const poolParameters = [tensor('x'), required('filterSize', 'numbers'), strides, pad, rounding];
const chainedPool = ['x', 'filterSize', 'strides', 'pad', 'dimRoundingMode'];
const pool3dParameters = [...poolParameters, dataFormat('NDHWC')];

/** With dilations it pools blocks without padding, which takes no rounding mode. */
const pool = pooling({
  name: 'pool',
  padsWithZero: (call) => tupleOf(call, 'dilations', 2)?.every((n) => n === 1) !== true,
  fault: (call) => {
    const dilated = tupleOf(call, 'dilations', 2)?.some((n) => n > 1) === true;
    return dilated && stringOf(call, 'dimRoundingMode') !== undefined
      ? throws('a dilated pool takes no rounding mode')
      : undefined;
  },
  rank: 2,
  of: (call) =>
    isUnknown(call.attributes['poolingType'])
      ? undefined
      : stringOf(call, 'poolingType') === 'avg'
        ? 'avg'
        : 'max',
  parameters: [
    tensor('input'),
    required('windowShape', 'numbers'),
    required('poolingType', 'string'),
    pad,
    optional('dilations', 'numbers'),
    optional('strides', 'numbers'),
    rounding,
  ],
  chained: ['input', 'windowShape', 'poolingType', 'pad', 'dilations', 'strides', 'dimRoundingMode'],
  window: 'windowShape',
  reads: (call) =>
    call.attributes['pad'] === 0
      ? renamed({ ...call, attributes: { ...call.attributes, none: 'valid' } }, 'none', 'pad')
      : call,
});

const maxPoolWithArgmax = pooling({
  name: 'maxPoolWithArgmax',
  rank: 2,
  of: 'max',
  parameters: [...poolParameters.slice(0, 4), optional('includeBatchInIndex', 'boolean', false)],
  window: 'filterSize',
  result: { record: ['result', 'indexes'] },
  single: false,
  dtype: (call) => (call.output === 'indexes' ? 'int32' : tensorType(operand(call, 'x'))),
});

/** Where the maximum of the kernel of dilation2d starts; NaN is not more. */
const LEAST = constantRange(Number.MIN_SAFE_INTEGER);

/** Morphological dilation: the largest sum of the window and the filter. */
const dilation2d: OpRow = {
  name: 'dilation2d',
  parameters: [tensor('x'), tensor('filter'), strides, pad, dilations(), dataFormat('NHWC')],
  chained: ['x', 'filter', 'strides', 'pad', 'dilations', 'dataFormat'],
  shape: (call) => {
    const [x, filter] = [operand(call, 'x').shape, operand(call, 'filter').shape];
    const fault = refused(call, 'numeric', 'x', 'filter') ?? onlyChannelsLast(call);
    if (fault) return fault;
    if (filter && filter.length !== 3)
      return throws(`the filter must have rank 3, ${showShape(filter)} has not`);
    if (x === undefined || filter === undefined) return undefined;
    return batched(x, 4, 'the input', (batch) => {
      const [depth, takes] = [batch[3]!, filter[2]!];
      if (sizesDiffer(depth.size, takes.size))
        return throws(`the depths ${showSize(depth.size)} and ${showSize(takes.size)} differ`);
      const window: Size[] = filter.slice(0, 2).map(({ size }) => size);
      const out = slid(call, batch.slice(1, 3), slidingOf(call, 2, window));
      return out === undefined || isThrown(out) ? out : [batch[0]!, ...out, depth];
    });
  },
  dtype: (call) => tensorType(operand(call, 'x')),
  range: (call) => {
    const sum = add(tensorRange(operand(call, 'x')), tensorRange(operand(call, 'filter')));
    const window = operand(call, 'filter')
      .shape?.slice(0, 2)
      .map(({ size }) => size);
    const empty = sum.mayBeNaN || mayMissInput(slidingOf(call, 2, window));
    const largest = larger(sum, LEAST);
    return stored(
      { ...(empty ? joinRanges(largest, LEAST) : largest), mayBeNaN: false },
      dilation2d.dtype(call),
    );
  },
  gradient: 'flows',
  dangers: [],
};

export const pools: readonly OpRow[] = [
  pooling({
    name: 'maxPool',
    rank: 2,
    of: 'max',
    parameters: poolParameters,
    chained: chainedPool,
    window: 'filterSize',
  }),
  pooling({
    name: 'avgPool',
    rank: 2,
    of: 'avg',
    parameters: poolParameters,
    chained: chainedPool,
    window: 'filterSize',
  }),
  pooling({
    name: 'maxPool3d',
    rank: 3,
    of: 'max',
    parameters: pool3dParameters,
    window: 'filterSize',
    dtype: () => 'float32',
  }),
  pooling({ name: 'avgPool3d', rank: 3, of: 'avg', parameters: pool3dParameters, window: 'filterSize' }),
  pool,
  maxPoolWithArgmax,
  dilation2d,
];
