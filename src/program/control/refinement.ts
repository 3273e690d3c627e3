import { intersectRanges, interval, withNaN, type Range } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import {
  forEachChild,
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isFunctionLike,
  isIdentifier,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  type ts,
} from '../../source/typescript.js';
import { isWrapping, unwrapped } from '../../source/wrappings.js';
import { COMPARED, isCompared, NON_ZERO } from '../apart.js';
import { growthOf, mayStayZero } from '../growth.js';
import { asNumberInput } from '../claims/inputs.js';
import { learnRank } from './ranks.js';
import {
  identity,
  isIn,
  keyOf,
  learn,
  learnOfLarger,
  learnOrder,
  narrowed,
  sizeKey,
  type Known,
} from './known.js';
import { MIRRORED, OPPOSITE, type Relation } from '../../facts/relation.js';
import { isLimit } from './limits.js';
import { comparedValue, learnOfTensor } from './read-numbers.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import {
  asNumber,
  present,
  type Condition,
  type NumberValue,
  type UnknownValue,
  type Value,
} from '../values.js';
import { withFacts } from '../node.js';

/** Inside `if (n > 0)`, `n` is above 0: guards on JavaScript numbers narrow the variable in the branch they guard. */
export function refine(lowering: Lowering, condition: ts.Expression, holds: boolean, scope: Scope): void {
  learnFrom(lowering, condition, holds, scope);
  noteCompared(lowering, condition, scope);
}

function noteCompared(lowering: Lowering, condition: ts.Expression, scope: Scope): void {
  for (const name of namesIn(condition)) {
    const holder = scope.find(name);
    const value = holder?.variables.get(name);
    if (value?.kind !== 'number' || isCompared(value.node)) continue;
    const node = withFacts(value.node, { attributes: { ...value.node.attributes, ...COMPARED } });
    lowering.journal.write(holder!.variables, name, { ...value, node });
  }
}

function learnFrom(lowering: Lowering, condition: ts.Expression, holds: boolean, scope: Scope): void {
  if (isWrapping(condition)) return refine(lowering, condition.expression, holds, scope);
  if (isPrefixUnaryExpression(condition) && condition.operator === SyntaxKind.ExclamationToken) {
    return refine(lowering, condition.operand, !holds, scope);
  }
  const { ofElements } = answerBehind(condition, scope) ?? {};
  if (ofElements !== undefined) return ofElements.holds === holds ? ofElements.learn() : undefined;
  const told = conditionBehind(condition, scope);
  if (told !== undefined) return refine(lowering, told.expression, holds, told.scope);
  if (isIdentifier(condition)) {
    if (holds) settle(lowering, condition, scope);
    // A number that counts as true is not 0.
    return narrow(lowering, condition, 0, { relation: holds ? '≠' : '=', mayBeNaN: !holds }, scope);
  }
  if (isPropertyAccessExpression(condition) || isElementAccessExpression(condition))
    return narrow(lowering, condition, 0, { relation: holds ? '≠' : '=', mayBeNaN: !holds }, scope);
  if (!isBinaryExpression(condition)) return;
  const operator = condition.operatorToken.kind;
  if (operator === SyntaxKind.AmpersandAmpersandToken && holds) {
    refine(lowering, condition.left, true, scope);
    refine(lowering, condition.right, true, scope);
    return;
  }
  if (operator === SyntaxKind.BarBarToken && !holds) {
    refine(lowering, condition.left, false, scope);
    refine(lowering, condition.right, false, scope);
    return;
  }
  const relation = RELATIONS.get(operator);
  if (relation === undefined) return;
  const known = holds ? relation : OPPOSITE[relation];
  // Of NaN no order holds, and it is not equal to anything.
  const mayBeNaN = known === '≠' || (!holds && known !== '=');
  narrowBoth(lowering, condition.left, condition.right, { relation: known, mayBeNaN }, scope);
}

/** Of two expressions that are equal, or are not, though no condition of the source says so: those of a `switch`. */
export function refineEquality(
  lowering: Lowering,
  left: ts.Expression,
  right: ts.Expression,
  holds: boolean,
  scope: Scope,
): void {
  narrowBoth(lowering, left, right, { relation: holds ? '=' : '≠', mayBeNaN: !holds }, scope);
}

function narrowBoth(
  lowering: Lowering,
  one: ts.Expression,
  other: ts.Expression,
  known: Known,
  scope: Scope,
): void {
  const [left, right] = [unwrapped(one), unwrapped(other)];
  if (known.relation === '≠' && isAbsence(right)) settle(lowering, left, scope);
  narrowBy(lowering, left, right, known, scope);
  narrowBy(lowering, right, left, { ...known, relation: MIRRORED[known.relation] }, scope);
}

