/** Axes that lie beside the one of their own size: `x.mul(weights)` of [rows, columns] with a weight a row. */
import { atEveryRank, isOpen } from '../facts/open-shape.js';
import {
  certainlyDiffer,
  isNameless,
  isSymbolic,
  namesOf,
  sameSize,
  shareName,
  type Dim,
  type Shape,
  type Size,
} from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { isStatistic, sameAxes } from './axes.js';
import { BROADCASTING, mayBeNumber } from './broadcast.js';
import { operandOf } from './patterns.js';
import type { Site } from './site.js';
import { haveOneSource } from './reduced-away.js';
import { isOpenInput, shapesAtRanks } from '../program/shapes/least-ranks.js';
import { formOf } from '../program/shapes/open-shape.js';

/** How a tensor lies in another one, and how it would fit. */
export interface Stray {
  readonly given: Shape;
  readonly whole: Shape;
  /** The axis of `given` that lies along another one, which `meets` is in `whole`, and the one of its own size. */
  readonly axis: number;
  readonly meets: number;
  readonly belongs: number;
  /** For each axis of `whole` from the first one that is asked for, the axis of `given` that belongs there. */
  readonly layout: readonly (number | 'one')[];
  /** Whether `whole` takes any rank, it fits where that is 1, and its first axis is a width elsewhere, as that of a vector is. */
  readonly fitsVectors?: boolean;
  /** Whether these are the shapes at the lowest ranks that the formula leaves. */
  readonly atLeastRanks?: true;
}

/**
 * Where `given`, as it is broadcast, has a size along another one of `whole`, though all its sizes are found in
 * `whole` in their order. Of a rank that is that of a parameter: whichever it is, told for the lowest.
 */
export function strayAxis(given: Node, whole: Node): Stray | undefined {
  const [a, b] = [formOf(given), formOf(whole)];
  if (a === undefined || b === undefined) return undefined;
  if (!isOpen(a) && !isOpen(b))
    return (
      strayIn(a, b) ?? strayBatch(a, b) ?? (isScaledBy(given, whole) ? undefined : strayIn(a, b, isOneOf))
    );
  const stray = atEveryRank(a, b, 1, strayIn);
  if (stray !== undefined || isOpen(a)) return stray;
  const isVector = isWidth(given, a) || isCounted(given, a);
  const ofMore = isVector ? atEveryRank(a, b, 2, strayIn) : undefined;
  return ofMore && { ...ofMore, fitsVectors: true };
}

/**
 * The same of a statistic where several tensors have any rank, of which the formula leaves some: told for the lowest, where
 * those above do not fit either.
 */
export function strayAtLeastRanks(site: Site, given: Node, whole: Node): Stray | undefined {
  if (given.shape !== undefined && whole.shape !== undefined) return undefined;
  const numbers = numbersBeside(given, whole);
  if (!isStatistic(given, numbers)) return undefined;
  const pairs = pairsOfInputs(site.node);
  const [lowest, ...others] = (shapesAtRanks(site.node, (input) => site.text(input)) ?? []).filter(
    (shapes) =>
      numbers.every((number) => shapes.get(number)?.length === 0) &&
      pairs.every(([a, b]) => shapes.get(a)?.length === shapes.get(b)?.length),
  );
  const strayAt = (shapes: ReadonlyMap<Node, Shape>): Stray | undefined => {
    // What depends on no rank has no shape of its own here.
    const [a, b] = [shapes.get(given) ?? given.shape, shapes.get(whole) ?? whole.shape];
    return a === undefined || b === undefined ? undefined : (strayIn(a, b) ?? strayIn(a, b, isOneOf));
  };
  const stray = lowest && strayAt(lowest);
  const isWrong = (shapes: ReadonlyMap<Node, Shape>): boolean =>
    strayAt(shapes) !== undefined || crossesItself(site.node, shapes);
  return stray !== undefined && others.every(isWrong) ? { ...stray, atLeastRanks: true } : undefined;
}

