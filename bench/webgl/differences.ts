import { LARGEST } from '../../src/float64/rounding.js';
import type { Call } from './calls.js';

export interface Difference {
  readonly emulated: number;
  readonly real: number;
  /** One of `CAUSES`, where one is known. */
  readonly cause: Cause | undefined;
  /** The operands of this element, for an op that is elementwise. */
  readonly operands: readonly number[];
}

/** Why float16 in WebGL is not the float16 of rounded kernels. */
export const CAUSES = {
  overflow: 'the renderer makes NaN, not Infinity, of most numbers that are too large for float16',
  shader: 'the WebGL kernel has another formula than the cpu kernel',
  renderer: "the renderer's own log, pow, sin, cos and tan: its log(0) is -88",
  inside: 'the WebGL kernel computes in float32, this one in float64',
} as const;
export type Cause = keyof typeof CAUSES;

const TOLERANCE = 2;

/** The elements that are more than two float16 numbers apart, and the largest distance of the others in ulp. */
export function differences(
  call: Call,
  emulated: readonly number[],
  real: readonly number[],
): { readonly far: readonly Difference[]; readonly worst: number } {
  const elementwise = call.operands.every(({ values }) => values.length === emulated.length);
  const far: Difference[] = [];
  let worst = 0;
  for (const [index, ours] of emulated.entries()) {
    const theirs = real[index]!;
    const ulp = ulpsBetween(ours, theirs);
    if (ulp <= TOLERANCE) worst = Math.max(worst, ulp);
    if (ulp <= TOLERANCE) continue;
    const operands = elementwise ? call.operands.map(({ values }) => values[index]!) : [];
    const cause = overflows(call, index, ours, theirs)
      ? 'overflow'
      : formula(call.op, operands, ours, theirs);
    far.push({ emulated: ours, real: theirs, cause, operands });
  }
  return { far, worst };
}

function overflows(call: Call, index: number, emulated: number, real: number): boolean {
  if (!Number.isNaN(real)) return false;
  if (Math.abs(emulated) === Infinity) return true;
  if (!SHIFTED_BY_MAX.has(call.op)) return false;
  const { values, shape } = call.operands[0]!;
  const length = shape[1]!;
  const row = call.op === 'logSumExp' ? index : Math.floor(index / length);
  const numbers = values.slice(row * length, (row + 1) * length);
  return Math.max(...numbers) - Math.min(...numbers) > LARGEST.float16;
}

/** They subtract the largest of a row first, which can overflow. */
const SHIFTED_BY_MAX: ReadonlySet<string> = new Set(['softmax', 'logSoftmax', 'logSumExp']);

/** As read in the shaders of tfjs-backend-webgl 4.22, and measured. */
function formula(op: string, operands: readonly number[], emulated: number, real: number): Cause | undefined {
  const [a = NaN, b = NaN] = operands;
  switch (op) {
    case 'log':
      return a === 0 ? 'renderer' : undefined;
    case 'log1p': // log(1 + x): the log of a negative number is undefined in GLSL
      return a === -1 ? 'renderer' : a < -1 ? 'shader' : undefined;
    case 'atanh': // (log(1 + x) - log(1 - x)) / 2
      return Math.abs(a) === 1 ? 'renderer' : undefined;
    case 'asinh': // log(x + sqrt(x² + 1)) cancels left of 0
      return a < 0 ? 'shader' : undefined;
    case 'sin':
    case 'cos':
    case 'tan': // the argument is reduced in float32
      return Math.abs(a) > 1000 ? 'renderer' : undefined;
    case 'pow': // exp2(b log2(a))
      return a === 0 ? 'renderer' : undefined;
    case 'div': // `if (a == b) return 1.0`
      return a === 0 && b === 0 ? 'shader' : undefined;
    case 'floorDiv': // of operands that are rounded to integers
      return Math.round(a) !== a || Math.round(b) !== b || b === 0 ? 'shader' : undefined;
    case 'mod': // a - b * floor(a / b)
      return Math.abs(emulated - real) <= 2 ** -22 * Math.abs(a) ? 'inside' : undefined;
    case 'erf': // 1 - polynomial
      return Math.abs(emulated - real) <= 2 ** -22 ? 'inside' : undefined;
    default:
      return undefined;
  }
}

/** How many float16 numbers lie from one to the other. NaN is far from all but NaN. */
function ulpsBetween(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(place(a) - place(b));
}

/** The place of a float16 number among all of them: 0 at 0, and Infinity one behind the largest. */
function place(value: number): number {
  const size = Math.abs(value);
  const finite = Math.min(size, LARGEST.float16);
  const exponent = Math.max(-14, Math.floor(Math.log2(finite)));
  const rank = finite / 2 ** (exponent - 10) + (exponent + 14) * 1024;
  return Math.sign(value) * (size > finite ? rank + 1 : rank);
}
