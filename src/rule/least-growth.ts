/** A column beside a row where several tensors have any rank, of which the formula leaves some. */
import type { Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { shapesAtRanks } from '../program/shapes/least-ranks.js';
import { mutualGrowth, type Growth } from './broadcast.js';
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
  const ranks = shapesAtRanks(site.node, (input) => site.text(input)) ?? [];
  const alike = ranks.filter(isOfOneRank);
  const isWrong = (shapes: ReadonlyMap<Node, Shape>): boolean =>
    growthAt(shapes, a, b) !== undefined || crossesItself(site.node, shapes);
  if (!alike.every(isWrong)) return undefined;
  const [lowest, ofOneRank] = [ranks[0], alike[0]].map((shapes) => shapes && growthAt(shapes, a, b));
  return lowest === undefined ? ofOneRank && { ...ofOneRank, mayBeMeant: true } : lowest;
}

function growthAt(shapes: ReadonlyMap<Node, Shape>, a: Node, b: Node): LeastGrowth | undefined {
  const [ofA, ofB] = [shapes.get(a), shapes.get(b)];
  const growth = ofA && ofB && mutualGrowth(ofA, ofB);
  return growth && { growth, ofA, ofB, mayBeMeant: false };
}

/** Where `anchor` is a batch so are those it is compared with: an op takes others, but nobody hands them over. */
function isOfOneRank(shapes: ReadonlyMap<Node, Shape>): boolean {
  const open = [...shapes].filter(
    ([{ op, shape }]) => shape === undefined && (op === 'input' || op === 'unknown'),
  );
  return new Set(open.map(([, shape]) => shape.length)).size === 1;
}
