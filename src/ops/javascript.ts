/**
 * Arithmetic on JavaScript numbers, in float64: operators and the functions of `Math`, as rows like all others. Their
 * names start with `js.`, their operands are a and b, or x.
 */
import {
  absolute,
  add,
  clip,
  divide,
  increasing,
  larger,
  modulo,
  multiply,
  negated,
  smaller,
  squared,
  subtract,
  toWhole,
  withOwnZero,
} from '../facts/arithmetic.js';
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  ceil,
  cos,
  cosh,
  exp,
  expm1,
  floor,
  FLOAT64,
  log,
  log10,
  log1p,
  log2,
  power,
  roundHalfUp,
  roundToEven,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from '../facts/functions.js';
import {
  constantRange,
  interval,
  isFinite,
  joinRanges,
  onlyValue,
  stored,
  weaker,
  withNaN,
  type Range,
} from '../facts/range.js';
import { danger, operand, tensor } from './build.js';
import { linearSum } from './relations/linear.js';
import { quotient } from './quotients.js';
import { difference } from './relations/differences.js';
import { shiftedSum } from './relations/shifted-sums.js';
import type { ConcreteCall, DangerRegion, OpCall, OpRow, Operand } from './row.js';
import { product, squareOfNumber } from './relations/squares.js';

const SMALLEST = Number.MIN_VALUE;

// One number

type Numeric = (x: number) => number;

function unaryNumber(
  name: string,
  run: Numeric,
  range: (x: Range) => Range,
  dangers: readonly DangerRegion[] = [],
): OpRow {
  return {
    name: `js.${name}`,
    parameters: [tensor('x')],
    shape: () => [],
    dtype: () => 'number',
    range: (call) => range(operand(call, 'x').range),
    gradient: 'flows',
    dangers,
    run: (_tf, call) => run(number(call, 'x')),
  };
}

function number(call: ConcreteCall, name: string): number {
  return Number(call.operands[name]);
}

const ABOVE_ONE = 1 + Number.EPSILON;
const BELOW_ONE = 1 - Number.EPSILON / 2;
const BEYOND_ONE = [
  danger('x', 'value', 'nan', [ABOVE_ONE, Infinity], 'x > 1'),
  danger('x', 'value', 'nan', [-Infinity, -ABOVE_ONE], 'x < -1'),
];

