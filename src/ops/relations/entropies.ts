/** Terms of an entropy, `p log p`: however small p is, they are no less than -1/e. */
import type { Range } from '../../facts/range.js';
import { atLeast } from '../../facts/range-ends.js';
import type { Operand } from '../row.js';
import { withoutGuard } from './norms.js';
import { input, same, FEW_ROUNDINGS } from './same.js';

/** x log x is least where x is 1/e. */
const LEAST = -1 / Math.E;

/**
 * `a * b`, where the one is the logarithm of the other, with or without a guard: `p.mul(p.add(1e-7).log())`. Where the
 * guard holds, p is less than the guard, which is the base of the logarithm then: the product is above -1/e all the more.
 */
export const timesLogarithm = (a: Operand, b: Operand, range: Range): Range =>
  isLogarithmOf(a, b) || isLogarithmOf(b, a) ? atLeast(range, LEAST * (1 + FEW_ROUNDINGS)) : range;

function isLogarithmOf(logarithm: Operand, x: Operand): boolean {
  const under = logarithm.op === 'log' ? input(logarithm, 'x') : undefined;
  if (under === undefined || x.range.low < 0) return false;
  const { of } = withoutGuard(under);
  return same(of, x) || (of.op === 'clipByValue' && isClippedBelow(of, x.range) && same(input(of, 'x'), x));
}

/** The upper end of a clip may cut off what is above 1, and of what is 1 at most the last digits. */
function isClippedBelow({ attributes }: Operand, x: Range): boolean {
  const [low, high] = [attributes['clipValueMin'], attributes['clipValueMax']];
  if (typeof low !== 'number' || low < 0 || typeof high !== 'number') return false;
  return high >= 1 || (high >= ALMOST_ONE && x.high <= 1);
}

/** Its logarithm, -0.1, is well above -1/e. */
const ALMOST_ONE = 0.9;
