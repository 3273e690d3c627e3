/** Numbers that are replaced where they are NaN or Infinity: `a / b || 0`, `Number.isFinite(rate) ? rate : 0`. */
import { ts } from '../../source/typescript.js';
import { isWrapping, wrapped } from '../../source/wrappings.js';
import type { Node } from '../node.js';
import { placeWritten } from '../written.js';
import { referencesBehind } from './references.js';

/** What the code that takes a number asks of it: `finite` catches Infinity too. */
export type Caught = 'NaN' | 'finite';

const known = new WeakMap<ts.Expression, Caught | null>();

/** Whether the source puts something else in the place of what an operation on JavaScript numbers gives, where it is not finite. */
export function caughtAs(node: Node): Caught | undefined {
  const place = placeWritten(node);
  if (place === undefined) return undefined;
  const before = known.get(place);
  if (before !== undefined) return before ?? undefined;
  const caught = caughtAt(place);
  known.set(place, caught ?? null);
  return caught;
}

function caughtAt(place: ts.Expression): Caught | undefined {
  const { parent } = place;
  if (ts.isConditionalExpression(parent) && parent.condition !== place)
    return askedIn(parent.condition, place.getText()) ?? caughtAt(parent);
  // What stands in a test itself is only asked.
  if (ts.isCallExpression(parent))
    return TESTS.get(nameOf(parent.expression)) ?? (isOfMath(parent) ? caughtAt(parent) : undefined);
  if (ts.isBinaryExpression(parent)) {
    const { left, operatorToken, right } = parent;
    if (operatorToken.kind === ts.SyntaxKind.BarBarToken)
      return left === place && isReplacement(parent) ? 'NaN' : caughtAt(parent);
    if (operatorToken.kind === ts.SyntaxKind.EqualsToken && right === place && ts.isIdentifier(left))
      return caughtUnderName(left);
    return ARITHMETIC.has(operatorToken.kind) ? caughtAt(parent) : undefined;
  }
  if (ts.isVariableDeclaration(parent)) return caughtUnderPattern(parent.name, undefined);
  if (ts.isArrayLiteralExpression(parent)) return caughtInList(parent, parent.elements.indexOf(place));
  if (ts.isArrowFunction(parent)) return caughtInCallback(parent);
  if (ts.isReturnStatement(parent)) {
    const around = ts.findAncestor(parent, ts.isFunctionLike);
    return around !== undefined && isCallback(around) ? caughtInCallback(around) : undefined;
  }
  return isWrapping(parent) || ts.isPrefixUnaryExpression(parent) ? caughtAt(parent) : undefined;
}

const ARITHMETIC: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
]);

const isOfMath = ({ expression }: ts.CallExpression): boolean => nameOf(expression).startsWith('Math.');

const nameOf = (callee: ts.Expression): string => callee.getText().replaceAll(/\s/g, '');

/** `rate || 0` gives a number on; as a condition, or beside a text, it only asks or shows. */
function isReplacement({ right, parent }: ts.BinaryExpression): boolean {
  const around = isWrapping(parent) ? wrapped(parent).parent : parent;
  const isCondition =
    ts.isIfStatement(around) ||
    ts.isWhileStatement(around) ||
    (ts.isBinaryExpression(around) && LOGICAL.has(around.operatorToken.kind)) ||
    (ts.isPrefixUnaryExpression(around) && around.operator === ts.SyntaxKind.ExclamationToken);
  return !isCondition && !ts.isStringLiteralLike(right) && !ts.isTemplateExpression(right);
}

const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
]);

/** What the rest of the function does with a variable: every use of it is replaced, or stands behind a way out. */
function caughtUnderName(name: ts.Identifier): Caught | undefined {
  const uses = referencesBehind(name);
  const caught: Caught[] = [];
  let isOut = false;
  for (const use of uses) {
    const asked = testAround(use);
    const replaced = asked === undefined ? replacedAt(use) : undefined;
    if (asked !== undefined) {
      caught.push(asked);
      isOut ||= leavesOn(use, name.text);
    } else if (replaced !== undefined) caught.push(replaced);
    else if (!isOut && !isShown(use)) return undefined;
  }
  return caught.includes('finite') ? 'finite' : caught[0];
}

function caughtUnderPattern(name: ts.BindingName, index: number | undefined): Caught | undefined {
  if (ts.isIdentifier(name)) return index === undefined ? caughtUnderName(name) : caughtUnderList(name);
  const element = index !== undefined && ts.isArrayBindingPattern(name) ? name.elements[index] : undefined;
  return element && ts.isBindingElement(element) ? caughtUnderPattern(element.name, undefined) : undefined;
}

/** What a name is asked for by the test that it is the argument of, or compared with itself by. */
function testAround(use: ts.Identifier): Caught | undefined {
  const { parent } = use;
  if (ts.isCallExpression(parent) && parent.arguments[0] === use) return TESTS.get(nameOf(parent.expression));
  const isOfItself =
    ts.isBinaryExpression(parent) &&
    UNEQUAL.has(parent.operatorToken.kind) &&
    parent.left.getText() === parent.right.getText();
  if (isOfItself) return 'NaN';
  // A sum is finite where its terms are.
  const sum = ts.findAncestor(parent, ts.isCallExpression);
  return sum?.arguments[0] !== undefined && holdsOnlyTerms(sum.arguments[0], use)
    ? TESTS.get(nameOf(sum.expression))
    : undefined;
}

function holdsOnlyTerms(sum: ts.Expression, use: ts.Identifier): boolean {
  if (sum === use) return true;
  if (isWrapping(sum)) return holdsOnlyTerms(sum.expression, use);
  return (
    ts.isBinaryExpression(sum) &&
    ARITHMETIC.has(sum.operatorToken.kind) &&
    (holdsOnlyTerms(sum.left, use) || holdsOnlyTerms(sum.right, use))
  );
}

