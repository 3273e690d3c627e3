import { createRequire } from 'node:module';
import type { TensorFlow } from '../ops/row.js';
import { acceptFloat64Arrays, wideFloat32Array } from '../float64/wide-arrays.js';
import { auditGradient } from './audit.js';
import { isTensor, Trace, type Engine, type RealmTensor, type TapeNode } from './engine.js';
import { revived } from './mending.js';
import { watchKernels } from './kernels.js';
import { OWN_FLOAT64_ARRAY } from './own-arrays.js';
import { Registrations } from './registrations.js';

/**
 * `float64` computes in both precisions; `float32` and `wasm` are untouched processes, to see a failure where the user would:
 * on the cpu backend, or in WebAssembly.
 */
export type RealmKind = CpuRealmKind | 'wasm';
export type CpuRealmKind = 'float64' | 'float32';

/** Tensors live outside the heap that Node limits. */
export interface MemoryLimit {
  readonly bytes: number;
  exceeded(): void;
}

/** TensorFlow.js in this process, with its kernels watched. */
export interface Realm {
  readonly kind: RealmKind;
  readonly tf: TensorFlow;
  readonly engine: Engine;
  readonly trace: Trace;
  readonly version: string;
  /** What was registered since the realm was opened, or since that was undone. */
  readonly registrations: Registrations;
}

/**
 * Loads TensorFlow.js on its cpu backend. In a float64 realm every `Float32Array` it makes is a Float64Array, and so the
 * whole library computes in float64: kernels, gradients, layers, optimizers.
 */
export function openRealm(kind: CpuRealmKind, modules: readonly string[], memoryLimit: MemoryLimit): Realm {
  if (kind === 'float64') globalThis.Float32Array = wideFloat32Array(globalThis.Float32Array);
  const tf = loadTensorFlow(modules);
  if (kind === 'float64') acceptFloat64Arrays(tf, ownFloat64Array());
  void (tf.engine() as Engine).setBackend('cpu'); // not asynchronous on cpu: the backend is there when the call returns
  return watched(kind, tf, memoryLimit);
}

/** A Float64Array of the user's code, which is none that stands for a Float32Array: TensorFlow.js makes no tensor of it. */
function ownFloat64Array(): Float64ArrayConstructor {
  const Own = class Float64Array extends globalThis.Float64Array {};
  (globalThis as Record<string, unknown>)[OWN_FLOAT64_ARRAY] = Own;
  return Own as Float64ArrayConstructor;
}

/** The same in WebAssembly. One of the modules is its backend. */
export async function openWebAssembly(modules: readonly string[], memoryLimit: MemoryLimit): Promise<Realm> {
  const tf = loadTensorFlow(modules);
  await startWebAssembly(tf);
  return watched('wasm', tf, memoryLimit);
}

function watched(kind: RealmKind, tf: TensorFlow, memoryLimit: MemoryLimit): Realm {
  const engine = tf.engine() as Engine;
  const trace = new Trace();
  // TensorFlow.js counts four bytes for a float, whatever it is stored in.
  const most = kind === 'float64' ? memoryLimit.bytes / 2 : memoryLimit.bytes;
  const backend = { name: kind === 'wasm' ? kind : 'cpu', storage: engine.backend };
  watchKernels(tf, backend, trace, kind === 'float64', () => {
    if (engine.state.numBytes > most) memoryLimit.exceeded();
  });
  watchGradients(engine, trace);
  watchSlots(tf, engine, trace);
  // What a backend says of itself is what optimizers and layers take their epsilon from.
  engine.backend.floatPrecision = () => (trace.backend.kernels === 'webgl' ? 16 : 32);
  // User code that asks for WebGL or WebAssembly gets the backend that is here.
  engine.setBackend = () => Promise.resolve(true);
  readEnvironment(tf);
  return {
    kind,
    tf,
    engine,
    trace,
    registrations: new Registrations(tf),
    version: String(tf.version_core ?? tf.version?.['tfjs-core'] ?? 'unknown'),
  };
}

