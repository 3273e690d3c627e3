import { elementsIn } from '../facts/concrete-shape.js';
import { setTimeout as startTimer } from 'node:timers';
import type { EvaluationOptions, NumericTensor, Observation, OtherVariables } from './evaluation.js';
import { isTensor, type RealmTensor, type RealmVariable, type TapeNode } from './engine.js';
import { NotRunnable } from './not-runnable.js';
import type { Realm } from './realm.js';
import type { Rights } from './rights.js';
import type { SiteRecorder } from './site.js';
import type { Stubs } from './stubs.js';
import { makeTensor, readTensor, readValue, tensorsIn } from './values.js';

/** What an evaluator does in one run: makes its inputs, then calls the unit. */
export interface Execution {
  /** Float tensors that a gradient is taken with respect to, by the node of their form. */
  readonly tensors: ReadonlyMap<number, RealmTensor>;
  call(): unknown;
}

export interface Surroundings {
  readonly realm: Realm;
  readonly rights: Rights;
  readonly stubs: Stubs;
}

/** Asynchronous units that wait for something that never comes. */
const MAX_WAIT_MS = 2000;

/**
 * One observed run, leaving nothing behind: tensors, kept tensors, variables, timers and the tape are cleared after it.
 *
 * The gradient is that of the sum of all float results with respect to the float inputs. A unit that trains by itself,
 * or returns no float tensor, has none that means anything: there it is that of the sum of the site's results.
 */
export class Runner {
  private readonly variables: Variables;
  private readonly scopes: number;
  /** When the site was reached last, something had been asked that another run may answer otherwise. */
  private byChance = false;
  private byDraws = false;

  constructor(
    private readonly around: Surroundings,
    private readonly site: SiteRecorder,
    /** Inputs that the gradient is taken by; absent: all. */
    private readonly by?: readonly number[],
    /** So it had when the module had loaded. */
    private readonly loadedByChance = false,
  ) {
    this.scopes = around.realm.engine.state.scopeStack.length;
    this.variables = new Variables(around.realm);
  }

  /** `prepare` makes the inputs, inside the scope of the run. Waits only where the unit is asynchronous. */
  run(options: EvaluationOptions, prepare: () => Execution): Observation | Promise<Observation> {
    const { realm, rights } = this.around;
    const { engine, trace } = realm;
    rights.reseed(options.draws);
    const { chance } = rights;
    chance.forget();
    chance.asked = this.loadedByChance;
    this.byChance = false;
    this.byDraws = false;
    this.site.onEnter = () => {
      this.byChance ||= chance.asked;
      this.byDraws ||= chance.drawn;
    };
    trace.begin('float32');
    this.variables.restore();
    trace.begin(options.precision);
    trace.mending = options.mended;
    trace.isFormula = this.site.isFormula;
    this.site.begin(options);
    engine.startScope('gradlint run');
    if (options.gradient) engine.startTape();
    let execution: Execution | undefined;
    const { audit = false } = options;
    trace.audit = audit === false ? undefined : () => rights.reseed();
    trace.along =
      typeof audit === 'boolean'
        ? undefined
        : {
            of: (taken) => this.measuredOf(audit, execution?.tensors, taken),
            isTaken: !('shapes' in audit),
          };
    let value: unknown;
    try {
      execution = prepare();
      engine.startScope('gradlint unit');
      value = execution.call();
    } catch (error) {
      return this.finish(options, undefined, undefined, { error });
    }
    const { tensors } = execution;
    if (!isThenable(value)) return this.finish(options, tensors, value, undefined);
    return settled(value).then(
      (result) => this.finish(options, tensors, result, undefined),
      (error: unknown) => this.finish(options, undefined, undefined, { error }),
    );
  }

  private measuredOf(
    audit: readonly number[] | OtherVariables,
    inputs: Execution['tensors'] | undefined,
    taken: readonly RealmTensor[],
  ): readonly RealmTensor[] {
    if (!('shapes' in audit)) return audit.flatMap((node) => inputs?.get(node) ?? []);
    const isMeant = ({ shape }: RealmTensor): boolean =>
      audit.shapes.some((one) => one === undefined || one.join() === shape.join());
    return this.variables.all.filter((one) => one.trainable && isMeant(one) && !taken.includes(one));
  }

  private finish(
    options: EvaluationOptions,
    inputs: Execution['tensors'] | undefined,
    value: unknown,
    failure: { readonly error: unknown } | undefined,
  ): Observation {
    const { realm, stubs } = this.around;
    const { trace } = realm;
    const tape = realm.engine.state.activeTape;
    const gradients = new Map<number, NumericTensor>();
    try {
      stubs.check();
      if (failure?.error instanceof NotRunnable) throw failure.error;
      let thrown = failure && this.thrown(failure.error, trace.failedBackward ? 'backward' : 'forward');
      const outputs = readValue(value);
      if (options.gradient && inputs !== undefined) {
        thrown = this.differentiate(value, inputs, tape, gradients, options.weighted === true);
        stubs.check();
      }
      const { origin, brokenElsewhere, kernels } = trace;
      const audited = [...trace.audited];
      const { calls: siteCalls, entered } = this.site;
      const { byChance, byDraws } = this;
      return {
        thrown,
        siteCalls,
        moreCalls: entered > siteCalls.length,
        byChance,
        byDraws,
        outputs,
        gradients,
        origin,
        brokenElsewhere,
        kernels,
        audited,
      };
    } finally {
      this.clean(tape);
    }
  }

