import type { Node } from './node.js';

/** Set on numbers that a condition keeps away from 0, though they may be on either side of it: a range has no gaps. */
export const NON_ZERO = { nonZero: true } as const;

/** Whether a number is known not to be 0. */
export const isNonZero = ({ attributes, range }: Node): boolean =>
  attributes['nonZero'] === true || range.low > 0 || range.high < 0;
