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

/** Set on what stands for the numbers of a row, or for those of several. */
export const ROW = { row: true } as const;

/** Whether it stands for `rows[0]` of what callers hand in as the rows of a matrix: no number, though those in it are known. */
export function isRow({ op, operands, attributes }: Node): boolean {
  const { x } = operands as Readonly<Record<string, Node>>;
  return attributes['row'] === true || (op === 'js.element' && x!.op === 'input' && x!.shape?.length !== 1);
}

/** Set on numbers of a list of weights: they may be 0, but not all of them. */
export const WEIGHT = { weight: true } as const;

/** Set on how far numbers of a list are from the largest or the smallest of them, which is 0 of one of them. */
export const FROM_EXTREME = { fromExtreme: true } as const;

/** Whether a JavaScript number is one of several that sum to 1, as a softmax gives them. */
export const isWeight = ({ op, attributes, operands }: Node): boolean =>
  attributes['weight'] === true || (op === 'js.element' && (operands['x'] as Node).op === 'softmax');

/** Set on numbers of a list of which one is 1. */
export const ONE_IS_ONE = { oneIsOne: true } as const;

/** Whether it is one of those that a softmax by hand adds up before it divides: `Math.exp((score - most) / temperature)`. */
export const isWeightByHand = ({ op, attributes, operands }: Node): boolean =>
  attributes['oneIsOne'] === true || (op === 'js.exp' && isFromExtreme(operands['x'] as Node));

/** Whether it is how far one of a list is from the extreme: on which side makes no difference, 0 times whatever it is scaled by is 0. */
export function isFromExtreme({ op, attributes, operands }: Node): boolean {
  if (attributes['fromExtreme'] === true) return true;
  const { a, b, x } = operands as Readonly<Record<string, Node>>;
  if (op === 'js.neg') return isFromExtreme(x!);
  if (op === 'js.div') return b!.range.low > 0 && isFromExtreme(a!);
  return op === 'js.mul' && (isFromExtreme(a!) || isFromExtreme(b!));
}

const flat = new WeakMap<Node, Node>();

/** Notes that a number is one of the flat list that `dataSync` gives of a tensor: it has no elements of its own. */
export function noteFlat(number: Node, x: Node | undefined): void {
  if (x !== undefined) flat.set(number, x);
}

/** The tensor whose flat list a number was read from. */
export const flatSource = (number: Node): Node | undefined => flat.get(number);
