/** The logarithm of a density, `exp(-z² / 2) / (σ √2π)`: that of its exponential is there without either. */
import { reached } from '../facts/range.js';
import { EXP_UNDERFLOW } from '../ops/thresholds.js';
import { slice, type Node } from '../program/node.js';
import { isLogWeight } from './danger.js';
import type { Term } from './finding.js';
import { isOp, operandOf, producer, sameValue } from './patterns.js';
import { inWords, type Part, Rewriter, sameBy } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `log(exp(a) · b)` and `log(exp(a) / b)`, of any number of factors of which one is an exponential. */
export function logOfDensity(site: Site): Suspicion | undefined {
  const density = site.operand('x');
  if (!isOp(site.node, 'log') || !isOp(density, 'mul', 'div')) return undefined;
  const exp = exponentialIn(density);
  const exponent = operandOf(exp, 'x');
  if (exp === undefined || exponent === undefined || isLogWeight(site)) return undefined;
  // A softmax or a sigmoid by hand has a better cure.
  if (factorsBeside(density, exp).some((factor) => isOfExponential(factor, exponent))) return undefined;
  if (reached(exponent.range).low > -site.limit(EXP_UNDERFLOW).value) return undefined;
  const name = site.text(exponent);
  const instead = logarithmOf(site, density);
  return {
    message: `\`${site.text()}\` is -Infinity where \`${name}\` is below -${site.limit(EXP_UNDERFLOW).text}: the exponential underflows to 0 before its logarithm is taken, and no gradient is left. Stay in log space: \`${inWords(instead)}\`.`,
    danger: {
      text: `${name} < -${site.limit(EXP_UNDERFLOW).text}`,
      harm: 'value',
      region: { operand: 'x', low: 0, high: 0 },
      failures: ['infinity'],
    },
    manifest: true,
    covers: [exp, density],
    related: [{ node: exp, message: 'underflows to 0' }],
    fixes: [sameBy(site, instead)],
  };
}

/** The exponential among the factors of a product, or above the line of a quotient. */
function exponentialIn(node: Node | undefined, depth = 0): Node | undefined {
  const made = producer(node);
  if (isOp(made, 'exp')) return made;
  if (depth > MOST_FACTORS || made !== node) return undefined;
  const factors = isOp(made, 'mul') ? ['a', 'b'] : isOp(made, 'div') ? ['a'] : [];
  for (const factor of factors) {
    const found = exponentialIn(operandOf(made, factor), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const MOST_FACTORS = 4;

/** What the exponential is multiplied with, and divided by. */
function factorsBeside(product: Node, exp: Node): Node[] {
  return ['a', 'b'].flatMap((name) => {
    const factor = operandOf(product, name)!;
    if (producer(factor) === exp) return [];
    return exponentialIn(factor) === exp ? factorsBeside(factor, exp) : [factor];
  });
}

const isOfExponential = (factor: Node, exponent: Node): boolean =>
  slice(factor).some((node) => isOp(node, 'exp') && sameValue(operandOf(node, 'x'), exponent));

/** log(x · y) = log x + log y, log(x / y) = log x - log y: taken apart as far as the exponential is in it. */
function logarithmOf(site: Site, product: Node): Term {
  const part = (name: string): Part => {
    const factor = operandOf(product, name)!;
    const made = producer(factor);
    if (isOp(made, 'exp')) return operandOf(made, 'x');
    return exponentialIn(factor) === undefined ? logarithm(site, factor) : logarithmOf(site, factor);
  };
  return new Rewriter(site).op(product.op === 'div' ? 'sub' : 'add', part('a'), part('b'));
}

function logarithm(site: Site, factor: Node): Part {
  const isNumber = factor.dtype === 'number' || factor.op === 'constant';
  return isNumber ? `Math.log(${site.source(factor)})` : new Rewriter(site).op('log', factor);
}
