/** Quotients of JavaScript numbers whose divisor is 0 where their numerator is, by the formula alone. */
import { isCompared, isNonZero } from '../program/apart.js';
import { slice, type Node } from '../program/node.js';
import { placeWritten } from '../program/written.js';
import { ts } from '../source/typescript.js';
import { constantOf, eitherOrder, isOp, operandOf, sameValue } from './patterns.js';
import type { Site } from './site.js';
import { numberFactors, numberTerms } from './terms.js';

/** Whether the quotient is such a formula, in a function that asks nothing about 0. */
export function isZeroByZero(site: Site, divisor: Node): boolean {
  const numerator = site.operand('a');
  if (numerator === undefined || isCompared(divisor)) return false;
  const isZero =
    isHarmonicMean(site, numerator, divisor) ||
    isRelativeToBoth(numerator, divisor) ||
    isShareOfConfusion(site, numerator, divisor) ||
    isShareOfIdeal(site, numerator, divisor);
  return isZero && !asksAboutZero(site);
}

/** Whoever asks about one of the numbers, or about the result, has thought of both. */
function asksAboutZero({ node }: Site): boolean {
  const around = ts.findAncestor(placeWritten(node), ts.isFunctionLike);
  return around !== undefined && QUESTION.test(around.getText());
}

const QUESTION = new RegExp(
  [
    // `p === 0`, `sum < 1e-9`, `truth === guess)`
    String.raw`[!=]==?\s*(?:0(?![.\d])|\d?\.?\d*e-|[a-z_$][\w$.]*(?:\[\w+\])?\s*[)&|?;])`,
    String.raw`[<>]=?\s*(?:0(?![.\d])|\d?\.?\d*e-|EPS|eps)`,
    // `f1 || 0`, `Number.isNaN(f1)`
    String.raw`(?:\|\||\?\?)\s*0\b|isNaN|isFinite`,
    // `if (!p && !r)`
    String.raw`\bif\s*\(\s*!|![\w$.]+\s*(?:&&|\|\|)`,
  ].join('|'),
);

/**
 * `2 p r / (p + r)` or `(1 + b²) p r / (b² p + r)` of a precision and a recall, which are both 0 where nothing was hit: of what is a
 * quotient, or has such a name. Of two masses, speeds or resistors none is 0.
 */
function isHarmonicMean(site: Site, numerator: Node, divisor: Node): boolean {
  if (!isOp(divisor, 'js.add')) return false;
  const factors = numberFactors(numerator);
  const shares = ['a', 'b'].map((name) =>
    numberFactors(operandOf(divisor, name)!).find((term) =>
      factors.some((factor) => sameValue(factor, term)),
    ),
  );
  return factors.length > 2 && shares.every((share) => share !== undefined && mayBeShareOfNone(site, share));
}

function mayBeShareOfNone(site: Site, share: Node): boolean {
  if (isNonZero(share) || isSmoothed(share)) return false;
  return isOp(share, 'js.div') || RATE.test(site.text(share));
}

/** `(hits + 1) / (all + 2)` */
const isSmoothed = (share: Node): boolean => {
  const hits = isOp(share, 'js.div') ? operandOf(share, 'a') : undefined;
  return isOp(hits, 'js.add') && eitherOrder(hits).some(([one]) => (constantOf(one) ?? 0) > 0);
};

const RATE = /^(?:p|r|prec(?:ision)?|rec(?:all)?|ppv|tpr|sensitivity|specificity)$|\/|precision|recall/i;

/**
 * `tp / (tp + fp)`, and `(tp * tn - fp * fn) / Math.sqrt((tp + fp) * …)`: of a class that is never predicted, or never there, both
 * counts are 0.
 */
function isShareOfConfusion(site: Site, numerator: Node, divisor: Node): boolean {
  const product = isOp(divisor, 'js.sqrt') ? operandOf(divisor, 'x')! : divisor;
  const isCount = (node: Node): boolean => CONFUSION.test(site.text(node));
  const isOfTwo = numberFactors(product).some((sum) => {
    const parts = numberTerms(sum, 1);
    return parts.length === 2 && parts.every((part) => isCount(part) && !isNonZero(part));
  });
  return isOfTwo && slice(numerator).some(isCount);
}

/** `dcg(ranked) / dcg(ideal)`, `dcg / idcg`: where nothing is relevant, no order gains anything. */
const isShareOfIdeal = (site: Site, numerator: Node, divisor: Node): boolean =>
  GAIN.test(site.text(numerator)) && IDEAL.test(site.text(divisor)) && !isNonZero(divisor);

const GAIN = /dcg|gain/i;

const IDEAL =
  /^(?:[\w$]+\.)*(?:i_?(?:dcg|gain)|(?:ideal|best|max)_?(?:dcg|gain)?|(?:dcg|\w*gain)\([^()]*(?:ideal|best|sorted)[^()]*\))$/i;

/** `tp`, `c.fn`, `truePositives` */
const CONFUSION = /^(?:[\w$]+\.)*(?:tp|fp|fn|tn|(?:true|false)_?(?:pos|neg)(?:itives?|atives?)?)$/i;

/** `|a - b| / (|a| + |b|)`, a symmetric percentage error, or with the mean of both. */
function isRelativeToBoth(numerator: Node, divisor: Node): boolean {
  const [distance] = numberFactors(numerator).filter(isNoConstant);
  const difference = isOp(distance, 'js.abs') ? operandOf(distance, 'x') : distance;
  const sum = isOp(divisor, 'js.div', 'js.mul')
    ? eitherOrder(divisor).find(([scale]) => constantOf(scale) !== undefined)?.[1]
    : divisor;
  if (!isOp(difference, 'js.sub') || !isOp(sum, 'js.add')) return false;
  const parts = ['a', 'b'].map((name) => operandOf(difference, name));
  const sizes = ['a', 'b'].map((name) => operandOf(sum, name));
  return (
    sizes.every((size) => isOp(size, 'js.abs')) &&
    parts.every((part) => sizes.some((size) => sameValue(operandOf(size!, 'x'), part))) &&
    !parts.some((part) => isNonZero(part!))
  );
}

const isNoConstant = (node: Node): boolean => constantOf(node) === undefined;
