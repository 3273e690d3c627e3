import type { TensorUse } from '../src/ops/implied.js';
import { showShape } from '../src/facts/shape.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'tensor-as-array',
  category: 'shape',
  claim: 'JavaScript takes a tensor, or what was read from one, for an array or a number that it is not.',
  reason:
    'A tensor has no `length` and no elements; `dataSync()` gives one flat list whatever the rank is, and `arraySync()` lists within lists. JavaScript gives undefined, or NaN, and goes on: loops run no rounds, comparisons are false, the first class always wins.',
  remedy:
    'Sizes are in `x.shape`, elements come by `x.slice` or `x.arraySync()`; index flat data by `i * columns + j`, and take nested data apart one level at a time.',
  ops: ['js.ofTensor'],
  check(site) {
    const x = site.operand('x')!;
    const use = site.node.attributes['use'] as TensorUse;
    const { gives, instead } = USES[use];
    return {
      message: `\`${site.text()}\` is ${gives(x.shape === undefined ? '' : ` of ${showShape(x.shape)}`)} ${instead(site)}`,
      danger: { text: 'always', harm: 'value', failures: ['nan'], implied: true },
      manifest: true,
      // The same list is read in the same way more than once.
      covers: site.users(x).filter((other) => other.op === site.node.op && other.attributes['use'] === use),
      related: [{ node: x, message: 'the tensor comes from here' }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a mean by the length of a tensor',
        code: `export function error(x: tf.Tensor2D) {\n  const errors: any = x.sub(1).abs();\n  return errors.sum().div(errors.length);\n}`,
      },
      {
        title: 'an element of a tensor',
        code: `export const first = (x: tf.Tensor2D) => (tf.softmax(x) as any)[0];`,
      },
      {
        title: 'an element that is set in a tensor',
        code: `export function start(deviation: number) {\n  const latent: any = tf.zeros([1, 16]);\n  latent[0] = deviation;\n  return latent as tf.Tensor2D;\n}`,
      },
      {
        title: 'losses that are added up before they are there',
        code: `export async function total(batches: tf.Tensor2D[]) {\n  let sum = 0;\n  for (const batch of batches) sum += batch.square().mean().data() as any;\n  return sum;\n}`,
      },
      {
        title: 'rows of flat data',
        code: `export function best(x: tf.Tensor2D) {\n  const scores: any = tf.softmax(x).dataSync();\n  return scores[0][1] > scores[0][0] ? 1 : 0;\n}`,
      },
      {
        title: 'rows of flat data, counted by their number',
        code: `const NAMES = ['rock', 'paper', 'scissors'];\nexport function scores(hands: number[][]) {\n  const values = tf.softmax(tf.tensor2d(hands, [hands.length, 3])).dataSync();\n  return hands.map((_, i) => NAMES.map((name, j) => name + ': ' + values[i * hands.length + j]));\n}`,
      },
      {
        title: 'the largest of several lists',
        code: `export function best(x: tf.Tensor1D) {\n  const scores: any = tf.softmax(x.reshape([1, 4])).arraySync();\n  return Math.max(...scores);\n}`,
      },
      {
        title: 'the sum of a column, each number of which is a list',
        code: `export async function level(x: tf.Tensor2D) {\n  const rows: any = await x.mean(1, true).array();\n  return rows.reduce((sum: number, row: any) => sum + row, 0) / rows.length;\n}`,
      },
      {
        title: 'a loss that is compared before it was read',
        code: `export function improves(x: tf.Tensor1D, best: number) {\n  const loss: any = x.square().mean();\n  return loss < best;\n}`,
      },
      {
        title: 'a variance that is asked whether it is 0',
        code: `export function scale(x: tf.Tensor2D) {\n  const variance: any = tf.moments(x).variance.add(1e-7);\n  return variance === 0 ? x : x.div(variance);\n}`,
      },
      {
        title: 'the root of a tensor',
        code: `export const rms = (x: tf.Tensor1D) => Math.sqrt(x.square().mean() as any);`,
      },
    ],
    safe: [
      {
        title: 'losses that are awaited, one by one and together',
        code: `export async function total(batches: tf.Tensor2D[]) {\n  let sum = 0;\n  for (const batch of batches) sum += (await batch.square().mean().data())[0]!;\n  const pending = batches.map((batch) => batch.mean().data());\n  const [first] = await Promise.all(pending);\n  const last = batches[0]!.mean().data();\n  return sum + first![0]! + (await last)[0]!;\n}`,
      },
      {
        title: 'a size of its shape',
        code: `export const error = (x: tf.Tensor2D) => x.abs().sum().div(x.shape[0]);`,
      },
      {
        title: 'rows of nested data',
        code: `export function best(x: tf.Tensor2D) {\n  const scores = tf.softmax(x).arraySync() as number[][];\n  return scores[0]![1]! > scores[0]![0]! ? 1 : 0;\n}`,
      },
      {
        title: 'flat data, by its place',
        code: `export function best(x: tf.Tensor2D) {\n  const scores = tf.softmax(x).dataSync();\n  return Math.max(...scores) + scores[2 * x.shape[1] + 1]!;\n}`,
      },
      {
        title: 'flat data of a row for each hand, by its place',
        code: `const NAMES = ['rock', 'paper', 'scissors'];\nexport function scores(hands: number[][]) {\n  const values = tf.softmax(tf.tensor2d(hands, [hands.length, 3])).dataSync();\n  return hands.map((_, i) => NAMES.map((name, j) => name + ': ' + values[i * NAMES.length + j]));\n}`,
      },
      {
        title: 'rows that are taken apart, and one that is printed',
        code: `export async function level(x: tf.Tensor2D) {\n  const rows: any = await x.mean(1, true).array();\n  console.log('first: ' + rows[0]);\n  return rows.reduce((sum: number, [value]: any) => sum + value, 0) / rows.length;\n}`,
      },
      {
        title: 'a tensor or an array, whichever it is',
        code: `export function size(x: tf.Tensor1D) {\n  const doubled: any = x.mul(2);\n  return doubled.length || doubled.shape[0];\n}`,
      },
    ],
  },
});

