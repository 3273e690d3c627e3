import { forEachChild, SyntaxKind, ts } from '../../source/typescript.js';
import { arithmetic, compare, negate, toNumber } from './arithmetic.js';
import { bitwise, complement } from './bits.js';
import { evaluateCall, evaluateNew } from './calls.js';
import { createClass } from './classes.js';
import { decide, evaluateConditional, evaluateLogical } from '../control/conditions.js';
import { applyClaim } from '../claims/declared-types.js';
import { conditionOf } from '../control/refinement.js';
import { extremeByComparison } from './extremes.js';
import { createFunction } from './functions.js';
import { iterate } from '../control/joins.js';
import { appended } from './lists.js';
import { asKnown, asKnownNumber, keyOf } from '../control/known.js';
import { noteCompared } from '../control/read-numbers.js';
import { joinedSizes, withSizes } from '../shapes/open-sizes.js';
import type { Lowering } from '../lowering.js';
import { evaluateObject, superProperty } from './objects.js';
import { bindPattern } from './patterns.js';
import type { Scope } from '../scope.js';
import { isAssignment } from './syntax.js';
import { joinedText } from './texts.js';
import {
  array,
  constant,
  isNullish,
  optional,
  present,
  UNDEFINED,
  type Value,
  type List,
} from '../values.js';
import { readName, thisValue } from './names.js';
import { unresolvedCall } from './unfollowed-calls.js';

