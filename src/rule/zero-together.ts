/** Quotients of JavaScript numbers whose divisor is 0 where their numerator is, by the formula alone. */
import { isCompared, isNonZero } from '../program/apart.js';
import type { Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, sameValue } from './patterns.js';

/** Whether the divisor is a sum that such a formula has, and nobody asked of it before. */
export const areZeroTogether = (numerator: Node | undefined, divisor: Node): boolean =>
  numerator !== undefined &&
  !isCompared(divisor) &&
  (isHarmonicMean(numerator, divisor) || isRelativeToBoth(numerator, divisor));

/**
 * `2 p r / (p + r)` or `(1 + b²) p r / (b² p + r)` of a precision and a recall, which are both 0 where nothing was hit. Without
 * a factor it is what two masses or two resistors have, of which none is 0.
 */
function isHarmonicMean(numerator: Node, divisor: Node): boolean {
  if (!isOp(divisor, 'js.add')) return false;
  const factors = factorsOf(numerator);
  const shares = ['a', 'b'].map((name) =>
    factorsOf(operandOf(divisor, name)!).find((term) => factors.some((factor) => sameValue(factor, term))),
  );
  return factors.length > 2 && shares.every((share) => share !== undefined && !isNonZero(share));
}

/** `|a - b| / (|a| + |b|)`, a symmetric percentage error, or with the mean of both. */
function isRelativeToBoth(numerator: Node, divisor: Node): boolean {
  const [distance] = factorsOf(numerator).filter(isNoConstant);
  const difference = isOp(distance, 'js.abs') ? operandOf(distance, 'x') : distance;
  const sum = isOp(divisor, 'js.div', 'js.mul')
    ? eitherOrder(divisor).find(([scale]) => constantOf(scale) !== undefined)?.[1]
    : divisor;
  if (!isOp(difference, 'js.sub') || !isOp(sum, 'js.add')) return false;
  const parts = ['a', 'b'].map((name) => operandOf(difference, name));
  const sizes = ['a', 'b'].map((name) => operandOf(sum, name));
  return (
    sizes.every((size) => isOp(size, 'js.abs')) &&
    parts.every((part) => sizes.some((size) => sameValue(operandOf(size!, 'x'), part))) &&
    !parts.some((part) => isNonZero(part!))
  );
}

const isNoConstant = (node: Node): boolean => constantOf(node) === undefined;

const factorsOf = (node: Node): readonly Node[] =>
  isOp(node, 'js.mul') ? ['a', 'b'].flatMap((name) => factorsOf(operandOf(node, name)!)) : [node];
