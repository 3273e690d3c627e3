import type { Lowering } from '../lowering.js';
import { array, constant, type ObjectValue, type Primitive, SOME_FIELD, type List } from '../values.js';

/** Its entries as lists of two, as a loop over it gives them. */
export function entriesOf(lowering: Lowering, { fields }: ObjectValue): List {
  const elements = [...fields].flatMap(([field, value]) =>
    field === SOME_FIELD ? [] : [array([constant(JSON.parse(field) as Primitive), value])],
  );
  const written = fields.get(SOME_FIELD);
  return { elements, rest: written && array([lowering.unknown('unknown element'), written]) };
}
