/** Tensors of data that no caller gives: of files, pages, and packages whose code is not read. */
import { assumedInput, stored } from '../../facts/range.js';
import { opNamed } from '../../ops/table.js';
import { ts } from '../../source/typescript.js';
import { namedShape } from '../claims/documented.js';
import type { Lowering } from '../lowering.js';
import { isFromOutside, type Value } from '../values.js';
import { callRow } from './op-calls.js';

/** What the code reads, or rows of it: `lines.map((line) => line.split(',').map(Number))`, but not `[width, height]`. */
export const isForeign = (data: Value): boolean =>
  isFromOutside(data) || (isOpenList(data) && isMadeOfForeign(data));

const isOpenList = (data: Value): boolean => data.kind === 'array' && data.rest !== undefined;

function isMadeOfForeign(value: Value): boolean {
  if (value.kind !== 'array') return isFromOutside(value);
  const parts = value.rest === undefined ? value.elements : [...value.elements, value.rest];
  return value.typed === undefined && parts.length > 0 && parts.every(isMadeOfForeign);
}

/** Single numbers are settings as often as data. */
const OF_LISTS = /^tensor/;

/** An input in the place of the tensor that is made of it. */
export function ofForeignData(
  lowering: Lowering,
  path: string,
  args: readonly Value[],
  place: ts.Node,
): Value | undefined {
  if (!OF_LISTS.test(path)) return undefined;
  const made = callRow(lowering, opNamed(path)!, args, place);
  if (made.kind !== 'tensor' || made.node.throws !== undefined) return made;
  const { node } = made;
  // Two calls of a function that reads data may read two sets of it.
  const name = lowering.builder.position.chain.length === 0 ? nameOfData(place) : undefined;
  // Truths make a bool tensor, where no type is given.
  const dtype = node.attributes['dtype'] === undefined ? undefined : node.dtype;
  const isShaped = args.slice(1).some((option) => option.kind !== 'constant');
  const isNamed = name !== undefined && isFromOutside(args[0]!) && !isShaped && node.shape !== undefined;
  const shape = isNamed ? namedShape(name, node.shape.length) : node.shape;
  const range = stored(assumedInput(), node.dtype);
  return { kind: 'tensor', node: lowering.builder.asInput(node, name ?? 'data', { shape, dtype, range }) };
}

/** `tf.tensor2d(table.rows)`: its sizes are those of `table.rows`. */
function nameOfData(place: ts.Node): string | undefined {
  const text = ts.isCallExpression(place) ? place.arguments[0]?.getText() : undefined;
  return text !== undefined && PATH.test(text) ? text : undefined;
}

const PATH = /^[A-Za-z_$][\w$.]{0,40}$/;
