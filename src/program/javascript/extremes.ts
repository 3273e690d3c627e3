/** The largest and the smallest of many numbers, `Math.max` and `Math.min`: of a tensor, of a list, of what a loop has seen. */
import { interval, withNaN } from '../../facts/range.js';
import type { Attributes } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import { type Span, spanOf } from '../../source/span.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { COUNTED, isMagnitude } from '../growth.js';
import { extreme, ofEach } from '../spread.js';
import { ofFilledCounts } from './filled-counts.js';
import { listComeBy } from '../whole-walks.js';
import { elementOf, elementsOf } from '../written-lists.js';
import { bodyAround, contentsOf, holds } from './syntax.js';
import type { Value } from '../values.js';
import { numberNode } from './arithmetic.js';

/** `Math.max(...x.dataSync())` is what `tf.max(x)` holds. */
export function extremeOf(
  lowering: Lowering,
  name: string,
  args: readonly Value[],
  span: Span,
): Value | undefined {
  const [only] = args;
  const spread = only?.kind === 'unknown' && args.length === 1 ? only.spread : undefined;
  const read = spread?.kind === 'number' && spread.node.op === 'js.element' ? spread.node : undefined;
  const row = name === 'max' || name === 'min' ? opNamed(name) : undefined;
  if (read === undefined || row === undefined) return undefined;
  const { builder } = lowering;
  const x = read.operands['x'] as Node;
  return {
    kind: 'number',
    node: builder.element(builder.op(row, { x }, { axis: null, keepDims: false }, span), span),
  };
}

/** What each element of a list of any length is, where that is all that is handed over: `...values`. */
function elementOfSpread(lowering: Lowering, args: readonly Value[], place: ts.Node): Node | undefined {
  const [only] = args;
  return args.length === 1 && only?.kind === 'unknown' && only.spread !== undefined
    ? numberNode(lowering, only.spread, place)
    : undefined;
}

