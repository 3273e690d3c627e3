/** Questions that several rules ask of the graph. Each is about values, so spelling and syntax play no part. */
import { isTrainable, operandNodes, type Node } from '../program/node.js';
import { isLayerResult } from '../program/layers/model-results.js';

/** The operand of this name, if it is one tensor. */
export function operandOf(node: Node | undefined, name: string): Node | undefined {
  const found = node?.operands[name];
  return found === undefined || Array.isArray(found) ? undefined : (found as Node);
}

/** Ops that hand single values on unchanged: an element of the result is an element of the operand. */
const MOVING: ReadonlySet<string> = new Set([
  'reshape',
  'squeeze',
  'expandDims',
  'transpose',
  'slice',
  'gather',
  'clone',
  'cast',
  'tile',
  'reverse',
  'broadcastTo',
  'flatten',
  'stridedSlice',
]);

/** The op that computed the values, seen through ops that only move them. */
export function producer(node: Node | undefined): Node | undefined {
  let current = node;
  while (current !== undefined && (MOVING.has(current.op) || current.op.startsWith('slice'))) {
    current = operandOf(current, 'x');
  }
  return current;
}

export function isOp(node: Node | undefined, ...ops: readonly string[]): node is Node {
  return node !== undefined && ops.includes(node.op);
}

/** The number that every element is, if it is one. */
export function constantOf(node: Node | undefined): number | undefined {
  if (node === undefined) return undefined;
  if (node.op === 'constant' && typeof node.attributes['value'] === 'number') return node.attributes['value'];
  return node.range.low === node.range.high && !node.range.mayBeNaN ? node.range.low : undefined;
}

export const isConstant = (node: Node | undefined, value: number): boolean => constantOf(node) === value;

/**
 * The number that arithmetic on constants comes to before anything is rounded to float32: 1.0000000001 for
 * `tf.scalar(1e-10).add(1)`, whose value is 1. Undefined where something else takes part.
 */
export function exactConstant(node: Node | undefined, depth = 0): number | undefined {
  if (node === undefined || depth > 4) return undefined;
  if (node.op === 'constant')
    return typeof node.attributes['value'] === 'number' ? node.attributes['value'] : undefined;
  if (node.op === 'scalar') return exactConstant(operandOf(node, 'value'), depth + 1);
  if (['ones', 'onesLike', 'zeros', 'zerosLike'].includes(node.op)) return node.range.low;
  const [a, b] = [
    exactConstant(operandOf(node, 'a'), depth + 1),
    exactConstant(operandOf(node, 'b'), depth + 1),
  ];
  if (a === undefined || b === undefined) return undefined;
  switch (node.op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    default:
      return undefined;
  }
}

/**
 * The raw score of a linear layer, through biases, scalings and activations that keep the sign: a product with a trainable
 * weight, negative as often as positive.
 */
export function isRawScore(node: Node | undefined, depth = 0): boolean {
  const made = producer(node);
  if (made === undefined || depth > 6 || made.range.low >= 0) return false;
  switch (made.op) {
    case 'neg':
    case 'leakyRelu':
    case 'elu':
    case 'selu':
    case 'tanh':
      return isRawScore(operandOf(made, 'x'), depth + 1);
    case 'add':
    case 'sub':
      return ['a', 'b'].some((name) => isRawScore(operandOf(made, name), depth + 1));
    case 'mul':
    case 'div':
      return isRawScore(operandOf(made, 'a'), depth + 1);
    case 'input':
      return made.attributes['score'] === true;
    default:
      return LINEAR.has(made.op) && operandNodes(made).some(isTrained);
  }
}

/** What a model is trained towards, as the loss or the metric that it is compiled with is given it, or its size. */
export function isLabel(node: Node | undefined): boolean {
  const made = producer(node);
  if (made === undefined) return false;
  return made.op === 'abs' ? isLabel(operandOf(made, 'x')) : made.attributes['label'] === true;
}

const LINEAR: ReadonlySet<string> = new Set([
  'matMul',
  'dot',
  'conv1d',
  'conv2d',
  'conv3d',
  'depthwiseConv2d',
  'conv2dTranspose',
]);

/** A variable that training changes as it pleases, at any of its elements: made here, or one by its type. */
export function isTrained(node: Node | undefined): boolean {
  const made = producer(node);
  if (made?.op === 'input') return made.attributes['trained'] === true && !isLayerResult(made);
  return made !== undefined && isTrainable(made);
}

