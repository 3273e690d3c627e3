/** Shapes of the ops that move values without changing them: reshape, transpose, concat, slice and their kin. */
import {
  certainlyDiffer,
  dim,
  divideSize,
  elementCount,
  isSymbolic,
  multiplySizes,
  normaliseAxis,
  sameSize,
  showShape,
  showSize,
  type Dim,
  type Shape,
  type Size,
} from '../../facts/shape.js';
import { offsetBy } from '../../facts/size-offsets.js';
import { axesOf, isShapeAttribute, isThrown, numberOf, numbersOf, throws } from '../build.js';
import type { OpCall, ShapeResult } from '../row.js';
import {
  addSizes,
  computed,
  differingAxis,
  dimsOf,
  newShape,
  replaceAt,
  resized,
  shapesDiffer,
  sizesDiffer,
  without,
} from './sizes.js';

/** The axis that attribute `name` names in a tensor of this rank. */
export function axisOf(
  call: OpCall,
  name: string,
  rank: number,
): number | undefined | { readonly throws: string } {
  const value = numberOf(call, name);
  if (value === undefined) return undefined;
  return normaliseAxis(value, rank) ?? throws(`axis ${value} is outside [-${rank}, ${rank})`);
}

/** Reshape to the dims that `target` lists, one of which may be -1. */
export function reshaped(call: OpCall, x: Shape | undefined, target: Shape | undefined): ShapeResult {
  if (target === undefined) return undefined;
  const implicit = target.findIndex((d) => d.size === -1);
  const rest = implicit < 0 ? target : without(target, [implicit]);
  const negative = rest.find(({ size }) => typeof size === 'number' && size < 0);
  if (negative?.size === -1) return throws('only one size can be -1');
  if (negative) return throws(`a size cannot be ${showSize(negative.size)}`);
  if (x === undefined)
    return implicit < 0 ? target : replaceAt(target, implicit, dim(call.freshSize('inferred')));

  const total = elementCount(x);
  const listed = elementCount(rest);
  if (implicit < 0) {
    if (!sizesDiffer(total, listed)) return inheriting(target, x);
    return throws(
      `${showShape(x)} has ${showSize(total)} elements, ${showShape(target)} has ${showSize(listed)}`,
    );
  }
  if (listed === 0) return throws('-1 cannot be inferred beside a size of 0');
  const inferred = divideSize(total, listed);
  if (inferred === undefined && typeof total === 'number' && typeof listed === 'number') {
    return throws(
      `${showSize(total)} elements do not fill ${showShape(target)}: ${total} / ${listed} is not whole`,
    );
  }
  return inheriting(replaceAt(target, implicit, dim(inferred ?? call.freshSize('inferred'))), x);
}

/** Leading and trailing dims that are the same on both sides are the same axes. */
function inheriting(target: Shape, x: Shape): Shape {
  const result = [...target];
  const most = Math.min(target.length, x.length);
  let front = 0;
  while (front < most && sameSize(target[front]!.size, x[front]!.size)) {
    result[front] = inherited(target[front]!, x[front]!);
    front += 1;
  }
  for (let back = 1; back <= most - front; back += 1) {
    const [to, from] = [target[target.length - back]!, x[x.length - back]!];
    if (!sameSize(to.size, from.size)) break;
    result[target.length - back] = inherited(to, from);
  }
  return result;
}

function inherited(to: Dim, from: Dim): Dim {
  return dim(to.size, { axis: to.axis ?? from.axis, one: to.one ?? from.one });
}

/**
 * Without the axes of size 1, or without the named ones. A symbolic size is taken not to be 1, except where no other is:
 * nobody squeezes what has nothing to drop.
 */
export function squeezed(call: OpCall, x: Shape): ShapeResult {
  const given = numbersOf(call, 'axis');
  const all =
    call.attributes['axis'] === undefined || call.attributes['axis'] === null || given?.length === 0;
  const isOpen = x.some(({ size }) => isSymbolic(size)) && x.every(({ size }) => size !== 1);
  if (all && isOpen) return undefined;
  if (all) return x.filter(({ size }) => size !== 1);
  const axes = axesOf(call, 'axis', x);
  if (axes === undefined || 'throws' in axes) return axes;
  const wide = axes.find((axis) => sizesDiffer(x[axis]!.size, 1));
  if (wide !== undefined)
    return throws(`axis ${wide} of ${showShape(x)} has size ${showSize(x[wide]!.size)}, not 1`);
  return without(x, axes);
}

