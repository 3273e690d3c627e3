import type { ts } from '../../source/typescript.js';
import { callValue } from './calls.js';
import { iterate, join } from '../control/joins.js';
import {
  another,
  appended,
  count,
  elementAt,
  lengthOf,
  listOf,
  rewrite,
  shuffled,
  typical,
  type List,
} from './lists.js';
import { loop } from '../control/loops.js';
import { refine } from '../control/refinement.js';
import { asKnownNumber } from '../control/known.js';
import type { Lowering } from '../lowering.js';
import { joinedSizes, slicedSizes, withSizes } from '../shapes/open-sizes.js';

import { Variables } from '../scope.js';
import {
  array,
  asNumber,
  constant,
  isUndefined,
  truthiness,
  UNDEFINED,
  type ArrayValue,
  type Value,
} from '../values.js';

/** A call of a method of an array. */
interface Call {
  readonly lowering: Lowering;
  readonly list: ArrayValue;
  readonly args: readonly Value[];
  readonly place: ts.Node;
}

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

const METHODS: Readonly<Record<string, (call: Call) => Value | undefined>> = {
  map: (call) => withTypeOf(call, mapped(call)),
  forEach: (call) => (mapped(call), UNDEFINED),
  flatMap: (call) => flat(call.lowering, mapped(call)),
  filter: (call) => withTypeOf(call, filtered(call)),
  find: (call) => found(call, 0),
  findLast: (call) => found(call, -1),
  some: (call) => decided(call, true),
  every: (call) => decided(call, false),
  reduce: (call) => reduced(call, call.list),
  reduceRight: (call) => reduced(call, reversed(call)),

  push: ({ lowering, list, args, place }) => {
    rewrite(lowering, list, appended(lowering, [list, listOf(lowering, args)]));
    return lengthOf(lowering, list, place);
  },
  unshift: ({ lowering, list, args, place }) => {
    rewrite(lowering, list, appended(lowering, [listOf(lowering, args), list]));
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

  slice: (call) => {
    const [from, to] = call.args.map((arg) => (isUndefined(arg) ? undefined : asNumber(arg)));
    const isTold = call.args.every((arg) => isUndefined(arg) || asNumber(arg) !== undefined);
    return withSizes(
      withTypeOf(call, sliced(call)),
      isTold ? slicedSizes(call.list, from ?? 0, to) : undefined,
    );
  },
  toReversed: (call) => withTypeOf(call, reversed(call)),
  toSorted: (call) => withTypeOf(call, sorted(call)),
  subarray: (call) => withTypeOf(call, sliced(call)),
  concat: ({ lowering, list, args }) =>
    withSizes(
      listed(
        appended(lowering, [
          list,
          ...args.map((arg): List =>
            MAY_BE_LIST.has(arg.kind) ? iterate(lowering, arg) : { elements: [arg], rest: undefined },
          ),
        ]),
      ),
      joinedSizes([list, ...args].map((value) => ({ value, spread: value.kind === 'array' }))),
    ),
  flat: ({ lowering, list, args }) =>
    args[0] === undefined || asNumber(args[0]) === 1 ? flat(lowering, list) : undefined,
  with: ({ lowering, list, args, place }) => {
    const position = asNumber(args[0]);
    const value = args[1] ?? UNDEFINED;
    if (position === undefined || list.rest !== undefined)
      return listed(shuffled(lowering, list, { elements: [value], rest: undefined }));
    return listed(
      {
        elements: list.elements.map((element, index) =>
          index === fromEnd(position, list) ? value : element,
        ),
        rest: undefined,
      },
      place,
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
  indexOf: ({ lowering, place }) => count(lowering, place, -1),
  lastIndexOf: ({ lowering, place }) => count(lowering, place, -1),
  findIndex: (call) => (mapped(call), count(call.lowering, call.place, -1)),
  findLastIndex: (call) => (mapped(call), count(call.lowering, call.place, -1)),
  includes: ({ lowering, list, args }) => {
    const [wanted] = args;
    const constants =
      list.rest === undefined &&
      wanted?.kind === 'constant' &&
      list.elements.every((element) => element.kind === 'constant');
    return constants
      ? constant(
          list.elements.some((element) => element.kind === 'constant' && element.value === wanted.value),
        )
      : lowering.unknown('unknown element');
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

// Callbacks

/** Callbacks on short lists are run for each element, on lists of plain constants for more of them. */
const MAX_UNROLLED = 8;
const MAX_CONSTANTS = 32;

function isUnrolled({ elements, rest }: List): boolean {
  const most = elements.every((element) => element.kind === 'constant') ? MAX_CONSTANTS : MAX_UNROLLED;
  return rest === undefined && elements.length <= most;
}

function mapped({ lowering, list, args, place }: Call): List {
  const fn = args[0] ?? UNDEFINED;
  return mapList(lowering, list, place, (element, index) =>
    callValue(lowering, fn, [element, index, list], place),
  );
}

/** What `fn` gives for each element. A long list is gone through as in a loop. */
export function mapList(
  lowering: Lowering,
  list: List,
  place: ts.Node,
  fn: (element: Value, index: Value) => Value,
): List {
  const { elements, rest } = list;
  if (isUnrolled(list))
    return { elements: elements.map((element, index) => fn(element, constant(index))), rest: undefined };
  const element = typical(lowering, list)!;
  const results = new Variables();
  loop(lowering, (number) => {
    lowering.journal.write(results, 'result', fn(another(lowering, element, place), count(lowering, place)));
    return { enters: number === 1 && elements.length > 0 ? true : undefined, completion: 'next' };
  });
  const result = results.get('result') ?? UNDEFINED;
  return {
    elements: elements.map(() => another(lowering, result, place)),
    rest: rest === undefined ? undefined : result,
  };
}

function filtered(call: Call): List {
  const { lowering, list, args, place } = call;
  const kept: Value[] = [];
  const answers = mapList(lowering, list, place, (element, index) => {
    const answer = callValue(lowering, args[0] ?? UNDEFINED, [element, index, list], place);
    kept.push(whereItHolds(lowering, answer, element));
    return answer;
  });
  const decisions = answers.elements.map(truthiness);
  const known = list.rest === undefined && decisions.every((decision) => decision !== undefined);
  if (!known) {
    // Of a list of numbers, what is left are numbers that passed the test.
    const { elements, rest } = list;
    const isTold = elements.length === 0 && rest?.kind === 'number' && kept.at(-1)?.kind === 'number';
    return isTold ? { elements, rest: kept.at(-1)! } : shuffled(lowering, list);
  }
  return { elements: list.elements.filter((_, index) => decisions[index]), rest: undefined };
}

/** The number, where the answer of a test is true. */
function whereItHolds(lowering: Lowering, answer: Value, number: Value): Value {
  const condition = answer.kind === 'unknown' ? answer.condition : undefined;
  let told = number;
  if (condition === undefined || number.kind !== 'number') return told;
  lowering.journal.attempt(() => {
    refine(lowering, condition.expression, true, condition.scope);
    told = asKnownNumber(lowering, number);
  });
  return told;
}

function found(call: Call, at: 0 | -1): Value {
  const { elements, rest } = filtered(call);
  if (rest === undefined) return elements.at(at) ?? UNDEFINED;
  return another(call.lowering, rest, call.place);
}

/** `some` stops at a true answer, `every` at a false one. */
function decided(call: Call, stop: boolean): Value {
  const { elements, rest } = mapped(call);
  const decisions = elements.map(truthiness);
  if (decisions.includes(stop)) return constant(stop);
  if (rest === undefined && !decisions.includes(undefined)) return constant(!stop);
  return call.lowering.unknown('unknown element');
}

function reduced({ lowering, args, place }: Call, list: List): Value {
  const [fn, start] = args;
  if (fn === undefined) return lowering.unknown('unresolved call');
  const first = start ?? elementAt(lowering, list, 0, place);
  const others: List = start === undefined ? { elements: list.elements.slice(1), rest: list.rest } : list;
  const result = new Variables();
  const step = (element: Value, index: Value): void => {
    lowering.journal.write(
      result,
      'result',
      callValue(lowering, fn, [result.get('result')!, element, index], place),
    );
  };
  lowering.journal.write(result, 'result', first);
  if (isUnrolled(others)) {
    others.elements.forEach((element, index) =>
      step(element, constant(start === undefined ? index + 1 : index)),
    );
  } else {
    const element = typical(lowering, others)!;
    loop(lowering, (number) => {
      step(another(lowering, element, place), count(lowering, place));
      return { enters: number === 1 && others.elements.length > 0 ? true : undefined, completion: 'next' };
    });
  }
  return result.get('result')!;
}

// Order and length

const listed = ({ elements, rest }: List, _place?: ts.Node): ArrayValue => array(elements, rest);

/** Typed arrays stay what they are. */
const withTypeOf = ({ list }: Call, { elements, rest }: List): ArrayValue => ({
  ...array(elements, rest),
  typed: list.typed,
});

function changed({ lowering, list }: Call, contents: List): Value {
  rewrite(lowering, list, contents);
  return list;
}

function reversed({ lowering, list }: Call): List {
  return list.rest === undefined
    ? { elements: [...list.elements].reverse(), rest: undefined }
    : shuffled(lowering, list);
}

/** What is sorted has its elements in any order. */
function sorted({ lowering, list, args, place }: Call): List {
  const [compare] = args;
  const any = typical(lowering, list);
  if (any === undefined || (list.rest === undefined && list.elements.length === 1)) return list;
  if (compare !== undefined)
    callValue(lowering, compare, [another(lowering, any, place), another(lowering, any, place)], place);
  return list.rest === undefined
    ? { elements: list.elements.map(() => another(lowering, any, place)), rest: undefined }
    : { elements: [], rest: any };
}

function filled({ lowering, list, args }: Call): List {
  const [value = UNDEFINED, from, to] = args;
  if (from === undefined)
    return { elements: list.elements.map(() => value), rest: list.rest === undefined ? undefined : value };
  const [start, end] = [asNumber(from), to === undefined ? Infinity : asNumber(to)];
  if (start === undefined || start < 0 || end === undefined || end < 0 || list.rest !== undefined) {
    const either = (element: Value): Value => join(lowering, element, value);
    return {
      elements: list.elements.map(either),
      rest: list.rest === undefined ? undefined : either(list.rest),
    };
  }
  return {
    elements: list.elements.map((element, index) => (index >= start && index < end ? value : element)),
    rest: undefined,
  };
}

function sliced({ lowering, list, args, place }: Call): List {
  const from = args[0] === undefined || isUndefined(args[0]) ? 0 : asNumber(args[0]);
  const all = args[1] === undefined || isUndefined(args[1]);
  const to = all ? undefined : asNumber(args[1]);
  if (from !== undefined && list.rest === undefined && (all || to !== undefined))
    return { elements: list.elements.slice(from, to), rest: undefined };
  if (from !== undefined && from >= 0 && all) return { elements: list.elements.slice(from), rest: list.rest };
  if (from !== undefined && from >= 0 && to !== undefined && to >= 0 && to <= list.elements.length)
    return { elements: list.elements.slice(from, to), rest: undefined };
  // As many as are asked for: of a shape as many as the author knows that there are.
  if (from !== undefined && from >= 0 && to !== undefined && to > from && list.outputs?.rest === list.rest)
    return {
      elements: Array.from({ length: to - from }, (_, index) =>
        elementAt(lowering, list, from + index, place),
      ),
      rest: undefined,
    };
  return shuffled(lowering, list);
}

function spliced(call: Call): Value {
  const { lowering, list, args } = call;
  const [start, removed] = [asNumber(args[0]), args[1] === undefined ? Infinity : asNumber(args[1])];
  const added = args.slice(2);
  if (start === undefined || removed === undefined || list.rest !== undefined) {
    const any = shuffled(lowering, list);
    rewrite(lowering, list, shuffled(lowering, list, { elements: added, rest: undefined }));
    return listed(any);
  }
  const kept = [...list.elements];
  const out = kept.splice(start, removed, ...added);
  rewrite(lowering, list, { elements: kept, rest: undefined });
  return array(out);
}

function flat(lowering: Lowering, { elements, rest }: List): ArrayValue {
  const inner = elements.map((element): List =>
    element.kind === 'array' ? element : { elements: [element], rest: undefined },
  );
  const open: List[] =
    rest === undefined ? [] : [shuffled(lowering, rest.kind === 'array' ? rest : { elements: [], rest })];
  return listed(appended(lowering, [...inner, ...open]));
}

const fromEnd = (position: number, { elements }: List): number =>
  position < 0 ? elements.length + position : position;

/** What `Array.from`, a spread and the like make of a value. */
export const copied = (lowering: Lowering, value: Value): ArrayValue => listed(iterate(lowering, value));

/** What `concat` takes the elements of, or may take them of. */
const MAY_BE_LIST: ReadonlySet<Value['kind']> = new Set(['array', 'unknown']);
