/**
 * Fields of records that nobody described, which other functions of the file take for single numbers:
 * `tf.tensor1d(rows.map((row) => row.price))` tells what `rows[].price` is.
 */
import { asPattern } from '../../source/words.js';
import type { InputValue } from '../values.js';

const known = new WeakMap<object, Map<string, boolean>>();

/** Whether the file makes a vector or a scalar of fields of this name. */
export function isReadAsNumber({ name, place, claim, form }: InputValue): boolean {
  const [, field] = FIELD.exec(name) ?? [];
  if (field === undefined || claim !== undefined || form.kind !== 'undetermined') return false;
  const file = place.getSourceFile();
  const fields = known.get(file) ?? new Map<string, boolean>();
  known.set(file, fields);
  const before = fields.get(field);
  if (before !== undefined) return before;
  const found = madeOf(field).test(file.text);
  fields.set(field, found);
  return found;
}

/** `row.price`, and not `price`. */
const FIELD = /[\w\])]\.([\w$]+)$/;

/** `tensor1d(rows.map((row) => row.price`, `tf.scalar(row.price`. */
function madeOf(field: string): RegExp {
  const read = String.raw`\(?\s*([\w$]+)\s*(?::[^)=]*)?\)?\s*=>\s*\+?\1\.${asPattern(field)}\s*[,)]`;
  return new RegExp(
    String.raw`\b(?:tensor1d\(\s*[\w$.]+\.map\(${read}|scalar\(\s*\+?[\w$.]+\.${asPattern(field)}\s*\))`,
  );
}
