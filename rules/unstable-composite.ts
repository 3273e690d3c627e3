import {
  COSH_OVERFLOW,
  EXP_OVERFLOW,
  EXP_UNDERFLOW,
  LOST_BESIDE_ONE,
  QUOTIENT,
  SIGMOID_ONE,
  SIGMOID_STEEP,
  SIGMOID_UNDERFLOW,
  SOFTMAX_UNDERFLOW,
} from '../src/ops/thresholds.js';
import { isLogWeight } from '../src/rule/danger.js';
import {
  exactConstant,
  isConstant,
  isOp,
  minusOne,
  negated,
  oneMinus,
  onePlus,
  operandOf,
  producer,
  sameValue,
} from '../src/rule/patterns.js';
import { discardedGuard } from '../src/rule/guards.js';
import { inWords, Rewriter, sameBy, together } from '../src/rule/rewrite.js';
import type { FixCandidate, Replacement, Term } from '../src/rule/finding.js';
import { inverseSoftplus, logCosh, logSigmoid, rootOfExp } from '../src/rule/stable-forms.js';
import { softmaxByHand } from '../src/rule/softmax-by-hand.js';
import { logOfSoftmaxFixes, logSumExpFix } from '../src/rule/softmax-fixes.js';
import { defineRule, type Pardon, type Suspicion } from '../src/rule/rule.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'unstable-composite',
  category: 'numerical',
  claim:
    'A formula written out of exp, log and sums breaks where the one function that TensorFlow.js has for it does not.',
  reason:
    'The parts leave float32 before the whole does: exp overflows above 88.72, a softmax or sigmoid underflows to 0 below -103.97 and rounds to 1 above 17.33, and the log of that is infinite, its gradient NaN.',
  remedy:
    'Use the fused function: logSoftmax, logSumExp, softplus, sigmoid, softmax, tanh, or a cross entropy that takes logits.',
  ops: ['log', 'log1p', 'div', 'reciprocal', 'sqrt'],
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
      { title: 'log cosh', code: `export const logCosh = (error: tf.Tensor) => tf.log(tf.cosh(error));` },
    ],
    safe: [
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
  softmaxByHand,
  tanhByHand,
  sigmoidByHand,
  sigmoidAsQuotient,
  sqrtOfExp,
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
  if (given.range.high - given.range.low < Math.min(gap.value, steep.value)) return undefined;
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
    manifest: true,
    related: [{ node: softmax, message: 'the softmax that underflows' }],
    fixes: x === softmax ? logOfSoftmaxFixes(site, softmax) : [],
  };
}

/** log(sigmoid(x)) and log(1 - sigmoid(x)); the two of one cross entropy are one finding. */
function logOfSigmoid(site: Site): Suspicion | Pardon | undefined {
  if (!isOp(site.node, 'log')) return undefined;
  const x = producer(site.operand('x'));
  const inner = producer(oneMinus(x));
  const sigmoid = isOp(x, 'sigmoid') ? x : isOp(inner, 'sigmoid') ? inner : undefined;
  if (sigmoid === undefined) return undefined;
  // An epsilon that the 1 absorbs was meant as a guard: that is the news.
  if (sigmoid === inner && (exactConstant(operandOf(x, 'a')) ?? 1) !== 1) return undefined;
  if (isLogWeight(site)) return { pardons: [site.node] };
  const complement = sigmoid === inner;
  const logits = operandOf(sigmoid, 'x')!;
  const partners = site.nodes.filter(
    (node) => node !== site.node && isOp(node, 'log') && usesSigmoid(node, sigmoid),
  );
  // The pair is anchored where it breaks first: 1 - sigmoid is 0 from 17.33 on, in float32.
  if (
    !complement &&
    partners.some((node) => producer(oneMinus(producer(operandOf(node, 'x')))) !== undefined)
  )
    return undefined;
  const [one, zero] = [site.limit(SIGMOID_ONE), site.limit(SIGMOID_UNDERFLOW)];
  const steep = site.limit(SIGMOID_STEEP);
  // On backends that flush, the sigmoid is 0 before 1 over it is Infinity.
  const first = steep.value < zero.value ? steep : zero;
  if (complement ? logits.range.high < one.value : logits.range.low >= -first.value) return undefined;
  const name = site.text(logits);
  const early = first === steep ? `; its gradient is infinite from -${steep.text}` : '';
  return {
    message: complement
      ? `\`${site.text()}\` is -Infinity for logits above ${one.text}, because the sigmoid rounds to 1; times a label of 0 that is NaN. Use \`tf.losses.sigmoidCrossEntropy(labels, ${name})\`, or \`tf.neg(tf.softplus(${name}))\` for this term.`
      : `\`${site.text()}\` is -Infinity for logits below -${zero.text}, because the sigmoid underflows to 0${early}. Use \`tf.neg(tf.softplus(tf.neg(${name})))\`.`,
    danger: {
      text: complement ? `${name} > ${one.text}` : `${name} < -${first.text}`,
      harm: 'value',
      formula: true,
      region: { operand: 'x', low: 0, high: site.limit(QUOTIENT).value },
      failures: ['infinity', 'nan', 'inf-gradient', 'nan-gradient'],
    },
    manifest: true,
    covers: partners,
    fixes: logOfSigmoidFixes(site, [site.node, ...partners], sigmoid),
    related: partners.map((node) => ({ node, message: 'the other half of the same cross entropy' })),
  };
}

