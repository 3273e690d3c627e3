import type { CpuBackend, KernelArguments, KernelConfig, TensorInfo, Trace } from './engine.js';
import { EXACT_KERNELS } from '../float64/exact-kernels.js';
import { operandsOf } from '../float64/engine.js';
import { areFinite, roundAll, rounded, settle } from '../float64/rounding.js';
import { asWebGL, elementwise } from '../float64/webgl-kernels.js';
import { bornIn, brokenIn, isMended, mend, mendedNumber } from './mending.js';
import { isExact } from './perturbation.js';
import { CPU, smallestOn, type Backend } from '../facts/backend.js';
import type { TensorFlow } from '../ops/row.js';

/**
 * Watches every kernel, forward and backward: counts it, and notes the first one that made something that is not finite
 * out of operands that were. NaN gets masked further on (`sign`, `argMax`, `where`), so outputs alone do not tell.
 *
 * Kernels that user code registers are watched too.
 *
 * In a float64 realm it is also what makes float32 and float16 out of it: rounding every stored number gives the results of a
 * native run, to a few ulp where a kernel adds up inside its own storage.
 */
export function watchKernels(
  tf: TensorFlow,
  { name, storage: backend }: { readonly name: string; readonly storage: CpuBackend },
  trace: Trace,
  float64: boolean,
  allowance: () => void,
): void {
  const inside = { kernel: 0 };
  const seen = new WeakSet<KernelConfig>();
  const watch = (config: KernelConfig): KernelConfig => {
    if (seen.has(config)) return config;
    const { kernelName } = config;
    const exact = float64 ? EXACT_KERNELS[kernelName] : undefined;
    const run = (args: KernelArguments): TensorInfo | TensorInfo[] => {
      inside.kernel += 1;
      try {
        const cpu = (): TensorInfo | TensorInfo[] => config.kernelFunc(args);
        if (float64 && isShader(trace)) return asWebGL(kernelName, args, cpu);
        return exact !== undefined && roundedTo(trace) === undefined ? elementwise(exact, args) : cpu();
      } finally {
        inside.kernel -= 1;
      }
    };
    const watched = (args: KernelArguments): TensorInfo | TensorInfo[] => {
      if (trace.siteOperands !== undefined && trace.siteDepth > 0)
        trace.siteOperands.push(...operandsOf(args));
      const outputs = run(args);
      const format = float64 ? roundedTo(trace) : undefined;
      const finite = settle(outputs, backend, format ?? 'float64');
      if (format !== undefined && trace.precision === 'float32')
        flush(outputs, kernelName, trace.backend, backend);
      if (float64 && trace.precision === 'perturbed' && !isExact(kernelName))
        trace.perturbation.applyTo([outputs].flat(), backend);
      if (!trace.active) return outputs;
      trace.kernels += 1;
      if (!finite) lookInto(outputs, { kernelName, args, trace, backend });
      return outputs;
    };
    const made = { ...config, kernelFunc: watched };
    seen.add(made);
    return made;
  };
  for (const config of tf.getKernelsForBackend(name) as KernelConfig[]) {
    tf.unregisterKernel(config.kernelName, name);
    tf.registerKernel(watch(config));
  }
  const register = tf.registerKernel as (config: KernelConfig) => void;
  tf.registerKernel = (config: KernelConfig) =>
    register(config.backendName === name ? watch(config) : config);
  watchStorage(backend, trace, float64, inside, allowance);
}

/**
 * Numbers that enter a tensor from outside (constants, data, random numbers) are float32 in both precisions: then the
 * two runs differ by arithmetic alone. Inside kernels they are rounded only where float32 is asked for.
 */
