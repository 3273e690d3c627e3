import { reached } from '../src/facts/range.js';
import {
  COSH_OVERFLOW,
  EXP_OVERFLOW,
  EXP_UNDERFLOW,
  LOST_BESIDE_ONE,
  QUOTIENT,
  SIGMOID_STEEP,
  SOFTMAX_UNDERFLOW,
} from '../src/ops/thresholds.js';
import { dangersMet, isLogWeight } from '../src/rule/danger.js';
import { exponentialsOfNumbers, sumOfTwoInLogSpace } from '../src/rule/number-composites.js';
import { isOp, minusOne, onePlus, operandOf, producer } from '../src/rule/patterns.js';
import { discardedGuard } from '../src/rule/guards.js';
import { inWords, Rewriter, sameBy } from '../src/rule/rewrite.js';
import { inverseSoftplus, logCosh, rootOfExp } from '../src/rule/stable-forms.js';
import { logOfDensity } from '../src/rule/log-of-density.js';
import { softmaxByHand } from '../src/rule/softmax-by-hand.js';
import { logOfSoftmaxFixes, logSumExpFix } from '../src/rule/softmax-fixes.js';
import { defineRule, type Pardon, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import {
  logOfSigmoid,
  tanhByHand,
  sigmoidByHand,
  sigmoidAsQuotient,
  overflows,
  overflowing,
} from '../src/rule/sigmoid-by-hand.js';

export default defineRule({
  name: 'unstable-composite',
  category: 'numerical',
  claim:
    'A formula written out of exp, log and sums breaks where the one function that TensorFlow.js has for it does not.',
  reason:
    'The parts leave float32 before the whole does: exp overflows above 88.72, a softmax or sigmoid underflows to 0 below -103.97 and rounds to 1 above 17.33, and the log of that is infinite, its gradient NaN.',
  remedy:
    'Use the fused function: logSoftmax, logSumExp, softplus, sigmoid, softmax, tanh, or a cross entropy that takes logits.',
  ops: ['log', 'log1p', 'div', 'reciprocal', 'sqrt', 'js.div', 'js.log', 'js.log2', 'js.log10'],
  check(site) {
    for (const pattern of PATTERNS) {
      const found = pattern(site);
      if (found !== undefined) return found;
    }
    return undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'the log of a density, of a deviation that is learned',
        code: `export function nll(y: tf.Tensor1D, mean: tf.Tensor1D, raw: tf.Tensor1D) {\n  const deviation = tf.softplus(raw).add(0.01);\n  const z = y.sub(mean).div(deviation);\n  return tf.log(tf.exp(z.square().mul(-0.5)).div(deviation.mul(2.5))).mean().neg();\n}`,
      },
      {
        title: 'the log of a density',
        code: `const density = (x: tf.Tensor1D, mean: tf.Tensor1D) => tf.exp(x.sub(mean).square().mul(-0.5)).mul(1 / Math.sqrt(2 * Math.PI));\nexport const score = (x: tf.Tensor1D, mean: tf.Tensor1D) => tf.log(density(x, mean)).mean().neg();`,
      },
      {
        title: 'log of a softmax',
        code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits));`,
      },
      {
        title: 'weights that fall with the distance, over their sum',
        code: `export function soft(points: tf.Tensor2D, centre: tf.Tensor1D) {\n  const weights = points.sub(centre).square().sum(1).neg().exp();\n  return weights.div(weights.sum());\n}`,
      },
      {
        title: 'softmax by hand',
        code: `export function attend(scores: tf.Tensor2D) {\n  const e = scores.exp();\n  return e.div(e.sum(-1, true));\n}`,
      },
      {
        title: 'softmax by hand, guarded against the one end only',
        code: `export function attend(scores: tf.Tensor2D) {\n  const e = tf.exp(tf.minimum(scores, 80));\n  return e.div(e.sum(-1, true));\n}`,
      },
      {
        title: 'logsumexp by hand',
        code: `export const logPartition = (energies: tf.Tensor2D) => energies.exp().sum(1).log();`,
      },
      {
        title: 'logsumexp by hand of what is never positive',
        code: `export const logLikelihood = (errors: tf.Tensor2D) => errors.square().neg().exp().sum(1).log();`,
      },
      {
        title: 'softplus by hand',
        code: `export const softplus = (x: tf.Tensor) => tf.log(tf.add(1, tf.exp(x)));`,
      },
      { title: 'softplus with log1p', code: `export const softplus = (x: tf.Tensor) => x.exp().log1p();` },
      {
        title: 'sigmoid by hand, under a gradient',
        code: `const gate = (x: tf.Tensor) => tf.div(1, tf.add(1, tf.exp(x.neg())));\nexport const slope = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => gate(t))(x);`,
      },
      {
        title: 'sigmoid by hand, the other way round',
        code: `export const gate = (x: tf.Tensor) => x.exp().div(x.exp().add(1));`,
      },
      {
        title: 'tanh by hand',
        code: `export function tanh(x: tf.Tensor) {\n  const up = x.exp();\n  const down = x.neg().exp();\n  return up.sub(down).div(up.add(down));\n}`,
      },
      {
        title: 'binary cross entropy by hand',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {\n  const p = tf.sigmoid(logits);\n  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();\n}`,
      },
      {
        title: 'standard deviation from a log variance',
        code: `export const deviation = (logVariance: tf.Tensor) => tf.sqrt(tf.exp(logVariance));`,
      },
      {
        title: 'weights of particles, all of which may be far from what was measured',
        code: `export function reweigh(particles: number[], measured: number) {\n  const raw: number[] = [];\n  let total = 0;\n  for (const particle of particles) {\n    const weight = Math.exp(-0.5 * (particle - measured) ** 2);\n    raw.push(weight);\n    total += weight;\n  }\n  return tf.tensor1d(raw.map((weight) => weight / total));\n}`,
      },
      { title: 'log cosh', code: `export const logCosh = (error: tf.Tensor) => tf.log(tf.cosh(error));` },
    ],
    safe: [
      {
        title: 'a density, and its log without an exponential',
        code: `export function score(x: tf.Tensor1D, mean: tf.Tensor1D) {\n  const exponent = x.sub(mean).square().mul(-0.5);\n  return [exponent.exp().mul(0.4), exponent.add(Math.log(0.4)).mean()];\n}`,
      },
      {
        title: 'a softplus of data that `tf.where` takes where it is finite',
        code: `export function softplus(values: number[]) {\n  const x = tf.tensor1d(values);\n  return tf.where(x.less(20), tf.exp(x).log1p(), x).arraySync();\n}`,
      },
      {
        title: 'the fused functions',
        code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.logSoftmax(logits);\nexport const logPartition = (energies: tf.Tensor2D) => tf.logSumExp(energies, 1);\nexport const soft = (x: tf.Tensor) => tf.softplus(x);`,
      },
      {
        title: 'softmax by hand, shifted by the maximum',
        code: `export function attend(scores: tf.Tensor2D) {\n  const e = scores.sub(scores.max(-1, true)).exp();\n  return e.div(e.sum(-1, true));\n}`,
      },
      {
        title: 'softmax by hand of what cannot be large',
        code: `export function attend(scores: tf.Tensor2D) {\n  const e = scores.tanh().mul(8).minimum(5).exp();\n  return e.div(e.sum(-1, true));\n}`,
      },
      {
        title: 'softmax by hand in JavaScript numbers, shifted by the largest',
        code: `export function shares(scores: number[], temperature: number) {\n  const top = Math.max(...scores);\n  const exps = scores.map((score) => Math.exp((score - top) / Math.max(temperature, 1e-3)));\n  const total = exps.reduce((sum, one) => sum + one, 0);\n  return tf.tensor1d(exps.map((one) => one / total));\n}`,
      },
      {
        title: 'logsumexp by hand, shifted by the maximum',
        code: `export function logPartition(energies: tf.Tensor2D) {\n  const top = energies.max(1, true);\n  return energies.sub(top).exp().sum(1, true).log().add(top);\n}`,
      },
      {
        title: 'a probability away from 0 by a guard that float32 keeps',
        code: `export const logProbabilities = (logits: tf.Tensor2D) => tf.log(tf.softmax(logits).clipByValue(1e-7, 1));`,
      },
      {
        title: 'half of the log variance',
        code: `export const deviation = (logVariance: tf.Tensor) => tf.exp(logVariance.mul(0.5));`,
      },
    ],
  },
});

type Pattern = (site: Site) => Suspicion | Pardon | undefined;

const PATTERNS: readonly Pattern[] = [
  logOfSoftmax,
  logOfSigmoid,
  logOfSumOfExp,
  logOfOnePlusExp,
  logOfExpMinusOne,
  logOfCosh,
  logOfDensity,
  softmaxByHand,
  tanhByHand,
  sigmoidByHand,
  sigmoidAsQuotient,
  sqrtOfExp,
  exponentialsOfNumbers,
  sumOfTwoInLogSpace,
];

function logOfSoftmax(site: Site): Suspicion | Pardon | undefined {
  const x = site.operand('x');
  const softmax = producer(x);
  if (!isOp(site.node, 'log') || !isOp(softmax, 'softmax')) return undefined;
  // Who clipped it and threw the result away has to be told that.
  if (discardedGuard(site, x!) !== undefined) return undefined;
  if (isLogWeight(site)) return { pardons: [site.node] };
  const given = operandOf(softmax, 'logits')!;
  const [gap, steep] = [site.limit(SOFTMAX_UNDERFLOW), site.limit(SIGMOID_STEEP)];
  // Logits that are never so far apart leave a probability that a logarithm and its gradient can take.
  const { high, low, highBy, lowBy } = given.range;
  const isNear = high - low < Math.min(gap.value, steep.value);
  // Divided by a temperature they are near to each other, as long as nobody hands over larger ones.
  if (isNear && highBy !== 'assumed' && lowBy !== 'assumed') return undefined;
  const logits = site.text(given);
  return {
    message: `\`${site.text()}\` is -Infinity once one logit is ${gap.text} above another, because the softmax underflows to 0; its gradient is NaN from there. Use \`tf.logSoftmax(${logits})\`, or a cross entropy that takes logits.`,
    danger: {
      text: `one of ${logits} is ${gap.text} below the largest`,
      harm: 'value',
      formula: true,
      region: { operand: 'x', low: 0, high: site.limit(QUOTIENT).value },
      failures: ['infinity', 'nan', 'inf-gradient', 'nan-gradient'],
    },
    manifest: !isNear,
    related: [{ node: softmax, message: 'the softmax that underflows' }],
    fixes: x === softmax ? logOfSoftmaxFixes(site, softmax) : [],
  };
}

