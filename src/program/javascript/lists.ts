/** Lists of which some elements are known, then any number of further ones: reading, joining, changing them. */
import type { Size } from '../../facts/shape.js';
import { indexRange, interval } from '../../facts/range.js';
import type { ts } from '../../source/typescript.js';
import { MAX_ELEMENTS, MAX_LENGTH } from '../budget.js';
import { inputAt } from '../claims/inputs.js';
import { join } from '../control/joins.js';
import { extremeOfEach } from '../spread.js';
import { countOf, isFiltered, magnitudeOf, COUNTED, FILTERED, MISSING } from '../growth.js';
import { carriedDecision, carriedLayout } from '../by-data.js';
import { copyOf } from '../element-source.js';
import type { Lowering } from '../lowering.js';
import { noteElement } from '../moving-squares.js';
import { withFacts, type Node } from '../node.js';
import {
  flatSource,
  isWeight,
  isWeightByHand,
  noteFlat,
  ONE_IS_ONE,
  READ_BACK,
  readsBack,
  WEIGHT,
} from '../read-back.js';
import {
  array,
  asMade,
  asNumber,
  constant,
  knownSize,
  UNDEFINED,
  type ArrayValue,
  type ObjectValue,
  type NumberValue,
  type Value,
  type List,
} from '../values.js';
import { Fields } from '../scope.js';
import { subsetOf } from '../subsets.js';
import { spanOf } from '../../source/span.js';

/** What any element may be; undefined of an empty list. */
export function typical(lowering: Lowering, { elements, rest }: List): Value | undefined {
  const all = [...new Set(rest === undefined ? elements : [...elements, rest])];
  return all.length === 0 ? undefined : all.reduce((a, b) => join(lowering, a, b));
}

/** A list of any length and order with the elements of these. */
export function shuffled(lowering: Lowering, ...lists: readonly List[]): List {
  const all = lists.map((list) => typical(lowering, list)).filter((value) => value !== undefined);
  return { elements: [], rest: all.length === 0 ? undefined : all.reduce((a, b) => join(lowering, a, b)) };
}

/**
 * One list behind the other: behind one of unknown length, positions are not known either. A list that doubles over and
 * over has no length that is worth counting.
 */
export function appended(lowering: Lowering, lists: readonly List[]): List {
  const length = lists.reduce((sum, { elements }) => sum + elements.length, 0);
  if (length > Math.max(MAX_LENGTH, lists.length)) return shuffled(lowering, ...lists);
  const open = lists.findIndex(({ rest }) => rest !== undefined);
  if (open < 0) return { elements: lists.flatMap(({ elements }) => elements), rest: undefined };
  const last = lists[open]!;
  const { rest } = shuffled(lowering, { elements: [], rest: last.rest }, ...lists.slice(open + 1));
  return { elements: lists.slice(0, open + 1).flatMap(({ elements }) => elements), rest };
}

/** A list of as many as the length says, each with this value. */
export function repeated(length: Value, value: Value): List {
  const count = asNumber(length);
  if (count !== undefined && count >= 0 && count <= MAX_ELEMENTS)
    return { elements: Array<Value>(count).fill(value), rest: undefined };
  return { elements: [], rest: value, size: count ?? (length.kind === 'number' ? length.size : undefined) };
}

/** Arguments as a list: a spread of unknown length moves those behind it. */
export function listOf(lowering: Lowering, args: readonly Value[]): List {
  const isOpen = (value: Value): boolean => value.kind === 'unknown' && value.spread !== undefined;
  if (!args.some(isOpen)) return { elements: args, rest: undefined };
  const lists = args.map((arg): List =>
    arg.kind === 'unknown' && arg.spread !== undefined
      ? { elements: [], rest: arg.spread }
      : { elements: [arg], rest: undefined },
  );
  return appended(lowering, lists);
}

/** The first arguments, by place. */
export function positional(
  lowering: Lowering,
  args: readonly Value[],
  count: number,
  place: ts.Node,
): readonly Value[] {
  const list = listOf(lowering, args);
  return list.elements === args
    ? args
    : Array.from({ length: count }, (_, index) => elementAt(lowering, list, index, place));
}

