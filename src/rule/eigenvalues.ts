/** Eigenvalues and singular values by their names: of columns that follow from each other, and of fewer rows than columns, some are 0. */
import { isCompared, isNonZero } from '../program/apart.js';
import type { Node } from '../program/node.js';
import { isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';

/** Whether something is divided by one, or by its root, as data are whitened. */
export function isEigenvalue(site: Site, divisor: Node): boolean {
  const value = isOp(divisor, 'js.sqrt', 'sqrt') ? operandOf(divisor, 'x')! : divisor;
  if ([divisor, value].some((node) => isCompared(node) || isNonZero(node))) return false;
  return !isArithmetic(value) && NAME.test(site.text(value));
}

/** `values[i] + epsilon` */
const isArithmetic = ({ op }: Node): boolean =>
  /^(?:js\.)?(?:add|sub|mul|div|max|maximum|clipByValue)$/.test(op);

const NAME = /(?:eig(?:en)?(?:v(?:al(?:ue)?)?s?)?|singular(?:Values?)?)\b/i;