function logOfSumOfExp(site: Site): Suspicion | undefined {
  const sum = producer(site.operand('x'));
  const exp = producer(operandOf(sum, 'x'));
  if (!isOp(site.node, 'log') || !isOp(sum, 'sum') || !isOp(exp, 'exp')) return undefined;
  const isLarge = overflows(site, exp);
  if (!isLarge && !dangersMet(site, ['value']).some(({ reach }) => reach === 'manifest')) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  const overflow = `Infinity once one of \`${x}\` is above ${site.limit(EXP_OVERFLOW).text}, and `;
  const below = `${isLarge ? 'all' : `all of \`${x}\``} are below -${site.limit(EXP_UNDERFLOW).text}`;
  return {
    message: `\`${site.text()}\` is ${isLarge ? overflow : ''}-Infinity once ${below}. Use \`tf.logSumExp(${x}, axis)\`, which shifts by the maximum.`,
    danger: {
      text: isLarge ? `${x} > ${site.limit(EXP_OVERFLOW).text}` : `${x} < -${site.limit(EXP_UNDERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [exp, sum],
    fixes: site.operand('x') === sum && operandOf(sum, 'x') === exp ? [logSumExpFix(site, sum, exp)] : [],
    related: overflowing(site, exp),
  };
}

function logOfOnePlusExp(site: Site): Suspicion | undefined {
  const exp = producer(isOp(site.node, 'log1p') ? site.operand('x') : onePlus(site.operand('x')));
  if (!isOp(site.node, 'log', 'log1p') || !isOp(exp, 'exp') || !overflows(site, exp)) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above ${site.limit(EXP_OVERFLOW).text} and its gradient is NaN; the true value is \`${x}\` itself. Use \`tf.softplus(${x})\`.`,
    danger: {
      text: `${x} > ${site.limit(EXP_OVERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [exp],
    related: overflowing(site, exp),
    fixes: [sameBy(site, new Rewriter(site).op('softplus', operandOf(exp, 'x')))],
  };
}

function logOfExpMinusOne(site: Site): Suspicion | undefined {
  const exp = producer(minusOne(site.operand('x')));
  if (!isOp(site.node, 'log') || !isOp(exp, 'exp') || !overflows(site, exp)) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above ${site.limit(EXP_OVERFLOW).text}, and -Infinity below ${site.limit(LOST_BESIDE_ONE).text}, where exp rounds to 1. Use \`${inWords(inverseSoftplus(site, operandOf(exp, 'x')!))}\`.`,
    danger: {
      text: `${x} > ${site.limit(EXP_OVERFLOW).text} or ${x} < ${site.limit(LOST_BESIDE_ONE).text}`,
      harm: 'value',
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [exp, site.operand('x')!],
    related: overflowing(site, exp),
    fixes: [sameBy(site, inverseSoftplus(site, operandOf(exp, 'x')!))],
  };
}

function logOfCosh(site: Site): Suspicion | undefined {
  const cosh = producer(site.operand('x'));
  if (!isOp(site.node, 'log') || !isOp(cosh, 'cosh') || reached(cosh.range).high < Infinity) return undefined;
  const x = site.text(operandOf(cosh, 'x')!);
  return {
    message: `\`${site.text()}\` is Infinity for |${x}| above ${site.limit(COSH_OVERFLOW).text}; the true value is |${x}| - 0.69. Use \`${inWords(logCosh(site, operandOf(cosh, 'x')!))}\`.`,
    danger: {
      text: `|${x}| > ${site.limit(COSH_OVERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [cosh],
    related: overflowing(site, cosh),
    fixes: cosh === site.operand('x') ? [sameBy(site, logCosh(site, operandOf(cosh, 'x')!))] : [],
  };
}

function sqrtOfExp(site: Site): Suspicion | undefined {
  const exp = producer(site.operand('x'));
  if (!isOp(site.node, 'sqrt') || !isOp(exp, 'exp') || !overflows(site, exp)) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  return {
    message: `\`${site.text()}\` is Infinity for \`${x}\` above ${site.limit(EXP_OVERFLOW).text}, and its gradient NaN below -${site.limit(EXP_UNDERFLOW).text}. Use \`tf.exp(${x}.mul(0.5))\`, which doubles the range.`,
    danger: {
      text: `${x} > ${site.limit(EXP_OVERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [exp],
    related: overflowing(site, exp),
    fixes: exp === site.operand('x') ? [sameBy(site, rootOfExp(site, operandOf(exp, 'x')!))] : [],
  };
}
