/**
 * What each layer of tfjs-layers does to a shape: one row a layer (`computeOutputShape` of TensorFlow.js 4.22). The first
 * axis is the batch. What a configuration does not tell is a size of its own; an unknown rank is `undefined`.
 */
import {
  broadcastShapes,
  dim,
  elementCount,
  multiplySizes,
  type Dim,
  type Shape,
  type Size,
  type SymbolicSize,
} from '../facts/shape.js';
import { addSizes } from '../ops/shapes/sizes.js';
import { asNumber, asString, type LayerValue, type ObjectValue, type Value } from './values.js';

/** A layer, as its row sees it. */
export interface LayerCall {
  readonly id: number;
  readonly config: ObjectValue | undefined;
  /** What it is given: one shape, or several in a list. */
  readonly inputs: readonly (Shape | undefined)[];
  freshSize(): SymbolicSize;
  /** What a layer within this one does. */
  inner(layer: LayerValue, input: Shape | undefined): Shape | undefined;
}

export interface LayerRow {
  shape(call: LayerCall): Shape | undefined;
  /** It only moves, selects or averages elements. */
  readonly keepsRange?: boolean;
}

// The configuration

const field = ({ config }: LayerCall, name: string): Value | undefined => config?.fields.get(name);

const number = (call: LayerCall, name: string): number | undefined => asNumber(field(call, name));

function sizeOf(call: LayerCall, value: Value | undefined, more: Omit<Dim, 'size'> = {}): Dim {
  const size = asNumber(value) ?? (value?.kind === 'number' ? value.size : undefined);
  return size === undefined ? dim(call.freshSize()) : dim(size, more);
}

/** `[28, 28, null]`: how many there are is known, if not what they are. */
function sizes(call: LayerCall, value: Value | undefined): Dim[] | undefined {
  if (value?.kind !== 'array' || value.rest !== undefined) return undefined;
  return value.elements.map((element) => sizeOf(call, element));
}

/** `3` or `[3, 3]`, one for each axis; undefined where one is not known. */
function each(call: LayerCall, name: string, rank: number, standard: number): (number | undefined)[] {
  const value = field(call, name);
  const given = value === undefined ? standard : asNumber(value);
  return Array.from({ length: rank }, (_, axis) =>
    value?.kind === 'array' ? asNumber(value.elements[axis]) : given,
  );
}

/** The shape that the first layer of a model is told, with a batch of its own. */
export function declaredInput(call: LayerCall): Shape | undefined {
  const whole = sizes(call, field(call, 'batchInputShape') ?? field(call, 'batchShape'));
  if (whole !== undefined) return whole;
  const inner = sizes(call, field(call, 'inputShape') ?? field(call, 'shape'));
  if (inner !== undefined) return [dim(call.freshSize()), ...inner];
  const features = field(call, 'inputDim');
  return features === undefined ? undefined : [dim(call.freshSize()), sizeOf(call, features)];
}

const inputOf = (call: LayerCall): Shape | undefined => call.inputs[0] ?? declaredInput(call);

/** Units, filters: what a layer makes of the last axis. One is there because the layer is so built. */
function made(call: LayerCall, name: string, what: string): Dim {
  return sizeOf(call, field(call, name), {
    axis: { id: `${name} of layer ${call.id}`, label: `the ${name} of ${what}` },
    one: number(call, name) === 1 ? 'structural' : undefined,
  });
}

// Rows

const same: LayerRow = { shape: inputOf };

const dense: LayerRow = {
  shape: (call) => {
    const input = inputOf(call);
    return input === undefined || input.length === 0
      ? undefined
      : [...input.slice(0, -1), made(call, 'units', 'a dense layer')];
  },
};

/** Moves elements of one batch: the rest of the shape is its own. */
function moving(rest: (call: LayerCall, inner: Shape) => Shape | undefined): LayerRow {
  return {
    keepsRange: true,
    shape: (call) => {
      const [batch, ...inner] = inputOf(call) ?? [];
      const moved = batch === undefined ? undefined : rest(call, inner);
      return moved === undefined ? undefined : [batch!, ...moved];
    },
  };
}

const flatten = moving((_, inner) => [dim(elementCount(inner))]);

const reshape: LayerRow = {
  keepsRange: true,
  shape: (call) => {
    const target = sizes(call, field(call, 'targetShape'));
    const [batch, ...inner] = inputOf(call) ?? [];
    if (target === undefined) return undefined;
    const open = target.findIndex(({ size }) => size === -1);
    const filled = target.map((d, axis) => (axis === open ? dim(restOf(call, inner, target)) : d));
    return [batch ?? dim(call.freshSize()), ...filled];
  },
};

