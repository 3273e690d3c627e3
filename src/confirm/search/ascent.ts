import { lowest, highest } from './domain.js';
import { BINADE, fromOrdinal, ordinal } from './float32.js';
import { cross, extrapolate } from './secant.js';
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

/** A climb that has not arrived by then is on the wrong hill. */
const MOST_STEPS = 70;

/** A compass search (Kolda, Lewis, Torczon, SIAM Review 45 (2003)): whole inputs first, then single elements. */
async function climb(trials: Trials, start: Trial): Promise<Trial | undefined> {
  let best = start;
  const { layout } = start;
  const last = trials.evaluations + MOST_STEPS;
  const steps = groupsOf(layout).map((group) => ({ group, binades: 4 }));
  for (let round = 0; round < 12; round++) {
    let improved = false;
    for (const step of steps) {
      for (const move of movesOf(step.binades)) {
        if (trials.exhausted || trials.evaluations > last) return undefined;
        const moved = apply(layout, best.values, step.group, move);
        if (trials.hasSeen(layout, moved)) continue;
        const trial = await trials.run(layout, moved);
        if (trial.judgement.kind === 'fails') return trial;
        const crossed = await cross(trials, best, trial);
        if (crossed?.judgement.kind === 'fails') return crossed;
        if (!(trial.merit < best.merit)) continue;
        const ahead = await extrapolate(trials, best, trial);
        if (ahead?.judgement.kind === 'fails') return ahead;
        best = ahead && ahead.merit < trial.merit ? ahead : trial;
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
