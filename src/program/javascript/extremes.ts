/** The largest and the smallest of many numbers, `Math.max` and `Math.min`: of a tensor, of a list, of what a loop has seen. */
import type { Attributes } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import { type Span, spanOf } from '../../source/span.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { extreme } from '../spread.js';
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

/** `Math.max(...values)` of a list of any length. */
export function extremeOfList(
  lowering: Lowering,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value | undefined {
  const [only] = args;
  const isExtreme = name === 'max' || name === 'min';
  if (!isExtreme || args.length !== 1 || only?.kind !== 'unknown' || only.spread === undefined)
    return undefined;
  const [spread] = ts.isCallExpression(place) ? place.arguments : [];
  const element = numberNode(lowering, only.spread, place);
  if (spread === undefined || !ts.isSpreadElement(spread) || element === undefined) return undefined;
  const unknown = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  const attributes = { ...unknown.attributes, ...extreme(name, spread.expression.getText()) };
  return { kind: 'number', node: withFacts(unknown, { range: element.range, attributes }) };
}

/** `top = Math.max(top, x)`, `values.reduce((a, b) => Math.max(a, b))`: of what it is the largest so far. */
export function runningExtreme(name: 'max' | 'min', place: ts.Node): Attributes {
  const given = ts.isCallExpression(place) ? place.arguments.map((argument) => argument.getText()) : [];
  const kept = keptAmong(given, place);
  const others = given.filter((text) => text !== kept);
  return given.length === 2 && others.length === 1 ? { ...extreme(name, others[0]!) } : {};
}

/** What is written back, or is first where it is handed on. The larger of two numbers, as such, is kept nowhere. */
function keptAmong([first]: readonly string[], { parent }: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(parent)) return undefined;
  if (!ts.isBinaryExpression(parent)) return first;
  return parent.operatorToken.kind === SyntaxKind.EqualsToken ? parent.left.getText() : undefined;
}
