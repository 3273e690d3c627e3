/**
 * Of which number others are copies: `rows[i].time` is read anew wherever it is read, and any of them may be another one, but
 * each is one of those that the list holds.
 */
import type { Node } from './node.js';

/** The number that a copy is one of; its own where it is none. At whichever place, `rows[i].time` is one of `rows[].time`. */
export function sourceOf({ op, id, attributes }: Node): string {
  const { source, path } = attributes;
  if (typeof source === 'string') return source;
  return op === 'input' && typeof path === 'string' ? path.replaceAll(/\[[^\]]*\]/g, '[]') : String(id);
}

/** Set on a copy of an element. */
export const copyOf = (node: Node): { readonly source: string } => ({ source: sourceOf(node) });

/** What is one of the same numbers whichever way it came stays one of them. */
export const carriedSource = (a: Node, b: Node): { readonly source?: string } =>
  sourceOf(a) === sourceOf(b) ? copyOf(a) : {};
