import { broadcastSource, sameShape } from '../../facts/concrete-shape.js';
import type { Failure } from '../../ops/row.js';
import type { NumericTensor, SiteCall, Thrown } from '../evaluation.js';
import { digitsOf, type Digits } from '../digits.js';
import { isInNumbers, type Job, type SuspectSite } from '../job.js';
import {
  firstNonFinite,
  floatOutputs,
  normError,
  operandsFinite,
  relativeError,
  rootMeanSquare,
  worstError,
} from './compare.js';
import { cutElement } from './cut-values.js';
import { brokenGradient, judgeGradient } from './judge-gradient.js';
import type { Evidence, Failed, Judgement, Survival } from './judgement.js';
import { isFloat } from './slots.js';
import { accepted, isSuspect } from './suspected.js';

const GRADIENT_FAILURES: readonly Failure[] = ['nan-gradient', 'inf-gradient', 'vanished-gradient'];

/** Whether gradients have to be computed to judge this finding at all. */
export function needsGradient(job: Job): boolean {
  const { harm, failures } = job.site;
  return (
    job.gradient && (harm === 'gradient' || failures.some((failure) => GRADIENT_FAILURES.includes(failure)))
  );
}

/**
 * Whether this input confirms the finding: a failure of the kind it claims, at its site, by its mechanism. A program may
 * be broken in two places; the operands of the site must be finite and in the danger region, or it is the other place.
 */
export function judge(job: Job, evidence: Evidence): Judgement {
  const { site } = job;
  const { siteCalls, thrown } = evidence.float32;
  const throwsBack = thrown?.during === 'backward' && thrown.atSite !== false;
  if (throwsBack && site.failures.includes('throws') && siteCalls.length > 0) {
    return { kind: 'fails', failure: 'throws', call: siteCalls.length - 1, element: 0 };
  }
  let verdict: Judgement = { kind: 'passes', why: thrown?.during === 'forward' ? 'threw' : 'not-reached' };
  for (const [index, call] of siteCalls.entries()) {
    verdict = graver(verdict, judgeCall(job, evidence, call, index));
    if (verdict.kind === 'fails') return verdict;
  }
  if (needsGradient(job) && siteCalls.length > 0) verdict = graver(verdict, judgeGradient(job, evidence));
  return verdict;
}

const ORDER: readonly Survival[] = [
  'threw',
  'not-reached',
  'upstream',
  'outside',
  'held',
  'elsewhere',
  'masked',
  'not-to-blame',
  'ill-conditioned',
];

function graver(one: Judgement, other: Judgement): Judgement {
  const rank = (verdict: Judgement): number => {
    if (verdict.kind === 'passes') return ORDER.indexOf(verdict.why);
    return verdict.kind === 'undecided' ? ORDER.length : ORDER.length + 1;
  };
  return rank(other) > rank(one) ? other : one;
}

function judgeCall(job: Job, evidence: Evidence, call: SiteCall, index: number): Judgement {
  const { site } = job;
  const wants = (failure: Failure): boolean => site.failures.includes(failure);
  if (!operandsFinite(call) && site.formula !== true) {
    // NaN that goes in and does not come out: argMax, sign, comparisons, casts.
    const hidden = site.harm === 'value' && wants('wrong-value') && firstNonFinite(call.output) === undefined;
    if (hidden && hasNaN(call)) return { kind: 'fails', failure: 'wrong-value', call: index, element: 0 };
    return { kind: 'passes', why: 'upstream' };
  }
  if (!isSuspect(site, call)) return { kind: 'passes', why: 'outside' };
  if (firstNonFinite(call.output) !== undefined) {
    const broken = brokenAsClaimed(site, call);
    if (!broken) return { kind: 'passes', why: 'elsewhere' };
    return unlessMasked(job, evidence, { kind: 'fails', call: index, ...broken });
  }
  const cut = wants('wrong-value') ? cutElement(site, call) : undefined;
  if (cut !== undefined) return { kind: 'fails', failure: 'wrong-value', call: index, element: cut };
  if (!(wants('cancellation') || wants('underflow') || (wants('wrong-value') && site.harm !== 'gradient'))) {
    return { kind: 'passes', why: 'held' };
  }
  if (!evidence.float64) return { kind: 'undecided', needs: 'float64' };
  const exact = evidence.float64.siteCalls[index];
  if (
    !exact ||
    !sameShape(exact.output.shape, call.output.shape) ||
    firstNonFinite(exact.output) !== undefined
  ) {
    return { kind: 'passes', why: 'elsewhere' };
  }
  return judgeDigits(job, evidence, exact, index);
}

