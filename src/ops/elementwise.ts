/**
 * Functions of one tensor, element by element. Thresholds were bisected in float32 on the cpu backend of
 * TensorFlow.js 4.22; below the first number given all is well, at it or above it is not.
 */
import type { DType } from '../facts/dtype.js';
import { absolute, clip, negated, reciprocal, squared, withOwnZero } from '../facts/arithmetic.js';
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  cos,
  cosh,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  roundToEven,
  rsqrt,
  sign,
  sin,
  sinh,
  sqrt,
  tan,
} from '../facts/functions.js';
import {
  interval,
  chosen,
  constantRange,
  contains,
  isFinite,
  joinRanges,
  reached,
  reachedBy,
  rearranged,
  stored,
  TRUTH,
  unknownRange,
  weaker,
  type Range,
} from '../facts/range.js';
import {
  attributeRange,
  axesOf,
  convertedRange,
  danger,
  isThrown,
  numberOf,
  operand,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
  TINY,
  unary,
  viaFloat,
} from './build.js';
import { awayFromZero, leastMagnitude } from './magnitude.js';
import type { OpCall, OpRow } from './row.js';
import {
  above,
  below,
  beyond,
  COSH_OVERFLOW,
  EXP_OVERFLOW,
  EXP_UNDERFLOW,
  justAbove0,
  QUOTIENT,
  RSQRT_FLAT,
  RSQRT_STEEP,
  SQUARED_QUOTIENT,
  SQUARE_OVERFLOW,
  within,
} from './thresholds.js';

const ALL = Infinity;

const exponentials: readonly OpRow[] = [
  unary({
    name: 'exp',
    dtype: 'float32',
    range: (x) => exp(x),
    dangers: [
      beyond('x', 'value', 'overflow', above, EXP_OVERFLOW),
      beyond('x', 'gradient', 'vanished-gradient', below, EXP_UNDERFLOW),
    ],
  }),
  unary({
    name: 'expm1',
    range: (x) => expm1(x),
    dangers: [beyond('x', 'value', 'overflow', above, EXP_OVERFLOW)],
  }),
  unary({
    name: 'log',
    accepts: 'float32',
    range: (x) => log(x),
    dangers: [
      danger('x', 'value', 'infinity', [-ALL, 0], 'x <= 0'),
      beyond('x', 'gradient', 'inf-gradient', justAbove0, QUOTIENT),
      danger('x', 'accuracy', 'cancellation', [0.99999, 1.00001], 'x near 1'),
    ],
  }),
  unary({
    name: 'log1p',
    range: (x) => log1p(x),
    dangers: [danger('x', 'value', 'infinity', [-ALL, -1], 'x <= -1')],
  }),
  unary({
    name: 'cosh',
    accepts: 'float32',
    range: (x) => cosh(x),
    dangers: [
      beyond('x', 'value', 'overflow', above, COSH_OVERFLOW),
      beyond('x', 'value', 'overflow', below, COSH_OVERFLOW),
    ],
  }),
  unary({
    name: 'sinh',
    range: (x) => sinh(x),
    dangers: [
      beyond('x', 'value', 'overflow', above, COSH_OVERFLOW),
      beyond('x', 'value', 'overflow', below, COSH_OVERFLOW),
    ],
  }),
];

/** The kernel writes floats into an int32 tensor: until they are read back, what does not fit stands there as it is. */
function overflowing(row: OpRow): OpRow {
  return {
    ...row,
    range: (call) => {
      const x = operand(call, 'x');
      const range = row.range(call);
      return tensorType(x) === 'int32'
        ? joinRanges(range, stored(squared(tensorRange(x)), 'float32'))
        : range;
    },
  };
}

const squares: OpRow = overflowing(
  unary({
    name: 'square',
    range: (x, call) => {
      const of = operand(call, 'x');
      const square = viaFloat(withOwnZero(squared(x), x), tensorType(of));
      return awayFromZero(square, leastMagnitude(of) ** 2);
    },
    dangers: [
      beyond('x', 'value', 'overflow', above, SQUARE_OVERFLOW),
      beyond('x', 'value', 'overflow', below, SQUARE_OVERFLOW),
    ],
  }),
);

