/** Losses and metrics that `compile` is given as functions. */
import { assumedInput } from '../../facts/range.js';
import { dim, type Axis, type Dim, type Shape } from '../../facts/shape.js';
import type { Lowering } from '../lowering.js';
import type { FunctionValue, Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import type { Output } from './model-results.js';
import { lowerFunction } from '../javascript/function-units.js';

/** The axis of the samples that a loss is given, whatever layer made them. */
const BATCH: Axis = { id: 'the batch of a loss', label: 'the batch' };

export const isBatchOfLoss = ({ axis }: Dim): boolean => axis?.id === BATCH.id;

const batched = (shape: Shape | undefined): Shape | undefined =>
  shape?.map((d, axis) => (axis === 0 && d.axis === undefined ? { ...d, axis: BATCH } : d));

/** They run on `[batch, …]` tensors of the caller's data. `labels`: their shape, where that is known. */
export function lowerLosses(
  lowering: Lowering,
  value: Value | undefined,
  differentiated: 'yes' | 'no',
  output: Output,
  labels: Shape | undefined = labelShape(lowering, output.shape),
): void {
  if (value === undefined) return;
  if (value.kind === 'function')
    lowerFunction(
      lowering,
      value,
      differentiated,
      // Labels are data; what is trained is behind the predictions.
      { given: lossArguments(lowering, value, output, labels), by: 1 },
    );
  if (value.kind === 'array')
    for (const element of value.elements) lowerLosses(lowering, element, differentiated, output, labels);
  if (value.kind === 'object')
    for (const field of value.fields.values()) lowerLosses(lowering, field, differentiated, output, labels);
}

/** Predictions have the shape of the model's output, and the range of its last activation. */
function lossArguments(
  lowering: Lowering,
  fn: FunctionValue,
  { shape, range, score, shares }: Output,
  labels: Shape | undefined,
): Value[] {
  const isKnown = range.low !== -Infinity && !range.mayBeNaN;
  if (shape === undefined && !isKnown) return [];
  return fn.declaration.parameters.slice(0, 2).map((parameter, index): Value => {
    const isLabel = index === 0;
    const facts = {
      shape: batched(isLabel ? labels : shape),
      dtype: 'float32' as const,
      range: !isLabel && isKnown ? range : assumedInput(),
    };
    const more = isLabel ? { label: true } : { score, shares };
    const node = lowering.builder.input(parameter.name.getText(), facts, spanOf(parameter), more);
    return { kind: 'tensor', node };
  });
}

/**
 * Labels are shaped like the output, and single numbers stay single: `fit` gives rank-1 labels a column. As long as the
 * output they need not be, for `fitDataset` takes what the loss can read: one target beside the parameters of a mixture.
 */
function labelShape(lowering: Lowering, output: Shape | undefined): Shape | undefined {
  const last = output?.at(-1);
  if (output === undefined || last === undefined || last.size === 1) return output;
  return [...output.slice(0, -1), dim(lowering.builder.freshSize())];
}
