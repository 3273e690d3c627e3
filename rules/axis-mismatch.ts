import { showAnyShape } from '../src/facts/open-shape.js';
import { showShape, showSize } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { isLayerResult } from '../src/program/layers/model-results.js';
import { formOfAnything } from '../src/program/shapes/open-shape.js';
import { sameAxes, statisticOf } from '../src/rule/axes.js';
import { BROADCASTING } from '../src/rule/broadcast.js';
import { crossing } from '../src/rule/crossed-statistics.js';
import { mergedRanks, transposedWeights, vectorMeetsSquare } from '../src/rule/ambiguous-axes.js';
import { batchElsewhere } from '../src/rule/batch-by-name.js';
import { reducedInstead } from '../src/rule/reduced-instead.js';
import { besideModel, besideRows } from '../src/rule/beside-models.js';
import { metApart } from '../src/rule/met-apart.js';
import { besideKept } from '../src/rule/lost-beside-kept.js';
import { byCoincidence } from '../src/rule/named-axes.js';
import { contradictsProse, isClaimedByType } from '../src/rule/prose.js';
import { otherInner } from '../src/rule/inner-sizes.js';
import { laidElsewhere } from '../src/rule/laid-axes.js';
import { besideReduced } from '../src/rule/reduced-away.js';
import { exchangedSides, SCALING } from '../src/rule/picture-sides.js';
import { strayAtLeastRanks, strayAxis, type Stray } from '../src/rule/stray-axes.js';
import { isOnDiagonal } from '../src/rule/meant-layouts.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'axis-mismatch',
  category: 'shape',
  claim:
    'An axis was reduced away, another one slid into its place, and meets an axis that it does not belong to.',
  reason:
    'Shapes are aligned from the right. `x.sum(1)` of [rows, columns] leaves [rows], and in `x.div(x.sum(1))` these lie along the columns: it throws where there are more or fewer columns than rows. Where the matrix is square, each element is divided by the sum of another row, and nothing tells.',
  remedy: 'Keep the axis that is reduced: `keepDims` true, or `expandDims` at its place.',
  ops: [...Object.keys(BROADCASTING), 'matMul', ...Object.keys(SCALING)],
  check(site) {
    if (site.node.op === 'matMul') return transposedWeights(site) ?? otherInner(site);
    if (site.node.op in SCALING) return exchangedSides(site);
    const [left, right] = BROADCASTING[site.node.op]!;
    const [a, b] = [site.operand(left!), site.operand(right!)];
    if (a === undefined || b === undefined || isOnDiagonal(site, a, b) || isOnDiagonal(site, b, a))
      return undefined;
    const eitherWay = (find: typeof crossing): Suspicion | undefined => find(site, a, b) ?? find(site, b, a);
    const suspicion =
      eitherWay(crossing) ??
      byCoincidence(site, a, b) ??
      eitherWay(besideItsOwn) ??
      eitherWay(besideWhereItIsLaid) ??
      mergedRanks(site, a, b) ??
      eitherWay(vectorMeetsSquare) ??
      eitherWay(besideReduced) ??
      eitherWay(batchElsewhere) ??
      eitherWay(reducedInstead) ??
      eitherWay(besideKept) ??
      eitherWay(besideModel) ??
      eitherWay(besideRows) ??
      metApart(site, a, b);
    return suspicion === undefined || contradictsProse(site, [a, b]) ? undefined : suspicion;
  },
  examples: {
    hazardous: [
      {
        title: 'the means of rows where something was rated, of tensors that nobody described',
        code: `export function centred(ratings, mask) {\n  const means = ratings.mul(mask).sum(1).div(mask.sum(1).maximum(1));\n  return ratings.sub(means).mul(mask);\n}`,
      },
      {
        title: 'what is looked up for each user, along the items',
        code: `export class Factors {\n  constructor(users, items) {\n    this.users = tf.variable(tf.randomNormal([users, 8]));\n    this.items = tf.variable(tf.randomNormal([items, 8]));\n    this.bias = tf.variable(tf.zeros([users]));\n  }\n  scores(users) {\n    const products = tf.gather(this.users, users).matMul(this.items, false, true);\n    return products.add(tf.gather(this.bias, users));\n  }\n}`,
      },
      {
        title: 'a covariance without a transpose',
        code: `export function covariance(x: tf.Tensor2D) {\n  const centred = x.sub(x.mean(0));\n  return tf.matMul(centred, centred).div(x.shape[0]);\n}`,
      },
      {
        title: 'one user by all items, of which each has a row',
        code: `export class Factors {\n  private readonly items: tf.Variable;\n  constructor(items: number, private readonly size = 8) {\n    this.items = tf.variable(tf.randomNormal([items, size]));\n  }\n  scores(user: tf.Tensor1D) {\n    return tf.matMul(user.reshape([1, this.size]), this.items);\n  }\n}`,
      },
      {
        title: 'a mask of a comment, over the scores of each step for each',
        code: `/** mask: [batch, time] */\nexport function attend(x: tf.Tensor3D, mask: tf.Tensor2D) {\n  const scores = tf.matMul(x, x, false, true).div(8);\n  return scores.add(mask.sub(1).mul(1e9)).softmax();\n}`,
      },
      {
        title: 'a mask of a comment, over what each step looks for in each other one',
        code: `/** mask: [batch, time] */\nexport function attend(q: tf.Tensor4D, k: tf.Tensor4D, mask: tf.Tensor2D) {\n  const scores = tf.matMul(q, k, false, true).div(8);\n  return scores.add(mask.sub(1).mul(1e9)).softmax();\n}`,
      },
      {
        title: 'the areas of two sets of boxes, beside the overlap of each with each',
        code: `const area = (boxes: tf.Tensor2D) => boxes.slice([0, 2], [-1, 2]).sub(boxes.slice([0, 0], [-1, 2])).prod(1);\nexport function unions(boxes: tf.Tensor2D, truths: tf.Tensor2D) {\n  const ends = tf.minimum(boxes.slice([0, 2], [-1, 2]).expandDims(1), truths.slice([0, 2], [-1, 2]).expandDims(0));\n  return area(boxes).add(area(truths)).sub(ends.prod(2));\n}`,
      },
      {
        title: 'labels along the columns of guesses',
        code: `export const accuracy = (scores: tf.Tensor2D, labels: tf.Tensor1D) =>\n  scores.greater(0.5).equal(labels.cast('bool')).toFloat().mean();`,
      },
      {
        title: 'a number for each sample along the columns of labels',
        code: `export const error = (x: tf.Tensor2D, y: tf.Tensor2D) => x.square().sum(1).sub(y).abs().mean();`,
      },
      {
        title: 'guesses of pixels, and masks with their last axis',
        code: `export function accuracy(mask: tf.Tensor4D, chances: tf.Tensor4D) {\n  const guess = chances.squeeze([3]).greater(0.5).cast('float32');\n  return guess.equal(mask).cast('float32').mean();\n}`,
      },
      {
        title: 'tags along the axis of time, beside those of each step',
        code: `/** scores: [B, T, K], tags: [B, T] */\nexport const accuracy = (scores: tf.Tensor3D, tags: tf.Tensor2D) =>\n  scores.argMax(1).equal(tags.toInt()).toFloat().mean();`,
      },
      {
        title: 'weights of classes beside losses of pixels',
        code: `export function loss(labels: tf.Tensor4D, logits: tf.Tensor4D, classWeights: number[]) {\n  const each = labels.mul(tf.logSoftmax(logits)).sum(-1).neg();\n  return each.mul(tf.tensor1d(classWeights)).mean();\n}`,
      },
      {
        title: 'the sums of rows against the columns',
        code: `export const normalise = (confusion: tf.Tensor2D) => confusion.div(confusion.sum(-1).expandDims(0));`,
      },
      {
        title: 'the means of rows against the columns',
        code: `export const centre = (x: tf.Tensor2D) => x.sub(x.mean(1));`,
      },
      {
        title: 'the means along the last axis, of any rank',
        code: `export const centre = (x: tf.Tensor) => x.sub(x.mean(x.shape.length - 1));`,
      },
      {
        title: 'rows by their length',
        code: `export const directions = (x: tf.Tensor2D) => x.div(tf.norm(x, 1, 1).add(1));`,
      },
      {
        title: 'standardised rows',
        code: `export function standardise(x: tf.Tensor2D) {\n  const deviation = tf.moments(x, 1).variance.add(0.01).sqrt();\n  return x.sub(x.mean(1, true)).div(deviation);\n}`,
      },
      {
        title: 'rows between their least and their greatest value, by the range of both',
        code: `export class Scaler {\n  private low!: tf.Tensor;\n  private high!: tf.Tensor;\n  fit(data: tf.Tensor2D) {\n    this.low = data.min(1);\n    this.high = data.max(1);\n    return this;\n  }\n  transform(data: tf.Tensor2D) {\n    return data.sub(this.low).div(this.high.sub(this.low).add(1e-3));\n  }\n}\nexport const scaled = (data: tf.Tensor2D) => new Scaler().fit(data).transform(data);`,
      },
      {
        title: 'the length of rows, taken of their squares',
        code: `export const directions = (x: tf.Tensor2D) => x.div(x.square().sum(1).add(1).sqrt());`,
      },
      {
        title: 'a weight a class against a loss a sample, of which there are as many',
        code: `const SAMPLES = 8;\nconst CLASSES = 8;\nexport function loss() {\n  const scores = tf.randomNormal([SAMPLES, CLASSES]);\n  return scores.logSoftmax().mean(1).mul(tf.ones([CLASSES])).mean();\n}`,
      },
      {
        title: 'a weight a class against a loss a sample, by the size that both were made of',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor2D, classWeights: tf.Tensor1D) {\n  const targets = tf.oneHot(labels.toInt(), classWeights.shape[0]);\n  return targets.mul(logits.logSoftmax()).sum(1).neg().mul(classWeights).mean();\n}`,
      },
      {
        title: 'three written weights beside the losses of samples of three classes',
        code: `const CLASS_WEIGHTS = tf.tensor1d([1, 2, 5]);\nexport function loss(labels: tf.Tensor1D, logits: tf.Tensor2D) {\n  const entropy = tf.losses.softmaxCrossEntropy(tf.oneHot(labels.toInt(), 3), logits, undefined, 0, tf.Reduction.NONE);\n  return entropy.mul(CLASS_WEIGHTS).mean();\n}`,
      },
      {
        title: 'a mask of another layout',
        code: `const HEIGHT = 6;\nconst WIDTH = 6;\nexport const masked = () => tf.ones([2, HEIGHT, WIDTH]).mul(tf.zeros([WIDTH, HEIGHT]));`,
      },
      {
        title: 'two sizes that a class keeps, of one value',
        code: `export class Attention {\n  readonly heads = 4;\n  readonly steps = 4;\n  weigh() {\n    return tf.ones([2, this.heads, this.steps]).mul(tf.ones([this.steps, this.heads]));\n  }\n}`,
      },
      {
        title: 'two parameters that are given one number',
        code: `const masked = (height: number, width: number) =>\n  tf.ones([2, height, width]).mul(tf.zeros([width, height]));\nexport const square = () => masked(6, 6);`,
      },
      {
        title: 'rows of a square by their sums, where nothing has a name',
        code: `export function shares() {\n  const counts = tf.ones([7, 7]);\n  return counts.div(counts.sum(1));\n}`,
      },
      {
        title: 'a condition of rank 1, which is documented to select rows',
        code: `export const chosen = () =>\n  tf.where(tf.tensor1d([1, 0, 1], 'bool'), tf.randomNormal([3, 3]), tf.zeros([3, 3]));`,
      },
      {
        title: 'a mask of empty rows, filled up and used further',
        code: `export function weighted(x: tf.Tensor3D, loss: tf.Tensor3D) {\n  const isEmpty = x.sum(1).equal(0);\n  const mask = isEmpty.cast('float32').add(tf.zerosLike(x));\n  return loss.mul(mask).mean();\n}`,
      },
      {
        title: 'sizes that are known',
        code: `export function centre() {\n  const table = tf.ones([6, 4]);\n  return table.sub(table.mean(1));\n}`,
      },
      {
        title: 'a mask of the steps of each sample, against scores of steps by steps',
        code: `const [BATCH, STEPS] = [6, 6];\nexport function masked() {\n  const scores = tf.randomNormal([BATCH, STEPS, STEPS]);\n  const mask = tf.zeros([BATCH, STEPS]);\n  return scores.add(mask);\n}`,
      },
      {
        title: 'the padding of a sentence, against the scores of its words',
        code: `export function attention(tokens: tf.Tensor2D, table: tf.Tensor2D) {\n  const words = tf.gather(table, tokens.toInt());\n  const padding = tokens.equal(0).toFloat().mul(-1e9);\n  return tf.matMul(words, words, false, true).add(padding).softmax();\n}`,
      },
      {
        title: 'a weight a sample, looked up for its label',
        code: `export function weighted(labels: tf.Tensor1D, weights: tf.Tensor1D) {\n  const targets = tf.oneHot(labels.toInt(), 3);\n  return targets.mul(tf.gather(weights, labels.toInt()));\n}`,
      },
      {
        title: 'a share a picture',
        code: `export const mixed = (pictures: tf.Tensor4D) =>\n  pictures.mul(tf.randomUniform([pictures.shape[0]]));`,
      },
      {
        title: 'one-hot rows of words, by the table of their vectors transposed',
        code: `export function scores(ids: number[], vocabulary: number, width: number) {\n  const table = tf.ones([vocabulary, width]);\n  return tf.oneHot(tf.tensor1d(ids, 'int32'), vocabulary).toFloat().matMul(table, false, true);\n}`,
      },
      {
        title: 'a step of the power method, by the products of the rows where those of the columns are meant',
        code: `export function step(x: tf.Tensor2D) {\n  const centred = x.sub(x.mean(0));\n  const covariance = centred.matMul(centred, false, true).div(x.shape[0]);\n  return covariance.matMul(tf.randomNormal([x.shape[1], 2]));\n}`,
      },
      {
        title: 'the lengths of masked rows, by which the sums over them are divided',
        code: `export function means(x: tf.Tensor3D, mask: tf.Tensor2D) {\n  const sums = x.mul(mask.expandDims(2)).sum(1);\n  return sums.div(mask.sum(1).maximum(1));\n}`,
      },
      {
        title: 'the first column, taken from all',
        code: `export const relative = (x: tf.Tensor2D) => x.sub(x.slice([0, 0], [-1, 1]).squeeze([1]));`,
      },
      {
        title: 'a mean a channel, where the channels come first',
        code: `export const centred = (picture: tf.Tensor3D) =>\n  picture.reshape([3, picture.shape[1], picture.shape[2]]).sub(tf.tensor1d([0.4, 0.5, 0.6]));`,
      },
    ],
    safe: [
      {
        title: 'the means of rows and of columns where something was rated, of tensors that nobody described',
        code: `export function centred(ratings, mask) {\n  const ofRows = ratings.mul(mask).sum(1, true).div(mask.sum(1, true).maximum(1));\n  const ofColumns = ratings.mul(mask).sum(0).div(mask.sum(0).maximum(1));\n  return [ratings.sub(ofRows).mul(mask), ratings.sub(ofColumns).mul(mask)];\n}`,
      },
      {
        title:
          'each time beside each other one, and each user beside all items, where nobody says that they are vectors',
        code: `export function excitement(times, decay) {\n  const n = times.shape[0];\n  const apart = times.expandDims(1).sub(times.expandDims(0));\n  return tf.exp(apart.relu().mul(-0.1)).mul(tf.linalg.bandPart(tf.ones([n, n]), -1, 0)).sum(1);\n}\nexport class Factors {\n  constructor(users, items) {\n    this.users = tf.variable(tf.randomNormal([users, 8]));\n    this.items = tf.variable(tf.randomNormal([items, 8]));\n    this.bias = tf.variable(tf.zeros([users]));\n  }\n  scores(users) {\n    const products = tf.gather(this.users, users).matMul(this.items, false, true);\n    return products.add(tf.gather(this.bias, users).expandDims(1));\n  }\n}`,
      },
      {
        title: 'a self-attention whose padding is masked on both sides',
        code: `export function attend(x: tf.Tensor3D, mask: tf.Tensor2D) {\n  const scores = x.matMul(x, false, true).add(mask.sub(1).mul(1e9).expandDims(1)).softmax();\n  return scores.mul(mask.expandDims(2));\n}`,
      },
      {
        title: 'distances of as many points as a square has rows, which are a square too',
        code: `export function centred(distances: tf.Tensor2D, points: number) {\n  const centring = tf.eye(points).sub(tf.fill([points, points], 1 / points));\n  return centring.matMul(distances).matMul(centring);\n}`,
      },
      {
        title: 'links of a graph that were multiplied by a square, which are one too',
        code: `export function spread(nodes: tf.Tensor2D, links: tf.Tensor2D) {\n  return tf.eye(nodes.shape[0]).matMul(links).matMul(nodes);\n}`,
      },
      {
        title: 'a threshold for each class, and labels that are a table, too',
        code: `export const right = (scores: tf.Tensor2D, labels: tf.Tensor2D, thresholds: tf.Tensor1D) =>\n  scores.greater(thresholds).equal(labels.cast('bool')).toFloat().mean();`,
      },
      {
        title: 'the areas of two sets of boxes, laid apart',
        code: `const area = (boxes: tf.Tensor2D) => boxes.slice([0, 2], [-1, 2]).sub(boxes.slice([0, 0], [-1, 2])).prod(1);\nexport function unions(boxes: tf.Tensor2D, truths: tf.Tensor2D) {\n  const ends = tf.minimum(boxes.slice([0, 2], [-1, 2]).expandDims(1), truths.slice([0, 2], [-1, 2]).expandDims(0));\n  return area(boxes).expandDims(1).add(area(truths)).sub(ends.prod(2));\n}`,
      },
      {
        title: 'a row normalised with keepDims',
        code: `export const normalise = (x: tf.Tensor2D) => x.sub(x.mean(1, true));`,
      },
      {
        title: 'the means along the last axis, of any rank, kept',
        code: `export const centre = (x: tf.Tensor) => x.sub(x.mean(x.rank - 1, true));`,
      },
      {
        title: 'the padding of a sentence, for each word that looks at it',
        code: `export function attention(tokens: tf.Tensor2D, table: tf.Tensor2D) {\n  const words = tf.gather(table, tokens.toInt());\n  const padding = tokens.equal(0).toFloat().mul(-1e9);\n  return tf.matMul(words, words, false, true).add(padding.expandDims(1)).softmax();\n}`,
      },
      {
        title: 'a share a sample, of as many samples as there are classes, drawn in another order',
        code: `function mixed(labels: tf.Tensor2D, order: number[]) {\n  const share = tf.randomUniform([labels.shape[0]]).reshape([labels.shape[0], 1]);\n  return labels.gather(tf.tensor1d(order.map((place) => place - 1), 'int32')).mul(share);\n}\nexport const own = (order: number[]) => mixed(tf.ones([5, 5]), order);`,
      },
      {
        title: 'lengths of all pairs',
        code: `export const products = (x: tf.Tensor2D) => tf.matMul(x, x, false, true).sub(x.square().sum(1).expandDims(1));`,
      },
      {
        title: 'a share a picture, and where it lies',
        code: `export const mixed = (pictures: tf.Tensor4D) =>\n  pictures.mul(tf.randomUniform([pictures.shape[0], 1, 1, 1]));`,
      },
      {
        title: 'a step of as many numbers as a vector has, whose rank nobody says',
        code: `export function step(weights: tf.Tensor, reward: tf.Tensor1D) {\n  const noise = tf.randomNormal([50, weights.shape[0]]);\n  return weights.add(noise.transpose().matMul(reward.expandDims(1)).squeeze([1]));\n}`,
      },
      {
        title: 'a weight a class before the sum over the classes',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor2D, classWeights: tf.Tensor1D) {\n  const targets = tf.oneHot(labels.toInt(), classWeights.shape[0]);\n  return targets.mul(logits.logSoftmax()).mul(classWeights).sum(1).neg().mean();\n}`,
      },
      {
        title: 'links that come in beside links that go out',
        code: `export const expected = (adjacency: tf.Tensor2D) => adjacency.sum(1).mul(adjacency.sum(0));`,
      },
      {
        title: 'the lengths of masked rows, kept as a column',
        code: `export function means(x: tf.Tensor3D, mask: tf.Tensor2D) {\n  const sums = x.mul(mask.expandDims(2)).sum(1);\n  return sums.div(mask.sum(1, true).maximum(1));\n}`,
      },
      {
        title: 'masks and guesses that lost the same axis',
        code: `export function accuracy(mask: tf.Tensor4D, chances: tf.Tensor4D) {\n  const guess = chances.argMax(3);\n  return [guess.equal(mask.argMax(3)), chances.greater(0.5).equal(mask.cast('bool'))];\n}`,
      },
      {
        title: 'a mask of a comment that is laid along the samples',
        code: `/** mask: [batch, time] */\nexport function attend(x: tf.Tensor3D, mask: tf.Tensor2D) {\n  const scores = tf.matMul(x, x, false, true).div(8);\n  return scores.add(mask.sub(1).mul(1e9).expandDims(1)).softmax();\n}`,
      },
      {
        title: 'a square by itself',
        code: `export const twoSteps = (chances: tf.Tensor2D) => chances.matMul(chances);`,
      },
      {
        title: 'a square by vectors, of which there are as many as it has rows',
        code: `export const step = (square: tf.Tensor2D) => square.matMul(tf.randomNormal([square.shape[0], 2]));`,
      },
      { title: 'the means of columns', code: `export const centre = (x: tf.Tensor2D) => x.sub(x.mean(0));` },
      {
        title: 'two names for what a layer may well add up',
        code: `const EMBEDDED = 6;\nconst HIDDEN = 6;\nexport const residual = () => tf.ones([2, EMBEDDED]).add(tf.ones([2, HIDDEN]));`,
      },
      {
        title: 'a condition for each column, and said so',
        code: `export const chosen = () =>\n  tf.where(tf.tensor1d([1, 0, 1], 'bool').reshape([1, 3]), tf.randomNormal([3, 3]), tf.zeros([3, 3]));`,
      },
      {
        title: 'both sides of a matrix scaled by its sums',
        code: `export function propagate(adjacency: tf.Tensor2D) {\n  const scale = adjacency.sum(1).maximum(1).rsqrt();\n  return adjacency.mul(scale.expandDims(0)).mul(scale.expandDims(1));\n}`,
      },
    ],
  },
});

