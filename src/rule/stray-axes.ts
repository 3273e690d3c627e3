/** Axes that lie beside the one of their own size: `x.mul(weights)` of [rows, columns] with a weight a row. */
import { atEveryRank, isOpen } from '../facts/open-shape.js';
import { certainlyDiffer, isSymbolic, sameSize, type Shape } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
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
}

/**
 * Where `given`, as it is broadcast, has a size along another one of `whole`, though all its sizes are found in
 * `whole` in their order. Of a rank that is that of a parameter: whichever it is, told for the lowest.
 */
export function strayAxis(given: Node, whole: Node): Stray | undefined {
  const [a, b] = [formOf(given), formOf(whole)];
  if (a === undefined || b === undefined) return undefined;
  if (!isOpen(a) && !isOpen(b)) return strayIn(a, b);
  const stray = atEveryRank(a, b, 2, strayIn);
  return stray && { ...stray, fitsVectors: isOpen(b) && b.least <= 1 && !isOpen(a) && isWidth(given, a) };
}

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

/** The same of two shapes that are known. */
export function strayIn(given: Shape, whole: Shape): Stray | undefined {
  if (given.length > whole.length) return undefined;
  const offset = whole.length - given.length;
  const axis = given.findIndex(({ size }, at) => {
    const met = whole[at + offset]!.size;
    return size !== 1 && met !== 1 && !sameSize(size, met);
  });
  if (axis < 0 || !isTold(given, axis, whole, offset)) return undefined;
  const places = placesOf(given, whole);
  if (places === undefined) return undefined;
  // Sizes that differ for certain are said to throw.
  if (given.some(({ size }, at) => size !== 1 && certainlyDiffer(size, whole[at + offset]!.size)))
    return undefined;
  const first = Math.min(...places.values());
  const at = new Map([...places].map(([from, to]) => [to, from]));
  const layout = whole.slice(first).map((_, index) => at.get(index + first) ?? 'one');
  return { given, whole, axis, meets: axis + offset, belongs: places.get(axis)!, layout };
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
  return (
    !isSymbolic(met) ||
    !met.symbols.some((name) => name.includes('?')) ||
    (!isNumber && !isLaid && offset > 0)
  );
}

/** Which axis of `whole` each long axis of `given` is, counted from the last one; undefined where one is none of them. */
function placesOf(given: Shape, whole: Shape): ReadonlyMap<number, number> | undefined {
  const places = new Map<number, number>();
  let last = whole.length;
  for (let axis = given.length - 1; axis >= 0; axis -= 1) {
    const { size } = given[axis]!;
    if (size === 1) continue;
    const place = whole.slice(0, last).findLastIndex((d) => sameSize(d.size, size));
    if (place < 0) return undefined;
    places.set(axis, place);
    last = place;
  }
  return places;
}
