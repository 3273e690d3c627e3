import { MAX32, ulps } from './float32.js';
import type { Domain, Layout, Values } from './slots.js';

/** The value nearest to `value` that the caller may hand over. A witness outside the promise proves nothing. */
export function clamp(value: number, domain: Domain): number {
  const { low, high } = endsOf(domain);
  let inside = Number.isNaN(value) ? 0 : value;
  if (domain.integer) inside = Math.round(inside);
  if (domain.single) inside = Math.fround(inside);
  inside = Math.max(low, Math.min(high, inside));
  // -0 is a value of its own only to a division, and a puzzle to a reader.
  return inside === 0 ? 0 : inside;
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** Asked for once per element. */
const known = new WeakMap<Domain, Ends>();

function endsOf(domain: Domain): Ends {
  let ends = known.get(domain);
  if (!ends) known.set(domain, (ends = { low: findLowest(domain), high: findHighest(domain) }));
  return ends;
}

export function contains(value: number, domain: Domain): boolean {
  return clamp(value, domain) === (domain.single ? Math.fround(value) : value);
}

/** The least value of the domain that its type can hold. */
export function lowest(domain: Domain): number {
  return endsOf(domain).low;
}

export function highest(domain: Domain): number {
  return endsOf(domain).high;
}

function findLowest(domain: Domain): number {
  const low = Math.max(-MAX32, domain.low);
  if (domain.integer) return Math.ceil(low);
  if (!domain.single) return low;
  const rounded = Math.fround(low);
  return rounded < low ? ulps(rounded, 1) : rounded;
}

function findHighest(domain: Domain): number {
  const high = Math.min(MAX32, domain.high);
  if (domain.integer) return Math.floor(high);
  if (!domain.single) return high;
  const rounded = Math.fround(high);
  return rounded > high ? ulps(rounded, -1) : rounded;
}

export function isEmpty(domain: Domain): boolean {
  return !(lowest(domain) <= highest(domain));
}

export function clampAll(layout: Layout, values: Values): Values {
  return layout.map(({ slot }, index) => values[index]!.map((value) => clamp(value, slot.domain)));
}

const NICE = [0.5, 1, -0.5, 2, -1, 0.25, 1.5, -2, 0.75, 3, -1.5, 5];

/**
 * Different, unremarkable values of the domain: what an input holds while another one is under suspicion. Another `turn`
 * for every input, so that no two are equal by accident.
 */
export function ordinary(domain: Domain, count: number, turn = 0): number[] {
  const fitting = NICE.filter((value) => contains(value, domain));
  if (fitting.length >= 3)
    return Array.from({ length: count }, (_, index) => fitting[(index + 5 * turn) % fitting.length]!);
  const low = lowest(domain);
  const high = highest(domain);
  // Steps of the golden section spread over the interval without meeting its ends or repeating soon.
  return Array.from({ length: count }, (_, index) =>
    clamp(low + (high - low) * (((index + turn + 1) * 0.6180339887498949) % 1), domain),
  );
}
