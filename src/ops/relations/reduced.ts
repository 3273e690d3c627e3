/** Operands that are reductions of others, and how they meet what they were made of. */
import { normaliseAxis, type Shape } from '../../facts/shape.js';
import { isUnknown } from '../build.js';
import type { AttributeValue, Operand } from '../row.js';
import { input, same } from './same.js';

/** An operand that is `op` of another one along `axes` (all when undefined). */
export interface Reduced {
  readonly op: string;
  readonly of: Operand;
  readonly axes: readonly number[] | undefined;
  /** True when it broadcasts against what it was made of such that each slice meets its own result. */
  readonly aligned: boolean;
}

const REDUCTIONS = new Set(['sum', 'mean', 'max', 'min', 'logSumExp', 'norm', 'euclideanNorm']);

export function reducedFrom(result: Operand): Reduced | undefined {
  if (result.op === 'expandDims') return expandedAgain(result);
  if (!REDUCTIONS.has(result.op)) return undefined;
  const of = input(result, 'x');
  const axes = namedAxes(result.attributes['axis'], of?.shape);
  if (of === undefined || axes === 'unknown') return undefined;
  const leading = axes === undefined || axes.every((_, index) => axes.includes(index));
  return { op: result.op, of, axes, aligned: leading || result.attributes['keepDims'] === true };
}

/** `x.max(-1).expandDims(-1)` is `x.max(-1, true)`. */
function expandedAgain(result: Operand): Reduced | undefined {
  const inner = input(result, 'x');
  const reduced = inner && reducedFrom(inner);
  if (reduced?.axes?.length !== 1 || inner!.attributes['keepDims'] === true) return undefined;
  const at = result.attributes['axis'];
  const rank = reduced.of.shape?.length;
  const axis = typeof at === 'number' && rank !== undefined ? normaliseAxis(at, rank) : at;
  return axis === reduced.axes[0] ? { ...reduced, aligned: true } : undefined;
}

/** An axis that is not known, but the same wherever it is named: below every axis that there is. */
const SOME_AXIS = -1000;

/** The axes an attribute names: normalised where the rank is known; undefined when it names all of them. */
export function namedAxes(
  value: AttributeValue,
  shape: Shape | undefined,
): readonly number[] | undefined | 'unknown' {
  if (value === null || value === undefined) return undefined;
  const given = (Array.isArray(value) ? value : [value]).map(axisNumber);
  if (!given.every((axis) => axis !== undefined)) return 'unknown';
  if (shape === undefined) return given;
  const axes = given.map((axis) => normaliseAxis(axis, shape.length) ?? axis);
  return new Set(axes).size === shape.length ? undefined : axes;
}

function axisNumber(value: AttributeValue): number | undefined {
  if (typeof value === 'number') return value;
  return isUnknown(value) && value.identity !== undefined ? SOME_AXIS - value.identity : undefined;
}

/** True when every slice along `inner` lies within a slice along `outer`. */
export function covers(outer: readonly number[] | undefined, inner: readonly number[] | undefined): boolean {
  return outer === undefined || (inner !== undefined && inner.every((axis) => outer.includes(axis)));
}

/** `b` as `op` of `a`, laid out such that each slice of `a` meets its own result. */
export function alignedReduction(a: Operand, b: Operand, ...ops: readonly string[]): Reduced | undefined {
  const reduced = reducedFrom(b);
  return reduced !== undefined && same(reduced.of, a) && reduced.aligned && ops.includes(reduced.op)
    ? reduced
    : undefined;
}

export function sameLayout(a: Operand, b: Operand): boolean {
  const expanded = (operand: Operand): boolean =>
    operand.op === 'expandDims' || operand.attributes['keepDims'] === true;
  return expanded(a) === expanded(b);
}
