import { normaliseAxis } from '../facts/shape.js';
import { isUnknown } from '../ops/build.js';
import type { AttributeValue } from '../ops/row.js';
import { opNamed } from '../ops/table.js';
import type { Node } from '../program/node.js';
import { fromTheBack } from '../program/shapes/open-shape.js';
import { rankBehind } from '../program/tensorflow/operands.js';
import { constantOf, operandOf, sameValue } from './patterns.js';

/** A statistic of a tensor along some of its axes, and where the axes that are left lie. */
export interface Statistic {
  readonly reduction: Node;
  /** The axes of the tensor, outermost first; `one` where a size of 1 was put. */
  readonly layout: readonly (number | 'one')[];
}

export const REDUCTIONS: ReadonlySet<string> = new Set([
  'sum',
  'mean',
  'max',
  'min',
  'norm',
  'euclideanNorm',
  'logSumExp',
  'moments',
  'prod',
  'argMax',
  'argMin',
  'any',
  'all',
]);

/** Operands whose elements lie where those of the result do. */
export const alignedOperands = (node: Node): Node[] =>
  (opNamed(node.op)?.aligned ?? []).flatMap((name) => operandOf(node, name) ?? []);

/** Whether an op goes along the last axis, as it is counted from the end: `sum(-1)`, `mean(x.rank - 1)`, a softmax. */
export function isAlongLast({ op, attributes }: Node): boolean {
  const isShare = op === 'softmax' || op === 'logSoftmax';
  if (!isShare && !REDUCTIONS.has(op)) return false;
  const axis = attributes['axis'] ?? attributes['dim'] ?? (isShare ? -1 : undefined);
  const axes: readonly AttributeValue[] = Array.isArray(axis) ? axis : [axis];
  return axes.some((one) => one === -1 || (one !== undefined && isUnknown(one) && isLastOf(rankBehind(one))));
}

/** `x.rank - 1`, of whatever x. */
function isLastOf(number: Node | undefined): boolean {
  const rank = operandOf(number, 'a');
  const x = rank?.op === 'js.rank' ? operandOf(rank, 'x') : undefined;
  return number !== undefined && x !== undefined && fromTheBack(number, x) === -1;
}

/** Whether it was reduced from something, and only computed on element by element since: with constants, and with `numbers`. */
export function isStatistic(node: Node, numbers: readonly Node[] = [], depth = 0): boolean {
  if (REDUCTIONS.has(node.op)) return true;
  // `x.mul(mask).sum(1).div(mask.sum(1))`
  if (node.op === 'div' && depth < 6) {
    const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
    if ([a, b].every((one) => one !== undefined && isStatistic(one, numbers, depth + 1))) return true;
  }
  const inner = MOVED.has(node.op) ? operandOf(node, 'x') : variableOperand(node, numbers);
  return inner !== undefined && depth < 6 && isStatistic(inner, numbers, depth + 1);
}

const MOVED: ReadonlySet<string> = new Set(['squeeze', 'expandDims', 'reshape', 'transpose']);

/** The node as a statistic of `x`, through what only rearranges it or computes with constants; a rank not known counts as 2. */
export function statisticOf(node: Node | undefined, x: Node, depth = 0): Statistic | undefined {
  if (node === undefined || depth > 8) return undefined;
  if (REDUCTIONS.has(node.op))
    return isOfAxes(operandOf(node, 'x'), x) ? reduced(node, x.shape?.length ?? 2) : undefined;
  const aligned = variableOperand(node);
  const statistic = statisticOf(aligned ?? operandOf(node, 'x'), x, depth + 1);
  if (statistic === undefined || aligned !== undefined) return statistic;
  const layout = rearranged(node, statistic.layout);
  return layout && { ...statistic, layout };
}

/** Whether it is `x`, or computed from it element by element: `x.square()` in the length of a row. */
const isOfAxes = (node: Node | undefined, x: Node): boolean =>
  node !== undefined && sameAxes(node).some((from) => sameValue(from, x));

