/** `x[begin:end:stride, ...]` with the masks of NumPy's slicing, as `slice_util.sliceInfo` of TensorFlow.js reads them. */
import { dim, showShape, type Dim, type Shape } from '../../facts/shape.js';
import { isThrown, numberOf, numbersOf, throws } from '../build.js';
import type { OpCall, ShapeResult } from '../row.js';
import { resized } from './sizes.js';

/** What is said about one axis of the input, or `new`: an axis of size 1 that it does not have. */
type Cut =
  | 'all'
  | 'new'
  | {
      readonly begin: number | undefined;
      readonly end: number | undefined;
      readonly stride: number;
      readonly drop: boolean;
    };

export function stridedSlice(call: OpCall, x: Shape): ShapeResult {
  const masks = ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) =>
    numberOf(call, name),
  );
  const begin = numbersOf(call, 'begin');
  const end = numbersOf(call, 'end');
  const given = call.attributes['strides'];
  const strides = given === undefined || given === null ? begin?.map(() => 1) : numbersOf(call, 'strides');
  if (begin === undefined || end === undefined || strides === undefined || masks.includes(undefined))
    return undefined;
  const [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] = masks as [
    number,
    number,
    number,
    number,
    number,
  ];
  if ((ellipsisMask & (ellipsisMask - 1)) !== 0) return throws('only one ellipsis is allowed');

  const set = (mask: number, index: number): boolean => ((mask >> index) & 1) === 1;
  const cuts: Cut[] = [];
  const named = strides.filter((_, index) => !set(newAxisMask, index) && !set(ellipsisMask, index)).length;
  for (const [index, stride] of strides.entries()) {
    if (set(ellipsisMask, index))
      cuts.push(...Array.from({ length: Math.max(0, x.length - named) }, () => 'all' as const));
    else if (set(newAxisMask, index)) cuts.push('new');
    else {
      if (
        (!set(beginMask, index) && begin.length <= index) ||
        (!set(endMask, index) && end.length <= index)
      ) {
        if (stride > 0) return throws('begin, end and strides must have one length');
        // Nothing lies between a position and none: the axis is left empty.
        cuts.push({ begin: 0, end: 0, stride, drop: set(shrinkAxisMask, index) });
        continue;
      }
      cuts.push({
        // A single position is taken even where its begin is masked.
        begin: set(beginMask, index) && !set(shrinkAxisMask, index) ? undefined : begin[index],
        end: set(endMask, index) ? undefined : end[index],
        stride,
        drop: set(shrinkAxisMask, index),
      });
    }
  }
  if (named > x.length) return throws(`${named} axes are sliced, ${showShape(x)} has fewer`);
  const result = backwards(x, cuts) ?? dimsOfCuts(call, x, cuts);
  return result === undefined || isThrown(result) ? result : (misplaced(x, cuts, result) ?? result);
}

/**
 * With strides, the kernel counts the axes of the result from the first of x on, dropped or not: it reads elsewhere
 * than asked where one was dropped, and throws where nothing is.
 */
function misplaced(x: Shape, cuts: readonly Cut[], result: Shape): { readonly throws: string } | undefined {
  const real = cuts.filter((cut) => cut !== 'new');
  const cut = real.filter((each) => each !== 'all');
  if (cut.every((each) => each.stride === 1) || !cut.some((each) => each.drop)) return undefined;
  if (result.length === 0) return throws('a single value cannot be taken with strides');
  const kept = result.filter(
    (_, axis) => cuts.filter((each) => each === 'all' || each === 'new' || !each.drop)[axis] !== 'new',
  );
  const outside = kept.some(({ size }, axis) => {
    const [each, length] = [real[axis] ?? 'all', x[axis]!.size];
    if (typeof size !== 'number' || typeof length !== 'number') return false;
    const last = startOf(each, length) + (size - 1) * (each === 'all' ? 1 : each.stride);
    return last < 0 || last >= length;
  });
  const empty = kept.some(({ size }) => size === 0);
  return outside && !empty ? throws('with strides no axis can be dropped') : undefined;
}