/** A new dim at `axis`, counted from the end of the result where it is negative. */
export function expanded(call: OpCall, x: Shape, added: Dim): ShapeResult {
  const axis = numberOf(call, 'axis');
  if (axis === undefined) return undefined;
  const at = normaliseAxis(axis, x.length + 1);
  if (at === undefined) return throws(`axis ${axis} is outside [${-x.length - 1}, ${x.length}]`);
  return [...x.slice(0, at), added, ...x.slice(at)];
}

export function transposed(call: OpCall, x: Shape): ShapeResult {
  const given = call.attributes['perm'];
  if (given === undefined || given === null) return [...x].reverse();
  const order = numbersOf(call, 'perm');
  if (order === undefined) return undefined;
  if (order.length !== x.length)
    return throws(`perm [${order.join(', ')}] has not the rank of ${showShape(x)}`);
  const bad = order.find((axis) => x[axis] === undefined);
  if (bad !== undefined) return throws(`perm holds ${bad}, which is not an axis of ${showShape(x)}`);
  return order.map((axis) => x[axis]!);
}

export function tiled(call: OpCall, x: Shape): ShapeResult {
  const repeats = dimsOf(call, 'reps');
  if (repeats === undefined) return undefined;
  if (repeats.length !== x.length)
    return throws(`reps ${showShape(repeats)} has not the rank of ${showShape(x)}`);
  if (repeats.some(({ size }) => typeof size === 'number' && size < 0))
    return throws('reps cannot be negative');
  return x.map((d, axis) => resized(d, multiplySizes([d.size, repeats[axis]!.size]), 'explicit'));
}

export function broadcastTo(call: OpCall, x: Shape): ShapeResult {
  const target = newShape(call, 'shape');
  if (target === undefined || isThrown(target)) return target;
  const added = target.length - x.length;
  if (added < 0) return throws(`${showShape(target)} has fewer axes than ${showShape(x)}`);
  const bad = x.findIndex(
    ({ size }, axis) => size !== 1 && certainlyDiffer(size, target[axis + added]!.size),
  );
  if (bad >= 0) return throws(`${showShape(x)} cannot be broadcast to ${showShape(target)}`);
  const from: Shape = [...target.slice(0, added).map(() => dim(1, { one: 'explicit' })), ...x];
  // Nothing is repeated where the only sizes that differ are 0: tensorflow.js then copies x as it is.
  const changed = target.filter((d, axis) => !sameSize(d.size, from[axis]!.size));
  if (changed.length > 0 && changed.every(({ size }) => size === 0)) return from;
  const unsure = changed.some((d) => d.size === 0) && from.some(({ size }) => typeof size !== 'number');
  if (unsure) return undefined;
  return target.map((d, axis) => (axis >= added ? resized(from[axis]!, d.size, 'explicit') : d));
}

