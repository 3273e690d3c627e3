import { carries, dependsOn, takenBy } from '../src/program/gradient.js';
import type { Node } from '../src/program/node.js';
import { allOps, opNamed } from '../src/ops/table.js';
import { operandsNamed } from '../src/rule/library-gradient.js';
import { constantOf } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

/** Ops that make a tensor of JavaScript numbers: what these were computed from is forgotten. */
const FROM_VALUES: ReadonlySet<string> = new Set([
  'scalar',
  'tensor',
  'tensor1d',
  'tensor2d',
  'tensor3d',
  'tensor4d',
]);

export default defineRule({
  name: 'detached-gradient',
  category: 'gradient',
  claim: 'The loss is cut off from what it is meant to train: every gradient is 0, or TensorFlow.js throws.',
  reason:
    'argMax, oneHot, floor, ceil, round, sign and step are flat: their gradient is 0 everywhere. Numbers that were read with dataSync or arraySync and made into a tensor again have no history at all. A loss that depends on its parameters through these alone goes down only by chance: the optimizer steps by 0, or throws that it finds no connection.',
  remedy:
    'Compute the loss from the values before they are made whole: probabilities and not the chosen class, `softmax` and not `argMax`, tensors and not the numbers in them. Where the step is meant, give it a surrogate gradient with `tf.customGrad`.',
  ops: [...allOps.filter(({ gradient }) => gradient === 'zero').map(({ name }) => name), ...FROM_VALUES],
  check(site) {
    const { gradient, op } = site.node;
    if (gradient === undefined || gradient.losses.length === 0) return undefined;
    const isCut = FROM_VALUES.has(op) ? isReadBack(site) : isFlattened(site);
    if (!isCut) return undefined;
    const why = FROM_VALUES.has(op)
      ? 'it is made of numbers that were read out of tensors, which have no history'
      : `the gradient of \`tf.${op}\` is 0 everywhere`;
    return {
      message: `The loss depends on what it trains through \`${site.text()}\` alone, and ${why}: nothing is trained. Compute the loss from the values before this, or give the step a surrogate gradient with \`tf.customGrad\`.`,
      danger: { text: 'the gradient', harm: 'gradient', failures: ['vanished-gradient', 'throws'] },
      manifest: true,
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the error rate as a loss',
        code: `export function train(x: tf.Tensor2D, y: tf.Tensor1D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const chosen = x.matMul(w).argMax(1).toFloat();\n    return chosen.sub(y).square().mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'weights that are rounded',
        code: `export const step = (w: tf.Tensor2D, x: tf.Tensor2D) =>\n  tf.grad((weights: tf.Tensor) => x.mul(tf.round(weights.mul(7)).div(7)).sum())(w);`,
      },
      {
        title: 'a loss that is put together from numbers',
        code: `export function train(x: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 1]));\n  tf.train.sgd(0.1).minimize(() => {\n    const energy = x.matMul(w).square().mean().dataSync()[0]!;\n    return tf.scalar(energy * 2) as tf.Scalar;\n  });\n}`,
      },
    ],
    safe: [
      {
        title: 'a straight-through estimator',
        code: `export const step = (w: tf.Tensor2D) =>\n  tf.grad((x: tf.Tensor) => x.add(tf.round(x).sub(x)).square().sum())(w);`,
      },
      {
        title: 'the chosen class only picks what is trained',
        code: `export function train(x: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const logits = x.matMul(w);\n    const chosen = tf.oneHot(logits.argMax(1).toInt(), 3).toFloat();\n    return chosen.mul(logits).sum() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'accuracy that nothing differentiates',
        code: `export const right = (logits: tf.Tensor2D, labels: tf.Tensor1D) => logits.argMax(1).toFloat().sub(labels).abs().mean();`,
      },
    ],
  },
});

/** Everything that the loss takes of what is trained goes through flat ops, of which this is one. */
function isFlattened(site: Site): boolean {
  const row = opNamed(site.node.op);
  const { gradient } = site.node;
  if (row === undefined || gradient === undefined) return false;
  const operands = row.parameters.flatMap(({ name }) => operandsNamed(site, name));
  return (
    operands.some(
      (operand) => site.differentiates(operand) === 'yes' && carries(gradient, operand) === 'yes',
    ) && gradient.losses.every((loss) => carries(gradient, loss) === 'no')
  );
}

/** Nothing that is trained is left in the loss, and it goes on with numbers that are not known. */
function isReadBack(site: Site): boolean {
  const { gradient, operands, attributes } = site.node;
  if (gradient === undefined || gradient.by === 'inputs') return false;
  // Of a loss by its name that is made of numbers, only what is predicted says that there was something to train.
  if (site.node.differentiated === 'result' && takenBy(gradient).length === 0) return false;
  const value = operands['value'] as Node | undefined;
  const fromNumbers = value === undefined ? isUnread(attributes['values']) : isComputed(value);
  return (
    fromNumbers && site.leadsToLoss() && gradient.losses.every((loss) => dependsOn(gradient, loss) === 'no')
  );
}

const isUnread = (values: unknown): boolean =>
  typeof values === 'object' && values !== null && 'unknown' in values;

const isComputed = (value: Node): boolean => value.op !== 'input' && constantOf(value) === undefined;
