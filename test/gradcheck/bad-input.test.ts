/** Questions that cannot be asked, and functions that are not what they seem: what is said, word for word. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradient, GradientCheckError, type GradientReport } from '../../src/gradcheck/index.js';

type Fn = Parameters<typeof checkGradient>[0];

beforeAll(() => tf.setBackend('cpu'));

const check = (fn: unknown, inputs: unknown, options = {}): Promise<GradientReport> =>
  checkGradient(fn as Fn, inputs as never, { tf, ...options });

/** The code and the words of the refusal; no tensor is left behind. */
async function refusal(fn: unknown, inputs: unknown, options = {}): Promise<string> {
  const { numTensors } = tf.memory();
  const error: unknown = await check(fn, inputs, options).then(
    ({ verdict }) => new Error(`it said ${verdict}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GradientCheckError)) throw error;
  expect(tf.memory().numTensors).toBe(numTensors);
  return `${error.code}: ${error.message}`;
}

describe('functions that cannot be checked', () => {
  test('one that throws', async () => {
    const reshaped = (x: tf.Tensor): tf.Tensor => x.reshape([7]);
    expect(await refusal(reshaped, [[1, 2]])).toMatchInlineSnapshot(
      `"function-threw: reshaped threw: Size(2) must match the product of shape 7"`,
    );
  });

  test('one that throws beside the input that is given', async () => {
    const share = (x: tf.Tensor): tf.Tensor => {
      if (x.dataSync()[0]! > 1) throw new RangeError('a share is at most 1');
      return x.square();
    };
    expect(await refusal(share, [[1, 0.5]])).toMatchInlineSnapshot(
      `"function-threw: share threw: a share is at most 1, for an input that differs from the one given in its values alone, or in a later call. If it takes a range of values only, say so: the option \`domain\`."`,
    );
    expect((await check(share, [[1, 0.5]], { domain: { high: 1 } })).verdict).toBe('one-sided');
  });

  test('one that returns no tensor', async () => {
    const first = (x: tf.Tensor): number => x.dataSync()[0]!;
    expect(await refusal(first, [[1, 2]])).toMatchInlineSnapshot(
      `"no-tensor: first returns a number, not a tensor. Return one tensor of any shape."`,
    );
    expect(await refusal(() => undefined, [[1, 2]])).toMatchInlineSnapshot(
      `"no-tensor: fn returns nothing, not a tensor. Return one tensor of any shape."`,
    );
    const both = (x: tf.Tensor): tf.Tensor[] => [x.sin(), x.cos()];
    expect(await refusal(both, [[1, 2]])).toMatchInlineSnapshot(
      `"no-tensor: both returns an array, not a tensor. Return one tensor of any shape."`,
    );
  });

  test('one that returns a promise', async () => {
    const later = async (x: tf.Tensor): Promise<tf.Tensor> => Promise.resolve(x.square());
    expect(await refusal(later, [[1, 2]])).toMatchInlineSnapshot(
      `"no-tensor: later returns a promise. TensorFlow.js differentiates synchronous functions alone: await before, and pass what was awaited in."`,
    );
  });

  test('one whose result has another shape each time', async () => {
    let calls = 0;
    const growing = (x: tf.Tensor): tf.Tensor => x.tile([(calls += 1)]);
    expect(await refusal(growing, [[1, 2]])).toMatchInlineSnapshot(
      `"shape-changed: growing returned the shape [4], and [6] for an input that differs in its values alone. A shape that depends on values has no gradient: fix what is selected, and check the rest."`,
    );
  });

  test('something that is none', async () => {
    expect(await refusal('sin', [[1, 2]])).toMatchInlineSnapshot(
      `"bad-call: The first argument is a string, not a function of tensors."`,
    );
  });
});

describe('more inputs than the function takes', () => {
  test.each([
    [1, (x: tf.Tensor) => x.square().mean()],
    [1, new Function('return x => x.square()')()],
    [2, (x: tf.Tensor, y: tf.Tensor) => x.mul(y)],
    [
      1,
      function squared(x: tf.Tensor) {
        return x.square();
      },
    ],
  ])('are refused: %i is taken', async (taken, fn) => {
    const inputs = Array.from({ length: taken + 1 }, () => tf.tensor1d([1, 2]));
    expect(await refusal(fn, inputs)).toBe(
      `bad-call: The function takes ${taken === 1 ? '1 tensor' : '2 tensors'}, and there are ${taken + 1} inputs. ` +
        'Pass one for each parameter of the function: the gradient of what it ignores is no question.',
    );
  });

  const times = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => x.mul(y);
  test.each<[string, unknown]>([
    ['a default', (x: tf.Tensor, y: tf.Tensor = x) => x.mul(y)],
    ['a rest', (x: tf.Tensor, ...others: tf.Tensor[]) => x.mul(others[0]!)],
    [
      'arguments',
      function (x: tf.Tensor) {
        // eslint-disable-next-line prefer-rest-params
        return x.mul(arguments[1] as tf.Tensor);
      },
    ],
    ['a function that is bound', ((...all: tf.Tensor[]) => times(all[0]!, all[1]!)).bind(null)],
    ['a comment that hides it', new Function('return (x /* ) */, y = x) => x.mul(y)')()],
  ])('are taken by %s', async (_, fn) =>
    expect(await check(fn, [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])])).toMatchObject({ verdict: 'correct' }),
  );
});

describe('inputs that have no gradient', () => {
  const identity = (x: tf.Tensor): tf.Tensor => x.clone();
  const refused = async (make: () => tf.Tensor): Promise<string> => {
    const x = make();
    const words = await refusal(identity, [x]);
    x.dispose();
    return words;
  };

  test('integers', async () => {
    expect(await refused(() => tf.tensor1d([1, 2], 'int32'))).toMatchInlineSnapshot(
      `"bad-input: Input 0 is a tensor of int32, which has no gradient. Let the function capture it; or, if it is meant to be differentiated, pass it as 'float32'."`,
    );
  });

  test('strings', async () => {
    expect(await refused(() => tf.tensor1d(['a', 'b']))).toMatchInlineSnapshot(
      `"bad-input: Input 0 is a tensor of string, which has no gradient. Let the function capture it, and pass the float inputs."`,
    );
  });

  test('no elements', async () => {
    expect(await refusal(identity, [[]])).toMatchInlineSnapshot(
      `"bad-input: Input 0 has no elements (shape [0]): there is nothing to differentiate by."`,
    );
    expect(await refused(() => tf.zeros([0, 3]))).toMatchInlineSnapshot(
      `"bad-input: Input 0 has no elements (shape [0, 3]): there is nothing to differentiate by."`,
    );
  });

  test('NaN and Infinity', async () => {
    expect(await refusal(identity, [[1, NaN]])).toMatchInlineSnapshot(
      `"bad-input: Input 0 is NaN at [1]: a function has no slope there. Check the gradient at finite inputs."`,
    );
    expect(await refusal(identity, [[Infinity]])).toMatchInlineSnapshot(
      `"bad-input: Input 0 is not finite in float32 at [0]: a function has no slope there. Check the gradient at finite inputs."`,
    );
  });

  test('a tensor that was disposed', async () => {
    const x = tf.tensor1d([1, 2]);
    x.dispose();
    expect(await refusal(identity, [x])).toMatchInlineSnapshot(`"bad-input: Input 0 has been disposed."`);
  });

  test('none at all', async () => {
    expect(await refusal(() => tf.scalar(1), [])).toMatchInlineSnapshot(
      `"bad-call: There are no inputs. Pass one for each parameter of the function."`,
    );
  });
});

describe('functions that are not what they seem', () => {
  test('fresh randomness: said so, with the way to seed it', async () => {
    const noisy = (x: tf.Tensor): tf.Tensor => x.mul(tf.randomNormal(x.shape));
    const { verdict, message } = await check(noisy, [[1, 2]]);
    expect(verdict).toBe('inconclusive');
    expect(message).toMatchInlineSnapshot(
      `"noisy gives another result for the same inputs: it draws new random numbers each time. Give the op a seed (\`tf.randomNormal(shape, 0, 1, 'float32', seed)\`, \`tf.dropout(x, rate, noiseShape, seed)\`), or draw outside of the function."`,
    );
  });

  test('dropout', async () => {
    const dropped = (x: tf.Tensor): tf.Tensor => tf.dropout(x, 0.5);
    const { verdict, message } = await check(dropped, [[1, 2, 3, 4, 5, 6, 7, 8]]);
    expect(verdict).toBe('inconclusive');
    expect(message).toMatchInlineSnapshot(
      `"dropped gives another result for the same inputs: it draws new random numbers each time. Give the op a seed (\`tf.randomNormal(shape, 0, 1, 'float32', seed)\`, \`tf.dropout(x, rate, noiseShape, seed)\`), or draw outside of the function."`,
    );
  });

  test('randomness that is seeded is checked like any', async () => {
    const seeded = (x: tf.Tensor): tf.Tensor => x.mul(tf.randomNormal(x.shape, 0, 1, 'float32', 7));
    expect(await check(seeded, [[1, 2]])).toMatchObject({ verdict: 'correct' });
  });

  test('state that changes with every call', async () => {
    let calls = 0;
    const counting = (x: tf.Tensor): tf.Tensor => x.mul((calls += 1));
    const { verdict, message } = await check(counting, [[1, 2]]);
    expect(verdict).toBe('inconclusive');
    expect(message).toMatchInlineSnapshot(
      `"counting gives another result for the same inputs: it depends on something that changes from call to call (a counter, a clock, data that is read on). Let it capture fixed values."`,
    );
  });

  test('a leak: what is left behind is disposed, and counted', async () => {
    const { numTensors } = tf.memory();
    const leaking = (x: tf.Tensor): tf.Tensor => {
      tf.keep(x.square());
      return x.sin();
    };
    const report = await check(leaking, [[1, 2]]);
    expect(report).toMatchObject({ verdict: 'correct', evidence: { leaked: 1 } });
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('its input disposed', async () => {
    const x = tf.tensor1d([1, 2]);
    const { numTensors } = tf.memory();
    const disposing = (input: tf.Tensor): tf.Tensor => {
      const y = input.square();
      input.dispose();
      return y;
    };
    expect(await check(disposing, [x])).toMatchObject({ verdict: 'correct' });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(Array.from(x.dataSync())).toEqual([1, 2]);
    x.dispose();
  });

  test('a result of integers is a step function', async () => {
    const truncated = (x: tf.Tensor): tf.Tensor => x.cast('int32');
    expect(await check(truncated, [[1.5, 2.5]])).toMatchObject({ verdict: 'wrong-gradient' });
  });

  test('parameters gathered by a rest parameter', async () => {
    const product = (...xs: tf.Tensor[]): tf.Tensor => xs.reduce((a, b) => a.mul(b));
    expect(await check(product, [[1, 2], [3, 4], 5])).toMatchObject({ verdict: 'correct' });
    const scaled = (x: tf.Tensor, ...others: tf.Tensor[]): tf.Tensor => others.reduce((a, b) => a.mul(b), x);
    expect(await check(scaled, [[1, 2], [3, 4], 5])).toMatchObject({ verdict: 'correct' });
    const defaulted = (x: tf.Tensor, s: tf.Tensor = tf.scalar(2)): tf.Tensor => x.mul(s);
    expect(await check(defaulted, [[1, 2], 3])).toMatchObject({ verdict: 'correct' });
  });

  test('a hundred thousand elements', async () => {
    const x = tf.tidy(() => tf.linspace(0.1, 1, 100_000));
    const { numTensors } = tf.memory();
    const report = await check((input: tf.Tensor) => input.sin().sum(), [x]);
    expect(report.verdict).toBe('correct');
    expect(report.evaluations).toBeLessThan(100);
    expect(tf.memory().numTensors).toBe(numTensors);
    x.dispose();
  });
});

describe('whatever the verdict', () => {
  const functions: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, number[]])[] = [
    ['correct', (x) => x.sin(), [1, 2]],
    ['non-differentiable', (x) => x.relu(), [0, 2]],
    ['missing-gradient', (x) => tf.topk(x, 1).values, [1, 2]],
    ['overflow', (x) => x.exp(), [100, 2]],
    ['one-sided', (x) => x.sqrt(), [0, 2]],
  ];

  test.each(functions)(
    '%s: inputs, tensors, backend and globals are as before',
    async (verdict, fn, values) => {
      const x = tf.tensor1d(values);
      const [tensors, backend] = [tf.memory().numTensors, tf.getBackend()];
      const globals = (): unknown[] =>
        ['Float32Array', 'Math'].map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
      const [before, random] = [globals(), Math.random];
      const report = await check(fn, [x]);
      expect(report).toMatchObject({ verdict, ok: verdict === 'correct' });
      expect(Array.from(x.dataSync())).toEqual(values);
      expect(x.dataSync()).toBeInstanceOf(Float32Array);
      expect(tf.memory().numTensors).toBe(tensors);
      expect(tf.getBackend()).toBe(backend);
      expect(globals()).toEqual(before);
      expect(Math.random).toBe(random);
      // A gradient taken afterwards is that of float32, as before.
      const slope = tf.tidy(() =>
        tf
          .grad((v: tf.Tensor) => v.square())(x)
          .dataSync(),
      );
      expect(slope).toEqual(Float32Array.from(values, (value) => 2 * value));
      x.dispose();
    },
  );

  test('one seed, one report', async () => {
    const fn = (x: tf.Tensor): tf.Tensor => x.mul(x.exp());
    const timeless = async (seed: number): Promise<object> => {
      const { elapsedMs, ...report } = await check(fn, [[1, 2, 3]], { seed });
      expect(elapsedMs).toBeGreaterThan(0);
      return report;
    };
    expect(await timeless(3)).toEqual(await timeless(3));
    expect(await timeless(3)).toMatchObject({ seed: 3, verdict: 'correct' });
  });

  test('checks at the same time do not disturb each other', async () => {
    const reports = await Promise.all(functions.map(([, fn, values]) => check(fn, [values])));
    expect(reports.map(({ verdict }) => verdict)).toEqual(functions.map(([verdict]) => verdict));
  });
});
