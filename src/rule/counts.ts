/** Numbers that are the length of an axis, by which a sum becomes a mean. */
import { namesOf, sameSize, type Size } from '../facts/shape.js';
import { HOW_MANY } from '../ops/build.js';
import { slice, type Node } from '../program/node.js';
import { roleOf } from '../program/tensorflow/number-roles.js';
import { constantOf, isOp, operandOf } from './patterns.js';

/** The length that a sum is divided by, or whose logarithm is taken from that of a sum. */
export function countBehind({ op }: Node, number: Node | undefined): Size | undefined {
  if (op === 'div') return lengthOf(number);
  return isOp(number, 'js.log') ? lengthOf(operandOf(number, 'x')) : wholeBehind(constantOf(number));
}

/** The whole number, more than one, that a number is the logarithm of: few are so by chance. */
function wholeBehind(logarithm: number | undefined): number | undefined {
  if (logarithm === undefined) return undefined;
  const whole = Math.round(Math.exp(logarithm));
  return whole > 1 && Math.abs(Math.log(whole) - logarithm) < 1e-6 ? whole : undefined;
}

/** The size that a number is; of a written one nobody knows what it counts. */
function lengthOf(number: Node | undefined): Size | undefined {
  if (isOp(number, 'js.size')) {
    const { axis } = number.attributes;
    return typeof axis === 'number' ? operandOf(number, 'x')?.shape?.[axis]?.size : undefined;
  }
  const role = isOp(number, 'input') ? roleOf(number) : undefined;
  return role?.kind === 'size' ? role.size : undefined;
}

/** Whether a tensor is so many others, stacked, none of which has anything to do with their number. */
export function isCountOf(count: Size, x: Node): boolean {
  const list = isOp(x, 'stack') ? x.operands['tensors'] : undefined;
  const [some, ...others] = Array.isArray(list) ? (list as readonly Node[]) : [];
  if (typeof count === 'number') return others.length + 1 === count;
  const many = some?.attributes[HOW_MANY] as
    { readonly shape: readonly { readonly size: Size }[] } | undefined;
  const length = many?.shape[0]?.size;
  if (some === undefined || others.length > 0 || length === undefined || !sameSize(length, count))
    return false;
  const names = namesOf(count);
  return !slice(some).some((node) =>
    (node.shape ?? []).some(({ size }) => namesOf(size).some((name) => names.includes(name))),
  );
}
