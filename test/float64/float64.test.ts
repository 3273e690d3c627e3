import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  inFloat64,
  registerFloat64,
  roundToFloat16,
  TensorFlowUnusable,
  type Precision,
} from '../../src/float64/index.js';

beforeEach(() => tf.setBackend('cpu'));

describe('inFloat64', () => {
  test('computes what float32 cannot hold', () => {
    expect(tf.exp(100).dataSync()[0]).toBe(Infinity);
    expect(inFloat64(() => tf.exp(100).dataSync()[0])).toBe(Math.exp(100));
  });

  test('numbers enter as they are', () => {
    expect(inFloat64(() => tf.scalar(0.1).dataSync()[0])).toBe(0.1);
    expect(inFloat64(() => tf.tensor1d(new Float64Array([0.1]) as never).dataSync()[0])).toBe(0.1);
    expect(inFloat64(() => tf.scalar(0.1).dataSync()[0], { precision: 'float32' })).toBe(Math.fround(0.1));
  });

  test('optimizers and layers add the epsilon of the precision', () => {
    const epsilon = (precision: Precision): number => inFloat64(() => tf.backend().epsilon(), { precision });
    expect([epsilon('float16'), epsilon('float32'), epsilon('float64')]).toEqual([1e-4, 1e-7, 1e-7]);
    expect(tf.backend().epsilon()).toBe(1e-7);
  });

  test('gradients, layers and optimizers are float64 too', () => {
    const slope = inFloat64(
      () =>
        tf
          .grad((x) => x.tanh().sum())(tf.scalar(0.3))
          .dataSync()[0]!,
    );
    expect(slope).toBeCloseTo(1 - Math.tanh(0.3) ** 2, 15);

    const [plain, exact] = [() => trained(), () => inFloat64(trained)].map((run) => run());
    expect(plain).toBeCloseTo(exact!, 5);
    expect(Math.fround(exact!)).not.toBe(exact);
  });

  test('leaves tensors, variables, globals and the backend as they were', () => {
    const before = { memory: tf.memory().numTensors, array: globalThis.Float32Array };
    const x = tf.tensor1d([1, 2]);
    const weight = tf.variable(tf.scalar(3));
    const z = tf.complex([1], [2]);
    const sum = inFloat64(() =>
      tf.tidy(() => x.mul(weight).add(x.clone()).sum().add(tf.real(z)).dataSync()[0]),
    );
    expect(sum).toBe(13);
    expect(() => inFloat64(() => tf.matMul([[1]], [[1], [2]]))).toThrow();
    expect(tf.getBackend()).toBe('cpu');
    expect(globalThis.Float32Array).toBe(before.array);
    for (const tensor of [x, weight, z]) expect(tensor.dataSync()).toBeInstanceOf(Float32Array);
    expect(Array.from(x.add(weight).dataSync())).toEqual([4, 5]);
    tf.dispose([x, weight, z]);
    expect(tf.memory().numTensors).toBeGreaterThanOrEqual(before.memory);
    const platform = tf.env().platform as { isTypedArray?(value: unknown): boolean };
    expect(platform.isTypedArray?.(new Float64Array(1))).toBe(false);
  });

  test('a tensor that is cloned and disposed inside lives on outside', () => {
    const x = tf.tensor1d([1, 2]);
    inFloat64(() => tf.tidy(() => x.clone().reshape([2, 1]).add(1).dispose()));
    expect(Array.from(x.dataSync())).toEqual([1, 2]);
    x.dispose();
    expect(x.isDisposed).toBe(true);
  });

  test('kernels that were registered for the cpu backend come along', () => {
    tf.registerKernel({
      kernelName: 'Twice',
      backendName: 'cpu',
      kernelFunc: ({ inputs, backend }) => {
        const x = inputs['x'] as tf.TensorInfo;
        const cpu = backend as {
          data: { get(id: object): { values: Float32Array } };
          makeTensorInfo(shape: number[], dtype: string, values: Float32Array): tf.TensorInfo;
        };
        return cpu.makeTensorInfo(
          x.shape,
          x.dtype,
          cpu.data.get(x.dataId).values.map((v) => 2 * v),
        );
      },
    });
    const twice = (): number =>
      tf
        .engine()
        .runKernel<tf.Tensor>('Twice', { x: tf.scalar(0.1) })
        .dataSync()[0]!;
    expect([twice(), inFloat64(twice)]).toEqual([Math.fround(0.2), 0.2]);
  });

  test('says what it needs', () => {
    expect(() => inFloat64(() => 1, { tf: {} })).toThrow(TensorFlowUnusable);
  });
});

describe("tf.setBackend('float64')", () => {
  beforeEach(() => {
    registerFloat64(tf);
    registerFloat64(tf); // once is enough, twice does no harm
    return tf.setBackend('float64');
  });
  afterEach(() => tf.setBackend('cpu'));

  test('computes in float64, takes float64 arrays, and asynchronously', async () => {
    expect(tf.exp(100).dataSync()[0]).toBe(Math.exp(100));
    expect((await tf.tensor1d([1, 3]).div(3).data())[0]).toBe(1 / 3);
  });
});

describe('float32 and float16 by rounding', () => {
  test('float32 is a plain float32 run', () => {
    const program = (): ArrayLike<number> =>
      tf.tidy(() => tf.range(1, 50).mul(0.37).sin().exp().div(3).dataSync());
    expect(Array.from(inFloat64(program, { precision: 'float32' }))).toEqual(Array.from(program()));
  });

  test.each([
    [65504, 65504],
    [65519, 65504],
    [65520, Infinity],
    [-1e9, -Infinity],
    [2 ** -24, 2 ** -24],
    [2 ** -25, 0], // a tie, to even
    [1.5 * 2 ** -24, 2 * 2 ** -24],
    [2 ** -14 + 2 ** -25, 2 ** -14],
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [0.1, 0.0999755859375],
    [NaN, NaN],
    [0, 0],
  ])('%d is %d in float16', (value, float16) => expect(roundToFloat16(value)).toBe(float16));

  test('float16 has its range', () => {
    const squares = inFloat64(() => Array.from(tf.square([255, 256, 1e-4]).dataSync()), {
      precision: 'float16',
    });
    expect(squares).toEqual([65024, Infinity, 0]);
  });
});

/** The loss after some steps of training a layers model. */
function trained(): number {
  return tf.tidy(() => {
    const layer = tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' });
    const model = tf.sequential({ layers: [layer] });
    const [x, y] = [
      tf.tensor2d([
        [0.1, 0.2],
        [0.3, 0.5],
      ]),
      tf.tensor2d([[1], [2]]),
    ];
    const optimizer = tf.train.adam(0.01);
    const loss = (): tf.Scalar => tf.losses.meanSquaredError(y, model.predict(x) as tf.Tensor);
    for (let step = 0; step < 3; step += 1) optimizer.minimize(loss);
    return loss().dataSync()[0]!;
  });
}
