/** Ops on tensors of texts. Of texts the type is known, and nothing else: what comes out may be of any size. */
import { indexRange, interval, unknownRange, type Range } from '../facts/range.js';
import { dim, elementCount } from '../facts/shape.js';
import {
  booleanOf,
  numberOf,
  numbersOf,
  operand,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorType,
  throws,
} from './build.js';
import { indicesInto } from './indexing.js';
import type { OpCall, Operand, OpRow, ShapeResult } from './row.js';
import { writtenNumbers } from './shapes/literals.js';
import { wrongRank } from './shapes/sparse.js';

/** Each text with what a pattern matches in it replaced. */
const staticRegexReplace: OpRow = {
  name: 'string.staticRegexReplace',
  parameters: [
    tensor('input'),
    required('pattern', 'string'),
    required('rewrite', 'string'),
    optional('replaceGlobal', 'boolean', true),
  ],
  shape: (call) => {
    const input = operand(call, 'input');
    const reason = refusal(input, 'string') ?? noPattern(input, stringOf(call, 'pattern'));
    return reason === undefined ? input.shape : throws(reason);
  },
  dtype: () => 'string',
  range: () => unknownRange(),
  gradient: 'none',
  dangers: [],
};

function noPattern({ shape }: Operand, pattern: string | undefined): string | undefined {
  if (shape !== undefined && elementCount(shape) === 0) return undefined;
  try {
    if (pattern !== undefined) RegExp(pattern);
    return undefined;
  } catch {
    return `'${pattern}' is no pattern`;
  }
}

/** All texts of a ragged row in groups of so many neighbours, joined. */
const stringNGrams: OpRow = {
  name: 'string.stringNGrams',
  parameters: [
    tensor('data'),
    tensor('dataSplits'),
    required('separator', 'string'),
    required('nGramWidths', 'numbers'),
    required('leftPad', 'string'),
    required('rightPad', 'string'),
    required('padWidth', 'integer'),
    required('preserveShortSequences', 'boolean'),
  ],
  result: { record: ['nGrams', 'nGramsSplits'] },
  shape: (call): ShapeResult => {
    const [data, splits] = [operand(call, 'data'), operand(call, 'dataSplits')];
    const reason = refusal(data, 'string') ?? wrongRank(data, 1);
    if (reason !== undefined) return throws(reason);
    // An array of numbers becomes a float32 tensor here, and is refused.
    const type = tensorType(splits);
    if (type !== undefined && type !== 'int32') return throws(`splits are int32, these are ${type}`);
    const wrong = noSplits(splits, data);
    if (wrong !== undefined) return throws(wrong);
    if (call.output === 'nGramsSplits') return splits.shape;
    return [dim(groupCount(call) ?? call.freshSize('groups'))];
  },
  dtype: (call) => (call.output === 'nGramsSplits' ? 'int32' : 'string'),
  range: (call) => (call.output === 'nGramsSplits' ? indicesInto(undefined) : unknownRange()),
  gradient: 'none',
  dangers: [],
};

/** Splits begin at 0, do not fall, and end with the data. */
function noSplits(splits: Operand, data: Operand): string | undefined {
  const places = writtenNumbers(splits);
  const size = data.shape?.[0]?.size;
  if (places === undefined || places.length === 0) return undefined;
  if (places[0] !== 0) return `splits begin at ${places[0]}`;
  if (places.some((place, index) => index > 0 && place < places[index - 1]!)) return 'splits must not fall';
  const last = places.at(-1)!;
  return typeof size === 'number' && last !== size ? `splits end at ${last}, the data at ${size}` : undefined;
}

/** How many groups all rows give, where the splits are written down. */
function groupCount(call: OpCall): number | undefined {
  const places = writtenNumbers(operand(call, 'dataSplits'));
  const [widths, padding] = [numbersOf(call, 'nGramWidths'), numberOf(call, 'padWidth')];
  const keepsShort = booleanOf(call, 'preserveShortSequences');
  const size = operand(call, 'data').shape?.[0]?.size;
  if (places === undefined || widths === undefined || padding === undefined || keepsShort === undefined)
    return undefined;
  if (typeof size !== 'number') return undefined;
  if (size === 0 || places.length === 0) return size;
  let total = 0;
  for (const [index, place] of places.slice(1).entries()) {
    const length = place - places[index]!;
    const groups = widths.map((width) => {
      const pad = Math.min(padding < 0 ? width - 1 : padding, width - 1);
      return Math.max(0, length + 2 * pad - width + 1);
    });
    const found = groups.reduce((sum, each) => sum + each, 0);
    total += found === 0 && keepsShort && length > 0 ? 1 : found;
  }
  return total;
}

/** The parts of texts between delimiters, as a sparse tensor. */
const stringSplit: OpRow = {
  name: 'string.stringSplit',
  parameters: [tensor('input'), tensor('delimiter'), optional('skipEmpty', 'boolean', true)],
  result: { record: ['indices', 'values', 'shape'] },
  shape: (call): ShapeResult => {
    const [input, delimiter] = [operand(call, 'input'), operand(call, 'delimiter')];
    const reason =
      refusal(input, 'string') ??
      refusal(delimiter, 'string') ??
      wrongRank(input, 1) ??
      wrongRank(delimiter, 0);
    if (reason !== undefined) return throws(reason);
    if (call.output === 'shape') return [dim(2)];
    const parts = dim(call.freshSize('parts'));
    return call.output === 'indices' ? [parts, dim(2)] : [parts];
  },
  dtype: (call) => (call.output === 'values' ? 'string' : 'int32'),
  range: (call) => (call.output === 'values' ? unknownRange() : indicesInto(undefined)),
  gradient: 'none',
  dangers: [],
};

/** A number below `numBuckets` for each text. */
const stringToHashBucketFast: OpRow = {
  name: 'string.stringToHashBucketFast',
  parameters: [tensor('input'), required('numBuckets', 'integer')],
  shape: (call) => {
    const input = operand(call, 'input');
    const buckets = numberOf(call, 'numBuckets');
    const reason = refusal(input, 'string');
    if (reason !== undefined) return throws(reason);
    return buckets !== undefined && buckets <= 0 ? throws(`there are ${buckets} buckets`) : input.shape;
  },
  dtype: () => 'int32',
  range: (call) => {
    const buckets = numberOf(call, 'numBuckets');
    return buckets === undefined || buckets > 2 ** 31
      ? ANY_INT32
      : indexRange(Math.max(0, buckets - 1), 'bound');
  },
  gradient: 'none',
  dangers: [],
};

const ANY_INT32: Range = interval(-(2 ** 31), 2 ** 31 - 1, 'bound', { integer: true });

export const texts: readonly OpRow[] = [
  staticRegexReplace,
  stringNGrams,
  stringSplit,
  stringToHashBucketFast,
];