/** The first position that is read along an axis. */
function startOf(cut: Exclude<Cut, 'new'>, length: number): number {
  if (cut === 'all') return 0;
  const [first, last] = cut.stride > 0 ? [0, length] : [-1, length - 1];
  if (cut.begin === undefined) return cut.stride > 0 ? first : last;
  const at = cut.begin < 0 ? cut.begin + length : cut.begin;
  return cut.drop ? at : Math.min(last, Math.max(first, at));
}

/**
 * Without strides the kernel takes a plain slice, which an end before its begin confuses: a size of -1 takes the rest
 * of the axis, and what is below is refused. What is left is then reshaped to the empty result that was meant.
 */
function backwards(x: Shape, cuts: readonly Cut[]): { readonly throws: string } | undefined {
  const real = cuts.filter((cut) => cut !== 'new');
  if (real.some((cut) => cut !== 'all' && cut.stride !== 1)) return undefined;
  const spans = x.map(({ size }, axis) => spanOf(size, real[axis] ?? 'all'));
  const lengths = spans.flatMap((span) => (span === undefined ? [] : [span.end - span.begin]));
  if (lengths.length < x.length || lengths.every((length) => length >= 0)) return undefined;
  if (lengths.some((length) => length < -1)) return throws('the slice ends before it begins');
  const taken = lengths.map((length, axis) =>
    length === -1 ? Number(x[axis]!.size) - spans[axis]!.begin : length,
  );
  return taken.includes(0) ? undefined : throws('the slice ends before it begins');
}

function spanOf(
  size: Dim['size'],
  cut: Exclude<Cut, 'new'>,
): { readonly begin: number; readonly end: number } | undefined {
  if (typeof size !== 'number') return undefined;
  if (cut === 'all') return { begin: 0, end: size };
  const within = (at: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
  const begin = cut.begin === undefined ? 0 : within(cut.begin);
  return { begin, end: cut.drop ? begin + 1 : cut.end === undefined ? size : within(cut.end) };
}

function dimsOfCuts(call: OpCall, x: Shape, cuts: readonly Cut[]): ShapeResult {
  const result: Dim[] = [];
  let axis = 0;
  for (const cut of cuts) {
    if (cut === 'new') result.push(dim(1, { one: 'explicit' }));
    else {
      const kept = cut === 'all' ? x[axis]! : dimOfCut(call, axis, x[axis]!, cut);
      if (kept !== 'dropped' && 'throws' in kept) return kept;
      if (kept !== 'dropped') result.push(kept);
      axis += 1;
    }
  }
  return [...result, ...x.slice(axis)];
}

function dimOfCut(
  call: OpCall,
  axis: number,
  d: Dim,
  cut: Exclude<Cut, string>,
): Dim | 'dropped' | { readonly throws: string } {
  if (cut.stride === 0) return throws('a stride cannot be 0');
  if (cut.drop && cut.stride < 0) return throws('a single position has no stride');
  const length = d.size;
  if (typeof length !== 'number') {
    if (cut.drop) return 'dropped';
    const whole = cut.begin === undefined && cut.end === undefined && Math.abs(cut.stride) === 1;
    return whole ? d : dim(call.freshSize(`axis ${axis}`));
  }
  const forward = cut.stride > 0;
  const [first, last] = forward ? [0, length] : [-1, length - 1];
  const position = (at: number | undefined, fallback: number): number =>
    at === undefined ? fallback : Math.min(last, Math.max(first, at < 0 ? at + length : at));
  if (cut.drop) {
    const at = cut.begin === undefined ? 0 : cut.begin < 0 ? cut.begin + length : cut.begin;
    return at < 0 || at >= length
      ? throws(`position ${at} is outside axis ${axis} of size ${length}`)
      : 'dropped';
  }
  const from = position(cut.begin, forward ? first : last);
  const to = position(cut.end, forward ? last : first);
  return resized(d, Math.max(0, Math.ceil((to - from) / cut.stride)), 'sliced');
}
