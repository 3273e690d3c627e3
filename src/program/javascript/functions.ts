import { ts } from '../../source/typescript.js';
import { unresolvedCall } from './calls.js';
import { someReceiver } from './constructors.js';
import { noteClaim, noteDocumented } from '../claims/claims.js';
import { lowerConstructor, receiverOf, someInstance } from './classes.js';
import type { CallShapes } from '../custom-calls.js';
import { kernelGradientArguments } from '../gradients/custom-gradients.js';
import { forgetEffects } from '../control/effects.js';
import { evaluate } from './expressions.js';
import { withReturns, type Completion } from '../control/flow.js';
import type { Gradient } from '../gradient.js';
import { asDeclared, isLostTensor } from '../claims/declared-types.js';
import { handedNamespace } from '../tensorflow/handed-namespace.js';
import { asTensor, input } from '../claims/inputs.js';
import { elementAt, listOf } from './lists.js';
import { isClassName } from './instances.js';
import type { Frame, Lowering, LoweredUnit } from '../lowering.js';
import type { Module } from '../module.js';
import { superclassIsForeign } from './objects.js';
import { bindPattern, orDefault } from './patterns.js';
import { named } from '../shapes/named-sizes.js';
import { mayMatter, reachesSites } from '../selection/relevance.js';
import { Scope } from '../scope.js';
import { executeBlock, returned } from '../control/statements.js';
import { comparedInConditions, isMethod, returnsEarly } from './syntax.js';
import {
  claimOf,
  documentedParameters,
  type DocumentedParameter,
  type TypeClaim,
} from '../claims/type-claims.js';
import type { Differentiated, Unit } from '../unit.js';
import {
  array,
  isNullish,
  isUndefined,
  nodesIn,
  type FunctionValue,
  type InputValue,
  type ObjectValue,
  type OptionKind,
  type TensorFlowValue,
  type UnknownCause,
  type Value,
  type ConstantValue,
} from '../values.js';

export function createFunction(
  lowering: Lowering,
  declaration: ts.FunctionLikeDeclaration,
  scope: Scope,
  self?: Value,
): FunctionValue {
  const module = lowering.frame!.module;
  return lowering.created({
    kind: 'function',
    declaration,
    scope,
    module,
    self,
    owner: lowering.frame?.owner,
  });
}

/** Runs the body of a function with these arguments. An argument that could not be followed is an undescribed input. */
export function callFunction(
  lowering: Lowering,
  fn: FunctionValue,
  args: readonly Value[],
  site: ts.Node | undefined,
): Value {
  if (fn.wrap !== undefined) return fn.wrap({ ...fn, wrap: undefined }, args);
  const { declaration } = fn;
  if (declaration.body === undefined) return lowering.unknown('unresolved call');
  if (!mayMatter(lowering, fn) && !isCalledInPlace(fn, args) && !args.some(({ kind }) => kind === 'tensor'))
    return asDeclared(lowering, leftOut(lowering, fn, args, site ?? declaration), declaration);
  const cut = lowering.whyCut(declaration);
  if (cut !== undefined) {
    forgetEffects(lowering, fn, args, cut);
    return asDeclared(lowering, lowering.unknown(cut), declaration);
  }
  const result = lowering.call(fn, site, (frame): Value => {
    const scope = functionScope(fn);
    bindArguments(lowering, declaration, args, scope);
    return runBody(lowering, declaration, scope, frame);
  });
  return asDeclared(lowering, result, declaration);
}

/** `(function (root, factory) { … })(this, function (tf) { … })`: what is handed over runs here, and only here. */
const isCalledInPlace = ({ declaration }: FunctionValue, args: readonly Value[]): boolean =>
  (ts.isParenthesizedExpression(declaration.parent) ||
    (ts.isCallExpression(declaration.parent) && declaration.parent.expression === declaration)) &&
  args.some(({ kind }) => kind === 'function');

