/**
 * Open shapes: of a tensor of which not even the rank is known, but that it has the axes of another one, all or without the
 * outermost or innermost of them. `export const centre = (x: tf.Tensor) => x.sub(x.mean(-1, true))` takes any rank and gives
 * the shape of `x`.
 */
import { dim, sameSize, showShape, symbol, type Dim, type Shape, type Size } from './shape.js';
import { asPattern } from '../source/words.js';

export interface OpenShape {
  readonly front: Shape;
  /** Axes of the base between those that are known, as many as it has. */
  readonly rest: Rest;
  readonly back: Shape;
  /** The fewest axes that its base may have: of fewer the program throws. */
  readonly least: number;
}

export interface Rest {
  readonly base: Base;
  /** How many of its outermost and innermost axes are left out; where it has fewer, none is left. */
  readonly first: number;
  readonly last: number;
}

/** What has the axes: a parameter, several that were broadcast together, or what an op made of them. */
export interface Base {
  /** Bases of one id have one shape. */
  readonly id: string;
  /** In the words of a message: `x`, `x|y`, `transpose(x)`. */
  readonly label: string;
  /** What was broadcast together, by id. */
  readonly parts?: ReadonlyMap<string, string> | undefined;
}

/** TensorFlow.js has no tensors of more axes. */
export const MAX_RANK = 6;

/** Of a tensor that could not be followed: it has a shape, whichever that is. */
export const unknownBase = (id: number): Base => ({ id: `unknown ${id}`, label: '?' });

export const isOpen = (shape: Shape | OpenShape): shape is OpenShape => 'rest' in shape;

export const openShape = (base: Base): OpenShape => ({
  front: [],
  rest: { base, first: 0, last: 0 },
  back: [],
  least: 0,
});

/** The fewest axes that it may have. */
const leastRank = ({ front, back }: OpenShape): number => front.length + back.length;

/** `x.0` counts from the front, `x.-1` from the back. */
export function axisOfBase({ id, label }: Base, axis: number): Dim {
  const name = `${id}.${axis}`;
  const which = axis === -1 ? 'the last axis' : `axis ${axis}`;
  return dim(symbol(name), { axis: { id: name, label: `${which} of \`${label}\`` } });
}

/** The shape where the base has this rank. */
export function ofRank({ front, rest, back }: OpenShape, rank: number): Shape {
  const { base, first, last } = rest;
  const between: Dim[] = [];
  for (let axis = first; axis < rank - last; axis += 1) between.push(axisOfBase(base, axis));
  return [...whereRank(front, base, rank), ...between, ...whereRank(back, base, rank)];
}

/**
 * What two shapes of one base show whichever rank it has, from a rank on below which the program throws: that of the fewest
 * axes. Undefined where they show nothing at some rank, or have not one base.
 */
export function atEveryRank<Shown>(
  a: Shape | OpenShape,
  b: Shape | OpenShape,
  from: number,
  shownBy: (a: Shape, b: Shape) => Shown | undefined,
): Shown | undefined {
  const open = [a, b].filter(isOpen);
  if (new Set(open.map(({ rest }) => rest.base.id)).size !== 1) return undefined;
  const at = (form: Shape | OpenShape, rank: number): Shape => (isOpen(form) ? ofRank(form, rank) : form);
  let fewest: Shown | undefined;
  for (let rank = Math.max(from, ...open.map(({ least }) => least)); rank <= MAX_RANK; rank += 1) {
    const shown = shownBy(at(a, rank), at(b, rank));
    if (shown === undefined) return undefined;
    fewest ??= shown;
  }
  return fewest;
}

/** A shape that names axes of the base, as it is where the base has this rank. */
export const whereRank = (shape: Shape, base: Base, rank: number): Shape =>
  shape.map((d) => renamed(d, base, (axis) => (axis < 0 ? axis + rank : axis)));

/** The dim with other names for axes of the base: `x.-1` in `2·x.-1` and in `(x.-1|C)`. */
function renamed(d: Dim, base: Base, to: (axis: number) => number): Dim {
  const { size } = d;
  if (typeof size === 'number') return d;
  const names = size.symbols.map((name) =>
    name.replace(axesNamed(base), (_, axis) => `${base.id}.${to(Number(axis))}`),
  );
  if (names.every((name, index) => name === size.symbols[index])) return d;
  // The axis that the size is named after is named anew with it.
  const axis = d.axis?.id === size.symbols[0] ? { ...d.axis!, id: names[0]! } : d.axis;
  return { ...d, size: { coefficient: size.coefficient, symbols: names.sort() }, axis };
}

