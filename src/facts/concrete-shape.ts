/** Shapes of which every size is a number. */

/** How many elements a tensor of these sizes has. */
export const elementsIn = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export const sameShape = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((size, axis) => size === other[axis]);
