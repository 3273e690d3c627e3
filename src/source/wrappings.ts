/** What is written around an expression and changes nothing of its value: parentheses, `!`, and what types claim of it. */
import { SyntaxKind, ts } from './typescript.js';

type Wrapping =
  | ts.ParenthesizedExpression
  | ts.NonNullExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.TypeAssertion;

const WRAPPINGS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.NonNullExpression,
  SyntaxKind.AsExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.TypeAssertionExpression,
]);

export const isWrapping = (node: ts.Node | undefined): node is Wrapping =>
  node !== undefined && WRAPPINGS.has(node.kind);

/** The expression without what is around it: `x` of `(x as tf.Tensor2D)!`. */
export function unwrapped(expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (isWrapping(inner)) inner = inner.expression;
  return inner;
}

/** The expression with all that is around it: `(x as tf.Tensor2D)!` of `x`. */
export function wrapped(expression: ts.Node): ts.Node {
  let outer = expression;
  while (isWrapping(outer.parent)) outer = outer.parent;
  return outer;
}
