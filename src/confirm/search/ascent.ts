import { lowest, highest } from './domain.js';
import { BINADE, fromOrdinal, ordinal } from './float32.js';
import { side, suspectOperand } from './region.js';
import type { Layout, Values } from './slots.js';
import type { Trial, Trials } from './trials.js';

/**
 * Directed search: moves an input so that the operand of the site moves into the danger region. The targets lie anywhere
 * between 1e-38 and 1e38, so steps are taken in exponents, not in values.
 */
export async function ascend(trials: Trials, start: Trial): Promise<Trial | undefined> {
  const bySign = await followGradient(trials, start);
  if (bySign?.judgement.kind === 'fails') return bySign;
  return await climb(trials, bySign && bySign.merit < start.merit ? bySign : start);
}

/**
 * The ends of the domain in the direction of the gradient, and against it: one step of GRIST's sign gradient
 * (Yan et al., ICSE 2021), as long as the domain allows. In float64, where saturated functions still have a slope.
 */
async function followGradient(trials: Trials, start: Trial): Promise<Trial | undefined> {
  const { layout, values } = start;
  const { gradients } = await trials.evaluate(layout, values, 'float64', true);
  if (gradients.size === 0) return undefined;
  let best: Trial | undefined;
  for (const direction of [1, -1]) {
    const moved = layout.map(({ slot }, index) => {
      const gradient = gradients.get(slot.node)?.values;
      return values[index]!.map((value, at) => {
        const slope = (gradient?.[at] ?? 0) * direction;
        if (slope === 0 || Number.isNaN(slope)) return value;
        return slope > 0 ? highest(slot.domain) : lowest(slot.domain);
      });
    });
    if (trials.exhausted) return best;
    const trial = await trials.run(layout, moved);
    if (trial.judgement.kind === 'fails') return trial;
    if (!best || trial.merit < best.merit) best = trial;
  }
  return best;
}

/** More coordinates than this are not moved one by one. */
const MOST_COORDINATES = 12;

/** A compass search (Kolda, Lewis, Torczon, SIAM Review 45 (2003)): whole inputs first, then single elements. */
async function climb(trials: Trials, start: Trial): Promise<Trial | undefined> {
  let best = start;
  const { layout } = start;
  const steps = groupsOf(layout).map((group) => ({ group, binades: 4 }));
  for (let round = 0; round < 12; round++) {
    let improved = false;
    for (const step of steps) {
      for (const move of movesOf(step.binades)) {
        if (trials.exhausted) return undefined;
        const moved = apply(layout, best.values, step.group, move);
        if (trials.hasSeen(layout, moved)) continue;
        const trial = await trials.run(layout, moved);
        if (trial.judgement.kind === 'fails') return trial;
        const crossed = await cross(trials, best, trial);
        if (crossed?.judgement.kind === 'fails') return crossed;
        if (!(trial.merit < best.merit)) continue;
        best = trial;
        improved = true;
        step.binades = Math.min(64, step.binades * 2);
        break;
      }
    }
    if (improved) continue;
    for (const step of steps) step.binades /= 4;
    if (steps.every(({ binades }) => binades < 2 ** -20)) return undefined;
  }
  return undefined;
}

/** A whole slot, or one element of it. */
interface Group {
  readonly slot: number;
  readonly element: number | undefined;
}

function groupsOf(layout: Layout): Group[] {
  const groups: Group[] = layout.map((_, slot) => ({ slot, element: undefined }));
  layout.forEach(({ size }, slot) => {
    for (let element = 0; size > 1 && element < size && groups.length < MOST_COORDINATES; element++) {
      groups.push({ slot, element });
    }
  });
  return groups;
}

type Move = (value: number) => number;

function movesOf(binades: number): Move[] {
  const moves: Move[] = [
    (value) => fromOrdinal(ordinal(value) + binades * BINADE),
    (value) => fromOrdinal(ordinal(value) - binades * BINADE),
  ];
  // The other sign is 250 binades away and yet next door.
  if (binades >= 4) moves.push((value) => -value);
  return moves;
}

function apply(layout: Layout, values: Values, group: Group, move: Move): Values {
  return layout.map((_, index) => {
    const slot = values[index]!;
    if (index !== group.slot) return slot;
    return slot.map((value, at) =>
      group.element === undefined || at === group.element ? move(value) : value,
    );
  });
}

/** If an element of the operand lies below the region in one trial and above it in the other, goes in between. */
export async function cross(trials: Trials, one: Trial, other: Trial): Promise<Trial | undefined> {
  const site = trials.job.site;
  const [from, to] = [operandOf(trials, one), operandOf(trials, other)];
  if (!from || !to || from.length !== to.length || one.layout !== other.layout) return undefined;
  const element = from.findIndex((value, at) => side(site, value)! * side(site, to[at]!)! < 0);
  if (element < 0) return undefined;
  return await between(trials, one, other, element);
}

/**
 * Closes in on the region along the line between two inputs: by the secant, which finds the zero of a linear operand at
 * once, and by halving, which finds any continuous one.
 */
async function between(
  trials: Trials,
  one: Trial,
  other: Trial,
  element: number,
): Promise<Trial | undefined> {
  const { low, high } = trials.job.site.region!;
  const target =
    Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : Number.isFinite(low) ? low : high;
  let [start, startOff] = [0, operandOf(trials, one)![element]! - target];
  let [end, endOff] = [1, operandOf(trials, other)![element]! - target];
  let best: Trial | undefined;
  for (let step = 0; step < 40 && !trials.exhausted; step++) {
    const secant = start - (startOff * (end - start)) / (endOff - startOff);
    const at = step % 2 === 0 && secant > start && secant < end ? secant : (start + end) / 2;
    const values = one.values.map((slot, index) =>
      slot.map((value, place) => value + at * (other.values[index]![place]! - value)),
    );
    if (trials.hasSeen(one.layout, values) && step > 2) break;
    const trial = await trials.run(one.layout, values);
    if (trial.judgement.kind === 'fails') return trial;
    if (!best || trial.merit < best.merit) best = trial;
    const off = operandOf(trials, trial)?.[element];
    if (off === undefined || Number.isNaN(off) || side(trials.job.site, off) === 0) break;
    if (Math.sign(off - target) === Math.sign(startOff)) [start, startOff] = [at, off - target];
    else [end, endOff] = [at, off - target];
  }
  return best;
}

export function operandOf(trials: Trials, trial: Trial): readonly number[] | undefined {
  return suspectOperand(trials.job.site, trial.evidence.float32.siteCalls[0])?.values;
}
