import { intersectRanges, interval } from '../facts/range.js';
import { ts } from '../source/typescript.js';
import { evaluate } from './expressions.js';
import { asNumberInput } from './inputs.js';
import type { Lowering } from './lowering.js';
import type { Scope } from './scope.js';
import { asNumber, type NumberValue, type Value } from './values.js';

/** Inside `if (n > 0)`, `n` is above 0: guards on JavaScript numbers narrow the variable in the branch they guard. */
export function refine(lowering: Lowering, condition: ts.Expression, holds: boolean, scope: Scope): void {
  if (ts.isParenthesizedExpression(condition)) return refine(lowering, condition.expression, holds, scope);
  if (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken) {
    return refine(lowering, condition.operand, !holds, scope);
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
  narrow(lowering, condition.left, condition.right, holds ? relation : OPPOSITE[relation], scope);
  narrow(lowering, condition.right, condition.left, MIRRORED[holds ? relation : OPPOSITE[relation]], scope);
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

const OPPOSITE: Readonly<Record<Relation, Relation>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '≠', '≠': '=' };
const MIRRORED: Readonly<Record<Relation, Relation>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '≠': '≠' };

function narrow(lowering: Lowering, subject: ts.Expression, bound: ts.Expression, relation: Relation, scope: Scope): void {
  if (!ts.isIdentifier(subject)) return;
  const holder = scope.find(subject.text);
  const value = holder?.variables.get(subject.text);
  const limit = asNumber(evaluate(lowering, bound, scope));
  if (holder === undefined || value === undefined || limit === undefined) return;
  const number = asNumberValue(lowering, value);
  if (number === undefined) return;
  const { range } = number.node;
  const tiny = Number.MIN_VALUE;
  const inside =
    relation === '<' ? interval(-Infinity, limit === 0 ? -tiny : limit, 'declared')
    : relation === '<=' ? interval(-Infinity, limit, 'declared')
    : relation === '>' ? interval(limit === 0 ? tiny : limit, Infinity, 'declared')
    : relation === '>=' ? interval(limit, Infinity, 'declared')
    : relation === '=' ? interval(limit, limit, 'declared')
    : limit === 0 && range.low === 0 ? interval(tiny, Infinity, 'declared')
    : undefined;
  if (inside === undefined) return;
  const narrowed = intersectRanges(range, inside);
  if (narrowed === undefined) return;
  lowering.journal.write(holder.variables, subject.text, { ...number, node: { ...number.node, range: narrowed } });
}

function asNumberValue(lowering: Lowering, value: Value): NumberValue | undefined {
  if (value.kind === 'number') return value;
  return value.kind === 'input' && value.claim?.kind === 'number' ? asNumberInput(lowering, value) : undefined;
}
