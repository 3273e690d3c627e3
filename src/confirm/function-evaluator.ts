import vm from 'node:vm';
import type { ConcreteInputs, EvaluationOptions, Evaluator, Observation } from './evaluation.js';
import { buildInputs } from './inputs.js';
import type { FunctionUnit, Job } from './job.js';
import { NotRunnable } from './not-runnable.js';
import { Runner, type Surroundings } from './run.js';
import { siteProbe, SiteRecorder } from './site.js';

/** What the code of a function unit leaves at `globalThis.__gradlintUnit`. */
type Callable = (
  self: Record<string, unknown>,
  captured: Record<string, unknown>,
  parameters: readonly unknown[],
) => unknown;

/** So many runs in a row that threw before they reached the site: nothing the search can choose will change that. */
const MAX_UNREACHED = 100;

/** Runs a function of the user's code. */
export class FunctionEvaluator implements Evaluator {
  private readonly site: SiteRecorder;
  private readonly runner: Runner;
  private readonly unit: Callable;
  private reached = false;
  private unreached = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly job: Job & { readonly unit: FunctionUnit },
  ) {
    this.site = new SiteRecorder(around.realm, job.site.op);
    this.unit = this.load();
    this.runner = new Runner(around, this.site);
  }

  evaluate(inputs: ConcreteInputs, options: EvaluationOptions): Observation | Promise<Observation> {
    const { realm, stubs } = this.around;
    const observed = this.runner.run(options, () => {
      const built = buildInputs(this.job.inputs, inputs, realm, options.precision, stubs);
      return { tensors: built.tensors, call: () => this.unit(built.self, built.captured, built.parameters) };
    });
    return observed instanceof Promise
      ? observed.then((observation) => this.judge(observation))
      : this.judge(observed);
  }

  private judge(observation: Observation): Observation {
    this.reached ||= this.site.entered > 0;
    if (this.reached || observation.thrown === undefined) return observation;
    this.unreached += 1;
    if (this.unreached < MAX_UNREACHED) return observation;
    throw new NotRunnable(`the function throws before it gets to the site: ${observation.thrown.message}`);
  }

  /** Module-level code runs here, in float32: what it computes is data to both precisions. */
  private load(): Callable {
    const { realm, stubs } = this.around;
    const global = globalThis as Record<string, unknown>;
    global['__gradlintSite'] = siteProbe(this.site);
    global['__gradlintUnit'] = undefined;
    realm.trace.precision = 'float32';
    stubs.loading = true;
    try {
      // Without a callback for them, dynamic imports in the script are rejected.
      new vm.Script(this.job.unit.code, { filename: 'unit.js' }).runInThisContext();
    } catch (error) {
      throw new NotRunnable(
        `its module cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      stubs.loading = false;
    }
    stubs.check();
    const unit = global['__gradlintUnit'];
    if (typeof unit !== 'function') throw new NotRunnable('its module did not run to the end');
    return unit as Callable;
  }
}
