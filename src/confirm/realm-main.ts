/**
 * The process that runs TensorFlow.js and user code for the parent (`realm-pool.ts`), one request at a time. Everything
 * that is imported here must load without a `Float32Array` of its own: it is replaced before TensorFlow.js loads.
 */
import { messageOf } from '../errors.js';
import { answer, defineGlobals, serveParent } from './child.js';
import { compare } from './comparison.js';
import { record } from './comparison-points.js';
import { backendOf, digitsOf } from './digits.js';
import type { ConcreteInputs, EvaluationOptions, Evaluator, Observation } from './evaluation.js';
import { FunctionEvaluator } from './function-evaluator.js';
import { referenceRun, type Job, type JobResult } from './job.js';
import { NotRunnable, OutOfTime } from './not-runnable.js';
import { openRealm, openWebAssembly, type MemoryLimit } from './realm.js';
import type { FromRealm, ToRealm, Witnessed } from './realm-messages.js';
import { Rights } from './rights.js';
import type { Surroundings } from './run.js';
import { Integrity } from './integrity.js';
import { findWitness } from './search/index.js';
import { SliceEvaluator } from './slice-evaluator.js';
import { Stubs } from './stubs.js';
import { inputsOf } from './witness-inputs.js';

let around: Surroundings | undefined;
let integrity: Integrity | undefined;
/** What a job left behind could not be cleared. */
let isUnclean = false;

serveParent(serve, (error) => inspected({ type: 'failed', message: messageOf(error) }));

async function serve(message: ToRealm): Promise<void> {
  switch (message.type) {
    case 'open':
      answer({ type: 'opened', version: await open(message) });
      break;
    case 'search':
      answer(inspected(await search(message.job, message.timeLimitMs)));
      break;
    case 'compare':
      answer(inspected(await compareUnits(message)));
      break;
    case 'replay':
      answer(inspected(await replay(message)));
  }
}

/** An answer, or what was done to this process before it was given. */
function inspected(given: FromRealm): FromRealm {
  const done = integrity?.damage() ?? (isUnclean ? 'it leaves behind what cannot be cleared' : undefined);
  if (done === undefined) return given;
  return { type: 'damaged', message: `${done}, and gradlint runs on that where it runs the code` };
}

async function open({ kind, modules, memoryLimitMb }: Extract<ToRealm, { type: 'open' }>): Promise<string> {
  const stubs = new Stubs();
  const rights = new Rights(stubs);
  const limit: MemoryLimit = {
    bytes: memoryLimitMb * 2 ** 20,
    exceeded: () => stubs.stop(`it holds more than ${memoryLimitMb} MB of tensors`),
  };
  const realm = kind === 'wasm' ? await openWebAssembly(modules, limit) : openRealm(kind, modules, limit);
  defineGlobals(realm.tf, stubs, [
    '__gradlintSite',
    '__gradlintShadows',
    '__gradlintUnit',
    '__gradlintKernel',
    '__gradlintLoading',
  ]);
  rights.take();
  integrity = new Integrity(realm.tf, realm.engine);
  around = { realm, rights, stubs };
  return realm.version;
}

async function search(job: Job, timeLimitMs: number): Promise<FromRealm> {
  const started = performance.now();
  let runs = 0;
  const failed = (error: unknown): JobResult => {
    const elapsedMs = performance.now() - started;
    if (error instanceof OutOfTime)
      return { status: 'not-reproduced', reason: error.message, points: runs, elapsedMs };
    return { status: 'not-run', reason: messageOf(error), points: runs, elapsedMs };
  };
  return await inJob(job, async (evaluator): Promise<FromRealm> => {
    const timed: Evaluator = {
      evaluate: (inputs, options) => {
        if (performance.now() - started > timeLimitMs) throw new OutOfTime(`time was up after ${runs} runs`);
        runs += 1;
        return evaluator.evaluate(inputs, options);
      },
    };
    const result = await findWitness(timed, job);
    return { type: 'found', result, witnessed: await look(evaluator, job, result) };
  }).catch((error: unknown): FromRealm => ({ type: 'found', result: failed(error) }));
}

/** Both precisions at the witness, for the comparison with a plain float32 process. */
async function look(evaluator: Evaluator, job: Job, result: JobResult): Promise<Witnessed | undefined> {
  if (result.status !== 'confirmed' || result.witness === undefined) return undefined;
  const inputs = inputsOf(job, result.witness);
  if (inputs === undefined) return undefined;
  const at = (options: EvaluationOptions): Observation | Promise<Observation> =>
    evaluator.evaluate(new Map(inputs), options);
  const { gradient } = job;
  return {
    inputs,
    float32: await at({ precision: 'float32', gradient }),
    float64: await at({ ...referenceRun(job.site), gradient }),
  };
}

/** One after the other, so that neither sees variables or globals that the other made. */
async function compareUnits(message: Extract<ToRealm, { type: 'compare' }>): Promise<FromRealm> {
  const { job, other, timeLimitMs } = message;
  const deadline = performance.now() + timeLimitMs;
  const witness = message.witness && new Map(message.witness);
  try {
    const recorded = await inJob(job, (evaluator) =>
      record(evaluator, {
        job,
        witness,
        deadline: deadline - timeLimitMs / 2,
      }),
    );
    const comparison = await inJob(other, (evaluator) =>
      compare(evaluator, recorded, deadline, digitsOf(other)),
    );
    return { type: 'compared', comparison };
  } catch (error) {
    return { type: 'failed', message: messageOf(error) };
  }
}

async function replay({ job, inputs, options }: Extract<ToRealm, { type: 'replay' }>): Promise<FromRealm> {
  const concrete: ConcreteInputs = new Map(inputs);
  return await inJob(job, async (evaluator): Promise<FromRealm> => {
    return { type: 'replayed', observation: await evaluator.evaluate(concrete, options) };
  }).catch((error: unknown): FromRealm => ({ type: 'failed', message: messageOf(error) }));
}

/** Everything that the code of a job makes at module level goes with the job. */
async function inJob<T>(job: Job, body: (evaluator: Evaluator) => Promise<T>): Promise<T> {
  if (around === undefined) throw new NotRunnable('the realm is not open');
  const { engine, trace } = around.realm;
  trace.backend = backendOf(job);
  engine.startScope('gradlint job');
  const scopes = engine.state.scopeStack.length;
  try {
    return await body(await evaluatorFor(around, job));
  } finally {
    try {
      clear(around, scopes);
    } catch {
      isUnclean = true;
    }
  }
}

function clear({ realm, rights, stubs }: Surroundings, scopes: number): void {
  const { engine, registrations } = realm;
  while (engine.state.scopeStack.length >= scopes) engine.endScope();
  for (const variable of Object.values(engine.state.registeredVariables)) variable.dispose();
  registrations.undo();
  rights.clearTimers();
  rights.clearGlobals();
  // A unit that was stopped while it loaded must not stop the next one.
  stubs.blocked = undefined;
}

async function evaluatorFor(surroundings: Surroundings, job: Job): Promise<Evaluator> {
  const { unit } = job;
  if (unit.kind === 'function') return await FunctionEvaluator.load(surroundings, { ...job, unit });
  return new SliceEvaluator(surroundings, { ...job, unit });
}
