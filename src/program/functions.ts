import { ts } from '../source/typescript.js';
import { unresolvedCall } from './calls.js';
import { evaluate, propertyName } from './expressions.js';
import { withReturns, type Completion } from './flow.js';
import { input } from './inputs.js';
import { usedInstance } from './later.js';
import type { Frame, Lowering, LoweredUnit } from './lowering.js';
import { bindPattern } from './patterns.js';
import { methodOf, superclassIsForeign } from './properties.js';
import { classMayMatter, mayMatter } from './relevance.js';
import { Scope } from './scope.js';
import { executeBlock, returned } from './statements.js';
import { returnsEarly } from './syntax.js';
import { claimOf, documentedParameters, type DocumentedParameter, type TypeClaim } from './type-claims.js';
import type { Differentiated, Unit } from './unit.js';
import { array, isUndefined, UNDEFINED, type ClassValue, type FunctionValue, type ObjectValue, type UnknownCause, type Value } from './values.js';

export function createFunction(lowering: Lowering, declaration: ts.FunctionLikeDeclaration, scope: Scope, self?: Value): FunctionValue {
  const module = lowering.frame!.module;
  return lowering.created({ kind: 'function', declaration, scope, module, self, owner: lowering.frame?.owner });
}

export function createClass(lowering: Lowering, declaration: ts.ClassLikeDeclaration, scope: Scope): ClassValue {
  const heritage = declaration.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const superclass = heritage === undefined ? undefined : evaluate(lowering, heritage.expression, scope);
  const module = lowering.frame!.module;
  const value: ClassValue = { kind: 'class', declaration, scope, module, superclass, statics: new Map() };
  for (const member of declaration.members) {
    if (ts.isPropertyDeclaration(member) && isStatic(member) && member.initializer !== undefined) {
      value.statics.set(propertyName(member.name), evaluate(lowering, member.initializer, scope));
    }
    if (ts.isMethodDeclaration(member) && member.body !== undefined) {
      const method: FunctionValue = { kind: 'function', declaration: member, scope, module, self: isStatic(member) ? value : undefined, owner: value };
      if (isStatic(member)) value.statics.set(propertyName(member.name), method);
      lowering.created(method);
    }
  }
  return value;
}

export const isStatic = (member: ts.ClassElement): boolean =>
  ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false);

/** Runs the body of a function with these arguments. An argument that could not be followed is an undescribed input. */
export function callFunction(lowering: Lowering, fn: FunctionValue, args: readonly Value[], site: ts.Node | undefined): Value {
  if (fn.wrap !== undefined) return fn.wrap({ ...fn, wrap: undefined }, args);
  const { declaration } = fn;
  if (declaration.body === undefined) return lowering.unknown('unresolved call');
  if (!mayMatter(lowering, fn)) return leftOut(lowering, args, site ?? declaration);
  return lowering.call(fn, site, (frame): Value => {
    const scope = functionScope(fn);
    const documented = documentedParameters(declaration);
    declaration.parameters.forEach((parameter, index) => {
      const given = args[index];
      if (parameter.dotDotDotToken !== undefined) {
        bindPattern(lowering, parameter.name, { kind: 'array', elements: args.slice(index), rest: undefined }, scope, 'declare');
        return;
      }
      let value = given ?? UNDEFINED;
      if (isFromOutside(value)) value = parameterInput(parameter, index, documented);
      if (isUndefined(value) && parameter.initializer !== undefined) value = evaluate(lowering, parameter.initializer, scope);
      bindPattern(lowering, parameter.name, value, scope, 'declare', parameter.type);
    });
    return runBody(lowering, declaration, scope, frame);
  });
}

/** A function without tensor code is not run; callbacks it is handed may be. */
function leftOut(lowering: Lowering, args: readonly Value[], place: ts.Node): Value {
  return args.some((arg) => arg.kind === 'function') ? unresolvedCall(lowering, args, place) : lowering.unknown('no tensor code');
}

function functionScope(fn: FunctionValue): Scope {
  const scope = new Scope(fn.scope, fn.declaration);
  if (fn.self !== undefined && !ts.isArrowFunction(fn.declaration)) scope.variables.set('this', fn.self);
  return scope;
}

