import { operandNodes, type Node } from './node.js';

/** Set on numbers of a list that nothing more is known of than that tensors gave them. */
export const READ_BACK = { readBack: true } as const;

/** Whether a JavaScript number was computed from the values of a tensor. */
export function readsBack(number: Node): boolean {
  if (number.op === 'js.element' || number.attributes['readBack'] === true) return true;
  return number.op.startsWith('js.') && operandNodes(number).some(readsBack);
}
