import type { ts } from '../../source/typescript.js';
import { iterate } from '../control/joins.js';
import { ruleOutByEach } from '../control/ruled-out.js';
import {
  appended,
  count,
  elementAt,
  lengthOf,
  listOf,
  position,
  push,
  rewrite,
  shuffled,
  sizeOf,
  typical,
  unshift,
  type ArrayCall,
} from './lists.js';
import type { Lowering } from '../lowering.js';
import { joinedSizes, slicedSizes, withSizes } from '../shapes/open-sizes.js';
import {
  array,
  asNumber,
  constant,
  isUndefined,
  UNDEFINED,
  type ArrayValue,
  type ConstantValue,
  type Value,
  type List,
} from '../values.js';
import { mapped, filtered, found, decided, placeOf, reduced, withoutIt } from './array-callbacks.js';
import {
  asThinned,
  partOf,
  thinned,
  withTypeOf,
  flat,
  reversed,
  spliced,
  changed,
  sorted,
  filled,
  sliced,
  listed,
  mixed,
} from './array-contents.js';
import { asTypedArray, viewOf, withSet } from './typed-arrays.js';

export function callArrayMethod(
  lowering: Lowering,
  list: ArrayValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method?.({ lowering, list, args, place }) ?? lowering.unknown('unresolved call');
}

const METHODS: Readonly<Record<string, (call: ArrayCall) => Value | undefined>> = {
  map: (call) => {
    // What it gives has as many elements, so that there has to be a name for how many.
    sizeOf(call.lowering, call.list);
    const { lowering, list, place } = call;
    const made = mapped(call);
    return asThinned(
      list,
      list.typed === undefined ? listed(made) : asTypedArray(lowering, list.typed, made, place),
    );
  },
  forEach: (call) => {
    mapped(call);
    ruleOutByEach(call.lowering, call.list, call.args[0]);
    return UNDEFINED;
  },
  flatMap: (call) => flat(call.lowering, mapped(call)),
  filter: (call) => {
    const passed = filtered(call);
    const list = partOf(call.list, withTypeOf(call, passed));
    return passed.keepsOne === true ? list : thinned(list);
  },
  find: (call) => found(call, 0),
  findLast: (call) => found(call, -1),
  some: (call) => decided(call, true),
  every: (call) => decided(call, false),
  reduce: (call) => reduced(call, call.list),
  reduceRight: (call) => reduced(call, reversed(call)),

  push: ({ lowering, list, args, place }) => {
    push(lowering, list, listOf(lowering, args));
    return lengthOf(lowering, list, place);
  },
  unshift: ({ lowering, list, args, place }) => {
    unshift(lowering, list, listOf(lowering, args));
    return lengthOf(lowering, list, place);
  },
  pop: ({ lowering, list }) => {
    const last = list.elements.at(-1);
    const value = typical(lowering, { elements: last === undefined ? [] : [last], rest: list.rest });
    rewrite(lowering, list, {
      elements: list.elements.slice(0, -1),
      rest: list.rest === undefined ? undefined : value,
    });
    return value ?? UNDEFINED;
  },
  shift: ({ lowering, list, place }) => {
    const value = elementAt(lowering, list, 0, place);
    rewrite(lowering, list, { elements: list.elements.slice(1), rest: list.rest });
    return value;
  },
  splice: (call) => spliced(call),
  reverse: (call) => changed(call, reversed(call)),
  sort: (call) => changed(call, sorted(call)),
  fill: (call) => changed(call, filled(call)),
  set: (call) => (changed(call, withSet(call)), UNDEFINED),
  copyWithin: (call) => changed(call, mixed(call)),

  slice: (call) => {
    const [from, to] = call.args.map((arg) => (isUndefined(arg) ? undefined : asNumber(arg)));
    const isTold = call.args.every((arg) => isUndefined(arg) || asNumber(arg) !== undefined);
    return withSizes(
      partOf(call.list, withTypeOf(call, sliced(call))),
      isTold ? slicedSizes(call.list, from ?? 0, to) : undefined,
    );
  },
  toReversed: (call) => withTypeOf(call, reversed(call)),
  toSorted: (call) => withTypeOf(call, sorted(call)),
  subarray: (call) => viewOf(call.list, sliced(call)),
  concat: ({ lowering, list, args }) =>
    withSizes(
      listed(appended(lowering, [list, ...args.map((arg): List => joinedList(lowering, arg))])),
      joinedSizes([list, ...args].map((value) => ({ value, spread: value.kind === 'array' }))),
    ),
  flat: ({ lowering, list, args }) =>
    args[0] === undefined || asNumber(args[0]) === 1 ? flat(lowering, list) : undefined,
  with: ({ lowering, list, args }) => {
    const position = asNumber(args[0]);
    const value = args[1] ?? UNDEFINED;
    if (position === undefined || list.rest !== undefined)
      return listed(shuffled(lowering, list, { elements: [value], rest: undefined }));
    return array(
      list.elements.map((element, index) => (index === fromEnd(position, list) ? value : element)),
    );
  },
  at: ({ lowering, list, args, place }) => {
    const position = asNumber(args[0]);
    return elementAt(
      lowering,
      list,
      position === undefined || position >= 0
        ? position
        : list.rest === undefined
          ? fromEnd(position, list)
          : undefined,
      place,
    );
  },
  keys: ({ lowering, list, place }) =>
    list.rest === undefined
      ? array(list.elements.map((_, index) => constant(index)))
      : array([], count(lowering, place)),
  values: ({ list }) => list,
  entries: ({ lowering, list, place }) => {
    const known = list.elements.map((element, index) => array([constant(index), element]));
    return array(
      known,
      list.rest === undefined ? undefined : array([count(lowering, place, known.length), list.rest]),
    );
  },
  indexOf: (call) =>
    placeAmongConstants(call) ?? { ...position(call.lowering, call.place), learnAbsence: withoutIt(call) },
  lastIndexOf: ({ lowering, place }) => position(lowering, place),
  findIndex: placeOf,
  findLastIndex: placeOf,
  includes: (call) => {
    const { lowering, list, args } = call;
    const [wanted] = args;
    const constants =
      list.rest === undefined &&
      wanted?.kind === 'constant' &&
      list.elements.every((element) => element.kind === 'constant');
    return constants
      ? constant(
          list.elements.some((element) => element.kind === 'constant' && element.value === wanted.value),
        )
      : { ...lowering.unknown('unknown element'), ofElements: { holds: false, learn: withoutIt(call) } };
  },
  join: ({ lowering, list, args }) => {
    const parts = list.elements.map((element) =>
      element.kind === 'constant' ? String(element.value ?? '') : undefined,
    );
    const separator = args[0]?.kind === 'constant' ? String(args[0].value) : ',';
    return list.rest === undefined && parts.every((part) => part !== undefined)
      ? constant(parts.join(separator))
      : lowering.unknown('unknown element');
  },
};

