/**
 * Formulas of exp, log and sums in JavaScript numbers, gone through element by element: a softmax, a logarithm of a sum of
 * exponentials, a logarithm of a product. float64 ends at exp(709.78) and exp(-745.13).
 */
import { isCompared } from '../program/apart.js';
import { isOfSteps } from '../program/by-data.js';
import { slice, type Node } from '../program/node.js';
import { isFromExtreme, readsBack } from '../program/read-back.js';
import { placeOf } from '../source/span.js';
import { wordsOf } from '../source/words.js';
import { nameOfInput } from './input-names.js';
import { isOfList, madeAs, summandOf } from './last-written.js';
import { constantOf, eitherOrder, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import { numberTerms } from './terms.js';

/** Above it `Math.exp` is Infinity, below the other it is 0. */
const [MOST, LEAST] = [709.78, -745.13];

/** A softmax or a logarithm of a sum of exponentials, without the largest exponent taken from all of them. */
export function exponentialsOfNumbers(site: Site): Suspicion | undefined {
  const found = compositeAt(site, site.node);
  return found && underflown(site, found);
}

/**
 * `Math.log(Math.exp(a) + Math.exp(b))` of two that are handed in: what is added so in log space are logarithms of probabilities
 * by the name of the function or by their own, and those of many steps are below -745.
 */
export function sumOfTwoInLogSpace(site: Site): Suspicion | undefined {
  const sum = isLogarithm(site.node) ? operandOf(site.node, 'x') : undefined;
  const exps = sum === undefined ? [] : numberTerms(sum, MOST_ADDED);
  const given = exps.map((one) => (isOp(one, 'js.exp') ? operandOf(one, 'x')! : undefined));
  const isGiven = given.every((x) => x !== undefined && x.range.lowBy === 'assumed' && x.op === 'input');
  if (given.length < 2 || !isGiven) return undefined;
  const names = [site.unit.unit.name, ...given.map((x) => nameOfInput(x!) ?? '')].map((name) =>
    wordsOf(name).join(' '),
  );
  const [first] = given;
  return {
    message: `\`${site.text()}\` is -Infinity once all exponents are below ${LEAST}, and Infinity once one is above ${MOST}. ${remedyFor({ whole: site.node })}`,
    danger: {
      text: `${site.text(first!)} < ${LEAST}`,
      harm: 'value',
      region: { operand: 'x', low: 0, high: 0 },
      failures: ['infinity'],
    },
    manifest: names.some((name) => IN_LOG_SPACE.test(name)),
    covers: exps.flatMap((exp) => written(site, exp)),
  };
}

const IN_LOG_SPACE = /(?:^| )log ?(?:add|sum|plus|p|probs?|a|b|x|y|alphas?|betas?|liks?|likelihoods?)(?: |$)/;

/** Sums of more are written as loops. */
const MOST_ADDED = 7;

interface Composite {
  /** The quotient or the logarithm. */
  readonly whole: Node;
  readonly exp: Node;
  readonly total: Total;
}

/** `e / sum`, where `sum` adds up all that `e` is one of, each an exponential, perhaps times a weight; `Math.log(sum)`, or of the mean. */
function compositeAt(site: Site, whole: Node): Composite | undefined {
  if (!isOp(whole, 'js.div') && !isLogarithm(whole)) return undefined;
  const part = isOp(whole, 'js.div') ? exponentialIn(site, operandOf(whole, 'a')) : undefined;
  if (isOp(whole, 'js.div') && part === undefined) return undefined;
  const total = totalIn(isOp(whole, 'js.div') ? operandOf(whole, 'b') : summedUp(operandOf(whole, 'x')));
  const exp = total && exponentialIn(site, summandOf(site, total.value));
  if (exp === undefined || (part !== undefined && !isSamePlace(part, exp))) return undefined;
  return { whole, exp, total: total! };
}

/** The sum of a mean, `sum / n`. */
const summedUp = (node: Node | undefined): Node | undefined =>
  isOp(node, 'js.div') && operandOf(node, 'b')!.range.integer ? operandOf(node, 'a') : node;

/** The exponentials of such a formula, which are Infinity before the whole is. */
export function overflowOfNumbers(site: Site): Suspicion | undefined {
  const x = site.operand('x')!;
  if (endsOf(site, x).over !== 'reached') return undefined;
  const found = compositeOf(site);
  if (found === undefined) return undefined;
  const [name, whole] = [nameOf(site, x), site.at(found.whole).text()];
  return {
    message: `\`${site.text()}\` overflows to Infinity when \`${name} > ${MOST}\`, and \`${whole}\` is ${isOp(found.whole, 'js.div') ? 'NaN' : 'Infinity'} then. ${remedyFor(found)}`,
    danger: {
      text: `${name} > ${MOST}`,
      harm: 'value',
      region: { operand: 'x', low: MOST, high: Number.MAX_VALUE },
      failures: ['overflow'],
    },
    manifest: true,
    covers: [...written(site, site.node), ...written(site, found.whole)],
    related: [{ node: found.whole, message: 'what it breaks' }],
  };
}

/** The first formula that the exponential of the site is a part of. */
function compositeOf(site: Site): Composite | undefined {
  for (const node of site.nodes) {
    const found = compositeAt(site, node);
    if (found !== undefined && isSamePlace(found.exp, site.node)) return found;
  }
  return undefined;
}

/** Told of what it breaks: that the exponentials are 0 matters only where all of them are. */
function underflown(site: Site, { whole, exp, total }: Composite): Suspicion | undefined {
  const x = operandOf(exp, 'x')!;
  const { over, under } = endsOf(site, x);
  const isUnder = under !== 'no' && !isKept(total, exp);
  if (over === 'reached' || (over === 'no' && !isUnder)) return undefined;
  const isManifest = isUnder && (under === 'reached' || slice(x).some(isLogLikelihood));
  const name = nameOf(site.at(exp), x);
  const [atZero, atInfinity] = isOp(whole, 'js.div') ? ['NaN', 'NaN'] : ['-Infinity', 'Infinity'];
  const ends = [
    isUnder ? `${atZero} once all of \`${name}\` are below ${LEAST}` : undefined,
    over === 'no' ? undefined : `${atInfinity} once one of \`${name}\` is above ${MOST}`,
  ];
  return {
    message: `\`${site.text()}\` is ${ends.filter((end) => end !== undefined).join(', and ')}. ${remedyFor({ whole })}`,
    danger: {
      text: isUnder ? `${name} < ${LEAST}` : `${name} > ${MOST}`,
      harm: 'value',
      // A precondition of callers would only be listed.
      region: isManifest ? { operand: isOp(whole, 'js.div') ? 'b' : 'x', low: 0, high: 0 } : undefined,
      failures: ['infinity', 'nan'],
      unshown: isWeighted(site, whole) ? 'weights of 0 would leave nothing as well' : undefined,
    },
    // Scores that callers hand in seldom are as large as that; logarithms of likelihoods are.
    manifest: isManifest,
    covers: written(site, exp),
    related: [{ node: exp, message: 'the exponential of each' }],
  };
}

/** By its name: the logarithm of a likelihood is a sum over all data, and below -745 for a few hundred of them. */
const isLogLikelihood = (node: Node): boolean =>
  LOG_LIKELIHOOD.test(wordsOf(nameOfInput(node) ?? '').join(' '));

const LOG_LIKELIHOOD =
  /(?:^| )log ?(?:liks?|likelihoods?|posteriors?|evidences?|weights?|w|densit(?:y|ies))$/;

/** `weight * Math.exp(x)`. */
const isWeighted = (site: Site, whole: Node): boolean => {
  const part = operandOf(whole, isOp(whole, 'js.div') ? 'a' : 'x');
  return isOp(madeAs(site, part), 'js.mul') || isOp(madeAs(site, part && summandOf(site, part)), 'js.mul');
};

const remedyFor = ({ whole }: Pick<Composite, 'whole'>): string =>
  isOp(whole, 'js.div')
    ? 'Subtract the largest exponent from each of them before `Math.exp`: one weight is 1 then, and the shares are the same.'
    : 'Subtract the largest exponent before `Math.exp`, and add it to the logarithm.';

export const isLogarithm = (node: Node): boolean => isOp(node, 'js.log', 'js.log2', 'js.log10');

/** The sum of `Math.exp(-i / scale)` over the places of a list: a curve that a program lays out goes to 0, and does not begin there. */
export function isSumOfDecay(site: Site, sum: Node): boolean {
  if (sum.op !== 'unknown' || sum.range.integer || !isOfSteps(sum)) return false;
  return madeAs(site, summandOf(site, sum))?.op === 'js.exp';
}

/** `Math.exp(x)`, `weight * Math.exp(x)`, as an element of a list or as it stands. */
function exponentialIn(site: Site, number: Node | undefined): Node | undefined {
  const made = madeAs(site, number);
  if (isOp(made, 'js.exp')) return made;
  if (!isOp(made, 'js.mul')) return undefined;
  return eitherOrder(made)
    .map(([one]) => madeAs(site, one))
    .find((one) => isOp(one, 'js.exp'));
}

interface Total {
  readonly value: Node;
  /** Whether something is added to it, or taken in its place, that is not 0. */
  readonly isLifted: boolean;
}

/** `sum`, `sum + 1e-12`, `Math.max(sum, 1e-12)`. */
function totalIn(divisor: Node | undefined): Total | undefined {
  if (divisor === undefined) return undefined;
  const [value] = isOp(divisor, 'js.add', 'js.max')
    ? eitherOrder(divisor).flatMap(([one, other]) => ((constantOf(one) ?? 0) > 0 ? [other] : []))
    : [];
  return { value: value ?? divisor, isLifted: value !== undefined };
}

/** That the exponentials are above 0 of what is assumed of scores keeps nothing from 0; a condition does, and a first sum. */
const isKept = ({ value, isLifted }: Total, exp: Node): boolean =>
  isLifted ||
  isCompared(value) ||
  value.attributes['nonZero'] === true ||
  value.range.low > Math.max(exp.range.low, 0);

/** An exponent as the source writes it; of `scores.map(Math.exp)` it does not. */
const nameOf = (exp: Site, x: Node): string => (exp.text(x) === exp.text() ? 'x' : exp.text(x));

/** Whether an exponent leaves float64 at an end: `free` where nobody said that it does not. */
type Leaves = 'reached' | 'free' | 'no';

/** Neither where the largest, or whatever may be that, was taken from it. */
function endsOf(site: Site, x: Node): { readonly over: Leaves; readonly under: Leaves } {
  if (isShifted(site, x) || !slice(x).some(isElement)) return { over: 'no', under: 'no' };
  const { low, high, lowBy, highBy } = x.range;
  // What tensors hold has been bounded.
  const isFree = (by: typeof lowBy): Leaves => (by === 'assumed' && !readsBack(x) ? 'free' : 'no');
  // `-age / scale` is meant to fall, and to begin at the youngest.
  if (isNegated(x) && high > 0) return { over: 'no', under: low < LEAST ? 'free' : 'no' };
  return {
    over: high > MOST ? 'reached' : high > 0 ? isFree(highBy) : 'no',
    under: low < LEAST ? 'reached' : isFree(lowBy),
  };
}

/** A number of a list; places in one are near to 0 where it begins. */
const isElement = (node: Node): boolean => !node.range.integer && isOfList(node);

/** `(score - most) / temperature`, of whatever it is that all of them have taken from them. */
function isShifted(site: Site, x: Node, depth = 0): boolean {
  if (isFromExtreme(x)) return true;
  const isBehind = (operand: Node | undefined): boolean =>
    operand !== undefined && depth < MOST_LISTS && isShifted(site, operand, depth + 1);
  // `shifted.map((one) => Math.exp(one))`.
  if (x.op === 'unknown') return isBehind(madeAs(site, x));
  if (isOp(x, 'js.neg')) return isBehind(operandOf(x, 'x'));
  if (isOp(x, 'js.div')) return isBehind(operandOf(x, 'a'));
  if (isOp(x, 'js.mul')) return eitherOrder(x).some(([one]) => isBehind(one));
  const taken = isOp(x, 'js.sub') ? operandOf(x, 'b')! : undefined;
  return taken !== undefined && constantOf(taken) === undefined && taken.attributes['source'] === undefined;
}

/** Lists and operations between an exponent and where something was taken from it. */
const MOST_LISTS = 6;

const isNegated = (x: Node): boolean =>
  isOp(x, 'js.neg') ||
  (isOp(x, 'js.div') && isNegated(operandOf(x, 'a')!)) ||
  (isOp(x, 'js.mul') &&
    eitherOrder(x).some(([one, other]) => (constantOf(one) ?? 0) < 0 || isNegated(other)));

const isSamePlace = (a: Node, b: Node): boolean => placeOf(a.span) === placeOf(b.span);

/** The rounds of a loop that write it: what it overflows in is told once. */
const written = (site: Site, made: Node): Node[] => site.nodes.filter((node) => isSamePlace(node, made));
