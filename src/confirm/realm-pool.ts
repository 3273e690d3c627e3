import { backendNamed, type Backend, type BackendName } from '../facts/backend.js';
import type { Comparison } from './comparison.js';
import type { EvaluationOptions, Observation } from './evaluation.js';
import type { Job, JobResult } from './job.js';
import { isSound } from './parts.js';
import type { FromRealm, Inputs, Witnessed } from './realm-messages.js';
import { RealmDied, RealmProcess, type RealmProcessOptions } from './realm-process.js';
import type { RealmKind } from './realm.js';
import { failsAlike } from './same-failure.js';
import { locateTensorFlow, locateWebAssembly, type TensorFlowLocation } from './tensorflow-location.js';

export interface RealmPoolOptions {
  /** Folders where the user's TensorFlow.js is looked for, the first first. */
  readonly root: string | readonly string[];
  /** Where that which came with gradlint is looked for. Default: beside gradlint. */
  readonly own?: string | undefined;
  /** Where the code is meant to run. Default `cpu`. */
  readonly backend?: BackendName | undefined;
  /** Processes that search at the same time. Default 2. */
  readonly realms?: number | undefined;
  /** For one job; the process is ended when it takes longer. Default 15 s. */
  readonly timeLimitMs?: number | undefined;
  /** Of one process. Default 512 MB. */
  readonly memoryLimitMb?: number | undefined;
}

/** The search gets to an end of its own before the process is ended from outside. */
const SEARCH_SHARE = 0.8;

/**
 * Runs jobs in realms: child processes that are started when they are first needed, kept warm, and replaced when a job
 * brings one down. That costs the verdict of that job and no other.
 */
export class RealmPool {
  private readonly searching: Crew;
  private readonly backend: Backend;
  /** Without any emulation; undefined where there is nothing but one. */
  private readonly plain: Crew | undefined;

  constructor(options: RealmPoolOptions) {
    const { realms = 2, timeLimitMs = 15_000, memoryLimitMb = 512 } = options;
    this.backend = backendNamed(options.backend);
    const crew = (kind: RealmKind, size: number): Crew => {
      const find = kind === 'wasm' ? locateWebAssembly : locateTensorFlow;
      const locations = find(options.root, options.own);
      return new Crew({ kind, locations, timeLimitMs, memoryLimitMb }, size);
    };
    this.searching = crew('float64', realms);
    const { name, runs } = this.backend;
    this.plain = runs === 'natively' ? crew(name === 'wasm' ? 'wasm' : 'float32', 1) : undefined;
  }

  /** Never rejects, whatever the job does. */
  async runJob(job: Job): Promise<JobResult> {
    const started = performance.now();
    this.plain?.warm();
    const outcome = await this.searching.run((realm, timeLimitMs) => {
      return realm.ask({ type: 'search', job, timeLimitMs: timeLimitMs * SEARCH_SHARE }, timeLimitMs);
    });
    if (outcome instanceof RealmDied || outcome.type !== 'found') {
      return {
        status: 'not-run',
        reason: reasonOf(outcome),
        points: 0,
        elapsedMs: performance.now() - started,
      };
    }
    const { result, witnessed } = outcome;
    return witnessed === undefined ? result : await this.confirmPlain(job, result, witnessed);
  }

  /** One run of the unit of a job on inputs of the caller's choice; a string says why there was none. */
  async observe(
    job: Job,
    inputs: Inputs,
    options: EvaluationOptions,
    kind: RealmKind = 'float64',
  ): Promise<Observation | string> {
    const crew = kind === 'float64' ? this.searching : this.plain;
    if (crew === undefined) return 'there is no process with such numbers';
    const outcome = await crew.run((realm, timeLimitMs) =>
      realm.ask({ type: 'replay', job, inputs, options }, timeLimitMs),
    );
    return outcome instanceof RealmDied || outcome.type !== 'replayed'
      ? reasonOf(outcome)
      : outcome.observation;
  }

  /**
   * The unit of another job beside that of a job, on the same inputs; a string says why they could not be compared. What
   * the other one does at the witness is seen in a plain float32 process too.
   */
  async compare(job: Job, other: Job, witness: Inputs | undefined): Promise<Comparison | string> {
    const outcome = await this.searching.run((realm, timeLimitMs) => {
      const within = timeLimitMs * SEARCH_SHARE;
      return realm.ask({ type: 'compare', job, other, witness, timeLimitMs: within }, timeLimitMs);
    });
    if (outcome instanceof RealmDied || outcome.type !== 'compared') return reasonOf(outcome);
    const { comparison } = outcome;
    if (this.plain === undefined || witness === undefined || comparison.witness?.finite !== true)
      return comparison;
    const options: EvaluationOptions = { precision: 'float32', gradient: comparison.gradient };
    const plain = await this.observe(other, witness, options, 'float32');
    if (typeof plain === 'string') return plain;
    return { ...comparison, witness: { ...comparison.witness, finite: isSound(plain) } };
  }

