/**
 * Tensors that are such by the names of their methods alone: other libraries have vectors, matrices and symbolic expressions with
 * an `add`, a `dot` and a `norm`, which may give numbers.
 */
import { ts } from '../../source/typescript.js';
import { operandNodes, type Node } from '../node.js';

/** By their operands, which a node shares with what a condition makes of it. */
const chained = new WeakSet<Node['operands']>();

/** Notes what a chained call gives where nothing around it speaks of tensors. */
export function noteChained(node: Node, place: ts.Node): void {
  if (!speaksOfTensors(place)) chained.add(node.operands);
}

/** Whether nothing but such names says that it is a tensor. */
export function isTensorByName(node: Node): boolean {
  if (node.op === 'join') return operandNodes(node).some(isTensorByName);
  if (!chained.has(node.operands) || !COMMON.has(node.op)) return false;
  return operandNodes(node).every((operand) => isUndescribed(operand) || isTensorByName(operand));
}

/** A number, or what was handed in or lost and has no type. */
const isUndescribed = ({ op, dtype, shape, attributes }: Node): boolean =>
  dtype === 'number' ||
  op === 'constant' ||
  ((op === 'input' || op === 'unknown') && shape === undefined && attributes['trained'] === undefined);

/** Ops by whose names others compute with vectors, matrices, big numbers and complex ones. */
const COMMON: ReadonlySet<string> = new Set([
  ...['add', 'sub', 'mul', 'div', 'mod', 'pow', 'dot', 'norm', 'neg', 'abs', 'sign', 'reciprocal'],
  ...['min', 'max', 'sum', 'mean', 'prod', 'floor', 'ceil', 'round', 'exp', 'expm1', 'log', 'log1p', 'sqrt'],
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
  ...['clone', 'transpose', 'equal', 'slice', 'concat', 'reverse'],
]);

const known = new WeakMap<ts.Node, boolean>();

/** Whether the outermost function around a place names the namespace, or something that only tensors have. */
function speaksOfTensors(place: ts.Node): boolean {
  const around = outermostFunction(place);
  const before = known.get(around) ?? OF_TENSORS.test(around.getFullText());
  known.set(around, before);
  return before;
}

function outermostFunction(place: ts.Node): ts.Node {
  let found: ts.Node | undefined;
  for (let node = place; node !== undefined; node = node.parent) if (ts.isFunctionLike(node)) found = node;
  return found ?? place;
}

const OF_TENSORS =
  /\btfc?\b|\b[Tt]ensor|\b(?:logits|labels|yTrue|yPred|preds?|predictions?|targets)\b|\.(?:matMul|dataSync|arraySync|shape|dispose|tidy|predict|square|expandDims|squeeze|toFloat|toInt|asType|asScalar|as1D|flatten|argMax|softmax|sigmoid|relu)\b/;
