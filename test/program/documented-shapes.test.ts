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
  [
    'a name, a colon, and a shape',
    `// x: [B, H, W, C], y: one-hot [B, K]\nexport function f(x, y) { return tf.neg(y); }`,
    '[B, K]',
  ],
  [
    'a shape, and what it is of behind it',
    `/** pos: [B] scores, neg: [B, K] scores of sampled negatives. */\nconst f = (pos: tf.Tensor, neg: tf.Tensor) => neg.neg();`,
    '[B, K]',
  ],
  [
    'a word that the name shortens',
    `/** class probabilities [N, C] */\nconst f = (probs: tf.Tensor) => probs.neg();`,
    '[N, C]',
  ],
  [
    'a name that every object has a property of',
    `/** constructor: [B, K] */\nexport function f(x, constructor) { return tf.neg(constructor); }`,
    '[B, K]',
  ],
  [
    'a list of names with one shape',
    `// x, y: [B, T]; mean, deviation: [B, D]\nexport function f(x, y, mean, deviation) { return tf.neg(mean); }`,
    '[B, D]',
  ],
  [
    'a name, what it stands for, and a shape',
    `/** x: features; truth: 0 or 1 for each customer, [B, K] */\nexport function f(x, truth) { return tf.neg(truth); }`,
    '[B, K]',
  ],
  [
    'two names, and both',
    `/** codes between a and b, both [1, D] */\nexport const f = (a, b, steps) => tf.neg(a);`,
    '[1, D]',
  ],
  [
    'and what its elements are',
    `// same: [B, 1] with 1 for matching pairs\nconst f = (a, b, same) => tf.neg(same);`,
    '[B, 1]',
  ],
  [
    'in a list',
    `// confLogits [B, P, C], labels [B, P] (0 = background)\nconst f = (confLogits, labels) => tf.neg(labels);`,
    '[B, P]',
  ],
  [
    'what is called otherwise is left out',
    `/** log weights [P] of particles, particles [P, D] */\nconst f = (particles: tf.Tensor, logw: tf.Tensor) => particles.neg();`,
    '[P, D]',
  ],
  [
    'behind a few words',
    `// last observed value [N], predicted steps [N, H]\nconst f = (last, steps) => tf.neg(last);`,
    '[N]',
  ],
  [
    'at the beginning of a description',
    `/** @param {tf.Tensor} x - [batch, 4] */\nfunction f(x) { return x.neg(); }`,
    '[batch, 4]',
  ],
  [
    'in a sentence',
    `/** Logits are [B, PIXELS]. */\nconst f = (logits: tf.Tensor) => logits.neg();`,
    '[B, PIXELS]',
  ],
  [
    'with sums',
    `// rewards: [envs, steps], values: [envs, steps+1]\nconst f = (rewards, values) => tf.neg(values);`,
    '[envs, steps + 1]',
  ],
  [
    'in front of its name',
    `// [N, 4] boxes as y1, x1, y2, x2\nconst f = (boxes) => tf.neg(boxes);`,
    '[N, 4]',
  ],
  ['of both', `/** Both arguments [B, H, W]. */\nconst f = (a, b) => tf.neg(b);`, '[B, H, W]'],
  ['in parentheses', `// queries (B, T, D)\nconst f = (queries) => tf.neg(queries);`, '[B, T, D]'],
  ['with crosses', `// queries: B x T x 64\nconst f = (queries) => tf.neg(queries);`, '[B, T, 64]'],
  ['with signs', `// queries: B×T×D\nconst f = (queries) => tf.neg(queries);`, '[B, T, D]'],
  [
    'with a size that nobody names',
    `// queries: [batch, null, 64]\nconst f = (queries) => tf.neg(queries);`,
    '[batch, queries.1, 64]',
  ],
  ['behind a parameter', `function f(\n  x: tf.Tensor, // [B, T, D]\n) { return x.neg(); }`, '[B, T, D]'],
  ['in front of one', `const f = (a: tf.Tensor, /* [B, K] */ b: tf.Tensor) => b.neg();`, '[B, K]'],
  [
    'directly behind one, whatever comes then',
    `function f(a: tf.Tensor, b /* Tensor2D [B, 1] int32 */): tf.Tensor { return tf.neg(b); }`,
    '[B, 1]',
  ],
  [
    'of a list',
    `/** Losses by weights number[]. */\nconst f = (x, weights) => tf.neg(weights);`,
    '[weights.0]',
  ],
  [
    'of a list of lists of one',
    `const f = (x, limits /* [[first], [second], ...] */) => tf.neg(limits);`,
    '[limits.0, 1]',
  ],
  [
    'behind the field of a class',
    `class Process {\n  private weights!: tf.Tensor2D; // [N, 1]\n  f() { return this.weights.neg(); }\n}`,
    '[N, 1]',
  ],
  [
    'behind a variable of which only the rank is known',
    `const f = (layer: tf.layers.Layer, x: tf.Tensor2D) => {\n  const gate = layer.apply(x) as tf.Tensor2D; // [B, 1]\n  return gate.neg();\n};`,
    '[x.0, 1]',
  ],
  [
    'behind a variable of which nothing else is known',
    `const f = (g: any) => { const h = tf.relu(g()); // [B, H]\n return h.neg(); };`,
    '[B, H]',
  ],
  [
    'behind the field of a type',
    `interface Batch {\n  states: tf.Tensor; // [B, D]\n  gains: tf.Tensor; // [B]\n}\nconst f = (batch: Batch) => batch.gains.neg();`,
    '[B]',
  ],
  [
    'above the field of a type',
    `interface Batch {\n  /** class ids, [batch, height, width, 1] */\n  labels: tf.Tensor4D;\n}\nconst f = (batch: Batch) => batch.labels.neg();`,
    '[batch, height, width, 1]',
  ],
  [
    'above a type, whose other sizes are those of each tensor',
    `/** [batch, joints, 2], x first */\ntype Points = tf.Tensor3D;\nconst f = (points: Points) => points.neg();`,
    '[points.0, points.1, 2]',
  ],
  [
    'above a class, of what its methods take',
    `/** hits: [B, K] of the ranking. */\nexport class Scores {\n  f(hits: tf.Tensor) { return hits.neg(); }\n}`,
    '[B, K]',
  ],
  [
    'above a method',
    `export class Scores {\n  /** hits: [B, K] of the ranking */\n  f(hits: tf.Tensor) { return hits.neg(); }\n}`,
    '[B, K]',
  ],
  [
    'above a function in a field',
    `export class Scores {\n  // hits: [B, K]\n  f = (hits: tf.Tensor) => hits.neg();\n}`,
    '[B, K]',
  ],
  [
    'of what stands in an object',
    `// rewards: [B], values: [B, 1]\nconst f = ({ rewards, values }) => tf.neg(values);`,
    '[B, 1]',
  ],
])('in the words of programs: %s', (_, program, expected) => {
  expect(shape(program)).toBe(expected);
});