  private get where(): string {
    return this.backend.name === 'cpu' ? 'in plain float32' : `on the backend ${this.backend.name}`;
  }

  /** Ends all processes; jobs that are still waiting are answered with `not-run`. */
  close(): void {
    this.searching.close();
    this.plain?.close();
  }

  /** The search emulates float32; a failure is only confirmed if a process without any emulation fails as well. */
  private async confirmPlain(job: Job, result: JobResult, witnessed: Witnessed): Promise<JobResult> {
    if (this.plain === undefined) return result;
    const { inputs, ...seen } = witnessed;
    const options: EvaluationOptions = { precision: 'float32', gradient: job.gradient };
    const outcome = await this.plain.run((realm, timeLimitMs) =>
      realm.ask({ type: 'replay', job, inputs, options }, timeLimitMs),
    );
    if (outcome instanceof RealmDied || outcome.type !== 'replayed') {
      return {
        ...result,
        status: 'not-reproduced',
        reason: `the witness could not be run again: ${reasonOf(outcome)}`,
      };
    }
    const { thrown } = outcome.observation;
    if (failsAlike(result.failure, job.site.harm, seen, outcome.observation)) return result;
    return {
      ...result,
      status: 'not-reproduced',
      reason: `the failure does not show when the witness is run again ${this.where}${thrown === undefined ? '' : `, which throws: ${thrown.message}`}`,
    };
  }
}

interface CrewOptions extends Omit<RealmProcessOptions, 'tensorflow'> {
  /** In the order in which they are tried. */
  readonly locations: readonly TensorFlowLocation[];
}

type Request = (realm: RealmProcess, timeLimitMs: number) => Promise<FromRealm>;

/** Processes of one kind: each takes one request at a time, whichever is free takes the next. */
class Crew {
  private readonly open = new Set<RealmProcess>();
  private readonly idle: RealmProcess[] = [];
  private readonly waiting: (() => void)[] = [];
  private free: number;
  private closed = false;
  private warmed = false;
  /** The index of the TensorFlow.js that can be opened, as far as is known. */
  private location = 0;

  constructor(
    private readonly options: CrewOptions,
    size: number,
  ) {
    this.free = size;
  }

  async run(request: Request): Promise<FromRealm | RealmDied> {
    await this.turn();
    try {
      if (this.closed) return new RealmDied('the audit was ended');
      const realm = await this.realm();
      try {
        const answer = await request(realm, this.options.timeLimitMs);
        if (answer.type === 'damaged') realm.kill();
        return answer;
      } finally {
        if (realm.isWornOut) realm.kill();
        if (realm.alive) this.idle.push(realm);
        else this.open.delete(realm);
      }
    } catch (error) {
      return error instanceof RealmDied ? error : new RealmDied(String(error));
    } finally {
      this.free += 1;
      this.waiting.shift()?.();
    }
  }

  /** Starts the first process, beside others that are already asked. */
  warm(): void {
    if (this.warmed) return;
    this.warmed = true;
    void this.run(() => Promise.resolve({ type: 'opened', version: '' }));
  }

  close(): void {
    this.closed = true;
    for (const realm of this.open) realm.kill();
  }

  private async turn(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.free -= 1;
  }

  private async realm(): Promise<RealmProcess> {
    for (let known = this.idle.pop(); known !== undefined; known = this.idle.pop())
      if (known.alive) return known;
    const realm = await this.start();
    this.open.add(realm);
    if (this.closed) realm.kill();
    return realm;
  }

  private async start(): Promise<RealmProcess> {
    const { locations } = this.options;
    const tried = this.location;
    try {
      return await RealmProcess.open({ ...this.options, tensorflow: locations[tried]! });
    } catch (error) {
      if (tried + 1 >= locations.length) throw error;
      this.location = Math.max(this.location, tried + 1);
      return await this.start();
    }
  }
}

const reasonOf = (outcome: FromRealm | RealmDied): string =>
  'message' in outcome ? outcome.message : 'it gave no answer';
