/**
 * Formulas in JavaScript numbers that lose their digits in float64, as the same formulas of tensors do in float32: twelve
 * digits later, so that it takes a declared range, or data all alike, to say that anything gets there.
 */
import { stepsAlong } from '../program/counters.js';
import { isCompared } from '../program/apart.js';
import { growthOf, mayStayZero } from '../program/growth.js';
import type { Node } from '../program/node.js';
import { readsBack } from '../program/read-back.js';
import { placeOf } from '../source/span.js';
import { arithmeticAt } from './last-written.js';
import {
  constantOf,
  eitherOrder,
  isOp,
  minusOne,
  oneMinus,
  operandOf,
  sameValue,
  squareRoot,
} from './patterns.js';
import { reach, type Reach } from './reach.js';
import { inWords, Rewriter, sameBy } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Half of the 53 bits of 1 + x have no room for an x below it, and 12 of those that are left are lost as well. */
const TINY = 2 ** -41;

/** Whether values so near 0, but not 0 itself, get there, as far as anybody said; of what nobody described it is a note. */
export function reachesTiny(x: Node, most = TINY): Reach {
  if (x.range.integer || stepsAlong(x)) return 'never';
  // Of what nobody knows anything, as little is known as of an input.
  if (x.range.low === -Infinity && x.range.high === Infinity) return 'assumed';
  // Where a condition left only what is below 0, or above it, it comes as near to 0 as numbers do.
  if (x.range.low === Number.MIN_VALUE || x.range.high === -Number.MIN_VALUE) return 'assumed';
  const sides = [reach(x.range, 1e-300, most), reach(x.range, -most, -1e-300)];
  return (['manifest', 'assumed', 'unlikely'] as const).find((how) => sides.includes(how)) ?? 'never';
}

const mayBeTiny = (x: Node, most = TINY): boolean => ['manifest', 'assumed'].includes(reachesTiny(x, most));

/** What cancels in numbers: `Math.exp(x) - 1`, `1 - Math.cos(x)`, `Math.sqrt(1 + x * x) - 1`, a variance in one pass. */
export function cancelledNumbers(site: Site): Suspicion | undefined {
  if (isOp(site.node, 'js.sqrt')) return rootOfVariance(site);
  return onePassVariance(site) ?? expMinusOne(site) ?? oneMinusCosine(site) ?? rootMinusOne(site);
}

function expMinusOne(site: Site): Suspicion | undefined {
  const flipped = oneMinus(site.node);
  const exp = minusOne(site.node) ?? flipped;
  const x = operandOf(exp, 'x');
  if (!isOp(exp, 'js.exp') || x === undefined || !mayBeTiny(x)) return undefined;
  const name = site.text(x);
  const write = new Rewriter(site);
  const power = write.op('js.expm1', x);
  const stable = flipped === undefined ? inWords(power) : `-${inWords(power)}`;
  return {
    message: `\`${site.text()}\` loses the digits of a small \`${name}\`: half of them at 1e-8, all below 1.1e-16, where Math.exp rounds to 1. Use \`${stable}\`.`,
    danger: lost(`|${name}| < 1e-12`),
    ...known(reachesTiny(x)),
    fixes: flipped === undefined ? [sameBy(site, power)] : [],
  };
}

function oneMinusCosine(site: Site): Suspicion | undefined {
  const cosine = oneMinus(site.node);
  const x = operandOf(cosine, 'x');
  if (!isOp(cosine, 'js.cos') || x === undefined || !mayBeTiny(x, 1e-7)) return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is 0 for |${name}| below 1.05e-8, where Math.cos rounds to 1, and wrong by 1 % at 1e-7. Use \`2 * Math.sin(${name} / 2) ** 2\`.`,
    danger: lost(`|${name}| < 1e-7`),
    ...known(reachesTiny(x, 1e-7)),
  };
}

function rootMinusOne(site: Site): Suspicion | undefined {
  const root = minusOne(site.node);
  const sum = operandOf(root, 'x');
  if (!isOp(root, 'js.sqrt') || !isOp(sum, 'js.add')) return undefined;
  const square = eitherOrder(sum).find(([one]) => constantOf(one) === 1)?.[1];
  if (square === undefined || square.range.low < 0 || !mayBeTiny(square)) return undefined;
  const name = site.text(square);
  return {
    message: `\`${site.text()}\` is 0 where \`${name}\` is below 1.1e-16, because 1 + ${name} rounds to 1. Use \`y / (Math.sqrt(1 + y) + 1)\` with y = \`${name}\`.`,
    danger: lost(`${name} < 1e-12`),
    ...known(reachesTiny(square)),
  };
}

