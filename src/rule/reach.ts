import { reached, type EndSource, type Range } from '../facts/range.js';

/**
 * Whether values in a danger region get there. `manifest`: the code itself or what its author declared drives values
 * there. `assumed`: inputs nobody described would have to. `unlikely`: nothing says that they can, only that nothing
 * excludes it: silent. `never`: they cannot.
 */
export type Reach = 'manifest' | 'assumed' | 'unlikely' | 'never';

export function reach(range: Range, low: number, high: number): Reach {
  if (range.high < low || range.low > high) return 'never';
  return reachOf(reached(range), low, high);
}

function reachOf(range: Range, low: number, high: number): Reach {
  if (range.high < low || range.low > high) return 'unlikely';
  const lowInside = range.low >= low && range.low <= high;
  const highInside = range.high >= low && range.high <= high;
  const ends: EndSource[] = [...(lowInside ? [range.lowBy] : []), ...(highInside ? [range.highBy] : [])];
  if (ends.length === 0) {
    // The region lies inside the range: a difference of inputs may be 0, but only if the inputs agree to be so.
    if (range.lowBy === 'declared' && range.highBy === 'declared') return 'manifest';
    return range.lowBy === 'bound' || range.highBy === 'bound' ? 'unlikely' : 'assumed';
  }
  if (ends.some((source) => source === 'attained' || source === 'declared')) return 'manifest';
  return ends.includes('assumed') ? 'assumed' : 'unlikely';
}

/** From the surest to the one that says least. */
export const REACHES: readonly Reach[] = ['manifest', 'assumed', 'unlikely', 'never'];

export const strongest = (reaches: readonly Reach[]): Reach =>
  REACHES.find((one) => reaches.includes(one)) ?? 'never';
