import { dangersMet, whereGradient } from '../src/rule/danger.js';
import { guardedNorm, guardedRoot, isNorm } from '../src/rule/guard-fixes.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { defineRule } from '../src/rule/rule.js';

export default defineRule({
  name: 'sqrt-at-zero',
  category: 'numerical',
  claim:
    'The gradient of a square root or norm is infinite at 0, and NaN after the chain rule, though the value is fine.',
  reason:
    'The derivative of sqrt is 1 / (2 sqrt(x)). A distance of a point to itself, the norm of a zero row, the deviation of a constant batch are 0; there Infinity meets the 0 of the inner derivative, and the weights are NaN after one step.',
  remedy:
    'Keep the operand away from 0 inside the root: `tf.sqrt(x.add(1e-12))` or `tf.sqrt(tf.maximum(x, 1e-12))`; or use the square of the distance.',
  ops: ['sqrt', 'norm', 'euclideanNorm', 'rsqrt'],
  check(site) {
    const met = dangersMet(site, ['value', 'gradient'])
      .filter(({ region }) => region.failure !== 'vanished-gradient' && region.failure !== 'overflow')
      .find(({ reach }) => reach === 'manifest' || reach === 'assumed');
    if (met === undefined || (met.region.harm === 'gradient' && site.isTakenOnlyApartFromZero()))
      return undefined;
    // A zero vector is ordinary, a zero under a bare root is what the caller promised not to pass.
    const manifest = met.reach === 'manifest' || site.node.op === 'norm' || site.node.op === 'euclideanNorm';
    const name = site.text(met.operand);
    const what =
      met.region.harm === 'gradient'
        ? `has an infinite or NaN gradient when \`${met.text}\`${whereGradient(site)}, though its value is fine`
        : `is NaN or Infinity when \`${met.text}\``;
    return {
      message: `\`${site.text()}\` ${what}. Keep the operand away from 0 inside the root: \`tf.sqrt(tf.maximum(${site.node.op === 'sqrt' ? name : 'sum of squares'}, ${guardNumbers(site.backend).insideRoot}))\`.`,
      danger: {
        text: met.text,
        harm: met.region.harm,
        region: { operand: met.region.operand, low: met.region.low, high: met.region.high },
        failures: ['nan-gradient', 'inf-gradient', 'nan', 'infinity'],
      },
      manifest,
      fixes: isNorm(site.node) ? guardedNorm(site, site.node) : guardedRoot(site, site.node),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a Euclidean distance in a contrastive loss',
        code: `export function loss(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const distance = tf.sqrt(tf.sum(tf.squaredDifference(a, b), 1));\n  return distance.mean();\n}\nexport const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => loss(x as tf.Tensor2D, b))(a);`,
      },
      {
        title: 'a norm as a penalty',
        code: `export const penalty = (weights: tf.Tensor2D) => tf.grad((w: tf.Tensor) => tf.norm(w))(weights);`,
      },
      {
        title: 'the deviation of a batch',
        code: `export const spread = (x: tf.Tensor2D) => tf.grad((t: tf.Tensor) => tf.moments(t, 0).variance.sqrt().sum())(x);`,
      },
    ],
    safe: [
      {
        title: 'what a running product of factors below 1 leaves of 1',
        code: `const rates = tf.linspace(1e-4, 0.02, 1000);\nconst kept = tf.cumprod(tf.sub(1, rates), 0);\nexport const noise = (t: tf.Tensor1D) => tf.sqrt(tf.sub(1, tf.gather(kept, t)));`,
      },
      {
        title: 'advantages in the loss of a policy, which were gathered before',
        code: `export function surrogateLoss(logp: tf.Tensor1D, old: tf.Tensor1D, adv: tf.Tensor1D) {\n  const { mean, variance } = tf.moments(adv);\n  const scaled = adv.sub(mean).div(variance.sqrt().add(1e-6));\n  return logp.sub(old).clipByValue(-20, 20).exp().mul(scaled).mean().neg();\n}`,
      },
      {
        title: 'neighbours by their angle, of which no gradient goes back to what is trained',
        code: `export class Embedding {\n  private readonly table = tf.variable(tf.randomNormal([100, 8]));\n  nearest(row: number) {\n    const lengths = this.table.norm('euclidean', 1).maximum(1e-6);\n    const angles = this.table.matMul(this.table.slice([row, 0], [1, 8]), false, true).squeeze([1]).div(lengths);\n    return tf.topk(angles, 5).indices;\n  }\n}`,
      },
      {
        title: 'a norm that is read as a number, which no gradient goes through',
        code: `export function halved(x: tf.Tensor1D, limit: number) {\n  const norm = x.norm().arraySync() as number;\n  return norm > limit ? x.mul(limit / norm) : x.mul(norm);\n}`,
      },
      {
        title: 'an epsilon inside the root',
        code: `export function loss(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const distance = tf.sqrt(tf.sum(tf.squaredDifference(a, b), 1).add(1e-12));\n  return distance.mean();\n}\nexport const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => loss(x as tf.Tensor2D, b))(a);`,
      },
      {
        title: 'squared distances',
        code: `export const step = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.grad((x: tf.Tensor) => tf.squaredDifference(x, b).sum())(a);`,
      },
      {
        title: 'a direction, asked for only where there is one',
        code: `export function direction(v: tf.Tensor1D) {\n  const length = tf.norm(v);\n  if (length.dataSync()[0] === 0) return v;\n  return v.div(length);\n}\nexport const step = (v: tf.Tensor1D) => tf.grad((x: tf.Tensor) => direction(x as tf.Tensor1D))(v);`,
      },
      {
        title: 'a root that nothing differentiates',
        code: `export function report(a: tf.Tensor2D) {\n  console.log(tf.sqrt(tf.sum(tf.square(a), 1)).dataSync());\n}`,
      },
    ],
  },
});
