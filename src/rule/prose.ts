/** Shapes that only comments tell, held against what the ops can take. */
import { isClaimed } from '../facts/shape.js';
import { whyThrowsAsClaimed } from '../program/builder.js';
import { slice, type Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import type { Site } from './site.js';

/** Where an op cannot take as many axes as a comment tells, the comment is about something else. */
export const outranksProse = (node: Node): boolean =>
  !(node.op in BROADCASTING) && whyThrowsAsClaimed(node) !== undefined && toldInProse(node).length > 0;

/** Types are believed less than comments: nothing checks them, and those of TensorFlow.js force its users to claim what is not so. */
export const isClaimedByType = (node: Node): boolean =>
  isClaimed(node.shape) && toldInProse(node).length === 0;

/** Whether an op of the unit shows that a comment is wrong about what one of these is computed from. */
export function contradictsProse({ nodes }: Site, operands: readonly Node[]): boolean {
  const told = new Set(operands.flatMap(toldInProse));
  return (
    told.size > 0 &&
    nodes.some((node) => outranksProse(node) && toldInProse(node).some((input) => told.has(input)))
  );
}

/** Whether only a comment tells which rank it has. */
export const isToldInProse = (node: Node): boolean => isClaimed(node.shape) && toldInProse(node).length > 0;

const toldInProse = (node: Node): Node[] =>
  slice(node).filter(({ attributes }) => attributes['prose'] === true);
