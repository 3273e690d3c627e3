/** Where a gradient is taken by a list of variables: those that the loss depends on besides, and a loss that depends on none. */
import { opNamed } from '../../ops/table.js';
import { spanOf } from '../../source/span.js';
import {
  forEachChild,
  isIdentifier,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { wrapped } from '../../source/wrappings.js';
import { nameGivenTo, placeMade } from '../declared-name.js';
import { carriesToLoss, dependsOn, isMadeBefore, liveOperands } from '../gradient.js';
import type { Lowering } from '../lowering.js';
import { tensorSlice, type Gradient, type Node } from '../node.js';
import { nodesIn, type Value } from '../values.js';
import { variablesGiven } from './taken-gradients.js';

/** Notes at the call what is wrong with its list. */
export function lowerVariableList(
  lowering: Lowering,
  loss: Value,
  list: Value | undefined,
  place: ts.Node,
): void {
  const by = variablesGiven(list);
  const losses = nodesIn(loss);
  if (!isList(by) || by.length === 0 || losses.length === 0) return;
  const before = computedBefore(losses, by);
  if (before.length > 0) {
    lowering.builder.op(opNamed('optimizer.unconnected')!, { before }, {}, spanOf(place));
    return;
  }
  const gradient: Gradient = { by: 'variables', losses, outer: undefined, ran: losses[0]!.gradient?.ran };
  const left = new Map(
    variablesOnTape(gradient)
      .filter((node) => isTrainable(node) && !by.includes(node))
      .map((node) => [placeMade(node), node]),
  );
  const variables = [...left.values()].filter((variable) => staysAside(variable, place));
  if (variables.length === 0) return;
  lowering.builder.op(opNamed('optimizer.leftOut')!, { variables, losses }, {}, spanOf(place));
}

/** What was computed before the loss, where none of the variables gets into it in another way. */
function computedBefore(losses: readonly Node[], by: readonly Node[]): readonly Node[] {
  const gradient = losses[0]?.gradient;
  if (gradient?.ran === undefined || losses.some((loss) => dependsOn(gradient, loss) !== 'no')) return [];
  const isLive = by.some((variable) => carriesToLoss({ by, losses, outer: undefined }, variable));
  const holdsVariable = (node: Node): boolean =>
    tensorSlice(node).some((one) => one !== node && by.includes(one));
  return isLive
    ? losses.flatMap(tensorSlice).filter((node) => isMadeBefore(gradient, node) && holdsVariable(node))
    : [];
}

/** What was computed before the loss is constant to it. */
function variablesOnTape(gradient: Gradient): readonly Node[] {
  const seen = new Set<Node>();
  const open = [...gradient.losses];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.op !== 'variable' && !isMadeBefore(gradient, node)) open.push(...liveOperands(node));
  }
  return [...seen].filter(({ op }) => op === 'variable');
}

const isList = (by: Gradient['by']): by is readonly Node[] => Array.isArray(by);

const isTrainable = ({ attributes }: Node): boolean => attributes['trainable'] !== false;

/**
 * Whether the program only computes with a variable: it stands in no list, is handed to nobody who may keep it, and is
 * assigned nothing. Read off the file that makes it and the one that takes the gradient.
 */
function staysAside(variable: Node, place: ts.Node): boolean {
  const made = placeMade(variable);
  const name = made && nameGivenTo(made)?.replace(/^this\./, '');
  if (made === undefined || name === undefined || !/^[\w$#]+$/.test(name) || isFromElsewhere(made))
    return false;
  const declaration = ts.findAncestor(wrapped(made).parent, ts.isVariableDeclaration);
  const isLocal = declaration?.initializer === wrapped(made);
  if (isLocal && trainsAll(scopeOf(declaration))) return false;
  if (isLocal) return !isExported(declaration) && isOnlyComputedWith(scopeOf(declaration), name, true);
  const files = new Set([made.getSourceFile(), place.getSourceFile()]);
  if ([...files].some(trainsAll)) return false;
  return [...files].every((source) => isOnlyComputedWith(source, name, false));
}

/** Whether a gradient is taken without a list: by all variables that can be trained. */
function trainsAll(scope: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    found ||= ts.isCallExpression(node) && takesAll(node);
    if (!found) forEachChild(node, visit);
  };
  visit(scope);
  return found;
}

function takesAll({ expression, arguments: given }: ts.CallExpression): boolean {
  const name = isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  const place = Object.hasOwn(LIST_AT, name) ? LIST_AT[name] : undefined;
  return place !== undefined && given.length > 0 && given.length <= place;
}

/** Where the list of variables is among the arguments. */
const LIST_AT: Readonly<Record<string, number | undefined>> = {
  minimize: 2,
  variableGrads: 1,
  computeGradients: 1,
};

/** What a file was read from, or a caller handed over, is not meant to be trained here. */
function isFromElsewhere(made: ts.Node): boolean {
  const [given] = ts.isCallExpression(made) ? made.arguments : [];
  return given !== undefined && !ts.isCallExpression(given);
}

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
  if (!isLocal && (GATHERED.test(text) || text.includes(`'${name}'`))) return false;
  let isAside = true;
  const visit = (node: ts.Node): void => {
    const isNamed = isIdentifier(node) && node.text === name && isFieldName(node) !== isLocal;
    if (isNamed && !isDeclared(node) && !isUse(node)) isAside = false;
    if (isAside) forEachChild(node, visit);
  };
  visit(scope);
  return isAside;
}

/** Code that goes through all that an object holds. */
const GATHERED = /\bObject\.(?:values|entries|keys)\(|instanceof\s+(?:tf\.)?Variable\b/;

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

/** An operand of what is computed. */
function isUse(name: ts.Identifier): boolean {
  const whole = isPropertyAccessExpression(name.parent) && name.parent.name === name ? name.parent : name;
  const expression = wrapped(whole);
  const { parent } = expression;
  if (isPropertyAccessExpression(parent) && parent.expression === expression)
    return !CHANGING.has(parent.name.text);
  if (ts.isCallExpression(parent))
    return parent.expression !== expression && !ts.isExpressionStatement(parent.parent);
  return ts.isBinaryExpression(parent) && parent.left === expression && isMaking(parent.right);
}

const CHANGING: ReadonlySet<string> = new Set(['assign', 'trainable']);

const isMaking = (right: ts.Expression): boolean =>
  ts.isCallExpression(right) && /\bvariable\b/.test(right.expression.getText());
