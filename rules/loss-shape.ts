import {
  broadcastShapes,
  isSymbolic,
  sameSize,
  showShape,
  showSize,
  type Shape,
} from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { mutualGrowth } from '../src/rule/broadcast.js';
import { weightsOfClasses } from '../src/rule/class-weights.js';
import { declaredBeside } from '../src/rule/declared-beside.js';
import { isOp } from '../src/rule/patterns.js';
import { weighedTooLate } from '../src/rule/reduced-losses.js';
import { besideModel } from '../src/rule/beside-models.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

/** Losses, with the operand that has the shape of the losses before they are weighted. */
const WEIGHTED: Readonly<Record<string, string>> = {
  'losses.absoluteDifference': 'predictions',
  'losses.computeWeightedLoss': 'losses',
  'losses.hingeLoss': 'predictions',
  'losses.huberLoss': 'predictions',
  'losses.logLoss': 'predictions',
  'losses.meanSquaredError': 'predictions',
  'losses.sigmoidCrossEntropy': 'logits',
  'losses.softmaxCrossEntropy': 'logits',
};

/** Metrics that compare element by element, and check no shapes. */
const METRICS: readonly string[] = [
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'cosineProximity',
  'binaryAccuracy',
  'categoricalCrossentropy',
  'precision',
  'recall',
  'r2Score',
].map((name) => `metrics.${name}`);

/** Differences that become a loss. */
const DIFFERENCES: readonly string[] = ['sub', 'squaredDifference'];

