import { isCappedExponential } from '../src/rule/capped.js';
import { dangersMet, isJavaScript, isOfCallers } from '../src/rule/danger.js';
import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import type { Node } from '../src/program/node.js';
import { overflowOfNumbers } from '../src/rule/number-composites.js';
import { isCalledSmall, isInverseOfSymlog, isMeantSmall } from '../src/rule/meant-exponents.js';
import { constantOf, eitherOrder, isOp, operandOf, producer } from '../src/rule/patterns.js';
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
    if (onlyDivides(site) || isCappedExponential(site)) return { pardons: [site.node] };
    if (picksLogProbability(met.operand)) return undefined;
    const ofComposite = isOp(site.node, 'js.exp') ? overflowOfNumbers(site) : undefined;
    if (ofComposite !== undefined) return ofComposite;
    const name = site.text(met.operand);
    const { exponent } = guardNumbers(site.backend);
    const bounded = isJavaScript(site.node)
      ? `${calleeOf(site)}(Math.min(${name}, 700))`
      : `tf.${site.node.op}(tf.clipByValue(${name}, -${exponent}, ${exponent}))`;
    // Numbers of callers that are multiplied and divided have wide ranges: which of them are ordinary only they know.
    const manifest = met.reach === 'manifest' || !isOfCallers(site.node, met.operand);
    const why = manifest ? 'which ordinary inputs reach' : 'which nothing here excludes';
    return {
      message: `\`${site.text()}\` overflows to Infinity when \`${met.text}\`, ${why}. Bound the exponent first: \`${bounded}\`, or stay in log space.`,
      danger: {
        text: met.text,
        harm: 'value',
        region: { operand: 'x', low: met.region.low, high: met.region.high },
        failures: ['overflow', 'infinity'],
      },
      manifest,
      advice:
        isMeantSmall(met.operand, met.region.low) || isCalledSmall(name) || isInverseOfSymlog(site)
          ? true
          : undefined,
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
      {
        title: 'softmax by hand in JavaScript numbers, of scores over a temperature',
        code: `export function shares(scores: number[], temperature: number) {\n  const exps = scores.map((score) => Math.exp(score / temperature));\n  const total = exps.reduce((sum, one) => sum + one, 0);\n  return tf.tensor1d(exps.map((one) => one / total));\n}`,
      },
      { title: 'a hyperbolic sine', code: `export const warp = (x: tf.Tensor) => tf.sinh(x);` },
    ],
    safe: [
      {
        title: 'the inverse of a signed logarithm',
        code: `export const symexp = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.expm1(tf.abs(x)));`,
      },
      {
        title: 'features that are shifted by their maximum, and lessened before',
        code: `export const features = (x: tf.Tensor3D, norms: tf.Tensor3D) =>\n  x.sub(norms.square().sum(-1, true)).sub(x.max(-1, true)).exp();`,
      },
      {
        title: 'the chance that a step is accepted, which 1 caps',
        code: `export function accepts(before: tf.Scalar, after: tf.Scalar, draw: () => number) {\n  const change = before.sub(after).mul(1000).dataSync()[0];\n  return draw() < Math.min(1, Math.exp(change));\n}`,
      },
      {
        title: 'a distance by the area of a box, of which callers know that it is one',
        code: `interface Box {\n  left: number;\n  right: number;\n  top: number;\n  bottom: number;\n}\nexport function similarity(distances: number[], box: Box) {\n  const area = (box.right - box.left) * (box.bottom - box.top);\n  return tf.tensor1d(distances.map((distance) => Math.exp(-(distance ** 2) / (2 * area))));\n}`,
      },
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
        title: 'the probability of the class that labels pick',
        code: `export const probability = (labels: tf.Tensor2D, logits: tf.Tensor2D) => tf.exp(tf.logSoftmax(logits).mul(labels).sum(1));`,
      },
      {
        title: 'a sigmoid in JavaScript numbers: 1 over Infinity is 0',
        code: `const logistic = (x: number) => 1 / (1 + Math.exp(-x));\nexport const chances = (features: tf.Tensor2D, kernel: tf.Tensor2D) => Array.from(tf.matMul(features, kernel).dataSync()).map((x) => logistic(x));`,
      },
      {
        title: 'the lesser of two logarithms less the greater',
        code: `export const logAdd = (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b).add(tf.log1p(tf.exp(tf.minimum(a, b).sub(tf.maximum(a, b)))));`,
      },
      {
        title: 'shifted by the maximum',
        code: `export const weights = (scores: tf.Tensor2D) => tf.exp(scores.sub(scores.max(1, true)));`,
      },
    ],
  },
});

/** `1 / (1 + Math.exp(-x))`: where exp is Infinity the quotient is 0, which is right, and numbers have no gradient. */
function onlyDivides(site: Site): boolean {
  const sums = site.users();
  return (
    isJavaScript(site.node) &&
    sums.length > 0 &&
    sums.every((sum) => {
      const quotients = site.users(sum);
      return (
        isOp(sum, 'js.add') &&
        quotients.length > 0 &&
        quotients.every(
          (one) =>
            isOp(one, 'js.div') &&
            operandOf(one, 'b') === sum &&
            constantOf(operandOf(one, 'a')) !== undefined,
        )
      );
    })
  );
}

/** `logProbabilities.mul(labels).sum(1)`: labels that nobody described pick one of what is never above 0. */
function picksLogProbability(exponent: Node): boolean {
  const sum = producer(exponent);
  const product = isOp(sum, 'sum') ? producer(operandOf(sum, 'x')) : undefined;
  return (
    isOp(product, 'mul') &&
    eitherOrder(product).some(
      ([logs, labels]) =>
        logs.range.high <= 0 && producer(labels)?.op === 'input' && labels.range.lowBy === 'assumed',
    )
  );
}

const calleeOf = (site: Site): string => site.node.op.replace('js.', 'Math.');
