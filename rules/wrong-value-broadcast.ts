import {
  certainlyDiffer,
  isClaimed,
  isSymbolic,
  sameSize,
  showShape,
  showSize,
  type Dim,
  type Shape,
} from '../src/facts/shape.js';
import type { AttributeValue } from '../src/ops/row.js';
import type { Node } from '../src/program/node.js';
import { crossedAxes, statisticOf } from '../src/rule/axes.js';
import { BROADCASTING } from '../src/rule/broadcast.js';
import { operandOf } from '../src/rule/patterns.js';
import { movedAxis } from '../src/rule/moved-axes.js';
import { exchangedAxes, misfit } from '../src/rule/reshaped-axes.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { partsAsGroups, tornAxis } from '../src/rule/torn-axes.js';
import type { Site } from '../src/rule/site.js';

const NORMALISATIONS = ['batchNorm', 'batchNorm2d', 'batchNorm3d', 'batchNorm4d'];
const LITERALS = ['tensor', ...[1, 2, 3, 4, 5, 6].map((rank) => `tensor${rank}d`)];

export default defineRule({
  name: 'wrong-value-broadcast',
  category: 'shape',
  claim: 'The shapes do not fit, nothing throws, and the values are read from the wrong places.',
  reason:
    'Some ops of TensorFlow.js do not check what they read. `matMul` of [2, 1, …] with [2, 3, …] counts its matrices modulo the shorter list: 1, 2, 1, 2, 1, 2 where 1, 1, 1, 2, 2, 2 is meant. `batchNorm` with statistics of another length than the last axis reads them round and round on the cpu, and throws on WebGL. `tensor2d` of rows that differ in length claims the shape that the first row gives, over as many numbers as there are. `reshape` keeps the order of the values: [frames, clips] of [clips, frames] holds frames of several clips in a row. `gather` along axis 1 takes all indices for every row: with one index a row, [B, A] becomes [B, B]. `pad` makes as many axes as it has pairs of paddings: the size of one too many is NaN.',
  remedy:
    'Tile the matrices to one batch shape, take the statistics over all axes but the last, fill up the rows, exchange axes by `transpose`, give `gather` its `batchDims`, and `pad` a pair for each axis.',
  ops: ['matMul', 'reshape', 'gather', 'pad', ...NORMALISATIONS, ...LITERALS],
  check(site) {
    if (site.node.throws !== undefined) return undefined;
    if (site.node.op === 'matMul') return innerBatch(site);
    if (site.node.op === 'reshape')
      return exchangedAxes(site) ?? movedAxis(site) ?? partsAsGroups(site) ?? tornAxis(site);
    if (site.node.op === 'gather') return indicesOfOtherRows(site);
    if (site.node.op === 'pad') return unevenPaddings(site);
    return NORMALISATIONS.includes(site.node.op) ? wrappedStatistics(site) : raggedRows(site);
  },
  examples: {
    hazardous: [
      {
        title: 'one action a sample, without batchDims, and said to be one value each',
        code: `export class Agent {\n  private readonly values = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [8] })] });\n  taken(states: tf.Tensor2D, actions: tf.Tensor1D): tf.Tensor1D {\n    const all = this.values.apply(states) as tf.Tensor2D;\n    return tf.gather(all as tf.Tensor, actions, 1) as tf.Tensor1D;\n  }\n}`,
      },
      {
        title: 'one matrix a sample against several',
        code: `export function attend() {\n  const queries = tf.randomNormal([2, 1, 4, 3]);\n  const keys = tf.randomNormal([2, 5, 3, 4]);\n  return tf.matMul(queries, keys);\n}`,
      },
      {
        title: 'the statistics of rows',
        code: `export function normalise(x: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(x, 1);\n  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D);\n}`,
      },
      {
        title: 'rows of several lengths',
        code: `export const table = () => tf.tensor2d([[1, 2], [3]]).mul(2);`,
      },
      {
        title: 'heads merged while the steps lie between them and their depth',
        code: `export function merge(values: tf.Tensor4D) {\n  const [batch, heads, steps, depth] = values.shape;\n  return values.reshape([batch, steps, heads * depth]);\n}`,
      },
      {
        title: 'pixels shuffled by their sizes alone',
        code: `export function upsample(x: tf.Tensor4D, r: number) {\n  const [b, h, w, c] = x.shape;\n  return x.reshape([b, h * r, w * r, c / (r * r)]);\n}`,
      },
      {
        title: 'pictures put side by side by their sizes alone',
        code: `export const strip = (pictures: tf.Tensor4D) => pictures.reshape([8, pictures.shape[0] * 8]);`,
      },
      {
        title: 'two views of each picture, taken from a batch of all the first and then all the second ones',
        code: `export function pairs(first: tf.Tensor2D, second: tf.Tensor2D) {\n  const [count, width] = first.shape;\n  return tf.concat([first, second], 0).reshape([count, 2, width]);\n}`,
      },
      {
        title: 'heads split off in front of the steps',
        code: `export function split(x: tf.Tensor3D) {\n  const [batch, steps] = x.shape;\n  const queries = tf.matMul(x, tf.randomNormal([6, 6]));\n  return queries.reshape([batch, 2, steps, 3]);\n}`,
      },
      {
        title: 'steps brought to the front by reshape',
        code: `export function timeMajor(series: tf.Tensor) {\n  const [batch, steps, features] = series.shape;\n  return series.reshape([steps!, batch!, features!]);\n}`,
      },
      {
        title: 'the channels of a picture brought to the front by reshape',
        code: `export function channelsFirst(picture: tf.Tensor3D) {\n  const small = tf.image.resizeBilinear(picture.reshape([20, 30, 3]) as tf.Tensor3D, [8, 8]);\n  return small.reshape([1, 3, 8, 8]);\n}`,
      },
      {
        title: 'filters in the order of another library',
        code: `export const filters = (weights: number[]) => tf.tensor4d(weights, [16, 3, 5, 5]).reshape([5, 5, 3, 16]);`,
      },
      {
        title: 'four edges of each box, stacked as rows and read as columns',
        code: `export function boxes(rows: tf.Tensor2D) {\n  const [y, x, height, width] = tf.unstack(rows, 1);\n  return tf.stack([y.sub(height), x.sub(width), y.add(height), x.add(width)]).reshape([-1, 4]);\n}`,
      },
      {
        title: 'a row for each series, read as windows with a column for each series',
        code: `export function windows(table: tf.Tensor2D) {\n  const [series, steps] = table.shape;\n  return table.reshape([steps / 2, 2, series]);\n}`,
      },
      {
        title: 'one action a sample, without batchDims',
        code: `const BATCH = 8;\nconst ACTIONS = 3;\nexport function taken() {\n  const values = tf.randomNormal([BATCH, ACTIONS]);\n  const actions = tf.zeros([BATCH], 'int32');\n  return values.gather(actions, 1).sub(tf.ones([BATCH])).square().mean();\n}`,
      },
      {
        title: 'more indices than there are columns',
        code: `export function taken() {\n  const values = tf.randomNormal([16, 4]);\n  const actions = tf.randomUniform([16], 0, 4, 'int32');\n  return values.gather(actions, 1).sub(tf.ones([16])).square().mean();\n}`,
      },
      {
        title: 'paddings of an image with channels for a mask without',
        code: `export const twoChannels = (mask: tf.Tensor2D) => tf.pad(mask, [[0, 0], [0, 0], [0, 1]]);`,
      },
      {
        title: 'no paddings for the batch',
        code: `export const framed = (pictures: tf.Tensor3D) => tf.pad(pictures, [[1, 1], [1, 1]]);`,
      },
    ],
    safe: [
      {
        title: 'one action a sample, and columns that are kept for all',
        code: `export function taken(all: tf.Tensor2D, actions: tf.Tensor1D, kept: tf.Tensor1D) {\n  const each = tf.gather(all, actions, 1, 1) as tf.Tensor1D;\n  const few = tf.gather(all, kept, 1) as tf.Tensor2D;\n  return [each, few];\n}`,
      },
      {
        title: 'points of three numbers each, in one list, where nobody says that they are three',
        code: `export function pointsOf(origins: tf.Tensor2D, directions: tf.Tensor2D, steps: number) {\n  const far = tf.linspace(2, 6, steps).reshape([1, steps, 1]);\n  return origins.expandDims(1).add(directions.expandDims(1).mul(far)).reshape([-1, 3]);\n}`,
      },
      {
        title: 'one matrix against a batch',
        code: `export const project = (x: tf.Tensor2D, w: tf.Tensor2D) =>\n  tf.matMul(x.reshape([2, 5, 4, 3]), w.reshape([1, 1, 3, 4]));`,
      },
      {
        title: 'the heads of a batch',
        code: `export const project = (x: tf.Tensor2D, w: tf.Tensor2D) =>\n  tf.matMul(x.reshape([2, 5, 4, 3]), w.reshape([1, 5, 3, 4]));`,
      },
      {
        title: 'the statistics of columns',
        code: `export function normalise(x: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(x, 0);\n  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D);\n}`,
      },
      {
        title: 'pixels shuffled axis by axis',
        code: `export function upsample(x: tf.Tensor4D, r: number) {\n  const [b, h, w, c] = x.shape;\n  return x.reshape([b, h, w, r, r, c / (r * r)]).transpose([0, 1, 3, 2, 4, 5]).reshape([b, h * r, w * r, c / (r * r)]);\n}`,
      },
      {
        title: 'two views of each picture, brought together',
        code: `export function pairs(first: tf.Tensor2D, second: tf.Tensor2D) {\n  const [count, width] = first.shape;\n  return tf.concat([first, second], 0).reshape([2, count, width]).transpose([1, 0, 2]);\n}`,
      },
      {
        title: 'two lists of points, one after the other',
        code: `export const points = (first: tf.Tensor1D, second: tf.Tensor1D) => tf.concat([first, second]).reshape([-1, 2]);`,
      },
      {
        title: 'heads split off and brought forward',
        code: `export function heads(x: tf.Tensor3D) {\n  const [batch, steps, features] = x.shape;\n  return x.reshape([batch, steps, 2, features / 2]).transpose([0, 2, 1, 3]);\n}`,
      },
      {
        title: 'heads brought back behind the steps, and merged',
        code: `export function merge(values: tf.Tensor4D) {\n  const [batch, heads, steps, depth] = values.shape;\n  return values.transpose([0, 2, 1, 3]).reshape([batch, steps, heads * depth]);\n}`,
      },
      {
        title: 'steps of all samples as rows',
        code: `export function rows(states: tf.Tensor3D) {\n  const [batch, steps, units] = states.shape;\n  return states.reshape([batch * steps, units]).reshape([steps * batch, units]);\n}`,
      },
      {
        title: 'a picture as a batch of one',
        code: `export const batch = (picture: tf.Tensor3D) => picture.reshape([28, 28, 3]).reshape([1, 28, 28, 3]);`,
      },
      {
        title: 'a row of a column',
        code: `export const row = (x: tf.Tensor2D) => x.sum(1, true).reshape([1, x.shape[0]]);`,
      },
      {
        title: 'four edges of each box as columns',
        code: `export function boxes(rows: tf.Tensor2D) {\n  const [y, x, height, width] = tf.unstack(rows, 1);\n  return tf.stack([y.sub(height), x.sub(width), y.add(height), x.add(width)], 1).reshape([-1, 4]);\n}`,
      },
      {
        title: 'the boxes of several pictures, one list',
        code: `export const boxes = (first: tf.Tensor2D, second: tf.Tensor2D) =>\n  tf.stack([first.reshape([5, 4]), second.reshape([5, 4])]).reshape([-1, 4]);`,
      },
      {
        title: 'windows of each series',
        code: `export function windows(table: tf.Tensor2D) {\n  const [series, steps] = table.shape;\n  return table.reshape([series, steps / 2, 2]);\n}`,
      },
      {
        title: 'one action a sample',
        code: `const BATCH = 8;\nexport const taken = () => tf.randomNormal([BATCH, 3]).gather(tf.zeros([BATCH], 'int32'), 1, 1);`,
      },
      {
        title: 'columns in another order',
        code: `export const sorted = (x: tf.Tensor2D) => x.gather(tf.tensor1d([2, 0, 1], 'int32'), 1);`,
      },
      {
        title: 'a channel for a mask, and paddings for all three axes',
        code: `export const twoChannels = (mask: tf.Tensor2D) => mask.expandDims(2).pad([[0, 0], [0, 0], [0, 1]]);`,
      },
      {
        title: 'rows of one length',
        code: `export const table = () => tf.tensor2d([[1, 2], [3, 4]]).mul(2);`,
      },
    ],
  },
});

