import { showShape, showSize } from '../src/facts/shape.js';
import { whyThrowsAsClaimed } from '../src/program/builder.js';
import { operandNodes, type Node } from '../src/program/node.js';
import { meetAtAnyRank } from '../src/rule/any-rank.js';
import { BROADCASTING, conflictAtEveryRank } from '../src/rule/broadcast.js';
import { otherExample } from '../src/rule/model-examples.js';
import { besideOneMore } from '../src/rule/one-more.js';
import { outranksProse } from '../src/rule/prose.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { isOfNumbers, mayBeWholeNumbers, versionThatRefuses, whatToDo } from '../src/rule/wrong-types.js';
import type { Site } from '../src/rule/site.js';
import { models } from '../src/ops/models.js';
import { allOps, opNamed } from '../src/ops/table.js';

export default defineRule({
  name: 'incompatible-shapes',
  category: 'shape',
  claim: 'The op is certain to throw: its operands or arguments do not fit.',
  reason:
    'TensorFlow.js checks shapes when the op runs, without a name or a line: training stops at the first batch. Where the sizes are known before, so is the error.',
  remedy: 'Make the shapes fit: transpose, reshape, keepDims, or another axis.',
  ops: [...allOps, ...models].map((row) => row.name),
  check(site) {
    const { throws } = site.node;
    if (site.node.op === 'model.example' && throws === undefined) return otherExample(site);
    if (throws === undefined && site.node.op in BROADCASTING) {
      const unequal = besideOneMore(site);
      if (unequal !== undefined) return unequal;
    }
    if (throws === undefined && site.node.shape === undefined)
      return whateverTheRank(site) ?? againstClaims(site);
    if (throws === undefined || operandNodes(site.node).some((operand) => operand.throws !== undefined))
      return undefined;
    if (lacksAnArgument(site.node)) return undefined;
    const isLayer = site.node.op === 'layers.apply';
    const shapes = operandNodes(site.node)
      .filter((operand) => operand.shape !== undefined && !isImplied(operand, site.node))
      .map((operand) => describe(site.text(operand), operand));
    const data = mayBeWholeNumbers(site.node, throws);
    const when =
      data === undefined
        ? 'is certain to throw'
        : `throws unless \`${site.text(data)}\` is made of an Int32Array`;
    return {
      message: `\`${site.text()}\` ${when}: ${throws}.${shapes.length === 0 ? '' : ` ${shapes.join(', ')}.`} ${whatToDo(throws)}`,
      danger: {
        text: throws,
        harm: 'shape',
        failures: ['throws'],
        expansion: 'throws',
        since: versionThatRefuses(throws),
        implied: isLayer ? true : undefined,
        // A slice would choose the numbers in the type that is wanted.
        whole: isOfNumbers(site.node, throws) ? true : undefined,
      },
      manifest: data === undefined,
      advice: data === undefined ? undefined : true,
      related: operandNodes(site.node)
        .filter((operand) => operand.shape !== undefined)
        .map((operand) => ({ node: operand, message: `${showShape(operand.shape)} comes from here` })),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'one window for a model that is handed in, as the file makes it',
        code: `export function build() {\n  const model = tf.sequential();\n  model.add(tf.layers.lstm({ units: 4, inputShape: [32, 3] }));\n  return model;\n}\nexport const next = (model: tf.LayersModel, window: number[][]) => model.predict(tf.tensor2d(window, [32, 3]));`,
      },
      {
        title: 'numbers in an array of float64, of which TensorFlow.js makes no tensor',
        code: `export function signal(size: number) {\n  const samples = new Float64Array(size);\n  for (let i = 0; i < size; i++) samples[i] = Math.sin(i);\n  return tf.tensor1d(samples);\n}`,
      },
      {
        title: 'inner sizes that differ',
        code: `export const project = () => tf.matMul(tf.ones([8, 4]), tf.ones([8, 3]));`,
      },
      {
        title: 'one number a row against columns',
        code: `export const weigh = () => tf.ones([6, 4]).mul(tf.linspace(0, 1, 6));`,
      },
      {
        title: 'a reshape that cannot hold',
        code: `export const images = () => tf.zeros([10, 784]).reshape([10, 28, 29]);`,
      },
      {
        title: 'the steps of a forecast beside the moves between them',
        code: `export function error(future: tf.Tensor2D, predicted: tf.Tensor2D) {\n  const steps = future.shape[1];\n  const moves = future.slice([0, 1], [-1, steps - 1]).sub(future.slice([0, 0], [-1, steps - 1]));\n  return future.sub(predicted).abs().mul(moves.abs()).mean();\n}`,
      },
      {
        title: 'features beside their differences, of which there is one less',
        code: `export function withDeltas(features: tf.Tensor2D) {\n  const [n] = features.shape;\n  const deltas = features.slice([1, 0]).sub(features.slice([0, 0], [n - 1, -1]));\n  return tf.concat([features, deltas], 1);\n}`,
      },
      {
        title: 'a bias of another size, whatever the rank is',
        code: `export const layer = (x: tf.Tensor) => tf.matMul(x, tf.ones([4, 3])).add(tf.zeros([4]));`,
      },
      {
        title: 'one picture where a model takes a batch of them',
        code: `const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 3] })] });\nexport const features = () => model.predict(tf.zeros([8, 8, 3]));`,
      },
      {
        title: 'a layer of steps behind one that gives the last step only',
        code: `export function deep() {\n  const model = tf.sequential();\n  model.add(tf.layers.lstm({ units: 8, inputShape: [12, 3] }));\n  model.add(tf.layers.lstm({ units: 8 }));\n  return model;\n}`,
      },
      {
        title: 'the column of the best class, as the number of a class',
        code: `const PALETTE = [[0, 0, 0], [128, 0, 0], [0, 128, 0]];\nexport function colours() {\n  const logits = tf.oneHot(tf.tensor1d([7, 7, 7], 'int32'), 8).reshape([1, 3, 8]);\n  return tf.gather(tf.tensor2d(PALETTE), logits.argMax(2).toInt());\n}`,
      },
      {
        title: 'a variable that is given the transpose',
        code: `export function flip() {\n  const weights = tf.variable(tf.zeros([3, 2]));\n  weights.assign(weights.transpose());\n}`,
      },
      {
        title: 'steps of a series, with the batch in front, for a cell',
        code: `export function last() {\n  let [c, h] = [tf.zeros([2, 4]), tf.zeros([2, 4])] as tf.Tensor2D[];\n  for (const step of tf.unstack(tf.randomNormal([2, 5, 3])))\n    [c, h] = tf.basicLSTMCell(1, tf.ones([7, 16]) as tf.Tensor2D, tf.zeros([16]) as tf.Tensor1D, step as tf.Tensor2D, c!, h!);\n  return h;\n}`,
      },
      {
        title: 'single numbers of a dataset against a column of predictions, where the loss looks at shapes',
        code: `export async function train() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: tf.losses.meanSquaredError });\n  const data = tf.data.zip({ xs: tf.data.array([[0, 1], [1, 1]]), ys: tf.data.array([1, 3]) }).batch(2);\n  await model.fitDataset(data as never, { epochs: 1 });\n}`,
      },
      {
        title: 'a label that is float32, as numbers are unless they are told otherwise',
        code: `export const labelled = () => tf.oneHot(tf.tensor1d([3]), 10);`,
      },
      {
        title: 'the last step, counted from the end, of something that nobody describes',
        code: `export const last = (model: any) => tf.relu(model.states().slice([0, -1, 0], [2, 1, 3]));`,
      },
      {
        title: 'as many points as are asked for along the axis of the features',
        code: `export function generate(count: number, latent: number) {\n  const decoder = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [latent] })] });\n  return decoder.predict(tf.randomNormal([latent, count]));\n}`,
      },
      { title: 'an axis that is not there', code: `export const total = () => tf.ones([3, 4]).sum(2);` },
    ],
    safe: [
      {
        title: 'a row of a matrix that is handed in',
        code: `export function fromFirst(rows: number[][]) {\n  const x = tf.tensor2d(rows);\n  return x.sub(tf.tensor2d([rows[0]!]));\n}`,
      },
      {
        title: 'float64 numbers, as a list',
        code: `export const order = (points: tf.Tensor2D) =>\n  tf.gather(points, Array.from(tf.util.createShuffledIndices(points.shape[0])));`,
      },
      {
        title: 'rows of one field each',
        code: `export const column = (data: any) => tf.tensor2d(data.map((d: any) => [d.x]));`,
      },
      {
        title: 'sizes that a dataset gives',
        code: `export async function sizes(dataset: tf.data.Dataset<any>) {\n  const found: number[] = [];\n  await dataset.forEachAsync((batch: any) => {\n    found.push(batch.xs.shape[0]);\n  });\n  return tf.tensor1d(found);\n}`,
      },
      {
        title: 'single numbers, which a model takes for as many examples',
        code: `export async function line() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  await model.fit(tf.linspace(0, 1, 8), tf.linspace(1, 2, 8));\n}`,
      },
      {
        title: 'drawn indices, which end before the size',
        code: `export const drawn = () => tf.ones([9, 4]).gather(tf.randomUniform([5], 0, 9, 'int32'));`,
      },
      {
        title: 'a label that is made int32',
        code: `export const labelled = (label: number) => tf.oneHot(tf.tensor1d([label], 'int32'), 10);`,
      },
      {
        title: 'one side transposed',
        code: `export const project = () => tf.matMul(tf.ones([8, 4]), tf.ones([8, 3]), true);`,
      },
      {
        title: 'keepDims',
        code: `export function standardise() {\n  const x = tf.ones([6, 4]);\n  return x.sub(x.mean(1, true));\n}`,
      },
      {
        title: 'differences of a series, with one in front for the first step',
        code: `export function moves(series: tf.Tensor2D) {\n  const [n, width] = series.shape;\n  const later = series.slice([1, 0], [n - 1, -1]).sub(series.slice([0, 0], [n - 1, -1]));\n  return series.add(tf.concat([tf.zeros([1, width]), later]));\n}`,
      },
      {
        title: 'a bias of the right size, whatever the rank is',
        code: `export const layer = (x: tf.Tensor) => tf.matMul(x, tf.ones([4, 3])).add(tf.zeros([3]));`,
      },
      {
        title: 'as many points as are asked for, each with its features',
        code: `export function generate(count: number, latent: number) {\n  const decoder = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [latent] })] });\n  return decoder.predict(tf.randomNormal([count, latent]));\n}`,
      },
      { title: 'an unknown size', code: `export const flat = (x: tf.Tensor4D) => x.reshape([-1, 784]);` },
    ],
  },
});

