import { describe, expect, it } from 'vitest';
import { found, reported } from './lower.js';

const minimize = (loss: string, setUp = ''): string => `
  const x = tf.linspace(1, 20, 20);
  const y = tf.linspace(3, 41, 20);
  const [a, b] = [tf.variable(tf.scalar(0.5)), tf.variable(tf.scalar(0.5))];
  const optimizer = tf.train.sgd(0.01);
  ${setUp}
  export function train(steps: number) {
    for (let step = 0; step < steps; step += 1) optimizer.minimize(() => ${loss});
  }`;

const diverges = (program: string): boolean =>
  found(program).some((line) => line.startsWith('diverging-step'));

/** The squared error of a line on the numbers 1 to 20 is as steep as 288: steps of 0.01 are too long, and of 0.0069 not. */
describe('a squared error that is linear in its weights', () => {
  it.each([
    'a.mul(x).add(b).sub(y).square().mean()',
    'tf.mean(tf.square(tf.sub(y, tf.add(tf.mul(x, a), b))))',
    'tf.losses.meanSquaredError(y, x.mul(a).add(b))',
    'tf.squaredDifference(y, x.mul(a)).mean()',
    'x.mul(a).sub(y).pow(2).mean()',
    'tf.tidy(() => { const error = y.sub(x.mul(a)); return error.mul(error).mean(); })',
    'x.square().mul(a).add(b.mul(x)).sub(y).square().mean()',
    'x.div(3).mul(a).sub(y).square().sum()',
  ])('%s', (loss) => {
    expect(diverges(minimize(loss))).toBe(true);
  });

  it('a product with a column of weights', () => {
    const setUp = 'const weights = tf.variable(tf.zeros([1, 1]));';
    const program = minimize('x.expandDims(1).matMul(weights).squeeze().sub(y).square().mean()', setUp);
    expect(diverges(program)).toBe(true);
  });

  it.each([
    ['inputs that are scaled', 'x.div(20).mul(a).add(b).sub(y).square().mean()'],
    ['another loss', 'x.mul(a).sub(y).abs().mean()'],
    ['an error that is bent', 'x.mul(a).sigmoid().sub(y).square().mean()'],
    ['inputs that are normalised by what they hold', 'x.sub(x.mean()).mul(a).sub(y).square().mean()'],
    ['a product of weights', 'x.mul(a).mul(b).sub(y).square().mean()'],
    ['weights that the inputs do not multiply', 'a.add(b).sub(y).square().mean()'],
  ])('not with %s', (_what, loss) => {
    expect(diverges(minimize(loss))).toBe(false);
  });
});

describe('a dense layer', () => {
  const fit = (optimizer: string, more = '', layer = ''): string => `
    export async function line() {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1]${layer} })] });
      model.compile({ optimizer: ${optimizer}, loss: 'meanSquaredError' });
      await model.fit(tf.linspace(1, 20, 20), tf.linspace(3, 41, 20)${more});
    }`;

  it.each(["'sgd'", 'tf.train.sgd(0.02)', 'tf.train.momentum(0.02, 0.9)'])(
    'that %s drives away',
    (optimizer) => {
      expect(diverges(fit(optimizer))).toBe(true);
    },
  );

  it.each(["'adam'", 'tf.train.sgd(0.005)', 'tf.train.momentum(0.01, 0.9)', 'tf.train.adam(0.5)'])(
    'that %s brings home',
    (optimizer) => {
      expect(diverges(fit(optimizer))).toBe(false);
    },
  );

  it('with an activation is no parabola', () => {
    expect(diverges(fit("'sgd'", '', ", activation: 'sigmoid'"))).toBe(false);
  });

  it('says how far a few steps lead', () => {
    const [finding] = reported(fit("'sgd'", ', { epochs: 2 }'));
    expect(finding!.message).toContain(
      'with the rate 0.01 each step multiplies the error by 1.9, and in the 2 steps taken here it grows 13-fold. On these inputs rates are stable below 0.0069.',
    );
  });
});