/** Gives parameters their arguments. */
export function bindArguments(
  lowering: Lowering,
  declaration: ts.FunctionLikeDeclaration,
  args: readonly Value[],
  scope: Scope,
): void {
  const documented = documentedParameters(declaration);
  const given = listOf(lowering, args);
  declaration.parameters.forEach((parameter, index) => {
    if (parameter.dotDotDotToken !== undefined) {
      bindPattern(lowering, parameter.name, array(given.elements.slice(index), given.rest), scope, 'declare');
      return;
    }
    let value = elementAt(lowering, given, index, parameter);
    if (isFromOutside(value)) value = parameterInput(lowering, parameter, index, documented);
    else if (isLostTensor(value)) {
      const described = parameterInput(lowering, parameter, index, documented);
      value =
        (described.kind === 'input' ? asTensor(lowering, described, value.node.shape?.length) : undefined) ??
        described;
    }
    if (isUndefined(value) || value.optional === true)
      value = orDefault(lowering, value, parameter.initializer, scope);
    if (ts.isIdentifier(parameter.name)) {
      noteDocumented(lowering, value, documented.get(parameter.name.text), parameter);
      value = named(value, parameter.name, parameter.name.text);
      if (value.kind === 'constant' && value.ofOption !== undefined)
        noteOption(lowering, parameter, value.ofOption);
    }
    bindPattern(lowering, parameter.name, value, scope, 'declare', parameter.type);
  });
}

/** Of several calls the one tells that leaves more open. */
function noteOption(lowering: Lowering, parameter: ts.ParameterDeclaration, kind: OptionKind): void {
  if (lowering.options.get(parameter) !== 'any number') lowering.options.set(parameter, kind);
}

/** Gives parameters inputs: of a function that nobody is seen to call. */
export function bindInputs(lowering: Lowering, declaration: ts.FunctionLikeDeclaration, scope: Scope): void {
  const documented = documentedParameters(declaration);
  declaration.parameters.forEach((parameter, index) => {
    const value = unitParameter(lowering, parameter, index, documented, scope);
    bindInput(lowering, parameter, value, scope);
  });
}

/** Of a rest parameter the input is what every one of its elements is. */
function bindInput(lowering: Lowering, parameter: ts.ParameterDeclaration, value: Value, scope: Scope): void {
  const bound: Value =
    parameter.dotDotDotToken === undefined ? value : { kind: 'array', elements: [], rest: value };
  bindPattern(lowering, parameter.name, bound, scope, 'declare', parameter.type);
}

/** A function without tensor code is not run; callbacks it is handed may be. */
function leftOut(lowering: Lowering, fn: FunctionValue, args: readonly Value[], place: ts.Node): Value {
  forgetEffects(lowering, fn, args, 'no tensor code');
  return args.some((arg) => arg.kind === 'function')
    ? unresolvedCall(lowering, args, place)
    : lowering.unknown('no tensor code');
}

function functionScope(fn: FunctionValue): Scope {
  const scope = new Scope(fn.scope, fn.declaration);
  if (fn.self !== undefined && !ts.isArrowFunction(fn.declaration)) scope.variables.set('this', fn.self);
  return scope;
}

export function runBody(
  lowering: Lowering,
  declaration: ts.FunctionLikeDeclaration,
  scope: Scope,
  frame: Frame,
): Value {
  const body = declaration.body!;
  if (!ts.isBlock(body)) {
    const value = evaluate(lowering, body, scope);
    noteReturned(lowering, declaration, [value]);
    return value;
  }
  const run = (): Completion => executeBlock(lowering, body.statements, scope);
  if (returnsEarly(body)) withReturns(lowering, frame, scope, run);
  else run();
  // A generator gives what it yields, any number of times.
  if (declaration.asteriskToken !== undefined) return array([], returned(lowering, frame.yields));
  noteReturned(lowering, declaration, frame.returns);
  return returned(lowering, frame.returns);
}

/** What a function gives, beside what it says that it gives. */
function noteReturned(
  lowering: Lowering,
  { type }: ts.FunctionLikeDeclaration,
  values: readonly Value[],
): void {
  const claim = claimOf(type, lowering.frame!.module.source);
  if (type === undefined || claim?.kind !== 'tensor' || claim.rank === undefined || claim.orList === true)
    return;
  for (const value of values) if (value.kind === 'tensor') noteClaim(lowering, value, claim.rank, type);
}

const OUTSIDE: ReadonlySet<UnknownCause> = new Set([
  'unresolved name',
  'unresolved call',
  'unresolved import',
  'unmodelled TensorFlow.js function',
  'unknown element',
  'no tensor code',
]);

/** What comes from code that is not followed is an input like any other; what was lost on the way may be anything. */
export const isFromOutside = (value: Value): boolean => value.kind === 'unknown' && OUTSIDE.has(value.cause);

function parameterInput(
  lowering: Lowering,
  parameter: ts.ParameterDeclaration,
  index: number,
  documented: ReadonlyMap<string, DocumentedParameter>,
  unlessClaimed?: TypeClaim,
): InputValue | TensorFlowValue {
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : `argument ${index + 1}`;
  const namespace = handedNamespace(name, parameter.type, lowering.frame!.module);
  if (namespace !== undefined) return namespace;
  const claim = parameterClaim(lowering, parameter) ?? unlessClaimed;
  return input(name, claim, parameter.name, documented.get(name), isRequired(parameter));
}

