/**
 * What methods leave in the fields of an object that hold numbers, or lists of numbers: the deviations that `fit` puts where
 * `transform` divides by them, and the counts that begin with 0, `this.counts[arm] += 1`.
 */
import { constantRange, joinRanges } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import { input } from '../claims/inputs.js';
import { isPlaceholder } from '../control/later.js';
import { COUNTED, growthOf } from '../growth.js';
import type { Lowering } from '../lowering.js';
import { withFacts } from '../node.js';
import { CONTENTS, contentsOf, type Changes } from '../scope.js';
import type { ts } from '../../source/typescript.js';
import {
  asNumber,
  optional,
  type ArrayValue,
  type ClassValue,
  type NumberValue,
  type ObjectValue,
  type Value,
} from '../values.js';
import { isComputedWith, isCount, isWrittenElsewhere, writesIn, type Way } from './field-writes.js';
import { leftBy, methodsOf, type Kept, type Method } from './lives.js';
import { isAbstract } from './members.js';

/** Steps for the methods that write to the same fields: those of `fit`, which goes through rows and columns. */
const SHARE = 800;

interface Field {
  readonly name: string;
  readonly start: Value | undefined;
  readonly isAdded: boolean;
}

/** The fields of an object that the same methods write to: a deviation is that from the mean beside it. */
interface Group {
  readonly type: ClassValue;
  readonly object: ObjectValue;
  readonly methods: readonly Method[];
  readonly fields: Field[];
}

/** Puts into such fields what methods may leave there, where that says more than that they are numbers. */
export function liveNumbers(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const { declaration } = type;
  if (isAbstract(type) || !type.module.sites.within(declaration.pos, declaration.end)) return;
  const classes = classesAbove(type);
  const writers = new Map<string, { readonly ways: Set<Way | 'unfollowed'>; readonly methods: Method[] }>();
  for (const { method, member } of methodsOf(type, object))
    for (const [name, way] of writesIn(member)) {
      const { ways, methods } = writers.get(name) ?? { ways: new Set(), methods: [] };
      writers.set(name, { ways: ways.add(way), methods: [...methods, method] });
    }
  const groups = new Map<string, Group>();
  for (const [name, { ways, methods }] of writers) {
    const field = isWrittenElsewhere(classes, name)
      ? undefined
      : fieldWrittenTo(type, name, ways, object.fields.get(name));
    if (field === undefined) continue;
    const key = `${String(field.isAdded)} ${methods.map((one) => one.declaration.pos).join(' ')}`;
    const group = groups.get(key) ?? { type, object, methods, fields: [] };
    group.fields.push(field);
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    if (!group.fields.some(({ name }) => isComputedWith(declaration, name))) continue;
    if (group.fields[0]!.isAdded) followAdded(lowering, group);
    else followMade(lowering, group);
  }
}

/** The class and those above it. */
function classesAbove(type: ClassValue): readonly ts.ClassLikeDeclaration[] {
  const above = type.superclass?.kind === 'class' ? classesAbove(type.superclass) : [];
  return [type.declaration, ...above];
}

/** A field that is followed; undefined where several kinds of methods would have to be told apart. */
function fieldWrittenTo(
  { declaration }: ClassValue,
  name: string,
  ways: ReadonlySet<Way | 'unfollowed'>,
  start: Value | undefined,
): Field | undefined {
  if (ways.has('unfollowed')) return undefined;
  // Zeros are there to be overwritten; other numbers are what a list begins with.
  const isAdded = ways.has('added') || (ways.has('set') && isList(start) && !isOfZeros(start));
  const isNumberAtFirst = asNumber(start) !== undefined && !isCount(declaration, name);
  const isFollowed = isAdded
    ? isList(start) || isNumberAtFirst
    : ways.size === 1 && mayBeNumbers(name, start);
  return isFollowed ? { name, start, isAdded } : undefined;
}

function followAdded(lowering: Lowering, { type, object, methods, fields }: Group): void {
  const kept = fields.flatMap(({ name, start }) => placesOf(object, name, start));
  const left = leftBy(lowering, type, methods, kept, SHARE);
  for (const { name, start } of fields) {
    const after = asLeft(left, object, name, start);
    const isTold = tells(after) && (after.kind === 'array' || isKeptApart(after));
    settle(object, name, start, isTold ? orZero(start, after) : grown(lowering, type, start));
  }
}

/** A sum that stays at 0 or above it, and what stays above 0. What is scaled again and again has no end of its own. */
const isKeptApart = ({ node }: NumberValue): boolean => growthOf(node) !== undefined || node.range.low > 0;

/** Of what methods make anew, nothing that was there before is among what others are meant to find. */
function followMade(lowering: Lowering, { type, object, methods, fields }: Group): void {
  const empty = new Map(
    fields.map(({ name, start }) => [name, isLaidOut(start) ? blank(start, name, type) : undefined]),
  );
  const kept = fields.flatMap(({ name }) => placesOf(object, name, empty.get(name)));
  for (const { name } of fields) object.fields.delete(name);
  const left = leftBy(lowering, type, methods, kept, SHARE, () => {
    for (const [name, list] of empty)
      if (list !== undefined) lowering.journal.write(object.fields, name, list);
  });
  for (const { name, start } of fields) {
    if (start !== undefined) object.fields.set(name, start);
    const after = asLeft(left, object, name, empty.get(name));
    settle(object, name, start, tells(after) ? orOwn(start, after) : undefined);
  }
}

