import { Chance } from '../../../src/confirm/chance.js';
import { createRequire } from 'node:module';
import type { NumericTensor } from '../../../src/confirm/evaluation.js';
import { buildInputs } from '../../../src/confirm/inputs.js';
import type { InputForm, Job, JobResult, NamedInput, SuspectSite } from '../../../src/confirm/job.js';
import { openRealm, type Realm } from '../../../src/confirm/realm.js';
import { Runner, type Surroundings } from '../../../src/confirm/run.js';
import { findWitness, type SearchLimits } from '../../../src/confirm/search/index.js';
import type { AnyEvaluator } from '../../../src/confirm/search/trials.js';
import { SiteRecorder } from '../../../src/confirm/site.js';
import { readOperand } from '../../../src/confirm/values.js';
import type { TensorFlow } from '../../../src/ops/row.js';

/**
 * Runs hand-written closures over a real float64 realm in this process, so that the search can be tested without bundling
 * and without a child process. A closure marks its site: `at({ x: p }, () => tf.log(p))`.
 */
export type Closure = (tf: TensorFlow, at: Mark, ...inputs: TensorFlow[]) => unknown;
export type Mark = (operands: Record<string, unknown>, run: () => TensorFlow) => TensorFlow;

export interface Suspicion {
  readonly op: string;
  readonly region?: SuspectSite['region'];
  readonly harm: SuspectSite['harm'];
  readonly failures: SuspectSite['failures'];
  readonly expansion?: SuspectSite['expansion'];
  readonly formula?: boolean;
  readonly gradient?: boolean;
  readonly inputs: Record<string, InputForm>;
  readonly run: Closure;
}

export type Outcome = JobResult & { readonly evaluations: number };

const NO_LIMIT = { bytes: Infinity, exceeded: () => undefined as never };

let realm: Realm | undefined;

export async function confirm(suspicion: Suspicion, limits?: SearchLimits): Promise<Outcome> {
  const { op, region, harm, failures, expansion, formula, gradient = false, run } = suspicion;
  const inputs = Object.entries(suspicion.inputs).map(([name, form]): NamedInput => ({
    name,
    source: 'parameter',
    form,
  }));
  const unit: Job['unit'] = { kind: 'slice', nodes: [] };
  const site: SuspectSite = { op, region, harm, failures, expansion, formula };
  const job: Job = { id: op, unit, inputs, site, gradient, seed: 1 };
  const { evaluator, count } = closureEvaluator(job, run);
  const result = await findWitness(evaluator, job, limits);
  return { ...result, evaluations: count() };
}

/** A float tensor whose values nobody described, or described as a range. */
export function tensor(
  node: number,
  dims: readonly (number | string)[] | undefined,
  [low, high]: readonly [number, number] = [-100, 100],
  more: { dtype?: string; integer?: boolean; claimedRank?: number } = {},
): InputForm {
  return { kind: 'tensor', node, dims, dtype: 'float32', integer: false, low, high, ...more };
}

export function number(node: number, [low, high]: readonly [number, number] = [-100, 100]): InputForm {
  return { kind: 'number', node, low, high, integer: false };
}

function closureEvaluator(job: Job, run: Closure): { evaluator: AnyEvaluator; count: () => number } {
  realm ??= openRealm('float64', [createRequire(import.meta.url).resolve('@tensorflow/tfjs')], NO_LIMIT);
  const { tf } = realm;
  // User code has nothing to fear from a test, and nothing to break.
  const rights = { chance: new Chance(), reseed: () => undefined, clearTimers: () => undefined };
  const stubs = { check: () => undefined, make: () => undefined };
  const around = { realm, rights, stubs } as unknown as Surroundings;
  const recorder = new SiteRecorder(realm, job.site.op, job.site.formula);
  const runner = new Runner(around, recorder);
  const at: Mark = (operands, body) => {
    const read: Record<string, NumericTensor> = {};
    for (const [name, value] of Object.entries(operands)) read[name] = readOperand(value)!;
    return recorder.run(read, body);
  };
  let evaluations = 0;
  const evaluator: AnyEvaluator = {
    evaluate: (inputs, options) => {
      evaluations++;
      return runner.run(options, () => {
        const { precision } = options;
        const how = { concrete: inputs, realm: realm!, precision, stubs: around.stubs };
        const built = buildInputs(job.inputs, how);
        return { tensors: built.tensors, call: () => run(tf, at, ...(built.parameters as TensorFlow[])) };
      });
    },
  };
  return { evaluator, count: () => evaluations };
}