/** The first element that is broken the way the finding says: beside it may stand an Infinity that is meant. */
function brokenAsClaimed(
  site: SuspectSite,
  call: SiteCall,
): { readonly failure: Failure; readonly element: number } | undefined {
  for (const [element, value] of call.output.values.entries()) {
    const failure = Number.isFinite(value)
      ? undefined
      : accepted(site, nonFiniteFailure(site, call, element));
    if (failure !== undefined) return { failure, element };
  }
  return undefined;
}

/** Infinity at a pole of the function (`log(0)`, `1 / 0`), else a finite result that float32 cannot hold. */
function nonFiniteFailure(site: SuspectSite, call: SiteCall, element: number): Failure {
  if (Number.isNaN(call.output.values[element])) return 'nan';
  const { a, b, x, base, exp } = call.operands;
  const has = (operand: typeof a, ...poles: number[]): boolean =>
    operand?.values.some((value) => poles.includes(value)) ?? false;
  switch (site.op.replace(/^.*\./, '')) {
    case 'log':
    case 'reciprocal':
    case 'rsqrt':
      return has(x, 0) ? 'infinity' : 'overflow';
    case 'log1p':
      return has(x, -1) ? 'infinity' : 'overflow';
    case 'atanh':
      return has(x, 1, -1) ? 'infinity' : 'overflow';
    case 'div':
    case 'divNoNan':
    case 'floorDiv':
    case 'mod':
      return has(b, 0) ? 'infinity' : 'overflow';
    case 'pow':
      return has(base ?? a ?? x, 0) && exp !== undefined ? 'infinity' : 'overflow';
    default:
      return 'overflow';
  }
}

/**
 * Infinity at the site does no harm if the result of the unit is right all the same, and its gradient too: `1 / (1 + exp(-x))`
 * at x = -100, or a branch that `where` leaves out.
 */
function unlessMasked(job: Job, evidence: Evidence, failed: Failed): Judgement {
  const results = floatOutputs(evidence.float32);
  if (results.length === 0 || results.some((result) => firstNonFinite(result) !== undefined)) return failed;
  if (!evidence.float64) return { kind: 'undecided', needs: 'float64' };
  const exact = floatOutputs(evidence.float64);
  const right = results.every((result, index) =>
    agrees(result.values, exact[index]?.values ?? [], digitsOf(job)),
  );
  if (!right) return failed;
  if (!job.gradient) return { kind: 'passes', why: 'masked' };
  if (!evidence.gradient) return { kind: 'undecided', needs: 'gradient' };
  if (hasOtherGradient(evidence.float32.thrown)) return { kind: 'passes', why: 'threw' };
  return brokenGradient(evidence.float32) ? failed : { kind: 'passes', why: 'masked' };
}

/** Whether a backward pass threw for the shapes it was given: with others there is a gradient. */
export const hasOtherGradient = (thrown: Thrown | undefined): boolean =>
  thrown?.during === 'backward' && !/gradient function not found|no gradient/i.test(thrown.message);

function agrees(values: readonly number[], reference: readonly number[], digits: Digits): boolean {
  if (values.length !== reference.length) return false;
  const { smallestNormal, agreement } = digits;
  const scale = Math.max(smallestNormal / agreement, rootMeanSquare(reference));
  return values.every((value, index) => relativeError(value, reference[index]!, scale) <= agreement);
}

