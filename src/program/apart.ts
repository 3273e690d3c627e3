import { leastMagnitude } from '../ops/magnitude.js';
import type { Node } from './node.js';

/** Set on numbers that a condition keeps away from 0, though they may be on either side of it: a range has no gaps. */
export const NON_ZERO = { nonZero: true } as const;

/** Set on numbers that a condition names, on both of its ways and behind it: whoever asks has thought of what they may be. */
export const COMPARED = { compared: true } as const;

export const isCompared = ({ attributes }: Node): boolean => attributes['compared'] === true;

/** Whether a number is known not to be 0. */
export const isNonZero = (node: Node): boolean =>
  node.attributes['nonZero'] === true || leastMagnitude(node) > 0 || isSizeOfNonZero(node);

const isSizeOfNonZero = ({ op, operands }: Node): boolean =>
  (op === 'js.abs' || op === 'js.neg') && isNonZero(operands['x'] as Node);
