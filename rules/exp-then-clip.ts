import { dangersMet } from '../src/rule/danger.js';
import { clipped } from '../src/rule/guard-fixes.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { isOfLogarithms } from '../src/rule/meant-exponents.js';
import { constantOf, isOp, operandOf } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'exp-then-clip',
  category: 'numerical',
  claim: 'Bounding the result of exp is too late: the value is finite again, its gradient is NaN.',
  reason:
    'exp overflows to Infinity above 88.72. A minimum or clip of that is finite, and so is the loss, but the backward pass multiplies the 0 of the clip by the Infinity of exp: the weights are NaN after one step. The ratio of PPO is the usual place.',
  remedy: 'Bound the exponent: `tf.exp(tf.clipByValue(x, -20, 20))`.',
  ops: ['exp', 'expm1', 'sinh', 'cosh'],
  check(site) {
    const clip = boundAfterwards(site);
    if (clip === undefined) return undefined;
    // Where nothing is differentiated a bound is never too late.
    if (site.gradient() === 'no' && site.users().every(boundsAbove)) return { pardons: [site.node] };
    // Who bounds the result expects it to be large, even where nothing else says how large the exponent gets.
    const [met] = dangersMet(site, ['value']);
    if (met === undefined) return undefined;
    const name = site.text(met.operand);
    const { exponent } = guardNumbers(site.backend);
    return {
      message: `\`${site.text()}\` overflows to Infinity when \`${met.text}\`, and \`${site.text(clip)}\` bounds the value too late: the gradient of an Infinity is NaN. Bound the exponent instead: \`tf.${site.node.op}(tf.clipByValue(${name}, -${exponent}, ${exponent}))\`.`,
      danger: {
        text: met.text,
        harm: 'value',
        region: { operand: 'x', low: met.region.low, high: met.region.high },
        failures: ['overflow', 'infinity'],
      },
      manifest: true,
      advice: isOfLogarithms(met.operand) ? true : undefined,
      covers: [site.node],
      related: [{ node: clip, message: 'bounds the result, not the exponent' }],
      fixes: clipped(site, met.operand, -exponent, exponent),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a probability ratio of PPO',
        code: `export function surrogate(newLogProbs: tf.Tensor1D, oldLogProbs: tf.Tensor1D, advantages: tf.Tensor1D) {\n  const ratio = tf.exp(tf.sub(newLogProbs, oldLogProbs));\n  return tf.minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.2).mul(advantages)).mean().neg();\n}`,
      },
      {
        title: 'a capped rate, under a gradient',
        code: `const rate = (x: tf.Tensor) => tf.minimum(tf.exp(x), 1e4);\nexport const step = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => rate(t).sum())(x);`,
      },
    ],
    safe: [
      {
        title: 'a bounded exponent',
        code: `export function surrogate(newLogProbs: tf.Tensor1D, oldLogProbs: tf.Tensor1D, advantages: tf.Tensor1D) {\n  const ratio = tf.exp(tf.sub(newLogProbs, oldLogProbs).clipByValue(-20, 20));\n  return tf.minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.2).mul(advantages)).mean().neg();\n}`,
      },
      {
        title: 'weights that are made of numbers, and that nothing is differentiated by',
        code: `export const weights = (advantages: number[]) => tf.tensor1d(advantages).div(0.05).exp().clipByValue(0, 20);`,
      },
      {
        title: 'the same, by a temperature that is a number',
        code: `export const weights = (advantages: number[], temperature: number) => tf.tensor1d(advantages).div(temperature).exp().clipByValue(0, 20);`,
      },
      {
        title: 'a floor of what cannot overflow',
        code: `export const kernel = (distance: tf.Tensor) => tf.exp(distance.square().neg()).clipByValue(1e-6, 1);`,
      },
    ],
  },
});

/** A clip or minimum of the result, perhaps scaled on the way. */
function boundAfterwards(site: Site): Node | undefined {
  for (const user of site.users()) {
    if (boundsAbove(user)) return user;
    if (!isOp(user, 'mul')) continue;
    const next = site.users(user).find(boundsAbove);
    if (next !== undefined) return next;
  }
  return undefined;
}

function boundsAbove(node: Node): boolean {
  if (isOp(node, 'clipByValue')) {
    const most = node.attributes['clipValueMax'];
    return typeof most !== 'number' || most < 3.4e38;
  }
  if (!isOp(node, 'minimum')) return false;
  // With a bound that is Infinity itself nothing was meant to be bounded.
  const bounds = [constantOf(operandOf(node, 'a')), constantOf(operandOf(node, 'b'))];
  return !bounds.includes(Infinity);
}
