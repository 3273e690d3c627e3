import { isClaimed, isSymbolic, namesOf, showShape, showSize, type Shape } from '../src/facts/shape.js';
import { showAnyShape, type OpenShape } from '../src/facts/open-shape.js';
import type { Node } from '../src/program/node.js';
import { isLayerResult } from '../src/program/layers/model-results.js';
import { placeOf } from '../src/source/span.js';
import { formOf, openShapeOf } from '../src/program/shapes/open-shape.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { alignedOperands } from '../src/rule/axes.js';
import { isOp, operandOf, producer } from '../src/rule/patterns.js';
import { inWords, Rewriter, together } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'squeeze-batch',
  category: 'shape',
  claim: '`squeeze()` without an axis takes the batch along where the batch is a single sample.',
  reason:
    '`squeeze()` drops every axis of size 1. Of [batch, features, 1] it makes [batch, features], and [features] of the one batch that holds a single sample: the last one of an epoch, or the first one in production. What follows throws, or broadcasts.',
  remedy: 'Name the axis: `.squeeze([2])`.',
  ops: ['squeeze'],
  check(site) {
    const { axis } = site.node.attributes;
    const isNamed = axis !== undefined && axis !== null && !(Array.isArray(axis) && axis.length === 0);
    const shape = site.operand('x')?.shape;
    const [batch, ...others] = shape ?? [];
    if (!isNamed && shape === undefined)
      return ofAnyRank(site) ?? beforeSecondAxis(site) ?? behindListOfSamples(site);
    if (isNamed || shape === undefined || batch === undefined) return undefined;
    const chosen = ofChosen(site, shape);
    if (chosen !== undefined) return chosen;
    const claimed = isClaimed(shape);
    // The rows of what only a type calls a matrix are as well the boxes that a model looks at: always as many.
    if (claimed && shape.length < 3) return behindListOfSamples(site);
    if (!isSymbolic(batch.size))
      return behindOnes(site, shape) ?? (claimed ? undefined : ofOneCall(site, shape));
    const axes = shape.flatMap(({ size }, index) => (size === 1 ? [index] : []));
    if (axes.length === 0) return undefined;
    const single = others.filter(({ size }) => size !== 1);
    return {
      message: `\`${site.text()}\` drops every axis of size 1: of ${showShape(shape)} it makes ${showShape(site.node.shape)}, but ${showShape(single)} of a batch of one. Name the axis: \`squeeze([${axes.join(', ')}])\`.`,
      danger: {
        text: `the first axis of ${showShape(shape)} is 1`,
        harm: 'shape',
        failures: ['wrong-shape'],
      },
      // One value a sample, or a channel, shows that the first axis is a batch; else it may be a height, which is never 1.
      manifest:
        !claimed && (axes.some((index) => shape[index]!.one === 'structural') || isPooled(shape, axes)),
      fixes: named(site, axes),
      related: [{ node: site.operand('x')!, message: `${showShape(shape)} comes from here` }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the scores of a list of samples, read as a list',
        code: `export async function scores(model: tf.LayersModel, samples: number[][]) {\n  const given = tf.stack(samples.map((sample) => tf.tensor1d(sample)));\n  const values = (await (model.predict(given) as tf.Tensor).squeeze().array()) as number[];\n  return values.map((value) => value > 0.5);\n}`,
      },
      {
        title: 'the values of a critic',
        code: `export const values = (states: tf.Tensor2D) => tf.matMul(states, tf.ones([4, 1])).squeeze();`,
      },
      {
        title: 'the values of a critic, for states of any rank',
        code: `export const values = (states: tf.Tensor) => tf.matMul(states, tf.ones([4, 1])).squeeze();`,
      },
      {
        title: 'the classes of a model that is handed in, of one picture',
        code: `export function classes(model: tf.LayersModel, pictures: number[][]) {\n  const scores = (model.predict(tf.tensor2d(pictures)) as tf.Tensor).squeeze();\n  return scores.argMax(1).arraySync();\n}`,
      },
      {
        title: 'pictures after pooling, of which one is compared with several',
        code: `const embed = (pictures: tf.Tensor4D) => tf.conv2d(pictures, tf.ones([3, 3, 3, 8]) as tf.Tensor4D, 2, 'same').mean([1, 2], true).squeeze();\nexport const compare = () => tf.dot(embed(tf.ones([5, 8, 8, 3])), embed(tf.ones([1, 8, 8, 3])));`,
      },
      {
        title: 'the layer of one unit',
        code: `const critic = tf.layers.dense({ units: 1 });\nexport const values = (states: tf.Tensor2D) => tf.squeeze(critic.apply(states.reshape([-1, 4])) as tf.Tensor);`,
      },
      {
        title: 'the scores of a model that a method makes',
        code: `export class Scorer {\n  private model: tf.LayersModel | null = null;\n  build() {\n    this.model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });\n  }\n  score(rows: number[][]) {\n    return (this.model!.predict(tf.tensor2d(rows)) as tf.Tensor).squeeze();\n  }\n}`,
      },
      {
        title: 'the boxes that are left of many',
        code: `export async function detect(boxes: tf.Tensor2D, scores: tf.Tensor1D) {\n  const kept = await tf.image.nonMaxSuppressionAsync(boxes, scores, 20, 0.5, 0.3);\n  return tf.gather(boxes, kept).squeeze();\n}`,
      },
      {
        title: 'the places where a mask holds, of which there may be one',
        code: `export async function chosen(x: tf.Tensor2D, mask: tf.Tensor1D) {\n  const places = (await tf.whereAsync(mask)).squeeze();\n  return tf.gather(x, places as tf.Tensor1D);\n}`,
      },
    ],
    safe: [
      {
        title: 'the same, of which the numbers are read one behind the other',
        code: `export function scores(model: tf.LayersModel, samples: number[][]) {\n  const given = tf.stack(samples.map((sample) => tf.tensor1d(sample)));\n  return Array.from((model.predict(given) as tf.Tensor).squeeze().dataSync());\n}`,
      },
      {
        title: 'one example, which is known to be one',
        code: `export class Scorer {\n  private model!: tf.LayersModel;\n  build() {\n    this.model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });\n  }\n  score(example: number[]) {\n    return (this.model.predict(tf.tensor2d([example])) as tf.Tensor).squeeze();\n  }\n}`,
      },
      {
        title: 'the axis is named',
        code: `export const values = (states: tf.Tensor2D) => tf.matMul(states, tf.ones([4, 1])).squeeze([1]);`,
      },
      {
        title: 'one picture, made a batch and back',
        code: `export const enlarge = (image: tf.Tensor3D) => image.expandDims(0).relu().squeeze();`,
      },
      {
        title: 'a batch of known size',
        code: `export const values = (x: tf.Tensor2D) => x.reshape([6, 1]).squeeze();`,
      },
      {
        title: 'the height of a picture',
        code: `export const mask = (picture: tf.Tensor3D) => picture.max(2, true).squeeze();`,
      },
      {
        title: 'nothing that is certain to go',
        code: `export const flat = (x: tf.Tensor3D) => x.squeeze();`,
      },
    ],
  },
});

