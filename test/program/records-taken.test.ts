/** What functions give as one record is what others take that read the same fields of a parameter. */
import { expect, test } from 'vitest';
import { found } from './lower.js';

const MEMORY = `export class Memory {
  rewards: number[] = []; dones: boolean[] = []; states: number[][] = [];
  push(state: number[], reward: number, done: boolean) {
    this.states.push(state); this.rewards.push(reward); this.dones.push(done);
  }
  toTensors() {
    return {
      states: tf.tensor2d(this.states),
      rewards: tf.tensor1d(this.rewards),
      alive: tf.tensor2d(this.dones.map((done) => [done ? 0 : 1])),
    };
  }
}`;

const TOLD = [expect.stringMatching(/^silent-broadcast warning: .*alive/)];

test.each([
  'const targets = ({ rewards, alive }) => rewards.mul(alive).mean();',
  'const targets = ({ rewards: given, alive: still }) => { const alive = still; return given.mul(alive).mean(); };',
  'const targets = (batch) => batch.rewards.mul(batch.alive).mean();',
  'const targets = (batch) => { const { rewards, alive } = batch; return rewards.mul(alive).mean(); };',
  'interface Batch { rewards: tf.Tensor; alive: tf.Tensor } const targets = (batch: Batch) => batch.rewards.mul(batch.alive).mean();',
])('%s', (targets) => {
  expect(found(`${MEMORY}\nexport ${targets}`)).toEqual(TOLD);
});

test('one field of a parameter of the type that a function gives', () => {
  const program = `interface Batch { rewards: tf.Tensor; alive: tf.Tensor }
    export const draw = (n: number): Batch => ({ rewards: tf.zeros([n]), alive: tf.zeros([n, 1]) });
    export const targets = (rewards: tf.Tensor1D, { alive }: Batch) => rewards.mul(alive).mean();`;
  expect(found(program)).toEqual(TOLD);
});

test.each([
  ['the same shape first', 'const targets = ({ rewards, alive }) => rewards.mul(alive.squeeze([1])).mean();'],
  [
    'a type of another rank',
    'const targets = ({ rewards, alive }: { rewards: tf.Tensor2D; alive: tf.Tensor2D }) => rewards.mul(alive).mean();',
  ],
  [
    'a comment of another shape',
    '/** @shape alive [B] @shape rewards [B] */ const targets = ({ rewards, alive }) => rewards.mul(alive).mean();',
  ],
  [
    'a comment in a type that says another shape',
    'interface Batch { rewards: tf.Tensor; /** [B] */ alive: tf.Tensor } export const targets = (batch: Batch) => batch.rewards.mul(batch.alive).mean();',
  ],
  ['one name', 'const targets = (rewards, { alive }) => rewards.mul(alive).mean();'],
  [
    'another field besides',
    'const targets = ({ rewards, alive, gamma }) => rewards.mul(alive).mean().mul(gamma);',
  ],
  [
    'another record with these fields',
    'const other = (n: number) => ({ rewards: tf.zeros([n, 1]), alive: tf.zeros([n, 1]) }); export const targets = ({ rewards, alive }) => rewards.mul(alive).mean();',
  ],
  [
    'a method',
    'const targets = (batch) => { batch.dispose(); return batch.rewards.mul(batch.alive).mean(); };',
  ],
])('not with %s', (_, targets) => {
  const exported = targets.includes('export')
    ? targets
    : targets.replace('const targets', 'export const targets');
  expect(found(`${MEMORY}\n${exported}`)).toEqual([]);
});

const RATES = 'interface Rates { decay: tf.Variable; scale: tf.Variable }';
const START = '{ decay: tf.variable(tf.scalar(1)), scale: tf.variable(tf.scalar(2)) }';
const CURVE = `const curve = (rates: Rates, t: tf.Tensor) => rates.scale.mul(tf.sigmoid(t.mul(rates.decay)));
  export const loss = (rates: Rates, hours: number[], seen: number[]) =>
    curve(rates, tf.tensor2d(hours, [hours.length, 1])).sub(tf.tensor1d(seen)).square().mean();`;

