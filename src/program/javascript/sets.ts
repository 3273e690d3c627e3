/** A `Set`: what it holds is followed as a list, of which nobody knows how many were alike. */
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { array, isCallable, UNDEFINED, type ArrayValue, type List, type Value } from '../values.js';
import { mapList } from './array-callbacks.js';
import { rewrite, typical } from './lists.js';
import { unresolvedCall } from './unfollowed-calls.js';

/** `new Set(list)`; undefined where nobody knows what it is made of. */
export function setOf(lowering: Lowering, values: Value | undefined): ArrayValue | undefined {
  if (values === undefined) return array([], undefined, { isSet: true });
  if (values.kind !== 'array') return undefined;
  const distinct = distinctConstants(values);
  return distinct === undefined
    ? array([], typical(lowering, values), { isSet: true })
    : array(distinct, undefined, { isSet: true });
}

function distinctConstants({ elements, rest }: ArrayValue): readonly Value[] | undefined {
  if (rest !== undefined || !elements.every((element) => element.kind === 'constant')) return undefined;
  return [...new Map(elements.map((element) => [element.value, element])).values()];
}

/** A property of a Set: all but one are methods. */
export const setProperty = (lowering: Lowering, set: ArrayValue, name: string): Value =>
  name === 'size' ? lowering.unknown('unknown element') : { kind: 'method', receiver: set, name };

/** A call of a method of a Set. */
export function callSet(
  lowering: Lowering,
  set: ArrayValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const [first] = args;
  switch (name) {
    case 'has':
      return { ...lowering.unknown('unknown element'), truth: { byData: true } };
    case 'add':
      if (first !== undefined) rewrite(lowering, set, withAnother(lowering, set, first));
      return set;
    case 'delete':
      // Whatever was deleted, the others are no longer known.
      rewrite(lowering, set, { elements: [], rest: lowering.unknown('unknown element') });
      return { ...lowering.unknown('unknown element'), truth: { byData: true } };
    case 'clear':
      rewrite(lowering, set, { elements: [], rest: undefined });
      return UNDEFINED;
    case 'values':
    case 'keys':
      return array(set.elements, set.rest, { size: set.size });
    case 'forEach':
      if (isCallable(first))
        mapList(lowering, set, place, (element) => lowering.callValue(first, [element, element, set], place));
      return UNDEFINED;
    default:
      return unresolvedCall(lowering, args, place);
  }
}

/** With something that it may hold already: how many there are then nobody knows. */
const withAnother = (lowering: Lowering, { elements, rest }: ArrayValue, value: Value): List => ({
  elements: [],
  rest: typical(lowering, { elements: [...elements, value], rest }),
});
