import { isSymbolic, showShape, showSize, type Shape, type Size } from '../src/facts/shape.js';
import { isBatchOfLoss } from '../src/program/layers/given-losses.js';
import { isLayerResult } from '../src/program/layers/model-results.js';
import { slice, type Node } from '../src/program/node.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { axisOfExtreme } from '../src/rule/extremes-beside.js';
import { sameAxes } from '../src/rule/axes.js';
import { BROADCASTING } from '../src/rule/broadcast.js';
import { isOp, operandOf, producer, sameValue } from '../src/rule/patterns.js';
import { joinedFeatures } from '../src/rule/joined-features.js';
import { inWords, Rewriter, together } from '../src/rule/rewrite.js';
import { gatheredAcross, scannedAcross } from '../src/rule/ranked.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'default-axis',
  category: 'shape',
  claim:
    '`argMax` without an axis looks along the batch: it gives the best sample of each class, not the class of each sample.',
  reason:
    'Most ops of TensorFlow.js work on the last axis, or on all of them, unless told otherwise; `argMax`, `argMin`, `cumsum` and `cumprod` work on the first, and `reverse` turns round all of them, the batch and the channels too; `transpose` puts all of them in the opposite order, of a vector the one that it has, `split` takes the first one apart, and `concat` joins along it. Of scores [batch, classes] they give [classes]: indices of samples, which look like classes. A batch of one gives zeros, whatever the scores are.',
  remedy: 'Name the axis: `argMax(-1)`; `argMax(0)` says that the first one is meant.',
  ops: ['argMax', 'argMin', 'cumsum', 'cumprod', 'reverse', 'transpose', 'split', 'concat', 'gather'],
  check(site) {
    if (site.node.op === 'concat') return joinedFeatures(site);
    const x = site.operand('x');
    if (site.node.op === 'split') return ofSplit(site);
    if (site.node.op === 'gather') return hasDefaultAxis(site) ? gatheredAcross(site) : undefined;
    if (SCANS.has(site.node.op) && !hasDefaultAxis(site)) return scannedAcross(site);
    if (x === undefined || !hasDefaultAxis(site) || site.node.throws !== undefined) return undefined;
    if (x.shape === undefined) return ofModel(site, x) ?? ofAnyRank(site, x);
    if (x.shape.length < 2) return site.node.op === 'transpose' ? ofVector(site, x) : undefined;
    if (SCANS.has(site.node.op)) return ofScan(site, x.shape);
    if (site.node.op === 'reverse') return ofReverse(site, x.shape);
    if (site.node.op === 'transpose') return ofTranspose(site, x.shape);
    const other = axisOfExtreme(site, x);
    const why = other?.why ?? scoresOf(x) ?? comparedWith(site) ?? samplesOf(x);
    const told = why === undefined ? '' : ` ${why}.`;
    const { gives, meant } = x.shape.length === 2 ? MATRIX : OTHER;
    return {
      message: `\`${site.text()}\` has no axis and takes the first: of ${showShape(x.shape)} it gives ${showShape(site.node.shape)}, ${gives}.${told} For ${other === undefined ? meant : 'those'} write \`${site.node.op}(${String(other?.axis ?? -1)})\`; if the first axis is meant, \`${site.node.op}(0)\`.`,
      danger: {
        text: `the first axis of ${showShape(x.shape)} is looked along`,
        harm: 'shape',
        failures: ['wrong-shape'],
        expansion: 'first-axis',
      },
      // Without scores or labels in sight it may be meant: the nearest of the centres in the rows.
      manifest: why !== undefined,
      // What is compared with it does not fit for that, and is no second cause.
      covers: why === undefined ? [] : site.users().filter((user) => user.op in BROADCASTING),
      fixes: alongAxis(site, other?.axis ?? -1),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the gates of a cell, of which the samples are taken apart',
        code: `export function gates(x: tf.Tensor2D, units: number) {\n  const kernel = tf.ones<tf.Rank.R2>([x.shape[1], 4 * units]);\n  return tf.split(x.matMul(kernel), 4).map((gate) => gate.sigmoid());\n}`,
      },
      {
        title: 'probabilities in order, added up over the samples',
        code: `export function nucleus(logits: tf.Tensor2D, p: number) {\n  const { values } = tf.topk(logits, logits.shape[1]);\n  const probabilities = tf.softmax(values);\n  return probabilities.cumsum(0).sub(probabilities).less(p);\n}`,
      },
      {
        title: 'the columns that topk chose, taken as rows',
        code: `export const best = (x: tf.Tensor2D, k: number) => tf.gather(x, tf.topk(x.abs().mean(0), k).indices);`,
      },
      {
        title: 'the tags of pictures, of which the height and the width are gone',
        code: `export const tags = (model: tf.LayersModel, pictures: tf.Tensor4D) =>\n  (model.predict(pictures) as tf.Tensor4D).squeeze([1, 2]).argMax().dataSync();`,
      },
      {
        title: 'a label beside a latent vector',
        code: `export const conditional = (z: tf.Tensor2D, label: tf.Tensor1D, classes: number) => tf.concat([z, tf.oneHot(label, classes).toFloat()]);`,
      },
      {
        title: 'the action of each state, of a network that is handed in',
        code: `export function actions(network: tf.LayersModel, states: number[][]) {\n  const values = network.predict(tf.tensor2d(states)) as tf.Tensor2D;\n  return tf.oneHot(values.argMax() as tf.Tensor1D, 4).mul(values).sum(1);\n}`,
      },
      {
        title: 'the class of each sample',
        code: `export const classes = (x: tf.Tensor2D) => tf.softmax(tf.matMul(x, tf.ones([4, 3]))).argMax();`,
      },
      {
        title: 'an accuracy of scores that a dense layer gives',
        code: `const layer = tf.layers.dense({ units: 3 });\nexport const classes = (x: tf.Tensor2D) => tf.argMax(layer.apply(x.reshape([-1, 4])) as tf.Tensor2D);`,
      },
      {
        title: 'the part of the body that each place of an image belongs to',
        code: `export const parts = (heatmaps: tf.Tensor3D) => tf.argMax(tf.softmax(heatmaps));`,
      },
      {
        title: 'an accuracy of labels and predictions that nothing else describes',
        code: `export const accuracy = (labels: tf.Tensor1D, scores: tf.Tensor2D) =>\n  scores.argMax().cast('float32').equal(labels).mean();`,
      },
      {
        title: 'the class of what a model is shown, of which nothing is known',
        code: `export async function classify(picture: tf.Tensor3D) {\n  const model = await tf.loadLayersModel('model.json');\n  return (model.predict(picture.expandDims(0)) as tf.Tensor).argMax();\n}`,
      },
      {
        title: 'the distance of two distributions, summed up over the samples',
        code: `const distance = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.cumsum(yPred.sub(yTrue)).abs().mean();\nexport function compiled() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [4], activation: 'softmax' })] });\n  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: [distance] });\n  return model;\n}`,
      },
      {
        title: 'the best places of heatmaps beside how good they are',
        code: `export const peaks = (heatmaps: tf.Tensor3D) => ({ best: heatmaps.max(1), where: heatmaps.argMax() });`,
      },
      {
        title: 'a sequence from its end, and the samples and features with it',
        code: `export const backwards = (x: tf.Tensor3D) => tf.reverse(x).relu();`,
      },
      {
        title: 'channels first, and the height behind the width',
        code: `export const channelsFirst = (picture: tf.Tensor3D) => tf.image.resizeBilinear(picture, [20, 30]).transpose().relu();`,
      },
      {
        title: 'pairs, of which the list is taken apart instead of the columns',
        code: `export function columns(pairs: [number, number][]) {\n  const [users, items] = tf.split(tf.tensor2d(pairs, [pairs.length, 2]), 2);\n  return users.add(items);\n}`,
      },
      {
        title: 'all pairs of a vector, which is its own transpose',
        code: `export const ordered = (risk: tf.Tensor1D) => risk.greater(risk.transpose()).toFloat().sum();`,
      },
    ],
    safe: [
      {
        title: 'probabilities in order, added up over the classes',
        code: `export const covered = (logits: tf.Tensor2D) => tf.softmax(tf.topk(logits, logits.shape[1]).values).cumsum(1);`,
      },
      {
        title: 'the rows that topk chose',
        code: `export const best = (x: tf.Tensor2D, k: number) => tf.gather(x, tf.topk(x.abs().mean(1), k).indices);`,
      },
      {
        title: 'labels of two batches, and a label beside a latent vector along the features',
        code: `export const joined = (z: tf.Tensor2D, a: tf.Tensor1D, b: tf.Tensor1D) => [\n  tf.concat([tf.oneHot(a, 10), tf.oneHot(b, 10)]),\n  tf.concat([z, tf.oneHot(a, 10).toFloat()], 1),\n  tf.concat([z, tf.oneHot(b, z.shape[1]).toFloat()]),\n];`,
      },
      {
        title: 'a column, of which the transpose is a row',
        code: `export const ordered = (risk: tf.Tensor2D) => risk.max(1, true).greater(risk.max(1, true).transpose()).toFloat().sum();`,
      },
      {
        title: 'the nearest of the rows, and how near it is',
        code: `export const nearest = (distances: tf.Tensor2D) => [distances.min(0), distances.argMin()];`,
      },
      {
        title: 'the best box for each object beside the best object for each box',
        code: `export const matched = (overlaps: tf.Tensor2D) => [overlaps.max(1), overlaps.argMax(1), overlaps.argMax(0)];`,
      },
      {
        title: 'channels first',
        code: `export const channelsFirst = (picture: tf.Tensor3D) => tf.image.resizeBilinear(picture, [20, 30]).transpose([2, 0, 1]).relu();`,
      },
      {
        title: 'the order of another language, in one row',
        code: `export const byColumns = (cube: tf.Tensor3D) => cube.reshape([2, 3, 4]).transpose().flatten();`,
      },
      {
        title: 'the columns of pairs',
        code: `export function columns(pairs: [number, number][]) {\n  const [users, items] = tf.split(tf.tensor2d(pairs, [pairs.length, 2]), 2, 1);\n  return users.add(items);\n}`,
      },
      {
        title: 'what was put together is taken apart again',
        code: `export function both(real: tf.Tensor2D, fake: tf.Tensor2D) {\n  const weights = tf.ones([4, 2]);\n  const [a, b] = tf.split(tf.concat([real, fake]).matMul(weights), 2);\n  return a.sub(b);\n}`,
      },
      {
        title: 'the steps from their end',
        code: `export const backwards = (x: tf.Tensor3D) => tf.reverse(x, 1).relu();`,
      },
      {
        title: 'a vector from its end',
        code: `export const newestFirst = (prices: tf.Tensor1D) => tf.reverse(prices).relu();`,
      },
      {
        title: 'the class of a single example, without its batch',
        code: `export async function classify(picture: tf.Tensor3D) {\n  const model = await tf.loadLayersModel('model.json');\n  return (model.predict(picture.expandDims(0)) as tf.Tensor).squeeze().argMax();\n}`,
      },
      {
        title: 'the last axis',
        code: `export const classes = (x: tf.Tensor2D) => tf.softmax(x).argMax(-1);`,
      },
      {
        title: 'the first axis, and said so',
        code: `export const best = (x: tf.Tensor2D) => tf.softmax(x).argMax(0);`,
      },
      { title: 'one axis', code: `export const best = (x: tf.Tensor1D) => tf.softmax(x).argMax();` },
      {
        title: 'the nearest centre, with the centres in rows',
        code: `export const nearest = (centres: tf.Tensor2D, x: tf.Tensor1D) =>\n  centres.sub(x).square().argMin();`,
      },
    ],
  },
});

