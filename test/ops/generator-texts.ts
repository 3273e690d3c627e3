/** Random calls of the ops on texts, on ragged and on sparse tensors, and of stacked cells. */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import type { OpRow } from '../../src/ops/row.js';
import { indices, integer, made, oneIn, pick, tensor, type OwnGenerator } from './generator-words.js';
import {
  drawShape,
  tensorOf,
  type Draw,
  type DrawnCall,
  type DrawnTensor,
  type DrawnType,
} from './random-values.js';

const WORDS = ['', 'a', 'bb', 'a b', 'b a  a', 'the end', ' x', 'é'];

/** Texts; now and then it is numbers that are given. */
function words(g: Draw, shape: readonly number[]): DrawnTensor {
  if (oneIn(g, 15)) return tensorOf(g, shape, pick(g, 'float32', 'int32'));
  const size = shape.reduce((product, each) => product * each, 1);
  const texts = Array.from({ length: size }, () => pick(g, ...WORDS));
  return { shape, dtype: 'string', values: texts.map(() => 0), texts, width: 'exact' };
}

/** Whole numbers in a list, told exactly. */
function integers(values: readonly number[], shape: readonly number[] = [values.length]): DrawnTensor {
  return { shape, dtype: 'int32', values, width: 'exact' };
}

/** Splits of so many rows of a whole; now and then they are none. */
function splits(g: Draw, rows: number, end: number): DrawnTensor {
  const inner = Array.from({ length: Math.max(0, rows - 1) }, () => integer(g, 0, end)).sort((a, b) => a - b);
  const places = rows === 0 ? [0] : [0, ...inner, end];
  if (oneIn(g, 12)) places[integer(g, 0, places.length - 1)] = pick(g, -1, end + 1, 0);
  return integers(places);
}

const vectorOrScalar = (g: Draw, rows: number): number[] =>
  oneIn(g, 3) ? [] : [oneIn(g, 20) ? rows + 1 : rows];

function range(g: Draw, row: OpRow): DrawnCall {
  const [rows, dtype] = [integer(g, 1, 3), pick<DrawnType>(g, 'int32', 'float32')];
  const numbers = (low: number, high: number): DrawnTensor => {
    const shape = vectorOrScalar(g, rows);
    const count = shape[0] ?? 1;
    const values = Array.from({ length: count }, () => integer(g, low, high) / (dtype === 'int32' ? 1 : 2));
    return { ...integers(values, shape), dtype: oneIn(g, 20) ? 'bool' : dtype };
  };
  const deltas = numbers(1, 3);
  const down = oneIn(g, 4);
  const steps = deltas.values.map((value) => (oneIn(g, 25) ? 0 : down ? -value : value));
  return made(row, { starts: numbers(-5, 5), limits: numbers(-5, 9), deltas: { ...deltas, values: steps } });
}

function gatherRagged(g: Draw, row: OpRow): DrawnCall {
  const [rows, middle, count] = [integer(g, 1, 3), integer(g, 1, 4), integer(g, 1, 5)];
  const nested = oneIn(g, 2) ? [splits(g, rows, count)] : [splits(g, rows, middle), splits(g, middle, count)];
  return made(
    row,
    {
      paramsNestedSplits: nested,
      paramsDenseValues: tensor(g, oneIn(g, 20) ? [] : [count, ...drawShape(g, 0, 1)]),
      indices: indices(g, drawShape(g, 0, 2), rows),
    },
    { outputRaggedRank: nested.length },
  );
}

/** Rows by splits, or by the number of each value's row, of a count that comes first. */
function toTensor(g: Draw, row: OpRow): DrawnCall {
  const [rows, count] = [integer(g, 1, 3), integer(g, 1, 4)];
  const counted = g(fc.boolean);
  const ids = Array.from({ length: count }, () => integer(g, 0, rows - 1)).sort((a, b) => a - b);
  const inner = oneIn(g, 3) ? [pick(g, 2, 3)] : [];
  const rest = oneIn(g, 20) ? [] : inner.map((size) => (oneIn(g, 10) ? -1 : size));
  const values = tensor(g, [oneIn(g, 15) ? Math.max(1, count - 1) : count, ...inner]);
  const other = values.dtype === 'number' ? 'float32' : values.dtype;
  return made(
    row,
    {
      shape: integers([pick(g, -1, rows, 2), pick(g, -1, 2, 3), ...rest]),
      values,
      defaultValue: tensorOf(
        g,
        oneIn(g, 3) ? inner : [],
        oneIn(g, 15) ? 'int32' : oneIn(g, 3) ? 'number' : other,
      ),
      rowPartitionTensors: counted ? [integers([rows], []), integers(ids)] : [splits(g, rows, count)],
    },
    {
      rowPartitionTypes: counted
        ? ['FIRST_DIM_SIZE', oneIn(g, 15) ? 'ROW_LIMITS' : 'VALUE_ROWIDS']
        : [oneIn(g, 15) ? 'ROW_LENGTHS' : 'ROW_SPLITS'],
    },
  );
}

