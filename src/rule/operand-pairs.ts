import type { Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import type { Site } from './site.js';
import { onWay, waysOfOne } from './ways.js';

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
      if (first.shape !== undefined && second.shape !== undefined)
        return [{ a: first, b: second }, ...pairsOnWays(first, second)];
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

/** A state that is a column at first, and what it becomes in the methods that read it: what it meets there as the column. */
function pairsOnWays(first: Node, second: Node): Pair[] {
  const [ways, others] = [waysOfOne(first), waysOfOne(second)];
  // Of two conditions nothing says that they hold together.
  if (new Set([...ways, ...others].map(({ join }) => join)).size !== 1) return [];
  return [...new Set([...ways, ...others].map(({ taken }) => taken))].flatMap((taken) => {
    const way = { join: [...ways, ...others][0]!.join, taken };
    const [a, b] = [onWay(first, way), onWay(second, way)];
    return a.shape === undefined || b.shape === undefined ? [] : [{ a, b, onOneWay: taken }];
  });
}

function waysOf(operand: Node): readonly Node[] {
  if (operand.shape !== undefined || operand.op !== 'join') return [operand];
  return (operand.operands['alternatives'] as readonly Node[] | undefined) ?? [operand];
}
