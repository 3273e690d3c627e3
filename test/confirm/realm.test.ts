import { afterAll, describe, expect, it } from 'vitest';
import type { EvaluationOptions, NumericTensor, Observation } from '../../src/confirm/evaluation.js';
import type { Job, SliceNode } from '../../src/confirm/job.js';
import { RealmPool } from '../../src/confirm/realm-pool.js';
import { FLOAT32, FLOAT64, jobFor, root, scalar, seen, tensorForm, vector } from './units.js';

const pool = new RealmPool({ root, realms: 1 });
afterAll(() => pool.close());

type Inputs = readonly (readonly [number, NumericTensor])[];

/** A function unit from the body of a function of `tf` and its inputs. */
function functionJob(body: string, inputs: number): Job {
  const code = `globalThis.__gradlintUnit = (self, captured, [x, y]) => { ${body} };`;
  const names = ['x', 'y'].slice(0, inputs);
  return jobFor(
    { kind: 'function', code, form: 'call' },
    'log',
    names.map((name, index) => ({ name, source: 'parameter', form: tensorForm(index + 1) })),
  );
}

async function observe(
  body: string,
  values: Inputs,
  options: EvaluationOptions,
  kind?: 'float32' | 'float64',
): Promise<Observation> {
  return seen(await pool.observe(functionJob(body, values.length), values, options, kind));
}

describe('float64', () => {
  it.each([
    ['exp', 100, Math.exp(100)],
    ['sigmoid', 20, 1 / (1 + Math.exp(-20))],
    ['softplus', -14, Math.log1p(Math.exp(-14))],
    ['softplus', 800, 800],
    ['erf', 0.5, 0.5204998778130465],
    ['erf', -2.5, -0.999593047982555],
    ['log1p', 1e-20, 1e-20],
  ])('%s(%d) is exact to float64', async (op, x, expected) => {
    const { outputs } = await observe(`return tf.${op}(x);`, [[1, scalar(x)]], FLOAT64);
    expect(Math.abs(outputs[0]!.values[0]! / expected - 1)).toBeLessThan(1e-14);
  });

  it('holds for gradients', async () => {
    const { gradients } = await observe('return tf.sigmoid(x);', [[1, scalar(20)]], FLOAT64);
    // TensorFlow.js computes y * (1 - y), which loses eight digits here.
    expect(gradients.get(1)!.values[0]! / (Math.exp(-20) / (1 + Math.exp(-20)) ** 2)).toBeCloseTo(1, 6);
  });

  it('takes inputs finer than float32, and constants as float32 has them', async () => {
    const { outputs } = await observe(
      'return [x, tf.scalar(0.1), tf.tensor1d(new Float32Array([0.1])), x.add(0.1)];',
      [[1, scalar(1 + 2 ** -40)]],
      FLOAT64,
    );
    const tenth = Math.fround(0.1);
    expect(outputs).toEqual([
      scalar(1 + 2 ** -40),
      scalar(tenth),
      vector(tenth),
      scalar(1 + 2 ** -40 + tenth),
    ]);
  });

  it('reads bytes as the float32 numbers that they are', async () => {
    const bytes = [...new Uint8Array(new Float32Array([1.5, -2]).buffer)];
    const { outputs } = await observe(
      `return tf.tensor1d(new Float32Array(new Uint8Array([${bytes}]).buffer)).mul(x);`,
      [[1, scalar(2)]],
      FLOAT64,
    );
    expect(outputs).toEqual([vector(3, -4)]);
  });

  it('holds for layers and optimizers', async () => {
    const body = `
      const dense = tf.layers.dense({ units: 1, kernelInitializer: 'ones', activation: 'sigmoid' });
      const before = dense.apply(x.reshape([1, 2]));
      tf.train.adam(0.5).minimize(() => dense.apply(x.reshape([1, 2])).sum());
      return [before, dense.apply(x.reshape([1, 2]))];`;
    const [float32, float64] = [
      await observe(body, [[1, vector(1, 2)]], FLOAT32),
      await observe(body, [[1, vector(1, 2)]], FLOAT64),
    ];
    expect(float64.outputs[0]!.values[0]).toBeCloseTo(1 / (1 + Math.exp(-3)), 15);
    expect(float64.outputs[1]!.values[0]).not.toBe(float32.outputs[1]!.values[0]);
    expect(float64.outputs[1]!.values[0]).toBeCloseTo(float32.outputs[1]!.values[0]!, 5);
  });
});

