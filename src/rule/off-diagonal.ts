/** Sums over all pairs but those of a thing with itself, `weights.mul(tf.sub(1, tf.eye(n)))`: of two things there is a pair. */
import { operandNodes, slice, type Node } from '../program/node.js';
import { isOp, operandOf, producer } from './patterns.js';

/** Whether it adds up what is above 0, of the places that are left on or off a diagonal. */
export function isSumOffDiagonal(node: Node): boolean {
  const sum = producer(node);
  const summed = isOp(sum, 'sum', 'mean') ? producer(operandOf(sum, 'x')) : undefined;
  if (summed === undefined) return false;
  const factors = factorsOf(summed);
  const [masks, weights] = [factors.filter(isOfDiagonal), factors.filter((node) => !isOfDiagonal(node))];
  return masks.length === 1 && weights.every(isAboveZero);
}

function factorsOf(node: Node): readonly Node[] {
  if (!isOp(node, 'mul')) return [node];
  return [operandOf(node, 'a'), operandOf(node, 'b')]
    .map(producer)
    .flatMap((factor) => (factor === undefined ? [] : factorsOf(factor)));
}

/** `tf.eye(n)`, `tf.sub(1, tf.eye(n))`, `tf.eye(n).equal(0)`. */
function isOfDiagonal(mask: Node): boolean {
  if (mask.range.low < 0 || mask.range.high > 1) return false;
  const sources = slice(mask).filter((node) => operandNodes(node).length === 0);
  return sources.some(({ op }) => op === 'eye') && sources.every(({ op }) => SOURCES.has(op));
}

const SOURCES: ReadonlySet<string> = new Set(['eye', 'ones', 'constant']);

const isAboveZero = ({ range }: Node): boolean =>
  range.low > 0 || (range.low === 0 && range.lowBy === 'bound');
