import { broadcastShapes, isNameless, sameSize, showShape } from '../src/facts/shape.js';
import { flowsInto, type Node } from '../src/program/node.js';
import { meetAtAnyRank, shapeAtAnyRank } from '../src/rule/any-rank.js';
import { besideOpenRow } from '../src/rule/beside-columns.js';
import { isForNothing } from '../src/rule/for-nothing.js';
import {
  BROADCASTING,
  columnAxis,
  growthAtEveryRank,
  growthBesideNumbers,
  isLaidToMeet,
  isOfTwoSets,
  type Growth,
  isMeant,
  mutualGrowth,
  shapeBesideNumbers,
} from '../src/rule/broadcast.js';
import { becomesNumber } from '../src/rule/becomes-number.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { isLaidOverPicture, keptFor } from '../src/rule/meant-layouts.js';
import { pairsOf } from '../src/rule/operand-pairs.js';
import { originOfColumn, originOfRow, originsOfColumn, type Origin } from '../src/rule/origin.js';
import { isOp, isTrained, operandOf } from '../src/rule/patterns.js';
import { contradictsProse } from '../src/rule/prose.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { shorten, type Site } from '../src/rule/site.js';
import { growthAtLeastRanks } from '../src/rule/least-growth.js';
import { shown } from '../src/rule/shown-shape.js';
import { besideSqueezed } from '../src/rule/squeezed-elsewhere.js';
import { isTableOfPairs } from '../src/rule/tables-of-pairs.js';