/** What `tf.customGrad` hands over. */
const ANY_TENSOR: TypeClaim = { kind: 'tensor' };

/** Whether the type says that callers give a number: `eps: number`, but neither `eps?: number` nor `eps: number | null`. */
const isRequired = ({ type, questionToken, initializer }: ts.ParameterDeclaration): boolean =>
  type?.kind === ts.SyntaxKind.NumberKeyword && questionToken === undefined && initializer === undefined;

/** Types in JSDoc count like written ones: JavaScript has no other. */
function parameterClaim(lowering: Lowering, parameter: ts.ParameterDeclaration): TypeClaim | undefined {
  if (claims.has(parameter)) return claims.get(parameter);
  const claim = readParameterClaim(lowering, parameter, lowering.frame!.module);
  claims.set(parameter, claim);
  return claim;
}

const claims = new WeakMap<ts.Node, TypeClaim | undefined>();

function readParameterClaim(
  lowering: Lowering,
  parameter: ts.ParameterDeclaration,
  module: Module,
): TypeClaim | undefined {
  if (parameter.type !== undefined) return claimOf(parameter.type, module.source);
  // Nobody checks a type in a comment: one that is not known says nothing.
  const claim = claimOf(ts.getJSDocType(parameter), module.source);
  return claim?.kind !== 'other' || isClassName(lowering, claim, module) ? claim : undefined;
}

export interface FunctionOptions {
  /** Arguments that are known. */
  readonly given?: readonly Value[] | undefined;
  /** The parameter that the gradient is taken by, or all of them; absent: all inputs of a layer. */
  readonly by?: number | 'all' | undefined;
  /** It is what `tf.customGrad` was given. */
  readonly custom?: boolean | undefined;
  /** The shapes that it is called with. */
  readonly calls?: readonly CallShapes[] | undefined;
}

/** Lowers a function as a unit of its own: its parameters are inputs. */
export function lowerFunction(
  lowering: Lowering,
  fn: FunctionValue,
  differentiated: Differentiated,
  { given = [], by, custom, calls }: FunctionOptions = {},
): LoweredUnit | undefined {
  const { declaration } = fn;
  if (declaration.body === undefined || !reachesSites(lowering, fn)) return undefined;
  if (ts.isConstructorDeclaration(declaration) && fn.owner !== undefined)
    return lowerConstructor(lowering, fn.owner, declaration);
  const kind: Unit['kind'] =
    fn.owner !== undefined && isMethod(declaration)
      ? 'method'
      : fn.scope.owner === undefined
        ? 'function'
        : 'closure';
  const gradient: Gradient | undefined =
    differentiated === 'yes' && (by !== undefined || isLayerCall(fn))
      ? { by: 'inputs', losses: [], outer: undefined }
      : undefined;
  const receiver = kind === 'method' ? receiverOf(lowering, fn.owner!) : undefined;
  const request = {
    gradient,
    custom,
    calls,
    name: functionName(fn),
    kind,
    declaration,
    module: fn.module,
    boundary: fn.scope,
    differentiated,
    className: fn.owner?.declaration.name?.text,
    receiver:
      receiver !== fn.owner && receiver?.module === fn.module ? receiver?.declaration.name?.text : undefined,
    methodName: isMethod(declaration) ? declaration.name.getText() : undefined,
    static: fn.self?.kind === 'class',
  };
  return lowering.unit(request, ({ setSelf, inputs, alternatives }) => {
    const handed = kernelGradientArguments(lowering, fn) ?? given;
    let self = fn.self;
    if (self === undefined && receiver !== undefined) {
      self = lowering.call(
        { declaration: receiver.module.source, module: receiver.module, self: undefined, owner: receiver },
        undefined,
        () => someInstance(lowering, receiver!),
      );
    }
    self = someReceiver(lowering, fn) ?? self;
    const around = kind === 'closure' ? fn.scope.find('this')?.variables.get('this') : undefined;
    if (self !== undefined) setSelf(self);
    else if (around?.kind === 'object' && ts.isArrowFunction(declaration)) setSelf(around);
    const unitFunction: FunctionValue = { ...fn, self };
    return lowering.call(unitFunction, undefined, (frame): Value => {
      const scope = functionScope(unitFunction);
      const documented = documentedParameters(declaration);
      declaration.parameters.forEach((parameter, index) => {
        const value = handed[index] ?? unitParameter(lowering, parameter, index, documented, scope, custom);
        inputs.set(parameter.name.getText(), value);
        bindInput(lowering, parameter, value, scope);
      });
      const result = runBody(lowering, declaration, scope, frame);
      if (frame.returns.length > 1) alternatives.push(...frame.returns);
      if (gradient !== undefined && by !== undefined) {
        const parameters = declaration.parameters.slice(...(by === 'all' ? [] : [by, by + 1]));
        if (parameters.length > 0)
          gradient.by = parameters.flatMap(({ name }) => nodesIn(inputs.get(name.getText())));
      }
      return result;
    });
  });
}