/** Below the normal numbers digits go one by one. */
const hasUnderflown = (value: number, exact: number, { smallestNormal, lost }: Digits): boolean =>
  Math.abs(value) < smallestNormal && value !== exact && relativeError(value, exact, 0) >= lost;

function judgeDigits(job: Job, evidence: Evidence, exact: SiteCall, index: number): Judgement {
  const { site } = job;
  const call = evidence.float32.siteCalls[index]!;
  const digits = digitsOf(job);
  const wants = (failure: Failure): boolean => site.failures.includes(failure);
  if (wants('underflow')) {
    const element = call.output.values.findIndex((value, at) =>
      hasUnderflown(value, exact.output.values[at]!, digits),
    );
    if (element >= 0)
      return unlessHarmless(job, evidence, { kind: 'fails', failure: 'underflow', call: index, element });
  }
  const { element, relative } = worstError(call.output.values, exact.output.values, digits);
  if (relative < digits.lost) return { kind: 'passes', why: 'held' };
  if (
    wants('cancellation') &&
    relative >= digits.localLoss * Math.max(digits.rounding, operandError(call, exact, element))
  ) {
    return unlessHarmless(job, evidence, { kind: 'fails', failure: 'cancellation', call: index, element });
  }
  if (wants('wrong-value')) return { kind: 'fails', failure: 'wrong-value', call: index, element };
  return { kind: 'passes', why: 'upstream' };
}

/**
 * Digits that are lost at the site do no harm if neither the result of the unit nor its gradient is off for it: `exp(x) - 1`
 * to which 100 is added. Of JavaScript numbers only those at the site have a reference.
 */
function unlessHarmless(job: Job, evidence: Evidence, failed: Failed): Judgement {
  const results = floatOutputs(evidence.float32);
  if (isInNumbers(job.site) || results.length === 0) return failed;
  const digits = digitsOf(job);
  const exact = floatOutputs(evidence.float64!);
  const isOff = ({ values }: NumericTensor, reference: NumericTensor | undefined): boolean =>
    reference?.values.length !== values.length ||
    worstError(values, reference.values, digits).relative >= digits.lost;
  const isGone = ({ values }: NumericTensor, reference: NumericTensor | undefined): boolean =>
    failed.failure === 'underflow' &&
    values.some((value, at) => hasUnderflown(value, reference?.values[at] ?? NaN, digits));
  if (results.some((result, at) => isOff(result, exact[at]) || isGone(result, exact[at]))) return failed;
  if (!job.gradient) return { kind: 'passes', why: 'masked' };
  if (!evidence.gradient) return { kind: 'undecided', needs: 'gradient' };
  if (hasOtherGradient(evidence.float32.thrown)) return { kind: 'passes', why: 'threw' };
  const exactly = evidence.float64!.gradients;
  const harmed = [...evidence.float32.gradients].some(([node, gradient]) =>
    isOff(gradient, exactly.get(node)),
  );
  return harmed ? failed : { kind: 'passes', why: 'masked' };
}

/** The relative error that the operands of this element bring along. */
function operandError(call: SiteCall, exact: SiteCall, element: number): number {
  let worst = 0;
  for (const [name, operand] of Object.entries(call.operands)) {
    const reference = exact.operands[name];
    if (!reference || !isFloat(operand.dtype) || !sameShape(operand.shape, reference.shape)) continue;
    const source = broadcastSource(operand.shape, call.output.shape, element);
    const error =
      source === undefined
        ? normError(operand.values, reference.values)
        : relativeError(operand.values[source]!, reference.values[source]!);
    worst = Math.max(worst, error);
  }
  return worst;
}

function hasNaN(call: SiteCall): boolean {
  return Object.values(call.operands).some(({ values }) => values.some((value) => Number.isNaN(value)));
}
