/** Tensors that grow against each other, and were meant to: by what was done before, or by what is done with the result. */
import { sameSize, shareName } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { reducedOf, REDUCTIONS, sameAxes } from './axes.js';
import { isOp, operandOf, producer } from './patterns.js';
import type { Site } from './site.js';

/** `picture.add(mask.mul(colour))` of a mask [H, W, 1] and three numbers: what comes of them has the axes of the picture. */
export function isLaidOverPicture(site: Site): boolean {
  const { shape } = site.node;
  if (!isOp(site.node, 'mul') || shape === undefined || shape.length < 3) return false;
  const fits = (other: Node): boolean =>
    other.id !== site.node.id &&
    other.shape?.length === shape.length &&
    other.shape.at(-1)!.size !== 1 &&
    shape.slice(0, -1).every(({ size }, axis) => sameSize(size, other.shape![axis]!.size));
  return site.users().some((user) => isOp(user, 'add', 'sub') && operandNodes(user).some(fits));
}

/**
 * `x.mul(w).sum(1, true).mul(u)`: what was added up along an axis is laid out along the same one again. Not what has a number for
 * each row itself: `pairs.mul(same).sum(1)` beside `pairs.max(1, true)`, where there are as many rows as columns.
 */
export const keptFor = (column: Node, vector: Node): boolean =>
  vector.shape?.length === 1 &&
  !isOfRows(vector, column) &&
  sameAxes(column).some((node) => {
    const last = operandOf(node, 'x')?.shape?.at(-1);
    const isKept = REDUCTIONS.has(node.op) && node.attributes['keepDims'] === true;
    const isLast = isKept && reducedOf(node)?.join() === String((node.shape?.length ?? 0) - 1);
    return isLast && last !== undefined && shareName(last.size, vector.shape![0]!.size);
  });

const isOfRows = (vector: Node, column: Node): boolean =>
  sameSize(vector.shape![0]!.size, column.shape?.[0]?.size ?? -1) &&
  sameAxes(vector).some((node) => {
    const rank = operandOf(node, 'x')?.shape?.length;
    return REDUCTIONS.has(node.op) && rank === 2 && reducedOf(node)?.join() === '1';
  });

/**
 * `tf.argMax(table, 0).equal(tf.range(0, n))`: whether the best of each column is the row of the same number, in a table that has as
 * many of both. That the default is another axis than meant, `default-axis` tells.
 */
export const isOnDiagonal = (best: Node, numbers: Node): boolean =>
  isOp(producer(best), 'argMax', 'argMin') && isOp(producer(numbers), 'range');
