import { assumedInput, interval, joinRanges, unknownRange, type Range } from '../../facts/range.js';
import { asClaimed, dim, sameSize, type Shape } from '../../facts/shape.js';
import { declaredExample, declaredInput, type LayerCall } from './layer-call.js';
import { layerRow } from './layer-shapes.js';
import { outputsOfOwn } from './own-layers.js';
import type { Lowering } from '../lowering.js';
import { asString, isUndefined, type LayerValue, type ObjectValue, type Value } from '../values.js';
import type { Output } from './model-results.js';

const DESCRIBED_BY_NOBODY: Output = { shape: undefined, range: assumedInput() };

/** A model of the project that was not followed: its last layer may bound what it gives. */
const LOST: Output = { shape: undefined, range: unknownRange() };

/** What each is of several tensors that a layer or model gives; undefined where it gives one. */
export function outputsOf(
  lowering: Lowering,
  layer: LayerValue,
  ...inputs: readonly Output[]
): readonly Output[] | undefined {
  const listed = listedOutputs(layer);
  if (listed !== undefined) return listed.map((each) => outputWhere(lowering, layer, each, inputs));
  if (layer.type === 'custom' && layer.config?.kind === 'object') {
    const outputs = outputsOfOwn(lowering, layer.config, inputs);
    return outputs !== undefined && outputs.length > 1 ? outputs : undefined;
  }
  if (layer.type === 'unknown') return severalLikeMade(lowering, layer, inputs);
  const range = activationRange(layer.type, configOf(layer));
  return layerRow(layer.type)
    ?.outputs?.(layerCall(lowering, layer, inputs))
    ?.map((shape) => ({ shape, range }));
}

/** The outputs of a model that has several. */
function listedOutputs({ type, config }: LayerValue): readonly Value[] | undefined {
  const outputs = type === 'model' && config?.kind === 'object' ? config.fields.get('outputs') : undefined;
  return outputs?.kind === 'array' && outputs.rest === undefined && outputs.elements.length > 1
    ? outputs.elements
    : undefined;
}

/** What a layer or model makes of what it is given: one tensor, or several in a list. */
export function outputOf(lowering: Lowering, layer: LayerValue, ...inputs: readonly Output[]): Output {
  switch (layer.type) {
    case 'sequential':
      return through(lowering, layer.layers, inputs);
    case 'symbolic':
    case 'input':
      return symbolicOutput(lowering, layer, new Map());
    case 'model': {
      const [output] = listed(configOf(layer)?.fields.get('outputs'));
      return output === undefined ? LOST : outputWhere(lowering, layer, output, inputs);
    }
    case 'part':
      return layer.layers.length === 0 ? (inputs[0] ?? LOST) : through(lowering, layer.layers, inputs);
    case 'either':
      return common(
        lowering,
        layer.layers.map((way) => outputOfPart(lowering, way, inputs)),
      );
    case 'custom':
      return outputOfPart(lowering, layer.config, inputs);
    default:
      return layer.type.startsWith('layers.')
        ? outputOfLayer(lowering, layer, inputs)
        : likeMade(lowering, layer, inputs);
  }
}

/**
 * What a model that was handed in gives: as many values as those do that it is taken for, if these are alike, and take what it is
 * given.
 */
function likeMade(lowering: Lowering, layer: LayerValue, inputs: readonly Output[]): Output {
  const [first, ...others] = eachLikeMade(
    lowering,
    layer,
    inputs,
    (model) => outputOf(lowering, model, ...inputs).shape,
  );
  const isOne = first !== undefined && others.every((other) => areAlike(first, other));
  return isOne ? { ...DESCRIBED_BY_NOBODY, shape: asClaimed(first) } : DESCRIBED_BY_NOBODY;
}

/** The same of a model that gives several: each is like that of all those it is taken for. */
function severalLikeMade(
  lowering: Lowering,
  layer: LayerValue,
  inputs: readonly Output[],
): readonly Output[] | undefined {
  const [first, ...others] = eachLikeMade(lowering, layer, inputs, (model) =>
    outputsOf(lowering, model, ...inputs),
  );
  // All are of the same samples.
  const batch = first?.[0]?.shape?.[0];
  return first?.map(({ shape }, index): Output => {
    const isOne = shape !== undefined && others.every((other) => areAlike(shape, other?.[index]?.shape));
    return isOne
      ? { ...DESCRIBED_BY_NOBODY, shape: asClaimed(shape.map((one, axis) => (axis === 0 ? batch! : one))) }
      : DESCRIBED_BY_NOBODY;
  });
}

