import { divideSize, type Size } from '../../facts/shape.js';
import { operatorByRow } from '../../ops/operators.js';
import { opNamed } from '../../ops/table.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { asNumberInput } from '../claims/inputs.js';
import { asKnownInput } from '../control/known.js';
import { aroundMovedMean } from './moved-means.js';
import { besideWhatPassed } from './passed-sums.js';
import { ORDERINGS } from './syntax.js';
import { joinedText } from './texts.js';
import { isTruth, numberOfTruth } from './truths.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { GROWN } from '../growth.js';
import { isWeight, isWeightByHand } from '../read-back.js';
import { addsAll } from '../whole-walks.js';
import { besideExtreme, noteShare, withSpread } from '../spread.js';
import { betweenSubsets } from '../subsets.js';
import { computedSize } from '../shapes/size-formulas.js';
import { isMadeHere, isSurelyTensor, joinedWithRow, misuse } from './tensor-misuse.js';
import { rememberWriting } from '../written.js';
import { toOperand } from '../tensorflow/operands.js';
import {
  asNumber,
  constant,
  isFromOutside,
  noteAsked,
  type InputValue,
  type NumberValue,
  type Value,
  type ConstantValue,
} from '../values.js';
import { NOWHERE, spanOf } from '../../source/span.js';

/** `a op b` in JavaScript: folded where both are known, a node of the program where one is a number that is not. */
export function arithmetic(lowering: Lowering, op: string, a: Value, b: Value, place: ts.Node): Value {
  if (a.kind === 'constant' && b.kind === 'constant' && !comesToZero(op, a, b, place)) {
    const folded = fold(lowering, op, a.value, b.value);
    return op === 'js.add' && grows(a, folded) ? { ...folded, grown: true } : folded;
  }
  if (isSurelyTensor(a) || isSurelyTensor(b)) {
    if (op === 'js.add' && (isText(a) || isText(b) || isWrittenText(place)))
      return lowering.unknown('unmodelled syntax');
    return onTensor(lowering, op, a, b, place);
  }
  const joined = op === 'js.add' ? joinedWithRow(lowering, a, b, place) : undefined;
  if (joined !== undefined) return joined;
  const right = numberOf(lowering, b, op === 'js.add' ? a : undefined, place);
  const left =
    numberOf(lowering, a, op === 'js.add' ? b : undefined, place) ??
    (op === 'js.div' && a.kind === 'unknown' && right !== undefined
      ? someNumber(lowering, place)
      : undefined);
  if (left === undefined || right === undefined) return lowering.unknown('unresolved name');
  const second = op === 'js.div' ? besideWhatPassed(right.node, place) : right.node;
  const plain = lowering.builder.op(opNamed(op)!, { a: left.node, b: second }, {}, spanOf(place));
  const made = op === 'js.mul' ? aroundMovedMean(plain, place) : plain;
  rememberWriting(made, place, ['a', 'b'], false);
  noteShare(made, place);
  const addsWeights = op === 'js.add' && (isWeight(left.node) || isWeight(right.node));
  const isWhole =
    op === 'js.add' && (isWeightByHand(left.node) || isWeightByHand(right.node)) && addsAll(place);
  const node = isWhole
    ? withoutZero(withFacts(made, { attributes: { ...made.attributes, ...GROWN } }))
    : addsWeights
      ? withoutZero(made)
      : withSpread(besideExtreme(betweenSubsets(made), place), place);
  return { kind: 'number', node, size: sizeOf(op, left.size, right.size) };
}

/** A division by what comes to 0, though nobody writes `1 / 0`: a place to be told of, not a number. */
const comesToZero = (op: string, a: ConstantValue, b: ConstantValue, place: ts.Node): boolean =>
  op === 'js.div' &&
  b.value === 0 &&
  typeof a.value === 'number' &&
  ts.isBinaryExpression(place) &&
  !ts.isNumericLiteral(place.right);

/** A sum of weights: one of them may be 0, but nothing says that all are. */
const withoutZero = (sum: Node): Node =>
  sum.range.low === 0 ? withFacts(sum, { range: { ...sum.range, lowBy: 'bound' } }) : sum;

/** Beside a text a tensor is printed, which is what `'loss: ' + loss` is for. */
const isText = (value: Value): boolean => value.kind === 'constant' && typeof value.value === 'string';

/** `name + ': ' + loss`: a sum with a written text in it. */
function isWrittenText(place: ts.Node): boolean {
  if (isWrapping(place)) return isWrittenText(place.expression);
  if (ts.isStringLiteralLike(place) || ts.isTemplateExpression(place)) return true;
  const isSum = ts.isBinaryExpression(place) && place.operatorToken.kind === SyntaxKind.PlusToken;
  return isSum && (isWrittenText(place.left) || isWrittenText(place.right));
}

