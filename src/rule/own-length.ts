/** Coordinates that are divided by their own length: `x / Math.hypot(x, y)`. */
import { isCompared } from '../program/apart.js';
import { slice, type Node } from '../program/node.js';
import { constantOf, isOp, operandOf, sameValue } from './patterns.js';

/** Whether a JavaScript number is one of those whose squares the other is the root of: both are 0 for a vector of zeros. */
export function isOwnLength(part: Node | undefined, length: Node): boolean {
  const coordinate = isOp(part, 'js.neg') ? operandOf(part!, 'x') : part;
  const coordinates = coordinatesOf(length);
  return (
    coordinate !== undefined &&
    ![coordinate, length].some(isCompared) &&
    coordinates.some((one) => sameValue(one, coordinate)) &&
    coordinates.every(mayBeZeroWithOthers)
  );
}

/** Draws are never all 0, nor are a sine and its cosine; and code that compares a coordinate has asked before. */
const mayBeZeroWithOthers = (coordinate: Node): boolean =>
  !slice(coordinate).some((node) => isCompared(node) || isOp(node, 'js.random', 'js.sin', 'js.cos'));

function coordinatesOf(length: Node): Node[] {
  if (isOp(length, 'js.hypot')) {
    // Of more than two the first ones are the length of a vector themselves.
    return [operandOf(length, 'a'), operandOf(length, 'b')].flatMap((side) =>
      side === undefined ? [] : isOp(side, 'js.hypot') ? coordinatesOf(side) : [side],
    );
  }
  const squares = isOp(length, 'js.sqrt') ? operandOf(length, 'x') : undefined;
  return squares === undefined ? [] : rootsOf(squares);
}

/** The terms of a sum that are squares, each as what it is the square of. */
function rootsOf(sum: Node): Node[] {
  const [a, b] = [operandOf(sum, 'a'), operandOf(sum, 'b')];
  if (a === undefined || b === undefined) return [];
  if (isOp(sum, 'js.add')) return [...rootsOf(a), ...rootsOf(b)];
  const isSquare = isOp(sum, 'js.mul') ? sameValue(a, b) : isOp(sum, 'js.pow') && constantOf(b) === 2;
  return isSquare ? [a] : [];
}
