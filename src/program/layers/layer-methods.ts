/** Calls of methods of layers, models, optimizers and datasets. */
import { assumedInput } from '../../facts/range.js';
import { dim, type Shape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import {
  derivedDataset,
  elementOf,
  handedOver,
  lowerDatasetLoss,
  rememberLoss,
} from '../tensorflow/datasets.js';
import { lowerClassesOfOne } from '../tensorflow/implied.js';
import { withFacts } from '../node.js';
import type { Lowering } from '../lowering.js';
import { sizes } from './layer-call.js';
import { checkInput, checkLayerOf, checkTarget, columnOfClasses } from './model-checks.js';
import { outputOf } from './model-outputs.js';
import { asString, record, UNDEFINED, type LayerValue, type Value, isCallable } from '../values.js';
import { spanOf } from '../../source/span.js';
import { lowerCompiledLoss } from './compiled-losses.js';
import { lowerLosses } from './given-losses.js';
import { lowerVariableList } from '../gradients/variable-lists.js';
import { variablesGiven } from '../gradients/taken-gradients.js';
import { applied } from './applied.js';
import { lowerFit, lowerMinimize, rememberOptimizer } from './descent.js';
import { unresolvedCall } from '../javascript/unfollowed-calls.js';
import { loop } from '../control/rounds.js';

/** A method of a layer, model, optimizer or dataset. */
export function callLayer(
  lowering: Lowering,
  layer: LayerValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name]! : unfollowed;
  return method({ lowering, layer, name, args, place });
}

interface Call {
  readonly lowering: Lowering;
  readonly layer: LayerValue;
  readonly name: string;
  readonly args: readonly Value[];
  readonly place: ts.Node;
}

type Method = (call: Call) => Value;

const unfollowed: Method = ({ lowering, args, place }) => unresolvedCall(lowering, args, place);

const apply: Method = ({ lowering, layer, args, place }) => applied(lowering, layer, args[0], place);

const predict: Method = (call) => {
  const { lowering, layer, args, place } = call;
  const promotes = call.name === 'predict';
  checkInput(lowering, layer, args[0], place, promotes);
  return applied(lowering, layer, args[0], place, promotes);
};

const fit: Method = (call) => {
  const { lowering, layer, args, place } = call;
  checkInput(lowering, layer, args[0], place);
  checkTarget(lowering, layer, args[1], place);
  if (call.name === 'fit') lowerFit(lowering, layer, args, place);
  return unfollowed(call);
};

const fitDataset: Method = (call) => {
  const { lowering, layer, args, place } = call;
  const element = elementOf(lowering, args[0]);
  const { xs, ys } = element === undefined ? {} : handedOver(lowering, element, place);
  // As it stands: nothing is put into a batch, and a row of numbers is no column.
  if (xs !== undefined) checkInput(lowering, layer, xs.value, place, false);
  if (ys?.isBatch === false) checkTarget(lowering, layer, ys.value, place, false);
  lowerDatasetLoss(lowering, layer, args[0], outputOf(lowering, layer), place);
  return unfollowed(call);
};

const derive: Method = ({ lowering, layer, name, args, place }) =>
  derivedDataset(lowering, layer, name, args, place);

/** Whether a model is the other one, or has it among its layers: no model can hold itself. */
const holds = (model: Value, layer: LayerValue): boolean =>
  model === layer || (model.kind === 'layer' && model.layers.some((part) => holds(part, layer)));

const METHODS: Readonly<Record<string, Method>> = {
  add: ({ lowering, layer, args: [added], place }) => {
    if (added !== undefined && !holds(added, layer)) {
      checkLayerOf(lowering, layer, added, place);
      lowering.journal.writeLayers(layer, [...layer.layers, added]);
    }
    return UNDEFINED;
  },
  apply,
  execute: apply,
  call: apply,
  predict,
  predictOnBatch: predict,
  addWeight,

  compile,
  fit,
  evaluate: fit,
  trainOnBatch: fit,
  fitDataset,
  evaluateDataset: fitDataset,
  minimize,
  computeGradients: (call) =>
    record([
      ['value', lossUnderGradient(call, call.args[1])],
      ['grads', call.lowering.unknown('unknown element')],
    ]),

  map: derive,
  mapAsync: derive,
  batch: derive,
  shuffle: derive,
  prefetch: derive,
  repeat: derive,
  take: derive,
  skip: derive,
  filter: derive,
  forEachAsync,
};

function compile({ lowering, layer, args, place }: Call): Value {
  const config = args[0]?.kind === 'object' ? args[0] : undefined;
  const loss = config?.fields.get('loss');
  const output = outputOf(lowering, layer);
  lowerLosses(lowering, loss, 'yes', output);
  lowerLosses(lowering, config?.fields.get('metrics'), 'no', output, columnOfClasses(loss, output.shape));
  rememberLoss(layer, loss);
  rememberOptimizer(layer, config?.fields.get('optimizer'));
  lowerCompiledLoss(lowering, layer, loss, output, place);
  lowerClassesOfOne(lowering, loss, output, place);
  return UNDEFINED;
}

/** The loss that an optimizer is given as a function, under the gradient by these variables. */
function lossUnderGradient({ lowering, args: [fn], place }: Call, variables: Value | undefined): Value {
  if (fn?.kind !== 'function') return lowering.unknown('unresolved call');
  const loss = lowering.trained(
    () => lowering.callFunction(fn, [], place),
    () => variablesGiven(variables),
  );
  lowerVariableList(lowering, loss, variables, place);
  return loss;
}

function minimize(call: Call): Value {
  const loss = lossUnderGradient(call, call.args[2]);
  lowerMinimize(call.lowering, call.layer, loss, call.place);
  return loss.kind === 'tensor' ? loss : someLoss(call);
}

/** A loss is one number, whatever it is computed by. */
function someLoss({ lowering, place }: Call): Value {
  const node = lowering.builder.unknown('unresolved call', spanOf(place));
  return { kind: 'tensor', node: withFacts(node, { shape: [] }) };
}

function addWeight({ lowering, args, place }: Call): Value {
  const shape = weightShape(lowering, args[1]);
  const label = asString(args[0]) ?? 'weight';
  const facts = { shape, dtype: 'float32' as const, range: assumedInput() };
  const trainable = args[TRAINABLE];
  const trained = !(trainable?.kind === 'constant' && trainable.value === false);
  const node = lowering.builder.input(label, facts, spanOf(place), { trained });
  return { kind: 'tensor', node };
}

/** `addWeight(name, shape, dtype, initializer, regularizer, trainable)`. */
const TRAINABLE = 5;

/** Calls back any number of times, with elements like one of the dataset. */
function forEachAsync(call: Call): Value {
  const { lowering, layer, args, place } = call;
  const [each] = args;
  const element = elementOf(lowering, layer);
  if (each === undefined || !isCallable(each) || element === undefined) return unfollowed(call);
  loop(lowering, () => {
    lowering.callValue(each, [element], place);
    return { enters: undefined, completion: 'next' };
  });
  return UNDEFINED;
}

/** An axis of one is there because the weight is so made. */
const weightShape = (lowering: Lowering, value: Value | undefined): Shape | undefined =>
  sizes(lowering.builder, value)?.map((d) => (d.size === 1 ? dim(1, { one: 'structural' }) : d));
