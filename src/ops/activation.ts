/** Activation functions, softmax and dropout. */
import type { DType } from '../facts/dtype.js';
import { bySign, increasing, larger, multiply, negated, smaller } from '../facts/arithmetic.js';
import { exp, sigmoid, softplus, tanh } from '../facts/functions.js';
import {
  constantRange,
  contains,
  interval,
  isFinite,
  joinRanges,
  selected,
  settled,
  stored,
  unknownRange,
  weaker,
  withNaN,
  type EndSource,
  type Range,
} from '../facts/range.js';
import type { Shape, Size } from '../facts/shape.js';
import {
  attributeRange,
  axes,
  broadcast,
  numberOf,
  operand,
  optional,
  refusal,
  required,
  shapeOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
  unary,
  type Accepts,
} from './build.js';
import type { OpCall, OpRow, ShapeResult } from './row.js';
import { above, below, beyond, ELU_FLAT, SIGMOID_ONE, SIGMOID_UNDERFLOW, TANH_ONE } from './thresholds.js';

const ZERO = constantRange(0);

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

const elu = increasing((x) => (x >= 0 ? x : Math.exp(x) - 1), { low: -1, high: Infinity });
const selu = increasing((x) => (x >= 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * (Math.exp(x) - 1)), {
  low: -SELU_SCALE_ALPHA,
  high: Infinity,
});

const units: readonly OpRow[] = [
  unary({ name: 'relu', range: (x) => larger(x, ZERO) }),
  unary({ name: 'relu6', range: (x) => smaller(larger(x, ZERO), constantRange(6)) }),
  unary({
    name: 'elu',
    accepts: 'float32',
    range: elu,
    dangers: [beyond('x', 'gradient', 'vanished-gradient', below, ELU_FLAT)],
  }),
  unary({ name: 'selu', range: selu }),
  unary({
    name: 'leakyRelu',
    dtype: 'float32',
    more: [optional('alpha', 'number', 0.2)],
    range: (x, call) => slopeBelow0(x, attributeRange(call, 'alpha')),
  }),
  {
    name: 'prelu',
    parameters: [tensor('x'), tensor('alpha')],
    chained: ['x', 'alpha'],
    aligned: ['x', 'alpha'],
    shape: (call) => {
      const [x, alpha] = [operand(call, 'x'), operand(call, 'alpha')];
      const reason = refusal(x, 'numeric') ?? refusal(alpha, 'numeric');
      return reason === undefined ? broadcast(x.shape, alpha.shape) : throws(reason);
    },
    dtype: () => 'float32',
    range: (call) => {
      const [x, alpha] = [operand(call, 'x'), operand(call, 'alpha')].map((given) => tensorRange(given));
      return stored(slopeBelow0(selected(x!), selected(alpha!)), 'float32');
    },
    gradient: { x: 'unreduced', alpha: 'flows' },
    dangers: [],
  },
];

/** x where it is not negative, alpha * x where it is. */
function slopeBelow0(x: Range, alpha: Range): Range {
  const joined = bySign(
    selected(x),
    (negative) => multiply(negative, alpha),
    (positive) => positive,
  );
  return withNaN(joined, x.mayBeNaN);
}

const saturating: readonly OpRow[] = [
  unary({
    name: 'sigmoid',
    accepts: 'float32',
    range: (x) => sigmoid(x),
    dangers: [
      beyond('x', 'gradient', 'vanished-gradient', above, SIGMOID_ONE),
      beyond('x', 'gradient', 'vanished-gradient', below, SIGMOID_UNDERFLOW),
    ],
  }),
  unary({
    name: 'tanh',
    accepts: 'float32',
    range: (x) => tanh(x),
    dangers: [
      beyond('x', 'gradient', 'vanished-gradient', above, TANH_ONE),
      beyond('x', 'gradient', 'vanished-gradient', below, TANH_ONE),
    ],
  }),
  unary({ name: 'softplus', range: (x) => softplus(x) }),
  unary({ name: 'logSigmoid', range: logSigmoid }),
  unary({
    name: 'step',
    more: [optional('alpha', 'number', 0)],
    gradient: 'zero',
    range: (x, call) => {
      const alpha = attributeRange(call, 'alpha');
      if (x.low > 0) return withNaN(constantRange(1), x.mayBeNaN);
      const low = x.high > 0 ? joinRanges(alpha, constantRange(1)) : alpha;
      return withNaN(low, x.mayBeNaN);
    },
  }),
];

