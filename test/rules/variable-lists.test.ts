/** What a step of an optimizer is handed to train, beside what its loss depends on. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);

const TWO = `
const first = tf.variable(tf.zeros([4, 1]));
const second = tf.variable(tf.zeros([4, 1]));
const optimizer = tf.train.sgd(0.1);`;

describe('a variable that is chosen before the loss', () => {
  const step = (loss: string, list: string): string => `${TWO}
export function step(x: tf.Tensor2D, y: tf.Tensor2D, isFirst: boolean) {
  const chosen = isFirst ? first : second;
  return optimizer.minimize(() => ${loss} as tf.Scalar, true, [${list}]);
}`;
  const errors = 'tf.matMul(x, chosen as unknown as tf.Tensor2D).sub(y).square()';

  it('is trained all the same', () => {
    expect(told(step(`${errors}.mean()`, 'first, second'))).toEqual([]);
    expect(told(step(`${errors}.mean()`, 'chosen'))).toEqual([]);
  });

  it('and gradients break on their way to it', () => {
    expect(told(step(`${errors}.sum().sqrt()`, 'first, second'))).toEqual(['sqrt-at-zero']);
  });
});

describe('a variable in no list', () => {
  const step = (more: string, list = '[first]'): string => `${TWO}
${more}
export const step = (x: tf.Tensor2D) =>
  optimizer.minimize(() => tf.add(first, second).mul(x).square().mean() as tf.Scalar, true, ${list});`;

  it('is left out', () => {
    expect(told(step(''))).toEqual(['left-out-variable']);
  });

  it('unless something else may train it, or set it', () => {
    const all =
      'export const all = () => optimizer.minimize(() => tf.add(first, second).square().sum() as tf.Scalar);';
    const kept = 'const keep = (w: tf.Variable) => ({ w });\nexport const layer = keep(second);';
    const set = 'export const set = (x: tf.Tensor) => second.assign(x);';
    const named = "export const names = ['second'];";
    for (const more of [all, kept, set, named]) expect(told(step(more)), more).toEqual([]);
  });

  it('unless it is drawn, or handed in: that may be meant', () => {
    const of = (first: string): string =>
      step('').replace('second = tf.variable(tf.zeros([4, 1]))', `second = tf.variable(${first})`);
    expect(told(of('tf.randomNormal([4, 1])'))).toEqual([]);
    expect(told(of('tf.zeros([4, 1]), false'))).toEqual([]);
  });
});
