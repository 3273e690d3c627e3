import { assumedInput, interval, unknownRange, type Range } from '../facts/range.js';
import { dim, type Dim, type Shape } from '../facts/shape.js';
import type { Lowering } from './lowering.js';
import { asNumber, asString, type LayerValue, type ObjectValue, type Value } from './values.js';

/** What comes out of a layer or model, as far as its configuration tells. */
export interface Output {
  readonly shape: Shape | undefined;
  readonly range: Range;
}

const DESCRIBED_BY_NOBODY: Output = { shape: undefined, range: assumedInput() };

/** A model of the project that was not followed: its last layer may bound what it gives. */
const LOST: Output = { shape: undefined, range: unknownRange() };

/** Layers that compute on single elements. */
const SAME_SHAPE: ReadonlySet<string> = new Set([
  'layers.activation',
  'layers.dropout',
  'layers.batchNormalization',
  'layers.layerNormalization',
  'layers.gaussianNoise',
  'layers.leakyReLU',
  'layers.reLU',
  'layers.elu',
  'layers.softmax',
  'layers.masking',
]);

/** Layers that only move or select elements, or average them. */
const SAME_RANGE =
  /^layers\.(?:flatten|reshape|permute|repeatVector|cropping\w+|upSampling\w+|(?:globalMax|globalAverage|max|average)Pool(?:ing)?\w+)$/;

/** The outputs of a model that has several. */
export function listedOutputs({ type, config }: LayerValue): readonly Value[] | undefined {
  const outputs = type === 'model' && config?.kind === 'object' ? config.fields.get('outputs') : undefined;
  return outputs?.kind === 'array' && outputs.rest === undefined && outputs.elements.length > 1
    ? outputs.elements
    : undefined;
}

export function outputOf(lowering: Lowering, layer: LayerValue, input: Output = DESCRIBED_BY_NOBODY): Output {
  switch (layer.type) {
    case 'sequential':
      return through(lowering, layer.layers, input);
    case 'symbolic':
      return through(lowering, layer.layers, input);
    case 'model':
      return through(lowering, listed(configOf(layer)?.fields.get('outputs')), input);
    case 'input':
      return { shape: undefined, range: input.range };
    case 'custom':
      return LOST;
    default:
      return layer.type.startsWith('layers.') ? outputOfLayer(lowering, layer, input) : DESCRIBED_BY_NOBODY;
  }
}

/** The activation that the output of a layer or model went through last, where it is written down. */
export function lastActivation(layer: LayerValue): string | undefined {
  const inner = layer.type === 'model' ? listed(configOf(layer)?.fields.get('outputs')) : layer.layers;
  if (layer.type === 'model' || layer.type === 'sequential' || layer.type === 'symbolic') {
    const last = inner.at(-1);
    return last?.kind === 'layer' ? lastActivation(last) : undefined;
  }
  if (layer.type === 'layers.softmax') return 'softmax';
  return asString(configOf(layer)?.fields.get('activation'));
}

const listed = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'array' ? value.elements : value === undefined ? [] : [value];

const configOf = ({ config }: LayerValue): ObjectValue | undefined =>
  config?.kind === 'object' ? config : undefined;

function through(lowering: Lowering, layers: readonly Value[], input: Output): Output {
  let current = input;
  for (const layer of layers) {
    if (layer.kind === 'array') current = DESCRIBED_BY_NOBODY;
    else if (layer.kind !== 'layer') return LOST;
    else current = outputOf(lowering, layer, current);
  }
  return layers.length === 0 ? LOST : current;
}

function outputOfLayer(lowering: Lowering, layer: LayerValue, input: Output): Output {
  const config = configOf(layer);
  const range = SAME_RANGE.test(layer.type) ? input.range : activationRange(layer.type, config);
  if (layer.type === 'layers.dense') return { shape: denseShape(lowering, layer, input.shape), range };
  if (SAME_SHAPE.has(layer.type)) return { shape: input.shape, range };
  if (layer.type !== 'layers.flatten' || input.shape === undefined || input.shape.length === 0)
    return { shape: undefined, range };
  return { shape: [input.shape[0]!, dim(lowering.builder.freshSize())], range };
}

function denseShape(lowering: Lowering, layer: LayerValue, input: Shape | undefined): Shape | undefined {
  const config = configOf(layer);
  const units = asNumber(config?.fields.get('units'));
  const batch: readonly Dim[] =
    input !== undefined && input.length > 0 ? input.slice(0, -1) : batchOf(lowering, config);
  const last =
    units === undefined
      ? dim(lowering.builder.freshSize())
      : dim(units, {
          axis: { id: `units of layer ${layer.id}`, label: 'the units of a dense layer' },
          one: units === 1 ? 'structural' : undefined,
        });
  return batch.length === 0 ? undefined : [...batch, last];
}

/** A first layer says its input shape without the batch: the batch is a size of its own. */
function batchOf(lowering: Lowering, config: ObjectValue | undefined): Dim[] {
  const inputShape = config?.fields.get('inputShape');
  if (inputShape?.kind !== 'array') return [];
  return [
    dim(lowering.builder.freshSize()),
    ...inputShape.elements
      .slice(0, -1)
      .map((element) => dim(asNumber(element) ?? lowering.builder.freshSize())),
  ];
}

/** Their states are made by tanh unless something else is asked for. */
const RECURRENT = /^layers\.(?:lstm|gru|simpleRNN)$/;

function activationRange(type: string, config: ObjectValue | undefined): Range {
  const activation =
    type === 'layers.softmax'
      ? 'softmax'
      : type === 'layers.reLU'
        ? 'relu'
        : asString(config?.fields.get('activation'));
  switch (activation) {
    case 'softmax':
    case 'sigmoid':
    case 'hardSigmoid':
      return interval(0, 1, 'attained');
    case 'tanh':
    case 'softsign':
      return interval(-1, 1, 'attained');
    case 'relu':
    case 'softplus':
      return { ...interval(0, Infinity, 'attained'), high: 100, highBy: 'assumed' };
    case 'relu6':
      return interval(0, 6, 'attained');
    case undefined:
      return RECURRENT.test(type) ? interval(-1, 1, 'attained') : assumedInput();
    default:
      return assumedInput();
  }
}
