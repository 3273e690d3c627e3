/** Comparisons, logic, and the choice between two tensors. */
import {
  convertedRange,
  isThrown,
  operand,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
  widerType,
  broadcast,
} from './build.js';
import { binary } from './binary.js';
import {
  constantRange,
  intersectRanges,
  interval,
  joinRanges,
  onlyValue,
  selected,
  TRUTH,
  unknownRange,
  withNaN,
  type Range,
} from '../facts/range.js';
import { dim, showShape, type Dim, type Shape } from '../facts/shape.js';
import { withItself } from './relations/self-pairs.js';
import { sizesDiffer } from './shapes/sizes.js';
import type { OpCall, OpRow, Operand } from './row.js';

type Comparison = (a: Range, b: Range) => Range;

/** Certain where the ranges do not meet; comparing with NaN is false, but for `notEqual`. */
function certain(holds: (a: Range, b: Range) => boolean, fails: (a: Range, b: Range) => boolean): Comparison {
  return (a, b) => {
    if (fails(a, b)) return constantRange(0);
    return !a.mayBeNaN && !b.mayBeNaN && holds(a, b) ? constantRange(1) : TRUTH;
  };
}

const apart = (a: Range, b: Range): boolean => below(a, b) || below(b, a);
const same = (a: Range, b: Range): boolean => onlyValue(a) !== undefined && onlyValue(a) === onlyValue(b);
const below = (a: Range, b: Range): boolean => isSure(a, b) && a.high < b.low;
const notAbove = (a: Range, b: Range): boolean => isSure(a, b) && a.high <= b.low;

/** What inputs are only taken to be decides nothing: labels may well be 255. */
const isSure = (a: Range, b: Range): boolean =>
  (a.highBy !== 'assumed' || b.low === Infinity) && (b.lowBy !== 'assumed' || a.high === -Infinity);

function comparing(
  name: string,
  range: Comparison,
  { gradient = 'throws', relation }: Pick<Parameters<typeof binary>[0], 'gradient' | 'relation'> = {},
): OpRow {
  return binary({ name, accepts: 'all', dtype: () => 'bool', range, relation, gradient });
}

const comparisons: readonly OpRow[] = [
  comparing('equal', certain(same, apart), { relation: withItself }),
  comparing('notEqual', (a, b) => (same(a, b) ? constantRange(0) : apart(a, b) ? constantRange(1) : TRUTH)),
  comparing(
    'less',
    certain(below, (a, b) => notAbove(b, a)),
  ),
  comparing(
    'lessEqual',
    certain(notAbove, (a, b) => below(b, a)),
    { relation: withItself },
  ),
  comparing(
    'greater',
    certain((a, b) => below(b, a), notAbove),
  ),
  comparing(
    'greaterEqual',
    certain((a, b) => notAbove(b, a), below),
    { relation: withItself, gradient: 'zero' },
  ),
];

function logic(name: string): OpRow {
  // The kernels pass values on (a && b), so that a bool tensor holding a 2 keeps it.
  const range: Comparison = (a, b) => joinRanges(selected(a), selected(b), TRUTH);
  return binary({ name, accepts: 'bool', dtype: () => 'bool', range, gradient: 'throws' });
}

const logical: readonly OpRow[] = ['logicalAnd', 'logicalOr', 'logicalXor'].map(logic);

/** Bit by bit, of whole numbers in tensors of one shape. */
const bitwiseAnd: OpRow = {
  name: 'bitwiseAnd',
  parameters: [tensor('a'), tensor('b')],
  shape: (call) => {
    const [a, b] = [operand(call, 'a'), operand(call, 'b')];
    const reason = refusal(a, 'numeric') ?? refusal(b, 'numeric');
    if (reason !== undefined) return throws(reason);
    if ([a, b].some((one) => one.dtype !== undefined && tensorType(one) !== 'int32'))
      return throws('only int32 tensors have bits to compare');
    const differ = a.shape && b.shape && (a.shape.length !== b.shape.length || axesDiffer(a.shape, b.shape));
    if (differ === true) return throws(`${showShape(a.shape)} and ${showShape(b.shape)} are not one shape`);
    return a.shape ?? b.shape;
  },
  dtype: () => 'int32',
  range: (call) => {
    const [a, b] = [tensorRange(operand(call, 'a')), tensorRange(operand(call, 'b'))];
    // Of two numbers below 0 the result is below 0 too, by as much as may be.
    const low = a.low >= 0 || b.low >= 0 ? 0 : -(2 ** 31);
    const positive = [a, b].filter((range) => range.low >= 0).map((range) => range.high);
    const high = positive.length > 0 ? Math.min(...positive) : Math.max(a.high, b.high);
    return interval(low, Math.min(high, 2 ** 31 - 1), 'bound', { integer: true });
  },
  gradient: 'throws',
  dangers: [],
};

const axesDiffer = (a: Shape, b: Shape): boolean => a.some((d, axis) => sizesDiffer(d.size, b[axis]!.size));

