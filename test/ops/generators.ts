/**
 * Random calls of the rows of the op table. Most rows are served by the kinds of their parameters; the rows here need
 * arguments that fit each other. Now and then an argument does not fit, so that the errors are compared too.
 */
import fc from 'fast-check';
import type { AttributeValue, OpRow } from '../../src/ops/row.js';
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
  type DrawnCall,
  type DrawnTensor,
  type DrawnType,
} from './random-values.js';

/** Rows whose arguments cannot be drawn: a picture of the browser, a function. */
const SKIPPED = new Set(['browser.fromPixels', 'rand']);

/** A random call of the row; undefined where none can be drawn. */
export function drawCall(g: Draw, row: OpRow): DrawnCall | undefined {
  if (SKIPPED.has(row.name)) return undefined;
  const own = OWN[row.name] ?? FAMILIES.find(([names]) => names.test(row.name))?.[1];
  return own === undefined ? byParameters(g, row) : own(g, row);
}

type OwnGenerator = (g: Draw, row: OpRow) => DrawnCall;

// Words

const integer = (g: Draw, min: number, max: number): number => g(fc.integer, { min, max: Math.max(min, max) });
const oneIn = (g: Draw, n: number): boolean => integer(g, 1, n) === 1;
function pick<T>(g: Draw, ...values: readonly T[]): T {
  return values[integer(g, 0, values.length - 1)]!;
}

/** Numbers of a list, now and then one too few or too many. */
function list(g: Draw, length: number, min: number, max: number): number[] {
  const actual = oneIn(g, 25) ? Math.max(0, length + pick(g, -1, 1)) : length;
  return Array.from({ length: actual }, () => integer(g, min, max));
}

function shapeOfRank(g: Draw, rank: number, least = 0): number[] {
  return Array.from({ length: oneIn(g, 25) ? rank + 1 : rank }, () => (oneIn(g, 20) ? least : integer(g, 1, 4)));
}

function type(g: Draw, likely: DrawnType = 'float32'): DrawnType {
  return oneIn(g, 8) ? pick<DrawnType>(g, 'int32', 'bool', 'float32', 'number') : likely;
}

function tensor(g: Draw, shape: readonly number[], likely: DrawnType = 'float32'): DrawnTensor {
  const dtype = type(g, likely);
  return dtype === 'number' ? tensorOf(g, [], 'number') : tensorOf(g, shape, dtype);
}

/** Indices that mostly lie in [0, bound). */
function indices(g: Draw, shape: readonly number[], bound: number): DrawnTensor {
  const highest = oneIn(g, 15) ? bound : Math.max(0, bound - 1);
  const values = Array.from({ length: count(shape) }, () => integer(g, 0, highest));
  return { shape, dtype: oneIn(g, 15) ? 'float32' : 'int32', values, width: 'exact' };
}

/** A call with these arguments; what is left out takes its default. */
function made(
  row: OpRow,
  operands: DrawnCall['operands'],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): DrawnCall {
  const all: Record<string, AttributeValue> = {};
  for (const parameter of row.parameters) {
    if (parameter.kind === 'tensor' || parameter.kind === 'tensors') continue;
    all[parameter.name] = attributes[parameter.name] ?? parameter.default;
  }
  return { operands, attributes: all };
}

function permutation(g: Draw, length: number): number[] {
  const rest = Array.from({ length }, (_, index) => index);
  return Array.from({ length }, () => rest.splice(integer(g, 0, rest.length - 1), 1)[0]!);
}

/** Sizes with this product, some of them -1. */
function factors(g: Draw, total: number): number[] {
  if (oneIn(g, 10)) return list(g, 2, 0, 4);
  const sizes: number[] = [];
  let rest = total;
  while (rest > 1 && sizes.length < 3) {
    const size = pick(g, ...[1, 2, 3, 4, rest].filter((candidate) => rest % candidate === 0));
    sizes.push(size);
    rest /= size;
  }
  sizes.push(rest);
  if (oneIn(g, 3)) sizes[integer(g, 0, sizes.length - 1)] = -1;
  return sizes;
}

const reduction = (g: Draw): number => integer(g, 0, 3);

