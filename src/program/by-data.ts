import { operandNodes, type Node } from './node.js';
import { readsBack } from './read-back.js';

/** Set on numbers that are 0 or 1 by what is asked of data: of all of them it may be the same. */
export const BY_DATA = { byData: true } as const;

/** Set on numbers that are elements of a list that the caller provides. */
export const ELEMENT = { element: true } as const;

/** Set on places in a list, and on numbers that are made of nothing else. */
export const LAID_OUT = { laidOut: true } as const;

/** Set on numbers that are computed from places, counts, settings and written numbers alone. */
const OF_STEPS = { ofSteps: true } as const;
const LAID_OUT_IN_STEPS = { ...LAID_OUT, ...OF_STEPS } as const;

/** Whether a number is computed from places and written numbers alone, `Math.sin(i / 3)`: a program makes it up. */
export const isLaidOut = (node: Node): boolean =>
  node.op === 'constant' ||
  node.attributes['laidOut'] === true ||
  (node.op.startsWith('js.') &&
    operandNodes(node).length > 0 &&
    operandNodes(node).every((operand) => isLaidOut(operand)));

const steps = new WeakMap<Node, Steps>();

/** Nothing but settings and written numbers; places or counts among them; something else. */
type Steps = 'settings' | 'steps' | 'no';

/**
 * Whether a number is computed from places, counts, settings and written numbers alone: a point of a curve, a tap of a filter,
 * which are whatever the formula makes of them, and no data.
 */
export const isOfSteps = (node: Node): boolean => stepsIn(node) === 'steps';

function stepsIn(node: Node): Steps {
  const known = steps.get(node);
  if (known !== undefined) return known;
  const operands = operandNodes(node);
  const found = operands.length === 0 ? stepOf(node) : node.op.startsWith('js.') ? stepsOf(operands) : 'no';
  steps.set(node, found);
  return found;
}

function stepsOf(operands: readonly Node[]): Steps {
  const found = operands.map(stepsIn);
  if (found.includes('no')) return 'no';
  return found.includes('steps') ? 'steps' : 'settings';
}

/** What nobody knows of a place or a count is how large it is, but it is whole. */
function stepOf({ op, dtype, attributes, range }: Node): Steps {
  if (op === 'constant') return 'settings';
  if (attributes['laidOut'] === true || attributes['ofSteps'] === true) return 'steps';
  if (dtype !== 'number' || attributes['element'] === true) return 'no';
  if (op === 'input') return 'settings';
  return op === 'unknown' && range.integer ? 'steps' : 'no';
}

/** What another number like it knows of being made up. */
export const carriedLayout = (a: Node, b: Node = a): Partial<typeof LAID_OUT & typeof OF_STEPS> =>
  isLaidOut(a) && isLaidOut(b) ? LAID_OUT_IN_STEPS : carriedSteps(a, b);

/** What a number that a loop carries on knows of being no data. */
export const carriedSteps = (a: Node, b: Node): Partial<typeof OF_STEPS> =>
  stepsOf([a, b]) === 'steps' ? OF_STEPS : {};

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
