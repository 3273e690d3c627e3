import { isRawScore, isOp, producer } from '../src/rule/patterns.js';
import { whereGradient } from '../src/rule/danger.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'loss-activation',
  category: 'numerical',
  claim:
    'The loss and the last activation do not fit: probabilities are taken for logits, or scores for probabilities.',
  reason:
    'The cross entropies of the layers API take probabilities, and clip what they get to [1e-7, 1 - 1e-7]: of what a linear layer, a relu or a tanh gives, nothing outside learns. Over classes they divide it by its sum first, and a row of relus that are all 0 is 0 / 0. `tf.losses.softmaxCrossEntropy` and `tf.losses.sigmoidCrossEntropy` take logits, and have the activation built in: after one more the logits lie in [0, 1], the loss of ten classes stays above 1.46 however right the answer is, and the gradient of a wrong one fades with the first activation.',
  remedy:
    'One activation in all: `softmax` or `sigmoid` in the last layer before a loss that is named by a string, none before `tf.losses.softmaxCrossEntropy` and `tf.losses.sigmoidCrossEntropy`.',
  ops: [
    'metrics.categoricalCrossentropy',
    'metrics.binaryCrossentropy',
    'losses.softmaxCrossEntropy',
    'losses.sigmoidCrossEntropy',
  ],
  check(site) {
    if (site.gradient() === 'no') return undefined;
    return site.node.op.startsWith('losses.') ? activatedTwice(site) : neverActivated(site);
  },
  examples: {
    hazardous: [
      {
        title: 'classes by a relu',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'relu' })] });\n  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });\n  return model;\n}`,
      },
      {
        title: 'a yes or no by a linear layer',
        code: `export function build() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ inputShape: [4], units: 8, activation: 'relu' }));\n  model.add(tf.layers.dense({ units: 1 }));\n  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });\n  return model;\n}`,
      },
      {
        title: 'the number of a class by a linear layer',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 })] });\n  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });\n  return model;\n}`,
      },
      {
        title: 'a tanh for a yes or no',
        code: `const input = tf.input({ shape: [4] });\nconst output = tf.layers.dense({ units: 1, activation: 'tanh' }).apply(input) as tf.SymbolicTensor;\nexport const model = tf.model({ inputs: input, outputs: output });\nmodel.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });`,
      },
      {
        title: 'two softmaxes',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(labels, tf.softmax(logits));`,
      },
      {
        title: 'two sigmoids',
        code: `const weights = tf.variable(tf.ones([4, 1]));\nexport const step = (labels: tf.Tensor2D, x: tf.Tensor2D) =>\n  tf.train.sgd(0.1).minimize(() => tf.losses.sigmoidCrossEntropy(labels, tf.sigmoid(tf.matMul(x, weights))) as tf.Scalar);`,
      },
      {
        title: 'a loss for logits, compiled after a softmax',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'softmax' })] });\n  model.compile({ optimizer: 'adam', loss: tf.losses.softmaxCrossEntropy });\n  return model;\n}`,
      },
    ],
    safe: [
      {
        title: 'logits where they are asked for',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) => tf.losses.softmaxCrossEntropy(labels, logits);`,
      },
      {
        title: 'a linear layer with a loss that takes it as it is',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 })] });\n  model.compile({ optimizer: 'adam', loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z) as tf.Scalar });\n  return model;\n}`,
      },
      {
        title: 'a linear layer with a squared error',
        code: `export function build() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 1 })] });\n  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });\n  return model;\n}`,
      },
      {
        title: 'the probabilities of a teacher, as labels',
        code: `export const distil = (teacher: tf.Tensor2D, student: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(tf.softmax(teacher), student);`,
      },
      {
        title: 'logarithms of probabilities, which a softmax leaves as they are',
        code: `export const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) =>\n  tf.losses.softmaxCrossEntropy(labels, tf.logSoftmax(logits));`,
      },
    ],
  },
});

