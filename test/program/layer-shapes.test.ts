/** The rows of the layers against tfjs-layers itself: what each makes of a shape, in many configurations. */
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { dim, showShape, symbol, type Shape } from '../../src/facts/shape.js';
import type { LayerCall } from '../../src/program/layers/layer-call.js';
import { layerRow } from '../../src/program/layers/layer-shapes.js';
import { array, constant, record, type LayerValue, type Value } from '../../src/program/values.js';

type Config = Readonly<Record<string, unknown>>;
/** A layer within a layer: its name and configuration. */
interface Inner {
  readonly of: string;
  readonly config: Config;
}

const B = 2; // the batch

const picture = [B, 13, 10, 4];
const sequence = [B, 7, 5];
const film = [B, 4, 13, 10, 3];
const flat = [B, 6];

const CASES: readonly [string, Config, ...(readonly number[])[]][] = [
  ['dense', { units: 3 }, flat],
  ['dense', { units: 1, activation: 'relu' }, sequence],
  ['activation', { activation: 'tanh' }, sequence],
  ['dropout', { rate: 0.5 }, flat],
  ['batchNormalization', {}, picture],
  ['layerNormalization', {}, sequence],
  ['leakyReLU', {}, flat],
  ['softmax', {}, flat],
  ['flatten', {}, picture],
  ['reshape', { targetShape: [2, 3] }, flat],
  ['reshape', { targetShape: [-1, 2] }, flat],
  ['permute', { dims: [2, 1] }, sequence],
  ['repeatVector', { n: 4 }, flat],
  ['embedding', { inputDim: 50, outputDim: 8 }, [B, 12]],
  ['conv1d', { filters: 2, kernelSize: 3 }, sequence],
  ['conv1d', { filters: 2, kernelSize: 3, strides: 2, padding: 'same' }, sequence],
  ['conv2d', { filters: 8, kernelSize: 3 }, picture],
  ['conv2d', { filters: 8, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }, picture],
  ['conv2d', { filters: 8, kernelSize: 3, dilationRate: 2 }, picture],
  ['conv2d', { filters: 1, kernelSize: 5, strides: 2 }, picture],
  ['conv3d', { filters: 2, kernelSize: 2 }, [B, 5, 6, 7, 3]],
  ['separableConv2d', { filters: 5, kernelSize: 3 }, picture],
  ['depthwiseConv2d', { kernelSize: 3, depthMultiplier: 2 }, picture],
  ['depthwiseConv2d', { kernelSize: 3, strides: 2, padding: 'same' }, picture],
  ['conv2dTranspose', { filters: 3, kernelSize: 5, strides: 2, padding: 'same' }, picture],
  ['conv2dTranspose', { filters: 3, kernelSize: 5, strides: 2 }, picture],
  ['conv3dTranspose', { filters: 3, kernelSize: 2, strides: 2 }, [B, 4, 4, 4, 2]],
  ['maxPooling1d', {}, sequence],
  ['maxPooling1d', { poolSize: 3, strides: 1 }, sequence],
  ['maxPooling2d', {}, picture],
  ['maxPooling2d', { poolSize: [3, 2], strides: [2, 2] }, picture],
  ['maxPooling2d', { poolSize: 2, strides: 2, padding: 'same' }, picture],
  ['averagePooling2d', { poolSize: 3 }, picture],
  ['averagePooling3d', { poolSize: 2 }, [B, 5, 6, 7, 3]],
  ['globalAveragePooling1d', {}, sequence],
  ['globalMaxPooling2d', {}, picture],
  ['globalAveragePooling2d', {}, picture],
  ['upSampling2d', {}, picture],
  ['upSampling2d', { size: [2, 3] }, picture],
  ['zeroPadding2d', {}, picture],
  ['zeroPadding2d', { padding: 2 }, picture],
  [
    'zeroPadding2d',
    {
      padding: [
        [1, 2],
        [3, 4],
      ],
    },
    picture,
  ],
  [
    'cropping2D',
    {
      cropping: [
        [1, 2],
        [3, 1],
      ],
    },
    picture,
  ],
  ['resizing', { height: 20, width: 30 }, picture],
  ['centerCrop', { height: 6, width: 5 }, picture],
  ['rescaling', { scale: 2, offset: 1 }, picture],
  ['lstm', { units: 6 }, sequence],
  ['gru', { units: 6, returnSequences: true }, sequence],
  ['simpleRNN', { units: 6, returnSequences: false }, sequence],
  ['rnn', { cell: { of: 'gruCell', config: { units: 4 } } }, sequence],
  ['rnn', { cell: [3, 4].map((units) => ({ of: 'lstmCell', config: { units } })) }, sequence],
  ['convLstm2d', { filters: 3, kernelSize: 3 }, film],
  [
    'convLstm2d',
    { filters: 3, kernelSize: [3, 2], strides: 2, padding: 'same', returnSequences: true },
    film,
  ],
  ['bidirectional', { layer: { of: 'lstm', config: { units: 3 } } }, sequence],
  [
    'bidirectional',
    { layer: { of: 'gru', config: { units: 3, returnSequences: true } }, mergeMode: 'sum' },
    sequence,
  ],
  ['timeDistributed', { layer: { of: 'dense', config: { units: 3 } } }, sequence],
  ['timeDistributed', { layer: { of: 'conv2d', config: { filters: 3, kernelSize: 3 } } }, [B, 4, 9, 9, 1]],
  ['concatenate', {}, sequence, [B, 7, 2]],
  ['concatenate', { axis: 1 }, sequence, [B, 3, 5], [B, 1, 5]],
  ['add', {}, sequence, sequence],
  ['multiply', {}, sequence, [B, 5]],
  ['average', {}, [B, 1, 5], sequence],
  ['maximum', {}, flat, [B, 2, 6, 6]],
  ['dot', { axes: 1 }, flat, flat],
  ['categoryEncoding', { numTokens: 4, outputMode: 'multiHot' }, flat],
];

