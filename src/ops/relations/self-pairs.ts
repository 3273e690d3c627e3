/** Comparisons of a tensor with itself, each of its elements with each: the diagonal is that of an element with itself. */
import { holding } from '../../facts/range-ends.js';
import type { Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { input, same } from './same.js';

/** `labels.expandDims(1).equal(labels.expandDims(0))`: each row holds a 1, unless an element is NaN, which equals nothing. */
export function withItself(a: Operand, b: Operand, range: Range): Range {
  const rank = Math.max(a.shape?.length ?? 0, b.shape?.length ?? 0);
  if (rank === 0 || a.range.mayBeNaN || b.range.mayBeNaN || !same(moved(a), moved(b))) return range;
  return areAcross(a, b) ? holding(range, 1, [rank - 1]) : range;
}

/** Ops that lay the elements of a vector along another axis. */
const MOVING: ReadonlySet<string> = new Set(['expandDims', 'reshape', 'transpose', 'squeeze', 'flatten']);

function moved(operand: Operand): Operand {
  const inner = MOVING.has(operand.op) ? input(operand, 'x') : undefined;
  return inner === undefined ? operand : moved(inner);
}

/** `[n, 1]` beside `[n]` or `[1, n]`. */
function areAcross(a: Operand, b: Operand): boolean {
  const [column, row] = [a, b].map(({ shape }) => shape?.map(({ size }) => size) ?? []);
  return isColumn(column!) ? isRow(row!) : isColumn(row!) && isRow(column!);
}

type Sizes = readonly unknown[];

const isColumn = (sizes: Sizes): boolean => sizes.length === 2 && sizes[1] === 1 && sizes[0] !== 1;

const isRow = (sizes: Sizes): boolean =>
  sizes.at(-1) !== 1 && (sizes.length === 1 || (sizes.length === 2 && sizes[0] === 1));