/** `ratings.mul(mask)`: what is computed with element by element has as many axes, as far as nobody says otherwise. */
const pairsOfInputs = (op: Node): readonly (readonly [Node, Node])[] =>
  slice(op).flatMap((node) => {
    const [a, b] = (BROADCASTING[node.op] ?? []).map((name) => operandOf(node, name));
    const areGiven = [a, b].every((one) => one !== undefined && isOpenInput(one));
    return areGiven ? [[a!, b!]] : [];
  });

/** What nobody described, beside a statistic: the threshold in `x.sum(1).greaterEqual(least)` is the number that it mostly is. */
function numbersBeside(given: Node, whole: Node): readonly Node[] {
  const ofWhole = new Set(slice(whole));
  // What is added up along an axis has some.
  const reduced = new Set(
    slice(given).map((node) =>
      typeof node.attributes['axis'] === 'number' ? operandOf(node, 'x') : undefined,
    ),
  );
  return slice(given).filter(
    (node) => mayBeNumber(node) && isOpenInput(node) && !ofWhole.has(node) && !reduced.has(node),
  );
}

/** Whether axes of one tensor meet somewhere on the way to an op. */
export const crossesItself = (op: Node, shapes: ReadonlyMap<Node, Shape>): boolean =>
  slice(op).some((node) => {
    const [a, b] = (BROADCASTING[node.op] ?? []).map((name) => shapes.get(operandOf(node, name)!));
    return a !== undefined && b !== undefined && meetsItself(a, b);
  });

/** Whether two axes of one tensor meet, which are equally long by accident only. */
const meetsItself = (a: Shape, b: Shape): boolean =>
  Array.from({ length: Math.min(a.length, b.length) }, (_, at) => at + 1).some((fromEnd) => {
    const [one, other] = [namesOf(a.at(-fromEnd)!.size), namesOf(b.at(-fromEnd)!.size)];
    return (
      one.length > 0 && other.length > 0 && !one.some((name) => other.includes(name)) && ofOne(one, other)
    );
  });

const ofOne = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((name) => b.some((other) => tensorOf(name) === tensorOf(other)));

/** `x` of the size `x.0`. */
const tensorOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));

/** `tf.randomNormal([n, w.shape[0]])`, from which `given` is computed: the one axis of it is the last one of a matrix. */
const isWidth = (given: Node, [axis, ...others]: Shape): boolean =>
  others.length === 0 &&
  slice(given).some(
    ({ shape }) =>
      shape !== undefined &&
      shape.length > 1 &&
      axis !== undefined &&
      sameSize(shape.at(-1)!.size, axis.size),
  );

/** `tf.range(0, x.shape[0])`: as many numbers as x has rows, or elements. */
const isCounted = (given: Node, shape: Shape): boolean =>
  shape.length === 1 && slice(given).every(({ op }) => op !== 'input' && op !== 'unknown');

/** `links.mul(s.expandDims(1)).mul(s)`: both sides of one table are scaled by the same. */
const isScaledBy = (given: Node, whole: Node): boolean =>
  sameAxes(whole).some((node) => node.op in BROADCASTING && haveOneSource(given, node));

/**
 * `[batch, height, width, channels]` by `[batch, gates]`, as after a layer on what pooling left: the first axes are one, and
 * the other ones of the smaller lie where they may belong. Two tables and the pairs of their rows have three axes, of which
 * two may be equally long.
 */
function strayBatch(given: Shape, whole: Shape): Stray | undefined {
  const offset = whole.length - given.length;
  const [batch, ...others] = given;
  const met = whole[offset];
  if (batch === undefined || met === undefined || offset < 1 || others.length === 0) return undefined;
  const isLost =
    isSymbolic(batch.size) &&
    (offset > 1 || !isNameless(batch.size)) &&
    sameSize(batch.size, whole[0]!.size) &&
    isSymbolic(met.size) &&
    !shareName(batch.size, met.size);
  if (!isLost) return undefined;
  const layout = whole.map((_, at) => (at === 0 ? 0 : at > offset ? at - offset : ('one' as const)));
  return { given, whole, axis: 0, meets: offset, belongs: 0, layout };
}

