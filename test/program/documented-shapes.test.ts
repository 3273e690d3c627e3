/** Shapes that the comment above a function tells in prose: they are believed as types are. */
import { expect, test } from 'vitest';
import { facts, found, lower } from './lower.js';

const shape = (program: string): string => facts(program).replace(/ any$| \[.*$/, '');

test.each([
  [
    'of a parameter',
    `/** @param {tf.Tensor} x A batch of shape \`[batch, 4]\`. */ function f(x) { return x.neg(); }`,
    '[batch, 4]',
  ],
  [
    'on the next line',
    `/**\n * @param x Test data, a \`tf.Tensor\` of shape\n *   [numTestExamples, 4].\n */\nconst f = (x: tf.Tensor) => x.neg();`,
    '[numTestExamples, 4]',
  ],
  [
    'behind its name',
    `// Distances in km between points [N, 2] and centres [K, 2]\nconst f = (points, centres) => tf.neg(centres);`,
    '[K, 2]',
  ],
])('%s', (_, program, expected) => {
  expect(shape(program)).toBe(expected);
});

test.each([
  ['an interval', `// Clips x [low, high]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['numbers alone, which may be one', `// of x [0, 1]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['an element', `// of x[i, j]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['another parameter', `/** @param y of shape [B, 2] */ const f = (x: tf.Tensor) => x.neg();`],
])('%s is no shape', (_, program) => {
  expect(shape(program)).toBe('[?]');
});

test('a type that says otherwise is right, and a tag before both', () => {
  expect(shape(`/** @param x of shape [B, 2] */ const f = (x: tf.Tensor3D) => x.neg();`)).toBe(
    '[x.0, x.1, x.2]',
  );
  expect(
    shape(`/** @shape x [N] \n * @param x of shape [B, 2] */ const f = (x: tf.Tensor) => x.neg();`),
  ).toBe('[N]');
});

test('what throws because prose says so is a note', () => {
  expect(
    found(`/** @param x of shape [B, 2] */ export const f = (x: tf.Tensor) => x.add(tf.ones([3]));`),
  ).toEqual(['incompatible-shapes info: x.add(tf.ones([3]))']);
});

test('sizes in a file of data are sizes', () => {
  const files = {
    'main.ts': `import * as tf from '@tensorflow/tfjs';\nimport sizes from './sizes.json';\nexport const f = () => tf.ones([sizes.rows, 2]).neg();`,
    'sizes.json': `{ "rows": 3 }`,
  };
  expect(lower(files).problems).toEqual([]);
  expect(facts(files)).toBe('[3, 2] [-1, -1]');
});

test('a list of sizes is data of one axis', () => {
  const program = `export function f(xs: tf.Tensor2D[]) { const sizes = []; xs.forEach((x) => sizes.push(x.shape[0])); return tf.tensor1d(sizes).neg(); }`;
  expect(found(program)).toEqual([]);
});
