/** Ops that code implies without calling them: the step of an optimizer, a built-in loss that is named by a string. */
import { assumedInput, TRUTH } from '../facts/range.js';
import { dim } from '../facts/shape.js';
import type { Attributes } from '../ops/row.js';
import { opNamed } from '../ops/table.js';
import type { ts } from '../source/typescript.js';
import { spanOf, type Lowering } from './lowering.js';
import { lastActivation, type Output } from './model-outputs.js';
import { asNumber, asString, type LayerValue, type Value } from './values.js';

/** Where each optimizer takes its epsilon, by place in the arguments. */
const EPSILON_AT: Readonly<Record<string, number>> = { adam: 3, adamax: 3, adadelta: 2, rmsprop: 3 };

/** A step on some gradient: where it breaks, training does. */
export function lowerOptimizer(
  lowering: Lowering,
  path: string,
  args: readonly Value[],
  place: ts.Node,
): void {
  const settings = optimizerSettings(path, args);
  if (settings === undefined) return;
  const span = spanOf(place);
  const shape = [dim(lowering.builder.freshSize())];
  const facts = { shape, dtype: 'float32' as const, range: assumedInput() };
  const gradient = lowering.builder.input('a gradient', facts, span);
  lowering.builder.op(opNamed('optimizer.step')!, { gradient }, settings, span);
}

/** What is written down of the settings that decide about NaN; undefined where nothing is. */
function optimizerSettings(path: string, args: readonly Value[]): Attributes | undefined {
  if (!path.startsWith('train.')) return undefined;
  const kind = path.slice('train.'.length);
  const at = EPSILON_AT[kind];
  if (at === undefined) return undefined;
  const epsilon = asNumber(args[at]);
  const centered = kind === 'rmsprop' && args[4]?.kind === 'constant' && args[4].value === true;
  if (epsilon === undefined && !centered) return undefined;
  return { kind, ...(epsilon === undefined ? {} : { epsilon }), ...(centered ? { centered } : {}) };
}

const NAMED_LOSSES: Readonly<Record<string, { readonly after: string; readonly row: string }>> = {
  categoricalCrossentropy: { after: 'softmax', row: 'metrics.categoricalCrossentropy' },
  binaryCrossentropy: { after: 'sigmoid', row: 'metrics.binaryCrossentropy' },
};

/** `loss: 'categoricalCrossentropy'` after a softmax: the last activation and the loss, on some logits. */
export function lowerNamedLoss(
  lowering: Lowering,
  model: LayerValue,
  loss: Value | undefined,
  { shape }: Output,
  place: ts.Node,
): void {
  const named = NAMED_LOSSES[asString(loss) ?? ''];
  if (named === undefined || lastActivation(model) !== named.after) return;
  const span = spanOf(place);
  const { builder } = lowering;
  const outputs = shape ?? [dim(builder.freshSize()), dim(builder.freshSize())];
  const facts = { shape: outputs, dtype: 'float32' as const };
  lowering.differentiated(
    () => {
      const logits = builder.input('the logits', { ...facts, range: assumedInput() }, span);
      const yTrue = builder.input('the labels', { ...facts, range: TRUTH }, span);
      const yPred =
        named.after === 'softmax'
          ? builder.op(opNamed('softmax')!, { logits }, { dim: -1 }, span)
          : builder.op(opNamed('sigmoid')!, { x: logits }, {}, span);
      return { kind: 'tensor', node: builder.op(opNamed(named.row)!, { yTrue, yPred }, {}, span) };
    },
    () => 'inputs',
  );
}