/** The shapes side by side along a new axis; `many`: so many of the only one. */
export function stacked(
  call: OpCall,
  shapes: readonly (Shape | undefined)[],
  many: Size = shapes.length,
): ShapeResult {
  if (shapes.length === 0) return throws('there is nothing to stack');
  const known = shapes.filter((shape) => shape !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const other = known.find((shape) => shapesDiffer(first, shape));
  if (other) return throws(`only equal shapes stack: ${showShape(first)} and ${showShape(other)} are not`);
  return expanded(call, first, dim(many, many === 1 ? { one: 'explicit' } : {}));
}

/** The shapes end to end along an existing axis; `many`: so many of the only one. */
export function concatenated(
  call: OpCall,
  shapes: readonly (Shape | undefined)[],
  many: Size = shapes.length,
): ShapeResult {
  if (shapes.length === 0) return throws('there is nothing to concatenate');
  const known = shapes.filter((shape) => shape !== undefined);
  const [first] = known;
  // A list of one is copied before the axis is looked at.
  if (first === undefined || many === 1) return first;
  const axis = axisOf(call, 'axis', first.length);
  if (typeof axis !== 'number') return axis;
  const other = known.find(
    (shape) => shape.length !== first.length || shapesDiffer(without(shape, [axis]), without(first, [axis])),
  );
  if (other) return throws(`${showShape(first)} and ${showShape(other)} differ beside axis ${axis}`);
  const total = known.length < shapes.length ? undefined : totalAlong(known, axis, many);
  return replaceAt(first, axis, resized(first[axis]!, total ?? call.freshSize('axis')));
}

/** Of tensors that one stands for, a size that is no number may be another one each. */
function totalAlong(shapes: readonly Shape[], axis: number, many: Size): Size | undefined {
  if (many === shapes.length) return addSizes(shapes.map((shape) => shape[axis]!.size));
  const { size } = shapes[0]![axis]!;
  return isSymbolic(size) ? undefined : multiplySizes([size, many]);
}

/** Into how many parts of one size a split cuts: a number, or the size of a tensor, as in `tf.split(x, x.shape[1], 1)`. */
function partCount(call: OpCall): Size | undefined {
  const parts = call.attributes['numOrSizeSplits'];
  if (typeof parts === 'number') return parts;
  return parts !== undefined && isShapeAttribute(parts) && parts.shape.length === 1
    ? parts.shape[0]!.size
    : undefined;
}

/** The part with index `call.output` of a tensor that is cut along an axis. */
export function splitPart(call: OpCall, x: Shape): ShapeResult {
  const axis = axisOf(call, 'axis', x.length);
  if (typeof axis !== 'number') return axis;
  const whole = x[axis]!;
  const parts = partCount(call);
  if (parts !== undefined) {
    const size = parts === 0 ? undefined : divideSize(whole.size, parts);
    if (size === undefined && typeof whole.size === 'number' && typeof parts === 'number') {
      return throws(`${parts} parts do not divide axis ${axis} of ${showShape(x)}`);
    }
    return replaceAt(x, axis, resized(whole, size ?? call.freshSize('part'), 'sliced'));
  }
  const sizes = dimsOf(call, 'numOrSizeSplits')?.map((d) => d.size);
  const filled = sizes && withRest(call, sizes, whole);
  if (filled === undefined || 'throws' in filled) return filled;
  const size = filled.at(Number(call.output ?? 0));
  return size === undefined ? undefined : replaceAt(x, axis, resized(whole, size, 'sliced'));
}

/** The sizes of a split, with the rest in place of a -1. */
function withRest(
  call: OpCall,
  sizes: readonly Dim['size'][],
  whole: Dim,
): readonly Dim['size'][] | { readonly throws: string } {
  const implicit = sizes.indexOf(-1);
  if (implicit !== sizes.lastIndexOf(-1)) return throws('only one part can be -1');
  // In front, -1 itself is counted among the sizes that are taken: the parts then sum to one too many.
  if (implicit === 0 && sizes.length > 1) return throws('a first part of -1 does not fill the axis');
  if (implicit >= 0) {
    const rest = computed(call, 'rest', [whole.size, ...sizes], (all, ...parts) => all - sum(parts) - 1);
    return sizes.map((size) => (size === -1 ? rest : size));
  }
  const total = addSizes(sizes);
  if (total === undefined || !sizesDiffer(total, whole.size)) return sizes;
  return throws(`the parts sum to ${showSize(total)}, the axis has ${showSize(whole.size)}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** `x[begin : begin + size]`, where a size of -1 takes the rest; what is not given counts from 0 to the end. */
export function sliced(call: OpCall, x: Shape): ShapeResult {
  if (x.length === 0) return throws('a scalar cannot be sliced');
  const begin = startsOf(call, 'begin');
  const size = startsOf(call, 'size');
  if (begin === undefined || size === undefined) return undefined;
  const longer = [begin, size].find((list) => list.length > x.length);
  if (longer) return throws(`${longer.length} positions are given for the rank of ${showShape(x)}`);
  const result: Dim[] = [];
  for (const [axis, d] of x.entries()) {
    const cut = cutOf(call, axis, d, begin[axis] ?? dim(0), size[axis] ?? dim(-1));
    if ('throws' in cut) return cut;
    result.push(cut);
  }
  const behind = result.some(({ size: length }) => typeof length === 'number' && length < 0);
  return behind && !contiguous(x, begin, result)
    ? throws(`the slice starts behind the end of ${showShape(x)}`)
    : result;
}

/** Whether the kernel takes the slice as one piece of the data: only otherwise it sees that a size is negative. */
function contiguous(x: Shape, begin: Shape, result: Shape): boolean {
  const first = result.findIndex(({ size }) => Number(size) > 1);
  return (
    first < 0 ||
    result.every(
      (d, axis) =>
        axis <= first || (!(Number(begin[axis]?.size ?? 0) > 0) && sameSize(d.size, x[axis]!.size)),
    )
  );
}

/** `begin: [0, -1]`: that nothing is counted from the end does not depend on the shape. */
export function slicedBlindly(call: OpCall): ShapeResult {
  const fromTheEnd = startsOf(call, 'begin')?.some(({ size }) => size === -1) === true;
  return fromTheEnd ? throws(NO_NEGATIVE_BEGIN) : undefined;
}

const NO_NEGATIVE_BEGIN = 'a begin counts from the front, and cannot be negative';

/** A number stands for a list of one; nothing for an empty list. */
function startsOf(call: OpCall, name: string): Shape | undefined {
  const value = call.attributes[name];
  if (value === undefined || value === null) return [];
  return typeof value === 'number' ? [dim(value)] : dimsOf(call, name);
}

function cutOf(
  call: OpCall,
  axis: number,
  whole: Dim,
  begin: Dim,
  size: Dim,
): Dim | { readonly throws: string } {
  if (begin.size === -1) return throws(NO_NEGATIVE_BEGIN);
  if (typeof size.size === 'number' && size.size < -1) return throws(`a size cannot be ${size.size}`);
  if (size.size === -1) {
    if (begin.size === 0) return whole;
    const rest =
      (typeof begin.size === 'number' ? offsetBy(whole.size, -begin.size) : undefined) ??
      computed(call, `axis ${axis}`, [whole.size, begin.size], (all, from) => all - from);
    return resized(whole, rest, 'sliced');
  }
  const end = computed(call, 'end', [begin.size, size.size], (from, count) => from + count);
  if (typeof end === 'number' && typeof whole.size === 'number' && end > whole.size) {
    return throws(`axis ${axis} has size ${whole.size}, the slice ends at ${end}`);
  }
  return resized(whole, size.size, 'sliced');
}

/** Every axis longer by what is padded before and after it. */
export function padded(
  call: OpCall,
  x: Shape,
  paddings: readonly (readonly [number, number])[] | undefined,
  rank = x.length,
): ShapeResult {
  if (paddings === undefined) return x.slice(0, rank).map((_, axis) => dim(call.freshSize(`axis ${axis}`)));
  // The kernel makes as many axes as there are paddings, whatever the rank of x.
  if (paddings.length > x.length) return undefined;
  return x.slice(0, paddings.length).map((d, axis) => {
    const [before, after] = paddings[axis]!;
    if (before === 0 && after === 0) return d;
    return resized(d, offsetBy(d.size, before + after) ?? call.freshSize(`axis ${axis}`));
  });
}

/** The axis along which shapes of one rank differ, as a reason. */
export function mustMatch(
  a: Shape | undefined,
  b: Shape | undefined,
  what: string,
): { readonly throws: string } | undefined {
  if (a === undefined || b === undefined || !shapesDiffer(a, b)) return undefined;
  const axis = a.length === b.length ? differingAxis(a, b) : undefined;
  const where = axis === undefined ? '' : ` along axis ${axis}`;
  return throws(`${what} must have one shape, ${showShape(a)} and ${showShape(b)} differ${where}`);
}
