import { messageOf } from '../errors.js';
import type { ConcreteInputs, EvaluationOptions, Evaluator, Observation } from './evaluation.js';
import type { RealmVariable } from './engine.js';
import { callCustom } from './custom-gradient.js';
import { callKernel } from './kernel-gradient.js';
import { buildInputs } from './inputs.js';
import type { FunctionUnit, Job } from './job.js';
import { loadScript } from './load-script.js';
import { NotRunnable } from './not-runnable.js';
import { Runner, type Surroundings } from './run.js';
import { siteProbe, SiteRecorder } from './site.js';
import { Shadows } from './wide/shadows.js';

/** What the code of a function unit leaves at `globalThis.__gradlintUnit`. */
type Callable = (
  self: Record<string, unknown>,
  captured: Record<string, unknown>,
  parameters: readonly unknown[],
) => unknown;

type FunctionJob = Job & { readonly unit: FunctionUnit };

/** So many runs in a row that threw before they reached the site: nothing the search can choose will change that. */
const MAX_UNREACHED = 100;

/** Runs a function of the user's code. */
export class FunctionEvaluator implements Evaluator {
  private reached = false;
  private unreached = 0;

  private constructor(
    private readonly around: Surroundings,
    private readonly job: FunctionJob,
    private readonly site: SiteRecorder,
    private readonly unit: Callable,
    private readonly runner: Runner,
    private readonly variables: ReadonlyMap<number, RealmVariable>,
    private readonly shadows: Shadows,
  ) {}

  static async load(around: Surroundings, job: FunctionJob): Promise<FunctionEvaluator> {
    const site = new SiteRecorder(around.realm, job.site.op, job.site.formula);
    const shadows = new Shadows((operands, output) => site.numbers(operands, output));
    const { chance } = around.rights;
    chance.forget();
    const unit = await loadUnit(around, job.unit.code, site, shadows);
    const runner = new Runner(around, site, job.by, chance.asked || chance.drawn);
    const variables = variablesOf(around, job);
    return new FunctionEvaluator(around, job, site, unit, runner, variables, shadows);
  }

  evaluate(inputs: ConcreteInputs, options: EvaluationOptions): Observation | Promise<Observation> {
    const { realm, stubs } = this.around;
    this.shadows.begin(options);
    const observed = this.runner.run(options, () => {
      const built = buildInputs(
        this.job.inputs,
        { concrete: inputs, realm, precision: options.precision, stubs },
        this.variables,
      );
      const { self, captured, parameters, tensors } = built;
      const call = (given: readonly unknown[]): unknown => this.unit(self, captured, given);
      const { form, kernel } = this.job.unit;
      if (kernel !== undefined) {
        const names = this.job.inputs.filter(({ source }) => source === 'parameter').map(({ name }) => name);
        const given = Object.fromEntries(names.map((name, index) => [name, parameters[index]]));
        return { tensors, call: () => callKernel(realm.tf, kernel, call, given) };
      }
      const custom = form === 'custom';
      return {
        tensors,
        call: () => (custom ? callCustom(realm.tf, call, parameters) : call(parameters)),
      };
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
}

/**
 * The variables that the module has made, for the inputs that stand for them. They are told apart by their shapes and the
 * order in which they were made; where that leaves a doubt, any of them is as good a place for a trained weight.
 */
function variablesOf({ realm }: Surroundings, job: FunctionJob): ReadonlyMap<number, RealmVariable> {
  const made = new Set(Object.values(realm.engine.state.registeredVariables));
  const found = new Map<number, RealmVariable>();
  for (const { source, form } of job.inputs) {
    if (source !== 'variable' || form.kind !== 'tensor') continue;
    const variable = [...made].find(({ shape }) => shape.join() === form.dims?.join());
    if (variable === undefined) continue;
    made.delete(variable);
    found.set(form.node, variable);
  }
  return found;
}

/** Module-level code runs here, in float32: what it computes is data to both precisions. */
async function loadUnit(
  { realm, stubs }: Surroundings,
  code: string,
  site: SiteRecorder,
  shadows: Shadows,
): Promise<Callable> {
  const global = globalThis as Record<string, unknown>;
  global['tf'] = realm.tf;
  global['__gradlintSite'] = siteProbe(site);
  global['__gradlintShadows'] = shadows;
  realm.trace.precision = 'float32';
  const unit = await loadScript(code, stubs).catch((error: unknown) => {
    throw new NotRunnable(`its module cannot be loaded: ${messageOf(error)}`);
  });
  stubs.check();
  if (typeof unit !== 'function') throw new NotRunnable('its module did not run to the end');
  return unit as Callable;
}
