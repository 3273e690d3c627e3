import { isFlooredLogarithm } from '../src/rule/capped.js';
import { dangersMet, isJavaScript, isLogWeight, whereGradient } from '../src/rule/danger.js';
import { floored, lifted } from '../src/rule/guard-fixes.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { defineRule } from '../src/rule/rule.js';
import {
  isMaskOfTriangle,
  isOfLogOdds,
  isWeighedByItself,
  LIKELY,
  whyLogOfZero,
} from '../src/rule/why-log-of-zero.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'log-of-zero',
  category: 'numerical',
  claim:
    'The logarithm of something that the code itself lets reach 0 is -Infinity there, and its gradient is infinite or NaN.',
  reason:
    'A sigmoid or softmax underflows to 0, a relu is 0 for half of its inputs, 1 - p is 0 once p rounds to 1, the mean of a mask is 0 for an empty mask. -Infinity times a label of 0 is NaN, and one NaN in a loss ends the training.',
  remedy:
    'Keep the operand away from 0 before the logarithm by something float32 keeps: `tf.log(tf.maximum(p, 1e-7))`; or compute in log space.',
  ops: ['log', 'log1p', 'js.log', 'js.log2', 'js.log10'],
  check(site) {
    const dangers = dangersMet(site, ['value', 'gradient']);
    const likely = dangers.find(({ reach }) => LIKELY.includes(reach));
    const weighed = likely?.reach !== 'manifest' && isWeighedByItself(site);
    // Of a share `c / n` the divisor is no matter: it is 0 where c is.
    const met = likely ?? (weighed ? dangers.find(({ region }) => region.harm === 'value') : undefined);
    if (met === undefined) return undefined;
    if (isLogWeight(site) || isFlooredLogarithm(site) || isMaskOfTriangle(site))
      return { pardons: [site.node] };
    const odds = met.reach === 'assumed' && isOfLogOdds(site);
    const why = weighed
      ? 'and 0 times that is NaN, though 0 is what counts and shares of nothing are'
      : whyLogOfZero(site, met, odds);
    const isShare = weighed || odds;
    const remedy = odds
      ? 'Clip the share first, to 1e-6 and 1 - 1e-6'
      : `Keep the operand away from it: \`${guarded(site, site.text(met.operand))}\`, or compute in log space`;
    const [what, where] =
      met.region.harm === 'value'
        ? ['is -Infinity or NaN', '']
        : ['has an infinite gradient', whereGradient(site)];
    return {
      message: `\`${site.text()}\` ${what} when \`${met.text}\`${where}, ${why ?? 'which nothing here excludes'}. ${remedy}.`,
      danger: {
        text: met.text,
        harm: met.region.harm,
        // What weighs itself, or has odds, is meant to be a share: that shares below 0 are none is no news.
        region: { operand: met.region.operand, low: isShare ? 0 : met.region.low, high: met.region.high },
        failures: ['infinity', 'nan', 'inf-gradient', 'nan-gradient'],
      },
      manifest: why !== undefined,
      fixes: site.node.op.endsWith('log1p')
        ? []
        : [...lifted(site, met.operand), ...floored(site, met.operand)],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the log of the posterior variances of a diffusion, of which the first is 0',
        code: `export function posteriorLogVariances(betas: number[]) {\n  const kept: number[] = [];\n  let product = 1;\n  for (const beta of betas) kept.push((product *= 1 - beta));\n  const before = kept.map((_, i) => (i === 0 ? 1 : kept[i - 1]!));\n  const variances = betas.map((beta, i) => (beta * (1 - before[i]!)) / (1 - kept[i]!));\n  return tf.tensor1d(variances.map((variance) => Math.log(variance)));\n}`,
      },
      {
        title: 'a `tf.where` that asks for something else, and one beside which it is used once more',
        code: `export function logs(values: number[]) {\n  const x = tf.relu(tf.tensor1d(values));\n  const log = x.log();\n  return [log.mean().arraySync(), tf.where(x.greater(0), log, tf.zerosLike(x)).arraySync()];\n}`,
      },
      {
        title: 'a cross entropy of what a model gives',
        code: `export const crossEntropyLoss = (labels: tf.Tensor2D, probs: tf.Tensor2D) =>\n  labels.mul(probs.log()).sum(-1).mean().neg();`,
      },
      {
        title: 'the probability of the class that the label names',
        code: `export function focal(labels: tf.Tensor2D, logits: tf.Tensor2D) {\n  const p = tf.sigmoid(logits);\n  const ofLabel = labels.mul(p).add(tf.sub(1, labels).mul(tf.sub(1, p)));\n  return tf.sub(1, ofLabel).square().mul(tf.log(ofLabel)).mean().neg();\n}`,
      },
      {
        title: 'the decibels of a spectrum, of which silence is 0',
        code: `export const decibels = (signal: tf.Tensor1D) => tf.log(tf.abs(tf.signal.stft(signal, 16, 8))).mul(20 / Math.LN10);`,
      },
      {
        title: 'the mel features of silence',
        code: `export function mel(signal: tf.Tensor1D, filters: tf.Tensor2D) {\n  const spectrum = tf.signal.stft(signal, 16, 8);\n  const power = tf.real(spectrum).square().add(tf.imag(spectrum).square());\n  return tf.log(tf.matMul(power, filters));\n}`,
      },
      {
        title: 'the entropy of shares, some of which may be nothing',
        code: `export const entropy = (p: tf.Tensor2D) => p.mul(p.log()).sum(-1).neg();`,
      },
      {
        title: 'the amounts of days of rain, and a mask of the dry ones behind the logarithm',
        code: `export function amounts(rain: tf.Tensor1D, rate: tf.Tensor1D) {\n  const wet = rain.greater(0).toFloat();\n  return rate.mul(rain.log()).sub(rain).mul(wet).mean();\n}`,
      },
      {
        title: 'the deviance of counts',
        code: `export const deviance = (y: tf.Tensor1D, mu: tf.Tensor1D) => y.mul(y.div(mu.maximum(1e-3)).log()).sub(y.sub(mu)).sum().mul(2);`,
      },
      { title: 'the log of a relu', code: `export const compress = (x: tf.Tensor) => tf.log(tf.relu(x));` },
      {
        title: 'the log of a squared signal',
        code: `export const decibels = (signal: tf.Tensor2D) => signal.square().mean(1).log().mul(10 / Math.LN10);`,
      },
      {
        title: 'the log of a probability that reaches 1, turned round',
        code: `export function survival(hazard: tf.Tensor1D) {\n  const p = hazard.tanh().abs();\n  return tf.log(tf.sub(1, p));\n}`,
      },
      {
        title: 'the log of the output of a linear layer',
        code: `const kernel = tf.variable(tf.randomNormal([4, 2]));\nexport const logRates = (features: tf.Tensor2D) => features.matMul(kernel as tf.Tensor2D).log();`,
      },
      {
        title: 'the log of attention scores, whose weights are handed over',
        code: `export function edgeWeights(features: tf.Tensor2D, attention: tf.Variable<tf.Rank.R2>) {\n  return tf.leakyRelu(features.matMul(attention), 0.2).log();\n}`,
      },
      {
        title: 'a logarithmic error of a model whose last layer is linear',
        code: `export function compile() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [8] })] });\n  model.compile({\n    optimizer: 'sgd',\n    loss: (truth, predicted) => tf.log1p(predicted).sub(tf.log1p(tf.relu(truth))).square().mean(),\n  });\n  return model;\n}`,
      },
      {
        title: 'an entropy of counts, some of which are nothing',
        code: `export function bits(counts: number[]) {\n  const total = counts.reduce((sum, count) => sum + count, 0);\n  return tf.scalar(counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0));\n}`,
      },
      {
        title: 'an entropy in JavaScript numbers',
        code: `export function entropy(logits: tf.Tensor1D) {\n  const p = Array.from(tf.softmax(logits).dataSync());\n  return -p.reduce((sum, one) => sum + one * Math.log(one), 0);\n}`,
      },
    ],
    safe: [
      {
        title: 'the log of the posterior variances of a diffusion, the first as the second',
        code: `export function posteriorLogVariances(betas: number[]) {\n  const kept: number[] = [];\n  let product = 1;\n  for (const beta of betas) kept.push((product *= 1 - beta));\n  const before = kept.map((_, i) => (i === 0 ? 1 : kept[i - 1]!));\n  const variances = betas.map((beta, i) => (beta * (1 - before[i]!)) / (1 - kept[i]!));\n  return tf.tensor1d(variances.map((variance, i) => Math.log(i === 0 ? variances[1]! : variance)));\n}`,
      },
      {
        title: 'the largest of the shares of a softmax',
        code: `export const confidence = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits).max(1)).mean();`,
      },
      {
        title: 'shares of counts with a half added, however many there are',
        code: `export function divergence(first: number[], second: number[]) {\n  const counts = [new Array<number>(20).fill(0), new Array<number>(20).fill(0)];\n  for (const s of first) counts[0]![Math.min(19, Math.floor(Math.abs(s)))]! += 1;\n  for (const s of second) counts[1]![Math.min(19, Math.floor(Math.abs(s)))]! += 1;\n  const [p, q] = counts.map((one) => tf.tensor1d(one).add(0.5));\n  const [a, b] = [p!.div(p!.sum()), q!.div(q!.sum())];\n  return a.mul(tf.log(a.div(a.add(b)))).sum();\n}`,
      },
      {
        title: 'the level of a signal, which silence has too, above a floor',
        code: `const power = (x: number[]) => x.reduce((sum, v) => sum + v * v, 0) / x.length;\nexport const level = (x: number[]) => Math.max(-80, 10 * Math.log10(power(x)));\nexport const levels = (x: tf.Tensor2D) => x.square().mean(1).log().mul(10 / Math.LN10).maximum(-80).arraySync();`,
      },
      {
        title: 'a share of counts in JavaScript numbers, left out where it is nothing',
        code: `export function surprise(counts: number[], expected: number[]) {\n  return tf.scalar(counts.reduce((sum, count, i) => sum + (count > 0 ? count * Math.log(count / (expected[i]! + 0.5)) : 0), 0));\n}`,
      },
      {
        title: 'the amounts of days of rain, of which the dry ones are filled in before',
        code: `export function amounts(rain: tf.Tensor1D, rate: tf.Tensor1D) {\n  const wet = rain.greater(0);\n  const filled = tf.where(wet, rain, tf.onesLike(rain));\n  return rate.mul(filled.log()).sub(rain).mul(wet.toFloat()).mean();\n}`,
      },
      {
        title: 'an entropy of which `tf.where` takes no 0',
        code: `export function entropy(values: number[]) {\n  const x = tf.relu(tf.tensor1d(values));\n  const p = x.div(x.sum().add(1));\n  return tf.where(p.greater(0), p.mul(p.log()), tf.zerosLike(p)).sum().neg().arraySync();\n}`,
      },
      {
        title: 'the probability of the class that the label names, kept inside',
        code: `export function focal(labels: tf.Tensor2D, logits: tf.Tensor2D) {\n  const p = tf.sigmoid(logits).clipByValue(1e-6, 1 - 1e-6);\n  const ofLabel = tf.add(tf.mul(labels, p), tf.mul(tf.sub(1, labels), tf.sub(1, p)));\n  return tf.sub(1, ofLabel).square().mul(tf.log(ofLabel)).mean().neg();\n}`,
      },
      {
        title: 'the potential of points on a sphere, of which no two are more than 2 apart',
        code: `export function uniformity(z: tf.Tensor2D, t = 2) {\n  const unit = z.div(tf.sqrt(tf.maximum(z.square().sum(-1, true), 1e-12)));\n  const squares = unit.square().sum(1);\n  const products = tf.matMul(unit, unit, false, true);\n  return squares.expandDims(1).add(squares.expandDims(0)).sub(products.mul(2)).relu().mul(-t).exp().mean().log();\n}`,
      },
      {
        title: 'an entropy that leaves out what is 0',
        code: `export function entropy(logits: tf.Tensor1D) {\n  const p = tf.softmax(logits).dataSync();\n  let sum = 0;\n  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum -= p[i] * Math.log(p[i]);\n  return sum;\n}`,
      },
      {
        title: 'a log-sum-exp in JavaScript numbers: float64 reaches down to exp(-745)',
        code: `export function logSumExp(logits: tf.Tensor1D) {\n  let sum = 0;\n  for (const logit of logits.dataSync()) sum += Math.exp(logit);\n  return Math.log(sum);\n}`,
      },
      {
        title: 'the mel features of silence, lifted',
        code: `/** @range filters [0, 1] */\nexport function mel(signal: tf.Tensor1D, filters: tf.Tensor2D) {\n  const power = tf.abs(tf.signal.stft(signal, 16, 8)).square();\n  return tf.log(tf.matMul(power, filters).add(1e-6));\n}`,
      },
      {
        title: 'a floor that float32 keeps',
        code: `export const compress = (x: tf.Tensor) => tf.log(tf.maximum(tf.relu(x), 1e-6));`,
      },
      {
        title: 'one more than something not negative',
        code: `export const compress = (x: tf.Tensor) => tf.log1p(tf.relu(x));`,
      },
      {
        title: 'a softplus is positive in float32 down to -103',
        code: `export const scale = (x: tf.Tensor) => tf.log(tf.softplus(x.clipByValue(-10, 10)));`,
      },
      {
        title: 'a mask of what a step may look at, to be added to scores',
        code: `export const masked = (scores: tf.Tensor2D) => scores.add(tf.linalg.bandPart(tf.ones([6, 6]), -1, 0).log()).softmax();`,
      },
      {
        title: 'log probabilities that are drawn from',
        code: `export const sample = (scores: tf.Tensor1D, temperature: number) => tf.multinomial(tf.sigmoid(scores).log().div(Math.max(temperature, 1e-6)) as tf.Tensor1D, 1);`,
      },
      {
        title: 'a uniform sample away from 0',
        code: `export const gumbel = (shape: [number, number]) => tf.randomUniform(shape, 1e-6, 0.999999).log().neg().log().neg();`,
      },
    ],
  },
});

/** The logarithm again, of an operand that is kept from where it breaks. */
function guarded(site: Site, name: string): string {
  const { floor, edge } = guardNumbers(site.backend);
  if (isJavaScript(site.node)) return `Math.max(${name}, 1e-7)`;
  return site.node.op === 'log1p'
    ? `tf.log1p(tf.maximum(${name}, -1 + ${edge}))`
    : `tf.log(tf.maximum(${name}, ${floor}))`;
}
