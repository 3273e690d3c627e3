/** The rows of the backends, beside the backends themselves: cpu and wasm run here, float16 in its emulation. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgesOn } from '../../bench/webgl/expected.js';
import measured from '../../bench/webgl/nvidia-h100.json' with { type: 'json' };
import { backends, type Backend, smallestOn, storedOn, vanishesOn } from '../../src/facts/backend.js';
import * as thresholds from '../../src/ops/thresholds.js';
import { limitOn, type Threshold } from '../../src/ops/thresholds.js';
import { inFloat64 } from '../../src/float64/index.js';

type Scalar = (x: number) => number;

/** Where a property that holds at `from` ceases to hold on the way to `to`: the nearest float32 number at which it does not. */
function edge(holds: (x: number) => boolean, from: number, to: number): number {
  let [inside, outside] = [from, to];
  for (let step = 0; step < 200; step += 1) {
    const middle = Math.fround(inside + (outside - inside) / 2);
    if (middle === inside || middle === outside) break;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}

const of =
  (f: (x: tf.Tensor) => tf.Tensor): Scalar =>
  (x) =>
    tf.tidy(() => f(tf.scalar(x)).dataSync()[0]!);

const gapInSoftmax: Scalar = (gap) => tf.tidy(() => tf.softmax(tf.tensor1d([gap, 0])).dataSync()[1]!);

/** Each threshold as a thing that can be seen. */
const SEEN: readonly (readonly [name: keyof typeof thresholds, measure: () => number])[] = [
  ['EXP_OVERFLOW', () => edge((x) => Number.isFinite(of(tf.exp)(x)), 1, 200)],
  ['EXP_UNDERFLOW', () => edge((x) => of(tf.exp)(-x) > 0, 1, 200)],
  ['SOFTMAX_UNDERFLOW', () => edge((x) => gapInSoftmax(x) > 0, 1, 200)],
  ['SIGMOID_UNDERFLOW', () => edge((x) => of(tf.sigmoid)(-x) > 0, 1, 200)],
  ['SIGMOID_ONE', () => edge((x) => of(tf.sigmoid)(x) < 1, 1, 200)],
  ['TANH_ONE', () => edge((x) => of(tf.tanh)(x) < 1, 1, 200)],
  ['COSH_OVERFLOW', () => edge((x) => Number.isFinite(of(tf.cosh)(x)), 1, 200)],
  ['SQUARE_OVERFLOW', () => edge((x) => Number.isFinite(of(tf.square)(x)), 1, 1e30)],
  ['LOST_BESIDE_ONE', () => edge((x) => of((t) => tf.add(1, t))(x) > 1, 1e-2, 1e-12)],
];

/** The numbers of the row, in the words of the field: from here on the logarithm of a softmax is -Infinity. */
const LOG_SOFTMAX_DIES = { cpu: 103.97, wasm: 87.34 } as const;

const expected = (name: keyof typeof thresholds, backend: Backend): number =>
  limitOn(backend, thresholds[name] as Threshold).value;

describe.each(['cpu', 'wasm'] as const)('%s, measured', (name) => {
  const backend = backends[name];
  beforeAll(async () => {
    await tf.setBackend(name);
    await tf.ready();
  });
  afterAll(() => tf.setBackend('cpu'));

  it.each(SEEN)('%s', (threshold, measure) => {
    expect(measure() / expected(threshold, backend)).toBeCloseTo(1, 5);
  });

  it('the logarithm of a softmax', () => {
    expect(edge((gap) => Number.isFinite(of(tf.log)(gapInSoftmax(gap))), 1, 200)).toBeCloseTo(
      LOG_SOFTMAX_DIES[name],
      2,
    );
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
});

describe('float16, emulated', () => {
  const backend = backends.float16;
  const emulated = <T>(body: () => T): T => inFloat64(body, { tf, precision: 'float16' });

  it.each(SEEN)('%s', (threshold, measure) => {
    // Between two neighbours of float16 lies a thousandth.
    expect(emulated(measure) / expected(threshold, backend)).toBeCloseTo(1, 2);
  });

  it('its epsilon', () => expect(emulated(() => tf.backend().epsilon())).toBe(backend.epsilon));

  it('its smallest number', () => {
    const smallest = smallestOn(backend);
    expect(emulated(() => of((x) => tf.mul(x, 1))(smallest))).toBe(smallest);
    expect(emulated(() => of((x) => tf.mul(x, 1))(vanishesOn(backend) * 0.99))).toBe(0);
  });
});