function nested(g: Draw, shape: readonly number[]): AttributeValue {
  const [length, ...rest] = shape;
  if (length === undefined) return g(() => float32);
  return Array.from({ length }, () => nested(g, rest));
}

// Families

const literal: OwnGenerator = (g, row) => {
  const rank = /(\d)d$/.exec(row.name)?.[1];
  const shape = rank === undefined ? drawShape(g, 0, 3) : shapeOfRank(g, Number(rank), 1).map((size) => Math.min(size, 2));
  const flat = !row.name.endsWith('1d') && oneIn(g, 4);
  const dtype = pick(g, undefined, 'float32', 'int32', 'bool');
  const values = nested(g, flat ? [count(shape)] : shape);
  return made(row, {}, { values, dtype, ...(flat || oneIn(g, 5) ? { shape } : {}) });
};

const sized: OwnGenerator = (g, row) => {
  const x = tensor(g, drawShape(g, 1, 3));
  const sizes = factors(g, count(x.shape));
  const attributes = Object.fromEntries(row.parameters.slice(1).map(({ name }, index) => [name, sizes[index] ?? 1]));
  return made(row, { x }, attributes);
};

const concatenated: OwnGenerator = (g, row) => {
  const rank = Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 4));
  const shape = shapeOfRank(g, rank);
  const axis = integer(g, oneIn(g, 15) ? -rank - 1 : 0, rank - 1);
  const tensors = Array.from({ length: integer(g, oneIn(g, 20) ? 0 : 1, 3) }, () =>
    tensor(g, oneIn(g, 15) ? shapeOfRank(g, rank) : shape.map((size, at) => (at === axis ? integer(g, 0, 3) : size))),
  );
  return made(row, { tensors }, { axis });
};

const sliced: OwnGenerator = (g, row) => {
  const x = tensor(g, shapeOfRank(g, Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 3))));
  const begin = x.shape.map((size) => integer(g, 0, oneIn(g, 15) ? size + 1 : size));
  const size = x.shape.map((length, axis) => (oneIn(g, 4) ? -1 : integer(g, 0, length - begin[axis]!)));
  return made(row, { x }, { begin: begin.slice(0, oneIn(g, 6) ? 1 : 4), size });
};

const padded: OwnGenerator = (g, row) => {
  const x = tensor(g, shapeOfRank(g, Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 1, 4))));
  const most = row.name === 'mirrorPad' ? 1 : 2;
  const paddings = x.shape.map(() => list(g, 2, 0, most));
  const attributes = { constantValue: g(() => float32), mode: pick(g, 'reflect', 'symmetric') };
  return made(row, { x }, { paddings: row.name === 'pad1d' ? paddings[0]! : paddings, ...attributes });
};

/** Two tensors of one shape: labels and predictions. */
const compared: OwnGenerator = (g, row) => {
  const [first, second] = row.parameters.map(({ name }) => name) as [string, string];
  const shape = row.name.startsWith('metrics') ? drawShape(g, oneIn(g, 20) ? 0 : 1, 3) : drawShape(g, 0, 3);
  const single = second === 'weights';
  const other = oneIn(g, 10) ? related(g, shape) : shape;
  const operands: Record<string, DrawnTensor> = { [first]: tensor(g, shape) };
  if (!single) operands[second] = tensor(g, other);
  const weighted = row.parameters.some(({ name }) => name === 'weights') && oneIn(g, 2);
  const call = made(row, weighted ? { ...operands, weights: tensor(g, related(g, shape)) } : operands);
  const axis = integer(g, -1, shape.length - (oneIn(g, 10) ? 0 : 1));
  const numbers = { delta: pick(g, 1, 0.5, 10), epsilon: pick(g, 1e-7, 0.1, 0), labelSmoothing: pick(g, 0, 0, 0.1, 1) };
  return withAttributes(call, only(row, { reduction: reduction(g), axis, ...numbers }));
};

function only(row: OpRow, attributes: Record<string, AttributeValue>): Record<string, AttributeValue> {
  const names = row.parameters.map(({ name }) => name);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

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
  return oneIn(g, 4) ? made(row, {}, only(row, { shape: numbers.shape, minval: 0, maxval: 3, alpha: 1 })) : call;
};

