/** Ops that make tensors of numbers in a row: sequences, windows, grids. */
import type { DType } from '../facts/dtype.js';
import {
  constantRange,
  interval,
  joinRanges,
  rearranged,
  selected,
  stored,
  type Range,
} from '../facts/range.js';
import { broadcastShapes, dim, multiplySizes, shapeOf, type Dim, type Shape } from '../facts/shape.js';
import {
  attributeRange,
  isThrown,
  isUnknown,
  numberOf,
  operand,
  optional,
  optionalOperand,
  optionalTensor,
  refusal,
  required,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import type { AttributeValue, OpCall, OpRow } from './row.js';
import { atLeast } from '../facts/range-ends.js';
import { writtenNumbers } from './shapes/literals.js';
import { dimOf, sizeOf } from './shapes/sizes.js';
import { wrongRank } from './shapes/sparse.js';
import { dtypeParameter, namedType, storedAsNamed } from './creation.js';

/** The values of a sequence, as the kernel adds them up in the element type. */
function sequence(start: number, step: number, count: number, dtype: DType | undefined): Range {
  const values = [start];
  const round = dtype === 'float32' ? Math.fround : Math.trunc;
  let value = round(start);
  for (let index = 1; index < count; index += 1) values.push((value = round(value + step)));
  return stored(constantRange(...values), dtype);
}

/** Longer sequences are bounded instead of added up. */
const LONGEST = 100_000;

/** Between start and stop, give or take the roundings of a long sum. */
function between(start: Range, stop: Range): Range {
  const all = joinRanges(start, stop);
  const slack = Math.max(Math.abs(all.low), Math.abs(all.high)) * 2 ** -6;
  return interval(all.low - slack, all.high + slack, 'bound', { mayBeNaN: all.mayBeNaN });
}

const range: OpRow = {
  name: 'range',
  parameters: [
    required('start', 'number'),
    required('stop', 'number'),
    optional('step', 'number', 1),
    dtypeParameter('float32'),
  ],
  shape: (call) => {
    if (numberOf(call, 'step') === 0) return throws('the step is 0');
    const steps = rangeSteps(call);
    const counted =
      numberOf(call, 'start') === 0 && numberOf(call, 'step') === 1 ? dimOf(call, 'stop') : undefined;
    if (steps === undefined) return [counted ?? dim(call.freshSize('count'))];
    return [counted?.size === steps.count ? counted : dim(steps.count)];
  },
  dtype: (call) => namedType(call, 'float32'),
  range: (call) => {
    const steps = rangeSteps(call);
    const dtype = namedType(call, 'float32');
    if (steps === undefined || steps.count > LONGEST || dtype === undefined) {
      return storedAsNamed(call, ascending(call, between(...endsOfRange(call))), dtype);
    }
    return sequence(numberOf(call, 'start')!, steps.step, steps.count, dtype);
  },
  gradient: {},
  dangers: [],
};

const endsOfRange = (call: OpCall) => [attributeRange(call, 'start'), attributeRange(call, 'stop')] as const;

/** What only grows is nowhere below its start, however it is rounded. */
function ascending(call: OpCall, range: Range): Range {
  const [start, stop] = endsOfRange(call);
  const grows = (numberOf(call, 'step') ?? 0) > 0 && start.high <= stop.low;
  return grows && !start.mayBeNaN ? atLeast(range, Math.fround(start.low)) : range;
}

function rangeSteps(call: OpCall): { readonly count: number; readonly step: number } | undefined {
  const [start, stop, step] = [numberOf(call, 'start'), numberOf(call, 'stop'), numberOf(call, 'step')];
  if (start === undefined || stop === undefined || step === undefined) return undefined;
  if (start === stop || (start < stop && step < 0) || (stop < start && step > 1)) return { count: 0, step };
  const count = Math.abs(Math.ceil((stop - start) / step));
  return { count, step: stop < start && step === 1 ? -1 : step };
}

const linspace: OpRow = {
  name: 'linspace',
  parameters: [required('start', 'number'), required('stop', 'number'), required('num', 'integer')],
  shape: (call) => {
    const count = sizeOf(call, 'num');
    return typeof count === 'number' && count <= 0
      ? throws('there must be at least one value')
      : [dimOf(call, 'num')];
  },
  dtype: () => 'float32',
  range: (call) => {
    const [start, stop, count] = [numberOf(call, 'start'), numberOf(call, 'stop'), numberOf(call, 'num')];
    const ends = [attributeRange(call, 'start'), attributeRange(call, 'stop')] as const;
    if (start === undefined || stop === undefined || count === undefined || count > LONGEST)
      return between(...ends);
    return sequence(start, (stop - start) / (count - 1), count, 'float32');
  },
  gradient: {},
  dangers: [],
};

/** `a - b cos(...)`: from a - b at the ends to a + b in the middle. The window of one value is NaN, by 0 / 0. */
function cosineWindow(name: string, a: number, b: number): OpRow {
  return {
    name,
    parameters: [required('windowLength', 'integer')],
    shape: (call) => [dim(sizeOf(call, 'windowLength'))],
    dtype: () => 'float32',
    range: (call) => {
      const length = sizeOf(call, 'windowLength');
      const mayBeNaN = typeof length !== 'number' || length === 1;
      return interval(Math.fround(a - b - 1e-9 * b), Math.fround(a + b), 'bound', { mayBeNaN });
    },
    gradient: {},
    dangers: [],
  };
}

/** The coordinates of a grid: the first output varies along the axis of x, the second along that of y. */
const meshgrid: OpRow = {
  name: 'meshgrid',
  parameters: [optionalTensor('x'), optionalTensor('y'), optional('options', 'any')],
  result: 'list',
  shape: (call) => {
    const options = call.attributes['options'] as { readonly indexing?: AttributeValue } | undefined;
    const indexing = options?.indexing ?? 'xy';
    if (typeof indexing === 'string' && indexing !== 'xy' && indexing !== 'ij')
      return throws(`'${indexing}' is no indexing`);
    const [x, y] = [optionalOperand(call, 'x'), optionalOperand(call, 'y')];
    if (x === undefined || y === undefined) return x?.shape;
    if (typeof indexing !== 'string' || (options && isUnknown(options))) return undefined;
    const sizes = [x, y].map(({ shape }) => shape && flat(shape));
    const [width, height] = sizes;
    if (width === undefined || height === undefined) return undefined;
    return indexing === 'xy' ? [height, width] : [width, height];
  },
  dtype: (call) => tensorType(gridOperand(call)),
  range: (call) => rearranged(tensorRange(gridOperand(call))),
  gradient: 'flows',
  dangers: [],
};

function gridOperand(call: OpCall) {
  return (call.output === 1 ? optionalOperand(call, 'y') : undefined) ?? operand(call, 'x');
}

function flat(shape: Shape): Dim {
  return shape.length === 1 ? shape[0]! : dim(multiplySizes(shape.map((d) => d.size)));
}

const diag: OpRow = {
  name: 'diag',
  parameters: [tensor('x')],
  shape: (call) => {
    const { shape } = operand(call, 'x');
    const reason = refusal(operand(call, 'x'), 'numeric');
    return reason === undefined ? shape && [...shape, ...shape] : throws(reason);
  },
  dtype: (call) => tensorType(operand(call, 'x')),
  range: (call) => joinRanges(tensorRange(operand(call, 'x')), constantRange(0)),
  gradient: 'throws',
  dangers: [],
};

/** The shape that two shapes broadcast to, all three as lists of sizes. */
const broadcastArgs: OpRow = {
  name: 'broadcastArgs',
  parameters: [tensor('s0'), tensor('s1')],
  shape: (call) => {
    const [a, b] = [operand(call, 's0'), operand(call, 's1')];
    const reason = refusal(a, 'int32') ?? refusal(b, 'int32') ?? wrongRank(a, 1) ?? wrongRank(b, 1);
    if (reason !== undefined) return throws(reason);
    const sizes = [writtenNumbers(a), writtenNumbers(b)] as const;
    if (sizes[0] && sizes[1]) {
      const together = broadcastShapes(shapeOf(...sizes[0]), shapeOf(...sizes[1]));
      return isThrown(together) ? together : [dim(together.length)];
    }
    const ranks = [a.shape?.[0]?.size, b.shape?.[0]?.size];
    const known = ranks.every((rank) => typeof rank === 'number');
    return [dim(known ? Math.max(...(ranks as number[])) : call.freshSize('rank'))];
  },
  dtype: () => 'int32',
  range: (call) => selected(joinRanges(operand(call, 's0').range, operand(call, 's1').range)),
  gradient: 'none',
  dangers: [],
};

export const sequences: readonly OpRow[] = [
  broadcastArgs,
  range,
  linspace,
  cosineWindow('signal.hannWindow', 0.5, 0.5),
  cosineWindow('signal.hammingWindow', 0.54, 0.46),
  meshgrid,
  diag,
];
