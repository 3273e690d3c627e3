/** What layers do to the axes of pictures, sounds and volumes: `conv_utils` of tfjs-layers 4.22. */
import { dim, type Dim, type Shape } from '../../facts/shape.js';
import { each, field, inputOf, type LayerCall } from './layer-call.js';
import { asString } from '../values.js';

/** How the size of a spatial axis changes; undefined where it is not known. */
export type Slide = (size: number, axis: number) => number | undefined;

/** Batch, `rank` spatial axes, channels: what tfjs-layers calls channelsLast. */
export function spatial(
  call: LayerCall,
  rank: number,
  slide: Slide,
  channels: (channels: Dim) => Dim = (kept) => kept,
): Shape | undefined {
  const input = inputOf(call);
  const fresh = (): Dim => dim(call.freshSize());
  if (asString(field(call, 'dataFormat')) === 'channelsFirst' || (input && input.length !== rank + 2))
    return Array.from({ length: rank + 2 }, fresh);
  const [batch = fresh(), ...rest] = input ?? Array.from({ length: rank + 2 }, fresh);
  const slid = rest.slice(0, rank).map(({ size }, axis) => {
    const result = typeof size === 'number' ? slide(size, axis) : undefined;
    return result === undefined ? fresh() : dim(result);
  });
  return [batch, ...slid, channels(rest[rank]!)];
}

/** `conv_utils.convOutputLength`. */
export function windowed(
  call: LayerCall,
  rank: number,
  names: { window: string; window0: number; stride: string },
): Slide {
  const window = each(call, names.window, rank, names.window0);
  const strides =
    field(call, names.stride) === undefined && names.stride === 'strides' && names.window === 'poolSize'
      ? window
      : each(call, names.stride, rank, 1);
  const dilations = each(call, 'dilationRate', rank, 1);
  const padding = field(call, 'padding');
  const mode = padding === undefined ? 'valid' : asString(padding);
  return (size, axis) => {
    const [width, stride, dilation] = [window[axis], strides[axis], dilations[axis]];
    if (stride === undefined || mode === undefined) return undefined;
    if (mode === 'same') return Math.ceil(size / stride);
    if (mode !== 'valid' || width === undefined || dilation === undefined) return undefined;
    return Math.ceil((size - (width + (width - 1) * (dilation - 1)) + 1) / stride);
  };
}

export const KERNEL = { window: 'kernelSize', window0: 1, stride: 'strides' };
export const POOL = { window: 'poolSize', window0: 2, stride: 'strides' };
