/** Exponents that their maximum was taken from, whatever they are scaled by. */
import { covers } from '../ops/relations/reduced.js';
import type { Node } from '../program/node.js';
import { operandOf, producer } from './patterns.js';

/**
 * Whether no exponent is above 0 and one is 0 wherever they are added up along these axes (all when undefined):
 * `(x - max(x)) / temperature`, `-beta * (x - min(x))`. What scales them, and is nowhere said to be negative, is meant to be
 * above 0.
 */
export const isShifted = (exponent: Node | undefined, axes: readonly number[] | undefined): boolean =>
  sideOf(exponent, axes) === 'below';

type Side = 'below' | 'above';

function sideOf(node: Node | undefined, axes: readonly number[] | undefined): Side | undefined {
  const made = producer(node);
  if (made === undefined) return undefined;
  const { low, high, holds } = made.range;
  if (holds?.value === 0 && low !== high && covers(axes, holds.axes)) {
    if (high <= 0) return 'below';
    if (low >= 0) return 'above';
  }
  const of = (operand: Node | undefined): Side | undefined => sideOf(operand, axes);
  const [a, b, x] = ['a', 'b', 'x'].map((name) => operandOf(made, name));
  switch (made.op) {
    case 'neg':
      return opposite(of(x));
    case 'mul':
      return scaled(of(a), b) ?? scaled(of(b), a);
    case 'div':
      return scaled(of(a), b);
    default:
      return undefined;
  }
}

const opposite = (side: Side | undefined): Side | undefined =>
  side === undefined ? undefined : side === 'below' ? 'above' : 'below';

/** By one number, as far as is known: where each is scaled by another, some of them may be turned round. */
function scaled(side: Side | undefined, by: Node | undefined): Side | undefined {
  if (by?.shape?.some(({ size }) => size !== 1) === true) return undefined;
  return isNegative(by) ? opposite(side) : side;
}

/** `-beta`, -0.5. */
const isNegative = (node: Node | undefined): boolean =>
  node !== undefined &&
  (node.range.high <= 0 || producer(node)?.op === 'js.neg' || producer(node)?.op === 'neg');