/**
 * Where a constant is found in a list that begins with constants, or that is filled with one; undefined where that depends
 * on more. That a filled list may be empty does not count: nothing is there to be harmed then.
 */
function placeAmongConstants(call: ArrayCall): Value | undefined {
  const { lowering, list, args, place } = call;
  const { elements, rest } = list;
  const isWanted = (element: Value | undefined): boolean =>
    element?.kind === 'constant' && element.value === (args[0] as ConstantValue).value;
  if (args[0]?.kind !== 'constant') return undefined;
  const open = elements.findIndex(({ kind }) => kind !== 'constant');
  const at = (open < 0 ? elements : elements.slice(0, open)).findIndex(isWanted);
  if (at >= 0) return constant(at);
  if (open >= 0) return undefined;
  return rest === undefined
    ? constant(-1)
    : isWanted(rest)
      ? { ...count(lowering, place, elements.length), learnAbsence: withoutIt(call) }
      : undefined;
}

const fromEnd = (position: number, { elements }: List): number =>
  position < 0 ? elements.length + position : position;

/** What `Array.from`, a spread and the like make of a value. */
export const copied = (lowering: Lowering, value: Value): ArrayValue => listed(iterate(lowering, value));

/** What an argument of `concat` adds: `[].concat(...lists)` joins as many as there are. */
function joinedList(lowering: Lowering, arg: Value): List {
  if (arg.kind === 'unknown' && arg.spread !== undefined)
    return flat(lowering, { elements: [], rest: arg.spread });
  return MAY_BE_LIST.has(arg.kind) ? iterate(lowering, arg) : { elements: [arg], rest: undefined };
}

/** What `concat` takes the elements of, or may take them of. */
const MAY_BE_LIST: ReadonlySet<Value['kind']> = new Set(['array', 'unknown']);
