/** What a loss takes for given, and a gradient gets to all the same. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ rule }) => rule === 'moving-target')
    .map(({ message }) => message.replace(/(?:, and a gradient|: a step moves).*$/, ''));

const learner = (target: string, before = '', list = ''): string => `
const optimizer = tf.train.sgd(0.1);
export function learn(net: tf.LayersModel, other: tf.LayersModel, s: tf.Tensor2D, next: tf.Tensor2D, r: tf.Tensor2D, gamma: number) {
  ${before}
  return optimizer.minimize(() => tf.sub(${target}, net.apply(s) as tf.Tensor).square().mean() as tf.Scalar${list});
}`;

const AHEAD = '(net.predict(next) as tf.Tensor2D)';

describe('a target that is made with the network that is fitted to it', () => {
  it('is a reward and what is discounted', () => {
    expect(told(learner(`r.add(${AHEAD}.mul(0.97))`))).toHaveLength(1);
    expect(told(learner(`tf.add(tf.mul(gamma, ${AHEAD}), r)`))).toHaveLength(1);
    expect(told(learner(`r.add(${AHEAD}.mul(tf.scalar(gamma)).mul(tf.sub(1, r)))`))).toHaveLength(1);
  });

  it('no step of a solver, and no sum of two networks', () => {
    expect(told(learner(`r.add(${AHEAD}.mul(0.01))`))).toEqual([]);
    expect(told(learner(`${AHEAD}.add((other.predict(next) as tf.Tensor).mul(0.97))`))).toEqual([]);
  });

  it('on one of two ways', () => {
    expect(told(learner(`tf.where(r.greater(9), r, r.add(${AHEAD}.mul(0.97)))`))).toHaveLength(1);
    expect(told(learner(`gamma > 0.5 ? r.add(${AHEAD}.mul(gamma)) : r`))).toHaveLength(1);
  });

  it('no average, no residual, no normalisation: nothing says that it is a reward, or comes next', () => {
    const sum = (of: string): string => learner(of).replaceAll('next', 'x').replace(/\br\b/g, 'before');
    expect(told(sum(`before.add((net.predict(x) as tf.Tensor).mul(0.9))`))).toEqual([]);
    expect(told(sum(`before.add((net.predict(x) as tf.Tensor).mul(gamma))`))).toEqual([]);
  });

  it('also by its name', () => {
    const named = (name: string): string[] =>
      told(
        learner(name)
          .replace('.minimize(() => ', `.minimize(() => { const ${name} = ${AHEAD}.tanh(); return `)
          .replace(' as tf.Scalar', ' as tf.Scalar; }'),
      );
    expect(named('tdTarget')).toEqual(['`tdTarget` is what the loss is fitted to']);
    expect(named('pseudoLabels')).toHaveLength(1);
    expect(named('target')).toEqual([]);
    expect(named('targetFeatures')).toEqual([]);
    expect(named('targetValues')).toEqual([]);
  });

  it('not where it was computed before, or is no more than numbers', () => {
    expect(told(learner('wanted', `const wanted = r.add(${AHEAD}.mul(0.97));`))).toEqual([]);
    expect(told(learner(`r.add(tf.tensor2d(${AHEAD}.arraySync()).mul(0.97))`))).toEqual([]);
  });

  it('is off the tape where a custom gradient gives back a clone, and not where it gives back what it is handed', () => {
    const stopped = (value: string): string[] =>
      told(
        `const stop = tf.customGrad((y) => ({ value: ${value}, gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }));` +
          learner(`stop(r.add(${AHEAD}.mul(0.97)))`),
      );
    expect(stopped('(y as tf.Tensor).clone()')).toEqual([]);
    expect(stopped('y as tf.Tensor')).toHaveLength(1);
  });

  it('of another network only where a step trains all there are', () => {
    const of = `r.add((other.predict(next) as tf.Tensor).mul(0.97))`;
    expect(told(learner(of))).toHaveLength(1);
    expect(told(learner(of, '', ', true, net.trainableWeights.map((w) => w.read() as tf.Variable)'))).toEqual(
      [],
    );
  });
});

const policy = (
  weight: string,
  chosen = 'tf.logSoftmax(actor.apply(s) as tf.Tensor2D).mul(a).sum(1, true)',
): string => `
const optimizer = tf.train.adam(1e-3);
export const learn = (actor: tf.LayersModel, critic: tf.LayersModel, s: tf.Tensor2D, a: tf.Tensor2D, g: tf.Tensor2D, before: tf.Tensor2D) =>
  optimizer.minimize(() => {
    const value = critic.apply(s) as tf.Tensor2D;
    const chosen = ${chosen};
    return chosen.mul(${weight}).mean().neg().add(g.sub(value).square().mean()) as tf.Scalar;
  });`;

describe('a loss by its name', () => {
  const loss = (of: string): string =>
    `export const tdLoss = (q: tf.LayersModel, target: tf.LayersModel, s: tf.Tensor2D, next: tf.Tensor2D, r: tf.Tensor2D) => r.add((${of}.apply(next) as tf.Tensor).mul(0.99)).sub(q.apply(s) as tf.Tensor).square().mean();`;

  it('has a target of the same network', () => {
    expect(told(loss('q'))).toHaveLength(1);
  });

  it('of another one whoever takes the gradient takes care', () => {
    expect(told(loss('target'))).toEqual([]);
  });
});

describe('an advantage', () => {
  it('is what came less what was expected, perhaps normalised', () => {
    expect(told(policy('g.sub(value)'))).toEqual(['`g.sub(value)` weighs the logarithm of a probability']);
    expect(told(policy('g.sub(value).div(10).neg()'))).toHaveLength(1);
    expect(told(policy('value.sub(g)'))).toHaveLength(1);
    expect(told(policy('g.sub(critic.predict(s) as tf.Tensor)'))).toHaveLength(1);
  });

  it('weighs a ratio of probabilities as well', () => {
    expect(
      told(policy('g.sub(value)', '(actor.apply(s) as tf.Tensor2D).softmax().log().sub(before).exp()')),
    ).toHaveLength(1);
  });

  it('not what came alone, nor what a probability weighs', () => {
    expect(told(policy('g'))).toEqual([]);
    expect(told(policy('g.sub(before)'))).toEqual([]);
    expect(told(policy('tf.sub(1, value.sigmoid())'))).toEqual([]);
    expect(told(policy('g.sub(value.softmax().clipByValue(0.1, 0.9))'))).toEqual([]);
    expect(
      told(policy('g.sub(value)', 'tf.exp(tf.log(tf.softplus(actor.apply(s) as tf.Tensor)).neg())')),
    ).toEqual([]);
    expect(told(policy('g.sub(value)', '(actor.apply(s) as tf.Tensor2D).tanh()'))).toEqual([]);
  });
});

describe('one distance twice', () => {
  const twice = (first: string, second: string): string => `
const code = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 2]));
const encoder = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 2]));
export const learn = (x: tf.Tensor2D, picked: tf.Tensor2D) =>
  tf.train.adam(1e-3).minimize(() => {
    const z = x.matMul(encoder);
    const q = picked.matMul(code);
    return ${first}.add(${second}.mul(0.25)) as tf.Scalar;
  });`;

  it('is one term', () => {
    expect(told(twice('tf.losses.meanSquaredError(q, z)', 'tf.losses.meanSquaredError(z, q)'))).toHaveLength(
      1,
    );
    expect(told(twice('q.sub(z).square().mean()', 'z.sub(q).square().mean()'))).toHaveLength(1);
  });

  it('not where the two are measured in different ways', () => {
    expect(told(twice('q.sub(z).square().mean()', 'q.sub(z).abs().mean()'))).toEqual([]);
    expect(told(twice('q.sub(x).square().mean()', 'z.sub(x).square().mean()'))).toEqual([]);
    expect(told(twice('q.sub(z).square().mean(1).mean()', 'q.sub(z).square().mean(0).mean()'))).toEqual([]);
    expect(told(twice('q.sub(z).square().mul(picked).mean()', 'q.sub(z).square().mul(x).mean()'))).toEqual(
      [],
    );
  });
});
