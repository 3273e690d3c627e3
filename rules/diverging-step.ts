import { largestOn } from '../src/facts/backend.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { together } from '../src/rule/rewrite.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'diverging-step',
  category: 'numerical',
  claim:
    'Gradient descent takes steps that are too long for its inputs: the loss grows with each, until it is NaN.',
  reason:
    'The squared error of a linear model is a parabola, as steep as its inputs are large: a step longer than 2 / curvature lands farther from the minimum than it started. On the numbers 1 to 20 steps are stable up to a rate of 0.0069, and `sgd` takes 0.01 where nothing else is said. It is what people meet first when they replace four numbers of an example by their own.',
  remedy:
    'Normalise the inputs, `x.sub(mean).div(deviation)`, or take a smaller rate, or an optimizer that scales its steps, such as `tf.train.adam()`.',
  ops: ['optimizer.descent'],
  check(site) {
    const { rate, curvature, growth, taken, steps, momentum } = site.node.attributes as Readonly<
      Record<string, number | undefined>
    >;
    const longest = (2 * (1 + momentum!)) / curvature!;
    const after = Math.ceil((Math.log(largestOn(site.backend)) / Math.log(growth!)) * 0.5);
    const ends =
      taken === undefined || taken >= after
        ? `after some ${after} steps the loss is Infinity, then NaN`
        : `in the ${taken === 1 ? 'one step' : `${taken} steps`} taken here it grows ${rounded(growth! ** (2 * taken))}-fold`;
    return {
      message: `\`${site.text()}\` diverges: with the rate ${rate} each step multiplies the error by ${rounded(growth!)}, and ${ends}. On these inputs rates are stable below ${rounded(longest)}. Normalise the inputs, or take a smaller rate.`,
      danger: {
        text: `rate > ${rounded(longest)}`,
        harm: 'value',
        failures: ['overflow', 'nan', 'infinity'],
        implied: true,
      },
      manifest: steps !== undefined,
      fixes: smallerRate(site, longest),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a line through twenty points, with the rate of the four of an example',
        code: `export async function line() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ units: 1, inputShape: [1] }));\n  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });\n  const x = tf.linspace(1, 20, 20);\n  await model.fit(x, x.mul(2).sub(1), { epochs: 250 });\n  return model;\n}`,
      },
      {
        title: 'a polynomial of inputs beyond 1',
        code: `const x = tf.linspace(-3, 3, 31);\nconst [a, b, c] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];\nconst optimizer = tf.train.sgd(0.1);\nexport function train(y: tf.Tensor1D, steps: number) {\n  for (let step = 0; step < steps; step += 1)\n    optimizer.minimize(() => a.mul(x.square()).add(b.mul(x)).add(c).sub(y).square().mean() as tf.Scalar);\n}`,
      },
      {
        title: 'a sum of squares where the rate is that of a mean',
        code: `const x = tf.tensor2d([[0.2, 1], [0.9, 0.1], [0.4, 0.3], [0.6, 0.8], [0.1, 0.5], [0.7, 0.2]]);\nconst weights = tf.variable(tf.zeros([2, 1]));\nconst optimizer = tf.train.momentum(0.9, 0.5);\nexport const step = (y: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.matMul(x, weights).sub(y).square().sum() as tf.Scalar);`,
      },
    ],
    safe: [
      {
        title: 'the four numbers of the example',
        code: `export async function line() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ units: 1, inputShape: [1] }));\n  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });\n  await model.fit(tf.tensor2d([1, 2, 3, 4], [4, 1]), tf.tensor2d([1, 3, 5, 7], [4, 1]), { epochs: 250 });\n  return model;\n}`,
      },
      {
        title: 'an optimizer that scales its steps',
        code: `export async function line() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ units: 1, inputShape: [1] }));\n  model.compile({ loss: 'meanSquaredError', optimizer: 'adam' });\n  const x = tf.linspace(1, 20, 20);\n  await model.fit(x, x.mul(2).sub(1), { epochs: 250 });\n  return model;\n}`,
      },
      {
        title: 'inputs between -1 and 1',
        code: `const x = tf.linspace(-1, 1, 31);\nconst [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];\nconst optimizer = tf.train.sgd(0.5);\nexport const step = (y: tf.Tensor1D) =>\n  optimizer.minimize(() => a.mul(x).add(b).sub(y).square().mean() as tf.Scalar);`,
      },
      {
        title: 'inputs that are scaled first',
        code: `export async function line() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ units: 1, inputShape: [1] }));\n  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });\n  const x = tf.linspace(1, 20, 20).div(20);\n  await model.fit(x, x.mul(2).sub(1), { epochs: 250 });\n  return model;\n}`,
      },
    ],
  },
});

const rounded = (number: number): string => String(Number(number.toPrecision(2)));

/** Half of what is stable at most is where descent is quickest. */
function smallerRate(site: Site, longest: number): FixCandidate[] {
  const span = site.argument(site.node, 'rate');
  if (span === undefined) return [];
  const text = rounded(Number((longest / 2).toPrecision(1)));
  return [together(`Take the rate ${text}`, 'guard', [{ span, by: { kind: 'code', text } }])];
}