/** The size that fills the shape, where all are numbers. */
function restOf(call: LayerCall, inner: Shape, target: Shape): Size {
  const [all, others] = [elementCount(inner), elementCount(target.filter(({ size }) => size !== -1))];
  const isKnown = inner.length > 0 && typeof all === 'number' && typeof others === 'number';
  return isKnown && others > 0 && all % others === 0 ? all / others : call.freshSize();
}

const permute = moving((call, inner) => {
  const order = field(call, 'dims');
  if (order?.kind !== 'array' || order.rest !== undefined) return undefined;
  const axes = order.elements.map(asNumber);
  return axes.every((axis) => axis !== undefined && inner[axis - 1] !== undefined)
    ? axes.map((axis) => inner[axis! - 1]!)
    : inner.map(() => dim(call.freshSize()));
});

const repeatVector: LayerRow = {
  keepsRange: true,
  shape: (call) => {
    const [batch, features] = inputOf(call) ?? [];
    return [
      batch ?? dim(call.freshSize()),
      sizeOf(call, field(call, 'n')),
      features ?? dim(call.freshSize()),
    ];
  },
};

const embedding: LayerRow = {
  shape: (call) => {
    const length = field(call, 'inputLength');
    const declared =
      length !== undefined && length.kind !== 'array'
        ? [dim(call.freshSize()), sizeOf(call, length)]
        : (sizes(call, field(call, 'batchInputShape')) ??
          withBatch(call, sizes(call, field(call, 'inputShape'))));
    const input = call.inputs[0] ?? declared;
    return input && [...input, made(call, 'outputDim', 'an embedding')];
  },
};

const withBatch = (call: LayerCall, inner: Dim[] | undefined): Shape | undefined =>
  inner && [dim(call.freshSize()), ...inner];

/** How the size of a spatial axis changes; undefined where it is not known. */
type Slide = (size: number, axis: number) => number | undefined;

/** Batch, `rank` spatial axes, channels: what tfjs-layers calls channelsLast. */
function spatial(
  call: LayerCall,
  rank: number,
  slide: Slide,
  channels: (channels: Dim) => Dim = (kept) => kept,
): Shape | undefined {
  const input = inputOf(call);
  const fresh = (): Dim => dim(call.freshSize());
  if (asString(field(call, 'dataFormat')) === 'channelsFirst' || (input && input.length !== rank + 2))
    return Array.from({ length: rank + 2 }, fresh);
  const [batch = fresh(), ...rest] = input ?? Array.from({ length: rank + 2 }, fresh);
  const slid = rest.slice(0, rank).map(({ size }, axis) => {
    const result = typeof size === 'number' ? slide(size, axis) : undefined;
    return result === undefined ? fresh() : dim(result);
  });
  return [batch, ...slid, channels(rest[rank]!)];
}

/** `conv_utils.convOutputLength`. */
function windowed(
  call: LayerCall,
  rank: number,
  names: { window: string; window0: number; stride: string },
): Slide {
  const window = each(call, names.window, rank, names.window0);
  const strides =
    field(call, names.stride) === undefined && names.stride === 'strides' && names.window === 'poolSize'
      ? window
      : each(call, names.stride, rank, 1);
  const dilations = each(call, 'dilationRate', rank, 1);
  const padding = field(call, 'padding');
  const mode = padding === undefined ? 'valid' : asString(padding);
  return (size, axis) => {
    const [width, stride, dilation] = [window[axis], strides[axis], dilations[axis]];
    if (stride === undefined || mode === undefined) return undefined;
    if (mode === 'same') return Math.ceil(size / stride);
    if (mode !== 'valid' || width === undefined || dilation === undefined) return undefined;
    return Math.ceil((size - (width + (width - 1) * (dilation - 1)) + 1) / stride);
  };
}

const KERNEL = { window: 'kernelSize', window0: 1, stride: 'strides' };
const POOL = { window: 'poolSize', window0: 2, stride: 'strides' };

const convolution = (rank: number): LayerRow => ({
  shape: (call) =>
    spatial(call, rank, windowed(call, rank, KERNEL), () => made(call, 'filters', 'a convolution')),
});

const depthwise: LayerRow = {
  shape: (call) =>
    spatial(call, 2, windowed(call, 2, KERNEL), ({ size }) =>
      dim(multiplySizes([size, number(call, 'depthMultiplier') ?? 1])),
    ),
};