/** What nobody said that it comes so near to 0 is a note, for few would miss digits that far behind the point. */
export const known = (how: Reach): Pick<Suspicion, 'manifest' | 'advice'> => ({
  manifest: true,
  advice: how !== 'manifest',
});

const lost = (text: string): Suspicion['danger'] => ({ text, harm: 'accuracy', failures: ['cancellation'] });

/** What is taken the root of is a variance in one pass: negative for data all alike, whenever the rounding has it so. */
function rootOfVariance(site: Site): Suspicion | undefined {
  const variance = site.operand('x');
  const sums = variance && sumsOf(site, variance);
  if (sums === undefined) return rootOfKeptSums(site, variance);
  const name = site.text(variance);
  return {
    message: `\`${site.text()}\` is NaN for data that are all alike, or nearly: \`${name}\` subtracts two numbers that are equal but for their rounding, and may come out negative. Subtract the mean before squaring: sum \`(${sums.term} - mean) ** 2\` in a second pass.`,
    danger: {
      text: `all \`${sums.term}\` are alike`,
      harm: 'value',
      region: { operand: 'x', low: -Infinity, high: -Number.MIN_VALUE },
      failures: ['nan'],
      whole: true,
    },
    manifest: true,
    candidate: sums.readBack,
    covers: [site.operand('x')!],
  };
}

/** Of sums that fields keep between calls. What they are is not to be chosen freely, so that no run shows it. */
function rootOfKeptSums(site: Site, root: Node | undefined): Suspicion | undefined {
  const variance = isOp(root, 'js.div') ? operandOf(root, 'a') : root;
  if (!isOp(variance, 'js.sub') || isCompared(variance)) return undefined;
  const [ofSquares, ofMeans] = [operandOf(variance, 'a'), operandOf(variance, 'b')];
  const sums = keptSums(site, ofSquares, ofMeans) ?? keptTotals(site, ofSquares, ofMeans);
  if (sums === undefined || !sums.every(isKept) || sums[0] === sums[1]) return undefined;
  return {
    message: `\`${site.text()}\` is NaN for data that are all alike, or nearly: \`${site.text(variance)}\` is a variance in one pass, of sums that were added up, and may come out negative. Keep the mean and the sum of squared deviations instead, and update both (Welford).`,
    danger: { ...lost('the mean is far above the deviation'), whole: true },
    manifest: true,
    covers: [variance],
  };
}

type KeptSums = readonly [squares: Node | undefined, sum: Node | undefined];

/** `squares / n - (sum / n) ** 2`. */
function keptSums(site: Site, ofSquares: Node | undefined, ofMeans: Node | undefined): KeptSums | undefined {
  const mean = squareRoot(ofMeans);
  if (!isOp(ofSquares, 'js.div') || !isOp(mean, 'js.div')) return undefined;
  const [count, other] = [operandOf(ofSquares, 'b')!, operandOf(mean, 'b')!];
  // A method that gives the mean reads the count anew.
  const isSame = sameValue(count, other) || site.text(count) === site.text(other);
  return isSame ? [operandOf(ofSquares, 'a'), operandOf(mean, 'a')] : undefined;
}

/** `squares - sum * sum / n`, of what the file adds up: of three numbers that are handed in the formula says nothing. */
function keptTotals(site: Site, squares: Node | undefined, ofMeans: Node | undefined): KeptSums | undefined {
  const sum = isOp(ofMeans, 'js.div') ? squareRoot(operandOf(ofMeans, 'a')) : undefined;
  const areAddedUp = [squares, sum].every((one) => isOp(one, 'unknown') || isAddedUp(site, one));
  return areAddedUp ? [squares, sum] : undefined;
}

/** `this.sum`, in a file that has `this.sum += x`. */
function isAddedUp(site: Site, number: Node | undefined): boolean {
  const path = isOp(number, 'input') ? number.attributes['path'] : undefined;
  return typeof path === 'string' && /^this\.\w+$/.test(path) && site.fileText().includes(`${path} +=`);
}

/** A field, or an element of a list that a field holds, to which methods add. */
const isKept = (sum: Node | undefined): boolean =>
  isOp(sum, 'input') || (isOp(sum, 'unknown') && mayStayZero(growthOf(sum)));