/** JavaScript cannot compute with tensors: the result is NaN, or a string, and what follows is lost. */
function onTensor(lowering: Lowering, op: string, a: Value, b: Value, place: ts.Node): Value {
  const [left, right] = [toOperand(lowering, a, spanOf(place)), toOperand(lowering, b, spanOf(place))];
  const operator = operatorByRow.get(op)?.sign;
  if (left !== undefined && right !== undefined && operator !== undefined) {
    const attributes = { operator };
    lowering.builder.op(opNamed('js.onTensor')!, { a: left, b: right }, attributes, spanOf(place));
  }
  return lowering.unknown('not a tensor');
}

/** A count that begins at 0, or was added to before. */
const grows = (before: ConstantValue, after: Value): after is ConstantValue =>
  (before.value === 0 || before.grown === true) && (asNumber(after) ?? 0) > 0;

function fold(lowering: Lowering, op: string, a: unknown, b: unknown): Value {
  const isCounted = (side: unknown): boolean => typeof side === 'number' || typeof side === 'boolean';
  if (isCounted(a) && isCounted(b)) return constant(operatorByRow.get(op)!.run(Number(a), Number(b)));
  if (op === 'js.add' && (typeof a === 'string' || typeof b === 'string'))
    return joinedText(lowering, [a, b]);
  return lowering.unknown('unmodelled syntax');
}

function sizeOf(op: string, a: Size | undefined, b: Size | undefined): Size | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (op === 'js.div') return divideSize(a, b);
  const isOffset = op === 'js.add' || (op === 'js.sub' && typeof b === 'number');
  const isCounted = typeof a === 'number' || typeof b === 'number';
  return op === 'js.mul' || (isOffset && isCounted) ? computedSize(op, [a, b]) : undefined;
}

/** `partner` is the other side of a `+`, which decides whether an undescribed input is a number or a string. */
function numberOf(
  lowering: Lowering,
  value: Value,
  partner: Value | undefined,
  place: ts.Node,
): { node: Node; size: Size | undefined } | undefined {
  if (isTruth(value)) return ofTruth(lowering, value, place);
  switch (value.kind) {
    case 'number':
      return { node: value.node, size: value.size };
    case 'constant':
      if (typeof value.value !== 'number') return undefined;
      return {
        node: lowering.builder.constant(
          value.value,
          'number',
          lowering.builder.nodes.at(-1)?.span ?? NOWHERE,
        ),
        size: Number.isInteger(value.value) && value.value >= 0 ? value.value : undefined,
      };
    case 'input': {
      if (value.claim !== undefined && value.claim.kind !== 'number') return undefined;
      const alone = partner !== undefined && asNumber(partner) === undefined && partner.kind !== 'number';
      if (alone && value.claim === undefined && value.form.kind === 'undetermined' && !isOfNumbers(place))
        return undefined;
      const number = numberOfInput(lowering, value);
      return number && { node: number.node, size: number.size };
    }
    case 'array':
      // JavaScript makes a number of an array with one element: `norm.dataSync() / n`.
      return value.typed !== undefined && value.rest?.kind === 'number' && value.elements.length === 0
        ? { node: value.rest.node, size: undefined }
        : undefined;
    default:
      return undefined;
  }
}

/** `Math.exp(a + b)`, `(a + b) / 2`: what is added up there are no texts. */
function isOfNumbers(sum: ts.Node): boolean {
  const { parent } = sum;
  if (isWrapping(parent)) return isOfNumbers(parent);
  if (ts.isCallExpression(parent)) return /^Math\.\w+$/.test(parent.expression.getText());
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return kind === SyntaxKind.PlusToken ? isOfNumbers(parent) : ARITHMETIC.has(kind);
}

const ARITHMETIC: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.MinusToken,
  SyntaxKind.AsteriskToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PercentToken,
  SyntaxKind.AsteriskAsteriskToken,
]);

const ofTruth = (
  lowering: Lowering,
  value: Value,
  place: ts.Node,
): { node: Node; size: undefined } | undefined => {
  const node =
    value.kind === 'constant'
      ? lowering.builder.constant(Number(value.value), 'number', spanOf(place))
      : numberOfTruth(lowering, value, place)?.node;
  return node && { node, size: undefined };
};

/** The number that an input is from here on, with what was known of it before. */
function numberOfInput(lowering: Lowering, value: InputValue): NumberValue | undefined {
  const number = asNumberInput(lowering, value);
  return number && asKnownInput(lowering, value, number);
}

