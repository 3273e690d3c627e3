/**
 * `sin²((b - a) / 2) + cos(a) cos(b) sin²(c)`, the haversine of the angle between two places on a sphere: half of 1 less the
 * cosine of that angle, whatever a, b and c are. It is 0 where the places are one, and leaves [0, 1] only by its rounding.
 */
import { interval, intersectRanges, onlyValue, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { FEW_ROUNDINGS, input, same } from './same.js';
import { squareRoot } from './squares.js';

/** The sum of a and b, where it is one. */
export function haversine(a: Operand, b: Operand, range: Range): Range {
  if (!isHaversine(a, b) && !isHaversine(b, a)) return range;
  const share = interval(0, 1 + FEW_ROUNDINGS, 'attained', { mayBeNaN: range.mayBeNaN });
  const reach = intersectRanges({ ...range, reach: undefined }, share);
  return reach === undefined ? range : { ...range, lowBy: 'bound', highBy: 'bound', reach };
}

function isHaversine(ofLatitudes: Operand, rest: Operand): boolean {
  const half = halfOf(squaredSine(ofLatitudes));
  const [north, south] = half?.op === 'sub' ? [input(half, 'a'), input(half, 'b')] : [];
  if (north === undefined || south === undefined) return false;
  const factors = factorsOf(rest);
  const cosines = factors.filter(({ op }) => op === 'cos').map((cosine) => input(cosine, 'x'));
  const [one, other] = cosines;
  return (
    factors.length === 3 &&
    factors.some((factor) => squaredSine(factor) !== undefined) &&
    cosines.length === 2 &&
    ((same(one, north) && same(other, south)) || (same(one, south) && same(other, north)))
  );
}

/** The x of `square(sin(x))`. */
function squaredSine(operand: Operand): Operand | undefined {
  const sine = squareRoot(operand);
  return sine?.op === 'sin' ? input(sine, 'x') : undefined;
}

/** The x of `x / 2` and `x * 0.5`. */
function halfOf(operand: Operand | undefined): Operand | undefined {
  const [a, b] = operand === undefined ? [] : [input(operand, 'a'), input(operand, 'b')];
  if (a === undefined || b === undefined) return undefined;
  if (operand!.op === 'div') return onlyValue(b.range) === 2 ? a : undefined;
  if (operand!.op !== 'mul') return undefined;
  return onlyValue(b.range) === 0.5 ? a : onlyValue(a.range) === 0.5 ? b : undefined;
}

/** The factors of a product of three, however it is put together; a square is one. */
function factorsOf(product: Operand): readonly Operand[] {
  if (product.op !== 'mul' || squareRoot(product) !== undefined) return [product];
  return [input(product, 'a'), input(product, 'b')].flatMap((factor) =>
    factor === undefined ? [] : factorsOf(factor),
  );
}