/** neg(softplus(neg(x))), each stored in the element type of x. */
function logSigmoid(x: Range, call: OpCall): Range {
  const type = tensorType(operand(call, 'x'));
  return negated(stored(softplus(stored(negated(x), type)), type));
}

// Softmax

/** Largest term of `log(n)` that a tensor can have. */
const LOG_MOST = Math.log(2 ** 32);

function lastSize(shape: Shape | undefined): Size | undefined {
  return shape?.at(-1)?.size;
}

/** Softmax over n values: a gap of 104 between two logits leaves nothing of the smaller one. */
function softmaxRange(x: Range, count: Size | undefined): Range {
  const bounded = x.low > -Infinity && x.high < Infinity;
  if (count === 0) return ZERO;
  if (count === 1) return withNaN(constantRange(1), !isFinite(x));
  const others = typeof count === 'number' ? count - 1 : Math.max(1, (count?.coefficient ?? 2) - 1);
  const least = bounded ? Math.fround(exp(subtractOnce(x.low, x.high)).low) : 0;
  const low = typeof count === 'number' ? 0.999999 * (least / (least + others)) : 0;
  const high = Math.min(1, 1.000001 / (1 + others * least));
  const by = settled(weaker(x.lowBy, x.highBy));
  const one = typeof count === 'number' ? high : 1;
  const highBy = saturated(Math.fround(1 / (1 + least)), 1, by);
  const mayBeNaN = x.mayBeNaN || !bounded;
  // How near to 0 a share gets depends on how many there are: with two of them it gets as near as this.
  if (typeof count !== 'number' && least > 0)
    return { ...interval(0, one, ['bound', highBy], { mayBeNaN }), reach: softmaxRange(x, 2) };
  return interval(low, one, [saturated(least, 0, by), highBy], { mayBeNaN });
}

function subtractOnce(low: number, high: number): Range {
  return constantRange(Math.fround(low - high));
}

function saturated(value: number, bound: number, by: EndSource): EndSource {
  return value === bound ? 'attained' : by;
}

/** x - max(x) - log(sum(exp(x - max(x)))). */
function logSoftmaxRange(x: Range, count: Size | undefined): Range {
  if (count === 0) return ZERO;
  if (count === 1) return withNaN(ZERO, !isFinite(x));
  const bounded = x.low > -Infinity && x.high < Infinity;
  const mayBeNaN = x.mayBeNaN || !bounded;
  if (!bounded) return interval(-Infinity, 0, [weaker(x.lowBy, x.highBy), 'attained'], { mayBeNaN });
  const gap = Math.fround(x.high - x.low);
  const by = weaker(x.lowBy, x.highBy);
  const most = typeof count === 'number' ? Math.log(count) : LOG_MOST;
  const total = Math.fround(1 + ((typeof count === 'number' ? count : 1) - 1) * Math.fround(Math.exp(-gap)));
  const high = -Math.log(total) * 0.999999 + 0;
  const low = -(gap + most) * 1.000001;
  const highBy = saturated(Math.fround(1 + Math.exp(-gap)), 1, settled(by));
  const lowBy = typeof count === 'number' ? by : 'bound';
  const outer = interval(low, high, [lowBy, highBy], { mayBeNaN });
  return typeof count === 'number'
    ? outer
    : { ...outer, reach: interval(-gap, high, [by, highBy], { mayBeNaN }) };
}