describe('float32 inside float64', () => {
  const x = vector(0.3, -1.7, 2.9, 80, -0.001, 12.5);
  const y = vector(1.1, 0.7, -3.3, 2, 0.5, 0.1);

  it.each([
    'x.exp()',
    'x.abs().log()',
    'x.sigmoid()',
    'x.tanh()',
    'x.softplus()',
    'x.erf()',
    'x.elu()',
    'x.selu()',
    'x.sin()',
    'x.square()',
    'x.abs().sqrt()',
    'x.add(y)',
    'x.mul(y)',
    'x.div(y)',
    'x.sub(0.1)',
    'tf.pow(x.abs(), y)',
    'tf.atan2(x, y)',
    'x.softmax()',
    'x.logSoftmax()',
    'x.logSumExp()',
    'x.mean()',
    'x.prod()',
    'x.cumsum()',
    'x.norm()',
    'tf.moments(x).variance',
    'tf.matMul(x.reshape([2, 3]), y.reshape([3, 2]))',
    'tf.conv1d(x.reshape([6, 1]), y.reshape([3, 1, 2]), 1, "same")',
    'tf.losses.sigmoidCrossEntropy(y, x)',
    'tf.losses.huberLoss(y, x)',
    'tf.batchNorm(x.reshape([3, 2]), tf.tensor1d([0.1, 0.2]), tf.tensor1d([0.3, 0.4]))',
    'x.clipByValue(1e-8, 1 - 1e-8).log()',
    'x.localResponseNormalization ? tf.localResponseNormalization(x.reshape([1, 1, 6])) : x',
    'tf.randomNormal([6]).mul(x)',
    'x.cast("int32").mul(y)',
  ])('%s is what plain float32 gives, to a few ulp', async (expression) => {
    const values: Inputs = [
      [1, x],
      [2, y],
    ];
    const emulated = await observe(`return ${expression};`, values, FLOAT32, 'float64');
    const plain = await observe(`return ${expression};`, values, FLOAT32, 'float32');
    expect(emulated.thrown).toEqual(plain.thrown);
    const numbers = (observation: Observation): NumericTensor[] => [
      ...observation.outputs,
      ...observation.gradients.values(),
    ];
    expect(numbers(emulated).length).toBe(numbers(plain).length);
    numbers(emulated).forEach((tensor, index) => {
      const reference = numbers(plain)[index]!;
      expect(tensor.shape).toEqual(reference.shape);
      // Elements that are small beside the others are differences of large terms.
      const scale = Math.max(...reference.values.map(Math.abs));
      tensor.values.forEach((value, at) => {
        expect(Math.fround(value)).toBe(value);
        if (Number.isFinite(scale))
          expect(Math.abs(value - reference.values[at]!)).toBeLessThanOrEqual(8 * 2 ** -24 * scale);
        else expect(value).toBe(reference.values[at]);
      });
    });
  });

  it('overflows and absorbs like float32', async () => {
    const { outputs } = await observe(
      'return [x.exp(), x.sub(1).add(tf.scalar(1).sub(1e-8))];',
      [[1, scalar(89)]],
      FLOAT32,
    );
    expect(outputs).toEqual([scalar(Infinity), scalar(89)]);
  });

  it('does not confirm what only the emulation shows', async () => {
    const emulated = 'new Float32Array([0.1])[0] === 0.1';
    const job = functionJob(
      `return __gradlintSite.method(tf, 'log', false, [${emulated} ? x : x.abs().add(1)]);`,
      1,
    );
    const result = await pool.runJob({
      ...job,
      site: { ...job.site, region: { operand: 'x', low: -Infinity, high: 0 } },
    });
    expect(result.status).toBe('not-reproduced');
    expect(result.reason).toMatch(/plain float32/);
  });

  it('does not change the arrays of user code', async () => {
    const { outputs } = await observe(
      'const a = new Float32Array([0.1]); tf.tensor1d(a).exp(); return [x, a[0]];',
      [[1, scalar(1)]],
      FLOAT64,
    );
    expect(outputs[1]!.values).toEqual([0.1]);
  });
});

