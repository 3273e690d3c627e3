/**
 * Numbers that are counted up from 0: `let hits = 0; for (…) if (isRight(…)) hits++`. A range tells of many numbers that they
 * may be 0; this tells that the code itself leaves one there, on the ways that do not add to it.
 */
import { negated } from '../facts/arithmetic.js';
import type { Range } from '../facts/range.js';
import type { AttributeValue } from '../ops/row.js';
import { isCompared, isNonZero } from './apart.js';
import { withFacts, type Node } from './node.js';
import type { Value } from './values.js';

/**
 * Whether the number is above 0. `false`: nothing was added, or what may be 0 itself; where ways met, that depends on the one
 * that was taken. Numbers that met at one place met there by the same way: of `hits` and `misses` one has grown.
 */
export type Growth = boolean | Choice;

interface Choice {
  readonly meeting: string;
  /** Of the one and of the other. */
  readonly ways: readonly [Growth, Growth];
  readonly size: number;
}

/** Of a number that the code itself may leave at 0, and that depends on no way. */
export const COUNTED = { counted: false } as const;

/** Of as many elements as passed a test. */
export const FILTERED = { filtered: true } as const;

export const isFiltered = ({ attributes }: Node): boolean => attributes['filtered'] === true;

/** Of a sum that is above 0, whatever else was added. */
export const GROWN = { counted: true } as const;

/** Of the place of something in a list that may not be there: one behind it is 0 then. */
export const MISSING = { missing: true } as const;

const isOneBehindMissing = (a: Node, b: Node): boolean =>
  a.attributes['missing'] === true && a.range.low === -1 && b.attributes['value'] === 1;

/** Whether it is the place of something in a list, counted from 1: 0 where it is not there. */
export function isPlaceFromOne({ op, operands }: Node): boolean {
  const { a, b } = operands as Readonly<Record<string, Node>>;
  return op === 'js.add' && (isOneBehindMissing(a!, b!) || isOneBehindMissing(b!, a!));
}

/** `atRisk - died`: how many more passed one test than another, which may be none. */
export const isDifferenceOfCounts = ({ op, operands }: Node): boolean =>
  op === 'js.sub' &&
  [operands['a'] as Node, operands['b'] as Node].every((count) => isFiltered(count) && !isCompared(count));

const known = new WeakMap<Node, Growth | null>();

/** Of what was counted, and of what is computed from that; undefined for other numbers. */
export function growthOf(node: Node): Growth | undefined {
  const noted = node.attributes['counted'] as Growth | undefined;
  if (noted !== undefined) return isNonZero(node) ? true : noted;
  if (node.op === 'constant') return node.attributes['value'] === 0 ? false : undefined;
  if (!node.op.startsWith('js.')) return undefined;
  const before = known.get(node);
  if (before !== undefined) return before ?? undefined;
  const growth = computed(node);
  known.set(node, growth ?? null);
  return growth;
}

function computed(node: Node): Growth | undefined {
  if (isPlaceFromOne(node)) return false;
  const { op, operands } = node;
  const { a, b, x } = operands as Readonly<Record<string, Node>>;
  switch (op) {
    case 'js.add':
      return growthOfSum(a!, b!);
    case 'js.sub':
      if (isDifferenceOfCounts(node)) return false;
      // `losses -= change` of what is below 0.
      return a!.op.startsWith('js.') || growthOf(b!) !== undefined
        ? undefined
        : either(growthOf(a!), added(negated(b!.range)));
    case 'js.max':
      return growthOfLarger(a!, b!) ?? growthOfLarger(b!, a!);
    case 'js.mul':
      return isAbove(b!)
        ? growthBeside(a!, b!)
        : isAbove(a!)
          ? growthBeside(b!, a!)
          : growthOfProduct(a!, b!);
    case 'js.div':
      // What is divided by 0 itself has a danger of its own.
      return b!.range.low >= 0 ? growthOf(a!) : undefined;
    case 'js.sqrt':
    case 'js.abs':
      return growthOf(x!);
    default:
      return undefined;
  }
}

/**
 * Of a count times what is above 0. Whoever asked of the one, as in `n > 0 ? total / (present * n) : 0`, has often counted the
 * other by the same condition.
 */
const growthBeside = (count: Node, other: Node): Growth | undefined =>
  isCompared(other) && growthOf(other) !== undefined && isFiltered(count) ? undefined : growthOf(count);

/** A product is 0 where one of its factors is, whatever the other one may be: `positives * negatives`. */
function growthOfProduct(a: Node, b: Node): Growth | undefined {
  const [left, right] = [growthOf(a), growthOf(b)];
  if (left === false || right === false) return false;
  if (left === undefined) return right === undefined ? undefined : growthBeside(b, a);
  if (right === undefined) return growthBeside(a, b);
  return areOpposite(left, right) ? false : undefined;
}

/** `if (isRight(x)) hits++; else misses++;`: where all come the one way, the other one is 0, and so is their product. */
const areOpposite = (a: Growth, b: Growth): boolean =>
  typeof a === 'object' &&
  typeof b === 'object' &&
  a.meeting === b.meeting &&
  ([0, 1] as const).every((way) => a.ways[way] === false || b.ways[way] === false);

const isAbove = (node: Node): boolean => isNonZero(node) && node.range.low >= 0 && !node.range.mayBeNaN;

