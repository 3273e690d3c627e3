import { backendNamed, type Backend } from '../facts/backend.js';
import { SMALLEST_NORMAL, UNIT_ROUNDOFF } from '../float64/rounding.js';
import type { Job } from './job.js';

/** What is asked of numbers of a format before something counts as lost, or as right. */
export interface Digits {
  /** Below it there are no digits to agree on. */
  readonly smallestNormal: number;
  /** The largest relative error of one rounding. */
  readonly rounding: number;
  /**
   * A relative error that is a failure: half of the bits are lost. (Of float32, the suite of the gradient checker calls 8 bits lost too many;
   * a chain of stable ops loses that much now and then, and nobody would act on it.)
   */
  readonly lost: number;
  /** What the site itself must lose, in roundings; the rest came in with its operands, and another op is at fault. */
  readonly localLoss: number;
  /** How well a masked result, or that of a fix, must agree with float64 to be called right. */
  readonly agreement: number;
  /** A gradient below it may be 0. */
  readonly smallestGradient: number;
}

const DIGITS: Readonly<Record<Backend['format'], Digits>> = {
  float32: {
    smallestNormal: SMALLEST_NORMAL.float32,
    rounding: UNIT_ROUNDOFF.float32,
    lost: 2 ** -12,
    localLoss: 2 ** 8,
    agreement: 2 ** -10,
    smallestGradient: 1e-30,
  },
  float16: {
    smallestNormal: SMALLEST_NORMAL.float16,
    rounding: UNIT_ROUNDOFF.float16,
    lost: 2 ** -5,
    localLoss: 2 ** 4,
    agreement: 2 ** -6,
    smallestGradient: SMALLEST_NORMAL.float16,
  },
};

export const backendOf = ({ backend }: Pick<Job, 'backend'>): Backend => backendNamed(backend);

export const digitsOf = (job: Pick<Job, 'backend'>): Digits => DIGITS[backendOf(job).format];