/** Whether a gradient runs through a function that nothing known calls: through a layer it does, layers are trained. */
export function differentiation(fn: FunctionValue): Differentiated {
  return isLayerCall(fn) ? 'yes' : 'possible';
}

const isLayerCall = (fn: FunctionValue): boolean =>
  fn.owner !== undefined && functionName(fn).endsWith('.call') && superclassIsForeign(fn.owner);

/** A parameter with a default has, for ordinary use, that default; an option that chooses a way may choose any. */
export function unitParameter(
  lowering: Lowering,
  parameter: ts.ParameterDeclaration,
  index: number,
  documented: ReadonlyMap<string, DocumentedParameter>,
  scope: Scope,
  custom = false,
): Value {
  if (parameter.initializer !== undefined && parameterClaim(lowering, parameter)?.kind !== 'tensor') {
    const value = evaluate(lowering, parameter.initializer, scope);
    if (value.kind === 'constant' && value.value !== null && value.value !== undefined)
      return choosesWay(parameter.initializer, value) || switchesOn(parameter) ? asDefault(value) : value;
    // `activation = tf.relu`
    if (value.kind === 'tensorflow' && value.path !== '') return value;
    const options = value.kind === 'object' ? defaultOptions(value) : undefined;
    if (options !== undefined) return options;
  }
  return parameterInput(lowering, parameter, index, documented, custom ? ANY_TENSOR : undefined);
}

const asDefault = (value: ConstantValue): ConstantValue => ({ ...value, byDefault: true, asked: new Set() });

/** An object of constants that stands for the options which callers leave out: `(options = DEFAULTS) => …`. */
function defaultOptions(value: ObjectValue, depth = 0): ObjectValue | undefined {
  const { prototype, accessors, base } = value;
  if (prototype !== undefined || base !== undefined || (accessors?.size ?? 0) > 0) return undefined;
  const fields = new Map<string, Value>();
  for (const [name, field] of value.fields) {
    const option = defaultOption(field, depth);
    if (option === undefined) return undefined;
    fields.set(name, option);
  }
  return fields.size === 0 ? undefined : { kind: 'object', fields, given: true };
}

function defaultOption(value: Value, depth: number): Value | undefined {
  if (isNullish(value)) return undefined;
  if (value.kind === 'constant') return typeof value.value === 'number' ? value : asDefault(value);
  if (value.kind === 'array')
    return value.rest === undefined && value.elements.every(({ kind }) => kind === 'constant')
      ? value
      : undefined;
  return value.kind === 'object' && depth < 3 ? defaultOptions(value, depth + 1) : undefined;
}

/** `smoothing = 0` of which the body asks `if (smoothing > 0)`: more is done for those who want it. */
function switchesOn({ name, parent }: ts.ParameterDeclaration): boolean {
  const { body } = parent as ts.FunctionLikeDeclaration;
  if (body === undefined || !ts.isIdentifier(name)) return false;
  return comparedInConditions(body).has(name.text);
}

/** A switch, a mode by its name, or a member of an enumeration. */
const choosesWay = (initializer: ts.Expression, { value }: ConstantValue): boolean =>
  typeof value === 'boolean' || typeof value === 'string' || ts.isPropertyAccessExpression(initializer);

export function functionName(fn: FunctionValue): string {
  const { declaration } = fn;
  const own =
    declaration.name !== undefined && !ts.isComputedPropertyName(declaration.name)
      ? declaration.name.getText()
      : undefined;
  const owner = fn.owner?.declaration.name?.text;
  if (ts.isConstructorDeclaration(declaration)) return `${owner ?? 'class'}.constructor`;
  if (own !== undefined) return owner !== undefined && isMethod(declaration) ? `${owner}.${own}` : own;
  const { parent } = declaration;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return parent.left.getText();
  if (ts.isCallExpression(parent)) return `callback of ${parent.expression.getText().slice(0, 40)}`;
  return '<anonymous>';
}
