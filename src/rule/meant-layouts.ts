/** Tensors that grow against each other, and were meant to: by what was done before, or by what is done with the result. */
import { sameSize, shareName } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { reducedOf, REDUCTIONS, sameAxes } from './axes.js';
import { eitherOrder, isOp, operandOf, producer, sameValue } from './patterns.js';
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
 * `table.argMax(0).equal(own)` beside `table.argMax(1).equal(own)`, where `own` counts: whether the best of each column is the row of
 * the same number, and the other way round, in a table that has as many of both.
 */
export function isOnDiagonal(site: Site, best: Node, numbers: Node): boolean {
  const extreme = producer(best);
  if (site.node.op !== 'equal' || !isExtreme(extreme) || producer(numbers)?.op !== 'range') return false;
  return site.nodes.some(
    (node) =>
      node.op === 'equal' &&
      eitherOrder(node).some(
        ([one, other]) => sameValue(other, numbers) && isOtherWay(producer(one), extreme),
      ),
  );
}

const isExtreme = (node: Node | undefined): node is Node => isOp(node, 'argMax', 'argMin');

const isOtherWay = (one: Node | undefined, other: Node): boolean =>
  isExtreme(one) &&
  one.attributes['axis'] !== other.attributes['axis'] &&
  sameValue(operandOf(one, 'x'), operandOf(other, 'x'));
