/** Shapes of the ops that pick values by index, or put values where an index says. */
import {
  broadcastShapes,
  dim,
  divideSize,
  elementCount,
  normaliseAxis,
  showShape,
  type Dim,
  type Shape,
} from '../../facts/shape.js';
import { numberOf, operand, throws } from '../build.js';
import type { OpCall, Operand, ShapeResult } from '../row.js';
import { addSizes, computed, resized, sizesDiffer } from './sizes.js';

/** What is picked along an axis of size 1 was cut out. */
function cut(d: Dim): Dim {
  return d.size === 1 ? { ...d, one: 'sliced' } : d;
}

/** `x[..., indices, ...]` along one axis; the first `batchDims` axes of both are walked together. */
export function gathered(call: OpCall, x: Shape, indices: Shape): ShapeResult {
  const axis = numberOf(call, 'axis');
  const batch = numberOf(call, 'batchDims');
  if (axis === undefined || batch === undefined) return undefined;
  const at = normaliseAxis(axis, x.length);
  if (at === undefined) return throws(`axis ${axis} is outside [-${x.length}, ${x.length})`);
  if (Math.abs(batch) > indices.length)
    return throws(`batchDims ${batch} exceeds the rank of ${showShape(indices)}`);
  const shared = batch < 0 ? batch + indices.length : batch;
  if (shared > x.length) return throws(`batchDims ${batch} exceeds the rank of ${showShape(x)}`);
  if (at < shared) return throws(`axis ${axis} lies within the ${shared} batch axes`);
  const bad = indices.findIndex((d, index) => index < shared && sizesDiffer(d.size, x[index]!.size));
  if (bad >= 0) return throws(`batch axis ${bad} of ${showShape(x)} and ${showShape(indices)} differs`);
  const [beyond, length] = [outOfRange(operand(call, 'indices'), x[at]!), x[at]!.size];
  if (beyond !== undefined) return throws(`index ${beyond} is outside an axis of size ${String(length)}`);
  return [...x.slice(0, at), ...indices.slice(shared).map(cut), ...x.slice(at + 1)];
}

/** An index that is certain to be met and to lie outside the axis. */
export function outOfRange(indices: Operand, axis: Dim): number | undefined {
  const { low, high, lowBy, highBy } = indices.range;
  if (typeof axis.size !== 'number' || isEmpty(indices.shape)) return undefined;
  const last = axis.size - 1;
  if (Number.isFinite(low) && (high < 0 || (low < 0 && lowBy === 'attained'))) return low;
  return Number.isFinite(high) && (low > last || (high > last && highBy === 'attained')) ? high : undefined;
}

export function isEmpty(shape: Shape | undefined): boolean {
  return shape !== undefined && elementCount(shape) === 0;
}

/** `indices.shape[:-1] + x.shape[indices.shape[-1]:]` */
export function gatheredND(x: Shape, indices: Shape): ShapeResult {
  if (x.length === 0 || indices.length === 0)
    return throws('neither the tensor nor the indices can be a scalar');
  const depth = indices.at(-1)!.size;
  if (typeof depth !== 'number') return undefined;
  if (depth > x.length) return throws(`${depth} indices are given for the rank of ${showShape(x)}`);
  if (isEmpty(x)) return throws('nothing can be gathered from an empty tensor');
  return [...indices.slice(0, -1).map(cut), ...x.slice(depth)];
}

/** The reason why updates do not fit these indices into a tensor of this shape: `scatter_nd_util` of TensorFlow.js. */
export function scatterMismatch(
  target: Shape | undefined,
  indices: Shape | undefined,
  updates: Shape | undefined,
): { readonly throws: string } | undefined {
  if (target === undefined || indices === undefined || updates === undefined) return undefined;
  if (target.length === 0) return throws('the result cannot be a scalar');
  if (indices.length === 0 || updates.length === 0)
    return throws('neither indices nor updates can be a scalar');
  const depth = indices.length > 1 ? indices.at(-1)!.size : 1;
  if (typeof depth !== 'number') return undefined;
  const batch = Math.max(1, indices.length - 1);
  const expected = [...indices.slice(0, batch), ...target.slice(depth)];
  const fits =
    depth <= target.length &&
    expected.length === updates.length &&
    expected.every((d, axis) => !sizesDiffer(d.size, updates[axis]!.size));
  return fits
    ? undefined
    : throws(`updates of shape ${showShape(updates)} are given, ${showShape(expected)} are needed`);
}