function fillRows(g: Draw, row: OpRow): DrawnCall {
  const [rows, count] = [integer(g, oneIn(g, 12) ? 0 : 1, 4), integer(g, 0, 4)];
  const values = tensor(g, [count]);
  const other = values.dtype === 'number' ? 'float32' : values.dtype;
  return made(row, {
    indices: indices(g, [count, 2], rows),
    values: oneIn(g, 25) ? tensor(g, [count, 1]) : values,
    denseShape: integers([rows, 5]),
    defaultValue: tensorOf(g, oneIn(g, 25) ? [1] : [], oneIn(g, 12) ? 'int32' : other),
  });
}

function reshapeSparse(g: Draw, row: OpRow): DrawnCall {
  const from = [integer(g, 1, 3), integer(g, 1, 3)];
  const total = from[0]! * from[1]!;
  const to = pick(
    g,
    [total],
    [1, total],
    [-1],
    [from[1]!, from[0]!],
    [2, -1],
    [-1, -1],
    [total + 1],
    [-2, 1],
  );
  return made(row, {
    inputIndices: indices(g, [integer(g, 0, 3), 2], 3),
    inputShape: integers(from),
    newShape: oneIn(g, 25) ? integers([total], [1, 1]) : integers(to),
  });
}

function groups(g: Draw, row: OpRow): DrawnCall {
  const [rows, count] = [integer(g, 0, 3), integer(g, 0, 4)];
  const places = splits(g, rows, rows === 0 ? 0 : count);
  return made(
    row,
    {
      data: words(g, oneIn(g, 20) ? [1, count] : [count]),
      dataSplits: oneIn(g, 15) ? { ...places, dtype: 'float32' } : places,
    },
    {
      separator: pick(g, '', '|'),
      nGramWidths: pick(g, [2], [1, 3], [3], [1]),
      leftPad: pick(g, '', 'L'),
      rightPad: 'R',
      padWidth: pick(g, -1, 0, 1, 2),
      preserveShortSequences: g(fc.boolean),
    },
  );
}

/** LSTM cells whose sizes fit, but for now and then. */
function stacked(g: Draw, row: OpRow): DrawnCall {
  const [batch, inputs, depth] = [integer(g, 1, 2), integer(g, 1, 2), integer(g, 1, 2)];
  const units = Array.from({ length: depth }, () => integer(g, 1, 3));
  const states = (): DrawnTensor[] => units.map((size) => tensorOf(g, [batch, size], 'float32'));
  const cells = units.map((size, index) => {
    const width = (units[index - 1] ?? inputs) + size;
    return (data: tf.Tensor2D, c: tf.Tensor2D, h: tf.Tensor2D) =>
      tf.basicLSTMCell(1, tf.ones([width, 4 * size]), tf.zeros([4 * size]), data, c, h);
  });
  const data = oneIn(g, 12) ? words(g, [batch, inputs]) : tensorOf(g, [batch, inputs], 'float32');
  return { ...made(row, { data, c: states(), h: states() }), functions: { lstmCells: cells } };
}

export const TEXTS: Readonly<Record<string, OwnGenerator>> = {
  broadcastArgs: (g, row) => {
    const sizes = (): DrawnTensor => indices(g, oneIn(g, 20) ? [1, 2] : [integer(g, 0, 3)], pick(g, 2, 4));
    return made(row, { s0: sizes(), s1: sizes() });
  },
  multiRNNCell: stacked,
  raggedRange: range,
  raggedGather: gatherRagged,
  raggedTensorToTensor: toTensor,
  'sparse.sparseFillEmptyRows': fillRows,
  'sparse.sparseReshape': reshapeSparse,
  'string.stringNGrams': groups,
  'string.stringSplit': (g, row) =>
    made(
      row,
      {
        input: words(g, oneIn(g, 15) ? [2, 1] : [integer(g, 0, 3)]),
        delimiter: words(g, oneIn(g, 20) ? [1] : []),
      },
      { skipEmpty: g(fc.boolean) },
    ),
  'string.staticRegexReplace': (g, row) =>
    made(
      row,
      { input: words(g, drawShape(g, 0, 2)) },
      { pattern: pick(g, 'a', '[ab]+', 'x|y', '('), rewrite: pick(g, '', 'c'), replaceGlobal: g(fc.boolean) },
    ),
  'string.stringToHashBucketFast': (g, row) =>
    made(row, { input: words(g, drawShape(g, 0, 2)) }, { numBuckets: pick(g, 1, 2, 10, 0, -1) }),
};
