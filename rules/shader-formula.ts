import { isSmallBesideOne } from '../src/rule/lost-digits.js';
import { defineRule } from '../src/rule/rule.js';
import { digitsLostInShader } from '../src/rule/shader-formulas.js';

export default defineRule({
  name: 'shader-formula',
  category: 'numerical',
  severity: 'info',
  backends: ['webgl', 'float16'],
  claim: 'On a GPU `tf.log1p` and `tf.expm1` are the formulas that they are there to replace.',
  reason:
    'The shaders of the WebGL backend compute log(1 + x) and exp(x) - 1. Of x = 1e-6 a twentieth is lost, of x = 1e-8 everything: the result is 0, as it was measured on an NVIDIA H100 and on SwiftShader. On the cpu and in WebAssembly both keep all digits.',
  remedy:
    'Where a small x matters, use the first terms of the series for it, `x - x² / 2` and `x + x² / 2`, or compute on another backend.',
  ops: ['log1p', 'expm1'],
  check(site) {
    const x = site.operand('x');
    return x !== undefined && isSmallBesideOne(x) ? digitsLostInShader(site) : undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'a compressed amplitude',
        code: `export const compress = (amplitude: tf.Tensor1D) => tf.log1p(amplitude.abs());`,
      },
      {
        title: 'a rate',
        code: `/** @range rate [-1, 1] */\nexport const growth = (rate: tf.Tensor1D) => tf.expm1(rate);`,
      },
    ],
    safe: [
      {
        title: 'a number that is not small',
        code: `export const compress = (count: tf.Tensor1D) => tf.log1p(count.abs().add(1));`,
      },
      {
        title: 'the series, where x is small',
        code: `/** @range x [0, 1] */\nexport function compress(x: tf.Tensor1D) {\n  const small = x.sub(x.square().div(2));\n  return tf.where(x.less(1e-3), small, tf.log(x.maximum(1e-3).add(1)));\n}`,
      },
    ],
  },
});