/** What pooling leaves of pictures: [batch, 1, 1, channels]. */
const isPooled = (shape: Shape, axes: readonly number[]): boolean =>
  shape.length === 4 && axes.join() === '1,2';

/** `hidden` of [1, B, D]: the batch, by its name, stands behind what is to go. */
function behindOnes(site: Site, shape: Shape): Suspicion | undefined {
  const at = shape.findIndex(({ size }) => size !== 1);
  const batch = shape[at]?.size;
  if (at < 1 || batch === undefined || !namesOf(batch).some((name) => BATCH.test(name))) return undefined;
  const axes = shape.flatMap(({ size }, index) => (size === 1 ? [index] : []));
  const single = shape.filter(({ size }, index) => size !== 1 && index !== at);
  if (single.length === 0) return undefined;
  return {
    message: `\`${site.text()}\` drops every axis of size 1: of ${showShape(shape)} it makes ${showShape(site.node.shape)}, but ${showShape(single)} where ${showSize(batch)} is 1. Name the axis: \`squeeze([${axes.join(', ')}])\`.`,
    danger: { text: `${showSize(batch)} is 1`, harm: 'shape', failures: ['wrong-shape'] },
    manifest: true,
    fixes: named(site, axes),
    related: [{ node: site.operand('x')!, message: `${showShape(shape)} comes from here` }],
  };
}

