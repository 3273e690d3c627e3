import { showShape } from '../src/facts/shape.js';
import { operandOf } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import { shorten } from '../src/rule/site.js';

export default defineRule({
  name: 'loop-shape',
  category: 'shape',
  claim: 'Every round of a loop changes the shape of a tensor that the next round takes.',
  reason:
    'A tensor that a loop carries on is read by the same code in every round. Where a round gives it one more axis, or makes it longer, that code sees another shape each time: weights of a fixed size throw in the second round, and axes pile up until an op refuses their number.',
  remedy:
    'Keep the shape: concatenate into a name of its own, collect the parts in a list and concatenate once behind the loop, or take the axis off again.',
  ops: ['loop'],
  check(site) {
    const [before, after, again, at] = ['before', 'after', 'again', 'at'].map((name) => site.operand(name));
    const reader = operandOf(site.node, 'reader');
    if (before === undefined || after === undefined || again === undefined || at === undefined)
      return undefined;
    const name = String(site.node.attributes['name']);
    const isRefused = again === reader;
    const shapes = [
      `${showShape(before.shape)} before the loop`,
      `${showShape(after.shape)} after one round`,
      ...(isRefused ? [] : [`${showShape(again.shape)} after two`]),
    ].join(', ');
    const consequence =
      reader === undefined
        ? 'the code of the loop sees another rank in every round'
        : isRefused
          ? `\`${site.text(reader)}\` does not take that, and throws in the second round`
          : `\`${site.text(reader)}\` takes one of a fixed size, and throws`;
    return {
      at,
      message: `\`${shorten(site.textAt(at.span))}\` changes the shape of \`${name}\` in every round: ${shapes}; ${consequence}. ${reader === undefined || isRefused ? `Take the axis off again, or keep the result under another name.` : `Keep what is concatenated under a name of its own, or collect the parts in a list.`}`,
      danger: {
        text: `${name} is ${shapes}`,
        harm: 'shape',
        failures: ['wrong-shape', 'throws'],
        expansion: 'grows',
      },
      manifest: true,
      covers: reader === undefined ? [] : [reader],
      related: [
        { node: before, message: `${showShape(before.shape)} comes from here` },
        ...(reader === undefined
          ? []
          : [
              {
                node: reader,
                message: isRefused ? 'throws in the second round' : 'takes one of a fixed size',
              },
            ]),
      ],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a level that keeps the axis it is summed over',
        code: `export function smooth(rows: tf.Tensor1D[], decay = 0.9) {\n  let level: tf.Tensor = rows[0];\n  for (const row of rows.slice(1)) {\n    level = tf.stack([level.mul(decay), row.mul(1 - decay)]).sum(0, true);\n  }\n  return level;\n}`,
      },
      {
        title: 'a state that is concatenated with its inputs, and not taken apart again',
        code: `export function run(steps: number) {\n  const kernel = tf.ones([6, 2]);\n  const outputs: tf.Tensor[] = [];\n  let state: tf.Tensor = tf.zeros([1, 4]);\n  for (let step = 0; step < steps; step++) {\n    state = tf.concat([state, tf.ones([1, 2])], 1);\n    outputs.push(state.matMul(kernel));\n  }\n  return outputs;\n}`,
      },
      {
        title: 'a history that grows with each frame of a list, read by weights of one size',
        code: `export function read(frames: tf.Tensor2D[]) {\n  let history: tf.Tensor = tf.zeros([1, 4]);\n  const outputs: tf.Tensor[] = [];\n  for (const frame of frames) {\n    outputs.push(history.matMul(tf.ones([4, 2])));\n    history = tf.concat([history, frame.reshape([1, 4])], 1);\n  }\n  return outputs;\n}`,
      },
      {
        title: 'an axis more in every round',
        code: `export function decay() {\n  let mask: tf.Tensor = tf.ones([4]);\n  for (let step = 0; step < 3; step++) mask = mask.expandDims(0).mul(0.5);\n  return mask;\n}`,
      },
    ],
    safe: [
      {
        title: 'parts that are collected',
        code: `export function rows() {\n  let all: tf.Tensor = tf.zeros([0, 4]);\n  for (let step = 0; step < 3; step++) all = tf.concat([all, tf.ones([1, 4])]);\n  return all.mean(0).dot(tf.ones([4, 2]));\n}`,
      },
      {
        title: 'a state that keeps its shape',
        code: `export function run(steps: number) {\n  const kernel = tf.ones([6, 4]);\n  let state: tf.Tensor = tf.zeros([1, 4]);\n  for (let step = 0; step < steps; step++) state = tf.tanh(tf.concat([state, tf.ones([1, 2])], 1).matMul(kernel));\n  return state;\n}`,
      },
      {
        title: 'a loop that brings a tensor to a rank',
        code: `export function raised() {\n  let bias: tf.Tensor = tf.ones([4]);\n  for (let axis = 0; axis < 3; axis++) bias = bias.expandDims(0);\n  return bias;\n}`,
      },
    ],
  },
});