export default defineRule({
  name: 'loss-shape',
  category: 'shape',
  claim:
    'A loss, a metric or its weights meet in shapes that broadcast: every label is compared with every prediction, every weight weighs every loss.',
  reason:
    'The losses of TensorFlow.js check that labels and predictions have one shape, but not the weights: losses of [B, 1] with weights of [B] are weighted as a table of [B, B]. Metrics check nothing: the precision of [B] against [B, 1] counts B·B pairs. The result is one number either way, and a wrong one. So it is where weights meet a loss that became one number before.',
  remedy:
    'Give weights the shape of the losses, and labels that of the predictions: `.expandDims(1)` on the row, or `.squeeze([1])` on the column.',
  ops: [...Object.keys(WEIGHTED), ...METRICS, ...DIFFERENCES, 'mul'],
  check(site) {
    if (site.node.throws !== undefined) return undefined;
    if (DIFFERENCES.includes(site.node.op)) return repeated(site) ?? declaredBeside(site);
    if (site.node.op === 'mul') return weighedTooLate(site);
    const ofClasses = weightsOfClasses(site);
    if (ofClasses !== undefined) return ofClasses;
    const pair = comparedBy(site);
    if (pair !== undefined && isMetric(site) && pair.b.shape === undefined)
      return besideModel(site, pair.a, pair.b);
    if (pair?.a.shape === undefined || pair.b.shape === undefined) return undefined;
    const { a, b, what, shape } = pair;
    const meets = { a: shape, b: b.shape! };
    const growth = mutualGrowth(meets.a, meets.b);
    const result = broadcastShapes(meets.a, meets.b);
    const fromDataset = site.node.attributes['implied'] === 'fitDataset';
    if ((growth === undefined && !fromDataset) || 'throws' in result) return undefined;
    return {
      message: fromDataset
        ? ofDataset(site, meets, showShape(result), growth === undefined)
        : `${what} are ${showShape(meets.a)} and ${showShape(meets.b)} in \`${site.text()}\`: they broadcast to ${showShape(result)}, every element of one meets every element of the other, and the ${isMetric(site) ? 'metric' : 'loss'} counts them all. Give both one shape: ${advice(site, meets, a, b)}.`,
      danger: {
        text: `${showShape(meets.a)} meets ${showShape(meets.b)}`,
        harm: 'shape',
        failures: ['wrong-shape', 'throws'],
        expansion: expansionOf(growth !== undefined, meets),
      },
      manifest: true,
      related: [
        { node: a, message: `${showShape(a.shape)} comes from here` },
        { node: b, message: `${showShape(b.shape)} comes from here` },
      ],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a model that gives something for each step, beside one target a sample',
        code: `export async function train() {\n  const model = tf.sequential();\n  model.add(tf.layers.gru({ units: 2, inputShape: [3, 1], returnSequences: true }));\n  model.add(tf.layers.dense({ units: 1 }));\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const rows = [0, 1, 2].map((at) => ({ xs: [[at], [at + 1], [at + 2]], ys: [at + 3] }));\n  await model.fitDataset(tf.data.array(rows).batch(3) as never, { epochs: 1 });\n}`,
      },
      {
        title: 'a dataset of fields that are single numbers elsewhere, made by another function',
        code: `function stream(rows) {\n  const xs = tf.data.array(rows.map((row) => [row.area, row.rooms]));\n  const ys = tf.data.array(rows.map((row) => row.price));\n  return tf.data.zip({ xs, ys }).batch(4);\n}\nexport async function train(rows) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  await model.fitDataset(stream(rows), { epochs: 1 });\n}\nexport const dearest = (rows) => tf.tensor1d(rows.map((row) => row.price)).max();`,
      },
      {
        title: 'a weight a class where a loss takes a weight a sample',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor2D, classWeights: tf.Tensor1D) {\n  const targets = tf.oneHot(labels.toInt(), classWeights.shape[0]);\n  return tf.losses.softmaxCrossEntropy(targets, logits, classWeights);\n}`,
      },
      {
        title: 'three written weights for three classes',
        code: `const CLASS_WEIGHTS = tf.tensor1d([1, 2, 5]);\nexport const loss = (labels: tf.Tensor1D, logits: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(tf.oneHot(labels.toInt(), 3), logits, CLASS_WEIGHTS);`,
      },
      {
        title: 'values in columns against targets in a row, by their types',
        code: `export const valueLoss = (values: tf.Tensor2D, targets: tf.Tensor1D) => tf.squaredDifference(values, targets).mean();`,
      },
      {
        title: 'a weight a sample against a column of losses',
        code: `export function loss(x: tf.Tensor2D, y: tf.Tensor2D) {\n  const predictions = tf.matMul(x, tf.ones([4, 1]));\n  const weights = y.reshape([-1]);\n  return tf.losses.meanSquaredError(y.reshape([-1, 1]), predictions, weights);\n}`,
      },
      {
        title: 'a column of weights against a cross entropy, which has no column',
        code: `export const loss = () =>\n  tf.losses.softmaxCrossEntropy(tf.eye(3), tf.ones([3, 3]), tf.ones([3, 1]));`,
      },
      {
        title: 'the precision of a row against a column',
        code: `export const precision = () => tf.metrics.precision(tf.tensor1d([1, 0, 1]), tf.tensor2d([[1], [0], [1]]));`,
      },
      {
        title: 'targets of a dataset that are single numbers',
        code: `export async function train(xs: number[][]) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const data = tf.data.zip({ xs: tf.data.array([[0, 1], [1, 1]]), ys: tf.data.array([1, 3]) }).batch(2);\n  await model.fitDataset(data as never, { epochs: 1 });\n}`,
      },
      {
        title: 'targets that a generator yields one by one',
        code: `function* readings() {\n  for (let hour = 0; hour < 96; hour += 1) yield { hour, temperature: 15 + Math.sin(hour / 4), load: 40 + 3 * hour };\n}\nexport async function train() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanAbsoluteError' });\n  const data = tf.data.generator(readings as never).map((r: any) => ({ xs: [r.hour, r.temperature], ys: r.load }));\n  await model.fitDataset(data.shuffle(8).batch(4) as never, { epochs: 1 });\n}`,
      },
      {
        title: 'one column of a table',
        code: `export async function train(url: string) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const rows = tf.data.csv(url, { columnConfigs: { price: { isLabel: true } } });\n  const data = rows.map(({ xs, ys }: any) => ({ xs: Object.values(xs), ys: ys.price }));\n  await model.fitDataset(data.batch(32) as never, { epochs: 1 });\n}`,
      },
      {
        title: 'one target in a dataset for two outputs',
        code: `export async function train() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const data = tf.data.array([[0, 1], [1, 1]]).map(([a, b]: any) => ({ xs: [a, b], ys: [a] })).batch(2);\n  await model.fitDataset(data as never, { epochs: 1 });\n}`,
      },
      {
        title: 'one unit against the labels of ten classes',
        code: `const head = tf.layers.dense({ units: 1 });\nexport function loss(x: tf.Tensor2D, labels: tf.Tensor1D) {\n  const predictions = head.apply(x) as tf.Tensor;\n  return predictions.sub(tf.oneHot(labels.toInt(), 10)).square().mean();\n}`,
      },
      {
        title: 'a dataset of single numbers, for those who ask for one',
        code: `const DEFAULTS = { epochs: 1, streaming: false };\nexport async function train(xs: number[][], ys: number[], options: Partial<typeof DEFAULTS> = {}) {\n  const chosen = { ...DEFAULTS, ...options };\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const rows = xs.map((x, index) => ({ xs: x, ys: ys[index]! }));\n  if (chosen.streaming) await model.fitDataset(tf.data.array(rows).batch(8) as never, { epochs: chosen.epochs });\n  return model;\n}`,
      },
      {
        title: 'a mask of the places, beside a cross entropy that is one number already',
        code: `export function loss(target: tf.Tensor2D, logits: tf.Tensor3D) {\n  const keep = target.notEqual(0).cast('float32');\n  const entropy = tf.losses.softmaxCrossEntropy(tf.oneHot(target.toInt(), 5), logits.reshape([-1, target.shape[1], 5]));\n  return entropy.mul(keep).sum().div(keep.sum().maximum(1));\n}`,
      },
      {
        title: 'the advantage of each step, beside the mean over the steps',
        code: `export const loss = (actions: tf.Tensor1D, logits: tf.Tensor2D, advantages: tf.Tensor1D) =>\n  tf.losses.softmaxCrossEntropy(tf.oneHot(actions.toInt(), 3), logits.reshape([-1, 3])).mul(advantages).mean();`,
      },
    ],
    safe: [
      {
        title: 'a dataset of lists of one',
        code: `function stream(rows) {\n  return tf.data.array(rows).map((row) => ({ xs: [row.area, row.rooms], ys: [Number(row.price)] })).batch(4);\n}\nexport async function train(rows) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  await model.fitDataset(stream(rows), { epochs: 1 });\n}`,
      },
      {
        title: 'the mean of each column, in a loss',
        code: `export const spreadLoss = (x: tf.Tensor2D, mean: tf.Tensor1D) => x.sub(mean).square().mean();`,
      },
      {
        title: 'the advantage of each step, beside its loss',
        code: `export const loss = (actions: tf.Tensor1D, logits: tf.Tensor2D, advantages: tf.Tensor1D) =>\n  tf.losses.softmaxCrossEntropy(tf.oneHot(actions.toInt(), 3), logits.reshape([-1, 3]), undefined, 0, tf.Reduction.NONE).mul(advantages).mean();`,
      },
      {
        title: 'the weight of the class of each sample',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor2D, classWeights: tf.Tensor1D) {\n  const targets = tf.oneHot(labels.toInt(), classWeights.shape[0]);\n  return tf.losses.softmaxCrossEntropy(targets, logits, tf.gather(classWeights, labels.toInt()));\n}`,
      },
      {
        title: 'as many weights as classes, of a loss that keeps the classes',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) =>\n  tf.losses.sigmoidCrossEntropy(labels.reshape([-1, 3]), logits.reshape([-1, 3]), tf.tensor1d([1, 2, 5]));`,
      },
      {
        title: 'a baseline for every action',
        code: `const critic = tf.layers.dense({ units: 1 });\nexport const advantages = (x: tf.Tensor2D) =>\n  tf.oneHot(tf.zeros([8], 'int32'), 10).sub(critic.apply(x.reshape([8, 4])) as tf.Tensor);`,
      },
      {
        title: 'targets of a dataset that are lists of one',
        code: `export async function train() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const data = tf.data.zip({ xs: tf.data.array([[0, 1], [1, 1]]), ys: tf.data.array([[1], [3]]) }).batch(2);\n  await model.fitDataset(data as never, { epochs: 1 });\n}`,
      },
      {
        title: 'the labels of a table, in a list',
        code: `export async function train(url: string) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n  const rows = tf.data.csv(url, { columnConfigs: { price: { isLabel: true } } });\n  const data = rows.map(({ xs, ys }: any) => ({ xs: Object.values(xs), ys: Object.values(ys) }));\n  await model.fitDataset(data.batch(32) as never, { epochs: 1 });\n}`,
      },
      {
        title: 'a weight a loss',
        code: `export const loss = (y: tf.Tensor2D, p: tf.Tensor2D) =>\n  tf.losses.meanSquaredError(y.reshape([8, 1]), p.reshape([8, 1]), tf.ones([8, 1]));`,
      },
      {
        title: 'a row of weights against a cross entropy',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(labels.reshape([8, 3]), logits.reshape([8, 3]), tf.ones([8]));`,
      },
      {
        title: 'one weight',
        code: `export const loss = (y: tf.Tensor2D, p: tf.Tensor2D) => tf.losses.huberLoss(y, p, tf.scalar(2));`,
      },
      {
        title: 'a weight a sample, in a column',
        code: `export const loss = (y: tf.Tensor2D, p: tf.Tensor2D) =>\n  tf.losses.absoluteDifference(y.reshape([8, 3]), p.reshape([8, 3]), tf.ones([8, 1]));`,
      },
      {
        title: 'a metric of two columns',
        code: `export const recall = (y: tf.Tensor2D, p: tf.Tensor2D) =>\n  tf.metrics.recall(y.reshape([8, 1]), p.reshape([8, 1]));`,
      },
    ],
  },
});

/**
 * A difference of two matrices of which one is repeated, all of which becomes one number: `units: 1` against the labels of
 * ten classes, one row of targets for a whole batch. A 1 that the author wrote as such is meant.
 */
function repeated(site: Site): Suspicion | undefined {
  const [a, b] = [site.operand('a'), site.operand('b')];
  if (a?.shape === undefined || b?.shape === undefined || a.shape.length !== b.shape.length) return undefined;
  const growing = [growth(a.shape, b.shape), growth(b.shape, a.shape)];
  const [of] = growing.flat();
  if (of === undefined || growing.every((some) => some.length > 0) || growing.flat().length > 1)
    return undefined;
  const [small, large] = growing[0]!.length > 0 ? [a, b] : [b, a];
  const origin = small.shape![of]!.one;
  if ((origin !== 'structural' && origin !== 'data') || !becomesLoss(site, site.node)) return undefined;
  const { size: many } = large.shape![of]!;
  // A name may stand for 1; of a batch it does so only at its end.
  if (isSymbolic(many) && (origin === 'structural' || of > 0)) return undefined;
  const size = showSize(many);
  const [from, to] = [showShape(small.shape), showShape(large.shape)];
  return {
    message: `\`${site.text()}\` compares ${from} with ${to}, and a mean follows: \`${site.text(small)}\` has a single value along axis ${of}, which is compared with all ${size} of \`${site.text(large)}\`. ${origin === 'structural' ? `Make both of one shape: as many units as there are targets` : `If one row is the target of the whole batch, say so: \`${site.text(small)}.broadcastTo(…)\`, or \`tile\``}.`,
    danger: {
      text: `${from} is repeated to ${to}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'one-expands',
    },
    // A row of data may well be the target of them all.
    manifest: origin === 'structural',
    related: [
      { node: small, message: `${from} comes from here` },
      { node: large, message: `${to} comes from here` },
    ],
  };
}

