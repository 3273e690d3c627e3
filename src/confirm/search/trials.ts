import type { ConcreteInputs, EvaluationOptions, Observation } from '../evaluation.js';
import { isInNumbers, referenceRun, type Job } from '../job.js';
import { digitsOf } from '../digits.js';
import type { Mending } from '../mending.js';
import { isToBlame } from './blame.js';
import { relativeError, worstError } from './compare.js';
import { clampAll } from './domain.js';
import { ROUNDING } from './float32.js';
import { judge, needsGradient } from './judge.js';
import type { Evidence, Failed, Judgement, Survival } from './judgement.js';
import { approach, type Approach } from './region.js';
import { elements } from './shapes.js';
import { concrete, type Layout, type Values } from './slots.js';
import { ordinaryValues } from './values.js';

/** An `Evaluator`, or one that answers from another process. */
export interface AnyEvaluator {
  evaluate(inputs: ConcreteInputs, options: EvaluationOptions): Observation | Promise<Observation>;
}

/** One input, what the unit did with it, and what that says of the finding. */
export interface Trial {
  readonly layout: Layout;
  readonly values: Values;
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly approach: Approach;
  /** Lower is nearer to a failure: outside the region the distance to it, inside minus the bits lost. */
  readonly merit: number;
}

/** Runs inputs, judges them, counts them, and remembers those it has seen. */
export class Trials {
  /** Different inputs tried. */
  points = 0;
  evaluations = 0;
  /** The input nearest to a failure, and the nearest approach to the region. */
  best: Trial | undefined;
  nearest: Approach = { distance: Infinity, value: undefined };
  /** The last error message of the unit. */
  thrown: string | undefined;
  readonly survivals = new Map<Survival, number>();
  /** The first inputs on which the site failed without being to blame. */
  #innocent: Trial[] = [];
  readonly #seen = new Map<string, Trial>();
  readonly #large = new Set<string>();
  #prepared: Prepared | undefined;
  readonly #deadline: number;
  #limit = 0;

  constructor(
    readonly evaluator: AnyEvaluator,
    readonly job: Job,
    timeLimitMs: number,
  ) {
    this.#deadline = performance.now() + timeLimitMs;
  }

  /** Sets a fresh budget of evaluations for the next stage. */
  allow(evaluations: number): void {
    this.#limit = this.evaluations + evaluations;
  }

  get exhausted(): boolean {
    return this.evaluations >= this.#limit || performance.now() > this.#deadline;
  }

  hasSeen(layout: Layout, values: Values): boolean {
    const { key } = this.#prepare(layout, values);
    return this.#seen.has(key) || this.#large.has(key);
  }

  async run(layout: Layout, proposed: Values): Promise<Trial> {
    const { values, key } = this.#prepare(layout, proposed);
    const before = this.#seen.get(key);
    if (before) return before;
    this.points++;
    const trial = await this.#observe(layout, values);
    this.#remember(trial);
    if (elements(layout) <= MOST_KEPT) this.#seen.set(key, trial);
    else this.#large.add(key);
    return trial;
  }

  /** Who asks whether a proposal is new runs it next: large tensors are clamped once. */
  #prepare(layout: Layout, proposed: Values): Prepared {
    if (this.#prepared?.layout === layout && this.#prepared.proposed === proposed) return this.#prepared;
    const values = clampAll(layout, proposed);
    this.#prepared = { layout, proposed, values, key: keyOf(layout, values) };
    return this.#prepared;
  }

  /** Inputs on which the site failed and something else did the harm, since this was asked last. */
  takeInnocent(): readonly Trial[] {
    const taken = this.#innocent;
    this.#innocent = [];
    return taken;
  }

  async evaluate(
    layout: Layout,
    values: Values,
    precision: 'float32' | 'float64',
    gradient: boolean,
    audit: EvaluationOptions['audit'] = false,
    draws?: number,
  ): Promise<Observation> {
    this.evaluations++;
    const run = precision === 'float64' ? referenceRun(this.job.site) : { precision };
    return await this.evaluator.evaluate(concrete(layout, values), { ...run, gradient, audit, draws });
  }

