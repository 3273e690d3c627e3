/** What a variable is said to hold that is declared without a value, and filled by code which runs later. */
import { forEachChild, isCallExpression, isIdentifier, SyntaxKind, ts } from '../../source/typescript.js';
import { isAssignment } from '../javascript/syntax.js';
import { claimOf, type TypeClaim } from './type-claims.js';
import { isInPattern } from './writes.js';

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
  /** What is assigned to each name; undefined where that is not written there, as in `[batch] = …`. */
  readonly assigned: ReadonlyMap<string, readonly (ts.Expression | undefined)[]>;
}

type Declaration = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement;

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);

const known = new WeakMap<ts.SourceFile, Variables>();

function variablesOf(source: ts.SourceFile): Variables {
  const before = known.get(source);
  if (before !== undefined) return before;
  const declarations = new Map<string, Declaration[]>();
  const assigned = new Map<string, (ts.Expression | undefined)[]>();
  const visit = (node: ts.Node): void => {
    if (isDeclaration(node) && isIdentifier(node.name)) add(declarations, node.name.text, node);
    else if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && isIdentifier(node.left))
      add(assigned, node.left.text, WHOLE.has(node.operatorToken.kind) ? node.right : undefined);
    else if (isIdentifier(node) && !ts.isBinaryExpression(node.parent) && isInPattern(node))
      add(assigned, node.text, undefined);
    forEachChild(node, visit);
  };
  visit(source);
  const found = { declarations, assigned };
  known.set(source, found);
  return found;
}

/** Assignments that leave what stands on the right, or what was there. */
const WHOLE: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.EqualsToken,
  SyntaxKind.QuestionQuestionEqualsToken,
  SyntaxKind.BarBarEqualsToken,
]);

function add<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

function claimOfAssigned(values: readonly (ts.Expression | undefined)[]): TypeClaim | undefined {
  const [rank, ...others] = values.filter((value) => value === undefined || !isAbsent(value)).map(rankOf);
  return rank !== undefined && others.every((other) => other === rank) ? { kind: 'tensor', rank } : undefined;
}

const isAbsent = (value: ts.Expression): boolean =>
  value.kind === SyntaxKind.NullKeyword || (isIdentifier(value) && value.text === 'undefined');

/** `tf.tensor2d(…)` */
function rankOf(value: ts.Expression | undefined): number | undefined {
  const callee = value !== undefined && isCallExpression(value) ? value.expression : undefined;
  if (callee === undefined || !ts.isPropertyAccessExpression(callee)) return undefined;
  const rank = /^tensor([1-6])d$/.exec(callee.name.text)?.[1];
  return rank === undefined ? undefined : Number(rank);
}
