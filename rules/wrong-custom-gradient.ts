import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'wrong-custom-gradient',
  category: 'gradient',
  claim: 'The gradient that `tf.customGrad` is given is not the gradient of its value.',
  reason:
    'TensorFlow.js believes `gradFunc`: it checks the number of gradients, and their shapes only when the backward pass runs. A factor left out, a sum over the wrong axis, a saved tensor that is not the one the formula wants, an incoming gradient that is not multiplied in: the loss still goes down for a while. Every custom gradient is run, with the shapes that the project calls it with where they are known: its value is measured with differences in float64 and compared. A value that is flat (a straight-through estimator) or that is its operand unchanged (a reversed or clipped gradient) is meant to have another gradient and is left alone.',
  remedy:
    'Derive the gradient anew, multiply it by the incoming `dy`, and sum it over the axes along which its operand was broadcast. `checkGradient` of `gradlint/gradcheck` says which element is off.',
  ops: ['customGrad'],
  check(site) {
    return {
      message:
        '`gradFunc` is not the gradient of the value that `tf.customGrad` returns with it. Derive it anew, multiply by the incoming `dy`, and sum over the axes along which an operand is broadcast.',
      danger: { text: 'the gradient', harm: 'gradient', failures: ['wrong-value', 'throws'] },
      manifest: true,
      candidate: true,
      related: [{ node: site.node, message: 'this gradient' }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a swish whose gradient forgets a term',
        code: `export const swish = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  save([x]);\n  return {\n    value: x.mul(x.sigmoid()),\n    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0]!.sigmoid()),\n  };\n}) as never);`,
      },
      {
        title: 'the incoming gradient is left out',
        code: `const square = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  save([x]);\n  return { value: x.square(), gradFunc: (dy: tf.Tensor, [input]: tf.Tensor[]) => input!.mul(2) };\n}) as never);\nexport const energy = (x: tf.Tensor2D) => square(x).sum();`,
      },
      {
        title: 'a bias whose gradient is not summed over the batch',
        code: `export const addBias = tf.customGrad(((x: tf.Tensor2D, bias: tf.Tensor1D) => ({\n  value: x.add(bias),\n  gradFunc: (dy: tf.Tensor) => [dy, dy],\n})) as never);`,
      },
      {
        title: 'a bias whose gradient is summed over the wrong axis: no error where both have one size',
        code: `export function step() {\n  const shifted = tf.customGrad(((x: tf.Tensor, bias: tf.Tensor) => ({\n    value: x.add(bias),\n    gradFunc: (dy: tf.Tensor) => [dy, dy.sum(1)],\n  })) as never) as (x: tf.Tensor, bias: tf.Tensor) => tf.Tensor;\n  return tf.grads((x, bias) => shifted(x, bias).sum())([tf.ones([4, 4]), tf.zeros([4])]);\n}`,
      },
      {
        title: 'the saved output taken for the input',
        code: `export const softplus = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  const y = x.softplus();\n  save([y]);\n  return { value: y, gradFunc: (dy: tf.Tensor, [output]: tf.Tensor[]) => dy.mul(output!.sigmoid()) };\n}) as never);`,
      },
    ],
    safe: [
      {
        title: 'a right gradient',
        code: `export const swish = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  save([x]);\n  return {\n    value: x.mul(x.sigmoid()),\n    gradFunc: (dy: tf.Tensor, [input]: tf.Tensor[]) => {\n      const gate = input!.sigmoid();\n      return dy.mul(gate.add(input!.mul(gate).mul(tf.sub(1, gate))));\n    },\n  };\n}) as never);`,
      },
      {
        title: 'a straight-through estimator',
        code: `export const quantise = tf.customGrad(((x: tf.Tensor) => ({\n  value: x.round(),\n  gradFunc: (dy: tf.Tensor) => dy,\n})) as never);`,
      },
      {
        title: 'a reversed gradient',
        code: `export const reverse = tf.customGrad(((x: tf.Tensor) => ({\n  value: x.clone(),\n  gradFunc: (dy: tf.Tensor) => dy.mul(-0.5),\n})) as never);`,
      },
      {
        title: 'a bias whose gradient is summed',
        code: `export const addBias = tf.customGrad(((x: tf.Tensor2D, bias: tf.Tensor1D) => ({\n  value: x.add(bias),\n  gradFunc: (dy: tf.Tensor) => [dy, dy.sum(0)],\n})) as never);`,
      },
    ],
  },
});
