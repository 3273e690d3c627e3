/**
 * Of which number others are copies: `rows[i].time` is read anew wherever it is read, and any of them may be another one, but
 * each is one of those that the list holds.
 */
import { placeOf } from '../source/span.js';
import type { Node } from './node.js';

/** The number that a copy is one of; its own where it is none. At whichever place, `rows[i].time` is one of `rows[].time`. */
export function sourceOf({ op, id, attributes }: Node): string {
  const { source, path } = attributes;
  if (typeof source === 'string') return source;
  return op === 'input' && typeof path === 'string' ? path.replaceAll(/\[[^\]]*\]/g, '[]') : String(id);
}

/** The place of the expression that the number was last written as: for an element of a list that which filled the list. */
export const writtenAs = ({ attributes: { written }, span }: Node): string =>
  typeof written === 'string' ? written : placeOf(span);

interface Copy {
  readonly source: string;
  readonly written: string;
}

/** Set on a copy of an element. */
export const copyOf = (node: Node): Copy => ({ source: sourceOf(node), written: writtenAs(node) });

/** What is one of the same numbers whichever way it came stays one of them. */
export const carriedSource = (a: Node, b: Node): Partial<Copy> =>
  sourceOf(a) === sourceOf(b) ? copyOf(a) : NONE;

const NONE = {};
