/**
 * Shapes: a list of dims, outermost first; an unknown rank is `undefined`.
 *
 * A size is a number or a product of named sizes (`2·B·T`); a size that nothing is known of is a fresh name, so
 * that it still equals itself. Names may stand for 1: only a rule with other evidence may treat them as larger.
 */
export type Size = number | SymbolicSize;

export interface SymbolicSize {
  readonly coefficient: number;
  /** Sorted names, repeated for powers. Never empty. */
  readonly symbols: readonly string[];
}

/** Where an axis came from: two axes of one size but different identity are equal by coincidence only. */
export interface Axis {
  /** Unique; `batch of xs`, `units of dense_1`, `axis 0 of labels`. */
  readonly id: string;
  /** In the words of a message: "the batch axis of `labels`". */
  readonly label: string;
  /** It is named by a constant of the program, `const CLASSES = 10`: another constant of the same value is another axis. */
  readonly constant?: true | undefined;
}

/**
 * Where a size of 1 came from. `explicit`: written by the author (expandDims, reshape([-1, 1])). `kept`: by keepDims, to
 * meet the tensor that was reduced.
 * `structural`: `units: 1`, a matMul with one column. `sliced`: cut out by slice, split, gather. `data`: a literal.
 */
export type OneOrigin = 'explicit' | 'kept' | 'structural' | 'sliced' | 'data';

export interface Dim {
  readonly size: Size;
  readonly axis?: Axis | undefined;
  readonly one?: OneOrigin | undefined;
  /** The rank of its tensor is what a type claims, or follows from such a claim: nothing is certain to throw for it. */
  readonly claimed?: boolean | undefined;
}

export type Shape = readonly Dim[];

export const isSymbolic = (size: Size): size is SymbolicSize => typeof size !== 'number';

export function symbol(name: string): SymbolicSize {
  return { coefficient: 1, symbols: [name] };
}

// All dims have all fields from the start, as all ranges have.
export function dim(size: Size, { axis, one, claimed }: Omit<Dim, 'size'> = {}): Dim {
  return { size, axis, one, claimed };
}

/** A shape of plain numbers. */
export function shapeOf(...sizes: Size[]): Shape {
  return sizes.map((size) => dim(size));
}

/** True when the two sizes are certain to be equal. */
export function sameSize(a: Size, b: Size): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.coefficient === b.coefficient && a.symbols.join('·') === b.symbols.join('·');
}

/** True when the two sizes are certain to differ: two numbers that are not equal. */
export function certainlyDiffer(a: Size, b: Size): boolean {
  return typeof a === 'number' && typeof b === 'number' && a !== b;
}

export function multiplySizes(sizes: readonly Size[]): Size {
  let coefficient = 1;
  const symbols: string[] = [];
  for (const size of sizes) {
    if (typeof size === 'number') coefficient *= size;
    else {
      coefficient *= size.coefficient;
      symbols.push(...size.symbols);
    }
  }
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  return { coefficient, symbols: symbols.sort() };
}

/** `total / part` where it divides exactly (`B·T·D / T·D = B`), else undefined: not known, or not a whole number. */
export function divideSize(total: Size, part: Size): Size | undefined {
  const left = typeof total === 'number' ? { coefficient: total, symbols: [] } : total;
  const right = typeof part === 'number' ? { coefficient: part, symbols: [] } : part;
  if (right.coefficient === 0 || left.coefficient % right.coefficient !== 0) return undefined;
  const symbols = [...left.symbols];
  for (const name of right.symbols) {
    const at = symbols.indexOf(name);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  const coefficient = left.coefficient / right.coefficient;
  return symbols.length === 0 ? coefficient : { coefficient, symbols };
}

export const isClaimed = (shape: Shape | undefined): boolean =>
  shape !== undefined && shape.some(({ claimed }) => claimed === true);

/** The shape, as one that follows from a claim. */
export const asClaimed = (shape: Shape): Shape =>
  shape.map(({ size, axis, one }) => dim(size, { axis, one, claimed: true }));

/** Number of elements. */
export function elementCount(shape: Shape): Size {
  return multiplySizes(shape.map((d) => d.size));
}

/** All sizes as numbers, or undefined if one is symbolic. */
export function concreteShape(shape: Shape | undefined): number[] | undefined {
  if (shape === undefined) return undefined;
  const sizes = shape.map((d) => d.size);
  return sizes.every((size) => typeof size === 'number') ? sizes : undefined;
}

/** `-1` counts from the end; undefined when out of range. */
export function normaliseAxis(axis: number, rank: number): number | undefined {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) return undefined;
  return axis < 0 ? axis + rank : axis;
}

