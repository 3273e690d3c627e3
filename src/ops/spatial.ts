/** Convolutions: filters that slide over the axes of images and sequences. */
import { dim, multiplySizes, showShape, showSize, type Dim, type Shape, type Size } from '../facts/shape.js';
import {
  isThrown,
  operand,
  optional,
  refusal,
  required,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
} from './build.js';
import { contraction } from './contraction.js';
import { noBackward } from './moving.js';
import type { AttributeValue, OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import {
  batched,
  channelPlace,
  mayReachOver,
  slid,
  slidingFault,
  slidingOf,
  tupleOf,
} from './shapes/convolution.js';
import { dimsOf, invalidSize, sizesDiffer } from './shapes/sizes.js';

export const strides = required('strides', 'numbers');
export const pad = required('pad', 'any');
export const rounding = optional('dimRoundingMode', 'string');
export const dataFormat = (format: string) => optional('dataFormat', 'string', format);
export const dilations = (name = 'dilations') => optional(name, 'numbers', 1);

/** Checks the element types of the named operands. */
export function refused(
  call: OpCall,
  accepts: Accepts,
  ...names: readonly string[]
): { readonly throws: string } | undefined {
  const reason = names
    .map((name) => refusal(operand(call, name), accepts))
    .find((text) => text !== undefined);
  return reason === undefined ? undefined : throws(reason);
}

/** The call with one attribute under the name that the arithmetic of windows reads. */
export function renamed(call: OpCall, from: string, to: string): OpCall {
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
      if (filter !== undefined && filter.length !== rank + 2)
        return throws(`the filter must have rank ${rank + 2}, ${showShape(filter)} has not`);
      if (x === undefined || filter === undefined || place === undefined) return undefined;
      return batched(x, rank + 2, 'the input', (batch) =>
        convolved(call, row, batch, filter, place === 'first'),
      );
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
        partial: mayReachOver(slidingOf(call, rank, undefined)),
        dtype: tensorType(operand(call, 'x'), row.accepts),
      });
    },
    gradient: 'flows',
    dangers: [noBackward('x', 'dilations are more than 1', (call) => isDilated(reads(call), rank))],
  };
}

/** Gradients of dilated convolutions are not supported. */
function isDilated(call: OpCall, rank: number): boolean {
  return tupleOf(call, 'dilations', rank)?.some((n) => n > 1) === true;
}

function convolved(
  call: OpCall,
  { rank, channels }: ConvolutionRow,
  x: Shape,
  filter: Shape,
  first: boolean,
): ShapeResult {
  const depth = x[first ? 1 : rank + 1]!;
  const [meets, result] = channels(filter, depth);
  if (sizesDiffer(depth.size, meets.size)) {
    return throws(
      `the input has ${showSize(depth.size)} channels, the filter ${showShape(filter)} takes ${showSize(meets.size)}`,
    );
  }
  const spatial = first ? x.slice(2) : x.slice(1, -1);
  const window = filter.slice(0, rank).map(({ size }) => size);
  const out =
    rank === 1
      ? slidAsRow(call, spatial[0]!, window[0]!)
      : slid(call, spatial, slidingOf(call, rank, window));
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
  // Padding that is not known leaves the number of rows open.
  const { size } = out[0]!;
  return size === 1 || typeof size !== 'number'
    ? out.slice(1)
    : throws('a sequence can only be padded by words or pairs');
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
    const [depthwise, pointwise] = [
      operand(call, 'depthwiseFilter').shape,
      operand(call, 'pointwiseFilter').shape,
    ];
    const deep = depthwiseConv2d.shape(depthwisePart(call));
    const fault = refused(call, 'float32', 'pointwiseFilter');
    if (fault) return fault;
    if (isThrown(deep)) return deep;
    if (pointwise === undefined) return undefined;
    if (pointwise.length !== 4)
      return throws(`the pointwise filter must have rank 4, ${showShape(pointwise)} has not`);
    const channels = depthwise && multiplySizes(depthwise.slice(2).map(({ size }) => size));
    const one = pointwise.slice(0, 2).every(({ size }) => !sizesDiffer(size, 1));
    const fits = channels === undefined || !sizesDiffer(channels, pointwise[2]!.size);
    if (!one || !fits)
      return throws(`the pointwise filter ${showShape(pointwise)} does not fit the depthwise filter`);
    return deep && [...deep.slice(0, -1), unit(pointwise[3]!)];
  },
  dtype: () => 'float32',
  range: (call) => {
    const pointwise = operand(call, 'pointwiseFilter');
    const deep = depthwiseConv2d.range(depthwisePart(call));
    return contraction({
      a: deep,
      b: tensorRange(pointwise),
      count: pointwise.shape?.[2]?.size,
      block: 1,
      dtype: 'float32',
    });
  },
  gradient: 'flows',
  dangers: [noBackward('x', 'dilations are more than 1', (call) => isDilated(depthwisePart(call), 2))],
};

function depthwisePart(call: OpCall): OpCall {
  const operands = { x: call.operands['x']!, filter: call.operands['depthwiseFilter']! };
  return { ...renamed(call, 'dilation', 'dilations'), operands };
}

/** The reverse of a convolution: of the shapes that would lead to x, the one that the caller asks for. */
function transposedConvolution(name: string, rank: 2 | 3, chained?: OpRow['chained']): OpRow {
  return {
    name,
    parameters: [
      tensor('x'),
      tensor('filter'),
      required('outputShape', 'shape'),
      strides,
      pad,
      ...(rank === 2 ? [rounding] : []),
    ],
    chained,
    shape: (call) => {
      const [x, filter, target] = [
        operand(call, 'x').shape,
        operand(call, 'filter').shape,
        dimsOf(call, 'outputShape'),
      ];
      const fault = refused(call, 'numeric', 'x', 'filter') ?? slidingFault(call, rank, false);
      if (fault) return fault;
      if (filter && filter.length !== rank + 2)
        return throws(`the filter must have rank ${rank + 2}, ${showShape(filter)} has not`);
      if (target === undefined) return undefined;
      const invalid = invalidSize(target);
      if (invalid) return invalid;
      if (target.length !== rank + 1 && target.length !== rank + 2)
        return throws(`${showShape(target)} is no shape of images`);
      if (x && x.length !== target.length)
        return throws(`${showShape(target)} has not the rank of ${showShape(x)}`);
      const [into, from] = [filter?.[rank], filter?.[rank + 1]];
      if (into && sizesDiffer(target.at(-1)!.size, into.size))
        return throws(`the filter ${showShape(filter)} gives ${showSize(into.size)} channels`);
      if (x && from && sizesDiffer(x.at(-1)!.size, from.size))
        return throws(`the filter ${showShape(filter)} takes ${showSize(from.size)} channels`);
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
    gradient: rank === 2 ? 'flows' : 'throws',
    dangers: [],
  };
}

export const spatial: readonly OpRow[] = [
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv2d,
  separableConv2d,
  transposedConvolution('conv2dTranspose', 2, [
    'x',
    'filter',
    'outputShape',
    'strides',
    'pad',
    'dimRoundingMode',
  ]),
  transposedConvolution('conv3dTranspose', 3),
];
