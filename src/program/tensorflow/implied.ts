/** Ops that code implies without calling them: the step of an optimizer, a softmax or a loss over one class. */
import { assumedInput, TRUTH } from '../../facts/range.js';
import { dim } from '../../facts/shape.js';
import type { Attributes } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { rememberWriting } from '../written.js';
import type { Node } from '../node.js';
import { asNumber, asString, type ObjectValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import type { Output } from '../layers/model-results.js';

/** What each optimizer that divides by the size of its gradients takes, in order. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  adam: ['learningRate', 'beta1', 'beta2', 'epsilon'],
  adamax: ['learningRate', 'beta1', 'beta2', 'epsilon', 'decay'],
  adadelta: ['learningRate', 'rho', 'epsilon'],
  rmsprop: ['learningRate', 'decay', 'momentum', 'epsilon', 'centered'],
};

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
  const node = lowering.builder.op(opNamed('optimizer.step')!, { gradient }, settings, span);
  rememberWriting(node, place, SETTINGS[String(settings['kind'])]!, false);
}

/** What is written down of the settings that decide about NaN; undefined where nothing is. */
function optimizerSettings(path: string, args: readonly Value[]): Attributes | undefined {
  if (!path.startsWith('train.')) return undefined;
  const kind = path.slice('train.'.length);
  const order = SETTINGS[kind];
  if (order === undefined) return undefined;
  const epsilon = asNumber(args[order.indexOf('epsilon')]);
  const last = args[order.indexOf('centered')];
  const centered = last?.kind === 'constant' && last.value === true;
  if (epsilon === undefined && !centered) return undefined;
  return { kind, ...(epsilon === undefined ? {} : { epsilon }), ...(centered ? { centered } : {}) };
}

/** A layer with one output and a softmax as its activation: the softmax of one number. */
export function lowerSoftmaxOfOne(
  lowering: Lowering,
  path: string,
  { fields }: ObjectValue,
  place: ts.Node,
): void {
  const outputs = asNumber(fields.get('units') ?? fields.get('filters'));
  const isOne = path.startsWith('layers.') && outputs === 1;
  if (!isOne || asString(fields.get('activation')) !== 'softmax') return;
  const logits = ofOneClass(lowering, 'the logits', place);
  lowering.builder.op(
    opNamed('softmax')!,
    { logits },
    { dim: -1, implied: 'what the layer gives' },
    spanOf(place),
  );
}

/** `loss: 'categoricalCrossentropy'` of a model with one output. */
export function lowerClassesOfOne(
  lowering: Lowering,
  loss: Value | undefined,
  { shape }: Output,
  place: ts.Node,
): void {
  if (asString(loss) !== 'categoricalCrossentropy' || shape?.at(-1)?.size !== 1) return;
  const [yTrue, yPred] = ['the labels', 'the predictions'].map((name) => ofOneClass(lowering, name, place));
  lowering.builder.op(
    opNamed('metrics.categoricalCrossentropy')!,
    { yTrue: yTrue!, yPred: yPred! },
    { implied: 'what the model gives' },
    spanOf(place),
  );
}

function ofOneClass({ builder }: Lowering, name: string, place: ts.Node): Node {
  const shape = [dim(builder.freshSize()), dim(1, { one: 'structural' })];
  return builder.input(name, { shape, dtype: 'float32', range: TRUTH }, spanOf(place));
}