function hasDefaultAxis(site: Site): boolean {
  const { axis, perm } = site.node.attributes;
  if (site.node.op === 'transpose') return perm === undefined || perm === null;
  if (axis === undefined || axis === null) return true;
  if (site.node.op === 'reverse') return false;
  const given = site.argument(site.node, 'axis');
  return axis === 0 && (given === undefined || site.textAt(given) === 'undefined');
}

/** `model.predict(pictures).squeeze([1, 2])`: other axes than the first went. */
function beforeSqueeze(x: Node): Node {
  const { axis } = x.attributes;
  const keepsFirst = Array.isArray(axis) && axis.length > 0 && axis.every((one) => Number(one) > 0);
  return isOp(x, 'squeeze') && keepsFirst ? operandOf(x, 'x')! : x;
}

/** What a model gives has the batch first, whatever else is known of it. */
function ofModel(site: Site, x: Node): Suspicion | undefined {
  if (!BEST.has(site.node.op) || !isLayerResult(beforeSqueeze(x))) return undefined;
  return {
    message: `\`${site.text()}\` has no axis and takes the first, which of the result of a model is the batch: it gives the best sample of each class, and of a single sample always 0. For the class of each sample write \`${site.node.op}(-1)\`; if the first axis is meant, \`${site.node.op}(0)\`.`,
    danger: {
      text: 'the batch is looked along',
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'first-axis',
    },
    manifest: true,
    fixes: alongAxis(site, -1),
    related: [{ node: x, message: 'the model gives it here' }],
  };
}