/** The node of a JavaScript number, constants included; undefined for other values. */
export function numberNode(lowering: Lowering, value: Value, place: ts.Node): Node | undefined {
  if (value.kind === 'number') return value.node;
  if (value.kind === 'input') return numberOfInput(lowering, value)?.node;
  const number = asNumber(value);
  return number === undefined ? undefined : lowering.builder.constant(number, 'number', spanOf(place));
}

export function negate(lowering: Lowering, value: Value, place: ts.Node): Value {
  const number = asNumber(value);
  if (number !== undefined) return constant(-number);
  const operand = numberOf(lowering, value, undefined, place);
  if (operand === undefined) return lowering.unknown('unresolved name');
  return {
    kind: 'number',
    node: lowering.builder.op(opNamed('js.neg')!, { x: operand.node }, {}, spanOf(place)),
  } satisfies NumberValue;
}

const COMPARISONS: ReadonlyMap<ts.SyntaxKind, (a: never, b: never) => boolean> = new Map<
  ts.SyntaxKind,
  (a: never, b: never) => boolean
>([
  [SyntaxKind.LessThanToken, (a, b) => a < b],
  [SyntaxKind.LessThanEqualsToken, (a, b) => a <= b],
  [SyntaxKind.GreaterThanToken, (a, b) => a > b],
  [SyntaxKind.GreaterThanEqualsToken, (a, b) => a >= b],
  [SyntaxKind.EqualsEqualsToken, (a, b) => a == b], // eslint-disable-line eqeqeq -- the operator of the user's code
  [SyntaxKind.EqualsEqualsEqualsToken, (a, b) => a === b],
  [SyntaxKind.ExclamationEqualsToken, (a, b) => a != b], // eslint-disable-line eqeqeq -- the operator of the user's code
  [SyntaxKind.ExclamationEqualsEqualsToken, (a, b) => a !== b],
]);

