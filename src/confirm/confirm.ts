import type { BackendName } from '../facts/backend.js';
import type { Finding } from '../rule/finding.js';
import type { Verdict } from '../report/report.js';
import { placeOf } from '../source/span.js';
import { Bundler, type ReadText } from './bundle.js';
import { isInNumbers, type FunctionUnit, type Job, type JobResult } from './job.js';
import { choicesOf, functionJob } from './function-job.js';
import type { RealmPool } from './realm-pool.js';
import { RealmPools } from './realm-pools.js';
import { messageOf } from '../errors.js';
import { choosesComputed, hasWays } from './slice.js';
import type { JobOptions } from './job-of-finding.js';
import { isSound } from './parts.js';
import { slotsOf } from './search/slots.js';
import { sliceJob } from './slice-job.js';
import { inputsOf } from './witness-inputs.js';

export type ConfirmMode = 'function' | 'slice' | 'off';

export interface ConfirmerOptions {
  readonly root: string;
  readonly mode: Exclude<ConfirmMode, 'off'>;
  readonly readText?: ReadText | undefined;
  /** Where the code is meant to run. Default `cpu`. */
  readonly backend?: BackendName | undefined;
  readonly realms?: number | undefined;
  readonly timeLimitMs?: number | undefined;
}

/** Fixed, so that a verdict is the same on every machine and every day. */
const SEED = 20_260_101;

/** So many runs of the function that never got into the danger region say more than a slice that is free to. */
const RUNS_AGAINST = { all: 1, some: 100, none: Infinity } as const;

const notRun = (reason: string): JobResult => ({ status: 'not-run', reason, points: 0, elapsedMs: 0 });

/** What a slice is worth where only the function itself proves anything. */
const NO_SLICE = notRun('only the function itself proves it: what feeds this place cannot be chosen freely');

/** Turns findings into verdicts: by calling the flagged function, else by running the slice that feeds the site. */
export class Confirmer {
  private readonly pools: RealmPools;
  private readonly bundler: Bundler;
  private readonly how: JobOptions;
  private readonly choices = new WeakMap<Finding, number>();

  constructor(private readonly options: ConfirmerOptions) {
    this.pools = new RealmPools({
      root: options.root,
      realms: options.realms,
      timeLimitMs: options.timeLimitMs,
      backend: options.backend,
    });
    this.bundler = new Bundler(options.readText);
    this.how = { seed: SEED, backend: options.backend };
  }

  /** The processes that its code runs in, with the TensorFlow.js of its file; a string says why there are none. */
  poolOf({ span }: Finding): RealmPool | string {
    return this.pools.of(span.file);
  }

  async confirm(finding: Finding): Promise<Verdict> {
    const { unshown } = finding.danger;
    if (unshown !== undefined) return toVerdict(notRun(unshown), 'function');
    const pool = this.poolOf(finding);
    if (typeof pool === 'string') return toVerdict(notRun(pool), 'function');
    const byFunction =
      this.options.mode === 'function' && !needsSlice(finding)
        ? await this.byFunction(finding, pool)
        : undefined;
    if (byFunction?.status === 'confirmed' || byFunction?.status === 'refuted')
      return toVerdict(byFunction, 'function');
    if (byFunction !== undefined && finding.danger.whole === true) return toVerdict(byFunction, 'function');
    if (finding.danger.whole === true) return toVerdict(NO_SLICE, 'slice');
    // A slice ends at the site: it could only show again that it fails.
    if (byFunction?.harmless === true) return toVerdict(byFunction, 'function');
    if ((byFunction?.outside ?? 0) >= RUNS_AGAINST[choosesComputed(finding)])
      return toVerdict(byFunction!, 'function');
    const bySlice = await this.bySlice(finding, pool);
    if (bySlice.status === 'confirmed' && byFunction?.status === 'not-reproduced') {
      const whole = await this.wholeIsSound(finding, bySlice, pool);
      if (whole)
        return toVerdict({ ...byFunction, reason: `${SOUND_THERE}; ${byFunction.reason}` }, 'function');
    }
    if (bySlice.status === 'confirmed') return toVerdict(bySlice, 'slice', byFunction?.reason);
    if (bySlice.status === 'refuted') return toVerdict(bySlice, 'slice');
    // Neither failed: the stronger evidence that was had at all stands.
    if (byFunction?.status === 'not-reproduced') return toVerdict(byFunction, 'function');
    return toVerdict(bySlice, 'slice', byFunction?.reason);
  }

