/** Numbers that stay where they do no harm, by what programs know of them; and beside each the number that does not. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);

describe('pairs of a list with itself', () => {
  const mean = (same: string): string => `
export function within(distances: tf.Tensor2D, labels: tf.Tensor1D, others: tf.Tensor1D) {
  const same = ${same}.toFloat();
  return distances.mul(same).sum(1).div(same.sum(1));
}`;

  it('have the diagonal, so that no row is empty', () => {
    expect(told(mean('labels.expandDims(1).equal(labels.expandDims(0))'))).toEqual([]);
    expect(told(mean('labels.reshape([-1, 1]).lessEqual(labels)'))).toEqual([]);
  });

  it('but not those with another list, or of what is less', () => {
    expect(told(mean('labels.expandDims(1).equal(others.expandDims(0))'))).toEqual(['empty-mean']);
    expect(told(mean('labels.expandDims(1).less(labels.expandDims(0))'))).toEqual(['empty-mean']);
  });
});

describe('a sum of one number, scaled and shifted', () => {
  const odds = (sum: string): string =>
    `export const kept = (logits: tf.Tensor1D) => Array.from(tf.sigmoid(logits).dataSync()).map((p) => p / (${sum}));`;

  it('is linear in it', () => {
    expect(told(odds('p + (1 - p) / 0.1'))).toEqual([]);
    expect(told(odds('1 - p + (1 - p)'))).toEqual(['division-near-zero']);
  });
});

describe('a length that a condition asked to be above 0', () => {
  const kernel = (condition: string): string => `
export function kernel(length: number, alpha: number) {
  if (!(${condition})) throw new RangeError('positive');
  return (d: tf.Tensor2D) => tf.pow(d.relu().div(2 * alpha * length ** 2).add(1), -alpha);
}`;

  it('has a square above 0', () => {
    expect(told(kernel('length > 0 && alpha > 0'))).toEqual([]);
    expect(told(kernel('length >= 0 && alpha > 0'))).toContain('division-near-zero');
  });
});

describe('a function that is made behind a condition', () => {
  const scale = (condition: string): string => `
function scale(low: number, high: number) {
  if (${condition}) return () => 0.5;
  return (value: number) => (value - low) / (high - low);
}
export function scaled(values: number[]) {
  const to = scale(Math.min(...values), Math.max(...values));
  return tf.tensor1d(values.map((value) => to(value)));
}`;

  it('runs where that holds', () => {
    expect(told(scale('high === low'))).toEqual([]);
    expect(told(scale('high === 7'))).toEqual(['division-near-zero']);
  });

  it('which tells nothing of what its caller does', () => {
    expect(
      told(`${scale('high === low')}
export function both(values: number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const to = scale(low, high);
  return tf.tensor1d(values.map((value) => to(value) + 1 / (high - low)));
}`),
    ).toEqual(['division-near-zero']);
  });
});

describe('hashes', () => {
  const row = (hash: string): string => `
const TABLE = tf.variable(tf.randomNormal([4096, 8]));
function hash(text: string) {
  let h = 2166136261;
  for (const one of text) h = Math.imul(h ^ one.charCodeAt(0), 16777619);
  return ${hash};
}
export const embed = (words: string[]) => tf.gather(TABLE, tf.tensor1d(words.map(hash), 'int32'));`;

  it('are places in a table, but for those that keep their sign', () => {
    expect(told(row('(h >>> 0) % 4096'))).toEqual([]);
    expect(told(row('h % 4096'))).toEqual(['incompatible-shapes']);
    expect(told(row('(h >>> 0) % 4096 + 4096'))).toEqual(['incompatible-shapes']);
  });
});

describe('slots of an own optimizer', () => {
  const steps = (key: string): string => `
export function train(x: tf.Tensor2D) {
  const w = tf.variable(tf.zeros([4, 1]));
  const b = tf.variable(tf.zeros([1]));
  const slots = new Map<string, tf.Variable>();
  for (const one of [w, b]) {
    let slot = slots.get(${key});
    if (!slot) {
      slot = tf.variable(tf.zerosLike(one), false);
      slots.set(${key}, slot);
    }
    one.assign(one.sub(slot));
  }
  return x.matMul(w as unknown as tf.Tensor2D).add(b);
}`;

  it('belong to the variable of that name', () => {
    expect(told(steps('one.name'))).toEqual([]);
    expect(told(steps("'slot'"))).toEqual(['incompatible-shapes']);
  });
});

describe('probabilities of which a label picks one', () => {
  const loss = (probabilities: string): string => `
export const loss = (probs: tf.Tensor2D, labels: tf.Tensor1D) => {
  const p = ${probabilities};
  return p.mul(tf.oneHot(labels.toInt(), probs.shape[1])).sum(1).log().mean().neg();
};`;

  it('are as far from 0 as all of them', () => {
    const clipped = 'probs.clipByValue(1e-7, 1 - 1e-7)';
    expect(told(loss(`${clipped}.div(${clipped}.sum(1, true))`))).toEqual([]);
    expect(told(loss('tf.softmax(probs)'))).toEqual(['log-of-zero']);
  });
});

describe('an exponential', () => {
  it('of a logarithm that is trained, but not of one that a network gives', () => {
    expect(
      told(`
export class Policy {
  private readonly logAlpha = tf.variable(tf.scalar(0));
  private readonly kernel = tf.variable(tf.randomNormal([8, 2]));
  alpha() { return tf.exp(this.logAlpha); }
  deviation(x: tf.Tensor2D) { return tf.exp(x.matMul(this.kernel as unknown as tf.Tensor2D)); }
}`),
    ).toEqual(['exp-overflow']);
  });

  it('of losses that are subtracted, but not of what is added', () => {
    const weights = (sign: string): string =>
      `export const weights = (slabLosses: tf.Tensor1D, rate: number) => tf.exp(tf.cumsum(slabLosses).mul(${sign}rate));`;
    expect(told(weights('-'))).toEqual([]);
    expect(told(weights(''))).toEqual(['exp-overflow']);
  });

  it('shifted by the largest of each row, of which one row is summed up', () => {
    const sum = (rows: string): string => `
export function first(scores: tf.Tensor2D) {
  const shifted = tf.exp(scores.sub(scores.max(1, true)));
  return shifted.slice(${rows}).sum(1).log();
}`;
    expect(told(sum('[0, 0], [1, -1]'))).toEqual([]);
    expect(told(sum('[0, 1], [1, -1]'))).toEqual(['unstable-composite']);
    // Behind the first row there may be none.
    expect(told(sum('[1, 0], [-1, -1]').replace('sum(1)', 'sum()'))).toEqual(['unstable-composite']);
  });
});

describe('a divisor', () => {
  it('of rotations that are turned to one side before they are blended', () => {
    const blend = (sign: string): string => `
export function blend(a: tf.Tensor1D, b: tf.Tensor1D, t: number) {
  const sign = ${sign};
  const sum = a.mul(1 - t).add(b.mul(sign * t));
  return sum.div(tf.norm(sum));
}`;
    expect(told(blend('a.mul(b).sum().dataSync()[0]! < 0 ? -1 : 1'))).toEqual([]);
    expect(told(blend('1'))).toEqual(['division-near-zero']);
  });

  it('of weights that add up to 1 by their name', () => {
    const inverse = (name: string): string =>
      `export const inverse = (${name}: tf.Tensor1D) => tf.scalar(1).div(${name}.square().sum());`;
    expect(told(inverse('weights'))).toEqual([]);
    expect(told(inverse('errors'))).toEqual(['division-near-zero']);
  });

  it('of data that noise was added to', () => {
    const scaled = (data: string): string => `
export function scaled(rows: number[][]) {
  const x = ${data};
  const { mean, variance } = tf.moments(x, 0);
  return x.sub(mean).div(variance.sqrt());
}`;
    expect(told(scaled('tf.tensor2d(rows).add(tf.randomNormal([8, 2]))'))).toEqual([]);
    expect(told(scaled('tf.tensor2d(rows)'))).toEqual(['division-near-zero']);
  });
});

describe('a step size', () => {
  const next = (step: string): string => `
export function next(scaled: tf.Tensor1D, worst: tf.Tensor1D, h: number) {
  const [error, other] = [scaled, worst].map((x) => x.square().mean().sqrt().dataSync()[0]!);
  return h * ${step};
}`;

  it('is capped by a number, not by another one that may be Infinity', () => {
    expect(told(next('Math.min(5, Math.pow(error!, -1 / 3))'))).toEqual([]);
    expect(told(next('Math.min(Math.pow(error!, -1 / 3), Math.pow(other!, -1 / 3))'))).toEqual([
      'domain-edge',
      'domain-edge',
    ]);
  });
});

describe('what a record holds', () => {
  const record = (scale: string): string => `
interface Scaling { mean: tf.Tensor1D; logScale: tf.Tensor1D }
export const made = (raw: tf.Tensor1D): Scaling => ({ mean: tf.zeros([4]), logScale: ${scale} });
export const scaled = (x: tf.Tensor2D, { mean, logScale }: Scaling) => x.sub(mean).mul(logScale.exp());`;

  it('is between the ends of a clip, but not what it starts with', () => {
    expect(told(record('raw.clipByValue(-4, 2)'))).toEqual([]);
    expect(told(record('tf.zeros([4])'))).toEqual(['exp-overflow']);
  });
});

describe('an element that was just counted up', () => {
  const bandit = (update: string): string => `
export class Bandit {
  private readonly counts: number[];
  private readonly means: number[];
  constructor(arms: number) {
    this.counts = new Array(arms).fill(0);
    this.means = new Array(arms).fill(0);
  }
  update(arm: number, other: number, reward: number) {
    ${update}
    return tf.tensor1d(this.means);
  }
}`;
  const mean = (arm: string): string =>
    `this.means[${arm}] += (reward - this.means[${arm}]) / this.counts[${arm}];`;

  it('is above 0', () => {
    expect(told(bandit(`this.counts[arm]++; ${mean('arm')}`))).toEqual([]);
    expect(told(bandit(`this.counts[arm] += 1; ${mean('arm')}`))).toEqual([]);
  });

  it('but not before that, and no other one', () => {
    expect(told(bandit(`${mean('arm')} this.counts[arm]++;`))).toEqual(['division-near-zero']);
    expect(told(bandit(`this.counts[arm]++; ${mean('other')}`))).toEqual(['division-near-zero']);
    expect(told(bandit(`this.counts[arm]++; arm = other; ${mean('arm')}`))).toEqual(['division-near-zero']);
  });
});

describe('a limit that is computed', () => {
  const scaled = (least: string): string => `
export function scaled(x: tf.Tensor2D) {
  const { mean, variance } = tf.moments(x, 0);
  const isFlat = variance.lessEqual(mean.square().mul(1e-10).add(${least}));
  return x.sub(mean).div(tf.where(isFlat, tf.onesLike(variance), variance.sqrt()));
}`;
  const numbers = (least: string): string => `
export function scaled(x: tf.Tensor2D) {
  const { mean, variance } = tf.moments(x, 0);
  const offset = mean.arraySync() as number[];
  const scale = Array.from(variance.dataSync(), (v, i) => (v > ${least} + 1e-10 * offset[i]! ** 2 ? Math.sqrt(v) : 1));
  return x.sub(offset).div(scale);
}`;

  it('keeps from 0 what has to be above it', () => {
    expect(told(scaled('1e-12'))).toEqual([]);
    expect(told(numbers('1e-12'))).toEqual([]);
  });

  it('but not where it may be below 0', () => {
    expect(told(scaled('-1e-12'))).toContain('division-near-zero');
    expect(told(numbers('-1'))).toContain('division-near-zero');
  });
});

describe('gradients by their norm, of as many as there are', () => {
  const clip = (scale: string): string => `
const globalNorm = (grads: tf.Tensor[]) => tf.sqrt(tf.addN(grads.map((grad) => grad.square().sum())));
export function clip(grads: tf.Tensor[], most: number) {
  const scale = ${scale};
  return grads.map((grad) => grad.mul(scale));
}`;

  it('are harmless where 1 is taken in the place of Infinity', () => {
    expect(told(clip('tf.minimum(1, tf.div(most, globalNorm(grads)))'))).toEqual([]);
    expect(told(clip('tf.div(most, globalNorm(grads)).minimum(1)'))).toEqual([]);
  });

  it('and NaN of no gradient at all', () => {
    expect(told(clip('tf.div(most, globalNorm(grads))'))).toEqual(['division-near-zero']);
  });
});

describe('the largest of a list, by a comparison', () => {
  const weights = (condition: string, exponent: string): string => `
function weights(logits: number[]) {
  let top = -Infinity;
  for (const v of logits) if (${condition}) top = v;
  return Array.from(logits, (v) => Math.exp(${exponent}));
}
export const shares = (x: tf.Tensor1D) => tf.tensor1d(weights(Array.from(x.mul(100).dataSync())));`;

  it('is above all of them', () => {
    expect(told(weights('v > top', 'v - top'))).toEqual([]);
    expect(told(weights('top <= v', '(v - top) / 2'))).toEqual([]);
  });

  it('but not where it is the smallest', () => {
    expect(told(weights('v < top', 'v - top'))).toEqual(['exp-overflow']);
  });
});

describe('a mask of places by lengths', () => {
  const attend = (lengths: string): string => `
export function attend(x: tf.Tensor3D, lengths: number[]) {
  const places = tf.range(0, x.shape[1]).expandDims(0);
  const isThere = places.less(tf.tensor1d(${lengths}).expandDims(1)).expandDims(1);
  const scores = tf.matMul(x, x, false, true);
  return tf.softmax(tf.where(isThere, scores, tf.fill(scores.shape, -Infinity)));
}`;

  it('leaves each row its first place, where all have one', () => {
    expect(told(attend('lengths.map((n) => Math.max(1, n))'))).toEqual([]);
  });

  it('and of a length of 0 nothing', () => {
    expect(told(attend('lengths'))).toEqual(['masked-infinity']);
    expect(told(attend('lengths.map((n) => Math.max(0, n))'))).toEqual(['masked-infinity']);
  });
});

describe('a list of zeros that a condition finds none in', () => {
  const select = (condition: string): string => `
export class Bandit {
  private readonly counts: number[];
  constructor(arms: number) {
    this.counts = new Array(arms).fill(0);
  }
  scores(total: tf.Tensor) {
    const fresh = this.counts.indexOf(0);
    if (${condition}) return undefined;
    return this.counts.map((count) => total.dataSync()[0] / count);
  }
}`;

  it('has been filled since', () => {
    expect(told(select('fresh !== -1'))).toEqual([]);
  });

  it('but not where one is left', () => {
    expect(told(select('fresh > 5'))).toEqual(['division-near-zero']);
  });
});

describe('the degrees of a graph', () => {
  const degrees = (adjacency: string): string =>
    `export const scale = (a: tf.Tensor2D) => (${adjacency}).sum(1).rsqrt();`;

  it('are 1 at least where each node is linked to itself', () => {
    expect(told(degrees('a.relu().add(tf.eye(a.shape[0]))'))).toEqual([]);
    expect(told(degrees('a.relu().add(tf.eye(a.shape[0], 4))'))).toEqual(['division-near-zero']);
    expect(told(degrees('a.relu()'))).toEqual(['division-near-zero']);
  });
});

describe('a cosine of sparse vectors', () => {
  const cosine = (result: string): string => `
export function cosine(a: Map<string, number>, b: Map<string, number>) {
  let dot = 0;
  let [na, nb] = [0, 0];
  for (const [term, value] of a) { dot += value * (b.get(term) ?? 0); na += value * value; }
  for (const value of b.values()) nb += value * value;
  return tf.scalar(${result});
}`;

  it('asks of the product whether there is any', () => {
    expect(told(cosine('dot === 0 ? 0 : dot / (Math.sqrt(na) * Math.sqrt(nb))'))).toEqual([]);
    expect(told(cosine('dot / (Math.sqrt(na) * Math.sqrt(nb))'))).toEqual(['division-near-zero']);
  });
});

describe('a logarithm of one more', () => {
  const density = (body: string): string =>
    `export const density = (x: tf.Tensor1D, base: tf.Tensor1D) => { ${body} };`;

  it('is a term beside others that are rounded as much', () => {
    expect(told(density('return base.sub(tf.log(x.square().add(1)));'))).toEqual([]);
    expect(told(density('const logDet = tf.log(x.square().add(1)); return logDet;'))).toEqual([]);
  });

  it('but not alone, and not beside another one', () => {
    expect(told(density('return tf.log(x.square().add(1));'))).toEqual(['log-near-one']);
    expect(told(density('return tf.log(x.square().add(1)).sub(tf.log(base.square().add(1)));'))).toEqual([
      'log-near-one',
      'log-near-one',
    ]);
  });
});

describe('an exponential of what is scaled back', () => {
  const price = (names: string): string =>
    `export const price = (${names
      .split(' ')
      .map((name) => `${name}: tf.Tensor1D`)
      .join(', ')}) => ${names.split(' ')[0]}.mul(${names.split(' ')[1]}).add(${names.split(' ')[2]}).exp();`;

  it('is as large as the data were, by its names', () => {
    expect(told(price('y std mean'))).toEqual([]);
    expect(told(price('y gain shift'))).toEqual(['exp-overflow']);
  });
});

describe('numbers between two others', () => {
  const rising = (condition: string): string => `
export function share(x: number, low: number, middle: number, high: number) {
  if (middle < low || high < middle) return NaN;
  ${condition}
  return 0;
}`;

  it('keep them apart', () => {
    expect(
      told(rising('if (x >= low && x < middle) return Math.log1p((x - low) / (middle - low));')),
    ).toEqual([]);
    expect(
      told(
        rising('if (x < low) return 0;\n  if (x < middle) return Math.log1p((x - low) / (middle - low));'),
      ),
    ).toEqual([]);
    expect(
      told(
        rising('if (x > high || x <= middle) return 0;\n  return Math.log1p((high - x) / (high - middle));'),
      ),
    ).toEqual([]);
    expect(
      told(
        rising(
          'if (x > high || x < middle) return 0;\n  if (x === middle) return 1;\n  return Math.log1p((high - x) / (high - middle));',
        ),
      ),
    ).toEqual([]);
  });

  it('but not where they may be equal to both', () => {
    expect(
      told(rising('if (x >= low && x <= middle) return Math.log1p((x - low) / (middle - low));')),
    ).toEqual(['division-near-zero']);
  });
});

describe('elements of one list', () => {
  it('are not alike for being many', () => {
    const slopes = `
export function slopes(points: any) {
  const [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map((at) => at * points.length);
  const at = (i: number, j: number) => Math.log1p(1 / (points[j][0] - points[i][0]));
  return [at(a, b), at(b, c), at(c, d), at(d, e), at(e, f), at(f, a)];
}`;
    expect(told(slopes)).toEqual([]);
  });

  it('are not below 0 in magnitude', () => {
    const hypotenuse = (guard: string): string => `
function hypotenuse(a: number, b: number) {
  if (${guard}) return Math.abs(a) * Math.sqrt(1 + (b / a) ** 2);
  return b === 0 ? 0 : Math.abs(b) * Math.sqrt(1 + (a / b) ** 2);
}
export function norm(row: number[]) {
  let sum = 0;
  for (const one of row) sum = hypotenuse(sum, one);
  return sum;
}`;
    expect(told(hypotenuse('Math.abs(a) > Math.abs(b)'))).toEqual([]);
    expect(told(hypotenuse('Math.abs(a) >= Math.abs(b)'))).toEqual(['division-near-zero']);
  });
});

describe('recursions over probabilities', () => {
  const forward = (round: string): string => `
export function likelihood(start: number[], A: number[][], B: number[][], seen: number[]) {
  let alpha = start.map((p, i) => p * B[i][seen[0]]);
  let log = 0;
  for (let t = 1; t < seen.length; t++) {
    ${round}
  }
  return log + Math.log1p(alpha.reduce((sum, a) => sum + a, 0));
}`;

  it.each([
    'alpha = start.map((_, j) => alpha.reduce((sum, a, i) => sum + a * A[i][j], 0) * B[j][seen[t]]);',
    `const before = alpha;
    alpha = start.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < start.length; i++) sum += before[i] * A[i][j];
      return sum * B[j][seen[t]];
    });`,
    `const next: number[] = [];
    for (let j = 0; j < start.length; j++) {
      let sum = 0;
      for (let i = 0; i < start.length; i++) sum += alpha[i] * A[i][j];
      next.push(sum * B[j][seen[t]]);
    }
    alpha = next;`,
  ])('underflow: %s', (round) => {
    expect(told(forward(round))).toEqual(['probability-product']);
  });

  it.each([
    [
      'a sum that is divided by in every round',
      `alpha = start.map((_, j) => alpha.reduce((sum, a, i) => sum + a * A[i][j], 0) * B[j][seen[t]]);
    const scale = alpha.reduce((sum, a) => sum + a, 0) || 1;
    alpha = alpha.map((a) => a / scale);
    log += Math.log1p(scale);`,
    ],
    [
      'a chain without symbols, which keeps its sum',
      'alpha = start.map((_, j) => alpha.reduce((sum, a, i) => sum + a * A[i][j], 0));',
    ],
    ['a signal and its gains', 'alpha = alpha.map((a) => a * seen[t]);'],
  ])('not %s', (_, round) => {
    expect(told(forward(round).replace('log + Math.log1p', 'log + Math.sqrt'))).toEqual([]);
  });
});