/** A number for each sample, or one of a single sample: the rank does not show which, the comparison does not either. */
function ofAnyRank(site: Site, x: Node): Suspicion | undefined {
  const other = BEST.has(site.node.op) ? axisOfExtreme(site, x) : undefined;
  const why = other?.why ?? comparedWith(site);
  if (why === undefined) return undefined;
  const axis = other?.axis ?? -1;
  const alike = other === undefined ? ', which for one sample is the same' : '';
  return {
    message: `\`${site.text()}\` has no axis and takes the first: of several samples it gives the best one for each class. ${why}. Write \`${site.node.op}(${axis})\`${alike}.`,
    danger: {
      text: `\`${site.text(x)}\` holds several samples`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'first-axis',
    },
    manifest: other !== undefined,
    fixes: alongAxis(site, axis),
  };
}

const BEST: ReadonlySet<string> = new Set(['argMax', 'argMin']);

const SCANS: ReadonlySet<string> = new Set(['cumsum', 'cumprod']);

/** A scan keeps the shape: whether the first axis is meant, nothing shows. */
function ofScan(site: Site, shape: Shape): Suspicion {
  const { op } = site.node;
  const [first] = shape;
  const nothing = first!.size === 1 ? ', which has size 1: it changes nothing' : '';
  const isBatch = shape.length > 1 && isBatchOfLoss(first!);
  const why = isBatch
    ? ' The model is compiled with this function, and the first axis of what it is given is the batch: samples run into each other.'
    : ' If that is a batch, samples run into each other:';
  return {
    message: `\`${site.text()}\` has no axis and runs along the first of ${showShape(shape)}${nothing}.${why} ${isBatch ? 'For' : 'for'} the last axis write \`${op}(${shape.length - 1})\`; if the first is meant, \`${op}(0)\`.`,
    danger: {
      text: `it runs along the first axis of ${showShape(shape)}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'mixes-samples',
    },
    manifest: isBatch,
    advice: !isBatch,
  };
}

/** What the op gives along the first axis, and what it would along the last. */
const MATRIX = { gives: 'one index of a row for each column', meant: 'the best column of each row' };
const OTHER = {
  gives: 'one index along it for each place of the others',
  meant: 'the best of the last axis',
};

/** A vector or a picture of one channel may be turned round as a whole; of several samples or channels their order is lost. */
function ofReverse(site: Site, shape: Shape): Suspicion | undefined {
  if (shape.filter(({ size }) => size !== 1).length < 3) return undefined;
  return {
    message: `\`${site.text()}\` has no axis and turns round all of ${showShape(shape)}: the order of the samples and of the features too. Name the axis that is meant, for the steps of [batch, time, features] \`reverse(1)\`; if all of them are, name them all.`,
    danger: {
      text: `all axes of ${showShape(shape)} are turned round`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'mixes-samples',
    },
    manifest: true,
  };
}

/** A matrix has no other order; of three axes and more the opposite one is hardly ever that which is meant. */
function ofTranspose(site: Site, shape: Shape): Suspicion | undefined {
  if (shape.filter(({ size }) => size !== 1).length < 3) return undefined;
  // Turned back, or read in the order of a language that has the first axis innermost.
  if (site.users().some(({ op }) => op === 'transpose' || op === 'reshape')) return undefined;
  if (isOp(operandOf(site.node, 'x'), 'transpose')) return undefined;
  const [from, to] = [showShape(shape), showShape(site.node.shape)];
  return {
    message: `\`${site.text()}\` has no permutation and puts all axes in the opposite order: of ${from} it makes ${to}. Write the permutation, for the last axis to the front \`transpose([${[shape.length - 1, ...shape.slice(1).keys()].join(', ')}])\`; if the opposite order is meant, \`transpose([${[...shape.keys()].reverse().join(', ')}])\`.`,
    danger: {
      text: `the axes of ${from} are in the opposite order`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'reversed',
    },
    manifest: true,
    // Volumes that are put together here, or come from a model, are read in the opposite order on purpose.
    advice: !/^(?:input$|image\.)/.test(producer(operandOf(site.node, 'x'))?.op ?? ''),
  };
}

/** `x.greater(x.transpose())` of a vector: it has no other order, and each element meets itself. */
function ofVector(site: Site, x: Node): Suspicion | undefined {
  const [length] = x.shape!;
  const meeting = site.users().find((user) =>
    (BROADCASTING[user.op] ?? []).some((name) => {
      const other = operandOf(user, name);
      return other !== undefined && other !== site.node && sameAxes(other).some((one) => sameValue(one, x));
    }),
  );
  if (length === undefined || length.size === 1 || meeting === undefined) return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` changes nothing: ${showShape(x.shape)} is a vector, and has no other order. In \`${site.text(meeting)}\` each element meets itself, and no other one. For all pairs write \`${name}.expandDims(1)\` on one side.`,
    danger: {
      text: `${showShape(x.shape)} is a vector`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'turns-nothing',
    },
    manifest: true,
    related: [{ node: meeting, message: 'it meets itself here' }],
  };
}