function growthOfSum(a: Node, b: Node): Growth | undefined {
  const [left, right] = [growthOf(a), growthOf(b)];
  return left === undefined && right === undefined
    ? undefined
    : either(left ?? addedTo(a), right ?? addedTo(b));
}

/** `worst = Math.max(worst, loss)` from 0 on: it stays there as long as nothing is above it. */
function growthOfLarger(count: Node, other: Node): Growth | undefined {
  const growth = growthOf(count);
  if (growth === undefined || growthOf(other) !== undefined) return growthOfSum(count, other);
  return other.range.low < 0 && other.range.high > 0 ? growth : either(growth, added(other.range));
}

/** What is added may be 0 by what the code itself gives, or is above it; of what may be below, sums may be anything. */
function added({ low, lowBy, mayBeNaN }: Range): Growth | undefined {
  return low < 0 || mayBeNaN ? undefined : low > 0 || lowBy === 'bound';
}

/** Squares of what is alike are 0, whatever else they may be: a mean that is taken from each may be that of none. */
const addedTo = (node: Node): Growth | undefined =>
  isMagnitude(node) ? added({ ...node.range, mayBeNaN: false }) : added(node.range);

function either(a: Growth | undefined, b: Growth | undefined): Growth | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === false || b === true) return b;
  if (b === false || a === true) return a;
  if (a.size * b.size > MAX_SIZE) return undefined;
  const [one, other] = ([0, 1] as const).map((way) => either(a.ways[way], taken(b, a.meeting, way)));
  return met(a.meeting, one, other);
}

/** What is left to depend on once one way of a meeting is known to be taken. */
function taken(growth: Growth, meeting: string, way: 0 | 1): Growth {
  if (typeof growth === 'boolean') return growth;
  if (growth.meeting === meeting) return growth.ways[way];
  const [one, other] = growth.ways.map((left) => taken(left, meeting, way));
  return met(growth.meeting, one, other)!;
}

/** As many ways as are told apart. */
const MAX_SIZE = 256;

function met(meeting: string, one: Growth | undefined, other: Growth | undefined): Growth | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === other) return one;
  const size = sizeOf(one) + sizeOf(other);
  return size > MAX_SIZE ? undefined : { meeting, ways: [one, other], size };
}

const sizeOf = (growth: Growth): number => (typeof growth === 'boolean' ? 1 : growth.size);

/** Whether there is a way on which it is still 0. */
export const mayStayZero = (growth: Growth | undefined): boolean =>
  growth === false || (typeof growth === 'object' && growth.ways.some(mayStayZero));

/** What a loop leaves of a count, perhaps without a round: in each it grows on the same ways as in the first one. */
export function carriedGrowth(a: Node, b: Node): { readonly counted?: AttributeValue } {
  const [left, right] = [growthOf(a), growthOf(b)];
  if (left === undefined || right === undefined || !mayStayZero(right)) return {};
  return note(left === false ? right : left);
}

/** What another number like it knows of having been counted. */
export const countOf = (node: Node): { readonly counted?: AttributeValue } =>
  node.dtype === 'number' ? note(growthOf(node)) : {};

const note = (growth: Growth | undefined): { readonly counted?: AttributeValue } =>
  mayStayZero(growth) ? { counted: growth as AttributeValue & Growth } : {};

/** The number that a count is where two ways of the code meet, of which perhaps only one adds to it. */
export function metCount(joined: Value, a: Value, b: Value, meeting: string): Value {
  if (joined.kind !== 'number') return joined;
  const [left, right] = [growthOfValue(a), growthOfValue(b)].map((one, index, { [1 - index]: other }) =>
    one === undefined && other === false ? growthBesideZero([a, b][index]!) : one,
  );
  if (left === undefined || right === undefined) return joined;
  const { node } = joined;
  const attributes = { ...node.attributes, ...note(met(meeting, left, right)) };
  return { ...joined, node: withFacts(node, { attributes }) };
}

/** Whether both are numbers that the code itself leaves at 0 on the same ways. */
export const areLeftAtZero = (a: Value, b: Value): boolean =>
  growthOfValue(a) === false && growthOfValue(b) === false;

/**
 * `if (Math.abs(x) > peak) peak = Math.abs(x)` beside a peak of 0: of silence it stays there. What is above 0 on the one way leaves
 * it at 0 on the other.
 */
function growthBesideZero(value: Value): Growth | undefined {
  if (value.kind !== 'number') return undefined;
  if (isMagnitude(value.node)) return false;
  const { low, mayBeNaN } = value.node.range;
  return low > 0 && !mayBeNaN ? true : undefined;
}

/** An absolute value or a square of what may be 0, or another element of a list of such. */
export const isMagnitude = ({ op, operands, range, attributes }: Node): boolean =>
  range.low === 0 &&
  range.lowBy !== 'bound' &&
  (op === 'js.abs' ||
    (op === 'js.mul' && operands['a'] === operands['b']) ||
    (op === 'js.pow' && (operands['b'] as Node).attributes['value'] === 2) ||
    attributes['magnitude'] === true);

/** Of a number that is a square, though nothing in its formula says so. */
export const SQUARED = { magnitude: true } as const;

/** What another number like it knows of being one. */
export const magnitudeOf = (node: Node): { readonly magnitude?: true } => (isMagnitude(node) ? SQUARED : {});

function growthOfValue(value: Value): Growth | undefined {
  if (value.kind === 'number') return growthOf(value.node);
  if (value.kind !== 'constant') return undefined;
  return value.value === 0 ? false : value.grown;
}
