/** Shapes of which every size is a number. */

/** How many elements a tensor of these sizes has. */
export const elementsIn = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export const sameShape = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((size, axis) => size === other[axis]);

/** The element of a broadcast operand that flows into an element of the result; undefined if it is no broadcast. */
export function broadcastSource(
  from: readonly number[],
  to: readonly number[],
  element: number,
): number | undefined {
  if (from.length > to.length) return undefined;
  let [rest, source, stride] = [element, 0, 1];
  for (let axis = to.length - 1, own = from.length - 1; own >= 0; axis--, own--) {
    const [size, ownSize] = [to[axis]!, from[own]!];
    if (ownSize !== size && ownSize !== 1) return undefined;
    if (ownSize !== 1) source += (rest % size) * stride;
    stride *= ownSize;
    rest = Math.floor(rest / size);
  }
  return source;
}
