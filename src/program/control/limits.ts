/** Limits that callers choose, as gradients are clipped where their norm is above one. */
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { holds } from '../javascript/syntax.js';
import type { Value } from '../values.js';

/** A parameter, a field or an option that nothing written says may be negative. Elements of data may be. */
export function isLimit(bound: ts.Expression, value: Value): boolean {
  if (pathOf(value)?.includes('[') !== false) return false;
  const range = value.kind === 'number' ? value.node.range : undefined;
  if (range?.lowBy === 'declared' && range.low < 0) return false;
  const name = nameOf(bound);
  return name !== undefined && !holds(whereNamed(bound), (place) => makesNegative(place, name));
}

/** Where a name means the same: of a variable in what stands around it, of a field anywhere. */
function whereNamed(bound: ts.Node): ts.Node {
  if (!ts.isIdentifier(bound)) return bound.getSourceFile();
  let around: ts.Node = bound;
  while (!ts.isSourceFile(around.parent)) around = around.parent;
  return around;
}

const pathOf = (value: Value): string | undefined =>
  value.kind === 'input'
    ? value.name
    : value.kind === 'number'
      ? String(value.node.attributes['path'])
      : undefined;

/** `limit` of `limit` and of `this.options.limit!`. */
function nameOf(expression: ts.Node): string | undefined {
  if (isWrapping(expression)) return nameOf(expression.expression);
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

/** Whether what has that name is given a negative number there: `private best = -Infinity`, `{ limit: -1 }`. */
function makesNegative(place: ts.Node, name: string): boolean {
  if (ts.isBinaryExpression(place)) {
    const isAssigned = place.operatorToken.kind === SyntaxKind.EqualsToken && nameOf(place.left) === name;
    return isAssigned && isNegative(place.right);
  }
  const isGiven =
    ts.isPropertyDeclaration(place) ||
    ts.isPropertyAssignment(place) ||
    ts.isParameter(place) ||
    ts.isBindingElement(place) ||
    ts.isVariableDeclaration(place);
  return (
    isGiven && place.initializer !== undefined && nameOf(place.name) === name && isNegative(place.initializer)
  );
}

/** `-1`, `given ?? -1`. */
const isNegative = (expression: ts.Expression): boolean =>
  ts.isBinaryExpression(expression)
    ? isNegative(expression.right)
    : ts.isPrefixUnaryExpression(expression) && expression.operator === SyntaxKind.MinusToken;