const roots: readonly OpRow[] = [
  unary({
    name: 'sqrt',
    accepts: 'float32',
    range: (x) => sqrt(x),
    dangers: [
      danger('x', 'value', 'nan', [-ALL, -TINY], 'x < 0'),
      danger('x', 'gradient', 'inf-gradient', [0, 0], 'x = 0'),
    ],
  }),
  unary({
    name: 'rsqrt',
    accepts: 'float32',
    range: rsqrt,
    dangers: [
      danger('x', 'value', 'infinity', [-ALL, 0], 'x <= 0'),
      beyond('x', 'gradient', 'inf-gradient', justAbove0, RSQRT_STEEP),
      beyond('x', 'gradient', 'vanished-gradient', above, RSQRT_FLAT),
    ],
  }),
  squares,
  unary({
    name: 'reciprocal',
    range: reciprocal,
    dangers: [
      danger('x', 'value', 'infinity', [0, 0], 'x = 0'),
      beyond('x', 'gradient', 'inf-gradient', within, SQUARED_QUOTIENT),
    ],
  }),
];

const trigonometry: readonly OpRow[] = [
  unary({ name: 'sin', accepts: 'float32', range: (x) => sin(x) }),
  unary({ name: 'cos', accepts: 'float32', range: (x) => cos(x) }),
  unary({ name: 'tan', accepts: 'float32', range: (x) => tan(x) }),
  ...(['acos', 'asin'] as const).map((name) =>
    unary({
      name,
      range: name === 'acos' ? (x) => acos(x) : (x) => asin(x),
      dangers: [
        danger('x', 'value', 'nan', [1.0000001, ALL], 'x > 1'),
        danger('x', 'value', 'nan', [-ALL, -1.0000001], 'x < -1'),
        danger('x', 'gradient', 'inf-gradient', [1, 1], 'x = 1'),
        danger('x', 'gradient', 'inf-gradient', [-1, -1], 'x = -1'),
      ],
    }),
  ),
  unary({ name: 'atan', range: (x) => atan(x) }),
  unary({
    name: 'asinh',
    range: (x) => asinh(x),
    dangers: [
      beyond('x', 'gradient', 'vanished-gradient', above, SQUARE_OVERFLOW),
      beyond('x', 'gradient', 'vanished-gradient', below, SQUARE_OVERFLOW),
    ],
  }),
  unary({
    name: 'acosh',
    range: (x) => acosh(x),
    dangers: [
      danger('x', 'value', 'nan', [-ALL, 0.99999994], 'x < 1'),
      danger('x', 'gradient', 'inf-gradient', [1, 1], 'x = 1'),
      beyond('x', 'gradient', 'vanished-gradient', above, SQUARE_OVERFLOW),
    ],
  }),
  unary({
    name: 'atanh',
    range: (x) => atanh(x),
    dangers: [
      danger('x', 'value', 'infinity', [1, ALL], 'x >= 1'),
      danger('x', 'value', 'infinity', [-ALL, -1], 'x <= -1'),
    ],
  }),
  unary({ name: 'erf', range: erf, dtype: 'float32', refuses: notBool }),
];

function notBool(call: OpCall): string | undefined {
  return tensorType(operand(call, 'x')) === 'bool' ? 'erf takes int32 and float32 tensors' : undefined;
}

/** The length of complex numbers whose parts have this range. Silence is ordinary: its spectrum is 0, as a zero row is. */
function modulus(part: Range): Range {
  const most = (x: Range): number => absolute(x).high * Math.SQRT2 * (1 + 2 ** -22);
  const outer = interval(absolute(part).low, most(part), 'bound', { mayBeNaN: part.mayBeNaN });
  const met = reached(part);
  const by = weaker(met.lowBy, met.highBy);
  if (by === 'bound' || !contains(met, 0)) return outer;
  return { ...outer, lowBy: 'attained', ...reachedBy(interval(0, most(met), ['attained', by]), outer) };
}

const rounding: readonly OpRow[] = [
  unary({
    name: 'abs',
    accepts: 'any',
    range: (x, call) => {
      const of = operand(call, 'x');
      const dtype = tensorType(of);
      if (dtype === 'complex64') return modulus(x);
      return awayFromZero(viaFloat(withOwnZero(absolute(x), x), dtype), leastMagnitude(of));
    },
    // The absolute value of a complex number is real.
    dtype: realType,
  }),
  unary({ name: 'neg', range: negated }),
  unary({ name: 'sign', range: sign, gradient: 'zero' }),
  unary({ name: 'ceil', accepts: 'float32', range: ceil, gradient: 'zero' }),
  unary({ name: 'floor', accepts: 'float32', range: floor, gradient: 'zero' }),
  unary({ name: 'round', range: roundToEven, gradient: 'zero' }),
  {
    ...unary({
      name: 'clipByValue',
      more: [required('clipValueMin', 'number'), required('clipValueMax', 'number')],
      range: (x) => x,
      refuses: (call) => {
        const low = numberOf(call, 'clipValueMin');
        const high = numberOf(call, 'clipValueMax');
        if (low === undefined || high === undefined || low <= high) return undefined;
        return `the lower bound ${low} is not below the upper bound ${high}`;
      },
    }),
    range: clippedRange,
  },
];

