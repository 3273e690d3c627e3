import { certainlyDiffer, showShape, showSize, type Shape } from '../src/facts/shape.js';
import type { AttributeValue } from '../src/ops/row.js';
import { crossedAxes, statisticOf } from '../src/rule/axes.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

const NORMALISATIONS = ['batchNorm', 'batchNorm2d', 'batchNorm3d', 'batchNorm4d'];
const LITERALS = ['tensor', ...[1, 2, 3, 4, 5, 6].map((rank) => `tensor${rank}d`)];

export default defineRule({
  name: 'wrong-value-broadcast',
  category: 'shape',
  claim: 'The shapes do not fit, nothing throws, and the values are read from the wrong places.',
  reason:
    'Three ops of TensorFlow.js do not check what they read. `matMul` of [2, 1, …] with [2, 3, …] counts its matrices modulo the shorter list: 1, 2, 1, 2, 1, 2 where 1, 1, 1, 2, 2, 2 is meant. `batchNorm` with statistics of another length than the last axis reads them round and round on the cpu, and throws on WebGL. `tensor2d` of rows that differ in length claims the shape that the first row gives, over as many numbers as there are.',
  remedy:
    'Tile the matrices to one batch shape, take the statistics over all axes but the last, and fill up the rows.',
  ops: ['matMul', ...NORMALISATIONS, ...LITERALS],
  check(site) {
    if (site.node.throws !== undefined) return undefined;
    if (site.node.op === 'matMul') return innerBatch(site);
    return NORMALISATIONS.includes(site.node.op) ? wrappedStatistics(site) : raggedRows(site);
  },
  examples: {
    hazardous: [
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
    ],
    safe: [
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
        title: 'rows of one length',
        code: `export const table = () => tf.tensor2d([[1, 2], [3, 4]]).mul(2);`,
      },
    ],
  },
});

const misfit = (text: string): Suspicion['danger'] => ({
  text,
  harm: 'shape',
  failures: ['wrong-value'],
  expansion: 'misread',
});

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