/** The condition that a name or call stands for: `const isEmpty = total === 0`. */
function conditionBehind(condition: ts.Expression, scope: Scope): Condition | undefined {
  return stillSaid(answerBehind(condition, scope)?.condition);
}

/** What a call was last seen to answer, or a name stands for, that cannot be told. */
function answerBehind(condition: ts.Expression, scope: Scope): UnknownValue | undefined {
  if (isCallExpression(condition)) return answers.get(condition);
  const value = isIdentifier(condition) ? scope.lookUp(condition.text) : undefined;
  return value?.kind === 'unknown' ? value : undefined;
}

/** A condition as it is asked in this scope. */
export const conditionOf = (expression: ts.Expression, scope: Scope): Condition => ({
  expression,
  scope,
  names: new Map(namesIn(expression).map((name) => [name, scope.lookUp(name)])),
});

/** Undefined where a name in it was given another value since: `found = found || isNear`. */
export const stillSaid = (condition: Condition | undefined): Condition | undefined =>
  condition !== undefined &&
  [...condition.names].every(([name, value]) => condition.scope.lookUp(name) === value)
    ? condition
    : undefined;

const namesKnown = new WeakMap<ts.Node, readonly string[]>();

function namesIn(expression: ts.Node): readonly string[] {
  const before = namesKnown.get(expression);
  if (before !== undefined) return before;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isIdentifier(node)) names.add(node.text);
    else forEachChild(node, visit);
  };
  visit(expression);
  const found = [...names];
  namesKnown.set(expression, found);
  return found;
}

const answers = new WeakMap<ts.Expression, UnknownValue>();

/** Notes what a call that a condition consists of was last seen to answer. */
export function noteAnswer(condition: ts.Expression, value: Value): void {
  if (!isCallExpression(condition)) return;
  if (value.kind === 'unknown') answers.set(condition, value);
  else answers.delete(condition);
}

const isAbsence = (expression: ts.Expression): boolean =>
  expression.kind === SyntaxKind.NullKeyword || (isIdentifier(expression) && expression.text === 'undefined');

/** A variable that is neither null nor undefined. */
function settle(lowering: Lowering, subject: ts.Expression, scope: Scope): void {
  if (!isIdentifier(subject)) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  if (value?.optional === true) lowering.journal.write(holder!.variables, subject.text, present(value));
}

export const RELATIONS: ReadonlyMap<ts.SyntaxKind, Relation> = new Map<ts.SyntaxKind, Relation>([
  [SyntaxKind.LessThanToken, '<'],
  [SyntaxKind.LessThanEqualsToken, '<='],
  [SyntaxKind.GreaterThanToken, '>'],
  [SyntaxKind.GreaterThanEqualsToken, '>='],
  [SyntaxKind.EqualsEqualsEqualsToken, '='],
  [SyntaxKind.EqualsEqualsToken, '='],
  [SyntaxKind.ExclamationEqualsEqualsToken, '≠'],
  [SyntaxKind.ExclamationEqualsToken, '≠'],
]);

/** The value, known not to be 0: what `x || 1` gives where it gives x. */
export function nonZero(value: Value): Value {
  if (value.kind !== 'number') return value;
  const node = narrowed(value.node, { relation: '≠', mayBeNaN: false }, 0);
  return node === undefined ? value : { ...value, node };
}

function narrowBy(
  lowering: Lowering,
  subject: ts.Expression,
  bound: ts.Expression,
  known: Known,
  scope: Scope,
): void {
  // The bound is read once more: only what does nothing may be.
  if (!isInert(bound) || isNoNumber(subject)) return;
  const value = lowering.evaluate(bound, scope);
  const limit = asNumber(value);
  if (limit === undefined) {
    if (value.kind === 'number') {
      narrowTo(lowering, subject, value.node.range, known, scope);
      if (known.relation === '>' && value.node.range.low >= 0) narrow(lowering, subject, 0, known, scope);
    }
    if (value.kind === 'input' || value.kind === 'number')
      keepFromZero(lowering, subject, { bound, value }, known, scope);
    return learnOrder(lowering, keyOf(lowering, subject, scope), keyOf(lowering, bound, scope), known);
  }
  const size = absoluteOf(subject);
  if (size === undefined) return narrow(lowering, subject, limit, known, scope);
  const isApart = known.relation === '≠' ? limit === 0 : known.relation === '>' ? limit >= 0 : limit > 0;
  if (isApart && !['<', '<='].includes(known.relation))
    narrow(lowering, size, 0, { ...known, relation: '≠' }, scope);
}

