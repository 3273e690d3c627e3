import { intersectRanges, interval, withNaN, type Range } from '../facts/range.js';
import { ts } from '../source/typescript.js';
import { evaluate } from './expressions.js';
import { asNumberInput } from './inputs.js';
import type { Lowering } from './lowering.js';
import type { Scope } from './scope.js';
import { asNumber, present, type NumberValue, type Value } from './values.js';

/** Inside `if (n > 0)`, `n` is above 0: guards on JavaScript numbers narrow the variable in the branch they guard. */
export function refine(lowering: Lowering, condition: ts.Expression, holds: boolean, scope: Scope): void {
  if (ts.isParenthesizedExpression(condition)) return refine(lowering, condition.expression, holds, scope);
  if (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken) {
    return refine(lowering, condition.operand, !holds, scope);
  }
  if (ts.isIdentifier(condition)) {
    if (holds) settle(lowering, condition, scope);
    // A number that counts as true is not 0.
    return narrow(lowering, condition, 0, { relation: holds ? '≠' : '=', mayBeNaN: !holds }, scope);
  }
  if (!ts.isBinaryExpression(condition)) return;
  const operator = condition.operatorToken.kind;
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken && holds) {
    refine(lowering, condition.left, true, scope);
    refine(lowering, condition.right, true, scope);
    return;
  }
  if (operator === ts.SyntaxKind.BarBarToken && !holds) {
    refine(lowering, condition.left, false, scope);
    refine(lowering, condition.right, false, scope);
    return;
  }
  const relation = RELATIONS.get(operator);
  if (relation === undefined) return;
  const known = holds ? relation : OPPOSITE[relation];
  // Of NaN no order holds, and it is not equal to anything.
  const mayBeNaN = known === '≠' || (!holds && known !== '=');
  if (known === '≠' && isAbsence(condition.right)) settle(lowering, condition.left, scope);
  narrowBy(lowering, condition.left, condition.right, { relation: known, mayBeNaN }, scope);
  narrowBy(lowering, condition.right, condition.left, { relation: MIRRORED[known], mayBeNaN }, scope);
}

const isAbsence = (expression: ts.Expression): boolean =>
  expression.kind === ts.SyntaxKind.NullKeyword ||
  (ts.isIdentifier(expression) && expression.text === 'undefined');

/** A variable that is neither null nor undefined. */
function settle(lowering: Lowering, subject: ts.Expression, scope: Scope): void {
  if (!ts.isIdentifier(subject)) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  if (value?.optional === true) lowering.journal.write(holder!.variables, subject.text, present(value));
}

/** What holds of a number, if it is not NaN. */
interface Known {
  readonly relation: Relation;
  readonly mayBeNaN: boolean;
}

type Relation = '<' | '<=' | '>' | '>=' | '=' | '≠';

const RELATIONS: ReadonlyMap<ts.SyntaxKind, Relation> = new Map<ts.SyntaxKind, Relation>([
  [ts.SyntaxKind.LessThanToken, '<'],
  [ts.SyntaxKind.LessThanEqualsToken, '<='],
  [ts.SyntaxKind.GreaterThanToken, '>'],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>='],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '='],
  [ts.SyntaxKind.EqualsEqualsToken, '='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '≠'],
  [ts.SyntaxKind.ExclamationEqualsToken, '≠'],
]);

const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=': '≠',
  '≠': '=',
};
const MIRRORED: Readonly<Record<Relation, Relation>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '≠': '≠',
};

/** The value, known not to be 0: what `x || 1` gives where it gives x. */
export function nonZero(value: Value): Value {
  if (value.kind !== 'number') return value;
  const range = within(value.node.range, { relation: '≠', mayBeNaN: false }, 0);
  return range === undefined ? value : { ...value, node: { ...value.node, range } };
}

function narrowBy(
  lowering: Lowering,
  subject: ts.Expression,
  bound: ts.Expression,
  known: Known,
  scope: Scope,
): void {
  // The bound is read once more: only what does nothing may be.
  if (!ts.isIdentifier(subject) || !isInert(bound)) return;
  narrow(lowering, subject, asNumber(evaluate(lowering, bound, scope)), known, scope);
}

function isInert(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression) || ts.isNumericLiteral(expression)) return true;
  if (ts.isParenthesizedExpression(expression) || ts.isPropertyAccessExpression(expression))
    return isInert(expression.expression);
  if (ts.isPrefixUnaryExpression(expression))
    return expression.operator === ts.SyntaxKind.MinusToken && isInert(expression.operand);
  return (
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind < ts.SyntaxKind.FirstAssignment &&
    isInert(expression.left) &&
    isInert(expression.right)
  );
}

function narrow(
  lowering: Lowering,
  subject: ts.Identifier,
  limit: number | undefined,
  known: Known,
  scope: Scope,
): void {
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  if (holder === undefined || value === undefined || limit === undefined) return;
  const number = asNumberValue(lowering, value);
  if (number === undefined) return;
  const range = within(number.node.range, known, limit);
  if (range !== undefined)
    lowering.journal.write(holder.variables, subject.text, { ...number, node: { ...number.node, range } });
}

function within(range: Range, { relation, mayBeNaN }: Known, limit: number): Range | undefined {
  const inside = allowed(relation, limit, range);
  return inside && intersectRanges(range, withNaN(inside, mayBeNaN));
}

/** An end that belongs to the branch is met there; of one that does not, nothing says that anything comes near. */
function allowed(relation: Relation, limit: number, range: Range): Range | undefined {
  switch (relation) {
    case '<':
      return interval(-Infinity, limit === 0 ? -TINY : limit, ['declared', 'bound']);
    case '<=':
      return interval(-Infinity, limit, 'declared');
    case '>':
      return interval(limit === 0 ? TINY : limit, Infinity, ['bound', 'declared']);
    case '>=':
      return interval(limit, Infinity, 'declared');
    case '=':
      return interval(limit, limit, 'declared');
    case '≠':
      return limit === 0 && range.low === 0 ? interval(TINY, Infinity, ['bound', 'declared']) : undefined;
  }
}

const TINY = Number.MIN_VALUE;

function asNumberValue(lowering: Lowering, value: Value): NumberValue | undefined {
  if (value.kind === 'number') return value;
  return value.kind === 'input' && value.claim?.kind === 'number'
    ? asNumberInput(lowering, value)
    : undefined;
}