/** `pad` counts neither the axes nor the pairs: it makes an axis of each pair. Where only a type says the rank, it is a note. */
function unevenPaddings(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const pairs = site.node.attributes['paddings'];
  if (x?.shape === undefined || !Array.isArray(pairs) || pairs.length === x.shape.length) return undefined;
  const [given, wanted] = [pairs.length, x.shape.length];
  const claimed = isClaimed(x.shape);
  const result =
    given > wanted ? 'the size of an axis that is not there is NaN' : 'most values of the last axes are lost';
  return {
    message: `\`${site.text()}\` has ${given} pairs of paddings for ${showShape(x.shape)}, which has ${wanted} axes${claimed ? ' by its type' : ''}: nothing throws, and ${result}. Give \`pad\` a pair for each axis, [0, 0] for those that stay.`,
    danger: misfit(`${given} pairs of paddings meet ${wanted} axes`),
    manifest: !claimed,
    related: [{ node: x, message: `${showShape(x.shape)} comes from here` }],
  };
}

/** `q.gather(actions, 1)` with an action a row: every row is asked for the actions of all rows. */
function indicesOfOtherRows(site: Site): Suspicion | undefined {
  const [x, indices] = [site.operand('x'), site.operand('indices')];
  const { axis, batchDims } = site.node.attributes;
  const [rows, ...inner] = x?.shape ?? [];
  const [count, ...more] = indices?.shape ?? [];
  if (x === undefined || indices === undefined || rows === undefined || count === undefined) return undefined;
  const along = typeof axis === 'number' ? inner.at(axis < 0 ? axis : axis - 1) : undefined;
  if (axis === 0 || batchDims !== 0 || along === undefined || more.length > 0) return undefined;
  const isOneARow =
    isSymbolic(count.size) ||
    (count.axis !== undefined && count.axis.id === rows.axis?.id) ||
    (!isWritten(indices) && (isMore(count, along) || meetsRow(site, count)));
  const isOfRows = isOneARow && sameSize(rows.size, count.size);
  if ((!isOfRows && !(inner.length === 1 && isCastToRow(site))) || sameSize(along.size, count.size))
    return undefined;
  const [from, taken, to] = [x, indices, site.node].map(({ shape }) => showShape(shape));
  return {
    message: `\`${site.text()}\` takes all ${showSize(count.size)} indices of \`${site.text(indices)}\`, ${taken}, for every row of ${from}: the result is ${to}, and holds what was meant on its diagonal only. One index a row: \`tf.gather(${site.text(x)}, ${site.text(indices)}, ${String(axis)}, 1)\`.`,
    danger: misfit(`${taken} is taken for every row of ${from}`),
    manifest: true,
    covers: site.users(),
    related: [x, indices].map((node) => ({ node, message: `${showShape(node.shape)} comes from here` })),
  };
}

