/** Which operands of an op broadcast, and whether that was meant. */
import { atEveryRank, isOpen } from '../facts/open-shape.js';
import {
  broadcastShapes,
  certainlyDiffer,
  isClaimed,
  isOneAxis,
  type Dim,
  type Shape,
  type Size,
} from '../facts/shape.js';
import { writtenValues } from '../ops/written-values.js';
import { allOps } from '../ops/table.js';
import { isOneSomewhere } from '../program/builder.js';
import type { Node } from '../program/node.js';
import { isLayerResult } from '../program/layers/model-results.js';
import { formOfAnything } from '../program/shapes/open-shape.js';
import { alignedOperands, isStatistic, sameAxes } from './axes.js';
import { nameOfInput } from './input-names.js';
import { isOp, operandOf, producer, sameValue } from './patterns.js';

/** Ops that broadcast their operands against each other, with the names of the operands that do. */
export const BROADCASTING: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  allOps.flatMap(({ name, aligned = [] }) => (aligned.length > 1 ? [[name, aligned]] : [])),
);

export interface Growth {
  /** The dim of one operand that is 1 or missing, beside the dim of the other that it grows to. */
  readonly ofA: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
  readonly ofB: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
}

/** The axes along which each operand is certain to grow; undefined unless both do. */
export function mutualGrowth(a: Shape, b: Shape): Growth | undefined {
  const ofA: { from: Dim | undefined; to: Dim }[] = [];
  const ofB: { from: Dim | undefined; to: Dim }[] = [];
  for (let fromEnd = 1; fromEnd <= Math.max(a.length, b.length); fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    if (grows(left, right)) ofA.push({ from: left, to: right! });
    if (grows(right, left)) ofB.push({ from: right, to: left! });
  }
  return ofA.length > 0 && ofB.length > 0 ? { ofA, ofB } : undefined;
}

/**
 * How both grow where the rank of one is that of a parameter, if they do whichever it is: `matMul(x, column)` has at least
 * two axes, and meets a vector in no other way. Told for the fewest axes that there may be.
 */
export function growthAtEveryRank(a: Node, b: Node): Growth | undefined {
  const [ofA, ofB] = [formOfAnything(a), formOfAnything(b)];
  return ofA && ofB && atEveryRank(ofA, ofB, 0, mutualGrowth);
}

/**
 * How both grow where what nobody described, and what is only computed with, is the number that it mostly is: the discount in
 * `rewards.add(best.mul(gamma))`.
 */
export function growthBesideNumbers(a: Node, b: Node): Growth | undefined {
  const [ofA, ofB] = [shapeBesideNumbers(a), shapeBesideNumbers(b)];
  return ofA && ofB && mutualGrowth(ofA, ofB);
}

/** The shape where every operand of unknown shape is an input that may be a number, and is one. */
export function shapeBesideNumbers(node: Node, depth = 0): Shape | undefined {
  if (node.shape !== undefined || depth > MOST_OPS) return node.shape;
  if (mayBeNumber(node)) return [];
  const shapes = alignedOperands(node).map((operand) => shapeBesideNumbers(operand, depth + 1));
  if (shapes.length === 0 || shapes.includes(undefined)) return undefined;
  return (shapes as Shape[]).reduce<Shape | undefined>((whole, shape) => {
    const result = whole && broadcastShapes(whole, shape);
    return result === undefined || 'throws' in result ? undefined : result;
  }, []);
}

/** Ops between a number that is handed in and where what is made with it meets something else. */
const MOST_OPS = 4;

/** No type says that it is a tensor, nor its name that it is many numbers: `quantiles`. */
export const mayBeNumber = (node: Node): boolean =>
  node.op === 'input' &&
  !('trained' in node.attributes) &&
  !isLayerResult(node) &&
  !MANY.test(nameOfInput(node) ?? '');

/** `steps` and `classes` are as often how many there are. */
const MANY =
  /^(?!(?:.*(?:steps|epochs|units|features|classes|channels|dims|heads|bins|layers|samples|rows|columns|cols)$))[a-z]\w*[a-rt-z]s$/;

/**
 * Sizes that cannot meet though the rank of one tensor is that of a parameter, whichever it is: the last axes of
 * `matMul(x, weights)` are known.
 */