/** What an expression may be. `name` is what it is about to be called, for functions and layers. */
export function evaluate(lowering: Lowering, expression: ts.Expression, scope: Scope, name?: string): Value {
  if (!lowering.goesOn()) return lowering.unknown('budget');
  switch (expression.kind) {
    case SyntaxKind.Identifier:
      return asKnownNumber(lowering, readName(lowering, expression as ts.Identifier, scope));
    case SyntaxKind.NumericLiteral:
      return constant(Number((expression as ts.NumericLiteral).text));
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
      return constant((expression as ts.StringLiteral).text);
    case SyntaxKind.TrueKeyword:
      return constant(true);
    case SyntaxKind.FalseKeyword:
      return constant(false);
    case SyntaxKind.NullKeyword:
      return constant(null);
    case SyntaxKind.ThisKeyword:
      return thisValue(lowering, scope);
    case SyntaxKind.SuperKeyword:
      return lowering.frame?.owner?.superclass ?? lowering.unknown('unresolved name');
    case SyntaxKind.PropertyAccessExpression: {
      const access = expression as ts.PropertyAccessExpression;
      if (access.expression.kind === SyntaxKind.SuperKeyword)
        return superProperty(lowering, access.name.text, access, scope);
      const value = chained(access, evaluate(lowering, access.expression, scope), (object) =>
        lowering.getProperty(object, access.name.text, access),
      );
      return asKnown(lowering, access, scope, value);
    }
    case SyntaxKind.ElementAccessExpression: {
      const access = expression as ts.ElementAccessExpression;
      const value = chained(access, evaluate(lowering, access.expression, scope), (object) =>
        lowering.getElement(object, evaluate(lowering, access.argumentExpression, scope), access),
      );
      return asKnown(lowering, access, scope, value);
    }
    case SyntaxKind.CallExpression:
      return asKnownNumber(lowering, evaluateCall(lowering, expression as ts.CallExpression, scope));
    case SyntaxKind.NewExpression:
      return evaluateNew(lowering, expression as ts.NewExpression, scope);
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.FunctionExpression:
      return createFunction(lowering, expression as ts.FunctionExpression | ts.ArrowFunction, scope);
    case SyntaxKind.ClassExpression:
      return createClass(lowering, expression as ts.ClassExpression, scope);
    case SyntaxKind.ParenthesizedExpression:
    case SyntaxKind.NonNullExpression:
    case SyntaxKind.SatisfiesExpression:
    case SyntaxKind.AwaitExpression:
      return evaluate(lowering, (expression as ts.ParenthesizedExpression).expression, scope, name);
    case SyntaxKind.AsExpression:
    case SyntaxKind.TypeAssertionExpression: {
      const cast = expression as ts.AsExpression;
      return applyClaim(lowering, evaluate(lowering, cast.expression, scope, name), cast.type);
    }
    case SyntaxKind.BinaryExpression:
      return asCondition(
        expression,
        scope,
        asKnown(
          lowering,
          expression,
          scope,
          evaluateBinary(lowering, expression as ts.BinaryExpression, scope),
        ),
      );
    case SyntaxKind.PrefixUnaryExpression:
      return asCondition(
        expression,
        scope,
        evaluatePrefix(lowering, expression as ts.PrefixUnaryExpression, scope),
      );
    case SyntaxKind.PostfixUnaryExpression: {
      const { operand } = expression as ts.PostfixUnaryExpression;
      const before = evaluate(lowering, operand, scope);
      const step = (expression as ts.PostfixUnaryExpression).operator === SyntaxKind.PlusPlusToken ? 1 : -1;
      bindPattern(
        lowering,
        operand,
        arithmetic(lowering, 'js.add', before, constant(step), expression),
        scope,
        'assign',
      );
      return before;
    }
    case SyntaxKind.ConditionalExpression:
      return evaluateConditional(lowering, expression as ts.ConditionalExpression, scope);
    case SyntaxKind.ArrayLiteralExpression:
      return evaluateArray(lowering, expression as ts.ArrayLiteralExpression, scope);
    case SyntaxKind.ObjectLiteralExpression:
      return evaluateObject(lowering, expression as ts.ObjectLiteralExpression, scope);
    case SyntaxKind.TemplateExpression:
      return evaluateTemplate(lowering, expression as ts.TemplateExpression, scope);
    case SyntaxKind.TypeOfExpression:
      return evaluateTypeOf(lowering, expression as ts.TypeOfExpression, scope);
    case SyntaxKind.VoidExpression:
      evaluate(lowering, (expression as ts.VoidExpression).expression, scope);
      return UNDEFINED;
    case SyntaxKind.DeleteExpression:
      bindPattern(lowering, (expression as ts.DeleteExpression).expression, UNDEFINED, scope, 'assign');
      return constant(true);
    case SyntaxKind.YieldExpression:
      return evaluateYield(lowering, expression as ts.YieldExpression, scope);
    case SyntaxKind.TaggedTemplateExpression: {
      const { tag, template } = expression as ts.TaggedTemplateExpression;
      const parts = ts.isTemplateExpression(template)
        ? template.templateSpans.map((span) => evaluate(lowering, span.expression, scope))
        : [];
      evaluate(lowering, tag, scope);
      return unresolvedCall(lowering, parts, expression);
    }
    case SyntaxKind.JsxElement:
    case SyntaxKind.JsxFragment:
    case SyntaxKind.JsxSelfClosingElement:
      evaluateJsx(lowering, expression, scope);
      return lowering.unknown('unmodelled syntax');
    default:
      return lowering.unknown('unmodelled syntax');
  }
}

/** What cannot be told of a condition may yet be asked, and of other elements of a list than this: it keeps what it asks. */
function asCondition(expression: ts.Expression, scope: Scope, value: Value): Value {
  if (value.kind === 'constant' && typeof value.value === 'boolean')
    return { ...value, condition: conditionOf(expression, scope) };
  if (value.kind !== 'unknown') return value;
  const { kind, cause, spread } = value;
  return { kind, cause, condition: conditionOf(expression, scope), spread };
}