/** @throws Error where the package belongs to another TensorFlow.js than the one that is here */
async function startWebAssembly(tf: TensorFlow): Promise<void> {
  const fatal = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set(fatal.flatMap((event) => process.listeners(event as 'uncaughtException')));
  if (tf.findBackendFactory('wasm') === null)
    throw new Error('the installed @tensorflow/tfjs-backend-wasm belongs to another TensorFlow.js');
  if (!((await tf.setBackend('wasm')) as boolean)) throw new Error('the wasm backend does not start');
  // What its loader hears of the process would end it for a promise that user code lets go.
  for (const event of fatal)
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before.has(listener)) process.removeListener(event, listener);
  // It keeps its numbers in the memory of the module: here they are read out of it.
  const backend = (tf.engine() as Engine).backend;
  backend.data = { get: (dataId: object) => ({ values: backend.readSync(dataId) }) } as typeof backend.data;
}

/** The exports of all modules in one namespace. */
export function loadTensorFlow(modules: readonly string[]): TensorFlow {
  const namespaces = modules.map((module) => createRequire(module)(module) as object);
  return Object.assign({}, ...namespaces.reverse());
}

/** Flags are read once and kept: read them before the globals they look at are taken away. */
export function readEnvironment(tf: TensorFlow): void {
  const env = tf.env();
  for (const flag of ['IS_NODE', 'IS_BROWSER', 'IS_CHROME', 'IS_SAFARI', 'IS_TEST', 'DEBUG', 'PROD']) {
    try {
      env.get(flag);
    } catch {
      // not a flag of this version
    }
  }
  env.platform.now = performance.now.bind(performance);
}

/** What an optimizer remembers of its steps: variables that its first one makes, and that it goes on with in the next. */
function watchSlots(tf: TensorFlow, engine: Engine, trace: Trace): void {
  let steps = 0;
  for (const name of OPTIMIZERS) {
    const { prototype } = (tf[name] ?? {}) as { prototype?: { applyGradients(gradients: unknown): void } };
    if (prototype === undefined) continue;
    const { applyGradients } = prototype;
    prototype.applyGradients = function (this: unknown, gradients: unknown) {
      steps += 1;
      try {
        applyGradients.call(this, gradients);
      } finally {
        steps -= 1;
      }
    };
  }
  const makeVariable = engine.makeVariable.bind(engine);
  engine.makeVariable = (...args) => {
    const variable = makeVariable(...args);
    if (steps > 0) trace.onSlot?.(variable);
    return variable;
  };
}

const OPTIMIZERS = [
  ...['MomentumOptimizer', 'AdagradOptimizer', 'AdadeltaOptimizer'],
  ...['AdamOptimizer', 'AdamaxOptimizer', 'RMSPropOptimizer'],
];

function watchGradients(engine: Engine, trace: Trace): void {
  const gradients = engine.gradients.bind(engine);
  let depth = 0;
  engine.gradients = (f, xs, dy, allowNoGradients) => {
    trace.innerGradients += 1;
    const outer = trace.phase;
    const asked = new Map(trace.answers);
    const forward = (): RealmTensor => {
      trace.phase = 'forward';
      try {
        return f();
      } finally {
        trace.phase = 'backward';
      }
    };
    depth += 1;
    try {
      const taken = gradients(forward, xs, dy, allowNoGradients);
      // Of a gradient of a gradient the outer one is measured: it is what the unit goes on with.
      if (depth === 1 && trace.audit !== undefined && trace.audited.length < MOST_AUDITS)
        audit(engine, trace, asked, { f, xs, dy, grads: taken.grads });
      return taken;
    } catch (error) {
      trace.failedBackward ||= trace.phase === 'backward';
      throw error;
    } finally {
      depth -= 1;
      trace.phase = outer;
    }
  };

  const addTapeNode = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...args) => {
    addTapeNode(...args);
    const node = engine.state.activeTape?.at(-1);
    if (!trace.active || node === undefined) return;
    if (node.gradient !== undefined) markGradient(node, engine, trace);
    else if (trace.atSite) trace.withoutGradient.add(node.kernelName);
  };

  const keep = engine.keep.bind(engine);
  engine.keep = (tensor) => {
    if (trace.active) trace.kept.push(tensor);
    return keep(tensor);
  };
}