export function conflictAtEveryRank(node: Node, a: Node, b: Node): readonly [Size, Size] | undefined {
  if (a.shape !== undefined && b.shape !== undefined) return undefined;
  const [ofA, ofB] = [lastAxes(a), lastAxes(b)];
  if (node.op === 'matMul') {
    const { transposeA, transposeB } = node.attributes;
    const inner = [ofA.at(transposeA === true ? -2 : -1), ofB.at(transposeB === true ? -1 : -2)] as const;
    return conflict(...inner);
  }
  for (let fromEnd = 1; fromEnd <= Math.min(ofA.length, ofB.length); fromEnd += 1) {
    const [left, right] = [ofA.at(-fromEnd), ofB.at(-fromEnd)];
    const found = left?.size === 1 || right?.size === 1 ? undefined : conflict(left, right);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lastAxes(node: Node): Shape {
  const form = formOfAnything(node);
  if (form === undefined || (!isOpen(form) && isClaimed(form))) return [];
  return isOpen(form) ? form.back : form;
}

const conflict = (a: Dim | undefined, b: Dim | undefined): readonly [Size, Size] | undefined =>
  a !== undefined && b !== undefined && certainlyDiffer(a.size, b.size) ? [a.size, b.size] : undefined;

/** A size that is a name may be 1: it grows nothing unless it stands beside a written 1. So may one that is on another way. */
function grows(from: Dim | undefined, to: Dim | undefined): boolean {
  if (to === undefined || to.size === 1 || isOneSomewhere(to.size)) return false;
  return from === undefined || from.size === 1;
}

/**
 * All pairs of two sets, written as such: both ones by hand, or one by hand and the sets differ. An axis that a reduction
 * kept is there to meet what was reduced, or another reduction: beside a plain row nobody put it there.
 */
export function isMeant(growth: Growth, a: Node, b: Node): boolean {
  if (isLaidToMeet(growth, a, b)) return true;
  const grown = [...growth.ofA, ...growth.ofB];
  const origins = grown.map(({ from }) => from?.one);
  const sizes = grown.map(({ to }) => to);
  if (isOneSet(sizes)) return isLaidBetween(a, b) && areAlikeInNumber(sizes);
  // Different sizes: a table of two sets if one axis was made by hand; an accident if the one comes from the data.
  if (origins.includes('explicit')) return true;
  if (origins.includes('kept')) return isStatistic(a) && isStatistic(b);
  return !origins.some((one) => one === 'structural' || one === 'data' || one === 'sliced');
}

/**
 * An axis of 1 before the last one, beside fewer axes: `x.expandDims(1).sub(centres)`, all pairs of vectors, and a mask for each
 * sample beside one for all. A column of predictions has its 1 at the end.
 */
const isLaidBetween = (a: Node, b: Node): boolean =>
  a.shape?.length !== b.shape?.length &&
  [a, b].every(({ shape }) => shape?.at(-1)?.size !== 1) &&
  [a, b].some(({ op }) => op === 'expandDims');

/** Nothing but the number makes them one: of two samples and two centres it is the same. */
const areAlikeInNumber = ([first, ...others]: readonly Dim[]): boolean =>
  typeof first!.size === 'number' &&
  others.every(({ axis }) => axis === undefined || axis.id !== first!.axis?.id);

/**
 * Whether a column that was read in as one meets a row of something else: the powers of each number, its distance from each of
 * the centres. What becomes of the pairs tells whether they are wanted.
 */
export function isOfTwoSets({ ofA, ofB }: Growth): boolean {
  const grown = [...ofA, ...ofB];
  const origins = grown.map(({ from }) => from?.one);
  const isLaid = origins.includes('structural') || origins.includes('sliced');
  return origins.includes('data') && !isLaid && !isOneSet(grown.map(({ to }) => to));
}

/** Whether one of the two, or both, were laid down to meet the other: whatever becomes of the pairs, they are wanted. */
export const isLaidToMeet = (growth: Growth, a: Node, b: Node): boolean =>
  isByHand(growth) ||
  isExpansionOf(a, b) ||
  isExpansionOf(b, a) ||
  isSpreadAgain(a, b) ||
  isSpreadAgain(b, a) ||
  isTurned(a) ||
  isTurned(b);

/** Every axis that grows was put there to do so. */
export const isByHand = ({ ofA, ofB }: Growth): boolean =>
  [...ofA, ...ofB].every(({ from }) => from?.one === 'explicit' || from?.one === 'kept');

/** One axis, or axes of one size: what meets is the same things, each with each. */
const isOneSet = ([first, ...others]: readonly Dim[]): boolean => others.every((to) => isSameSet(first!, to));

/**
 * Two names that the program has for sizes are two sets, even of one size: STEPS and FEATURES. One that was broadcast against
 * the other before is the same: `(logits.0|labels.0)` is `labels.0`.
 */
function isSameSet(one: Dim, other: Dim): boolean {
  if (one.axis !== undefined && one.axis.id === other.axis?.id) return true;
  const areNamed = one.axis?.constant === true && other.axis?.constant === true;
  return !areNamed && isOneAxis(one, other);
}

/**
 * A column that was laid down to meet another one, and computed with: the scores of a graph's edges, the edges of boxes. What is
 * turned has two axes where nobody says how many.
 */
const isTurned = (node: Node): boolean =>
  (node.shape?.length ?? 2) === 2 && sameAxes(node).some(({ op }) => op === 'transpose');

/** The column is made of the very row it meets: differences within one set. */
function isExpansionOf(column: Node, row: Node): boolean {
  const x = isOp(column, 'expandDims', 'reshape') ? operandOf(column, 'x') : undefined;
  return x !== undefined && (producer(x) === producer(row) || sameValue(x, row));
}

/**
 * What was summed up along the last axis meets as many written numbers as that had: a number for each colour, of which the
 * brightness of a picture makes colours again.
 */
function isSpreadAgain(kept: Node, row: Node): boolean {
  const reduced = operandOf(kept, 'x')?.shape?.at(-1);
  const last = kept.shape?.at(-1);
  const [size] = row.shape ?? [];
  return (
    last?.one === 'kept' &&
    kept.shape!.length > 2 &&
    isStatistic(kept) &&
    row.shape?.length === 1 &&
    typeof size?.size === 'number' &&
    reduced?.size === size.size &&
    writtenValues(row) !== undefined
  );
}

/** The place of the 1 that grows; undefined where all that is missing are axes. */
export function columnAxis(shape: Shape, other: Shape): number | undefined {
  const axis = shape.findLastIndex(({ size }, index) => {
    const met = other[other.length - shape.length + index];
    return size === 1 && met !== undefined && met.size !== 1;
  });
  return axis < 0 ? undefined : axis;
}
