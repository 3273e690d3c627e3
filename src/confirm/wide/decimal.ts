/**
 * Arithmetic on JavaScript numbers with 50 digits instead of 16: what float64 should have come to. The operations are
 * those rows of the op table that start with `js.`; the numbers that go in are taken as they are.
 */
import { Decimal } from 'decimal.js';

const Wide = Decimal.clone({ precision: 50, defaults: true });

export type WideNumber = Decimal;

export const wide = (value: number): WideNumber => new Wide(value);

export const narrow = (value: WideNumber): number => value.toNumber();

export type WideOp = (...operands: readonly WideNumber[]) => WideNumber;

/**
 * The row of this name on wide numbers, its operands in the order of the row; undefined where there are no digits to gain:
 * `Math.floor`, `Math.fround` and `Math.random` do what they are meant to do in float64.
 */
export const wideOp = (name: string): WideOp | undefined => OPS.get(name);

const unary = (run: (x: WideNumber) => WideNumber): WideOp => run as WideOp;
const binary = (run: (a: WideNumber, b: WideNumber) => WideNumber): WideOp => run as WideOp;

const OPS: ReadonlyMap<string, WideOp> = new Map([
  ['js.neg', unary((x) => x.neg())],
  ['js.abs', unary((x) => x.abs())],
  ['js.exp', unary((x) => x.exp())],
  ['js.expm1', unary((x) => x.exp().minus(1))],
  ['js.log', unary((x) => x.ln())],
  ['js.log2', unary((x) => x.log(2))],
  ['js.log10', unary((x) => x.log(10))],
  ['js.log1p', unary((x) => x.plus(1).ln())],
  ['js.sqrt', unary((x) => x.sqrt())],
  ['js.cbrt', unary((x) => x.cbrt())],
  ['js.sin', unary((x) => x.sin())],
  ['js.cos', unary((x) => x.cos())],
  ['js.tan', unary((x) => x.tan())],
  ['js.asin', unary((x) => x.asin())],
  ['js.acos', unary((x) => x.acos())],
  ['js.atan', unary((x) => x.atan())],
  ['js.sinh', unary((x) => x.sinh())],
  ['js.cosh', unary((x) => x.cosh())],
  ['js.tanh', unary((x) => x.tanh())],
  ['js.asinh', unary((x) => x.asinh())],
  ['js.acosh', unary((x) => x.acosh())],
  ['js.atanh', unary((x) => x.atanh())],
  ['js.add', binary((a, b) => a.plus(b))],
  ['js.sub', binary((a, b) => a.minus(b))],
  ['js.mul', binary((a, b) => a.times(b))],
  ['js.div', binary((a, b) => a.div(b))],
  ['js.mod', binary((a, b) => a.mod(b))],
  ['js.pow', binary((a, b) => a.pow(b))],
  ['js.atan2', binary((a, b) => Wide.atan2(a, b))],
  ['js.max', binary((a, b) => Wide.max(a, b))],
  ['js.min', binary((a, b) => Wide.min(a, b))],
  ['js.hypot', binary((a, b) => Wide.hypot(a, b))],
]);
