import type { Failure } from '../../ops/row.js';
import type { NumericTensor, Observation } from '../evaluation.js';
import type { SuspectSite } from '../job.js';
import type { Mending } from '../mending.js';
import { firstNonFinite, floatOutputs, relativeError, rootMeanSquare } from './compare.js';
import type { Evidence, Failed } from './judgement.js';

/** Runs the same input in float32 again, with the gradient, and with some of what breaks mended. */
export type Rerun = (mended?: Mending) => Promise<Observation>;

/** In turn, for a number that takes the place of a broken one may break something by itself: the logarithm of 1 is 0. */
const FILLERS = [1, 0.37, -1.3] as const;

const OF_VALUES: readonly Failure[] = ['nan', 'infinity', 'overflow'];
const OF_GRADIENTS: readonly Failure[] = ['nan-gradient', 'inf-gradient'];

/**
 * Whether the site is to blame for what is not right in the result or in the gradient. A program may be broken in two
 * places, and one of them may do no harm: the site is to blame if mending it mends something, be it with everything else
 * as it is or with everything else mended too.
 */
export async function isToBlame(
  { formula = false, without }: Pick<SuspectSite, 'formula' | 'without'>,
  failed: Failed,
  { float32, float64, gradient }: Evidence,
  rerun: Rerun,
): Promise<boolean> {
  const { failure } = failed;
  if (isHidden(float32)) return true;
  if (failure === 'vanished-gradient' && without === undefined) return await cutsOff(failed, rerun);
  const isOfValue = OF_VALUES.includes(failure);
  if (!isOfValue && !OF_GRADIENTS.includes(failure)) return true;
  const parts: Part[] = isOfValue ? [floatOutputs, gradientsOf] : [gradientsOf];
  if (isOfValue && floatOutputs(float32).length === 0)
    return failure === 'nan' || (await changesTheAnswer(float32, float64, rerun));
  const find = (seen: Observation): Part | undefined => parts.find((part) => isBroken(part(seen)));
  const isClear = float32.brokenElsewhere !== true;
  if (isClear && find(float32) !== undefined) return true;
  const seen = gradient ? float32 : await rerun();
  const harmed = find(seen);
  if (harmed === undefined) return await makesADifference(seen, rerun);
  if (seen.brokenElsewhere !== true) return true;
  const broken = harmed(seen);
  for (const by of FILLERS) {
    if (isMendedBy(broken, harmed(await rerun({ of: 'site', by })), formula)) return true;
    const alone = harmed(await rerun({ of: 'others', by }));
    if (isBroken(alone) && isMendedBy(alone, harmed(await rerun({ of: 'all', by })), formula)) return true;
  }
  return false;
}

/** Large beside what the ops before the site leave of it, and beside what none of them leaves anything of. */
const STRONG = [1e30, 1] as const;

/** Whether there is a gradient again once the site hands on a strong one. */
async function cutsOff({ node, element, dead }: Failed, rerun: Rerun): Promise<boolean> {
  const isAlive = (value = 0): boolean => value !== 0 && !Number.isNaN(value);
  for (const by of STRONG) {
    const { gradients } = await rerun({ of: 'site', by, faded: true });
    const values = gradients.get(node!)?.values ?? [];
    if (dead === true ? values.some(isAlive) : isAlive(values[element])) return true;
  }
  return false;
}

/** What a failure shows in. */
type Part = (seen: Observation) => NumericTensor[];

const gradientsOf: Part = ({ gradients }) => [...gradients.values()];

/** A site whose operands are hidden (a getter, a callback) has hidden gradients too, and nothing can be told of it. */
const isHidden = ({ siteCalls }: Observation): boolean =>
  siteCalls.every(({ operands }) => Object.keys(operands).length === 0);

const isBroken = (tensors: readonly NumericTensor[]): boolean =>
  tensors.some((tensor) => firstNonFinite(tensor) !== undefined);

/** An element that is not finite before, and is so after. An Infinity in a formula may be meant: NaN is not. */
function isMendedBy(
  before: readonly NumericTensor[],
  after: readonly NumericTensor[],
  infinityIsMeant: boolean,
): boolean {
  return before.some(({ values }, index) => {
    const mended = after[index]?.values;
    return values.some((value, element) => {
      const now = mended?.[element] ?? NaN;
      return (
        (!Number.isFinite(value) && Number.isFinite(now)) ||
        (infinityIsMeant && Number.isNaN(value) && !Number.isNaN(now))
      );
    });
  });
}

/**
 * Where no float comes out. Truths are right if they are the same with the largest number in the place of Infinity, and in
 * float64: `exp(x) > 1` is so beyond 88.72 too. Of an index that is not said: one element is always the largest of its kind.
 */
async function changesTheAnswer(
  { outputs }: Observation,
  float64: Observation | undefined,
  rerun: Rerun,
): Promise<boolean> {
  if (outputs.length === 0 || outputs.some(({ dtype }) => dtype !== 'bool')) return true;
  const others = [await rerun({ of: 'site', by: 'largest' }), ...(float64 === undefined ? [] : [float64])];
  return others.some((other) =>
    outputs.some(({ values }, index) =>
      values.some((value, element) => value !== other.outputs[index]?.values[element]),
    ),
  );
}

/** Less than what is asked of a result that is right. */
const SAME = 2 ** -12;

/**
 * Where the result is finite and wrong: whether it would be another one with the largest number in the place of Infinity. If
 * not, it is bounded, or divided by, further on, and something else made the result wrong.
 */
async function makesADifference(seen: Observation, rerun: Rerun): Promise<boolean> {
  const other = floatOutputs(await rerun({ of: 'site', by: 'largest' }));
  return floatOutputs(seen).some(({ values }, index) => {
    const mended = other[index]?.values ?? [];
    const scale = Math.max(2 ** -100, rootMeanSquare(values));
    return values.some((value, element) => relativeError(value, mended[element] ?? NaN, scale) > SAME);
  });
}