const axesNamed = ({ id }: Base): RegExp => new RegExp(`(?<![\\w$.])${asPattern(id)}\\.(-?\\d+)(?!\\d)`, 'g');

/**
 * The one form that a family of shapes has, given by the rank of the base (undefined where there is none); undefined where
 * they have no form in common.
 */
export function commonForm(base: Base, family: readonly (Shape | undefined)[]): OpenShape | undefined {
  const rank = family.length - 1;
  const largest = family[rank];
  if (largest === undefined) return undefined;
  const run = longestRun(base, largest);
  if (run === undefined || run.length < 2) return undefined;
  const { at, length, first } = run;
  const fromBack = (axis: number): number => axis - rank;
  const open: OpenShape = {
    front: largest.slice(0, at),
    rest: { base, first, last: rank - first - length },
    back: largest.slice(at + length).map((d) => renamed(d, base, fromBack)),
    least: family.findIndex((shape) => shape !== undefined),
  };
  return family.every((shape, of) => shape === undefined || isAlike(shape, ofRank(open, of), base, of))
    ? open
    : undefined;
}

/** Whether the ranks of a family differ from those of its base by one number, which is given. */
export function rankOffset(family: readonly (Shape | undefined)[]): number | undefined {
  const offsets = new Set(
    family.flatMap((shape, rank) => (shape === undefined ? [] : [shape.length - rank])),
  );
  const [only] = offsets;
  return offsets.size === 1 ? only : undefined;
}

interface Run {
  readonly at: number;
  readonly length: number;
  readonly first: number;
}

/** Axes of the base that lie side by side in their order. */
function longestRun(base: Base, shape: Shape): Run | undefined {
  const axes = shape.map(({ size }) => plainAxis(base, size));
  let best: Run | undefined;
  for (let at = 0; at < axes.length; at += 1) {
    const first = axes[at];
    if (first === undefined) continue;
    let length = 1;
    while (axes[at + length] === first + length) length += 1;
    if (best === undefined || length > best.length) best = { at, length, first };
  }
  return best;
}

function plainAxis({ id }: Base, size: Size): number | undefined {
  if (typeof size === 'number' || size.coefficient !== 1 || size.symbols.length !== 1) return undefined;
  const [name] = size.symbols as readonly [string];
  return name.startsWith(`${id}.`) ? Number(name.slice(id.length + 1)) : undefined;
}

/** Sizes are only compared where the base has the axes that they are named after. */
function isAlike(shape: Shape, form: Shape, base: Base, rank: number): boolean {
  if (shape.length !== form.length) return false;
  const isThere = (size: Size): boolean =>
    typeof size === 'number' ||
    size.symbols.every((name) =>
      [...name.matchAll(axesNamed(base))].every(([, axis]) => Number(axis) >= 0 && Number(axis) < rank),
    );
  return form.every(({ size }, index) => !isThere(size) || sameSize(size, shape[index]!.size));
}

/** `[...x]`, `[...x[:-1], 10]`, `[x.0, 1, ...x[1:]]`. */
function showOpenShape({ front, rest, back }: OpenShape): string {
  const sizes = (dims: Shape): string[] => (dims.length === 0 ? [] : [showShape(dims).slice(1, -1)]);
  return `[${[...sizes(front), `...${showRest(rest)}`, ...sizes(back)].join(', ')}]`;
}

/** `[?]` where not even a form is known. */
export const showAnyShape = (shape: Shape | OpenShape | undefined): string =>
  shape !== undefined && isOpen(shape) ? showOpenShape(shape) : showShape(shape);

function showRest({ base, first, last }: Rest): string {
  const label = base.label.includes('|') ? `(${base.label})` : base.label;
  if (first === 0 && last === 0) return label;
  return `${label}[${first === 0 ? '' : first}:${last === 0 ? '' : -last}]`;
}

/** Two shapes that are certain to be one. */
export const isSameOpen = (a: OpenShape, b: OpenShape): boolean => keyOf(a) === keyOf(b);