/** `x?.y`, and what stands behind it: undefined where x is. */
function chained(access: ts.Expression, object: Value, read: (object: Value) => Value): Value {
  if (!ts.isOptionalChain(access)) return read(present(object));
  if (isNullish(object)) return UNDEFINED;
  return object.optional === true ? optional(read(present(object))) : read(object);
}

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, string> = new Map<ts.SyntaxKind, string>([
  [SyntaxKind.PlusToken, 'js.add'],
  [SyntaxKind.MinusToken, 'js.sub'],
  [SyntaxKind.AsteriskToken, 'js.mul'],
  [SyntaxKind.SlashToken, 'js.div'],
  [SyntaxKind.PercentToken, 'js.mod'],
  [SyntaxKind.AsteriskAsteriskToken, 'js.pow'],
  [SyntaxKind.PlusEqualsToken, 'js.add'],
  [SyntaxKind.MinusEqualsToken, 'js.sub'],
  [SyntaxKind.AsteriskEqualsToken, 'js.mul'],
  [SyntaxKind.SlashEqualsToken, 'js.div'],
  [SyntaxKind.PercentEqualsToken, 'js.mod'],
  [SyntaxKind.AsteriskAsteriskEqualsToken, 'js.pow'],
]);

function evaluateBinary(lowering: Lowering, expression: ts.BinaryExpression, scope: Scope): Value {
  const operator = expression.operatorToken.kind;
  switch (operator) {
    case SyntaxKind.EqualsToken: {
      const value = extremeByComparison(evaluate(lowering, expression.right, scope), expression);
      bindPattern(lowering, expression.left, value, scope, 'assign');
      return value;
    }
    case SyntaxKind.CommaToken:
      evaluate(lowering, expression.left, scope);
      return evaluate(lowering, expression.right, scope);
    case SyntaxKind.AmpersandAmpersandToken:
    case SyntaxKind.BarBarToken:
    case SyntaxKind.QuestionQuestionToken:
      return evaluateLogical(lowering, expression, scope);
    case SyntaxKind.QuestionQuestionEqualsToken:
    case SyntaxKind.BarBarEqualsToken:
    case SyntaxKind.AmpersandAmpersandEqualsToken: {
      const value = evaluateLogical(lowering, expression, scope);
      bindPattern(lowering, expression.left, value, scope, 'assign');
      return value;
    }
    default: {
      const op = ARITHMETIC.get(operator);
      const left = evaluate(lowering, expression.left, scope);
      const right =
        op === 'js.mul' && left.kind === 'number' && readsAlike(lowering, expression, scope)
          ? left
          : evaluate(lowering, expression.right, scope);
      if (op === undefined) {
        noteCompared(expression.left, left);
        noteCompared(expression.right, right);
      }
      const value =
        op !== undefined
          ? arithmetic(lowering, op, left, right, expression)
          : (bitwise(lowering, operator, left, right, expression) ??
            compare(lowering, operator, left, right, expression));
      if (isAssignment(operator)) bindPattern(lowering, expression.left, value, scope, 'assign');
      return value;
    }
  }
}

/** `x[i] * x[i]`: both sides are one value, which makes it a square. */
function readsAlike(lowering: Lowering, { left, right }: ts.BinaryExpression, scope: Scope): boolean {
  if (left.end - left.getStart() !== right.end - right.getStart() || ts.isIdentifier(left)) return false;
  const key = keyOf(lowering, left, scope);
  return key !== undefined && key === keyOf(lowering, right, scope);
}

function evaluatePrefix(lowering: Lowering, expression: ts.PrefixUnaryExpression, scope: Scope): Value {
  if (expression.operator === SyntaxKind.ExclamationToken) {
    const decided = decide(lowering, expression.operand, scope);
    return decided === undefined ? lowering.unknown('unmodelled syntax') : constant(!decided);
  }
  if (expression.operator === SyntaxKind.TildeToken)
    return complement(lowering, expression, (inner) => evaluate(lowering, inner, scope));
  const operand = evaluate(lowering, expression.operand, scope);
  switch (expression.operator) {
    case SyntaxKind.MinusToken:
      return negate(lowering, operand, expression);
    case SyntaxKind.PlusToken:
      return toNumber(lowering, operand, expression);
    case SyntaxKind.PlusPlusToken:
    case SyntaxKind.MinusMinusToken: {
      const step = expression.operator === SyntaxKind.PlusPlusToken ? 1 : -1;
      const after = arithmetic(lowering, 'js.add', operand, constant(step), expression);
      bindPattern(lowering, expression.operand, after, scope, 'assign');
      return after;
    }
    default:
      return lowering.unknown('unmodelled syntax');
  }
}

