import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'wrong-custom-gradient',
  category: 'gradient',
  claim:
    'The gradient that `tf.customGrad` or `tf.registerGradient` is given is not the gradient of its value.',
  reason:
    'TensorFlow.js believes `gradFunc`: it checks the number of gradients, and their shapes only when the backward pass runs. A factor left out, a sum over the wrong axis, a saved tensor that is not the one the formula wants, an incoming gradient that is not multiplied in: the loss still goes down for a while. Every custom gradient is run, with the shapes that the project calls it with where they are known: its value is measured with differences in float64 and compared. A value that is flat (a straight-through estimator) or that is its operand unchanged (a reversed or clipped gradient) is meant to have another gradient and is left alone. Of the gradient of a kernel each function in what `gradFunc` returns is run so, beside the kernel itself: an own one by its `kernelFunc`, one of TensorFlow.js in shapes of all kinds, for it broadcasts.',
  remedy:
    'Derive the gradient anew, multiply it by the incoming `dy`, and sum it over the axes along which its operand was broadcast. `checkGradient` of `gradlint/gradcheck` says which element is off.',
  ops: ['customGrad', 'kernelGradient'],
  check(site) {
    const { kernel, input } = site.node.attributes;
    const isCustom = site.node.op === 'customGrad';
    const what = isCustom
      ? '`gradFunc` is not the gradient of the value that `tf.customGrad` returns with it'
      : `\`${site.text()}\` is not the gradient of the kernel ${String(kernel)} by \`${String(input)}\``;
    return {
      message: `${what}. Derive it anew, multiply by the incoming \`dy\`, and sum over the axes along which an operand is broadcast.`,
      danger: {
        text: 'the gradient',
        harm: 'gradient',
        failures: ['wrong-value', 'throws'],
        whole: !isCustom,
      },
      manifest: true,
      candidate: true,
      related: isCustom ? [{ node: site.node, message: 'this gradient' }] : [],
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
        title: 'the gradient of something small beside an image, summed over the wrong axis',
        code: `const shift = tf.customGrad(((image: tf.Tensor, offset: tf.Tensor) => ({\n  value: tf.sub(image, offset),\n  gradFunc: (dy: tf.Tensor) => [dy, dy.sum(-1).neg()],\n})) as never) as (image: tf.Tensor, offset: tf.Tensor) => tf.Tensor;\nexport const energy = () => shift(tf.randomNormal([12, 12]), tf.zeros([12])).square().sum();`,
      },
      {
        title: 'the saved output taken for the input',
        code: `export const softplus = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  const y = x.softplus();\n  save([y]);\n  return { value: y, gradFunc: (dy: tf.Tensor, [output]: tf.Tensor[]) => dy.mul(output!.sigmoid()) };\n}) as never);`,
      },
      {
        title: 'the gradient of a kernel forgets that the kernel broadcasts',
        code: `export const scale: tf.GradConfig = {\n  kernelName: 'Multiply',\n  inputsToSave: ['a', 'b'],\n  gradFunc: (dy, saved) => ({ a: () => tf.mul(dy as tf.Tensor, saved[1]!) }),\n};`,
      },
      {
        title: 'an own kernel with the gradient of another one',
        code: `tf.registerKernel({\n  kernelName: 'ScaledElu',\n  backendName: 'cpu',\n  kernelFunc: ({ inputs, attrs }) => {\n    const { alpha } = attrs as unknown as { alpha: number };\n    const x = inputs['x'] as tf.Tensor;\n    return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), alpha));\n  },\n});\n\ntf.registerGradient({\n  kernelName: 'ScaledElu',\n  inputsToSave: ['x'],\n  outputsToSave: [true],\n  gradFunc: (dy, saved) => {\n    const [x, y] = saved as [tf.Tensor, tf.Tensor];\n    return { x: () => tf.mul(dy as tf.Tensor, tf.where(x.greater(0), tf.onesLike(x), y.add(1))) };\n  },\n});`,
      },
      {
        title: 'the sum over a broadcast operand, without the axes',
        code: `tf.registerGradient({\n  kernelName: 'Multiply',\n  inputsToSave: ['a', 'b'],\n  gradFunc: (dy, saved) => {\n    const [a, b] = saved as [tf.Tensor, tf.Tensor];\n    const axes = tf.backend_util.getReductionAxes(a.shape, tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape));\n    const part = tf.mul(dy as tf.Tensor, b);\n    return {\n      a: () => tf.reshape(axes.length > 0 ? part.sum() : part, a.shape),\n    };\n  },\n});`,
      },
      {
        title: 'rows that belong to no segment get a gradient all the same',
        code: `tf.registerGradient({\n  kernelName: 'UnsortedSegmentSum',\n  inputsToSave: ['segmentIds'],\n  gradFunc: (dy, saved) => ({ x: () => tf.gather(dy as tf.Tensor, tf.maximum(saved[0]!, 0).toInt()) }),\n});`,
      },
      {
        title:
          'a gradient that does not fit an operand that was broadcast, of a kernel that gives whole numbers',
        code: `tf.registerGradient({\n  kernelName: 'FloorDiv',\n  inputsToSave: ['a', 'b'],\n  gradFunc: (dy, saved) => ({ a: () => tf.div(dy as tf.Tensor, saved[1]!) }),\n});`,
      },
    ],
    safe: [
      {
        title: 'a fake quantisation, whose scale is captured and no argument',
        code: `export const fakeQuantise = (x: tf.Tensor2D, scale: tf.Scalar) =>\n  tf.customGrad((t: tf.Tensor2D) => ({ value: t.div(scale).round().mul(scale), gradFunc: (dy: tf.Tensor) => dy }))(x);`,
      },
      {
        title: 'a right gradient',
        code: `export const swish = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  save([x]);\n  return {\n    value: x.mul(x.sigmoid()),\n    gradFunc: (dy: tf.Tensor, [input]: tf.Tensor[]) => {\n      const gate = input!.sigmoid();\n      return dy.mul(gate.add(input!.mul(gate).mul(tf.sub(1, gate))));\n    },\n  };\n}) as never);`,
      },
      {
        title: 'a root whose gradient is kept from dividing by 0',
        code: `export const root = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {\n  const y = tf.sqrt(tf.abs(x));\n  save([y]);\n  return {\n    value: y.mul(tf.sign(x)),\n    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => dy.div(saved!.mul(2).add(1e-4)),\n  };\n}) as never);`,
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
      {
        title: 'the gradient of a kernel, summed along the axes that were stretched',
        code: `const sumTo = (x: tf.Tensor, shape: number[]) => {\n  const axes = tf.broadcast_util.getReductionAxes(shape, x.shape);\n  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, shape);\n};\n\nexport const scale: tf.GradConfig = {\n  kernelName: 'Multiply',\n  inputsToSave: ['a', 'b'],\n  gradFunc: (dy, saved) => {\n    const [a, b] = saved as [tf.Tensor, tf.Tensor];\n    return { a: () => sumTo(tf.mul(dy as tf.Tensor, b), a.shape), b: () => sumTo(tf.mul(dy as tf.Tensor, a), b.shape) };\n  },\n};`,
      },
      {
        title: 'an own kernel with its gradient',
        code: `tf.registerKernel({\n  kernelName: 'Mish',\n  backendName: 'cpu',\n  kernelFunc: ({ inputs }) => {\n    const x = inputs['x'] as tf.Tensor;\n    return tf.mul(x, tf.tanh(tf.softplus(x)));\n  },\n});\n\ntf.registerGradient({\n  kernelName: 'Mish',\n  inputsToSave: ['x'],\n  gradFunc: (dy, saved) => {\n    const [x] = saved as [tf.Tensor];\n    const gate = tf.tanh(tf.softplus(x));\n    const slope = tf.mul(tf.sigmoid(x), tf.sub(1, tf.square(gate)));\n    return { x: () => tf.mul(dy as tf.Tensor, tf.add(gate, tf.mul(x, slope))) };\n  },\n});`,
      },
      {
        title: 'the nearest of the codes, with a straight-through gradient',
        code: `const codes = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 3]));\nexport const quantise = tf.customGrad(((x: tf.Tensor2D) => {\n  const distances = x.expandDims(1).sub(codes).square().sum(2);\n  return { value: tf.gather(codes, distances.argMin(1)), gradFunc: (dy: tf.Tensor) => dy };\n}) as never);`,
      },
      {
        title: 'a kernel that rounds, with a straight-through gradient',
        code: `export const round: tf.GradConfig = {\n  kernelName: 'Round',\n  gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 1) }),\n};`,
      },
    ],
  },
});