export default defineRule({
  name: 'silent-broadcast',
  category: 'shape',
  claim:
    'A column meets a row: both operands grow, and every element of one meets every element of the other.',
  reason:
    'Broadcasting lets [B, 1] meet [B]: the result is [B, B], every prediction against every label. Nothing throws; the mean of the squares is finite, the model learns the average of the labels.',
  remedy:
    'Give both operands the same shape first: `.squeeze([1])` on the column or `.expandDims(1)` on the row. Where the table is meant, expand both operands by hand.',
  ops: Object.keys(BROADCASTING),
  check(site) {
    if (site.node.throws !== undefined) return undefined;
    const pair = pairsOf(site).find(({ a, b, onOneWay }) => {
      const growth = mutualGrowth(a.shape!, b.shape!);
      if (growth === undefined || isOfAnyLength(onOneWay === a ? b : a, onOneWay)) return false;
      return isAccident(site, growth, a, b) || (!isLaidToMeet(growth, a, b) && isLossOverData(site, a, b));
    });
    if (isTableOfPairs(site) || (pair && contradictsProse(site, [pair.a, pair.b]))) return undefined;
    if (pair === undefined) return ofAnyRank(site) ?? besideOpenRow(site) ?? besideSqueezed(site);
    const { a, b, onOneWay } = pair;
    const result = broadcastShapes(a.shape!, b.shape!);
    if ('throws' in result) return undefined;
    const origins = originsOf(a, b);
    const claim = claimOf(site, a, b);
    const what = onOneWay === a || onOneWay === b ? 'it' : 'what it is computed from';
    const way = onOneWay === undefined ? '' : ` where ${what} is \`${site.text(onOneWay)}\``;
    return {
      message: `\`${site.text()}\` broadcasts ${told(a)} against ${told(b)} to ${shown(result)}${way}: both operands grow, every element of one meets every element of the other.${consequence(site)}${whence(site, origins)}${claim?.words ?? ''} Give both the same shape: ${advice(site, a, b)}. If all pairs are meant, expand both by hand.`,
      danger: {
        text: `${showShape(a.shape)} meets ${showShape(b.shape)}`,
        harm: 'shape',
        failures: ['wrong-shape'],
        expansion: 'both-expand',
      },
      manifest: true,
      // What meets the table then broadcasts against it.
      covers: site.users().filter((user) => user.op in BROADCASTING),
      fixes: onOneWay === undefined ? squeezed(site, a, b) : [],
      related: [
        ...origins.map(({ node, words }) => ({
          node,
          message: `${told(node)} comes from here${words === '' ? '' : `: it ${words}`}`,
        })),
        ...(claim === undefined ? [] : [{ node: claim.node, message: 'another rank is claimed here' }]),
      ],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'what another line says to be a column',
        code: `export function hazard(time: tf.Tensor1D, event: tf.Tensor1D, rate: tf.Tensor2D) {\n  const expected = rate.mul(time);\n  return expected.sub(rate.squeeze([1]).mul(event)).mean();\n}`,
      },
      {
        title: 'advantages as a column, beside log-probabilities of as many steps',
        code: `const actor = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 2, activation: 'softmax' })] });\nconst critic = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 1 })] });\nexport function loss(states: number[][], actions: number[], returns: number[]) {\n  const x = tf.tensor2d(states);\n  const advantages = tf.tensor1d(returns).reshape([-1, 1]).sub(critic.apply(x) as tf.Tensor);\n  const chosen = (actor.apply(x) as tf.Tensor).mul(tf.oneHot(tf.tensor1d(actions, 'int32'), 2)).sum(1);\n  return chosen.add(1e-6).log().mul(advantages).neg().mean();\n}`,
      },
      {
        title: 'predictions of a dense layer against a row of labels',
        code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {\n  const predictions = tf.matMul(features, tf.ones([4, 1]));\n  return tf.sub(predictions, labels).square().mean();\n}`,
      },
      {
        title: 'a nested literal is a column',
        code: `const target = [[1], [2], [3]];\nexport const error = () => tf.tensor1d([1, 2, 3]).sub(target).abs().mean();`,
      },
      {
        title: 'a dot product that is not one',
        code: `export const similarity = () => tf.ones([4, 1]).mul(tf.ones([4])).sum();`,
      },
      {
        title: 'another one, of a row that was turned',
        code: `export function affinity(users: tf.Tensor2D, items: tf.Tensor2D, user: number, item: number) {\n  const u = users.slice([user, 0], [1, -1]).transpose();\n  return u.mul(items.slice([item, 0], [1, -1]).squeeze([0])).sum();\n}`,
      },
      {
        title: 'a column that masks a row',
        code: `export function bootstrapped(features: tf.Tensor2D, values: tf.Tensor1D) {\n  const ended = tf.matMul(features, tf.ones([4, 1])).greater(0);\n  return tf.where(ended, tf.zerosLike(values), values);\n}`,
      },
      {
        title: 'the best value of each row, kept as a column, beside the rewards',
        code: `export const targets = (rewards: tf.Tensor1D, values: tf.Tensor2D) =>\n  rewards.add(values.max(1, true).mul(0.9));`,
      },
      {
        title: 'a column of data beside a row of other data, of which the mean is taken',
        code: `export function loss(clicks: number[], heights: number[], slope: tf.Scalar) {\n  const x = tf.tensor2d(clicks, [clicks.length, 1]);\n  return x.mul(slope).sub(tf.tensor1d(heights)).square().mean();\n}`,
      },
      {
        title: 'a column of rewards beside the best values, which are discounted by what is handed in',
        code: `export function targets(steps: any, gamma: any) {\n  const rewards = tf.tensor2d(steps.map((step: any) => [step.reward]));\n  const values = tf.tensor1d(steps.map((step: any) => step.value));\n  return rewards.add(values.mul(gamma));\n}`,
      },
      {
        title: 'predictions of any rank against a row',
        code: `export function loss(features: tf.Tensor, labels: tf.Tensor) {\n  const predictions = tf.matMul(features, tf.ones([4, 1]));\n  return predictions.sub(labels.flatten()).square().mean();\n}`,
      },
      {
        title: 'the distances of rows, of which one is kept as a column',
        code: `export function loss(anchor: tf.Tensor, alike: tf.Tensor, other: tf.Tensor) {\n  const near = anchor.sub(alike).square().sum(1);\n  const far = anchor.sub(other).square().sum(1, true);\n  return near.sub(far).add(0.5).relu().mean();\n}`,
      },
      {
        title: 'a table split by a helper: the last column against a row',
        code: `function split(table: any) {\n  const columns = table.shape[1];\n  const features = table.slice([0, 0], [-1, columns - 1]);\n  const target = table.slice([0, columns - 1], [-1, 1]);\n  return { features, target };\n}\nexport function error() {\n  const weights = tf.tensor1d([1, 2, 3]);\n  const { features, target } = split(tf.randomNormal([15, 4]));\n  return features.dot(weights).sub(target).abs().mean();\n}`,
      },
      {
        title: 'a loss of its own, over a dataset of single numbers',
        code: `const loss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.sub(yTrue, yPred).square().mean();\nexport async function train() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n  model.compile({ optimizer: 'sgd', loss });\n  const data = tf.data.zip({ xs: tf.data.array([[0, 1], [1, 1]]), ys: tf.data.array([1, 3]) }).batch(2);\n  await model.fitDataset(data as never, { epochs: 1 });\n}`,
      },
      {
        title: 'the numbers of the classes, which are a column, against the best ones, which are a row',
        code: `const accuracy = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.equal(yTrue.toInt(), yPred.argMax(-1)).toFloat().mean();\nexport function compiled() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [4], activation: 'softmax' })] });\n  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: [accuracy] });\n  return model;\n}`,
      },
      {
        title: 'labels that are a row on one way',
        code: `export function error(x: tf.Tensor2D, flat: boolean) {\n  const labels = flat ? tf.zeros([6]) : tf.zeros([6, 1]);\n  return tf.matMul(x.reshape([6, 2]), tf.ones([2, 1])).sub(labels).abs().mean();\n}`,
      },
      {
        title: 'the weights of all places as a column beside the losses of all places, and the weighted mean',
        code: `export function loss(losses: tf.Tensor2D, kept: tf.Tensor2D) {\n  const weighted = losses.flatten().mul(kept.reshape([-1, 1]));\n  return weighted.sum().div(kept.sum().maximum(1));\n}`,
      },
      {
        title: 'a state that starts as a column, and is corrected by a row',
        code: `export class Observer {\n  private state: tf.Tensor2D = tf.zeros([2, 1]);\n  constructor(private gain: tf.Tensor1D) {}\n  step(measured: number) {\n    const predicted = tf.matMul(tf.tensor2d([[1, 0.1], [0, 1]]), this.state);\n    const residual = tf.scalar(measured).sub(predicted.slice([0, 0], [1, 1]));\n    this.state = predicted.add(this.gain.mul(residual));\n    return this.state;\n  }\n}`,
      },
      {
        title: 'a row of weights beside the errors of a column that was read in',
        code: `export function loss(pitches: number[], weights: number[], out: tf.Tensor2D) {\n  const column = tf.tensor2d(pitches, [pitches.length, 1]);\n  const predicted = out.slice([0, 0], [-1, 1]);\n  return column.sub(predicted).square().mul(tf.tensor1d(weights)).mean();\n}`,
      },
    ],
    safe: [
      {
        title: 'the gain of a filter by what was not expected, of a state that is a column',
        code: `export class Track {\n  private state = tf.tensor2d([[0], [0]]);\n  private spread: tf.Tensor2D = tf.eye(2);\n  update(seen: number) {\n    const out = tf.tidy((): tf.Tensor[] => {\n      const row = tf.tensor2d([[1, 0]]);\n      const missed = tf.sub(seen, row.matMul(this.state));\n      if (Math.abs(missed.dataSync()[0]!) > 100) return [];\n      const gain = this.spread.matMul(row, false, true);\n      return [this.state.add(gain.mul(missed)), this.spread.sub(gain.matMul(row))];\n    });\n    if (out.length === 0) return;\n    this.state = out[0] as tf.Tensor2D;\n    this.spread = out[1] as tf.Tensor2D;\n  }\n}`,
      },
      {
        title: 'a projection along a vector, laid out along another one',
        code: `const dim = 6;\nconst w = tf.variable(tf.randomNormal<tf.Rank.R1>([dim]));\nexport const planar = (x: tf.Tensor2D, u: tf.Tensor1D) => x.add(x.mul(u).sum(1, true).tanh().mul(u)).add(w);`,
      },
      {
        title: 'the steps that each step may look at',
        code: `const causal = (steps: number) => tf.range(0, steps).lessEqual(tf.range(0, steps).expandDims(1)).cast('float32');\nexport const masked = (scores: tf.Tensor2D) => scores.mul(causal(scores.shape[0]));`,
      },
      {
        title: 'the edges of two sets of boxes, which one vector scales',
        code: `export function reach(boxes: tf.Tensor, others: tf.Tensor, sizes: tf.Tensor) {\n  const [a, b] = [boxes.mul(sizes), others.mul(sizes)];\n  return tf.maximum(a.slice([0, 0], [-1, 1]), b.slice([0, 0], [-1, 1]).squeeze([1]));\n}`,
      },
      {
        title: 'noise of one clip, scaled for each clip that it is added to',
        code: `export function mix(noise: tf.Tensor1D) {\n  const clips = tf.randomNormal([3, 200]);\n  const gain = clips.square().mean(1, true).sqrt();\n  return clips.add(noise.reshape([200]).mul(gain));\n}`,
      },
      {
        title: 'the brightness of each pixel, times one written number for each colour',
        code: `export const sepia = (picture: tf.Tensor3D) => picture.mul(tf.tensor1d([0.3, 0.6, 0.1])).sum(2, true).mul(tf.tensor1d([1.1, 0.7, 0.4]));`,
      },
      {
        title: 'one weight for each picture of a batch',
        code: `export function mix(pictures, order) {\n  const n = pictures.shape[0];\n  const weights = tf.tensor1d(Array.from({ length: n }, () => Math.random()));\n  return pictures.gather(order).mul(weights.reshape([n, 1, 1, 1]));\n}`,
      },
      {
        title: 'a bias',
        code: `export const layer = (x: tf.Tensor2D) => tf.matMul(x.reshape([8, 4]), tf.ones([4, 3])).add(tf.zeros([3]));`,
      },
      {
        title: 'all pairs, on purpose',
        code: `export const distances = (a: tf.Tensor2D, b: tf.Tensor2D) => a.expandDims(1).sub(b.expandDims(0)).square().sum(-1);`,
      },
      {
        title: 'scores of the edges of a graph',
        code: `export function scores(nodes: tf.Tensor2D) {\n  const from = tf.matMul(nodes, tf.ones([4, 1]));\n  const to = tf.matMul(nodes, tf.zeros([4, 1]));\n  return from.add(to.transpose());\n}`,
      },
      {
        title: 'areas of two sets of boxes',
        code: `export function union(boxes: tf.Tensor2D, others: tf.Tensor2D) {\n  const [top, bottom] = tf.split(boxes, 2, 1);\n  const [start, end] = tf.split(others, 2, 1).map((edge) => edge.transpose());\n  return bottom.sub(top).add(end.sub(start));\n}`,
      },
      {
        title: 'areas of as many boxes as there are others, beside the areas that they share',
        code: `const area = (boxes: tf.Tensor2D) => {\n  const [top, left, bottom, right] = tf.split(boxes, 4, 1);\n  return bottom.sub(top).mul(right.sub(left)).squeeze([1]);\n};\nconst union = (a: tf.Tensor2D, b: tf.Tensor2D) => {\n  const shared = tf.minimum(a.expandDims(1), b.expandDims(0)).sub(tf.maximum(a.expandDims(1), b.expandDims(0))).relu().sum(2);\n  return area(a).expandDims(1).add(area(b)).sub(shared);\n};\nexport const own = () => union(tf.randomUniform([3, 4]), tf.randomUniform([3, 4]));`,
      },
      {
        title: 'a position in each row, a rate in each column, and as many of both',
        code: `const STEPS = 6;\nconst FEATURES = 6;\nexport const angles = () => tf.range(0, STEPS).expandDims(1).mul(tf.range(0, FEATURES).mul(0.1).exp());`,
      },
      {
        title: 'the mean distance of two sets of numbers',
        code: `export const distance = (a: tf.Tensor1D, b: tf.Tensor1D) => a.expandDims(1).sub(b).abs().mean();`,
      },
      {
        title: 'the powers of each number',
        code: `export const powers = (points: any) => tf.tensor2d(points.map((point: any) => [point.x])).pow(tf.range(0, 4));`,
      },
      {
        title: 'waves of several lengths, scaled by what is handed in',
        code: `export function waves(times: number[], lengths: number[], scale: any) {\n  const t = tf.tensor2d(times.map((time) => [time]));\n  return t.mul(tf.tensor1d(lengths).mul(scale)).sin();\n}`,
      },
      {
        title: 'a kernel of two sets of numbers',
        code: `export const kernel = (a: number[], b: number[]) =>\n  tf.tensor2d(a, [a.length, 1]).sub(tf.tensor1d(b)).square().neg().exp().mean();`,
      },
      {
        title: 'a state that starts as a column, and is corrected by a column',
        code: `export class Observer {\n  private state: tf.Tensor2D = tf.zeros([2, 1]);\n  constructor(private gain: tf.Tensor2D) {}\n  step(measured: number) {\n    const predicted = tf.matMul(tf.tensor2d([[1, 0.1], [0, 1]]), this.state);\n    const residual = tf.scalar(measured).sub(predicted.slice([0, 0], [1, 1]));\n    this.state = predicted.add(this.gain.reshape([2, 1]).mul(residual));\n    return this.state;\n  }\n}`,
      },
      {
        title: 'lengths of two sets',
        code: `export const lengths = (a: tf.Tensor2D, b: tf.Tensor2D) => a.square().sum(1, true).mul(b.square().sum(1));`,
      },
      {
        title: 'the distances of rows, all as columns',
        code: `export function loss(anchor: tf.Tensor, alike: tf.Tensor, other: tf.Tensor) {\n  const near = anchor.sub(alike).square().sum(1, true);\n  const far = anchor.sub(other).square().sum(1, true);\n  return near.sub(far).add(0.5).relu().mean();\n}`,
      },
      {
        title: 'differences within one vector',
        code: `export const pairs = (s: tf.Tensor1D) => s.expandDims(1).sub(s);`,
      },
      {
        title: 'the mean of the last axis, whichever that is',
        code: `export const centre = (x: tf.Tensor) => x.sub(x.mean(-1, true)).mul(tf.ones([1]));`,
      },
      {
        title: 'the same shape first',
        code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {\n  const predictions = tf.matMul(features, tf.ones([4, 1])).squeeze([1]);\n  return tf.sub(predictions, labels).square().mean();\n}`,
      },
    ],
  },
});

