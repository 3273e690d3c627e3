import type { ts } from '../source/typescript.js';
import type { Axis, Size } from '../facts/shape.js';
import type { Node } from './node.js';
import { Fields, nextNumber, type Scope } from './scope.js';
import type { Module } from './module.js';
import type { TypeClaim } from './claims/type-claims.js';

/** What an expression of the user's code may be, as far as it was followed. */
export type Value = Known & {
  /** On some way it is null or undefined instead. Arrays and layers do not tell: a copy would be another. */
  readonly optional?: boolean | undefined;
};

type Known =
  | TensorValue
  | NumberValue
  | ConstantValue
  | ArrayValue
  | ObjectValue
  | FunctionValue
  | ClassValue
  | TensorFlowValue
  | NativeValue
  | BoundMethod
  | ModuleValue
  | LayerValue
  | InputValue
  | UnknownValue;

export interface TensorValue {
  readonly kind: 'tensor';
  readonly node: Node;
}

/** A JavaScript number that is not a constant. `size` is set when it is a size of a tensor. */
export interface NumberValue {
  readonly kind: 'number';
  readonly node: Node;
  readonly size?: Size | undefined;
  /** Of a place in a list: learns what holds of all elements where the place is -1. */
  readonly learnAbsence?: (() => void) | undefined;
}

export type Primitive = string | number | boolean | null | undefined;

export interface ConstantValue {
  readonly kind: 'constant';
  readonly value: Primitive;
  /** The default of an option: callers may choose another, so that conditions on it go both ways. */
  readonly byDefault?: boolean | undefined;
  /** Of a number: what an option is by default. Functions that are handed it may be handed another one. */
  readonly ofOption?: OptionKind | undefined;
  /** Of a default: what conditions compare it with, any of which callers may give. */
  readonly asked?: Set<Primitive> | undefined;
  /** Of a number: it is a sum of 0 and what was added to that. */
  readonly grown?: true | undefined;
  /** Of a truth: what was asked. Of other elements of a list the answer may be another. */
  readonly condition?: Condition | undefined;
  /** Of a zero: a list was filled with it when it was made. What is written over it counts. */
  readonly fills?: true | undefined;
  /** Of a number that was given a name: an axis of that size is the axis of that name. */
  readonly axis?: Axis | undefined;
}

/** Who writes `options.scale || 1` never gets 0. */
export type OptionKind = 'any number' | 'not 0';

/** What all that calls give a parameter is: an example that is drawn or written, or something else. */
export type ExampleKind = 'drawn' | 'written' | 'none';

export type TypedArrayName = `${'Float' | 'Int' | 'Uint'}${8 | 16 | 32 | 64}Array` | 'Uint8ClampedArray';

/** A JavaScript array: known elements, then, if `rest` is set, any number of further ones. */
export interface ArrayValue {
  readonly kind: 'array';
  elements: readonly Value[];
  rest: Value | undefined;
  /** Its number among the places for values, in the order in which they were made. */
  readonly made?: number | undefined;
  /** A typed array is rank 1 as an operand, whatever was put into it. */
  readonly typed?: TypedArrayName | undefined;
  /** It is a `Set`: it holds each of its elements once. */
  readonly isSet?: boolean | undefined;
  /** It is one of these, or of any number like one of these: what is put into it may be in each of them. */
  readonly of?: readonly ArrayValue[] | undefined;
  /** Of a list that a test has thinned out: what it holds, as long as nothing else was put into it. It may hold nothing. */
  readonly passed?: Value | undefined;
  /** Of a list of some elements of another one, what a test or `slice` has left: any element of that one. */
  readonly partOf?: Value | undefined;
  /** How many elements there are, where `rest` stands for some of them. */
  size?: Size | undefined;
  /** How many were put behind the others in a round of a loop; a count of another round has another `since`. */
  filling?: Filling | undefined;
  /** Gives what stands at a place of what an op or a callback made: see `asMade`. */
  readonly outputs?: { readonly rest: Value; at(position: number): Value } | undefined;
  /** It is the shape of this tensor. */
  readonly shapeOf?: Node | undefined;
}

export interface Filling {
  readonly since: object;
  readonly by: number;
}

/** Known elements, then, if `rest` is set, any number like it. */
export interface List {
  readonly elements: readonly Value[];
  readonly rest: Value | undefined;
  readonly size?: ArrayValue['size'];
  readonly filling?: ArrayValue['filling'];
  readonly outputs?: ArrayValue['outputs'];
  readonly passed?: ArrayValue['passed'];
  readonly partOf?: ArrayValue['partOf'];
}

