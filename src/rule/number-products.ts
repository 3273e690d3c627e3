/** Products of many JavaScript numbers, where their logarithm, a root or their shares are wanted: float64 ends at 5e-324. */
import { isCompared } from '../program/apart.js';
import { stepsAlong } from '../program/counters.js';
import type { Node } from '../program/node.js';
import { placeOf } from '../source/span.js';
import { isCarried, madeAs, summandOf } from './last-written.js';
import { isLogarithm } from './number-composites.js';
import { constantOf, isConstant, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import { numberFactors } from './terms.js';

/** `Math.log(product)`, `product ** (1 / n)`, and `product / total` where that adds up such products. */
export function productOfNumbers(site: Site): Suspicion | undefined {
  const product = productIn(site, wholeOf(site));
  const factor = product && factorOf(product);
  if (
    product === undefined ||
    factor === undefined ||
    (isOp(site.node, 'js.div') && !isShareOf(site, product))
  )
    return undefined;
  // Who asks how small it is by now keeps it from what is too small.
  if ([product, wholeOf(site)!].some(isCompared)) return undefined;
  const [name, by] = [site.at(product).text(), site.at(product).text(factor)];
  const isFactorial = stepsAlong(factor) || factor.attributes['cause'] === 'loop-carried value';
  if (factor.range.integer && !isFactorial) return undefined;
  if (SIZES.test(by)) return undefined;
  const ends = factor.range.integer
    ? `\`${name}\` is Infinity from 171! on`
    : `\`${name}\` is 0 once there are a few hundred factors of 0.1, or as many digits, and Infinity once there are as many of 10`;
  return {
    message: `\`${site.text()}\` goes by a product of as many numbers as there are: ${ends}. Add up \`Math.log(${by})\` instead${isOp(site.node, 'js.div') ? ', subtract the largest sum, and take Math.exp of each' : ''}.`,
    danger: {
      text: `the product of ${by} leaves float64`,
      harm: 'value',
      failures: ['underflow', 'overflow'],
      unshown: 'it takes hundreds of factors',
    },
    manifest: factor.range.integer || isProbability(factor, by),
    covers: [site.node],
    related: [{ node: product, message: 'the product' }],
  };
}

/** How many factors a shape has is no matter of data. */
const SIZES = /\b(?:shapes?|dims?|sizes?)\b/i;

/** Of other factors nobody knows on which side of 1 they are. */
const isProbability = ({ range, attributes }: Node, text: string): boolean =>
  (range.low >= 0 && range.high <= 1) ||
  PROBABILITY.test(text) ||
  (typeof attributes['path'] === 'string' && LIST.test(attributes['path']));

/** `probs[]`, `this.stepProbs[]` */
const LIST = /(?:^|[._])p(?:s|robs?)?\[|(?:^|[._a-z])(?:[pP]robs|[pP]robabilities|[lL]ikelihoods)\[/;

const PROBABILITY =
  /(?:^|[^a-z])p(?:s|robs?)?(?![a-z])|prob|likelihood|lik\b|prior|emit|emission|transition/i;

function wholeOf(site: Site): Node | undefined {
  if (isLogarithm(site.node)) return site.operand('x');
  if (isOp(site.node, 'js.div')) return site.operand('a');
  const exponent = site.operand('b');
  const isRoot = isOp(exponent, 'js.div') && isConstant(operandOf(exponent, 'a'), 1);
  if (!isOp(site.node, 'js.pow') || !isRoot) return undefined;
  // `(1 / product) ** (1 / n)`, a perplexity.
  const base = site.operand('a');
  return isOp(base, 'js.div') && isConstant(operandOf(base, 'a'), 1) ? operandOf(base, 'b') : base;
}

/** The multiplication of each round of a loop, or of a `reduce`, that the number comes from. */
function productIn(site: Site, number: Node | undefined): Node | undefined {
  const made = number?.op === 'unknown' ? madeAs(site, number) : undefined;
  return isOp(made, 'js.mul') && numberFactors(made, DEPTH).some(isCarried) ? made : undefined;
}

/** Products are taken apart this deep. */
const DEPTH = 3;

/** What each round multiplies by; undefined of growth, `1 + rate`, and of quotients, which stay around 1. */
function factorOf(product: Node): Node | undefined {
  const factors = numberFactors(product, DEPTH);
  const factor = factors.find((one) => !isCarried(one)) ?? factors[1];
  if (factor === undefined || constantOf(factor) !== undefined || isOp(factor, 'js.div')) return undefined;
  const isBesideOne =
    isOp(factor, 'js.add', 'js.sub') && ['a', 'b'].some((name) => isConstant(operandOf(factor, name), 1));
  return isBesideOne ? undefined : factor;
}

function isShareOf(site: Site, product: Node): boolean {
  const total = site.operand('b');
  const summed = total && productIn(site, summandOf(site, total));
  return summed !== undefined && placeOf(summed.span) === placeOf(product.span);
}