function watchStorage(
  backend: CpuBackend,
  trace: Trace,
  float64: boolean,
  inside: { readonly kernel: number },
  allowance: () => void,
): void {
  const write = backend.write.bind(backend);
  backend.write = (values, shape, dtype) => {
    allowance();
    if (!float64 || dtype !== 'float32' || !(values instanceof Float64Array))
      return write(values, shape, dtype);
    if (trace.takesInputs) return write(values, shape, dtype);
    if (inside.kernel === 0 && !areFinite(values)) return write(given(values, trace), shape, dtype);
    // An array of the user's is left as it is.
    if (inside.kernel === 0) return write(rounded(values, roundedTo(trace) ?? 'float32'), shape, dtype);
    const format = roundedTo(trace);
    if (format !== undefined) roundAll(values, format);
    return write(values, shape, dtype);
  };
}

/** Numbers that are not finite, as the code hands them in. */
function given(values: Float64Array, trace: Trace): Float64Array {
  const { mending, active, atSite } = trace;
  if (!active) return values;
  trace.brokenElsewhere ||= !atSite;
  if (mending === undefined || !isMended(mending, atSite)) return values;
  return values.map((value) => (Number.isFinite(value) ? value : mendedNumber(value, mending)));
}

/** The format that stored numbers are rounded to. */
function roundedTo({ precision, backend }: Trace): 'float32' | 'float16' | undefined {
  if (precision === 'float32') return backend.format;
  return precision === 'float16' ? precision : undefined;
}

/** Whether what runs now is to be what a shader of the WebGL backend computes. */
const isShader = ({ precision, backend }: Trace): boolean =>
  precision === 'float16' || (precision === 'float32' && backend.kernels === 'webgl');

/** Makes 0 of what the backend has no digits for, where this kernel does so. */
function flush(
  outputs: TensorInfo | readonly TensorInfo[],
  kernelName: string,
  on: Backend,
  backend: CpuBackend,
): void {
  const op = kernelName.charAt(0).toLowerCase() + kernelName.slice(1);
  const least = smallestOn(on, op);
  if (least === smallestOn(CPU)) return;
  for (const { dtype, dataId } of [outputs].flat() as TensorInfo[]) {
    const values = dtype === 'float32' ? backend.data.get(dataId)?.values : undefined;
    if (!(values instanceof Float64Array)) continue;
    for (let index = 0; index < values.length; index += 1)
      if (Math.abs(values[index]!) < least) values[index]! *= 0;
  }
}

/** Of what came out of a kernel and is not finite: where it broke, and what is there instead if that is to be mended. */
function lookInto(
  outputs: TensorInfo | readonly TensorInfo[],
  { kernelName, args, trace, backend }: Ran,
): void {
  const atSite = trace.atSite || isPart(kernelName, trace);
  const told = wasTold(args);
  for (const output of [outputs].flat() as TensorInfo[]) {
    const born = told ? brokenIn(output, backend) : bornIn(output, args, backend, atSite && trace.isFormula);
    if (born.length === 0) continue;
    trace.brokenElsewhere ||= !atSite;
    if (!told) trace.origin ??= { kernel: kernelName, during: trace.during, atSite };
    const { mending } = trace;
    if (mending !== undefined && isMended(mending, atSite)) mend(output, born, mending, backend);
  }
}

interface Ran {
  readonly kernelName: string;
  readonly args: KernelArguments;
  readonly trace: Trace;
  readonly backend: CpuBackend;
}

/** What a formula overflows by. */
const OVERFLOWING: ReadonlySet<string> = new Set(['Exp', 'Expm1', 'Cosh', 'Sinh']);

/** Whether this kernel counts as a part of the formula that the site ends. */
const isPart = (kernelName: string, { isFormula, during }: Trace): boolean =>
  isFormula && during === 'forward' && OVERFLOWING.has(kernelName);

/** A kernel without operands, or with an infinite attribute, does what it was told. */
function wasTold(args: KernelArguments): boolean {
  const attributes = Object.values(args.attrs ?? {});
  return (
    operandsOf(args).length === 0 ||
    attributes.some((value) => typeof value === 'number' && !Number.isFinite(value))
  );
}
