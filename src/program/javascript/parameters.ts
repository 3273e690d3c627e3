/** What a parameter is where no argument says it: by its type, its comment and its default. */
import { SyntaxKind, ts } from '../../source/typescript.js';
import { handedNamespace } from '../tensorflow/handed-namespace.js';
import { describeFields, input } from '../claims/inputs.js';
import { contextualParameterType } from '../claims/contextual-types.js';
import type { Lowering } from '../lowering.js';
import type { Module } from '../module.js';
import type { Scope } from '../scope.js';
import { comparedInConditions } from './syntax.js';
import type { DocumentedParameter } from '../claims/documentation.js';
import { claimOf, type TypeClaim } from '../claims/type-claims.js';
import {
  asDefault,
  isMode,
  isNullish,
  type InputValue,
  type ObjectValue,
  type TensorFlowValue,
  type Value,
  type ConstantValue,
} from '../values.js';
import { isClassName } from './modules.js';

/** The input that a caller gives. */
export function parameterInput(
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
  const value = input(name, claim, parameter.name, documented.get(name), isRequired(parameter));
  describeFields(value, documented, ts.isIdentifier(parameter.name) ? name : '');
  return value;
}

/** What `tf.customGrad` hands over. */
const ANY_TENSOR: TypeClaim = { kind: 'tensor' };

/** Whether the type says that callers give a number: `eps: number`, but neither `eps?: number` nor `eps: number | null`. */
const isRequired = ({ type, questionToken, initializer }: ts.ParameterDeclaration): boolean =>
  type?.kind === SyntaxKind.NumberKeyword && questionToken === undefined && initializer === undefined;

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
  const contextual = contextualParameterType(parameter);
  if (contextual !== undefined) return claimOf(contextual, contextual.getSourceFile());
  // Nobody checks a type in a comment: one that is not known says nothing.
  const claim = claimOf(ts.getJSDocType(parameter), module.source);
  return claim?.kind !== 'other' || isClassName(lowering, claim, module) ? claim : undefined;
}

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
    const value = lowering.evaluate(parameter.initializer, scope);
    if (value.kind === 'constant' && value.value !== null && value.value !== undefined)
      return choosesWay(parameter.initializer, value) || switchesOn(parameter) ? asDefault(value) : value;
    // `activation = tf.relu`, `noise = uniformNoise`
    if (value.kind === 'function') return { ...value, byDefault: true };
    if (value.kind === 'tensorflow' && value.path !== '') return value;
    // `random = Math.random`
    if (value.kind === 'native' && value.name.startsWith('Math.')) return value;
    const options = value.kind === 'object' ? defaultOptions(value) : undefined;
    if (options !== undefined) return options;
  }
  return parameterInput(lowering, parameter, index, documented, custom ? ANY_TENSOR : undefined);
}

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
const choosesWay = (initializer: ts.Expression, value: ConstantValue): boolean =>
  isMode(value) || ts.isPropertyAccessExpression(initializer);
