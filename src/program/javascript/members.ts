/** What classes declare: their members, and those of the classes they extend. */
import { SyntaxKind, ts } from '../../source/typescript.js';
import { type ClassValue, type FunctionValue, type Value, SOME_FIELD } from '../values.js';

/** The name of a member as it is written; `[some name]` of a computed one. */
export function propertyName(name: ts.PropertyName): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) || ts.isNumericLiteral(name.expression)
    ? name.expression.text
    : SOME_FIELD;
}

type Accessor = 'get' | 'set';

const members = new WeakMap<ts.ClassLikeDeclaration, ReadonlyMap<string, readonly ts.ClassElement[]>>();

function membersByName(
  declaration: ts.ClassLikeDeclaration,
): ReadonlyMap<string, readonly ts.ClassElement[]> {
  const known = members.get(declaration);
  if (known !== undefined) return known;
  const byName = new Map<string, ts.ClassElement[]>();
  for (const member of declaration.members) {
    if (member.name === undefined) continue;
    const name = propertyName(member.name);
    byName.set(name, [...(byName.get(name) ?? []), member]);
  }
  members.set(declaration, byName);
  return byName;
}

/** The member of this name in the class itself. */
const memberOf = (
  { declaration }: ClassValue,
  name: string,
  isStatic: boolean,
  kinds: (member: ts.ClassElement) => boolean,
): ts.ClassElement | undefined =>
  membersByName(declaration)
    .get(name)
    ?.find((member) => kinds(member) && hasStatic(member) === isStatic);

export const hasStatic = (member: ts.ClassElement): boolean =>
  ts.canHaveModifiers(member) &&
  (ts.getModifiers(member)?.some((modifier) => modifier.kind === SyntaxKind.StaticKeyword) ?? false);

export function methodOf(
  type: ClassValue,
  name: string,
): ts.MethodDeclaration | ts.GetAccessorDeclaration | undefined {
  const isMethod = (member: ts.ClassElement): boolean =>
    (ts.isMethodDeclaration(member) || ts.isGetAccessor(member)) && member.body !== undefined;
  return memberOf(type, name, false, isMethod) as
    ts.MethodDeclaration | ts.GetAccessorDeclaration | undefined;
}

/** A getter or setter of this name, of the class or one it extends. */
export function accessorOf(
  type: Value | undefined,
  self: Value,
  name: string,
  accessor: Accessor,
  isStatic: boolean,
): FunctionValue | undefined {
  const isAccessor = accessor === 'get' ? ts.isGetAccessor : ts.isSetAccessor;
  for (let current = type; current?.kind === 'class'; current = current.superclass) {
    const declaration = memberOf(current, name, isStatic, isAccessor) as ts.AccessorDeclaration | undefined;
    if (declaration !== undefined) return memberFunction(current, declaration, self);
  }
  return undefined;
}

/** The method or getter of this name, of the class or one it extends, on the object. */
export function inheritedMethod(
  type: Value | undefined,
  self: Value,
  name: string,
): FunctionValue | undefined {
  for (let current = type; current?.kind === 'class'; current = current.superclass) {
    const declaration = methodOf(current, name);
    if (declaration !== undefined) return memberFunction(current, declaration, self);
  }
  return undefined;
}

/** What a class declares, as a function on an object of it. */
export const memberFunction = (
  owner: ClassValue,
  declaration: FunctionValue['declaration'],
  self: Value | undefined,
): FunctionValue => ({
  kind: 'function',
  declaration,
  scope: owner.scope,
  module: owner.module,
  self,
  owner,
});

/** `class A extends tf.layers.Layer`: what it inherits is not in the project. */
export function superclassIsForeign(type: ClassValue | undefined): boolean {
  for (let current: Value | undefined = type; current?.kind === 'class'; current = current.superclass) {
    if (current.superclass !== undefined && current.superclass.kind !== 'class') return true;
  }
  return false;
}

/** The type that the class of an object, or one above it, declares a field with. */
export function declaredField(object: Value, name: string): ts.TypeNode | undefined {
  let type: Value | undefined = object.kind === 'object' ? object.prototype : undefined;
  for (; type?.kind === 'class'; type = type.superclass) {
    for (const member of type.declaration.members)
      if (
        ts.isPropertyDeclaration(member) &&
        !hasStatic(member) &&
        ts.isIdentifier(member.name) &&
        member.name.text === name
      )
        return member.type;
  }
  return undefined;
}

/** Whether a class is declared `abstract`: there are no objects of it. */
export const isAbstract = ({ declaration }: ClassValue): boolean =>
  ts
    .getModifiers(declaration as ts.ClassDeclaration)
    ?.some(({ kind }) => kind === SyntaxKind.AbstractKeyword) === true;