  /** What conditions ask of constants decides which way is taken: until one leads to a failure, others are tried. */
  private async byFunction(finding: Finding, pool: RealmPool): Promise<JobResult> {
    let first: JobResult | undefined;
    for (let choice = 0; choice < choicesOf(finding); choice += 1) {
      this.choices.set(finding, choice);
      const result = await this.byFunctionWith(finding, pool);
      if (result.status === 'confirmed') return result;
      first ??= result;
    }
    this.choices.delete(finding);
    return first!;
  }

  private async byFunctionWith(finding: Finding, pool: RealmPool): Promise<JobResult> {
    let job: Job;
    try {
      job = await this.functionJob(finding);
    } catch (error) {
      return notRun(messageOf(error));
    }
    return pool.runJob(job);
  }

  /** The job that calls the flagged function. Rejects with `BundleError` where it cannot be called. */
  async functionJob(finding: Finding): Promise<Job> {
    const { unit, site, span, danger } = finding;
    const [call] = site.chain;
    const blamed = call !== undefined && placeOf(call) === placeOf(span) ? call : undefined;
    const inNumbers = isInNumbers({ op: site.op, failures: danger.failures });
    return this.functionJobOf(finding, await this.bundler.bundle(unit, site.span, inNumbers, blamed));
  }

  /** The same with the given code; with the constants that led to the failure, where it is confirmed. */
  functionJobOf(finding: Finding, bundled: FunctionUnit): Job {
    return functionJob(finding, bundled, this.how, this.choices.get(finding));
  }

  private async bySlice(finding: Finding, pool: RealmPool): Promise<JobResult> {
    const first = await pool.runJob(sliceJob(finding, this.how, 'first'));
    if (first.status === 'confirmed' || !hasWays(finding)) return first;
    const last = await pool.runJob(sliceJob(finding, this.how, 'last'));
    return last.status === 'not-run' ? first : last;
  }

  /**
   * Whether the gradient of the function comes out sound on the very inputs on which that of its part is not: what follows
   * the site may make up for it, as in `p.mul(p.log())`.
   */
  private async wholeIsSound(finding: Finding, ofPart: JobResult, pool: RealmPool): Promise<boolean> {
    const { failure, witness } = ofPart;
    if (witness === undefined || (failure !== 'nan-gradient' && failure !== 'inf-gradient')) return false;
    const job = await this.functionJob(finding);
    const names = new Set(slotsOf(job.inputs).map(({ name }) => name));
    // What the part draws or is handed by other code is another number in each run of the function.
    if (!witness.inputs.every(({ name }) => names.has(name))) return false;
    const inputs = inputsOf(job, witness);
    if (inputs === undefined) return false;
    const seen = await pool.observe(job, inputs, { precision: 'float32', gradient: true });
    return typeof seen !== 'string' && seen.gradients.size > 0 && isSound(seen);
  }

  /** Ends the realms. */
  close(): void {
    this.pools.close();
  }
}

const SOUND_THERE = 'where the gradient of a part of it breaks, its own is sound';

/** Constants of the program can only be other ones in a slice of it. */
const needsSlice = ({ danger }: Finding): boolean => danger.implied === true || danger.expansion === 'apart';

function toVerdict(result: JobResult, evidence: 'function' | 'slice', whyNotFunction?: string): Verdict {
  const { failure, threshold, reason, points, elapsedMs } = result;
  const found =
    result.status === 'confirmed'
      ? { status: result.status, witness: result.witness }
      : { status: result.status, witness: result.witness };
  const aside =
    evidence === 'slice' && whyNotFunction !== undefined
      ? `the function itself: ${whyNotFunction}`
      : undefined;
  return {
    ...found,
    failure,
    evidence: result.status === 'not-run' ? undefined : evidence,
    threshold,
    reason: [reason, aside].filter((part) => part !== undefined).join('; ') || undefined,
    points,
    elapsedMs: Math.round(elapsedMs * 100) / 100,
  };
}