function evaluateYield(
  lowering: Lowering,
  { expression, asteriskToken }: ts.YieldExpression,
  scope: Scope,
): Value {
  const value = expression === undefined ? UNDEFINED : evaluate(lowering, expression, scope);
  const { elements, rest } =
    asteriskToken === undefined ? { elements: [value], rest: undefined } : iterate(lowering, value);
  lowering.frame?.yields.push(...elements, ...(rest === undefined ? [] : [rest]));
  return lowering.unknown('unresolved call');
}

function evaluateArray(lowering: Lowering, expression: ts.ArrayLiteralExpression, scope: Scope): Value {
  const row = writtenRow(expression);
  if (row !== undefined) return array(row.map(constant));
  const values = expression.elements.map((element) => {
    const spread = ts.isSpreadElement(element);
    const inner = spread ? element.expression : element;
    return { spread, value: ts.isOmittedExpression(inner) ? UNDEFINED : evaluate(lowering, inner, scope) };
  });
  const parts = values.map(({ spread, value }): List =>
    spread ? iterate(lowering, value) : { elements: [value], rest: undefined },
  );
  const { elements, rest } = appended(lowering, parts);
  return rest === undefined ? array(elements) : withSizes(array(elements, rest), joinedSizes(values));
}

/** The numbers of a row of a table, which takes no steps: a file may have thousands of them in front of its code. */
function writtenRow({ elements }: ts.ArrayLiteralExpression): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const element of elements) {
    if (element.kind !== SyntaxKind.NumericLiteral) return undefined;
    numbers.push(Number((element as ts.NumericLiteral).text));
  }
  return numbers.length === 0 ? undefined : numbers;
}

function evaluateTemplate(lowering: Lowering, expression: ts.TemplateExpression, scope: Scope): Value {
  const texts: unknown[] = [expression.head.text];
  let known = true;
  for (const { expression: part, literal } of expression.templateSpans) {
    const value = evaluate(lowering, part, scope);
    if (value.kind === 'constant') texts.push(value.value);
    else known = false;
    texts.push(literal.text);
  }
  return known ? joinedText(lowering, texts) : lowering.unknown('unmodelled syntax');
}

function evaluateTypeOf(lowering: Lowering, expression: ts.TypeOfExpression, scope: Scope): Value {
  const value = evaluate(lowering, expression.expression, scope);
  if (value.optional === true) return lowering.unknown('unresolved name');
  switch (value.kind) {
    case 'constant':
      return constant(value.value === null ? 'object' : typeof value.value);
    case 'number':
      return constant('number');
    case 'function':
    case 'class':
      return constant('function');
    case 'tensor':
    case 'array':
    case 'object':
      return constant('object');
    case 'input':
      if (value.claim?.kind === 'number' || value.claim?.kind === 'string' || value.claim?.kind === 'boolean')
        return constant(value.claim.kind);
      return value.claim?.kind === 'tensor' ? constant('object') : lowering.unknown('unresolved name');
    default:
      return lowering.unknown('unresolved name');
  }
}

/** JSX makes no tensors, but handlers stand in it. */
function evaluateJsx(lowering: Lowering, node: ts.Node, scope: Scope): void {
  if (ts.isJsxExpression(node)) {
    if (node.expression !== undefined) evaluate(lowering, node.expression, scope);
    return;
  }
  forEachChild(node, (child) => evaluateJsx(lowering, child, scope));
}