/**
 * Whether a list of which nobody knows the length meets what is a column on one way: it may have been filled on the other way
 * only, and be empty on this one.
 */
const isOfAnyLength = (list: Node, onOneWay: Node | undefined): boolean =>
  onOneWay !== undefined && !flowsInto(onOneWay, list) && list.shape!.some(({ size }) => isNameless(size));

/** Of two sets of data a table may be wanted, but not where they are compared, or where one number is made of it. */
const isAccident = (site: Site, growth: Growth, a: Node, b: Node): boolean =>
  ![keptFor(a, b), keptFor(b, a)].includes(true) &&
  !isLaidOverPicture(site) &&
  mayBeAccident(site, growth, a, b);

const mayBeAccident = (site: Site, growth: Growth, a: Node, b: Node): boolean =>
  isForNothing(site, growth, a, b) ||
  (!isMeant(growth, a, b) &&
    !isOfOtherWeights(growth, a, b) &&
    (!isOfTwoSets(growth) ||
      COMPARISONS.has(site.node.op) ||
      becomesNumber(site, site.node, ['mean', 'sum', 'max', 'min'])));

/** Weights that are trained, and not as many as there are samples: the thresholds of an ordinal regression. */
const isOfOtherWeights = ({ ofA, ofB }: Growth, a: Node, b: Node): boolean =>
  [a, b].some(isTrainedVector) &&
  !ofA.some(({ to }) => ofB.some((other) => sameSize(to.size, other.to.size)));