/** The element at a place, which may not be known. */
export function elementAt(
  lowering: Lowering,
  list: List,
  position: number | undefined,
  place: ts.Node,
): Value {
  if (position === undefined) {
    const any = typical(lowering, list);
    if (any === undefined) return UNDEFINED;
    if (any.kind === 'object') return oneOf(any, objectsIn(list));
    const one = another(lowering, any, place);
    return one.kind === 'array' ? { ...one, of: listsIn(list) } : one;
  }
  const known = list.elements[position];
  if (known !== undefined) return known;
  if (list.rest === undefined) return UNDEFINED;
  const at = asMade(list);
  if (at !== undefined && position >= 0) return at(position);
  if (list.rest.kind === 'input') return inputAt(list.rest, position);
  return list.rest.kind === 'object' ? oneOf(list.rest, [list.rest]) : another(lowering, list.rest, place);
}

/** One of these objects, of which nobody knows which one: what is written to it leaves the others as they were. */
const oneOf = (like: ObjectValue, of: readonly ObjectValue[]): ObjectValue => ({
  ...like,
  fields: new Fields(like.fields),
  stale: like.stale && new Set(like.stale),
  of,
});

const objectsIn = ({ elements, rest }: List): ObjectValue[] =>
  [...elements, rest].filter((element) => element?.kind === 'object');

const listsIn = ({ elements, rest }: List): ArrayValue[] =>
  [...elements, rest].filter((element) => element?.kind === 'array');

/** A value that is like all others, but need not be the one that was read before: `xs[i]` and `xs[j]` differ. */
export function another(lowering: Lowering, value: Value, place: ts.Node): Value {
  if (value.kind === 'array') {
    const elements = value.elements.map((element) => another(lowering, element, place));
    const rest = value.rest === undefined ? undefined : another(lowering, value.rest, place);
    return array(elements, rest, { typed: value.typed, of: [value] });
  }
  if (value.kind === 'unknown') return { ...value };
  if (value.kind !== 'tensor' && value.kind !== 'number') return value;
  const { shape, dtype, range } = value.node;
  const unknown = lowering.builder.unknown('unknown element', spanOf(place), dtype);
  const attributes = {
    ...unknown.attributes,
    ...(readsBack(value.node) ? READ_BACK : {}),
    ...(isWeight(value.node) ? WEIGHT : {}),
    ...(isWeightByHand(value.node) ? ONE_IS_ONE : {}),
    ...countOf(value.node),
    ...(isFiltered(value.node) ? FILTERED : {}),
    ...magnitudeOf(value.node),
    ...extremeOfEach(value.node),
    ...carriedDecision(value.node),
    ...(dtype === 'number' ? { ...carriedLayout(value.node), ...copyOf(value.node) } : {}),
  };
  const node = withFacts(unknown, { attributes, shape, range });
  noteFlat(node, flatSource(value.node));
  if (value.kind === 'tensor') noteElement(node, value.node);
  return value.kind === 'tensor' ? { kind: 'tensor', node } : { kind: 'number', node };
}

/** A whole number of at least `low` of which nothing else is known. */
export function count(lowering: Lowering, place: ts.Node, low = 0): NumberValue {
  const node: Node = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  return {
    kind: 'number',
    node: withFacts(node, { range: interval(low, 2 ** 32, 'bound', { integer: true }) }),
  };
}

/** Where something is in a list: -1 where it is not. */
export function position(lowering: Lowering, place: ts.Node): NumberValue {
  const { kind, node } = count(lowering, place);
  const range = interval(-1, 2 ** 32, ['attained', 'bound'], { integer: true });
  return { kind, node: withFacts(node, { range, attributes: { ...node.attributes, ...MISSING } }) };
}

/** A list of unknown length may be empty, but is not often, unless it holds what passed a test. */
export function lengthOf(lowering: Lowering, list: List, place: ts.Node): Value {
  const { elements, rest, passed } = list;
  const size = knownSize(list);
  if (typeof size === 'number') return constant(size);
  const { node } = count(lowering, place, elements.length);
  if (passed === rest && elements.length === 0) {
    const attributes = { ...node.attributes, ...COUNTED, ...FILTERED, ...subsetOf(list) };
    return { kind: 'number', node: withFacts(node, { attributes, range: indexRange(2 ** 32, 'bound') }) };
  }
  const reach = interval(Math.max(1, elements.length), 2 ** 32, 'bound', { integer: true });
  const attributes = { ...node.attributes, ...subsetOf(list) };
  return { kind: 'number', node: withFacts(node, { range: { ...node.range, reach }, attributes }) };
}

