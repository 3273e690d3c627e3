import { isClaimed, normaliseAxis, showShape } from '../src/facts/shape.js';
import { isLayerResult } from '../src/program/layers/model-results.js';
import { slice } from '../src/program/node.js';
import { originOfColumn } from '../src/rule/origin.js';
import { defineRule } from '../src/rule/rule.js';
import { shorten, type Site } from '../src/rule/site.js';

export default defineRule({
  name: 'axis-of-one',
  category: 'shape',
  claim:
    'A softmax, an argMax, a topk or a cross entropy over classes runs along an axis of size 1: its result says nothing.',
  reason:
    'A softmax of one number is 1, the best of one is number 0, and the cross entropy of one class is 0, whatever the data are. Nothing throws: the attention is a plain sum, the accuracy perfect, and the loss does not move.',
  remedy:
    'One number a sample wants a sigmoid, a threshold and a binary cross entropy; scores of steps [batch, time, 1] lose their last axis first.',
  ops: [
    'softmax',
    'logSoftmax',
    'argMax',
    'argMin',
    'topk',
    'losses.softmaxCrossEntropy',
    'metrics.categoricalCrossentropy',
  ],
  check(site) {
    const compares = COMPARES[site.node.op]!;
    const x = site.operand(compares.operand);
    if (x?.shape === undefined || site.node.throws !== undefined) return undefined;
    const axis = normaliseAxis(axisOf(site), x.shape.length);
    const along = axis === undefined ? undefined : x.shape[axis];
    if (axis === undefined || along?.size !== 1) return undefined;
    // Who asks a model for the best of one number has another one than the file makes.
    if (isClaimed(x.shape) && slice(x).some(isLayerResult)) return undefined;
    const { implied } = site.node.attributes;
    const origin = originOfColumn(x, axis);
    const isColumn = axis === x.shape.length - 1;
    const whence =
      implied !== undefined || origin.words === '' || !isColumn
        ? ''
        : ` \`${shorten(site.textAt(origin.node.span))}\` ${origin.words}.`;
    const what = typeof implied === 'string' ? implied : 'the axis that it looks along';
    return {
      message: `\`${site.text()}\` is ${compares.always}, whatever the data are: ${what} has size 1 in ${showShape(x.shape)}.${whence} ${compares.instead}${implied === undefined && x.shape.length > 1 ? compares.anotherAxis(axis) : ''}`,
      danger: {
        text: `axis ${axis} of ${showShape(x.shape)} has size 1`,
        harm: 'shape',
        failures: ['wrong-value'],
        expansion: 'of-one',
        implied: implied !== undefined,
      },
      manifest: true,
      related:
        origin.node === x && implied !== undefined
          ? []
          : [{ node: origin.node, message: `${showShape(x.shape)} comes from here` }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'weights of the steps of a sequence',
        code: `export function pool(x: tf.Tensor3D, w: tf.Tensor2D) {\n  const [batch, steps, features] = x.shape;\n  const scores = tf.matMul(x.reshape([batch * steps, features]), tf.ones([features, 1])).reshape([batch, steps, 1]);\n  return x.mul(tf.softmax(scores)).sum(1).matMul(w);\n}`,
      },
      {
        title: 'the class of a model of one unit',
        code: `const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], activation: 'sigmoid' })] });\nexport const classes = (x: tf.Tensor2D) => (model.apply(x.reshape([-1, 4])) as tf.Tensor2D).argMax(-1);`,
      },
      {
        title: 'a last layer of one unit, with a softmax',
        code: `export const model = () => tf.layers.dense({ units: 1, inputShape: [4], activation: 'softmax' });`,
      },
      {
        title: 'the best items of scores that are a column',
        code: `export const best = (items: tf.Tensor2D, user: tf.Tensor2D, k: number) =>\n  tf.topk(tf.matMul(items, user.slice([0, 0], [1, -1]), false, true), k).indices;`,
      },
      {
        title: 'a cross entropy over the classes of one unit',
        code: `export function compiled() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], activation: 'sigmoid' })] });\n  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });\n  return model;\n}`,
      },
    ],
    safe: [
      {
        title: 'the scores without their last axis',
        code: `export function pool(x: tf.Tensor3D, w: tf.Tensor2D) {\n  const [batch, steps, features] = x.shape;\n  const scores = tf.matMul(x.reshape([batch * steps, features]), tf.ones([features, 1])).reshape([batch, steps]);\n  return x.mul(tf.softmax(scores).expandDims(2)).sum(1).matMul(w);\n}`,
      },
      {
        title: 'the best items of scores that are a row',
        code: `export const best = (items: tf.Tensor2D, user: tf.Tensor2D, k: number) =>\n  tf.topk(tf.matMul(user.slice([0, 0], [1, -1]), items, false, true), k).indices;`,
      },
      {
        title: 'a batch of one',
        code: `export const classes = (x: tf.Tensor1D) => tf.softmax(x.expandDims(0)).argMax(-1);`,
      },
      {
        title: 'one unit with a sigmoid',
        code: `export const model = () => tf.layers.dense({ units: 1, inputShape: [4], activation: 'sigmoid' });`,
      },
    ],
  },
});

interface Comparison {
  /** The operand whose axis it looks along. */
  readonly operand: string;
  /** What it gives of one. */
  readonly always: string;
  readonly instead: string;
  /** What to do where the axis of 1 was not the one that is meant. */
  readonly anotherAxis: (axis: number) => string;
}

const SCORES: Comparison = {
  operand: 'logits',
  always: '1 everywhere',
  instead: 'One number wants a sigmoid.',
  // A softmax takes no other axis than the last.
  anotherAxis: (axis) => ` If the axis before it is meant, drop this one first: \`.squeeze([${axis}])\`.`,
};

const BEST: Comparison = {
  operand: 'x',
  always: '0 everywhere',
  instead: 'A class of one number is told by a threshold.',
  anotherAxis: () => ' If another axis is meant, name that one.',
};

const TOP: Comparison = {
  operand: 'x',
  always: 'each number itself, at place 0',
  instead: 'The largest of one number is that one, and it throws where `k` is more than 1.',
  // It takes the last axis, and no other.
  anotherAxis: (axis) => ` If the axis before it is meant, drop this one first: \`.squeeze([${axis}])\`.`,
};

const LOSS: Comparison = {
  operand: 'yPred',
  always: '0',
  instead: 'One number a sample wants a binary cross entropy.',
  anotherAxis: () => '',
};

const COMPARES: Readonly<Record<string, Comparison>> = {
  softmax: SCORES,
  logSoftmax: { ...SCORES, always: '0 everywhere' },
  argMax: BEST,
  argMin: BEST,
  topk: TOP,
  'losses.softmaxCrossEntropy': { ...LOSS, operand: 'logits' },
  'metrics.categoricalCrossentropy': LOSS,
};

/** Where the row knows no axis, it is the last. */
function axisOf({ node }: Site): number {
  const { axis, dim } = node.attributes;
  return [axis, dim].find((given) => typeof given === 'number') ?? -1;
}