/** All logs of the cross entropy at once. */
function logOfSigmoidFixes(site: Site, logs: readonly Node[], sigmoid: Node): FixCandidate[] {
  const logits = operandOf(sigmoid, 'x')!;
  const replacements: Replacement[] = [];
  for (const log of logs) {
    const x = operandOf(log, 'x');
    const isComplement = sameValue(oneMinus(x), sigmoid);
    if (!isComplement && !sameValue(x, sigmoid)) return [];
    replacements.push({ span: log.span, by: logSigmoid(site, logits, isComplement) });
  }
  const formulas = [...new Set(replacements.map(({ by }) => `\`${inWords(by as Term)}\``))];
  return [together(`Use ${formulas.join(' and ')}`, 'equal', replacements)];
}

function usesSigmoid(log: Node, sigmoid: Node): boolean {
  const x = producer(operandOf(log, 'x'));
  return sameValue(x, sigmoid) || sameValue(producer(oneMinus(x)), sigmoid);
}

function overflows(site: Site, exp: Node): boolean {
  const x = operandOf(exp, 'x');
  return x !== undefined && x.range.high > site.limit(EXP_OVERFLOW).value;
}

/** The op that overflows, where it does not stand in the formula itself. */
function overflowing(site: Site, ...ops: readonly Node[]): NonNullable<Suspicion['related']> {
  const { file, start, end } = site.node.span;
  return ops
    .filter(({ span }) => span.file !== file || span.start < start || span.end > end)
    .map((node) => ({ node, message: `the ${node.op} that overflows` }));
}

