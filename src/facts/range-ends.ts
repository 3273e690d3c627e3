/** Ranges of which a value is known to be met: as an end, or within. */
import { contains, type Range } from './range.js';

/** The range cut off below `value`, which is met there. */
export function atLeast(range: Range, value: number): Range {
  const cut = cutBelow(range, value);
  return range.reach ? { ...cut, reach: cutBelow(range.reach, value) } : cut;
}

function cutBelow(range: Range, value: number): Range {
  if (range.low > value) return range;
  const low = range.low === value ? range.low : value;
  return { ...range, low, lowBy: 'attained', high: Math.max(range.high, value) };
}

export function atMost(range: Range, value: number): Range {
  const cut = cutAbove(range, value);
  return range.reach ? { ...cut, reach: cutAbove(range.reach, value) } : cut;
}

function cutAbove(range: Range, value: number): Range {
  if (range.high < value) return range;
  return { ...range, high: value, highBy: 'attained', low: Math.min(range.low, value) };
}

export function holding(range: Range, value: number, axes: readonly number[] | undefined): Range {
  return contains(range, value) ? { ...range, holds: { value, axes } } : range;
}
