import type { Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import type { Site } from './site.js';

/** Two operands of one op, and the way on which they meet. */
export interface Pair {
  readonly a: Node;
  readonly b: Node;
  /** One of the two, where it is only one of the values that an operand may have. */
  readonly onOneWay?: Node | undefined;
}

/** Operands that meet, of known shapes. Where one is this or that by a condition, each of the two meets the other one. */
export function pairsOf(site: Site): Pair[] {
  const operands = BROADCASTING[site.node.op]!.map((name) => site.operand(name)).filter(
    (operand) => operand !== undefined,
  );
  return operands.flatMap((first, index) =>
    operands.slice(index + 1).flatMap((second) => {
      const [ways, others] = [waysOf(first), waysOf(second)];
      // Two conditions may be one: only where one side is certain does every way of the other meet it.
      if (ways.length > 1 && others.length > 1) return [];
      return ways.flatMap((a) =>
        others
          .filter((b) => a.shape !== undefined && b.shape !== undefined)
          .map((b) => ({ a, b, onOneWay: ways.length > 1 ? a : others.length > 1 ? b : undefined })),
      );
    }),
  );
}

function waysOf(operand: Node): readonly Node[] {
  if (operand.shape !== undefined || operand.op !== 'join') return [operand];
  return (operand.operands['alternatives'] as readonly Node[] | undefined) ?? [operand];
}
