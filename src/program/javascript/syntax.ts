import {
  forEachChild,
  isBinaryExpression,
  isCallExpression,
  isFunctionLike,
  isIdentifier,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isReturnStatement,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';

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
  const found = { returns: false, jumps: false, assigns: false };
  look(node, found);
  known.set(node, found);
  return found;
}

/** Only what is asked for is remembered: there are more nodes than questions. */
function look(node: ts.Node, found: { -readonly [Key in keyof Contents]: boolean }): void {
  found.returns ||= isReturnStatement(node);
  found.jumps ||= ts.isBreakOrContinueStatement(node);
  found.assigns ||= targetOf(node) !== undefined;
  forEachChild(node, (child) => {
    if (!isFunctionLike(child)) look(child, found);
  });
}

/** What a node itself assigns to: `x = 1`, `x += 1`, `x++`. */
export function targetOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (isPrefixUnaryExpression(node)) return isStep(node.operator) ? node.operand : undefined;
  return isBinaryExpression(node) && isAssignment(node.operatorToken.kind) ? node.left : undefined;
}

/** `++` and `--`. */
export const isStep = (operator: ts.SyntaxKind): boolean =>
  operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken;

/** Whether a node, or one somewhere in it, functions included, is such a one. */
export const holds = (node: ts.Node, isOne: (node: ts.Node) => boolean): boolean =>
  isOne(node) || forEachChild(node, (child) => holds(child, isOne) || undefined) === true;

/** What is called on an object, or run where a property of it is read or written. */
export type Method = ts.MethodDeclaration | ts.AccessorDeclaration;

export const isMethod = (node: ts.Node): node is Method =>
  ts.isMethodDeclaration(node) || ts.isAccessor(node);

const early = new WeakMap<ts.Block, boolean>();

/** Whether a body may return from within a statement, so that what stands behind does not always run. */
export function returnsEarly(body: ts.Block): boolean {
  const before = early.get(body);
  if (before !== undefined) return before;
  const found = body.statements.some((statement) => !isReturnStatement(statement) && mayReturn(statement));
  early.set(body, found);
  return found;
}

/** Whether a statement holds a `return` of the function that it stands in. Expressions hold none. */
function mayReturn(node: ts.Node): boolean {
  if (isReturnStatement(node)) return true;
  if (ts.isExpression(node) || isFunctionLike(node) || ts.isVariableStatement(node)) return false;
  return forEachChild(node, mayReturn) ?? false;
}

export const isAssignment = (operator: ts.SyntaxKind): boolean =>
  operator >= SyntaxKind.FirstAssignment && operator <= SyntaxKind.LastAssignment;

/**
 * The function on whose prototype a function stands: `F.prototype.m = function …`, `F.prototype = { m: … }`,
 * `Object.assign(F.prototype, { m: … })`.
 */
export function constructorNameOf(declaration: ts.FunctionLikeDeclaration): string | undefined {
  if (ts.isArrowFunction(declaration)) return undefined;
  const assigned = assignedTo(declaration);
  if (assigned !== undefined && isPropertyAccessExpression(assigned))
    return prototypeOwner(assigned.expression);
  const holder = ts.isPropertyAssignment(declaration.parent) ? declaration.parent.parent : declaration.parent;
  if (!ts.isObjectLiteralExpression(holder)) return undefined;
  const target = assignedTo(holder);
  if (target !== undefined) return prototypeOwner(target);
  const call = holder.parent;
  const isAssign =
    isCallExpression(call) && /^(?:Object\.assign|\$\.extend|_\.extend)$/.test(call.expression.getText());
  return isAssign ? prototypeOwner(call.arguments[0]) : undefined;
}

function assignedTo(node: ts.Node): ts.Expression | undefined {
  const { parent } = node;
  return isBinaryExpression(parent) &&
    parent.operatorToken.kind === SyntaxKind.EqualsToken &&
    parent.right === node
    ? parent.left
    : undefined;
}

/** `F` of `F.prototype`. */
function prototypeOwner(expression: ts.Expression | undefined): string | undefined {
  if (expression === undefined || !isPropertyAccessExpression(expression)) return undefined;
  return expression.name.text === 'prototype' && isIdentifier(expression.expression)
    ? expression.expression.text
    : undefined;
}

const compared = new WeakMap<ts.Node, ReadonlySet<string>>();

/** Names that an `if` of a body compares with a number that is written there. */
export function comparedInConditions(body: ts.Node): ReadonlySet<string> {
  const before = compared.get(body);
  if (before !== undefined) return before;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node)) noteCompared(node.expression, names);
    forEachChild(node, visit);
  };
  visit(body);
  compared.set(body, names);
  return names;
}

function noteCompared(condition: ts.Expression, names: Set<string>): void {
  if (!isBinaryExpression(condition)) return;
  const { left, operatorToken, right } = condition;
  if (isIdentifier(left) && isNumericLiteral(right) && ORDERINGS.has(operatorToken.kind))
    names.add(left.text);
}

/** `<` and the like. */
export const ORDERINGS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
]);

/** Operators that compare two values. */
export const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** A statement, or the block that it stands in. */
export const bodyAround = (statement: ts.Node): ts.Node =>
  ts.isBlock(statement.parent) ? statement.parent : statement;

/** Whether code elsewhere may call it: it is exported, or a public method of a class that is. */
export function isOffered(fn: ts.Node): boolean {
  const { parent } = fn;
  if (ts.isFunctionDeclaration(fn)) return hasModifier(fn, SyntaxKind.ExportKeyword);
  if (ts.isMethodDeclaration(fn))
    return (
      !ts.isPrivateIdentifier(fn.name) &&
      !hasModifier(fn, SyntaxKind.PrivateKeyword) &&
      !hasModifier(fn, SyntaxKind.ProtectedKeyword) &&
      ts.isClassLike(parent) &&
      hasModifier(parent, SyntaxKind.ExportKeyword)
    );
  return ts.isVariableDeclaration(parent) && hasModifier(parent.parent.parent, SyntaxKind.ExportKeyword);
}

const hasModifier = (node: ts.Node, modifier: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === modifier) ?? false);