/** The two operands of an op, in both orders: for `1 + x` and `x + 1` alike. */
export function eitherOrder(node: Node): readonly (readonly [Node, Node])[] {
  const a = operandOf(node, 'a');
  const b = operandOf(node, 'b');
  return a === undefined || b === undefined
    ? []
    : [
        [a, b],
        [b, a],
      ];
}

/** `1 + y`, in either order: y. */
export function onePlus(node: Node | undefined): Node | undefined {
  if (!isOp(node, 'add', 'js.add')) return undefined;
  for (const [one, other] of eitherOrder(node))
    if (isConstant(one, 1) && constantOf(other) === undefined) return other;
  return undefined;
}

/** `1 - y`: y. */
export function oneMinus(node: Node | undefined): Node | undefined {
  return isOp(node, 'sub', 'js.sub') && isConstant(operandOf(node, 'a'), 1)
    ? operandOf(node, 'b')
    : undefined;
}

/** `y - 1`, also as `y + (-1)`: y. */
export function minusOne(node: Node | undefined): Node | undefined {
  if (isOp(node, 'sub', 'js.sub') && isConstant(operandOf(node, 'b'), 1)) return operandOf(node, 'a');
  if (!isOp(node, 'add', 'js.add')) return undefined;
  for (const [one, other] of eitherOrder(node)) if (isConstant(one, -1)) return other;
  return undefined;
}

/** `-y`, also as `y * -1` and `0 - y`: y. */
export function negated(node: Node | undefined): Node | undefined {
  if (isOp(node, 'neg')) return operandOf(node, 'x');
  if (isOp(node, 'sub') && isConstant(operandOf(node, 'a'), 0)) return operandOf(node, 'b');
  if (!isOp(node, 'mul')) return undefined;
  for (const [factor, other] of eitherOrder(node)) if (isConstant(factor, -1)) return other;
  return undefined;
}

/** `y²`, as square, `y * y` or pow 2: y. */
export function squareRoot(node: Node | undefined): Node | undefined {
  if (isOp(node, 'square')) return operandOf(node, 'x');
  if (isOp(node, 'pow') && isConstant(operandOf(node, 'exp'), 2)) return operandOf(node, 'base');
  if (isOp(node, 'js.pow') && isConstant(operandOf(node, 'b'), 2)) return operandOf(node, 'a');
  if (isOp(node, 'mul', 'js.mul') && sameValue(operandOf(node, 'a'), operandOf(node, 'b')))
    return operandOf(node, 'a');
  return undefined;
}

/** True when the two nodes are certain to hold the same values: one node, or the same op on the same values. */
export function sameValue(a: Node | undefined, b: Node | undefined, depth = 0): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.id === b.id) return true;
  if (depth > 6) return false;
  const opaque =
    ['input', 'unknown', 'join', 'js.element', 'js.random'].includes(a.op) ||
    a.op.startsWith('random') ||
    a.op === 'dropout' ||
    a.op === 'multinomial';
  if (a.op !== b.op || opaque || a.output !== b.output) return false;
  if (JSON.stringify(a.attributes) !== JSON.stringify(b.attributes)) return false;
  const names = Object.keys(a.operands);
  return (
    names.length === Object.keys(b.operands).length &&
    names.every((name) => sameValue(operandOf(a, name), operandOf(b, name), depth + 1))
  );
}

/** Ops on the way from `node` up to its producers, through arithmetic with constants and guards, nearest first. */
export function arithmeticChain(node: Node | undefined, limit = 6): Node[] {
  const chain: Node[] = [];
  let current = node;
  while (current !== undefined && chain.length < limit) {
    chain.push(current);
    current = nextInChain(current);
  }
  return chain;
}

function nextInChain(node: Node): Node | undefined {
  const op = node.op.replace(/^js\./, '');
  if (MOVING.has(op) || ['neg', 'clipByValue', 'relu', 'abs', 'sqrt', 'element'].includes(op))
    return operandOf(node, 'x');
  if (!['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'max', 'min'].includes(op)) return undefined;
  const a = operandOf(node, 'a');
  const b = operandOf(node, 'b');
  if (constantOf(b) !== undefined) return a;
  return constantOf(a) !== undefined ? b : undefined;
}
