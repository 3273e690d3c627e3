/** Shapes that are the values of a tensor: those of sparse tensors. They are known where the program writes them down. */
import { elementsIn } from '../../facts/concrete-shape.js';
import { showShape } from '../../facts/shape.js';
import { throws } from '../build.js';
import type { Operand } from '../row.js';
import { writtenNumbers } from './literals.js';

type Thrown = ReturnType<typeof throws>;

export function wrongRank({ shape }: Operand, rank: number): string | undefined {
  return shape === undefined || shape.length === rank
    ? undefined
    : `a tensor of rank ${rank} is expected, this is ${showShape(shape)}`;
}

/** How many values there are once each row has one. */
export function filledRows(indices: Operand, denseShape: Operand): number | Thrown | undefined {
  const [rows] = writtenNumbers(denseShape) ?? [];
  const [count, rank] = indices.shape?.map(({ size }) => size) ?? [];
  if (rows === undefined) return undefined;
  if (rows === 0 && typeof count === 'number')
    return count === 0 ? 0 : throws(`there are no rows, and ${count} indices`);
  const written = writtenNumbers(indices);
  if (written === undefined || typeof rank !== 'number' || rank === 0) return undefined;
  const taken = written.filter((_, index) => index % rank === 0);
  const outside = taken.find((row) => row < 0 || row >= rows);
  if (outside !== undefined) return throws(`row ${outside} is not one of ${rows}`);
  return taken.length + rows - new Set(taken).size;
}

/** The sizes of the new whole, in which one -1 stands for what is left. */
export function newSparseShape(from: Operand, to: Operand): readonly number[] | Thrown | undefined {
  const [old, asked] = [writtenNumbers(from), writtenNumbers(to)];
  if (asked === undefined) return undefined;
  const open = asked.filter((size) => size === -1).length;
  const below = asked.find((size) => size < -1);
  if (open > 1) return throws('only one size can be -1');
  if (below !== undefined) return throws(`a size cannot be ${below}`);
  const listed = elementsIn(asked.filter((size) => size !== -1));
  if (open === 1 && listed === 0) return throws('-1 cannot be inferred beside a size of 0');
  if (old === undefined) return undefined;
  const total = elementsIn(old);
  const left = total / listed;
  if (open === 0 && listed !== total) return throws(`${total} elements do not fill [${asked.join(', ')}]`);
  if (open === 1 && !Number.isInteger(left)) return throws(`${total} / ${listed} is not whole`);
  return asked.map((size) => (size === -1 ? left : size));
}
