/** Functions of two tensors that broadcast against each other. */
import type { DType } from '../facts/dtype.js';
import {
  add,
  divide,
  larger,
  modulo,
  multiply,
  smaller,
  squared,
  subtract,
  withOwnZero,
} from '../facts/arithmetic.js';
import { atan2, floor, power } from '../facts/functions.js';
import {
  chosen,
  constantRange,
  contains,
  interval,
  isFinite,
  joinRanges,
  onlyValue,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
import { certainlyDiffer } from '../facts/shape.js';
import {
  broadcast,
  convertedRange,
  danger,
  HOW_MANY,
  operand,
  operandList,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  tensors,
  throws,
  widerType,
  type Accepts,
} from './build.js';
import { quotient } from './quotients.js';
import { distance } from './relations/distances.js';
import { haversine } from './relations/haversine.js';
import { difference } from './relations/differences.js';
import type { DangerRegion, OpCall, OpRow, Operand, ShapeResult } from './row.js';
import { above, below, beyond, SQUARED_QUOTIENT, SQUARE_OVERFLOW, within } from './thresholds.js';
import { timesLogarithm } from './relations/entropies.js';
import { timesInverseNorm } from './relations/norms.js';
import { linearSum } from './relations/linear.js';
import { same } from './relations/same.js';
import { largerOf, product, zeroTogether } from './relations/squares.js';

interface BinaryRow {
  readonly name: string;
  /** Names of the two operands; default a and b. */
  readonly names?: readonly [string, string];
  readonly accepts?: Accepts;
  /** Element type of the result for this common type of the operands; default: that type. */
  readonly dtype?: (common: DType | undefined) => DType | undefined;
  /** The values for these values of a and b, before they are stored. */
  readonly range: (a: Range, b: Range, common: DType | undefined) => Range;
  /** What is known beside the intervals, for float operands. */
  readonly relation?: (a: Operand, b: Operand, range: Range, x: Range) => Range;
  readonly gradient?: OpRow['gradient'];
  readonly dangers?: readonly DangerRegion[];
  /** Whether a number beside a tensor is what bounds it. */
  readonly bounds?: boolean;
}

/** Both operands are cast to their common element type, the op is done in it, and the shapes broadcast. */
export function binary(row: BinaryRow): OpRow {
  const [first, second] = row.names ?? ['a', 'b'];
  const accepts = row.accepts ?? 'numeric';
  const common = (call: OpCall): DType | undefined =>
    widerType(tensorType(operand(call, first), accepts), tensorType(operand(call, second), accepts));
  const limit = (range: Range, { dtype }: Operand): Range =>
    row.bounds === true && dtype === 'number' ? chosen(range) : range;
  const dtype = (call: OpCall): DType | undefined => (row.dtype ? row.dtype(common(call)) : common(call));
  return {
    name: row.name,
    parameters: [tensor(first), tensor(second)],
    chained: [first, second],
    aligned: [first, second],
    shape: (call) => binaryShape(operand(call, first), operand(call, second), accepts),
    dtype,
    range: (call) => {
      const [a, b] = [operand(call, first), operand(call, second)];
      const type = common(call);
      if (type === 'complex64' || type === 'string')
        return dtype(call) === 'bool' ? TRUE_OR_FALSE : unknownRange();
      const [x, y] = [commonRange(a, accepts, type), commonRange(b, accepts, type)];
      const plain = aligned(row.range(limit(x, a), limit(y, b), type), a, b);
      const floats = row.relation !== undefined && tensorType(a) !== 'bool' && tensorType(b) !== 'bool';
      // Relations know of themselves which axes meet, where the ranks are not known too.
      return stored(floats ? row.relation!(a, b, plain, x) : plain, dtype(call));
    },
    gradient: row.gradient ?? 'flows',
    dangers: row.dangers ?? [],
  };
}

const TRUE_OR_FALSE = interval(0, 1, 'attained', { integer: true });

function commonRange(given: Operand, accepts: Accepts, common: DType | undefined): Range {
  const range = tensorRange(given, accepts);
  return tensorType(given, accepts) === common ? range : convertedRange(range, common);
}

function binaryShape(a: Operand, b: Operand, accepts: Accepts): ShapeResult {
  const reason = refusal(a, accepts) ?? refusal(b, accepts) ?? mixedStrings(a, b, accepts);
  return reason === undefined ? broadcast(a.shape, b.shape) : throws(reason);
}

function mixedStrings(a: Operand, b: Operand, accepts: Accepts): string | undefined {
  const types = [tensorType(a, accepts), tensorType(b, accepts)];
  if (types.includes('complex64') && accepts !== 'any') return 'complex64 is not supported';
  if (!types.includes('string') || types.includes(undefined) || types[0] === types[1]) return undefined;
  return 'one operand is a string tensor, the other is not';
}

/** A value held along axes is held in the result where broadcasting did not shift those axes. */
function aligned(range: Range, a: Operand, b: Operand): Range {
  const axes = range.holds?.axes;
  if (axes === undefined) return range;
  const sameRank = a.shape !== undefined && b.shape !== undefined && a.shape.length === b.shape.length;
  const scalar = a.shape?.length === 0 || b.shape?.length === 0;
  return sameRank || scalar ? range : { ...range, holds: undefined };
}

const arithmetic: readonly OpRow[] = [
  binary({
    name: 'add',
    accepts: 'any',
    range: add,
    relation: (a, b, range) =>
      linearSum(a, b, 1, haversine(a, b, distance(a, b, 1, zeroTogether(range, a, b)))),
  }),
  binary({
    name: 'sub',
    accepts: 'any',
    range: subtract,
    relation: (a, b, range) => linearSum(a, b, -1, distance(a, b, -1, difference(a, b, range))),
  }),
  binary({
    name: 'mul',
    accepts: 'any',
    range: multiply,
    relation: (a, b, range, x) => timesLogarithm(a, b, timesInverseNorm(a, b, product(a, b, range, x))),
  }),
  binary({
    name: 'div',
    range: (a, b, common) => (common === 'int32' ? wholeQuotient(a, b) : divide(a, b)),
    relation: quotient,
    dangers: [
      danger('b', 'value', 'infinity', [0, 0], 'b = 0', notInteger),
      beyond('b', 'gradient', 'inf-gradient', within, SQUARED_QUOTIENT, notInteger),
      beyond('b', 'gradient', 'vanished-gradient', above, SQUARE_OVERFLOW, notInteger),
      beyond('b', 'gradient', 'vanished-gradient', below, SQUARE_OVERFLOW, notInteger),
    ],
  }),
  binary({ name: 'divNoNan', range: quotientOr0, gradient: 'throws' }),
  binary({ name: 'floorDiv', range: wholeQuotient, dtype: () => 'int32' }),
  binary({
    name: 'mod',
    range: modulo,
    dangers: [danger('b', 'value', 'nan', [0, 0], 'b = 0', notInteger)],
  }),
  binary({
    name: 'pow',
    names: ['base', 'exp'],
    range: (base, exp) => withOwnZero(power(base, exp), base),
    dangers: [
      danger('base', 'value', 'nan', [-Infinity, -(2 ** -149)], 'base < 0', (call) => !wholeExponent(call)),
      danger('base', 'value', 'infinity', [0, 0], 'base = 0', (call) => exponent(call).low < 0),
      danger('base', 'gradient', 'inf-gradient', [0, 0], 'base = 0', fractionalExponent),
    ],
  }),
  binary({
    name: 'atan2',
    range: (a, b) => atan2(a, b),
    dangers: [
      danger('b', 'gradient', 'nan-gradient', [0, 0], 'a = b = 0', (call) =>
        contains(operand(call, 'a').range, 0),
      ),
    ],
  }),
  binary({
    name: 'squaredDifference',
    range: (a, b) => withOwnZero(squared(subtract(a, b)), subtract(a, b)),
    relation: (a, b, range) => (same(a, b) ? { ...constantRange(0), mayBeNaN: range.mayBeNaN } : range),
    gradient: 'unreduced',
  }),
];

function notInteger(call: OpCall): boolean {
  const types = ['a', 'b'].map((name) => tensorType(operand(call, name)));
  return types.some((type) => type === 'float32' || type === undefined);
}

/** The cpu kernel divides in float64, rounds down and stores an int32: a / 0 is 0. */
function wholeQuotient(a: Range, b: Range): Range {
  return floor(divide(a, b));
}

function quotientOr0(a: Range, b: Range, common: DType | undefined): Range {
  const plain = common === 'int32' ? wholeQuotient(a, b) : divide(a, b);
  if (!contains(b, 0)) return plain;
  const by0 = {
    ...plain,
    lowBy: infiniteBound(plain.low, plain.lowBy),
    highBy: infiniteBound(plain.high, plain.highBy),
  };
  const undefinedElsewhere = a.mayBeNaN || b.mayBeNaN || !(isFinite(a) || isFinite(b));
  return { ...joinRanges(by0, constantRange(0)), mayBeNaN: undefinedElsewhere };
}

/** Only a denominator next to 0 could come to Infinity, 0 itself does not. */
function infiniteBound(value: number, by: Range['lowBy']): Range['lowBy'] {
  return Number.isFinite(value) ? by : 'bound';
}

function exponent(call: OpCall): Range {
  return tensorRange(operand(call, 'exp'));
}

function wholeExponent(call: OpCall): boolean {
  const range = exponent(call);
  return range.integer || Number.isInteger(onlyValue(range));
}

/** x ** p has a gradient at 0 from p = 1 on. At p = 0 it is 0 * Infinity. */
function fractionalExponent(call: OpCall): boolean {
  return exponent(call).low < 1;
}

const choices: readonly OpRow[] = [
  binary({
    name: 'maximum',
    range: larger,
    relation: largerOf,
    dtype: boolAsInt,
    gradient: 'unreduced',
    bounds: true,
  }),
  binary({ name: 'minimum', range: smaller, dtype: boolAsInt, gradient: 'unreduced', bounds: true }),
];

function boolAsInt(common: DType | undefined): DType | undefined {
  return common === 'bool' ? 'int32' : common;
}

const sums: readonly OpRow[] = [
  {
    name: 'addN',
    parameters: [{ ...tensors('tensors'), anyNumber: true }],
    shape: sameOfAll,
    dtype: (call) => firstType(call),
    range: (call) => {
      const given = operandList(call, 'tensors');
      const parts = given.map((part) => (HOW_MANY in part.attributes ? ofSome(part) : tensorRange(part)));
      if (parts.length === 0 || firstType(call) === 'complex64') return unknownRange();
      return stored(parts.slice(1).reduce(roundedSum(firstType(call)), parts[0]!), firstType(call));
    },
    gradient: 'flows',
    dangers: [],
  },
];

function firstType(call: OpCall): DType | undefined {
  const [first] = operandList(call, 'tensors');
  return first && tensorType(first);
}

/** The sum of tensors of which nobody knows how many they are: one or more. */
function ofSome(some: Operand): Range {
  const range = tensorRange(some);
  const { low, high } = range;
  return joinRanges(range, interval(low < 0 ? -Infinity : low, high > 0 ? Infinity : high, 'bound'));
}

/** The partial sums are stored in the result, one tensor after the other. */
function roundedSum(dtype: DType | undefined): (sum: Range, next: Range) => Range {
  return (sum, next) => stored(add(sum, next), dtype);
}

function sameOfAll(call: OpCall): ShapeResult {
  const parts = operandList(call, 'tensors');
  const [first] = parts;
  if (first === undefined) return throws('addN takes at least one tensor');
  for (const part of parts) {
    const reason = refusal(part, 'numeric');
    if (reason !== undefined) return throws(reason);
    const types = [tensorType(first), tensorType(part)];
    if (!types.includes(undefined) && types[0] !== types[1])
      return throws('the tensors have different element types');
    if (first.shape === undefined || part.shape === undefined) continue;
    const differs =
      part.shape.length !== first.shape.length ||
      part.shape.some((dim, axis) => certainlyDiffer(dim.size, first.shape![axis]!.size));
    if (differs) return throws('the tensors have different shapes');
  }
  return parts.find((part) => part.shape !== undefined)?.shape;
}

export const binaries: readonly OpRow[] = [...arithmetic, ...choices, ...sums];
