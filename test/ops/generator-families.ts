/** Random calls of rows that belong together: convolutions, pools, losses, slices. */
import fc from 'fast-check';
import type { AttributeValue } from '../../src/ops/row.js';
import {
  factors,
  indices,
  integer,
  list,
  made,
  nested,
  oneIn,
  only,
  pick,
  reduction,
  shapeOfRank,
  tensor,
  type OwnGenerator,
} from './generator-words.js';
import {
  byParameters,
  count,
  drawShape,
  firstTensor,
  float32,
  related,
  tensorOf,
  withAttributes,
  type Draw,
  type DrawnTensor,
} from './random-values.js';

const literal: OwnGenerator = (g, row) => {
  const rank = /(\d)d$/.exec(row.name)?.[1];
  const shape =
    rank === undefined
      ? drawShape(g, 0, 3)
      : shapeOfRank(g, Number(rank), 1).map((size) => Math.min(size, 2));
  const flat = !row.name.endsWith('1d') && oneIn(g, 4);
  const dtype = pick(g, undefined, 'float32', 'int32', 'bool');
  const values = nested(g, flat ? [count(shape)] : shape);
  return made(row, {}, { values, dtype, ...(flat || oneIn(g, 5) ? { shape } : {}) });
};

const sized: OwnGenerator = (g, row) => {
  const x = tensor(g, drawShape(g, 1, 3));
  const sizes = factors(g, count(x.shape));
  const attributes = Object.fromEntries(
    row.parameters.slice(1).map(({ name }, index) => [name, sizes[index] ?? 1]),
  );
  return made(row, { x }, attributes);
};

const concatenated: OwnGenerator = (g, row) => {
  const rank = Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 4));
  const shape = shapeOfRank(g, rank);
  const axis = integer(g, oneIn(g, 15) ? -rank - 1 : 0, rank - 1);
  const tensors = Array.from({ length: integer(g, oneIn(g, 20) ? 0 : 1, 3) }, () =>
    tensor(
      g,
      oneIn(g, 15) ? shapeOfRank(g, rank) : shape.map((size, at) => (at === axis ? integer(g, 0, 3) : size)),
    ),
  );
  return made(row, { tensors }, { axis });
};

const sliced: OwnGenerator = (g, row) => {
  const x = tensor(g, shapeOfRank(g, Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 3))));
  const begin = x.shape.map((size) => integer(g, 0, oneIn(g, 15) ? size + 1 : size));
  const size = x.shape.map((length, axis) => (oneIn(g, 4) ? -1 : integer(g, 0, length - begin[axis]!)));
  if (row.name === 'slice1d') return made(row, { x }, { begin: begin[0]!, size: size[0]! });
  return made(row, { x }, { begin: begin.slice(0, oneIn(g, 6) ? 1 : 4), size });
};

const padded: OwnGenerator = (g, row) => {
  const x = tensor(g, shapeOfRank(g, Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 4))));
  const most = row.name === 'mirrorPad' ? 1 : 2;
  const paddings = x.shape.map(() => [integer(g, 0, most), integer(g, 0, most)]);
  const attributes = { constantValue: g(() => float32), mode: pick(g, 'reflect', 'symmetric') };
  return made(row, { x }, { paddings: row.name === 'pad1d' ? paddings[0]! : paddings, ...attributes });
};

/** Two tensors of one shape: labels and predictions. */
const compared: OwnGenerator = (g, row) => {
  const [first, second] = row.parameters.map(({ name }) => name) as [string, string];
  const shape = row.name.startsWith('metrics') ? drawShape(g, oneIn(g, 20) ? 0 : 1, 3) : drawShape(g, 0, 3);
  const single = second === 'weights';
  const other = oneIn(g, 10) ? related(g, shape) : shape;
  // The metrics take tensors only, no numbers.
  const one = row.name.startsWith('metrics') ? tensorOf(g, shape, 'float32') : tensor(g, shape);
  const operands: Record<string, DrawnTensor> = { [first]: one };
  if (!single)
    operands[second] = row.name.startsWith('metrics') ? tensorOf(g, other, 'float32') : tensor(g, other);
  const weighted = row.parameters.some(({ name }) => name === 'weights') && oneIn(g, 2);
  const call = made(row, weighted ? { ...operands, weights: tensor(g, related(g, shape)) } : operands);
  const axis = integer(g, -1, shape.length - (oneIn(g, 10) ? 0 : 1));
  const numbers = {
    delta: pick(g, 1, 0.5, 10),
    epsilon: pick(g, 1e-7, 0.1, 0),
    labelSmoothing: pick(g, 0, 0, 0.1, 1),
  };
  return withAttributes(call, only(row, { reduction: reduction(g), axis, ...numbers }));
};

