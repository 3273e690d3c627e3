import { isAffected, libraryGradients, opsWith } from '../src/ops/library-gradients.js';
import { affectedOperand, callOf } from '../src/rule/library-gradient.js';
import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'wrong-second-order',
  category: 'gradient',
  claim: 'A gradient is taken of a gradient, through an op whose second derivative TensorFlow.js gets wrong.',
  reason:
    'The gradients of exp, tanh, sigmoid, softmax, logSoftmax and the cross entropies use the output that the forward pass saved, and the saved copy is cut off from the operand: when the gradient is differentiated once more, the terms through it are left out. Where nothing is left TensorFlow.js throws; in a larger loss (a gradient penalty, a Hessian, a physics-informed network) nothing is said and the result is another number. Convolutions, poolings, elu, leakyRelu, max and prod throw: their gradients have no gradient.',
  remedy:
    'Use ops whose second derivative is right (`sin`, `softplus`, `square`, `relu`, `matMul`), write the function with them (`tf.sub(1, tf.div(2, tf.add(1, …)))`), or take the outer derivative by finite differences.',
  ops: opsWith(2, 'wrong', 'throws'),
  check(site) {
    if (site.node.gradient?.outer === undefined) return undefined;
    for (const defect of libraryGradients(site.node.op, 2)) {
      if (isAffected(defect, callOf(site), site.node.shape) !== true) continue;
      const operand = affectedOperand(site, defect, 'twice');
      if (operand === undefined) continue;
      const { claimed, measured, message } = defect.example;
      const what =
        defect.defect === 'throws'
          ? `throws there: ${message}`
          : `is silently wrong there: measured on its own, TensorFlow.js gives ${claimed} where the derivative is ${measured}`;
      return {
        message: `A gradient of a gradient goes through \`${site.text()}\`, and the second derivative of \`tf.${site.node.op}\` ${what}. Use ops whose second derivative is right (\`softplus\`, \`sin\`, \`square\`), or difference the first derivative.`,
        danger: {
          text: 'the second derivative',
          harm: 'gradient',
          failures: defect.defect === 'throws' ? ['throws'] : ['wrong-value', 'throws'],
        },
        manifest: true,
      };
    }
    return undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'a Hessian of a gated unit',
        code: `export function curvature(x: tf.Tensor1D) {\n  const loss = (z: tf.Tensor) => z.mul(tf.tanh(z)).sum();\n  const slope = (z: tf.Tensor) => tf.grad(loss)(z).mul(z).sum();\n  return tf.grad(slope)(x);\n}`,
      },
      {
        title: 'a physics-informed network with tanh',
        code: `export function train(x: tf.Tensor2D) {\n  const w1 = tf.variable(tf.randomNormal([1, 4]));\n  const w2 = tf.variable(tf.randomNormal([4, 1]));\n  const u = (z: tf.Tensor) => tf.tanh(z.matMul(w1)).matMul(w2);\n  tf.train.adam(0.01).minimize(() => {\n    const slope = tf.grad(u)(x);\n    return slope.sub(u(x)).square().mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a gradient penalty through a leaky critic',
        code: `export function penalty(images: tf.Tensor4D) {\n  const kernel = tf.variable(tf.randomNormal([2, 2, 1, 2]));\n  const critic = (x: tf.Tensor) => tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')).square().sum();\n  return tf.variableGrads(() => tf.grad(critic)(tf.add(images, tf.zeros([1, 3, 3, 1]))).square().sum() as tf.Scalar);\n}`,
      },
    ],
    safe: [
      {
        title: 'a Hessian of ops that can be differentiated twice',
        code: `export function curvature(x: tf.Tensor1D) {\n  const loss = (z: tf.Tensor) => tf.sin(z).mul(z).sum();\n  const slope = (z: tf.Tensor) => tf.grad(loss)(z).mul(z).sum();\n  return tf.grad(slope)(x);\n}`,
      },
      {
        title: 'a first derivative only',
        code: `export const slope = (x: tf.Tensor1D) => tf.grad((z: tf.Tensor) => tf.tanh(z).sum())(x);`,
      },
      {
        title: 'the inner gradient is data to the outer one',
        code: `export function train(x: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([1, 1]));\n  const direction = tf.grad((z: tf.Tensor) => tf.tanh(z).sum())(x);\n  tf.train.sgd(0.1).minimize(() => x.matMul(w).sub(direction).square().mean() as tf.Scalar);\n}`,
      },
    ],
  },
});