/** What each of the models gives that one which was handed in is taken for, where it takes the same. */
function eachLikeMade<Given>(
  lowering: Lowering,
  layer: LayerValue,
  inputs: readonly Output[],
  given: (model: LayerValue) => Given,
): readonly (Given | undefined)[] {
  return madeFor(lowering, layer).map((model) => (takes(lowering, model, inputs) ? given(model) : undefined));
}

/** The models that one which was handed in is taken for. */
const madeFor = (lowering: Lowering, { type, of }: LayerValue): readonly LayerValue[] =>
  type === 'unknown' && of !== undefined ? lowering.handed.models.for(of) : [];

/** Whether nothing that it is given has other axes than it asks for. */
const takes = (lowering: Lowering, model: LayerValue, inputs: readonly Output[]): boolean =>
  shapesTaken(lowering, model).every((asked, index) => {
    const given = inputs[index]?.shape;
    return asked === undefined || given === undefined || asked.length === given.length;
  });

/** Of the batch, which has a name of its own each time, nothing is asked. */
const areAlike = (one: Shape, other: Shape | undefined): boolean =>
  one.length === other?.length &&
  one.every(({ size }, axis) => typeof size !== 'number' || size === other[axis]!.size);

/** One output of a functional model, where its inputs are given. */
function outputWhere(
  lowering: Lowering,
  model: LayerValue,
  output: Value,
  inputs: readonly Output[],
): Output {
  const known: Symbols = new Map();
  listed(configOf(model)?.fields.get('inputs')).forEach((symbol, index) => {
    const given = inputs[index];
    if (given?.shape !== undefined) known.set(symbol, given);
  });
  return symbolicOutput(lowering, output, known);
}

/** What `tf.input` and the results of layers stand for. */
type Symbols = Map<Value, Output>;

function symbolicOutput(lowering: Lowering, value: Value, known: Symbols): Output {
  const before = known.get(value);
  if (before !== undefined) return before;
  const output = newOutput(lowering, value, known);
  known.set(value, output);
  return output;
}

function newOutput(lowering: Lowering, value: Value, known: Symbols): Output {
  if (value.kind !== 'layer') return LOST;
  if (value.type === 'input') {
    const call = layerCall(lowering, value, []);
    return { shape: declaredInput(call), range: assumedInput() };
  }
  if (value.type === 'either')
    return common(
      lowering,
      value.layers.map((way) => symbolicOutput(lowering, way, known)),
    );
  const [given, layer] = value.layers;
  if (value.type !== 'symbolic' || layer?.kind !== 'layer') return LOST;
  const inputs = listed(given).map((one) => symbolicOutput(lowering, one, known));
  return value.output === undefined
    ? outputOf(lowering, layer, ...inputs)
    : (outputsOf(lowering, layer, ...inputs)?.[value.output] ?? LOST);
}

/** The activation that the output of a layer or model went through last, where it is written down. */
export function lastActivation(layer: LayerValue, output?: number): string | undefined {
  const inner = layer.type === 'model' ? listed(configOf(layer)?.fields.get('outputs')) : layer.layers;
  if (layer.type === 'either') {
    const [one, other] = layer.layers.map((way) =>
      way.kind === 'layer' ? lastActivation(way, output) : undefined,
    );
    return one === other ? one : undefined;
  }
  if (
    layer.type === 'model' ||
    layer.type === 'sequential' ||
    layer.type === 'symbolic' ||
    layer.type === 'part'
  ) {
    const last = layer.type === 'model' && output !== undefined ? inner[output] : inner.at(-1);
    return last?.kind === 'layer' ? lastActivation(last, layer.output) : undefined;
  }
  if (layer.type === 'layers.softmax') return 'softmax';
  return asString(configOf(layer)?.fields.get('activation'));
}

const listed = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'array' ? value.elements : value === undefined ? [] : [value];

const configOf = ({ config }: LayerValue): ObjectValue | undefined =>
  config?.kind === 'object' ? config : undefined;

/** What a layer of a model makes of what it is given: one of TensorFlow.js, one of the project, or one that was lost. */
function outputOfPart(lowering: Lowering, layer: Value | undefined, inputs: readonly Output[]): Output {
  if (layer?.kind === 'layer') return outputOf(lowering, layer, ...inputs);
  const outputs = layer?.kind === 'object' ? outputsOfOwn(lowering, layer, inputs) : undefined;
  return outputs?.length === 1 ? outputs[0]! : LOST;
}

