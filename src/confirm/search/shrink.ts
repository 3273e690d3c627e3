import { containsAll } from './domain.js';
import { binadesBetween, fromOrdinal, ordinal, roundBeyond, shortest, withDigits } from './float32.js';
import type { Failed } from './judgement.js';
import type { Observation } from '../evaluation.js';
import { isSound } from '../parts.js';
import { names } from './shapes.js';
import { place, settledBy, type Layout, type Values } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';

/**
 * The smallest, roundest input that still fails the same way at the same site. In this order:
 * sizes, zeros, equal elements, round numbers, small magnitudes. Every step is judged by the whole
 * predicate (op, region, failure): a shrinker that only asks "does it fail?" slides into another defect.
 */
export async function shrink(trials: Trials, found: Trial): Promise<Trial> {
  const shrinker = new Shrinker(trials, found);
  try {
    await shrinker.alone();
    await shrinker.everything();
    await shrinker.sizes();
    await shrinker.wholeSlots();
    await shrinker.sizes();
    await shrinker.ties();
    await shrinker.blocks();
    await shrinker.elements();
    // Once more: with smaller numbers float64 may tell what it could not before.
    await shrinker.alone();
  } catch {
    // The evaluator has run out of time: the witness stays as it is, and is a witness all the same.
  }
  return shrinker.best;
}

/** More elements than this are not shrunk one by one. */
const MOST_ELEMENTS = 24;
/** With this many of 24 bits lost the result is wrong by 6 %: a witness need not be worse, and should not be better. */
const CONVINCING = 20;

/** What is no number any more, where it was one in float64. */
const BREAKS: ReadonlySet<Failed['failure']> = new Set(['overflow', 'infinity', 'nan']);

class Shrinker {
  best: Trial;
  readonly #failure: Failed['failure'];
  readonly #merit: number;
  readonly #ranThrough: boolean;
  /** Whether float64 handles what was found: then the witness shows what float32 does, and no empty mask beside it. */
  #isExact: boolean | undefined;
  readonly #exact = new WeakMap<Trial, Observation>();

  constructor(
    readonly trials: Trials,
    found: Trial,
  ) {
    this.best = found;
    this.#failure = (found.judgement as Failed).failure;
    this.#merit = Math.max(found.merit, -CONVINCING);
    this.#ranThrough = found.evidence.float32.thrown === undefined;
  }