/** The axes along which `a` is repeated. */
const growth = (a: Shape, b: Shape): number[] =>
  a.flatMap(({ size }, axis) => (size === 1 && b[axis]!.size !== 1 ? [axis] : []));

/** All of it becomes one number, by way of a square or absolute value. */
function becomesLoss(site: Site, node: Node, depth = 0): boolean {
  return site.users(node).some((user) => {
    if (['mean', 'sum'].includes(user.op) || user.op.startsWith('losses.')) return user.shape?.length === 0;
    return (
      depth < 4 && isOp(user, 'square', 'abs', 'mul', 'div', 'sqrt') && becomesLoss(site, user, depth + 1)
    );
  });
}

interface Compared {
  readonly what: string;
  readonly a: Node;
  /** Of what `a` gives: the losses of a softmax have no axis of classes. */
  readonly shape: Shape;
  readonly b: Node;
}

function comparedBy(site: Site): Compared | undefined {
  const [a, b] = isMetric(site)
    ? [site.operand('yTrue'), site.operand('yPred')]
    : [lossesOf(site), site.operand('weights')];
  if (a?.shape === undefined || b === undefined) return undefined;
  const shape = site.node.op === 'losses.softmaxCrossEntropy' ? a.shape.slice(0, -1) : a.shape;
  return { what: isMetric(site) ? 'Targets and predictions' : 'Losses and weights', a, b, shape };
}

