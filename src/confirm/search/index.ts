import { backendOf } from '../digits.js';
import { PLACES, type Job, type Answer, type JobResult } from '../job.js';
import { failApart } from './apart-from-others.js';
import { ascend } from './ascent.js';
import { isEmpty } from './domain.js';
import { hasOtherGradient } from './judge.js';
import type { Survival } from './judgement.js';
import { xorshift32 } from '../../random.js';
import { findWrongKernelGradient, isKernelGradient } from './kernel-gradient-search.js';
import { findShapeWitness } from './shape-search.js';
import {
  asCalled,
  describe,
  distinctSizes,
  elements,
  equalSizes,
  lay,
  layouts,
  MOST_ELEMENTS,
  MOST_LAYOUTS,
  names,
  withSize,
} from './shapes.js';
import type { Observation } from '../evaluation.js';
import { findInList } from './variable-lists.js';
import { findMovingTarget } from './moving-target.js';
import { suspectOperand } from './region.js';
import { cross } from './secant.js';
import { shrink } from './shrink.js';
import { claimsWrongGradient, findWrongGradient } from './slope-search.js';
import { slotsOf, type Layout, type Slot, type Values } from './slots.js';
import { findThreshold } from './threshold.js';
import { Trials, type AnyEvaluator, type Trial } from './trials.js';
import { ordinaryValues, proposals, samples } from './values.js';
import { chosenConstants, witnessOf } from './witness.js';

export interface SearchLimits {
  /** Evaluations spent on finding a failing input; shrinking it and its threshold have budgets of their own. */
  readonly search: number;
  readonly shrink: number;
  readonly threshold: number;
  readonly milliseconds: number;
}

const DEFAULT_LIMITS: SearchLimits = { search: 260, shrink: 110, threshold: 70, milliseconds: 5_000 };

/** Inputs with more elements than this are searched less, in proportion: what breaks them is a pattern, tried early. */
const MANY_ELEMENTS = 20_000;
const LEAST_SEARCH = 80;
const LEGIBLE_ELEMENTS = 3_000;
const LEAST_SHRINK = 12;

/**
 * Looks for an input that makes the unit fail at the site of the job, by the mechanism that the finding claims, and
 * shrinks it. Deterministic: the same job and the same unit give the same answer.
 */
export async function findWitness(
  evaluator: AnyEvaluator,
  job: Job,
  limits: SearchLimits = DEFAULT_LIMITS,
): Promise<JobResult> {
  const started = performance.now();
  const trials = new Trials(evaluator, job, limits.milliseconds);
  trials.allow(limits.search);
  const answer = await search(trials, job, limits);
  const elapsedMs = Math.round(10 * (performance.now() - started)) / 10;
  return { ...withConstants(answer, job), points: trials.points, elapsedMs };
}

/** A witness shows all that leads to the failure: the inputs that were tried, and the constants that choose the way. */
function withConstants(answer: Answer, { inputs }: Job): Answer {
  const { witness } = answer;
  if (witness === undefined) return answer;
  return { ...answer, witness: { ...witness, inputs: [...witness.inputs, ...chosenConstants(inputs)] } };
}

async function search(trials: Trials, job: Job, limits: SearchLimits): Promise<Answer> {
  const slots = slotsOf(job.inputs, backendOf(job));
  const barred = obstacle(job, slots);
  if (barred) return { status: 'not-run', reason: barred };
  if (job.site.harm === 'shape') return await findShapeWitness(trials, slots);

  if (isKernelGradient(job)) return await findWrongKernelGradient(trials, slots);

  const first = await firstRun(trials, slots);
  if (!first) return { status: 'not-run', reason: neverRan(trials, slots) };
  if (await isSettled(trials, first)) return { status: 'refuted', reason: survived(trials) };
  const { leftOut, unconnected, alongside, moving } = job.site;
  if (leftOut !== undefined || unconnected === true || alongside !== undefined)
    return (await findInList(trials, first)) ?? { status: 'not-reproduced', reason: survived(trials) };
  if (moving !== undefined)
    return (await findMovingTarget(trials, first)) ?? { status: 'not-reproduced', reason: survived(trials) };
  if (claimsWrongGradient(job)) {
    const { layout } = first;
    const called = (job.calls ?? []).map((call) => asCalled(layout, call));
    for (const one of called.length > 0 ? called : [layout]) {
      const wrong = await findWrongGradient(trials, one, called.length > 0);
      if (wrong) return wrong;
    }
  }
  const small = Math.min(1, MANY_ELEMENTS / elements(first.layout));
  trials.allow(Math.min(limits.search, Math.max(LEAST_SEARCH, limits.search * small)));
  const found = first.judgement.kind === 'fails' ? first : await hunt(trials, first, job.seed);
  if (!found) {
    const harmless = HARMLESS.some((why) => trials.survivals.has(why));
    const outside = trials.survivals.get('outside') ?? 0;
    return { status: 'not-reproduced', harmless, outside, reason: survived(trials) };
  }

  // A witness of thousands of weights is not read number by number: it need not be as round as can be.
  const legible = Math.min(1, LEGIBLE_ELEMENTS / elements(found.layout));
  const budget = (whole: number): number => Math.min(whole, Math.max(LEAST_SHRINK, whole * legible));
  trials.allow(budget(limits.shrink));
  const smallest = await shrink(trials, found);
  trials.allow(budget(limits.threshold));
  const threshold = await findThreshold(trials, smallest);
  const { judgement } = smallest;
  return {
    status: 'confirmed',
    failure: judgement.kind === 'fails' ? judgement.failure : undefined,
    witness: await witnessOf(trials, smallest),
    threshold,
  };
}

