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

/** The verdict on the only finding of a program. */
async function verdictOn(code: string): Promise<Verdict> {
  const file = path.join(root, `whole-unit-${texts.size}.js`);
  texts.set(file, `import * as tf from '@tensorflow/tfjs';\n${code}\n`);
  const findings = new Analyser(root, { readFile }).analyse([file]).filter(({ manifest }) => manifest);
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
