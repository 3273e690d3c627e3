/** Truths that are taken for numbers: `Number(j <= i)`, `+(token !== 0)`, `1 - (i === j)`. */
import { TRUTH } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import {
  forEachChild,
  isBinaryExpression,
  isIdentifier,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  type ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { isElement } from '../claims/inputs.js';
import type { Lowering } from '../lowering.js';
import { BY_DATA, isDecidedByData, isOfData, isOfTruth } from '../by-data.js';
import { withFacts, type Node } from '../node.js';
import type { Condition, InputValue, NumberValue, Value } from '../values.js';
import { COMPARISONS } from './syntax.js';

/** Whether a value is true or false. */
export const isTruth = (value: Value | undefined): boolean => {
  if (value?.kind === 'constant') return typeof value.value === 'boolean';
  if (value?.kind === 'input') return value.claim?.kind === 'boolean' && value.form.kind === 'undetermined';
  if (value?.kind !== 'unknown') return false;
  const { truth, condition } = value;
  return (
    truth !== undefined ||
    (condition !== undefined && answersTruth(condition.expression, (name) => condition.names.get(name)))
  );
};

/** One of two truths; undefined where one of them is something else. */
export const eitherTruth = (lowering: Lowering, a: Value, b: Value): Value | undefined =>
  isTruth(a) && isTruth(b)
    ? { ...lowering.unknown('branches disagree'), truth: { byData: asksData(a) || asksData(b) } }
    : undefined;

/**
 * Whether an expression is true or false, and nothing that merely counts as it: `true` is not equal to 5. What its names
 * stand for, `valueOf` tells.
 */
export function answersTruth(
  expression: ts.Expression,
  valueOf: (name: string) => Value | undefined,
): boolean {
  if (isWrapping(expression)) return answersTruth(expression.expression, valueOf);
  if (isIdentifier(expression)) return isTruth(valueOf(expression.text));
  if (isPrefixUnaryExpression(expression)) return expression.operator === SyntaxKind.ExclamationToken;
  if (!isBinaryExpression(expression)) return false;
  const { left, operatorToken, right } = expression;
  return OF_TRUTHS.has(operatorToken.kind)
    ? answersTruth(left, valueOf) && answersTruth(right, valueOf)
    : COMPARING.has(operatorToken.kind);
}

const OF_TRUTHS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
]);

const COMPARING: ReadonlySet<ts.SyntaxKind> = new Set([
  ...COMPARISONS,
  SyntaxKind.InKeyword,
  SyntaxKind.InstanceOfKeyword,
]);

/** A truth as the number that JavaScript makes of it. */
export const numberOfTruth = (lowering: Lowering, value: Value, place: ts.Node): NumberValue | undefined =>
  value.kind === 'constant' || !isTruth(value) ? undefined : numberBy(lowering, asksData(value), place);

/** 0 or 1, as these numbers are. */
export const truth = (lowering: Lowering, numbers: readonly Node[], place: ts.Node): NumberValue =>
  numberBy(lowering, numbers.some(isDecidedByData), place);

function numberBy(lowering: Lowering, isByData: boolean, place: ts.Node): NumberValue {
  const node = lowering.builder.unknown('branches disagree', spanOf(place), 'number');
  const attributes = isByData ? { ...node.attributes, ...BY_DATA } : node.attributes;
  return { kind: 'number', node: withFacts(node, { range: TRUTH, attributes }) };
}

/** The number that a condition chooses, `token === 0 ? 0 : 1`, with whether it asks data. */
export function decidedBy(number: Value, condition: () => Condition): Value {
  if (number.kind !== 'number' || !isOfTruth(number.node) || !asksOfData(condition())) return number;
  const { node } = number;
  return { ...number, node: withFacts(node, { attributes: { ...node.attributes, ...BY_DATA } }) };
}

/** Whether a truth is that of data: of what a list holds that the caller provides, or of what a tensor gives. */
export function asksData(value: Value): boolean {
  if (value.kind === 'input') return isElement(value);
  if (value.kind !== 'unknown') return false;
  return value.truth?.byData === true || (value.condition !== undefined && asksOfData(value.condition));
}

/** Whether a condition asks for values of data; sizes are none. */
export function asksOfData({ expression, names }: Condition): boolean {
  return readNames(expression).some((name) => {
    const value = names.get(name);
    return value !== undefined && isData(value);
  });
}

const known = new WeakMap<ts.Expression, readonly string[]>();

/** The names in an expression, without those that only their size is asked of. */
function readNames(expression: ts.Expression): readonly string[] {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isPropertyAccessExpression(node) && SIZES.has(node.name.text)) return;
    if (isIdentifier(node)) names.add(node.text);
    else forEachChild(node, visit);
  };
  visit(expression);
  const found = [...names];
  known.set(expression, found);
  return found;
}

const SIZES: ReadonlySet<string> = new Set(['length', 'size', 'rank', 'shape']);

export function isData(value: Value): boolean {
  if (value.kind === 'number') return isOfData(value.node);
  return asksData(value) || (value.kind === 'input' && isList(value));
}

const isList = ({ form, claim }: InputValue): boolean =>
  form.kind === 'list' || form.kind === 'data' || claim?.kind === 'list' || claim?.kind === 'tensor';
