/** What code only counts up: `this.step += 1`, `let t = 0; … t++`. It is no less than the least that it is ever set to. */
import {
  forEachChild,
  isBinaryExpression,
  isIdentifier,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { asPattern } from '../../source/words.js';
import { isAssignment } from '../javascript/syntax.js';
import { isInPattern } from './writes.js';

export interface Count {
  /** The least number that it is set to; Infinity where it is only added to. */
  readonly from: number;
  readonly isWhole: boolean;
  /** Whether it is only ever set to that number. */
  readonly isOnlySetTo: boolean;
  /** Where it is added to. */
  readonly steps: readonly ts.Node[];
}

/**
 * Whether the code at a place finds the count as it started when it is run for the first time: nothing but the method that it
 * stands in adds to it.
 */
export function startsAt(count: Count, place: ts.Node): boolean {
  const method = methodAround(place);
  if (method === undefined || !Number.isFinite(count.from) || !count.isOnlySetTo) return false;
  if (isConditional(place, method)) return false;
  return count.steps.every((step) => {
    const other = methodAround(step);
    // Another class may have a field of that name, unless it hands it down.
    return other === method || (isOwnField(step) && !isHandedDown(other?.parent, method.parent));
  });
}

/** Whether objects of the one class have the fields of the other: it is the same, or extends it. */
function isHandedDown(by: ts.Node | undefined, to: ts.Node, depth = 0): boolean {
  if (by === undefined || !ts.isClassLike(by) || !ts.isClassLike(to)) return by === to;
  const parent = to.heritageClauses?.find(({ token }) => token === SyntaxKind.ExtendsKeyword)?.types[0];
  if (by === to || parent === undefined || depth > MOST_CLASSES) return by === to;
  const above = to
    .getSourceFile()
    .statements.find((one) => ts.isClassLike(one) && one.name?.text === parent.expression.getText());
  return above !== undefined && isHandedDown(by, above, depth + 1);
}

/** Nobody extends classes so often. */
const MOST_CLASSES = 8;

/** Whether a condition decides that the place is reached: it may ask about what is set together with the count. */
function isConditional(place: ts.Node, method: ts.Node): boolean {
  for (let node = place; node !== method; node = node.parent)
    if (ts.isIfStatement(node.parent) || ts.isConditionalExpression(node.parent)) return true;
  let returns = false;
  const visit = (node: ts.Node): void => {
    if (node.pos >= place.pos || returns) return;
    if (ts.isReturnStatement(node) && node.end <= place.pos) returns = true;
    else if (node === method || !ts.isFunctionLike(node)) forEachChild(node, visit);
  };
  visit(method);
  return returns;
}

const isOwnField = (node: ts.Node): boolean =>
  isPropertyAccessExpression(node) && node.expression.kind === SyntaxKind.ThisKeyword;

function methodAround(node: ts.Node): ts.Node | undefined {
  const isOutside = (ancestor: ts.Node | undefined): boolean =>
    ancestor === undefined || ts.isClassLike(ancestor);
  let method: ts.Node | undefined = node;
  while (method !== undefined && !isOutside(method.parent)) method = method.parent;
  return method !== undefined && (ts.isMethodDeclaration(method) || ts.isAccessor(method))
    ? method
    : undefined;
}

/** What a variable `step` or a field `.step` is as a count; undefined if a file does something else with one of that name. */
export function countOf(source: ts.SourceFile, name: string): Count | undefined {
  const counts = known.get(source) ?? new Map<string, Count | undefined>();
  known.set(source, counts);
  if (!counts.has(name)) counts.set(name, isStepped(source, name) ? findCount(source, name) : undefined);
  return counts.get(name);
}

const known = new WeakMap<ts.SourceFile, Map<string, Count | undefined>>();

/** Most files add to nothing of that name, as their text tells. */
function isStepped({ text }: ts.SourceFile, name: string): boolean {
  const bare = asPattern(name.replace(/^\.?/, ''));
  return new RegExp(
    String.raw`(?<![\w$])${bare}\s*(?:\+\+|\+=|=[^=]*\+)|\+\+[\w$.#\s]*${bare}(?![\w$])`,
  ).test(text);
}

function findCount(source: ts.SourceFile, name: string): Count | undefined {
  const set: number[] = [];
  const steps: { readonly node: ts.Node; readonly by: number }[] = [];
  const others: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (isNamed(node, name)) {
      const write = writeTo(node, name);
      if (write === 'other') others.push(node);
      else if (write?.isStep === true) steps.push({ node, by: write.by });
      else if (write !== undefined) set.push(write.by);
    }
    forEachChild(node, visit);
  };
  visit(source);
  if (others.length > 0 || steps.length === 0) return undefined;
  return {
    from: Math.min(...set),
    isWhole: [...set, ...steps.map(({ by }) => by)].every(Number.isInteger),
    isOnlySetTo: set.every((one) => one === set[0]),
    steps: steps.map(({ node }) => node),
  };
}

