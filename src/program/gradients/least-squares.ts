/** Squared errors that are linear in what is trained: `a·x² + b·x + c` against targets, a product with one matrix of weights. */
import { isTrainable, slice, type Node } from '../node.js';

/** What the weights multiply; where it is all that a loss depends on, the loss is a parabola in every direction. */
export interface LeastSquares {
  /** Inputs `[n, d]` of which each column has a weight. */
  readonly columns: readonly Node[];
  /** Inputs that a single weight multiplies. */
  readonly scaled: readonly Node[];
  /** Weights that stand alone, such as a bias. */
  readonly constants: number;
  /** The error is divided by how many numbers there are. */
  readonly isMean: boolean;
}

/** The squared error that a loss is; undefined where it is another loss, or the error is not linear in the weights. */
export function leastSquares(loss: Node): LeastSquares | undefined {
  const error = errorOf(loss);
  if (error === undefined) return undefined;
  const weights = new Set<number>();
  const terms = [error.a, error.b].map((side) => linear(side, weights));
  if (terms.some((side) => side === undefined)) return undefined;
  const all = terms.flatMap((side) => side!);
  const of = (kind: Term['kind']): Node[] => all.filter((term) => term.kind === kind).map(({ x }) => x);
  const [columns, scaled] = [of('columns'), of('scaled')];
  if (columns.length + scaled.length === 0) return undefined;
  return { columns, scaled, constants: of('constant').length, isMean: error.isMean };
}

interface SquaredError {
  readonly a: Node;
  readonly b: Node;
  readonly isMean: boolean;
}

function errorOf(loss: Node): SquaredError | undefined {
  const { op, operands, attributes } = loss;
  if (op === 'losses.meanSquaredError') {
    const [a, b] = [operands['labels'] as Node, operands['predictions'] as Node];
    return operands['weights'] === undefined ? { a, b, isMean: true } : undefined;
  }
  if ((op !== 'mean' && op !== 'sum') || (attributes['axis'] ?? null) !== null) return undefined;
  const difference = squared(operands['x'] as Node);
  if (difference === undefined) return undefined;
  const [a, b] = [difference.operands['a'] as Node, difference.operands['b'] as Node];
  return { a, b, isMean: op === 'mean' };
}

/** The difference that is squared: `d.square()`, `d.mul(d)`, `d.pow(2)`, `squaredDifference`. */
function squared(node: Node): Node | undefined {
  const { op, operands } = node;
  if (op === 'squaredDifference') return node;
  const [x, a, b] = [
    operands['x'],
    operands['a'] ?? operands['base'],
    operands['b'] ?? operands['exp'],
  ] as Node[];
  const root =
    op === 'square'
      ? x
      : op === 'mul' && a === b
        ? a
        : op === 'pow' && b?.range.low === 2 && b.range.high === 2
          ? a
          : undefined;
  return root?.op === 'sub' ? root : undefined;
}

interface Term {
  readonly kind: 'columns' | 'scaled' | 'constant';
  readonly x: Node;
}

/** The terms of a sum, each a weight of its own times something that is not trained. */
function linear(node: Node, weights: Set<number>): readonly Term[] | undefined {
  if (!slice(node).some(isTrainable)) return [];
  const { op, operands } = node;
  const [x, a, b] = [operands['x'], operands['a'], operands['b']] as (Node | undefined)[];
  if (isTrainable(node))
    return hasOneElement(node) && isNew(node, weights) ? [{ kind: 'constant', x: node }] : undefined;
  switch (op) {
    case 'add':
    case 'sub': {
      const [left, right] = [linear(a!, weights), linear(b!, weights)];
      return left && right && [...left, ...right];
    }
    case 'mul': {
      const [weight, other] = isTrainable(a!) ? [a!, b!] : [b!, a!];
      const isLinear = isTrainable(weight) && hasOneElement(weight) && !slice(other).some(isTrainable);
      return isLinear && isNew(weight, weights) ? [{ kind: 'scaled', x: other }] : undefined;
    }
    case 'matMul': {
      const isPlain = node.attributes['transposeA'] !== true && node.attributes['transposeB'] !== true;
      const isColumn = isTrainable(b!) && b!.shape?.length === 2 && b!.shape[1]!.size === 1;
      const isLinear = isPlain && isColumn && a!.shape?.length === 2 && !slice(a!).some(isTrainable);
      return isLinear && isNew(b!, weights) ? [{ kind: 'columns', x: a! }] : undefined;
    }
    case 'reshape':
    case 'squeeze':
    case 'expandDims':
      return linear(x!, weights);
    default:
      return undefined;
  }
}

const hasOneElement = ({ shape }: Node): boolean => shape?.every(({ size }) => size === 1) === true;

/** A weight that stands twice is no weight for each. */
function isNew({ id }: Node, weights: Set<number>): boolean {
  if (weights.has(id)) return false;
  weights.add(id);
  return true;
}
