/** Variables that the source only computes with: nothing ever trains them, and nothing sets them. */
import { isUnknown } from '../../ops/build.js';
import { opNamed } from '../../ops/table.js';
import {
  forEachChild,
  isIdentifier,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { wrapped } from '../../source/wrappings.js';
import { asPattern } from '../../source/words.js';
import { nameGivenTo, placeMade } from '../declared-name.js';
import { tensorSlice, type Node } from '../node.js';

/**
 * Whether a variable stands in no list, is handed to nobody who may keep it, and is assigned nothing, as the file says that makes
 * it. Where another file takes the gradient, others may list it.
 */
export function isSetAside(variable: Node, place: ts.Node): boolean {
  const made = placeMade(variable);
  const name = made && nameGivenTo(made)?.replace(/^this\./, '');
  if (made === undefined || name === undefined || !/^[\w$#]+$/.test(name)) return false;
  const file = made.getSourceFile();
  if (file !== place.getSourceFile() || !startsHere(variable)) return false;
  const declaration = ts.findAncestor(wrapped(made).parent, ts.isVariableDeclaration);
  const isLocal = declaration?.initializer === wrapped(made);
  if (isLocal && isExported(declaration)) return false;
  const scope = isLocal ? scopeOf(declaration) : file;
  return !trainsAll(scope) && isOnlyComputedWith(scope, name, isLocal);
}

/** Whether its first values are zeros, draws or numbers of the program: what was read or handed in may be meant to stay. */
const startsHere = (variable: Node): boolean =>
  tensorSlice(variable).every(
    ({ op, attributes }) => op !== 'input' && op !== 'unknown' && !isUnknown(attributes['values']),
  );

/** Whether a gradient is taken without a list, or by one that callers give: by all variables that can be trained. */
function trainsAll(scope: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    found ||= ts.isCallExpression(node) && takesAll(node);
    if (!found) forEachChild(node, visit);
  };
  visit(scope);
  return found;
}

function takesAll(call: ts.CallExpression): boolean {
  const { expression, arguments: given } = call;
  const name = isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  const place = LIST_AT.get(name);
  if (place === undefined || given.length === 0) return false;
  const list = given[place];
  return list === undefined || (isIdentifier(list) && (list.text === 'undefined' || isParameter(list)));
}

/** Where the list of variables is among the arguments. */
const LIST_AT: ReadonlyMap<string, number> = new Map([
  ['minimize', 2],
  ['variableGrads', 1],
  ['computeGradients', 1],
]);

const isParameter = ({ text, parent }: ts.Identifier): boolean =>
  ts.findAncestor(
    parent,
    (node) => ts.isFunctionLike(node) && node.parameters.some(({ name }) => name.getText() === text),
  ) !== undefined;

/** Where a local variable may be named. */
const scopeOf = (declaration: ts.Node): ts.Node =>
  ts.findAncestor(declaration.parent, ts.isFunctionLike) ?? declaration.getSourceFile();

/** What is exported may be listed elsewhere. */
function isExported({ parent: { parent: statement } }: ts.VariableDeclaration): boolean {
  const modifiers = ts.isVariableStatement(statement) ? statement.modifiers : undefined;
  return modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword) === true;
}

function isOnlyComputedWith(scope: ts.Node, name: string, isLocal: boolean): boolean {
  const { text } = scope.getSourceFile();
  if (GATHERED.test(text) || new RegExp(`['"\`]${asPattern(name)}['"\`]`).test(text)) return false;
  let isAside = true;
  const visit = (node: ts.Node): void => {
    const isNamed = isIdentifier(node) && node.text === name && isFieldName(node) !== isLocal;
    if (isNamed && !isDeclared(node) && !isUse(node)) isAside = false;
    if (isAside) forEachChild(node, visit);
  };
  visit(scope);
  return isAside;
}

/** Code that goes through all that an object holds, or through all variables there are. */
const GATHERED =
  /\bObject\.(?:values|entries|keys|assign|getOwnPropertyNames)\(|\bReflect\.ownKeys|\binstanceof\s+(?:tf\.)?Variable\b|registeredVariables|\bfor\s*\(\s*(?:const|let|var)\s+[\w$]+\s+in\b|\bthis\[/;

/** `b` of `this.b`, of `{ b: … }`, of a class that declares it, and of `const { b } = this`. */
function isFieldName(name: ts.Identifier): boolean {
  const { parent } = name;
  if (
    isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent)
  )
    return parent.name === name;
  return ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent);
}

function isDeclared(name: ts.Identifier): boolean {
  const { parent } = name;
  return (
    (ts.isPropertyDeclaration(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isVariableDeclaration(parent)) &&
    parent.name === name
  );
}

/** An operand of what TensorFlow.js computes; a helper may keep what it is handed. */
function isUse(name: ts.Identifier): boolean {
  const whole = isPropertyAccessExpression(name.parent) && name.parent.name === name ? name.parent : name;
  const expression = wrapped(whole);
  const { parent } = expression;
  if (isPropertyAccessExpression(parent) && parent.expression === expression)
    return !CHANGING.has(parent.name.text);
  if (ts.isCallExpression(parent)) return parent.expression !== expression && isCallOfOp(parent);
  return ts.isBinaryExpression(parent) && parent.left === expression && isMaking(parent.right);
}

/** `tf.add(x, w)`, `add(x, w)`, `x.add(w)`. */
function isCallOfOp({ expression }: ts.CallExpression): boolean {
  const name = isPropertyAccessExpression(expression) ? expression.name : expression;
  return isIdentifier(name) && opNamed(name.text) !== undefined;
}

const CHANGING: ReadonlySet<string> = new Set(['assign', 'trainable']);

const isMaking = (right: ts.Expression): boolean =>
  ts.isCallExpression(right) && /\bvariable\b/.test(right.expression.getText());
