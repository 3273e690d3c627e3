import { opNamed } from '../../ops/table.js';
import { ts } from '../../source/typescript.js';
import { numberNode, toNumber } from './arithmetic.js';
import { numberOfTensor } from './tensor-misuse.js';
import { claimsTensor, inputElement } from '../claims/inputs.js';
import { iterate } from '../control/joins.js';
import { listed } from './array-contents.js';
import { listOf, repeated } from './lists.js';
import type { Lowering } from '../lowering.js';
import { mapOf } from './maps.js';
import { setOf } from './sets.js';
import { requireModule } from './modules.js';
import type { Node } from '../node.js';
import { asSize } from '../tensorflow/number-roles.js';
import {
  array,
  asNumber,
  asString,
  constant,
  record,
  UNDEFINED,
  type ArrayValue,
  type InputValue,
  type Value,
  SOME_FIELD,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import { rememberWriting } from '../written.js';
import { withSpread } from '../spread.js';
import { extremeOf, extremeOfList, lengthOfList, runningExtreme } from './extremes.js';
import { mapList } from './array-callbacks.js';
import { asTypedArray, makeTypedArray } from './typed-arrays.js';
import { ofFilledCounts } from './filled-counts.js';
import { isTypedArray } from './whole-elements.js';
import { unresolvedCall } from './unfollowed-calls.js';
import { spreadValues } from './arguments.js';

/** Math functions of one argument that are rows of the op table. */
const MATH_UNARY: ReadonlySet<string> = new Set([
  'abs',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'cbrt',
  'ceil',
  'cos',
  'cosh',
  'exp',
  'expm1',
  'floor',
  'fround',
  'log',
  'log10',
  'log1p',
  'log2',
  'round',
  'sign',
  'sin',
  'sinh',
  'sqrt',
  'tan',
  'tanh',
  'trunc',
]);

export function callNative(lowering: Lowering, name: string, args: readonly Value[], place: ts.Node): Value {
  if (name.startsWith('Math.')) return callMath(lowering, name.slice('Math.'.length), args, place);
  const [typed = '', method] = name.split('.');
  if (isTypedArray(typed) && (method === 'from' || method === 'of'))
    return asTypedArray(
      lowering,
      typed,
      method === 'of' ? listOf(lowering, args) : arrayFrom(lowering, args, place),
      place,
    );
  switch (name) {
    case 'require': {
      const specifier = asString(args[0]);
      return specifier === undefined
        ? lowering.unknown('unresolved import')
        : requireModule(lowering, lowering.frame!.module, specifier);
    }
    case 'Array.isArray':
      return isArray(lowering, args[0]);
    case 'Array.from':
      return arrayFrom(lowering, args, place);
    case 'Array.of': {
      const { elements, rest } = listOf(lowering, args);
      return array(elements, rest);
    }
    case 'Array':
      return makeArray(lowering, args);
    case 'Object.keys':
      return keysOf(lowering, args[0]);
    case 'Object.values':
      return listOfFields(lowering, args[0], (_, value) => value);
    case 'Object.entries':
      return listOfFields(lowering, args[0], (key, value) => array([key, value]));
    case 'Object.assign':
      return assign(lowering, args);
    case 'Object.create':
      return { ...record(), base: args[0]?.kind === 'object' ? args[0] : undefined };
    case 'define':
      return callDefined(lowering, args, place);
    case 'Object.freeze':
    case 'Promise.resolve':
      return args[0] ?? UNDEFINED;
    case 'Reflect.apply':
      return lowering.callValue(
        args[0] ?? UNDEFINED,
        args[2] === undefined ? [] : spreadValues(lowering, args[2]),
        place,
      );
    case 'Number':
    case 'parseFloat':
    case 'Number.parseFloat':
      return toNumber(lowering, args[0] ?? constant(0), place);
    case 'Promise.all':
      return args[0] ?? lowering.unknown('unresolved call');
    case 'tf.backend().epsilon':
      return constant(lowering.modules.backend.epsilon);
    case 'Number.isInteger':
    case 'Number.isFinite':
    case 'Number.isNaN':
      return lowering.unknown('unmodelled syntax');
    default:
      return unresolvedCall(lowering, args, place);
  }
}

/** Whether a call is one of that function, not of a method that is handed it. */
function isCalled(name: string, place: ts.Node): boolean {
  if (!ts.isCallExpression(place)) return false;
  const { expression: callee } = place;
  return !ts.isPropertyAccessExpression(callee) || callee.name.text === name;
}

function callMath(lowering: Lowering, name: string, args: readonly Value[], place: ts.Node): Value {
  const span = spanOf(place);
  const numbers = args.map(asNumber);
  const isKnown = name !== 'random' && numbers.every((number) => number !== undefined);
  if (isKnown && !isLogOfNothing(name, numbers[0], place)) {
    const fn = (Math as unknown as Record<string, (...values: number[]) => number>)[name];
    return typeof fn === 'function' ? constant(fn(...numbers)) : lowering.unknown('unresolved call');
  }
  const misused = numberOfTensor(lowering, args, place);
  if (misused !== undefined) return misused;
  const extreme = extremeOf(lowering, name, args, span);
  if (extreme !== undefined) return extreme;
  const ofList = extremeOfList(lowering, name, args, place) ?? lengthOfList(lowering, name, args, place);
  if (ofList !== undefined) return ofList;
  const row = opNamed(`js.${name}`);
  if (row === undefined)
    return { kind: 'number', node: lowering.builder.unknown('unresolved call', span, 'number') };
  // `values.map(Math.abs)` hands the place and the list over too.
  const taken = MATH_UNARY.has(name) ? args.slice(0, 1) : args;
  const nodes = taken.map((arg) => numberNode(lowering, arg, place));
  if (nodes.some((node) => node === undefined))
    return { kind: 'number', node: lowering.builder.unknown('unknown element', span, 'number') };
  const known = nodes as Node[];
  if (name === 'random') return { kind: 'number', node: lowering.builder.op(row, {}, {}, span) };
  if (MATH_UNARY.has(name)) {
    const node = lowering.builder.op(row, { x: known[0]! }, {}, span);
    // `values.map(Math.log)` writes no operand.
    if (isCalled(name, place)) rememberWriting(node, place, ['x'], false);
    return { kind: 'number', node };
  }
  const attributes = name === 'max' || name === 'min' ? runningExtreme(name, place) : {};
  const binary = (a: Node, b: Node): Node => {
    const node = lowering.builder.op(row, { a, b }, attributes, span);
    if (known.length === 2) rememberWriting(node, place, ['a', 'b'], false);
    return withSpread(node, place);
  };
  const node = known.length === 1 ? known[0]! : known.reduce(binary);
  return { kind: 'number', node: name === 'max' ? ofFilledCounts(node, place) : node };
}

/** A logarithm of what comes to 0, though nobody writes `Math.log(0)`: a place to be told of, not a number. */
const isLogOfNothing = (name: string, x: number | undefined, place: ts.Node): boolean =>
  x === 0 &&
  LOGARITHMS.has(name) &&
  ts.isCallExpression(place) &&
  place.arguments[0] !== undefined &&
  !ts.isNumericLiteral(place.arguments[0]);

const LOGARITHMS: ReadonlySet<string> = new Set(['log', 'log10', 'log2']);

function isArray(lowering: Lowering, value: Value | undefined): Value {
  if (value?.kind === 'array') return constant(true);
  // `inputs` of a layer is a tensor or a list of one: gradlint goes with the tensor.
  if (value === undefined || value.kind === 'tensor' || (value.kind === 'input' && claimsTensor(value)))
    return constant(false);
  if (value.kind === 'input' && (value.claim?.kind === 'list' || value.form.kind === 'list'))
    return constant(true);
  return lowering.unknown('unresolved call');
}

/** Of what is handed in nothing says which names it has, but a list of them is as long each time that it is read. */
function keysOf(lowering: Lowering, value: Value | undefined): Value {
  const isHandedIn = value?.kind === 'input' && value.form.kind === 'undetermined';
  return isHandedIn
    ? array([], lowering.unknown('unknown element'))
    : listOfFields(lowering, value, (key) => key);
}

/** What is said to have as many fields as the caller likes, and what nothing is said of: gradients by name. */
const mayBeRecord = ({ claim, form, either }: InputValue): boolean =>
  claim?.kind === 'object'
    ? claim.every !== undefined
    : claim === undefined && either === undefined && (form.kind === 'undetermined' || form.kind === 'list');

function listOfFields(
  lowering: Lowering,
  value: Value | undefined,
  entry: (key: Value, value: Value) => Value,
): Value {
  // A record of as many as the caller likes: a list will do in its place.
  const element = value?.kind === 'input' && mayBeRecord(value) ? inputElement(lowering, value) : undefined;
  if (element !== undefined) return array([], entry(lowering.unknown('unknown element'), element));
  const fields = value?.kind === 'object' ? value.fields : undefined;
  if (fields === undefined || fields.has(SOME_FIELD)) return lowering.unknown('unknown element');
  return array([...fields].map(([key, field]) => entry(constant(key), field)));
}

function arrayFrom(lowering: Lowering, args: readonly Value[], place: ts.Node): ArrayValue {
  const [source, mapper] = args;
  const length = source?.kind === 'object' ? source.fields.get('length') : undefined;
  const items =
    length === undefined
      ? iterate(lowering, source ?? UNDEFINED)
      : repeated(asSize(lowering, length), UNDEFINED);
  if (mapper === undefined) return listed(items);
  return listed(
    mapList(lowering, items, place, (element, index) => lowering.callValue(mapper, [element, index], place)),
  );
}

/** `define(['@tensorflow/tfjs'], (tf) => …)`: a module as browsers loaded it, called with what it asks for. */
function callDefined(lowering: Lowering, args: readonly Value[], place: ts.Node): Value {
  const factory = args.at(-1);
  if (factory?.kind !== 'function') return UNDEFINED;
  const wanted = args.find((arg) => arg.kind === 'array');
  const given = wanted === undefined ? [] : wanted.elements;
  const modules = given.map((name): Value => {
    const specifier = asString(name);
    return specifier === undefined
      ? lowering.unknown('unresolved import')
      : requireModule(lowering, lowering.frame!.module, specifier);
  });
  lowering.callFunction(factory, modules, place);
  return UNDEFINED;
}

function assign(lowering: Lowering, args: readonly Value[]): Value {
  const [target, ...sources] = args;
  if (target?.kind === 'object') {
    for (const source of sources)
      if (source.kind === 'object')
        for (const [name, value] of source.fields) lowering.writeField(target, name, value);
  }
  return target ?? UNDEFINED;
}

/** What `new` makes of a class of JavaScript. */
export function constructNative(
  lowering: Lowering,
  name: string,
  args: readonly Value[],
  place: ts.NewExpression,
): Value {
  if (isTypedArray(name)) return makeTypedArray(lowering, name, args, place);
  if (name === 'Array') return makeArray(lowering, args);
  const collection = name === 'Map' ? mapOf(args[0]) : name === 'Set' ? setOf(lowering, args[0]) : undefined;
  return collection ?? lowering.unknown('unresolved call');
}

/** `Array(3)` has three places, `Array(3, 4)` two elements, with `new` or without. */
function makeArray(lowering: Lowering, args: readonly Value[]): Value {
  const [first = constant(0)] = args;
  if (args.length > 1) return array(args);
  if (first.kind === 'array') return { kind: 'array', elements: first.elements, rest: first.rest };
  return listed(repeated(asSize(lowering, first), UNDEFINED));
}

export function callNumberMethod(
  lowering: Lowering,
  receiver: Value,
  name: string,
  args: readonly Value[],
): Value {
  const text = asString(receiver);
  if (name === 'toFixed' || name === 'toString' || name === 'toPrecision')
    return lowering.unknown('unmodelled syntax');
  if (text !== undefined && name === 'split')
    return array(text.split(asString(args[0]) ?? ',').map((part) => constant(part)));
  return lowering.unknown('unresolved call');
}
