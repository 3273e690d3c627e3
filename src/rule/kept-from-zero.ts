/** Values that code keeps from being 0 without a range that says so: on both sides of it. */
import { SQUARES_UNDERFLOW } from '../ops/relations/norms.js';
import { isNonZero } from '../program/apart.js';
import type { Node } from '../program/node.js';
import { madeAs, summandOf } from './last-written.js';
import type { Site } from './site.js';
import {
  constantOf,
  eitherOrder,
  isConstant,
  isOp,
  oneMinus,
  operandOf,
  producer,
  sameValue,
  squareRoot,
} from './patterns.js';

/** Whether the code puts something else in the place of 0, or adds to it. */
export const isKeptFromZero = (node: Node): boolean =>
  addsWhereZero(node) || choosesOtherThanZero(node) || hasLongPart(node);

/**
 * `dot === 0 ? 0 : dot / (Math.sqrt(a) * Math.sqrt(b))`: of a vector of nothing but zeros no product is other than 0, so that
 * who asked of the one asked of the other.
 */
export const isBesideProduct = (site: Site, numerator: Node | undefined, divisor: Node): boolean =>
  numerator?.attributes['nonZero'] === true &&
  isOp(madeAs(site, summandOf(site, numerator)), 'js.mul') &&
  isProductOfNorms(site, divisor);

/** Of numbers as they are: of how far they are from their mean a product may be left where a norm is 0. */
const isProductOfNorms = (site: Site, node: Node): boolean => {
  if (isOp(node, 'js.mul')) return ['a', 'b'].every((name) => isProductOfNorms(site, operandOf(node, name)!));
  const sum = isOp(node, 'js.sqrt') ? operandOf(node, 'x') : undefined;
  const root = sum && squareRoot(madeAs(site, summandOf(site, sum)));
  return root !== undefined && !root.op.startsWith('js.');
};

/** The norm of `tf.concat([xy, tf.ones([n, 1])], 1)` along the axis that was joined: no shorter than one of its parts. */
function hasLongPart(node: Node): boolean {
  const reduced = isOp(node, 'norm', 'euclideanNorm') ? node : sumBehind(node);
  const x = producer(operandOf(reduced, 'x'));
  const joined = isOp(reduced, 'sum') ? producer(squareRoot(x)) : x;
  const parts = isOp(joined, 'concat', 'stack') ? joined.operands['tensors'] : undefined;
  return (
    Array.isArray(parts) &&
    reduced!.attributes['axis'] === joined!.attributes['axis'] &&
    (parts as readonly Node[]).some(isAwayFromZero)
  );
}

/** A sum, or the one that the root is taken of: `x.square().sum(1, true).sqrt()`. */
function sumBehind(node: Node): Node | undefined {
  const sum = isOp(node, 'sqrt') ? producer(operandOf(node, 'x')) : producer(node);
  return isOp(sum, 'sum') ? sum : undefined;
}

/** All ones, or all of other numbers the squares of which are above 0 too. */
const isAwayFromZero = (node: Node): boolean =>
  node.range.low > SQUARES_UNDERFLOW || node.range.high < -SQUARES_UNDERFLOW;

/** `x.add(x.equal(0).mul(1e-12))`: a number is added where x is 0, and only there. */
const addsWhereZero = (node: Node): boolean =>
  isOp(node, 'add') && eitherOrder(node).some(([x, mask]) => marksZero(producer(mask), x));

/** Whether a mask is above 0 where x is 0, and 0 elsewhere. */
function marksZero(mask: Node | undefined, x: Node): boolean {
  if (isOp(mask, 'mul'))
    return eitherOrder(mask).some(
      ([scale, inner]) => (constantOf(scale) ?? 0) > 0 && marksZero(producer(inner), x),
    );
  const marked = producer(oneMinus(mask));
  return comparesWithZero(mask, 'equal', x) || (marked !== undefined && marksOthers(marked, x));
}

/** `x.step()`, `x.sign()` and `x.greater(0)` of an x that is nowhere below 0. */
function marksOthers(mask: Node, x: Node): boolean {
  if (isOp(mask, 'step', 'sign'))
    return x.range.low >= 0 && sameValue(operandOf(mask, 'x'), x) && !isSlanted(mask);
  const isAbove = isOp(mask, 'greater') && x.range.low >= 0;
  return comparesWithZero(mask, 'notEqual', x) || (isAbove && comparesWithZero(mask, 'greater', x));
}