/** Sums of the rows of x that share a segment: `[numSegments] + x.shape[1:]`. */
export function segments(count: Dim, x: Shape, ids: Shape): ShapeResult {
  const ones = Array.from({ length: Math.max(0, x.length - ids.length) }, () => dim(1));
  const masked = broadcastShapes([...ids.slice(0, 1), ...ones, ...ids.slice(1)], x);
  if ('throws' in masked)
    return throws(`${showShape(ids)} segment ids are given for the rows of ${showShape(x)}`);
  if (masked.length === 0) return throws('a scalar has no rows');
  return count.size === 0 ? throws('there is no segment') : [count, ...masked.slice(1)];
}

/** All leading axes in one, and the last: how searchSorted returns its result. */
export function asMatrix(call: OpCall, shape: Shape): ShapeResult {
  const last = shape.at(-1);
  if (last === undefined) return throws('a scalar has no last axis');
  if (last.size === 0) return throws('the last axis is empty');
  const leading = divideSize(elementCount(shape), last.size) ?? call.freshSize('rows');
  return [leading === 1 ? dim(1, { one: 'explicit' }) : dim(leading), last];
}

/** Blocks of the spatial axes 1, 2, ... moved to the batch axis. */
export function spaceToBatch(
  call: OpCall,
  x: Shape,
  block: readonly number[],
  paddings: readonly (readonly [number, number])[],
): ShapeResult {
  if (x.length < 1 + block.length)
    return throws(`${block.length} block sizes are given for the rank of ${showShape(x)}`);
  if (paddings.length !== block.length) return throws('there must be as many paddings as block sizes');
  const padded = x.slice(1, 1 + block.length).map(({ size }, axis) => {
    const [before, after] = paddings[axis]!;
    return addSizes([size, before + after]) ?? call.freshSize(`padded ${axis}`);
  });
  const bad = padded.find((size, axis) => typeof size === 'number' && size % block[axis]! !== 0);
  if (bad !== undefined) return throws('the padded axes are not multiples of the block sizes');
  const blocks = block.reduce((a, b) => a * b, 1);
  return [
    resized(
      x[0]!,
      computed(call, 'batch', [x[0]!.size], (batch) => batch * blocks),
    ),
    ...padded.map((size, axis) =>
      resized(x[axis + 1]!, divideSize(size, block[axis]!) ?? call.freshSize(`axis ${axis + 1}`)),
    ),
    ...x.slice(1 + block.length),
  ];
}

/** The reverse: parts of the batch axis moved to blocks of the spatial axes, which are then cropped. */
export function batchToSpace(
  call: OpCall,
  x: Shape,
  block: readonly number[],
  crops: readonly (readonly [number, number])[],
): ShapeResult {
  if (x.length < 1 + block.length)
    return throws(`${block.length} block sizes are given for the rank of ${showShape(x)}`);
  if (crops.length !== block.length) return throws('there must be as many crops as block sizes');
  const blocks = block.reduce((a, b) => a * b, 1);
  const batch = divideSize(x[0]!.size, blocks);
  if (batch === undefined && typeof x[0]!.size === 'number') {
    return throws(`the batch axis of ${showShape(x)} is not a multiple of ${blocks}`);
  }
  return [
    resized(x[0]!, batch ?? call.freshSize('batch')),
    ...block.map((factor, axis) => {
      const [before, after] = crops[axis]!;
      const d = x[axis + 1]!;
      return resized(
        d,
        computed(call, `axis ${axis + 1}`, [d.size], (size) => size * factor - before - after),
      );
    }),
    ...x.slice(1 + block.length),
  ];
}
