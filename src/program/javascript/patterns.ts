import {
  isBinaryExpression,
  isElementAccessExpression,
  isIdentifier,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { applyClaim } from '../claims/declared-types.js';
import { typeOfVariable } from '../claims/variable-types.js';
import { asListOfTensors } from '../claims/inputs.js';
import { maybe } from '../control/flow.js';
import { iterate, join } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { elementAt } from './lists.js';
import { named } from '../shapes/named-sizes.js';
import type { Scope } from '../scope.js';
import {
  array,
  asDefault,
  isMode,
  asOption,
  constant,
  isNullish,
  isUndefined,
  optional,
  present,
  record,
  type Value,
  SOME_FIELD,
  type List,
} from '../values.js';
import { learnWritten } from '../control/known.js';
import { setElement, setProperty } from './assignments.js';
import { setsElementOfTensor } from './tensor-misuse.js';
import { declaredField } from './members.js';
import { keyOfMember } from './names.js';
import { asKept } from './whole-elements.js';

type Target = ts.BindingName | ts.Expression;

/** `declare` makes the name in the scope at hand, `var` in that of the function. */
export type Binding = 'declare' | 'var' | 'assign';

/** Gives a value to a name, a destructuring pattern, a field or an element. */
export function bindPattern(
  lowering: Lowering,
  target: Target,
  value: Value,
  scope: Scope,
  mode: Binding,
  type?: ts.TypeNode,
): void {
  if (isIdentifier(target)) {
    const declared = type ?? (mode === 'assign' ? typeOfAssigned(lowering, target, value) : undefined);
    const claimed = declared === undefined ? value : applyClaim(lowering, value, declared);
    bindName(lowering, target, claimed, scope, mode);
  } else if (ts.isObjectBindingPattern(target)) {
    bindFields(lowering, target.elements.map(fieldOfPattern), value, scope, mode);
  } else if (ts.isArrayBindingPattern(target)) {
    bindItems(lowering, target.elements.map(itemOfPattern), value, scope, mode);
  } else if (ts.isObjectLiteralExpression(target)) {
    bindFields(lowering, target.properties.map(fieldOfLiteral), value, scope, mode);
  } else if (ts.isArrayLiteralExpression(target)) {
    bindItems(lowering, target.elements.map(itemOfLiteral), value, scope, mode);
  } else if (isPropertyAccessExpression(target)) {
    bindField(lowering, target, value, scope);
  } else if (isElementAccessExpression(target)) {
    const object = lowering.evaluate(target.expression, scope);
    const index = lowering.evaluate(target.argumentExpression, scope);
    if (setsElementOfTensor(lowering, object, index, target)) return;
    const typed = object.kind === 'array' ? object.typed : undefined;
    const kept = typed === undefined ? value : asKept(lowering, typed, value, assignmentTo(target));
    setElement(lowering, object, index, kept);
    learnWritten(lowering, target, kept, scope);
  } else if (isWrapping(target)) {
    bindPattern(lowering, target.expression, value, scope, mode);
  }
}

/** `batch = data.rows`, of which nothing is known, where it says `let batch: tf.Tensor2D`. */
function typeOfAssigned(
  { frame }: Lowering,
  { text }: ts.Identifier,
  { kind }: Value,
): ts.TypeNode | undefined {
  const mayBeClaimed = kind === 'unknown' || kind === 'input' || kind === 'tensor';
  return mayBeClaimed && frame !== undefined ? typeOfVariable(text, frame.module.source) : undefined;
}

/** `out[i] = x`, of which `out[i]` is the target. */
const assignmentTo = (target: ts.Expression): ts.Node =>
  isBinaryExpression(target.parent) && target.parent.left === target ? target.parent : target;

/** `this.hidden = 64`: a size has the name of the field, a tensor the type that the class declares for it. */
function bindField(
  lowering: Lowering,
  target: ts.PropertyAccessExpression,
  value: Value,
  scope: Scope,
): void {
  const object = lowering.evaluate(target.expression, scope);
  const type = value.kind === 'tensor' ? declaredField(object, target.name.text) : undefined;
  const claimed = type === undefined ? value : applyClaim(lowering, value, type);
  const label = `${target.expression.kind === SyntaxKind.ThisKeyword ? 'this.' : ''}${target.name.text}`;
  setProperty(lowering, object, target.name.text, named(claimed, target.name, label));
}

function bindName(lowering: Lowering, name: ts.Identifier, value: Value, scope: Scope, mode: Binding): void {
  const holder =
    mode === 'declare'
      ? scope
      : mode === 'var'
        ? scope.ofFunction
        : (lowering.find(name.text, scope, name)?.scope ?? scope);
  lowering.journal.write(holder.variables, name.text, value);
}

/** One part of a pattern, in a declaration or an assignment: where it goes, and what if there is nothing. */
interface Part {
  readonly target: Target;
  readonly isRest: boolean;
  readonly fallback: ts.Expression | undefined;
}

interface FieldPart extends Part {
  readonly key: ts.PropertyName | undefined;
  readonly place: ts.Node;
}

function fieldOfPattern(element: ts.BindingElement): FieldPart {
  const key = element.propertyName ?? (isIdentifier(element.name) ? element.name : undefined);
  return {
    target: element.name,
    isRest: element.dotDotDotToken !== undefined,
    fallback: element.initializer,
    key,
    place: element,
  };
}

function fieldOfLiteral(property: ts.ObjectLiteralElementLike): FieldPart {
  const key = property.name;
  if (ts.isSpreadAssignment(property))
    return { target: property.expression, isRest: true, fallback: undefined, key, place: property };
  if (ts.isPropertyAssignment(property))
    return { ...withDefault(property.initializer), isRest: false, key, place: property };
  const fallback = ts.isShorthandPropertyAssignment(property)
    ? property.objectAssignmentInitializer
    : undefined;
  return { target: property.name as ts.Identifier, isRest: false, fallback, key, place: property };
}

function itemOfPattern(element: ts.ArrayBindingElement): Part | undefined {
  if (ts.isOmittedExpression(element)) return undefined;
  return {
    target: element.name,
    isRest: element.dotDotDotToken !== undefined,
    fallback: element.initializer,
  };
}

function itemOfLiteral(element: ts.Expression): Part | undefined {
  if (ts.isOmittedExpression(element)) return undefined;
  return ts.isSpreadElement(element)
    ? { target: element.expression, isRest: true, fallback: undefined }
    : { ...withDefault(element), isRest: false };
}

/** `x = 1` in a pattern that is assigned to. */
function withDefault(expression: ts.Expression): {
  target: ts.Expression;
  fallback: ts.Expression | undefined;
} {
  const isDefault =
    isBinaryExpression(expression) && expression.operatorToken.kind === SyntaxKind.EqualsToken;
  return isDefault
    ? { target: expression.left, fallback: expression.right }
    : { target: expression, fallback: undefined };
}

function bindItems(
  lowering: Lowering,
  parts: readonly (Part | undefined)[],
  value: Value,
  scope: Scope,
  mode: Binding,
): void {
  if (value.kind === 'input' && parts.length > 1) asListOfTensors(value);
  const list = iterate(lowering, value, parts.length);
  const areWritten = mode !== 'assign' && value.kind === 'array' && value.shapeOf === undefined;
  parts.forEach((part, index) => {
    if (part === undefined) return;
    const item = part.isRest
      ? array(list.elements.slice(index), list.rest)
      : itemAt(lowering, value, list, index, part.target);
    const given = orDefault(lowering, item, part.fallback, scope);
    bindPattern(lowering, part.target, areWritten ? nameOfSize(given, part.target) : given, scope, mode);
  });
}

/** `const [BATCH, STEPS] = [8, 10]` names sizes; those of a tensor are no others for the names that they get. */
const nameOfSize = (value: Value, target: Target): Value =>
  isIdentifier(target) ? named(value, target, target.text) : value;

/** Arrays know more of their elements than the list of them tells. */
function itemAt(lowering: Lowering, value: Value, list: List, index: number, place: ts.Node): Value {
  return value.kind === 'array'
    ? lowering.getElement(value, constant(index), place)
    : elementAt(lowering, list, index, place);
}

function bindFields(
  lowering: Lowering,
  parts: readonly FieldPart[],
  value: Value,
  scope: Scope,
  mode: Binding,
): void {
  const taken = new Set<string>();
  for (const part of parts) {
    if (part.isRest) {
      bindPattern(lowering, part.target, withoutFields(value, taken), scope, mode);
      continue;
    }
    const key = part.key === undefined ? SOME_FIELD : keyOfMember(lowering, part.key, scope);
    const field =
      key === SOME_FIELD
        ? lowering.unknown('unmodelled syntax')
        : lowering.getProperty(value, key, part.place);
    taken.add(key);
    bindPattern(lowering, part.target, orDefault(lowering, field, part.fallback, scope), scope, mode);
  }
}

function withoutFields(value: Value, taken: ReadonlySet<string>): Value {
  if (value.kind !== 'object') return value;
  return { ...record([...value.fields].filter(([name]) => !taken.has(name))), base: value.base };
}

/** What a parameter, field or element with a default is, for what it is given. */
export function orDefault(
  lowering: Lowering,
  value: Value,
  initializer: ts.Expression | undefined,
  scope: Scope,
): Value {
  if (initializer === undefined) return value;
  if (isUndefined(value)) return asOption(lowering.evaluate(initializer, scope), 'any number');
  if (value.optional !== true && !isUndescribed(value)) return value;
  const fallback = maybe(lowering, () => lowering.evaluate(initializer, scope));
  // That there may be nothing says that there may be something: `{ mask = null }`.
  if (value.kind === 'input' && isNullish(fallback)) return optional(value);
  // An option nobody described has, as far as anyone knows, its default.
  const isDefault = value.optional !== true && fallback.kind !== 'tensor' && fallback.kind !== 'number';
  if (!isDefault) return join(lowering, present(value), fallback);
  return isMode(fallback) ? asDefault(fallback) : asOption(fallback, 'any number');
}

const isUndescribed = (value: Value): boolean =>
  value.kind === 'input' &&
  value.form.kind === 'undetermined' &&
  value.given !== true &&
  value.claim?.kind !== 'tensor';
