/** The shape that a ragged tensor has once its rows are filled up, as `raggedTensorToTensor` of TensorFlow.js finds it. */
import { dim, type Dim, type Shape } from '../../facts/shape.js';
import { throws } from '../build.js';
import type { OpCall, Operand, ShapeResult } from '../row.js';
import { writtenNumbers } from './literals.js';

export interface RaggedTensor {
  /** The shape that was asked for, in which -1 stands for as much as is needed. */
  readonly shape: Operand;
  readonly values: Shape | undefined;
  readonly partitions: readonly Operand[];
  readonly types: readonly string[];
}

const KNOWN = ['FIRST_DIM_SIZE', 'VALUE_ROWIDS', 'ROW_LENGTHS', 'ROW_SPLITS', 'ROW_LIMITS', 'ROW_STARTS'];

export function paddedShape(call: OpCall, tensor: RaggedTensor): ShapeResult {
  const { shape, values, partitions } = tensor;
  if (partitions.length === 0) return throws('there is no partition');
  if (partitions[0]!.shape?.[0]?.size === 0) return throws('the first partition is empty');
  // The first type that TensorFlow.js does not know ends the list.
  const end = tensor.types.findIndex((type) => !KNOWN.includes(type));
  const types = end < 0 ? tensor.types : tensor.types.slice(0, end);
  const [first] = types;
  if (first !== 'FIRST_DIM_SIZE' && first !== 'ROW_SPLITS')
    return throws(`rows cannot be divided by ${first ?? 'no type'} first`);
  const counted = first === 'FIRST_DIM_SIZE';
  const depth = types.length - (counted ? 1 : 0);
  if (shape.shape === undefined) return undefined;
  if (shape.shape.length === 0) return throws('the shape is a scalar');
  const rank = shape.shape[0]!.size;
  if (typeof rank !== 'number') return undefined;
  if (values !== undefined && depth + values.length !== rank)
    return throws(`rows ${depth} deep of ${values.length} axes do not fill ${rank} axes`);
  const unsupported = types.slice(1).find((type) => type !== 'VALUE_ROWIDS' && type !== 'ROW_SPLITS');
  const sizes = writtenNumbers(shape);
  if (unsupported !== undefined) return sizes?.includes(0) ? undefined : throws(`rows by ${unsupported}`);
  if (sizes === undefined) return Array.from({ length: rank }, (_, axis) => fresh(call, axis));
  const below = sizes.find((size) => size < -1);
  if (below !== undefined) return throws(`a size is ${below}`);
  const inOrder = (counted ? partitions.slice(1) : partitions).map((partition, level) => ({
    partition,
    type: (counted ? types.slice(1) : types)[level],
  }));
  const outer = sizes.slice(0, depth + 1).map((size, axis): Dim => {
    if (size >= 0) return dim(size);
    if (axis === 0) return counted ? countedRows(call, partitions[0]!) : split(call, partitions[0]!);
    return widest(call, axis, inOrder[axis - 1]);
  });
  const isFilled = outer.every(({ size }) => typeof size === 'number' && size > 0);
  if (isFilled && inOrder.some(fallsBack)) return throws('splits must begin at 0, and must not fall');
  const inner = values && innerSizes(sizes, values);
  if (inner === undefined || 'throws' in inner) return inner;
  const rest = inner.slice(depth + 1);
  return rest.includes(-1)
    ? throws('the sizes of an element must be written')
    : [...outer, ...rest.map((size) => dim(size))];
}

interface Partition {
  readonly partition: Operand;
  readonly type: string | undefined;
}

/** True for splits that do not give all rows, one after the other. */
function fallsBack({ partition, type }: Partition): boolean {
  const places = type === 'ROW_SPLITS' ? writtenNumbers(partition) : undefined;
  if (places === undefined || places.length === 0) return false;
  const taken = lengthsOf(places).reduce((sum, length) => sum + Math.max(0, length), 0);
  return taken !== places.at(-1);
}

const lengthsOf = (places: readonly number[]): number[] =>
  places.slice(1).map((place, index) => place - places[index]!);

const fresh = (call: OpCall, axis: number): Dim => dim(call.freshSize(`axis ${axis}`));

function countedRows(call: OpCall, partition: Operand): Dim {
  const rows = writtenNumbers(partition)?.[0];
  return rows === undefined ? fresh(call, 0) : dim(rows);
}

function split(call: OpCall, partition: Operand): Dim {
  const places = partition.shape?.[0]?.size;
  return typeof places === 'number' ? dim(places - 1) : fresh(call, 0);
}

/**
 * The sizes asked for beside those of an element. TensorFlow.js takes a size that was asked for as the place of another
 * one: where that leads outside, nothing is said.
 */
function innerSizes(
  sizes: readonly number[],
  values: Shape,
): readonly number[] | ReturnType<typeof throws> | undefined {
  const result = [...sizes];
  for (const [axis, { size }] of values.entries()) {
    if (axis === 0) continue;
    if (typeof size !== 'number') return undefined;
    const place = result[result.length - values.length + axis]!;
    const other = result[place];
    if (other !== undefined && other >= 0 && other !== size)
      return throws(`axis ${axis} of an element has size ${size}, ${other} was asked for`);
    if (other === undefined && place >= 0) return undefined;
    if (other !== undefined && other < 0) result[place] = size;
  }
  return result;
}

/** The length of the longest row. */
function widest(call: OpCall, axis: number, given: Partition | undefined): Dim {
  const numbers = given && writtenNumbers(given.partition);
  if (numbers === undefined) return fresh(call, axis);
  if (given?.type === 'ROW_SPLITS') return dim(Math.max(0, ...lengthsOf(numbers)));
  let [longest, length] = [0, 0];
  for (const [index, row] of numbers.entries()) {
    length = index > 0 && row === numbers[index - 1] ? length + 1 : 1;
    longest = Math.max(longest, length);
  }
  return dim(longest);
}

/** How many rows of the values a partition takes; undefined when that is in values that nobody wrote down. */
export function rowsTaken(partition: Operand | undefined, type: string | undefined): number | undefined {
  if (partition === undefined) return undefined;
  if (type === 'ROW_SPLITS') return writtenNumbers(partition)?.at(-1);
  const size = partition.shape?.[0]?.size;
  return type === 'VALUE_ROWIDS' && typeof size === 'number' ? size : undefined;
}