/** What gives the element at a place, as long as nobody has changed the list since it was made. */
export const asMade = ({ elements, rest, outputs }: List): ((position: number) => Value) | undefined =>
  elements.length === 0 && outputs?.rest === rest ? outputs?.at : undefined;

/** How many elements it has, as far as that is known. */
export const knownSize = ({ elements, rest, size }: List): Size | undefined =>
  rest === undefined ? elements.length : size;

export interface ObjectValue {
  readonly kind: 'object';
  readonly fields: Map<string, Value>;
  readonly prototype?: ClassValue | undefined;
  /** Getters and setters of an object literal. */
  readonly accessors?:
    Map<string, { readonly get?: FunctionValue; readonly set?: FunctionValue }> | undefined;
  /** It is a `Map`, and its fields are what it holds. */
  readonly isMap?: boolean | undefined;
  /** Spread into it: gives the fields that were not seen. */
  readonly base?: Value | undefined;
  /** Set on the `this` of a unit that is analysed on its own: reads of its fields are inputs. */
  readonly name?: string | undefined;
  /** Fields that need no longer be what the constructor left: they become inputs when they are read. */
  readonly stale?: Set<string> | undefined;
  /** Fields that hold what any methods may leave there. */
  readonly lived?: Set<string> | undefined;
  /** It is one of these, or of any number like one of these: what is written to it may be written to each of them. */
  readonly of?: readonly ObjectValue[] | undefined;
  /** Which of these was read from data: nothing says that each of them has its turn. */
  readonly chosenByData?: boolean | undefined;
  /** The caller of the unit hands it over: of its fields those count that the unit reads. */
  readonly given?: boolean | undefined;
}

/** The field of what was written under a name that is not known. */
export const SOME_FIELD = '[some name]';

export interface FunctionValue {
  readonly kind: 'function';
  readonly declaration: ts.FunctionLikeDeclaration;
  readonly scope: Scope;
  readonly module: Module;
  readonly self: Value | undefined;
  readonly owner?: ClassValue | undefined;
  /** Called in place of the body: `tf.grad(f)`, `f.bind(x)`. */
  readonly wrap?: ((inner: FunctionValue, args: readonly Value[]) => Value) | undefined;
  /** It stands for an argument that a caller leaves out. */
  readonly byDefault?: true | undefined;
  /** What conditions had told where it was made: it is not made where they do not hold. */
  readonly behind?: ReadonlyMap<string, Value> | undefined;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly declaration: ts.ClassLikeDeclaration;
  readonly scope: Scope;
  readonly module: Module;
  readonly superclass: Value | undefined;
  readonly statics: Map<string, Value>;
}

/** A name under the TensorFlow.js namespace: `''` is `tf` itself, `losses`, `log`, `layers.dense`. */
export interface TensorFlowValue {
  readonly kind: 'tensorflow';
  readonly path: string;
}

/** A function or object of JavaScript itself: `Math.exp`, `Array.from`, or one that the lowering makes (`gradient`). */
export interface NativeValue {
  readonly kind: 'native';
  readonly name: string;
  readonly call?: ((args: readonly Value[], site: ts.Node) => Value) | undefined;
  /** It is one of these functions. */
  readonly anyOf?: readonly Value[] | undefined;
}

/** `receiver.name`, before it is called. */
export interface BoundMethod {
  readonly kind: 'method';
  readonly receiver: Value;
  readonly name: string;
}

export interface ModuleValue {
  readonly kind: 'module';
  readonly module: Module;
}

/** A layer, model, optimizer, dataset or other stateful object of TensorFlow.js. */
export interface LayerValue {
  readonly kind: 'layer';
  /** `layers.dense`, `sequential`, `model`, `train.adam`; `either`: one of its `layers`. */
  readonly type: string;
  readonly config: Value | undefined;
  /** Layers in order, for sequential models; something else than a layer stands for any number of them. */
  layers: readonly Value[];
  /** The call that made it, for axis identity. */
  readonly id: number;
  /** Its number among the places for values, in the order in which they were made. */
  readonly made?: number | undefined;
  /** Where that call stands. */
  readonly place?: ts.Node | undefined;
  /** Of a dataset: what it was given beside its source. */
  readonly settings?: Value | undefined;
  /** Of what a layer or model makes of symbols: which of several outputs. */
  readonly output?: number | undefined;
  /** The input that it is taken for: nobody described that, and it was used as a model. */
  readonly of?: InputValue | undefined;
}