test.each([
  ['an interval', `// Clips x [low, high]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['an interval from 0', `// x [0, N]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['a tuple of types', `// x: [number, N]\nconst f = (x: tf.Tensor) => x.neg();`],
  [
    'one of two ranks',
    `/** @param x of shape [N, D], or of shape [N, T, D] */\nconst f = (x: tf.Tensor) => x.neg();`,
  ],
  [
    'what a later sentence is about',
    `/** @param x The values. Of many, a [rows, columns] list does. */\nconst f = (x: tf.Tensor) => x.neg();`,
  ],
  ['an interval of letters', `// keeps x in [A, B]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['an interval that is scaled to', `// x scaled to [-N, N]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['numbers alone, which may be one', `// of x [0, 1]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['an element', `// of x[i, j]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['an index', `// x: [i, j]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['the corners of a box', `// x: [top, left, bottom, right]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['the parts of a value', `// x: [mean, deviation]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['two things in an order', `// edge x (A, B)\nconst f = (x: tf.Tensor) => x.neg();`],
  ['what is called', `// x f(N, K)\nconst f = (x: tf.Tensor) => x.neg();`],
  ['what is made of it', `// the norm of x [N]\nconst f = (x: tf.Tensor) => x.neg();`],
  ['what it becomes', `// reshapes x to [N, 2]\nconst f = (x: tf.Tensor) => x.neg();`],
  [
    'of one of two',
    `// scores of items [N, K]\nconst f = (items: tf.Tensor, scores: tf.Tensor) => items.neg();`,
  ],
  ['another parameter', `/** @param y of shape [B, 2] */ const f = (x: tf.Tensor) => x.neg();`],
  ['what it is for', `// [B, D] table for x\nconst f = (x: tf.Tensor) => x.neg();`],
  [
    'a list that holds a shape',
    `function f(size: number[], // [H, W]\n) { return tf.tensor1d(size).neg().reshape([-1, 2]).sum(); }`,
  ],
])('%s is no shape', (_, program) => {
  expect(shape(program)).toMatch(/^\[\??\]$/);
});

test('sizes of one name are one size', () => {
  const loss = (pos: string): string =>
    `/** pos: [B] scores, neg: [B, K] scores of sampled negatives. */
     export const loss = (pos: tf.Tensor1D, neg: tf.Tensor2D) => tf.softplus(neg.sub(${pos})).mean();`;
  expect(found(loss('pos'))).toEqual(['axis-mismatch warning: neg.sub(pos)']);
  expect(found(loss('pos.expandDims(1)'))).toEqual([]);
  const untyped = `// x [B, D], weights [B]\nexport const f = (x, weights) => tf.mul(x, weights);`;
  expect(found(untyped)).toEqual(['axis-mismatch warning: tf.mul(x, weights)']);
});

test('a type that says otherwise is right, and a tag before both', () => {
  expect(shape(`/** @param x of shape [B, 2] */ const f = (x: tf.Tensor3D) => x.neg();`)).toBe(
    '[x.0, x.1, x.2]',
  );
  expect(
    shape(`/** @shape x [N] \n * @param x of shape [B, 2] */ const f = (x: tf.Tensor) => x.neg();`),
  ).toBe('[N]');
});

test.each([
  ['an axis', `// x [B, D]\nexport const f = (x: tf.Tensor) => x.neg().sum(3);`],
  ['a product', `// x [B, D], w [D]\nexport const f = (x, w) => tf.matMul(x, w);`],
  [
    'one op, of what another one tells too',
    `// x [B, D], y [B]\nexport const f = (x, y) => [tf.sub(x, y), tf.transpose(x, [0, 2, 1])];`,
  ],
])('%s that asks for more axes shows that the comment is about something else', (_, program) => {
  expect(found(program)).toEqual([]);
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

test('an axis that is counted from the front is told, though a comment tells of two', () => {
  const loss = (type: string): readonly string[] =>
    found(`/** @param labels One-hot labels, [batch, classes]. */
      export function loss(labels: ${type}, logits: tf.Tensor) {
        const smooth = labels.mul(0.9).add(0.1 / labels.shape[1]);
        return smooth.mul(tf.logSoftmax(logits)).sum(-1).neg().mean();
      }`);
  expect(loss('tf.Tensor')).toEqual(['hard-coded-axis info: labels.shape']);
  expect(loss('tf.Tensor2D')).toEqual([]);
});

test.each([
  [
    'of what is left, where a type tells that it has that rank',
    `/** CRPS of an ensemble [B, M] against observations [B]. */\nconst f = (ensemble: tf.Tensor2D, y: tf.Tensor1D) => y.neg();`,
    '[B]',
  ],
  [
    'as it is read',
    `/** acc [R] against a mask read as [R, 1]. */\nconst f = (acc, mask) => tf.neg(mask);`,
    '[R, 1]',
  ],
  [
    'of what another function of the file takes under the same names',
    `/** pos [B], neg [B, N] */\nexport const bpr = (pos, neg) => 0;\nexport const f = (pos, neg) => tf.neg(neg);`,
    '[B, N]',
  ],
  [
    'of no function that takes something else',
    `/** pos [B], neg [B, N] */\nexport const bpr = (pos, neg) => 0;\nexport const f = (neg, at) => tf.neg(neg);`,
    '[?]',
  ],
  [
    'of none where two comments differ',
    `/** a [B], b [B, N] */\nconst g = (a, b) => 0;\n/** a [B], b [N] */\nconst h = (a, b) => 0;\nexport const f = (a, b) => tf.neg(b);`,
    '[?]',
  ],
])('%s', (_, program, expected) => {
  expect(shape(program)).toBe(expected);
});