const isTrainedVector = (node: Node): boolean =>
  isOp(node, 'variable') &&
  node.shape?.length === 1 &&
  typeof node.shape[0]!.size === 'number' &&
  isTrained(node);

const COMPARISONS: ReadonlySet<string> = new Set(['equal', 'notEqual', 'logicalAnd', 'logicalOr', 'where']);

/** A column of as many axes as a parameter has, and at least two, beside a row. */
function ofAnyRank(site: Site): Suspicion | undefined {
  const meeting = meetAtAnyRank(site);
  if (meeting === undefined) return undefined;
  const { a, b } = meeting;
  const growth = growthAtEveryRank(a, b);
  if (growth === undefined) return besideNumbers(site, a, b) ?? atLeastRanks(site, a, b);
  if (!isAccident(site, growth, a, b)) return undefined;
  const { ofA, ofB, related } = meeting;
  const result = shapeAtAnyRank(site.node);
  const column = growth.ofA.some(({ from }) => from?.size === 1) ? a : b;
  const row = column === a ? b : a;
  return {
    message: `\`${site.text()}\` broadcasts ${ofA} against ${ofB} to ${result}: whatever the rank is, both operands grow, every element of one meets every element of the other.${consequence(site)} Give both the same shape: \`${site.text(column)}.squeeze([-1])\`, or \`${site.text(row)}.expandDims(-1)\`. If all pairs are meant, expand both by hand.`,
    danger: {
      text: `${ofA} meets ${ofB}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'both-expand',
    },
    manifest: true,
    covers: site.users().filter((user) => user.op in BROADCASTING),
    related,
  };
}

/** The same where several tensors have any rank, of which the formula leaves some: told for the lowest. */
function atLeastRanks(site: Site, a: Node, b: Node): Suspicion | undefined {
  const met = growthAtLeastRanks(site, a, b);
  if (met === undefined || !isAccident(site, met.growth, a, b)) return undefined;
  const [column, row] = columnAxis(met.ofA, met.ofB) === undefined ? [b, a] : [a, b];
  const [ofA, ofB] = [shown(met.ofA), shown(met.ofB)];
  return {
    message: `\`${site.text()}\` broadcasts ${ofA} against ${ofB}, or what has more axes likewise: both operands grow, every element of one meets every element of the other.${consequence(site)} Give both the same shape: \`${site.text(column)}.squeeze([-1])\`, or \`${site.text(row)}.expandDims(-1)\`. If all pairs are meant, expand both by hand.`,
    danger: {
      text: `${ofA} meets ${ofB}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'both-expand',
    },
    manifest: !met.mayBeMeant,
    covers: site.users().filter((user) => user.op in BROADCASTING),
    related: [
      { node: a, message: `${ofA} comes from here` },
      { node: b, message: `${ofB} comes from here` },
    ],
  };
}

/** A column beside a row of which one is computed with something that nobody described, and that is mostly a number. */
function besideNumbers(site: Site, a: Node, b: Node): Suspicion | undefined {
  const growth = growthBesideNumbers(a, b);
  if (growth === undefined || !isAccident(site, growth, a, b)) return undefined;
  const [ofA, ofB] = [shapeBesideNumbers(a)!, shapeBesideNumbers(b)!];
  const [column, row] = columnAxis(ofA, ofB) === undefined ? [b, a] : [a, b];
  return {
    message: `\`${site.text()}\` broadcasts ${shown(ofA)} against ${shown(ofB)} where what is handed in besides are numbers: both operands grow, every element of one meets every element of the other.${consequence(site)} Give both the same shape: \`${site.text(column)}.squeeze([-1])\`, or \`${site.text(row)}.expandDims(-1)\`. If all pairs are meant, expand both by hand.`,
    danger: {
      text: `${shown(ofA)} meets ${shown(ofB)}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'both-expand',
    },
    manifest: true,
    covers: site.users().filter((user) => user.op in BROADCASTING),
    related: [a, b].map((node) => ({
      node,
      message: `${shown(shapeBesideNumbers(node))} comes from here`,
    })),
  };
}

function consequence(site: Site): string {
  const users = site.users();
  if (users.some((user) => isOp(user, 'mean', 'sum') && user.shape?.length === 0))
    return ' The mean or sum that follows is over all pairs, and hides it.';
  const reduced = users.some((user) => isOp(user, 'mean', 'sum', 'square', 'abs'));
  return reduced ? ' The mean or sum that follows hides it.' : '';
}

const told = ({ shape }: Node): string => shown(shape);

/**
 * A column that was read in as one, `tf.tensor2d(labels, [labels.length, 1])`, and of which, beside a row, nothing is left but
 * one number: nobody compares all labels with all predictions, though nothing says that there are as many of both.
 */
function isLossOverData(site: Site, a: Node, b: Node): boolean {
  const column = columnAxis(a.shape!, b.shape!) === undefined ? b : a;
  const axis = columnAxis(column.shape!, (column === a ? b : a).shape!);
  if (axis === undefined) return false;
  return (
    originsOfColumn(column, axis).every((origin) => isReadIn(origin, axis)) &&
    becomesNumber(site, site.node, ['mean', 'sum'])
  );
}

/** Or what a model gives for it, of which one column was cut out: it is compared with the data first. */
const isReadIn = ({ op, shape }: Node, axis: number): boolean =>
  IS_DATA.test(op) || ['structural', 'sliced'].includes(shape![axis]!.one ?? '');

const IS_DATA = /^(tensor|tensor2d|variable|input)$/;

/** The ops that made the two shapes, in the order of the operands. */
function originsOf(a: Node, b: Node): readonly Origin[] {
  const column = columnAxis(a.shape!, b.shape!) === undefined ? b : a;
  return [a, b].map((node) => {
    const axis = columnAxis(node.shape!, (node === a ? b : a).shape!);
    return node === column && axis !== undefined ? originOfColumn(node, axis) : originOfRow(node);
  });
}

function whence(site: Site, origins: readonly Origin[]): string {
  const sentences = origins
    .filter(({ words }) => words !== '')
    .map(
      ({ node, words }) =>
        `\`${node.op === 'constant' ? site.text(node) : shorten(site.textAt(node.span))}\` ${words}`,
    );
  return sentences.length === 0 ? '' : ` ${sentences.join('; ')}.`;
}

/** A cast or a declared type that says of one of the two that it has another rank. */
function claimOf(site: Site, a: Node, b: Node): { readonly node: Node; readonly words: string } | undefined {
  const node = site.nodes.find((marker) => isOp(marker, 'claim') && [a, b].includes(operandOf(marker, 'x')!));
  const { claimed, text } = node?.attributes ?? {};
  if (node === undefined || !Array.isArray(claimed)) return undefined;
  const words = ` \`${String(text)}\` says of \`${site.text(operandOf(node, 'x')!)}\` that it has rank ${claimed.length}: TensorFlow.js does not look at types.`;
  return { node, words };
}

/** A column of known rank beside a row: its last axis goes. */
function squeezed(site: Site, a: Node, b: Node): FixCandidate[] {
  const [column, row] = a.shape!.at(-1)?.size === 1 ? [a, b] : [b, a];
  const rank = column.shape!.length;
  if (rank !== 2 || row.shape!.length !== 1 || column.op === 'constant') return [];
  return inPlaceOf(site, site.node, column, (x, write) => write.op('squeeze', x, '[1]')).map((fix) => ({
    ...fix,
    title: fix.title.replace('Guard the operand', 'Drop the axis of size 1'),
    claim: 'shape',
  }));
}

function advice(site: Site, a: Node, b: Node): string {
  const [column, row] = columnAxis(a.shape!, b.shape!) === undefined ? [b, a] : [a, b];
  const axis = columnAxis(column.shape!, row.shape!);
  if (axis !== undefined && column.shape!.length === row.shape!.length + 1)
    return `\`${site.text(column)}.squeeze([${axis}])\`, or \`${site.text(row)}.expandDims(${axis})\``;
  return `reshape \`${site.text(column)}\` or \`${site.text(row)}\``;
}
