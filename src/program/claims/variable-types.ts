/** What a variable is said to hold that is declared without a value, and filled by code which runs later. */
import { forEachChild, isCallExpression, isIdentifier, SyntaxKind, ts } from '../../source/typescript.js';
import { claimOf, type TypeClaim } from './type-claims.js';

/**
 * By its type, `let batch: tf.Tensor2D`, where one declaration of the file has this name; else by what the file assigns to it,
 * where that is a tensor of one rank all over, `batch = tf.tensor2d(rows)`.
 */
export function claimOfVariable(name: string, source: ts.SourceFile): TypeClaim | undefined {
  const type = typeOfVariable(name, source);
  if (type !== undefined) return claimOf(type, source);
  const { declarations, assigned } = variablesOf(source);
  return declarations.get(name)?.length === 1 ? claimOfAssigned(assigned.get(name) ?? []) : undefined;
}

/** The type that it is declared with, where one declaration of the file has this name. */
export function typeOfVariable(name: string, source: ts.SourceFile): ts.TypeNode | undefined {
  const [declaration, ...others] = variablesOf(source).declarations.get(name) ?? [];
  if (declaration === undefined || others.length > 0 || ts.isBindingElement(declaration)) return undefined;
  return declaration.type ?? ts.getJSDocType(declaration);
}

interface Variables {
  /** Parameters too, and what patterns declare: another variable may have the name. */
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>;
  readonly assigned: ReadonlyMap<string, readonly ts.Expression[]>;
}

type Declaration = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement;

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);

const known = new WeakMap<ts.SourceFile, Variables>();

function variablesOf(source: ts.SourceFile): Variables {
  const before = known.get(source);
  if (before !== undefined) return before;
  const declarations = new Map<string, Declaration[]>();
  const assigned = new Map<string, ts.Expression[]>();
  const visit = (node: ts.Node): void => {
    if (isDeclaration(node) && isIdentifier(node.name)) add(declarations, node.name.text, node);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.EqualsToken)
      if (isIdentifier(node.left)) add(assigned, node.left.text, node.right);
    forEachChild(node, visit);
  };
  visit(source);
  const found = { declarations, assigned };
  known.set(source, found);
  return found;
}

function add<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

function claimOfAssigned(values: readonly ts.Expression[]): TypeClaim | undefined {
  const [rank, ...others] = values.filter((value) => !isAbsent(value)).map(rankOf);
  return rank !== undefined && others.every((other) => other === rank) ? { kind: 'tensor', rank } : undefined;
}

const isAbsent = (value: ts.Expression): boolean =>
  value.kind === SyntaxKind.NullKeyword || (isIdentifier(value) && value.text === 'undefined');

/** `tf.tensor2d(…)` */
function rankOf(value: ts.Expression): number | undefined {
  const callee = isCallExpression(value) ? value.expression : undefined;
  if (callee === undefined || !ts.isPropertyAccessExpression(callee)) return undefined;
  const rank = /^tensor([1-6])d$/.exec(callee.name.text)?.[1];
  return rank === undefined ? undefined : Number(rank);
}
