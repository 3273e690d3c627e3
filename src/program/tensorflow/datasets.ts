/** What a dataset holds, and what `fitDataset` hands to a loss: unlike `fit`, it gives targets as the dataset has them. */
import { assumedInput } from '../../facts/range.js';
import { certainlyDiffer, dim, symbol, type Shape } from '../../facts/shape.js';
import { defaultsOf } from '../../ops/defaults.js';
import { opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import { asData, input, inputElement } from '../claims/inputs.js';
import { isReadAsNumber } from '../claims/read-as-numbers.js';
import { typical } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import { toOperand } from './operands.js';
import {
  asString,
  record,
  type ArrayValue,
  type InputValue,
  type LayerValue,
  type TensorValue,
  type Value,
  isCallable,
  SOME_FIELD,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import type { Output } from '../layers/model-results.js';
import { withFacts } from '../node.js';

/** Losses that compare element by element and check no shapes, by the names that `compile` takes. */
const ELEMENTWISE: Readonly<Record<string, string>> = {
  meanSquaredError: 'meanSquaredError',
  meanAbsoluteError: 'meanAbsoluteError',
  meanAbsolutePercentageError: 'meanAbsolutePercentageError',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  // As for shapes these are like it.
  meanSquaredLogarithmicError: 'meanSquaredError',
  kullbackLeiblerDivergence: 'meanSquaredError',
  hinge: 'meanSquaredError',
  squaredHinge: 'meanSquaredError',
  logcosh: 'meanSquaredError',
  poisson: 'meanSquaredError',
};

const losses = new WeakMap<LayerValue | InputValue, Value>();

/** Remembers what a model was compiled with. */
export function rememberLoss(model: LayerValue, loss: Value | undefined): void {
  if (loss !== undefined) losses.set(model.of ?? model, loss);
}

/** The loss that a model was compiled with. */
export const lossGiven = (model: LayerValue): Value | undefined => losses.get(model.of ?? model);

/** A dataset after one of its own methods; what it holds then is asked for when it is used. */
export function derivedDataset(
  lowering: Lowering,
  dataset: LayerValue,
  method: string,
  args: readonly Value[],
  place: ts.Node,
): LayerValue {
  if (!dataset.type.startsWith('data.')) return dataset;
  const element = elementOf(lowering, dataset);
  if (method === 'batch') {
    const derived: LayerValue = { ...dataset, type: 'data.batched', config: dataset };
    if (element !== undefined) elements.set(derived, batchOf(lowering, element, place));
    return derived;
  }
  if (method !== 'map' && method !== 'mapAsync') return dataset;
  const derived: LayerValue = { ...dataset, type: 'data.mapped', config: undefined };
  const [fn] = args;
  if (fn !== undefined && isCallable(fn))
    elements.set(derived, lowering.callValue(fn, [element ?? lowering.unknown('unknown element')], place));
  return derived;
}

/** What the elements of a dataset are, where that was seen. */
const elements = new WeakMap<LayerValue, Value>();

/** A typical element of a dataset; undefined where nothing tells. */
export function elementOf(lowering: Lowering, dataset: Value | undefined): Value | undefined {
  if (dataset?.kind !== 'layer') return undefined;
  const known = elements.get(dataset);
  if (known !== undefined) return known;
  const { type, config } = dataset;
  if (type === 'data.array')
    return config?.kind === 'input' ? inputElement(lowering, config) : firstOf(config);
  if (type === 'data.generator') return generated(lowering, dataset);
  if (type === 'data.csv') return rowOf(dataset);
  if (type !== 'data.zip' || config?.kind !== 'object') return undefined;
  const fields = [...config.fields].map(
    ([name, part]) => [name, elementOf(lowering, part) ?? lowering.unknown('unknown element')] as const,
  );
  return record(fields);
}

/** `tf.data.generator(f)`: what the generator yields, or what `next` of the iterator gives. */
function generated(lowering: Lowering, { config: source, place }: LayerValue): Value | undefined {
  if (source === undefined || place === undefined || !isCallable(source)) return undefined;
  const made = lowering.callValue(source, [], place);
  if (made.kind === 'array') return typical(lowering, made);
  const next = made.kind === 'object' ? made.fields.get('next') : undefined;
  const step = next !== undefined && isCallable(next) ? lowering.callValue(next, [], place) : undefined;
  return step?.kind === 'object' ? step.fields.get('value') : undefined;
}

/** A row of a table of numbers: of columns that are said to be labels, `ys`; the others are `xs` beside them. */
function rowOf({ settings, place }: LayerValue): Value | undefined {
  if (place === undefined) return undefined;
  const columns = (): Value => record([[SOME_FIELD, input('a column', { kind: 'number' }, place)]]);
  const configs = settings?.kind === 'object' ? settings.fields.get('columnConfigs') : undefined;
  const hasLabels =
    configs?.kind === 'object' &&
    [...configs.fields.values()].some(
      (config) => config.kind === 'object' && isTrue(config.fields.get('isLabel')),
    );
  if (hasLabels)
    return record([
      ['xs', columns()],
      ['ys', columns()],
    ]);
  return configs === undefined || configs.kind === 'object' ? columns() : undefined;
}

const isTrue = (value: Value | undefined): boolean => value?.kind === 'constant' && value.value === true;

/** Elements of a dataset put together: numbers become a tensor of rank 1, tensors get an axis more. */
function batchOf(lowering: Lowering, element: Value, place: ts.Node): Value {
  const batch = dim(lowering.builder.freshSize(), {
    axis: { id: `batch at ${place.pos}`, label: 'the batch of a dataset' },
  });
  const put = (value: Value): Value => {
    if (value.kind === 'object') return record([...value.fields].map(([name, field]) => [name, put(field)]));
    const shape = shapeOf(lowering, value, place);
    const unknown = lowering.builder.unknown('unknown element', spanOf(place));
    if (shape === undefined) return lowering.unknown('unknown element');
    return { kind: 'tensor', node: withFacts(unknown, { shape: [batch, ...shape], range: assumedInput() }) };
  };
  return put(element);
}

/** The shape of an element as a tensor. */
function shapeOf(lowering: Lowering, value: Value, place: ts.Node): Shape | undefined {
  if (isNumber(value)) return [];
  if (value.kind === 'input' && (value.claim?.kind === 'number' || isReadAsNumber(value))) return [];
  if (value.kind === 'input' && value.claim?.kind === 'list')
    return asData(lowering, value, { rank: undefined, shape: undefined, dtype: 'float32' })?.node.shape;
  return value.kind === 'tensor' || value.kind === 'array'
    ? toOperand(lowering, value, spanOf(place))?.shape
    : undefined;
}

interface HandedOver {
  readonly value: TensorValue;
  /** A number or a list of them is one sample: nothing has put it into a batch. */
  readonly isBatch: boolean;
}

/** What `fitDataset` hands over of an element, as tensors. */
export function handedOver(
  lowering: Lowering,
  element: Value,
  place: ts.Node,
): { readonly xs?: HandedOver | undefined; readonly ys?: HandedOver | undefined } {
  const part = (name: string): HandedOver | undefined => {
    const value = element.kind === 'object' ? element.fields.get(name) : undefined;
    if (value?.kind === 'tensor') return { value, isBatch: true };
    const isSample = isNumber(value) || (value?.kind === 'array' && holdsNumbers(value));
    const shape = isSample ? shapeOf(lowering, value!, place) : undefined;
    if (shape === undefined) return undefined;
    const node = { ...lowering.builder.unknown('unknown element', spanOf(place)), shape };
    return { value: { kind: 'tensor', node }, isBatch: false };
  };
  return { xs: part('xs'), ys: part('ys') };
}

const holdsNumbers = ({ elements, rest }: ArrayValue): boolean =>
  [...elements, ...(rest === undefined ? [] : [rest])].every(
    (one) => isNumber(one) || (one.kind === 'array' && holdsNumbers(one)),
  );

/** A loss over batches of targets that have not the shape of the predictions, of single numbers mostly: nothing checks that. */
export function lowerDatasetLoss(
  lowering: Lowering,
  model: LayerValue,
  dataset: Value | undefined,
  { shape }: Output,
  place: ts.Node,
): void {
  const loss = lossGiven(model) ?? lossOfMade(lowering, model);
  const given = targetsOf(lowering, dataset);
  if (loss === undefined || shape === undefined || given === undefined || !mayDiffer(given, shape)) return;
  const span = spanOf(place);
  const batch = dim(symbol('batch'));
  const facts = { dtype: 'float32' as const, range: assumedInput() };
  const [targets, predictions] = [
    lowering.builder.input('the targets', { ...facts, shape: [batch, ...given.slice(1)] }, span),
    lowering.builder.input('the predictions', { ...facts, shape: [batch, ...shape.slice(1)] }, span),
  ];
  const row =
    loss.kind === 'tensorflow'
      ? opNamed(loss.path)
      : opNamed(`metrics.${ELEMENTWISE[asString(loss) ?? ''] ?? ''}`);
  const [labels, outputs] = row?.parameters ?? [];
  if (row !== undefined && labels !== undefined && outputs !== undefined) {
    const operands = { [labels.name]: targets, [outputs.name]: predictions };
    lowering.builder.op(row, operands, { ...defaultsOf(row), implied: 'fitDataset' }, span);
  } else if (loss.kind === 'function')
    lowering.callValue(
      loss,
      [targets, predictions].map((node): Value => ({ kind: 'tensor', node })),
      place,
    );
}

/** What the model was compiled with that one is taken for, which is handed in. */
function lossOfMade(lowering: Lowering, { of }: LayerValue): Value | undefined {
  const [only, ...others] = of === undefined ? [] : lowering.handed.models.for(of);
  return only !== undefined && others.length === 0 ? lossGiven(only) : undefined;
}

/** The shape of the targets in a batch. */
function targetsOf(lowering: Lowering, dataset: Value | undefined): Shape | undefined {
  if (dataset?.kind !== 'layer' || dataset.type !== 'data.batched') return undefined;
  const element = elementOf(lowering, dataset);
  const ys = element?.kind === 'object' ? element.fields.get('ys') : undefined;
  return ys?.kind === 'tensor' && ys.node.shape?.length !== 0 ? ys.node.shape : undefined;
}

const mayDiffer = (targets: Shape, predictions: Shape): boolean =>
  targets.length !== predictions.length ||
  targets.some(({ size }, axis) => axis > 0 && certainlyDiffer(size, predictions[axis]!.size));

const firstOf = (list: Value | undefined): Value | undefined =>
  list?.kind === 'array' ? (list.elements[0] ?? list.rest) : undefined;

const isNumber = (value: Value | undefined): boolean =>
  value?.kind === 'number' || (value?.kind === 'constant' && typeof value.value === 'number');
