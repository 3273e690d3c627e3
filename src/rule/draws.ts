/** How large draws are: as much as one of them is not 0, neither is their norm. */
import type { Node } from '../program/node.js';
import { isOp, operandOf, producer, sameValue } from './patterns.js';

/** `v.norm()`, `v.square().sum().sqrt()` of `v = tf.randomNormal([size, 1])`: that all draws are 0 does not happen. */
export function isMagnitudeOfDraws(node: Node | undefined, isMagnitude = false): boolean {
  if (isOp(node, ...DRAWS)) return isMagnitude;
  if (isOp(node, 'mul')) {
    const [a, b] = [operandOf(node, 'a')!, operandOf(node, 'b')!];
    return sameValue(a, b) && isMagnitudeOfDraws(producer(a), true);
  }
  if (isOp(node, ...MAGNITUDES)) return isMagnitudeOfDraws(inputOf(node), true);
  return isOp(node, ...HANDING_ON) && isMagnitudeOfDraws(inputOf(node), isMagnitude);
}

const inputOf = (node: Node): Node | undefined => producer(operandOf(node, 'x'));

const DRAWS = ['randomNormal', 'truncatedNormal', 'randomUniform', 'randomStandardNormal'];
const MAGNITUDES = ['norm', 'euclideanNorm', 'square', 'abs'];
const HANDING_ON = ['sum', 'mean', 'sqrt', 'reshape', 'squeeze', 'expandDims', 'flatten'];
