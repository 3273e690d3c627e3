/** Guards and layouts as good programs have them: nothing is told of any. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, start }) => `${rule} ${start.line}`);

describe('a divisor that is not 0', () => {
  it('is chosen by what it is computed from', () => {
    const scaled = (condition: string): string => `
export function quantise(kernel: tf.Tensor2D) {
  const peak = kernel.abs().max(0, true);
  return kernel.div(tf.where(${condition}, peak.div(127), tf.onesLike(peak)));
}`;
    expect(told(scaled('peak.greater(0)'))).toEqual([]);
    expect(told(scaled('peak.greater(-1)'))).toEqual(['division-near-zero 5']);
  });

  it('is chosen by one of several conditions', () => {
    expect(
      told(`
export function solve(xx: tf.Tensor4D, xy: tf.Tensor4D, yy: tf.Tensor4D, enough: number) {
  const det = xx.mul(yy).sub(xy.square());
  const isRegular = xx.add(yy).greater(enough).logicalAnd(det.greater(1e-12));
  return xy.div(tf.where(isRegular, det, tf.onesLike(det)));
}`),
    ).toEqual([]);
  });

  it('is a norm of which one part is 1', () => {
    expect(
      told(`
export function rays(pixels: tf.Tensor2D) {
  const directions = tf.concat([pixels, tf.ones([pixels.shape[0], 1])], 1);
  return directions.div(directions.norm('euclidean', 1, true));
}`),
    ).toEqual([]);
  });

  it.each([
    'tf.concat([tf.ones([raw.shape[0], 1]), raw], 1)',
    'tf.stack([raw.sum(1), tf.fill([raw.shape[0]], -1)], 1)',
  ])('is the root of squares of which one is 1: %s', (joined) => {
    expect(
      told(`
export function unit(raw: tf.Tensor2D) {
  const q = ${joined};
  return q.div(tf.sqrt(q.square().sum(1, true)));
}`),
    ).toEqual([]);
  });

  it('is the spread of what the program lays out', () => {
    expect(
      told(`
export function moon(n: number) {
  const angle = tf.linspace(0, Math.PI, n);
  const points = tf.stack([angle.cos(), angle.sin()], 1);
  const { mean, variance } = tf.moments(points, 0, true);
  return points.sub(mean).div(variance.sqrt());
}`),
    ).toEqual([]);
  });

  it('is the sum of the best scores, the greatest of which is always among them', () => {
    expect(
      told(`
export function best(scores: tf.Tensor2D, k: number) {
  const least = tf.topk(scores, k).values.min(-1, true);
  const e = scores.sub(scores.max(-1, true)).exp().mul(scores.greaterEqual(least).toFloat());
  return e.div(e.sum(-1, true));
}`),
    ).toEqual([]);
  });

  it.each(['rows.length === 0', 'rows.length < LEAST', '!(rows.length > 0)', '!rows.length'])(
    'is the length of a list that was made of one of which %s was asked',
    (isShort) => {
      const mean = (condition: string): string => `
const LEAST = 24;
export function meanOf(readings: { at: number; value: number }[]) {
  const rows = readings.filter(({ at }) => at > 0);
  if (${condition}) throw new Error('too few');
  const values = rows.map(({ value }) => value);
  return tf.scalar(values.reduce((a, b) => a + b, 0) / values.length);
}`;
      expect(told(mean(isShort))).toEqual([]);
      expect(told(mean('readings.length === 0'))).toEqual(['division-near-zero 8']);
    },
  );

  it.each(['for (let i = 0; i < 50 && left > 1e-10; i++)', 'for (; left > 1e-10; )', 'while (left > 1e-10)'])(
    'is what the head of a loop asks for: %s',
    (head) => {
      const solve = (loop: string): string => `
export function solve(a: tf.Tensor2D, b: tf.Tensor2D) {
  let rest = b;
  let left = rest.square().sum().dataSync()[0];
  ${loop} {
    rest = rest.sub(a.matMul(rest));
    const next = rest.square().sum().dataSync()[0];
    rest = rest.mul(next / left);
    left = next;
  }
  return rest;
}`;
      expect(told(solve(head))).toEqual([]);
      expect(told(solve('for (let i = 0; i < 50 && left > -1; i++)'))).toEqual(['division-near-zero 9']);
    },
  );

  it('is the sum over all pairs but those of a thing with itself', () => {
    const share = (pairs: string): string => `
export function affinities(points: tf.Tensor2D, left: tf.Tensor2D) {
  const square = points.square().sum(1, true);
  const far = square.add(square.transpose()).sub(points.matMul(points, false, true).mul(2)).relu();
  const near = tf.div(1, far.add(1)).mul(${pairs});
  return near.div(near.sum());
}`;
    expect(told(share('tf.sub(1, tf.eye(points.shape[0]))'))).toEqual([]);
    expect(told(share('left.greater(0)'))).toEqual(['division-near-zero 7']);
  });

  it('is what draws are, or the logarithms of draws', () => {
    const share = (low: number, high: number): string => `
export function dirichlet(rows: number, parts: number) {
  const gamma = tf.randomUniform([rows, parts], ${low}, ${high}).log().neg();
  return gamma.div(gamma.sum(1, true));
}`;
    expect(told(share(1e-7, 1))).toEqual([]);
  });

  it('is the sum of a mask that is written down, or in which a comment asks for something', () => {
    const mean = (comment: string, test: string): string => `
/** Mean over the nodes of a mask${comment}. */
export const over = (loss: tf.Tensor1D, mask: tf.Tensor1D) => loss.mul(mask).sum().div(mask.sum());
const train = tf.tensor1d(Array.from({ length: 30 }, (_, i) => (${test} ? 1 : 0)));
export const loss = (x: tf.Tensor1D) => over(x, train);
export const rest = (x: tf.Tensor1D) => x.mul(tf.sub(1, train)).sum().div(tf.sub(1, train).sum());`;
    expect(told(mean(' with at least one of them', 'i % 10 < 4'))).toEqual([]);
    expect(told(mean('', 'i % 10 < 4').split('\n').slice(0, 3).join('\n'))).toEqual(['empty-mean 4']);
    expect(told(mean(' with at least one of them', 'i < 30'))).toEqual(['division-near-zero 7']);
  });

  it.each([
    '[...new Set(rows.filter((row) => row.event).map((row) => row.time))].sort((a, b) => a - b)',
    'rows.map((row) => row.time)',
  ])('counts those who are still there at a time of their own: %s', (times) => {
    const curve = (written: string): string => `
