/**
 * Shapes where several parameters may have any rank: worked out for each rank that they may have, from the rows of the ops. A
 * rank at which an op on the way throws is none of them: who multiplies `q` by a matrix and sums along its axis 1 has a matrix.
 */
import { dim, symbol, type Shape, type SymbolicSize } from '../../facts/shape.js';
import { isThrown } from '../../ops/build.js';
import type { Operand } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import { namedShape } from '../claims/documented.js';
import { mapOperands, slice, type Node } from '../node.js';

/** The shapes of all that an op is computed from, the lowest ranks first; undefined where one of them cannot be told. */
export function shapesAtRanks(node: Node, nameOf: NameOf): readonly ReadonlyMap<Node, Shape>[] | undefined {
  const nodes = slice(node).filter((one) => one !== node);
  const nameByInput = new Map(nodes.filter(isOpenInput).map((input) => [input, nameOf(input)] as const));
  const names = new Set(nameByInput.values());
  if (names.size === 0 || names.size > MOST_INPUTS || nodes.length > MOST_NODES) return undefined;
  const found: ReadonlyMap<Node, Shape>[] = [];
  const most = Math.max(MOST_COMMON, ...nodes.map(({ shape }) => shape?.length ?? 0));
  for (const ranks of choices([...names], Math.min(most, MOST))) {
    const shapes = shapesAt(nodes, ranks, nameByInput);
    if (shapes === 'unknown') return undefined;
    if (shapes !== 'throws') found.push(shapes);
  }
  return found;
}

/** Every choice costs a walk through the formula. */
const MOST_INPUTS = 3;
const MOST_NODES = 40;

/** Up to there all ranks are tried, and up to that of what they stand beside: a column of four axes is for pictures. */
const MOST_COMMON = 3;
const MOST = 5;

/** What is read twice under one name is one tensor. */
type NameOf = (input: Node) => string;

type Ranks = ReadonlyMap<string, number>;

/** Every rank of every input, by their sum. */
function choices(names: readonly string[], most: number): Ranks[] {
  const everyRank = Array.from({ length: most + 1 }, (_, rank) => rank);
  const all = names.reduce<[string, number][][]>(
    (chosen, name) =>
      chosen.flatMap((ranks) => everyRank.map((rank): [string, number][] => [...ranks, [name, rank]])),
    [[]],
  );
  const total = (ranks: [string, number][]): number => ranks.reduce((sum, [, rank]) => sum + rank, 0);
  return all.sort((a, b) => total(a) - total(b)).map((ranks) => new Map(ranks));
}

/** Handed in, or not followed: a tensor all the same, as ops take it. */
export const isOpenInput = ({ op, shape, dtype }: Node): boolean =>
  (op === 'input' || op === 'unknown') && shape === undefined && dtype !== 'number';

/** Of nodes in the order in which they are computed. */
function shapesAt(
  nodes: readonly Node[],
  ranks: Ranks,
  names: ReadonlyMap<Node, string>,
): ReadonlyMap<Node, Shape> | 'unknown' | 'throws' {
  const shapes = new Map<Node, Shape>();
  for (const node of nodes) {
    const shape = shapeAt(node, ranks, names, shapes);
    if (shape === undefined) return 'unknown';
    if (shape === 'throws') return shape;
    shapes.set(node, shape);
  }
  return shapes;
}

function shapeAt(
  node: Node,
  ranks: Ranks,
  names: ReadonlyMap<Node, string>,
  shapes: ReadonlyMap<Node, Shape>,
): Shape | 'throws' | undefined {
  if (node.throws !== undefined) return 'throws';
  if (node.shape !== undefined) return node.shape;
  const name = names.get(node);
  if (name !== undefined) return namedShape(name, ranks.get(name)!);
  const row = opNamed(node.op);
  if (row === undefined || node.op.startsWith('js.')) return undefined;
  const at = (operand: Node): Operand => ({ ...operand, shape: shapes.get(operand) });
  const operands = mapOperands(node.operands, at);
  const { attributes, output, named } = node;
  let isNew = false;
  const freshSize = (): SymbolicSize => {
    isNew = true;
    return symbol(`?${node.id}`);
  };
  const shape = row.shape({ operands, attributes, output, named, freshSize });
  // Of sizes that nobody names nothing follows.
  if (shape === undefined || isNew) return undefined;
  return isThrown(shape) ? 'throws' : shape.map(({ size, axis, one }) => dim(size, { axis, one }));
}
