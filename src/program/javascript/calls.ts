import { SyntaxKind, ts } from '../../source/typescript.js';
import { constructSuper, instantiate } from './classes.js';
import { makeOpaque } from '../claims/inputs.js';
import { join } from '../control/joins.js';
import { applyOwn } from '../layers/own-layers.js';
import { forgetElements } from '../control/known.js';
import { MUTATORS } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import { refine } from '../control/refinement.js';
import { callMap } from './maps.js';
import { noteResized } from './resized-lists.js';
import { callSet } from './sets.js';
import { callUndescribed, MODEL_METHODS } from './undescribed-calls.js';
import { requireModule } from './modules.js';
import { ownOp } from '../tensorflow/own-ops.js';
import { callArrayMethod } from './array-methods.js';
import { callNative, callNumberMethod, constructNative } from './natives.js';
import type { Scope } from '../scope.js';
import { branch, maybe } from '../control/flow.js';
import { FUNCTION_METHODS, PROMISE_METHODS } from './properties.js';
import { callTensorFlow } from '../tensorflow/tensorflow.js';
import {
  asString,
  isNullish,
  optional,
  present,
  UNDEFINED,
  type BoundMethod,
  type Value,
  isCallable,
  isFromOutside,
} from '../values.js';
import { callTensorMethod } from '../tensorflow/tensor-methods.js';
import { callLayer } from '../layers/layer-methods.js';
import { thisValue } from './names.js';
import { callOfGiven, unresolvedCall, lossOf } from './unfollowed-calls.js';
import { argumentValues, spreadValues } from './arguments.js';
import type { Completion } from '../frame.js';
import { emptyInstance } from './function-objects.js';

export function evaluateCall(lowering: Lowering, call: ts.CallExpression, scope: Scope): Value {
  const { expression } = call;
  if (expression.kind === SyntaxKind.SuperKeyword) return callSuper(lowering, call, scope);
  if (expression.kind === SyntaxKind.ImportKeyword) {
    const specifier = asString(argumentValues(lowering, call.arguments, scope)[0]);
    return specifier === undefined
      ? lowering.unknown('unresolved import')
      : requireModule(lowering, lowering.frame!.module, specifier);
  }
  const own = ownOp(lowering, call, scope);
  if (own !== undefined) return own;
  const callee = lowering.evaluate(expression, scope);
  const run = (): Value =>
    callValue(lowering, present(callee), argumentValues(lowering, call.arguments, scope), call);
  if (!ts.isOptionalChain(call)) {
    const value = run();
    // Behind an assertion it holds.
    const asserts = callee.kind === 'tensorflow' && callee.path === 'util.assert';
    if (asserts && call.arguments[0] !== undefined) refine(lowering, call.arguments[0], true, scope);
    return value;
  }
  if (isNullish(callee)) return UNDEFINED;
  return callee.optional === true ? optional(maybe(lowering, run)) : run();
}

export function callValue(lowering: Lowering, callee: Value, args: readonly Value[], place: ts.Node): Value {
  switch (callee.kind) {
    case 'function':
      return lowering.callFunction(callee, args, place);
    case 'tensorflow':
      return callTensorFlow(lowering, callee.path, args, place);
    case 'native':
      return callee.anyOf === undefined
        ? (callee.call?.(args, place) ?? callNative(lowering, callee.name, args, place))
        : callEither(lowering, callee.anyOf, args, place);
    case 'method':
      return callMethod(lowering, callee, args, place);
    case 'class':
      return instantiate(lowering, callee, args, place);
    case 'input': {
      makeOpaque(callee, 'a function');
      const { claim } = callee;
      return callOfGiven(lowering, args, place, claim?.kind === 'function' ? claim.returns : undefined);
    }
    default:
      return unresolvedCall(lowering, args, place, lossOf(callee));
  }
}