/** `Math.max(...values)` of a list of any length. */
export function extremeOfList(
  lowering: Lowering,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value | undefined {
  if (name !== 'max' && name !== 'min') return undefined;
  const [spread] = ts.isCallExpression(place) ? place.arguments : [];
  const element = elementOfSpread(lowering, args, place);
  if (spread === undefined || !ts.isSpreadElement(spread)) return undefined;
  const isLost = element === undefined && args.length === 1 && args[0]!.kind === 'unknown';
  if (element === undefined && !isLost) return undefined;
  const unknown = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  if (element === undefined) return { kind: 'number', node: asExtreme(unknown, name, spread.expression) };
  // The largest of some magnitudes is 0 where all are, as in silence.
  const mayBeZero = name === 'max' && isMagnitude(element);
  const node = asExtreme(unknown, name, spread.expression, mayBeZero ? COUNTED : {});
  const { high, highBy, mayBeNaN } = element.range;
  const range = mayBeZero ? withNaN(interval(0, high, ['attained', highBy]), mayBeNaN) : element.range;
  const most = withFacts(node, { range });
  return { kind: 'number', node: mayBeZero ? ofFilledCounts(most, place) : most };
}

/** The number, which is the largest or smallest of a list as the source names it. */
function asExtreme(node: Node, name: 'max' | 'min', list: ts.Expression, more: Attributes = {}): Node {
  const attributes = {
    ...node.attributes,
    ...extreme(name, elementsOf(list)),
    ...ofEachList(name, list),
    ...more,
  };
  return withFacts(node, { attributes });
}

/**
 * `rows.map((row) => Math.max(...row))`: the largest of each of the rows; and of each of the columns,
 * `names.map((_, j) => Math.max(...rows.map((row) => row[j])))`.
 */
function ofEachList(name: 'max' | 'min', list: ts.Expression): Attributes {
  if (ts.isCallExpression(list)) return isColumn(list) ? ofEach(name, list.getText()) : {};
  const callback = ts.isIdentifier(list) ? ts.findAncestor(list, ts.isFunctionLike) : undefined;
  const call = callback?.parent;
  if (callback?.parameters[0]?.name.getText() !== list.getText() || !call || !ts.isCallExpression(call))
    return {};
  const { expression: callee } = call;
  const isMap = ts.isPropertyAccessExpression(callee) && callee.name.text === 'map';
  return isMap ? ofEach(name, elementsOf(callee.expression)) : {};
}

/** `rows.map((row) => row[j])`, where `j` is what a callback around it is handed. */
function isColumn({ expression, arguments: [callback], parent }: ts.CallExpression): boolean {
  const isMap = ts.isPropertyAccessExpression(expression) && expression.name.text === 'map';
  const element = callback !== undefined && ts.isArrowFunction(callback) ? callback.body : undefined;
  if (!isMap || element === undefined || !ts.isElementAccessExpression(element)) return false;
  const around = ts.findAncestor(parent, ts.isFunctionLike);
  const index = element.argumentExpression.getText();
  return around?.parameters.some((parameter) => parameter.name.getText() === index) === true;
}

/** `Math.hypot(...values)`, the length of a vector, which may be that of zeros. */
export function lengthOfList(
  lowering: Lowering,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value | undefined {
  const element = name === 'hypot' ? elementOfSpread(lowering, args, place) : undefined;
  if (element === undefined) return undefined;
  const unknown = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  const mayBeZero = element.range.low <= 0 && element.range.high >= 0;
  const range = interval(0, Infinity, [mayBeZero ? 'attained' : 'bound', 'bound']);
  const attributes = { ...unknown.attributes, ...(mayBeZero ? COUNTED : {}) };
  return {
    kind: 'number',
    node: withFacts(unknown, { range: withNaN(range, element.range.mayBeNaN), attributes }),
  };
}

/** `top = Math.max(top, x)`, `values.reduce((a, b) => Math.max(a, b))`: of what it is the largest so far. */
export function runningExtreme(name: 'max' | 'min', place: ts.Node): Attributes {
  const given = ts.isCallExpression(place) ? place.arguments : [];
  const kept = keptAmong(given, place);
  const others = given.filter((argument) => argument.getText() !== kept?.text);
  if (kept === undefined || given.length !== 2 || others.length !== 1) return {};
  const [other] = others as [ts.Expression];
  const loop = kept.loop;
  // Which indices a loop comes by, its elements do not tell.
  const of = loop === undefined || holds(other, ts.isElementAccessExpression) ? undefined : elementOf(other);
  // `most[j] = Math.max(most[j], row[j])`: of each of several lists.
  const isOfEach = kept.text.endsWith(']') && place.parent.kind === SyntaxKind.BinaryExpression;
  return {
    ...extreme(name, of ?? other.getText(), loop),
    ...(isOfEach ? ofEach(name, other.getText()) : {}),
  };
}

/** `if (x > top) top = x`, for each `x` of a list: of what it is the largest so far. */
export function extremeByComparison(value: Value, { left, right, parent }: ts.BinaryExpression): Value {
  const number = value.kind === 'input' && value.form.kind === 'number' ? value.form.value : value;
  if (number.kind !== 'number' || !ts.isIdentifier(left) || !ts.isExpressionStatement(parent)) return value;
  const branch = bodyAround(parent);
  const choice = branch.parent;
  if (!ts.isIfStatement(choice) || choice.thenStatement !== branch || choice.elseStatement !== undefined)
    return value;
  const name = whichIsKept(choice.expression, left.text, right.getText());
  const body = bodyAround(choice);
  const list = name && listComeBy(body, right);
  if (name === undefined || list === undefined) return value;
  const { node } = number;
  const attributes = { ...node.attributes, ...extreme(name, elementsOf(list), body.parent) };
  return { ...number, node: withFacts(node, { attributes }) };
}

/** Whether the larger or the smaller of two is kept. */
function whichIsKept(condition: ts.Expression, kept: string, other: string): 'max' | 'min' | undefined {
  if (!ts.isBinaryExpression(condition)) return undefined;
  const [left, right] = [condition.left.getText(), condition.right.getText()];
  const isTurned = left === kept && right === other;
  if (!isTurned && (left !== other || right !== kept)) return undefined;
  const relation = LARGER.get(condition.operatorToken.kind);
  if (relation === undefined) return undefined;
  return (relation === 'larger') !== isTurned ? 'max' : 'min';
}

const LARGER: ReadonlyMap<ts.SyntaxKind, 'larger' | 'smaller'> = new Map([
  [SyntaxKind.GreaterThanToken, 'larger'],
  [SyntaxKind.GreaterThanEqualsToken, 'larger'],
  [SyntaxKind.LessThanToken, 'smaller'],
  [SyntaxKind.LessThanEqualsToken, 'smaller'],
]);

/** What is written back, or is first where it is handed on. The larger of two numbers, as such, is kept nowhere. */
function keptAmong(
  [first]: readonly ts.Expression[],
  place: ts.Node,
): { readonly text: string; readonly loop: ts.Node | undefined } | undefined {
  const { parent } = place;
  if (ts.isVariableDeclaration(parent)) return undefined;
  if (!ts.isBinaryExpression(parent)) return first && { text: first.getText(), loop: reducing(first, place) };
  return parent.operatorToken.kind === SyntaxKind.EqualsToken
    ? { text: parent.left.getText(), loop: loopAround(place) }
    : undefined;
}

/** The call of `reduce` whose callback hands on the larger of what it was handed and the element. */
function reducing(kept: ts.Expression, place: ts.Node): ts.Node | undefined {
  const callback = ts.isReturnStatement(place.parent) ? place.parent.parent.parent : place.parent;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return undefined;
  const call = callback.parent;
  const isReduce =
    ts.isCallExpression(call) &&
    ts.isPropertyAccessExpression(call.expression) &&
    call.expression.name.text.startsWith('reduce');
  return isReduce && callback.parameters[0]?.name.getText() === kept.getText() ? call : undefined;
}

/** The loop or `forEach` that goes through a list, where each round comes by. */
function loopAround(place: ts.Node): ts.Node | undefined {
  const statement = place.parent.parent;
  const body = bodyAround(statement);
  const { parent } = body;
  const { jumps, returns } = contentsOf(body);
  if (!ts.isExpressionStatement(statement) || jumps || returns) return undefined;
  if (ts.isForOfStatement(parent)) return parent;
  const isCallback = ts.isArrowFunction(parent) || ts.isFunctionExpression(parent);
  return isCallback && ts.isCallExpression(parent.parent) ? parent.parent : undefined;
}