const random: OwnGenerator = (g, row) => {
  const numbers = {
    shape: drawShape(g),
    mean: pick(g, 0, 1, -100, 1e10),
    // A truncated distribution of no width is drawn from for ever.
    stdDev: row.name === 'truncatedNormal' ? pick(g, 1, 0.1, 1e30) : pick(g, 1, 0, 0.1, 1e30, -1),
    minval: pick(g, 0, -1, 5),
    maxval: pick(g, 1, 10, 5),
    alpha: pick(g, 0.5, 1, 3),
    beta: pick(g, 1, 2, 0.1),
    dtype: pick(g, 'float32', 'float32', 'int32'),
    seed: 7,
  };
  const call = made(row, {}, only(row, numbers));
  return oneIn(g, 4)
    ? made(row, {}, only(row, { shape: numbers.shape, minval: 0, maxval: 3, alpha: 1 }))
    : call;
};

const normalised: OwnGenerator = (g, row) => {
  const rank = Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 2, 4));
  const x = tensor(g, shapeOfRank(g, rank));
  const depth = [x.shape.at(-1) ?? 1];
  const parameter = (): DrawnTensor =>
    tensor(g, oneIn(g, 5) ? x.shape : oneIn(g, 10) ? related(g, x.shape) : depth);
  const operands = { x, mean: parameter(), variance: parameter() };
  const optional = {
    ...(oneIn(g, 2) ? { offset: parameter() } : {}),
    ...(oneIn(g, 2) ? { scale: parameter() } : {}),
  };
  return made(row, { ...operands, ...optional }, { varianceEpsilon: pick(g, 0.001, 0, 1e-7) });
};

// Convolutions and pools

interface Window {
  readonly dims: number;
  readonly names: readonly string[];
}

function windowed(g: Draw, dims: number): Record<string, AttributeValue> {
  const spread = (value: number): AttributeValue =>
    oneIn(g, 2) && dims > 1 ? Array<number>(dims).fill(value) : value;
  const stride = integer(g, 1, 2);
  const dilation = stride === 1 && oneIn(g, 3) ? 2 : 1;
  const pad = pick<AttributeValue>(g, 'valid', 'same', 'same', 0, 1);
  return {
    strides: spread(stride),
    stride,
    pad,
    dilations: spread(dilation),
    dilation: dims === 1 ? dilation : spread(dilation),
    dimRoundingMode: pad === 1 && !oneIn(g, 6) ? 'floor' : undefined,
  };
}

function picture(g: Draw, dims: number, depth: number): number[] {
  const inner = [...Array.from({ length: dims }, () => integer(g, 1, 4)), depth];
  return oneIn(g, 4) ? inner : [integer(g, 1, 2), ...inner];
}

const convolution =
  ({ dims, names }: Window): OwnGenerator =>
  (g, row) => {
    const depth = integer(g, 1, 3);
    const x = tensor(g, picture(g, dims, depth));
    const taken = oneIn(g, 15) ? depth + 1 : depth;
    const kernel = Array.from({ length: dims }, () => integer(g, 1, 2));
    const filters: Record<string, number[]> = {
      filter: [...kernel, taken, integer(g, 1, 2)],
      depthwiseFilter: [...kernel, taken, 2],
      pointwiseFilter: [...Array<number>(dims).fill(1), taken * 2, 3],
    };
    if (row.name === 'dilation2d') filters['filter'] = [...kernel, taken];
    const operands = Object.fromEntries(names.map((name) => [name, tensor(g, filters[name]!)]));
    return made(row, { x, ...operands }, only(row, windowed(g, dims)));
  };

const transposed =
  (dims: number): OwnGenerator =>
  (g, row) => {
    const depth = integer(g, 1, 3);
    const x = tensor(g, picture(g, dims, depth));
    const out = integer(g, 1, 2);
    const kernel = Array.from({ length: dims }, () => integer(g, 1, 2));
    const filter = tensor(g, [...kernel, out, oneIn(g, 15) ? depth + 1 : depth]);
    const { strides, pad } = windowed(g, dims);
    const stride = Array.isArray(strides) ? (strides[0] as number) : (strides as number);
    const sizes = x.shape
      .slice(-dims - 1, -1)
      .map((size, axis) => (pad === 'valid' ? (size - 1) * stride + kernel[axis]! : size * stride));
    const outputShape = [...x.shape.slice(0, -dims - 1), ...sizes, out];
    return made(row, { x, filter }, { outputShape, strides: strides!, pad: pad === 1 ? 'same' : pad! });
  };

const pool =
  (dims: number): OwnGenerator =>
  (g, row) => {
    const x = tensor(g, picture(g, dims, integer(g, 1, 2)));
    const input = row.parameters[0]!.name;
    const windowShape = Array.from({ length: dims }, () => integer(g, 1, 2));
    const attributes = {
      ...windowed(g, dims),
      filterSize: windowShape,
      windowShape,
      poolingType: pick(g, 'max', 'avg'),
    };
    return made(row, { [input]: x }, only(row, attributes));
  };

