/** Functions as units of their own: what nobody is seen to call has inputs as its parameters. */
import { ts } from '../../source/typescript.js';
import { someReceiver } from './constructors.js';
import { lowerConstructor, receiverOf, someInstance } from './classes.js';
import type { CallShapes } from '../custom-calls.js';
import { kernelGradientArguments } from '../gradients/custom-gradients.js';
import { withKnown } from '../control/known.js';
import { givesLoss, noteLoss } from '../gradients/named-losses.js';
import type { Lowering } from '../lowering.js';
import { onlyMakesObject, reachesSites } from '../selection/relevance.js';
import type { Scope } from '../scope.js';
import { isMethod } from './syntax.js';
import type { Unit } from '../unit.js';
import { nodesIn, type ClassValue, type FunctionValue, type ObjectValue, type Value } from '../values.js';
import type { LoweredUnit, UnitRequest } from '../lowered-unit.js';
import { functionScope, runBody, bindInput } from './functions.js';
import { unitParameter } from './parameters.js';
import { superclassIsForeign } from './members.js';
import { functionName } from './function-name.js';
import type { Gradient, Differentiated } from '../node.js';

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
  options: FunctionOptions = {},
): LoweredUnit | undefined {
  const { declaration } = fn;
  if (declaration.body === undefined || !reachesSites(lowering, fn) || onlyMakesObject(lowering, fn))
    return undefined;
  if (ts.isConstructorDeclaration(declaration) && fn.owner !== undefined)
    return lowerConstructor(lowering, fn.owner, declaration);
  const receiver = kindOf(fn) === 'method' ? receiverOf(lowering, fn.owner!) : undefined;
  const request = requestFor(fn, receiver, differentiated, options);
  return lowering.unit(request, (unit) => {
    const given = kernelGradientArguments(lowering, fn) ?? options.given ?? [];
    const self = selfOf(lowering, fn, receiver);
    unit.self = self ?? selfAround(fn);
    const unitFunction: FunctionValue = { ...fn, self };
    return lowering.call(unitFunction, undefined, (frame): Value => {
      const scope = functionScope(unitFunction);
      bindUnit(lowering, declaration, unit.inputs, { ...options, given }, scope);
      const result = withKnown(lowering, fn.behind, () => runBody(lowering, declaration, scope, frame));
      if (frame.returns.length > 1) unit.alternatives.push(...frame.returns);
      noteTakenBy(request.gradient, declaration, options.by, unit.inputs);
      if (differentiated === 'result')
        noteLoss(request.gradient!, declaration, (name) => unit.inputs.get(name), result);
      return result;
    });
  });
}

function kindOf({ owner, declaration, scope }: FunctionValue): Unit['kind'] {
  if (owner !== undefined && isMethod(declaration)) return 'method';
  return scope.owner === undefined ? 'function' : 'closure';
}

function requestFor(
  fn: FunctionValue,
  receiver: ClassValue | undefined,
  differentiated: Differentiated,
  { by, custom, calls }: FunctionOptions,
): UnitRequest {
  const { declaration, owner, module } = fn;
  const isTaken =
    differentiated === 'yes' ? by !== undefined || isLayerCall(fn) : differentiated === 'result';
  const isAnother = receiver !== owner && receiver?.module === module;
  return {
    gradient: isTaken ? { by: 'inputs', losses: [], outer: undefined } : undefined,
    custom,
    calls,
    name: functionName(fn),
    kind: kindOf(fn),
    declaration,
    module,
    boundary: fn.scope,
    differentiated,
    className: owner?.declaration.name?.text,
    receiver: isAnother ? receiver?.declaration.name?.text : undefined,
    methodName: isMethod(declaration) ? declaration.name.getText() : undefined,
    static: fn.self?.kind === 'class',
  };
}

/** The `this` of a function that nobody is seen to call. */
function selfOf(lowering: Lowering, fn: FunctionValue, receiver: ClassValue | undefined): Value | undefined {
  const self =
    fn.self === undefined && receiver !== undefined
      ? lowering.call(
          { declaration: receiver.module.source, module: receiver.module, self: undefined, owner: receiver },
          undefined,
          () => someInstance(lowering, receiver),
        )
      : fn.self;
  return someReceiver(lowering, fn) ?? self;
}

/** The object that an arrow function in a method has as its `this`. */
function selfAround(fn: FunctionValue): ObjectValue | undefined {
  if (kindOf(fn) !== 'closure' || !ts.isArrowFunction(fn.declaration)) return undefined;
  const around = fn.scope.find('this')?.variables.get('this');
  return around?.kind === 'object' ? around : undefined;
}

/** Gives parameters what is known of them, and inputs for the rest. */
function bindUnit(
  lowering: Lowering,
  declaration: ts.FunctionLikeDeclaration,
  inputs: Map<string, Value>,
  { given = [], custom }: FunctionOptions,
  scope: Scope,
): void {
  const documented = lowering.handed.describe(declaration);
  declaration.parameters.forEach((parameter, index) => {
    const value = given[index] ?? unitParameter(lowering, parameter, index, documented, scope, custom);
    inputs.set(nameOfParameter(parameter), value);
    bindInput(lowering, parameter, value, scope);
  });
}

/** `...tensors` of a rest parameter, as it is written. */
const nameOfParameter = ({ name, dotDotDotToken }: ts.ParameterDeclaration): string =>
  `${dotDotDotToken === undefined ? '' : '...'}${name.getText()}`;

/** By the tensors of which parameters the gradient is taken is known when these were used. */
function noteTakenBy(
  gradient: Gradient | undefined,
  { parameters }: ts.FunctionLikeDeclaration,
  by: FunctionOptions['by'],
  inputs: ReadonlyMap<string, Value>,
): void {
  if (gradient === undefined || by === undefined) return;
  const taken = by === 'all' ? parameters : parameters.slice(by, by + 1);
  if (taken.length > 0)
    gradient.by = taken.flatMap((parameter) => nodesIn(inputs.get(nameOfParameter(parameter))));
}

/**
 * Whether a gradient runs through a function that nothing known calls: through a layer it does, layers are trained, and so
 * it does through what a loss gives.
 */
export function differentiation(fn: FunctionValue): Differentiated {
  if (isLayerCall(fn)) return 'yes';
  return givesLoss(fn) ? 'result' : 'possible';
}

const isLayerCall = (fn: FunctionValue): boolean =>
  fn.owner !== undefined && functionName(fn).endsWith('.call') && superclassIsForeign(fn.owner);
