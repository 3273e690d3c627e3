/** Where code writes to a variable or a field other than by `name = value`. */
import { isBinaryExpression, SyntaxKind, ts } from '../../source/typescript.js';

/** `[step, loss] = …`, `({ step } = …)`, `for (step of …)`, `delete state.step`. */
export function isInPattern(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isDeleteExpression(parent)) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (isBinaryExpression(parent))
    return parent.left === node && parent.operatorToken.kind === SyntaxKind.EqualsToken;
  return PATTERNS.has(parent.kind) && isInPattern(parent);
}

const PATTERNS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ArrayLiteralExpression,
  SyntaxKind.ObjectLiteralExpression,
  SyntaxKind.PropertyAssignment,
  SyntaxKind.ShorthandPropertyAssignment,
  SyntaxKind.SpreadElement,
]);