const functions: readonly OpRow[] = [
  unaryNumber('neg', (x) => -x, negated),
  unaryNumber('abs', Math.abs, (x) => withOwnZero(absolute(x), x)),
  unaryNumber('exp', Math.exp, (x) => exp(x, FLOAT64), [
    danger('x', 'value', 'overflow', [709.782712893385, Infinity], 'x > 709.78'),
  ]),
  unaryNumber('expm1', Math.expm1, (x) => expm1(x, FLOAT64), [
    danger('x', 'value', 'overflow', [709.782712893385, Infinity], 'x > 709.78'),
  ]),
  unaryNumber('log', Math.log, (x) => log(x, FLOAT64), [
    danger('x', 'value', 'infinity', [-Infinity, 0], 'x <= 0'),
  ]),
  unaryNumber('log2', Math.log2, (x) => log2(x, FLOAT64), [
    danger('x', 'value', 'infinity', [-Infinity, 0], 'x <= 0'),
  ]),
  unaryNumber('log10', Math.log10, (x) => log10(x, FLOAT64), [
    danger('x', 'value', 'infinity', [-Infinity, 0], 'x <= 0'),
  ]),
  unaryNumber('log1p', Math.log1p, (x) => log1p(x, FLOAT64), [
    danger('x', 'value', 'infinity', [-Infinity, -1], 'x <= -1'),
  ]),
  unaryNumber('sqrt', Math.sqrt, sqrt, [danger('x', 'value', 'nan', [-Infinity, -SMALLEST], 'x < 0')]),
  unaryNumber('cbrt', Math.cbrt, (x) => cbrt(x, FLOAT64)),
  unaryNumber('sin', Math.sin, (x) => sin(x, FLOAT64)),
  unaryNumber('cos', Math.cos, (x) => cos(x, FLOAT64)),
  unaryNumber('tan', Math.tan, (x) => tan(x, FLOAT64)),
  unaryNumber('asin', Math.asin, (x) => asin(x, FLOAT64), BEYOND_ONE),
  unaryNumber('acos', Math.acos, (x) => acos(x, FLOAT64), BEYOND_ONE),
  unaryNumber('atan', Math.atan, (x) => atan(x, FLOAT64)),
  unaryNumber('sinh', Math.sinh, (x) => sinh(x, FLOAT64), [
    danger('x', 'value', 'overflow', [710.4758600739439, Infinity], 'x > 710.48'),
    danger('x', 'value', 'overflow', [-Infinity, -710.4758600739439], 'x < -710.48'),
  ]),
  unaryNumber('cosh', Math.cosh, (x) => cosh(x, FLOAT64), [
    danger('x', 'value', 'overflow', [710.4758600739439, Infinity], 'x > 710.48'),
    danger('x', 'value', 'overflow', [-Infinity, -710.4758600739439], 'x < -710.48'),
  ]),
  unaryNumber('tanh', Math.tanh, (x) => tanh(x, FLOAT64)),
  unaryNumber('asinh', Math.asinh, (x) => asinh(x, FLOAT64)),
  unaryNumber('acosh', Math.acosh, (x) => acosh(x, FLOAT64), [
    danger('x', 'value', 'nan', [-Infinity, BELOW_ONE], 'x < 1'),
  ]),
  unaryNumber('atanh', Math.atanh, (x) => atanh(x, FLOAT64), [
    danger('x', 'value', 'infinity', [1, Infinity], 'x >= 1'),
    danger('x', 'value', 'infinity', [-Infinity, -1], 'x <= -1'),
  ]),
  unaryNumber('floor', Math.floor, floor),
  unaryNumber('ceil', Math.ceil, ceil),
  unaryNumber('round', Math.round, roundHalfUp),
  unaryNumber('trunc', Math.trunc, toWhole(increasing(Math.trunc))),
  unaryNumber('sign', Math.sign, toWhole(increasing(Math.sign, { low: -1, high: 1 }))),
  unaryNumber('fround', Math.fround, (x) => stored(x, 'float32')),
];

// Numbers in typed arrays

const keptInArrays: readonly OpRow[] = [
  // `new Int32Array([0.7, Infinity])` holds 0 and 0.
  unaryNumber(
    'cut',
    (x) => (Number.isFinite(x) ? Math.trunc(x) : 0),
    (x) => orZero(toWhole(increasing(Math.trunc))(x), !isFinite(x)),
  ),
  // `new Uint8ClampedArray([0.7])` holds 1; half goes to the even neighbour.
  unaryNumber(
    'pixel',
    (x) => Uint8ClampedArray.of(x)[0]!,
    (x) => orZero(clip(roundToEven(x), constantRange(0), constantRange(255)), x.mayBeNaN),
  ),
];

/** What is no number, and to a whole type what is infinite, is kept as 0. */
const orZero = (range: Range, mayBeZero: boolean): Range =>
  mayBeZero ? joinRanges(withNaN(range, false), constantRange(0)) : range;

// Two numbers

interface BinaryNumber {
  readonly name: string;
  readonly run: (a: number, b: number) => number;
  readonly range: (a: Range, b: Range) => Range;
  readonly relation?: (a: Operand, b: Operand, range: Range, x: Range) => Range;
  readonly dangers?: readonly DangerRegion[];
}

function binaryNumber(row: BinaryNumber): OpRow {
  return {
    name: `js.${row.name}`,
    parameters: [tensor('a'), tensor('b')],
    shape: () => [],
    dtype: () => 'number',
    range: (call) => {
      const [a, b] = [operand(call, 'a'), operand(call, 'b')];
      const plain = row.range(a.range, b.range);
      return row.relation ? row.relation(a, b, plain, a.range) : plain;
    },
    gradient: 'flows',
    dangers: row.dangers ?? [],
    run: (_tf, call) => row.run(number(call, 'a'), number(call, 'b')),
  };
}

