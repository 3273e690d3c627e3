/** Sizes of windows that slide over axes: `conv_util.ts` of TensorFlow.js. */
import { dim, elementCount, showShape, type Dim, type Shape, type Size } from '../../facts/shape.js';
import { isUnknown, numbersOf, stringOf, throws } from '../build.js';
import type { AttributeValue, OpCall, ShapeResult } from '../row.js';
import { computed, resized } from './sizes.js';

/** Cells added before and after each spatial axis, or everywhere; `undefined` where it is not known. */
export type Padding = 'same' | 'valid' | number | readonly (readonly [number, number])[] | undefined;

export interface Sliding {
  /** Sizes of the window along the spatial axes. */
  readonly window: readonly Size[] | undefined;
  readonly strides: readonly number[] | undefined;
  readonly dilations: readonly number[] | undefined;
  readonly padding: Padding;
  readonly rounding: string | undefined;
}

/** How a call slides: attributes `strides`, `pad`, `dilations` and `dimRoundingMode`, where the row has them. */
export function slidingOf(call: OpCall, rank: number, window: readonly Size[] | undefined): Sliding {
  return {
    window,
    strides: tupleOf(call, 'strides', rank),
    dilations: tupleOf(call, 'dilations', rank),
    padding: paddingOf(call, rank),
    rounding: stringOf(call, 'dimRoundingMode'),
  };
}

/** One number for all axes, or one for each; an attribute that the row has not is 1. */
export function tupleOf(call: OpCall, name: string, rank: number): readonly number[] | undefined {
  const value = call.attributes[name];
  if (value === undefined || value === null) return ones(rank);
  const given = numbersOf(call, name);
  if (given === undefined || (typeof value !== 'number' && given.length < rank)) return undefined;
  return typeof value === 'number' ? ones(rank).map(() => value) : given.slice(0, rank);
}

function ones(rank: number): number[] {
  return Array.from({ length: rank }, () => 1);
}

function paddingOf(call: OpCall, rank: number): Padding {
  const pad = call.attributes['pad'];
  if (pad === 'same' || pad === 'valid' || typeof pad === 'number') return pad;
  if (!Array.isArray(pad)) return undefined;
  // [[0, 0], [top, bottom], [left, right], [0, 0]]: batch and channels are not padded.
  const first = stringOf(call, 'dataFormat') === 'NCHW' ? 2 : 1;
  const sides = (pad as readonly AttributeValue[]).slice(first, first + rank);
  return sides.every((side) => Array.isArray(side) && side.every((n) => typeof n === 'number'))
    ? (sides as unknown as readonly (readonly [number, number])[])
    : undefined;
}

/** What TensorFlow.js refuses whatever the shapes are: strides with dilations, odd paddings. */
export function slidingFault(
  call: OpCall,
  rank: number,
  positive: boolean,
): { readonly throws: string } | undefined {
  const pad = call.attributes['pad'];
  const [strides, dilations] = [tupleOf(call, 'strides', rank), tupleOf(call, 'dilations', rank)];
  const rounding = stringOf(call, 'dimRoundingMode');
  if (pad === undefined || pad === null) return throws('no padding is given');
  if (typeof pad === 'string' && pad !== 'same' && pad !== 'valid') return throws(`'${pad}' is no padding`);
  if (rounding !== undefined) {
    if (typeof pad === 'string') return throws(`rounding mode '${rounding}' needs a padding in numbers`);
    const numbers = [pad].flat(2).filter((n) => typeof n === 'number');
    if (numbers.some((n) => !Number.isInteger(n))) return throws('paddings must be whole numbers');
    if (!['round', 'ceil', 'floor'].includes(rounding)) return throws(`'${rounding}' is no rounding mode`);
  }
  if (isNotOne(call, 'strides') && isNotOne(call, 'dilations')) {
    return throws('strides and dilations cannot both be more than 1');
  }
  const notPositive = positive && [strides, dilations].some((list) => list?.some((n) => n <= 0));
  return notPositive ? throws('strides and dilations must be positive') : undefined;
}

/** True when something else than 1, or two or three times 1, was given. */
function isNotOne(call: OpCall, name: string): boolean {
  const value = call.attributes[name];
  const given = numbersOf(call, name);
  if (given === undefined) return false;
  return given.some((n) => n !== 1) || (typeof value !== 'number' && given.length < 2);
}

/** The dims of the spatial axes after a window has slid over them. */
export function slid(call: OpCall, spatial: Shape, sliding: Sliding): ShapeResult {
  const { window, strides, dilations, padding } = sliding;
  const result = spatial.map((d, axis): Dim => {
    const stride = strides?.[axis];
    if (padding === 'same' && stride !== undefined) {
      return stride === 1
        ? d
        : resized(
            d,
            computed(call, `axis ${axis}`, [d.size], (size) => Math.ceil(size / stride)),
          );
    }
    // Padded by a number, all axes of an image slide as its height does: computeOutputShape2D.
    const ruling = typeof padding === 'number' && spatial.length === 2 ? 0 : axis;
    const width = window?.[ruling];
    const step = strides?.[ruling];
    const dilation = dilations?.[ruling];
    const sides = sidesOf(padding, axis);
    if (width === undefined || step === undefined || dilation === undefined || sides === undefined) {
      return dim(call.freshSize(`axis ${axis}`));
    }
    if (width === 1 && step === 1 && sides[0] + sides[1] === 0) return d;
    const size = computed(call, `axis ${axis}`, [d.size, width], (length, cells) => {
      const reach = cells + (cells - 1) * (Math.max(1, dilation) - 1);
      const room = length - reach + sides[0] + sides[1];
      // In three dimensions a window that is larger than the input leaves nothing.
      if (spatial.length === 3 && room < 0) return 0;
      return padding === 'valid' ? Math.ceil((room + 1) / step) : rounded(room / step + 1, sliding.rounding);
    });
    return resized(d, size);
  });
  const count = elementCount(result);
  return typeof count === 'number' && count < 0
    ? throws(`the window is larger than ${showShape(spatial)}`)
    : result;
}

