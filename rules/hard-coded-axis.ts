import { isOpen } from '../src/facts/open-shape.js';
import { flowsInto, slice, type Node } from '../src/program/node.js';
import { formOfAnything } from '../src/program/shapes/open-shape.js';
import { isAlongLast } from '../src/rule/axes.js';
import { BROADCASTING } from '../src/rule/broadcast.js';
import { operandOf } from '../src/rule/patterns.js';
import { isToldInProse } from '../src/rule/prose.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'hard-coded-axis',
  category: 'shape',
  severity: 'info',
  claim:
    'What lies along the last axis of a tensor of any rank is counted along an axis that is written as a number.',
  reason:
    'The classes of [batch, classes] are counted by `labels.shape[1]`; of [batch, time, classes] that is the number of steps. Nothing throws: labels are smoothed by the wrong share, a mean is off by a factor.',
  remedy: 'Count from the end: `x.shape[x.rank - 1]`; or take a `Tensor2D`.',
  ops: Object.keys(BROADCASTING),
  check(site) {
    const count = countBeside(site);
    if (count === undefined) return undefined;
    const along = site.nodes.find((node) => isAlongLast(node) && flowsInto(site.node, node));
    if (along === undefined) return undefined;
    const axis = Number(count.attributes['axis']);
    const name = site.text(operandOf(count, 'x')!);
    return {
      at: count,
      message: `\`${site.text(count)}\` counts along axis ${axis}, and \`${site.text(along)}\` goes along the last one: where \`${name}\` has more than ${axis + 1} axes it is another number, and nothing throws. Count from the end: \`${name}.shape[${name}.rank - 1]\`.`,
      danger: {
        text: `${name} has more than ${axis + 1} axes`,
        harm: 'shape',
        failures: ['wrong-value'],
        expansion: 'batched',
        // That the count is another one shows in the function alone.
        whole: true,
      },
      manifest: true,
      related: [{ node: along, message: 'goes along the last axis' }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'labels smoothed by the number of classes',
        code: `export function loss(labels: tf.Tensor, logits: tf.Tensor) {\n  const classes = labels.shape[1];\n  const smooth = labels.mul(0.9).add(0.1 / classes);\n  return smooth.mul(tf.logSoftmax(logits)).sum(-1).neg().mean();\n}`,
      },
      {
        title: 'for those who ask for it',
        code: `export function loss(labels: tf.Tensor, logits: tf.Tensor, smoothing = 0) {\n  if (smoothing > 0) {\n    const classes = tf.scalar(labels.shape[1]);\n    labels = tf.add(tf.mul(labels, 1 - smoothing), tf.div(tf.scalar(smoothing), classes));\n  }\n  return labels.mul(tf.logSoftmax(logits)).sum(labels.rank - 1).neg().mean();\n}`,
      },
    ],
    safe: [
      {
        title: 'counted from the end',
        code: `export function loss(labels: tf.Tensor, logits: tf.Tensor) {\n  const classes = labels.shape[labels.rank - 1];\n  const smooth = labels.mul(0.9).add(0.1 / classes);\n  return smooth.mul(tf.logSoftmax(logits)).sum(-1).neg().mean();\n}`,
      },
      {
        title: 'of a matrix, which has no other axis',
        code: `export function loss(labels: tf.Tensor2D, logits: tf.Tensor2D) {\n  const classes = labels.shape[1];\n  const smooth = labels.mul(0.9).add(0.1 / classes);\n  return smooth.mul(tf.logSoftmax(logits)).sum(-1).neg().mean();\n}`,
      },
      {
        title: 'a size of the axis that is meant',
        code: `export const meanOfColumns = (x: tf.Tensor) => x.div(x.shape[1]).sum(1);`,
      },
    ],
  },
});

/** The size of an axis with a written number, of a tensor of any rank, that meets the elements of that tensor as a number. */
function countBeside(site: Site): Node | undefined {
  const met = BROADCASTING[site.node.op]!.map((name) => site.operand(name)).filter(
    (one) => one !== undefined,
  );
  return met
    .filter(({ shape }) => shape?.length === 0)
    .flatMap(slice)
    .find((count) => {
      const { axis } = count.attributes;
      const x = operandOf(count, 'x');
      const isWritten = count.op === 'js.size' && typeof axis === 'number' && axis > 0;
      return isWritten && x !== undefined && isOfAnyRank(x) && met.some((one) => isOf(one, x));
    });
}

/** Comments tell the shape that is usual, of functions whose types allow any. */
const isOfAnyRank = (x: Node): boolean => x.shape === undefined || isToldInProse(x);

/** A tensor of the same axes, whatever they are. */
function isOf(tensor: Node, x: Node): boolean {
  if (x.shape !== undefined) return tensor.shape?.length === x.shape.length && flowsInto(x, tensor);
  const [form, whole] = [formOfAnything(tensor), formOfAnything(x)];
  if (form === undefined || whole === undefined || !isOpen(form) || !isOpen(whole)) return false;
  return form.rest.base.id === whole.rest.base.id && flowsInto(x, tensor);
}
