/** The overlap of two sets by their union, as of boxes and of masks, `o / (a + b - o)`, or by both together, `2 o / (a + b)`. */
import { isCompared, isNonZero } from '../program/apart.js';
import type { Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue, squareRoot } from './patterns.js';
import { dotFactors, signedTerms, type Term } from './terms.js';

/** Whether the denominator is the union, with nothing added: it is 0 where both are empty. */
export function isUnionOf(overlap: Node | undefined, union: Node | undefined): boolean {
  if (overlap === undefined || union === undefined) return false;
  const terms = termsOfSums(union);
  const positive = terms.filter(({ sign }) => sign > 0);
  return (
    terms.length === 3 &&
    positive.length === 2 &&
    positive.every(({ node }) => constantOf(node) === undefined) &&
    terms.some(({ sign, node }) => sign < 0 && sameValue(node, overlap))
  );
}

/**
 * The same of JavaScript numbers whose sides are kept from being negative, `Math.max(0, right - left)`: who writes that
 * expects boxes without an area.
 */
export function isUnionOfClamped(union: Node, overlap?: Node): boolean {
  const both = isOp(union, 'js.sub') ? operandOf(union, 'a') : undefined;
  if (!isOp(both, 'js.add')) return false;
  const taken = operandOf(union, 'b');
  // However the overlap is computed: who divides by the union divides that.
  const isOverlap = isClampedArea(taken) || (overlap !== undefined && taken?.id === overlap.id);
  return isOverlap && [operandOf(both, 'a'), operandOf(both, 'b')].every(isClampedArea);
}

/** Whether it is a product of such sides. Who asks whether one of them, or the area, is 0 has thought of that. */
function isClampedArea(area: Node | undefined): boolean {
  if (!isOp(area, 'js.mul') || area.range.low > 0 || isCompared(area) || isNonZero(area)) return false;
  return eitherOrder(area).every(
    ([side]) =>
      isOp(side, 'js.max') &&
      !isCompared(side) &&
      eitherOrder(side).some(([bound]) => constantOf(bound) === 0),
  );
}

/** The terms of a sum, and those of what is summed up among them: `sum(a + b) - o` has three. */
const termsOfSums = (union: Node): readonly Term[] =>
  signedTerms(union).flatMap((term) => {
    const within = isOp(term.node, 'sum') ? producer(operandOf(term.node, 'x')) : undefined;
    return isOp(within, 'add') ? signedTerms(within, term.sign) : [term];
  });

/** `2 · sum(a · b) / (sum(a) + sum(b))`, as a dice coefficient has it, with nothing added; also of sums of squares. */
export function isShareOfBoth(overlap: Node | undefined, both: Node | undefined): boolean {
  const factors = dotFactors(unscaled(overlap));
  const terms = both === undefined ? [] : termsOfSums(both);
  if (factors === undefined || terms.length !== 2 || terms.some(({ sign }) => sign < 0)) return false;
  const sizes = terms.map(({ node }) => summed(node));
  return (
    factors.every((factor) => sizes.some((size) => sameValue(size, factor))) &&
    sizes.every((size) => factors.some((factor) => sameValue(size, factor)))
  );
}

/** The y of `2 · y`. */
function unscaled(node: Node | undefined): Node | undefined {
  const made = producer(node);
  if (!isOp(made, 'mul')) return made;
  return producer(eitherOrder(made).find(([factor]) => constantOf(factor) !== undefined)?.[1]) ?? made;
}

/** The y of `sum(y)` and `sum(y²)`, and of y and y² that stand in a sum themselves. */
function summed(node: Node): Node | undefined {
  const of = isOp(node, 'sum') ? producer(operandOf(node, 'x')) : node;
  return producer(squareRoot(of)) ?? of;
}