export function survival(rows: { time: number; event: boolean }[], others: number[]) {
  let left = 1;
  return ${written}.map((time) => {
    const atRisk = rows.filter((row) => row.time >= time).length;
    left *= 1 - 1 / atRisk;
    return tf.scalar(left);
  });
}`;
    expect(told(curve(times))).toEqual([]);
    expect(told(curve('others'))).toEqual(['division-near-zero 7']);
    // All of them may be gone by then.
    const greenwood = curve(times).replace(
      '1 / atRisk',
      '1 / (atRisk - rows.filter((row) => row.event).length)',
    );
    expect(told(greenwood)).toEqual(['division-near-zero 7']);
  });

  it('is the power of a window, times a rate', () => {
    const scale = (window: string): string => `
export function spectrum(frames: tf.Tensor2D, rate: number, taps: tf.Tensor1D) {
  return frames.square().mean(0).div(${window}.square().sum().mul(rate));
}`;
    expect(told(scale('tf.signal.hannWindow(128)'))).toEqual([]);
    expect(told(scale('taps'))).toEqual(['division-near-zero 4']);
  });

  it('is a root of what was asked to be no less', () => {
    const ratio = (condition: string): string => `
export function complexity(values: number[]) {
  const spreadOf = (v: number[]) => {
    const mean = v.reduce((a, b) => a + b, 0) / v.length;
    return v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length;
  };
  const [all, moves] = [spreadOf(values), spreadOf(values.slice(1))];
  if (${condition}) return tf.scalar(0);
  return tf.scalar(1 / Math.sqrt(moves / all));
}`;
    expect(told(ratio('all < 1e-12 || moves < 1e-12'))).toEqual([]);
  });

  it('is asked of every group, though there is none', () => {
    expect(
      told(`
