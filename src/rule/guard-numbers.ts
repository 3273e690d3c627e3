import type { Backend } from '../facts/backend.js';

/** The numbers that guards are offered with: the format has to keep them, and the gradient behind them has to stay finite. */
export interface GuardNumbers {
  /** Added to 1, or subtracted from it, it is not rounded away. */
  readonly besideOne: number;
  /** The same for functions that are steep there: acos, atanh. */
  readonly edge: string;
  /** Under a logarithm: 1 over it is finite. */
  readonly floor: number;
  /** In a denominator: 1 over its square is finite, as gradients of quotients have it. */
  readonly denominator: number;
  /** Under a root. */
  readonly insideRoot: number;
  /** exp of it is far from overflow. */
  readonly exponent: number;
  /** Stands for Infinity in a mask: scores can be added to it. */
  readonly mask: string;
}

const NUMBERS: Readonly<Record<Backend['format'], GuardNumbers>> = {
  float32: {
    besideOne: 1e-7,
    edge: '1e-6',
    floor: 1e-7,
    denominator: 1e-7,
    insideRoot: 1e-12,
    exponent: 20,
    mask: '1e9',
  },
  float16: {
    besideOne: 1e-3,
    edge: '1e-3',
    floor: 1e-4,
    denominator: 1e-2,
    insideRoot: 1e-4,
    exponent: 10,
    mask: '3e4',
  },
};

export const guardNumbers = ({ format }: Backend): GuardNumbers => NUMBERS[format];