/** A training loop takes many gradients; the first ones show what the others do. */
const MOST_AUDITS = 2;

type Taken = Parameters<typeof auditGradient>[1];

/** `asked`: how often each model had been asked before what the gradient is taken of ran. */
function audit(engine: Engine, trace: Trace, asked: ReadonlyMap<object, number>, taken: Taken): void {
  const { active, audit: reseed, answers } = trace;
  const again = (): void => {
    reseed?.();
    trace.answers = new Map(asked);
  };
  trace.active = false; // what is run again is ours, not the unit's
  trace.audit = undefined;
  try {
    trace.audited.push(auditGradient(engine, measured(engine, trace, taken, again), again));
  } finally {
    trace.active = active;
    trace.audit = reseed;
    trace.answers = answers;
  }
}

/** By what it was taken; or along other tensors. */
function measured(engine: Engine, { along }: Trace, taken: Taken, again: () => void): Taken {
  if (along === undefined) return taken;
  const xs = along.of(taken.xs);
  const grads = xs.map((x) => {
    const known = taken.grads[taken.xs.indexOf(x)];
    return known ?? (along.isTaken ? gradientBy(engine, x, taken, again) : undefined);
  });
  return { ...taken, xs, grads };
}

/** None where TensorFlow.js finds no connection. */
function gradientBy(
  engine: Engine,
  x: RealmTensor,
  { f, dy }: Taken,
  again: () => void,
): RealmTensor | null | undefined {
  again();
  try {
    return engine.gradients(f, [x], dy, true).grads[0];
  } catch {
    return undefined;
  }
}

/** What the formulas that the rules know are made of: in the gradient of each of them it may break. */
const FORMULA: ReadonlySet<string> = new Set(
  `Exp Expm1 Cosh Sinh Sum Mean Add AddV2 AddN Sub Multiply Neg RealDiv Reciprocal Max Softmax LogSoftmax Sigmoid Softplus
  Tanh Square Identity Reshape Cast ExpandDims Tile BroadcastTo`.split(/\s+/),
);

/** While the gradient of this node runs, the trace knows whether it belongs to the site. */
function markGradient(node: TapeNode, engine: Engine, trace: Trace): void {
  const gradient = node.gradient!;
  const atSite = trace.atSite || (trace.isFormula && FORMULA.has(node.kernelName));
  const inside = <T>(body: () => T): T => {
    trace.gradientsOfSite.push(atSite);
    trace.lastGradientOfSite = atSite;
    try {
      return body();
    } finally {
      trace.gradientsOfSite.pop();
    }
  };
  node.gradient = (dys) => {
    const byInput = inside(() => gradient(dys));
    const isRevived = atSite && trace.mending?.faded === true;
    const computed = (compute: () => RealmTensor): RealmTensor => {
      const given = inside(compute);
      return isRevived ? revive(given, dys, engine, trace) : given;
    };
    // Gradients per input are computed when they are asked for, after this returns.
    return Object.fromEntries(
      Object.entries(byInput).map(([name, compute]) => [name, () => computed(compute)]),
    );
  };
}

function revive(given: RealmTensor, dys: unknown, engine: Engine, { mending }: Trace): RealmTensor {
  const valuesOf = (tensor: RealmTensor): number[] => Array.from(tensor.dataSync());
  const incoming = [dys]
    .flat()
    .filter(isTensor)
    .map((dy) => ({ shape: dy.shape, values: valuesOf(dy) }));
  const values = revived(valuesOf(given), given.shape, incoming, Number(mending!.by));
  return engine.makeTensor(Float32Array.from(values), given.shape, given.dtype);
}
