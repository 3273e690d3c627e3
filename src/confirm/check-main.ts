/**
 * The process that checks gradients of the user's functions for the parent (`check-realm.ts`): an untouched TensorFlow.js,
 * and no rights, as in a realm. What `checkGradient` needs of the disk is read before those are taken.
 */
import { GradlintError, messageOf } from '../errors.js';
import { Float64Backend } from '../float64/backend.js';
import type { Engine } from '../float64/engine.js';
import { tensorFlow } from '../float64/tensorflow.js';
import { checkGradient, type GradientReport } from '../gradcheck/index.js';
import type { TensorFlow } from '../ops/row.js';
import { answer, defineGlobals, serveParent } from './child.js';
import { loadScript } from './load-script.js';
import { NotRunnable } from './not-runnable.js';
import type { CallArguments, FromRealm, ToRealm } from './realm-messages.js';
import { loadTensorFlow, readEnvironment } from './realm.js';
import { Rights } from './rights.js';
import { Stubs } from './stubs.js';

type Checked = Parameters<typeof checkGradient>[0];

const stubs = new Stubs();
let tf: TensorFlow | undefined;
let fn: Checked | undefined;

serveParent(serve, (error) => refusal(error));

async function serve(message: ToRealm): Promise<void> {
  switch (message.type) {
    case 'open':
      answer({ type: 'opened', version: open(message) });
      break;
    case 'load':
      answer(await load(message.code, message.name));
      break;
    case 'check':
      answer(await checkFirst(message));
      break;
    default:
      answer({ type: 'failed', message: `a process for gradients was asked to ${message.type}` });
  }
}

function open({ modules, memoryLimitMb }: Extract<ToRealm, { type: 'open' }>): string {
  tf = loadTensorFlow(modules);
  void tf.setBackend('cpu'); // not asynchronous on cpu: the backend is there when the call returns
  Float64Backend.of(tensorFlow(tf), modules[0]);
  readEnvironment(tf);
  limitTensors(tf.engine() as Engine, memoryLimitMb);
  defineGlobals(tf, stubs, ['__gradlintUnit', '__gradlintLoading']);
  new Rights(stubs).take();
  return String(tf.version_core ?? tf.version?.['tfjs-core'] ?? 'unknown');
}

/** Tensors live outside the heap that Node limits, and take no memory before they are written to. */
function limitTensors(engine: Engine, megabytes: number): void {
  const original = engine.trackTensor;
  engine.trackTensor = (tensor, backend) => {
    original.call(engine, tensor, backend);
    // Counted are four bytes for a float, of which there are eight.
    if (engine.state.numBytes > megabytes * 2 ** 19)
      stubs.stop(`it holds more than ${megabytes} MB of tensors`);
  };
}

async function load(code: string, name: string): Promise<FromRealm> {
  const unit = await loadScript(code, stubs);
  stubs.check();
  if (typeof unit === 'function') fn = unit as Checked;
  // Bundled, it may have got another name.
  if (fn !== undefined) Object.defineProperty(fn, 'name', { value: name });
  return { type: 'loaded', found: fn !== undefined };
}

async function checkFirst({ attempts, options }: Extract<ToRealm, { type: 'check' }>): Promise<FromRealm> {
  let refused: FromRealm | undefined;
  for (const [attempt, call] of attempts.entries()) {
    try {
      return { type: 'checked', report: await check(call, options), attempt };
    } catch (error) {
      const { blocked = error } = stubs;
      // The first shapes are the likeliest.
      refused ??= refusal(
        blocked instanceof NotRunnable ? `${fn!.name} cannot be run here: ${blocked.message}` : blocked,
      );
      stubs.blocked = undefined;
    }
  }
  return refused ?? { type: 'refused', message: 'there is nothing to try' };
}

async function check({ parameters, tensors }: CallArguments, options: object): Promise<GradientReport> {
  const report = await checkGradient(
    parameters === undefined ? fn! : withParameters(fn!, parameters),
    tensors,
    { ...options, tf },
  );
  // Code that catches what it is denied would give something else where it is run for good.
  stubs.check();
  return report;
}

function withParameters(fn: Checked, parameters: NonNullable<CallArguments['parameters']>): Checked {
  const call = (...inputs: unknown[]): unknown =>
    (fn as (...args: unknown[]) => unknown)(
      ...parameters.map((each) => ('tensor' in each ? inputs[each.tensor] : each.value)),
    );
  Object.defineProperty(call, 'name', { value: fn.name });
  return call as unknown as Checked;
}

const refusal = (error: unknown): FromRealm => ({
  type: 'refused',
  message: messageOf(error),
  advice: error instanceof GradlintError ? error.advice : undefined,
});
