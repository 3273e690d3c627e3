/** `t.sum(0).add(p.sum(0)).greater(0)` of one-hot labels: the classes that occur, of which there is one, whatever the labels are. */
import { slice, type Node } from '../program/node.js';
import { constantOf, isOp, operandOf, producer } from './patterns.js';

export function isOfCountedClasses(mask: Node | undefined): boolean {
  const made = producer(mask);
  if (!isOp(made, 'greater') || constantOf(operandOf(made, 'b')) !== 0) return false;
  return slice(operandOf(made, 'a')!).some(isCountOfClasses);
}

const isCountOfClasses = (node: Node): boolean =>
  isOp(node, 'sum') && node.shape?.length === 1 && isOp(producer(operandOf(node, 'x')), 'oneHot');
