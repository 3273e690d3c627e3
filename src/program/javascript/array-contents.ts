/** The contents of arrays after methods that reorder, cut or fill them. */
import {
  another,
  appended,
  elementAt,
  rewrite,
  shuffled,
  typical,
  withAny,
  type ArrayCall,
} from './lists.js';
import { goThrough } from '../claims/inputs.js';
import type { Lowering } from '../lowering.js';
import { asNumberSeen } from './array-callbacks.js';
import { putInto } from './whole-elements.js';
import {
  array,
  FILLING_ZERO,
  asNumber,
  isUndefined,
  UNDEFINED,
  type ArrayValue,
  type ConstantValue,
  type Value,
  type List,
} from '../values.js';

export const listed = ({ elements, rest, size, outputs }: List): ArrayValue =>
  array(elements, rest, { size, outputs });

/** Typed arrays stay what they are. */
export const withTypeOf = ({ list }: ArrayCall, { elements, rest, size }: List): ArrayValue =>
  array(elements, rest, { size, typed: list.typed });

/** The list, which holds some elements of another one. */
export const partOf = (whole: ArrayValue, list: ArrayValue): ArrayValue => ({
  ...list,
  partOf: whole.partOf ?? whole.rest ?? whole.elements[0],
});

/** The list, of which a test has left what it left. */
export const thinned = (list: ArrayValue): ArrayValue => ({ ...list, passed: list.rest });

/** What was made of each element of a list: of one that a test has thinned out there may be nothing. */
export const asThinned = (list: ArrayValue, made: ArrayValue): ArrayValue =>
  list.passed !== undefined && list.passed === list.rest ? thinned(made) : made;

export function changed({ lowering, list }: ArrayCall, contents: List): Value {
  rewrite(lowering, list, contents);
  return list;
}

export function reversed({ lowering, list }: ArrayCall): List {
  return list.rest === undefined
    ? { elements: [...list.elements].reverse(), rest: undefined }
    : shuffled(lowering, list);
}

/** What is sorted has its elements in any order, but for a few numbers that are written down. */
export function sorted(call: ArrayCall): List {
  const { lowering, list, args, place } = call;
  const [compare] = args;
  const any = typical(lowering, list);
  if (any === undefined || (list.rest === undefined && list.elements.length === 1)) return list;
  const inOrder = sortedConstants(call);
  if (inOrder !== undefined) return { elements: inOrder, rest: undefined };
  if (compare !== undefined) {
    const one = asNumberSeen(lowering, any) ?? any;
    const compared =
      (a: Value) =>
      (b: Value): Value =>
        lowering.callValue(compare, [another(lowering, a, place), another(lowering, b, place)], place);
    goThrough(one, (a) => goThrough(one, compared(a)));
  }
  return list.rest === undefined
    ? { elements: list.elements.map(() => another(lowering, any, place)), rest: undefined }
    : { elements: [], rest: any };
}

/** More are not put in order. */
const MAX_SORTED = 32;

/** By the order that JavaScript has, or that a function makes of them. */
function sortedConstants({ lowering, list, args, place }: ArrayCall): readonly Value[] | undefined {
  const { elements, rest } = list;
  const constants = elements.filter((element) => element.kind === 'constant' && !isUndefined(element));
  if (rest !== undefined || constants.length !== elements.length || elements.length > MAX_SORTED)
    return undefined;
  const [compare] = args;
  if (compare === undefined || isUndefined(compare))
    return constants.toSorted((a, b) => order(text(a), text(b)));
  const inOrder: Value[] = [];
  for (const element of constants) {
    let at = inOrder.length;
    for (; at > 0; at -= 1) {
      const answer = asNumber(lowering.callValue(compare, [inOrder[at - 1]!, element], place));
      if (answer === undefined) return undefined;
      if (!(answer > 0)) break;
    }
    inOrder.splice(at, 0, element);
  }
  return inOrder;
}

const text = (element: Value): string => String((element as ConstantValue).value);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function filled({ lowering, list, args, place }: ArrayCall): List {
  const [, from, to] = args;
  const [given = UNDEFINED] = putInto(lowering, list, args.slice(0, 1), place);
  const value = asNumber(given) === 0 && given.kind === 'constant' ? FILLING_ZERO : given;
  if (from === undefined)
    return {
      elements: list.elements.map(() => value),
      rest: list.rest === undefined ? undefined : value,
      size: list.size,
    };
  const [start, end] = [asNumber(from), to === undefined ? Infinity : asNumber(to)];
  if (start === undefined || start < 0 || end === undefined || end < 0 || list.rest !== undefined)
    return withAny(lowering, list, value);
  return {
    elements: list.elements.map((element, index) => (index >= start && index < end ? value : element)),
    rest: undefined,
  };
}

/** As many elements as before, each of which may be any of them. */
export function mixed({ lowering, list }: ArrayCall): List {
  const any = typical(lowering, list);
  if (any === undefined || list.rest !== undefined) return { elements: [], rest: any, size: list.size };
  return { elements: list.elements.map(() => any), rest: undefined };
}

export function sliced({ lowering, list, args, place }: ArrayCall): List {
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

export function spliced(call: ArrayCall): Value {
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

export function flat(lowering: Lowering, { elements, rest }: List): ArrayValue {
  const inner = elements.map((element): List =>
    element.kind === 'array' ? element : { elements: [element], rest: undefined },
  );
  const open: List[] =
    rest === undefined ? [] : [shuffled(lowering, rest.kind === 'array' ? rest : { elements: [], rest })];
  return listed(appended(lowering, [...inner, ...open]));
}
