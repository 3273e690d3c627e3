/**
 * Random calls of the rows of the op table. Most rows are served by the kinds of their parameters; the rows here need
 * arguments that fit each other. Now and then an argument does not fit, so that the errors are compared too.
 */
import fc from 'fast-check';
import type { AttributeValue, OpRow } from '../../src/ops/row.js';
import { opNamed } from '../../src/ops/table.js';
import { FAMILIES } from './generator-families.js';
import { TEXTS } from './generator-texts.js';
import {
  factors,
  indices,
  integer,
  list,
  made,
  oneIn,
  permutation,
  pick,
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
  type DrawnCall,
  type DrawnTensor,
} from './random-values.js';

/** Rows whose arguments cannot be drawn: a picture of the browser, a function. */
const SKIPPED = new Set(['browser.fromPixels', 'rand']);

/** Rows whose result has as many elements as the values say. */
export const DATA_DEPENDENT =
  /^(unique|whereAsync|booleanMaskAsync|setdiff1dAsync|sparse\..*|ragged.*|string\.stringNGrams|string\.stringSplit|multiRNNCell|image\.nonMaxSuppression.*)$/;

/** A random call of the row; undefined where none can be drawn. */
export function drawCall(g: Draw, row: OpRow): DrawnCall | undefined {
  if (SKIPPED.has(row.name)) return undefined;
  if (row.name.startsWith('fused.')) return fused(g, row);
  const own = OWN[row.name] ?? FAMILIES.find(([names]) => names.test(row.name))?.[1];
  return own === undefined ? byParameters(g, row) : own(g, row);
}

/** Ids that grow: others are refused when the values are read. */
function sparseSegments(g: Draw, row: OpRow): DrawnCall {
  const data = tensor(g, [3, ...drawShape(g, 0, 2)]);
  const rows = integer(g, 1, 3);
  const list = (length: number): DrawnTensor => {
    const drawn = indices(g, [length], 3);
    return { ...drawn, values: drawn.values.map((value) => Math.min(value, 2)).sort((a, b) => a - b) };
  };
  return made(row, { data, indices: list(rows), segmentIds: list(oneIn(g, 12) ? rows + 1 : rows) });
}