/** `conv_utils.deconvLength`. */
const transposed = (rank: number): LayerRow => ({
  shape: (call) => {
    const [kernel, strides] = [each(call, 'kernelSize', rank, 1), each(call, 'strides', rank, 1)];
    const padding = field(call, 'padding');
    const mode = padding === undefined ? 'valid' : asString(padding);
    const slide: Slide = (size, axis) => {
      const [width, stride] = [kernel[axis], strides[axis]];
      if (width === undefined || stride === undefined || mode === undefined) return undefined;
      return mode === 'same' ? size * stride : size * stride + Math.max(width - stride, 0);
    };
    return spatial(call, rank, slide, () => made(call, 'filters', 'a convolution'));
  },
});

const pooling = (rank: number): LayerRow => ({
  keepsRange: true,
  shape: (call) => spatial(call, rank, windowed(call, rank, POOL)),
});

const globalPooling = (rank: number): LayerRow => ({
  keepsRange: true,
  shape: (call) => {
    const input = inputOf(call);
    const isFirst = asString(field(call, 'dataFormat')) === 'channelsFirst';
    const channels = input?.length === rank + 2 && !isFirst ? input.at(-1) : undefined;
    return [input?.[0] ?? dim(call.freshSize()), channels ?? dim(call.freshSize())];
  },
});

const upSampling: LayerRow = {
  keepsRange: true,
  shape: (call) => {
    const factors = each(call, 'size', 2, 2);
    return spatial(call, 2, (size, axis) => factors[axis] && size * factors[axis]);
  },
};

/** `2`, `[1, 2]` for both sides of each axis, or `[[1, 2], [3, 4]]`: added to each axis, or taken off. */
const edges = (name: string, standard: number, sign: 1 | -1): LayerRow => ({
  keepsRange: sign < 0,
  shape: (call) => {
    const value = field(call, name);
    const total = (axis: number): number | undefined => {
      const one = value?.kind === 'array' ? value.elements[axis] : value;
      if (value === undefined) return 2 * standard;
      if (one?.kind !== 'array') return both(asNumber(one), asNumber(one));
      return both(asNumber(one.elements[0]), asNumber(one.elements[1]));
    };
    return spatial(call, 2, (size, axis) => both(size, scaled(total(axis), sign)));
  },
});

const both = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;
const scaled = (a: number | undefined, by: number): number | undefined => (a === undefined ? a : a * by);

const toSize = (height: string, width: string): LayerRow => ({
  shape: (call) => {
    const input = inputOf(call);
    const size = [sizeOf(call, field(call, height)), sizeOf(call, field(call, width))];
    return input === undefined || input.length < 3
      ? undefined
      : [...input.slice(0, -3), ...size, input.at(-1)!];
  },
});

/** A state gives several tensors: which one is asked for is not known. */
const recurrent = (units: string): LayerRow => ({
  shape: (call) => {
    const input = inputOf(call);
    const isSequence = flag(call, 'returnSequences');
    if (flag(call, 'returnState') !== false || isSequence === undefined) return undefined;
    const batch = input?.[0] ?? dim(call.freshSize());
    const state = units === '' ? dim(call.freshSize()) : made(call, units, 'a recurrent layer');
    return isSequence ? [batch, input?.[1] ?? dim(call.freshSize()), state] : [batch, state];
  },
});

/** False unless it is set; undefined where it is not known. */
function flag(call: LayerCall, name: string): boolean | undefined {
  const value = field(call, name);
  if (value === undefined) return false;
  return value.kind === 'constant' ? Boolean(value.value) : undefined;
}

const wrapped = ({ config }: LayerCall): LayerValue | undefined => {
  const layer = config?.fields.get('layer');
  return layer?.kind === 'layer' ? layer : undefined;
};

const bidirectional: LayerRow = {
  shape: (call) => {
    const layer = wrapped(call);
    const forward = layer && call.inner(layer, inputOf(call));
    const mode = field(call, 'mergeMode');
    if (forward === undefined || (mode !== undefined && asString(mode) === undefined)) return undefined;
    const isJoined = mode === undefined || asString(mode) === 'concat';
    const last = forward.at(-1)!;
    return isJoined ? [...forward.slice(0, -1), dim(multiplySizes([2, last.size]))] : forward;
  },
};

const timeDistributed: LayerRow = {
  shape: (call) => {
    const layer = wrapped(call);
    const [batch, time, ...rest] = inputOf(call) ?? [];
    if (layer === undefined || batch === undefined || time === undefined) return undefined;
    const step = call.inner(layer, [batch, ...rest]);
    return step && [batch, time, ...step.slice(1)];
  },
};