const operators: readonly OpRow[] = [
  binaryNumber({
    name: 'add',
    run: (a, b) => a + b,
    range: add,
    relation: (a, b, range) => shiftedSum(a, b, linearSum(a, b, 1, range)),
  }),
  binaryNumber({
    name: 'sub',
    run: (a, b) => a - b,
    range: subtract,
    relation: (a, b, range) => linearSum(a, b, -1, difference(a, b, range)),
  }),
  binaryNumber({ name: 'mul', run: (a, b) => a * b, range: multiply, relation: product }),
  binaryNumber({
    name: 'div',
    run: (a, b) => a / b,
    range: divide,
    relation: quotient,
    dangers: [danger('b', 'value', 'infinity', [0, 0], 'b = 0')],
  }),
  binaryNumber({
    name: 'mod',
    run: (a, b) => a % b,
    range: remainder,
    dangers: [danger('b', 'value', 'nan', [0, 0], 'b = 0')],
  }),
  binaryNumber({
    name: 'pow',
    run: Math.pow,
    range: (base, exponent) => squareOfNumber(power(base, exponent, FLOAT64), base),
    dangers: [
      danger('a', 'value', 'infinity', [-Infinity, 0], 'a <= 0', (call) => isRoot(call) && isBelowZero(call)),
      danger(
        'a',
        'value',
        'nan',
        [-Infinity, -SMALLEST],
        'a < 0',
        (call) => isRoot(call) && !isBelowZero(call),
      ),
      danger('a', 'value', 'infinity', [0, 0], 'a = 0', (call) => !isRoot(call) && isBelowZero(call)),
    ],
  }),
  binaryNumber({ name: 'atan2', run: Math.atan2, range: (a, b) => atan2(a, b, FLOAT64) }),
];

const isRoot = (call: OpCall): boolean => !isWhole(operand(call, 'b').range);
const isBelowZero = (call: OpCall): boolean => operand(call, 'b').range.low < 0;

function isWhole(range: Range): boolean {
  return range.integer || Number.isInteger(onlyValue(range));
}

/** The remainder of JavaScript has the sign of the numerator. */
function remainder(a: Range, b: Range): Range {
  const size = modulo(absolute(a), absolute(b));
  const mayBeNaN = size.mayBeNaN || a.low === -Infinity || a.high === Infinity;
  const positive = { ...size, mayBeNaN };
  if (a.low >= 0 && !Object.is(a.low, -0)) return positive;
  // Only what is negative itself leaves a negative remainder: a mere bound of it shows none.
  const negative = { ...negated(positive), lowBy: weaker(positive.highBy, a.lowBy) };
  return a.high < 0 ? negative : joinRanges(negative, positive);
}

const choices: readonly OpRow[] = [
  binaryNumber({ name: 'max', run: Math.max, range: larger }),
  binaryNumber({ name: 'min', run: Math.min, range: smaller }),
  binaryNumber({ name: 'hypot', run: Math.hypot, range: hypotenuse }),
];

/** sqrt(a² + b²) without the overflow of the squares; an infinite side outweighs NaN. */
function hypotenuse(a: Range, b: Range): Range {
  const [x, y] = [absolute(a), absolute(b)];
  const by = add(squared(a), squared(b));
  const low = Math.hypot(x.low, y.low) * (1 - FLOAT64);
  const high = Math.hypot(x.high, y.high) * (1 + FLOAT64);
  return interval(low, high, [by.lowBy, by.highBy], { mayBeNaN: a.mayBeNaN || b.mayBeNaN });
}

const random: OpRow = {
  name: 'js.random',
  parameters: [],
  shape: () => [],
  dtype: () => 'number',
  range: () => interval(0, 1 - 2 ** -53, 'attained'),
  gradient: 'zero',
  dangers: [],
  run: () => Math.random(),
};

export const javascript: readonly OpRow[] = [...functions, ...keptInArrays, ...operators, ...choices, random];