/**
 * NumPy broadcasting, right-aligned, as `broadcast_util.assertAndGetBroadcastShape` of TensorFlow.js does it.
 * Of two symbols that are not known to be equal either may be 1, so the result is a size of its own.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | { readonly throws: string } {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let fromEnd = 1; fromEnd <= rank; fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    const joined = broadcastDims(left, right);
    if (joined === undefined) {
      return {
        throws: `operands could not be broadcast together with shapes ${showShape(a)} and ${showShape(b)}`,
      };
    }
    result.unshift(joined);
  }
  return result;
}

function broadcastDims(a: Dim | undefined, b: Dim | undefined): Dim | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (sameSize(a.size, b.size)) return mergeDims(a, b);
  if (a.size === 1) return b;
  if (b.size === 1) return a;
  if (certainlyDiffer(a.size, b.size)) return undefined;
  // One is symbolic. Beside a number other than 1 it is that number or 1, and the result is the number.
  if (typeof a.size === 'number') return a;
  if (typeof b.size === 'number') return b;
  // Where both are longer than 1 they are one axis: that of the first.
  return dim(symbol(`(${showSize(a.size)}|${showSize(b.size)})`), { axis: a.axis ?? b.axis });
}

/** The names of which a size is one: of `(B|labels.0)` both. Two sizes that were broadcast are one unless one of them is 1. */
export const namesOf = (size: Size): readonly string[] =>
  isSymbolic(size) && size.coefficient === 1 && size.symbols.length === 1
    ? alternativesOf(size.symbols[0]!)
    : [];

/** Whether one name is a name of both. */
export const shareName = (a: Size, b: Size): boolean => {
  const names = namesOf(a);
  return names.length > 0 && namesOf(b).some((name) => names.includes(name));
};

/**
 * One size by one name. A number tells so only beside an axis that has a name: there may be as many classes as samples, and
 * weights for either.
 */
export const isOneAxis = (a: Dim, b: Dim): boolean => sameSize(a.size, b.size) || shareName(a.size, b.size);

/** Whether the size has a name that nobody gave it: nothing is known of it. */
export const isNameless = (size: Size): boolean =>
  isSymbolic(size) && size.symbols.some((name) => name.includes('?'));

export function alternativesOf(name: string): readonly string[] {
  const parts = name.includes('|') && name.startsWith('(') ? partsOf(name.slice(1, -1)) : [name];
  return parts.length > 1 ? parts.flatMap(alternativesOf) : [name];
}

/** What stands between the bars that are in no parentheses. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const [at, character] of [...text].entries()) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth !== 0 || character !== '|') continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  return [...parts, text.slice(from)];
}

/** Two dims of one size: identity is kept where both agree, a one keeps the weaker origin. */
function mergeDims(a: Dim, b: Dim): Dim {
  const axis = a.axis?.id === b.axis?.id ? a.axis : (a.axis ?? b.axis);
  return dim(a.size, { axis, one: a.one ?? b.one });
}

export function showSize(size: Size): string {
  if (typeof size === 'number') return String(size);
  const name = size.symbols.join('·');
  return size.coefficient === 1 ? name : `${size.coefficient}·${name}`;
}

/** `[B, 1, 10]`; `[]` for a scalar. */
export function showShape(shape: Shape | undefined): string {
  return shape === undefined ? '[?]' : `[${shape.map((d) => showSize(d.size)).join(', ')}]`;
}