/** The variable or field itself, or its name where it is declared. */
function isNamed(node: ts.Node, name: string): boolean {
  if (!name.startsWith('.')) return isIdentifier(node) && node.text === name && !isFieldName(node);
  if (isPropertyAccessExpression(node)) return node.name.text === name.slice(1);
  return (
    (isIdentifier(node) || ts.isPrivateIdentifier(node)) && node.text === name.slice(1) && isFieldName(node)
  );
}

/** A name that stands for a field: in a class, an object, or behind a dot. */
const isFieldName = ({ parent }: ts.Node): boolean =>
  ts.isPropertyDeclaration(parent) ||
  ts.isPropertyAssignment(parent) ||
  ts.isShorthandPropertyAssignment(parent) ||
  (ts.isParameter(parent) && parent.modifiers !== undefined);

type Write = { readonly isStep: boolean; readonly by: number } | 'other' | undefined;

/** What is written to it where it stands; undefined where it is read. */
function writeTo(node: ts.Node, name: string): Write {
  const { parent } = node;
  if (isPropertyAccessExpression(parent) && parent.name === node) return undefined;
  if (isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    if (parent.operator === SyntaxKind.PlusPlusToken) return { isStep: true, by: 1 };
    return parent.operator === SyntaxKind.MinusMinusToken ? 'other' : undefined;
  }
  if (isBinaryExpression(parent) && parent.left === node && isAssignment(parent.operatorToken.kind))
    return assigned(parent, name);
  const isDeclaring =
    ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isParameter(parent);
  if (isDeclaring && parent.name === node)
    return isFieldName(node) && parent.initializer !== undefined
      ? valueOf(parent.initializer, name)
      : undefined;
  if (ts.isShorthandPropertyAssignment(parent) && name.startsWith('.')) return 'other';
  return isInPattern(node) ? 'other' : undefined;
}

function assigned({ operatorToken, right }: ts.BinaryExpression, name: string): Write {
  if (operatorToken.kind === SyntaxKind.EqualsToken) return valueOf(right, name);
  const by = operatorToken.kind === SyntaxKind.PlusEqualsToken ? literal(right) : undefined;
  return by === undefined ? 'other' : { isStep: true, by };
}

/** A written number, or one more than it was. */
function valueOf(value: ts.Expression, name: string): Write {
  const number = literal(value);
  if (number !== undefined) return { isStep: false, by: number };
  const isSum = isBinaryExpression(value) && value.operatorToken.kind === SyntaxKind.PlusToken;
  const by = isSum && isNamed(value.left, name) ? literal(value.right) : undefined;
  return by === undefined ? 'other' : { isStep: true, by };
}

function literal(value: ts.Expression): number | undefined {
  if (isWrapping(value)) return literal(value.expression);
  return isNumericLiteral(value) ? Number(value.text) : undefined;
}
