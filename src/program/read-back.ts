import { operandNodes, type Node } from './node.js';

/** Set on numbers of a list that nothing more is known of than that tensors gave them. */
export const READ_BACK = { readBack: true } as const;

/** Answers of `readsBack`: `h = h * 31 + h`, line by line, has twice as many ways to its start with each. */
const reading = new WeakMap<Node, boolean>();

/** Whether a JavaScript number was computed from the values of a tensor. */
export function readsBack(number: Node): boolean {
  if (number.op === 'js.element' || number.attributes['readBack'] === true) return true;
  if (!number.op.startsWith('js.')) return false;
  const known = reading.get(number) ?? operandNodes(number).some(readsBack);
  reading.set(number, known);
  return known;
}

/** Set on numbers of a list of weights: they may be 0, but not all of them. */
export const WEIGHT = { weight: true } as const;

/** Whether a JavaScript number is one of several that sum to 1, as a softmax gives them. */
export const isWeight = ({ op, attributes, operands }: Node): boolean =>
  attributes['weight'] === true || (op === 'js.element' && (operands['x'] as Node).op === 'softmax');

const flat = new WeakMap<Node, Node>();

/** Notes that a number is one of the flat list that `dataSync` gives of a tensor: it has no elements of its own. */
export function noteFlat(number: Node, x: Node | undefined): void {
  if (x !== undefined) flat.set(number, x);
}

/** The tensor whose flat list a number was read from. */
export const flatSource = (number: Node): Node | undefined => flat.get(number);
