import { ulps } from './float32.js';
import type { PlacedSlot } from './slots.js';

/**
 * Ways to fill a whole tensor. Instabilities of tensors are patterns, not numbers: a constant column, one logit far above
 * the others, a row that repeats another.
 */
export function all(slot: PlacedSlot, value: number): number[] {
  return Array.from({ length: slot.size }, () => value);
}

export function oneOf(slot: PlacedSlot, one: number, others: number): number[] {
  return fill(slot, (index) => (index === 0 ? one : others));
}

export function alternating(slot: PlacedSlot, even: number, odd: number): number[] {
  return fill(slot, (index) => (index % 2 === 0 ? even : odd));
}

/** What tells the columns of a weight matrix apart makes logits differ. */
export function oneColumn(slot: PlacedSlot, one: number, others: number): number[] {
  const columns = slot.shape.at(-1) ?? 1;
  return fill(slot, (index) => (index % columns === 0 ? one : others));
}

export function oneRow(slot: PlacedSlot, one: number, others: number): number[] {
  const rowSize = slot.size / (slot.shape[0] ?? 1);
  return fill(slot, (index) => (index < rowSize ? one : others));
}

/** A large offset with a small spread: what a one-pass variance cannot bear. */
export function nearConstant(slot: PlacedSlot, value: number, spread: number): number[] {
  return fill(slot, (index) => value + spread * (index % 8));
}

/** Numbers with full mantissas, whose squares and products need more digits than there are: multiples of an irrational. */
export function uneven(slot: PlacedSlot, offset: number, step = 0.6180339887498949): number[] {
  return fill(slot, (index) => offset + (((index + 1) * step) % 1));
}

/** The values of another input, as often as they fit. */
export function repeat(slot: PlacedSlot, values: readonly number[]): number[] {
  return fill(slot, (index) => values[index % values.length] ?? 0);
}

export function constantButOneUlp(slot: PlacedSlot, value: number): number[] {
  return fill(slot, (index) => (index === slot.size - 1 ? ulps(value, 1) : value));
}

export function geometric(slot: PlacedSlot, first: number, ratio: number): number[] {
  return fill(slot, (index) => first * ratio ** index);
}

export function evenlySpaced(slot: PlacedSlot, from: number, to: number): number[] {
  return fill(slot, (index) => from + ((to - from) * index) / Math.max(1, slot.size - 1));
}

function fill(slot: PlacedSlot, valueAt: (index: number) => number): number[] {
  return Array.from({ length: slot.size }, (_, index) => valueAt(index));
}
