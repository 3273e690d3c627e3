/** Where JavaScript takes a tensor, or the numbers that were read from one, for an array or a number that they are not. */
import { opNamed } from '../../ops/table.js';
import { isNameless, isSymbolic, sameSize, type Size } from '../../facts/shape.js';
import type { TensorUse } from '../../ops/implied.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping, unwrapped } from '../../source/wrappings.js';
import { sizeBehind } from '../builder.js';
import type { Lowering } from '../lowering.js';
import { operandNodes, type Node } from '../node.js';
import { flatSource } from '../read-back.js';
import { spanOf } from '../../source/span.js';
import { isTensorByName } from '../tensorflow/by-name.js';
import type { ArrayValue, NumberValue, TensorValue, UnknownValue, Value } from '../values.js';

/** Made by an op, not handed in: numbers and lists are taken for tensors too, and JavaScript can compute with them. */
export const isSurelyTensor = (value: Value | undefined): value is TensorValue =>
  value?.kind === 'tensor' && value.node.dtype !== 'number' && isMade(value.node);

/** `outputs.slice(1)` may as well be the rest of a list that a model gave. */
function isMade(node: Node): boolean {
  if (NOT_MADE.has(node.op) || isTensorByName(node)) return false;
  const [first] = operandNodes(node);
  return !OF_LISTS_TOO.has(node.op) || first === undefined || isMade(first);
}

const NOT_MADE: ReadonlySet<string> = new Set(['input', 'unknown', 'join', 'constant']);

const OF_LISTS_TOO: ReadonlySet<string> = new Set(['slice', 'reverse', 'concat']);

/** Leaves an op that says so; what comes of it is lost. */
export function misuse(lowering: Lowering, x: Node, use: TensorUse, place: ts.Node): UnknownValue {
  lowering.builder.op(opNamed('js.ofTensor')!, { x }, { use }, spanOf(place));
  return lowering.unknown('not a tensor');
}

/** `x.length` of a tensor, but where the code asks whether there is one. */
export function lengthOfTensor(
  lowering: Lowering,
  value: TensorValue,
  place: ts.Node,
): UnknownValue | undefined {
  return isSurelyTensor(value) && !isAsked(place) ? misuse(lowering, value.node, 'length', place) : undefined;
}

/** `x[0]` of a tensor. */
export function elementOfTensor(
  lowering: Lowering,
  value: TensorValue,
  index: Value,
  place: ts.Node,
): UnknownValue | undefined {
  return isPosition(index) && isSurelyTensor(value) && !isAsked(place)
    ? misuse(lowering, value.node, 'element', place)
    : undefined;
}

const isPosition = (index: Value): boolean =>
  index.kind === 'number' || (index.kind === 'constant' && typeof index.value === 'number');

/** `x[0] = 1` of a tensor; false where it may be a list. */
export function setsElementOfTensor(lowering: Lowering, value: Value, index: Value, place: ts.Node): boolean {
  if (!isPosition(index) || !isSurelyTensor(value)) return false;
  misuse(lowering, value.node, 'set', place);
  return true;
}

/** `values[i][j]` where `values` is flat. */
export function elementOfNumber(
  lowering: Lowering,
  { node }: NumberValue,
  place: ts.Node,
): UnknownValue | undefined {
  const x = flatSource(node);
  return x !== undefined && !isAsked(place) ? misuse(lowering, x, 'flat', place) : undefined;
}

/** `values[i * rows + j]` where `values` holds the rows of a matrix one behind the other: each has as many as there are columns. */
export function readByWrongSize(lowering: Lowering, list: ArrayValue, index: Value, place: ts.Node): void {
  const x = list.rest?.kind === 'number' ? flatSource(list.rest.node) : undefined;
  if (x?.shape?.length !== 2 || index.kind !== 'number') return;
  const [rows, columns] = x.shape.map(({ size }) => size);
  const stride = strideOf(index.node);
  // Of sizes that are written down, or that nothing is known of, nothing says which is meant.
  const isTold = isSymbolic(rows!) && !isNameless(columns!);
  if (stride === undefined || !isTold || !sameSize(stride, rows!) || sameSize(stride, columns!)) return;
  misuse(lowering, x, 'strided', place);
}

