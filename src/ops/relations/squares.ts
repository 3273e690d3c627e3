/** Squares and magnitudes, however they are written. */
import { negated, squared, withOwnZero } from '../../facts/arithmetic.js';
import { onlyValue, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { input, same, DEPTH } from './same.js';
import { reducedFrom } from './reduced.js';
import { atLeast, atMost } from '../../facts/range-ends.js';

/** The x of `square(x)`, `mul(x, x)` and `pow(x, 2)`. */
export function squareRoot(operand: Operand): Operand | undefined {
  if (operand.op === 'square') return input(operand, 'x');
  if (operand.op === 'mul') {
    const a = input(operand, 'a');
    return same(a, input(operand, 'b')) ? a : undefined;
  }
  if (operand.op !== 'pow') return undefined;
  const exponent = input(operand, 'exp');
  return exponent && onlyValue(exponent.range) === 2 ? input(operand, 'base') : undefined;
}

/** The larger of `max(x)` and `-min(x)` is the largest magnitude: not negative, and 0 where x is 0. */
export function largerOf(a: Operand, b: Operand, range: Range): Range {
  const isMagnitude = [
    [a, b],
    [b, a],
  ].some(([most, other]) => {
    const least = other!.op.replace(/^js\./, '') === 'neg' ? input(other!, 'x') : undefined;
    const [top, bottom] = [reducedFrom(most!), least && reducedFrom(least)];
    return (
      top?.op === 'max' &&
      bottom?.op === 'min' &&
      same(top.of, bottom.of) &&
      String(top.axes) === String(bottom.axes)
    );
  });
  const isNegated = (x: Operand, y: Operand): boolean =>
    y.op.replace(/^js\./, '') === 'neg' && same(input(y, 'x'), x);
  return isMagnitude || isNegated(a, b) || isNegated(b, a)
    ? { ...atLeast(range, 0), lowBy: 'attained' }
    : range;
}

/** `a * b`, where `x` are the values of a. */
export function product(a: Operand, b: Operand, range: Range, x: Range): Range {
  if (same(a, b)) return a.dtype === 'number' ? squareOfNumber(squared(x), x) : withOwnZero(squared(x), x);
  const weight = weightOf(a, b)?.range;
  if (weight === undefined) return range;
  if (weight.low >= 0 && range.low < 0) return withOwnZero(atLeast(range, 0), b.range);
  return weight.high <= 0 && range.high > 0
    ? negated(withOwnZero(negated(atMost(range, 0)), b.range))
    : range;
}

/**
 * A square in JavaScript: of what is computed of numbers that nobody bounded, as `v - mean`, it is 0 like any other, and of what is
 * handed in only where that is.
 */
export const squareOfNumber = (square: Range, x: Range): Range =>
  x.lowBy === 'bound' && x.highBy === 'bound' ? square : withOwnZero(square, x);

/** The 2 of `2 * x`, as in `2 * x * x`, which is read from left to right. */
function weightOf(a: Operand, x: Operand): Operand | undefined {
  if (a.op.replace(/^js\./, '') !== 'mul') return undefined;
  const [one, other] = [input(a, 'a'), input(a, 'b')];
  return same(one, x) ? other : same(other, x) ? one : undefined;
}

const EVEN: ReadonlySet<string> = new Set(['square', 'abs', 'squaredDifference']);

/** Whether the operand is made of squares or absolute values, perhaps weighted. */
function isEven(x: Operand | undefined, depth: number = DEPTH): boolean {
  if (x === undefined || depth === 0) return false;
  if (EVEN.has(x.op) || squareRoot(x) !== undefined) return true;
  const parts = [input(x, 'x'), input(x, 'a'), input(x, 'b')].filter((part) => part !== undefined);
  if (x.op === 'add') return parts.every((part) => isEven(part, depth - 1));
  if (x.op === 'mul' || x.op === 'div')
    return x.range.low >= 0 && parts.some((part) => isEven(part, depth - 1));
  return MOVED.has(x.op) && isEven(parts[0], depth - 1);
}

const MOVED: ReadonlySet<string> = new Set([
  'reshape',
  'expandDims',
  'squeeze',
  'transpose',
  'slice',
  'cast',
]);

/** Several squares are 0 together for a zero vector, for silence, for what never changes: ordinary values. */
export function zeroTogether(range: Range, ...parts: readonly Operand[]): Range {
  if (
    range.low !== 0 ||
    (range.lowBy !== 'assumed' && range.lowBy !== 'bound') ||
    !parts.every((part) => isEven(part))
  )
    return range;
  return {
    ...range,
    lowBy: 'attained',
    ...(range.reach ? { reach: { ...range.reach, lowBy: 'attained' } } : {}),
  };
}
