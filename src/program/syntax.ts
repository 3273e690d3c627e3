import { ts } from '../source/typescript.js';

/** What stands somewhere in a piece of code, not counting the functions in it. */
export interface Contents {
  readonly returns: boolean;
  /** `break` or `continue`. */
  readonly jumps: boolean;
  /** An assignment or `++`. */
  readonly assigns: boolean;
}

const known = new WeakMap<ts.Node, Contents>();

export function contentsOf(node: ts.Node): Contents {
  const before = known.get(node);
  if (before !== undefined) return before;
  const found = {
    returns: ts.isReturnStatement(node),
    jumps: ts.isBreakOrContinueStatement(node),
    assigns: assigns(node),
  };
  ts.forEachChild(node, (child) => {
    if (ts.isFunctionLike(child)) return;
    const inner = contentsOf(child);
    found.returns ||= inner.returns;
    found.jumps ||= inner.jumps;
    found.assigns ||= inner.assigns;
  });
  known.set(node, found);
  return found;
}

function assigns(node: ts.Node): boolean {
  if (ts.isPostfixUnaryExpression(node)) return true;
  if (ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  return ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind);
}

/** Whether a body may return from within a statement, so that what stands behind does not always run. */
export function returnsEarly(body: ts.Block): boolean {
  return body.statements.some(
    (statement) => !ts.isReturnStatement(statement) && contentsOf(statement).returns,
  );
}

export const isAssignment = (operator: ts.SyntaxKind): boolean =>
  operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
