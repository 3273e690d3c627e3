/** A `Map` that is written down with its entries: what it holds is known by the texts and numbers that are its keys. */
import type { ts } from '../../source/typescript.js';
import { orSomeField } from './objects.js';
import type { Lowering } from '../lowering.js';
import { array, record, SOME_FIELD, UNDEFINED, type ObjectValue, type Value } from '../values.js';
import { entriesOf, fieldOf } from './map-entries.js';
import { setElement, setProperty } from './assignments.js';
import { mapList } from './array-callbacks.js';
import { unresolvedCall } from './unfollowed-calls.js';

/** `new Map([['left', x], …])`, `new Map()`; undefined where a key is not known. */
export function mapOf(entries: Value | undefined): ObjectValue | undefined {
  if (entries === undefined) return { ...record([]), isMap: true };
  if (entries.kind !== 'array' || entries.rest !== undefined || entries.elements.length === 0)
    return undefined;
  const pairs = entries.elements.map((entry): [string, Value] | undefined => {
    const [key, value] = entry.kind === 'array' ? entry.elements : [];
    const field = fieldOf(key);
    return field === undefined || value === undefined ? undefined : [field, value];
  });
  const known = pairs.filter((pair) => pair !== undefined);
  return known.length === pairs.length ? { ...record(known), isMap: true } : undefined;
}

/** A property of a Map: nearly all of them are methods. */
export const mapProperty = (lowering: Lowering, map: ObjectValue, name: string): Value =>
  name === 'size' ? lowering.unknown('unknown element') : { kind: 'method', receiver: map, name };

/** A call of a method of a Map. */
export function callMap(
  lowering: Lowering,
  map: ObjectValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method?.({ lowering, map, args, place }) ?? unresolvedCall(lowering, args, place);
}

interface Call {
  readonly lowering: Lowering;
  readonly map: ObjectValue;
  readonly args: readonly Value[];
  readonly place: ts.Node;
}

const METHODS: Readonly<Record<string, (call: Call) => Value | undefined>> = {
  get: ({ lowering, map, args: [key] }) => {
    const field = fieldOf(key);
    const value = field === undefined ? undefined : map.fields.get(field);
    if (value !== undefined) return orSomeField(lowering, map, value);
    // What is not there may be put there by code that was not seen.
    return map.fields.get(SOME_FIELD) ?? lowering.unknown('unknown element');
  },
  set: ({ lowering, map, args: [key, value] }) => {
    if (value === undefined) return undefined;
    const field = fieldOf(key);
    if (field === undefined) setElement(lowering, map, lowering.unknown('unknown element'), value);
    else setProperty(lowering, map, field, value);
    return map;
  },
  delete: ({ lowering, map, args: [key] }) => {
    const field = fieldOf(key);
    for (const name of field === undefined ? [...map.fields.keys()] : [field]) forget(lowering, map, name);
    return lowering.unknown('unknown element');
  },
  clear: ({ lowering, map }) => {
    for (const name of [...map.fields.keys()]) forget(lowering, map, name);
    return UNDEFINED;
  },
  values: ({ lowering, map }) => column(lowering, map, 1),
  keys: ({ lowering, map }) => column(lowering, map, 0),
  entries: ({ lowering, map }) => {
    const { elements, rest } = entriesOf(lowering, map);
    return array(elements, rest);
  },
  forEach: ({ lowering, map, args: [callback], place }) => {
    if (callback === undefined) return undefined;
    mapList(lowering, entriesOf(lowering, map), place, (entry) =>
      lowering.callValue(callback, [itemOf(lowering, entry, 1), itemOf(lowering, entry, 0)], place),
    );
    return UNDEFINED;
  },
};

/** What is deleted on one way, or may be there again by the time somebody asks, is anything. */
function forget(lowering: Lowering, map: ObjectValue, field: string): void {
  if (map.fields.has(field)) setProperty(lowering, map, field, lowering.unknown('unknown element'));
}

/** The keys, or the values. */
function column(lowering: Lowering, map: ObjectValue, place: 0 | 1): Value {
  const { elements, rest } = entriesOf(lowering, map);
  return array(
    elements.map((entry) => itemOf(lowering, entry, place)),
    rest && itemOf(lowering, rest, place),
  );
}

const itemOf = (lowering: Lowering, entry: Value, place: 0 | 1): Value =>
  (entry.kind === 'array' ? entry.elements[place] : undefined) ?? lowering.unknown('unknown element');
