/** Sigmoids: their logarithms, and sigmoids and hyperbolic tangents that are written by hand. */
import { reached } from '../facts/range.js';
import { EXP_OVERFLOW, QUOTIENT, SIGMOID_ONE, SIGMOID_STEEP, SIGMOID_UNDERFLOW } from '../ops/thresholds.js';
import { choiceBehind } from './chosen-values.js';
import { isLogWeight } from './danger.js';
import {
  exactConstant,
  isConstant,
  isOp,
  negated,
  oneMinus,
  onePlus,
  operandOf,
  producer,
  sameValue,
} from './patterns.js';
import { inWords, Rewriter, sameBy, together } from './rewrite.js';
import type { FixCandidate, Replacement, Term } from './finding.js';
import { logSigmoid } from './stable-forms.js';
import type { Pardon, Suspicion } from './rule.js';
import type { Node } from '../program/node.js';
import type { Site } from './site.js';

/** log(sigmoid(x)) and log(1 - sigmoid(x)); the two of one cross entropy are one finding. */
export function logOfSigmoid(site: Site): Suspicion | Pardon | undefined {
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

/** Whether an exponential of the formula leaves the range, and somebody takes what comes of it. */
export function overflows(site: Site, exp: Node): boolean {
  const x = operandOf(exp, 'x');
  const low = site.limit(EXP_OVERFLOW).value;
  if (x === undefined || reached(x.range).high <= low) return false;
  const region = { low, high: Infinity, failure: 'overflow' } as const;
  return site.gradient() !== 'no' || choiceBehind(site, x, region) === undefined;
}

/** The op that overflows, where it does not stand in the formula itself. */
export function overflowing(site: Site, ...ops: readonly Node[]): NonNullable<Suspicion['related']> {
  const { file, start, end } = site.node.span;
  return ops
    .filter(({ span }) => span.file !== file || span.start < start || span.end > end)
    .map((node) => ({ node, message: `the ${node.op} that overflows` }));
}

export function tanhByHand(site: Site): Suspicion | undefined {
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
export function sigmoidByHand(site: Site): Suspicion | Pardon | undefined {
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
export function sigmoidAsQuotient(site: Site): Suspicion | undefined {
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