const TESTS: ReadonlyMap<string, Caught> = new Map([
  ['isNaN', 'NaN'],
  ['Number.isNaN', 'NaN'],
  ['isFinite', 'finite'],
  ['Number.isFinite', 'finite'],
]);

const UNEQUAL: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** `rate || 0`, `isNaN(rate) ? 0 : rate`: what goes on is another number. */
function replacedAt(use: ts.Expression): Caught | undefined {
  const { parent } = use;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.BarBarToken)
    return parent.left === use && isReplacement(parent) ? 'NaN' : undefined;
  const choice = ts.findAncestor(
    parent,
    (node) => ts.isConditionalExpression(node) || (ts.isStatement(node) && 'quit'),
  );
  return choice !== undefined && ts.isConditionalExpression(choice)
    ? askedIn(choice.condition, use.getText())
    : undefined;
}

/** What a condition asks of an expression. */
function askedIn(condition: ts.Expression, text: string): Caught | undefined {
  let caught: Caught | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments[0]?.getText() === text)
      caught ??= TESTS.get(nameOf(node.expression));
    if (
      ts.isBinaryExpression(node) &&
      UNEQUAL.has(node.operatorToken.kind) &&
      node.left.getText() === text &&
      node.right.getText() === text
    )
      caught ??= 'NaN';
    ts.forEachChild(node, visit);
  };
  visit(condition);
  return caught;
}

/** Whether the statement that asks leaves the function or the round, or gives the variable another value. */
function leavesOn(use: ts.Node, name: string): boolean {
  const asks = ts.findAncestor(use, (node) => ts.isIfStatement(node) || (ts.isBlock(node) && 'quit'));
  if (asks === undefined || !ts.isIfStatement(asks)) return false;
  let leaves = false;
  const visit = (node: ts.Node): void => {
    leaves ||=
      ts.isReturnStatement(node) ||
      ts.isThrowStatement(node) ||
      ts.isContinueStatement(node) ||
      ts.isBreakStatement(node) ||
      (ts.isBinaryExpression(node) &&
        node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
        node.left.getText() === name);
    if (!leaves && !ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(asks.thenStatement);
  return leaves;
}

/** `console.log(rate)`, `rate.toFixed(2)`: it is shown as it is, and nothing is computed with it. */
function isShown(use: ts.Node): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === 'toFixed';
  if (ts.isTemplateSpan(parent)) return true;
  return ts.isCallExpression(parent) && nameOf(parent.expression).startsWith('console.');
}

/** What is asked of an element of a list: `[x / length, y / length].map((one) => (Number.isFinite(one) ? one : 0))`. */
function caughtInList(list: ts.Expression, index: number): Caught | undefined {
  const { parent } = list;
  if (ts.isVariableDeclaration(parent)) return caughtUnderPattern(parent.name, index);
  const call = callOf(list);
  if (call === undefined) return undefined;
  return (
    replacedByCallback(call) ?? (KEEPING.has(nameOfMember(call)) ? caughtInList(call, index) : undefined)
  );
}

/** `list.map(…)` of a list. */
function callOf(list: ts.Expression): ts.CallExpression | undefined {
  const { parent } = list;
  const call =
    ts.isPropertyAccessExpression(parent) && parent.expression === list ? parent.parent : undefined;
  return call !== undefined && ts.isCallExpression(call) && call.expression === parent ? call : undefined;
}

/** Of what a callback gives the list is asked that is made of it: `values.map((value) => value / total).some(isNaN)`. */
const caughtInCallback = (callback: ts.ArrowFunction | ts.FunctionExpression): Caught | undefined =>
  isCallback(callback) ? caughtInList(callback.parent as ts.CallExpression, 0) : undefined;

const isCallback = (fn: ts.Node): fn is ts.ArrowFunction | ts.FunctionExpression =>
  (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) &&
  ts.isCallExpression(fn.parent) &&
  nameOfMember(fn.parent) === 'map';

const KEEPING: ReadonlySet<string> = new Set(['map', 'slice', 'reverse']);

const nameOfMember = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : '';

/** `list.map((one) => one || 0)`, `list.filter(Number.isFinite)`: what goes on has none of them. */
const replacedByCallback = (call: ts.CallExpression): Caught | undefined =>
  ['map', 'filter'].includes(nameOfMember(call)) ? askedByCallback(call) : undefined;

function askedByCallback({ arguments: [callback] }: ts.CallExpression): Caught | undefined {
  if (callback === undefined) return undefined;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return TESTS.get(nameOf(callback));
  const name = callback.parameters[0]?.name;
  if (name === undefined || !ts.isIdentifier(name)) return undefined;
  return caughtUnderName(name);
}

/** The same of a list under a name: `if (list.some(Number.isNaN)) return …`. */
function caughtUnderList(name: ts.Identifier): Caught | undefined {
  const caught: Caught[] = [];
  let isOut = false;
  for (const use of referencesBehind(name)) {
    const call = callOf(use);
    const replaced = call && replacedByCallback(call);
    const asked = call && ['some', 'every'].includes(nameOfMember(call)) ? askedByCallback(call) : undefined;
    const choice = asked === undefined ? undefined : ts.findAncestor(use, ts.isConditionalExpression);
    if (replaced !== undefined) caught.push(replaced);
    else if (asked !== undefined) {
      caught.push(asked);
      isOut ||= leavesOn(use, name.text) || choice !== undefined;
    } else if (!isOut && !isShown(use)) return undefined;
  }
  return caught[0];
}
