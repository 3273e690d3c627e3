/** Whether two operands are certain to hold the same values. */
import type { Operand } from '../row.js';

/** Rounding that a handful of float32 operations on numbers of one size may leave, relative. */
export const FEW_ROUNDINGS = 2 ** -20;

/** Ops that give another value each time, or one that nothing is known of. */
const OWN_VALUE =
  /^(input|unknown|join|variable|buffer|js\.random|js\.element|rand.*|truncatedNormal|dropout|multinomial)$/;

/** Repeated expressions are followed this deep: `tf.exp(z).div(tf.exp(z).sum())`. */
export const DEPTH = 6;

/** True when two operands are certain to hold the same values. */
export function same(one: Operand | undefined, other: Operand | undefined, depth: number = DEPTH): boolean {
  const [a, b] = [withoutCast(one), withoutCast(other)];
  if (a === b) return a !== undefined;
  if (a === undefined || b === undefined) return false;
  if (a.id !== undefined && a.id === b.id) return true;
  if (a.op !== b.op || depth === 0 || OWN_VALUE.test(a.op)) return false;
  const names = Object.keys(a.operands);
  if (names.length !== Object.keys(b.operands).length || a.output !== b.output) return false;
  const operands = names.every((name) => sameOperands(a.operands[name], b.operands[name], depth - 1));
  const known = a.op !== 'constant' || 'value' in a.attributes;
  return operands && known && sameAttribute(a.attributes, b.attributes);
}

/** A float tensor cast to float32 is what it was. */
function withoutCast(operand: Operand | undefined): Operand | undefined {
  if (operand?.op !== 'cast' || operand.attributes['dtype'] !== 'float32') return operand;
  const inner = input(operand, 'x');
  const isFloat = inner !== undefined && (inner.dtype === undefined || inner.dtype === 'float32');
  return isFloat ? withoutCast(inner) : operand;
}

type Given = Operand | readonly Operand[] | undefined;

function sameOperands(a: Given, b: Given, depth: number): boolean {
  const [left, right] = [[a].flat(), [b].flat()] as (Operand | undefined)[][];
  return (
    left!.length === right!.length && left!.every((operand, index) => same(operand, right![index], depth))
  );
}

/** Equal in every part; what is not known equals nothing. */
export function sameAttribute(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if ('unknown' in a || 'unknown' in b) return false;
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => sameAttribute(value, right[key]))
  );
}

export function input(operand: Operand, name: string): Operand | undefined {
  const found = operand.operands[name];
  return Array.isArray(found) ? undefined : (found as Operand | undefined);
}
