/** Models that are built in loops and branches. */
import { describe, expect, test } from 'vitest';
import { facts } from './lower.js';

const dense = (units: string): string => `tf.layers.dense({ units: ${units} })`;

describe('layers that are added', () => {
  const model = (body: string): string =>
    `function f(x: tf.Tensor2D, widths: number[], deep: boolean) { const m = tf.sequential(); m.add(${dense('8')}); ${body} return m.predict(x); }`;

  test.each([
    ['in a loop of any length', `for (const units of widths) m.add(${dense('units')});`, '[x.0, ?]'],
    ['in a callback', `widths.forEach((units) => m.add(${dense('units')}));`, '[x.0, ?]'],
    ['in a branch', `if (deep) m.add(${dense('6')});`, '[x.0, ?]'],
    ['in a branch, with the same shape', `if (deep) m.add(tf.layers.dropout({ rate: 0.5 }));`, '[x.0, 8]'],
    [
      'behind a loop',
      `for (const units of widths) m.add(${dense('units')}); m.add(${dense('3')});`,
      '[x.0, 3]',
    ],
    [
      'in a loop that takes them from one rank to another',
      `for (const units of widths) m.add(tf.layers.repeatVector({ n: 2 }));`,
      '[?]',
    ],
  ])('%s', (_, body, expected) => {
    expect(
      facts(model(body))
        .replace(/ \[-100, 100\]| any/, '')
        .replace(/\?\d+/, '?'),
    ).toBe(expected);
  });
});

describe('layers that are applied', () => {
  const model = (body: string): string =>
    `function f(x: tf.Tensor2D, widths: number[], deep: boolean) { const a = tf.input({ shape: [4] }); let h = a; ${body} return tf.model({ inputs: a, outputs: ${dense('1')}.apply(h) }).predict(x); }`;

  test.each([
    ['in a loop', `for (const units of widths) h = ${dense('units')}.apply(h);`, '[x.0, 1]'],
    ['in a branch', `if (deep) h = ${dense('6')}.apply(h);`, '[x.0, 1]'],
    [
      'around a shortcut',
      `for (let i = 0; i < 3; i++) h = tf.layers.add().apply([h, ${dense('4')}.apply(h)]);`,
      '[x.0, 1]',
    ],
  ])('%s', (_, body, expected) => {
    expect(facts(model(body)).replace(' [-100, 100]', '')).toBe(expected);
  });
});

test('of two models, the shape and the range that both have', () => {
  const head = (units: string): string =>
    `tf.sequential({ layers: [${dense(units)}, tf.layers.dense({ units: 3, activation: 'softmax' })] })`;
  expect(
    facts(`const f = (x: tf.Tensor2D, deep: boolean) => (deep ? ${head('9')} : ${head('5')}).predict(x);`),
  ).toBe('[x.0, 3] [0, 1]');
});

test('a layer reads its configuration when it is made', () => {
  const program = `const config = { units: 5 }; const m = tf.sequential(); m.add(tf.layers.dense(config)); config.units = 7; const f = (x: tf.Tensor2D) => m.predict(x);`;
  expect(facts(program)).toBe('[x.0, 5] [-100, 100]');
});
