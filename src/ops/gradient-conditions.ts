/** When a gradient of TensorFlow.js is not what it should be: the conditions that the census tells apart. */
import { normaliseAxis } from '../facts/shape.js';
import type { Shape } from '../facts/shape.js';
import { booleanOf, numberOf, numbersOf, optionalOperand } from './build.js';
import type { OpCall, Operand } from './row.js';

/** Whether a call meets the condition, with respect to one of its operands; undefined where that cannot be told. */
type Test = (call: OpCall, operand: string, result: Shape | undefined) => boolean | undefined;

const CONDITIONS = {
  'broadcast operand': (call, name, result) => isStretched(optionalOperand(call, name)?.shape, result),
  'equal elements': (call) => someOperand(call, hasPlateau),
  'at 0': (call) => someOperand(call, hasPlateau),
  'to int32': (call) => call.attributes['dtype'] === 'int32',
  'negative axis': (call) => numbersOf(call, 'axis')?.some((axis) => axis < 0),
  'axis is not the last': (call) => {
    const [axis] = numbersOf(call, 'axis') ?? [];
    const rank = optionalOperand(call, 'x')?.shape?.length;
    if (axis === undefined || rank === undefined) return undefined;
    return normaliseAxis(axis, rank) !== rank - 1;
  },
  'largest norm': (call) => call.attributes['ord'] === Infinity || call.attributes['ord'] === -Infinity,
  batchDims: (call) => (numberOf(call, 'batchDims') ?? 0) !== 0,
  'rank above 4': (call) => {
    const rank = optionalOperand(call, 'x')?.shape?.length;
    return rank === undefined ? undefined : rank > 4;
  },
  'rank 3': (call) => optionalOperand(call, 'images')?.shape?.length === 3,
  padding: (call) => {
    const pad = call.attributes['pad'];
    return pad === 'same' || (typeof pad === 'number' && pad > 0);
  },
  dilated: (call) =>
    ['dilations', 'dilation', 'dilationRate'].some((name) =>
      numbersOf(call, name)?.some((dilation) => dilation > 1),
    ),
  'without scale': (call) => optionalOperand(call, 'scale') === undefined,
  'activation elu': (call) => call.attributes['activation'] === 'elu',
  'half pixel centers': (call) => booleanOf(call, 'halfPixelCenters') === true,
  // Of these operands the row itself speaks: it is one of them that is differentiated.
  'labels differentiated': () => true,
  'weights differentiated': () => true,
  'labels do not sum to 1': (call) => {
    const labels = optionalOperand(call, 'onehotLabels');
    return labels === undefined ? undefined : isScaled(labels);
  },
  'label smoothing of rank 3': (call) =>
    (numberOf(call, 'labelSmoothing') ?? 0) > 0 && (optionalOperand(call, 'logits')?.shape?.length ?? 2) > 2,
} satisfies Readonly<Record<string, Test>>;

export type Condition = keyof typeof CONDITIONS;

/** Whether the call is one for which the condition holds; without a condition every call is. */
export function meetsCondition(
  condition: Condition | undefined,
  call: OpCall,
  operand: string,
  result: Shape | undefined,
): boolean | undefined {
  return condition === undefined ? true : (CONDITIONS[condition] as Test)(call, operand, result);
}

/** Whether broadcasting stretches the operand: it has fewer axes than the result, or a 1 where that has more. */
function isStretched(shape: Shape | undefined, result: Shape | undefined): boolean | undefined {
  if (shape === undefined || result === undefined) return undefined;
  return (
    shape.length < result.length || shape.some(({ size }, axis) => size === 1 && result[axis]!.size !== 1)
  );
}

const someOperand = (call: OpCall, test: (operand: Operand) => boolean): boolean =>
  Object.values(call.operands)
    .flat()
    .some((operand) => test(operand as Operand));

/** Ops whose results are often exactly equal to each other: flat pieces, and numbers that are few. */
const FLAT: ReadonlySet<string> = new Set([
  'relu',
  'relu6',
  'clipByValue',
  'step',
  'sign',
  'round',
  'floor',
  'ceil',
  'oneHot',
  'maxPool',
  'zeros',
  'ones',
  'fill',
]);

const hasPlateau = ({ op, range }: Operand): boolean => FLAT.has(op) || range.integer;

const SUM_TO_ONE: ReadonlySet<string> = new Set(['oneHot', 'softmax']);

/** Whether labels that sum to 1 were multiplied by something else; undefined where nothing is known of them. */
function isScaled({ op, operands }: Operand): boolean | undefined {
  if (SUM_TO_ONE.has(op)) return false;
  if (op === 'sigmoid') return true;
  if (op !== 'mul' && op !== 'div') return undefined;
  const [a, b] = [operands['a'] as Operand | undefined, operands['b'] as Operand | undefined];
  if (a === undefined || b === undefined || !SUM_TO_ONE.has(a.op)) return undefined;
  return b.range.low === b.range.high ? b.range.low !== 1 : undefined;
}
