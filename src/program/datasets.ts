/** What `fitDataset` hands to a loss: unlike `fit`, it gives targets as the dataset has them. */
import { assumedInput } from '../facts/range.js';
import { dim, symbol } from '../facts/shape.js';
import { opNamed } from '../ops/table.js';
import type { ts } from '../source/typescript.js';
import { spanOf, type Lowering } from './lowering.js';
import type { Output } from './model-outputs.js';
import { asString, type LayerValue, type Value } from './values.js';

/** Losses that compare element by element and check no shapes, by the names that `compile` takes. */
const ELEMENTWISE: Readonly<Record<string, string>> = {
  meanSquaredError: 'meanSquaredError',
  meanAbsoluteError: 'meanAbsoluteError',
  meanAbsolutePercentageError: 'meanAbsolutePercentageError',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
};

const losses = new WeakMap<LayerValue, Value>();

/** Remembers what a model was compiled with. */
export function rememberLoss(model: LayerValue, loss: Value | undefined): void {
  if (loss !== undefined) losses.set(model, loss);
}

/** A dataset after one of its own methods: whether its elements are batches, and whether they are still those it was made of. */
export function derivedDataset(dataset: LayerValue, method: string): LayerValue {
  if (!dataset.type.startsWith('data.')) return dataset;
  if (method === 'batch') return { ...dataset, type: 'data.batched', config: dataset };
  return method === 'map' || method === 'mapAsync'
    ? { ...dataset, type: 'data.mapped', config: undefined }
    : dataset;
}

/** A loss over batches of single numbers, against predictions that have one column. */
export function lowerDatasetLoss(
  lowering: Lowering,
  model: LayerValue,
  dataset: Value | undefined,
  { shape }: Output,
  place: ts.Node,
): void {
  const row = opNamed(`metrics.${ELEMENTWISE[asString(losses.get(model)) ?? ''] ?? ''}`);
  if (row === undefined || shape?.length !== 2 || !hasNumbersAsTargets(dataset)) return;
  const span = spanOf(place);
  const batch = dim(symbol('batch'));
  const facts = { dtype: 'float32' as const, range: assumedInput() };
  const yTrue = lowering.builder.input('the targets', { ...facts, shape: [batch] }, span);
  const yPred = lowering.builder.input('the predictions', { ...facts, shape: [batch, shape[1]!] }, span);
  lowering.builder.op(row, { yTrue, yPred }, { implied: 'fitDataset' }, span);
}

/** Batches whose `ys` are single numbers, written out. */
function hasNumbersAsTargets(dataset: Value | undefined): boolean {
  if (dataset?.kind !== 'layer' || dataset.type !== 'data.batched') return false;
  const elements = dataset.config;
  if (elements?.kind !== 'layer') return false;
  const { config } = elements;
  if (elements.type === 'data.zip' && config?.kind === 'object') {
    const ys = config.fields.get('ys');
    return ys?.kind === 'layer' && ys.type === 'data.array' && isNumber(firstOf(ys.config));
  }
  const first = elements.type === 'data.array' ? firstOf(config) : undefined;
  return first?.kind === 'object' && isNumber(first.fields.get('ys'));
}

const firstOf = (list: Value | undefined): Value | undefined =>
  list?.kind === 'array' ? list.elements[0] : undefined;

const isNumber = (value: Value | undefined): boolean =>
  value?.kind === 'number' || (value?.kind === 'constant' && typeof value.value === 'number');
