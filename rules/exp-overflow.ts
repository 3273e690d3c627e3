import { dangersMet, isJavaScript } from '../src/rule/danger.js';
import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'exp-overflow',
  category: 'numerical',
  claim: 'The exponential of an operand that ordinary inputs drive above 88.72 is Infinity in float32.',
  reason:
    'exp(88.73) exceeds the largest float32, 3.4e38. Logits, log variances, energies and log probability ratios get there; once one element is Infinity, sums are Infinity, differences NaN, and the gradient of whatever bounds the result afterwards is NaN.',
  remedy:
    'Bound the exponent before exp (`tf.exp(tf.clipByValue(x, -20, 20))`), subtract the maximum, or stay in log space.',
  ops: ['exp', 'expm1', 'sinh', 'cosh', 'js.exp', 'js.expm1', 'js.sinh', 'js.cosh'],
  check(site) {
    const met = dangersMet(site, ['value']).find(({ reach }) => reach !== 'unlikely');
    if (met === undefined) return undefined;
    const name = site.text(met.operand);
    const { exponent } = guardNumbers(site.backend);
    const bounded = isJavaScript(site.node)
      ? `${calleeOf(site)}(Math.min(${name}, 700))`
      : `tf.${site.node.op}(tf.clipByValue(${name}, -${exponent}, ${exponent}))`;
    return {
      message: `\`${site.text()}\` overflows to Infinity when \`${met.text}\`, which ordinary inputs reach. Bound the exponent first: \`${bounded}\`, or stay in log space.`,
      danger: {
        text: met.text,
        harm: 'value',
        region: { operand: 'x', low: met.region.low, high: met.region.high },
        failures: ['overflow', 'infinity'],
      },
      manifest: true,
      fixes: isJavaScript(site.node)
        ? []
        : inPlaceOf(site, site.node, met.operand, (x, write) =>
            write.op('clipByValue', x, -exponent, exponent),
          ),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a variance from its logarithm',
        code: `export const klDivergence = (mean: tf.Tensor2D, logVariance: tf.Tensor2D) =>\n  logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(1).mul(-0.5);`,
      },
      {
        title: 'scores of a tensor, in JavaScript numbers',
        code: `export function weights(features: tf.Tensor2D, kernel: tf.Tensor2D) {\n  const scores = Array.from(tf.matMul(features, kernel).dataSync());\n  return scores.map((score) => Math.exp(score));\n}`,
      },
      { title: 'a hyperbolic sine', code: `export const warp = (x: tf.Tensor) => tf.sinh(x);` },
    ],
    safe: [
      {
        title: 'a bounded exponent',
        code: `export const ratio = (a: tf.Tensor1D, b: tf.Tensor1D) => tf.exp(tf.clipByValue(tf.sub(a, b), -20, 20));`,
      },
      {
        title: 'a Gaussian',
        code: `export const gaussian = (x: tf.Tensor) => tf.exp(x.square().mul(-0.5));`,
      },
      {
        title: 'half of a log variance',
        code: `export const deviation = (logVariance: tf.Tensor2D) => logVariance.mul(0.5).exp();`,
      },
      {
        title: 'shifted by the maximum',
        code: `export const weights = (scores: tf.Tensor2D) => tf.exp(scores.sub(scores.max(1, true)));`,
      },
    ],
  },
});

const calleeOf = (site: Site): string => site.node.op.replace('js.', 'Math.');