/** Why the search need not start. */
function obstacle(job: Job, slots: readonly Slot[]): string | undefined {
  if (job.site.harm === 'gradient' && !job.gradient) return 'no gradient is taken here';
  const empty = slots.find(({ domain }) => isEmpty(domain));
  if (empty) return `no value of ${empty.name} lies in [${empty.domain.low}, ${empty.domain.high}]`;
  const text = slots.find(({ dtype }) => dtype === 'string' || dtype === 'complex64');
  return text && `${text.name} is a ${text.dtype} tensor, for which there is no search`;
}

/** Whether no other run can come nearer to the danger region, and this one stayed outside. */
async function isSettled(trials: Trials, first: Trial): Promise<boolean> {
  const { judgement, evidence } = first;
  const { job } = trials;
  const { settledBy, site } = job;
  if (settledBy === undefined || site.region === undefined) return false;
  const { moreCalls, byChance, byDraws, thrown } = evidence.float32;
  if (judgement.kind !== 'passes' || judgement.why !== 'outside' || moreCalls === true) return false;
  if (settledBy === 'operand') return isAsRead(job, evidence.float32);
  if (byChance !== false || thrown !== undefined) return false;
  return byDraws !== true || (await isDrawnElsewhere(trials, first));
}

/** So many draws show whether they have a say. */
const DRAWS = 7;

/** Whether the operand is the same whatever is drawn, as where labels are drawn and a mean of written numbers is taken. */
async function isDrawnElsewhere(trials: Trials, { layout, values, evidence }: Trial): Promise<boolean> {
  const { site } = trials.job;
  const operands = ({ siteCalls }: Observation): string =>
    JSON.stringify(siteCalls.map((call) => suspectOperand(site, call)?.values));
  for (let draws = 1; draws <= DRAWS; draws += 1) {
    if (trials.exhausted) return false;
    const other = await trials.evaluate(layout, values, 'float32', false, false, draws);
    if (other.thrown !== undefined || operands(other) !== operands(evidence.float32)) return false;
  }
  return true;
}

/** Whether the operand is where it was read off the code to be. */
function isAsRead({ site, operandRange }: Job, { siteCalls }: Observation): boolean {
  if (operandRange === undefined) return false;
  const [low, high] = [Math.fround(operandRange.low), Math.fround(operandRange.high)];
  return siteCalls.every((call) =>
    suspectOperand(site, call)?.values.every(
      (value) => Math.fround(value) >= low && Math.fround(value) <= high,
    ),
  );
}

/** The first shapes with which the unit runs; where its gradient throws with some of them, others are better. */
async function firstRun(trials: Trials, slots: readonly Slot[]): Promise<Trial | undefined> {
  let forwardOnly: Trial | undefined;
  for (const layout of layouts(slots, trials.job.calls)) {
    const trial = await trials.run(layout, ordinaryValues(layout));
    const { thrown, siteCalls } = trial.evidence.float32;
    if (trial.judgement.kind === 'fails') return trial;
    // A unit that got through the site and threw later, or only in its backward pass, can be searched.
    const isCustom = trials.job.site.op === 'customGrad' && thrown?.during === 'backward';
    if (!thrown || isCustom) return trial;
    if (siteCalls.length === 0) continue;
    if (!hasOtherGradient(thrown)) return trial;
    forwardOnly ??= trial;
  }
  return forwardOnly;
}

/** Proposals tried before the directed search takes over for a while; most true findings need fewer. */
const OPENING = 36;
/** So many proposals in a row that were tried before: without inputs, or with few possible values, nothing new comes. */
const MOST_REPEATS = 200;

async function hunt(trials: Trials, first: Trial, seed: number): Promise<Trial | undefined> {
  const { layout } = first;
  const listed = proposals(layout, trials.job.site);
  const random = samples(layout, xorshift32(seed), () => trials.best?.values);
  const climb = async (): Promise<Trial | undefined> => {
    return trials.best?.layout === layout ? await ascend(trials, trials.best) : undefined;
  };
  const stages = [
    () => tryEach(trials, first, listed, OPENING),
    () => failApart(trials),
    climb,
    () => otherSizes(trials, layout),
    () => tryEach(trials, first, listed, Infinity),
    () => failApart(trials),
    climb,
    () => tryEach(trials, first, random, Infinity),
  ];
  for (const stage of stages) {
    const found = await stage();
    if (found || trials.exhausted) return found;
  }
  return undefined;
}