function callMethod(lowering: Lowering, method: BoundMethod, args: readonly Value[], place: ts.Node): Value {
  const { receiver, name } = method;
  if (PROMISE_METHODS.has(name)) return callPromiseMethod(lowering, receiver, name, args, place);
  if (isCallable(receiver) && FUNCTION_METHODS.has(name))
    return callFunctionMethod(lowering, receiver, name, args, place);
  switch (receiver.kind) {
    case 'tensor':
      return callTensorMethod(lowering, receiver, name, args, place);
    case 'array':
      return receiver.isSet === true
        ? callSet(lowering, receiver, name, args, place)
        : callArrayMethod(lowering, receiver, name, args, place);
    case 'layer':
      return callLayer(lowering, receiver, name, args, place);
    case 'number':
    case 'constant':
      return callNumberMethod(lowering, receiver, name, args);
    case 'object':
      return receiver.isMap === true
        ? callMap(lowering, receiver, name, args, place)
        : callForeignMethod(lowering, receiver, name, args, place);
    case 'input':
      if (MUTATORS.has(name)) forgetElements(lowering, receiver);
      noteResized(receiver, name);
      return callUndescribed(lowering, receiver, name, args, place);
    case 'unknown':
      return callUndescribed(lowering, receiver, name, args, place);
    default:
      return unresolvedCall(lowering, args, place);
  }
}

/** Runs each of several functions, and goes on with what any of them gives. */
function callEither(
  lowering: Lowering,
  functions: readonly Value[],
  args: readonly Value[],
  place: ts.Node,
): Value {
  const results: Value[] = [];
  const run = (fn: Value) => (): Completion => {
    results.push(callValue(lowering, fn, args, place));
    return 'next';
  };
  functions.map(run).reduceRight((rest, way) => () => branch(lowering, way, rest))();
  return results.reduce((one, other) => join(lowering, one, other));
}

/** `f.call(self, x)`, `f.apply(self, [x])`, `f.bind(self, x)`. */
function callFunctionMethod(
  lowering: Lowering,
  fn: Value,
  name: string,
  [self, ...given]: readonly Value[],
  place: ts.Node,
): Value {
  const bound: Value =
    fn.kind === 'function' && self !== undefined && fn.wrap === undefined ? { ...fn, self } : fn;
  if (name === 'call') return callValue(lowering, bound, given, place);
  if (name === 'apply')
    return callValue(lowering, bound, given[0] === undefined ? [] : spreadValues(lowering, given[0]), place);
  if (given.length === 0) return bound;
  return {
    kind: 'native',
    name: 'bound function',
    call: (args, site) => callValue(lowering, bound, [...given, ...args], site),
  };
}

/** Promises are what they resolve to. */
function callPromiseMethod(
  lowering: Lowering,
  value: Value,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const [fn, onError] = args;
  if (name === 'catch') unresolvedCall(lowering, args, place);
  if (name === 'finally' && isCallable(fn)) callValue(lowering, fn, [], place);
  if (name !== 'then') return value;
  if (onError !== undefined) unresolvedCall(lowering, [onError], place);
  return isCallable(fn) ? callValue(lowering, fn, [value], place) : value;
}

/** A method that the class inherits from TensorFlow.js, such as `addWeight` of a layer. */
function callForeignMethod(
  lowering: Lowering,
  receiver: Value,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const applied =
    name === 'apply' && receiver.kind === 'object' ? applyOwn(lowering, receiver, args, place) : undefined;
  if (applied !== undefined) return applied;
  if (name === 'addWeight' || MODEL_METHODS.has(name))
    return callLayer(
      lowering,
      { kind: 'layer', type: 'custom', config: receiver, layers: [], id: 0 },
      name,
      args,
      place,
    );
  return unresolvedCall(lowering, args, place);
}

function callSuper(lowering: Lowering, call: ts.CallExpression, scope: Scope): Value {
  const args = argumentValues(lowering, call.arguments, scope);
  const self = thisValue(lowering, scope);
  if (self.kind === 'object') constructSuper(lowering, self, args, call);
  return lowering.unknown('unresolved call');
}

export function evaluateNew(lowering: Lowering, expression: ts.NewExpression, scope: Scope): Value {
  const callee = lowering.evaluate(expression.expression, scope);
  const args = argumentValues(lowering, expression.arguments, scope);
  if (callee.kind === 'class') return instantiate(lowering, callee, args, expression);
  if (callee.kind === 'native') return constructNative(lowering, callee.name, args, expression);
  if (callee.kind === 'function') {
    const object = emptyInstance(callee);
    lowering.callFunction({ ...callee, self: object }, args, expression);
    return object;
  }
  // `new THREE.Vector3()` has methods of the names of ops, and is no tensor.
  return unresolvedCall(lowering, args, expression, isFromOutside(callee) ? 'unresolved import' : undefined);
}