  /** In float64, with a gradient that outputs which always add up to 1 have too. */
  async evaluateWeighted(layout: Layout, values: Values): Promise<Observation> {
    this.evaluations++;
    const options = { precision: 'float64', gradient: true, weighted: true } as const;
    return await this.evaluator.evaluate(concrete(layout, values), options);
  }

  /** In float64, without the site. */
  async evaluateWithout(layout: Layout, values: Values): Promise<Observation> {
    this.evaluations++;
    const { without } = this.job.site;
    return await this.evaluator.evaluate(concrete(layout, values), {
      precision: 'float64',
      gradient: true,
      without,
    });
  }

  /** In float64, the gradients measured, where the operand that is to be given is off the tape. */
  async evaluateGiven(
    layout: Layout,
    values: Values,
    audit: EvaluationOptions['audit'],
  ): Promise<Observation> {
    this.evaluations++;
    return await this.evaluator.evaluate(concrete(layout, values), {
      ...referenceRun(this.job.site),
      gradient: true,
      audit,
      given: this.job.site.moving?.operand,
    });
  }

  async #observe(layout: Layout, values: Values): Promise<Trial> {
    // Where the value may break, or the region tell, the gradient can wait until it is asked for.
    const { harm, region } = this.job.site;
    let gradient = needsGradient(this.job) && (harm !== 'value' || region === undefined);
    const run = (precision: 'float32' | 'float64'): Promise<Observation> =>
      this.evaluate(layout, values, precision, gradient);
    let evidence: Evidence = { float32: await run('float32'), gradient };
    let judgement = judge(this.job, evidence);
    // At most: float64 is asked for, then the gradient in both.
    for (let doubts = 0; judgement.kind === 'undecided' && doubts < 3; doubts++) {
      if (judgement.needs === 'without') {
        evidence = { ...evidence, without: await this.evaluateWithout(layout, values) };
      } else if (judgement.needs === 'float64') {
        evidence = { ...evidence, float64: await run('float64') };
      } else {
        gradient = true;
        const float64 = evidence.float64 && (await run('float64'));
        evidence = { float32: await run('float32'), float64, gradient };
      }
      judgement = judge(this.job, evidence);
    }
    if (judgement.kind === 'fails') judgement = await this.#examine(layout, values, evidence, judgement);
    const near = approach(this.job.site, evidence.float32);
    return { layout, values, evidence, judgement, approach: near, merit: meritOf(near, evidence) };
  }

  /** What failed may be no fault of the site: that takes further runs to tell. */
  async #examine(layout: Layout, values: Values, evidence: Evidence, failed: Failed): Promise<Judgement> {
    if (await this.#illConditioned(layout, values, evidence, failed))
      return { kind: 'passes', why: 'ill-conditioned' };
    let why: Survival = 'not-to-blame';
    for (const one of [failed, ...(failed.others ?? [])]) {
      if (!(await this.#isToBlame(layout, values, evidence, one))) continue;
      if (one.dead !== true || (await this.#aliveElsewhere(layout, values, one))) return one;
      why = 'held';
    }
    return { kind: 'passes', why };
  }

  async #isToBlame(layout: Layout, values: Values, evidence: Evidence, failed: Failed): Promise<boolean> {
    const run = async (mended?: Mending): Promise<Observation> => {
      this.evaluations++;
      const options = { precision: 'float32', gradient: this.job.gradient, mended } as const;
      return await this.evaluator.evaluate(concrete(layout, values), options);
    };
    return await isToBlame(this.job.site, failed, evidence, run);
  }

  #remember(trial: Trial): void {
    const { judgement, evidence } = trial;
    if (judgement.kind === 'passes') {
      this.survivals.set(judgement.why, (this.survivals.get(judgement.why) ?? 0) + 1);
    }
    const isInnocent = judgement.kind === 'passes' && judgement.why === 'not-to-blame';
    if (isInnocent && this.#innocent.length < MOST_INNOCENT) this.#innocent.push(trial);
    this.thrown = evidence.float32.thrown?.message ?? this.thrown;
    if (trial.approach.distance < this.nearest.distance) this.nearest = trial.approach;
    if (!this.best || trial.merit < this.best.merit) this.best = trial;
  }

  /** The control of a dead gradient: the same inputs but for the one that receives no gradient. */
  async #aliveElsewhere(layout: Layout, values: Values, { node }: Failed): Promise<boolean> {
    const index = layout.findIndex(({ slot }) => slot.node === node);
    const ordinary = ordinaryValues(layout)[index]!;
    for (const control of [ordinary, ordinary.map(() => 0), ordinary.map(() => 1)]) {
      const changed = clampAll(layout, values.with(index, control));
      const { gradients } = await this.evaluate(layout, changed, 'float32', true);
      if (gradients.get(node!)?.values.some((value) => value !== 0 && Number.isFinite(value))) return true;
    }
    return false;
  }

  /**
   * Whether the exact result changes about as much when the inputs change in their last bit. Then the digits were not
   * there to be lost: no other way to compute it would do better (`ill-conditioned`). Random
   * ops look the same, and are rightly not blamed either.
   */
  async #illConditioned(
    layout: Layout,
    values: Values,
    evidence: Evidence,
    { failure, call, element }: Failed,
  ): Promise<boolean> {
    if (failure !== 'cancellation' && failure !== 'wrong-value') return false;
    const output = evidence.float32.siteCalls[call]?.output.values;
    const exact = evidence.float64?.siteCalls[call]?.output.values;
    if (!output || !exact) return false;
    const { rounding, smallestNormal } = digitsOf(this.job);
    const error = relativeError(output[element]!, exact[element]!, smallestNormal);
    const step = isInNumbers(this.job.site) ? ROUNDING64 : rounding;
    for (let round = 0; round < 3; round++) {
      const nudged = values.map((slot, input) =>
        slot.map((value, at) => nudge(value, round, input + at, step)),
      );
      const float64 = await this.evaluate(layout, nudged, 'float64', false);
      const moved = float64.siteCalls[call]?.output.values[element] ?? exact[element]!;
      // Two bits of grace, since three directions are not the worst one.
      if (!(error > 4 * relativeError(moved, exact[element]!, smallestNormal))) return true;
    }
    return false;
  }
}