test.each([
  ['that a function gives', `export const start = (): Rates => (${START});`],
  ['that a variable is declared with', `export const start: Rates = ${START};`],
])('a parameter that is handed on, of the type %s', (_, start) => {
  expect(found(`${RATES} ${start} ${CURVE}`)).toEqual([
    expect.stringMatching(/^silent-broadcast warning: .*hours/),
  ]);
});

const MIXTURE = `interface Mixture { logScale: tf.Tensor2D; share: tf.Tensor2D; mean: tf.Tensor2D }
  export const parse = (raw: tf.Tensor2D): Mixture => ({
    logScale: raw.clipByValue(-8, 4) as tf.Tensor2D, share: tf.softmax(raw) as tf.Tensor2D, mean: raw,
  });`;

test.each([
  ['mixture.logScale.exp()', []],
  ['mixture.share.log()', ['log-of-zero warning: mixture.share.log()']],
  ['mixture.mean.exp()', ['exp-overflow warning: mixture.mean.exp()']],
])('fields of a type hold what is put there: %s', (expression, told) => {
  expect(found(`${MIXTURE} export const result = (mixture: Mixture) => ${expression};`)).toEqual(told);
});

test('and where several functions put something there, all of it', () => {
  const other =
    'export const any = (raw: tf.Tensor2D): Mixture => ({ logScale: raw.mul(2), share: raw, mean: raw });';
  const result = 'export const result = (mixture: Mixture) => mixture.logScale.exp();';
  expect(found(`${MIXTURE} ${other} ${result}`)).toEqual(['exp-overflow warning: mixture.logScale.exp()']);
});

const IMPORT = "import * as tf from '@tensorflow/tfjs';\n";
const PICTURES = `export const pictures = (n: number) => ({ xs: tf.zeros([n, 28, 28, 1]), ys: tf.zeros([n, 1]) });`;
const LINE = `export const slope = ({ xs, ys }) => xs.mul(ys.sum(1)).mean();`;

test('two names say nothing of a file that has nothing to do with this one', () => {
  expect(found({ 'pictures.ts': `${IMPORT}${PICTURES}`, 'line.ts': `${IMPORT}${LINE}` })).toEqual([]);
});

test('types of one name in two files are two types', () => {
  const draw = `interface Batch { xs: tf.Tensor; ys: tf.Tensor }
    export const draw = (n: number): Batch => ({ xs: tf.zeros([n]), ys: tf.zeros([n, 1]) });`;
  const loss = `interface Batch { xs: tf.Tensor; ys: tf.Tensor }
    export const loss = (batch: Batch) => batch.xs.sub(batch.ys).square().mean();`;
  expect(found({ 'draw.ts': `${IMPORT}${draw}`, 'loss.ts': `${IMPORT}${loss}` })).toEqual([]);
  const both = `${draw} export const loss = (batch: Batch) => batch.xs.sub(batch.ys).square().mean();`;
  expect(found({ 'draw.ts': `${IMPORT}${both}` })).toHaveLength(1);
});

test('it does not matter which function stands first', () => {
  const targets = 'export const targets = ({ rewards, alive }) => rewards.mul(alive).mean();';
  const flat = 'export const flat = ({ rewards, alive }) => ({ rewards, alive: tf.reshape(alive, [-1]) });';
  expect(found(`${MEMORY}\n${targets}\n${flat}`)).toEqual([]);
  expect(found(`${MEMORY}\n${flat}\n${targets}`)).toEqual([]);
});

test('three tables of one record are three sets', () => {
  const program = `export const load = (train: number[][], test: number[][], more: number[][]) =>
      ({ train: tf.tensor2d(train), test: tf.tensor2d(test), more: tf.tensor2d(more) });
    export const kernel = ({ train, test }) => train.sum(1, true).mul(test.sum(1));`;
  expect(found(program)).toEqual([]);
});
