/** Which operation has the wrong gradient, where the gradient of a function is wrong. */
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Float64Backend } from '../../src/float64/backend.js';
import { tensorFlow } from '../../src/float64/tensorflow.js';
import { kernelAtFault } from '../../src/gradcheck/fault.js';
import { checkGradient, type GradientReport } from '../../src/gradcheck/index.js';
import { readInputs } from '../../src/gradcheck/inputs.js';
import { Subject, type TensorFunction } from '../../src/gradcheck/subject.js';
import { xorshift32 } from '../../src/random.js';
import { composition } from './compositions.js';
import { families } from './suite/index.js';

beforeEach(() => tf.setBackend('cpu'));

/** Each operation has a sub-gradient there. */
const TIES = ['the largest of two copies of x', 'the smallest of three copies of x'];

/** The cube, with a gradient that is asked for. */
const cube = (slope: (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor): ((x: tf.Tensor) => tf.Tensor) =>
  tf.customGrad((x, save) => {
    (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
    return {
      value: (x as tf.Tensor).pow(3),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => slope(saved[0]!, dy),
    };
  }) as (x: tf.Tensor) => tf.Tensor;

const kernelOf = ({ verdict, kernel, during }: GradientReport): unknown[] => [verdict, kernel, during];

describe('the kernel at fault', () => {
  test('a custom gradient between operations that are right', async () => {
    const wrong = cube((x, dy) => x.square().mul(2).mul(dy));
    const before = tf.memory().numTensors;
    const loss = (x: tf.Tensor): tf.Tensor => wrong(x.sin().mul(x)).exp().mean();
    const report = await checkGradient(loss, [[0.3, 0.7, 1.1]], { tf });
    expect(kernelOf(report)).toEqual(['wrong-gradient', 'custom gradient', 'backward']);
    expect(report.message).toMatch(
      /At fault is the custom gradient: alone, it does not give the slope of its own value\.$/,
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
    expect(Object.hasOwn(tf.engine(), 'runKernelFunc')).toBe(false);
  });

  test('a custom gradient that forgets what comes from above', async () => {
    const wrong = cube((x) => x.square().mul(3));
    const report = await checkGradient((x: tf.Tensor) => wrong(x).sum(), [[0.3, 0.7]], { tf });
    expect(kernelOf(report)).toEqual(['wrong-gradient', 'custom gradient', 'backward']);
  });

  test('a gradient that was registered', async () => {
    const right = tf.getGradient('Sinh');
    tf.unregisterGradient('Sinh');
    tf.registerGradient({
      kernelName: 'Sinh',
      inputsToSave: ['x'],
      gradFunc: (dy, saved) => ({ x: () => (dy as tf.Tensor).mul(saved[0]!.sinh()) }),
    });
    try {
      const loss = (x: tf.Tensor): tf.Tensor =>
        x
          .square()
          .sinh()
          .mul(x.reshape([-1]))
          .sum();
      const report = await checkGradient(loss, [[0.3, 0.7]], { tf });
      expect(kernelOf(report)).toEqual(['wrong-gradient', 'Sinh', 'backward']);
      expect(report.message).toContain('At fault is the gradient of Sinh:');
    } finally {
      tf.unregisterGradient('Sinh');
      tf.registerGradient(right);
    }
  });

  test('none, where every gradient is right', async () => {
    const right = cube((x, dy) => x.square().mul(3).mul(dy));
    const report = await checkGradient((x: tf.Tensor) => right(x).mul(x).sum(), [[0.3, 0.7]], { tf });
    expect(kernelOf(report)).toEqual(['correct', undefined, undefined]);
  });

  test('in the labelled suite: all but a constant made of the input, and ties that add up', async () => {
    const unnamed: string[] = [];
    for (const family of ['wrong formula', 'wrong shape', 'wrong in TensorFlow.js'])
      for (const { name, fn, inputs } of families[family]!) {
        const { verdict, kernel } = await checkGradient(fn, inputs as never, { tf });
        if (verdict === 'wrong-gradient' && kernel === undefined) unnamed.push(name);
      }
    expect(unnamed).toEqual(['a constant taken out of the graph', ...TIES]);
  });

  test('none in random functions, whose gradients are right', async () => {
    const named: string[] = [];
    for (let seed = 1; seed <= 100; seed += 1) {
      const { text, fn, inputs } = composition(seed);
      const { forms, point } = await readInputs(fn as never, inputs as never, 'float32');
      const subject = new Subject(
        Float64Backend.of(tensorFlow(tf)),
        fn as never as TensorFunction,
        forms,
        text,
      );
      subject.value(point);
      const kernel = kernelAtFault(subject, point, xorshift32(seed));
      subject.close();
      if (kernel !== undefined) named.push(`${text}: ${kernel}`);
    }
    expect(named).toEqual([]);
  });
});

describe('the kernel at fault for a second derivative', () => {
  test('one that saves its output', async () => {
    const before = tf.memory().numTensors;
    const loss = (x: tf.Tensor): tf.Tensor => x.sin().exp().mul(x).sum();
    const report = await checkGradient(loss, [[0.3, 0.7]], { tf, order: 2 });
    expect([report.order, ...kernelOf(report)]).toEqual([2, 'wrong-gradient', 'Exp', 'backward']);
    expect(report.message).toMatch(
      /At fault is the gradient of Exp: it is right itself, its own gradient is not\.$/,
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
  });

  test('one whose gradient has none, behind which nothing that moves comes from above', async () => {
    const loss = (x: tf.Tensor): tf.Tensor => x.mul(-1).sub(1).elu();
    const report = await checkGradient(loss, [[0.3, 0.7]], { tf, order: 2 });
    expect([report.verdict, report.kernel]).toEqual(['missing-gradient', 'Elu']);
  });

  test('a custom gradient that computes outside of the record', async () => {
    const detached = cube((x, dy) => tf.tensor(x.square().mul(3).arraySync()).mul(dy));
    const report = await checkGradient((x: tf.Tensor) => detached(x).mul(x), [[0.3, 0.7]], { tf, order: 2 });
    expect([report.order, ...kernelOf(report)]).toEqual([2, 'wrong-gradient', 'custom gradient', 'backward']);
  });

  test('in random functions only those that the census names too', async () => {
    const named = new Set<string>();
    for (let seed = 1; seed <= 60; seed += 1) {
      const { fn, inputs } = composition(seed);
      const report = await checkGradient(fn as never, inputs as never, { tf, order: 2 });
      if (report.order !== 2 || report.verdict !== 'wrong-gradient') continue;
      named.add(report.kernel ?? 'none');
    }
    // The custom gradient is that of tf.logSoftmax.
    expect([...named].sort()).toEqual(['Elu', 'Exp', 'Sigmoid', 'Softmax', 'Tanh', 'custom gradient']);
  });
});
