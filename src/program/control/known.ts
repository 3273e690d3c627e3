/**
 * What conditions told of values that no variable holds: in `if (p[i] > 0)`, of `p[i]`; in `if (low === high) return`, of
 * `high - low`. An expression is known by the values that it reads, not by its names: it is another one as soon as one of
 * these is assigned, and it is the same one in a function that they are handed to.
 */
import { spanOf } from '../../source/span.js';
import {
  isBinaryExpression,
  isElementAccessExpression,
  isIdentifier,
  isNumericLiteral,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import type { Relation } from '../../facts/relation.js';
import { isSymbolic, showSize } from '../../facts/shape.js';
import { intersectRanges, interval, withNaN, type Range } from '../../facts/range.js';
import { isNonZero, NON_ZERO } from '../apart.js';
import { identityOf } from '../identity.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { structureOf } from '../structure.js';
import type { Scope } from '../scope.js';
import {
  asNumber,
  constant,
  UNDEFINED,
  type ConstantValue,
  type InputValue,
  type NumberValue,
  type ObjectValue,
  type TensorValue,
  type Value,
} from '../values.js';
import { readName } from '../javascript/names.js';

/** What holds of a number, if it is not NaN. */
export interface Known {
  readonly relation: Relation;
  readonly mayBeNaN: boolean;
}

export function learn(lowering: Lowering, subject: string | undefined, known: Known, limit: number): void {
  if (subject === undefined) return;
  lowering.known.subjects.add(subject);
  lowering.journal.write(lowering.known, factKey(subject, known), constant(limit));
}

/**
 * What a comparison tells of the difference of two numbers, and of each with a third one: inside `if (x < high)`, where x is not
 * below `low`, `high - low` is above 0. That two may be equal, no third one tells: they are what callers keep apart.
 */
export function learnOrder(
  lowering: Lowering,
  a: string | undefined,
  b: string | undefined,
  known: Known,
): void {
  if (a === undefined || b === undefined) return;
  const difference = `(${a}-${b})`;
  learn(lowering, difference, known, 0);
  // What is not below, and differs, is above.
  const isAbove = known.relation === '≠' && orderOf(lowering, difference) !== undefined;
  if (isAbove) return learnOrder(lowering, a, b, { ...known, relation: '>' });
  if (known.relation !== '>' && known.relation !== '>=') return;
  if (lowering.known.subjects.size > MOST_SUBJECTS) return;
  for (const subject of [...lowering.known.subjects]) {
    const below: string | undefined = subject.startsWith(`(${b}-`)
      ? subject.slice(b.length + 2, -1)
      : undefined;
    const above: string | undefined = subject.endsWith(`-${a})`)
      ? subject.slice(1, -a.length - 2)
      : undefined;
    const order = below === undefined && above === undefined ? undefined : orderOf(lowering, subject);
    if (order === undefined) continue;
    if (known.relation !== '>' && order.relation !== '>') continue;
    const both: Known = { relation: '>', mayBeNaN: known.mayBeNaN || order.mayBeNaN };
    if (below !== undefined && below !== a) learn(lowering, `(${a}-${below})`, both, 0);
    if (above !== undefined && above !== b) learn(lowering, `(${above}-${b})`, both, 0);
  }
}

/** What is not below a number that is above 0 is above 0 as well. */
export function learnOfLarger(lowering: Lowering, smaller: string | undefined, mayBeNaN: boolean): void {
  if (smaller === undefined || lowering.known.subjects.size > MOST_SUBJECTS) return;
  for (const subject of [...lowering.known.subjects]) {
    if (!subject.endsWith(`-${smaller})`)) continue;
    const order = orderOf(lowering, subject);
    const larger = subject.slice(1, -smaller.length - 2);
    if (order !== undefined)
      learn(lowering, larger, { relation: '>', mayBeNaN: mayBeNaN || order.mayBeNaN }, 0);
  }
}

/** Of more nobody asks for a third one: each is held against each. */
const MOST_SUBJECTS = 48;

/** Whether a difference is known to be above 0, or not below. */
function orderOf({ known }: Lowering, difference: string): Known | undefined {
  return ORDERS.find((order) => {
    const limit = known.get(factKey(difference, order));
    return limit.optional !== true && (asNumber(limit) ?? -1) >= 0;
  });
}

const ORDERS: readonly Known[] = (['>', '>='] as const).flatMap((relation) =>
  [false, true].map((mayBeNaN) => ({ relation, mayBeNaN })),
);

/**
 * What is known where a function is made of numbers that no assignment changes, for when it runs. `this`, fields and elements
 * may be others by then.
 */
export function knownOfNumbers({ known }: Lowering): ReadonlyMap<string, Value> | undefined {
  if (known.subjects.size === 0) return undefined;
  const lasting = [...known].filter(([fact, limit]) => limit.optional !== true && OF_NUMBERS.test(fact));
  return lasting.length === 0 ? undefined : new Map(lasting);
}

/** `number 7 >`, `(number 7-number 9) ≠`, `value 12 <=`. */
const OF_NUMBERS = /^[^.@]*$/;

/** Runs `body` with what was known elsewhere; behind it only what is known here is. */
export function withKnown<T>(
  lowering: Lowering,
  facts: ReadonlyMap<string, Value> | undefined,
  body: () => T,
): T {
  const { known, journal } = lowering;
  const added = [...(facts ?? [])].filter(([fact]) => known.get(fact).optional === true);
  if (added.length === 0) return body();
  for (const [fact, limit] of added) {
    known.subjects.add(subjectOf(fact));
    journal.write(known, fact, limit);
  }
  try {
    return body();
  } finally {
    for (const [fact] of added) journal.write(known, fact, UNDEFINED);
  }
}

/** What was known of a field that is assigned, of whichever object: `.count)`. */
export const forgetField = (lowering: Lowering, name: string): void =>
  forget(lowering, (subject) => subject.includes(`.${name})`));

/** What was known of the elements of a list that is handed in, one of which is assigned. */
export function forgetElements(lowering: Lowering, list: InputValue): void {
  const { form } = list;
  if (form.kind !== 'list') return;
  const elements = new Set([form.element, ...form.at.values(), ...form.by.values()].map(identity));
  forget(lowering, (subject) => subject.includes('@') || elements.has(subject));
}

/**
 * `this.counts[arm]++`: what was written there is above 0, until the next element of that list is written. A list under a name
 * is another one after each.
 */
export function learnWritten(
  lowering: Lowering,
  target: ts.ElementAccessExpression,
  value: Value,
  scope: Scope,
): void {
  const { expression: list } = target;
  const field = isPropertyAccessExpression(list) ? `.${list.name.text})@` : ')@';
  forget(lowering, (subject) => subject.includes(field));
  const number = asNumber(value);
  const { low, mayBeNaN } = value.kind === 'number' ? value.node.range : { low: number, mayBeNaN: false };
  if (low === undefined || !(low > 0)) return;
  learn(lowering, keyOf(lowering, target, scope), { relation: '>=', mayBeNaN }, low);
}

function forget({ known, journal }: Lowering, isMeant: (subject: string) => boolean): void {
  for (const subject of known.subjects) {
    if (!isMeant(subject)) continue;
    for (const fact of FACTS.map((one) => factKey(subject, one)))
      if (known.has(fact)) journal.write(known, fact, UNDEFINED);
  }
}

/** Whether a number stands in a relation to the limit; nothing speaks against a limit that is not known. */
export function isIn(relation: Relation, number: number, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  switch (relation) {
    case '<':
      return number < limit;
    case '<=':
      return number <= limit;
    case '>':
      return number > limit;
    case '>=':
      return number >= limit;
    case '=':
      return number === limit;
    case '≠':
      return number !== limit;
  }
}

/** Whether what is known of a number excludes that it is above the limit, or below: of NaN neither holds. */
export function isRefuted(
  { known }: Lowering,
  subject: string | undefined,
  asked: Relation,
  limit: number,
): boolean {
  if (subject === undefined || !known.subjects.has(subject)) return false;
  const side = asked.startsWith('>') ? '<' : asked.startsWith('<') ? '>' : undefined;
  if (side === undefined) return false;
  return FACTS.some((fact) => {
    if (!fact.relation.startsWith(side)) return false;
    const end = known.get(factKey(subject, fact));
    const number = end.optional === true ? undefined : asNumber(end);
    if (number === undefined) return false;
    const areEqual = number === limit && (fact.relation.length === 1 || asked.length === 1);
    return areEqual || (side === '<' ? number < limit : number > limit);
  });
}

const factKey = (subject: string, { relation, mayBeNaN }: Known): string =>
  `${subject} ${relation}${mayBeNaN ? ' or NaN' : ''}`;

/** The subject of such a key. */
const subjectOf = (fact: string): string => fact.replace(/ (?:[<>]=?|[=≠])(?: or NaN)?$/, '');

const RELATIONS: readonly Relation[] = ['<', '<=', '>', '>=', '=', '≠'];
const FACTS: readonly Known[] = RELATIONS.flatMap((relation) => [
  { relation, mayBeNaN: false },
  { relation, mayBeNaN: true },
]);

/** The value of the expression, narrowed by what is known of it. */
export function asKnown(lowering: Lowering, expression: ts.Expression, scope: Scope, value: Value): Value {
  if (lowering.known.subjects.size === 0) return value;
  if (value.kind === 'tensor') return narrowedBy(lowering, identity(value), value);
  if (value.kind === 'constant') return unlessExcluded(lowering, expression, scope, value);
  if (value.kind !== 'number') return value;
  const known = narrowedBy(lowering, keyOf(lowering, expression, scope), value);
  return narrowedBy(lowering, sizeKey(value), known);
}

/** The key of a size that has a name: lists that are made of each other, `rows` and `rows.map(…)`, are equally long. */
export const sizeKey = (value: Value | undefined): string | undefined =>
  value?.kind === 'number' && value.size !== undefined && isSymbolic(value.size)
    ? `size ${showSize(value.size)}`
    : undefined;

/** Where a condition excludes the number that a field has by default, it is another one. */
function unlessExcluded(
  lowering: Lowering,
  expression: ts.Expression,
  scope: Scope,
  constant: ConstantValue,
): Value {
  const { value } = constant;
  const subject = typeof value === 'number' ? keyOf(lowering, expression, scope) : undefined;
  if (subject === undefined || !lowering.known.subjects.has(subject)) return constant;
  const isExcluded = FACTS.some((fact) => {
    const limit = lowering.known.get(factKey(subject, fact));
    return limit.optional !== true && !isIn(fact.relation, value as number, asNumber(limit));
  });
  if (!isExcluded) return constant;
  const node = lowering.builder.unknown('branches disagree', spanOf(expression), 'number');
  return narrowedBy(lowering, subject, { kind: 'number', node });
}

/** The number or tensor, narrowed by what is known of it under whichever name. */
export const asKnownNumber = (lowering: Lowering, value: Value): Value =>
  (value.kind === 'number' || value.kind === 'tensor') && lowering.known.subjects.size > 0
    ? narrowedBy(lowering, identity(value), value)
    : value;

/** The number that a field of an object holds, narrowed by what is known of it. */
export const asKnownField = (
  lowering: Lowering,
  object: ObjectValue,
  name: string,
  number: NumberValue,
): NumberValue => asKnownUnder(lowering, written(identity(object), '.', name), number);

/** The number that a field of `this` holds, narrowed by what conditions of its own method told of it. */
export const asKnownOwnField = (lowering: Lowering, name: string, number: NumberValue): NumberValue =>
  asKnownUnder(lowering, `(this.${name})`, number);

const asKnownUnder = (lowering: Lowering, subject: string | undefined, number: NumberValue): NumberValue =>
  lowering.known.subjects.size > 0
    ? narrowedBy(lowering, subject, asKnownNumber(lowering, number) as NumberValue)
    : number;

/** The tensor, narrowed by what is known of what it holds. */
export const asKnownTensor = (lowering: Lowering, tensor: TensorValue): TensorValue =>
  lowering.known.subjects.size > 0 ? narrowedBy(lowering, identity(tensor), tensor) : tensor;

/**
 * The number that an input turned out to be, narrowed by what was known of it before anything showed that it is one, and by
 * what a function that it was handed to asked of the number.
 */
export const asKnownInput = (lowering: Lowering, input: InputValue, number: NumberValue): NumberValue =>
  lowering.known.subjects.size > 0
    ? narrowedBy(lowering, identity(number), narrowedBy(lowering, identity(input), number))
    : number;

/** Whether a condition told something of an input. */
export const isAsked = (lowering: Lowering, input: InputValue): boolean =>
  lowering.known.subjects.has(identity(input));

function narrowedBy<Narrowed extends NumberValue | TensorValue>(
  lowering: Lowering,
  subject: string | undefined,
  value: Narrowed,
): Narrowed {
  if (subject === undefined || !lowering.known.subjects.has(subject)) return value;
  let { node } = value;
  for (const fact of FACTS) {
    const limit = lowering.known.get(factKey(subject, fact));
    if (limit.optional !== true) node = narrowed(node, fact, asNumber(limit)) ?? node;
  }
  return node === value.node ? value : { ...value, node };
}

/** The same number, known to stand in this relation to the limit; undefined if that says nothing new. */
export function narrowed(node: Node, known: Known, limit: number | undefined): Node | undefined {
  if (limit === undefined) return undefined;
  const { range } = node;
  const inside = allowed(known.relation, limit, range);
  if (inside !== undefined) {
    const asked = withNaN(inside, known.mayBeNaN);
    return withFacts(node, { range: intersectRanges(range, asked) ?? nearest(asked, range) });
  }
  // A range has no gaps: that there is one at 0 is told beside it.
  if (known.relation !== '≠' || limit !== 0 || isNonZero(node)) return undefined;
  return withFacts(node, { attributes: { ...node.attributes, ...NON_ZERO } });
}

/** Where no number is in both, nothing comes but NaN: in its place the end of the asked range that is nearer stands for it. */
function nearest(asked: Range, { low }: Range): Range {
  const end = low < asked.low ? asked.low : asked.high;
  return withNaN(interval(end, end, 'bound'), asked.mayBeNaN);
}

/** The largest number that is less, where it matters: of whole numbers, and beside 0. */
function below(limit: number, isWhole: boolean): number {
  if (isWhole) return Math.ceil(limit) - 1;
  return limit === 0 ? -TINY : limit;
}

/** An end that belongs to the branch is met there; of one that does not, nothing says that anything comes near. */
function allowed(relation: Relation, limit: number, range: Range): Range | undefined {
  switch (relation) {
    case '<':
      return interval(-Infinity, below(limit, range.integer), ['declared', 'bound']);
    case '<=':
      return interval(-Infinity, limit, 'declared');
    case '>':
      return interval(-below(-limit, range.integer), Infinity, ['bound', 'declared']);
    case '>=':
      return interval(limit, Infinity, 'declared');
    case '=':
      return interval(limit, limit, 'declared');
    case '≠':
      // Of whole numbers from there on: those behind it.
      if (limit !== 0)
        return range.integer && range.low === limit
          ? interval(limit + 1, Infinity, ['declared', 'bound'])
          : undefined;
      if (range.low === 0) return interval(TINY, Infinity, ['bound', 'declared']);
      return range.high === 0 ? interval(-Infinity, -TINY, ['declared', 'bound']) : undefined;
  }
}

const TINY = Number.MIN_VALUE;

/** The key of an expression that only reads; undefined for one that does anything else. */
export function keyOf(lowering: Lowering, expression: ts.Expression, scope: Scope): string | undefined {
  const key = (part: ts.Expression): string | undefined => keyOf(lowering, part, scope);
  if (isIdentifier(expression)) {
    const value = scope.lookUp(expression.text) ?? readName(lowering, expression, scope);
    return identity(value);
  }
  if (expression.kind === SyntaxKind.ThisKeyword) return 'this';
  if (isNumericLiteral(expression)) return expression.text;
  if (isWrapping(expression)) return key(expression.expression);
  if (isPropertyAccessExpression(expression))
    return written(key(expression.expression), '.', expression.name.text);
  if (isElementAccessExpression(expression))
    return (
      keyOfRecord(expression, scope) ??
      written(key(expression.expression), '@', key(expression.argumentExpression))
    );
  const operator = isBinaryExpression(expression) ? OPERATORS.get(expression.operatorToken.kind) : undefined;
  return isBinaryExpression(expression) && operator !== undefined
    ? written(key(expression.left), operator, key(expression.right))
    : undefined;
}

/** Of `bins[0]`, where that is an object of its own: it is the same one under whichever name. */
function keyOfRecord(
  { expression, argumentExpression }: ts.ElementAccessExpression,
  scope: Scope,
): string | undefined {
  if (!isIdentifier(expression) || !isNumericLiteral(argumentExpression)) return undefined;
  const list = scope.lookUp(expression.text);
  const element = list?.kind === 'array' ? list.elements[Number(argumentExpression.text)] : undefined;
  return element?.kind === 'object' ? identity(element) : undefined;
}

/** The key of `a - b`, and of what else is computed of two. */
const written = (a: string | undefined, operator: string, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? undefined : `(${a}${operator}${b})`;

const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [SyntaxKind.PlusToken, '+'],
  [SyntaxKind.MinusToken, '-'],
  [SyntaxKind.AsteriskToken, '*'],
  [SyntaxKind.SlashToken, '/'],
]);

/** The same for the same value; a list is another one once it was written to. */
export function identity(value: Value): string {
  if (value.kind === 'number') return `number ${value.node.id}`;
  if (value.kind === 'tensor') return `tensor ${structureOf(value.node)}`;
  if (value.kind === 'constant') return String(value.value);
  return `value ${identityOf(value)}${value.kind === 'array' ? ` ${identityOf(value.elements)}` : ''}`;
}
