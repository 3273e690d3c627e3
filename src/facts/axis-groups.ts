/** Axes that one shape has apart and another one as products, and not in the order in which `reshape` reads them. */
import { MAX_RANK } from './open-shape.js';
import { divideSize, multiplySizes, sameSize, type Size } from './shape.js';

/**
 * Which axes of `many` each axis of `few` is the product of, where no reading in order gives these sizes: an axis would end in
 * the middle of a row of the other. [batch, heads, steps, depth] is [batch, steps, heads · depth] in this way: 0, 2, 1 and 3.
 */
export function axisGroups(
  few: readonly Size[],
  many: readonly Size[],
): readonly (readonly number[])[] | undefined {
  if (many.length < MANY || few.length < 2 || few.length >= many.length) return undefined;
  // Each axis doubles the number of groups.
  if (many.length > MAX_RANK) return undefined;
  return isReadInOrder(many, few) ? undefined : partition([...many.keys()], few, many);
}

/** As many sizes as are the same in another order are not so by chance. */
export const MANY = 3;

/** Whether each axis of the one shape is some neighbouring ones of the other, or a part of one. */
function isReadInOrder(many: readonly Size[], few: readonly Size[]): boolean {
  const [ends, results] = [endsOf(many), endsOf(few)];
  return results.every((result) =>
    ends.some((end, axis) => {
      const start = axis === 0 ? 1 : ends[axis - 1]!;
      return divideSize(result, start) !== undefined && divideSize(end, result) !== undefined;
    }),
  );
}

/** How many elements there are up to the end of each axis. */
const endsOf = (sizes: readonly Size[]): Size[] =>
  sizes.map((_, axis) => multiplySizes(sizes.slice(0, axis + 1)));

/** The axes in groups of which the products are `products`, in this order; undefined if there are none. */
function partition(
  axes: readonly number[],
  [product, ...products]: readonly Size[],
  sizes: readonly Size[],
): readonly (readonly number[])[] | undefined {
  if (product === undefined) return axes.length === 0 ? [] : undefined;
  for (let chosen = 1; chosen < 1 << axes.length; chosen += 1) {
    const group = axes.filter((_, index) => (chosen >> index) % 2 === 1);
    if (!sameSize(multiplySizes(group.map((axis) => sizes[axis]!)), product)) continue;
    const left = axes.filter((axis) => !group.includes(axis));
    const others = partition(left, products, sizes);
    if (others !== undefined) return [group, ...others];
  }
  return undefined;
}