/** Scores for a loss that takes probabilities. */
function neverActivated(site: Site): Suspicion | undefined {
  const yPred = site.operand('yPred');
  const made = producer(yPred);
  if (yPred === undefined || made === undefined) return undefined;
  const isLinear = isRawScore(made) && !isOp(made, ...ACTIVATIONS);
  if (!isLinear && !isOp(made, ...ACTIVATIONS)) return undefined;
  const isOfClasses = isOp(site.node, 'metrics.categoricalCrossentropy');
  const { loss } = site.node.attributes;
  const name = String(loss ?? site.node.op.replace('metrics.', ''));
  const given = isLinear ? 'what a linear layer gives' : `the results of a ${made.op}`;
  const [activation, instead] = isOfClasses
    ? ['softmax', 'softmaxCrossEntropy']
    : ['sigmoid', 'sigmoidCrossEntropy'];
  const cure = `Give the last layer \`activation: '${activation}'\`, or none and the loss \`tf.losses.${instead}\`.`;
  const isNeverNegative = made.range.low >= 0;
  if (isOfClasses && isNeverNegative)
    return {
      message: `\`${name}\` takes probabilities, and gets ${given}: where a whole row is 0, it divides 0 by the sum 0, and the loss is NaN. ${cure}`,
      danger: {
        text: `a row of ${loss === undefined ? site.text(yPred) : 'the predictions'} is 0`,
        harm: 'value',
        failures: ['nan'],
        implied: loss !== undefined,
      },
      manifest: true,
      covers: [site.node],
    };
  return {
    message: `\`${name}\` takes probabilities, and gets ${given}: it clips them to [1e-7, 1 - 1e-7], and ${isNeverNegative ? 'above 1' : 'below 0 and above 1'} the gradient is exactly 0${whereGradient(site)}. ${cure}`,
    danger: {
      text: `${loss === undefined ? site.text(yPred) : 'a prediction'} ${isNeverNegative ? '> 1' : '< 0'}`,
      harm: 'gradient',
      region: { operand: 'yPred', low: isNeverNegative ? 1 : -1e4, high: isNeverNegative ? 1e4 : 0 },
      failures: ['vanished-gradient'],
      implied: loss !== undefined,
    },
    manifest: true,
    covers: [site.node],
  };
}

const ACTIVATIONS = ['relu', 'relu6', 'elu', 'selu', 'softplus', 'tanh'];

/** Probabilities for a loss that takes logits. */
function activatedTwice(site: Site): Suspicion | undefined {
  const logits = site.operand('logits');
  const made = producer(logits);
  if (logits === undefined || made === undefined) return undefined;
  const name = site.node.op;
  const isCompiled = site.node.attributes['loss'] !== undefined;
  const isOfClasses = isOp(site.node, 'losses.softmaxCrossEntropy');
  const own = isOfClasses ? 'softmax' : 'sigmoid';
  const bound = isOfClasses
    ? 'the loss of ten classes never falls below 1.46'
    : 'the loss never falls below 0.31 where the label is 1, and 0.69 where it is 0';
  if (isOp(made, 'softmax', 'sigmoid'))
    return {
      message: `\`tf.${name}\` takes logits, and gets the probabilities of a ${made.op}: a ${own} of a ${made.op} is nearly flat, ${bound}, and what is wrong with confidence is hardly learned${whereGradient(site)}. Leave the ${made.op} out${isCompiled ? ' of the last layer' : ''}.`,
      danger: {
        text: `${isCompiled ? 'the logits' : site.text(logits)} are probabilities`,
        harm: 'gradient',
        implied: isCompiled,
        region: { operand: isOp(made, 'softmax') ? 'logits' : 'x', low: 7, high: 1e4 },
        failures: ['vanished-gradient'],
        without: isOp(made, 'softmax') ? 'logits' : 'x',
      },
      at: made,
      manifest: true,
      covers: [site.node, made],
      related: isCompiled ? [] : [{ node: site.node, message: 'takes logits' }],
    };
  if (!isProbabilityOfModel(made)) return undefined;
  return {
    message: `\`tf.${name}\` takes logits, and gets what a last layer with a softmax or sigmoid gives: a ${own} of it is nearly flat, ${bound}, and what is wrong with confidence is hardly learned${whereGradient(site)}. Leave the activation of the last layer out.`,
    danger: {
      text: `${site.text(logits)} are probabilities`,
      harm: 'gradient',
      failures: ['vanished-gradient'],
      // By the probabilities themselves it does not fade.
      unshown: 'the gradient fades by the scores, which are inside of the model',
    },
    manifest: true,
    covers: [site.node],
  };
}

/** What a model gives whose last activation ends at 0 and 1. */
const isProbabilityOfModel = ({ op, range }: Node): boolean =>
  op === 'input' &&
  !range.integer &&
  range.low === 0 &&
  range.high === 1 &&
  range.lowBy === 'attained' &&
  range.highBy === 'attained';