/** `x.step(0.1)` is 0.1 where x is below 0. */
const isSlanted = ({ attributes }: Node): boolean => (attributes['alpha'] ?? 0) !== 0;

/** `tf.where(tf.equal(x, 0), tf.onesLike(x), x)`, `tf.where(tf.abs(x).greater(1e-6), x, 1e-6)`. */
const choosesOtherThanZero = (node: Node): boolean =>
  isOp(node, 'where') && choice(operandOf(node, 'condition'), operandOf(node, 'a'), operandOf(node, 'b'));

function choice(condition?: Node, then?: Node, otherwise?: Node): boolean {
  if (condition === undefined || then === undefined || otherwise === undefined) return false;
  if (isOp(condition, 'logicalNot')) return choice(operandOf(condition, 'x'), otherwise, then);
  return isNonZero(then) ? isZero(condition, otherwise) : isNonZero(otherwise) && isNotZero(condition, then);
}

/** Whether a condition holds at least where x is 0. */
const isZero = (condition: Node | undefined, x: Node): boolean =>
  zeroWith(x).some(
    (one) =>
      comparesWithZero(condition, 'equal', one) ||
      comparesSize(condition, ['less', 'lessEqual'], one) ||
      isBeyond(condition, 'less', one, 0) ||
      isBeyond(condition, 'lessEqual', one, -Number.MIN_VALUE),
  );

/** Whether a condition holds at most where x is not 0. */
const isNotZero = (condition: Node | undefined, x: Node): boolean =>
  isOp(condition, 'logicalAnd')
    ? eitherOrder(condition).some(([one]) => isNotZero(one, x))
    : zeroWith(x).some(
        (one) =>
          comparesWithZero(condition, 'notEqual', one) ||
          comparesSize(condition, ['greater', 'greaterEqual'], one) ||
          isBeyond(condition, 'greater', one, -Number.MIN_VALUE) ||
          isBeyond(condition, 'greaterEqual', one, 0),
      );

/** `x.less(limit)` or `x.greater(limit)`, with a limit that is nowhere below this. */
function isBeyond(test: Node | undefined, op: string, x: Node, above: number): boolean {
  const limit = isOp(test, op) ? leastOf(operandOf(test, 'b')) : undefined;
  return limit !== undefined && limit > above && sameValue(operandOf(test, 'a'), x);
}

/** What is 0 where x is: `peak` of `peak.div(127)`, `variance` of `variance.sqrt()`. */
function zeroWith(x: Node): Node[] {
  const made = producer(x);
  if (made === undefined) return [x];
  const isScaled = isOp(made, 'mul', 'div') && (constantOf(operandOf(made, 'b')) ?? 0) !== 0;
  const inner = isScaled
    ? operandOf(made, 'a')
    : isOp(made, 'sqrt', 'square', 'abs', 'neg')
      ? operandOf(made, 'x')
      : undefined;
  return inner === undefined ? [x, made] : [x, made, ...zeroWith(inner)];
}

/** The least that a limit is, where that is written, or is no underflow of something that is assumed. */
function leastOf(limit: Node | undefined): number | undefined {
  const written = constantOf(limit);
  if (written !== undefined || limit === undefined) return written;
  const { low } = limit.range;
  return low === 0 || low > SQUARES_UNDERFLOW ? low : undefined;
}

const comparesWithZero = (test: Node | undefined, op: string, x: Node): boolean =>
  isOp(test, op) && eitherOrder(test).some(([y, zero]) => sameValue(x, y) && isConstant(zero, 0));

/** `|x| < limit`, with a limit above 0. */
function comparesSize(test: Node | undefined, ops: readonly string[], x: Node): boolean {
  if (!isOp(test, ...ops)) return false;
  const size = operandOf(test, 'a');
  const limit = leastOf(operandOf(test, 'b'));
  return isOp(size, 'abs') && sameValue(operandOf(size, 'x'), x) && limit !== undefined && limit > 0;
}