function logOfSumOfExp(site: Site): Suspicion | undefined {
  const sum = producer(site.operand('x'));
  const exp = producer(operandOf(sum, 'x'));
  if (!isOp(site.node, 'log') || !isOp(sum, 'sum') || !isOp(exp, 'exp')) return undefined;
  if (!overflows(site, exp)) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  return {
    message: `\`${site.text()}\` is Infinity once one of \`${x}\` is above ${site.limit(EXP_OVERFLOW).text}, and -Infinity once all are below -${site.limit(EXP_UNDERFLOW).text}. Use \`tf.logSumExp(${x}, axis)\`, which shifts by the maximum.`,
    danger: {
      text: `${x} > ${site.limit(EXP_OVERFLOW).text}`,
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
  if (!isOp(site.node, 'log') || !isOp(cosh, 'cosh') || cosh.range.high < Infinity) return undefined;
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

function tanhByHand(site: Site): Suspicion | undefined {
  const [top, bottom] = [site.operand('a'), site.operand('b')];
  if (!isOp(site.node, 'div') || !isOp(top, 'sub') || !isOp(bottom, 'add')) return undefined;
  const [up, down] = [operandOf(top, 'a'), operandOf(top, 'b')];
  if (
    !isOp(up, 'exp') ||
    !isOp(down, 'exp') ||
    !sameValue(up, operandOf(bottom, 'a')) ||
    !sameValue(down, operandOf(bottom, 'b'))
  )
    return undefined;
  const x = operandOf(up, 'x')!;
  if (!sameValue(negated(operandOf(down, 'x')), x) || !overflows(site, up)) return undefined;
  return {
    message: `\`${site.text()}\` is NaN for |${site.text(x)}| above ${site.limit(EXP_OVERFLOW).text} (Infinity / Infinity); the true value is 1. Use \`tf.tanh(${site.text(x)})\`.`,
    danger: {
      text: `|${site.text(x)}| > ${site.limit(EXP_OVERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['nan', 'overflow', 'nan-gradient'],
    },
    manifest: true,
    covers: [up, down, top, bottom, operandOf(bottom, 'a')!, operandOf(bottom, 'b')!],
    related: overflowing(site, up, down),
    fixes: [sameBy(site, new Rewriter(site).op('tanh', x))],
  };
}

/** Its value is right (1 / Infinity is 0); its gradient is Infinity * 0. */
function sigmoidByHand(site: Site): Suspicion | Pardon | undefined {
  const denominator = isOp(site.node, 'reciprocal')
    ? site.operand('x')
    : isConstant(site.operand('a'), 1)
      ? site.operand('b')
      : undefined;
  const exp = producer(onePlus(denominator));
  if (!isOp(site.node, 'div', 'reciprocal') || !isOp(exp, 'exp') || !overflows(site, exp)) return undefined;
  const exponent = operandOf(exp, 'x')!;
  const x = negated(exponent);
  const name = x === undefined ? `tf.neg(${site.text(exponent)})` : site.text(x);
  const flows = site.gradient();
  const write = new Rewriter(site);
  // Without a gradient the overflow does no harm: 1 / Infinity is the right value.
  if (flows === 'no') return { pardons: [exp] };
  return {
    message: `The gradient of \`${site.text()}\` is NaN for \`${site.text(exponent)}\` above ${site.limit(EXP_OVERFLOW).text}: exp overflows, and Infinity meets 0 in the chain rule, though the value is right. Use \`tf.sigmoid(${name})\`.`,
    danger: {
      text: `${site.text(exponent)} > ${site.limit(EXP_OVERFLOW).text}`,
      harm: 'gradient',
      formula: true,
      failures: ['nan-gradient', 'inf-gradient'],
    },
    manifest: true,
    covers: [exp, denominator!],
    related: overflowing(site, exp),
    fixes: [sameBy(site, write.op('sigmoid', x ?? write.op('neg', exponent)))],
  };
}

/** `exp(x) / (1 + exp(x))`: Infinity / Infinity where the other way to write it is right. */
function sigmoidAsQuotient(site: Site): Suspicion | undefined {
  const exp = producer(site.operand('a'));
  const denominator = site.operand('b');
  const added = producer(onePlus(denominator));
  if (!isOp(site.node, 'div') || !isOp(exp, 'exp') || !isOp(added, 'exp')) return undefined;
  if (!sameValue(operandOf(exp, 'x'), operandOf(added, 'x')) || !overflows(site, exp)) return undefined;
  const x = site.text(operandOf(exp, 'x')!);
  return {
    message: `\`${site.text()}\` is NaN for \`${x}\` above ${site.limit(EXP_OVERFLOW).text} (Infinity / Infinity); the true value is 1. Use \`tf.sigmoid(${x})\`.`,
    danger: {
      text: `${x} > ${site.limit(EXP_OVERFLOW).text}`,
      harm: 'value',
      formula: true,
      failures: ['nan', 'overflow', 'infinity', 'nan-gradient'],
    },
    manifest: true,
    covers: [exp, added, denominator!],
    related: overflowing(site, exp),
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
