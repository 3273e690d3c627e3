/**
 * What the methods of an object leave in its fields: `fit` fills the mean that `transform` subtracts, and a moving average
 * is no longer the zeros that the constructor put there.
 */
import { ts } from '../../source/typescript.js';
import { bindInputs, runBody } from './functions.js';
import { join } from '../control/joins.js';
import { asKnownOwnField } from '../control/known.js';
import { filledIn, isPlaceholder } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import { CONTENTS, contentsOf, Journal, Scope, type Changes, type Place } from '../scope.js';
import {
  optional,
  type ClassValue,
  type FunctionValue,
  type LayerValue,
  type ObjectValue,
  type TensorValue,
  type Value,
} from '../values.js';
import { within } from '../control/widening.js';
import type { UnitRequest } from '../lowered-unit.js';
import { hasStatic, memberFunction, propertyName, superclassIsForeign } from './members.js';
import { loop } from '../control/rounds.js';
import type { Differentiated } from '../node.js';

/**
 * Puts into the fields that hold a tensor, or nothing yet, what they may hold once any methods ran, in any order. Of
 * other fields nothing is said here: what a number was need not be what it is (`later`).
 */
export function live(lowering: Lowering, type: ClassValue, object: ObjectValue): void {
  const filling = methodsOf(type, object)
    .filter(({ method }) => mayMakeTensors(method))
    .map(({ method, member }) => ({
      method,
      fields: filledIn(member)
        .map((name) => [name, object.fields.get(name)] as const)
        .filter(([, value]) => mayHoldTensor(value)),
    }))
    .filter(({ fields }) => fields.length > 0);
  if (filling.length === 0) return;
  const methods = filling.map(({ method }) => method);
  const fields = new Map(filling.flatMap(({ fields }) => fields));
  // What a type says of a field is less than what is assigned to it.
  for (const [name, value] of fields) if (value?.kind === 'input') object.fields.delete(name);
  const places = [...fields].map(([key, before]) => ({ place: object.fields, key, before }));
  const left = leftBy(lowering, type, methods, places, SHARE).get(object.fields);
  for (const [name, before] of fields) {
    const after = left?.get(name);
    // Before its method was called a field is empty: `if (this.mean)` asks whether it was.
    const value = before?.kind === 'tensor' ? after : isFollowed(after) ? optional(after) : before;
    if (value !== undefined) object.fields.set(name, value);
  }
}

/** Steps for what methods leave behind: they are run in full as units of their own. */
const SHARE = 200;

/** Code of a class as a unit. */
export const classUnit = (type: ClassValue, differentiated: Differentiated): UnitRequest => ({
  name: `${type.declaration.name?.text ?? 'class'}.constructor`,
  kind: 'method',
  declaration: type.declaration,
  module: type.module,
  boundary: type.scope,
  differentiated,
});

/**
 * A tensor of which nothing is known, as of a file of weights, is no better than the input that the field is without it. A
 * model is better, whatever is known of it.
 */
const isFollowed = (value: Value | undefined): value is TensorValue | LayerValue =>
  value?.kind === 'layer' ||
  (value?.kind === 'tensor' && (value.node.range.low > -Infinity || value.node.range.high < Infinity));

function mayHoldTensor(value: Value | undefined): boolean {
  if (value === undefined || value.kind === 'tensor') return true;
  return isPlaceholder(value) ? value.kind === 'constant' : isUndescribed(value);
}

/** A field that is only declared, with no type that tells what it is, as `tf.LayersModel` does not. */
const isUndescribed = (value: Value): boolean =>
  value.kind === 'input' &&
  value.form.kind === 'undetermined' &&
  (value.claim === undefined || value.claim.kind === 'tensor' || value.claim.kind === 'other');

export type Method = FunctionValue & { readonly declaration: ts.FunctionLikeDeclaration };

interface MethodOf {
  readonly method: Method;
  readonly member: ts.ClassElement;
}

