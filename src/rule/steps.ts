/** Tensors of steps and of what is computed from them: points of a curve, windows, filters. */
import { operandNodes, slice, type Node } from '../program/node.js';
import { isUnknown } from '../ops/build.js';
import type { AttributeValue } from '../ops/row.js';
import { isOp, operandOf, producer } from './patterns.js';

const STEPS: ReadonlySet<string> = new Set(['linspace', 'range']);

/** Whether all that a tensor is computed from are even steps. */
export function isOfEvenSteps(x: Node): boolean {
  const sources = slice(x).filter((node) => operandNodes(node).length === 0);
  return (
    sources.some(({ op }) => op !== 'constant') &&
    sources.every(({ op }) => op === 'constant' || STEPS.has(op))
  );
}

/**
 * `window.sum()` of a window that is nowhere below 0, and the norm and the variance of a curve: of what a program lays out
 * not all is 0, or the same.
 */
export function isMagnitudeOfSteps(node: Node): boolean {
  const made = producer(node);
  const x = operandOf(made, 'x');
  if (made === undefined || x === undefined) return false;
  if (isOp(made, 'norm', 'euclideanNorm', 'moments')) return isMadeOfSteps(x);
  if (isOp(made, 'sum', 'mean')) return x.range.low >= 0 && isMadeOfSteps(x);
  return isOp(made, 'sqrt') && isMagnitudeOfSteps(x);
}

/** Whole numbers are flags and counts, of which there may be none. */
function isMadeOfSteps(x: Node): boolean {
  if (x.range.integer) return false;
  const sources = slice(x).filter((node) => node.dtype !== 'number' && operandNodes(node).length === 0);
  return sources.some(({ op }) => op !== 'constant') && sources.every(isStepSource);
}

const isStepSource = ({ op, attributes }: Node): boolean =>
  op === 'constant' ||
  WINDOWS.has(op) ||
  (STEPS.has(op) && isWrittenOut(attributes)) ||
  (LITERAL.test(op) && isListOfSteps(attributes['values']));

const WINDOWS: ReadonlySet<string> = new Set(['signal.hannWindow', 'signal.hammingWindow']);

/** From where to where is written: of `tf.linspace(0, end, n)` the end may be 0. */
const isWrittenOut = ({ start, stop }: Node['attributes']): boolean =>
  typeof start === 'number' && (typeof stop === 'number' || start !== 0);

const LITERAL = /^tensor[1-6]?d?$/;

/** What a program writes down is data as often; some of the numbers have to be computed. */
function isListOfSteps(values: AttributeValue): boolean {
  if (Array.isArray(values)) {
    const others = values.filter((value) => typeof value !== 'number');
    return others.length > 0 && others.every(isListOfSteps);
  }
  if (values === undefined || values === null || typeof values !== 'object' || !isUnknown(values))
    return false;
  return values.ofSteps === true || (values.each !== undefined && isListOfSteps(values.each));
}