/** The size in `i * size + j`. */
function strideOf({ op, operands }: Node): Size | undefined {
  const factorsOf = (term: Node): Node[] => (term.op === 'js.mul' ? operandNodes(term) : []);
  return op === 'js.add'
    ? Object.values(operands)
        .flatMap((term) => factorsOf(term as Node))
        .map(sizeBehind)
        .find((size) => size !== undefined)
    : undefined;
}

/** `Math.max(...x.arraySync())` of a matrix, whose rows are lists, and `Math.sqrt(x.mean())` of a tensor. */
export function numberOfTensor(
  lowering: Lowering,
  args: readonly Value[],
  place: ts.Node,
): UnknownValue | undefined {
  for (const arg of args) {
    if (isSurelyTensor(arg)) return misuse(lowering, arg.node, 'number', place);
    const row = arg.kind === 'unknown' ? arg.spread : arg;
    const first = row?.kind === 'array' && row.elements.length > 1 ? row.elements[0] : undefined;
    const isRead = first?.kind === 'number' && first.node.op === 'js.element';
    if (isRead) return misuse(lowering, first.node.operands['x'] as Node, 'nested', place);
  }
  return undefined;
}

/** `sum + row` of a row of `x.arraySync()`: JavaScript makes a text of both. */
export function joinedWithRow(
  lowering: Lowering,
  a: Value,
  b: Value,
  place: ts.Node,
): UnknownValue | undefined {
  const [row, other] = a.kind === 'array' ? [a, b] : [b, a];
  const isNumber = other.kind === 'number' || (other.kind === 'constant' && typeof other.value === 'number');
  if (!isNumber || row.kind !== 'array' || row.typed !== undefined) return undefined;
  const { elements, rest } = row.of?.[0] ?? row;
  const first = elements[0] ?? rest;
  if (first?.kind !== 'number' || first.node.op !== 'js.element') return undefined;
  return misuse(lowering, first.node.operands['x'] as Node, 'joined', place);
}

/** Code that handles tensors and arrays alike asks which of them it has. */
function isAsked(place: ts.Node): boolean {
  const { parent } = place;
  if (isWrapping(parent)) return isAsked(parent);
  if (ts.isTypeOfExpression(parent) || ts.isIfStatement(parent)) return true;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === SyntaxKind.ExclamationToken;
  if (ts.isConditionalExpression(parent)) return parent.condition === place;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.questionDotToken !== undefined;
  return ts.isBinaryExpression(parent) && ASKING.has(parent.operatorToken.kind);
}

const ASKING: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.BarBarToken,
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** A call, or a constant of the function that is one, whichever way it goes. */
export function isMadeHere(expression: ts.Expression): boolean {
  if (isWrapping(expression)) return isMadeHere(expression.expression);
  if (ts.isCallExpression(expression)) return true;
  if (!ts.isIdentifier(expression)) return false;
  const around = ts.findAncestor(expression, ts.isFunctionLike) ?? expression.getSourceFile();
  const declared = constantsIn(around).filter(({ name }) => bindsName(name, expression.text));
  const [only, ...others] = declared;
  const made = only?.initializer;
  return others.length === 0 && made !== undefined && ts.isCallExpression(unwrapped(made));
}

const bindsName = (name: ts.BindingName, text: string): boolean =>
  ts.isIdentifier(name)
    ? name.text === text
    : name.elements.some((element) => ts.isBindingElement(element) && bindsName(element.name, text));

/** Constants that a function declares, not those of functions in it. */
function constantsIn(around: ts.Node): ts.VariableDeclaration[] {
  const found: ts.VariableDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && (node.parent.flags & ts.NodeFlags.Const) !== 0) found.push(node);
    ts.forEachChild(node, (child) => (ts.isFunctionLike(child) ? undefined : visit(child)));
  };
  visit(around);
  return found;
}
