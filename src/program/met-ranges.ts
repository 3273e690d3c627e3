/** The ranges of numbers and tensors where two ways of the code meet, or a round of a loop the one before it. */
import { interval, joinRanges, precedes, reached, reachedBy, type Range } from '../facts/range.js';
import type { Node } from './node.js';

/** Where one way was lost, what the code itself gives on the other one is still reached. */
export function joinedRange(a: Node, b: Node): Range {
  const joined = joinRanges(a.range, b.range);
  const [one, other] = [a, b].filter(({ range }) => !isAnything(range));
  if (one === undefined || other !== undefined || a.dtype === 'number') return joined;
  const met = reached(one.range);
  const isOfCode = met.lowBy === 'attained' && met.highBy === 'attained';
  return isOfCode ? { ...joined, ...reachedBy(met, joined) } : joined;
}

/** Of a list that was filled with zeros when it was made, ordinary code leaves only what it writes over them. */
export function overZeros(range: Range, written: Range): Range {
  const met = reached(written);
  if (met.low > 0)
    return {
      ...range,
      lowBy: 'bound',
      reach: { ...range, low: met.low, lowBy: met.lowBy, reach: undefined },
    };
  if (met.high < 0)
    return {
      ...range,
      highBy: 'bound',
      reach: { ...range, high: met.high, highBy: met.highBy, reach: undefined },
    };
  return range;
}

const isAnything = ({ low, high, lowBy, highBy, reach }: Range): boolean =>
  low === -Infinity && high === Infinity && lowBy === 'bound' && highBy === 'bound' && reach === undefined;

/** An end that moved goes to 0 where it stayed on its side, else to infinity; `isOpen`: to infinity, unless it was 0 before. */
export function widenedRange(before: Range, after: Range, isOpen: boolean): Range {
  const lowStays = !precedes(after.low, before.low);
  const highStays = !precedes(before.high, after.high);
  // Of a zero the sign counts: what is divided by it is infinite on the other side.
  const zero = Object.is(after.low, -0) ? -0 : 0;
  const lowMoved = after.low >= 0 && (!isOpen || before.low === 0) ? zero : -Infinity;
  const highMoved = after.high <= 0 && (!isOpen || before.high === 0) ? 0 : Infinity;
  // An end that goes no further than the round went is one that the round met.
  const [lowMet, highMet] = [lowMoved === after.low, highMoved === after.high];
  const [low, high] = [lowStays ? before.low : lowMoved, highStays ? before.high : highMoved];
  const lowBy = lowStays ? before.lowBy : lowMet ? after.lowBy : 'bound';
  const highBy = highStays ? before.highBy : highMet ? after.highBy : 'bound';
  return {
    ...interval(low, high, [lowBy, highBy]),
    mayBeNaN: before.mayBeNaN || after.mayBeNaN || isOpen,
  };
}
