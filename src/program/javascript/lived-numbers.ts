/**
 * What methods leave in the fields of an object that hold numbers, or lists of numbers: the deviations that `fit` puts where
 * `transform` divides by them, and the counts that begin with 0, `this.counts[arm] += 1`.
 */
import { constantRange, joinRanges } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import {
  forEachChild,
  isBinaryExpression,
  isElementAccessExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { input } from '../claims/inputs.js';
import { countOf } from '../claims/counts.js';
import { isInPattern } from '../claims/writes.js';
import { isPlaceholder } from '../control/later.js';
import { COUNTED, growthOf } from '../growth.js';
import type { Lowering } from '../lowering.js';
import { withFacts } from '../node.js';
import { CONTENTS, contentsOf, type Changes } from '../scope.js';
import {
  asNumber,
  optional,
  type ArrayValue,
  type ClassValue,
  type NumberValue,
  type ObjectValue,
  type Value,
} from '../values.js';
import { leftBy, methodsOf, type Kept, type Method } from './lives.js';
import { holds, targetOf } from './syntax.js';

/**
 * How a method writes to a field: it puts something else in its place, sets the elements of its list, or adds to these, as a
 * count does. What is added to is also found as it was at first; in the place of what is set nobody is meant to find that. In
 * patterns, `({ t: this.t } = state)`, nobody follows it.
 */
type Way = 'replaced' | 'set' | 'added' | 'unfollowed';

/** Steps for the methods that write to the same fields: those of `fit`, which goes through rows and columns. */
const SHARE = 800;

interface Field {
  readonly name: string;
  readonly start: Value | undefined;
  readonly isAdded: boolean;
}

/** Puts into such fields what methods may leave there, where that says more than that they are numbers. */
export function liveNumbers(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const writers = new Map<string, { readonly ways: Set<Way>; readonly methods: Method[] }>();
  for (const { method, member } of methodsOf(type, object))
    for (const [name, way] of writesIn(member)) {
      const { ways, methods } = writers.get(name) ?? { ways: new Set(), methods: [] };
      writers.set(name, { ways: ways.add(way), methods: [...methods, method] });
    }
  // Fields of the same methods are followed together: a deviation is that from the mean beside it.
  const groups = new Map<string, { readonly methods: readonly Method[]; readonly fields: Field[] }>();
  for (const [name, { ways, methods }] of writers) {
    const field = fieldWrittenTo(type, name, ways, object.fields.get(name));
    if (field === undefined) continue;
    const key = `${String(field.isAdded)} ${methods.map(({ declaration }) => declaration.pos).join(' ')}`;
    const group = groups.get(key) ?? { methods, fields: [] };
    group.fields.push(field);
    groups.set(key, group);
  }
  for (const { methods, fields } of groups.values())
    if (fields[0]!.isAdded) followAdded(lowering, type, object, methods, fields);
    else followMade(lowering, type, object, methods, fields);
}

/** A field that is followed; undefined where several kinds of methods would have to be told apart. */
function fieldWrittenTo(
  type: ClassValue,
  name: string,
  ways: ReadonlySet<Way>,
  start: Value | undefined,
): Field | undefined {
  const isAdded = ways.has('added');
  if (ways.has('unfollowed')) return undefined;
  const isFollowed = isAdded
    ? isList(start) || (asNumber(start) !== undefined && !isCount(type, name))
    : ways.size === 1 && mayBeNumbers(start);
  return isFollowed ? { name, start, isAdded } : undefined;
}

/** What is only counted up is told of as such where it is read. */
const isCount = ({ declaration }: ClassValue, name: string): boolean =>
  countOf(declaration.getSourceFile(), `.${name}`) !== undefined;

function followAdded(
  lowering: Lowering,
  type: ClassValue,
  object: ObjectValue,
  methods: readonly Method[],
  fields: readonly Field[],
): void {
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
function followMade(
  lowering: Lowering,
  type: ClassValue,
  object: ObjectValue,
  methods: readonly Method[],
  fields: readonly Field[],
): void {
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
  const own =
    start?.kind === 'number'
      ? start.node.range
      : asNumber(start)
        ? constantRange(asNumber(start)!)
        : undefined;
  if (own === undefined || after.kind !== 'number') return after;
  return { ...after, node: withFacts(after.node, { range: joinRanges(own, after.node.range) }) };
}

/** A list in the place of one of which nobody is meant to find what it holds: as long, and made of what is not set. */
const blank = (list: ArrayValue, name: string, { declaration }: ClassValue): ArrayValue => ({
  ...list,
  elements: [],
  rest: { ...input(`this.${name}`, undefined, declaration), unset: true },
});

/** A number, a list of some, or nothing yet. */
const mayBeNumbers = (value: Value | undefined): boolean =>
  value === undefined ||
  isPlaceholder(value) ||
  isList(value) ||
  isNumber(value) ||
  (value.kind === 'input' &&
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
  if (isList(value)) return elementsOf(value).some((element) => element.kind !== 'number' || tells(element));
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
  return orZero(list, { ...list, elements: [], rest: { kind: 'number', node } });
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

const known = new WeakMap<ts.ClassElement, ReadonlyMap<string, Way>>();

/** The fields of `this` that a method writes to, and how. Where it makes a list anew, it makes what it puts into that, too. */
function writesIn(member: ts.ClassElement): ReadonlyMap<string, Way> {
  const before = known.get(member);
  if (before !== undefined) return before;
  const found = new Map<string, Way>();
  if (!ts.isConstructorDeclaration(member) && WRITES.test(member.getText())) collect(member, found);
  known.set(member, found);
  return found;
}

/** Most methods write to no field. */
const WRITES =
  /\bthis\b[^;\n]*(?:=(?![=>])|\+\+|--|\.(?:fill|push|unshift)\()|(?:\+\+|--)\s*this\b|\[[^\]]*\bthis\b[^\]]*\]\s*=(?![=>])/;

function collect(node: ts.Node, found: Map<string, Way>): void {
  const target = targetOf(node);
  const filled = ts.isCallExpression(node) ? filledList(node) : undefined;
  const name = fieldOf(filled ?? (target && listOf(target)));
  if (name !== undefined) note(name, filled !== undefined ? 'set' : wayOf(node, target!, name), found);
  const inPattern = isBinaryExpression(node.parent) || !isInPattern(node) ? undefined : fieldOf(node);
  if (inPattern !== undefined) note(inPattern, 'unfollowed', found);
  forEachChild(node, (child) => collect(child, found));
}

/** What a method makes anew it fills itself. */
function note(name: string, way: Way, found: Map<string, Way>): void {
  const before = found.get(name);
  if (before === undefined || WAYS.indexOf(way) > WAYS.indexOf(before)) found.set(name, way);
}

const WAYS: readonly Way[] = ['set', 'added', 'replaced', 'unfollowed'];

function wayOf(write: ts.Node, target: ts.Expression, name: string): Way {
  const isPlain = ts.isBinaryExpression(write) && write.operatorToken.kind === SyntaxKind.EqualsToken;
  const isOfItself = !isPlain || holds(write.right, (child) => fieldOf(child) === name);
  if (isOfItself) return 'added';
  return isPropertyAccessExpression(target) ? 'replaced' : 'set';
}

/** `this.counts` of `this.counts[i]`, of `this.counts[i][j]`, and of itself. */
function listOf(target: ts.Expression): ts.Expression {
  if (isWrapping(target)) return listOf(target.expression);
  return isElementAccessExpression(target) ? listOf(target.expression) : target;
}

/** `this.counts` of `this.counts.fill(0)` and `this.errors.push(error)`. */
function filledList({ expression }: ts.CallExpression): ts.Expression | undefined {
  const isFilling = isPropertyAccessExpression(expression) && FILLING.has(expression.name.text);
  return isFilling ? expression.expression : undefined;
}

const FILLING: ReadonlySet<string> = new Set(['fill', 'push', 'unshift']);

const fieldOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && isPropertyAccessExpression(node) && node.expression.kind === SyntaxKind.ThisKeyword
    ? node.name.text
    : undefined;
