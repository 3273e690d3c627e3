import type { Tensor } from '@tensorflow/tfjs';
import { Float64Backend } from '../float64/backend.js';
import type { RealmTensor } from '../float64/engine.js';
import { tensorFlow, TensorFlowUnusable } from '../float64/tensorflow.js';
import { GradientCheckError } from './errors.js';
import { kernelAtFault } from './fault.js';
import { Finder } from './find.js';
import type { Found } from './found.js';
import { readDomains, readInputs, type Inputs } from './inputs.js';
import type { GradientOptions, GradientReport, Precision } from './report.js';
import { xorshift32 } from '../random.js';
import { secondOrder } from './second-order.js';
import { Subject, type TensorFunction } from './subject.js';
import { messageOf } from './words.js';

export * from './report.js';
export { sweepTable } from './sweep-table.js';
export { GradientCheckError, type GradientErrorCode } from './errors.js';

/** Numbers nested to any depth: `tf.tensor` of it is the input. */
export type NumberLike = number | Float32Array | Float64Array | readonly NumberLike[];
export type GradientInput = Tensor | NumberLike;

/**
 * Is the gradient of `fn` right at these inputs? Without an epsilon or a tolerance to choose.
 *
 * Asynchronous, because TensorFlow.js may have to be found and loaded, and a backend may have to become ready; `fn`
 * itself is called synchronously, as `tf.grad` calls it.
 *
 * @param fn takes tensors, as many as there are inputs, and returns a float tensor of any shape.
 * @param inputs a list with one entry for each parameter of `fn`: a tensor, a number, or nested arrays of numbers. A lone
 *   tensor, number or typed array needs no list. Tensors are left as they are. More inputs than parameters are refused where the
 *   text of `fn` shows that it takes no more: not where it has a default, `...` or `arguments`, is bound or has no parameter.
 * @throws GradientCheckError when the question cannot be asked: see `code`.
 */
export async function checkGradient(
  // Parameters of a function type are compared contravariantly; `never` lets (x: Tensor2D) => Scalar in.
  fn: (...inputs: never[]) => Tensor,
  inputs: GradientInput | readonly GradientInput[],
  options: GradientOptions = {},
): Promise<GradientReport> {
  const started = performance.now();
  const { order = 1, seed = 1, precision = 'float32' } = checkedOptions(fn, options);
  const name = fn.name === '' ? 'fn' : fn.name;
  const float64 = await openFloat64(options.tf);
  const read = await readInputs(fn, inputs, precision);
  const domains = readDomains(options.domain, read);
  const evaluations = { count: 0 };

  const first = checkOnce(fn as unknown as TensorFunction, 1);
  const found = order === 2 && first.verdict === 'correct' ? checkSecond() : first;
  const about = order === 2 && first.verdict === 'correct' ? 2 : 1;
  return {
    verdict: found.verdict,
    ok: found.verdict === 'correct',
    message: messageOf(found, { name, order: about, precision, inputs: read.forms.length }),
    function: name,
    worst: found.worst ?? null,
    ...(found.origin && { kernel: found.origin.kernel, during: found.origin.during }),
    order: about,
    precision,
    seed,
    evaluations: evaluations.count,
    elapsedMs: performance.now() - started,
    evidence: found.evidence,
    ...(found.sweep && { sweep: found.sweep }),
  };

  function checkOnce(call: TensorFunction, round: 1 | 2): Found {
    const subject = new Subject(float64, call, read.forms, name);
    try {
      if (round === 1) subject.warmUp(read.point);
      const question = { subject, point: read.point, precision, seed: seed + round, domains };
      const sweep = options.sweep === true && round === order;
      return new Finder({ ...question, sweep }).find();
    } finally {
      evaluations.count += subject.evaluations;
      subject.close();
    }
  }

  function checkSecond(): Found {
    const call = fn as unknown as TensorFunction;
    const found = checkOnce(secondOrder(call, float64, seed), 2);
    const isFault = found.verdict === 'wrong-gradient' || found.verdict === 'missing-gradient';
    if (!isFault || found.origin !== undefined) return found;
    const subject = new Subject(float64, call, read.forms, name);
    try {
      const kernel = kernelAtFault(subject, read.point, xorshift32(seed), 2);
      if (kernel === undefined) return found;
      return { ...found, origin: { kernel, during: 'backward', nan: false, twice: true } };
    } finally {
      evaluations.count += subject.evaluations;
      subject.close();
    }
  }
}

async function openFloat64(given: unknown): Promise<Float64Backend> {
  try {
    const tf = tensorFlow(given);
    await tf.ready();
    return Float64Backend.of(tf);
  } catch (error) {
    if (!(error instanceof TensorFlowUnusable)) throw error;
    throw new GradientCheckError('no-tensorflow', error.message, error.advice);
  }
}

function checkedOptions(fn: unknown, options: GradientOptions): GradientOptions {
  if (typeof fn !== 'function')
    throw new GradientCheckError(
      'bad-call',
      `The first argument is ${fn === null ? 'null' : `a ${typeof fn}`}, not a function of tensors.`,
    );
  const { order = 1, precision = 'float32', seed = 1 } = options;
  if (order !== 1 && order !== 2)
    throw new GradientCheckError('bad-call', `The option \`order\` is ${String(order)}; it takes 1 or 2.`);
  const precisions: readonly Precision[] = ['float16', 'float32', 'float64'];
  if (!precisions.includes(precision))
    throw new GradientCheckError(
      'bad-call',
      `The option \`precision\` is ${String(precision)}; it takes ${precisions.join(', ')}.`,
    );
  if (!Number.isInteger(seed))
    throw new GradientCheckError(
      'bad-call',
      `The option \`seed\` is ${String(seed)}; it takes a whole number.`,
    );
  return options;
}

export type { Inputs, RealmTensor };
