/** A `Map` that is written down with its entries: what it holds is known by the texts and numbers that are its keys. */
import type { ts } from '../../source/typescript.js';
import { mapList } from './array-methods.js';
import { callValue, unresolvedCall } from './calls.js';
import type { Lowering } from '../lowering.js';
import { array, constant, record, UNDEFINED, type ObjectValue, type Value } from '../values.js';

/** `new Map([['left', x], …])`; undefined where a key is not known, and of an empty one, which is there to be filled. */
export function mapOf(entries: Value | undefined): ObjectValue | undefined {
  if (entries?.kind !== 'array' || entries.rest !== undefined || entries.elements.length === 0)
    return undefined;
  const pairs = entries.elements.map((entry): [string, Value] | undefined => {
    const [key, value] = entry.kind === 'array' ? entry.elements : [];
    return key?.kind === 'constant' && value !== undefined ? [String(key.value), value] : undefined;
  });
  const known = pairs.filter((pair) => pair !== undefined);
  return known.length === pairs.length ? { ...record(known), isMap: true } : undefined;
}

/** Its entries as lists of two, as a loop over it gives them. */
export const entriesOf = ({ fields }: ObjectValue): Value[] =>
  [...fields].map(([key, value]) => array([constant(key), value]));

export const mapProperty = (lowering: Lowering, map: ObjectValue, name: string): Value =>
  name === 'size' ? lowering.unknown('unknown element') : { kind: 'method', receiver: map, name };

export function callMap(
  lowering: Lowering,
  map: ObjectValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const [key, value] = args;
  const at = key?.kind === 'constant' ? String(key.value) : undefined;
  switch (name) {
    case 'get':
      // What is not there may be put there by code that was not seen.
      return (at === undefined ? undefined : map.fields.get(at)) ?? lowering.unknown('unknown element');
    case 'set':
      if (at !== undefined && value !== undefined) lowering.writeField(map, at, value);
      return map;
    case 'values':
      return array([...map.fields.values()]);
    case 'keys':
      return array([...map.fields.keys()].map(constant));
    case 'entries':
      return array(entriesOf(map));
    case 'forEach': {
      if (key === undefined) return UNDEFINED;
      const fields = [...map.fields];
      mapList(
        lowering,
        { elements: fields.map(([, field]) => field), rest: undefined },
        place,
        (field, index) => {
          const of = index.kind === 'constant' ? fields[Number(index.value)]?.[0] : undefined;
          return callValue(
            lowering,
            key,
            [field, of === undefined ? lowering.unknown('unknown element') : constant(of)],
            place,
          );
        },
      );
      return UNDEFINED;
    }
    default:
      return unresolvedCall(lowering, args, place);
  }
}
