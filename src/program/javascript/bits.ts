/** Operators that make whole numbers of 32 bits: `x | 0`, `~~x`, `(row + column) & 1`. */
import { indexRange, interval, isFinite, type Range } from '../../facts/range.js';
import { opNamed } from '../../ops/table.js';
import { spanOf } from '../../source/span.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isOfTruth } from '../by-data.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { asNumber, constant, type NumberValue, type Value } from '../values.js';
import { numberOfTruth, truth } from './truths.js';

type Bits = (a: number, b: number) => number;

const BITWISE: ReadonlyMap<ts.SyntaxKind, Bits> = new Map<ts.SyntaxKind, Bits>([
  [SyntaxKind.AmpersandToken, (a, b) => a & b],
  [SyntaxKind.BarToken, (a, b) => a | b],
  [SyntaxKind.CaretToken, (a, b) => a ^ b],
  [SyntaxKind.LessThanLessThanToken, (a, b) => a << b],
  [SyntaxKind.GreaterThanGreaterThanToken, (a, b) => a >> b],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken, (a, b) => a >>> b],
  [SyntaxKind.AmpersandEqualsToken, (a, b) => a & b],
  [SyntaxKind.BarEqualsToken, (a, b) => a | b],
  [SyntaxKind.CaretEqualsToken, (a, b) => a ^ b],
  [SyntaxKind.LessThanLessThanEqualsToken, (a, b) => a << b],
  [SyntaxKind.GreaterThanGreaterThanEqualsToken, (a, b) => a >> b],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, (a, b) => a >>> b],
]);

/** `a | b` and the like; undefined for other operators. */
export function bitwise(
  lowering: Lowering,
  operator: ts.SyntaxKind,
  a: Value,
  b: Value,
  place: ts.Node,
): Value | undefined {
  const run = BITWISE.get(operator);
  if (run === undefined) return undefined;
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left !== undefined && right !== undefined) return constant(run(left, right));
  if (right === 0 && KEEPS.has(operator)) return wholePart(lowering, a, place);
  const [x, y] = [nodeOf(lowering, a, place), nodeOf(lowering, b, place)];
  if (UNSIGNED.has(operator)) return inRange(lowering, shiftedRange(x?.range, right), place);
  if (x === undefined || y === undefined) return anyInt32(lowering, place);
  if (ON_TRUTHS.has(operator) && isOfTruth(x) && isOfTruth(y)) return truth(lowering, [x, y], place);
  if (AND.has(operator)) return inRange(lowering, commonBits(x.range, y.range), place);
  return anyInt32(lowering, place);
}

/** What they make has no sign: `hash >>> 0`. */
const UNSIGNED: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
]);

/** With 0 they keep the whole part of a number. */
const KEEPS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.BarToken,
  SyntaxKind.CaretToken,
  SyntaxKind.GreaterThanGreaterThanToken,
  SyntaxKind.BarEqualsToken,
  SyntaxKind.CaretEqualsToken,
  SyntaxKind.GreaterThanGreaterThanEqualsToken,
]);

const AND: ReadonlySet<ts.SyntaxKind> = new Set([SyntaxKind.AmpersandToken, SyntaxKind.AmpersandEqualsToken]);

/** Of 0 and 1 they make 0 or 1. */
const ON_TRUTHS: ReadonlySet<ts.SyntaxKind> = new Set([
  ...AND,
  SyntaxKind.BarToken,
  SyntaxKind.BarEqualsToken,
  SyntaxKind.CaretToken,
  SyntaxKind.CaretEqualsToken,
]);

/** `~x`, and `~~x`, which is the whole part. */
export function complement(
  lowering: Lowering,
  place: ts.PrefixUnaryExpression,
  evaluate: (expression: ts.Expression) => Value,
): Value {
  if (ts.isPrefixUnaryExpression(place.operand) && place.operand.operator === SyntaxKind.TildeToken)
    return wholePart(lowering, evaluate(place.operand.operand), place);
  const number = asNumber(evaluate(place.operand));
  return number === undefined ? anyInt32(lowering, place) : constant(~number);
}

/** What is left of a number without its fraction, if 32 bits hold it. */
function wholePart(lowering: Lowering, value: Value, place: ts.Node): Value {
  const number = asNumber(value);
  if (number !== undefined) return constant(number | 0);
  const x = nodeOf(lowering, value, place);
  if (x === undefined || !isHeld(x.range)) return anyInt32(lowering, place);
  if (isOfTruth(x)) return { kind: 'number', node: x };
  return { kind: 'number', node: lowering.builder.op(opNamed('js.cut')!, { x }, {}, spanOf(place)) };
}

const isHeld = (range: Range): boolean =>
  isFinite({ ...range, mayBeNaN: false }) && range.low >= -(2 ** 31) && range.high < 2 ** 31;

/** Of a number or a truth. Of an input that nobody took for a number yet, bits do not show that it is one. */
function nodeOf(lowering: Lowering, value: Value, place: ts.Node): Node | undefined {
  if (value.kind === 'constant' && (typeof value.value === 'number' || typeof value.value === 'boolean'))
    return lowering.builder.constant(Number(value.value), 'number', spanOf(place));
  return value.kind === 'number' ? value.node : numberOfTruth(lowering, value, place)?.node;
}

/** The bits that two numbers have in common are no more than either has, if that is not below 0. */
function commonBits(a: Range, b: Range): Range {
  const least = [a, b].filter(({ low, high }) => low >= 0 && high < 2 ** 31).map(({ high }) => high);
  return least.length === 0 ? INT32 : indexRange(Math.min(...least), 'bound');
}

/** `n >>> 1` of a number that 32 bits hold without a sign is half of it. */
function shiftedRange(range: Range | undefined, by: number | undefined): Range {
  const isHeld = range !== undefined && !range.mayBeNaN && range.low >= 0 && range.high < 2 ** 32;
  if (!isHeld || by === undefined || by < 0 || by > 31) return UINT32;
  const { low, high, lowBy, highBy } = range;
  return interval(Math.floor(low / 2 ** by), Math.floor(high / 2 ** by), [lowBy, highBy], { integer: true });
}

const UINT32: Range = interval(0, 2 ** 32 - 1, 'bound', { integer: true });

const INT32: Range = interval(-(2 ** 31), 2 ** 32 - 1, 'bound', { integer: true });

/** A whole number of 32 bits, with a sign or without. */
const anyInt32 = (lowering: Lowering, place: ts.Node): NumberValue => inRange(lowering, INT32, place);

function inRange(lowering: Lowering, range: Range, place: ts.Node): NumberValue {
  const node = lowering.builder.unknown('unmodelled syntax', spanOf(place), 'number');
  return { kind: 'number', node: withFacts(node, { range }) };
}