/** A parameter, captured variable or field that nobody described: it becomes what its first use shows it to be. */
export interface InputValue {
  readonly kind: 'input';
  readonly name: string;
  readonly claim: TypeClaim | undefined;
  readonly place: ts.Node;
  /** It starts as `null` or the like: what the code itself sets it to, if it does, is what it is. */
  readonly unset?: boolean | undefined;
  /** Its type says that callers give it: it is neither null nor undefined. */
  readonly given?: boolean | undefined;
  form: InputUse;
  /** What conditions compare it with, and `true` where one asks whether it is there. */
  readonly asked: Set<Primitive>;
  /** It is one of these two, which is decided by something that is not known. */
  readonly either?: readonly [InputValue, InputValue] | undefined;
}

export type InputUse =
  | { readonly kind: 'undetermined' }
  | { readonly kind: 'tensor'; readonly value: TensorValue }
  | { readonly kind: 'number'; readonly value: NumberValue }
  | { readonly kind: 'object'; readonly fields: Map<string, Value> }
  /** `element` stands for any; those that were asked for by index are values of their own, by what the index is. */
  | {
      readonly kind: 'list';
      readonly element: Value;
      readonly at: Map<number, Value>;
      readonly by: Map<number | Value, Value>;
    }
  /** An object of the class that its type names. */
  | { readonly kind: 'instance'; readonly object: ObjectValue }
  /** Something that is asked to `minimize`. */
  | { readonly kind: 'optimizer' }
  /** Numbers in (nested) arrays that are made into a tensor. */
  | { readonly kind: 'data'; readonly value: TensorValue }
  | { readonly kind: 'opaque'; readonly why: string };

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly cause: UnknownCause;
  /** What it says where it is true, and where it is not. */
  readonly condition?: Condition | undefined;
  /** It is one of two truths: whether data decide which. */
  readonly truth?: { readonly byData: boolean } | undefined;
  /** What it says of all elements of a list, where it is true or where it is not. */
  readonly ofElements?: { readonly holds: boolean; readonly learn: () => void } | undefined;
  /** Of an argument: any number of values like this one, `f(...xs)`. */
  readonly spread?: Value | undefined;
}

/** A comparison, or several with `&&`, `||` and `!`, where it stands. */
export interface Condition {
  readonly expression: ts.Expression;
  readonly scope: Scope;
  /** What its names stood for when it was asked: of other values it says nothing. */
  readonly names: ReadonlyMap<string, Value | undefined>;
}

/** Why a value could not be followed; counted, and shown by `--coverage`. */
export type UnknownCause =
  | 'unresolved name'
  | 'unresolved call'
  | 'unresolved import'
  | 'unmodelled TensorFlow.js function'
  | 'unmodelled syntax'
  | 'branches disagree'
  | 'loop-carried value'
  | 'recursion'
  | 'no tensor code'
  | 'budget'
  | 'unknown element'
  | 'not a tensor';

const OUTSIDE: ReadonlySet<UnknownCause> = new Set([
  'unresolved name',
  'unresolved call',
  'unresolved import',
  'unmodelled TensorFlow.js function',
  'unknown element',
  'no tensor code',
]);

/** What comes from code that is not followed is an input like any other; what was lost on the way may be anything. */
export const isFromOutside = (value: Value): boolean =>
  value.kind === 'method'
    ? isFromOutside(value.receiver)
    : value.kind === 'unknown' && OUTSIDE.has(value.cause);

/** Notes that a condition asks whether a value is this. */
export function noteAsked(value: Value, answer: Primitive): void {
  if (value.kind === 'input' || value.kind === 'constant') value.asked?.add(answer);
}

export const UNDEFINED: ConstantValue = { kind: 'constant', value: undefined };

