/** Conditions, and the operators that run one of their sides. */
import {
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  type ts,
} from '../../source/typescript.js';
import { interval } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import { isWrapping } from '../../source/wrappings.js';
import { branch, maybe } from './flow.js';
import { asNumberInput } from '../claims/inputs.js';
import { isNumber, isUnset, join, mayBeNumber } from './joins.js';
import { COUNTED } from '../growth.js';
import { withFacts } from '../node.js';
import { isMadeOnce } from './later.js';
import type { Lowering } from '../lowering.js';
import { decidedBy } from '../javascript/truths.js';
import { noteCompared } from './read-numbers.js';
import { isRefuted, keyOf } from './known.js';
import { conditionOf, isInert, nonZero, noteAnswer, refine, RELATIONS } from './refinement.js';
import type { Scope } from '../scope.js';
import {
  asNumber,
  asOption,
  constant,
  isNullish,
  isUndefined,
  noteAsked,
  optional,
  present,
  truthiness,
  UNDEFINED,
  type InputValue,
  type Value,
} from '../values.js';

const AND: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.AmpersandAmpersandEqualsToken,
]);
const NULLISH: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.QuestionQuestionEqualsToken,
]);

/** Whether a condition holds; undefined where that depends. */
export function decide(lowering: Lowering, condition: ts.Expression, scope: Scope): boolean | undefined {
  if (isWrapping(condition)) return decide(lowering, condition.expression, scope);
  if (isPrefixUnaryExpression(condition) && condition.operator === SyntaxKind.ExclamationToken) {
    const decided = decide(lowering, condition.operand, scope);
    return decided === undefined ? undefined : !decided;
  }
  const operator = isBinaryExpression(condition) ? condition.operatorToken.kind : undefined;
  if (
    !isBinaryExpression(condition) ||
    (operator !== SyntaxKind.AmpersandAmpersandToken && operator !== SyntaxKind.BarBarToken)
  ) {
    const value = lowering.evaluate(condition, scope);
    noteAnswer(condition, value);
    // That it is true says that it is not 0.
    noteCompared(condition, value);
    noteAsked(value, true);
    if (value.kind === 'constant' && value.byDefault === true) return undefined;
    return truthiness(value) ?? (isRuledOut(lowering, condition, scope) ? false : undefined);
  }
  const { left, right } = condition;
  const isAnd = operator === SyntaxKind.AmpersandAmpersandToken;
  const first = decide(lowering, left, scope);
  if (first === !isAnd) return first;
  if (first === isAnd) return decide(lowering, right, scope);
  const second = maybe(lowering, () => {
    refine(lowering, left, isAnd, scope);
    return decide(lowering, right, scope);
  });
  return second === !isAnd ? second : undefined;
}

/** `else if (size > 0)` behind `if (largest < size)`, where the largest is 0 yet: what is no number yet is known by conditions alone. */
function isRuledOut(lowering: Lowering, condition: ts.Expression, scope: Scope): boolean {
  if (lowering.known.subjects.size === 0 || !isBinaryExpression(condition)) return false;
  const asked = RELATIONS.get(condition.operatorToken.kind);
  if (asked === undefined || !isNumericLiteral(condition.right) || !isInert(condition.left)) return false;
  return isRefuted(lowering, keyOf(lowering, condition.left, scope), asked, Number(condition.right.text));
}

export function evaluateConditional(
  lowering: Lowering,
  expression: ts.ConditionalExpression,
  scope: Scope,
): Value {
  const decided = decide(lowering, expression.condition, scope);
  if (decided !== undefined)
    return lowering.evaluate(decided ? expression.whenTrue : expression.whenFalse, scope);
  let whenTrue: Value = UNDEFINED;
  let whenFalse: Value = UNDEFINED;
  branch(
    lowering,
    () => {
      refine(lowering, expression.condition, true, scope);
      whenTrue = lowering.evaluate(expression.whenTrue, scope);
      return 'next';
    },
    () => {
      refine(lowering, expression.condition, false, scope);
      whenFalse = lowering.evaluate(expression.whenFalse, scope);
      return 'next';
    },
  );
  return decidedBy(join(lowering, whenTrue, whenFalse), () => conditionOf(expression.condition, scope));
}