const normalised: OwnGenerator = (g, row) => {
  const rank = Number(/(\d)d$/.exec(row.name)?.[1] ?? integer(g, 2, 4));
  const x = tensor(g, shapeOfRank(g, rank));
  const depth = [x.shape.at(-1) ?? 1];
  const parameter = (): DrawnTensor => tensor(g, oneIn(g, 5) ? x.shape : oneIn(g, 10) ? related(g, x.shape) : depth);
  const operands = { x, mean: parameter(), variance: parameter() };
  const optional = { ...(oneIn(g, 2) ? { offset: parameter() } : {}), ...(oneIn(g, 2) ? { scale: parameter() } : {}) };
  return made(row, { ...operands, ...optional }, { varianceEpsilon: pick(g, 0.001, 0, 1e-7) });
};

// Convolutions and pools

interface Window {
  readonly dims: number;
  readonly names: readonly string[];
}

function windowed(g: Draw, dims: number): Record<string, AttributeValue> {
  const spread = (value: number): AttributeValue => (oneIn(g, 2) && dims > 1 ? Array<number>(dims).fill(value) : value);
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

const convolution = ({ dims, names }: Window): OwnGenerator => (g, row) => {
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

const transposed = (dims: number): OwnGenerator => (g, row) => {
  const depth = integer(g, 1, 3);
  const x = tensor(g, picture(g, dims, depth));
  const out = integer(g, 1, 2);
  const kernel = Array.from({ length: dims }, () => integer(g, 1, 2));
  const filter = tensor(g, [...kernel, out, oneIn(g, 15) ? depth + 1 : depth]);
  const { strides, pad } = windowed(g, dims);
  const stride = Array.isArray(strides) ? (strides[0] as number) : (strides as number);
  const sizes = x.shape.slice(-dims - 1, -1).map((size, axis) =>
    pad === 'valid' ? (size - 1) * stride + kernel[axis]! : size * stride,
  );
  const outputShape = [...x.shape.slice(0, -dims - 1), ...sizes, out];
  return made(row, { x, filter }, { outputShape, strides: strides!, pad: pad === 1 ? 'same' : pad! });
};

const pool = (dims: number): OwnGenerator => (g, row) => {
  const x = tensor(g, picture(g, dims, integer(g, 1, 2)));
  const input = row.parameters[0]!.name;
  const windowShape = Array.from({ length: dims }, () => integer(g, 1, 2));
  const attributes = { ...windowed(g, dims), filterSize: windowShape, windowShape, poolingType: pick(g, 'max', 'avg') };
  return made(row, { [input]: x }, only(row, attributes));
};

const image: OwnGenerator = (g, row) => {
  const depth = row.name.endsWith('grayscaleToRGB') ? 1 : row.name.endsWith('rgbToGrayscale') ? 3 : integer(g, 1, 3);
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
  const x = tensor(g, shapeOfRank(g, 1, 1).map((size) => size * 3));
  const attributes = { frameLength: integer(g, 1, 4), frameStep: integer(g, 1, 3), padEnd: g(fc.boolean), padValue: 1 };
  return made(row, { [signal]: x }, only(row, attributes));
};

const spectrum: OwnGenerator = (g, row) => {
  const rank = oneIn(g, 2) ? 1 : 2;
  const real = row.name.endsWith('rfft') && !row.name.endsWith('irfft');
  return made(row, { input: tensorOf(g, shapeOfRank(g, rank, 1), real ? 'float32' : 'complex64') });
};

const FAMILIES: readonly (readonly [RegExp, OwnGenerator])[] = [
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

const EQUATIONS: readonly (readonly [string, ...number[][]])[] = [
  ['ij,jk->ik', [2, 3], [3, 4]],
  ['i,i->', [3], [3]],
  ['ij->ji', [2, 3]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 1]],
  ['ij->', [2, 3]],
  ['ij,j->i', [2, 3], [3]],
  ['i,j->ij', [2], [3]],
];

function ordered(g: Draw): [number, number] {
  const [a, b] = [g(() => float32), g(() => float32)];
  return oneIn(g, 10) ? [a, b] : [Math.min(a, b), Math.max(a, b)];
}

// Single rows

const OWN: Readonly<Record<string, OwnGenerator>> = {
  clipByValue: (g, row) => {
    const [clipValueMin, clipValueMax] = ordered(g);
    return withAttributes(byParameters(g, row), { clipValueMin, clipValueMax });
  },
  dropout: (g, row) => {
    const call = byParameters(g, row);
    const noiseShape = oneIn(g, 3) ? related(g, firstTensor(call)!.shape) : undefined;
    return withAttributes(call, { rate: pick(g, 0, 0.1, 0.5, 0.9, 1e-7, 1, -0.5), noiseShape, seed: undefined });
  },
  norm: (g, row) => {
    const ord = pick<AttributeValue>(g, 'euclidean', 'euclidean', 2, 1, Infinity, -Infinity, 'fro', 3);
    return withAttributes(byParameters(g, row), { ord });
  },
  scalar: (g, row) => made(row, { value: tensorOf(g, [], 'number') }, { dtype: pick(g, undefined, 'float32', 'int32') }),
  fill: (g, row) => made(row, {}, { shape: drawShape(g), value: g(() => float32), dtype: pick(g, undefined, 'int32') }),
  zeros: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32', 'bool') }),
  ones: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32', 'bool') }),
  buffer: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32') }),
  eye: (g, row) => made(row, {}, { numRows: integer(g, 1, 3), numColumns: oneIn(g, 2) ? integer(g, 1, 3) : undefined }),
  variable: (g, row) => made(row, { initialValue: tensor(g, drawShape(g)) }, { trainable: g(fc.boolean) }),
  complex: (g, row) => {
    const shape = drawShape(g);
    return made(row, { real: tensor(g, shape), imag: tensor(g, oneIn(g, 6) ? related(g, shape) : shape) });
  },
  oneHot: (g, row) => {
    const attributes = { depth: integer(g, oneIn(g, 10) ? 0 : 2, 4), onValue: pick(g, 1, 5, -2), offValue: pick(g, 0, -1) };
    return made(row, { indices: indices(g, drawShape(g, 0, 3), 4) }, { ...attributes, dtype: pick(g, undefined, 'float32') });
  },
  range: (g, row) => {
    const step = pick(g, 1, 1, -1, 2, 0.5, 0, -0.3);
    return made(row, {}, { start: integer(g, -5, 5), stop: integer(g, -5, 9), step, dtype: pick(g, undefined, 'int32') });
  },
  linspace: (g, row) => made(row, {}, { start: g(() => float32), stop: g(() => float32), num: integer(g, oneIn(g, 9) ? 0 : 1, 5) }),
  meshgrid: (g, row) => {
    const vector = (): DrawnTensor => tensor(g, shapeOfRank(g, 1));
    const operands: DrawnCall['operands'] = oneIn(g, 5) ? { x: vector() } : { x: vector(), y: vector() };
    return made(row, operands, { options: { indexing: pick(g, 'xy', 'ij') } });
  },
  reshape: (g, row) => {
    const x = tensor(g, drawShape(g));
    return made(row, { x }, { shape: factors(g, count(x.shape)) });
  },
  reshapeAs: (g, row) => {
    const x = tensor(g, drawShape(g, 1, 3));
    return made(row, { x, like: tensor(g, permutation(g, x.shape.length).map((axis) => x.shape[axis]!)) });
  },
  transpose: (g, row) => {
    const x = tensor(g, drawShape(g));
    const perm = oneIn(g, 4) ? undefined : oneIn(g, 10) ? list(g, x.shape.length, -1, 3) : permutation(g, x.shape.length);
    return made(row, { x }, { perm });
  },
  tile: (g, row) => {
    const x = tensor(g, drawShape(g, 1, 3));
    return made(row, { x }, { reps: list(g, x.shape.length, oneIn(g, 10) ? 0 : 1, 2) });
  },
  broadcastTo: (g, row) => {
    const shape = drawShape(g);
    return made(row, { x: tensor(g, related(g, shape)) }, { shape });
  },
  ensureShape: (g, row) => {
    const x = tensor(g, drawShape(g));
    return made(row, { x }, { shape: oneIn(g, 4) ? related(g, x.shape) : [...x.shape] });
  },
  split: (g, row) => {
    const x = tensor(g, drawShape(g, 1, 3));
    const axis = integer(g, 0, x.shape.length - 1);
    const size = x.shape[axis] ?? 1;
    const first = integer(g, 0, size);
    const numOrSizeSplits = pick<AttributeValue>(g, 1, 2, size, [first, size - first], [first, -1]);
    return made(row, { x }, { numOrSizeSplits, axis });
  },
  stridedSlice: (g, row) => {
    const x = tensor(g, shapeOfRank(g, integer(g, 1, 3), 1));
    const rank = x.shape.length;
    const masks = oneIn(g, 3) ? { beginMask: integer(g, 0, 3), endMask: integer(g, 0, 3), shrinkAxisMask: integer(g, 0, 1) } : {};
    const strides = Array.from({ length: rank }, () => pick(g, 1, 1, 2, -1));
    return made(row, { x }, { begin: list(g, rank, -2, 2), end: list(g, rank, -1, 4), strides, ...masks });
  },
  spaceToBatchND: (g, row) => {
    const blockShape = list(g, 2, 1, 2);
    const x = tensor(g, [integer(g, 1, 2), 2 * integer(g, 1, 2), 2, ...(oneIn(g, 2) ? [3] : [])]);
    return made(row, { x }, { blockShape, paddings: blockShape.map(() => pick(g, [0, 0], [1, 1], [0, 1])) });
  },
  batchToSpaceND: (g, row) => {
    const blockShape = list(g, 2, 1, 2);
    const x = tensor(g, [oneIn(g, 10) ? 3 : 4, integer(g, 1, 2), 2, ...(oneIn(g, 2) ? [3] : [])]);
    return made(row, { x }, { blockShape, crops: blockShape.map(() => pick(g, [0, 0], [1, 0], [0, 1])) });
  },
  depthToSpace: (g, row) => {
    const x = tensor(g, [integer(g, 1, 2), integer(g, 1, 2), 2, oneIn(g, 10) ? 3 : 4]);
    return made(row, { x }, { blockSize: oneIn(g, 10) ? integer(g, 0, 4) : 2 });
  },
  matMul: (g, row) => {
    const [m, k, n] = [integer(g, 1, 3), integer(g, 0, 3), integer(g, 1, 3)];
    const [transposeA, transposeB] = [g(fc.boolean), g(fc.boolean)];
    const batch = oneIn(g, 2) ? [] : drawShape(g, 1, 2);
    const inner = oneIn(g, 15) ? k + 1 : k;
    const a = tensor(g, [...batch, ...(transposeA ? [k, m] : [m, k])]);
    const b = tensor(g, [...(oneIn(g, 3) ? related(g, batch) : batch), ...(transposeB ? [n, inner] : [inner, n])]);
    return made(row, { a, b }, { transposeA, transposeB });
  },
  dot: (g, row) => {
    const k = integer(g, 1, 3);
    const t1 = tensor(g, oneIn(g, 2) ? [k] : [integer(g, 1, 3), k]);
    return made(row, { t1, t2: tensor(g, oneIn(g, 2) ? [oneIn(g, 10) ? k + 1 : k] : [k, integer(g, 1, 3)]) });
  },
  outerProduct: (g, row) => made(row, { v1: tensor(g, shapeOfRank(g, 1)), v2: tensor(g, shapeOfRank(g, 1)) }),
  einsum: (g, row) => {
    const [equation, ...shapes] = pick(g, ...EQUATIONS);
    return made(row, { tensors: shapes.map((shape) => tensor(g, oneIn(g, 15) ? [...shape, 1] : shape)) }, { equation });
  },
  'linalg.qr': (g, row) => made(row, { x: tensor(g, [integer(g, 1, 3), integer(g, 1, 3)]) }, { fullMatrices: g(fc.boolean) }),
  'linalg.gramSchmidt': (g, row) => made(row, { xs: tensor(g, [integer(g, 1, 3), 3]) }),
  'linalg.bandPart': (g, row) => {
    const shape = shapeOfRank(g, integer(g, 2, 3), 1);
    return made(row, { a: tensor(g, shape) }, { numLower: integer(g, 0, 1), numUpper: integer(g, -1, 1) });
  },
  basicLSTMCell: (g, row) => {
    const [batch, inputs, units] = [integer(g, 1, 2), integer(g, 1, 2), integer(g, 1, 2)];
    const state = (): DrawnTensor => tensorOf(g, [batch, units], 'float32');
    return made(row, {
      forgetBias: tensorOf(g, [], 'float32'),
      lstmKernel: tensorOf(g, [inputs + units, 4 * units], 'float32'),
      lstmBias: tensorOf(g, [4 * units], 'float32'),
      data: tensorOf(g, [batch, inputs], 'float32'),
      c: state(),
      h: state(),
    });
  },
  gather: (g, row) => {
    const x = tensor(g, drawShape(g, 1, 3));
    const axis = integer(g, 0, x.shape.length - 1);
    return made(row, { x, indices: indices(g, drawShape(g, 0, 2), x.shape[axis] ?? 1) }, { axis });
  },
  gatherND: (g, row) => {
    const x = tensor(g, shapeOfRank(g, 2, 1));
    const bound = Math.min(...x.shape, 4);
    return made(row, { x, indices: indices(g, [integer(g, 1, 3), integer(g, 1, 2)], bound) });
  },
  scatterND: (g, row) => {
    const n = integer(g, 1, 3);
    return made(row, { indices: indices(g, [n, 1], 4), updates: tensor(g, [n]) }, { shape: [4] });
  },
  sparseToDense: (g, row) => {
    const n = integer(g, 1, 3);
    const operands = { sparseIndices: indices(g, [n, 1], 4), sparseValues: tensor(g, [n]) };
    return made(row, oneIn(g, 2) ? operands : { ...operands, defaultValue: tensor(g, []) }, { outputShape: [4] });
  },
  tensorScatterUpdate: (g, row) => {
    const n = integer(g, 1, 3);
    return made(row, { tensor: tensor(g, [4]), indices: indices(g, [n, 1], 4), updates: tensor(g, [n]) });
  },
  topk: (g, row) => made(row, { x: tensor(g, drawShape(g, 1, 3)) }, { k: integer(g, 0, 3) }),
  searchSorted: (g, row) => {
    const n = integer(g, 1, 2);
    const operands = { sortedSequence: tensor(g, [n, 3]), values: tensor(g, [oneIn(g, 9) ? n + 1 : n, 2]) };
    return made(row, operands, { side: pick(g, 'left', 'right') });
  },
  unsortedSegmentSum: (g, row) => {
    const x = tensor(g, drawShape(g, 1, 3));
    return made(row, { x, segmentIds: indices(g, [x.shape[0] ?? 1], 3) }, { numSegments: 3 });
  },
  bincount: (g, row) => {
    const n = integer(g, 0, 4);
    return made(row, { x: indices(g, [n], 4), weights: tensor(g, oneIn(g, 2) ? [0] : [n]) }, { size: integer(g, 0, 5) });
  },
  denseBincount: (g, row) => {
    const shape = drawShape(g, 1, 2);
    const attributes = { size: integer(g, 0, 5), binaryOutput: g(fc.boolean) };
    return made(row, { x: indices(g, shape, 4), weights: tensor(g, oneIn(g, 2) ? [0] : shape) }, attributes);
  },
  'math.confusionMatrix': (g, row) => {
    const n = integer(g, 1, 4);
    return made(row, { labels: indices(g, [n], 3), predictions: indices(g, [n], 3) }, { numClasses: 3 });
  },
  booleanMaskAsync: (g, row) => {
    const shape = drawShape(g, 1, 2);
    return made(row, { tensor: tensor(g, shape), mask: tensor(g, shape.slice(0, 1), 'bool') });
  },
  inTopKAsync: (g, row) => {
    const n = integer(g, 1, 3);
    return made(row, { predictions: tensor(g, [n, 3]), targets: indices(g, [n], 3) }, { k: integer(g, 1, 3) });
  },
  multinomial: (g, row) => {
    const logits = tensor(g, oneIn(g, 2) ? [3] : [2, 3]);
    return made(row, { logits }, { numSamples: integer(g, 1, 3), seed: 3, normalized: g(fc.boolean) });
  },
  localResponseNormalization: (g, row) => made(row, { x: tensor(g, shapeOfRank(g, pick(g, 3, 4))) }),
  'signal.hannWindow': (g, row) => made(row, {}, { windowLength: integer(g, 1, 5) }),
  'signal.hammingWindow': (g, row) => made(row, {}, { windowLength: integer(g, 1, 5) }),
};