const where: OpRow = {
  name: 'where',
  parameters: [tensor('condition'), tensor('a'), tensor('b')],
  chained: ['a', 'condition', 'b'],
  aligned: ['condition', 'a', 'b'],
  shape: (call) => {
    const [condition, a, b] = branches(call);
    const reason = refusal(condition, 'bool') ?? refusal(a, 'numeric') ?? refusal(b, 'numeric');
    if (reason !== undefined) return throws(reason);
    const shape = broadcast(condition.shape, a.shape, b.shape);
    return shape === undefined || isThrown(shape) ? shape : withoutGrowthTo0(shape, a.shape!);
  },
  dtype: (call) => {
    const [, a, b] = branches(call);
    return widerType(tensorType(a), tensorType(b));
  },
  range: (call) => {
    const [condition, a, b] = branches(call);
    const dtype = where.dtype(call);
    const chosen = onlyValue(tensorRange(condition, 'bool'));
    const kept = (branch: Operand, truth: boolean): Range | undefined =>
      guarded(condition, branch, truth, convertedRange(selected(tensorRange(branch)), dtype));
    const yes = chosen === 0 ? undefined : kept(a, true);
    const no = chosen === 1 ? undefined : kept(b, false);
    const ranges = [yes, no].filter((range) => range !== undefined);
    // Where nothing is chosen from nothing, zeros and NaN are left.
    const empty = [condition, a, b].some(({ shape }) => shape?.some((d) => d.size === 0));
    if (empty) ranges.push(constantRange(0, NaN));
    return ranges.length === 0 ? unknownRange() : joinRanges(...ranges);
  },
  gradient: { condition: 'none', a: 'flows', b: 'flows' },
  dangers: [],
};

/** `broadcastTo` does nothing where no axis grows beyond 1: one that should have become empty stays as it is. */
function withoutGrowthTo0(shape: Shape, a: Shape): Shape {
  const missing = shape.length - a.length;
  const from = (axis: number): Dim => a[axis - missing] ?? dim(1);
  const grows = shape.some((d, axis) => from(axis).size === 1 && d.size !== 1 && d.size !== 0);
  return grows ? shape : shape.map((d, axis) => (d.size === 0 ? from(axis) : d));
}

function branches(call: OpCall): [Operand, Operand, Operand] {
  return [operand(call, 'condition'), operand(call, 'a'), operand(call, 'b')];
}

// Guards

/** What `x op c` leaves of x. Strict bounds are the next float32, which nothing need come to. -0 equals 0. */
const GUARDS: Readonly<Record<string, (c: Range) => Range>> = {
  greater: (c) => interval(above(c.low), Infinity, 'bound'),
  greaterEqual: (c) => interval(c.low === 0 ? -0 : c.low, Infinity, [c.lowBy, 'bound']),
  less: (c) => interval(-Infinity, -above(-c.high), 'bound'),
  lessEqual: (c) => interval(-Infinity, c.high + 0, ['bound', c.highBy]),
  equal: (c) => ({ ...c, low: c.low === 0 ? -0 : c.low, high: c.high + 0 }),
};

const OPPOSITE: Readonly<Record<string, string>> = {
  greater: 'lessEqual',
  greaterEqual: 'less',
  less: 'greaterEqual',
  lessEqual: 'greater',
  equal: 'notEqual',
  notEqual: 'equal',
};

const MIRRORED: Readonly<Record<string, string>> = {
  greater: 'less',
  greaterEqual: 'lessEqual',
  less: 'greater',
  lessEqual: 'greaterEqual',
  equal: 'equal',
  notEqual: 'notEqual',
};

const BITS = new DataView(new ArrayBuffer(4));

/** The smallest float32 above x. */
function above(x: number): number {
  const rounded = Math.fround(x);
  if (rounded > x || rounded === Infinity) return rounded;
  if (rounded === 0) return 2 ** -149;
  BITS.setFloat32(0, rounded);
  BITS.setInt32(0, BITS.getInt32(0) + (rounded > 0 ? 1 : -1));
  return BITS.getFloat32(0);
}

/** What `x ≠ c` leaves of x: of an end that is c, the next float32. A range has no gap for a c inside it. */
function withoutEnd(range: Range, { low, high }: Range): Range | undefined {
  const apart = interval(
    range.low === low ? above(high) : -Infinity,
    range.high === high ? -above(-low) : Infinity,
    'bound',
  );
  // NaN equals nothing: it is left where no number is.
  const rest = intersectRanges({ ...range, mayBeNaN: false }, apart) ?? (range.mayBeNaN ? range : undefined);
  return rest && withNaN(rest, range.mayBeNaN);
}

/**
 * The values of `branch` where the condition came out as `truth`: in `where(x > 0, x, 1)` the first branch is positive.
 * Undefined when none is left. It is the value that is guarded, not the gradient.
 */
function guarded(condition: Operand, branch: Operand, truth: boolean, range: Range): Range | undefined {
  const left = condition.operands['a'] as Operand | undefined;
  const right = condition.operands['b'] as Operand | undefined;
  if (left === undefined || right === undefined || left === right) return range;
  const op = branch === left ? condition.op : branch === right ? MIRRORED[condition.op] : undefined;
  const known = op === undefined ? undefined : truth ? op : OPPOSITE[op];
  const other = branch === left ? right : left;
  if (known === 'notEqual')
    return onlyValue(tensorRange(other)) === undefined ? range : withoutEnd(range, tensorRange(other));
  const guard = known === undefined ? undefined : GUARDS[known];
  if (guard === undefined) return range;
  // A comparison with NaN is false: a true one leaves none. A false one leaves NaN beside the numbers that it is false of,
  // and tells nothing where what it compares with may be NaN.
  if (!truth && other.range.mayBeNaN) return range;
  const allowed = guard(tensorRange(other));
  const rest = intersectRanges({ ...range, mayBeNaN: false }, { ...allowed, mayBeNaN: false });
  if (truth || !range.mayBeNaN) return rest;
  return rest === undefined ? range : withNaN(rest, true);
}

export const comparison: readonly OpRow[] = [...comparisons, ...logical, bitwiseAnd, where];
