/** Objects of two classes where two ways meet: a layer or another one, a step of a list of steps. */
import { ts } from '../../source/typescript.js';
import { isCallable, type ClassValue, type ObjectValue, type Value } from '../values.js';
import { inheritedMethod } from './members.js';

/** Methods that both have, if they are of two classes: a call runs that of each. */
export function methodsOfBoth(a: ObjectValue, b: ObjectValue): readonly string[] {
  if (a.prototype === b.prototype) return [];
  const names = new Set([...namesOf(a), ...namesOf(b)]);
  return [...names].filter((name) => ownMethod(a, name) !== undefined && ownMethod(b, name) !== undefined);
}

/** The method of this name, bound to the object. */
export function ownMethod(object: ObjectValue, name: string): Value | undefined {
  const field = object.fields.get(name);
  if (field !== undefined) return isCallable(field) ? field : undefined;
  const method = inheritedMethod(object.prototype, object, name);
  // A getter is no method, and what it gives may differ from one time to the next.
  return method !== undefined && ts.isMethodDeclaration(method.declaration) ? method : undefined;
}

function* namesOf({ fields, prototype }: ObjectValue): Iterable<string> {
  yield* fields.keys();
  for (let type: Value | undefined = prototype; isClass(type); type = type.superclass)
    for (const { name } of type.declaration.members)
      if (name !== undefined && 'text' in name && name.text !== 'constructor') yield name.text;
}

const isClass = (value: Value | undefined): value is ClassValue => value?.kind === 'class';
