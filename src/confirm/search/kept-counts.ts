/** A sum that is divided by the length of an axis which it still has: the divisor follows that length. */
import type { SiteCall } from '../evaluation.js';
import type { Answer } from '../job.js';
import { equalSizes, lay } from './shapes.js';
import type { Slot } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { ordinaryValues } from './values.js';
import { inputsOf } from './witness.js';

/** Two runs of other sizes, in each of which as many are counted as there are results. */
export async function countsWhatStays(
  trials: Trials,
  slots: readonly Slot[],
  trial: Trial,
): Promise<Answer | undefined> {
  const [before] = trial.evidence.float32.siteCalls;
  const first = before && countedIn(trials, before);
  if (before === undefined || first === undefined) return undefined;
  const ranks = new Map(trial.layout.map(({ slot, shape }) => [slot.node, shape.length]));
  for (const more of OTHERS) {
    const layout = lay(slots, equalSizes(slots, first + more), ranks);
    const [after] = (await trials.run(layout, ordinaryValues(layout))).evidence.float32.siteCalls;
    const second = after && countedIn(trials, after);
    if (after === undefined || second === undefined || second === first) continue;
    const observed = {
      'shape of the sum': [...before.operands['a']!.shape],
      'counted as': first,
      'then shape of the sum': [...after.operands['a']!.shape],
      'then counted as': second,
    };
    return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
  }
  return undefined;
}

/** Sizes that are so much larger: not each of them fits what the unit makes of its inputs. */
const OTHERS = [1, 2, 3, 4];

/** The number that is divided by, where it is the length of an axis of what is divided; of a logarithm that of which it is. */
function countedIn({ job }: Trials, { operands: { a, b } }: SiteCall): number | undefined {
  const [given] = b?.values ?? [];
  if (a === undefined || given === undefined) return undefined;
  const count = job.site.op === 'sub' ? Math.exp(given) : given;
  return a.shape.find((size) => size > 1 && Math.abs(size - count) < 1e-3);
}