function means(values: number[]) {
  const bins = Array.from({ length: 40 }, () => ({ n: 0, sum: 0 }));
  for (const value of values) {
    bins[Math.floor(value)].n += 1;
    bins[Math.floor(value)].sum += value;
  }
  return bins.filter((bin) => bin.n > 0).map((bin) => bin.sum / bin.n);
}
console.log(means([]), tf.scalar(0));`),
    ).toEqual([]);
  });
});

describe('exponentials one of which is 1', () => {
  it.each([
    ['(least - value) * beta', 'the least of them'],
    ['-beta * (value - least)', 'the least of them, from the other side'],
    ['(value - most) / Math.max(beta, 0.1)', 'the largest of them'],
  ])('Math.exp(%s), shifted by %s', (exponent) => {
    expect(
      told(`
export function shares(values: number[], beta: number) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const weights = values.map((value) => Math.exp(${exponent}));
  const total = weights.reduce((a, b) => a + b, 0);
  return tf.tensor1d(weights.map((weight) => weight / total));
}`),
    ).toEqual([]);
  });

  it('are stored where they are added up', () => {
    expect(
      told(`
export function softmax(logits: ArrayLike<number>) {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i]);
  const shares = new Float32Array(logits.length);
  let total = 0;
  for (let i = 0; i < shares.length; i++) total += shares[i] = Math.exp(logits[i] - most);
  for (let i = 0; i < shares.length; i++) shares[i] /= total;
  return tf.tensor1d(shares);
}`),
    ).toEqual([]);
  });

  it.each(['x.sub(x.max(1, true)).div(heat)', 'x.sub(x.min(1, true)).mul(-heat)'])('%s', (exponent) => {
    const softmax = (written: string): string => `
export function soft(x: tf.Tensor2D, heat: number) {
  const weights = ${written}.exp();
  return weights.div(weights.sum(1, true));
}`;
    expect(told(softmax(exponent))).toEqual([]);
    expect(told(softmax(exponent.replace(/max|min/, (most) => (most === 'max' ? 'min' : 'max'))))).toEqual([
      'unstable-composite 5',
    ]);
  });
});

describe('digits that nobody misses', () => {
  it.each([
    ['tf.square(tf.sub(1, logp.exp())).mul(logp).neg().mean()', 'return tf.sub(1, logp.exp());'],
    ['logp.square().add(1).sqrt().sub(1).mean()', 'return logp.square().add(1).sqrt().sub(1);'],
  ])('of a term of a mean: %s', (loss, alone) => {
    const of = (body: string): string =>
      `export function loss(x: tf.Tensor2D) { const logp = x.relu().neg(); ${body} }`;
    expect(told(of(`return ${loss};`))).toEqual([]);
    expect(told(of(alone))).toEqual(['cancellation 2']);
  });

  it('of how many there are', () => {
    expect(told('export const f = (cases: tf.Tensor1D) => cases.add(1).log();')).toEqual([]);
    expect(told('export const f = (energy: tf.Tensor1D) => energy.add(1).log();')).toEqual([
      'log-near-one 2',
    ]);
  });

  it('of a weight that is almost 0, kept from it', () => {
    expect(
      told(`
export function focal(logits: tf.Tensor2D, labels: tf.Tensor2D, gamma = 2) {
  const logs = tf.logSoftmax(logits);
  return tf.sub(1, logs.exp()).clipByValue(1e-6, 1).pow(gamma).mul(logs).mul(labels).sum(-1).neg().mean();
}`),
    ).toEqual([]);
  });
});

describe('exponents that are meant to be small', () => {
  it.each([
    ['rate.mul(tau).neg()', 'a discount'],
    ['t.mul(volume.abs()).neg()', 'a decay over time'],
    [
      'rate.relu().mul(t.slice([1], [9]).sub(t.slice([0], [9]))).neg()',
      'the steps between times in their order',
    ],
    ['volume.add(1e-6).log().mul(-2)', 'a power of what a guard keeps from 0'],
  ])('%s: %s', (exponent) => {
    const decay = (written: string): string =>
      `export const f = (volume: tf.Tensor1D, rate: tf.Tensor1D, t: tf.Tensor1D, tau: tf.Tensor1D) => ${written}.exp();`;
    expect(told(decay(exponent))).toEqual([]);
    expect(told(decay('volume.mul(rate.relu()).neg()'))).toEqual(['exp-overflow 2']);
  });

  it('of the entropy of probabilities', () => {
    expect(
      told(`
