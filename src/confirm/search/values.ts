import { isInNumbers, type SuspectSite } from '../job.js';
import { clamp, highest, lowest, ordinary } from './domain.js';
import { fromOrdinal, ordinal, ulps } from './float32.js';
import * as patterns from './patterns.js';
import type { Random } from '../../random.js';
import { BOUNDARIES, ENDLESS, FAINT, operandSeeds } from './seeds.js';
import type { Domain, Layout, PlacedSlot, Values } from './slots.js';

/** Ordinary values everywhere: the point from which the search sets out, and which must be survived by every unit. */
export function ordinaryValues(layout: Layout): Values {
  let known = chosen.get(layout);
  if (known === undefined)
    chosen.set(layout, (known = layout.map(({ slot, size }, turn) => ordinary(slot.domain, size, turn))));
  return known;
}

const chosen = new WeakMap<Layout, Values>();

/** Values to try, those that break most units first. A caller clamps them into the domain of each input. */
export function* proposals(layout: Layout, site: SuspectSite): Generator<Values> {
  const seeds = operandSeeds(site);
  if (site.op.startsWith('js.')) yield* everywhere(layout, ENDLESS);
  if (isInNumbers(site)) yield* everywhere(layout, FAINT);
  yield* everywhere(layout, [0, ...seeds.slice(0, 8)]);
  if (site.harm === 'accuracy') yield* fineDifferences(layout);
  if (site.failures.includes('vanished-gradient')) yield* wrongWithConfidence(layout);
  yield* oneSlotAtATime(layout, seeds.slice(0, 6));
  yield* corners(layout);
  yield* copies(layout);
  yield* tensorPatterns(layout);
  if (site.harm !== 'accuracy') yield* fineDifferences(layout);
  yield* everywhere(layout, BOUNDARIES);
  yield* oneSlotAtATime(layout, BOUNDARIES.slice(0, 24));
}

function* everywhere(layout: Layout, values: readonly number[]): Generator<Values> {
  for (const value of values) yield layout.map((slot) => patterns.all(slot, value));
}

function* oneSlotAtATime(layout: Layout, values: readonly number[]): Generator<Values> {
  if (layout.length === 1 && layout[0]!.size === 1) return;
  const rest = ordinaryValues(layout);
  for (const [index, slot] of layout.entries()) {
    for (const value of values) {
      yield replace(rest, index, patterns.all(slot, value));
      if (slot.size > 1) yield replace(rest, index, [value, ...rest[index]!.slice(1)]);
    }
  }
}

/** Each input wholly at one end of its domain, in all combinations of the first few. */
function* corners(layout: Layout): Generator<Values> {
  const free = Math.min(3, layout.length);
  for (let mask = 0; mask < 2 ** free; mask++) {
    yield layout.map((slot, index) => patterns.all(slot, end(slot, ((mask >> (index % free)) & 1) === 0)));
  }
}

/** Offsets and steps of `uneven`: golden section, square roots, e, pi. */
const UNEVEN = [[0, 0.618034], [99, 0.618034], [10, 0.4142136], [99, 0.7320508], [98, 0.7182818], [97, 0.1415927]] as const; // prettier-ignore

/** Ties and near-ties of inputs with rows of one length: distances, ratios and differences break there. */
function* copies(layout: Layout): Generator<Values> {
  const rest = ordinaryValues(layout);
  for (const [index, slot] of layout.entries()) {
    for (const [other, source] of layout.entries()) {
      if (other >= index || slot.shape.at(-1) !== source.shape.at(-1)) continue;
      const copy = (
        values: readonly number[],
        change: (value: number) => number = (value) => value,
      ): Values => rest.with(other, values).with(index, patterns.repeat(slot, values).map(change));
      const nice = rest[other]!;
      yield copy(nice);
      yield copy(patterns.oneOf(source, 1, 0));
      // Numbers with full mantissas: the same computation on both sides rounds differently.
      for (const [offset, step] of UNEVEN) yield copy(patterns.uneven(source, offset, step));
      for (const steps of [1, 4, 16]) yield copy(nice, (value) => ulps(value, steps));
      yield copy(nice, (value) => -value);
      yield copy(nice, (value) => 1 - value);
    }
  }
}

/** How far below the others the score of the right class is: clips end at 16, a sigmoid is 1 from 17, a softmax 0 from 104. */
const GAPS = [30, 60, 17.5] as const;

/** One class is right, and its score is far below the others: there a loss that is bounded has nothing to learn from. */
function* wrongWithConfidence(layout: Layout): Generator<Values> {
  const rest = ordinaryValues(layout);
  for (const [index, labels] of layout.entries()) {
    for (const [other, scores] of layout.entries()) {
      if (other === index || labels.size < 2 || labels.shape.at(-1) !== scores.shape.at(-1)) continue;
      for (const gap of GAPS)
        yield rest
          .with(index, patterns.oneColumn(labels, 1, 0))
          .with(other, patterns.oneColumn(scores, -gap, 0));
    }
  }
}

