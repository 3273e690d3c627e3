/**
 * The numbers beyond which functions break. Each is written as it was bisected in float32 on the cpu backend of
 * TensorFlow.js 4.22 (`test/facts/backend.test.ts` does it again), and as the formula that gives it for another format.
 */
import { CPU, largestOn, roundoffOn, smallestOn, vanishesOn, type Backend } from '../facts/backend.js';
import type { DangerRegion } from './row.js';

export interface Threshold {
  /** On the cpu: below the number all is well, at it or above it is not. */
  readonly measured: number;
  /** As messages write it. */
  readonly text: string;
  readonly formula: (backend: Backend) => number;
}

/** A threshold as it is on one backend. */
export interface Limit {
  readonly value: number;
  readonly text: string;
}

const isShader = ({ kernels }: Backend): boolean => kernels === 'webgl';

const threshold = (measured: number, text: string, formula: Threshold['formula']): Threshold => ({
  measured,
  text,
  formula,
});

/** exp(x) is Infinity. */
export const EXP_OVERFLOW = threshold(88.72284, '88.72', (on) => Math.log(largestOn(on)));
/** exp(-x) is 0. */
export const EXP_UNDERFLOW = threshold(103.97208, '103.97', (on) => -Math.log(vanishesOn(on, 'exp')));
/** Of two logits so far apart, the softmax of the smaller one is 0. */
export const SOFTMAX_UNDERFLOW = threshold(103.97208, '103.97', (on) => -Math.log(vanishesOn(on, 'softmax')));
/** sigmoid(-x) is 0. */
export const SIGMOID_UNDERFLOW = threshold(103.97208, '103.97', (on) => -Math.log(vanishesOn(on, 'sigmoid')));
/** sigmoid(x) is 1, and exp(-x) is nothing beside 1. A shader rounds 1 + exp(-x), in float32. */
export const SIGMOID_ONE = threshold(17.32869, '17.33', (on) =>
  Math.log(Math.min(2 / roundoffOn(on), isShader(on) ? 2 ** 24 : Infinity)),
);
/** 1 / sigmoid(-x) is Infinity: the gradient of its logarithm. */
export const SIGMOID_STEEP = threshold(88.72, '88.73', (on) => Math.log(largestOn(on)));
/** The same as `SIGMOID_ONE`, as the last number at which it is not. */
export const ELU_FLAT = threshold(17.32868, '17.33', (on) => Math.log(2 / roundoffOn(on)));
/** tanh(x) is 1. A shader rounds 1 - exp(-2x), in float32. */
export const TANH_ONE = threshold(
  9.010914,
  '9.01',
  (on) => Math.log(Math.min(4 / roundoffOn(on), isShader(on) ? 2 ** 25 : Infinity)) / 2,
);
/** cosh(x) is Infinity. A shader divides by exp(-x), which is flushed to 0. */
export const COSH_OVERFLOW = threshold(89.41599, '89.41', (on) =>
  Math.min(Math.log(2) + Math.log(largestOn(on)), isShader(on) ? 126 * Math.LN2 : Infinity),
);
/** x² is Infinity. */
export const SQUARE_OVERFLOW = threshold(1.8446745e19, '1.84e19', (on) => Math.sqrt(largestOn(on)));
/** 1 / x² is Infinity above 0: the gradient of what is divided by x. */
export const SQUARED_QUOTIENT = threshold(5.421011e-20, '5.42e-20', (on) => 1 / Math.sqrt(largestOn(on)));
/** 1 / x is Infinity above 0: the gradient of a logarithm. */
export const QUOTIENT = threshold(2.938736e-39, '2.94e-39', (on) => 1 / largestOn(on));
/** x^-1.5 / 2 is Infinity above 0: the gradient of rsqrt. */
export const RSQRT_STEEP = threshold(1.2924701e-26, '1.3e-26', (on) => (0.5 / largestOn(on)) ** (2 / 3));
/** 2 x^1.5 is Infinity, which the gradient of rsqrt divides by. */
export const RSQRT_FLAT = threshold(3.07048e25, '3.07e25', (on) => (largestOn(on) / 2) ** (2 / 3));
/** 1 + x is 1. */
export const LOST_BESIDE_ONE = threshold(2 ** -24, '5.96e-8', (on) => roundoffOn(on));
/** The same, in fewer digits. */
export const ABOUT_LOST_BESIDE_ONE = threshold(2 ** -24, '6e-8', (on) => roundoffOn(on));

export function limitOn(backend: Backend, { measured, text, formula }: Threshold): Limit {
  const value = formula(backend);
  return value === formula(CPU) ? { value: measured, text } : { value, text: written(value) };
}

function written(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-2 && size < 1e4 ? String(Number(value.toFixed(2))) : value.toExponential(2);
}

/** The side of a threshold on which an operand is in danger. */
type Side = (operand: string, limit: Limit, backend: Backend) => Pick<DangerRegion, 'low' | 'high' | 'text'>;

/** `x > 88.72` */
export const above: Side = (x, { value, text }) => ({ low: value, high: Infinity, text: `${x} > ${text}` });
/** `x < -88.72` */
export const below: Side = (x, { value, text }) => ({
  low: -Infinity,
  high: -value,
  text: `${x} < -${text}`,
});
/** `|x| < 5.42e-20` */
export const within: Side = (x, { value, text }) => ({ low: -value, high: value, text: `|${x}| < ${text}` });
/** `0 < x < 2.94e-39` */
export const justAbove0: Side = (x, { value, text }, backend) => ({
  low: smallestOn(backend),
  high: value,
  text: `0 < ${x} < ${text}`,
});

/** A danger region that begins elsewhere on another backend: `beyond('x', 'value', 'overflow', above, EXP_OVERFLOW)`. */
export function beyond(
  operand: string,
  harm: DangerRegion['harm'],
  failure: DangerRegion['failure'],
  side: Side,
  at: Threshold,
  when?: DangerRegion['when'],
): DangerRegion {
  const on = (backend: Backend): ReturnType<Side> => side(operand, limitOn(backend, at), backend);
  return { operand, harm, failure, ...on(CPU), on, ...(when ? { when } : {}) };
}

/** The danger regions of an op on a backend. One that is empty there is none: where a GPU flushes, no number is that small. */
export function dangersOn(backend: Backend, dangers: readonly DangerRegion[]): readonly DangerRegion[] {
  if (backend === CPU) return dangers;
  return dangers
    .map((region) => (region.on === undefined ? region : { ...region, ...region.on(backend) }))
    .filter(({ low, high }) => low <= high);
}