export function perplexity(logits: tf.Tensor2D) {
  const p = tf.softmax(logits.reshape([-1, 5])).mean(0);
  return p.mul(tf.maximum(p, 1e-12).log()).sum().neg().exp();
}`),
    ).toEqual([]);
  });
});

describe('a product that may be 0', () => {
  const chance = (product: string): string =>
    `export const any = (logits: tf.Tensor2D) => { const p = tf.sigmoid(logits); return ${product}; };`;

  it('where 1 less it is 1', () => {
    expect(told(chance('tf.sub(1, tf.prod(tf.sub(1, p), 0))'))).toEqual([]);
    expect(told(chance('tf.prod(tf.sub(1, p), 0)'))).toEqual(['probability-product 2']);
  });
});

describe('a column beside a row that is meant', () => {
  it('of thresholds that are trained', () => {
    expect(
      told(`
const thresholds = tf.variable(tf.linspace(1, -1, 4));
const weights = tf.variable(tf.randomNormal([16, 1]));
export const ordinal = (x: tf.Tensor2D) => tf.matMul(x, weights).add(thresholds).sigmoid().mean();`),
    ).toEqual([]);
  });

  it('of a degree along both sides of a matrix, whoever knows how large that is', () => {
    expect(
      told(`
function affinities(x: tf.Tensor2D): number[][] {
  return x.expandDims(1).sub(x.expandDims(0)).square().sum(2).arraySync() as number[][];
}
export function normalised(x: tf.Tensor2D) {
  const w = tf.exp(tf.tensor2d(affinities(x)).neg());
  const scale = w.sum(1, true).add(1).rsqrt();
  return w.mul(scale).mul(scale.transpose()).add(tf.eye(x.shape[0]));
}
console.log(normalised(tf.randomNormal([28, 2])).shape);`),
    ).toEqual([]);
  });
});

describe('sizes that are one less', () => {
  it('of what was broadcast before', () => {
    expect(
      told(`
export function moves(x: tf.Tensor2D, mean: tf.Tensor2D) {
  const centred = x.sub(mean);
  const width = x.shape[1];
  return centred.slice([0, 1]).sub(centred.slice([0, 0], [-1, width - 1]));
}
export const pairs = (returns: tf.Tensor1D, values: tf.Tensor1D) =>
  returns.sub(values).slice(1).mul(returns.slice(1));`),
    ).toEqual([]);
  });

  it('of lists that were made shorter', () => {
    expect(
      told(`
export function body(rows: number[][]) {
  const count = rows.length - 1;
  rows.shift();
  return tf.tensor2d(rows).mul(tf.ones([count, 1]));
}`),
    ).toEqual([]);
  });
});

it('a parameter that may be a tensor or a number is asked which number it is', () => {
  expect(
    told(`
const scaled = (x: tf.Tensor2D, by: any) => (by === 1 ? x : x.mul(by));
export const both = (x: tf.Tensor2D) => [scaled(x, 1), scaled(x, x.max())];`),
  ).toEqual([]);
});

describe('sums that cannot be 0', () => {
  it('of the squares of weights, one over which is their effective number', () => {
    const effective = (name: string): string =>
      `export const effective = (${name}: tf.Tensor1D) => tf.div(1, ${name}.square().sum());`;
    expect(told(effective('weights'))).toEqual([]);
    expect(told(effective('w'))).toEqual([]);
    expect(told(effective('x'))).toEqual(['division-near-zero 2']);
    // Two over them is the margin of a machine, whose weights start at 0.
    expect(told(effective('w').replaceAll('effective', 'margin'))).toEqual(['division-near-zero 2']);
  });

  it('over all pairs of points, each with the others', () => {
    const similarities = (kernel: string): string => `
