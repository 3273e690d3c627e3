/** Formulas whose operands are what they are written for: each beside one of the same form that is not. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);

describe('an exponential', () => {
  it('of a cross entropy is a perplexity', () => {
    const of = (exponent: string): string =>
      `export const perplexity = (labels: tf.Tensor2D, probs: tf.Tensor2D) => Math.exp(${exponent}.dataSync()[0]);`;
    expect(told(of('tf.metrics.categoricalCrossentropy(labels, probs).mean()'))).toEqual([]);
    expect(told(of('labels.matMul(probs).mean().mul(100)'))).toEqual(['exp-overflow']);
    const summed = 'tf.metrics.categoricalCrossentropy(labels, probs).sum()';
    expect(
      told(`export const likelihood = (labels: tf.Tensor2D, probs: tf.Tensor2D) => ${summed}.exp();`),
    ).toEqual(['exp-overflow']);
  });

  it('of a log density is what the logarithm in it was taken of', () => {
    const of = (density: string): string =>
      `export const density = (z: tf.Tensor1D, scale: tf.Tensor1D) => tf.exp(${density});`;
    expect(told(of('z.square().mul(-0.5).sub(scale.log()).sub(0.92)'))).toEqual([]);
    expect(told(of('z.square().mul(0.5).sub(scale.log()).sub(0.92)'))).toEqual(['exp-overflow']);
    expect(told(of('z.square().mul(-0.5).sub(scale).sub(0.92)'))).toEqual(['exp-overflow']);
    expect(told(of('scale.log().sub(z.log()).sub(z.square())'))).toEqual(['exp-overflow']);
  });

  it('of what is scaled back to the logarithms that it was made of', () => {
    const of = (back: string): string =>
      `export function prices(model: tf.Sequential, x: tf.Tensor2D, known: tf.Tensor2D) {
  const y = known.log();
  const { mean, variance } = tf.moments(${back});
  return (model.predict(x) as tf.Tensor).mul(variance.sqrt()).add(mean).exp();
}`;
    expect(told(of('y'))).toEqual([]);
    expect(told(of('known.mul(100)'))).toEqual(['exp-overflow']);
    const fitted = 'rate.mul(years).add(sizes.log().mean()).exp()';
    expect(
      told(`export const size = (sizes: tf.Tensor1D, rate: tf.Scalar, years: tf.Tensor1D) => ${fitted};`),
    ).toEqual(['exp-overflow']);
  });

  it('of the distances of points on a sphere, of which each is one from itself', () => {
    const of = (kernel: string): string =>
      `export const uniformity = (e: tf.Tensor2D, f: tf.Tensor2D) => tf.log(tf.exp(${kernel}).mean());`;
    expect(told(of('tf.sub(2, tf.matMul(e, e, false, true).mul(2)).mul(-2)'))).toEqual([]);
    expect(told(of('e.expandDims(1).sub(e.expandDims(0)).square().sum(2).mul(-2)'))).toEqual([]);
    expect(told(of('e.expandDims(1).sub(f.expandDims(0)).square().sum(2).mul(-2)'))).toEqual(['log-of-zero']);
    expect(told(of('tf.sub(1, tf.matMul(e, f, false, true)).mul(-4)'))).toContain('exp-overflow');
    expect(told(of('tf.matMul(e, e, false, true).mul(-2)'))).toEqual(['log-of-zero', 'exp-overflow']);
    const others = 'e.expandDims(1).sub(e.expandDims(0)).square().sum(2).mul(-2).sub(tf.eye(8).mul(1e9))';
    expect(told(of(others))).toEqual(['log-of-zero']);
  });
});

describe('a divisor', () => {
  it('that is all that a table counts', () => {
    const of = (divisor: string): string =>
      `export function accuracy(labels: tf.Tensor1D, guesses: tf.Tensor1D) {
  const table = tf.math.confusionMatrix(labels, guesses, 5).toFloat();
  return table.matMul(tf.eye(5)).div(${divisor});
}`;
    expect(told(of('table.sum()'))).toEqual([]);
    expect(told(of('table.sum(1, true)'))).toEqual(['division-near-zero']);
  });

  it('that was taken the logarithm of before', () => {
    const of = (y: string): string =>
      `export const relative = (known: tf.Tensor1D, guess: tf.Tensor1D) => guess.sub(${y}.exp()).div(${y}.exp());`;
    expect(told(of('known.log()'))).toEqual([]);
    expect(told(of('known.square().mul(-50)'))).toEqual(['division-near-zero']);
    expect(told(of('known.relu().log()'))).toEqual(['division-near-zero']);
  });

  it('that is counted up, and no weight', () => {
    const of = (update: string): string => `class Arms {
  counts = tf.variable(tf.zeros([4]));
  sums = tf.variable(tf.zeros([4]));
  means() {
    return this.sums.div(this.counts);
  }
  update(arm: tf.Tensor1D) {
    ${update}
  }
}
export const arms = new Arms();
export const means = () => arms.means();`;
    const trained = 'tf.train.sgd(0.1).minimize(() => this.means().mul(arm).sum() as tf.Scalar);';
    expect(told(of('this.counts.assign(this.counts.add(arm));'))).toEqual([]);
    expect(told(of('this.counts.assign(tf.add(this.counts, arm));'))).toEqual([]);
    expect(told(of(trained))).toEqual(['division-near-zero']);
    expect(told(of(`this.counts.assign(tf.ones([4])); ${trained}`))).toEqual(['division-near-zero']);
    expect(told(of(`Object.assign(this, {}); ${trained}`))).toEqual(['division-near-zero']);
  });
});

describe('a logarithm', () => {
  it('is only compared', () => {
    const of = (use: string): string =>
      `export function step(ratio: number) {\n  const draw = Math.log(Math.random());\n  return ${use};\n}`;
    expect(told(of('draw < ratio ? tf.scalar(1) : tf.scalar(0)'))).toEqual([]);
    expect(told(of('draw < ratio ? tf.scalar(draw) : tf.scalar(0)'))).toEqual(['random-log-zero']);
    expect(
      told('export const step = (ratio: number) => tf.scalar(ratio > Math.log(Math.random()) ? 1 : 0);'),
    ).toEqual([]);
    expect(told('export const draw = () => Math.log(Math.random());')).toEqual(['random-log-zero']);
    expect(told(of('tf.scalar(<number>Math.log(Math.random()))'))).toContain('random-log-zero');
    const steps = 'while (steps < Math.log(Math.random()) / Math.log(1 - rate)) steps += 1;';
    expect(
      told(`export function walk(rate: number) { let steps = 0; ${steps} return tf.scalar(steps); }`),
    ).toContain('random-log-zero');
    const kept =
      'let last = 0;\nexport const step = (ratio: number) => { last = Math.log(Math.random()); return last < ratio; };';
    expect(told(`${kept}\nexport const shown = () => tf.scalar(last);`)).toEqual(['random-log-zero']);
  });

  it('of tensors is only compared, and not given back', () => {
    const of = (result: string): string =>
      `export function accepted(ratios: tf.Tensor1D) {\n  const draws = tf.log(tf.randomUniform([8]));\n  return ${result};\n}`;
    expect(told(of('draws.less(ratios)'))).toEqual([]);
    expect(told(of('{ accepted: draws.less(ratios), draws }'))).toEqual(['random-log-zero']);
  });

  it('lies under a floor', () => {
    const of = (level: string): string =>
      `const power = (x: number[]) => x.reduce((sum, v) => sum + v * v, 0) / x.length;
export function level(x: number[]) {
  return ${level};
}
export const zero = tf.scalar(0);`;
    expect(told(of('Math.max(-80, 10 * Math.log10(power(x)))'))).toEqual([]);
    expect(told(of('Math.max(-80, 10 * Math.log10(power(x)) - 3)'))).toEqual([]);
    expect(told(of('Math.max(-80, -10 * Math.log10(power(x)))'))).toEqual(['log-of-zero']);
    expect(told(of('Math.max(0, 1 - Math.log(power(x)))'))).toEqual(['log-of-zero']);
  });

  it('that has a name may be kept besides', () => {
    expect(
      told(`const history: number[] = [];
export function level(power: number[]) {
  const decibels = 10 * Math.log10(power.reduce((sum, v) => sum + v * v, 0));
  history.push(decibels);
  return Math.max(-80, decibels);
}
export const average = () => tf.tensor1d(history).mean();`),
    ).toEqual(['log-of-zero']);
  });

  it('of tensors lies under one, where no gradient is taken', () => {
    const level = 'x.square().mean(1).log().mul(4).maximum(-80)';
    expect(told(`export const levels = (x: tf.Tensor2D) => ${level}.arraySync();`)).toEqual([]);
    expect(told(`export const slope = tf.grad((x: tf.Tensor) => ${level}.sum());`)).not.toEqual([]);
  });

  it('of a mean of exponentials in JavaScript numbers is told, of log likelihoods as a warning', () => {
    const of = (name: string): string =>
      `const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
export const score = (${name}: number[]) => tf.scalar(Math.log(mean(${name}.map((v) => Math.exp(v)))));`;
    expect(told(of('logLik'))).toEqual(['unstable-composite']);
    expect(told(of('scores'))).toEqual([]);
  });
});

describe('a power', () => {
  it('of what may be 0 by an exponent that nobody knows', () => {
    const of = (exponent: string): string =>
      `export const bend = (img: tf.Tensor3D, gamma: [number, number], draw: () => number) =>
  tf.pow(img.clipByValue(0, 1), ${exponent});`;
    expect(told(of('gamma[0] + draw() * (gamma[1] - gamma[0])'))).toEqual([]);
    expect(told(of('-0.5'))).toEqual(['domain-edge']);
    expect(told(of('1 / img.shape[0] - 1'))).toEqual(['domain-edge']);
  });
});

describe('a column', () => {
  const attention = (row: string): string =>
    `export function scores(h: any) {
  const [from, to] = [tf.variable(tf.randomNormal([8, 1])), tf.variable(tf.randomNormal([8, 1]))];
  return tf.softmax(tf.matMul(h, from as tf.Tensor2D).add(${row}));
}`;

  it('that meets another one that was turned is a table of pairs', () => {
    expect(told(attention('tf.matMul(h, to as tf.Tensor2D).transpose()'))).toEqual([]);
  });

  it('that meets a row of statistics of as many is none, though they are of a table of as many rows as columns', () => {
    expect(
      told(`export function triplets(image: tf.Tensor2D, text: tf.Tensor2D) {
  const alike = tf.matMul(image, text, false, true);
  const own = tf.eye(image.shape[0]);
  return alike.sub(own.mul(1e3)).max(1, true).sub(alike.mul(own).sum(1)).relu().mean();
}`),
    ).toEqual(['silent-broadcast']);
  });
});

describe('the best of each column', () => {
  it('is compared with the numbers of the rows, where the best of each row is too', () => {
    const of = (other: string): string =>
      `export function found(images: tf.Tensor2D, texts: tf.Tensor2D) {
  const alike = tf.matMul(images, texts, false, true);
  const own = tf.range(0, alike.shape[0], 1, 'int32');
  return [alike.argMax(0).equal(own).mean(), ${other}];
}`;
    expect(told(of('alike.argMax(1).equal(own).mean()'))).toEqual([]);
    expect(told(of('alike.mean()'))).toEqual(['axis-mismatch']);
  });
});

describe('squares of differences', () => {
  it('are 0 for data all alike, however they are written', () => {
    const of = (square: string): string =>
      `const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
export function scaled(xs: number[], ys: number[]) {
  const m = mean(xs);
  const centred = xs.map((v) => v - m);
  return tf.tensor1d(ys.map((v) => v / Math.sqrt(centred.reduce((sum, q) => sum + ${square}, 0))));
}`;
    expect(told(of('q * q'))).toEqual(['division-near-zero']);
    expect(told(of('q ** 2'))).toEqual(['division-near-zero']);
    expect(told(of('q * q + 1'))).toEqual([]);
  });
});

describe('an axis of 1 before the last one', () => {
  const distances = (a: string, b: string): string =>
    `const centres = tf.tensor2d([[0, 0], [20, 0]]);
export const distances = () => ${a}.sub(${b}).square().mean();`;

  it('lays out pairs, of as many points as there are centres too', () => {
    expect(told(distances('tf.ones([2, 2]).expandDims(1)', 'centres'))).toEqual([]);
  });

  it('does not at the end', () => {
    expect(told(distances('tf.ones([2]).expandDims(1)', 'tf.zeros([2])'))).toEqual(['silent-broadcast']);
  });

  it('adds a mask for each sample to one for all', () => {
    const attend = `export const mask = (padding: tf.Tensor2D) =>
  tf.ones([2, 2]).expandDims(1).expandDims(1).add(tf.zeros([2, 2]));`;
    expect(told(attend)).toEqual([]);
  });
});

describe('a mask of what a step may look at', () => {
  const mask = 'tf.linalg.bandPart(tf.ones([6, 6]), -1, 0).log()';
  const masked = (of: string): string => `export const masked = (scores: tf.Tensor2D) => ${of};`;

  it('is added to scores before a softmax', () => {
    expect(told(masked(`scores.add(${mask}).softmax()`))).toEqual([]);
    expect(told(`export const causal = () => ${mask};`)).toEqual([]);
  });

  it.each([
    `${mask}.sum()`,
    `scores.sub(${mask}).softmax()`,
    `${mask}.neg().mul(scores)`,
    `scores.add(${mask}).mean()`,
  ])('is Infinity otherwise: %s', (of) => {
    expect(told(masked(of))).toContain('log-of-zero');
  });
});

describe('a flat number in a loss', () => {
  const step = (loss: string): string => `const w = tf.variable(tf.ones([4, 1])) as tf.Variable<tf.Rank.R2>;
export const step = (x: tf.Tensor2D, y: tf.Tensor2D) =>
  tf.train.sgd(0.1).minimize(() => {
    const out = tf.matMul(x, w);
    const size = out.mean();
    return ${loss} as tf.Scalar;
  });`;

  it('is a term that moves nothing', () => {
    expect(told(step('out.sub(y).square().mean().add(size.round())'))).toEqual(['detached-gradient']);
    expect(told(step('tf.add(out.sub(y).square().mean(), out.sign().mean().mul(0.1)).mul(2)'))).toEqual([
      'detached-gradient',
    ]);
  });

  it.each([
    'size.sub(size.floor())',
    'size.add(size.sign().mul(1e-6)).square()',
    'out.sub(y).square().mean().div(size.square().add(size.round().square()).add(1))',
  ])('is part of a formula: %s', (loss) => {
    expect(told(step(loss))).toEqual([]);
  });
});

describe('the logarithm of a share that weighs it', () => {
  it('is that of none where something was added to each', () => {
    const divergence = (p: string): string =>
      `export const divergence = (p: tf.Tensor1D, q: tf.Tensor1D) => p.mul(${p}.div(q).log()).sum();`;
    expect(told(divergence('p'))).toEqual(['log-of-zero']);
    expect(told(divergence('p.add(1e-7)'))).toEqual([]);
  });
});