describe('traces', () => {
  it('names the first kernel that breaks, also where the result hides it', async () => {
    const { origin, outputs } = await observe('return x.log().mul(0).sign();', [[1, vector(0, 1)]], FLOAT32);
    expect(origin).toEqual({ kernel: 'Log', during: 'forward', atSite: false });
    expect(outputs[0]!.values.every(Number.isFinite)).toBe(true);
  });

  it('takes constants of Infinity for what they are', async () => {
    const { origin } = await observe(
      'return tf.where(x.greater(0), x, tf.fill([2], -Infinity)).max();',
      [[1, vector(0, 1)]],
      { ...FLOAT32, gradient: false },
    );
    expect(origin).toBeUndefined();
  });

  it('leaves no tensors behind', async () => {
    const body =
      'globalThis.kept ??= []; x.square().add(tf.variable(tf.scalar(1))).sum(); return tf.scalar(tf.memory().numTensors);';
    const first = await observe(body, [[1, vector(1, 2)]], FLOAT32);
    for (let time = 0; time < 3; time += 1)
      expect((await observe(body, [[1, vector(1, 2)]], FLOAT32)).outputs).toEqual(first.outputs);
  });
});

describe('slices', () => {
  const site: Job['site'] = { op: 'log', harm: 'value', failures: ['infinity'] };
  const node = (
    id: number,
    op: string,
    operands: SliceNode['operands'],
    attributes: SliceNode['attributes'] = {},
    output?: string,
  ): SliceNode => ({ id, op, operands, attributes, output });
  const job = (...nodes: SliceNode[]): Job => ({
    id: '',
    unit: { kind: 'slice', nodes },
    inputs: [{ name: 'x', source: 'slot', form: tensorForm(1, ['B', 2]) }],
    site,
    gradient: true,
    seed: 1,
  });
  const x: NumericTensor = { shape: [2, 2], dtype: 'float32', values: [1, 2, 3, 4] };

  it('run op by op, with the sizes that were chosen', async () => {
    const slice = job(
      node(1, 'input', {}),
      node(2, 'constant', {}, { value: 2 }),
      node(3, 'mul', { a: 1, b: 2 }),
      node(4, 'js.size', { x: 3 }, { axis: 0 }),
      node(5, 'js.add', { a: 4, b: 2 }),
      node(6, 'div', { a: 3, b: 5 }),
      node(7, 'mean', { x: 6 }, { axis: -1, keepDims: false }),
      node(8, 'join', { alternatives: [7, 6] }),
      node(9, 'log', { x: 8 }),
    );
    const observation = seen(await pool.observe(slice, [[1, x]], FLOAT32));
    expect(observation.siteCalls[0]!.operands).toEqual({ x: vector(0.75, 1.75) });
    expect(observation.gradients.get(1)!.shape).toEqual([2, 2]);
  });

  it('say why they cannot be run', async () => {
    const lost = job(
      node(1, 'input', {}),
      node(2, 'unknown', {}, { cause: 'unresolved call' }),
      node(3, 'mul', { a: 1, b: 2 }),
    );
    expect(await pool.observe(lost, [[1, x]], FLOAT32)).toBe(
      'a value that feeds the site could not be followed (unresolved call)',
    );
  });
});
