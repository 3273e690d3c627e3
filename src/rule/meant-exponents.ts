/** Exponents that whoever wrote them takes to be small: decays, logarithms of probabilities, targets in log space. */
import { operandNodes, type Node } from '../program/node.js';
import { isLabel, isOp, operandOf, producer } from './patterns.js';

/** Whether the code takes it for granted that the exponential of this stays within bounds, though nothing here makes it so. */
export function isMeantSmall(exponent: Node): boolean {
  const name = nameOfInput(producer(exponent)) ?? '';
  return isLabel(exponent) || LABEL.test(name) || LOG_PROBABILITY.test(name) || meantSign(exponent) === -1;
}

/** `logPi` of what is handed in as `mixture.logPi`. */
function nameOfInput(node: Node | undefined): string | undefined {
  const path = node?.op === 'input' ? node.attributes['path'] : undefined;
  return typeof path === 'string'
    ? path.split(/[.[\]]+/).findLast((part) => /^[a-z_$]/i.test(part))
    : undefined;
}

/** What a model is trained towards: who takes its exponential has taken the logarithm before. */
const LABEL = /^(?:y_?true|labels?|targets?)$/i;

/** Of what is handed in under such a name nothing is far above 0. */
const LOG_PROBABILITY = /^(?:[a-z]+_)?log_?(?:p|pi|probs?|probabilit(?:y|ies)|posteriors?|priors?)$/i;

/**
 * The sign of `distances.mul(-gamma)` for a number that is handed in: who writes the minus takes gamma to be above 0. 0 where
 * a factor may have either sign.
 */
function meantSign(node: Node, depth = 0): number {
  const { op, range } = node;
  if (range.low >= 0) return 1;
  if (range.high <= 0) return -1;
  if (op === 'input') return node.dtype === 'number' ? 1 : 0;
  if (depth > DEPTH) return 0;
  const of = (name: string): number => {
    const operand = operandOf(node, name);
    return operand === undefined ? 0 : meantSign(operand, depth + 1);
  };
  if (isOp(node, 'neg', 'js.neg')) return -of('x');
  if (isOp(node, 'mul', 'div', 'js.mul', 'js.div')) return of('a') * of('b');
  return operandNodes(node).length === 1 && KEEPING_SIGNS.has(op) ? of('x') : 0;
}

const DEPTH = 8;

const KEEPING_SIGNS: ReadonlySet<string> = new Set([
  'sum',
  'mean',
  'cast',
  'reshape',
  'expandDims',
  'squeeze',
  'transpose',
  'slice',
]);