/** What holds of either of two: axes of two sizes have one that is not known. */
function common(lowering: Lowering, [a = LOST, b = LOST]: readonly Output[]): Output {
  const range = joinRanges(a.range, b.range);
  if (a.shape === undefined || a.shape.length !== b.shape?.length) return { shape: undefined, range };
  const shape = a.shape.map((one, axis) =>
    sameSize(one.size, b.shape![axis]!.size) ? one : dim(lowering.builder.freshSize()),
  );
  return { shape, range };
}

function through(lowering: Lowering, layers: readonly Value[], inputs: readonly Output[]): Output {
  let current = inputs;
  for (const layer of layers) current = [outputOfPart(lowering, layer, current)];
  return layers.length === 0 ? LOST : (current[0] ?? LOST);
}

function outputOfLayer(lowering: Lowering, layer: LayerValue, inputs: readonly Output[]): Output {
  const row = layerRow(layer.type);
  const [first = DESCRIBED_BY_NOBODY] = inputs;
  const keepsRange = row?.keepsRange === true && inputs.length <= 1;
  return {
    shape: row?.shape(layerCall(lowering, layer, inputs)),
    range: keepsRange ? first.range : activationRange(layer.type, configOf(layer)),
    score: keepsRange ? first.score : isLinear(layer.type, configOf(layer)),
    shares: isSoftmax(layer),
  };
}

/** The layer as its row sees it, whatever it is given. */
export const layerCallOf = (lowering: Lowering, layer: LayerValue): LayerCall =>
  layerCall(lowering, layer, []);

/** The shape of each tensor that a model declares to take, with a batch of its own; none where it is not known. */
/**
 * What each input of a model has to be where that was handed in: as those models have it that it is taken for, if all of them
 * agree.
 */
export function shapesTakenAsMade(lowering: Lowering, layer: LayerValue): readonly (Shape | undefined)[] {
  const [first, ...others] = madeFor(lowering, layer).map((model) => shapesTaken(lowering, model));
  const areOne = others.every(
    (other) =>
      other.length === first!.length &&
      first!.every((shape, index) => shape !== undefined && areAlike(shape, other[index])),
  );
  return first !== undefined && areOne ? first : [];
}

export function shapesTaken(lowering: Lowering, model: Value | undefined): readonly (Shape | undefined)[] {
  if (model?.kind !== 'layer') return [];
  if (model.type === 'sequential') {
    const [first] = model.layers;
    const isLayer = first?.kind === 'layer' && first.type.startsWith('layers.');
    return isLayer ? [declaredExample(layerCallOf(lowering, first))] : shapesTaken(lowering, first);
  }
  if (model.type !== 'model') return [];
  return listed(configOf(model)?.fields.get('inputs')).map((symbol) =>
    symbol.kind === 'layer' && symbol.type === 'input'
      ? declaredExample(layerCallOf(lowering, symbol))
      : undefined,
  );
}

function isLinear(type: string, config: ObjectValue | undefined): boolean {
  const activation = config?.fields.get('activation');
  const isNone = activation === undefined || isUndefined(activation) || asString(activation) === 'linear';
  return config !== undefined && config.base === undefined && isNone && LINEAR.test(type);
}

/** A softmax goes along the last axis, unless the layer for it says otherwise. */
function isSoftmax(layer: LayerValue): boolean {
  const config = configOf(layer);
  if (layer.type === 'layers.softmax') return config?.fields.get('axis') === undefined;
  const isActivated = LINEAR.test(layer.type) || layer.type === 'layers.activation';
  return isActivated && asString(config?.fields.get('activation')) === 'softmax';
}

const LINEAR = /^layers\.(?:dense|conv[123]d|separableConv2d|depthwiseConv2d)$/;

function layerCall(lowering: Lowering, layer: LayerValue, inputs: readonly Output[]): LayerCall {
  return {
    id: layer.id,
    config: configOf(layer),
    inputs: inputs.map(({ shape }) => shape),
    freshSize: () => lowering.builder.freshSize(),
    inner: (inside, shape) => outputOf(lowering, inside, { shape, range: assumedInput() }).shape,
    innerOutputs: (inside, shape) =>
      outputsOf(lowering, inside, { shape, range: assumedInput() })?.map((output) => output.shape),
    property: (object, name) => fieldOfCell(lowering, object, name),
  };
}

/** A field or getter of a cell of one's own. */
function fieldOfCell(lowering: Lowering, cell: Value, name: string): Value | undefined {
  if (cell.kind !== 'object' || cell.prototype === undefined) return undefined;
  return lowering.getProperty(cell, name, cell.prototype.declaration);
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