export function similarities(d: tf.Tensor2D) {
  const w = ${kernel}.mul(tf.sub(1, tf.eye(d.shape[0])));
  return w.div(w.sum());
}`;
    expect(told(similarities('tf.div(1, d.square().add(1))'))).toEqual([]);
    // Of far points an exponential is 0, and so is one over it.
    expect(told(similarities('tf.div(1, tf.exp(d).add(1))'))).toEqual(['division-near-zero 5']);
    expect(told(similarities('tf.exp(d.square().neg())'))).toEqual(['division-near-zero 5']);
  });

  it('of what is before each step, and 1 before the first', () => {
    const causal = (exclusive: string): string => `
export function causal(residuals: tf.Tensor1D) {
  const weights = residuals.square().cumsum(0${exclusive}).mul(-10).exp();
  return weights.mul(residuals).sum().div(weights.sum());
}`;
    expect(told(causal(', true'))).toEqual([]);
    expect(told(causal(''))).toEqual(['division-near-zero 5']);
  });

  it('of the segment that an element is in', () => {
    const softmax = (looked: string): string => `
export function edgeSoftmax(scores: tf.Tensor1D, to: tf.Tensor1D, from: tf.Tensor1D, nodes: number) {
  const powers = scores.clipByValue(-30, 30).exp();
  return powers.div(tf.gather(tf.unsortedSegmentSum(powers, to, nodes), ${looked}));
}`;
    expect(told(softmax('to'))).toEqual([]);
    expect(told(softmax('from'))).toEqual(['division-near-zero 5']);
  });
});

it.each(['done', "done, 'bool'"])('a list of booleans is made a mask: tf.tensor1d(%s)', (given) => {
  expect(
    told(`
export function unlessDone(values: tf.Tensor1D, done: boolean[]) {
  return tf.where(tf.tensor1d(${given}), tf.zerosLike(values), values);
}`),
  ).toEqual([]);
});

it('the exponential of a difference of logarithms is a quotient: its logarithms tell where it breaks', () => {
  expect(
    told(`
export function weights(kept: tf.Tensor1D) {
  const ratio = kept.log().sub(kept.neg().log1p()).exp();
  return tf.minimum(ratio, 5).div(5);
}`),
  ).toEqual(['log-of-zero 4', 'log-of-zero 4']);
});

it('the scale of a kernel with a minus in front of it is as much the business of callers', () => {
  expect(
    told(`export const kernel = (d: tf.Tensor, scale: number) => d.square().div(-2 * scale * scale).exp();`),
  ).toEqual([]);
});

it('what is left of a schedule, which begins below 1', () => {
  const left = (exclusive: string): string => `
export function deviations() {
  const kept = tf.cumprod(tf.sub(1, tf.linspace(1e-4, 0.02, 100))${exclusive});
  return tf.div(1, tf.sub(1, kept));
}`;
  expect(told(left(''))).toEqual([]);
  expect(told(left(', 0, true'))).toEqual(['division-near-zero 5']);
});

describe('a number that is above a limit', () => {
  const unit = (limit: string): string => `
export function unit(v: number[], scale: number) {
  const length = Math.hypot(...v);
  if (length <= ${limit}) return tf.tensor1d(v);
  return tf.tensor1d(v.map((x) => x / length));
}`;

  it('which is computed, and never 0', () => {
    expect(told(unit('1e-10 * Math.max(scale, 1)'))).toEqual([]);
  });

  it('or may be below 0', () => {
    expect(told(unit('Math.min(scale, 1) - 2'))).toEqual(['division-near-zero 6']);
  });
});

it('rows of the data that a tensor is made of are rows', () => {
  const each = (row: string): string => `
export function distances(data: number[][]) {
  const all = tf.tensor2d(data);
  return data.map((row) => all.sub(tf.tensor2d(${row})).abs().sum().dataSync()[0]);
}`;
  expect(told(each('[row]'))).toEqual([]);
  expect(told(each('[row[0]]'))).toEqual(['incompatible-shapes 5']);
  // A flat list may be laid out by a shape.
  expect(
    told(`
export function first(data: number[]) {
  const all = tf.tensor2d(data, [10, 10]);
  return all.sub(tf.scalar(data[0]!));
}`),
  ).toEqual([]);
});

it('an exponent by an area, to which something is added lest it be 0', () => {
  expect(
    told(
      `export const similarity = (d: tf.Tensor1D, area: number) => tf.exp(d.square().div(2 * (area + 1e-6)).neg()).mean();`,
    ),
  ).toEqual([]);
});