/** Methods, accessors and arrow functions in fields; of those that a class overrides, its own. */
export function methodsOf(type: ClassValue, object: ObjectValue): MethodOf[] {
  const methods: MethodOf[] = [];
  const seen = new Set<string>();
  for (let owner: Value | undefined = type; owner?.kind === 'class'; owner = owner.superclass) {
    for (const member of owner.declaration.members) {
      if (member.name === undefined || hasStatic(member) || isBuild(type, member.name)) continue;
      const name = `${member.kind} ${propertyName(member.name)}`;
      const method = methodFrom(owner, member, object);
      if (method === undefined || seen.has(name)) continue;
      seen.add(name);
      methods.push({ method, member });
    }
  }
  return methods;
}

/** What a layer makes in `build` is there from the start. */
const isBuild = (type: ClassValue, name: ts.PropertyName): boolean =>
  propertyName(name) === 'build' && superclassIsForeign(type);

function methodFrom(owner: ClassValue, member: ts.ClassElement, object: ObjectValue): Method | undefined {
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member))
    return member.body && memberFunction(owner, member, object);
  const held = ts.isPropertyDeclaration(member) && object.fields.get(propertyName(member.name));
  return held !== false && held?.kind === 'function' ? held : undefined;
}

/** Something that methods may leave another value in: a field, or what a list holds. */
export interface Kept {
  readonly place: Place;
  readonly key: string;
  readonly before: Value | undefined;
}

/**
 * What some methods leave: of the first ones, if those that follow leave nothing else. `empty`: puts something else there than
 * what they would find, which then is not among what they leave.
 */
export function leftBy(
  lowering: Lowering,
  type: ClassValue,
  methods: readonly Method[],
  kept: readonly Kept[],
  share: number,
  empty?: () => void,
): Changes {
  const { journal } = lowering;
  let left: Changes = Journal.UNCHANGED;
  lowering.rehearse({ ...classUnit(type, 'possible'), share }, () => {
    left = journal.attempt(() => {
      empty?.();
      journal.apply(inAnyOrder(lowering, methods, kept, empty === undefined));
    });
  });
  return left;
}

/** `orNone`: what is there before any of them ran is among what they leave. */
function inAnyOrder(
  lowering: Lowering,
  methods: readonly Method[],
  kept: readonly Kept[],
  orNone: boolean,
): Changes {
  const { journal } = lowering;
  const joined = (ways: readonly Changes[]): void => journal.combine(ways, (a, b) => join(lowering, a, b));
  const leave = (method: Method): void => {
    run(lowering, method);
    // `if (this.deviation === 0) throw …`: then nothing is left.
    for (const { place, key } of kept) {
      const value = place.get(key);
      if (value?.kind === 'number') journal.write(place, key, asKnownOwnField(lowering, key, value));
    }
  };
  const any = (): void => joined(methods.map((method) => journal.attempt(() => leave(method))));
  let isSettled = true;
  const once = journal.attempt(() => {
    joined([...(orNone ? [Journal.UNCHANGED] : []), journal.attempt(any)]);
    const again = journal.attempt(any);
    for (const { place, key, before } of kept) {
      const value = place.get(key);
      isSettled &&= within(ofAnyLength(value), ofAnyLength(again.get(place)?.get(key)), before);
      // Where one method made a list and another one fills what was there, it is a list that neither of them made.
      const inside = value?.kind === 'array' ? again.get(contentsOf(value))?.get(CONTENTS) : undefined;
      isSettled &&= inside === undefined || within(ofAnyLength(value), ofAnyLength(inside), undefined);
    }
  });
  if (isSettled) return once;
  return journal.attempt(() => {
    loop(lowering, () => {
      any();
      return { enters: undefined, completion: 'next' };
    });
  });
}

/** How long a list has become is told nowhere: methods run any number of times. */
const ofAnyLength = (value: Value | undefined): Value | undefined =>
  value?.kind === 'array' && value.rest !== undefined ? { ...value, size: undefined } : value;

function run(lowering: Lowering, method: Method): Value {
  return lowering.call(method, undefined, (frame): Value => {
    const scope = new Scope(method.scope, method.declaration);
    if (!ts.isArrowFunction(method.declaration)) scope.variables.set('this', method.self!);
    bindInputs(lowering, method.declaration, scope);
    return runBody(lowering, method.declaration, scope, frame);
  });
}

/** A method in whose own text a site stands. Others hand on what they are handed, at the price of running all they call. */
const mayMakeTensors = ({ declaration, module }: Method): boolean =>
  module.sites.within(declaration.pos, declaration.end);