/** `place`: where a condition of the source says so. */
export function compare(
  lowering: Lowering,
  operator: ts.SyntaxKind,
  a: Value,
  b: Value,
  place?: ts.BinaryExpression,
): Value {
  const test = COMPARISONS.get(operator);
  if (test === undefined) return lowering.unknown('unmodelled syntax');
  if (EQUALITIES.has(operator)) {
    if (b.kind === 'constant') noteAsked(a, b.value);
    if (a.kind === 'constant') noteAsked(b, a.value);
  }
  if (a.optional === true || b.optional === true) return lowering.unknown('unmodelled syntax');
  if (a.kind === 'constant' && b.kind === 'constant') {
    const result = constant(test(a.value as never, b.value as never));
    return a.byDefault === true || b.byDefault === true ? { ...result, byDefault: true } : result;
  }
  if (place !== undefined && ORDERINGS.has(operator)) {
    const tensor = [a, b].find(isSurelyTensor);
    if (tensor !== undefined) return misuse(lowering, tensor.node, 'compared', place);
    const decided = byRange(operator, a, b);
    if (decided !== undefined) return constant(decided);
    if (isEndless(b, place.right) && isFinite(a)) return constant(test(0 as never, b.value as never));
    if (isEndless(a, place.left) && isFinite(b)) return constant(test(a.value as never, 0 as never));
  }
  // A tensor, list or object is neither null nor undefined nor equal to a primitive.
  const there = isThere(a) ? b : isThere(b) ? a : undefined;
  if (there?.kind === 'constant' && (there.value === null || there.value === undefined)) {
    return constant(
      operator === SyntaxKind.ExclamationEqualsToken || operator === SyntaxKind.ExclamationEqualsEqualsToken,
    );
  }
  if (place !== undefined && EQUALITIES.has(operator)) {
    const decided = againstTensor(lowering, operator, a, b, place) ?? byRange(operator, a, b);
    if (decided !== undefined) return constant(decided);
  }
  // A number that is asked for its size is an input: a loop of no rounds shows nothing.
  for (const [side, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (ORDERINGS.has(operator) && side.kind === 'input' && isNumberBeside(side, other))
      asNumberInput(lowering, side);
  return lowering.unknown('unmodelled syntax');
}

/**
 * `deviation === 0` of a tensor: it is not that number, whatever it holds. Only of what is made in the same function, for good:
 * a parameter may be either, and a variable a number on another way.
 */
function againstTensor(
  lowering: Lowering,
  operator: ts.SyntaxKind,
  a: Value,
  b: Value,
  place: ts.BinaryExpression,
): boolean | undefined {
  const tensor = [a, b].find(isSurelyTensor);
  const other = tensor === a ? b : a;
  if (tensor === undefined || !(other.kind === 'number' || asNumber(other) !== undefined)) return undefined;
  if (!isMadeHere(tensor === a ? place.left : place.right)) return undefined;
  const isUnequal =
    operator === SyntaxKind.ExclamationEqualsToken || operator === SyntaxKind.ExclamationEqualsEqualsToken;
  misuse(lowering, tensor.node, isUnequal ? 'unequal' : 'compared', place);
  return isUnequal;
}

/**
 * Of a count, which is not below 0, no condition holds that asks for that, and `x - x` is equal to 0: by the ends that are sure,
 * not by assumed ones.
 */
function byRange(operator: ts.SyntaxKind, a: Value, b: Value): boolean | undefined {
  const [left, right] = [sureRange(a), sureRange(b)];
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case SyntaxKind.LessThanToken:
      return left.high < right.low ? true : left.low >= right.high ? false : undefined;
    case SyntaxKind.LessThanEqualsToken:
      return left.high <= right.low ? true : left.low > right.high ? false : undefined;
    case SyntaxKind.GreaterThanToken:
      return byRange(SyntaxKind.LessThanToken, b, a);
    case SyntaxKind.GreaterThanEqualsToken:
      return byRange(SyntaxKind.LessThanEqualsToken, b, a);
    case SyntaxKind.EqualsEqualsEqualsToken:
    case SyntaxKind.EqualsEqualsToken:
      // That they differ the ends of ranges do not tell for sure: code that asks has thought of a value at the end.
      return left.low === left.high && right.low === right.high && left.low === right.low ? true : undefined;
    case SyntaxKind.ExclamationEqualsEqualsToken:
    case SyntaxKind.ExclamationEqualsToken: {
      const isEqual = byRange(SyntaxKind.EqualsEqualsToken, a, b);
      return isEqual === undefined ? undefined : !isEqual;
    }
    default:
      return undefined;
  }
}

/** The range of a number, without the ends that nothing but an assumption puts where they are. */
function sureRange(value: Value): { readonly low: number; readonly high: number } | undefined {
  if (value.kind === 'constant')
    return typeof value.value === 'number' && value.byDefault !== true
      ? { low: value.value, high: value.value }
      : undefined;
  if (value.kind !== 'number' || value.node.range.mayBeNaN) return undefined;
  const { low, high, lowBy, highBy } = value.node.range;
  const least = isNeverNegative(value.node) ? 0 : -Infinity;
  return { low: lowBy === 'assumed' ? least : low, high: highBy === 'assumed' ? Infinity : high };
}

/** Whatever it is made of: a magnitude, a root, a square. */
const isNeverNegative = ({ op, operands: { a, b } }: Node): boolean =>
  ['js.abs', 'js.sqrt', 'js.hypot', 'js.exp'].includes(op) ||
  (op === 'js.mul' && (a as Node).id === (b as Node).id);

/**
 * What a running maximum begins with. Where the source asks for Infinity by its name it asks for what may be there, and
 * both ways count.
 */
const isEndless = (value: Value, written: ts.Expression): value is ConstantValue =>
  value.kind === 'constant' &&
  (value.value === Infinity || value.value === -Infinity) &&
  ts.isIdentifier(written) &&
  written.text !== 'Infinity';

const isFinite = (value: Value): boolean =>
  value.kind === 'number' &&
  !value.node.range.mayBeNaN &&
  Number.isFinite(value.node.range.low) &&
  Number.isFinite(value.node.range.high);

const EQUALITIES: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** It is said to be a number, or nothing is said of it and it is compared with one. */
const isNumberBeside = ({ claim }: InputValue, other: Value): boolean =>
  claim === undefined ? other.kind === 'number' || asNumber(other) !== undefined : claim.kind === 'number';

const isThere = (value: Value): boolean =>
  ['tensor', 'array', 'object', 'function', 'class', 'layer', 'number', 'tensorflow', 'module'].includes(
    value.kind,
  ) ||
  (value.kind === 'input' && value.form.kind !== 'undetermined');

/** `+x`, `Number(x)`. */
export function toNumber(lowering: Lowering, value: Value, place: ts.Node): Value {
  if (value.kind === 'constant') return constant(Number(value.value));
  const truth = numberOfTruth(lowering, value, place);
  if (truth !== undefined) return truth;
  if (value.kind === 'number') return value;
  if (value.kind === 'input') return numberOfInput(lowering, value) ?? value;
  return lowering.unknown(isFromOutside(value) ? 'unresolved call' : 'unmodelled syntax');
}

/** What is divided is a number, whatever nobody knows of it: what it is divided by may be 0. */
const someNumber = (lowering: Lowering, place: ts.Node): NumberValue => ({
  kind: 'number',
  node: lowering.builder.unknown('unresolved name', spanOf(place), 'number'),
});
