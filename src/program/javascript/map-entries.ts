import type { Lowering } from '../lowering.js';
import {
  array,
  constant,
  type ObjectValue,
  type Primitive,
  SOME_FIELD,
  type List,
  type Value,
} from '../values.js';

/** In front of what is a key of a Map, for the Map is an object that may have fields, too. */
const OF_KEY = 'key ';

/** The field for a key: as JSON, for 1 and '1' are two keys. Undefined where the key is not known. */
export const fieldOf = (key: Value | undefined): string | undefined =>
  key?.kind === 'constant' && isPlain(key.value) ? OF_KEY + JSON.stringify(key.value) : undefined;

const isPlain = (key: Primitive): boolean =>
  typeof key === 'string' || typeof key === 'boolean' || (typeof key === 'number' && Number.isFinite(key));

/** Its entries as lists of two, as a loop over it gives them. */
export function entriesOf(lowering: Lowering, { fields }: ObjectValue): List {
  const elements = [...fields].flatMap(([field, value]) =>
    field.startsWith(OF_KEY)
      ? [array([constant(JSON.parse(field.slice(OF_KEY.length)) as Primitive), value])]
      : [],
  );
  const written = fields.get(SOME_FIELD);
  return { elements, rest: written && array([lowering.unknown('unknown element'), written]) };
}