function onePassVariance(site: Site): Suspicion | undefined {
  const sums = sumsOf(site, site.node);
  if (sums === undefined || isUnderRoot(site, site.node)) return undefined;
  return {
    message: `\`${site.text()}\` is a variance in one pass: where the mean is a million times the deviation float64 leaves noise, often negative. Subtract the mean before squaring: sum \`(${sums.term} - mean) ** 2\` in a second pass.`,
    danger: { ...lost(`the mean of \`${sums.term}\` is far above its deviation`), whole: true },
    manifest: true,
    advice: true,
    candidate: sums.readBack,
  };
}

/** Then the root is the place to tell it: what comes out there is NaN. */
const isUnderRoot = (site: Site, node: Node): boolean =>
  site
    .users(node)
    .some((user) => isOp(user, 'js.sqrt') || (isOp(user, 'js.div', 'js.mul') && isUnderRoot(site, user)));

interface Sums {
  /** What is summed up, and its square. */
  readonly term: string;
  /** Whether it comes from tensors, whose squares float64 holds without rounding: then a run has to show that it matters. */
  readonly readBack: boolean;
}

/** `squares / n - (sum / n) ** 2`, `squares - sum * sum / n`: the sums that it is made of. */
function sumsOf(site: Site, difference: Node): Sums | undefined {
  if (isOp(difference, 'js.div', 'js.mul')) {
    const [a, b] = [operandOf(difference, 'a'), operandOf(difference, 'b')];
    const part = isOp(a, 'js.sub') ? a : b;
    return isOp(part, 'js.sub') ? sumsOf(site, part) : undefined;
  }
  if (!isOp(difference, 'js.sub')) return undefined;
  const squares = summand(site, perItem(operandOf(difference, 'a')));
  const y = squareRoot(squares?.node) ?? sameTwice(squares);
  const sum = summand(site, squaredSum(operandOf(difference, 'b')));
  if (squares === undefined || y === undefined || sum === undefined || squares.list !== sum.list)
    return undefined;
  const term = squares.at.text(y);
  const isSame = y === sum.node || (y.op === sum.node.op && term === sum.text);
  return isSame ? { term, readBack: readsBack(sum.node) } : undefined;
}

/** A product of what is written alike: `x[i] * x[i]`. */
function sameTwice(squares: Summand | undefined): Node | undefined {
  const [a, b] = [operandOf(squares?.node, 'a'), operandOf(squares?.node, 'b')];
  if (!isOp(squares?.node, 'js.mul') || a === undefined || b === undefined) return undefined;
  if (constantOf(a) !== undefined || constantOf(b) !== undefined) return undefined;
  return squares!.at.text(a) === squares!.at.text(b) ? a : undefined;
}

/** The sum behind `sum / n` and `sum * (1 / n)`. */
function perItem(node: Node | undefined): Node | undefined {
  if (!isOp(node, 'js.div', 'js.mul')) return node;
  const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
  return isOp(node, 'js.mul') && isOp(a, 'js.div') ? b : a;
}

/** The sum behind `(sum / n) ** 2`, `sum * sum / n`, `mean * sum`. */
function squaredSum(node: Node | undefined): Node | undefined {
  const root = squareRoot(node) ?? squareRoot(perItem(node));
  if (root !== undefined) return perItem(root);
  if (!isOp(node, 'js.mul')) return undefined;
  const [a, b] = [perItem(operandOf(node, 'a')), perItem(operandOf(node, 'b'))];
  return a === b ? a : undefined;
}

interface Summand {
  readonly node: Node;
  readonly text: string;
  /** The product or sum that it is part of. */
  readonly at: Site;
  /** The list that a `reduce` goes through; empty for a loop. */
  readonly list: string;
}

/** What a loop or a `reduce` adds up: a sum that loops carry is known by the addition it was last written as. */
function summand(site: Site, sum: Node | undefined): Summand | undefined {
  if (sum === undefined || constantOf(sum) !== undefined) return undefined;
  const addition = sum.op === 'js.add' ? sum : arithmeticAt(site, placeOf(sum.span));
  const node = operandOf(addition, 'b');
  if (!isOp(addition, 'js.add') || node === undefined || constantOf(node) !== undefined) return undefined;
  const at = site.at(addition);
  const [list] = /^(.*)\.reduce\(/s.exec(site.at(sum).text()) ?? [''];
  return { node, text: at.text(node), at: site.at(node), list };
}
