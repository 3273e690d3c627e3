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
): boolean {
  if (node === undefined) return false;
  if (isSource(node)) return isMagnitude;
  if (isOp(node, 'mul')) {
    const [a, b] = [operandOf(node, 'a')!, operandOf(node, 'b')!];
    return sameValue(a, b) && isMagnitudeOf(producer(a), isSource, true);
  }
  if (isOp(node, ...MAGNITUDES)) return isMagnitudeOf(inputOf(node), isSource, true);
  return isOp(node, ...HANDING_ON) && isMagnitudeOf(inputOf(node), isSource, isMagnitude);
}

const inputOf = (node: Node): Node | undefined => producer(operandOf(node, 'x'));

const DRAWS = ['randomNormal', 'truncatedNormal', 'randomUniform', 'randomStandardNormal'];
const MAGNITUDES = ['norm', 'euclideanNorm', 'square', 'abs'];
const HANDING_ON = ['sum', 'mean', 'sqrt', 'reshape', 'squeeze', 'expandDims', 'flatten'];
