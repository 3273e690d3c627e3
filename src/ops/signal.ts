/** Fourier transforms and framed signals. */
import { absolute } from '../facts/arithmetic.js';
import {
  interval,
  joinRanges,
  reached,
  reachedBy,
  selected,
  weaker,
  withNaN,
  type Range,
} from '../facts/range.js';
import { dim, divideSize, elementCount, showShape, type Dim, type Shape, type Size } from '../facts/shape.js';
import {
  attributeRange,
  booleanOf,
  isTensorLike,
  numberOf,
  operand,
  optional,
  required,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
  wrongType,
} from './build.js';
import type { OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import { computed, resized, sizeOf } from './shapes/sizes.js';

/** Slack of a transform that is computed in float32. */
const SLACK = 1 + 1e-4;

/** Each number of the result sums `terms` numbers of the input, each turned by an angle. */
function transformed(x: Range, terms: number | undefined): Range {
  const most = terms === undefined ? Infinity : Math.fround(absolute(x).high * terms * SLACK);
  const mayBeNaN = x.mayBeNaN || !Number.isFinite(most);
  const outer = interval(-most, most, 'bound', { mayBeNaN });
  return { ...outer, ...reachedBy(one(reached(x)), outer) };
}

/** A signal of one number that is not 0 comes through as that number, turned by an angle; silence as 0. */
function one(x: Range): Range {
  if (!(x.low <= 0 && x.high >= 0)) return interval(-Infinity, Infinity, 'bound');
  const most = absolute(x).high;
  return interval(-most, most, weaker(x.lowBy, x.highBy));
}

/** A transform of rows; unlike other ops it does not convert numbers and arrays. */
function fourier(
  name: string,
  accepts: Accepts | 'complex64',
  row: Pick<OpRow, 'shape' | 'dtype'> & {
    readonly terms: (call: OpCall, last: Size) => number | undefined;
    readonly more?: readonly Parameter[];
  },
): OpRow {
  return {
    name: `spectral.${name}`,
    aliases: [name],
    parameters: [tensor('input'), ...(row.more ?? [])],
    chained: ['input'],
    shape: (call) => {
      const { dtype } = operand(call, 'input');
      return dtype !== undefined && dtype !== accepts ? throws(wrongType(accepts, dtype)) : row.shape(call);
    },
    dtype: row.dtype,
    range: (call) => {
      const { shape } = operand(call, 'input');
      return transformed(
        tensorRange(operand(call, 'input'), 'any'),
        shape?.at(-1) && row.terms(call, shape.at(-1)!.size),
      );
    },
    gradient: 'throws',
    dangers: [],
  };
}

const size = (last: Size): number | undefined => (typeof last === 'number' ? last : undefined);

/** The length of a real transform: that of the signal, cut or filled with zeros as asked. */
function realLength(call: OpCall, last: Dim): Dim {
  const given = call.attributes['fftLength'];
  return given === undefined || given === null ? last : dim(sizeOf(call, 'fftLength'));
}

/** The half of a transform that is not the mirror of the other. */
function half(call: OpCall, shape: Shape, last: Dim): ShapeResult {
  return [
    ...shape.slice(0, -1),
    dim(computed(call, 'half', [last.size], (length) => Math.floor(length / 2) + 1)),
  ];
}

const keepsShape = (call: OpCall): ShapeResult => operand(call, 'input').shape;

const rfft = fourier('rfft', 'float32', {
  more: [optional('fftLength', 'integer')],
  shape: (call) => {
    const { shape } = operand(call, 'input');
    const last = shape?.at(-1);
    return shape && last && half(call, shape, realLength(call, last));
  },
  dtype: () => 'complex64',
  terms: (_, last) => size(last),
});

const irfft = fourier('irfft', 'complex64', {
  // Rows of a matrix: other shapes are flattened to one, but for those of rank 3.
  shape: (call) => {
    const { shape } = operand(call, 'input');
    const last = shape?.at(-1);
    if (shape === undefined || last === undefined) return undefined;
    const length = computed(call, 'length', [last.size], (n) => (n <= 2 ? n : 2 * (n - 1)));
    const rows = divideSize(elementCount(shape), last.size) ?? call.freshSize('rows');
    if (shape.length === 3 && shape[0]!.size !== 0) return [shape[0]!, shape[1]!, resized(last, length)];
    return [shape.length === 2 ? shape[0]! : dim(rows), resized(last, length)];
  },
  dtype: () => 'float32',
  terms: () => 4,
});

/** Windows cut from a signal, one every `frameStep` numbers. */
function frameCount(call: OpCall, signal: Size): Dim {
  const [length, step] = [numberOf(call, 'frameLength'), numberOf(call, 'frameStep')];
  const padded = booleanOf(call, 'padEnd') === true;
  if (length === undefined || step === undefined || typeof signal !== 'number')
    return dim(call.freshSize('frames'));
  const whole = Math.max(0, Math.floor((signal - length) / step) + 1);
  return dim(padded ? Math.max(whole, Math.ceil(signal / step)) : whole);
}

function framed(call: OpCall): Shape | undefined | { readonly throws: string } {
  const { shape } = operand(call, 'signal');
  // Numbers and arrays have no size of a tensor: nothing is cut from them.
  if (isTensorLike(operand(call, 'signal'))) return [dim(0), dim(sizeOf(call, 'frameLength'))];
  if (shape === undefined) return undefined;
  if (shape.length !== 1) return throws(`a signal has rank 1, ${showShape(shape)} has not`);
  return [frameCount(call, shape[0]!.size), dim(sizeOf(call, 'frameLength'))];
}

const frame: OpRow = {
  name: 'signal.frame',
  parameters: [
    tensor('signal'),
    required('frameLength', 'integer'),
    required('frameStep', 'integer'),
    optional('padEnd', 'boolean', false),
    optional('padValue', 'number', 0),
  ],
  shape: framed,
  // No frame at all is made anew, as float32.
  dtype: (call) => {
    const frames = framed(call);
    const dtype = tensorType(operand(call, 'signal'));
    if (dtype === 'float32' || frames === undefined || 'throws' in frames)
      return dtype === 'float32' ? dtype : undefined;
    return frames[0]!.size === 0 ? 'float32' : typeof frames[0]!.size === 'number' ? dtype : undefined;
  },
  range: (call) => {
    const signal = selected(tensorRange(operand(call, 'signal')));
    return booleanOf(call, 'padEnd') === false
      ? signal
      : joinRanges(signal, attributeRange(call, 'padValue'));
  },
  gradient: 'flows',
  dangers: [],
};

const stft: OpRow = {
  name: 'signal.stft',
  parameters: [
    tensor('signal'),
    required('frameLength', 'integer'),
    required('frameStep', 'integer'),
    optional('fftLength', 'integer'),
    optional('windowFn', 'function'),
  ],
  shape: (call) => {
    const frames = framed(call);
    if (frames === undefined || 'throws' in frames) return frames;
    const given = call.attributes['fftLength'];
    const length =
      given === undefined || given === null ? enclosing(call, frames[1]!) : realLength(call, frames[1]!);
    return half(call, frames, length);
  },
  dtype: () => 'complex64',
  range: (call) => {
    const isHann = call.attributes['windowFn'] === undefined || call.attributes['windowFn'] === null;
    const length = isHann ? numberOf(call, 'frameLength') : undefined;
    // A window of one value is 0 / 0.
    return withNaN(
      transformed(tensorRange(operand(call, 'signal')), length),
      length === undefined || length === 1,
    );
  },
  gradient: 'throws',
  dangers: [],
};

/** The next power of two. */
function enclosing(call: OpCall, { size: length }: Dim): Dim {
  return dim(
    computed(call, 'fft length', [length], (n) => Math.floor(2 ** Math.ceil(Math.log(n) / Math.log(2)))),
  );
}

/** One of the two parts of complex numbers. */
function part(name: 'real' | 'imag'): OpRow {
  return {
    name,
    parameters: [tensor('input')],
    shape: (call) => {
      const { dtype, shape } = operand(call, 'input');
      return dtype === undefined || dtype === 'complex64' ? shape : throws('only complex numbers have parts');
    },
    dtype: () => 'float32',
    range: (call) => selected(tensorRange(operand(call, 'input'), 'any')),
    gradient: 'throws',
    dangers: [],
  };
}

export const signal: readonly OpRow[] = [
  part('real'),
  part('imag'),
  fourier('fft', 'complex64', {
    shape: keepsShape,
    dtype: () => 'complex64',
    terms: (_, last) => 2 * (size(last) ?? Infinity),
  }),
  fourier('ifft', 'complex64', { shape: keepsShape, dtype: () => 'complex64', terms: () => 2 }),
  rfft,
  irfft,
  frame,
  stft,
];
