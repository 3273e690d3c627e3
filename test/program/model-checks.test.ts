/** What is asked of shapes where a model is put together, or handed data. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { shapeOf, symbol } from '../../src/facts/shape.js';
import type { LayerCall } from '../../src/program/layers/layer-call.js';
import { layerFault } from '../../src/program/layers/layer-faults.js';
import { array, constant, record, type ObjectValue } from '../../src/program/values.js';
import { lower } from './lower.js';

/** Why a program is certain to throw, in its order. */
const faults = (program: string): string[] =>
  lower(program)
    .lowered.units.flatMap(({ nodes }) => nodes)
    .flatMap(({ throws }) => (throws === undefined ? [] : [throws]));

const classifier = (more: string): string => `
const model = tf.sequential();
model.add(tf.layers.dense({ units: 3, inputShape: [4], activation: 'softmax' }));
model.compile({ optimizer: 'sgd', loss: '${more}' });`;

describe('an example', () => {
  it('needs a batch, though it is alone', () => {
    expect(faults(`${classifier('meanSquaredError')}\nmodel.predict(tf.zeros([4]));`)).toEqual([
      'a model that takes [batch, 4] is given [4]',
    ]);
  });

  it('has the features that the model declares', () => {
    const program = `
const input = tf.input({ shape: [28, 28, 1] });
const model = tf.model({ inputs: input, outputs: tf.layers.flatten().apply(input) });
model.predict(tf.zeros([5, 28, 28, 1]));
model.predict(tf.zeros([5, 28, 28, 3]));`;
    expect(faults(program)).toEqual(['a model that takes [batch, 28, 28, 1] is given [5, 28, 28, 3]']);
  });

  it('of a size that is not declared may have any', () => {
    const program = `
const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [null, null, 3] })] });
model.predict(tf.zeros([5, 28, 30, 3]));`;
    expect(faults(program)).toEqual([]);
  });
});

describe('a row of numbers', () => {
  const pixels = (length: string): string => `
const SIZE = 28;
function read(canvas) {
  const pixels = new Float32Array(${length});
  const context = canvas.getContext('2d');
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[i * 4 + 3] > 128 ? 1 : 0;
  return pixels;
}
const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [784] })] });
const classify = (canvas) => model.predict(tf.tensor(read(canvas)));`;

  it('that a function without tensors fills is as long as it is made', () => {
    expect(faults(pixels('SIZE * SIZE'))).toEqual(['a model that takes [batch, 784] is given [784]']);
    expect(faults(pixels('canvas.width'))).toHaveLength(1);
  });

  it('is taken for as many examples of one number by `predict`', () => {
    const program = `
const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [1] })] });
model.predict(tf.tensor1d([5, 6])).add(tf.zeros([2, 4]));`;
    expect(faults(program)).toEqual([
      'operands could not be broadcast together with shapes [2, 3] and [2, 4]',
    ]);
  });
});

describe('the examples of a dataset', () => {
  const train = (dataset: string): string => `
const rows = [[1, 2, 3], [4, 5, 6]];
const examples = tf.data.array(rows).map((row) => ({ xs: tf.tensor1d(row), ys: tf.tensor1d([1]) }));
const model = tf.sequential();
model.add(tf.layers.dense({ units: 1, inputShape: [4] }));
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fitDataset(${dataset}, { epochs: 1 });`;

  it('have the features that the model declares', () => {
    expect(faults(train('examples.shuffle(10).batch(2)'))).toEqual([
      'a model that takes [batch, 4] is given [?2, 3]',
    ]);
  });

  it('are not put into a batch by themselves', () => {
    expect(faults(train('examples'))).toEqual(['a model that takes [batch, 4] is given [3]']);
  });

  const inputs = 'tf.data.array([[1, 2, 3, 4], [5, 6, 7, 8]])';

  it('are not put into a batch where they are lists of numbers either', () => {
    const examples = `tf.data.zip({ xs: ${inputs}, ys: tf.data.array([[1], [2]]) })`;
    expect(faults(train(examples))).toEqual([
      'a model that takes [batch, 4] is given [4]',
      'a model that gives [batch, 1] is compared with targets of [1]',
    ]);
    expect(faults(train(`${examples}.batch(2)`))).toEqual([]);
  });

  it('are all put into batches, or none is', () => {
    const labels = 'tf.data.array(Array.from({ length: 96 }, () => [Math.random()]))';
    expect(faults(train(`tf.data.zip({ xs: ${inputs}.batch(2), ys: ${labels} }).shuffle(10)`))).toEqual([
      'a model that gives [batch, 1] is compared with targets of [1]',
    ]);
  });

  it('have targets that the loss can compare', () => {
    const examples = (ys: string): string =>
      `tf.data.zip({ xs: ${inputs}, ys: tf.data.array(${ys}) }).batch(2)`;
    expect(faults(train(examples('[[1], [2]]')))).toEqual([]);
    const model = classifier('meanSquaredError');
    expect(faults(`${model}\nmodel.fitDataset(${examples('[[1, 2], [3, 4]]')}, { epochs: 1 });`)).toEqual([
      'operands could not be broadcast together with shapes [batch, 2] and [batch, 3]',
    ]);
  });

  it('may be what nothing is known of', () => {
    expect(faults(train('tf.data.csv("rows.csv").batch(2)'))).toEqual([]);
  });
});

