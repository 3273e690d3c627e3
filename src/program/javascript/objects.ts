/** Object literals, and what objects and classes have under a name. */
import { ts } from '../../source/typescript.js';
import { createFunction } from './functions.js';
import { join } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { named } from '../shapes/named-sizes.js';
import { Fields, type Scope } from '../scope.js';
import { asDefault, UNDEFINED, type ObjectValue, type Value, SOME_FIELD } from '../values.js';
import { inheritedMethod } from './members.js';
import { readName, thisValue, keyOfMember } from './names.js';

export function evaluateObject(
  lowering: Lowering,
  expression: ts.ObjectLiteralExpression,
  scope: Scope,
): Value {
  const object: ObjectValue & { base?: Value } = {
    kind: 'object',
    fields: new Fields(),
    accessors: new Map(),
  };
  for (const property of expression.properties) {
    if (ts.isSpreadAssignment(property)) {
      spreadInto(lowering, object, lowering.evaluate(property.expression, scope));
    } else if (ts.isShorthandPropertyAssignment(property)) {
      object.fields.set(property.name.text, readName(lowering, property.name, scope));
    } else if (ts.isPropertyAssignment(property)) {
      const key = keyOfMember(lowering, property.name, scope);
      const value = lowering.evaluate(property.initializer, scope, key);
      object.fields.set(key, named(value, property.name, key));
    } else if (ts.isMethodDeclaration(property)) {
      object.fields.set(
        keyOfMember(lowering, property.name, scope),
        createFunction(lowering, property, scope, object),
      );
    } else {
      const accessor = createFunction(lowering, property, scope, object);
      const key = keyOfMember(lowering, property.name, scope);
      const known = object.accessors?.get(key);
      object.accessors?.set(
        key,
        ts.isGetAccessor(property) ? { ...known, get: accessor } : { ...known, set: accessor },
      );
    }
  }
  if (object.fields.has('kernelName')) lowering.kernels.note(object);
  return object;
}

/** What is spread and not described may have any further fields. */
function spreadInto(lowering: Lowering, object: ObjectValue & { base?: Value }, spread: Value): void {
  if (spread.kind === 'object') {
    for (const [name, value] of spread.fields)
      object.fields.set(
        name,
        spread.optional === true ? join(lowering, object.fields.get(name) ?? UNDEFINED, value) : value,
      );
    if (spread.base !== undefined) object.base = spread.base;
  } else if (spread.kind === 'input' || spread.kind === 'unknown') {
    object.base = spread;
    if (spread.kind === 'input') switchable(object);
  }
}

/** `{ ...DEFAULTS, ...options }`: what chooses a way in DEFAULTS may be chosen otherwise by what is handed in. */
function switchable({ fields }: ObjectValue): void {
  for (const [name, value] of fields)
    if (value.kind === 'constant' && typeof value.value === 'boolean') fields.set(name, asDefault(value));
}

/** A method or getter that an object has from its class. */
export function inherited(
  lowering: Lowering,
  type: Value | undefined,
  self: Value,
  name: string,
): Value | undefined {
  const method = inheritedMethod(type, self, name);
  return method !== undefined && ts.isGetAccessor(method.declaration)
    ? lowering.callFunction(method, [], undefined)
    : method;
}

/** `super.name`: the member of the class above, on the object at hand. */
export function superProperty(lowering: Lowering, name: string, place: ts.Node, scope: Scope): Value {
  const self = thisValue(lowering, scope);
  const above = lowering.frame?.owner?.superclass;
  if (self.kind === 'class')
    return above === undefined
      ? lowering.unknown('unresolved name')
      : lowering.getProperty(above, name, place);
  return inherited(lowering, above, self, name) ?? { kind: 'method', receiver: self, name };
}

/** The value of a field that may also have been written under a name nobody knows. */
export function orSomeField(lowering: Lowering, object: ObjectValue, value: Value): Value {
  const written = object.fields.get(SOME_FIELD);
  return written === undefined || value.kind === 'function' ? value : join(lowering, value, written);
}