export const constant = (value: ConstantValue['value']): ConstantValue => ({ kind: 'constant', value });
/** What a list is filled with when it is made. */
export const FILLING_ZERO: ConstantValue = { kind: 'constant', value: 0, fills: true };
// All lists have all fields from the start, as all ranges have (`facts/range`).
export const array = (
  elements: readonly Value[],
  rest?: Value,
  {
    typed,
    isSet,
    of,
    passed,
    partOf,
    size,
    filling,
    outputs,
    shapeOf,
  }: Partial<Omit<ArrayValue, 'kind' | 'made'>> = {},
): ArrayValue => ({
  kind: 'array',
  elements,
  rest,
  made: nextNumber(),
  typed,
  isSet,
  of,
  passed,
  partOf,
  size,
  filling,
  outputs,
  shapeOf,
});
export const record = (entries: Iterable<readonly [string, Value]> = []): ObjectValue => ({
  kind: 'object',
  fields: new Fields(entries),
});

/** What TensorFlow.js has under a name. */
export function tensorFlowMember(namespace: TensorFlowValue, name: string): Value {
  if (name === 'default') return namespace;
  return { kind: 'tensorflow', path: namespace.path === '' ? name : `${namespace.path}.${name}` };
}

const CALLABLE: ReadonlySet<Value['kind']> = new Set(['function', 'tensorflow', 'native', 'class', 'method']);

export const isCallable = (value: Value | undefined): value is Value =>
  value !== undefined && CALLABLE.has(value.kind);

/** Whether a native stands for code of the project or of TensorFlow.js, which a call runs. */
export const standsForCode = ({ call, anyOf }: NativeValue): boolean =>
  call !== undefined || anyOf !== undefined;

export const isUndefined = (value: Value): boolean => value.kind === 'constant' && value.value === undefined;

export const isNullish = (value: Value): boolean =>
  value.kind === 'constant' && (value.value === undefined || value.value === null);

/** What chooses a way by default: callers may choose another. */
export const asDefault = (value: ConstantValue): ConstantValue => ({
  ...value,
  byDefault: true,
  asked: new Set(),
});

/** A mode by its name, or a switch: who hands in another one gets there too. */
export const isMode = (value: Value): value is ConstantValue =>
  value.kind === 'constant' && (typeof value.value === 'string' || typeof value.value === 'boolean');

/** What an option is by default. */
export const asOption = (value: Value, ofOption: OptionKind): Value =>
  value.kind === 'constant' && typeof value.value === 'number' ? { ...value, ofOption } : value;

// Of so many kinds of objects a spread that adds a field is three times as slow as this.
const withOptional = (value: Value, optional: true | undefined): Value =>
  Object.assign({}, value, { optional });

/** The value, which may also be null or undefined. */
export const optional = (value: Value): Value =>
  value.optional !== true && !isNullish(value) && canTell(value) ? withOptional(value, true) : value;

/** The value where it is neither null nor undefined. */
export const present = (value: Value): Value =>
  value.optional === true ? withOptional(value, undefined) : value;

/** Whether it can be marked as optional. */
export const canTell = (value: Value): boolean => !SILENT.has(value.kind);

const SILENT: ReadonlySet<Value['kind']> = new Set(['array', 'layer', 'input', 'unknown']);

export const asNumber = (value: Value | undefined): number | undefined =>
  value?.kind === 'constant' && typeof value.value === 'number' ? value.value : undefined;

export const asString = (value: Value | undefined): string | undefined =>
  value?.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined;

/** True, false, or undefined when it depends. */
export function truthiness(value: Value): boolean | undefined {
  if (value.kind === 'constant' && !value.value) return false;
  if (value.optional === true) return undefined;
  if (value.kind === 'constant') return true;
  if (value.kind === 'number' || value.kind === 'unknown') return undefined;
  if (value.kind === 'input') return value.form.kind === 'tensor' ? true : undefined;
  // What has the name of a method is none where nothing is known of the object: `env.step().done`.
  if (value.kind === 'method') return HAVING_METHODS.has(value.receiver.kind) ? true : undefined;
  return true;
}

const HAVING_METHODS: ReadonlySet<Value['kind']> = new Set(['tensor', 'array', 'tensorflow']);

/** Tensors and numbers anywhere in a value. */
export function nodesIn(value: Value | undefined, depth = 0): Node[] {
  if (value === undefined || depth > 4) return [];
  switch (value.kind) {
    case 'tensor':
    case 'number':
      return [value.node];
    case 'input':
      return value.form.kind === 'tensor' ? [value.form.value.node] : [];
    case 'array':
      return [...value.elements, value.rest].flatMap((element) => nodesIn(element, depth + 1));
    case 'object':
      return [...value.fields.values()].flatMap((field) => nodesIn(field, depth + 1));
    default:
      return [];
  }
}
