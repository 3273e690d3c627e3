/** Where an axis came from, to be told beside the op that it went wrong at. */
import { sameSize, type Dim, type Shape } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { REDUCTIONS } from './axes.js';

export interface Origin {
  readonly node: Node;
  /** After the text of the op: "which keeps one column". Empty where the op speaks for itself. */
  readonly words: string;
}

/** The op that made a column what it is, seen through ops that compute on single elements. */
export function originOfColumn(node: Node, axis: number): Origin {
  const made = firstOf(node, (shape) => shape.length === node.shape!.length && shape[axis]?.size === 1);
  const dim = made.shape![axis]!;
  return { node: made, words: WORDS[made.op] ?? wordsOf(dim) };
}

/** The ops that made a column what it is, by each way that ops which compute on single elements have. */
export function originsOfColumn(node: Node, axis: number, depth = 0): Node[] {
  const isColumn = ({ shape }: Node): boolean =>
    shape?.length === node.shape!.length && shape[axis]!.size === 1;
  const columns = depth > 12 || CONTRACTING.has(node.op) ? [] : operandNodes(node).filter(isColumn);
  return columns.length === 0
    ? [node]
    : columns.flatMap((column) => originsOfColumn(column, axis, depth + 1));
}

/** The op that made a row what it is. */
export function originOfRow(node: Node): Origin {
  const made = firstOf(node, (shape) => shape.length === node.shape!.length);
  const words = REDUCTIONS.has(made.op) ? 'drops the axis that it reduces' : WORDS[made.op];
  return { node: made, words: words ?? '' };
}

/** Behind an op that has more than one way back, nothing is told. */
function firstOf(node: Node, isSuch: (shape: Shape) => boolean, depth = 0): Node {
  const operands = operandNodes(node).filter(({ shape }) => shape !== undefined && shape.length > 0);
  const [only, ...others] = operands.filter(({ shape }) => isSuch(shape!) && isAlike(shape!, node.shape!));
  if (only === undefined || others.length > 0 || depth > 12 || CONTRACTING.has(node.op)) return node;
  return firstOf(only, isSuch, depth + 1);
}

const isAlike = (a: Shape, b: Shape): boolean => a.every(({ size }, axis) => sameSize(size, b[axis]!.size));

/** Their result may look like an operand, and is something else. */
const CONTRACTING: ReadonlySet<string> = new Set([
  'matMul',
  'dot',
  'concat',
  'gather',
  'oneHot',
  'transpose',
]);

const WORDS: Readonly<Record<string, string>> = {
  matMul: 'gives one column',
  expandDims: 'adds an axis of 1',
  squeeze: 'drops an axis of 1',
  argMax: 'drops the axis that it looks along',
  argMin: 'drops the axis that it looks along',
  oneHot: 'adds the classes behind a column of indices',
  gather: 'keeps the column of its indices',
};

function wordsOf({ one }: Dim): string {
  switch (one) {
    case 'structural':
      return 'gives one column';
    case 'kept':
      return 'keeps the axis that it reduces';
    case 'data':
      return 'holds lists of one';
    case 'sliced':
      return 'cuts out one column';
    default:
      return '';
  }
}
