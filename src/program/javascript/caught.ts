/** Numbers that are replaced where they are NaN or Infinity: `a / b || 0`, `Number.isFinite(rate) ? rate : 0`. */
import { ts } from '../../source/typescript.js';
import type { Node } from '../node.js';
import { placeWritten } from '../written.js';

/** What the code that takes a number asks of it: `finite` catches Infinity too. */
export type Caught = 'NaN' | 'finite';

/** Whether the source asks of what an operation on JavaScript numbers gives, or of what is computed from it there. */
export function caughtAs(node: Node): Caught | undefined {
  const place = placeWritten(node);
  return place && caughtAt(place);
}

function caughtAt(place: ts.Expression): Caught | undefined {
  const { parent } = place;
  if (ts.isConditionalExpression(parent) && parent.condition !== place)
    return askedBy(parent.condition, place.getText()) ?? caughtAt(parent);
  if (ts.isCallExpression(parent) && parent.arguments[0] === place && parent.arguments.length === 1)
    return TESTS.get(nameOf(parent.expression)) ?? (isOfMath(parent) ? caughtAt(parent) : undefined);
  if (ts.isBinaryExpression(parent)) {
    const { left, operatorToken } = parent;
    if (operatorToken.kind === ts.SyntaxKind.BarBarToken) return left === place ? 'NaN' : caughtAt(parent);
    if (operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(left))
      return askedLater(parent, left.text);
    return ARITHMETIC.has(operatorToken.kind) ? caughtAt(parent) : undefined;
  }
  if (ts.isVariableDeclaration(parent)) return askedOf(parent.name, parent);
  if (ts.isArrayLiteralExpression(parent)) return caughtInList(parent, parent.elements.indexOf(place));
  if (ts.isArrowFunction(parent)) return caughtInCallback(parent);
  if (ts.isReturnStatement(parent)) {
    const around = ts.findAncestor(parent, ts.isFunctionLike);
    return around !== undefined && isCallback(around) ? caughtInCallback(around) : undefined;
  }
  return ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isPrefixUnaryExpression(parent)
    ? caughtAt(parent)
    : undefined;
}

const TESTS: ReadonlyMap<string, Caught> = new Map([
  ['isNaN', 'NaN'],
  ['Number.isNaN', 'NaN'],
  ['isFinite', 'finite'],
  ['Number.isFinite', 'finite'],
]);

const ARITHMETIC: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
]);

const nameOf = (callee: ts.Expression): string => callee.getText().replaceAll(/\s/g, '');

const isOfMath = ({ expression }: ts.CallExpression): boolean => nameOf(expression).startsWith('Math.');

/** What the rest of the function asks of a variable. */
function askedLater(written: ts.Node, name: string): Caught | undefined {
  return askedBy(functionAround(written), name);
}

const functionAround = (place: ts.Node): ts.Node =>
  ts.findAncestor(place, ts.isFunctionLike) ?? place.getSourceFile();

/** What is asked of the name that a value is given, of those in a pattern if it stands at this place in a list. */
function askedOf(name: ts.BindingName, written: ts.Node, index?: number): Caught | undefined {
  if (ts.isIdentifier(name))
    return index === undefined ? askedLater(written, name.text) : askedOfElements(written, name.text);
  const element = index !== undefined && ts.isArrayBindingPattern(name) ? name.elements[index] : undefined;
  return element && ts.isBindingElement(element) ? askedOf(element.name, written) : undefined;
}

/** What is asked of an element of a list: `[x / length, y / length].map((one) => (Number.isFinite(one) ? one : 0))`. */
function caughtInList(list: ts.Expression, index: number): Caught | undefined {
  const { parent } = list;
  if (ts.isVariableDeclaration(parent)) return askedOf(parent.name, parent, index);
  const call = ts.isPropertyAccessExpression(parent) ? parent.parent : undefined;
  if (call === undefined || !ts.isCallExpression(call) || call.expression !== parent) return undefined;
  return askedByCallback(call) ?? (KEEPING.has(nameOfMember(call)) ? caughtInList(call, index) : undefined);
}

/** Of what a callback gives the list is asked that is made of it: `values.map((value) => value / total).some(isNaN)`. */
const caughtInCallback = (callback: ts.ArrowFunction | ts.FunctionExpression): Caught | undefined =>
  isCallback(callback) ? caughtInList(callback.parent as ts.CallExpression, 0) : undefined;

const isCallback = (fn: ts.Node): fn is ts.ArrowFunction | ts.FunctionExpression =>
  (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) &&
  ts.isCallExpression(fn.parent) &&
  nameOfMember(fn.parent) === 'map';

const KEEPING: ReadonlySet<string> = new Set(['map', 'slice', 'reverse', 'concat']);

const nameOfMember = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : '';

/** `list.every(Number.isFinite)`, `list.filter((one) => !isNaN(one))`. */
function askedByCallback({ arguments: [callback] }: ts.CallExpression): Caught | undefined {
  if (callback === undefined) return undefined;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return TESTS.get(nameOf(callback));
  const name = callback.parameters[0]?.name;
  return name && ts.isIdentifier(name) ? askedBy(callback.body, name.text) : undefined;
}

/** What the rest of the function asks of the elements of a list under a name. */
function askedOfElements(written: ts.Node, name: string): Caught | undefined {
  let caught: Caught | undefined;
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.expression.getText() === name
    )
      caught ??= askedByCallback(node);
    ts.forEachChild(node, visit);
  };
  visit(functionAround(written));
  return caught;
}

/** `isNaN(rate)`, `rate || 0`, `rate !== rate`, somewhere in a piece of source. */
function askedBy(where: ts.Node, text: string): Caught | undefined {
  let caught: Caught | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments.some((asked) => holds(asked, text)))
      caught = TESTS.get(nameOf(node.expression)) ?? caught;
    if (ts.isBinaryExpression(node) && node.left.getText() === text && asksForNaN(node)) caught ??= 'NaN';
    if (caught !== 'finite') ts.forEachChild(node, visit);
  };
  visit(where);
  return caught;
}

/** Whether an expression is another one, or has it in it: a sum is finite where its terms are. */
const holds = (node: ts.Node, text: string): boolean =>
  node.getText() === text || ts.forEachChild(node, (child) => holds(child, text)) === true;

const asksForNaN = ({ left, operatorToken: { kind }, right }: ts.BinaryExpression): boolean =>
  kind === ts.SyntaxKind.BarBarToken ||
  ((kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken) &&
    left.getText() === right.getText());
