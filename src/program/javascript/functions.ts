import { ts } from '../../source/typescript.js';
import { noteClaim, noteDocumented } from '../claims/claims.js';
import { asDocumented } from '../claims/documented.js';
import { forgetEffects } from '../control/effects.js';
import { knownOfNumbers, withKnown } from '../control/known.js';
import { withReturns } from '../control/flow.js';
import { asDeclared, isLostTensor } from '../claims/declared-types.js';
import { asRest, asTensor } from '../claims/inputs.js';
import { calledForLoss } from '../gradients/named-losses.js';
import { elementAt, listOf } from './lists.js';
import { noteExample } from '../example-data.js';
import type { Lowering } from '../lowering.js';
import { bindPattern, orDefault } from './patterns.js';
import { named } from '../shapes/named-sizes.js';
import { mayMatter } from '../selection/relevance.js';
import { Scope } from '../scope.js';
import { returnsEarly } from './syntax.js';
import { documentedParameters } from '../claims/documentation.js';
import { claimOf } from '../claims/type-claims.js';
import {
  array,
  isUndefined,
  type FunctionValue,
  type OptionKind,
  type Value,
  isFromOutside,
} from '../values.js';
import type { Frame, Completion } from '../frame.js';
import { parameterInput, unitParameter } from './parameters.js';
import { leftOut } from './left-out.js';
import { returned } from '../control/joins.js';

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
    behind: knownOfNumbers(lowering),
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
  const scopeOf = (): Scope => {
    const scope = functionScope(fn);
    bindArguments(lowering, declaration, args, scope);
    return scope;
  };
  const isWanted =
    isCalledInPlace(fn, args) || args.some(({ kind }) => kind === 'tensor') || fillsTensor(site);
  if (!isWanted && !mayMatter(lowering, fn))
    return asDeclared(lowering, leftOut(lowering, fn, args, site ?? declaration, scopeOf), declaration);
  const cut = lowering.whyCut(declaration);
  if (cut !== undefined) {
    if (cut === 'budget') lowering.handed.note(declaration, args);
    forgetEffects(lowering, fn, args, cut);
    return asDeclared(lowering, lowering.unknown(cut), declaration);
  }
  const result = calledForLoss(lowering, fn, args, () =>
    lowering.call(fn, site, (frame) =>
      withKnown(lowering, fn.behind, () => runBody(lowering, declaration, scopeOf(), frame)),
    ),
  );
  return asDeclared(lowering, result, declaration);
}

/** `(function (root, factory) { … })(this, function (tf) { … })`: what is handed over runs here, and only here. */
const isCalledInPlace = ({ declaration }: FunctionValue, args: readonly Value[]): boolean =>
  (ts.isParenthesizedExpression(declaration.parent) ||
    (ts.isCallExpression(declaration.parent) && declaration.parent.expression === declaration)) &&
  args.some(({ kind }) => kind === 'function');

/** `tf.tensor1d(histogram(values))`: what the call gives are the values of a tensor. */
function fillsTensor(site: ts.Node | undefined): boolean {
  const call = site?.parent;
  if (call === undefined || !ts.isCallExpression(call) || call.expression === site) return false;
  const { expression: callee } = call;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && MAKES_TENSOR.test(name.text);
}

const MAKES_TENSOR = /^tensor(?:[1-6]d)?$/;

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
    noteExample(lowering, parameter, value, documented, args);
    noteSingle(lowering, parameter, value);
    if (isFromOutside(value)) value = parameterInput(lowering, parameter, index, documented);
    else if (isLostTensor(value)) {
      const described = parameterInput(lowering, parameter, index, documented);
      value =
        (described.kind === 'input' ? asTensor(lowering, described, value.node.shape?.length) : undefined) ??
        described;
    }
    noteLeftOut(lowering, parameter, value);
    if (isUndefined(value) || value.optional === true)
      value = orDefault(lowering, value, parameter.initializer, scope);
    if (ts.isIdentifier(parameter.name)) {
      const described = documented.get(parameter.name.text);
      noteDocumented(lowering, value, described, parameter);
      value = asDocumented(value, described);
      value = named(value, parameter.name, parameter.name.text);
      if (value.kind === 'constant' && value.ofOption !== undefined)
        noteOption(lowering, parameter, value.ofOption);
    }
    bindPattern(lowering, parameter.name, value, scope, 'declare', parameter.type);
  });
}

/** What no call of the project hands over others may, where the function is theirs to call. */
function noteLeftOut(lowering: Lowering, parameter: ts.ParameterDeclaration, value: Value): void {
  if (parameter.initializer !== undefined) return;
  lowering.leftOut.set(parameter, isUndefined(value) && lowering.leftOut.get(parameter) !== false);
}

/** What is called with one of its kind, as to ask for one sample, may be called with several. */
function noteSingle({ singles }: Lowering, parameter: ts.ParameterDeclaration, value: Value): void {
  const isSingle = value.kind === 'array' && value.elements.length === 1 && value.rest === undefined;
  singles.set(parameter, isSingle && singles.get(parameter) !== false);
}

/** Of several calls the one tells that leaves more open. */
function noteOption(lowering: Lowering, parameter: ts.ParameterDeclaration, kind: OptionKind): void {
  if (lowering.options.get(parameter) !== 'any number') lowering.options.set(parameter, kind);
}

/** Gives parameters inputs: of a function that nobody is seen to call. */
export function bindInputs(lowering: Lowering, declaration: ts.FunctionLikeDeclaration, scope: Scope): void {
  const documented = lowering.handed.describe(declaration);
  declaration.parameters.forEach((parameter, index) => {
    const value = unitParameter(lowering, parameter, index, documented, scope);
    bindInput(lowering, parameter, value, scope);
  });
}

/** A rest parameter is a list: what is given in its place, not being one, is what every one of its elements is. */
export function bindInput(
  lowering: Lowering,
  parameter: ts.ParameterDeclaration,
  value: Value,
  scope: Scope,
): void {
  const isRest = parameter.dotDotDotToken !== undefined;
  if (isRest && value.kind === 'input') asRest(value);
  const isList = !isRest || value.kind === 'input' || value.kind === 'array';
  const bound: Value = isList ? value : { kind: 'array', elements: [], rest: value };
  bindPattern(lowering, parameter.name, bound, scope, 'declare', parameter.type);
}

export function functionScope(fn: FunctionValue): Scope {
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
    const value = lowering.evaluate(body, scope);
    noteReturned(lowering, declaration, [value]);
    return value;
  }
  const run = (): Completion => lowering.executeBlock(body.statements, scope);
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
  declaration: ts.FunctionLikeDeclaration,
  values: readonly Value[],
): void {
  const { type } = declaration;
  for (const value of values) {
    lowering.handed.records.note(value, declaration);
    lowering.handed.models.note(value, declaration);
  }
  const claim = claimOf(type, lowering.frame!.module.source);
  if (type === undefined || claim?.kind !== 'tensor' || claim.rank === undefined || claim.orList === true)
    return;
  for (const value of values) if (value.kind === 'tensor') noteClaim(lowering, value, claim.rank, type);
}
