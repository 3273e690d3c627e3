/** Lists that loops and callbacks fill: how many elements they have, and the tensors that are made of them. */
import { describe, expect, it } from 'vitest';
import { showShape } from '../../src/facts/shape.js';
import { lower } from './lower.js';

/** The shape of what a function with this body makes of its list last. */
function made(body: string): string {
  const program = /^\n?(function|const \w+ = \()/.test(body) ? body : `function run() { ${body} }`;
  const nodes = lower(program).lowered.units.flatMap((unit) => unit.nodes);
  const last = nodes.filter(({ op }) => ['stack', 'concat', 'tensor2d', 'zeros'].includes(op)).at(-1)!;
  return last.throws ?? showShape(last.shape);
}

describe('a list that a loop fills', () => {
  it('has an element a round, in a number of rounds that is known', () => {
    expect(
      made(`
const states = [];
let h = tf.zeros([4, 5]);
for (let t = 0; t < 6; t++) {
  h = h.tanh();
  states.push(h);
}
tf.stack(states);`),
    ).toBe('[6, 4, 5]');
  });

  it('has each of a few, as the layers of a network that are made of their sizes', () => {
    const network = (count: string): string => `
class Network {
  layers = [];
  constructor(sizes) {
    for (let i = 0; i < ${count}; i++)
      this.layers.push({ w: tf.variable(tf.zeros([sizes[i], sizes[i + 1]])), b: tf.variable(tf.zeros([sizes[i + 1]])) });
  }
  call(x) {
    return this.layers.reduce((h, { w, b }) => h.matMul(w).add(b).tanh(), x);
  }
}
function run(x: tf.Tensor2D) {
  return tf.stack([new Network([4, 8, 8, 2]).call(x)]);
}`;
    expect(made(network('sizes.length - 1'))).toBe('[1, x.0, 2]');
    expect(made(network('3'))).toBe('[1, x.0, 2]');
    // Where the list is longer than was asked at first, the rounds go on.
    expect(
      made(`
const parts = [tf.ones([2, 3])];
for (let i = 0; i < parts.length; i++) if (parts.length < 100) parts.push(tf.ones([2, 3]));
tf.concat(parts);`),
    ).toBe('[?]');
  });

  it('has as many as a tensor has steps', () => {
    expect(
      made(`
function unroll(x: tf.Tensor3D) {
  const states = [];
  for (let t = 0; t < x.shape[1]; t++) states.push(tf.zeros([x.shape[0], 5]));
  return tf.stack(states, 1);
}`),
    ).toBe('[x.0, x.1, 5]');
  });

  it('has as many as callers ask for', () => {
    const filled = (element: string): string => `
function run(x: tf.Tensor4D, samples: number) {
  const rows = [];
  for (let i = 0; i < samples; i++) rows.push(${element});
  return tf.stack(rows);
}`;
    expect(made(filled('x.mean([1, 2, 3])'))).toBe('[samples, x.0]');
    // The size that no name is for is another one each round, and stands for any.
    expect(made(filled('x.reshape([-1, 64])'))).toMatch(/^\[samples, \?\d+, 64\]$/);
  });

  it('counts those that were there before, and several a round', () => {
    expect(
      made(`
const parts = [tf.ones([2, 3])];
for (let i = 1; i <= 10; i++) parts.push(tf.ones([2, 3]), tf.zeros([2, 3]));
tf.concat(parts);`),
    ).toBe('[42, 3]');
  });

  it('counts the rounds of a loop in a loop', () => {
    expect(
      made(`
const rows = [];
for (let i = 0; i < 100; i++) {
  const row = [];
  for (let j = 0; j < 4; j++) row.push(i * j);
  rows.push(row);
}
tf.tensor2d(rows);`),
    ).toBe('[100, 4]');
    expect(
      made(`
const pairs = [];
for (let i = 0; i < 10; i++) for (let j = 0; j < 3; j++) pairs.push(tf.ones([2]));
tf.stack(pairs);`),
    ).toBe('[30, 2]');
  });

  it('counts on where the counter is only negated', () => {
    expect(
      made(
        'const parts = []; for (let i = 0; i < 10; i++) parts.push(tf.ones([3]).mul(-i)); tf.stack(parts);',
      ),
    ).toBe('[10, 3]');
  });

  it('goes through the elements of another list', () => {
    expect(
      made(`
const rows = Array.from({ length: 40 }, (_, i) => i);
const columns = [];
for (const row of rows) columns.push(tf.zeros([2]));
tf.stack(columns);`),
    ).toBe('[40, 2]');
  });

  it.each([
    ['a round may be left out', 'if (Math.random() > 0.5) continue; parts.push(tf.ones([3]));'],
    ['the loop may be left', 'if (Math.random() > 0.5) break; parts.push(tf.ones([3]));'],
    ['a condition decides', 'if (Math.random() > 0.5) parts.push(tf.ones([3]));'],
    ['the counter is moved', 'parts.push(tf.ones([3])); if (Math.random() > 0.5) i += 1;'],
    ['one is taken out again', 'parts.push(tf.ones([3])); if (parts.length > 4) parts.shift();'],
  ])('has any number of elements where %s', (_, body) => {
    const program = `const parts = []; for (let i = 0; i < 10; i++) { ${body} } tf.stack(parts);`;
    expect(made(program)).toMatch(/^\[\?\d+, 3\]$/);
  });

  it('keeps its number where it is only read', () => {
    const program = `const xs = []; for (let i = 0; i < 20; i++) xs.push(i); const n = xs.length;`;
    expect(made(`${program} tf.zeros([n, 2]);`)).toBe('[20, 2]');
    expect(made(`${program} xs.pop(); tf.zeros([xs.length, 2]);`)).toMatch(/^\[\?\d+, 2\]$/);
  });
});

describe('tensors of a list of any length', () => {
  it('are stacked to one axis more', () => {
    expect(
      made(`
const batch = (images: tf.Tensor3D[]) =>
  tf.stack(images.map((image) => tf.image.resizeBilinear(image, [8, 9]).sum(2)));`),
    ).toBe('[images.0, 8, 9]');
  });

  it('keep the other axes where they are joined', () => {
    expect(made(`const rows = (parts: number[]) => tf.concat(parts.map(() => tf.ones([2, 5])), 1);`)).toBe(
      '[2, 5·parts.0]',
    );
  });

  it('do not fit where they are known to differ', () => {
    expect(made(`tf.stack([tf.ones([3]), tf.ones([4])]);`)).toBe(
      'only equal shapes stack: [3] and [4] are not',
    );
  });
});

describe('rows that are written down, one for each of something', () => {
  it('have as many elements as are written, for the rank says that these are numbers', () => {
    expect(
      made(`const table = (rows: any) => tf.tensor2d(rows.map((row: any) => [row.width, row.height]));`),
    ).toBe('[rows.0, 2]');
    expect(made(`const table = (row: any) => tf.tensor2d([[row.width, row.height, 1]]);`)).toBe('[1, 3]');
  });

  it('have some number of elements where it does not', () => {
    expect(made(`const table = (rows: any) => tf.tensor2d(rows.map((row: any) => row.features));`)).toMatch(
      /^\[rows\.0, \?\d+\]$/,
    );
  });

  it('are as many as of another list that the same was gone through for, though it was lost on the way', () => {
    const program = `
declare const store: any;
function sum() {
  const batch = JSON.parse(store.text);
  return tf.tensor2d(batch.map((e: any) => [e.reward])).sub(tf.tensor2d(batch.map((e: any) => [e.value, 1])));
}`;
    const nodes = lower(program).lowered.units.flatMap((unit) => unit.nodes);
    const [rewards, values] = nodes.filter(({ op }) => op === 'tensor2d').map(({ shape }) => shape!);
    expect(showShape(rewards)).toMatch(/^\[\?\d+, 1\]$/);
    expect(values![0]!.size).toEqual(rewards![0]!.size);
  });
});

describe('a list of lists', () => {
  const byClass = (lists: string): string => `
    const byClass: number[][] = ${lists};
    const keep = (label: number, value: number) => {
      byClass[label]!.push(value);
      return tf.zeros([byClass[1]!.length, 2]);
    };
    keep(Math.floor(3 * Math.random()), 7);`;

  it('of which one is filled, and nothing says which, has any of them filled', () => {
    expect(made(byClass('[[], [], []]'))).toMatch(/^\[\?\d+, 2\]$/);
    expect(made(byClass('Array.from({ length: 12 }, () => [])'))).toMatch(/^\[\?\d+, 2\]$/);
  });

  it('that holds itself has an element of which nothing is known', () => {
    expect(made('const rows: any[] = [tf.zeros([3])]; rows.push(rows); tf.stack(rows.slice(0, 1));')).toBe(
      '[1, 3]',
    );
    expect(made('const rows: any[] = [tf.zeros([3])]; rows[1] = [rows]; tf.stack([rows[0], rows[0]]);')).toBe(
      '[2, 3]',
    );
  });
});