const isNoNumber = ({ kind }: ts.Expression): boolean =>
  kind === SyntaxKind.NullKeyword ||
  kind === SyntaxKind.StringLiteral ||
  kind === SyntaxKind.TypeOfExpression;

/** `Math.abs(x)`: x. */
function absoluteOf(expression: ts.Expression): ts.Expression | undefined {
  if (!isCallExpression(expression) || expression.arguments.length !== 1) return undefined;
  const { expression: callee } = expression;
  const isAbsolute =
    isPropertyAccessExpression(callee) &&
    callee.name.text === 'abs' &&
    isIdentifier(callee.expression) &&
    callee.expression.text === 'Math';
  return isAbsolute ? expression.arguments[0] : undefined;
}

/** `this.count`, `options.window.length`. */
function isField(expression: ts.Expression): boolean {
  if (!isPropertyAccessExpression(expression)) return false;
  const holder = unwrapped(expression.expression);
  return holder.kind === SyntaxKind.ThisKeyword || isIdentifier(holder) || isField(holder);
}

const EXTREMES = /^Math\.(?:max|min|abs)$/;

/** `values[i]` of a list under a name: of what lists in lists hold nothing would tell when that is assigned. */
const isElementOfList = (expression: ts.Expression): boolean =>
  isElementAccessExpression(expression) &&
  isIdentifier(expression.expression) &&
  isInert(expression.argumentExpression);

/** What does nothing but give a value, and is quickly read once more. */
export function isInert(expression: ts.Expression): boolean {
  if (isIdentifier(expression) || isNumericLiteral(expression)) return true;
  if (expression.kind === SyntaxKind.ThisKeyword) return true;
  if (isWrapping(expression) || isPropertyAccessExpression(expression)) return isInert(expression.expression);
  if (isElementAccessExpression(expression))
    return isInert(expression.expression) && isInert(expression.argumentExpression);
  if (isPrefixUnaryExpression(expression))
    return expression.operator === SyntaxKind.MinusToken && isInert(expression.operand);
  if (isCallExpression(expression))
    return EXTREMES.test(expression.expression.getText()) && expression.arguments.every(isInert);
  return (
    isBinaryExpression(expression) &&
    expression.operatorToken.kind < SyntaxKind.FirstAssignment &&
    isInert(expression.left) &&
    isInert(expression.right)
  );
}

function narrow(
  lowering: Lowering,
  subject: ts.Expression,
  limit: number | undefined,
  known: Known,
  scope: Scope,
): void {
  if (limit === undefined) return;
  // Under its identity the number is known to whoever else holds it.
  const key = keyOf(lowering, subject, scope);
  learn(lowering, key, known, limit);
  if (known.relation === '>' && limit >= 0) learnOfLarger(lowering, key, known.mayBeNaN);
  const seen = isIdentifier(subject) ? scope.lookUp(subject.text) : comparedValue(subject);
  learnOfTensor(lowering, seen, known, limit);
  learn(lowering, sizeKey(seen), known, limit);
  if (seen?.kind === 'number' && isNegative(known, limit)) seen.learnAbsence?.();
  if (known.relation === '=') learnRank(lowering, subject, limit, scope);
  if (!isIdentifier(subject)) return learnOfInput(lowering, subject, limit, known, scope);
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  if (holder === undefined || value === undefined) return;
  const other = otherChoice(value, limit, known);
  if (other !== undefined) lowering.journal.write(holder.variables, subject.text, other);
  const number = asNumberValue(lowering, value);
  const node = number && narrowed(number.node, known, limit);
  if (node !== undefined) lowering.journal.write(holder.variables, subject.text, { ...number!, node });
}

const isNegative = ({ relation }: Known, limit: number): boolean =>
  (relation === '<' && limit <= 0) || ((relation === '<=' || relation === '=') && limit < 0);

/** Of `this.count` nothing but its use shows that it is a number: what is known of it waits for that. */
function learnOfInput(
  lowering: Lowering,
  subject: ts.Expression,
  limit: number,
  known: Known,
  scope: Scope,
): void {
  if (!isField(subject) && !isElementOfList(subject)) return;
  const value = lowering.evaluate(subject, scope);
  if (value.kind === 'input') learn(lowering, identity(value), known, limit);
}

/** Of the default of an option, on the way that it does not choose: a number that does. Who runs it may choose that. */
function otherChoice(value: Value, limit: number, { relation }: Known): Value | undefined {
  if (value.kind !== 'constant' || value.byDefault !== true || typeof value.value !== 'number')
    return undefined;
  const choices = [value.value, limit, limit + (limit >= 1 ? ONE_MORE : SHARE), limit - SHARE];
  const chosen = choices.find((choice) => isIn(relation, choice, limit))!;
  if (chosen === value.value) return undefined;
  value.asked?.add(chosen);
  return { ...value, value: chosen };
}