/** `tf.split(pairs, 2)` of [pairs, 2]: as many parts as there are columns, of a list of rows that may have any length. */
function ofSplit(site: Site): Suspicion | undefined {
  const { attributes, output } = site.node;
  const x = site.operand('x');
  const parts = attributes['numOrSizeSplits'];
  const [rows, ...others] = x?.shape ?? [];
  if (x === undefined || rows === undefined || output !== 0 || !hasDefaultAxis(site)) return undefined;
  if (typeof parts !== 'number' || parts < 2 || !isSymbolic(rows.size) || rows.size.coefficient > 1)
    return undefined;
  const axis = others.findIndex(({ size }) => size === parts || isPartsOf(size, parts)) + 1;
  if (axis === 0 || slice(x).some(putsRowsTogether)) return undefined;
  const shape = showShape(x.shape);
  return {
    message: `\`${site.text()}\` has no axis and takes the first of ${shape} apart: it throws where ${showSize(rows.size)} is no multiple of ${parts}, and gives ${parts} parts of the rows else. Axis ${axis} has ${showSize(others[axis - 1]!.size)}: for one part of each row write \`split(${parts}, ${axis})\`; if the rows are meant, \`split(${parts}, 0)\`.`,
    danger: {
      text: `the first axis of ${shape} is taken apart`,
      harm: 'shape',
      failures: ['wrong-shape', 'throws'],
      expansion: 'first-parted',
    },
    manifest: true,
    // Two halves of a batch that a caller put together look the same.
    advice: isOp(producer(x), 'reshape'),
    related: [{ node: x, message: `${shape} comes from here` }],
  };
}

