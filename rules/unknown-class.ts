import { showShape } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { arithmeticChain, isOp } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'unknown-class',
  category: 'shape',
  claim:
    'The number of a class is as large as the number of classes, or larger: its row of zeros has no one.',
  reason:
    'Classes are counted from 0: five of them are 0 to 4. Nothing throws where the data count from 1, or hold a class more than the model: `tf.oneHot` makes a row of zeros of it, and so does `sparseCategoricalCrossentropy`. The loss of such a sample is 0, and nothing is learned of its class.',
  remedy: 'Count classes from 0, `labels.sub(1)`, or make room for one more.',
  ops: ['oneHot'],
  check(site) {
    const indices = site.operand('indices');
    const { depth, implied } = site.node.attributes;
    if (indices === undefined || typeof depth !== 'number' || site.node.throws !== undefined)
      return undefined;
    const { high, highBy, integer } = indices.range;
    const isMet = highBy === 'attained' || highBy === 'declared';
    if (!integer || high < depth || !Number.isFinite(high) || !isMet || !isCounted(indices)) return undefined;
    const what =
      typeof implied === 'string'
        ? `\`${implied}\` is given class ${high}, of a model that gives ${depth}`
        : `\`${site.text()}\` is given class ${high}, of ${depth}`;
    return {
      message: `${what}: they are 0 to ${depth - 1}, and the row of ${high} is all zeros. Its loss is 0, and nothing is learned of it. Count classes from 0, or make room for ${high + 1}.`,
      danger: {
        text: `${implied === undefined ? site.text(indices) : 'a label'} >= ${depth}`,
        harm: 'shape',
        failures: ['wrong-value'],
        expansion: 'misread',
        implied: implied !== undefined,
      },
      manifest: true,
      related:
        implied === undefined
          ? [{ node: indices, message: `up to ${high}, in ${showShape(indices.shape)}` }]
          : [],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'labels that count from 1',
        code: `const topics = tf.tensor1d([1, 2, 3, 3, 1], 'int32');\nexport const targets = () => tf.oneHot(topics, 3);`,
      },
      {
        title: 'a class more than the model gives',
        code: `export async function train(x: tf.Tensor2D) {\n  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'softmax' })] });\n  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });\n  await model.fit(x, tf.tensor2d([[0], [3], [1]]));\n}`,
      },
    ],
    safe: [
      {
        title: 'labels that count from 0',
        code: `const topics = tf.tensor1d([0, 1, 2, 2, 0], 'int32');\nexport const targets = () => tf.oneHot(topics, 3);`,
      },
      {
        title: 'labels that go round',
        code: `const labels = Array.from({ length: 40 }, (_, i) => i % 3);\nexport const targets = () => tf.oneHot(tf.tensor1d(labels, 'int32'), 3);`,
      },
      {
        title: 'labels that nothing is known of',
        code: `export const targets = (labels: tf.Tensor1D, classes: number) => tf.oneHot(labels.toInt(), classes);`,
      },
      {
        title: 'a label of -1, for what is to have no class',
        code: `export const targets = () => tf.oneHot(tf.tensor1d([0, -1, 2], 'int32'), 3);`,
      },
      {
        title: 'classes that are drawn, of numbers below 1',
        code: `export const targets = () => tf.oneHot(tf.randomUniform([8]).mul(3).floor().toInt(), 3);`,
      },
    ],
  },
});

/** Whole from the start: what was cut to whole numbers reaches its last one at a single end, which hardly any value has. */
const isCounted = (indices: Node): boolean =>
  arithmeticChain(indices, MOST_STEPS).every(
    (node) => node.range.integer && !isOp(node, 'floor', 'ceil', 'round'),
  );

/** Steps between where classes are read in and where they are taken apart. */
const MOST_STEPS = 8;