interface Use {
  readonly gives: (ofShape: string) => string;
  readonly instead: (site: Site) => string;
}

const USES: Readonly<Record<TensorUse, Use>> = {
  length: {
    gives: (ofShape) => `undefined: a tensor${ofShape} has no length.`,
    instead: (site) => `The size of its first axis is \`${site.text(site.operand('x')!)}.shape[0]\`.`,
  },
  element: {
    gives: (ofShape) => `undefined: a tensor${ofShape} has no elements in JavaScript.`,
    instead: (site) =>
      `Read them first, \`${site.text(site.operand('x')!)}.arraySync()\`, or cut them out by \`slice\`.`,
  },
  set: {
    gives: (ofShape) =>
      `set in vain: a tensor${ofShape} has no elements in JavaScript, and its values never change.`,
    instead: () => 'Set it in a `tf.buffer`, or in a list of which the tensor is made then.',
  },
  flat: {
    gives: (ofShape) =>
      `undefined: \`dataSync\` and \`data\` give the numbers of a tensor${ofShape} in one flat list.`,
    instead: () => 'Index it by `i * columns + j`, or use `arraySync()`, which gives a list of lists.',
  },
  strided: {
    gives: (ofShape) =>
      `another number than the one meant: \`dataSync\` and \`data\` give the rows of a tensor${ofShape} one behind the other, and this counts as if each had as many numbers as there are rows.`,
    instead: () => 'Index it by `i * columns + j`, or use `arraySync()`, which gives a list of lists.',
  },
  nested: {
    gives: (ofShape) =>
      `NaN: \`arraySync\` of a tensor${ofShape} gives lists within a list, and a list is no number.`,
    instead: () => 'Use `dataSync()`, which gives the numbers alone, or take one list of them.',
  },
  joined: {
    gives: (ofShape) =>
      `a text: \`arraySync\` and \`array\` of a tensor${ofShape} give lists within a list, and a number plus a list is no sum.`,
    instead: () => 'Take the number out of its list, `[value]`, or read them all by `dataSync()`.',
  },
  compared: {
    gives: (ofShape) => `always false: a tensor${ofShape} is no number.`,
    instead: () => 'Read the number first, `.dataSync()[0]`, or compare by the op of TensorFlow.js.',
  },
  unequal: {
    gives: (ofShape) => `always true: a tensor${ofShape} is no number.`,
    instead: () => 'Read the number first, `.dataSync()[0]`, or compare by the op of TensorFlow.js.',
  },
  promise: {
    gives: () => 'a promise: no number is in it before it is awaited.',
    instead: (site) => `Write \`await ${site.text()}\`, or read it at once by \`dataSync()\`.`,
  },
  number: {
    gives: (ofShape) => `NaN: a tensor${ofShape} is no number.`,
    instead: () => 'Use the op of TensorFlow.js, or read the number first: `.dataSync()[0]`.',
  },
};