/** `a && b`, `a || b`, `a ?? b`, and the assignments of that name. */
export function evaluateLogical(lowering: Lowering, expression: ts.BinaryExpression, scope: Scope): Value {
  const left = lowering.evaluate(expression.left, scope);
  const operator = expression.operatorToken.kind;
  const isAnd = AND.has(operator);
  const byNullish = NULLISH.has(operator);
  const decided = byNullish ? nullishness(left) : truthiness(left);
  if (decided === true) return isAnd ? lowering.evaluate(expression.right, scope) : left;
  if (decided === false) {
    if (isAnd) return left;
    const right = lowering.evaluate(expression.right, scope);
    return isUndefined(left) ? defaultOf(right, byNullish) : right;
  }
  // An option nobody described has, as far as anyone knows, its default.
  if (!isAnd && left.kind === 'input' && isUndescribed(left)) {
    const fallback = evaluateIfNeeded(lowering, expression, scope);
    if (fallback.kind === 'tensor' || fallback.kind === 'number') return join(lowering, left, fallback);
    // `model ??= await load()`: what is made when it is first asked for is what was made.
    if (isUnset(left) && isMadeOnce(fallback)) return fallback;
    const isDefault = fallback.kind === 'constant' && typeof fallback.value !== 'boolean';
    return isDefault ? defaultOf(fallback, byNullish) : left;
  }
  const right = evaluateIfNeeded(lowering, expression, scope, byNullish ? undefined : isAnd);
  // `slots[name] ??= { mean, square }`: what a table holds is what is put there when it is first asked for.
  if (!isAnd && left.kind === 'unknown' && right.kind === 'object' && isOfTable(expression.left))
    return right;
  // `counts.get(word) || 0`: of what the table does not hold the code itself makes 0.
  if (!isAnd && asNumber(right) === 0 && !isNumber(left) && isOfTable(expression.left))
    return countOrZero(lowering, expression);
  if (!isAnd) {
    const beside =
      left.kind === 'input' && isNumber(right) && mayBeNumber(left) ? asNumberInput(lowering, left) : left;
    const kept = present(beside ?? left);
    if (byNullish) return join(lowering, kept, right);
    // What could not be followed is not 0 either, beside a number that is not.
    const either = join(lowering, nonZero(kept), right);
    return (asNumber(right) ?? 0) === 0 ? either : nonZero(either);
  }
  if (left.optional === true) return optional(right);
  if (right.kind === 'constant' && right.value === true) return lowering.unknown('unmodelled syntax');
  const number = claimsNumber(right) ? asNumberInput(lowering, right) : right;
  return number !== undefined && isNumber(number) && mayBeNumber(left)
    ? join(lowering, join(lowering, number, constant(0)), left)
    : right;
}

function countOrZero(lowering: Lowering, place: ts.Node): Value {
  const node = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  return {
    kind: 'number',
    node: withFacts(node, {
      attributes: { ...node.attributes, ...COUNTED },
      range: { ...node.range, reach: interval(0, Infinity, ['attained', 'bound']) },
    }),
  };
}

/** `slots[name]`, `slots.get(name)` */
const isOfTable = (expression: ts.Expression): boolean =>
  isElementAccessExpression(expression) ||
  (isCallExpression(expression) &&
    isPropertyAccessExpression(expression.expression) &&
    expression.expression.name.text === 'get');

const defaultOf = (value: Value, byNullish: boolean): Value =>
  asOption(value, byNullish ? 'any number' : 'not 0');

/** What was chosen from two is no option, nor is what a call gives. */
const isUndescribed = ({ form, claim, either, place }: InputValue): boolean =>
  form.kind === 'undetermined' &&
  claim?.kind !== 'tensor' &&
  either === undefined &&
  !isCallExpression(place);

const claimsNumber = (value: Value): value is InputValue =>
  value.kind === 'input' && value.claim?.kind === 'number';

/** The right side, which is only run where the left one does not decide: where it `holds`. */
function evaluateIfNeeded(
  lowering: Lowering,
  { left, right }: ts.BinaryExpression,
  scope: Scope,
  holds?: boolean,
): Value {
  return maybe(lowering, () => {
    if (holds !== undefined) refine(lowering, left, holds, scope);
    return lowering.evaluate(right, scope);
  });
}

/** True: certainly neither null nor undefined. */
function nullishness(value: Value): boolean | undefined {
  if (isNullish(value)) return false;
  if (value.optional === true || value.kind === 'unknown') return undefined;
  return value.kind !== 'input' || value.given === true ? true : undefined;
}