const isInner = (value: unknown): value is Inner =>
  typeof value === 'object' && value !== null && 'of' in value;

/** The configuration as the code under analysis would give it. */
function asValue(value: unknown): Value {
  if (Array.isArray(value)) return array(value.map(asValue));
  if (isInner(value)) return layerValue(value);
  return constant(value as number);
}

const asConfig = (config: Config) =>
  record(Object.entries(config).map(([name, value]) => [name, asValue(value)]));

const layerValue = ({ of, config }: Inner): LayerValue => ({
  kind: 'layer',
  type: `layers.${of}`,
  config: asConfig(config),
  layers: [],
  id: 1,
});

/** A layer as its row sees it. */
function callOf({ config }: Inner, inputs: readonly (Shape | undefined)[]): LayerCall {
  let fresh = 0;
  const within = (layer: LayerValue, input: Shape | undefined): LayerCall => ({
    ...call,
    config: layer.config as never,
    inputs: [input],
  });
  const call: LayerCall = {
    id: 1,
    config: asConfig(config),
    inputs,
    freshSize: () => symbol(`?${(fresh += 1)}`),
    inner: (layer, input) => layerRow(layer.type)!.shape(within(layer, input)),
    innerOutputs: (layer, input) => layerRow(layer.type)!.outputs?.(within(layer, input)),
    property: () => undefined,
  };
  return call;
}

const predicted = (layer: Inner, inputs: readonly (Shape | undefined)[]): Shape | undefined =>
  layerRow(`layers.${layer.of}`)!.shape(callOf(layer, inputs));

type Factories = Readonly<Record<string, (config: unknown) => tf.layers.Layer>>;

/** The same, made by TensorFlow.js. */
function made({ of, config }: Inner): tf.layers.Layer {
  const built = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(built) : isInner(value) ? made(value) : value;
  const inner = Object.entries(config).map(([name, value]) => [name, built(value)]);
  return (tf.layers as unknown as Factories)[of]!(Object.fromEntries(inner));
}

const asShape = (sizes: readonly number[]): Shape => sizes.map((size) => dim(size));

const asSizes = (shape: Shape | undefined) => shape?.map(({ size }) => size);

test.each(CASES.map(([of, config, ...inputs]) => [of, JSON.stringify(config), config, inputs] as const))(
  '%s %s',
  (of, _, config, inputs) => {
    // First: TensorFlow.js writes into the configuration that it is given.
    const shape = asSizes(predicted({ of, config }, inputs.map(asShape)));
    const given = inputs.map((sizes) => tf.zeros([...sizes]));
    const output = made({ of, config }).apply(given.length === 1 ? given[0]! : given) as tf.Tensor;
    expect(shape).toEqual(output.shape);
  },
);

/** Layers that give their states too. */
const WITH_STATES: readonly [string, Config, readonly number[]][] = [
  ['simpleRNN', { units: 6, returnState: true }, sequence],
  ['gru', { units: 6, returnState: true, returnSequences: true }, sequence],
  ['lstm', { units: 6, returnState: true, returnSequences: true }, sequence],
  ['rnn', { cell: { of: 'lstmCell', config: { units: 4 } }, returnState: true }, sequence],
  [
    'rnn',
    { cell: [3, 4].map((units) => ({ of: 'lstmCell', config: { units } })), returnState: true },
    sequence,
  ],
  ['convLstm2d', { filters: 3, kernelSize: 3, returnState: true }, film],
  ['bidirectional', { layer: { of: 'lstm', config: { units: 3, returnState: true } } }, sequence],
  ['bidirectional', { layer: { of: 'gru', config: { units: 3 } }, mergeMode: null }, sequence],
];

test.each(WITH_STATES.map(([of, config, input]) => [of, JSON.stringify(config), config, input] as const))(
  'states of %s %s',
  (of, _, config, input) => {
    const layer = { of, config };
    const shapes = layerRow(`layers.${of}`)!.outputs!(callOf(layer, [asShape(input)]))!.map(asSizes);
    const outputs = made(layer).apply(tf.zeros([...input])) as tf.Tensor[];
    expect(shapes).toEqual(outputs.map(({ shape }) => shape));
  },
);

test('a layer that nobody gave an input has the one that it declares', () => {
  const config = { inputShape: [28, 28, 1], filters: 8, kernelSize: 5 };
  expect(
    predicted({ of: 'conv2d', config }, [])
      ?.map(({ size }) => size)
      .slice(1),
  ).toEqual([24, 24, 8]);
  expect(predicted({ of: 'dense', config: { units: 3 } }, [])).toBeUndefined();
});

test('a size that is not known is one of its own, and the rank is known all the same', () => {
  const picture = [dim(symbol('B')), dim(symbol('H')), dim(9), dim(3)];
  expect(showShape(predicted({ of: 'maxPooling2d', config: {} }, [picture]))).toBe('[B, ?1, 4, 3]');
  expect(showShape(predicted({ of: 'conv2d', config: { filters: 8, kernelSize: 3 } }, []))).toBe(
    '[?1, ?5, ?6, 8]',
  );
});
