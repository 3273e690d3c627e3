import type { Job, ShapesByNode } from '../job.js';
import { factorsOf, sizeNamed } from '../sizes.js';
import { place, settledBy, type Layout, type Slot } from './slots.js';

const DISTINCT = [2, 3, 5, 7, 11, 13, 17, 19];
const RANKS = [2, 1, 0, 3, 4];
/** More layouts than this are not tried: if none of them runs, the unit wants something that sizes cannot give. */
export const MOST_LAYOUTS = 40;
/** Above this many elements one evaluation takes longer than a whole confirmation may. */
export const MOST_ELEMENTS = 1_000_000;

/**
 * Concrete shapes for all inputs, the likeliest to run first: those of calls in the project, where they are known; sizes that are known are kept, equal names get equal
 * sizes, and an input of unknown rank takes the rank that its type claims, then 2, 1, 0, 3, 4.
 */
export function* layouts(slots: readonly Slot[], calls: Job['calls'] = []): Generator<Layout> {
  const sizes = sizePlans(slots);
  const ranks = rankPlans(slots);
  const seen = new Set<string>();
  let yielded = 0;
  const likely = layLikely(slots, sizes[0]!, ranks[0]!);
  for (const first of [...calls.map((call) => asCalled(likely, call)), likely]) {
    if (seen.has(describe(first)) || elements(first) > MOST_ELEMENTS) continue;
    seen.add(describe(first));
    yield first;
    yielded += 1;
  }
  // Diagonally, so that neither the sizes nor the ranks are used up before the other has had a turn.
  for (let sum = 0; sum < sizes.length + ranks.length - 1; sum++) {
    for (let row = Math.max(0, sum - ranks.length + 1); row <= Math.min(sum, sizes.length - 1); row++) {
      const layout = lay(slots, sizes[row]!, ranks[sum - row]!);
      const key = describe(layout);
      if (seen.has(key) || elements(layout) > MOST_ELEMENTS) continue;
      seen.add(key);
      yield layout;
      if (++yielded >= MOST_LAYOUTS) return;
    }
  }
}

/** Sizes that tell all axes apart: whatever is expanded by accident shows in the shape of the result. */
export function distinctSizes(slots: readonly Slot[]): SizePlan {
  return { named: new Map(names(slots).map((name, index) => [name, distinct(index)])), unnamed: 2 };
}

/** Sizes that tell no axes apart: what broadcasts by accident does so in silence. */
export function equalSizes(slots: readonly Slot[], size: number): SizePlan {
  return { named: new Map(names(slots).map((name) => [name, size])), unnamed: size };
}

export interface SizePlan {
  readonly named: ReadonlyMap<string, number>;
  /** The size of every axis of an input of unknown rank. */
  readonly unnamed: number;
  /** Each of those axes has a size of its own, counted from the last one: what is of one rank still fits. */
  readonly unnamedApart?: boolean | undefined;
  /** Numbers that name an axis name this one, of the tensor with the most axes. Default: the last. */
  readonly axis?: 'first' | 'last' | undefined;
}

export function lay(slots: readonly Slot[], sizes: SizePlan, ranks: ReadonlyMap<number, number>): Layout {
  const layout = slots.map((slot) => {
    const named = (name: string): number => sizeNamed(name, sizes.named) ?? sizes.unnamed;
    if (slot.measures !== undefined) return place(slot, [], named(slot.measures));
    const dims = slot.dims ?? unnamedDims(ranks.get(slot.node) ?? 0, sizes);
    return place(
      slot,
      dims.map((dim) => (typeof dim === 'number' ? dim : named(dim))),
    );
  });
  return withAxes(layout, sizes.axis);
}

const unnamedDims = (rank: number, { unnamed, unnamedApart }: SizePlan): number[] =>
  Array.from({ length: rank }, (_, axis) => (unnamedApart === true ? distinct(rank - 1 - axis) : unnamed));

function withAxes(layout: Layout, which: SizePlan['axis'] = 'last'): Layout {
  if (!layout.some(({ slot }) => slot.isAxis)) return layout;
  const rank = Math.max(1, ...layout.map(({ shape }) => shape.length));
  const axis = which === 'first' ? 0 : rank - 1;
  return layout.map((placed) =>
    placed.slot.isAxis === true ? place(placed.slot, placed.shape, axis) : placed,
  );
}

