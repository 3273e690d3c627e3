/** Losses of TensorFlow.js that `compile` is given, by their name or as they are: on what the last activation makes of some scores. */
import { assumedInput, TRUTH } from '../../facts/range.js';
import { dim } from '../../facts/shape.js';
import { defaultsOf } from '../../ops/defaults.js';
import { opNamed } from '../../ops/table.js';
import { spanOf } from '../../source/span.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import { asString, type LayerValue, type Value } from '../values.js';
import { lastActivation } from './model-outputs.js';
import type { Output } from './model-results.js';

interface CompiledLoss {
  readonly row: string;
  /** Whether it compares classes, of which there is more than one. */
  readonly isOfClasses: boolean;
}

const ENTROPY_OF_CLASSES: CompiledLoss = { row: 'metrics.categoricalCrossentropy', isOfClasses: true };
const ENTROPY_OF_ONE: CompiledLoss = { row: 'metrics.binaryCrossentropy', isOfClasses: false };

const LOSSES: Readonly<Record<string, CompiledLoss>> = {
  categoricalCrossentropy: ENTROPY_OF_CLASSES,
  // The number of a class becomes a row of zeros with a one first.
  sparseCategoricalCrossentropy: ENTROPY_OF_CLASSES,
  binaryCrossentropy: ENTROPY_OF_ONE,
  'tf.metrics.categoricalCrossentropy': ENTROPY_OF_CLASSES,
  'tf.metrics.binaryCrossentropy': ENTROPY_OF_ONE,
  'tf.losses.softmaxCrossEntropy': { row: 'losses.softmaxCrossEntropy', isOfClasses: true },
  'tf.losses.sigmoidCrossEntropy': { row: 'losses.sigmoidCrossEntropy', isOfClasses: false },
};

/** Activations that are ops, by themselves. */
const OPS: ReadonlySet<string> = new Set([
  'softmax',
  'sigmoid',
  'relu',
  'relu6',
  'elu',
  'selu',
  'softplus',
  'tanh',
]);

/** Whether they fit is for rules to say. */
export function lowerCompiledLoss(
  lowering: Lowering,
  model: LayerValue,
  given: Value | undefined,
  { shape, score }: Output,
  place: ts.Node,
): void {
  const name = given?.kind === 'tensorflow' ? `tf.${given.path}` : (asString(given) ?? '');
  const loss = Object.hasOwn(LOSSES, name) ? LOSSES[name]! : undefined;
  const activation = score === true ? 'linear' : lastActivation(model);
  const isKnown = activation === 'linear' || OPS.has(activation ?? '');
  if (loss === undefined || !isKnown) return;
  // The softmax of one number has a fault of its own, and so has the entropy of one class.
  if (shape?.at(-1)?.size === 1 && (loss.isOfClasses || activation === 'softmax')) return;
  const span = spanOf(place);
  const { builder } = lowering;
  const outputs = shape ?? [dim(builder.freshSize()), dim(builder.freshSize())];
  const facts = { shape: outputs, dtype: 'float32' as const };
  const scores = builder.input('the scores', { ...facts, range: assumedInput() }, span, {
    score: activation === 'linear',
  });
  lowering.differentiated(
    () => {
      const labels = builder.input('the labels', { ...facts, range: TRUTH }, span);
      const predictions = activation === 'linear' ? scores : activated(lowering, activation!, scores);
      const row = opNamed(loss.row)!;
      const [first, second] = row.parameters;
      const operands = { [first!.name]: labels, [second!.name]: predictions };
      return {
        kind: 'tensor',
        node: builder.op(row, operands, { ...defaultsOf(row), loss: name }, span),
      };
    },
    () => [scores],
  );
}

const activated = ({ builder }: Lowering, activation: string, scores: Node): Node =>
  activation === 'softmax'
    ? builder.op(opNamed('softmax')!, { logits: scores }, { dim: -1 }, scores.span)
    : builder.op(opNamed(activation)!, { x: scores }, {}, scores.span);