/**
 * Pooling with dilations: blocks of the axis are moved to the batch, pooled without padding, and moved back. What was
 * added to fill the last block is cropped, and a padding that is given as a number is forgotten.
 */
export function slidDilated(
  call: OpCall,
  spatial: Shape,
  { window, dilations, padding }: Sliding,
): ShapeResult {
  const result = spatial.map((d, axis): Dim => {
    const [width, dilation] = [window?.[axis], dilations?.[axis]];
    if (typeof width !== 'number' || dilation === undefined || typeof d.size !== 'number')
      return dim(call.freshSize(`axis ${axis}`));
    const around = padding === 'same' ? (width - 1) * dilation : 0;
    const filling = (dilation - (d.size % dilation)) % dilation;
    const blocks = (d.size + around + filling) / dilation;
    const cropped = (blocks - width + 1) * dilation - filling;
    // A slice of size -1 takes the rest.
    return dim(!Number.isInteger(blocks) ? NaN : cropped === -1 ? (blocks - width + 1) * dilation : cropped);
  });
  const bad = result.some(({ size }) => typeof size === 'number' && !(size >= 0));
  return bad ? throws(`the dilated window does not fit ${showShape(spatial)}`) : result;
}

function sidesOf(padding: Padding, axis: number): readonly [number, number] | undefined {
  if (padding === 'valid') return [0, 0];
  if (typeof padding === 'number') return [padding, padding];
  return Array.isArray(padding) ? (padding as readonly (readonly [number, number])[])[axis] : undefined;
}

function rounded(value: number, mode: string | undefined): number {
  const round = { round: Math.round, ceil: Math.ceil, floor: Math.floor }[mode ?? ''] ?? Math.trunc;
  return round(value) + 0;
}

/** True when a window may lie wholly outside: nothing is in it to take the maximum or the mean of. */
export function mayMissInput({ window, strides, dilations, padding, rounding }: Sliding): boolean {
  if (padding === 'valid') return false;
  // The cells of a dilated window may lie on both sides of a small input.
  if (dilations?.every((n) => n === 1) !== true) return true;
  if (padding === 'same') return false;
  if (padding === undefined || window === undefined || rounding === 'ceil' || rounding === 'round')
    return true;
  // Padded by a number, windows are placed as many times along the width as along the height.
  const uneven = [window, strides].some(
    (list) => list === undefined || list.some((size) => size !== list[0]),
  );
  if (typeof padding === 'number' && uneven) return true;
  return window.some(
    (width, axis) => typeof width !== 'number' || sidesOf(padding, axis)!.some((n) => n < 0 || n >= width),
  );
}

/** True when a window may reach over the edge, so that some of its cells have no input. */
export function mayReachOver({ padding }: Sliding): boolean {
  return padding !== 'valid';
}

/** The shape with a batch axis: TensorFlow.js takes one image as a batch of one, and gives it back as one. */
export function batched(x: Shape, rank: number, of: string, f: (x: Shape) => ShapeResult): ShapeResult {
  if (x.length === rank) return f(x);
  if (x.length !== rank - 1)
    return throws(`${of} must have rank ${rank - 1} or ${rank}, ${showShape(x)} has ${x.length}`);
  const result = f([dim(1), ...x]);
  if (result === undefined || 'throws' in result) return result;
  // The single image is reshaped, which refuses the negative sizes that a batch of them gets away with.
  const negative = result.some(({ size }) => typeof size === 'number' && size < 0);
  return negative ? throws('the window is larger than the input') : result.slice(1);
}

/** Where the channels are: after the spatial axes, or before them. Undefined when it is not known. */
export function channelPlace(call: OpCall): 'first' | 'last' | undefined | { readonly throws: string } {
  const format = call.attributes['dataFormat'];
  if (format === undefined || format === null) return 'last';
  if (typeof format !== 'string')
    return isUnknown(format) ? undefined : throws('the data format must be a word');
  if (['NCHW', 'NCW', 'NCDHW'].includes(format)) return 'first';
  return ['NHWC', 'NWC', 'NDHWC'].includes(format) ? 'last' : throws(`'${format}' is no data format`);
}

/** The reason why a layout other than channels last is not taken. */
export function onlyChannelsLast(call: OpCall): { readonly throws: string } | undefined {
  const place = channelPlace(call);
  return place === 'first'
    ? throws('only channels-last data is supported')
    : typeof place === 'object'
      ? place
      : undefined;
}
