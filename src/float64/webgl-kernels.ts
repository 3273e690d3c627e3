import { broadcastIndex } from './broadcast-index.js';
import type { KernelArguments, TensorInfo } from './engine.js';
import { SMALLEST_NORMAL } from './rounding.js';

/**
 * A number as a shader computes with it: in float32 whatever its textures hold, and without what is below the normal
 * numbers, which GPUs make 0 (docs/backends.md).
 */
function kept(x: number): number {
  const rounded = Math.fround(x);
  return Math.abs(rounded) < SMALLEST_NORMAL.float32 ? rounded * 0 : rounded;
}
const exp = (x: number): number => kept(Math.exp(x));
const log = (x: number): number => kept(Math.log(x));
const sqrt = (x: number): number => kept(Math.sqrt(x));
const plus = (a: number, b: number): number => kept(a + b);
const minus = (a: number, b: number): number => kept(a - b);
const times = (a: number, b: number): number => kept(a * b);
const over = (a: number, b: number): number => kept(a / b);

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.7580993408473768;
const SOFTPLUS_END = Math.log(2 ** -23) + 2;

/**
 * Functions of one tensor whose shader has another formula than the kernel of the cpu backend, as TensorFlow.js 4.22 writes
 * them. `log1p` and `expm1` have none that is better than `log(1 + x)` and `exp(x) - 1`.
 */
const FORMULAS: Readonly<Record<string, (x: number) => number>> = {
  Log1p: (x) => log(plus(1, x)),
  Expm1: (x) => minus(exp(x), 1),
  Asinh: (x) => log(plus(x, sqrt(plus(times(x, x), 1)))),
  Acosh: (x) => (x < 1 ? NaN : log(plus(x, sqrt(minus(times(x, x), 1))))),
  Atanh: (x) => (Math.abs(x) > 1 ? NaN : over(minus(log(plus(1, x)), log(minus(1, x))), 2)),
  Cosh: (x) => half(plus, exp(-x)),
  Sinh: (x) => half(minus, exp(x)),
  Tanh: (x) => {
    const e = exp(-2 * Math.abs(x));
    return over(times(Math.sign(x), minus(1, e)), plus(1, e));
  },
  Sigmoid: (x) => over(1, plus(1, exp(-x))),
  Softplus: (x) => {
    if (x > -SOFTPLUS_END) return x;
    return x < SOFTPLUS_END ? exp(x) : log(plus(exp(x), 1));
  },
  Elu: (x) => (x >= 0 ? x : minus(exp(x), 1)),
  Selu: (x) => (x >= 0 ? times(SELU_SCALE, x) : times(SELU_ALPHA, minus(exp(x), 1))),
};

function half(combine: typeof plus, e: number): number {
  return over(combine(e, over(1, e)), 2);
}

/**
 * Runs a kernel as the shader of the WebGL backend computes it: its formula, where it has another one, and division, where
 * it says that what equals its divisor gives 1, even 0 by 0. `run` is the kernel of the cpu backend. A GPU's own exp, log and
 * sin are less precise than these (up to 170 units in the last place were measured), and each GPU's in its own way.
 */
export function asWebGL(
  kernelName: string,
  args: KernelArguments,
  run: () => TensorInfo | TensorInfo[],
): TensorInfo | TensorInfo[] {
  const formula = FORMULAS[kernelName];
  if (formula !== undefined) return elementwise(formula, args);
  const output = run();
  if (kernelName === 'RealDiv') divideEqualsTo1(args, output as TensorInfo);
  return output;
}

/** Runs a function of one tensor instead of a kernel. */
export function elementwise(f: (x: number) => number, args: KernelArguments): TensorInfo {
  const x = args.inputs['x'] as TensorInfo;
  const values = Float64Array.from(valuesOf(x, args), f);
  return { dataId: args.backend.write(values, x.shape, x.dtype), shape: x.shape, dtype: x.dtype };
}

/** Only of 0 / 0 and Infinity / Infinity it makes another number than IEEE 754. */
function divideEqualsTo1(args: KernelArguments, quotient: TensorInfo): void {
  const [a, b] = [args.inputs['a'] as TensorInfo, args.inputs['b'] as TensorInfo];
  const [above, below] = [valuesOf(a, args), valuesOf(b, args)];
  const values = valuesOf(quotient, args) as Float64Array;
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isNaN(values[index])) continue;
    const pair = [a, b].map(({ shape }) => broadcastIndex(index, quotient.shape, shape));
    if (above[pair[0]!] === below[pair[1]!]) values[index] = 1;
  }
}

const valuesOf = ({ dataId }: TensorInfo, { backend }: KernelArguments): ArrayLike<number> =>
  backend.data.get(dataId)!.values as ArrayLike<number>;