describe('targets', () => {
  it('are one-hot for a categorical loss, and labels for a sparse one', () => {
    const fit = `\nmodel.fit(tf.zeros([8, 4]), tf.zeros([8]));`;
    expect(faults(classifier('categoricalCrossentropy') + fit)).toEqual([
      'a model that gives [batch, 3] is compared with targets of [8]',
    ]);
    expect(faults(classifier('sparseCategoricalCrossentropy') + fit)).toEqual([]);
  });

  it('are one a sequence where only the last step is given back', () => {
    const model = (returnSequences: boolean): string => `
const model = tf.sequential();
model.add(tf.layers.lstm({ units: 8, inputShape: [30, 4], returnSequences: ${String(returnSequences)} }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fit(tf.zeros([8, 30, 4]), tf.zeros([8, 1]));`;
    expect(faults(model(false))).toEqual([]);
    expect(faults(model(true))).toEqual([
      'a model that gives [batch, 30, 1] is compared with targets of [8, 1]',
    ]);
  });
});

describe('a layer', () => {
  it('that lays out anew has to lay out all', () => {
    const program = `
const model = tf.sequential();
model.add(tf.layers.dense({ units: 256, inputShape: [10] }));
model.add(tf.layers.reshape({ targetShape: [8, 8, 8] }));`;
    expect(faults(program)).toEqual([
      '`tf.layers.reshape` is to make [8, 8, 8] of the 256 elements of [256]',
    ]);
  });

  it('is put behind the layers of its own way', () => {
    const program = `
export function encoder(kind: string) {
  const model = tf.sequential();
  model.add(tf.layers.embedding({ inputDim: 99, outputDim: 8, inputLength: 12 }));
  if (kind === 'flat') model.add(tf.layers.flatten());
  else if (kind === 'convolution') model.add(tf.layers.conv1d({ filters: 4, kernelSize: 3 }));
  else model.add(tf.layers.lstm({ units: 8 }));
  model.add(tf.layers.dense({ units: 1 }));
  return model;
}`;
    expect(faults(program)).toEqual([]);
  });

  it('of the project is built for the shape that it is applied to, and called with it', () => {
    const program = `
class StepAttention extends tf.layers.Layer {
  build(inputShape) {
    this.kernel = this.addWeight('kernel', [inputShape[2], 1], 'float32', tf.initializers.ones());
  }
  call(x) {
    const [batch, steps, width] = x.shape;
    const energy = x.reshape([batch * steps, width]).matMul(this.kernel.read());
    return x.mul(energy.reshape([batch, steps]).softmax());
  }
}
new StepAttention().apply(tf.ones([2, 7, 5]));`;
    expect(faults(program)).toEqual([
      'operands could not be broadcast together with shapes [2, 7, 5] and [2, 7]',
    ]);
  });

  it('is put behind symbols, too', () => {
    const program = `
const steps = tf.layers.lstm({ units: 8 }).apply(tf.input({ shape: [12, 3] }));
tf.layers.lstm({ units: 8 }).apply(steps);`;
    expect(faults(program)).toEqual([
      '`tf.layers.lstm` takes tensors of rank 3 with the batch, and is given [?2, 8]',
    ]);
  });

  const CONFIGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    conv1d: { filters: 2, kernelSize: 2 },
    conv2d: { filters: 2, kernelSize: 2 },
    separableConv2d: { filters: 2, kernelSize: 2 },
    depthwiseConv2d: { kernelSize: 2 },
    conv2dTranspose: { filters: 2, kernelSize: 2 },
    maxPooling1d: {},
    maxPooling2d: {},
    averagePooling2d: {},
    globalMaxPooling1d: {},
    globalAveragePooling2d: {},
    upSampling2d: {},
    zeroPadding2d: {},
    repeatVector: { n: 2 },
    lstm: { units: 2 },
    gru: { units: 2 },
    simpleRNN: { units: 2 },
    flatten: {},
    dense: { units: 2 },
  };

  it.each(Object.entries(CONFIGS))(
    '%s is refused the ranks that TensorFlow.js refuses it',
    (name, config) => {
      for (const example of [[6], [6, 6], [6, 6, 6], [6, 6, 6, 6]]) {
        const fault = layerFault(`layers.${name}`, callOf(config), shapeOf(2, ...example));
        expect([example, fault !== undefined]).toEqual([example, isRefused(name, config, example)]);
      }
    },
  );
});

const callOf = (config: Readonly<Record<string, number>>): LayerCall => ({
  id: 0,
  config: record(Object.entries(config).map(([name, value]) => [name, constant(value)])) as ObjectValue,
  inputs: [],
  freshSize: () => symbol('?'),
  inner: () => undefined,
  innerOutputs: () => undefined,
  property: () => array([]),
});

function isRefused(name: string, config: object, inputShape: number[]): boolean {
  const layers = tf.layers as unknown as Record<string, (config: object) => tf.layers.Layer>;
  return tf.tidy(() => {
    try {
      const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), layers[name]!(config)] });
      model.predict(tf.ones([2, ...inputShape]));
      return false;
    } catch {
      return true;
    }
  });
}
