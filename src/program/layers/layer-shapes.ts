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
} from '../../facts/shape.js';
import { addSizes } from '../../ops/shapes/sizes.js';
import {
  each,
  field,
  inputOf,
  made,
  number,
  sizeOf,
  sizes,
  wrapped,
  type LayerCall,
  type LayerRow,
} from './layer-call.js';
import { RECURRENT_LAYERS } from './recurrent-shapes.js';
import { KERNEL, POOL, spatial, windowed, type Slide } from './spatial-shapes.js';
import { asNumber, asString, type Value } from '../values.js';

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
const liftedTo = ([batch, ...rest]: Shape, rank: number): Shape => [
  batch!,
  ...Array.from({ length: rank - 1 - rest.length }, () => dim(1)),
  ...rest,
];

const dot: LayerRow = {
  shape: (call) => {
    const [a, b] = call.inputs;
    if (a === undefined || b === undefined || a.length > 3 || b.length > 3) return undefined;
    if (a.length === 2 && b.length === 2) return [a[0]!, dim(1, { one: 'structural' })];
    const axes = dotAxes(field(call, 'axes'), [a.length, b.length]);
    if (axes === undefined) return undefined;
    const left = a.filter((_, axis) => axis !== axes[0]);
    const right = b.filter((_, axis) => axis !== axes[1] && axis > 0);
    const all = [...left, ...right];
    return all.length === 1 ? [...all, dim(1, { one: 'structural' })] : all;
  },
};

/** The axis of each operand that is added up, counted from the front: `Dot.computeOutputShape` of tfjs-layers/src/layers/merge.ts. */
function dotAxes(
  axes: Value | undefined,
  ranks: readonly [number, number],
): readonly [number, number] | undefined {
  const both = axes?.kind === 'array' ? axes.elements : [axes, axes];
  const [one, other] = both.map((axis, index) => {
    const number = asNumber(axis);
    return number === undefined ? undefined : number < 0 ? number + ranks[index]! : number;
  });
  return one === undefined || other === undefined ? undefined : [one, other];
}

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
  ...RECURRENT_LAYERS,
  ['timeDistributed', timeDistributed],
  ['concatenate', concatenate],
  ...several(merge, 'add', 'multiply', 'average', 'maximum', 'minimum'),
  ['dot', dot],
  ['categoryEncoding', categoryEncoding],
]);

/** The row of `layers.dense`. */
export const layerRow = (type: string): LayerRow | undefined =>
  type.startsWith('layers.') ? LAYERS.get(type.slice('layers.'.length)) : undefined;
