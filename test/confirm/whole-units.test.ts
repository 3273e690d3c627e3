/** Functions of real code lean on models, pages and options: they are run all the same. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { Verdict } from '../../src/report/report.js';

const root = path.resolve(import.meta.dirname, '../..');
const texts = new Map<string, string>();
const readFile = (file: string): string | undefined => texts.get(file);
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });
afterAll(() => confirmer.close());

/** The verdict on the only finding of a program, or on the only one of a rule. */
async function verdictOn(code: string, of?: string): Promise<Verdict> {
  const file = path.join(root, `whole-unit-${texts.size}.js`);
  texts.set(file, `import * as tf from '@tensorflow/tfjs';\n${code}\n`);
  const findings = new Analyser(root, { readFile })
    .analyse([file])
    .filter(({ manifest, rule }) => manifest && (of === undefined || rule === of));
  expect(findings).toHaveLength(1);
  return await confirmer.confirm(findings[0]!);
}

const inputNames = ({ witness }: Verdict): string[] => witness?.inputs.map(({ name }) => name) ?? [];

describe('models', () => {
  it('a model that is handed in: what it gives is an input', async () => {
    const verdict = await verdictOn(`
export function penalty(critic, real, fake) {
  const score = critic.predict(real).sub(critic.predict(fake));
  return tf.exp(score).mean();
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
    expect(inputNames(verdict)).toEqual(['critic.predict(real)', 'critic.predict(fake)', 'real', 'fake']);
  });

  it('a model that the constructor makes, of several outputs', async () => {
    const verdict = await verdictOn(`
export class Agent {
  constructor() {
    const input = tf.input({ shape: [4] });
    const mean = tf.layers.dense({ units: 2 }).apply(input);
    const logStd = tf.layers.dense({ units: 2 }).apply(input);
    this.actor = tf.model({ inputs: input, outputs: [mean, logStd] });
  }
  act(observation) {
    const [mean, logStd] = this.actor.predict(observation);
    return mean.add(tf.exp(logStd));
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });

  it('a softmax at its end bounds what a model gives', async () => {
    const verdict = await verdictOn(`
export class Classifier {
  constructor() {
    this.model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: 'softmax' })] });
  }
  entropy(x) {
    const p = this.model.predict(x);
    return tf.mul(p, tf.log(p)).sum().neg();
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
    const value = verdict.witness?.inputs[0]?.value as number[][];
    for (const p of value.flat()) expect(p).toBeGreaterThanOrEqual(0);
  });
});

it('an arrow function in a method has the fields and methods of its class', async () => {
  const verdict = await verdictOn(`
export class Trainer {
  constructor() {
    this.scale = tf.variable(tf.scalar(3));
    this.optimizer = tf.train.adam(1e-3);
  }
  ratio(x) {
    return x.mul(this.scale).exp();
  }
  train(x) {
    const loss = () => this.ratio(x).mean();
    return this.optimizer.minimize(loss);
  }
}`);
  expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
});

it('a model that is handed in, and gets its last layer here', async () => {
  const verdict = await verdictOn(`
export function loss(model, x, labels) {
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  model.summary();
  return labels.mul(model.apply(x).log()).sum().neg();
}`);
  expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'infinity' });
});

it('a layer that takes several tensors apart is given several', async () => {
  const verdict = await verdictOn(`
export class Sampling extends tf.layers.Layer {
  /** @param {tf.Tensor | tf.Tensor[]} inputs */
  call(inputs) {
    const [mean, logVariance] = inputs;
    return mean.add(tf.exp(logVariance).mul(tf.randomNormal(mean.shape)));
  }
}`);
  expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
});

describe('what shows things', () => {
  it('a page, its canvas and its size', async () => {
    const verdict = await verdictOn(`
export function draw(scores) {
  const canvas = document.getElementById('scores');
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, canvas.width, canvas.height);
  const shares = tf.exp(tf.mul(scores, 8));
  document.querySelector('#status').innerText = 'drawn';
  return shares;
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });
});

describe('options', () => {
  it('a field that conditions compare with constants takes each of them', async () => {
    const verdict = await verdictOn(`
export class Policy {
  constructor(space) {
    this.space = space;
    this.logStd = tf.variable(tf.zeros([2]));
  }
  logProb(mean, action) {
    if (this.space.kind === 'discrete') return tf.softmax(mean).mul(action).sum();
    else if (this.space.kind === 'box') return mean.sub(action).square().mul(tf.exp(this.logStd.mul(-2))).sum();
    throw new Error('no such space');
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
    expect(verdict.witness?.inputs).toContainEqual({ name: 'this.space.kind', value: 'box' });
  });

  it('an object of options that callers leave out', async () => {
    const verdict = await verdictOn(`
const DEFAULTS = { layers: [4, 3], guard: { epsilon: 0 } };
export class Classifier {
  constructor(options = DEFAULTS) {
    this.options = options;
    this.weights = options.layers.slice(1).map((units, i) => tf.variable(tf.zeros([options.layers[i], units])));
  }
  logProbabilities(x) {
    const scores = this.weights.reduce((h, w) => h.matMul(w), x);
    return tf.log(tf.softmax(scores).add(this.options.guard.epsilon));
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'infinity' });
  });

  it('an activation that callers leave out', async () => {
    const verdict = await verdictOn(`
export class Decoder {
  constructor(weights, activation = tf.softplus) {
    this.weights = weights;
    this.activation = activation;
  }
  spread(z) {
    return tf.exp(this.activation(z.matMul(this.weights)));
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });

  it('fields that have the names of methods of a tensor', async () => {
    const verdict = await verdictOn(`
export function sample({ mean, log }) {
  return mean.add(tf.exp(log));
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
    expect(inputNames(verdict)).toHaveLength(2);
  });

  it('a switch that is off by default', async () => {
    const verdict = await verdictOn(`
export function scale(x, normalise = false) {
  if (!normalise) return x;
  return x.div(tf.moments(x).variance.sqrt());
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
    expect(verdict.witness?.inputs).toContainEqual({ name: 'normalise', value: true });
  });
});

describe('numbers that say how tensors are shaped', () => {
  const valueOf = ({ witness }: Verdict, name: string): unknown =>
    witness?.inputs.find((input) => input.name === name)?.value;
  const shapeOf = ({ witness }: Verdict, name: string): readonly number[] | undefined =>
    witness?.inputs.find((input) => input.name === name)?.shape;

  it('a size is that of the tensor which is made with it', async () => {
    const verdict = await verdictOn(`
export class SketchDecoder {
  constructor({ numUnits, weights }) {
    this.numUnits = numUnits;
    [this.outputKernel, this.outputBias] = weights;
  }
  sigma(state) {
    const numUnits = this.numUnits;
    const h = tf.tensor2d(state.h, [1, numUnits]);
    const z = tf.add(tf.matMul(h, this.outputKernel), this.outputBias).squeeze();
    const [pen, rest] = tf.split(z, [3, 12]);
    return tf.softmax(pen).sum().add(tf.exp(rest).sum());
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
    expect(shapeOf(verdict, 'state.h')).toEqual([1, valueOf(verdict, 'this.numUnits')]);
  });

  it('sizes that are computed from others', async () => {
    const verdict = await verdictOn(`
export function boxes(features, anchors, classes) {
  const cells = features.reshape([-1, anchors, classes + 5]);
  return tf.exp(cells.slice([0, 0, 2], [-1, anchors, 2]));
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
    expect([valueOf(verdict, 'anchors'), valueOf(verdict, 'classes')]).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
  });

  it('sizes that are asked of a tensor of any rank', async () => {
    const verdict = await verdictOn(`
export function head(features, anchors, classes) {
  const count = anchors.shape[0];
  const [height, width] = features.shape.slice(1, 3);
  const cells = tf.reshape(features, [height, width, count, classes + 5]);
  return tf.exp(cells.slice([0, 0, 0, 2], [height, width, count, 2])).mul(anchors.reshape([1, 1, count, 2]));
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });

  it('a picture as large as it is asked to be, cut at a place that is handed in', async () => {
    const verdict = await verdictOn(`
/** @param {tf.Tensor4D} spectra */
export function plot(spectra, channel) {
  const slice = tf.slice(spectra, [0, 0, 0, channel], [1, -1, -1, 1]).reshape([64, 96]);
  const shifted = slice.sub(slice.min());
  return shifted.div(shifted.max());
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'nan' });
    expect(shapeOf(verdict, 'spectra')).toEqual([1, 64, 96, 1]);
  });

  it('the slice that feeds the site has them too', async () => {
    const verdict = await verdictOn(`
export function spread(scores, heads, depth) {
  const where = document.querySelector('#heads').value;
  return tf.exp(scores.reshape([heads, depth])).mul(where);
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'slice', failure: 'overflow' });
    const [heads, depth] = [valueOf(verdict, 'heads') as number, valueOf(verdict, 'depth') as number];
    expect(shapeOf(verdict, 'scores')?.reduce((a, b) => a * b)).toBe(heads * depth);
  });

  it('an axis is one that a tensor has', async () => {
    const verdict = await verdictOn(`
export class Softmax {
  constructor({ axis }) {
    this.axis = axis;
  }
  call(x) {
    const e = tf.exp(x);
    return tf.div(e, tf.sum(e, this.axis, true));
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
    expect(valueOf(verdict, 'this.axis')).toBe(shapeOf(verdict, 'x')!.length - 1);
  });

  it.each([
    ['the length of a typed array', `(n) => { const x = tf.tensor1d(new Float32Array(n).fill(0.5)); return x.div(x.sub(x.mean()).square().mean().sqrt()); }`], // prettier-ignore
    ['a shape', `(x, shape) => tf.exp(x.add(tf.zeros(shape)))`],
    ['where a slice begins', `(x, row) => tf.exp(x.slice([row, 0], [1, -1]))`],
    ['the window of a pool', `(x, window) => tf.exp(tf.maxPool(x, window, 1, 'same'))`],
    ['how many parts', `(x, parts) => tf.exp(tf.stack(tf.split(x, parts, 1)).sum(0))`],
    ['the rounds of a loop', `(x, steps) => { let h = x; for (let i = 0; i < steps; i++) h = tf.exp(h.slice([i], [1])); return h; }`], // prettier-ignore
  ])('%s', async (_, code) => {
    const verdict = await verdictOn(`export const f = ${code};`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });
});

describe('what training takes', () => {
  it('an optimizer that is handed in', async () => {
    const verdict = await verdictOn(`
const weights = tf.variable(tf.zeros([4, 3]));
export function train(x, labels, optimizer) {
  return optimizer.minimize(() => labels.mul(x.matMul(weights).softmax().log()).sum().neg(), true);
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });

  it('noise of the shape of a tensor of any rank, which then meets weights', async () => {
    const verdict = await verdictOn(`
const weights = tf.variable(tf.randomNormal([12, 4]));
export function corrupt(x) {
  const kept = tf.randomUniform(x.shape).greater(0.3).cast('float32');
  return tf.exp(x.mul(kept).matMul(weights));
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });

  it('indices, after a cast', async () => {
    const verdict = await verdictOn(`
/** @param {tf.Tensor2D} x @param {tf.Tensor1D} source @param {tf.Tensor1D} target */
export function aggregate(x, source, target) {
  const messages = tf.exp(tf.gather(x, source.toInt()));
  return tf.unsortedSegmentSum(messages, target.toInt(), x.shape[0]);
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'overflow' });
  });
});

describe('places in a list that the code makes', () => {
  it('may be none, as where nothing is chosen', async () => {
    const verdict = await verdictOn(`
export function meanOfChosen(n, chosen, x) {
  const mask = new Float32Array(n);
  for (const place of chosen) mask[place] = 1;
  const weights = tf.tensor1d(mask);
  return x.mul(weights).sum().div(weights.sum());
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'nan' });
    expect(verdict.witness?.inputs).toContainEqual(expect.objectContaining({ name: 'chosen', value: [] }));
  });

  it('what the function fills by itself is not chosen freely: each row of this one has a 1', async () => {
    const verdict = await verdictOn(`
export function inverseDegrees(n, edges) {
  const links = Array.from({ length: n }, () => new Array(n).fill(0));
  for (const [from, to] of edges) links[from][to] = 1;
  for (let i = 0; i < n; i++) links[i][i] = 1;
  return tf.tensor2d(links).sum(1).reciprocal();
}`);
    expect(verdict).toMatchObject({ status: 'not-reproduced', evidence: 'function' });
    expect(verdict.reason).toContain('the operand stayed outside the danger region');
  });

  it('of classes that are counted one is not met', async () => {
    const verdict = await verdictOn(`
export function classWeights(labels, classes) {
  const counts = new Array(classes).fill(0);
  for (const label of labels) counts[label]++;
  return tf.tensor1d(counts.map((count) => labels.length / (classes * count)));
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'infinity' });
    expect(verdict.witness?.inputs).toContainEqual(expect.objectContaining({ name: 'labels', value: [0] }));
  });
});

describe('shapes and dtypes that the code asks for', () => {
  it('indices that stand beside others', async () => {
    const verdict = await verdictOn(`
/** @param {tf.Tensor4D} q @param {tf.Tensor1D} row @param {tf.Tensor1D} column */
export function surprise(q, row, column) {
  const batch = tf.range(0, row.shape[0], 1, 'int32');
  return tf.gatherND(q, tf.stack([batch, row, column], 1)).softmax().log().mean();
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });

  it('images that are flattened to the rows of a weight, and more than one class', async () => {
    const verdict = await verdictOn(`
export class Network {
  constructor(classes) {
    this.hidden = tf.variable(tf.randomNormal([1600, 20]));
    this.out = tf.variable(tf.randomNormal([20, classes]));
  }
  /** @param {tf.Tensor4D} images */
  entropy(images) {
    const x = images.reshape([images.shape[0], -1]);
    return tf.softmax(x.matMul(this.hidden).tanh().matMul(this.out)).log().mean();
  }
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });

  it('sequences, which the op that takes them would take as single ones too', async () => {
    const verdict = await verdictOn(`
const filters = tf.variable(tf.randomNormal([3, 20, 8]));
const out = tf.variable(tf.randomNormal([8, 19]));
export function loss(sentences, labels) {
  const pooled = tf.max(tf.relu(tf.conv1d(sentences, filters, 1, 'same')), 1);
  return tf.log(tf.softmax(tf.matMul(pooled, out))).mul(labels).sum().neg();
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });

  it('rows that are laid out as images, and weights in a dictionary of tensors that are trained', async () => {
    const verdict = await verdictOn(`
/** @param {tf.Tensor2D} x @param {tf.Tensor2D} labels @param {Record<string, tf.Tensor>} w */
export function step(x, labels, w) {
  return tf.train.sgd(0.1).minimize(() => {
    const h = tf.add(tf.conv2d(x.reshape([-1, 28, 28, 1]), w['kernel'], 2, 'same'), w['bias']).relu();
    return labels.mul(tf.softmax(h.reshape([-1, 14 * 14 * 8]).matMul(w['out'])).log()).sum().neg();
  }, true);
}`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function' });
  });
});

describe('TensorFlow.js that is handed in', () => {
  it.each([
    ['as a parameter', `export const f = (tf, x) => tf.exp(x);`],
    ['to the function around it', `export default (tf) => ({ f: (x) => tf.exp(x) });`],
    ['in an object', `export const f = ({ tf, scale }, x) => tf.exp(x.mul(scale));`],
    [
      'to a constructor',
      `export class Agent { constructor(tf) { this.tf = tf; } act(x) { return this.tf.exp(x); } }`,
    ],
  ])('%s', async (_, code) => {
    expect(await verdictOn(code)).toMatchObject({
      status: 'confirmed',
      evidence: 'function',
      failure: 'overflow',
    });
  });
});

describe('a function that throws before it gets to the op', () => {
  it('proves nothing of the op', async () => {
    const verdict = await verdictOn(`
/** @param {tf.Tensor2D} x @param {tf.Tensor1D} indices */
export function masked(x, indices) {
  const gathered = tf.gather(x, tf.maximum(indices, tf.zerosLike(indices)));
  return tf.logicalAnd(tf.greaterEqual(indices, 0), tf.ones(gathered.shape, 'bool'));
}`);
    // On its own the op throws for the reason that the finding gives; the function did so for another one.
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'slice' });
    expect(verdict.witness?.observed['throws']).toContain('could not be broadcast together');
    expect(verdict.reason).toContain("Argument 'indices' passed to 'gather' must be int32");
  });
});

describe('calls that are certain to throw', () => {
  it.each([
    ['tf.transpose(tf.ones([2, 3]), [0, 2])', /^All entries in 'perm' must be between 0 and 1/],
    [
      "tf.booleanMaskAsync(tf.ones([3, 2]), tf.tensor1d([1, 0], 'bool'))",
      /^mask's shape must match the first K dimensions/,
    ],
  ])('%s', async (call, message) => {
    const verdict = await verdictOn(`export const f = () => ${call};`);
    expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'function', failure: 'throws' });
    expect(verdict.witness?.observed['throws']).toMatch(message);
  });
});

describe('a witness shows what is told, and nothing else', () => {
  it('not an empty mask beside an exponential that overflows', async () => {
    const { witness } = await verdictOn(
      `
export function attention(q, k, v, mask) {
  const scores = tf.matMul(q, k, false, true).div(Math.sqrt(q.shape[2]));
  const e = tf.exp(scores).mul(mask);
  return tf.matMul(e.div(e.sum(-1, true)), v);
}`,
      'exp-overflow',
    );
    const mask = witness?.inputs.find(({ name }) => name === 'mask');
    expect([mask?.value].flat(3).some((value) => Number(value) > 0)).toBe(true);
  });

  it('the limit is that of a number, however small it is, where 0 itself does not fail so', async () => {
    const { threshold } = await verdictOn(
      `
/** @range p [0, 1] */
export const perplexity = (p) => tf.exp(tf.mean(tf.log(p)).neg());`,
      'exp-overflow',
    );
    expect(threshold).toBe('fails for 0 < p <= 2.938e-39');
  });

  it('a part whose gradient breaks proves nothing where that of the function is sound', async () => {
    const verdict = await verdictOn(`
export const entropy = (logits) => {
  const p = tf.sigmoid(logits);
  return p.mul(p.log()).neg().mean();
};`);
    expect(verdict).toMatchObject({ status: 'not-reproduced', evidence: 'function' });
    expect(verdict.reason).toMatch(/^where the gradient of a part of it breaks, its own is sound; /);
  });

  it('by probabilities that a model gives its loss has a gradient: the one that fades is inside of the model', async () => {
    const verdict = await verdictOn(`
export function build() {
  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'softmax' })] });
  model.compile({ optimizer: 'sgd', loss: (y, p) => tf.losses.softmaxCrossEntropy(y, p) });
  return model;
}`);
    expect(verdict).toMatchObject({
      status: 'not-run',
      reason: 'the gradient fades by the scores, which are inside of the model',
    });
  });
});