/** In a bool or int32 tensor x - max(x) may wrap around. */
export function differenceWraps(x: Range, type: DType | undefined): boolean {
  return type === 'bool' || (type === 'int32' && x.high - x.low > 2 ** 31 - 1);
}

interface SoftmaxRow {
  readonly name: string;
  readonly parameter: string;
  readonly axis: string;
  readonly accepts: Accepts;
  readonly range: (x: Range, count: Size | undefined) => Range;
}

function softmaxLike(row: SoftmaxRow): OpRow {
  return {
    name: row.name,
    parameters: [tensor(row.parameter), axes(-1, row.axis)],
    chained: [row.parameter, row.axis],
    shape: (call) => lastAxisOnly(call, row),
    dtype: () => 'float32',
    range: (call) => {
      const x = operand(call, row.parameter);
      const count = lastSize(x.shape);
      const range = tensorRange(x, row.accepts);
      if (differenceWraps(range, tensorType(x, row.accepts))) return unknownRange();
      const result = row.range(range, count);
      const reach = range.reach && row.range(range.reach, count);
      return stored(reach ? { ...result, reach } : result, 'float32');
    },
    gradient: 'flows',
    dangers: [],
  };
}

function lastAxisOnly(call: OpCall, row: SoftmaxRow): ShapeResult {
  const x = operand(call, row.parameter);
  const reason = refusal(x, row.accepts);
  if (reason !== undefined) return throws(reason);
  const given = call.attributes[row.axis] ?? null;
  const axis = numberOf(call, row.axis);
  if (axis === undefined && (given === null || Array.isArray(given))) return throws('the axis is one number');
  if (x.shape === undefined) return undefined;
  if (x.shape.length === 0) return throws('a scalar has no last axis');
  if (axis !== undefined && axis !== -1 && axis !== x.shape.length - 1) {
    return throws(`only the last axis is supported, not ${axis}`);
  }
  return x.shape;
}

const softmaxes: readonly OpRow[] = [
  softmaxLike({ name: 'softmax', parameter: 'logits', axis: 'dim', accepts: 'float32', range: softmaxRange }),
  softmaxLike({
    name: 'logSoftmax',
    parameter: 'logits',
    axis: 'axis',
    accepts: 'numeric',
    range: logSoftmaxRange,
  }),
];

// Dropout

const dropout: OpRow = {
  name: 'dropout',
  parameters: [
    tensor('x'),
    required('rate', 'number'),
    optional('noiseShape', 'shape'),
    optional('seed', 'any'),
  ],
  aligned: ['x'],
  shape: (call) => {
    const x = operand(call, 'x');
    const type = tensorType(x);
    if (type !== undefined && type !== 'float32')
      return throws(`dropout takes float32 tensors, this is ${type}`);
    const rate = numberOf(call, 'rate');
    if (rate !== undefined && !(rate >= 0 && rate < 1)) return throws(`the rate ${rate} is outside [0, 1)`);
    const noise = call.attributes['noiseShape'];
    if (noise === undefined || noise === null || rate === 0) return x.shape;
    const noiseShape = shapeOf(call, 'noiseShape');
    return noiseShape === undefined ? undefined : broadcast(x.shape, noiseShape);
  },
  dtype: () => 'float32',
  range: (call) => {
    const x = tensorRange(operand(call, 'x'));
    const rate = attributeRange(call, 'rate');
    if (rate.high === 0 && rate.low === 0) return x;
    const keep = Math.fround(1 - (contains(rate, 1) || rate.high > 1 ? 1 : rate.high));
    // For a rate next to 0 the sum of a uniform value and 1 - rate may round up to 2.
    const factor = Math.fround((rate.low < 1e-6 ? 2 : 1) / keep);
    return stored(multiply(selected(x), interval(0, factor, 'attained')), 'float32');
  },
  gradient: { x: 'flows' },
  dangers: [],
};

export const activation: readonly OpRow[] = [...units, ...saturating, ...softmaxes, dropout];
