/**
 * What two sets have in common, as a share of both, where they are masks or probabilities: the coefficient of Dice,
 * `(2 o + s) / (sum(p) + sum(y) + s)` with `o = sum(p y)`, that of Jaccard, `o / (sum(p) + sum(y) - o)`, and that of Tversky,
 * which weighs what only one of them has. Nothing says so of p and y but the formula itself: it is what ordinary inputs reach.
 */
import { interval, onlyValue, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { reducedFrom } from './reduced.js';
import { input, same } from './same.js';
import { squareRoot } from './squares.js';
import { termsOf, type Term } from './terms.js';

export function overlapShare(part: Operand, whole: Operand, range: Range): Range {
  const parts = termsOf(part, 1);
  const overlaps = parts.filter(({ of }) => overlapOf(of) !== undefined);
  const smoothing = parts.filter((term) => !overlaps.includes(term));
  if (overlaps.length !== 1 || overlaps[0]!.factor <= 0 || !smoothing.every(isAtLeastZero)) return range;
  const others = combined([
    ...termsOf(whole, 1),
    ...parts.map(({ factor, of }) => ({ factor: -factor, of })),
  ]);
  if (others.length === 0 || !(areBothWithout(others, overlaps[0]!) || others.every(isLeftOver)))
    return range;
  const least = smoothing.reduce((sum, { factor, of }) => sum + factor * of.range.low, 0);
  const share = interval(least / (least + LARGEST || 1), 1, 'attained', { mayBeNaN: range.mayBeNaN });
  return { ...range, lowBy: 'bound', highBy: 'bound', reach: share };
}

/** Nobody has more pixels in a picture: what is added to the parts is no smaller a share of all. */
const LARGEST = 2 ** 32;

interface Overlap {
  readonly a: Operand;
  readonly b: Operand;
  readonly axes: string;
}

/** `sum(a * b)`. */
function overlapOf(operand: Operand): Overlap | undefined {
  const sum = reducedFrom(operand);
  const [a, b] = sum?.op === 'sum' && sum.of.op === 'mul' ? [input(sum.of, 'a'), input(sum.of, 'b')] : [];
  return a === undefined || b === undefined || same(a, b) ? undefined : { a, b, axes: String(sum!.axes) };
}

/** `sum(a) + sum(b) - 2 sum(a * b)`, and likewise of their squares. */
function areBothWithout(terms: readonly Term[], { of: overlap }: Term): boolean {
  const { a, b, axes } = overlapOf(overlap)!;
  const sizes = terms.filter(({ factor }) => factor === 1).map(({ of }) => sizeOf(of, axes));
  return (
    terms.length === 3 &&
    sizes.length === 2 &&
    terms.some(({ factor, of }) => factor === -2 && same(of, overlap)) &&
    [a, b].every((set) => sizes.some((size) => same(size, set)))
  );
}

/** The x of `sum(x)` and `sum(square(x))`. */
function sizeOf(operand: Operand, axes: string): Operand | undefined {
  const sum = reducedFrom(operand);
  if (sum?.op !== 'sum' || String(sum.axes) !== axes) return undefined;
  return squareRoot(sum.of) ?? sum.of;
}

/** What one has and the other has not: `sum(y - p * y)`, `sum(y * (1 - p))`. */
function isLeftOver(term: Term): boolean {
  if (isAtLeastZero(term)) return true;
  const sum = reducedFrom(term.of);
  if (term.factor < 0 || sum?.op !== 'sum') return false;
  const [a, b] = [input(sum.of, 'a'), input(sum.of, 'b')];
  if (a === undefined || b === undefined) return false;
  if (sum.of.op === 'mul') return [a, b].some(isComplement);
  const factors = sum.of.op === 'sub' && b.op === 'mul' ? [input(b, 'a'), input(b, 'b')] : [];
  return factors.some((factor) => same(factor, a));
}

const isComplement = (operand: Operand): boolean =>
  operand.op === 'sub' && onlyValue(input(operand, 'a')!.range) === 1;

const isAtLeastZero = ({ factor, of }: Term): boolean => factor >= 0 && of.range.low >= 0;

/** Terms of one operand as one, and none of what is left out again. */
function combined(terms: readonly Term[]): readonly Term[] {
  const kept: Term[] = [];
  for (const { factor, of } of terms) {
    const at = kept.findIndex((one) => same(one.of, of));
    if (at < 0) kept.push({ factor, of });
    else kept[at] = { of, factor: kept[at]!.factor + factor };
  }
  return kept.filter(({ factor }) => Math.abs(factor) > 1e-9);
}