function runBody(lowering: Lowering, declaration: ts.FunctionLikeDeclaration, scope: Scope, frame: Frame): Value {
  const body = declaration.body!;
  if (!ts.isBlock(body)) return evaluate(lowering, body, scope);
  const run = (): Completion => executeBlock(lowering, body.statements, scope);
  if (returnsEarly(body)) withReturns(lowering, frame, run);
  else run();
  // A generator gives what it yields, any number of times.
  if (declaration.asteriskToken !== undefined) return array([], returned(lowering, frame.yields));
  return returned(lowering, frame.returns);
}

const OUTSIDE: ReadonlySet<UnknownCause> = new Set([
  'unresolved name', 'unresolved call', 'unresolved import', 'unmodelled TensorFlow.js function', 'unknown element', 'no tensor code',
]);

/** What comes from code that is not followed is an input like any other; what was lost on the way may be anything. */
const isFromOutside = (value: Value): boolean => value.kind === 'unknown' && OUTSIDE.has(value.cause);

function parameterInput(parameter: ts.ParameterDeclaration, index: number, documented: ReadonlyMap<string, DocumentedParameter>): Value {
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : `argument ${index + 1}`;
  return input(name, parameterClaim(parameter), parameter.name, documented.get(name));
}

/** Types in JSDoc count like written ones: JavaScript has no other. */
function parameterClaim(parameter: ts.ParameterDeclaration): TypeClaim | undefined {
  if (claims.has(parameter)) return claims.get(parameter);
  const claim = readParameterClaim(parameter);
  claims.set(parameter, claim);
  return claim;
}

const claims = new WeakMap<ts.Node, TypeClaim | undefined>();

function readParameterClaim(parameter: ts.ParameterDeclaration): TypeClaim | undefined {
  const type = parameter.type ?? ts.getJSDocType(parameter);
  return claimOf(type, parameter.getSourceFile());
}

/** Lowers a function as a unit of its own: its parameters are inputs. */
export function lowerFunction(lowering: Lowering, fn: FunctionValue, differentiated: Differentiated, given: readonly Value[] = []): LoweredUnit | undefined {
  const { declaration } = fn;
  if (declaration.body === undefined || !mayMatter(lowering, fn)) return undefined;
  const kind: Unit['kind'] = fn.owner !== undefined && ts.isMethodDeclaration(declaration) ? 'method' : fn.scope.owner === undefined ? 'function' : 'closure';
  const request = {
    name: functionName(fn),
    kind,
    declaration,
    module: fn.module,
    boundary: fn.scope,
    differentiated,
    className: fn.owner?.declaration.name?.text,
    methodName: ts.isMethodDeclaration(declaration) ? declaration.name.getText() : undefined,
    static: fn.self?.kind === 'class',
  };
  return lowering.unit(request, ({ setSelf, inputs }) => {
    let self = fn.self;
    if (self === undefined && fn.owner !== undefined && kind === 'method') {
      self = lowering.call({ declaration: declaration.parent, module: fn.module, self: undefined, owner: fn.owner }, undefined, () => someInstance(lowering, fn.owner!));
    }
    if (self !== undefined) setSelf(self);
    const unitFunction: FunctionValue = { ...fn, self };
    return lowering.call(unitFunction, undefined, (frame): Value => {
      const scope = functionScope(unitFunction);
      const documented = documentedParameters(declaration);
      declaration.parameters.forEach((parameter, index) => {
        const value = given[index] ?? unitParameter(lowering, parameter, index, documented, scope);
        inputs.set(parameter.name.getText(), value);
        bindPattern(lowering, parameter.name, parameter.dotDotDotToken === undefined ? value : { kind: 'array', elements: [], rest: value }, scope, 'declare', parameter.type);
      });
      return runBody(lowering, declaration, scope, frame);
    });
  });
}

/** Whether a gradient runs through a function that nothing known calls: through a layer it does, layers are trained. */
export function differentiation(fn: FunctionValue): Differentiated {
  const isLayerCall = fn.owner !== undefined && functionName(fn).endsWith('.call') && superclassIsForeign(fn.owner);
  return isLayerCall ? 'yes' : 'possible';
}

