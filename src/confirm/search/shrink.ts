import { contains } from './domain.js';
import { binadesBetween, fromOrdinal, ordinal, roundBeyond, shortest } from './float32.js';
import type { Failed } from './judge.js';
import { ordinaryValues } from './values.js';
import { names } from './shapes.js';
import { place, type Layout, type Values } from './slots.js';
import type { Trial, Trials } from './trials.js';

/**
 * The smallest, roundest input that still fails the same way at the same site. The order is that of
 * facts/gradients.md 6: sizes, zeros, equal elements, round numbers, small magnitudes. Every step is judged by the whole
 * predicate (op, region, failure): a shrinker that only asks "does it fail?" slides into another defect.
 */
export async function shrink(trials: Trials, found: Trial): Promise<Trial> {
  const shrinker = new Shrinker(trials, found);
  await shrinker.sizes();
  await shrinker.wholeSlots();
  await shrinker.sizes();
  await shrinker.elements();
  return shrinker.best;
}

/** More elements than this are not shrunk one by one. */
const MOST_ELEMENTS = 24;

class Shrinker {
  best: Trial;
  readonly #failure: Failed['failure'];

  constructor(
    readonly trials: Trials,
    found: Trial,
  ) {
    this.best = found;
    this.#failure = (found.judgement as Failed).failure;
  }

  /** Axes with a free size: to 1, or to 2 where a size of 1 would fail whatever the values are. */
  async sizes(): Promise<void> {
    const { layout } = this.best;
    const free = new Set<string | number>(names(layout.map(({ slot }) => slot)));
    for (const { slot, shape } of layout) {
      if (slot.dims === undefined && shape.length > 0) free.add(slot.node);
    }
    for (const axis of free) {
      for (const size of [1, 2]) {
        if (await this.#cut(axis, size)) break;
      }
    }
  }

  async #cut(axis: string | number, size: number): Promise<boolean> {
    for (const end of ['leading', 'trailing'] as const) {
      const smaller = resize(this.best, axis, size, end);
      if (smaller && (await this.#accept(smaller.layout, smaller.values))) return true;
    }
    return false;
  }

  /** Each input as one number: zero, one, or the least round number that fails. */
  async wholeSlots(): Promise<void> {
    const { layout } = this.best;
    for (const [index, slot] of layout.entries()) {
      const set = (value: number): Values =>
        this.best.values.map((old, at) => (at === index ? old.map(() => value) : old));
      if (await this.#simple(set)) continue;
      const values = this.best.values[index]!;
      const worst = values[(this.best.judgement as Failed).element] ?? values[0]!;
      for (const value of new Set([worst, Math.max(...values), Math.min(...values)])) {
        if (!(await this.#try(set(value)))) continue;
        await this.#round(set, this.best.values[index]![0]!, slot.slot.domain.integer);
        break;
      }
    }
  }

  /** First all that can be zero, one or a copy, since that is cheap, then round numbers for the rest. */
  async elements(): Promise<void> {
    for (const round of [false, true]) {
      for (const [index, slot] of this.best.layout.entries()) {
        if (slot.size < 2 || slot.size > MOST_ELEMENTS || isConstant(this.best.values[index]!)) continue;
        for (let element = 0; element < slot.size; element++) {
          const value = this.best.values[index]![element]!;
          const set = this.#setter(index, element);
          if (round) await this.#round(set, value, slot.slot.domain.integer);
          else if (value !== 0) await this.#simplest(set, this.best.values[index]![element - 1]);
        }
      }
    }
  }

  #setter(index: number, element: number): (value: number) => Values {
    return (value) =>
      this.best.values.map((old, at) =>
        at === index ? old.map((kept, place) => (place === element ? value : kept)) : old,
      );
  }

  async #simplest(set: (value: number) => Values, neighbour: number | undefined): Promise<void> {
    if (await this.#simple(set)) return;
    if (neighbour !== undefined) await this.#try(set(neighbour));
  }

  /** 0, 1 and -1 need no search. */
  async #simple(set: (value: number) => Values): Promise<boolean> {
    for (const value of [0, 1, -1]) {
      if (await this.#try(set(value))) return true;
    }
    return false;
  }

  /**
   * The round number nearest to the ordinary that still fails: halves the way from the failing value to 1 (or 0) until the
   * edge is known to three digits, then writes the edge with as few digits as will do.
   */
  async #round(set: (value: number) => Values, from: number, integer: boolean): Promise<void> {
    if (from === 0 || Math.abs(from) === 1) return;
    let edge = from;
    let good = Math.sign(from);
    for (let step = 0; step < 14; step++) {
      const middle = integer
        ? Math.trunc((edge + good) / 2)
        : fromOrdinal((ordinal(edge) + ordinal(good)) / 2);
      if (middle === edge || middle === good || binadesBetween(edge, good) < 1e-3) break;
      if (await this.#try(set(middle))) edge = middle;
      else good = middle;
    }
    for (const inner of [from, (from + edge) / 2]) {
      const round = roundBeyond(edge, inner);
      if (round !== edge && (await this.#try(set(round)))) return;
    }
    await this.#try(set(shortest(edge)));
  }

  async #try(values: Values): Promise<boolean> {
    return await this.#accept(this.best.layout, values);
  }

  async #accept(layout: Layout, values: Values): Promise<boolean> {
    if (!inDomain(layout, values) || this.trials.exhausted) return false;
    const trial = await this.trials.run(layout, values);
    if (!this.#same(trial)) return false;
    // If ordinary values fail at this size as well, the size is to blame and the values prove nothing.
    if (layout !== this.best.layout) {
      const blank = await this.trials.run(layout, ordinaryValues(layout));
      if (
        this.#same(blank) &&
        !this.#same(await this.trials.run(this.best.layout, ordinaryValues(this.best.layout)))
      ) {
        return false;
      }
    }
    this.best = trial;
    return true;
  }

  #same({ judgement }: Trial): boolean {
    return judgement.kind === 'fails' && judgement.failure === this.#failure;
  }
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function inDomain(layout: Layout, values: Values): boolean {
  return layout.every(({ slot }, index) => values[index]!.every((value) => contains(value, slot.domain)));
}

/** The trial with the axes of that name (or all axes of that input) cut to a size; undefined if they are that small. */
function resize(
  trial: Trial,
  axis: string | number,
  size: number,
  end: 'leading' | 'trailing',
): { layout: Layout; values: Values } | undefined {
  let changed = false;
  const values: number[][] = [];
  const layout = trial.layout.map((placed, index) => {
    const shape = placed.shape.map((dim, at) => {
      const cut = placed.slot.node === axis || placed.slot.dims?.[at] === axis;
      if (cut && dim > size) changed = true;
      return cut ? Math.min(dim, size) : dim;
    });
    values.push(crop(trial.values[index]!, placed.shape, shape, end));
    return place(placed.slot, shape);
  });
  return changed ? { layout, values } : undefined;
}

/** A corner of a tensor: the first, or the last. */
function crop(
  values: readonly number[],
  shape: readonly number[],
  smaller: readonly number[],
  end: 'leading' | 'trailing',
): number[] {
  let kept = [...values];
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const block = inner * shape[axis]!;
    const keep = inner * smaller[axis]!;
    kept = kept.filter((_, index) =>
      end === 'leading' ? index % block < keep : index % block >= block - keep,
    );
    inner = keep;
  }
  return kept;
}