const image: OwnGenerator = (g, row) => {
  const depth = row.name.endsWith('grayscaleToRGB')
    ? 1
    : row.name.endsWith('rgbToGrayscale')
      ? 3
      : integer(g, 1, 3);
  const shape = [integer(g, 1, 2), integer(g, 1, 4), integer(g, 1, 4), oneIn(g, 15) ? depth + 1 : depth];
  const x = tensor(g, row.name.endsWith('threshold') ? shape.slice(1) : oneIn(g, 4) ? shape.slice(1) : shape);
  const boxes = integer(g, 1, 3);
  const operands: Record<string, DrawnTensor> = {
    boxes: tensor(g, [boxes, 4]),
    boxInd: indices(g, [boxes], shape[0]!),
    transforms: tensor(g, [oneIn(g, 2) ? 1 : shape[0]!, 8]),
    scores: tensor(g, [boxes]),
  };
  const attributes = {
    size: list(g, 2, 1, 5),
    cropSize: list(g, 2, 1, 3),
    radians: g(() => float32),
    fillValue: g(() => float32),
    method: row.name.endsWith('threshold') ? pick(g, 'binary', 'otsu') : pick(g, 'bilinear', 'nearest'),
    alignCorners: g(fc.boolean),
    inverted: g(fc.boolean),
    threshValue: pick(g, 0.5, 0, 1),
    maxOutputSize: integer(g, 0, 3),
    outputShape: oneIn(g, 2) ? null : list(g, 2, 1, 4),
    padToMaxOutputSize: g(fc.boolean),
    interpolation: pick(g, 'nearest', 'bilinear'),
    extrapolationValue: g(() => float32),
    softNmsSigma: pick(g, 0, 0.5),
  };
  const given: Record<string, DrawnTensor> = {};
  for (const { name, kind } of row.parameters) if (kind === 'tensor') given[name] = operands[name] ?? x;
  return made(row, given, only(row, attributes));
};

/** One axis, given as a number: these take no list. */
const oneAxis: OwnGenerator = (g, row) => {
  const call = byParameters(g, row);
  const rank = firstTensor(call)!.shape.length;
  return withAttributes(call, { axis: integer(g, -rank - 1, rank) });
};

const mostlyValidAxis: OwnGenerator = (g, row) => {
  const call = byParameters(g, row);
  const rank = Math.max(1, firstTensor(call)?.shape.length ?? 0);
  return withAttributes(call, { axis: oneIn(g, 10) ? rank + 1 : integer(g, -rank, rank - 1) });
};

const vectors: OwnGenerator = (g, row) => {
  const signal = row.parameters[0]!.name;
  const x = tensor(
    g,
    shapeOfRank(g, 1, 1).map((size) => size * 3),
  );
  const attributes = {
    frameLength: integer(g, 1, 4),
    frameStep: integer(g, 1, 3),
    padEnd: g(fc.boolean),
    padValue: 1,
  };
  return made(row, { [signal]: x }, only(row, attributes));
};

const spectrum: OwnGenerator = (g, row) => {
  const rank = oneIn(g, 2) ? 1 : 2;
  const real = row.name.endsWith('rfft') && !row.name.endsWith('irfft');
  return made(row, { input: tensorOf(g, shapeOfRank(g, rank, 1), real ? 'float32' : 'complex64') });
};

export const FAMILIES: readonly (readonly [RegExp, OwnGenerator])[] = [
  [/^tensor(\dd)?$/, literal],
  [/^as\dD$/, sized],
  [/^concat(\dd)?$/, concatenated],
  [/^slice(\dd)?$/, sliced],
  [/^(pad(\dd)?|mirrorPad)$/, padded],
  [/^(losses|metrics)\./, compared],
  [/^(random|truncatedNormal)/, random],
  [/^batchNorm/, normalised],
  [/^(maxPool|avgPool|maxPoolWithArgmax|pool)$/, pool(2)],
  [/^(max|avg)Pool3d$/, pool(3)],
  [/^conv1d$/, convolution({ dims: 1, names: ['filter'] })],
  [/^(conv2d|depthwiseConv2d|dilation2d)$/, convolution({ dims: 2, names: ['filter'] })],
  [/^conv3d$/, convolution({ dims: 3, names: ['filter'] })],
  [/^separableConv2d$/, convolution({ dims: 2, names: ['depthwiseFilter', 'pointwiseFilter'] })],
  [/^conv2dTranspose$/, transposed(2)],
  [/^conv3dTranspose$/, transposed(3)],
  [/^image\./, image],
  [/^(argMax|argMin|cumsum|cumprod)$/, oneAxis],
  [/^(stack|unstack|expandDims|unique)$/, mostlyValidAxis],
  [/^signal\.(frame|stft)$/, vectors],
  [/^spectral\./, spectrum],
];