const MOST_INNOCENT = 3;

/** Trials with more elements are not kept, only that they were made. */
const MOST_KEPT = 2000;

interface Prepared {
  readonly layout: Layout;
  readonly proposed: Values;
  readonly values: Values;
  readonly key: string;
}

function keyOf(layout: Layout, values: Values): string {
  return layout.map(({ shape }, index) => `${shape.join('x')}:${fingerprint(values[index]!)}`).join(';');
}

const words = new DataView(new ArrayBuffer(8));

const fingerprints = new WeakMap<readonly number[], string>();

/** Small tensors are their own fingerprint. */
function fingerprint(values: readonly number[]): string {
  if (values.length <= 32) return values.join();
  let known = fingerprints.get(values);
  if (known === undefined) fingerprints.set(values, (known = hash(values)));
  return known;
}

/** FNV-1a (Fowler, Noll, Vo) over the halves of the numbers. */
function hash(values: readonly number[]): string {
  let [high, low] = [0x811c9dc5, 0x811c9dc5];
  for (const value of values) {
    words.setFloat64(0, value);
    high = Math.imul(high ^ words.getInt32(0), 0x01000193);
    low = Math.imul(low ^ words.getInt32(4) ^ high, 0x01000193);
  }
  return `${values.length}#${high}#${low}`;
}

/** That of a double; a factor that is nearer to 1 than this is 1. */
const ROUNDING64 = 2 ** -52;

/** By half an ulp up or down: neighbours apart, then pairs apart, then all alike but every third. */
function nudge(value: number, round: number, place: number, rounding: number): number {
  const up = [place % 2 === 0, Math.floor(place / 2) % 2 === 0, place % 3 === 0][round];
  return value * (1 + (up ? rounding : -rounding));
}

function meritOf(near: Approach, { float32, float64 }: Evidence): number {
  if (near.distance > 0) return near.distance;
  let bits = 0;
  float64?.siteCalls.forEach((exact, index) => {
    const seen = float32.siteCalls[index];
    if (seen?.output.values.length !== exact.output.values.length) return;
    const { relative } = worstError(seen.output.values, exact.output.values);
    bits = Math.max(bits, Math.min(24, Math.log2(Math.max(relative, ROUNDING) / ROUNDING)));
  });
  return -bits;
}
