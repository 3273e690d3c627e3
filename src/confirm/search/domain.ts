import { CPU, largestOn, smallestOn, storedOn } from '../../facts/backend.js';
import { shortest, ulps } from './float32.js';
import { settledBy, type Domain, type Layout, type Values } from './slots.js';

/** The value nearest to `value` that the caller may hand over. A witness outside the promise proves nothing. */
export function clamp(value: number, domain: Domain): number {
  const { low, high } = endsOf(domain);
  let inside = Number.isNaN(value) ? 0 : value;
  if (domain.integer) inside = Math.round(inside);
  inside = stored(inside, domain);
  inside = Math.max(low, Math.min(high, inside));
  // -0 is a value of its own only to a division, and a puzzle to a reader.
  return inside === 0 ? 0 : inside;
}

/** As a tensor holds it; a JavaScript number is what it is. */
const stored = (value: number, { single, backend = CPU }: Domain): number =>
  single ? storedOn(backend, value) : value;

/** The shortest decimal that is stored as this value. */
export function writtenIn(value: number, domain: Domain): number {
  const { single, backend = CPU } = domain;
  if (!single || backend.format === 'float32') return single ? shortest(value) : value;
  for (let digits = 1; digits <= 5; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (stored(decimal, domain) === value) return decimal;
  }
  return value;
}

/** The next number that a tensor can hold. */
function neighbour(value: number, direction: 1 | -1, { backend = CPU }: Domain): number {
  if (backend.format === 'float32') return ulps(value, direction);
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value) || smallestOn(backend))));
  return storedOn(backend, value + direction * 2 ** (exponent - 10));
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
  return clamp(value, domain) === stored(value, domain);
}

/** The least value of the domain that its type can hold. */
export function lowest(domain: Domain): number {
  return endsOf(domain).low;
}

export function highest(domain: Domain): number {
  return endsOf(domain).high;
}

function findLowest(domain: Domain): number {
  const low = Math.max(-largestOn(domain.backend ?? CPU), domain.low);
  if (domain.integer) return Math.ceil(low);
  if (!domain.single) return low;
  const rounded = stored(low, domain);
  return rounded < low ? neighbour(rounded, 1, domain) : rounded;
}

function findHighest(domain: Domain): number {
  const high = Math.min(largestOn(domain.backend ?? CPU), domain.high);
  if (domain.integer) return Math.floor(high);
  if (!domain.single) return high;
  const rounded = stored(high, domain);
  return rounded > high ? neighbour(rounded, -1, domain) : rounded;
}

export function isEmpty(domain: Domain): boolean {
  return !(lowest(domain) <= highest(domain));
}

export function clampAll(layout: Layout, values: Values): Values {
  const settled = settledBy(layout);
  return layout.map((placed, index) => {
    const number = settled.get(placed);
    return number === undefined ? clampSlot(values[index]!, placed.slot.domain) : [number];
  });
}

/** What was clamped into which domain: of many large inputs a step of the search changes one. */
const clamped = new WeakMap<readonly number[], Domain>();

function clampSlot(values: readonly number[], domain: Domain): readonly number[] {
  if (clamped.get(values) === domain) return values;
  const inside = values.map((value) => clamp(value, domain));
  clamped.set(inside, domain);
  return inside;
}

export function containsAll(values: readonly number[], domain: Domain): boolean {
  return clamped.get(values) === domain || values.every((value) => contains(value, domain));
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
