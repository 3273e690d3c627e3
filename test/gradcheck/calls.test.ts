/** Calls that cannot be answered, functions that do more than compute, and what a check leaves behind: nothing. */
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  checkGradient,
  GradientCheckError,
  type GradientInput,
  type GradientOptions,
} from '../../src/gradcheck/index.js';

type AnyFunction = (...inputs: never[]) => tf.Tensor;
const check = (
  fn: AnyFunction,
  inputs: GradientInput | readonly GradientInput[],
  options?: GradientOptions,
) => checkGradient(fn, inputs, { tf, ...options });

async function refusal(fn: unknown, inputs: unknown, options: object = {}): Promise<[string, string]> {
  const before = tf.memory().numTensors;
  const error: unknown = await check(fn as AnyFunction, inputs as GradientInput, options).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(GradientCheckError);
  expect(tf.memory().numTensors).toBe(before);
  return [(error as GradientCheckError).code, (error as Error).message];
}

beforeEach(() => tf.setBackend('cpu'));

describe('calls that cannot be answered say why', () => {
  const square = (x: tf.Tensor): tf.Tensor => x.square();
  const cases: [string, unknown, unknown, string, string][] = [
    ['no function', 3, [1], 'bad-call', 'The first argument is a number, not a function of tensors.'],
    [
      'no inputs',
      square,
      [],
      'bad-call',
      'There are no inputs. Pass one for each parameter of the function.',
    ],
    [
      'a vector without its list',
      square,
      [1, 2, 3],
      'bad-call',
      'The function takes 1 tensor, and there are 3 inputs. Inputs are a list with one entry a parameter: write [[1, 2, 3]] for one vector.',
    ],
    [
      'an input that is none',
      square,
      ['1'],
      'bad-input',
      'Input 0 is a string. Pass a tensor, a number, or nested arrays of numbers.',
    ],
    [
      'rows of different lengths',
      square,
      [[[1, 2], [3]]],
      'bad-input',
      'Input 0 has rows of different lengths. Nested arrays have to be rectangular.',
    ],
    [
      'no elements',
      square,
      [[]],
      'bad-input',
      'Input 0 has no elements (shape [0]): there is nothing to differentiate by.',
    ],
    [
      'NaN',
      square,
      [[1, NaN]],
      'bad-input',
      'Input 0 is NaN at [1]: a function has no slope there. Check the gradient at finite inputs.',
    ],
    [
      'beyond float32',
      square,
      [1e300],
      'bad-input',
      'Input 0 is not finite in float32 at []: a function has no slope there. Check the gradient at finite inputs.',
    ],
    [
      'a function that throws',
      () => tf.matMul([[1]], [[1], [2]]),
      [1],
      'function-threw',
      'fn threw: Error in matMul: inner shapes (1) and (2) of Tensors with shapes 1,1 and 2,1 and transposeA=false and transposeB=false must match.',
    ],
    [
      'a function that returns nothing',
      () => undefined,
      [1],
      'no-tensor',
      'fn returns nothing, not a tensor. Return one tensor of any shape.',
    ],
    [
      'an asynchronous function',
      async (x: tf.Tensor) => Promise.resolve(x),
      [1],
      'no-tensor',
      'fn returns a promise. TensorFlow.js differentiates synchronous functions alone: await before, and pass what was awaited in.',
    ],
    [
      'a shape that depends on values',
      (x: tf.Tensor) => x.slice([0], [x.dataSync()[0]! > 1 ? 1 : 2]),
      [[1, 2]],
      'shape-changed',
      'fn returned the shape [2], and [1] for an input that differs in its values alone. A shape that depends on values has no gradient: fix what is selected, and check the rest.',
    ],
  ];
  test.each(cases)('%s', async (_, fn, inputs, code, message) => {
    if (typeof fn === 'function') Object.defineProperty(fn, 'name', { value: 'fn' });
    expect(await refusal(fn, inputs)).toEqual([code, message]);
  });

  test('integers, strings, disposed tensors', async () => {
    const [whole, text, gone] = [tf.tensor1d([1], 'int32'), tf.tensor1d(['a']), tf.scalar(1)];
    gone.dispose();
    expect((await refusal(square, [whole]))[1]).toMatch(
      /^Input 0 is a tensor of int32, which has no gradient/,
    );
    expect((await refusal(square, [text]))[1]).toMatch(/^Input 0 is a tensor of string/);
    expect((await refusal(square, [gone]))[1]).toBe('Input 0 has been disposed.');
    tf.dispose([whole, text]);
  });

  test('options out of range, and inputs outside of their domain', async () => {
    expect((await refusal(square, [1], { order: 3 }))[1]).toBe('The option `order` is 3; it takes 1 or 2.');
    expect((await refusal(square, [1], { tf: {} }))[0]).toBe('no-tensorflow');
    expect((await refusal(square, [2], { domain: { low: 0, high: 1 } }))[1]).toBe(
      'Input 0 is 2, outside of its domain [0, 1].',
    );
  });
});

