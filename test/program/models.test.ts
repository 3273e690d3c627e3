/** What comes out of models and layers: as many tensors as they have outputs, in the range of their last activation. */
import { describe, expect, test } from 'vitest';
import { facts, formulas } from './lower.js';

describe('the range of a model is that of its last layer', () => {
  test.each([
    [
      'a sequential model that ends in a softmax',
      `const m = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: 'softmax' })] }); const f = (x: tf.Tensor2D) => m.predict(x);`,
      '[x.0, 3] [0, 1]',
    ],
    [
      'moving elements about leaves them what they are',
      `const m = tf.sequential({ layers: [tf.layers.dense({ units: 4, activation: 'tanh' }), tf.layers.reshape({ targetShape: [2, 2] })] }); const f = (x: tf.Tensor2D) => m.predict(x);`,
      '[x.0, 2, 2] [-1, 1]',
    ],
    [
      'the state of a recurrent layer',
      `const m = tf.sequential({ layers: [tf.layers.lstm({ units: 4 })] }); const f = (x: tf.Tensor3D) => m.predict(x);`,
      '[x.0, 4] [-1, 1]',
    ],
    [
      'a functional model',
      `const a = tf.input({ shape: [2] }); const b = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(a); const m = tf.model({ inputs: a, outputs: b }); const f = (x: tf.Tensor2D) => m.predict(x);`,
      '[x.0, 1] [0, 1]',
    ],
    [
      'tf.layers.input is tf.input',
      `const a = tf.layers.input({ shape: [2] }); const b = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(a); const m = tf.model({ inputs: a, outputs: b }); const f = (x: tf.Tensor2D) => m.predict(x);`,
      '[x.0, 1] [0, 1]',
    ],
    [
      'a model that was loaded may give what any tensor may be',
      `async function f(x: tf.Tensor2D) { const m = await tf.loadGraphModel('m'); return m.predict(x); }`,
      '[?] [-100, 100]',
    ],
    [
      'of a model that is built where it is not followed nothing is known',
      `class C { m = tf.sequential(); build(layers) { for (const layer of layers) this.m.add(layer); } f(x: tf.Tensor2D) { return this.m.predict(x); } }`,
      '[?] any',
    ],
  ])('%s', (_, program, expected) => {
    expect(facts(program)).toBe(expected);
  });
});

describe('a model of several outputs gives several tensors', () => {
  const twoHeads = `const a = tf.input({ shape: [2] }); const heads = [tf.layers.dense({ units: 3, activation: 'softmax' }).apply(a), tf.layers.dense({ units: 1, activation: 'tanh' }).apply(a)]; const m = tf.model({ inputs: a, outputs: heads });`;

  test('each in its own range', () => {
    expect(
      facts(`${twoHeads} function f(x: tf.Tensor2D) { const [p, v] = m.predict(x); return [p, v]; }`),
    ).toBe('[x.0, 3] [0, 1], [x.0, 1] [-1, 1]');
  });

  test('so does a model around it', () => {
    const outer = `const b = tf.input({ shape: [2] }); const [p, v] = m.apply(b); const n = tf.model({ inputs: b, outputs: [v, p] });`;
    expect(facts(`${twoHeads} ${outer} const f = (x: tf.Tensor2D) => n.predict(x)[0];`)).toBe(
      '[x.0, 1] [-1, 1]',
    );
  });

  test('what is made of them by a model around it has their shapes', () => {
    const outer = `const b = tf.input({ shape: [2] }); const [p, v] = m.apply(b); const n = tf.model({ inputs: b, outputs: tf.layers.concatenate().apply([p, v]) });`;
    expect(facts(`${twoHeads} ${outer} const f = (x: tf.Tensor2D) => n.predict(x);`)).toBe(
      '[x.0, 4] [-100, 100]',
    );
  });

  test('a recurrent layer gives its states', () => {
    expect(
      facts(
        `const layer = tf.layers.lstm({ units: 5, returnState: true, returnSequences: true }); function f(x: tf.Tensor3D) { const [all, h, c] = layer.apply(x); return [all, h]; }`,
      ),
    ).toBe('[x.0, x.1, 5] [-1, 1], [x.0, 5] [-1, 1]');
  });

  test('whose number is not known before they are asked for', () => {
    const program = `async function f(x: tf.Tensor2D) { const m = await tf.loadGraphModel('m'); const [p, v] = m.predict(x); return tf.sub(p, v); }`;
    expect(formulas(program)).toBe('sub(m.predict(x)[0], m.predict(x)[1])');
  });
});

test('a cell of one’s own says how long its state is', () => {
  const cell = `class Cell extends tf.RNNCell { constructor(units) { super({}); this.units = units; } get stateSize() { return this.units; } }`;
  expect(
    facts(
      `${cell} const layer = tf.layers.rnn({ cell: new Cell(7), returnSequences: true }); const f = (x: tf.Tensor3D) => layer.apply(x);`,
    ),
  ).toBe('[x.0, x.1, 7] [-100, 100]');
});

describe('a number that callers choose is the size of every axis that it is given for', () => {
  test('the units of a layer', () => {
    expect(
      facts(
        `const f = (x: tf.Tensor2D, o: { units: number }) => tf.layers.dense({ units: o.units }).apply(x).add(tf.ones([o.units]));`,
      ),
    ).toBe('[x.0, o.units] [-99, 101]');
  });

  test('how many of the largest values are taken, and of their places', () => {
    expect(
      facts(
        `function f(x: tf.Tensor2D, k: number) { const { values, indices } = x.topk(k); return [values, indices]; }`,
      ),
    ).toMatch(/^\[x\.0, k\] .*, \[x\.0, k\] /);
  });
});
