/** The rows of the backends, beside the backends themselves: cpu and wasm run here, float16 in its emulation. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgesOn } from '../../bench/webgl/expected.js';
import { edgesOf, measure, MEASURE_SOURCE } from '../../bench/webgl/measure.js';
import measured from '../../bench/webgl/nvidia-h100.json' with { type: 'json' };
import { backends, smallestOn, storedOn, vanishesOn } from '../../src/facts/backend.js';
import { inFloat64 } from '../../src/float64/index.js';

type Scalar = (x: number) => number;

const of =
  (f: (x: tf.Tensor) => tf.Tensor): Scalar =>
  (x) =>
    tf.tidy(() => f(tf.scalar(x)).dataSync()[0]!);

/** The numbers of the row, in the words of the field: from here on the logarithm of a softmax is -Infinity. */
const LOG_SOFTMAX_DIES = { cpu: 103.97, wasm: 87.34 } as const;

describe.each(['cpu', 'wasm'] as const)('%s, measured', (name) => {
  const backend = backends[name];
  beforeAll(async () => {
    await tf.setBackend(name);
    await tf.ready();
  });
  afterAll(() => tf.setBackend('cpu'));

  it.each(Object.entries(edgesOn(backend)))('%s', (edge, expected) => {
    expect(edgesOf(tf)[edge]! / expected).toBeCloseTo(1, 5);
  });

  it('the logarithm of a softmax', () => {
    const edge = edgesOf(tf)['log(softmax([x, 0])) is -Infinity from'];
    expect(edge).toBeCloseTo(LOG_SOFTMAX_DIES[name], 2);
  });

  it('its epsilon', () => expect(tf.backend().epsilon()).toBe(backend.epsilon));

  it('keeps the smallest numbers where its row says so', () => {
    expect(of((x) => tf.mul(x, 1e-20))(1e-20)).toBe(storedOn(backend, 1e-40, 'mul'));
    expect(of(tf.relu)(1e-40)).toBe(storedOn(backend, 1e-40, 'relu'));
    expect(of(tf.sigmoid)(-95)).toBe(storedOn(backend, of(tf.sigmoid)(-95), 'sigmoid'));
    expect(of(tf.exp)(-95)).toBeGreaterThan(0);
  });
});

describe('webgl, as it was measured on a GPU (`npm run bench -- webgl --page=FILE`)', () => {
  const { epsilon, edges } = measured.float32;

  it.each(Object.entries(edgesOn(backends.webgl)))('%s', (edge, expected) => {
    expect(edges[edge as keyof typeof edges] / expected).toBeCloseTo(1, 5);
  });

  it('its epsilon', () => expect(epsilon).toBe(backends.webgl.epsilon));

  it('by a source that needs nothing around it', () => {
    const inPage = new Function('tf', `${MEASURE_SOURCE}\nreturn measure(tf);`) as typeof measure;
    expect(inPage(tf)).toEqual(measure(tf));
  });
});

describe('float16, emulated', () => {
  const backend = backends.float16;
  const emulated = <T>(body: () => T): T => inFloat64(body, { tf, precision: 'float16' });

  // The smallest numbers are looked for among those of float32.
  it.each(Object.entries(edgesOn(backend)).filter(([edge]) => !edge.startsWith('smallest')))(
    '%s',
    (edge, expected) => {
      // Between two neighbours of float16 lies a thousandth.
      expect(emulated(() => edgesOf(tf))[edge]! / expected).toBeCloseTo(1, 2);
    },
  );

  it('its epsilon', () => expect(emulated(() => tf.backend().epsilon())).toBe(backend.epsilon));

  it('its smallest number', () => {
    const smallest = smallestOn(backend);
    expect(emulated(() => of((x) => tf.mul(x, 1))(smallest))).toBe(smallest);
    expect(emulated(() => of((x) => tf.mul(x, 1))(vanishesOn(backend) * 0.99))).toBe(0);
  });
});
