/** Data that no caller gives: of files, pages, and packages whose code is not read. It is an input all the same. */
import { describe, expect, it, test } from 'vitest';
import { facts, found } from './lower.js';

const READ = `import { readFileSync } from 'node:fs';\nconst data = JSON.parse(readFileSync('data.json', 'utf8'));\n`;

test.each([
  ['a list', `tf.tensor2d(data.rows)`, '[data.rows.0, data.rows.1] [-100, 100]'],
  ['a list whose shape is given', `tf.tensor2d(data.rows, [data.rows.length, 4])`, '[?1, 4] [-100, 100]'],
  [
    'lines of a text',
    `tf.tensor2d(data.text.split('\\n').map((line) => line.split(',').map(Number)))`,
    '[?1, ?5] [-100, 100]',
  ],
  ['of a type', `tf.tensor1d(data.labels, 'int32')`, '[data.labels.0] whole [-100, 100]'],
])('%s', (_, made, expected) => {
  expect(facts(`${READ}function f() { return ${made}.neg(); }`)).toBe(expected);
});

test.each(['shape', 'data.shape', 'data.shapes[name]'])(
  'a shape that is handed in is not known: %s',
  (shape) => {
    expect(
      facts(`function f(data, shape: number[], name) { return tf.tensor(data.values, ${shape}).neg(); }`),
    ).toBe('[?] [-100, 100]');
  },
);

describe('of its values', () => {
  it('a declared range tells, where a function is handed it', () => {
    const growth = `/** @range rate [0, 0.1] */\nconst growth = (x: tf.Tensor, rate: number) => x.mul(Math.exp(rate) - 1);`;
    const call = `function run() { return growth(tf.tensor(data.x), Number(data.rate)); }`;
    expect(found(`${READ}${growth}\n${call}`)).toEqual(['cancellation warning: Math.exp(rate) - 1']);
  });

  it('a declared shape tells', () => {
    const penalty = `/** @shape weights [64] */\nconst penalty = (weights: tf.Tensor1D) => weights.add(tf.zeros([32]));`;
    const call = `function run() { return penalty(tf.tensor1d(data.weights)); }`;
    expect(found(`${READ}${penalty}\n${call}`)).toEqual([
      'incompatible-shapes error: weights.add(tf.zeros([32]))',
    ]);
  });

  it('a declared range says nothing of what the program computes', () => {
    const twice = `/** @range p [0, 1] */\nconst twice = (p: tf.Tensor) => p.mul(2);`;
    expect(facts(`${twice}\nfunction f(x: tf.Tensor) { return twice(tf.div(1, x)); }`)).not.toContain(
      '[0, 2]',
    );
  });

  it('two calls that read it may read two sets', () => {
    const load = `const load = (path: string) => tf.tensor2d(JSON.parse(readFileSync(path, 'utf8')).rows);`;
    const call = `const table = () => load('train.json').expandDims(1).sub(load('test.json')).square().sum(2);`;
    expect(found(`${READ}${load}\n${call}`)).toEqual([]);
  });

  it('the type is not known where none is given: they may be truths', () => {
    expect(found(`${READ}const places = () => tf.whereAsync(tf.tensor1d(data.mask));`)).toEqual([]);
  });

  it.each([
    ['a loop reads', `for (let i = 0; i < n; i++) last = load();`],
    ['one way reads', `if (n > 3) last = load();`],
  ])('what %s anew is not what was read first', (_, reading) => {
    const program = `import { load } from 'elsewhere';\nfunction f(n: number) {\n  const first = load();\n  let last = first;\n  ${reading}\n  return tf.sub(last, first);\n}`;
    expect(facts(program)).toBe('[?] any');
  });

  it('what was lost on the way says nothing: it may be anything', () => {
    const program = `function run(x: tf.Tensor1D, choose: boolean) {\n  const kept = choose ? { list: [0.5] } : 'none';\n  return tf.log(tf.tensor1d(kept.list));\n}`;
    expect(found(program)).toEqual([]);
  });
});
