import { assumedInput, interval, unknownRange, type Range } from '../facts/range.js';
import { dim, type Dim, type Shape } from '../facts/shape.js';
import type { ts } from '../source/typescript.js';
import { unresolvedCall } from './calls.js';
import { asTensor } from './inputs.js';
import { spanOf, type Lowering } from './lowering.js';
import { toOperand } from './operands.js';
import { lowerLosses } from './tensorflow.js';
import { callFunction } from './functions.js';
import {
  asNumber,
  asString,
  record,
  UNDEFINED,
  type LayerValue,
  type ObjectValue,
  type Value,
} from './values.js';

const FACTORIES =
  /^(layers\.\w+|sequential|model|input|loadLayersModel|loadGraphModel|train\.\w+|data\.\w+|initializers\.\w+|regularizers\.\w+|constraints\.\w+|callbacks\.\w+)$/;

export const isLayerFactory = (path: string): boolean => FACTORIES.test(path);

let nextId = 1;

export function createLayer(path: string, args: readonly Value[]): Value {
  const config = args[0];
  const layers =
    path === 'sequential' && config?.kind === 'object' ? listed(config.fields.get('layers')) : [];
  return { kind: 'layer', type: path, config, layers, id: nextId++ };
}

const listed = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'array' ? value.elements : [];

/** A method of a layer, model, optimizer or dataset. */
export function callLayer(
  lowering: Lowering,
  layer: LayerValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  switch (name) {
    case 'add':
      if (args[0] !== undefined) layer.layers = [...layer.layers, args[0]];
      return UNDEFINED;
    case 'apply':
    case 'predict':
    case 'predictOnBatch':
    case 'execute':
    case 'call':
      return applied(lowering, layer, args[0], place);
    case 'compile': {
      const config = args[0]?.kind === 'object' ? args[0] : undefined;
      const { shape } = output(lowering, layer, undefined);
      lowerLosses(lowering, config?.fields.get('loss'), 'yes', shape);
      lowerLosses(lowering, config?.fields.get('metrics'), 'no', shape);
      return UNDEFINED;
    }
    case 'minimize':
    case 'computeGradients': {
      const fn = args[0];
      const value =
        fn?.kind === 'function'
          ? lowering.differentiated(() => callFunction(lowering, fn, [], place))
          : lowering.unknown('unresolved call');
      return name === 'minimize'
        ? value
        : record([
            ['value', value],
            ['grads', lowering.unknown('unknown element')],
          ]);
    }
    case 'addWeight': {
      const shape = weightShape(lowering, args[1]);
      const label = asString(args[0]) ?? 'weight';
      const node = lowering.builder.input(
        label,
        { shape, dtype: 'float32', range: assumedInput() },
        spanOf(place),
      );
      return { kind: 'tensor', node };
    }
    case 'map':
    case 'batch':
    case 'shuffle':
    case 'prefetch':
    case 'repeat':
    case 'take':
    case 'skip':
    case 'filter':
      return layer;
    default:
      return unresolvedCall(lowering, args, place);
  }
}

function weightShape(lowering: Lowering, value: Value | undefined): Shape | undefined {
  if (value?.kind !== 'array' || value.rest !== undefined) return undefined;
  return value.elements.map((element) => {
    if (element.kind === 'number' && element.size !== undefined) return dim(element.size);
    const size = asNumber(element);
    return size === undefined
      ? dim(lowering.builder.freshSize())
      : dim(size, size === 1 ? { one: 'structural' } : {});
  });
}

/** What comes out of a layer or model: its shape as far as the configuration tells, its range by the last activation. */
function applied(lowering: Lowering, layer: LayerValue, input: Value | undefined, place: ts.Node): Value {
  if (input === undefined) return lowering.unknown('unresolved call');
  if (input.kind === 'layer')
    return { kind: 'layer', type: 'symbolic', config: input, layers: [input, layer], id: layer.id };
  if (input.kind === 'array') return resultOf(lowering, layer, undefined, place);
  const operand = toOperand(
    lowering,
    input.kind === 'input' ? (asTensor(lowering, input) ?? input) : input,
    spanOf(place),
  );
  return resultOf(lowering, layer, operand?.shape, place);
}

function resultOf(
  lowering: Lowering,
  layer: LayerValue,
  inputShape: Shape | undefined,
  place: ts.Node,
): Value {
  const { shape, range } = output(lowering, layer, inputShape);
  const node = lowering.builder.input(
    place.getText().slice(0, 60),
    { shape, dtype: 'float32', range },
    spanOf(place),
  );
  return { kind: 'tensor', node };
}

interface Output {
  readonly shape: Shape | undefined;
  readonly range: Range;
}

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

function output(lowering: Lowering, layer: LayerValue, input: Shape | undefined): Output {
  if (layer.type === 'sequential') {
    let current: Output = { shape: input, range: assumedInput() };
    if (layer.layers.length === 0) return { shape: undefined, range: unknownRange() };
    for (const inner of layer.layers) {
      if (inner.kind !== 'layer') return { shape: undefined, range: unknownRange() };
      current = output(lowering, inner, current.shape);
    }
    return current;
  }
  const config = layer.config?.kind === 'object' ? layer.config : undefined;
  const range = activationRange(layer.type, config);
  const units = asNumber(config?.fields.get('units'));
  if (layer.type === 'layers.dense') {
    const batch: readonly Dim[] =
      input !== undefined && input.length > 0 ? input.slice(0, -1) : batchOf(lowering, config);
    const last =
      units === undefined
        ? dim(lowering.builder.freshSize())
        : dim(units, {
            axis: { id: `units of layer ${layer.id}`, label: 'the units of a dense layer' },
            one: units === 1 ? 'structural' : undefined,
          });
    return { shape: batch.length === 0 ? undefined : [...batch, last], range };
  }
  if (SAME_SHAPE.has(layer.type)) return { shape: input, range };
  if (layer.type === 'layers.flatten')
    return {
      shape:
        input === undefined || input.length === 0
          ? undefined
          : [input[0]!, dim(lowering.builder.freshSize())],
      range,
    };
  // Models and layers that are not described: anything finite, of any shape.
  return { shape: undefined, range: layer.type.startsWith('layers.') ? range : unknownRange() };
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
    default:
      return type === 'layers.dense' || type.startsWith('layers.conv')
        ? assumedInput()
        : { ...unknownRange(), mayBeNaN: false };
  }
}