function* tensorPatterns(layout: Layout): Generator<Values> {
  const rest = ordinaryValues(layout);
  const ones = layout.map((slot) => patterns.all(slot, 1));
  const highs = layout.map((slot) => patterns.all(slot, end(slot, true)));
  for (const [index, slot] of layout.entries()) {
    if (slot.size < 2) continue;
    const [low, high] = [end(slot, false), end(slot, true)];
    const filled = [
      patterns.oneOf(slot, high, low),
      patterns.oneOf(slot, low, high),
      patterns.oneColumn(slot, high, low),
      patterns.oneOf(slot, high, 0),
      patterns.oneOf(slot, low, 0),
      patterns.oneOf(slot, 1, 0),
      patterns.alternating(slot, high, low),
      patterns.alternating(slot, 1, -1),
      patterns.oneRow(slot, 0, 1),
      patterns.oneRow(slot, high, low),
      patterns.geometric(slot, 1, 1e-3),
      patterns.evenlySpaced(slot, low, high),
    ];
    for (const values of filled) {
      // A gap in the weights shows only under inputs that are large as well.
      if (layout.length > 1) yield replace(highs, index, values);
      yield replace(ones, index, values);
    }
    yield replace(rest, index, patterns.all(slot, rest[index]![0]!));
  }
}

/** Values that agree in all but their last digits, and values that vanish beside 1. */
function* fineDifferences(layout: Layout): Generator<Values> {
  const offsets = [100, 1000, 1, 10, 1e4];
  for (const value of [1e-4, 1e-3, 1e-5, 3e-6, -1e-4, -15, 15, 8]) yield layout.map((slot) => patterns.all(slot, value)); // prettier-ignore
  for (const offset of offsets) {
    for (const step of [0.618034, 0.4142136]) {
      yield layout.map((slot) => patterns.uneven(slot, Math.min(offset, end(slot, true) - 1), step));
    }
    for (const spread of [1e-3, 1e-5]) {
      yield layout.map((slot) => patterns.nearConstant(slot, Math.min(offset, end(slot, true) - 1), offset * spread)); // prettier-ignore
    }
    yield layout.map((slot) => patterns.constantButOneUlp(slot, Math.min(offset, end(slot, true) - 1)));
  }
}

/** Random values: whole-tensor patterns and single elements in turn, now and then a variation of the best try so far. */
export function* samples(layout: Layout, random: Random, best: () => Values | undefined): Generator<Values> {
  if (layout.length === 0) return;
  for (;;) {
    const start = random.unit() < 0.3 ? best() : undefined;
    const changed = random.below(layout.length);
    const values: (readonly number[])[] = [];
    for (const [index, slot] of layout.entries()) {
      const draw = random.unit();
      if (start && index !== changed) values.push(start[index]!);
      else if (index > 0 && draw < 0.2) values.push(patterns.repeat(slot, values[random.below(index)]!));
      else values.push(draw < 0.5 ? sampledPattern(slot, random) : sampledElements(slot, random));
    }
    yield values;
  }
}

function sampledPattern(slot: PlacedSlot, random: Random): number[] {
  const [one, other] = [sample(slot.slot.domain, random), sample(slot.slot.domain, random)];
  switch (random.below(7)) {
    case 0:
      return patterns.all(slot, one);
    case 1:
      return patterns.oneOf(slot, one, other);
    case 2:
      return patterns.oneColumn(slot, one, other);
    case 3:
      return patterns.alternating(slot, one, other);
    case 4:
      return patterns.uneven(slot, one, random.unit());
    case 5:
      return patterns.nearConstant(slot, one, one * 10 ** -(1 + random.below(6)));
    default:
      return patterns.oneRow(slot, one, other);
  }
}

function sampledElements(slot: PlacedSlot, random: Random): number[] {
  const values: number[] = [];
  for (let index = 0; index < slot.size; index++) {
    const previous = values.at(-1);
    if (previous === undefined || random.unit() >= 0.15) values.push(sample(slot.slot.domain, random));
    else values.push(random.unit() < 0.5 ? previous : ulps(previous, random.pick([-16, -4, -1, 1, 4, 16])));
  }
  return values;
}

/**
 * Of several mixtures the one that found most: boundary constants, uniform bit patterns, moderate exponents,
 * normal numbers. (Copies of the previous coordinate, its fifth part, are made by the caller.)
 */
function sample(domain: Domain, random: Random): number {
  const [low, high] = [lowest(domain), highest(domain)];
  const draw = random.unit();
  if (draw < 0.06) return random.pick([low, high, ulps(low, 1), ulps(high, -1)]);
  if (draw < 0.4) return clamp(random.pick(BOUNDARIES), domain);
  if (draw < 0.65) return fromOrdinal(ordinal(low) + random.unit() * (ordinal(high) - ordinal(low)));
  if (draw < 0.82) return clamp((random.unit() < 0.5 ? -1 : 1) * 2 ** (random.unit() * 40 - 20), domain);
  return clamp(random.normal(), domain);
}

function end(slot: PlacedSlot, high: boolean): number {
  return high ? highest(slot.slot.domain) : lowest(slot.slot.domain);
}

function replace(values: Values, index: number, by: readonly number[]): Values {
  return values.with(index, by);
}