function realType(call: OpCall): DType | undefined {
  const dtype = tensorType(operand(call, 'x'));
  return dtype === 'complex64' ? 'float32' : dtype;
}

/** Equal bounds fill the result, NaN or not. */
function clippedRange(call: OpCall): Range {
  const x = operand(call, 'x');
  const low = attributeRange(call, 'clipValueMin');
  const high = attributeRange(call, 'clipValueMax');
  const fills = low.low === low.high && high.low === high.high && low.low === high.low;
  return stored(
    fills ? constantRange(low.low) : clip(tensorRange(x), chosen(notNaN(low)), chosen(notNaN(high))),
    tensorType(x),
  );
}

/** A bound that is NaN makes the call throw. */
function notNaN(bound: Range): Range {
  return { ...bound, mayBeNaN: false };
}

const tests: readonly OpRow[] = [
  unary({
    name: 'isFinite',
    dtype: 'bool',
    gradient: 'zero',
    range: (x) => (isFinite(x) ? constantRange(1) : TRUTH),
  }),
  unary({
    name: 'isInf',
    dtype: 'bool',
    gradient: 'zero',
    range: (x) => (x.low > -Infinity && x.high < Infinity ? constantRange(0) : TRUTH),
  }),
  unary({
    name: 'isNaN',
    dtype: 'bool',
    gradient: 'zero',
    range: (x) => (x.mayBeNaN ? TRUTH : constantRange(0)),
  }),
  unary({ name: 'logicalNot', accepts: 'bool', dtype: 'bool', gradient: 'throws', range: () => TRUTH }),
];

const copies: readonly OpRow[] = [
  unary({
    name: 'onesLike',
    accepts: 'any',
    gradient: 'zero',
    // The imaginary part of complex ones is 0.
    range: (_, call) =>
      tensorType(operand(call, 'x')) === 'complex64' ? constantRange(0, 1) : constantRange(1),
  }),
  unary({ name: 'zerosLike', accepts: 'any', gradient: 'zero', range: () => constantRange(0) }),
  unary({ name: 'clone', accepts: 'all', range: (x) => x }),
  unary({
    name: 'reverse',
    more: [optional('axis', 'axes', null)],
    range: (x) => x,
    refuses: (call) => {
      const along = axesOf(call, 'axis', operand(call, 'x').shape);
      return isThrown(along) ? along.throws : undefined;
    },
  }),
  castRow(),
];

const DTYPES: readonly string[] = ['float32', 'int32', 'bool', 'complex64', 'string'];

function castRow(): OpRow {
  const target = (call: OpCall): DType | undefined => stringOf(call, 'dtype') as DType | undefined;
  return {
    name: 'cast',
    parameters: [tensor('x'), required('dtype', 'dtype')],
    chained: ['x', 'dtype'],
    aligned: ['x'],
    chainedAliases: [
      { name: 'asType' },
      { name: 'toFloat', attributes: { dtype: 'float32' }, parameters: ['x'] },
      { name: 'toInt', attributes: { dtype: 'int32' }, parameters: ['x'] },
      { name: 'toBool', attributes: { dtype: 'bool' }, parameters: ['x'] },
    ],
    shape: (call) => {
      const x = operand(call, 'x');
      const to = target(call);
      const reason = refusal(x, 'all');
      if (reason !== undefined) return throws(reason);
      if (to === undefined) return x.shape;
      if (!DTYPES.includes(to)) return throws(`there is no element type ${to}`);
      const from = tensorType(x);
      if (from !== undefined && (from === 'string') !== (to === 'string')) {
        return throws('only strings can be cast to strings');
      }
      return x.shape;
    },
    dtype: target,
    range: (call) => {
      const x = operand(call, 'x');
      const from = tensorRange(x, 'any');
      if (tensorType(x) === 'complex64' || target(call) === undefined) return unknownRange();
      return target(call) === 'complex64'
        ? joinRanges(rearranged(from), constantRange(0))
        : convertedRange(from, target(call));
    },
    gradient: 'flows',
    dangers: [],
  };
}

export const elementwise: readonly OpRow[] = [
  ...exponentials,
  ...roots,
  ...trigonometry,
  ...rounding,
  ...tests,
  ...copies,
];
