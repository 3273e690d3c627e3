/** Sums of several terms and products of several factors, however they are nested. */
import { operandNodes, type Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, producer } from './patterns.js';

export interface Term {
  readonly sign: 1 | -1;
  readonly node: Node;
}

/** Sums are taken apart this deep. */
const DEPTH = 4;

/** The terms of a sum, through moves of single elements; a product with a negative number is a negative term. */
export function signedTerms(node: Node | undefined, sign: 1 | -1 = 1, depth = 0): Term[] {
  const made = producer(node);
  if (made === undefined) return [];
  const opposite = sign === 1 ? -1 : 1;
  const [a, b] = [operandOf(made, 'a'), operandOf(made, 'b')];
  if (depth < DEPTH && isOp(made, 'add', 'sub')) {
    const second = made.op === 'add' ? sign : opposite;
    return [...signedTerms(a, sign, depth + 1), ...signedTerms(b, second, depth + 1)];
  }
  const factor = made.op === 'mul' ? (constantOf(b) ?? constantOf(a)) : undefined;
  return [{ sign: factor !== undefined && factor < 0 ? opposite : sign, node: made }];
}

/** The factors of a product of JavaScript numbers, `product * l[i] * l[i]` has three; taken apart as deep as told. */
export const numberFactors = (node: Node, depth = Infinity): readonly Node[] =>
  isOp(node, 'js.mul') && depth > 0
    ? operandNodes(node).flatMap((factor) => numberFactors(factor, depth - 1))
    : [node];

/** The terms of a sum of JavaScript numbers, taken apart as deep as told. */
export const numberTerms = (node: Node, depth: number): readonly Node[] =>
  isOp(node, 'js.add') && depth > 0
    ? operandNodes(node).flatMap((term) => numberTerms(term, depth - 1))
    : [node];

/** The y of `2 · y` and `-2 · y`. */
export function doubled(node: Node): Node | undefined {
  if (!isOp(node, 'mul')) return undefined;
  return eitherOrder(node).find(([factor]) => Math.abs(constantOf(factor) ?? 0) === 2)?.[1];
}

/** The factors of a dot product, as `matMul`, `dot` or the sum of a product. */
export function dotFactors(node: Node | undefined): readonly [Node, Node] | undefined {
  const made = producer(node);
  const inner = isOp(made, 'sum') ? producer(operandOf(made, 'x')) : made;
  if (!isOp(inner, 'matMul', 'dot', 'mul')) return undefined;
  const a = operandOf(inner, 'a') ?? operandOf(inner, 't1');
  const b = operandOf(inner, 'b') ?? operandOf(inner, 't2');
  return a === undefined || b === undefined ? undefined : [a, b];
}

/** The factors of the dot product in `lengths.sub(dot.mul(2))`, a squared distance written out. */
export function crossFactors(difference: Node): readonly [Node, Node] | undefined {
  const product = difference.op === 'sub' ? producer(operandOf(difference, 'b')) : undefined;
  return product && dotFactors(doubled(product));
}