  /** What else is broken there only distracts: other numbers for one input, so that the site is all that breaks. */
  async alone(): Promise<void> {
    if (!isBrokenElsewhere(this.best) && !(await this.#breaksFurtherOn(this.best))) return;
    for (const index of this.best.layout.keys()) {
      for (const value of [1, 0.5, 2])
        if (
          await this.#try(
            this.best.values.with(
              index,
              this.best.values[index]!.map(() => value),
            ),
            true,
          )
        )
          return;
    }
  }

  async everything(): Promise<void> {
    for (const value of [0, 1]) {
      if (await this.#try(this.best.values.map((slot) => slot.map(() => value)))) return;
    }
  }

  /** Axes with a free size: to 1, or to 2 where a size of 1 would fail whatever the values are. */
  async sizes(): Promise<void> {
    // What throws for shapes is plainest with axes of different sizes.
    if (this.#failure === 'throws') return;
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

  /** Each input as one number: zero, one, or the least round number that fails. */
  async wholeSlots(): Promise<void> {
    for (const index of this.best.layout.keys()) {
      const set = (value: number): Values =>
        this.best.values.with(
          index,
          this.best.values[index]!.map(() => value),
        );
      if (await this.#simple(set)) continue;
      const values = this.best.values[index]!;
      const worst = values[(this.best.judgement as Failed).element] ?? values[0]!;
      for (const value of new Set([worst, Math.max(...values), Math.min(...values)])) {
        if (!(await this.#try(set(value)))) continue;
        await this.#round(set, this.best.values[index]![0]!, index);
        break;
      }
    }
  }

  /** Elements of two inputs that are equal where it matters move together, or not at all. */
  async ties(): Promise<void> {
    const { values } = this.best;
    for (const [index, slot] of values.entries()) {
      for (const other of values.keys()) {
        if (other <= index || values[other]!.length !== slot.length || slot.every((value) => value === 0))
          continue;
        for (const value of [0, 1]) {
          const constant = slot.map(() => value);
          if (await this.#try(this.best.values.with(index, constant).with(other, constant))) break;
        }
      }
    }
  }

  /** Large tensors: zeros by halves, quarters and so on, as long as anything of it fails. */
  async blocks(): Promise<void> {
    for (const [index, { size }] of this.best.layout.entries()) {
      if (size <= MOST_ELEMENTS || isConstant(this.best.values[index]!)) continue;
      for (let block = Math.ceil(size / 2); block >= Math.max(4, size / 16); block = Math.ceil(block / 2)) {
        for (let start = 0; start < size; start += block) {
          const old = this.best.values[index]!;
          const zeroed = old.map((value, at) => (at >= start && at < start + block ? 0 : value));
          if (zeroed.some((value, at) => value !== old[at]))
            await this.#try(this.best.values.with(index, zeroed));
        }
      }
    }
  }

  /** First all that can be zero, one or a copy, since that is cheap, then round numbers for the rest. */
  async elements(): Promise<void> {
    for (const round of [false, true]) {
      for (const [index, { size }] of this.best.layout.entries()) {
        if (size < 2 || size > MOST_ELEMENTS || isConstant(this.best.values[index]!)) continue;
        for (let element = 0; element < size; element++) {
          const own = this.best.values[index]!;
          const set = (value: number): Values =>
            this.best.values.with(index, this.best.values[index]!.with(element, value));
          if (round) await this.#round(set, own[element]!, index);
          else if (own[element] !== 0) await this.#simplest(set, own[element - 1]);
        }
      }
    }
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
   * The round number nearest to the ordinary that still fails: halves the way from the failing value to 1 until the edge is
   * known to three digits, then writes a number a little beyond the edge with as few digits as will do.
   */
  async #round(set: (value: number) => Values, from: number, index: number): Promise<void> {
    if (from === 0 || Math.abs(from) === 1) return;
    if (from < 0 && (await this.#try(set(-from)))) return await this.#round(set, -from, index);
    // Lost digits come and go from one number to the next: there is no edge to look for.
    const edge = this.#failure === 'cancellation' ? from : await this.#edge(set, from, index);
    const outwards = Math.abs(from) > 1;
    for (const inner of outwards ? [edge * 2, edge * 1.1] : [edge / 10, edge / 2]) {
      if (await this.#try(set(roundBeyond(edge, inner)))) return;
    }
    for (const digits of [1, 2, 3, 4]) {
      if (await this.#try(set(withDigits(shortest(edge), digits, !outwards)))) return;
    }
    await this.#try(set(shortest(edge)));
  }

  async #edge(set: (value: number) => Values, from: number, index: number): Promise<number> {
    const { integer } = this.best.layout[index]!.slot.domain;
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
    return edge;
  }

  async #cut(axis: string | number, size: number): Promise<boolean> {
    for (const end of ['leading', 'trailing'] as const) {
      const smaller = resize(this.best, axis, size, end);
      if (smaller && (await this.#accept(smaller.layout, smaller.values))) return true;
    }
    return false;
  }

  async #try(values: Values, alone = false): Promise<boolean> {
    return await this.#accept(this.best.layout, values, alone);
  }

  async #accept(layout: Layout, values: Values, alone = false): Promise<boolean> {
    if (!inDomain(layout, values) || this.trials.exhausted) return false;
    const trial = await this.trials.run(layout, values);
    if (!this.#same(trial)) return false;
    if (alone && (isBrokenElsewhere(trial) || (await this.#breaksFurtherOn(trial)))) return false;
    if (layout !== this.best.layout && (await this.#blamesTheSize(layout))) return false;
    this.#isExact ??= await this.#passesExactly(this.best);
    if (this.#isExact && !(await this.#passesExactly(trial))) return false;
    this.best = trial;
    return true;
  }

  /** Whether what breaks is sound in float64. */
  async #passesExactly(trial: Trial): Promise<boolean> {
    return BREAKS.has(this.#failure) && isSound(await this.#inFloat64(trial));
  }

  /** Whether float64 handles the site, but not what follows it: that is broken by something else. */
  async #breaksFurtherOn(trial: Trial): Promise<boolean> {
    if (!BREAKS.has(this.#failure)) return false;
    const exact = await this.#inFloat64(trial);
    return !isSound(exact) && isSound({ ...exact, outputs: [], gradients: new Map() });
  }

  /** Asked of the best trial again and again: run once. */
  async #inFloat64(trial: Trial): Promise<Observation> {
    const { layout, values, evidence } = trial;
    const known = evidence.float64 ?? this.#exact.get(trial);
    if (known !== undefined) return known;
    const seen = await this.trials.evaluate(layout, values, 'float64', false);
    this.#exact.set(trial, seen);
    return seen;
  }

  /** If ordinary values fail at this size, and did not before, the values of the witness would prove nothing. */
  async #blamesTheSize(layout: Layout): Promise<boolean> {
    const fails = async (at: Layout): Promise<boolean> => {
      return this.#same(await this.trials.run(at, ordinaryValues(at)));
    };
    return (await fails(layout)) && !(await fails(this.best.layout));
  }

  #same({ judgement, merit, evidence }: Trial): boolean {
    if (judgement.kind !== 'fails' || judgement.failure !== this.#failure) return false;
    // What got through the unit, and broke in it, is not exchanged for what stops behind the site.
    if (this.#ranThrough && evidence.float32.thrown !== undefined) return false;
    // Where the site is all that breaks, nothing else is to break.
    if (evidence.float32.brokenElsewhere === true && !isBrokenElsewhere(this.best)) return false;
    return this.#failure !== 'cancellation' || merit <= this.#merit;
  }
}

const isBrokenElsewhere = ({ evidence }: Trial): boolean => evidence.float32.brokenElsewhere === true;

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function inDomain(layout: Layout, values: Values): boolean {
  const settled = settledBy(layout);
  return layout.every(
    (placed, index) => settled.has(placed) || containsAll(values[index]!, placed.slot.domain),
  );
}

/** The trial with the axes of that name (or all axes of that input) cut to a size; undefined if they are that small. */
function resize(
  trial: Trial,
  axis: string | number,
  size: number,
  end: 'leading' | 'trailing',
): { layout: Layout; values: Values } | undefined {
  let changed = false;
  const values: (readonly number[])[] = [];
  const layout = trial.layout.map((placed, index) => {
    const shape = placed.shape.map((dim, at) => {
      const cut = placed.slot.node === axis || placed.slot.dims?.[at] === axis;
      if (cut && dim > size) changed = true;
      return cut ? Math.min(dim, size) : dim;
    });
    values.push(crop(trial.values[index]!, placed.shape, shape, end));
    if (placed.slot.measures !== axis) return place(placed.slot, shape, placed.number);
    if (placed.number! > size) changed = true;
    return place(placed.slot, shape, Math.min(placed.number!, size));
  });
  return changed ? { layout, values } : undefined;
}

/** A corner of a tensor: the first, or the last. */
function crop(
  values: readonly number[],
  shape: readonly number[],
  smaller: readonly number[],
  end: 'leading' | 'trailing',
): readonly number[] {
  let kept: readonly number[] = values;
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const block = inner * shape[axis]!;
    const keep = inner * smaller[axis]!;
    if (keep < block) {
      const from = end === 'leading' ? 0 : block - keep;
      const parts: number[] = [];
      for (let start = from; start < kept.length; start += block)
        for (let at = start; at < start + keep; at += 1) parts.push(kept[at]!);
      kept = parts;
    }
    inner = keep;
  }
  return kept;
}