const concatenate: LayerRow = {
  keepsRange: true,
  shape: (call) => {
    const known = call.inputs.filter((shape) => shape !== undefined);
    const [first] = known;
    if (first === undefined) return undefined;
    const axis = field(call, 'axis') === undefined ? -1 : number(call, 'axis');
    if (axis === undefined || known.length < call.inputs.length)
      return first.map((d, index) => (index === 0 ? d : dim(call.freshSize())));
    const at = axis < 0 ? axis + first.length : axis;
    if (known.some((shape) => shape.length !== first.length)) return undefined;
    const sum = addSizes(known.map((shape) => shape[at]?.size ?? 0));
    return first.map((d, index) => (index === at ? dim(sum ?? call.freshSize()) : d));
  },
};

/** Ranks are made equal by axes of size 1 behind the batch, unlike those of ops: `Merge` of merge.ts. */
const merge: LayerRow = {
  shape: ({ inputs }) => {
    const known = inputs.filter((shape) => shape !== undefined);
    if (known.length < inputs.length || known.some(({ length }) => length === 0)) return undefined;
    const rank = Math.max(...known.map(({ length }) => length));
    const lifted = known.map((shape) => liftedTo(shape, rank));
    return lifted.reduce<Shape | undefined>((a, b) => {
      const result = a && broadcastShapes(a, b);
      return result === undefined || 'throws' in result ? undefined : result;
    }, lifted[0]);
  },
};

/** `[batch, features]` as `[batch, 1, features]`. */
export const liftedTo = ([batch, ...rest]: Shape, rank: number): Shape => [
  batch!,
  ...Array.from({ length: rank - 1 - rest.length }, () => dim(1)),
  ...rest,
];

const dot: LayerRow = {
  shape: (call) => {
    const [a, b] = call.inputs;
    return a?.length === 2 && b?.length === 2 ? [a[0]!, dim(1, { one: 'structural' })] : undefined;
  },
};

const categoryEncoding: LayerRow = {
  shape: (call) => {
    const input = inputOf(call);
    const tokens = made(call, 'numTokens', 'a category encoding');
    if (input === undefined) return undefined;
    if (asString(field(call, 'outputMode')) !== 'oneHot') return [...input.slice(0, -1), tokens];
    return input.at(-1)?.size === 1 ? [...input.slice(0, -1), tokens] : [...input, tokens];
  },
};

const several = (row: LayerRow, ...names: readonly string[]): [string, LayerRow][] =>
  names.map((name) => [name, row]);

const sized = (rank: number): [string, LayerRow][] => [
  [`conv${rank}d`, convolution(rank)],
  ...several(
    pooling(rank),
    `averagePooling${rank}d`,
    `avgPool${rank}d`,
    `avgPooling${rank}d`,
    `maxPooling${rank}d`,
    `maxPool${rank}d`,
  ),
];

const LAYERS: ReadonlyMap<string, LayerRow> = new Map<string, LayerRow>([
  ['dense', dense],
  ...several(
    same,
    'activation',
    'dropout',
    'spatialDropout1d',
    'alphaDropout',
    'gaussianDropout',
    'gaussianNoise',
  ),
  ...several(same, 'batchNormalization', 'layerNormalization', 'masking', 'rescaling', 'randomWidth'),
  ...several(same, 'elu', 'leakyReLU', 'prelu', 'reLU', 'softmax', 'thresholdedReLU'),
  ['inputLayer', same],
  ['flatten', flatten],
  ['reshape', reshape],
  ['permute', permute],
  ['repeatVector', repeatVector],
  ['embedding', embedding],
  ...sized(1),
  ...sized(2),
  ...sized(3),
  ['separableConv2d', convolution(2)],
  ['depthwiseConv2d', depthwise],
  ['conv2dTranspose', transposed(2)],
  ['conv3dTranspose', transposed(3)],
  ...several(globalPooling(1), 'globalAveragePooling1d', 'globalMaxPooling1d', 'globalMaxPool1d'),
  ...several(globalPooling(2), 'globalAveragePooling2d', 'globalMaxPooling2d', 'globalMaxPool2d'),
  ['upSampling2d', upSampling],
  ['zeroPadding2d', edges('padding', 1, 1)],
  ['cropping2D', edges('cropping', 0, -1)],
  ['resizing', toSize('height', 'width')],
  ['centerCrop', toSize('height', 'width')],
  ...several(recurrent('units'), 'lstm', 'gru', 'simpleRNN'),
  ['rnn', recurrent('')],
  ['bidirectional', bidirectional],
  ['timeDistributed', timeDistributed],
  ['concatenate', concatenate],
  ...several(merge, 'add', 'multiply', 'average', 'maximum', 'minimum'),
  ['dot', dot],
  ['categoryEncoding', categoryEncoding],
]);

/** The row of `layers.dense`. */
export const layerRow = (type: string): LayerRow | undefined =>
  type.startsWith('layers.') ? LAYERS.get(type.slice('layers.'.length)) : undefined;