const placesOf = (object: ObjectValue, key: string, value: Value | undefined): Kept[] => [
  { place: object.fields, key, before: value },
  ...(value?.kind === 'array' ? [{ place: contentsOf(value), key: CONTENTS, before: undefined }] : []),
];

function asLeft(
  left: Changes,
  object: ObjectValue,
  name: string,
  found: Value | undefined,
): Value | undefined {
  const held = left.get(object.fields)?.get(name) ?? found;
  return held?.kind === 'array' ? (left.get(contentsOf(held))?.get(CONTENTS) ?? held) : held;
}

function settle(object: ObjectValue, name: string, start: Value | undefined, after: Value | undefined): void {
  if (after === undefined) return;
  // Before its method was called a field is empty: `if (this.mean)` asks whether it was.
  if (after.kind === 'array') {
    const { elements, rest, size } = after;
    const list: ArrayValue = { ...(start?.kind === 'array' ? start : after), elements, rest, size };
    object.fields.set(name, start?.kind === 'array' ? list : optional(list));
  } else object.fields.set(name, after);
  object.lived?.add(name);
}

/** What the constructor put there is found, too, where it is a number of its own, as a factor of 1 is. */
function orOwn(start: Value | undefined, after: NumberValue | ArrayValue): Value {
  const number = asNumber(start) ?? 0;
  const own = number === 0 ? undefined : constantRange(number);
  if (own === undefined || after.kind !== 'number') return after;
  return { ...after, node: withFacts(after.node, { range: joinRanges(own, after.node.range) }) };
}

/** A list in the place of one of which nobody is meant to find what it holds: as long, and made of what is not set. */
const blank = (list: ArrayValue, name: string, { declaration }: ClassValue): ArrayValue => ({
  ...list,
  elements: [],
  rest: { ...input(`this.${name}`, undefined, declaration), unset: true },
});

/** A written number, a list of zeros, or nothing yet. What the constructor was handed, or computed, is what it is otherwise. */
const mayBeNumbers = (name: string, value: Value | undefined): boolean =>
  value === undefined ||
  isPlaceholder(value) ||
  (isList(value) && isOfZeros(value)) ||
  asNumber(value) !== undefined ||
  (value.kind === 'input' &&
    value.name === `this.${name}` &&
    value.form.kind === 'undetermined' &&
    (value.claim === undefined || value.claim.kind === 'number' || value.claim.kind === 'list'));

const isNumber = (value: Value): boolean => value.kind === 'number' || asNumber(value) !== undefined;

/** A list that holds numbers, and something. */
const isList = (value: Value | undefined): value is ArrayValue =>
  value?.kind === 'array' &&
  value.isSet !== true &&
  !isPlaceholder(value) &&
  elementsOf(value).every(isNumber);

/** A list that is to be filled in place. */
const isLaidOut = (start: Value | undefined): start is ArrayValue =>
  start?.kind === 'array' && (isPlaceholder(start) || isList(start));

const elementsOf = ({ elements, rest }: ArrayValue): readonly Value[] =>
  rest === undefined ? elements : [...elements, rest];

/** Of numbers that may be anything, what is handed in is as good, and whoever runs the method may choose it. */
function tells(value: Value | undefined): value is NumberValue | ArrayValue {
  if (isList(value)) return elementsOf(value).every((element) => element.kind !== 'number' || tells(element));
  if (value?.kind !== 'number') return false;
  const { attributes, range } = value.node;
  const { low, lowBy, high, highBy } = range;
  const isBounded = (end: number, by: string): boolean => Number.isFinite(end) && by !== 'assumed';
  const isKnown =
    growthOf(value.node) !== undefined || 'extreme' in attributes || 'extremeOfEach' in attributes;
  return isKnown || isBounded(low, lowBy) || isBounded(high, highBy);
}

/** Numbers that begin with 0, and to which something is added: they are 0 as long as nothing was, and anything after that. */
function grown(
  lowering: Lowering,
  { declaration }: ClassValue,
  list: Value | undefined,
): ArrayValue | undefined {
  if (!isList(list) || !isOfZeros(list)) return undefined;
  const node = lowering.builder.unknown('unknown element', spanOf(declaration), 'number');
  const any: Value = { kind: 'number', node };
  return orZero(list, { ...list, elements: list.elements.map(() => any), rest: list.rest && any });
}

/** Where the list begins with zeros, what any of its numbers may be is 0 by what the code itself does. */
function orZero<After extends NumberValue | ArrayValue>(start: Value | undefined, after: After): After {
  if (!isList(start) || !isOfZeros(start) || after.kind !== 'array') return after;
  const counted = (value: Value): Value => {
    if (value.kind !== 'number' || growthOf(value.node) !== undefined || value.node.range.low > 0)
      return value;
    const { node } = value;
    return { ...value, node: withFacts(node, { attributes: { ...node.attributes, ...COUNTED } }) };
  };
  return { ...after, elements: after.elements.map(counted), rest: after.rest && counted(after.rest) };
}

const isOfZeros = (list: ArrayValue): boolean => elementsOf(list).every((element) => asNumber(element) === 0);
