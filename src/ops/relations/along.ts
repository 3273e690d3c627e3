/** What the slices of a tensor along one of its axes have in common: through moves that keep those slices whole. */
import type { AttributeValue, Operand } from '../row.js';
import { namedAxes } from './reduced.js';
import { DEPTH, input } from './same.js';

/** An axis of a tensor: counted from the end, -1 for the last one; of a rank that is not known, as it is written. */
export type AxisFromEnd = number;

/** A tensor as it was made, and the axis of its slices after all moves since. */
export interface Slices {
  readonly axis: AxisFromEnd;
  /** No slice is cut: the whole of each is there. */
  readonly whole: boolean;
}

/** The axis along which `find` knows something of what an operand was made of, or of all that it was put together of. */
export function slicesOf(
  operand: Operand | undefined,
  find: (made: Operand) => AxisFromEnd | undefined,
  depth = DEPTH,
): Slices | undefined {
  if (operand === undefined || depth === 0) return undefined;
  const own = find(operand);
  if (own !== undefined) return { axis: own, whole: true };
  const inner = input(operand, 'x');
  const of = (one: Operand | undefined): Slices | undefined => slicesOf(one, find, depth - 1);
  switch (operand.op) {
    case 'cast':
      return operand.attributes['dtype'] === 'float32' ? of(inner) : undefined;
    case 'slice': {
      const found = of(inner);
      return found && { ...found, whole: false };
    }
    case 'transpose':
      return exchanged(operand, inner, of(inner));
    case 'concat':
      return joined(operand, of);
    default:
      return undefined;
  }
}

function exchanged(
  transpose: Operand,
  inner: Operand | undefined,
  found: Slices | undefined,
): Slices | undefined {
  const rank = inner?.shape?.length;
  if (found === undefined || rank === undefined) return undefined;
  const given = transpose.attributes['perm'];
  const order = given === undefined || given === null ? reversedAxes(rank) : given;
  if (!Array.isArray(order) || order.length !== rank) return undefined;
  const place = (order as readonly AttributeValue[]).indexOf(found.axis + rank);
  return place < 0 ? undefined : { ...found, axis: place - rank };
}

const reversedAxes = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => rank - 1 - axis);

/** Tensors put together along another axis. */
function joined(concat: Operand, of: (one: Operand) => Slices | undefined): Slices | undefined {
  const parts = concat.operands['tensors'];
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  const found = (parts as readonly Operand[]).map(of);
  const [first] = found;
  const along = onlyAxis(concat.attributes['axis'], (parts as readonly Operand[])[0]);
  const fits =
    first !== undefined && along !== undefined && along !== first.axis && isAnotherAxis(along, first.axis);
  if (!fits || !found.every((one) => one?.axis === first.axis)) return undefined;
  return { axis: first.axis, whole: found.every((one) => one!.whole) };
}

/** Of a rank that is not known, an axis that is counted from the end may be one that is counted from the beginning. */
const isAnotherAxis = (one: AxisFromEnd, other: AxisFromEnd): boolean =>
  one < 0 === other < 0 || (one === 0 && other === -1);

/** The one axis that an attribute names. */
export function onlyAxis(value: AttributeValue, of: Operand | undefined): AxisFromEnd | undefined {
  const axes = namedAxes(value, of?.shape);
  const rank = of?.shape?.length;
  if (axes === 'unknown') return undefined;
  if (axes === undefined) return rank === 1 ? -1 : undefined;
  return axes.length === 1 ? fromEnd(axes[0]!, rank) : undefined;
}

export const fromEnd = (axis: number, rank: number | undefined): AxisFromEnd =>
  rank !== undefined && axis >= 0 ? axis - rank : axis;
