import { operandNodes, type Node } from './node.js';
import { readsBack } from './read-back.js';

/** Set on numbers that are 0 or 1 by what is asked of data: of all of them it may be the same. */
export const BY_DATA = { byData: true } as const;

/** Set on numbers that are elements of a list that the caller provides. */
export const ELEMENT = { element: true } as const;

/** Set on places in a list, and on numbers that are made of nothing else. */
export const LAID_OUT = { laidOut: true } as const;

/** Whether a number is computed from places and written numbers alone, `Math.sin(i / 3)`: a program makes it up. */
export const isLaidOut = (node: Node): boolean =>
  node.op === 'constant' ||
  node.attributes['laidOut'] === true ||
  (node.op.startsWith('js.') &&
    operandNodes(node).length > 0 &&
    operandNodes(node).every((operand) => isLaidOut(operand)));

/** What another number like it knows of being made up. */
export const carriedLayout = (a: Node, b: Node = a): Partial<typeof LAID_OUT> =>
  isLaidOut(a) && isLaidOut(b) ? LAID_OUT : {};

/** Whether a number is one of data: read out of a list or a tensor, or chosen by such a one. */
export const isOfData = (node: Node): boolean =>
  node.attributes['element'] === true || readsBack(node) || isDecidedByData(node);

/** What holds of one of two ways that meet holds where they do. */
export const carriedDecision = (a: Node, b: Node = a): Partial<typeof BY_DATA> =>
  isDecidedByData(a) || isDecidedByData(b) ? BY_DATA : {};

/** Whether data decide that a number is 0 or 1. */
export const isDecidedByData = (node: Node): boolean =>
  node.attributes['byData'] === true || (isOfTruth(node) && operandNodes(node).some(isDecidedByData));

/** Whether a number is 0 or 1. */
export const isOfTruth = ({ range }: Node): boolean =>
  range.integer && range.low >= 0 && range.high <= 1 && !range.mayBeNaN;
