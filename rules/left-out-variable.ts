import { declaredName } from '../src/program/declared-name.js';
import { slice, type Node } from '../src/program/node.js';
import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'left-out-variable',
  category: 'gradient',
  claim:
    'A loss depends on a variable that no list of variables to train has: it stays what it was at the start.',
  reason:
    '`minimize(loss, true, variables)` and `tf.variableGrads(loss, variables)` take gradients by what they are handed, and by nothing else. A variable that was added to the model and not to the list goes into every loss; its gradient is never computed, and nothing says so: the loss still goes down, by the others.',
  remedy:
    'Put it into the list, or hand over no list at all: then all trainable variables are trained. What is to stay as it is says so: `tf.variable(x, false)`.',
  ops: ['optimizer.leftOut'],
  check(site) {
    const variables = site.node.operands['variables'] as readonly Node[];
    const names = variables.map((variable) => `\`${declaredName(variable)}\``);
    const [they, stand] = names.length === 1 ? ['it', 'it stands'] : ['them', 'they stand'];
    const listed = new Intl.ListFormat('en').format(names);
    const twice = Number(site.node.attributes['twice'] ?? 0);
    return {
      message:
        twice > 0
          ? ofTwice(twice, variables.length)
          : `The loss depends on ${listed}, and no gradient is taken by ${they}: ${stand} in no list of variables, here or elsewhere in the file, and nothing is assigned to ${they}. What is not trained stays as it was made. Put ${they} into the list; or say that it is meant: \`tf.variable(x, false)\`.`,
      danger: {
        text: `the gradients leave out ${names.join(', ').replaceAll('`', '')}`,
        harm: 'gradient',
        failures: ['vanished-gradient'],
        leftOut: variables,
        whole: true,
      },
      // A projection that is drawn once, and stays, is a known method (Rahimi and Recht 2007, "Random features").
      manifest: twice > 0 || !variables.every(isDrawn),
      related: variables.map((node) => ({ node, message: 'is never trained' })),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a bias that was added later',
        code: `const w = tf.variable(tf.randomNormal([4, 1]));\nconst b = tf.variable(tf.zeros([1]));\nconst optimizer = tf.train.sgd(0.1);\nexport const step = (x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(w).add(b)) as tf.Scalar, false, [w]);`,
      },
      {
        title: 'the spread of a policy',
        code: `export class Policy {\n  private readonly w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 2]));\n  private readonly logStd = tf.variable(tf.fill([2], -0.5));\n  private readonly optimizer = tf.train.adam(1e-3);\n  loss(x: tf.Tensor2D, actions: tf.Tensor2D): tf.Scalar {\n    const std = this.logStd.clipByValue(-5, 2).exp();\n    const z = actions.sub(x.matMul(this.w)).div(std);\n    return z.square().mul(0.5).add(this.logStd).mean() as tf.Scalar;\n  }\n  train(x: tf.Tensor2D, actions: tf.Tensor2D) {\n    return this.optimizer.minimize(() => this.loss(x, actions), true, [this.w]);\n  }\n}`,
      },
      {
        title: 'a gain that is made where it is used',
        code: `export function fit(x: tf.Tensor1D, y: tf.Tensor1D, steps: number) {\n  const scale = tf.variable(tf.scalar(1));\n  const shift = tf.variable(tf.scalar(0));\n  const optimizer = tf.train.adam(0.1);\n  for (let i = 0; i < steps; i++)\n    optimizer.minimize(() => x.mul(scale).add(shift).sub(y).square().mean() as tf.Scalar, false, [scale]);\n  return [scale.arraySync(), shift.arraySync()];\n}`,
      },
      {
        title: 'the first of two critics, twice',
        code: `class Critic {\n  readonly w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\n  readonly b = tf.variable(tf.zeros<tf.Rank.R1>([1]));\n  value(x: tf.Tensor2D) {\n    return x.matMul(this.w).add(this.b);\n  }\n  get variables() {\n    return [this.w, this.b];\n  }\n}\nconst one = new Critic();\nconst other = new Critic();\nconst optimizer = tf.train.adam(1e-3);\nexport const fit = (x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(\n    () => one.value(x).sub(y).square().mean().add(other.value(x).sub(y).square().mean()) as tf.Scalar,\n    true,\n    [...one.variables, ...one.variables],\n  );`,
      },
      {
        title: 'gradients that are taken and applied',
        code: `const scale = tf.variable(tf.scalar(1));\nconst shift = tf.variable(tf.scalar(0));\nconst optimizer = tf.train.sgd(0.1);\nexport function step(x: tf.Tensor1D, y: tf.Tensor1D) {\n  const { value, grads } = tf.variableGrads(() => x.mul(scale).add(shift).sub(y).square().mean(), [scale]);\n  optimizer.applyGradients(grads);\n  return value;\n}`,
      },
    ],
    safe: [
      {
        title: 'all that there are',
        code: `const w = tf.variable(tf.randomNormal([4, 1]));\nconst b = tf.variable(tf.zeros([1]));\nconst optimizer = tf.train.sgd(0.1);\nexport const step = (x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(w).add(b)) as tf.Scalar, false, [w, b]);`,
      },
      {
        title: 'two players, each with a list of its own',
        code: `const g = tf.variable(tf.randomNormal([4, 4]));\nconst d = tf.variable(tf.randomNormal([4, 1]));\nconst optimizer = tf.train.adam(1e-3);\nconst score = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, d as unknown as tf.Tensor2D);\nconst fake = (z: tf.Tensor2D) => tf.tanh(tf.matMul(z, g as unknown as tf.Tensor2D));\nexport function round(z: tf.Tensor2D, real: tf.Tensor2D) {\n  optimizer.minimize(() => score(fake(z)).sub(score(real)).mean() as tf.Scalar, false, [d]);\n  optimizer.minimize(() => score(fake(z)).neg().mean() as tf.Scalar, false, [g]);\n}`,
      },
      {
        title: 'a mean that is assigned, not trained',
        code: `const w = tf.variable(tf.randomNormal([4, 1]));\nconst mean = tf.variable(tf.zeros([4]));\nconst optimizer = tf.train.sgd(0.1);\nexport function step(x: tf.Tensor2D, y: tf.Tensor2D) {\n  mean.assign(mean.mul(0.9).add(x.mean(0).mul(0.1)));\n  optimizer.minimize(() => tf.losses.meanSquaredError(y, x.sub(mean).matMul(w as unknown as tf.Tensor2D)) as tf.Scalar, false, [w]);\n}`,
      },
      {
        title: 'a scale that is not to be trained',
        code: `const w = tf.variable(tf.randomNormal([4, 1]));\nconst scale = tf.variable(tf.scalar(2), false);\nconst optimizer = tf.train.sgd(0.1);\nexport const step = (x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(w).mul(scale)) as tf.Scalar, false, [w]);`,
      },
    ],
  },
});

const ofTwice = (twice: number, missing: number): string =>
  `The list of variables has ${twice} of them twice, and leaves out ${missing} that the loss depends on: what is not trained stays as it was made. List those in the place of the second ones.`;

/** Whether its first values are draws. */
const isDrawn = (variable: Node): boolean =>
  slice(variable).some(({ op }) => /random|truncatedNormal/i.test(op));
