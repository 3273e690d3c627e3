import { axisGroups } from '../../facts/axis-groups.js';
import { broadcastIndex } from '../../float64/broadcast-index.js';
import { elementsIn } from '../../facts/concrete-shape.js';
import type { NumericTensor, SiteCall } from '../evaluation.js';
import type { SuspectSite } from '../job.js';

/** What a call did although its operands do not fit; undefined where they do. */
export function misread(
  { op, moved }: Pick<SuspectSite, 'op' | 'moved'>,
  { operands, output }: SiteCall,
): string | undefined {
  if (output.values.length !== elementsIn(output.shape))
    return `${output.values.length} values in a tensor of [${output.shape.join(', ')}]`;
  if (op === 'matMul') return wrongMatrices(operands, output);
  if (op === 'where') return columnsForRows(operands, output);
  if (op === 'reshape' && moved !== undefined) return mixed(operands['x'], output, moved);
  if (op === 'reshape') return scrambled(operands['x'], output);
  if (op === 'pad') return ofOtherRank(operands['x'], output);
  if (op === 'gather') return everyIndexForEveryRow(operands, output);
  if (op === 'multinomial') return noProbability(operands['logits']);
  if (op === 'oneHot') return withoutClass(operands['indices'], output);
  return op.startsWith('batchNorm') ? wrapped(operands) : undefined;
}

/** A number of a class that has no place in its row. */
function withoutClass(indices: NumericTensor | undefined, output: NumericTensor): string | undefined {
  const classes = output.shape.at(-1) ?? 0;
  const index = indices?.values.find((value) => value >= classes);
  return index === undefined ? undefined : `class ${index} of ${classes} is a row of zeros`;
}

/** A number that was added up as if it were the probability of its class. */
function noProbability(given: NumericTensor | undefined): string | undefined {
  const below = given?.values.find((value) => value < 0);
  return below === undefined ? undefined : `${below} was added up as a probability`;
}

/** A condition of rank 1 is documented to select along the first axis. */
function columnsForRows(
  { condition, a, b }: SiteCall['operands'],
  output: NumericTensor,
): string | undefined {
  const [rows, ...more] = condition?.shape ?? [];
  if (rows === undefined || more.length > 0 || a?.shape[0] !== rows || a.shape.length < 2) return undefined;
  const length = output.values.length / rows;
  const wrong = output.values.findIndex((value, index) => {
    const chosen = condition!.values[Math.floor(index / length)] ? a : b;
    return chosen?.values.length === output.values.length && value !== chosen.values[index];
  });
  return wrong < 0
    ? undefined
    : `row ${Math.floor(wrong / length)} is not that of the condition: it selects columns`;
}

/** Neither a place along the one axis tells the place along the other one, nor the other way round. */
function mixed(
  x: NumericTensor | undefined,
  output: NumericTensor,
  { from, to, parts }: NonNullable<SuspectSite['moved']>,
): string | undefined {
  const [size, other] = [x?.shape[from], output.shape[to]];
  if (x === undefined || size === undefined || other === undefined) return undefined;
  if (!output.shape.every((each) => Number.isInteger(each))) return undefined;
  const part = parts === undefined ? 1 : size / parts;
  const [stride, step] = [elementsIn(x.shape.slice(from + 1)), elementsIn(output.shape.slice(to + 1))];
  const places = x.values.map((_, index) => [
    Math.floor((Math.floor(index / stride) % size) / part),
    Math.floor(index / step) % other,
  ]);
  const pairs = new Set(places.map((place) => place.join())).size;
  const tells = (one: number): boolean => pairs === new Set(places.map((place) => place[one])).size;
  if (tells(0) || tells(1)) return undefined;
  const at = output.shape.map((_, axis) => (axis === to ? '0' : '…')).join(', ');
  const found = [...new Set(places.filter(([, place]) => place === 0).map(([place]) => place))];
  return `[${at}] of the result holds values of ${parts === undefined ? 'places' : 'parts'} ${found.slice(0, 4).join(', ')} of axis ${from}`;
}