  /** Returns what was thrown; a backward pass that throws is a finding of its own. */
  private differentiate(
    value: unknown,
    tensors: Execution['tensors'],
    tape: TapeNode[] | null,
    gradients: Map<number, NumericTensor>,
    weighted: boolean,
  ): Observation['thrown'] {
    const { tf, engine, trace } = this.around.realm;
    const wanted = [...tensors].filter(([node]) => this.by === undefined || this.by.includes(node));
    const inputs = wanted.length > 0 ? wanted : [...tensors];
    // A kernel whose results are whole numbers, such as FloorDiv, has a gradient all the same, which is asked for its shape.
    const floats =
      trace.innerGradients > 0
        ? []
        : tensorsIn(value).filter(
            (tensor) => (tensor.dtype === 'float32' || this.site.isKernelGradient) && !tensor.isDisposed,
          );
    const targets = floats.length > 0 ? floats : this.site.results;
    if (inputs.length === 0 || targets.length === 0) return undefined;
    engine.endTape();
    const weights = (shape: readonly number[]): RealmTensor => {
      const size = elementsIn(shape);
      const values = Array.from({ length: size }, (_, index) => 1 + Math.cos(index) / 2);
      return makeTensor(this.around.realm, { shape, dtype: 'float32', values }, 'float32');
    };
    const total = (): RealmTensor => {
      // `gradients` begins a new tape; the unit has already run, and what it did is on this one.
      engine.state.activeTape = tape;
      trace.active = false; // this sum is ours, not the unit's
      const terms = targets.map((tensor) => (weighted ? tf.mul(tensor, weights(tensor.shape)) : tensor));
      const sum = tf.addN(terms.map((tensor) => tf.sum(tensor))) as RealmTensor;
      trace.active = true;
      return sum;
    };
    const xs = inputs.map(([, tensor]) => tensor);
    this.tidied([...targets, ...tensorsIn(value)]);
    try {
      const { grads } = engine.gradients(total, xs, null, true);
      inputs.forEach(([node], index) => {
        const gradient = grads[index];
        if (isTensor(gradient)) gradients.set(node, readTensor(gradient));
      });
      return undefined;
    } catch (error) {
      return this.thrown(error, 'backward');
    }
  }

  /**
   * Between both passes TensorFlow.js disposes of what the function made on its way, but for what it kept and what gradients
   * were promised: a gradient that reads anything else throws.
   */
  private tidied(results: readonly RealmTensor[]): void {
    const { engine } = this.around.realm;
    engine.endScope(results);
    engine.startScope('gradlint gradient');
  }

  private thrown(error: unknown, during: 'forward' | 'backward'): NonNullable<Observation['thrown']> {
    const message = describe(error);
    if (during === 'forward')
      return { message, during, atSite: this.site.error !== undefined && this.site.error === error };
    const { withoutGradient, lastGradientOfSite } = this.around.realm.trace;
    // Shapes of a gradient are looked at after its function has run; a kernel without one has none to run.
    const missing = /gradient function not found for (\w+)/.exec(message)?.[1];
    return {
      message,
      during,
      atSite: missing === undefined ? lastGradientOfSite : withoutGradient.has(missing),
    };
  }

  private clean(tape: TapeNode[] | null): void {
    const { realm, rights } = this.around;
    const { engine, trace } = realm;
    const { state } = engine;
    trace.end();
    trace.audit = undefined;
    trace.along = undefined;
    state.gradientDepth = 0;
    state.kernelDepth = 0;
    for (const node of tape ?? []) node.saved?.forEach(dispose);
    state.activeTape = null;
    trace.kept.forEach(dispose);
    // Code that threw, or that never came back, may have left scopes of its own open.
    while (state.scopeStack.length > this.scopes) engine.endScope();
    this.variables.disposeNew();
    rights.clearTimers();
  }
}

/** Variables that exist before the runs have the same values in each of them; those made in a run go with it. */
class Variables {
  private readonly initial = new Map<string, { dataId: object; value: NumericTensor }>();

  constructor(private readonly realm: Realm) {
    // An optimizer of the module has its own in each run: they are as they were made, too.
    realm.trace.onSlot = (slot) =>
      this.initial.set(slot.name, { dataId: slot.dataId, value: readTensor(slot) });
    for (const variable of Object.values(this.registered())) {
      this.initial.set(variable.name, { dataId: variable.dataId, value: readTensor(variable) });
    }
  }

  restore(): void {
    for (const [name, initial] of this.initial) {
      const variable = this.registered()[name];
      if (variable === undefined || variable.isDisposed || variable.dataId === initial.dataId) continue;
      const { values, shape, dtype } = initial.value;
      this.realm.tf.tidy(() => variable.assign(this.realm.tf.tensor(values, shape, dtype)));
      initial.dataId = variable.dataId;
    }
  }

  get all(): readonly RealmVariable[] {
    return Object.values(this.registered());
  }

  /** By the unit, since it was loaded. */
  get made(): readonly RealmVariable[] {
    return this.all.filter(({ name }) => !this.initial.has(name));
  }

  disposeNew(): void {
    this.made.forEach((variable) => variable.dispose());
  }

  private registered(): Record<string, RealmVariable> {
    return this.realm.engine.state.registeredVariables;
  }
}

function dispose(tensor: RealmTensor): void {
  if (!tensor.isDisposed) tensor.dispose();
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 500 ? `${message.slice(0, 500)}…` : message;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !isTensor(value) &&
  typeof (value as { then?: unknown }).then === 'function';

/** What a promise comes to, if it does so in time. */
export function settled(value: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = startTimer(
      () => reject(new NotRunnable(`it was still waiting after ${MAX_WAIT_MS / 1000} s`)),
      MAX_WAIT_MS,
    );
    value.then(resolve, reject).then(() => clearTimeout(timer));
  });
}