describe('functions that do more than compute', () => {
  test('fresh randomness is said, with the way to seed it', async () => {
    const { verdict, message } = await check((x: tf.Tensor) => x.mul(tf.randomNormal([2])), [[1, 2]]);
    expect(verdict).toBe('inconclusive');
    expect(message).toMatch(/draws new random numbers each time. Give the op a seed/);
    expect(
      (await check((x: tf.Tensor) => x.mul(tf.randomNormal([2], 0, 1, 'float32', 7)), [[1, 2]])).verdict,
    ).toBe('correct');
  });

  test('tensors left behind are counted, and disposed', async () => {
    const before = tf.memory().numTensors;
    const report = await check((x: tf.Tensor) => tf.keep(x.square()).sum(), [[1, 2]]);
    expect(report.evidence.leaked).toBe(1);
    expect(report.message).toMatch(/Each call leaves 1 tensor behind/);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a variable that is changed gets its value back', async () => {
    const count = tf.variable(tf.scalar(1));
    const report = await check(
      (x: tf.Tensor) => {
        count.assign(count.add(1) as tf.Scalar);
        return x.mul(count);
      },
      [2],
    );
    expect([report.verdict, count.dataSync()[0]]).toEqual(['correct', 1]);
    count.dispose();
  });

  test('a layer is built once, and stays built', async () => {
    const layer = tf.layers.dense({ units: 2, activation: 'tanh' });
    const inputs = [[[0.1, 0.2]]];
    const apply = (x: tf.Tensor): tf.Tensor => layer.apply(x) as tf.Tensor;
    expect((await check(apply, inputs)).verdict).toBe('correct');
    const before = tf.memory().numTensors;
    expect((await check(apply, inputs)).verdict).toBe('correct');
    expect(tf.memory().numTensors).toBe(before);
    expect(layer.getWeights()[0]!.dataSync()).toBeInstanceOf(Float32Array);
  });

  test('a cache that the function fills stays usable', async () => {
    let cache: tf.Tensor | undefined;
    const fn = (x: tf.Tensor): tf.Tensor => x.mul((cache ??= tf.keep(tf.scalar(0.5))));
    expect((await check(fn, [[1, 2]])).verdict).toBe('correct');
    expect(cache!.dataSync()[0]).toBe(0.5);
    cache!.dispose();
  });

  test('an input that the result does not depend on is no error; none that it does is one', async () => {
    expect((await check((a: tf.Tensor, b: tf.Tensor) => (void b, a.square()), [[1, 2], [3]])).verdict).toBe(
      'correct',
    );
    expect((await check((x: tf.Tensor) => (void x, tf.ones([2])), [[1, 2]])).verdict).toBe(
      'missing-gradient',
    );
  });
});

describe('what a check leaves behind', () => {
  test('inputs, backend, globals and memory are as before, right or wrong', async () => {
    const x = tf.tensor1d([0.1, 0.2]);
    const before = {
      memory: JSON.stringify(tf.memory()),
      array: globalThis.Float32Array,
      random: Math.random,
    };
    await check((a: tf.Tensor) => a.exp(), [x]);
    await check((a: tf.Tensor) => tf.topk(a, 1).values, [x]);
    await check((a: tf.Tensor) => a.exp(), [x], { order: 2 });
    await refusal((a: tf.Tensor) => tf.matMul(a as tf.Tensor2D, a as tf.Tensor2D), [x]);
    expect(JSON.stringify(tf.memory())).toBe(before.memory);
    expect([globalThis.Float32Array, Math.random]).toEqual([before.array, before.random]);
    expect([tf.getBackend(), x.dataSync()]).toEqual(['cpu', new Float32Array([0.1, 0.2])]);
    expect(tf.engine().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
    x.dispose();
  });

  test('the same seed, the same report', async () => {
    const fn = (x: tf.Tensor): tf.Tensor => tf.softmax(x);
    const [one, other] = [
      await check(fn, [[1, 2, 3]], { seed: 5 }),
      await check(fn, [[1, 2, 3]], { seed: 5 }),
    ];
    expect({ ...one, elapsedMs: 0 }).toEqual({ ...other, elapsedMs: 0 });
  });

  test('10,000 elements take well under 100 runs', async () => {
    const x = tf.randomNormal([10_000], 0, 1, 'float32', 3);
    const { verdict, evaluations } = await check((a: tf.Tensor) => a.tanh().sum(), [x]);
    expect(verdict).toBe('correct');
    expect(evaluations).toBeLessThan(60);
    x.dispose();
  });
});

describe('TensorFlow.js is found', () => {
  test('without being passed', async () => {
    expect((await checkGradient((x: tf.Tensor) => x.square(), [3])).worst).toMatchObject({
      input: 0,
      index: [],
      at: 3,
      autodiff: 6,
    });
  });
});

describe('domain', () => {
  test('no step leaves it', async () => {
    const seen: number[] = [];
    const report = await check((x: tf.Tensor) => (seen.push(x.dataSync()[0]!), x.sqrt()), [0.5], {
      domain: { low: 0.495, high: 1 },
    });
    expect(report.verdict).toBe('correct');
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(0.495);
  });
});
