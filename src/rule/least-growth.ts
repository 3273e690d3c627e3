/** A column beside a row where several tensors have any rank, of which the formula leaves some. */
import { isOneAxis, type Shape } from '../facts/shape.js';
import { operandNodes, slice, type Node } from '../program/node.js';
import { isOpenInput, shapesAtRanks } from '../program/shapes/least-ranks.js';
import { alignedOperands } from './axes.js';
import { becomesNumber } from './becomes-number.js';
import { mutualGrowth, type Growth } from './broadcast.js';
import { isOp, operandOf, sameValue } from './patterns.js';
import type { Site } from './site.js';
import { crossesItself } from './stray-axes.js';

export interface LeastGrowth {
  readonly growth: Growth;
  readonly ofA: Shape;
  readonly ofB: Shape;
  readonly mayBeMeant: boolean;
}

/**
 * How both grow at the lowest ranks, if they do, or nothing fits, wherever all tensors have one rank too. Where they only do
 * so there, a single index beside a list of them may be meant.
 */
export function growthAtLeastRanks(site: Site, a: Node, b: Node): LeastGrowth | undefined {
  // Most formulas are arithmetic on what is handed in: to work out their shapes at every rank takes long, and tells nothing.
  if (!slice(site.node).some((node) => node !== site.node && mayHaveOne(node))) return undefined;
  const ranks = shapesAtRanks(site.node, (input) => site.text(input)) ?? [];
  const alike = ranks.filter(isOfOneRank);
  if (ranks.some((shapes) => isOfScaledSets(site, shapes, a, b))) return undefined;
  const isWrong = (shapes: ReadonlyMap<Node, Shape>): boolean =>
    growthAt(shapes, a, b) !== undefined || crossesItself(site.node, shapes);
  if (!alike.every(isWrong)) return undefined;
  const usual = ranks.find((shapes) => !hasSingleIndex(site.node, shapes));
  const [atAll, lowest, ofOneRank] = [ranks[0], usual, alike[0]].map(
    (shapes) => shapes && growthAt(shapes, a, b),
  );
  if (lowest === undefined) return ofOneRank && { ...ofOneRank, mayBeMeant: true };
  return { ...lowest, mayBeMeant: atAll === undefined };
}

/** `tf.gather(table, index)` of one index, which is rare where what is picked is laid out beside something else. */
const hasSingleIndex = (node: Node, shapes: ReadonlyMap<Node, Shape>): boolean =>
  slice(node).some(
    (one) => isOp(one, 'gather', 'oneHot') && shapes.get(operandOf(one, 'indices')!)?.length === 0,
  );

/**
 * Whether an op may give an axis of 1, which both need to grow beside one that is missing. Inputs have sizes with names, and
 * arithmetic element by element has the sizes of its operands.
 */
function mayHaveOne(node: Node): boolean {
  if (node.shape !== undefined) return node.shape.some(({ size }) => size === 1);
  return !isOpenInput(node) && operandNodes(node).length !== alignedOperands(node).length;
}

function growthAt(shapes: ReadonlyMap<Node, Shape>, a: Node, b: Node): LeastGrowth | undefined {
  const [ofA, ofB] = [shapes.get(a), shapes.get(b)];
  const growth = ofA && ofB && mutualGrowth(ofA, ofB);
  return growth && { growth, ofA, ofB, mayBeMeant: false };
}

/**
 * Rows of two tables, whose columns one vector scales: `boxes.mul(sizes)` and `others.mul(sizes)`. They are of one set only if
 * the vector is a table as long as both, which nothing says; a mean over the pairs does.
 */
function isOfScaledSets(site: Site, shapes: ReadonlyMap<Node, Shape>, a: Node, b: Node): boolean {
  const met = growthAt(shapes, a, b);
  if (met === undefined || becomesNumber(site, site.node, ['mean', 'sum', 'max', 'min'])) return false;
  const [ofA, ofB] = [met.growth.ofA, met.growth.ofB].map((grown) => grown.map(({ to }) => to));
  const areOne = ofA!.some((one) => ofB!.some((other) => isOneAxis(one, other)));
  return !areOne && factorsOf(a).some((one) => factorsOf(b).some((other) => sameValue(one, other)));
}

const factorsOf = (node: Node): Node[] =>
  slice(node)
    .filter((one) => isOp(one, 'mul', 'div'))
    .flatMap((one) => ['a', 'b'].flatMap((name) => operandOf(one, name) ?? []))
    .filter(({ shape }) => shape === undefined);

/** Where `anchor` is a batch so are those it is compared with: an op takes others, but nobody hands them over. */
function isOfOneRank(shapes: ReadonlyMap<Node, Shape>): boolean {
  const open = [...shapes].filter(
    ([{ op, shape }]) => shape === undefined && (op === 'input' || op === 'unknown'),
  );
  return new Set(open.map(([, shape]) => shape.length)).size === 1;
}
