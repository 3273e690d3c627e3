import { ts } from '../source/typescript.js';
import { evaluate } from './expressions.js';
import { asTensor } from './inputs.js';
import { iterate } from './joins.js';
import type { Lowering } from './lowering.js';
import { getProperty, setElement, setProperty } from './properties.js';
import type { Scope } from './scope.js';
import { claimOf } from './type-claims.js';
import { isUndefined, record, UNDEFINED, type Value } from './values.js';

type Target = ts.BindingName | ts.Expression;

/** Gives a value to a name, a destructuring pattern, a field or an element. */
export function bindPattern(lowering: Lowering, target: Target, value: Value, scope: Scope, mode: 'declare' | 'assign', type?: ts.TypeNode): void {
  if (ts.isIdentifier(target)) {
    const claimed = type === undefined ? value : applyClaim(lowering, value, type);
    bindName(lowering, target.text, claimed, scope, mode);
  } else if (ts.isObjectBindingPattern(target)) {
    bindObjectPattern(lowering, target, value, scope);
  } else if (ts.isArrayBindingPattern(target)) {
    const { elements, rest } = iterate(lowering, value, target.elements.length);
    target.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const item = element.dotDotDotToken === undefined ? (elements[index] ?? rest ?? UNDEFINED) : { kind: 'array' as const, elements: elements.slice(index), rest };
      bindPattern(lowering, element.name, orDefault(lowering, item, element.initializer, scope), scope, 'declare');
    });
  } else if (ts.isPropertyAccessExpression(target)) {
    setProperty(lowering, evaluate(lowering, target.expression, scope), target.name.text, value);
  } else if (ts.isElementAccessExpression(target)) {
    setElement(lowering, evaluate(lowering, target.expression, scope), evaluate(lowering, target.argumentExpression, scope), value);
  } else if (ts.isArrayLiteralExpression(target)) {
    const { elements, rest } = iterate(lowering, value, target.elements.length);
    target.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const inner = ts.isBinaryExpression(element) ? element.left : element;
      if (!ts.isSpreadElement(inner)) bindPattern(lowering, inner, elements[index] ?? rest ?? UNDEFINED, scope, 'assign');
    });
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) {
      if (ts.isShorthandPropertyAssignment(property)) bindName(lowering, property.name.text, getProperty(lowering, value, property.name.text, property), scope, 'assign');
      else if (ts.isPropertyAssignment(property)) bindPattern(lowering, property.initializer, getProperty(lowering, value, property.name.getText(), property), scope, 'assign');
    }
  } else if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target)) {
    bindPattern(lowering, target.expression, value, scope, mode);
  }
}

function bindName(lowering: Lowering, name: string, value: Value, scope: Scope, mode: 'declare' | 'assign'): void {
  const holder = mode === 'declare' ? scope : (scope.find(name) ?? scope);
  lowering.journal.write(holder.variables, name, value);
}

function bindObjectPattern(lowering: Lowering, pattern: ts.ObjectBindingPattern, value: Value, scope: Scope): void {
  const taken = new Set<string>();
  for (const element of pattern.elements) {
    if (element.dotDotDotToken !== undefined) {
      const left = value.kind === 'object' ? [...value.fields].filter(([name]) => !taken.has(name)) : [];
      bindPattern(lowering, element.name, value.kind === 'object' ? record(left) : value, scope, 'declare');
      continue;
    }
    const key = element.propertyName ?? element.name;
    const name = ts.isIdentifier(key) || ts.isStringLiteral(key) ? key.text : undefined;
    const field = name === undefined ? lowering.unknown('unmodelled syntax') : getProperty(lowering, value, name, element);
    if (name !== undefined) taken.add(name);
    bindPattern(lowering, element.name, orDefault(lowering, field, element.initializer, scope), scope, 'declare');
  }
}

function orDefault(lowering: Lowering, value: Value, initializer: ts.Expression | undefined, scope: Scope): Value {
  if (initializer === undefined) return value;
  // An option nobody described has, as far as anyone knows, its default.
  const undescribed = value.kind === 'input' && value.form.kind === 'undetermined' && value.claim?.kind !== 'tensor';
  return isUndefined(value) || undescribed ? evaluate(lowering, initializer, scope) : value;
}

/** A declared tensor type decides what an input is; nothing else is believed of it. */
export function applyClaim(lowering: Lowering, value: Value, type: ts.TypeNode): Value {
  if (value.kind !== 'input' || value.form.kind !== 'undetermined') return value;
  const claim = claimOf(type, type.getSourceFile());
  return claim?.kind === 'tensor' && claim.orList !== true ? (asTensor(lowering, value, claim.rank) ?? value) : value;
}
