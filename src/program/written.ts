import { ts } from '../source/typescript.js';
import type { Span } from '../source/span.js';
import type { Node } from './node.js';

interface Written {
  readonly call: ts.CallExpression;
  /** Parameter names in the order in which the call gives them. */
  readonly order: readonly string[];
  /** `x.log()`: the first of them is the receiver. */
  readonly chained: boolean;
}

const calls = new WeakMap<Node, Written>();
const operators = new WeakMap<Node, ts.BinaryExpression>();

/** Remembers how a call was written: messages speak of `std`, not of the expression that made it. */
export function rememberWriting(
  node: Node,
  place: ts.Node,
  order: readonly string[],
  chained: boolean,
): void {
  if (ts.isBinaryExpression(place)) operators.set(node, place);
  if (ts.isCallExpression(place)) calls.set(node, { call: place, order, chained });
}

/** Where the operand of an op stands in the source of the call; undefined where the call does not show it. */
export function writtenOperand(node: Node, operand: Node): Span | undefined {
  const operator = operators.get(node);
  // Of a number that is divided by itself the divisor is spoken of.
  if (operator !== undefined && operand === node.operands['b']) return placeOf(operator.right);
  if (operator !== undefined && operand === node.operands['a']) return placeOf(operator.left);
  const written = calls.get(node);
  if (written === undefined) return undefined;
  const parameter = Object.entries(node.operands).find(([, given]) => given === operand)?.[0];
  const expression =
    parameter === undefined ? undefined : argument(written, written.order.indexOf(parameter));
  return expression && placeOf(expression);
}

/** The expression of the source that makes a node, of an operator or a call. */
export const placeWritten = (node: Node): ts.Expression | undefined =>
  operators.get(node) ?? calls.get(node)?.call;

/** Where an argument of the call stands: of an operand, an axis, an option. */
export function writtenArgument(node: Node, parameter: string): Span | undefined {
  const written = calls.get(node);
  const expression = written && argument(written, written.order.indexOf(parameter));
  return expression && placeOf(expression);
}

function placeOf(expression: ts.Expression): Span {
  const file = expression.getSourceFile();
  return { file: file.fileName, start: expression.getStart(file), end: expression.end };
}

function argument({ call, chained }: Written, position: number): ts.Expression | undefined {
  if (position < 0 || call.arguments.some(ts.isSpreadElement)) return undefined;
  if (!chained) return call.arguments[position];
  if (position > 0) return call.arguments[position - 1];
  return ts.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
}
