/** How near to 0 a value may come where its range goes through 0: a range has no gaps. */
import { interval, intersectRanges, withNaN, type Range } from '../facts/range.js';
import type { Operand } from './row.js';
import { DEPTH, FEW_ROUNDINGS } from './relations/same.js';

/** The least |cos(x)| of all finite float32, found by asking each of them: at 7.73e28. No odd multiple of pi / 2 is one. */
const LEAST_COSINE = 1.6e-9;

/** The least |x| of the values of an operand; 0 where nothing is known. */
export function leastMagnitude({ op, operands, range }: Operand, depth = DEPTH): number {
  const inner = (name: string): number => {
    const operand = operands[name];
    return operand === undefined || Array.isArray(operand) || depth === 0
      ? 0
      : leastMagnitude(operand as Operand, depth - 1);
  };
  switch (op) {
    case 'cos':
      return LEAST_COSINE;
    case 'neg':
    case 'abs':
      return inner('x');
    case 'square':
      return Math.fround(inner('x') ** 2);
    case 'mul':
      return Math.fround(inner('a') * inner('b'));
    default:
      return Math.max(range.low, -range.high, 0);
  }
}

/** A range of numbers of one sign that stay so far away from 0, but for what rounding takes. */
export const awayFromZero = (range: Range, least: number): Range => {
  if (!(least > 0 && range.low >= 0)) return range;
  const away = interval(least * (1 - FEW_ROUNDINGS), Infinity, 'bound');
  return intersectRanges(range, withNaN(away, range.mayBeNaN)) ?? range;
};