/** What was chosen among many, `tf.gather(boxes, kept)`: the one axis that may be 1 is that of how many there are. */
function ofChosen(site: Site, shape: Shape): Suspicion | undefined {
  const x = site.operand('x');
  const chosen = isOp(x, 'gather') && x.attributes['axis'] === 0 ? producer(operandOf(x, 'indices')) : x;
  if (chosen === undefined || !CHOOSING.has(chosen.op) || shape.length < 2) return undefined;
  if (shape.some(({ size }) => size === 1) || chosen.attributes['maxOutputSize'] === 1) return undefined;
  return {
    message: `\`${site.text()}\` drops every axis of size 1, of which ${showShape(shape)} has none, unless a single one is left: then it makes ${showShape(shape.slice(1))}. Leave it out.`,
    danger: { text: 'a single one is left', harm: 'shape', failures: ['wrong-shape'] },
    manifest: true,
    related: [{ node: chosen, message: 'how many are left is decided here' }],
  };
}

const CHOOSING: ReadonlySet<string> = new Set([
  'image.nonMaxSuppression',
  'image.nonMaxSuppressionAsync',
  'image.nonMaxSuppressionWithScore',
  'image.nonMaxSuppressionWithScoreAsync',
  'booleanMaskAsync',
  'whereAsync',
]);

const BATCH = /^(?:B|N|[bB]atch(?:_?[sS]ize)?|BATCH(?:_SIZE)?)$/;

/** A batch of one in this call, where another call of the same function has more. */
function ofOneCall(site: Site, shape: Shape): Suspicion | undefined {
  const larger = site.nodes.find(({ op, span, operands }) => {
    const other = (operands['x'] as Node | undefined)?.shape;
    const isSameSite = op === 'squeeze' && placeOf(span) === placeOf(site.node.span);
    return isSameSite && other?.length === shape.length && other[0]!.size !== 1;
  });
  if (shape[0]!.size !== 1 || shape.length < 2 || larger === undefined) return undefined;
  const others = (larger.operands['x'] as Node).shape!;
  const axes = others.flatMap(({ size }, index) => (size === 1 ? [index] : []));
  return {
    message: `\`${site.text()}\` drops every axis of size 1: of ${showShape(others)} it makes ${showShape(larger.shape)}, but of the batch of one, ${showShape(shape)}, it makes ${showShape(site.node.shape)}. Name the axis: \`squeeze([${axes.join(', ')}])\`.`,
    danger: {
      text: `the first axis of ${showShape(shape)} is 1`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'drops-first',
    },
    manifest: true,
    fixes: named(site, axes),
    related: [{ node: site.operand('x')!, message: `${showShape(shape)} comes from here` }],
  };
}

/** One value a sample, or what was cut out of each, of as many axes as a parameter has: the first of them is a batch too. */
function ofAnyRank(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const form = x === undefined ? undefined : openShapeOf(x);
  if (x === undefined || form === undefined) return undefined;
  const cut = axesCutOut(form);
  const axes = cut.length > 0 ? cut : isOneEach(form) ? [-1] : [];
  if (axes.length === 0) return undefined;
  const [from, to] = [showAnyShape(form), showAnyShape(formOf(site.node))];
  return {
    message: `\`${site.text()}\` drops every axis of size 1: of ${from} it makes ${to}, but without its first axis where that is a batch of one. Name the axis: \`squeeze([${axes.join(', ')}])\`.`,
    danger: { text: `the first axis of ${from} is 1`, harm: 'shape', failures: ['wrong-shape'] },
    manifest: cut.length === 0,
    fixes: named(site, axes),
    related: [{ node: x, message: `${from} comes from here` }],
  };
}