/** What the losses have the shape of: labels and predictions are checked to agree. */
function lossesOf(site: Site): Node | undefined {
  const { operands } = site.node;
  const compared = Object.entries(operands).flatMap(([name, given]) =>
    name === 'weights' || Array.isArray(given) ? [] : [given as Node],
  );
  const named = site.operand(WEIGHTED[site.node.op]!);
  return named?.shape !== undefined ? named : compared.find(({ shape }) => shape !== undefined);
}

const isMetric = ({ node }: Site): boolean => node.op.startsWith('metrics.');

/**
 * `fit` gives targets of rank 1 a column, and checks the others; `fitDataset` leaves them as they are. `repeats`: only one of
 * the two grows, such as one target for all outputs.
 */
/** What a run shows of them. Of fewer targets than there are steps it throws, but where both are as many as the batch has. */
function expansionOf(
  areBothGrown: boolean,
  { a, b }: { readonly a: Shape; readonly b: Shape },
): Suspicion['danger']['expansion'] {
  if (areBothGrown) return 'both-expand';
  return a.length === b.length ? 'one-expands' : undefined;
}

function ofDataset(
  site: Site,
  { a, b }: { readonly a: Shape; readonly b: Shape },
  result: string,
  repeats: boolean,
): string {
  const given = `\`${site.text()}\` hands the loss targets of ${showShape(a)} and predictions of ${showShape(b)}`;
  if (b.length > a.length && a.length > 1)
    return `${given}: the model gives more for each sample than there is a target for. \`fit\` would throw, a dataset is not checked: what broadcasts is compared with what it is not for. Let the last recurrent layer give its last step only (no \`returnSequences\`), or put a \`flatten\` in front of the last layer.`;
  const met = `${given}: they broadcast to ${result}, and `;
  return repeats
    ? `${met}what is repeated is compared with all of the others. \`fit\` would throw, a dataset is not checked: give targets and predictions one shape.`
    : `${met}the model learns the mean of the targets. \`fit\` would give the targets a column, a dataset has to: make each of them a list of one, \`ys: [y]\`.`;
}

function advice(site: Site, shapes: { readonly a: Shape; readonly b: Shape }, a: Node, b: Node): string {
  const isColumn = (shape: Shape): boolean => shape.length > 1 && sameSize(shape.at(-1)!.size, 1);
  const [column, row] = isColumn(shapes.a) ? [a, b] : [b, a];
  const rank = (column === a ? shapes.a : shapes.b).length;
  if (site.node.op === 'losses.softmaxCrossEntropy')
    return `\`.squeeze([${rank - 1}])\` on \`${site.text(b)}\``;
  return `\`${site.text(row)}.expandDims(${rank - 1})\`, or \`${site.text(column)}.squeeze([${rank - 1}])\``;
}
