/** How large draws are: as much as one of them is not 0, neither is their norm. */
import type { Node } from '../program/node.js';
import { isOp, operandOf, producer, sameValue } from './patterns.js';

/** `v.norm()`, `v.square().sum().sqrt()` of `v = tf.randomNormal([size, 1])`: that all draws are 0 does not happen. */
export const isMagnitudeOfDraws = (node: Node): boolean => isMagnitudeOf(node, isDraw);

/** What comes of no data, but of a generator of random numbers. */
export const isDraw = (node: Node): boolean => isOp(node, ...DRAWS);

/** The same of what is known to be drawn, such as the parameter that draws are handed to. */
export function isMagnitudeOf(
  node: Node | undefined,
  isSource: (node: Node) => boolean,
  isMagnitude = false,
  isSummed = false,
): boolean {
  if (node === undefined) return false;
  if (isSource(node)) return isMagnitude;
  const of = (part: Node | undefined, isOne: boolean): boolean =>
    isMagnitudeOf(part, isSource, isOne, isSummed || SUMS.has(node.op));
  switch (node.op) {
    case 'mul': {
      const [a, b] = [operandOf(node, 'a')!, operandOf(node, 'b')!];
      return sameValue(a, b) && of(producer(a), true);
    }
    case 'add': {
      const parts = [operandOf(node, 'a'), operandOf(node, 'b')].map(producer);
      return (
        parts.every((part) => part !== undefined && part.range.low >= 0) &&
        parts.some((part) => of(part, isMagnitude))
      );
    }
    // `-log(u)` is 0 where u is 1: of one draw that happens, of a sum of them it does not. Of numbers on both sides of 1
    // logarithms add up to anything.
    case 'log':
      return isSummed && node.range.high <= 0 && of(inputOf(node), true);
    default:
      if (MAGNITUDES.has(node.op)) return of(inputOf(node), true);
      return HANDING_ON.has(node.op) && of(inputOf(node), isMagnitude);
  }
}

const inputOf = (node: Node): Node | undefined => producer(operandOf(node, 'x'));

const DRAWS = ['randomNormal', 'truncatedNormal', 'randomUniform', 'randomStandardNormal'];
const SUMS: ReadonlySet<string> = new Set(['sum', 'mean', 'norm', 'euclideanNorm']);

const MAGNITUDES: ReadonlySet<string> = new Set(['norm', 'euclideanNorm', 'square', 'abs']);
const HANDING_ON: ReadonlySet<string> = new Set([
  'sum',
  'mean',
  'sqrt',
  'reshape',
  'squeeze',
  'expandDims',
  'flatten',
  'neg',
]);
