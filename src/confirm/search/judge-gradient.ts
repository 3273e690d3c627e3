/** Whether the gradient of a unit breaks, fades or vanishes where the operands of the site are in its danger region. */
import type { Failure } from '../../ops/row.js';
import { digitsOf } from '../digits.js';
import type { NumericTensor, Observation } from '../evaluation.js';
import type { Job } from '../job.js';
import { firstNonFinite, floatOutputs, operandsFinite } from './compare.js';
import type { Evidence, Failed, Judgement } from './judgement.js';
import { accepted, isSuspect } from './suspected.js';

export function judgeGradient(job: Job, evidence: Evidence): Judgement {
  const { site } = job;
  const { float32, float64 } = evidence;
  const call = float32.siteCalls.findIndex(
    (one) => (site.formula === true || operandsFinite(one)) && isSuspect(site, one),
  );
  if (call < 0)
    return { kind: 'passes', why: float32.siteCalls.some(operandsFinite) ? 'outside' : 'upstream' };
  // Where the value breaks as well, the gradient is the lesser news, and the finding is another one. (Broken results of a
  // unit whose site is sound may be gradients that it took itself.)
  const broken32 = (tensor: NumericTensor): boolean => firstNonFinite(tensor) !== undefined;
  if (broken32(float32.siteCalls[call]!.output) && floatOutputs(float32).some(broken32)) {
    return { kind: 'passes', why: 'elsewhere' };
  }
  if (!evidence.gradient) return { kind: 'undecided', needs: 'gradient' };
  const broken = brokenGradient(float32);
  if (broken) {
    const failure = accepted(site, broken.failure);
    if (!failure) return { kind: 'passes', why: 'elsewhere' };
    return { kind: 'fails', failure, call, element: broken.element, node: broken.node };
  }
  if (site.without !== undefined) return judgeFaded(evidence, call);
  // Without a region any saturated op on the way would do; `slope-search.ts` looks for gradients that are cut off.
  if (!site.failures.includes('vanished-gradient') || !site.region) return { kind: 'passes', why: 'held' };
  const zeros = [...float32.gradients].some(([, gradient]) => gradient.values.includes(0));
  if (!zeros) return { kind: 'passes', why: 'held' };
  if (!float64) return { kind: 'undecided', needs: 'float64' };
  return judgeVanished(job, float32, float64, call);
}

/** So much of a gradient is nothing to learn from. */
const FADED = 0.01;

/**
 * A gradient that the site lets fade: where the unit without it has its largest gradient, less than a hundredth is left.
 * Of an answer that is right there is little gradient with the site and without it.
 */
function judgeFaded({ float32, without }: Evidence, call: number): Judgement {
  if (!without) return { kind: 'undecided', needs: 'without' };
  if (without.thrown !== undefined) return { kind: 'passes', why: 'threw' };
  for (const [node, gradient] of float32.gradients) {
    const exact = without.gradients.get(node)?.values ?? [];
    if (exact.length === 0 || exact.some((value) => !Number.isFinite(value))) continue;
    const sizes = exact.map(Math.abs);
    const element = sizes.indexOf(Math.max(...sizes));
    if (sizes[element]! >= LEAST_SIGNAL && Math.abs(gradient.values[element]!) < FADED * sizes[element]!)
      return { kind: 'fails', failure: 'vanished-gradient', call, element, node };
  }
  return { kind: 'passes', why: 'held' };
}

/** A gradient to learn from. */
const LEAST_SIGNAL = 1e-3;

function judgeVanished(job: Job, float32: Observation, float64: Observation, call: number): Judgement {
  const vanished: Failed[] = [];
  for (const [node, gradient] of float32.gradients) {
    const exact = float64.gradients.get(node)?.values;
    if (!exact || exact.some((value) => !Number.isFinite(value))) continue;
    // What is tiny beside the other elements is rounding; what is tiny altogether may be the whole signal.
    const scale = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const least = Math.max(digitsOf(job).smallestNormal, 1e-3 * scale);
    const element = gradient.values.findIndex((value, at) => value === 0 && Math.abs(exact[at]!) >= least);
    const failed = { kind: 'fails', failure: 'vanished-gradient', call, node } as const;
    if (element >= 0) vanished.push({ ...failed, element });
    // A clamp or a saturation that kills the gradient in any precision: dead here, alive elsewhere.
    else if (scale === 0 && gradient.values.every((value) => value === 0))
      vanished.push({ ...failed, element: 0, dead: true });
  }
  const [first, ...others] = vanished;
  return first === undefined ? { kind: 'passes', why: 'held' } : { ...first, others };
}

export function brokenGradient(
  observation: Observation,
): { node: number; element: number; failure: Failure } | undefined {
  let infinite: { node: number; element: number; failure: Failure } | undefined;
  for (const [node, gradient] of observation.gradients) {
    const nan = gradient.values.findIndex((value) => Number.isNaN(value));
    if (nan >= 0) return { node, element: nan, failure: 'nan-gradient' };
    const element = firstNonFinite(gradient);
    if (element !== undefined) infinite ??= { node, element, failure: 'inf-gradient' };
  }
  return infinite;
}
