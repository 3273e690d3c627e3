import { elementsIn } from '../facts/concrete-shape.js';
import { runOp } from '../ops/call.js';
import type { TensorFlow } from '../ops/row.js';
import { opNamed } from '../ops/table.js';
import { weights } from './custom-gradient.js';
import { isTensor, type RealmTensor } from './engine.js';
import type { FunctionUnit } from './job.js';
import { NotRunnable } from './not-runnable.js';

type Kernel = NonNullable<FunctionUnit['kernel']>;
type Unit = (parameters: readonly unknown[]) => unknown;

/** What a bundle leaves of a kernel of the project. */
type KernelCode = (self: object, captured: object, parameters: readonly unknown[]) => unknown;

/**
 * Runs a kernel with the gradient that the unit is, as TensorFlow.js does once it is registered: an own kernel by its
 * name, one of the library through the op that runs it, which sees to its arguments. The results are weighted, so that a
 * gradient that forgets to multiply by what comes in does not come out right.
 *
 * @param given the inputs of the kernel or op, and its attributes, by name
 */
export function callKernel(
  tf: TensorFlow,
  kernel: Kernel,
  unit: Unit,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const results = withGradient(tf, kernel, unit, () =>
    kernel.op === undefined ? runOwn(tf, kernel, given) : runLibrary(tf, kernel.op, given),
  );
  return tensorsOf(results).map((result) => {
    const size = elementsIn(result.shape);
    return result.dtype === 'float32' ? tf.mul(result, tf.tensor(weights(size), result.shape)) : result;
  });
}

function tensorsOf(results: unknown): RealmTensor[] {
  if (isTensor(results)) return [results];
  return typeof results === 'object' && results !== null
    ? Object.values(results).filter((one) => isTensor(one))
    : [];
}

function runLibrary(
  tf: TensorFlow,
  { name, attributes }: NonNullable<Kernel['op']>,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const operands = Object.entries(given).filter(([, value]) => isTensor(value));
  const others = Object.entries(given).filter(([, value]) => !isTensor(value) && value !== undefined);
  return runOp(tf, opNamed(name)!, {
    operands: Object.fromEntries(operands),
    attributes: { ...attributes, ...Object.fromEntries(others) } as typeof attributes,
  });
}

function runOwn(tf: TensorFlow, { name }: Kernel, given: Readonly<Record<string, unknown>>): unknown {
  const { attrs, ...inputs } = given;
  const backend = tf.getBackend() as string;
  const code = (globalThis as Record<string, unknown>)['__gradlintKernel'] as KernelCode | undefined;
  if (code === undefined) throw new NotRunnable(`the kernel ${name} has no code here`);
  if (tf.getKernel(name, backend) !== undefined) tf.unregisterKernel(name, backend);
  tf.registerKernel({
    kernelName: name,
    backendName: backend,
    kernelFunc: (call: unknown) => code({}, {}, [call]),
  });
  return tf.engine().runKernel(name, inputs, attrs ?? {}) as unknown;
}

/** The library looks gradients up by name, when the kernel runs. */
function withGradient<T>(tf: TensorFlow, kernel: Kernel, unit: Unit, body: () => T): T {
  const { name, inputsToSave, outputsToSave, saveAllInputs } = kernel;
  const before: unknown = tf.getGradient(name);
  if (before !== undefined) tf.unregisterGradient(name);
  tf.registerGradient({
    kernelName: name,
    inputsToSave,
    outputsToSave,
    saveAllInputs,
    gradFunc: (...call: readonly unknown[]) => unit(call),
  });
  try {
    return body();
  } finally {
    tf.unregisterGradient(name);
    if (before !== undefined) tf.registerGradient(before);
  }
}