/** The axes that have changed places, or become one, with the values of another place. Axes of size 1 may come and go. */
function scrambled(x: NumericTensor | undefined, output: NumericTensor): string | undefined {
  // A part of a row is no row.
  if (x === undefined || !output.shape.every((size) => Number.isInteger(size))) return undefined;
  const [from, to] = [x, output].map(({ shape }) => shape.filter((size) => size !== 1)) as [
    number[],
    number[],
  ];
  const isSplit = to.length > from.length;
  const [few, many] = isSplit ? [from, to] : [to, from];
  const [flat, whole] = isSplit ? [x.values, output.values] : [output.values, x.values];
  const order = placesOf(few, many) ?? axisGroups(few, many)?.flat();
  if (order === undefined) return undefined;
  const sizes = order.map((axis) => many[axis]!);
  const strides = order.map((axis) => elementsIn(many.slice(axis + 1)));
  const wrong = flat.findIndex((value, index) => {
    const place = sizes.map((size, at) => Math.floor(index / elementsIn(sizes.slice(at + 1))) % size);
    return value !== whole[place.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)];
  });
  return wrong < 0 ? undefined : `element ${wrong} is not the one of the axes [${order.join(', ')}]`;
}

/** Where each of some sizes stands among others; undefined where those are not the same sizes. */
function placesOf(sizes: readonly number[], among: readonly number[]): readonly number[] | undefined {
  const left = [...among.keys()];
  const places = sizes.map((size) => {
    const at = left.findIndex((axis) => among[axis] === size);
    return at < 0 ? undefined : left.splice(at, 1)[0]!;
  });
  return left.length === 0 && places.every((place) => place !== undefined) ? places : undefined;
}

/** There was not one pair of paddings for each axis. */
const ofOtherRank = (x: NumericTensor | undefined, { shape }: NumericTensor): string | undefined =>
  x === undefined || x.shape.length === shape.length
    ? undefined
    : `[${x.shape.join(', ')}] was padded to [${shape.join(', ')}]`;

function everyIndexForEveryRow(
  { x, indices }: SiteCall['operands'],
  output: NumericTensor,
): string | undefined {
  const [rows, ...more] = indices?.shape ?? [];
  const isEvery = more.length === 0 && x?.shape[0] === rows && output.shape.length === x?.shape.length;
  return isEvery && rows! > 1
    ? `${rows!} values of each row, for there are ${rows!} indices, one a row`
    : undefined;
}

/** Statistics that are longer or shorter than the axis they are for, and of which none was refused. */
function wrapped(operands: SiteCall['operands']): string | undefined {
  const last = operands['x']?.shape.at(-1);
  for (const name of ['mean', 'variance', 'offset', 'scale']) {
    const [length, ...more] = operands[name]?.shape ?? [];
    if (length !== undefined && more.length === 0 && length !== 1 && length !== last)
      return `${length} values of ${name} were read for a last axis of ${last!}`;
  }
  return undefined;
}

/**
 * The first element of a product of matrices that is not the sum of its products. The first one as it stands; the second
 * one transposed where it only fits so.
 */
function wrongMatrices(operands: SiteCall['operands'], output: NumericTensor): string | undefined {
  const { a, b } = operands;
  if (a === undefined || b === undefined) return undefined;
  const [rows, inner] = [a.shape.at(-2)!, a.shape.at(-1)!];
  const transposed = inner !== b.shape.at(-2);
  if (transposed && inner !== b.shape.at(-1)) return undefined;
  const columns = transposed ? b.shape.at(-2)! : b.shape.at(-1)!;
  const [along, across] = transposed ? [1, inner] : [columns, 1];
  const batch = output.shape.slice(0, -2);
  for (let index = 0; index < output.values.length; index += 1) {
    const matrix = Math.floor(index / (rows * columns));
    const row = Math.floor(index / columns) % rows;
    const left = (broadcastIndex(matrix, batch, a.shape.slice(0, -2)) * rows + row) * inner;
    const right =
      broadcastIndex(matrix, batch, b.shape.slice(0, -2)) * inner * columns + (index % columns) * across;
    let [sum, size] = [0, 0];
    for (let k = 0; k < inner; k += 1) {
      const term = a.values[left + k]! * b.values[right + k * along]!;
      sum += term;
      size += Math.abs(term);
    }
    if (Math.abs(output.values[index]! - sum) > 1e-3 * size)
      return `matrix ${matrix} of the result holds ${output.values[index]!}, by its definition ${sum}`;
  }
  return undefined;
}