/** `tf.gather(q, actions, 1) as tf.Tensor1D`: whoever says so takes it for one value a row. */
function isCastToRow(site: Site): boolean {
  const { span } = site.node;
  const behind = site.textAt({ ...span, start: span.end, end: span.end + LONGEST_CAST });
  return /^\s*as\s+(?:unknown\s+as\s+)?(?:\w+\.)?Tensor1D\b/.test(behind);
}

const LONGEST_CAST = 60;

/** Nobody picks more columns than there are. */
const isMore = (count: Dim, along: Dim): boolean =>
  typeof count.size === 'number' && typeof along.size === 'number' && count.size > along.size;

/** The result meets a row with one number for each of its rows. */
const meetsRow = (site: Site, { size }: Dim): boolean =>
  site.users().some((user) => {
    const met = (BROADCASTING[user.op] ?? []).map((name) => operandOf(user, name));
    return met.some((other) => other?.shape?.length === 1 && sameSize(other.shape[0]!.size, size));
  });

/** `tf.tensor1d([2, 0, 1])`: columns that the author chose. */
const isWritten = ({ op, attributes }: Node): boolean =>
  op === 'constant' || (LITERALS.includes(op) && Array.isArray(attributes['values']));

/** A batch axis of 1 behind one that is not 1: the kernel takes the matrices in turn instead of repeating each. */
function innerBatch(site: Site): Suspicion | undefined {
  const [a, b] = [site.operand('a'), site.operand('b')];
  if (a?.shape === undefined || b?.shape === undefined) return undefined;
  const batches = [a.shape.slice(0, -2), b.shape.slice(0, -2)] as const;
  const misread = isMisread(batches[0], batches[1]) ? a : isMisread(batches[1], batches[0]) ? b : undefined;
  if (misread === undefined) return undefined;
  const batch = showShape(site.node.shape?.slice(0, -2));
  return {
    message: `\`${site.text()}\` broadcasts the batch axes ${showShape(batches[0])} and ${showShape(batches[1])} of ${showShape(a.shape)} and ${showShape(b.shape)}: TensorFlow.js takes the matrices of \`${site.text(misread)}\` in turn instead of repeating each of them, and multiplies the wrong ones. Tile it to the batch ${batch} first: \`tf.tile\`.`,
    danger: misfit(`${showShape(batches[0])} meets ${showShape(batches[1])}`),
    manifest: true,
    related: [a, b].map((node) => ({ node, message: `${showShape(node.shape)} comes from here` })),
  };
}