/** The same of two shapes that are known. */
export function strayIn(given: Shape, whole: Shape, areOne = sameSize): Stray | undefined {
  if (given.length > whole.length) return undefined;
  const offset = whole.length - given.length;
  const axis = given.findIndex(({ size }, at) => {
    const met = whole[at + offset]!.size;
    return size !== 1 && met !== 1 && !areOne(size, met);
  });
  const places = axis < 0 ? undefined : placesOf(given, whole, areOne);
  if (places === undefined) return undefined;
  if (!isTold(given, axis, whole, offset) && !isOneByName(given[axis]!, whole[places.get(axis)!]!))
    return undefined;
  if (areOneSet(whole[axis + offset]!, whole[places.get(axis)!]!)) return undefined;
  // What was laid along an axis, `column.transpose()`, may be as long as that where nobody knows how long it is.
  if (given.some(({ size }) => size === 1) && isNameless(given[axis]!.size)) return undefined;
  // Sizes that differ for certain are said to throw.
  if (given.some(({ size }, at) => size !== 1 && certainlyDiffer(size, whole[at + offset]!.size)))
    return undefined;
  const first = Math.min(...places.values());
  const at = new Map([...places].map(([from, to]) => [to, from]));
  const layout = whole.slice(first).map((_, index) => at.get(index + first) ?? 'one');
  return { given, whole, axis, meets: axis + offset, belongs: places.get(axis)!, layout };
}

/** Two axes of one named number: `tf.linspace(0, 1, n)` and what was computed from its column, of as many rows. */
const isOneByName = (given: Dim, belongs: Dim): boolean =>
  given.axis?.constant === true && given.axis.id === belongs.axis?.id;

/** The sides of `x.matMul(x, false, true)`, of which one met a mask: what lies along either belongs there. */
const areOneSet = (met: Dim, belongs: Dim): boolean => shareName(met.size, belongs.size);

/** One size, or one of those that another one was broadcast of: `(logits.0|labels.0)` is `labels.0`. */
function isOneOf(a: Size, b: Size): boolean {
  const [ofA, ofB] = [namesOf(a), namesOf(b)];
  const [fewer, more] = ofA.length < ofB.length ? [ofA, ofB] : [ofB, ofA];
  return sameSize(a, b) || (fewer.length === 1 && more.includes(fewer[0]!));
}

/**
 * Whether the size that is met says more than that it is not known: that may be any other one. A number is the size of many
 * things, and a size of 1 was put there to lay the others where they lie: there the axis that is met has to have a name.
 */
function isTold(given: Shape, axis: number, whole: Shape, offset: number): boolean {
  const isNumber = !isSymbolic(given[axis]!.size);
  const isLaid = given.some(({ size }) => size === 1);
  if (isNumber && (isLaid || offset === 0)) return false;
  const met = whole[axis + offset]!.size;
  return !isNameless(met) || (!isNumber && !isLaid && offset > 0);
}

/** Which axis of `whole` each long axis of `given` is, counted from the last one; undefined where one is none of them. */
function placesOf(
  given: Shape,
  whole: Shape,
  areOne: typeof sameSize,
): ReadonlyMap<number, number> | undefined {
  const places = new Map<number, number>();
  let last = whole.length;
  for (let axis = given.length - 1; axis >= 0; axis -= 1) {
    const { size } = given[axis]!;
    if (size === 1) continue;
    const place = whole.slice(0, last).findLastIndex((d) => areOne(d.size, size));
    if (place < 0) return undefined;
    places.set(axis, place);
    last = place;
  }
  return places;
}