const isOneEach = ({ back, least }: OpenShape): boolean =>
  least >= 2 && back.length === 1 && back[0]!.size === 1 && back[0]!.one === 'structural';

/** `model.predict(x).squeeze().argMax(1)`: of what a model gives for one sample, of whichever shape, there is no second axis left. */
function beforeSecondAxis(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const given = operandOf(x, 'from')?.shape?.[0]?.size;
  // Of so many samples as are written down it is known whether they are one.
  if (x === undefined || !isLayerResult(x) || typeof given === 'number') return undefined;
  const user = site.users().find(({ attributes }) => attributes['axis'] === 1);
  if (user === undefined) return undefined;
  return {
    message: `\`${site.text()}\` drops the batch of what \`${site.text(x)}\` gives where it is a single sample, and \`${site.text(user)}\` has no axis 1 then. Leave it out, or name the axis that is to go.`,
    danger: { text: 'the batch is one sample', harm: 'shape', failures: ['wrong-shape'] },
    manifest: true,
    related: [{ node: user, message: 'reads the second axis' }],
  };
}

/**
 * `model.predict(tf.stack(crops)).squeeze()`, which is read as a list: of a list of samples, as long as callers make it, one alone
 * gives no list of one.
 */
function behindListOfSamples(site: Site): Suspicion | undefined {
  const given = behind(site.operand('x'), isLayerResult);
  const samples = behind(operandOf(given, 'from'), (made) => MADE_OF_LISTS.has(made.op));
  const batch = samples?.shape?.[0]?.size;
  if (given === undefined || batch === undefined || !isSymbolic(batch) || !isReadAsList(site))
    return undefined;
  const [text, made] = [site.text(given), site.text(samples)];
  return {
    message: `\`${site.text()}\` drops the batch of what \`${text}\` gives where \`${made}\` is of a single sample: \`array\` gives what stands for it then, and no list of one. Leave it out, or name the axis that is to go.`,
    danger: { text: 'the batch is one sample', harm: 'shape', failures: ['wrong-shape'] },
    manifest: true,
    related: [{ node: samples!, message: 'as many samples as there are' }],
  };
}

const MADE_OF_LISTS: ReadonlySet<string> = new Set(['stack', 'tensor2d', 'tensor3d', 'tensor4d']);

/** What was computed on element by element since. */
function behind(node: Node | undefined, isIt: (made: Node) => boolean, depth = 0): Node | undefined {
  const made = producer(node);
  if (made === undefined || isIt(made)) return made;
  const [first] = alignedOperands(made);
  return depth < FEW_OPS && first !== undefined ? behind(first, isIt, depth + 1) : undefined;
}

const FEW_OPS = 6;

/** Numbers that `dataSync` reads lie one behind the other, whatever the shape is. */
function isReadAsList(site: Site): boolean {
  const text = site.textAt(site.unit.unit.span);
  return /\.array(?:Sync)?\(\)/.test(text) && !/\.data(?:Sync)?\(\)/.test(text);
}

/** Axes behind the first one of which the code takes a single place. */
function axesCutOut({ front }: OpenShape): readonly number[] {
  if (front[0] === undefined || !isSymbolic(front[0].size)) return [];
  return front.flatMap(({ size, one }, axis) => (size === 1 && one === 'sliced' ? [axis] : []));
}

function named(site: Site, axes: readonly number[]): FixCandidate[] {
  const write = new Rewriter(site);
  const x = write.argument(site.node, 'x');
  if (x === undefined) return [];
  const by = write.op('squeeze', x, `[${axes.join(', ')}]`);
  return [together(`Name the axis: \`${inWords(by)}\``, 'shape', [{ span: site.node.span, by }])];
}
