/** Two operands that meet where the rank of one of them, at least, is that of a parameter. */
import { showAnyShape } from '../facts/open-shape.js';
import type { Node } from '../program/node.js';
import { formOfAnything } from '../program/shapes/open-shape.js';
import { BROADCASTING } from './broadcast.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

export interface MeetAtAnyRank {
  readonly a: Node;
  readonly b: Node;
  /** Their shapes, as a message writes them: `[…x, 1]`. */
  readonly ofA: string;
  readonly ofB: string;
  /** Where the two shapes come from. */
  readonly related: NonNullable<Suspicion['related']>;
}

/** The two operands of a site that broadcasts, or multiplies matrices, unless both ranks are known. */
export function meetAtAnyRank(site: Site): MeetAtAnyRank | undefined {
  const { op } = site.node;
  const names = op === 'matMul' ? ['a', 'b'] : (BROADCASTING[op] ?? []);
  const [a, b, ...more] = names.map((name) => site.operand(name));
  if (a === undefined || b === undefined || more.length > 0) return undefined;
  if (a.shape !== undefined && b.shape !== undefined) return undefined;
  // Most that meet fit, and nothing is said of them.
  return {
    a,
    b,
    get ofA() {
      return shapeAtAnyRank(a);
    },
    get ofB() {
      return shapeAtAnyRank(b);
    },
    get related() {
      return [a, b].map((node) => ({ node, message: `${shapeAtAnyRank(node)} comes from here` }));
    },
  };
}

/** A shape as messages write it, also where its rank is that of a parameter: `[…x, 1]`. */
export const shapeAtAnyRank = (node: Node): string => showAnyShape(formOfAnything(node));