/** A parameter with a default has, for ordinary use, that default. */
function unitParameter(lowering: Lowering, parameter: ts.ParameterDeclaration, index: number, documented: ReadonlyMap<string, DocumentedParameter>, scope: Scope): Value {
  if (parameter.initializer !== undefined && parameterClaim(parameter)?.kind !== 'tensor') {
    const value = evaluate(lowering, parameter.initializer, scope);
    if (value.kind === 'constant' && value.value !== null && value.value !== undefined) return value;
  }
  return parameterInput(parameter, index, documented);
}

export function functionName(fn: FunctionValue): string {
  const { declaration } = fn;
  const own = declaration.name !== undefined && !ts.isComputedPropertyName(declaration.name) ? declaration.name.getText() : undefined;
  const owner = fn.owner?.declaration.name?.text;
  if (own !== undefined) return owner !== undefined && ts.isMethodDeclaration(declaration) ? `${owner}.${own}` : own;
  const { parent } = declaration;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return parent.left.getText();
  if (ts.isCallExpression(parent)) return `callback of ${parent.expression.getText().slice(0, 40)}`;
  return '<anonymous>';
}

/** An object of the class as a method may find it. Constructors are run once a class, not once a method. */
function someInstance(lowering: Lowering, type: ClassValue): ObjectValue {
  const made = instances.get(type) ?? instantiate(lowering, type, undefined, undefined);
  instances.set(type, made);
  return usedInstance(made, 'this');
}

const instances = new WeakMap<ClassValue, ObjectValue>();

/** `new Type(...)`: fields as initialisers and constructor leave them. Without arguments they are inputs. */
export function instantiate(lowering: Lowering, type: ClassValue, args: readonly Value[] | undefined, site: ts.Node | undefined): ObjectValue {
  const object: ObjectValue = { kind: 'object', fields: new Map(), prototype: type };
  if (!classMayMatter(type)) return object;
  construct(lowering, type, object, args, site);
  build(lowering, type, object);
  return object;
}

/** A layer makes its weights in `build`, which TensorFlow.js calls before the first `call`. */
function build(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const declaration = superclassIsForeign(type) ? methodOf(type, 'build') : undefined;
  if (declaration === undefined) return;
  const method: FunctionValue = { kind: 'function', declaration, scope: type.scope, module: type.module, self: object, owner: type };
  callFunction(lowering, method, [lowering.unknown('unresolved call')], undefined);
}

export function construct(lowering: Lowering, type: ClassValue, object: ObjectValue, args: readonly Value[] | undefined, site: ts.Node | undefined): void {
  const constructor = type.declaration.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined);
  // A derived class without a constructor hands everything on; one with a constructor calls super itself.
  if (constructor === undefined && type.superclass?.kind === 'class') construct(lowering, type.superclass, object, args, site);
  const code = { declaration: constructor ?? type.declaration, module: type.module, self: object as Value, owner: type };
  lowering.call(code, site, (frame) => {
    const scope = new Scope(type.scope, constructor ?? type.declaration);
    scope.variables.set('this', object);
    for (const member of type.declaration.members) {
      if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue;
      const name = propertyName(member.name);
      if (member.initializer !== undefined) object.fields.set(name, evaluate(lowering, member.initializer, scope, name));
      else object.fields.set(name, input(`this.${name}`, claimOf(member.type, member.getSourceFile()), member.name));
    }
    if (constructor === undefined) return;
    const documented = documentedParameters(constructor);
    constructor.parameters.forEach((parameter, index) => {
      let value = args === undefined ? unitParameter(lowering, parameter, index, documented, scope) : (args[index] ?? UNDEFINED);
      if (isFromOutside(value)) value = parameterInput(parameter, index, documented);
      if (isUndefined(value) && parameter.initializer !== undefined) value = evaluate(lowering, parameter.initializer, scope);
      bindPattern(lowering, parameter.name, value, scope, 'declare', parameter.type);
      // `constructor(private readonly scale: number)` makes a field.
      if (ts.isParameterPropertyDeclaration(parameter, constructor) && ts.isIdentifier(parameter.name)) object.fields.set(parameter.name.text, scope.variables.get(parameter.name.text)!);
    });
    runBody(lowering, constructor, scope, frame);
  });
}

