/** The overlap of two sets by their union, as of boxes and of masks: `o / (a + b - o)`. */
import type { Node } from '../program/node.js';
import { constantOf, sameValue } from './patterns.js';
import { signedTerms } from './terms.js';

/** Whether the denominator is the union, with nothing added: it is 0 where both are empty. */
export function isUnionOf(overlap: Node | undefined, union: Node | undefined): boolean {
  if (overlap === undefined || union === undefined) return false;
  const terms = signedTerms(union);
  const positive = terms.filter(({ sign }) => sign > 0);
  return (
    terms.length === 3 &&
    positive.length === 2 &&
    positive.every(({ node }) => constantOf(node) === undefined) &&
    terms.some(({ sign, node }) => sign < 0 && sameValue(node, overlap))
  );
}
