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
}

/** How both grow at the lowest ranks, if they do, or nothing fits, wherever all tensors have one rank too. */
export function growthAtLeastRanks(site: Site, a: Node, b: Node): LeastGrowth | undefined {
  const [lowest, ...others] = shapesAtRanks(site.node, (input) => site.text(input)) ?? [];
  const [ofA, ofB] = [lowest?.get(a), lowest?.get(b)];
  const growth = ofA && ofB && mutualGrowth(ofA, ofB);
  if (growth === undefined || ofA === undefined || ofB === undefined) return undefined;
  const isWrong = (shapes: ReadonlyMap<Node, Shape>): boolean =>
    mutualGrowth(shapes.get(a)!, shapes.get(b)!) !== undefined || crossesItself(site.node, shapes);
  return others.filter(isOfOneRank).every(isWrong) ? { growth, ofA, ofB } : undefined;
}

/** Where `anchor` is a batch so are those it is compared with: an op takes others, but nobody hands them over. */
function isOfOneRank(shapes: ReadonlyMap<Node, Shape>): boolean {
  const open = [...shapes].filter(
    ([{ op, shape }]) => shape === undefined && (op === 'input' || op === 'unknown'),
  );
  return new Set(open.map(([, shape]) => shape.length)).size === 1;
}