const keyOf = ({ front, rest, back }: OpenShape): string =>
  `${showShape(front)} ${rest.base.id}[${rest.first}:${rest.last}] ${showShape(back)}`;

/** Longer than this the name of a base tells nobody anything. */
const LONGEST = 40;

/** A base that is no parameter, under a name of its own: `?12` where its label would be too long. */
export function derivedBase(key: string, label: string, parts?: Base['parts']): Base {
  const id = `?${hash(key)}`;
  return { id, label: label.length <= LONGEST ? label : id, parts };
}

/** 52 bits of FNV-1a over two halves: names of bases are compared, and shown by their order. */
function hash(text: string): number {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + index), 0x85ebca6b);
  }
  return (high >>> 6) * 2 ** 26 + (low >>> 6);
}

/**
 * Shapes of different bases broadcast together: a base of its own, of which only is known what lies along the innermost
 * axes of both. Undefined where that would say too little.
 */
export function broadcastOfBases(
  shapes: readonly (Shape | OpenShape)[],
  broadcast: (a: Shape, b: Shape) => Shape | undefined,
): OpenShape | undefined {
  const known = Math.min(...shapes.map((shape) => (isOpen(shape) ? shape.back.length : shape.length)));
  let back: Shape | undefined = [];
  for (const shape of shapes) {
    const dims: Shape = isOpen(shape) ? shape.back : shape;
    back = back && broadcast(back, known === 0 ? [] : dims.slice(-known));
  }
  if (back === undefined) return undefined;
  const parts = new Map<string, string>();
  for (const shape of shapes) for (const [id, label] of partsOf(cut(shape, known))) parts.set(id, label);
  const sorted = new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const [ids, labels] = [[...sorted.keys()].join('|'), [...sorted.values()].join('|')];
  const isPlain = [...sorted.keys()].every((id) => /^[\w$.]+$/.test(id));
  const base = isPlain
    ? {
        id: sorted.size === 1 ? ids : `(${ids})`,
        label: labels,
        parts: sorted.size === 1 ? undefined : sorted,
      }
    : derivedBase(ids, labels, sorted);
  return { front: [], rest: { base, first: 0, last: 0 }, back, least: 0 };
}

const cut = (shape: Shape | OpenShape, count: number): Shape | OpenShape =>
  isOpen(shape)
    ? { ...shape, back: shape.back.slice(0, shape.back.length - count) }
    : shape.slice(0, shape.length - count);

/** What a base is broadcast of: a scalar adds nothing, whole bases add what they are made of. */
function partsOf(shape: Shape | OpenShape): readonly (readonly [string, string])[] {
  if (!isOpen(shape)) return shape.length === 0 ? [] : [[showShape(shape), showShape(shape)]];
  const { base, first, last } = shape.rest;
  const isWhole = first === 0 && last === 0 && leastRank(shape) === 0;
  if (isWhole) return base.parts === undefined ? [[base.id, base.label]] : [...base.parts];
  return [[keyOf(shape), showOpenShape(shape)]];
}

/** The form with at least so many axes known at its back; undefined where they may be those in front. */
export function withBack(open: OpenShape, count: number): OpenShape | undefined {
  const missing = count - open.back.length;
  if (missing <= 0) return open;
  if (open.front.length > 0) return undefined;
  const { base, first, last } = open.rest;
  const named = Array.from({ length: missing }, (_, index) => axisOfBase(base, index - last - missing));
  const least = Math.max(open.least, first + last + missing);
  return { front: [], rest: { base, first, last: last + missing }, back: [...named, ...open.back], least };
}

/** The form without so many of its first axes; undefined where they may reach into its back. */
export function withoutFront(open: OpenShape, count: number): OpenShape | undefined {
  const { front, rest, back } = open;
  if (count <= front.length) return { ...open, front: front.slice(count) };
  if (back.length > 0) return undefined;
  return { ...open, front: [], rest: { ...rest, first: rest.first + count - front.length } };
}

/** The form without so many of its last axes; undefined where they may reach into its front. */
export function withoutBack(open: OpenShape, count: number): OpenShape | undefined {
  const { front, rest, back } = open;
  if (count <= back.length) return { ...open, back: back.slice(0, back.length - count) };
  if (front.length > 0) return undefined;
  return { ...open, back: [], rest: { ...rest, last: rest.last + count - back.length } };
}