/** Most options that are off at 0 are shares, those that are off at 1 or more count something. */
const SHARE = 0.5;
const ONE_MORE = 1;

/**
 * What is not below a number is not below the least that this may be. Only said of a variable that has no end on that
 * side, as a running maximum, which begins with -Infinity, and of one that it keeps from 0.
 */
function narrowTo(
  lowering: Lowering,
  subject: ts.Expression,
  { low, high, mayBeNaN }: Range,
  { relation }: Known,
  scope: Scope,
): void {
  const isAbove = relation === '>' || relation === '>=';
  if (mayBeNaN || !isIdentifier(subject) || (!isAbove && relation !== '<' && relation !== '<=')) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  if (holder === undefined || value?.kind !== 'number') return;
  const { range } = value.node;
  const tighter = isAbove
    ? isLoose(-range.low, -low) && interval(low, Infinity, 'bound')
    : isLoose(range.high, high) && interval(-Infinity, high, 'bound');
  const inside = tighter === false ? undefined : intersectRanges(range, withNaN(tighter, range.mayBeNaN));
  if (inside !== undefined)
    lowering.journal.write(holder.variables, subject.text, {
      ...value,
      node: withFacts(value.node, { range: inside }),
    });
}

/** No end on a side where the limit has one; or 0 lies within it, and not within the limit. */
const isLoose = (end: number, limit: number): boolean =>
  limit !== Infinity && (end === Infinity || (limit < -UNDERFLOWN && end >= 0));

/** Less than this is what underflows of something that is assumed, and no limit. */
const UNDERFLOWN = 1e-30;

/**
 * What is 0 here, as an option may be, and asked to be above another number, such as a step: then it is not. So it is with a
 * count of which callers say how many there have to be, and with a norm that is above the limit they choose, or above a small
 * part of another number.
 */
function keepFromZero(
  lowering: Lowering,
  subject: ts.Expression,
  limit: { readonly bound: ts.Expression; readonly value: Value },
  { relation }: Known,
  scope: Scope,
): void {
  if (!isIdentifier(subject) || (relation !== '>' && relation !== '>=')) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  const isOption = asNumber(value) === 0 && isParameterOf(holder!.owner, subject.text);
  const isCount = value?.kind === 'number' && mayStayZero(growthOf(value.node));
  const isSize = value?.kind === 'number' && value.node.range.low >= 0 && relation === '>';
  const isAsked =
    isGiven(limit.value) &&
    (isCount || (isSize && isLimit(limit.bound, asNumberValue(lowering, limit.value) ?? limit.value)));
  if (!isOption && !isAsked && !(isSize && isTolerance(lowering, limit.bound, scope))) return;
  const node =
    value?.kind === 'number' ? value.node : lowering.builder.constant(0, 'number', spanOf(subject));
  const apart: NumberValue = {
    kind: 'number',
    node: withFacts(node, { attributes: { ...node.attributes, ...NON_ZERO } }),
  };
  lowering.journal.write(holder!.variables, subject.text, apart);
}

/** `1e-9 * scale`: a small part of what the numbers are, which whoever writes so takes to be above 0. */
function isTolerance(lowering: Lowering, bound: ts.Expression, scope: Scope): boolean {
  if (isWrapping(bound)) return isTolerance(lowering, bound.expression, scope);
  if (!isBinaryExpression(bound) || bound.operatorToken.kind !== SyntaxKind.AsteriskToken) return false;
  return [bound.left, bound.right].some((factor) => {
    const share = asNumber(lowering.evaluate(factor, scope));
    return share !== undefined && share > 0 && share <= LARGEST_TOLERANCE;
  });
}

const LARGEST_TOLERANCE = 1e-3;

/** A number that the code is handed. */
const isGiven = (bound: Value): boolean =>
  bound.kind === 'input' || (bound.kind === 'number' && bound.node.op === 'input');

/** Only of a parameter there may be another number than the one that is known. */
const isParameterOf = (owner: ts.Node | undefined, name: string): boolean =>
  owner !== undefined &&
  isFunctionLike(owner) &&
  owner.parameters.some((parameter) => namesIn(parameter.name).includes(name));

function asNumberValue(lowering: Lowering, value: Value): NumberValue | undefined {
  if (value.kind === 'number') return value;
  return value.kind === 'input' && value.claim?.kind === 'number'
    ? asNumberInput(lowering, value)
    : undefined;
}