/** The shapes that the unit itself asks for, where it does. */
function layLikely(slots: readonly Slot[], sizes: SizePlan, ranks: ReadonlyMap<number, number>): Layout {
  const layout = lay(slots, sizes, ranks).map((placed) => {
    const { slot } = placed;
    if (slot.likely === undefined) return placed;
    return slot.kind === 'number' ? place(slot, [], slot.likely[0]) : place(slot, slot.likely);
  });
  return withAxes(layout, sizes.axis);
}

/** With the shapes of a call of the project. */
export function asCalled(layout: Layout, call: ShapesByNode): Layout {
  const shapes = new Map(call);
  return layout.map(({ slot, shape, number }) => place(slot, shapes.get(slot.node) ?? shape, number));
}

export function names(slots: readonly Slot[]): string[] {
  const all = slots.flatMap(({ dims, measures }) => [...(dims ?? []), measures]);
  return [...new Set(all.filter((dim) => typeof dim === 'string').flatMap(factorsOf))];
}

export function elements(layout: Layout): number {
  return layout.reduce((sum, { size }) => sum + size, 0);
}

export function describe(layout: Layout): string {
  const settled = settledBy(layout);
  return layout
    .map((placed) => `${placed.slot.name} ${settled.get(placed) ?? `[${placed.shape.join(', ')}]`}`)
    .join(', ');
}

function sizePlans(slots: readonly Slot[]): SizePlan[] {
  const plans = [distinctSizes(slots), equalSizes(slots, 2), equalSizes(slots, 3)];
  if (slots.some(({ isAxis }) => isAxis)) plans.splice(1, 0, { ...plans[0]!, axis: 'first' });
  const all = names(slots);
  // A name may have to be a size that is written elsewhere: the rows of a weight matrix are the columns of x.
  const written = new Set(
    slots.flatMap((slot) => (slot.dims ?? []).filter((dim) => typeof dim === 'number')),
  );
  for (const size of [...written].filter((dim) => dim > 1).slice(0, 3)) {
    for (const name of all.slice(-3)) {
      plans.push({ named: new Map([...distinctSizes(slots).named, [name, size]]), unnamed: size });
    }
  }
  // Windows and strides need room.
  return [...plans, equalSizes(slots, 4), equalSizes(slots, 8), equalSizes(slots, 1)];
}

function rankPlans(slots: readonly Slot[]): ReadonlyMap<number, number>[] {
  const unknown = slots.filter((slot) => slot.dims === undefined);
  const choices = unknown.map((slot) => [...new Set([slot.claimedRank ?? RANKS[0]!, ...RANKS])]);
  const plan = (ranks: readonly number[]): ReadonlyMap<number, number> =>
    new Map(unknown.map((slot, index) => [slot.node, ranks[index]!]));
  const plans = [plan(choices.map((ranks) => ranks[0]!))];
  // Inputs without a claim are more often alike than not.
  for (const rank of RANKS) plans.push(plan(unknown.map((slot) => slot.claimedRank ?? rank)));
  for (const rank of RANKS) plans.push(plan(unknown.map(() => rank)));
  const mixed: (readonly number[])[] = [];
  const extend = (prefix: readonly number[]): void => {
    if (mixed.length >= 4 * MOST_LAYOUTS) return;
    if (prefix.length === unknown.length) mixed.push(prefix);
    else for (const rank of choices[prefix.length]!) extend([...prefix, rank]);
  };
  if (unknown.length > 1) extend([]);
  return [...plans, ...mixed.map(plan)];
}

function distinct(index: number): number {
  return DISTINCT[index] ?? DISTINCT.at(-1)! + 2 * (index - DISTINCT.length + 1);
}

/** The same shapes, but for the axes of a name. */
export const withSize = (layout: Layout, name: string, other: number): Layout =>
  layout.map(({ slot, shape, number }) =>
    place(
      slot,
      shape.map((size, axis) => (slot.dims?.[axis] === name ? other : size)),
      slot.measures === name ? other : number,
    ),
  );