/** The contraction that is fused, a bias that mostly fits, and an activation. */
function fused(g: Draw, row: OpRow): DrawnCall {
  const { operands, attributes } = drawCall(g, opNamed(row.name.replace('fused.', ''))!)!;
  const [weights] = Object.values(operands).slice(1) as DrawnTensor[];
  const { shape } = weights!;
  const [before = 1, after = 1] = shape.slice(-2);
  const last = attributes['transposeB'] === true ? before : after;
  const channels = row.name === 'fused.depthwiseConv2d' ? before * after : last;
  const vector = (): DrawnTensor => tensor(g, [oneIn(g, 12) ? channels + 1 : channels]);
  const activation = pick(g, 'linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid', 'prelu');
  const more: Record<string, DrawnTensor> = {};
  if (activation === 'prelu') more['preluActivationWeights'] = tensorOf(g, [channels], 'float32');
  if (!oneIn(g, 3)) more['bias'] = oneIn(g, 6) ? tensor(g, []) : vector();
  return made(row, { ...operands, ...more }, { ...attributes, activation });
}

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
  ...TEXTS,
  clipByValue: (g, row) => {
    const [clipValueMin, clipValueMax] = ordered(g);
    return withAttributes(byParameters(g, row), { clipValueMin, clipValueMax });
  },
  dropout: (g, row) => {
    const call = byParameters(g, row);
    const noiseShape = oneIn(g, 3) ? related(g, firstTensor(call)!.shape) : undefined;
    return withAttributes(call, {
      rate: pick(g, 0, 0.1, 0.5, 0.9, 1e-7, 1, -0.5),
      noiseShape,
      seed: undefined,
    });
  },
  norm: (g, row) => {
    const ord = pick<AttributeValue>(g, 'euclidean', 'euclidean', 2, 1, Infinity, -Infinity, 'fro', 3);
    return withAttributes(byParameters(g, row), { ord });
  },
  scalar: (g, row) =>
    made(row, { value: tensorOf(g, [], 'number') }, { dtype: pick(g, undefined, 'float32', 'int32') }),
  fill: (g, row) =>
    made(row, {}, { shape: drawShape(g), value: g(() => float32), dtype: pick(g, undefined, 'int32') }),
  zeros: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32', 'bool') }),
  ones: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32', 'bool') }),
  buffer: (g, row) => made(row, {}, { shape: drawShape(g), dtype: pick(g, undefined, 'int32') }),
  eye: (g, row) =>
    made(row, {}, { numRows: integer(g, 1, 3), numColumns: oneIn(g, 2) ? integer(g, 1, 3) : undefined }),
  variable: (g, row) => made(row, { initialValue: tensor(g, drawShape(g)) }, { trainable: g(fc.boolean) }),
  complex: (g, row) => {
    const shape = drawShape(g);
    return made(row, { real: tensor(g, shape), imag: tensor(g, oneIn(g, 6) ? related(g, shape) : shape) });
  },
  oneHot: (g, row) => {
    const attributes = {
      depth: integer(g, oneIn(g, 10) ? 0 : 2, 4),
      onValue: pick(g, 1, 5, -2),
      offValue: pick(g, 0, -1),
    };
    return made(
      row,
      { indices: indices(g, drawShape(g, 0, 3), 4) },
      { ...attributes, dtype: pick(g, undefined, 'float32') },
    );
  },
  range: (g, row) => {
    const step = pick(g, 1, 1, -1, 2, 0.5, 0, -0.3);
    return made(
      row,
      {},
      { start: integer(g, -5, 5), stop: integer(g, -5, 9), step, dtype: pick(g, undefined, 'int32') },
    );
  },
  linspace: (g, row) =>
    made(
      row,
      {},
      { start: g(() => float32), stop: g(() => float32), num: integer(g, oneIn(g, 9) ? 0 : 1, 5) },
    ),
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
    return made(row, {
      x,
      like: tensor(
        g,
        permutation(g, x.shape.length).map((axis) => x.shape[axis]!),
      ),
    });
  },
  transpose: (g, row) => {
    const x = tensor(g, drawShape(g));
    const perm = oneIn(g, 4)
      ? undefined
      : oneIn(g, 10)
        ? list(g, x.shape.length, -1, 3)
        : permutation(g, x.shape.length);
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
    const masks = oneIn(g, 3)
      ? { beginMask: integer(g, 0, 3), endMask: integer(g, 0, 3), shrinkAxisMask: integer(g, 0, 1) }
      : {};
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
    const b = tensor(g, [
      ...(oneIn(g, 3) ? related(g, batch) : batch),
      ...(transposeB ? [n, inner] : [inner, n]),
    ]);
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
    return made(
      row,
      // TensorFlow.js does not check ranks: what comes of others is an accident.
      { tensors: shapes.map((shape) => tensorOf(g, shape, pick(g, 'float32', 'float32', 'int32', 'bool'))) },
      { equation },
    );
  },
  'linalg.qr': (g, row) =>
    made(row, { x: tensor(g, [integer(g, 1, 3), integer(g, 1, 3)]) }, { fullMatrices: g(fc.boolean) }),
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
    return made(row, oneIn(g, 2) ? operands : { ...operands, defaultValue: tensor(g, []) }, {
      outputShape: [4],
    });
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
  'sparse.sparseSegmentSum': sparseSegments,
  'sparse.sparseSegmentMean': sparseSegments,
  bitwiseAnd: (g, row) => {
    const shape = drawShape(g, 0, 3);
    const other = oneIn(g, 9) ? drawShape(g, 0, 3) : shape;
    return made(row, { a: indices(g, shape, 99), b: indices(g, other, 99) });
  },
  bincount: (g, row) => {
    const n = integer(g, 0, 4);
    return made(
      row,
      { x: indices(g, [n], 4), weights: tensor(g, oneIn(g, 2) ? [0] : [n]) },
      { size: integer(g, 0, 5) },
    );
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
    return made(
      row,
      { predictions: tensor(g, [n, 3]), targets: indices(g, [n], 3) },
      { k: integer(g, 1, 3) },
    );
  },
  multinomial: (g, row) => {
    const logits = tensor(g, oneIn(g, 2) ? [3] : [2, 3]);
    return made(row, { logits }, { numSamples: integer(g, 1, 3), seed: 3, normalized: g(fc.boolean) });
  },
  localResponseNormalization: (g, row) => made(row, { x: tensor(g, shapeOfRank(g, pick(g, 3, 4))) }),
  'signal.hannWindow': (g, row) => made(row, {}, { windowLength: integer(g, 1, 5) }),
  'signal.hammingWindow': (g, row) => made(row, {}, { windowLength: integer(g, 1, 5) }),
};