/** `x.mul(perRow)`: a number a row lies along the columns. It throws, or there are as many of both. */
function besideItsOwn(site: Site, given: Node, whole: Node): Suspicion | undefined {
  const stray =
    site.node.throws === undefined
      ? (strayAxis(given, whole) ?? strayAtLeastRanks(site, given, whole))
      : undefined;
  if (stray === undefined || sameAxes(whole).some((x) => statisticOf(given, x) !== undefined))
    return undefined;
  const [name, of] = [site.text(given), site.text(whole)];
  const size = showSize(stray.given[stray.axis]!.size);
  const [ofGiven, ofWhole] =
    stray.atLeastRanks === true
      ? [showShape(stray.given), showShape(stray.whole)]
      : [given, whole].map((node) => showAnyShape(formOfAnything(node)));
  return {
    message: `\`${site.text()}\` lays \`${name}\`, ${ofGiven}, along \`${of}\`, ${ofWhole}, so that its ${size} meet ${showSize(stray.whole[stray.meets]!.size)} and not the axis of ${size}: it throws, or where both have one size every element meets one that belongs to another. Say where it lies: ${layoutOf(stray)}${stray.fitsVectors === true ? `, or that \`${of}\` is a \`tf.Tensor1D\`, where it fits` : ''}.`,
    danger: {
      text: `${size} of ${name} meets axis ${stray.meets}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: stray.fitsVectors !== true && ![given, whole].some(isDoubtful),
    covers: site.users(),
    related: [given, whole].map((node, index) => ({
      node,
      message: `${[ofGiven, ofWhole][index]} comes from here`,
    })),
  };
}

