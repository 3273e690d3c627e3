import { LOST_BESIDE_ONE } from '../src/ops/thresholds.js';
import { isSmallBesideOne, lostBelow, TINY } from '../src/rule/lost-digits.js';
import { isJavaScript } from '../src/rule/danger.js';
import { known, reachesTiny } from '../src/rule/number-forms.js';
import { nameOfInput } from '../src/rule/input-names.js';
import { onePlus, operandOf } from '../src/rule/patterns.js';
import { Rewriter, sameBy } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { digitsKept, hasOwnKernel } from '../src/rule/shader-formulas.js';
import { isTermOfSum } from '../src/rule/terms-of-logs.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'log-near-one',
  category: 'numerical',
  claim: '`log(1 + x)` loses the digits of a small x, and all of them below 5.96e-8.',
  reason:
    '1 + x is rounded to a multiple of 1.19e-7 before the logarithm sees it: at x = 1e-6 the result is wrong by 5 %, below 5.96e-8 it is 0. A JavaScript number has the same fate at 1e-15 and 1.1e-16.',
  remedy: 'Use `tf.log1p(x)`, which computes the same function without forming 1 + x.',
  ops: ['log', 'js.log'],
  check(site) {
    if (isJavaScript(site.node)) return ofNumber(site);
    const x = onePlus(site.operand('x'));
    if (x === undefined || isFloored(x, site.limit(LOST_BESIDE_ONE).value) || !isSmallBesideOne(x))
      return undefined;
    // A softplus has a rule of its own; where its exponent is never positive, what is lost is next to nothing.
    const decays = x.op === 'exp';
    if (decays && operandOf(x, 'x')!.range.high > 0) return undefined;
    const name = site.text(x);
    return {
      message: `\`${site.text()}\` loses the digits of a small \`${name}\`: ${lostBelow(site)}, because 1 + x is rounded first. ${digitsKept(site, 'log1p', { call: `tf.log1p(${name})`, x: name })}`,
      danger: {
        text: `|${name}| < 2.4e-4`,
        harm: 'accuracy',
        region: { operand: 'x', low: 1 - TINY, high: 1 + TINY },
        failures: ['cancellation'],
      },
      manifest: !decays,
      advice: decays || isCountByName(x) || isTermOfSum(site) ? true : undefined,
      fixes: hasOwnKernel(site) ? [sameBy(site, new Rewriter(site).op('log1p', x))] : [],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a compressed feature',
        code: `export const compress = (x: tf.Tensor) => tf.log(tf.add(1, x.abs()));`,
      },
      {
        title: 'the chained spelling, the other way round',
        code: `export const compress = (x: tf.Tensor) => x.square().add(1).log();`,
      },
      {
        title: 'a JavaScript number that is declared small',
        code: `/** @range rate [0, 0.1] */\nexport const logReturn = (x: tf.Tensor, rate: number) => x.mul(Math.log(1 + rate));`,
      },
    ],
    safe: [
      {
        title: 'a floor that gives up more than the rounding does',
        code: `export const squaredLogError = (label: tf.Tensor, guess: tf.Tensor) =>\n  tf.log(tf.add(1, label.clipByValue(1e-7, 1e6))).sub(tf.log(tf.add(1, tf.maximum(guess, 1e-7)))).square().mean();`,
      },
      {
        title: 'the other half of a cross entropy, of a share that is kept off both ends',
        code: `export const ofMisses = (label: tf.Tensor, logit: tf.Tensor) => {\n  const p = logit.sigmoid().clipByValue(1e-7, 1 - 1e-7);\n  return label.neg().add(1).mul(p.neg().add(1).log()).mean().neg();\n};`,
      },
      {
        title: 'a JavaScript number, with log1p',
        code: `/** @range rate [0, 0.1] */\nexport const logReturn = (x: tf.Tensor, rate: number) => x.mul(Math.log1p(rate));`,
      },
      { title: 'log1p', code: `export const compress = (x: tf.Tensor) => tf.log1p(x.abs());` },
      {
        title: 'a count',
        code: `export const idf = (documents: tf.Tensor1D) => tf.log(tf.add(1, documents.greater(0).sum()));`,
      },
    ],
  },
});

/** Of things that are counted there is none, or one, and nothing between. */
const isCountByName = (x: Node): boolean => COUNT.test(nameOfInput(x) ?? '');

const COUNT =
  /^(?:n|num(?:ber)?(?:_\w+|[A-Z]\w*)|(?:\w*_)?counts?|[a-z]\w*Counts?|cases|clicks|deaths|degrees?|events|frequenc(?:y|ies)|hits|occurrences|ranks?|tallies|views|visits)$/;

/** In float64 the digits go later: at 1e-10 there are six left. */
function ofNumber(site: Site): Suspicion | undefined {
  const x = onePlus(site.operand('x'));
  if (x === undefined || x.op === 'js.exp' || isFloored(x, LOST_BESIDE_ONE_IN_FLOAT64)) return undefined;
  const how = reachesTiny(x);
  if (how !== 'manifest' && how !== 'assumed') return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` loses the digits of a small \`${name}\`: half of them at 1e-8, all below 1.1e-16, because 1 + x is rounded first. Use \`Math.log1p(${name})\`.`,
    danger: {
      text: `|${name}| < 1e-12`,
      harm: 'accuracy',
      region: { operand: 'x', low: 1 - 2 ** -41, high: 1 + 2 ** -41 },
      failures: ['cancellation'],
    },
    ...known(how),
    fixes: [sameBy(site, new Rewriter(site).op('js.log1p', x))],
  };
}

/**
 * A floor, of x or of -x, says that differences below it do not matter. The rounding of 1 + x changes the logarithm by at
 * most what is lost beside 1, which is no more than such a floor.
 */
const isFloored = ({ range: { low, lowBy, high, highBy } }: Node, lost: number): boolean =>
  (low >= lost && lowBy === 'attained') || (high <= -lost && highBy === 'attained');

const LOST_BESIDE_ONE_IN_FLOAT64 = 2 ** -53;
