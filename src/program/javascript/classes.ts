import { SyntaxKind, ts } from '../../source/typescript.js';
import { bindArguments, bindInputs, runBody } from './functions.js';
import { handedNamespace } from '../tensorflow/handed-namespace.js';
import { describedBeside, input } from '../claims/inputs.js';
import { usedInstance } from '../control/later.js';
import { liveNumbers } from './lived-numbers.js';
import { classUnit, live } from './lives.js';
import { typeNamed } from '../claims/type-names.js';
import type { Lowering } from '../lowering.js';
import { isMethod, type Method } from './syntax.js';
import { classMayMatter } from '../selection/relevance.js';
import { Fields, Scope } from '../scope.js';
import { applyClaim } from '../claims/declared-types.js';
import { named } from '../shapes/named-sizes.js';
import { documentedParameters } from '../claims/documentation.js';
import { claimOf } from '../claims/type-claims.js';
import type { ClassValue, ObjectValue, Value } from '../values.js';
import type { LoweredUnit } from '../lowered-unit.js';
import { unitParameter } from './parameters.js';
import { hasStatic, memberFunction, methodOf, superclassIsForeign, isAbstract } from './members.js';
import { keyOfMember } from './names.js';

export function createClass(
  lowering: Lowering,
  declaration: ts.ClassLikeDeclaration,
  outer: Scope,
): ClassValue {
  const heritage = declaration.heritageClauses?.find((clause) => clause.token === SyntaxKind.ExtendsKeyword)
    ?.types[0];
  const superclass = heritage === undefined ? undefined : lowering.evaluate(heritage.expression, outer);
  const module = lowering.frame!.module;
  const scope = new Scope(outer, outer.owner);
  const type: ClassValue = { kind: 'class', declaration, scope, module, superclass, statics: new Fields() };
  noteConcrete(lowering, type);
  noteImplementations(lowering, type);
  if (declaration.members.some((member) => isField(member) && module.sites.within(member.pos, member.end)))
    lowering.withCodeInFields.add(type);
  // Its own name is known inside, and stands for the class in what is static.
  if (declaration.name !== undefined) scope.variables.set(declaration.name.text, type);
  for (const member of declaration.members) if (isMethod(member)) createMethod(lowering, type, member);
  const constructor = ownUnitOf(type);
  if (constructor !== undefined) lowering.created(memberFunction(type, constructor, undefined));
  const statics = new Scope(scope, scope.owner);
  statics.variables.set('this', type);
  for (const member of declaration.members) {
    if (ts.isClassStaticBlockDeclaration(member))
      lowering.executeBlock(member.body.statements, new Scope(statics, scope.owner));
    else if (ts.isPropertyDeclaration(member) && hasStatic(member) && member.initializer !== undefined) {
      type.statics.set(
        keyOfMember(lowering, member.name, statics),
        lowering.evaluate(member.initializer, statics),
      );
    }
  }
  return type;
}

const isField = (member: ts.ClassElement): member is ts.PropertyDeclaration =>
  ts.isPropertyDeclaration(member) && !hasStatic(member);

/** Runs what stands in the fields of a class of which nothing that was run has made an object. */
export function lowerFields(lowering: Lowering, type: ClassValue): void {
  if (instances.has(type)) return;
  lowering.unit(classUnit(type, 'possible'), () => someInstance(lowering, type));
}

/** `class Critic implements Value`: where nothing else does, what is said to be a `Value` is a `Critic`. */
function noteImplementations({ implementations }: Lowering, type: ClassValue): void {
  const { declaration } = type;
  const clause = declaration.heritageClauses?.find(({ token }) => token === SyntaxKind.ImplementsKeyword);
  if (isAbstract(type)) return;
  for (const { expression } of clause?.types ?? []) {
    const named = ts.isIdentifier(expression)
      ? typeNamed(expression.text, declaration.getSourceFile())
      : undefined;
    if (named === undefined) continue;
    const known = implementations.get(named) ?? new Set<ClassValue>();
    implementations.set(named, known.add(type));
  }
}

function noteConcrete({ concrete }: Lowering, type: ClassValue): void {
  if (isAbstract(type)) return;
  for (let above = type.superclass; above?.kind === 'class'; above = above.superclass)
    if (isAbstract(above) && !concrete.has(above.declaration)) concrete.set(above.declaration, type);
}

/** The class whose objects have the methods of a class: itself, unless it is abstract. */
export const receiverOf = (lowering: Lowering, type: ClassValue): ClassValue =>
  lowering.concrete.get(type.declaration) ?? type;

function createMethod(lowering: Lowering, type: ClassValue, declaration: Method): void {
  if (declaration.body === undefined) return;
  const isStatic = hasStatic(declaration);
  const method = memberFunction(type, declaration, isStatic ? type : undefined);
  if (isStatic && ts.isMethodDeclaration(declaration))
    type.statics.set(keyOfMember(lowering, declaration.name, type.scope), method);
  lowering.created(method);
}

/** An object of the class as a method may find it. Constructors are run once a class, not once a method. */
export const someInstance = (lowering: Lowering, type: ClassValue): ObjectValue =>
  instanceNamed(lowering, type, 'this');

/** The same under another name: fields that may have changed are inputs `agent.x`. */
export function instanceNamed(lowering: Lowering, type: ClassValue, name: string): ObjectValue {
  const made = instances.get(type) ?? lowering.journal.apart(() => usedBefore(lowering, type));
  return usedInstance(made, name);
}