/** Only a type says how many axes it has; of what a model gives that is how people say it. */
const isDoubtful = (node: Node): boolean => isClaimedByType(node) && !isLayerResult(node);

/** `d.mul(w)`, where `w.expandDims(1).mul(x)` says along which axis the weights lie. */
function besideWhereItIsLaid(site: Site, given: Node, whole: Node): Suspicion | undefined {
  const stray = site.node.throws === undefined ? laidElsewhere(site, given, whole) : undefined;
  if (stray === undefined) return undefined;
  const [name, of, laid] = [site.text(given), site.text(whole), site.text(stray.laid)];
  const size = showSize(stray.given[stray.axis]!.size);
  const [belongs, meets] = [stray.belongs, stray.meets].map((axis) => showSize(stray.whole[axis]!.size));
  return {
    message: `\`${site.text()}\` lays \`${name}\`, ${showShape(given.shape)}, along \`${of}\`, ${showShape(whole.shape)}, so that its ${size} meet ${meets}; \`${laid}\` lays them along ${belongs}, of which there are as many. It throws, or where both have one size every element meets one that belongs to another. Lay it along the same axis: ${layoutOf(stray)}.`,
    danger: {
      text: `${size} of ${name} meets axis ${stray.meets}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: ![given, whole].some(isClaimedByType),
    // In another function the same names may be of other things.
    advice: !site.nodes.includes(stray.laid),
    covers: site.users(),
    related: [{ node: stray.laid, message: `${size} lies along ${belongs} here` }],
  };
}

/** How it would lie along the axes of its own sizes. */
function layoutOf({ layout, given }: Stray): string {
  const sizes = layout.map((axis) => (axis === 'one' ? '1' : showSize(given[axis]!.size)));
  return `\`reshape([${sizes.join(', ')}])\``;
}
