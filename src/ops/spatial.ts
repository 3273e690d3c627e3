/** Convolutions and pooling: windows that slide over the axes of images and sequences. */
import { add, larger } from '../facts/arithmetic.js';
import { constantRange, interval, joinRanges, selected, stored, withNaN, type Range } from '../facts/range.js';
import { dim, multiplySizes, showShape, showSize, type Dim, type Shape, type Size } from '../facts/shape.js';
import {
  isThrown,
  isUnknown,
  operand,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
} from './build.js';
import { contraction } from './contraction.js';
import type { AttributeValue, OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import {
  batched,
  channelPlace,
  mayMissInput,
  mayReachOver,
  type Sliding,
  onlyChannelsLast,
  slid,
  slidDilated,
  slidingFault,
  slidingOf,
  tupleOf,
} from './shapes/convolution.js';
import { dimsOf, invalidSize, sizesDiffer } from './shapes/sizes.js';

const strides = required('strides', 'numbers');
const pad = required('pad', 'any');
const rounding = optional('dimRoundingMode', 'string');
const dataFormat = (format: string) => optional('dataFormat', 'string', format);
const dilations = (name = 'dilations') => optional(name, 'numbers', 1);

/** Checks the element types of the named operands. */
function refused(call: OpCall, accepts: Accepts, ...names: readonly string[]): { readonly throws: string } | undefined {
  const reason = names.map((name) => refusal(operand(call, name), accepts)).find((text) => text !== undefined);
  return reason === undefined ? undefined : throws(reason);
}

/** The call with one attribute under the name that the arithmetic of windows reads. */
function renamed(call: OpCall, from: string, to: string): OpCall {
  const attributes = { ...call.attributes, [to]: call.attributes[from] };
  return { ...call, attributes, freshSize: (key) => call.freshSize(key) };
}

// Convolutions

interface ConvolutionRow {
  readonly name: string;
  /** Number of spatial axes. */
  readonly rank: 1 | 2 | 3;
  readonly accepts: Accepts;
  readonly more: readonly Parameter[];
  /** The attributes under the names `strides`, `dilations`, ... */
  readonly reads?: (call: OpCall) => OpCall;
  /** Channels of the filter that meet those of x, and those of the result. */
  readonly channels: (filter: Shape, x: Dim) => readonly [Dim, Dim];
  /** True where each output channel sums over all input channels. */
  readonly dense: boolean;
  /** Data formats other than channels last. */
  readonly takesChannelsFirst: boolean;
  readonly positive: boolean;
  readonly chained?: boolean;
}

function convolution(row: ConvolutionRow): OpRow {
  const { rank } = row;
  const parameters = [tensor('x'), tensor('filter'), ...row.more];
  const reads = row.reads ?? ((call: OpCall) => call);
  return {
    name: row.name,
    parameters,
    chained: row.chained ? parameters.map(({ name }) => name) : undefined,
    shape: (given) => {
      const call = reads(given);
      const [x, filter] = [operand(call, 'x').shape, operand(call, 'filter').shape];
      const place = channelPlace(call);
      const fault = refused(call, row.accepts, 'x', 'filter') ?? slidingFault(call, rank, row.positive);
      if (fault) return fault;
      if (typeof place === 'object') return place;
      if (place === 'first' && !row.takesChannelsFirst) return throws('only channels-last data is supported');
      if (filter !== undefined && filter.length !== rank + 2) return throws(`the filter must have rank ${rank + 2}, ${showShape(filter)} has not`);
      if (x === undefined || filter === undefined || place === undefined) return undefined;
      return batched(x, rank + 2, 'the input', (batch) => convolved(call, row, batch, filter, place === 'first'));
    },
    dtype: (call) => tensorType(operand(call, 'x'), row.accepts),
    range: (given) => {
      const call = reads(given);
      const filter = operand(call, 'filter').shape;
      const terms = filter?.slice(0, row.dense ? rank + 1 : rank).map(({ size }) => size);
      return contraction({
        a: tensorRange(operand(call, 'x'), row.accepts),
        b: tensorRange(operand(call, 'filter'), row.accepts),
        count: terms && multiplySizes(terms),
        block: 1,
        partial: mayReachOver(slidingOf(call, rank, undefined)) ,
        dtype: tensorType(operand(call, 'x'), row.accepts),
      });
    },
    gradient: 'flows',
    dangers: [],
  };
}

function convolved(call: OpCall, { rank, channels }: ConvolutionRow, x: Shape, filter: Shape, first: boolean): ShapeResult {
  const depth = x[first ? 1 : rank + 1]!;
  const [meets, result] = channels(filter, depth);
  if (sizesDiffer(depth.size, meets.size)) {
    return throws(`the input has ${showSize(depth.size)} channels, the filter ${showShape(filter)} takes ${showSize(meets.size)}`);
  }
  const spatial = first ? x.slice(2) : x.slice(1, -1);
  const window = filter.slice(0, rank).map(({ size }) => size);
  const out = rank === 1 ? slidAsRow(call, spatial[0]!, window[0]!) : slid(call, spatial, slidingOf(call, rank, window));
  if (out === undefined || isThrown(out)) return out;
  return first ? [x[0]!, result, ...out] : [x[0]!, ...out, result];
}

/** A sequence is an image of one row. Padded by a number it gets more rows, and does not fit back into a sequence. */
function slidAsRow(call: OpCall, length: Dim, window: Size): ShapeResult {
  const pair = (name: string): AttributeValue => [1, call.attributes[name]];
  const attributes = { ...call.attributes, strides: pair('strides'), dilations: pair('dilations') };
  const row: OpCall = { ...call, attributes, freshSize: (key) => call.freshSize(key) };
  const out = slid(row, [dim(1), length], slidingOf(row, 2, [1, window]));
  if (out === undefined || isThrown(out)) return out;
  return out[0]!.size === 1 ? out.slice(1) : throws('a sequence can only be padded by words or pairs');
}

/** One filter for the whole depth: the last axis of the filter is the depth of the result. */
const whole = (filter: Shape): readonly [Dim, Dim] => [filter.at(-2)!, unit(filter.at(-1)!)];

/** As many channels as the filter was built for. */
function unit(d: Dim): Dim {
  return d.size === 1 ? { ...d, one: d.one ?? 'structural' } : d;
}

const conv1d = convolution({
  name: 'conv1d',
  rank: 1,
  accepts: 'float32',
  more: [required('stride', 'integer'), pad, dataFormat('NWC'), optional('dilation', 'integer', 1), rounding],
  reads: (call) => renamed(renamed(call, 'stride', 'strides'), 'dilation', 'dilations'),
  channels: whole,
  dense: true,
  takesChannelsFirst: false,
  positive: true,
  chained: true,
});

export const conv2d = convolution({
  name: 'conv2d',
  rank: 2,
  accepts: 'float32',
  more: [strides, pad, dataFormat('NHWC'), dilations(), rounding],
  channels: whole,
  dense: true,
  takesChannelsFirst: true,
  positive: true,
  chained: true,
});

const conv3d = convolution({
  name: 'conv3d',
  rank: 3,
  accepts: 'numeric',
  more: [strides, pad, dataFormat('NDHWC'), dilations()],
  channels: whole,
  dense: true,
  takesChannelsFirst: false,
  positive: true,
});

export const depthwiseConv2d = convolution({
  name: 'depthwiseConv2d',
  rank: 2,
  accepts: 'float32',
  more: [strides, pad, dataFormat('NHWC'), dilations(), rounding],
  channels: (filter) => [filter[2]!, dim(multiplySizes([filter[2]!.size, filter[3]!.size]))],
  dense: false,
  takesChannelsFirst: false,
  positive: false,
  chained: true,
});

/** A depthwise convolution, then one of 1 x 1. */
const separableConv2d: OpRow = {
  name: 'separableConv2d',
  parameters: [
    ...['x', 'depthwiseFilter', 'pointwiseFilter'].map(tensor),
    strides,
    pad,
    dilations('dilation'),
    dataFormat('NHWC'),
  ],
  chained: ['x', 'depthwiseFilter', 'pointwiseFilter', 'strides', 'pad', 'dilation', 'dataFormat'],
  shape: (call) => {
    const [depthwise, pointwise] = [operand(call, 'depthwiseFilter').shape, operand(call, 'pointwiseFilter').shape];
    const deep = depthwiseConv2d.shape(depthwisePart(call));
    const fault = refused(call, 'float32', 'pointwiseFilter');
    if (fault) return fault;
    if (isThrown(deep)) return deep;
    if (pointwise === undefined) return undefined;
    if (pointwise.length !== 4) return throws(`the pointwise filter must have rank 4, ${showShape(pointwise)} has not`);
    const channels = depthwise && multiplySizes(depthwise.slice(2).map(({ size }) => size));
    const one = pointwise.slice(0, 2).every(({ size }) => !sizesDiffer(size, 1));
    const fits = channels === undefined || !sizesDiffer(channels, pointwise[2]!.size);
    if (!one || !fits) return throws(`the pointwise filter ${showShape(pointwise)} does not fit the depthwise filter`);
    return deep && [...deep.slice(0, -1), unit(pointwise[3]!)];
  },
  dtype: () => 'float32',
  range: (call) => {
    const pointwise = operand(call, 'pointwiseFilter');
    const deep = depthwiseConv2d.range(depthwisePart(call));
    return contraction({ a: deep, b: tensorRange(pointwise), count: pointwise.shape?.[2]?.size, block: 1, dtype: 'float32' });
  },
  gradient: 'flows',
  dangers: [],
};

function depthwisePart(call: OpCall): OpCall {
  const operands = { x: call.operands['x']!, filter: call.operands['depthwiseFilter']! };
  return { ...renamed(call, 'dilation', 'dilations'), operands };
}

/** The reverse of a convolution: of the shapes that would lead to x, the one that the caller asks for. */
function transposedConvolution(name: string, rank: 2 | 3, chained?: OpRow['chained']): OpRow {
  return {
    name,
    parameters: [tensor('x'), tensor('filter'), required('outputShape', 'shape'), strides, pad, ...(rank === 2 ? [rounding] : [])],
    chained,
    shape: (call) => {
      const [x, filter, target] = [operand(call, 'x').shape, operand(call, 'filter').shape, dimsOf(call, 'outputShape')];
      const fault = refused(call, 'numeric', 'x', 'filter') ?? slidingFault(call, rank, false);
      if (fault) return fault;
      if (filter && filter.length !== rank + 2) return throws(`the filter must have rank ${rank + 2}, ${showShape(filter)} has not`);
      if (target === undefined) return undefined;
      const invalid = invalidSize(target);
      if (invalid) return invalid;
      if (target.length !== rank + 1 && target.length !== rank + 2) return throws(`${showShape(target)} is no shape of images`);
      if (x && x.length !== target.length) return throws(`${showShape(target)} has not the rank of ${showShape(x)}`);
      const [into, from] = [filter?.[rank], filter?.[rank + 1]];
      if (into && sizesDiffer(target.at(-1)!.size, into.size)) return throws(`the filter ${showShape(filter)} gives ${showSize(into.size)} channels`);
      if (x && from && sizesDiffer(x.at(-1)!.size, from.size)) return throws(`the filter ${showShape(filter)} takes ${showSize(from.size)} channels`);
      return target;
    },
    dtype: () => 'float32',
    range: (call) => {
      const filter = operand(call, 'filter').shape;
      const sizes = filter && [...filter.slice(0, rank), filter[rank + 1]!].map(({ size }) => size);
      return contraction({
        a: tensorRange(operand(call, 'x')),
        b: tensorRange(operand(call, 'filter')),
        count: sizes && multiplySizes(sizes),
        block: 1,
        partial: true,
        dtype: 'float32',
      });
    },
    gradient: 'flows',
    dangers: [],
  };
}

// Pooling

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
      const fault = refused(call, accepts(call), x) ?? slidingFault(call, rank, false) ?? onlyChannelsLast(call) ?? row.fault?.(call);
      if (fault) return fault;
      if (shape && row.single === false && shape.length !== rank + 2) return throws(`the input must have rank ${rank + 2}, ${showShape(shape)} has not`);
      return shape && batched(shape, rank + 2, 'the input', (batch) => {
        const sliding = slidingOf(call, rank, tupleOf(call, row.window, rank));
        const dilated = sliding.dilations?.some((n) => n > 1) === true;
        const out = (dilated ? slidDilated : slid)(call, batch.slice(1, -1), sliding);
        return out === undefined || isThrown(out) ? out : [batch[0]!, ...out, batch.at(-1)!];
      });
    },
    dtype,
    range: (given) => {
      const call = reads(given);
      // Of a window with nothing in it, or nothing but NaN, the index is -1.
      if (call.output === 'indexes') return interval(-1, 2 ** 31 - 1, 'bound', { integer: true });
      const inside = selected(tensorRange(operand(call, x), accepts(call)));
      const values = row.padsWithZero?.(call) ? joinRanges(inside, constantRange(0)) : inside;
      const sliding = slidingOf(call, rank, tupleOf(call, row.window, rank));
      const pooled = kind(call) === 'max' ? [maxOfWindow(values, sliding)] : kind(call) === 'avg' ? [meanOfWindow(values, sliding, rank)] : [];
      const any = pooled.length > 0 ? pooled : [maxOfWindow(values, sliding), meanOfWindow(values, sliding, rank)];
      return stored(joinRanges(...any), dtype(call));
    },
    gradient: row.result ? 'throws' : 'flows',
    dangers: [],
  };
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
    return dilated && stringOf(call, 'dimRoundingMode') !== undefined ? throws('a dilated pool takes no rounding mode') : undefined;
  },
  rank: 2,
  of: (call) => (isUnknown(call.attributes['poolingType']) ? undefined : stringOf(call, 'poolingType') === 'avg' ? 'avg' : 'max'),
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
  reads: (call) => (call.attributes['pad'] === 0 ? renamed({ ...call, attributes: { ...call.attributes, none: 'valid' } }, 'none', 'pad') : call),
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
    if (filter && filter.length !== 3) return throws(`the filter must have rank 3, ${showShape(filter)} has not`);
    if (x === undefined || filter === undefined) return undefined;
    return batched(x, 4, 'the input', (batch) => {
      const [depth, takes] = [batch[3]!, filter[2]!];
      if (sizesDiffer(depth.size, takes.size)) return throws(`the depths ${showSize(depth.size)} and ${showSize(takes.size)} differ`);
      const window: Size[] = filter.slice(0, 2).map(({ size }) => size);
      const out = slid(call, batch.slice(1, 3), slidingOf(call, 2, window));
      return out === undefined || isThrown(out) ? out : [batch[0]!, ...out, depth];
    });
  },
  dtype: (call) => tensorType(operand(call, 'x')),
  range: (call) => {
    const sum = add(tensorRange(operand(call, 'x')), tensorRange(operand(call, 'filter')));
    const window = operand(call, 'filter').shape?.slice(0, 2).map(({ size }) => size);
    const empty = sum.mayBeNaN || mayMissInput(slidingOf(call, 2, window));
    const largest = larger(sum, LEAST);
    return stored({ ...(empty ? joinRanges(largest, LEAST) : largest), mayBeNaN: false }, dilation2d.dtype(call));
  },
  gradient: 'flows',
  dangers: [],
};

export const spatial: readonly OpRow[] = [
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv2d,
  separableConv2d,
  transposedConvolution('conv2dTranspose', 2, ['x', 'filter', 'outputShape', 'strides', 'pad', 'dimRoundingMode']),
  transposedConvolution('conv3dTranspose', 3),
  pooling({ name: 'maxPool', rank: 2, of: 'max', parameters: poolParameters, chained: chainedPool, window: 'filterSize' }),
  pooling({ name: 'avgPool', rank: 2, of: 'avg', parameters: poolParameters, chained: chainedPool, window: 'filterSize' }),
  pooling({ name: 'maxPool3d', rank: 3, of: 'max', parameters: pool3dParameters, window: 'filterSize', dtype: () => 'float32' }),
  pooling({ name: 'avgPool3d', rank: 3, of: 'avg', parameters: pool3dParameters, window: 'filterSize' }),
  pool,
  maxPoolWithArgmax,
  dilation2d,
];
