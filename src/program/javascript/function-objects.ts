/** Functions as the objects that they are, too. */
import type { ts } from '../../source/typescript.js';
import { Fields } from '../scope.js';
import { record, type FunctionValue, type ObjectValue } from '../values.js';

/** What stands on functions, `prototype` among it. */
const objects = new WeakMap<ts.Node, ObjectValue>();

export function objectOf({ declaration }: FunctionValue): ObjectValue {
  const known = objects.get(declaration) ?? record([['prototype', record()]]);
  objects.set(declaration, known);
  return known;
}

/** What `new` makes of a function, before the function has run. */
export const emptyInstance = (fn: FunctionValue): ObjectValue => ({
  kind: 'object',
  fields: new Fields(),
  base: objectOf(fn).fields.get('prototype'),
});