/** Returns the first input that fails; where two inputs have the region between them, goes there. */
async function tryEach(
  trials: Trials,
  { layout }: Trial,
  source: Generator<Values>,
  count: number,
): Promise<Trial | undefined> {
  const landmarks: Trial[] = [];
  const last = trials.points + count;
  let repeats = 0;
  while (trials.points < last && repeats < MOST_REPEATS && !trials.exhausted) {
    const { value: values, done } = source.next();
    if (done) return undefined;
    if (trials.hasSeen(layout, values)) {
      repeats++;
      continue;
    }
    repeats = 0;
    const trial = await trials.run(layout, values);
    if (trial.judgement.kind === 'fails') return trial;
    for (const other of landmarks) {
      const crossed = await cross(trials, other, trial);
      if (crossed?.judgement.kind === 'fails') return crossed;
    }
    if (landmarks.length < 3) landmarks.push(trial);
  }
  return undefined;
}

/** What happens to an empty axis is these ops' own affair; elsewhere it is no input that anybody means. */
const EMPTY_MATTERS = ['mean', 'moments', 'max', 'min', 'norm', 'softmax', 'logSumExp'];

/** What a product underflows to needs many factors, where none of them is small enough alone. */
const LENGTH_MATTERS = ['prod', 'cumprod'];
const LONG = 64;
const FEW = 12;

/** No place at all, a single row, a single column: a variance of one sample, a denominator of n - 1. */
async function otherSizes(trials: Trials, layout: Layout): Promise<Trial | undefined> {
  const slots = layout.map(({ slot }) => slot);
  const ranks = new Map(layout.map(({ slot, shape }) => [slot.node, shape.length]));
  const { op } = trials.job.site;
  const sizes = EMPTY_MATTERS.includes(op) ? [1, 0] : [1];
  const plan = distinctSizes(slots);
  const all = names(slots);
  const changed = all.flatMap((name) =>
    sizes.map((size) => lay(slots, { ...plan, named: new Map([...plan.named, [name, size]]) }, ranks)),
  );
  for (const other of [...(all.includes(PLACES) ? [withSize(layout, PLACES, 0)] : []), ...changed]) {
    if (trials.exhausted) return undefined;
    const trial = await trials.run(other, ordinaryValues(other));
    if (trial.judgement.kind === 'fails') return trial;
  }
  if (!LENGTH_MATTERS.includes(op)) return undefined;
  const long = lay(slots, equalSizes(slots, LONG), ranks);
  const trial = await trials.run(long, ordinaryValues(long));
  if (trial.judgement.kind === 'fails') return trial;
  return trials.exhausted ? undefined : await tryEach(trials, trial, proposals(long, trials.job.site), FEW);
}

function neverRan(trials: Trials, slots: readonly Slot[]): string {
  if (trials.points === 0) return `the inputs have more than ${MOST_ELEMENTS} elements`;
  const tried =
    trials.points === 1 ? '' : ` (${Math.min(trials.points, MOST_LAYOUTS)} choices of shapes tried)`;
  const { best } = trials;
  const at = best && slots.length > 0 ? ` on ${describe(best.layout)}` : '';
  return `it throws${at}: ${trials.thrown ?? 'the site was not reached'}${tried}`;
}

/** The site failed where the unit did not. */
const HARMLESS: readonly Survival[] = ['masked', 'not-to-blame'];

const WHY: Readonly<Record<Survival, string>> = {
  threw: 'the unit threw',
  'not-reached': 'the site was not reached',
  upstream: 'an operand of the site was already broken',
  outside: 'the operand stayed outside the danger region',
  held: 'the site held',
  elsewhere: 'something failed, but not this way at this site',
  masked: 'the site failed, but the result and its gradient came out right',
  'not-to-blame': 'the site failed, but it is something else that breaks the result',
  'ill-conditioned': 'digits were lost, but no more than rounding the inputs loses',
};

/** What the search saw, for a verdict that must not read as "safe". */
function survived(trials: Trials): string {
  const seen = [...trials.survivals].sort(([, one], [, other]) => other - one);
  const counts = seen.map(([why, count]) => `${WHY[why]} (${count})`).join('; ');
  const { region } = trials.job.site;
  if (!region || trials.nearest.distance === 0 || trials.nearest.value === undefined) return counts;
  return `${counts}; nearest approach: ${region.operand} = ${Number(trials.nearest.value.toPrecision(4))}`;
}

export type { AnyEvaluator };