/** Sizes that do not fit behind as many axes as a parameter has. */
function whateverTheRank(site: Site): Suspicion | undefined {
  const meeting = meetAtAnyRank(site);
  if (meeting === undefined) return undefined;
  const { a, b } = meeting;
  const conflict = conflictAtEveryRank(site.node, a, b);
  if (conflict === undefined) return undefined;
  const { ofA, ofB, related } = meeting;
  const sizes = conflict.map(showSize).join(' and ');
  return {
    message: `\`${site.text()}\` throws whatever the rank is: ${sizes} do not fit. \`${site.text(a)}\` is ${ofA}, \`${site.text(b)}\` is ${ofB}. Make the shapes fit before this line.`,
    danger: { text: `${ofA} meets ${ofB}`, harm: 'shape', failures: ['throws'] },
    manifest: true,
    related,
  };
}

/** Types say how many axes a tensor has, and nothing checks them when the code runs. */
function againstClaims(site: Site): Suspicion | undefined {
  const reason = whyThrowsAsClaimed(site.node);
  if (reason === undefined || lacksAnArgument(site.node) || outranksProse(site.node)) return undefined;
  const shaped = operandNodes(site.node).filter(({ shape }) => shape !== undefined);
  const shapes = shaped.map((operand) => describe(site.text(operand), operand)).join(', ');
  return {
    message: `\`${site.text()}\` throws if the declared types are right: ${reason}. ${shapes}. Make the shapes fit before this line, or mend the types.`,
    danger: { text: reason, harm: 'shape', failures: ['throws'] },
    manifest: false,
    advice: true,
    related: shaped.map((node) => ({ node, message: `${showShape(node.shape)} comes from here` })),
  };
}

/** An argument that seems to be null is mostly one that was not followed: nothing is certain then. */
function lacksAnArgument(node: Node): boolean {
  const parameters = opNamed(node.op)?.parameters ?? [];
  return parameters.some(({ name, kind, optional }) => {
    const isOperand = kind === 'tensor' || kind === 'tensors';
    return !isOperand && optional !== true && (node.attributes[name] ?? null) === null;
  });
}

/** It stands nowhere of its own: what a dataset or a model hands over. */
const isImplied = ({ op, span }: Node, site: Node): boolean =>
  op === 'input' && span.start === site.span.start && span.end === site.span.end;

const describe = (text: string, operand: Node): string => `\`${text}\` is ${showShape(operand.shape)}`;
