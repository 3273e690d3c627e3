/** When a gradient of TensorFlow.js is not what it should be: the conditions that the census tells apart. */
import { normaliseAxis, sameSize } from '../facts/shape.js';
import type { Shape } from '../facts/shape.js';
import { booleanOf, numberOf, numbersOf, optionalOperand } from './build.js';
import type { OpCall, Operand } from './row.js';

/** Whether a call meets the condition, with respect to one of its operands; undefined where that cannot be told. */
type Test = (call: OpCall, operand: string, result: Shape | undefined) => boolean | undefined;

const CONDITIONS = {
  'broadcast operand': isBroadcast,
  'one operand is broadcast': (call, _, result) => {
    const answers = Object.keys(call.operands).map((name) => isBroadcast(call, name, result));
    return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
  },
  'computed operand': (call, name) => {
    const given = optionalOperand(call, name);
    return given !== undefined && given.op !== 'input' && given.op !== 'variable';
  },
  'equal elements': (call) =>
    Object.values(call.operands)
      .flat()
      .some((one) => repeats(one as Operand)),
  // Kinks at which the library makes a choice that is as good as another.
  'at 0': () => undefined,
  'to int32': (call) => call.attributes['dtype'] === 'int32',
  'negative axis': (call) => numbersOf(call, 'axis')?.some((axis) => axis < 0),
  'axis is not the last': (call) => {
    const moved = axesMoved(call);
    return moved && moved.differ && !moved.sameShape;
  },
  'axis is not the last, sizes are equal': (call) => {
    const moved = axesMoved(call);
    return moved && moved.differ && moved.sameShape;
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
    return pad === 'same' ? addsPadding(call) : typeof pad === 'number' && pad > 0;
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

/** What happens to the shape of `x` when the axis is moved to the end. */
function axesMoved(call: OpCall): { readonly differ: boolean; readonly sameShape: boolean } | undefined {
  const [given] = numbersOf(call, 'axis') ?? [];
  const shape = optionalOperand(call, 'x')?.shape;
  const axis = given === undefined || shape === undefined ? undefined : normaliseAxis(given, shape.length);
  if (axis === undefined || shape === undefined) return undefined;
  const after = [...shape.slice(0, axis), ...shape.slice(axis + 1), shape[axis]!];
  const sameShape = after.every(({ size }, place) => sameSize(size, shape[place]!.size));
  return { differ: axis !== shape.length - 1, sameShape };
}

/** Whether padding `same` adds anything: a window that steps as far as it is wide, over what it divides, needs none. */
function addsPadding(call: OpCall): boolean | undefined {
  const window = numbersOf(call, 'filterSize');
  const steps = numbersOf(call, 'strides') ?? window;
  const shape = optionalOperand(call, 'x')?.shape;
  if (window === undefined || steps === undefined) return true;
  const sides =
    window.length === 1 ? (shape === undefined ? 2 : Math.min(shape.length - 2, 3)) : window.length;
  const answers = Array.from({ length: sides }, (_, side): boolean | undefined => {
    const width = window[window.length === 1 ? 0 : side]!;
    const step = steps[steps.length === 1 ? 0 : side]!;
    if (width > step) return true;
    // Channels come last.
    const size = shape?.at(side - sides - 1)?.size;
    if (typeof size !== 'number') return width === 1 ? false : undefined;
    const left = size % step;
    return left > 0 && left < width;
  });
  return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
}

function isBroadcast(call: OpCall, name: string, result: Shape | undefined): boolean | undefined {
  // A product of matrices broadcasts the axes before the last two.
  const own = 'transposeA' in call.attributes ? 2 : 0;
  const batch = (shape: Shape | undefined): Shape | undefined => shape?.slice(0, shape.length - own);
  return isStretched(batch(optionalOperand(call, name)?.shape), batch(result));
}

/** Whether broadcasting stretches the operand: it has fewer axes than the result, or a 1 where that has more. */
function isStretched(shape: Shape | undefined, result: Shape | undefined): boolean | undefined {
  if (shape === undefined || result === undefined) return undefined;
  return (
    shape.length < result.length || shape.some(({ size }, axis) => size === 1 && result[axis]!.size !== 1)
  );
}

/**
 * Whether elements of it are one and the same number twice. Flat pieces of a function (relu, clip) make equal elements too,
 * but let no gradient through where they do.
 */
function repeats({ op, operands }: Operand): boolean {
  if (op === 'tile' || op === 'broadcastTo') return true;
  const parts = operands['tensors'];
  return (op === 'concat' || op === 'stack') && Array.isArray(parts) && new Set(parts).size < parts.length;
}

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