function usedBefore(lowering: Lowering, type: ClassValue): ObjectValue {
  // A constructor may take another one, of which nothing is known then but its methods.
  instances.set(type, { kind: 'object', fields: new Fields(), prototype: type });
  let made!: ObjectValue;
  const make = (): void => void (made = instantiate(lowering, type, undefined, undefined));
  // Where the constructor is a unit of its own, its ops are told there.
  if (ownUnitOf(type) === undefined) make();
  else lowering.rehearse(classUnit(type, 'possible'), make);
  // Its methods may take another one.
  instances.set(type, made);
  live(lowering, type, made);
  liveNumbers(lowering, type, made);
  return made;
}

const constructorOf = ({ declaration }: ClassValue): ts.ConstructorDeclaration | undefined =>
  declaration.members.find(
    (member): member is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(member) && member.body !== undefined,
  );

/** The constructor, if sites stand in its own text: then it is a unit of its own. */
function ownUnitOf(type: ClassValue): ts.ConstructorDeclaration | undefined {
  const constructor = constructorOf(type);
  return constructor !== undefined && type.module.sites.within(constructor.pos, constructor.end)
    ? constructor
    : undefined;
}

/** Lowers the constructor of a class that nobody is seen to make an object of. */
export function lowerConstructor(
  lowering: Lowering,
  type: ClassValue,
  declaration: ts.ConstructorDeclaration,
): LoweredUnit {
  const request = { ...classUnit(type, 'no'), kind: 'function' as const, declaration };
  return lowering.unit(request, ({ inputs }) => {
    const documented = documentedParameters(declaration);
    const outside = { declaration: type.module.source, module: type.module, self: undefined, owner: type };
    const args: Value[] = [];
    lowering.call(outside, undefined, () => {
      declaration.parameters.forEach((parameter, index) => {
        args.push(unitParameter(lowering, parameter, index, documented, type.scope));
        inputs.set(parameter.name.getText(), args[index]!);
      });
    });
    const object: ObjectValue = { kind: 'object', fields: new Fields(), prototype: type };
    construct(lowering, type, object, args, undefined);
    return object;
  });
}

const instances = new WeakMap<ClassValue, ObjectValue>();

/** `new Type(...)`: fields as initialisers and constructor leave them. Without arguments they are inputs. */
export function instantiate(
  lowering: Lowering,
  type: ClassValue,
  args: readonly Value[] | undefined,
  site: ts.Node | undefined,
): ObjectValue {
  const object: ObjectValue = { kind: 'object', fields: new Fields(), prototype: type, lived: new Set() };
  if (!classMayMatter(type)) return object;
  lowering.withCodeInFields.delete(type);
  construct(lowering, type, object, args, site);
  build(lowering, type, object);
  return object;
}

/** A layer makes its weights in `build`, which TensorFlow.js calls before the first `call`. */
function build(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const declaration = superclassIsForeign(type) ? methodOf(type, 'build') : undefined;
  if (declaration === undefined) return;
  const method = memberFunction(type, declaration, object);
  lowering.callFunction(method, [lowering.unknown('unresolved call')], undefined);
}

function construct(
  lowering: Lowering,
  type: ClassValue,
  object: ObjectValue,
  args: readonly Value[] | undefined,
  site: ts.Node | undefined,
): void {
  const constructor = constructorOf(type);
  const above = type.superclass?.kind === 'class' ? type.superclass : undefined;
  // A derived class without a constructor hands everything on; one with a constructor calls super itself.
  if (constructor === undefined && above !== undefined) construct(lowering, above, object, args, site);
  const code = {
    declaration: constructor ?? type.declaration,
    module: type.module,
    self: object as Value,
    owner: type,
  };
  lowering.call(code, site, (frame) => {
    const scope = new Scope(type.scope, constructor ?? type.declaration);
    scope.variables.set('this', object);
    // A constructor of a derived class has fields from when it has called super.
    if (constructor === undefined || above === undefined) makeFields(lowering, type, object);
    if (constructor === undefined) return;
    if (args !== undefined) bindArguments(lowering, constructor, args, scope);
    else bindInputs(lowering, constructor, scope);
    for (const parameter of constructor.parameters) {
      // `constructor(private readonly scale: number)` makes a field.
      if (ts.isParameterPropertyDeclaration(parameter, constructor) && ts.isIdentifier(parameter.name))
        object.fields.set(parameter.name.text, scope.variables.get(parameter.name.text)!);
    }
    runBody(lowering, constructor, scope, frame);
  });
}

function makeFields(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const scope = new Scope(type.scope, type.declaration);
  scope.variables.set('this', object);
  for (const member of type.declaration.members) {
    if (!isField(member)) continue;
    const name = keyOfMember(lowering, member.name, scope);
    if (member.initializer !== undefined) {
      const value = lowering.evaluate(member.initializer, scope, name);
      const claimed = member.type === undefined ? value : applyClaim(lowering, value, member.type);
      lowering.writeField(object, name, named(claimed, member.name, `this.${name}`));
    } else if (!object.fields.has(name))
      object.fields.set(
        name,
        handedNamespace(name, member.type, type.module) ??
          describedBeside(
            input(`this.${name}`, claimOf(member.type, member.getSourceFile()), member.name),
            member,
          ),
      );
  }
}

/** `super(…)`: makes what the classes above make, then the fields of this one. */
export function constructSuper(
  lowering: Lowering,
  object: ObjectValue,
  args: readonly Value[],
  site: ts.Node,
): void {
  const owner = lowering.frame?.owner;
  if (owner?.superclass?.kind !== 'class') return;
  construct(lowering, owner.superclass, object, args, site);
  makeFields(lowering, owner, object);
}