function isMisread(batch: Shape, other: Shape): boolean {
  return batch.some(({ size }, axis) => {
    const facing = other[other.length - batch.length + axis]?.size;
    const isStretched = size === 1 && typeof facing === 'number' && facing > 1;
    return isStretched && batch.slice(0, axis).some((outer) => outer.size !== 1);
  });
}

/** Statistics of another length than the last axis. */
function wrappedStatistics(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const last = x?.shape?.at(-1);
  if (x === undefined || last === undefined) return undefined;
  for (const name of ['mean', 'variance', 'offset', 'scale']) {
    const given = site.operand(name);
    const [length] = given?.shape?.length === 1 ? given.shape : [];
    if (given === undefined || length === undefined || length.size === 1) continue;
    const statistic = statisticOf(given, x);
    const crossed = statistic && crossedAxes(statistic, x.shape!.length);
    if (!certainlyDiffer(length.size, last.size) && crossed === undefined) continue;
    const from = crossed === undefined ? '' : ` It holds axis ${crossed.holds} of \`${site.text(x)}\`.`;
    return {
      message: `\`${site.text(given)}\`, the ${name} of \`${site.text()}\`, has ${showSize(length.size)} values for a last axis of ${showSize(last.size)}: on the cpu it is read round and round, on WebGL it throws.${from} Compute it over all axes but the last one.`,
      danger: misfit(`${showShape(given.shape)} for the last axis of ${showShape(x.shape)}`),
      manifest: true,
      related: [{ node: given, message: `${showShape(given.shape)} comes from here` }],
    };
  }
  return undefined;
}

/** Rows of a literal that differ in length. */
function raggedRows(site: Site): Suspicion | undefined {
  const lengths = raggedLengths(site.node.attributes['values'] ?? null);
  if (lengths === undefined || site.node.attributes['shape'] !== undefined) return undefined;
  return {
    message: `The rows of \`${site.text()}\` have lengths ${lengths.join(' and ')}: the tensor claims to be ${showShape(site.node.shape)}, by its first row, and has another number of values. What is read of it is shifted or undefined. Fill up the rows to one length.`,
    danger: misfit(`lengths ${lengths.join(' and ')}`),
    manifest: true,
  };
}

/** The first two lengths that differ among elements of one depth. */
function raggedLengths(values: AttributeValue): readonly [number, number] | undefined {
  let level: readonly AttributeValue[] = Array.isArray(values) ? (values as readonly AttributeValue[]) : [];
  while (level.length > 0 && level.every((element) => Array.isArray(element))) {
    const lengths = (level as readonly (readonly AttributeValue[])[]).map((element) => element.length);
    const other = lengths.find((length) => length !== lengths[0]);
    if (other !== undefined) return [lengths[0]!, other];
    level = (level as readonly (readonly AttributeValue[])[]).flat();
  }
  return undefined;
}