/** How many elements a list has: where that is not known, a size of its own, as long as nobody changes the list. */
export function sizeOf(lowering: Lowering, list: ArrayValue): Size {
  const known = knownSize(list);
  if (known !== undefined) return known;
  list.size = lowering.builder.freshSize();
  return list.size;
}

/** Puts other contents into an array, where code mutates it. Of a list that holds itself nobody makes a tensor: there it is unknown. */
export function rewrite(lowering: Lowering, list: ArrayValue, contents: List): void {
  const apart = (value: Value, index?: number): Value =>
    value === list.elements[index ?? -1] || !holds(value, list) ? value : lowering.unknown('unknown element');
  const { elements, rest, size, filling } = contents;
  lowering.journal.writeArray(list, {
    elements: elements.map(apart),
    rest: rest && apart(rest),
    size,
    filling,
  });
  for (const one of list.of ?? []) rewrite(lowering, one, eitherList(lowering, one, contents));
}

/** Whether a value is the list, or a list that holds it, however deep. */
const holds = (value: Value, list: ArrayValue): boolean =>
  value === list ||
  (value.kind === 'array' &&
    (value.elements.some((element) => holds(element, list)) ||
      (value.rest !== undefined && holds(value.rest, list))));

/** A list with the contents of the one or of the other, by place where both have as many. A typed array keeps its length. */
function eitherList(lowering: Lowering, a: ArrayValue, b: List): List {
  const isRow = a.elements.length === b.elements.length && (a.rest === undefined) === (b.rest === undefined);
  if (!isRow && a.typed === undefined) return shuffled(lowering, a, b);
  if (!isRow) return withAny(lowering, a, typical(lowering, b));
  return {
    elements: a.elements.map((element, index) => join(lowering, element, b.elements[index]!)),
    rest: a.rest === undefined ? undefined : join(lowering, a.rest, b.rest!),
  };
}

/** The list, each element of which may have been replaced by a value. */
export function withAny(lowering: Lowering, list: List, value: Value | undefined): List {
  const either = (element: Value): Value => (value === undefined ? element : join(lowering, element, value));
  return {
    elements: list.elements.map(either),
    rest: list.rest === undefined ? undefined : either(list.rest),
    size: list.size,
  };
}

/** Puts elements behind those of a list. */
export const push = (lowering: Lowering, list: ArrayValue, added: List): void =>
  grow(lowering, list, added, [list, added]);

/** Puts elements before those of a list. */
export const unshift = (lowering: Lowering, list: ArrayValue, added: List): void =>
  grow(lowering, list, added, [added, list]);

function grow(lowering: Lowering, list: ArrayValue, added: List, parts: readonly List[]): void {
  const { size, filling } = list;
  const more = added.rest === undefined ? added.elements.length : undefined;
  const { elements, rest } = appended(lowering, parts);
  rewrite(lowering, list, {
    elements,
    rest,
    size: typeof size === 'number' && more !== undefined ? size + more : undefined,
    filling: filling === undefined || more === undefined ? undefined : { ...filling, by: filling.by + more },
  });
}

/** Stands for all outputs of a list of unknown length: where it is run, it is the last. */
const ANY_OUTPUT = -1;

/** `const [x, y] = tf.unstack(points, 1)`: how many there are is not known, but which is which. */
export function someOutputs(make: (output: number) => Value): Value {
  const rest = make(ANY_OUTPUT);
  const known = new Map<number, Value>();
  const at = (position: number): Value => {
    const output = known.get(position) ?? make(position);
    known.set(position, output);
    return output;
  };
  return array([], rest, { outputs: { rest, at } });
}

/** A call of a method of an array. */
export interface ArrayCall {
  readonly lowering: Lowering;
  readonly list: ArrayValue;
  readonly args: readonly Value[];
  readonly place: ts.Node;
}