/** Tensors that `x` was computed from element by element: their axes are its axes. Itself first. */
export function sameAxes(x: Node, depth = 0): Node[] {
  if (depth > 4) return [x];
  const rank = x.shape?.length;
  const whole = alignedOperands(x).filter(({ shape }) => shape?.length === rank);
  return [x, ...whole.flatMap((node) => sameAxes(node, depth + 1))];
}

/** The only aligned operand that is no constant, and none of the numbers. */
function variableOperand(node: Node, numbers: readonly Node[] = []): Node | undefined {
  const variable = alignedOperands(node).filter(
    (operand) => constantOf(operand) === undefined && !numbers.includes(operand),
  );
  return variable.length === 1 ? variable[0] : undefined;
}

/** The axes that a reduction names; `x.shape.length - 1` of a tensor of any rank is -1. */
export function reducedAxes({ attributes, operands }: Node): readonly unknown[] | undefined {
  const { axis } = attributes;
  if (typeof axis === 'number') return [axis];
  if (Array.isArray(axis)) return axis;
  const number = axis !== undefined && isUnknown(axis) ? rankBehind(axis) : undefined;
  const fromBack = number && fromTheBack(number, operands['x'] as Node);
  return fromBack === undefined ? undefined : [fromBack];
}

/** The axes that a reduction takes away, or makes 1, counted from the front: all of them where it names none. */
export function reducedOf(reduction: Node): readonly number[] | undefined {
  const rank = operandOf(reduction, 'x')?.shape?.length;
  if (rank === undefined) return undefined;
  if ((reduction.attributes['axis'] ?? null) === null) return Array.from({ length: rank }, (_, axis) => axis);
  const axes = reducedAxes(reduction)?.map((axis) =>
    typeof axis === 'number' ? normaliseAxis(axis, rank) : undefined,
  );
  return axes?.every((axis) => axis !== undefined) === true ? axes : undefined;
}

/** The one axis that a reduction takes away, counted from the end. */
export function axisFromEnd(reduction: Node): number | undefined {
  const [axis, ...others] = reducedOf(reduction) ?? [];
  return axis === undefined || others.length > 0
    ? undefined
    : axis - operandOf(reduction, 'x')!.shape!.length;
}

function reduced(reduction: Node, rank: number): Statistic | undefined {
  const { keepDims } = reduction.attributes;
  const given = reducedAxes(reduction);
  if (given === undefined || (keepDims !== undefined && typeof keepDims !== 'boolean')) return undefined;
  const axes = given.map((one: unknown) => (typeof one === 'number' ? normaliseAxis(one, rank) : undefined));
  if (axes.includes(undefined)) return undefined;
  const all = Array.from({ length: rank }, (_, index) => index);
  const layout =
    keepDims === true
      ? all.map((index) => (axes.includes(index) ? 'one' : index))
      : all.filter((index) => !axes.includes(index));
  return { reduction, layout };
}

function rearranged({ op, attributes }: Node, layout: Statistic['layout']): Statistic['layout'] | undefined {
  if (op === 'expandDims') {
    const axis = normaliseAxis(Number(attributes['axis'] ?? 0), layout.length + 1);
    return axis === undefined ? undefined : [...layout.slice(0, axis), 'one', ...layout.slice(axis)];
  }
  if (op === 'squeeze' && attributes['axis'] === undefined) return layout.filter((place) => place !== 'one');
  if (op !== 'reshape' || !Array.isArray(attributes['shape'])) return undefined;
  // A single axis that is made a row or column by hand.
  const left = layout.filter((place) => place !== 'one');
  const [only] = left;
  const places = (attributes['shape'] as readonly unknown[]).map((size) => (size === 1 ? 'one' : only!));
  return left.length === 1 && places.filter((place) => place !== 'one').length === 1 ? places : undefined;
}

export interface Crossed {
  readonly meets: number;
  readonly holds: number;
}

/** The axis of `x` that the statistic meets and the other one that it was made for, where these differ. */
export function crossedAxes({ layout }: Statistic, rank: number): Crossed | undefined {
  for (let fromEnd = 1; fromEnd <= Math.min(rank, layout.length); fromEnd += 1) {
    const holds = layout[layout.length - fromEnd]!;
    const meets = rank - fromEnd;
    if (holds !== 'one' && holds !== meets) return { meets, holds };
  }
  return undefined;
}