const putsRowsTogether = ({ op, attributes, shape }: Node): boolean =>
  shape?.length !== 1 &&
  (op === 'stack' || op === 'tile' || (op === 'concat' && (attributes['axis'] ?? 0) === 0));

/** `4 * units`: the gates of a cell, one beside the other. */
const isPartsOf = (size: Size, parts: number): boolean => isSymbolic(size) && size.coefficient === parts;

/** Why the last axis holds scores of one sample; undefined where nothing shows it. */
function scoresOf(x: Node | undefined): string | undefined {
  if (x === undefined) return undefined;
  if (SOFTMAX.has(x.op)) return 'A softmax is taken along the last axis: these are classes';
  if (KEEPS_CLASSES.has(x.op)) return scoresOf(operandOf(x, 'x') ?? operandOf(x, 'a'));
  const axis = x.shape?.at(-1)?.axis;
  return axis?.id.startsWith('units of layer') === true ? `The last axis holds ${axis.label}` : undefined;
}

/** Why the first axis holds samples; undefined where nothing shows it. */
const samplesOf = (x: Node): string | undefined =>
  isLayerResult(beforeSqueeze(KEEPS_CLASSES.has(x.op) ? (operandOf(x, 'x') ?? operandOf(x, 'a') ?? x) : x))
    ? 'A model gives it, and its first axis is the batch'
    : undefined;

const SOFTMAX: ReadonlySet<string> = new Set(['softmax', 'logSoftmax']);
const KEEPS_CLASSES: ReadonlySet<string> = new Set(['sigmoid', 'relu', 'add', 'cast', 'clone']);

/** An accuracy: what is compared with labels one by one is a class of each sample. */
function comparedWith(site: Site): string | undefined {
  if (site.node.op !== 'argMax') return undefined;
  const users = site.users().flatMap((user) => (user.op === 'cast' ? site.users(user) : [user]));
  const comparison = users.find(({ op }) => COMPARES.has(op));
  return comparison && `\`${site.text(comparison)}\` compares it, as the class of each sample, with labels`;
}

const COMPARES: ReadonlySet<string> = new Set(['equal', 'notEqual']);

function alongAxis(site: Site, axis: number): FixCandidate[] {
  const write = new Rewriter(site);
  const x = write.argument(site.node, 'x');
  if (x === undefined) return [];
  const by = write.op(site.node.op, x, String(axis));
  const which = axis === -1 ? 'the last axis' : `axis ${axis}`;
  return [together(`Look along ${which}: \`${inWords(by)}\``, 'shape', [{ span: site.node.span, by }])];
}
