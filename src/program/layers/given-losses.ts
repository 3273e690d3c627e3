/** Losses and metrics that `compile` is given as functions. */
import { assumedInput } from '../../facts/range.js';
import type { Lowering } from '../lowering.js';
import type { FunctionValue, Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import type { Output } from './model-results.js';
import { lowerFunction } from '../javascript/function-units.js';

/** They run on `[batch, …]` tensors of the caller's data. */
export function lowerLosses(
  lowering: Lowering,
  value: Value | undefined,
  differentiated: 'yes' | 'no',
  output: Output,
): void {
  if (value === undefined) return;
  if (value.kind === 'function')
    lowerFunction(
      lowering,
      value,
      differentiated,
      // Labels are data; what is trained is behind the predictions.
      { given: lossArguments(lowering, value, output), by: 1 },
    );
  if (value.kind === 'array')
    for (const element of value.elements) lowerLosses(lowering, element, differentiated, output);
  if (value.kind === 'object')
    for (const field of value.fields.values()) lowerLosses(lowering, field, differentiated, output);
}

/**
 * Labels and predictions have the shape of the model's output: `fit` gives rank-1 labels a column. Predictions have the
 * range of its last activation.
 */
function lossArguments(lowering: Lowering, fn: FunctionValue, { shape, range, score }: Output): Value[] {
  const isKnown = range.low !== -Infinity && !range.mayBeNaN;
  if (shape === undefined && !isKnown) return [];
  return fn.declaration.parameters.slice(0, 2).map((parameter, index): Value => {
    const predicted = index === 1 && isKnown ? range : assumedInput();
    const node = lowering.builder.input(
      parameter.name.getText(),
      { shape, dtype: 'float32', range: predicted },
      spanOf(parameter),
      index === 1 ? { score } : {},
    );
    return { kind: 'tensor', node };
  });
}
