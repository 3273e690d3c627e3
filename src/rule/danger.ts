import type { DangerRegion } from '../ops/row.js';
import { leastMagnitude } from '../ops/magnitude.js';
import { isCompared, isNonZero } from '../program/apart.js';
import { isOfCounters } from '../program/counters.js';
import { growthOf, isDifferenceOfCounts, isFiltered, mayStayZero } from '../program/growth.js';
import { flowsInto, operandNodes, type Node } from '../program/node.js';
import { caughtAs } from '../program/javascript/caught.js';
import { readsBack } from '../program/read-back.js';
import { choiceBehind, isNearZero } from './chosen-values.js';
import { isSumOfDecay } from './number-composites.js';
import { isUnionOfClamped } from './overlaps.js';
import { isOwnLength } from './own-length.js';
import { isBesideProduct, isKeptFromZero } from './kept-from-zero.js';
import { reachOf } from './reach-of.js';
import { constantOf, isOp, operandOf } from './patterns.js';
import { REACHES, type Reach } from './reach.js';
import { isEigenvalue } from './eigenvalues.js';
import { isSinceLast } from './since-last.js';
import type { Site } from './site.js';
import { isZeroByZero } from './zero-together.js';

/** A danger region of the op table that the operand's values get into. */
export interface Met {
  readonly region: DangerRegion;
  readonly operand: Node;
  readonly reach: Reach;
  /** The region in the words of the source: `p <= 0`. */
  readonly text: string;
}

/**
 * The regions of the site that its operands may get into, the surest first. Gradient regions only where one flows, and
 * those of values only where the value is taken.
 */
export const dangersMet = (site: Site, harms: readonly DangerRegion['harm'][]): Met[] =>
  dangersReached(site, harms).filter(
    ({ region, operand }) =>
      (region.harm !== 'value' && !isNearZero(region)) ||
      (site.gradient() !== 'no' && !GUARDED_TOO_LATE.has(site.node.op)) ||
      choiceBehind(site, operand, region) === undefined,
  );

/** Ops of which the rule for ineffective guards tells that the gradient goes through what is not taken. */
export const GUARDED_TOO_LATE: ReadonlySet<string> = new Set([
  'log',
  'log1p',
  'div',
  'reciprocal',
  'sqrt',
  'rsqrt',
]);

/** The same, with those of values that `tf.where` does not take. */
export function dangersReached(site: Site, harms: readonly DangerRegion['harm'][]): Met[] {
  const met: Met[] = [];
  for (const region of site.dangers) {
    if (!harms.includes(region.harm)) continue;
    if (
      region.harm === 'gradient' &&
      (site.gradient() === 'no' || !site.varies(operandOf(site.node, region.operand)))
    )
      continue;
    const operand = operandOf(site.node, region.operand);
    if (operand === undefined || !applies(site, region)) continue;
    if (isApart(operand, region) || isBesideProduct(site, site.operand('a'), operand)) continue;
    const how = isOfCallers(site.node, operand)
      ? reachByCallers(site, operand, region)
      : reachOf(operand, region);
    if (how === 'never' || (region.harm === 'gradient' && underflows(operand))) continue;
    if (isReplaced(site)) return [];
    if (region.low <= 0 && region.high >= 0 && isSumOfDecay(site, operand)) continue;
    met.push({ region, operand, reach: how, text: inWordsOf(region, site.text(operand)) });
  }
  return met.sort((a, b) => REACHES.indexOf(a.reach) - REACHES.indexOf(b.reach));
}

/** Whether the source puts another number in the place of what the site gives. */
function isReplaced({ node }: Site): boolean {
  const caught = isJavaScript(node) ? caughtAs(node) : undefined;
  return caught === 'finite' || (caught === 'NaN' && isQuotientOfZeros(node));
}

/** A quotient that is NaN where its divisor is 0, and not Infinity: numerator and divisor are 0 together. */
function isQuotientOfZeros(node: Node): boolean {
  const [part, whole] = [operandOf(node, 'a'), operandOf(node, 'b')];
  if (!isOp(node, 'js.div') || part === undefined || whole === undefined || isNonZero(part)) return false;
  const isSum = whole.op === 'unknown' || whole.op === 'constant' || isOp(whole, 'js.size');
  const areCounts = growthOf(part) !== undefined && growthOf(whole) !== undefined;
  return isSum || areCounts || flowsInto(part, whole) || isOwnLength(part, whole);
}

/**
 * Whether it is arithmetic of JavaScript on numbers that no tensor held and that nothing counted up from 0: what these are
 * only callers know.
 */
export const isOfCallers = (site: Node, operand: Node): boolean => isJavaScript(site) && !readsBack(operand);

/** The ends of their ranges are where conditions left them, which is not to say that anything gets there. */
function reachByCallers(site: Site, operand: Node, region: DangerRegion): Reach {
  const how = reachOf(operand, region);
  const isInside = (bound: number): boolean => bound >= region.low && bound <= region.high;
  if (how !== 'never' && boundsBehind(operand).some(isInside)) return 'manifest';
  if (how !== 'never' && isInside(0) && isOwnLength(site.operand('a'), operand)) return 'manifest';
  const numerator = site.operand('a');
  const isZeroTogether =
    isUnionOfClamped(operand, numerator) ||
    isZeroByZero(site, operand) ||
    isSinceLast(site, operand) ||
    isEigenvalue(site, operand);
  if (how !== 'never' && isInside(0) && isZeroTogether) return 'manifest';
  const staysZero = mayStayZero(growthOf(operand));
  // Of a count times what may have either sign, of a sum over what passed a test, and of a gap, the range goes through 0.
  const isThrough =
    isFiltered(operand) ||
    operand.attributes['tied'] === true ||
    isOp(operand, 'js.mul') ||
    isDifferenceOfCounts(operand);
  if (staysZero && isThrough && how !== 'never' && isInside(0)) return 'manifest';
  return how !== 'manifest' || staysZero || isWritten(operand, region) ? how : 'unlikely';
}

/**
 * What a number is where a written bound holds it, as `Math.sin(Math.acos(Math.min(1, x)))` is 0: who writes one expects what
 * is beyond it. Who asks about the number as well has thought of that.
 */
function boundsBehind(number: Node | undefined, depth = 0): readonly number[] {
  if (number === undefined || depth > DEPTH || isCompared(number)) return [];
  const { op } = number;
  const of = (name: string): Node | undefined => operandOf(number, name);
  const sides = [of('a'), of('b')];
  const [a, b] = sides.map((side) => constantOf(side));
  if (op === 'js.max' || op === 'js.min') {
    const own = [a, b].filter((bound) => bound !== undefined);
    return own.length === 0 ? [] : [...own, ...sides.flatMap((side) => boundsBehind(side, depth + 1))];
  }
  const unary = CARRYING[op];
  if (unary !== undefined) return boundsBehind(of('x'), depth + 1).map(unary);
  const binary = COMBINING[op];
  if (binary === undefined) return [];
  // `1 - w`, and `w * w`: the other operand is written, or the same number.
  if (a !== undefined) return boundsBehind(of('b'), depth + 1).map((bound) => binary(a, bound));
  if (b !== undefined) return boundsBehind(of('a'), depth + 1).map((bound) => binary(bound, b));
  return of('a')?.id === of('b')?.id
    ? boundsBehind(of('a'), depth + 1).map((bound) => binary(bound, bound))
    : [];
}

/** No bound is looked for behind more operations. */
const DEPTH = 6;

/** Functions of one number, which give one bound for another. */
const CARRYING: Readonly<Record<string, (x: number) => number>> = {
  'js.sin': Math.sin,
  'js.acos': Math.acos,
  'js.acosh': Math.acosh,
  'js.asin': Math.asin,
  'js.sqrt': Math.sqrt,
  'js.abs': Math.abs,
};

/** Operations on two numbers. */
const COMBINING: Readonly<Record<string, (a: number, b: number) => number>> = {
  'js.add': (a, b) => a + b,
  'js.sub': (a, b) => a - b,
  'js.mul': (a, b) => a * b,
  'js.div': (a, b) => a / b,
  'js.pow': (a, b) => a ** b,
};

/** Whether it is there by what is written down: as a number, as the range of a parameter, or as where a loop counts to. */
function isWritten(operand: Node, { low, high }: DangerRegion): boolean {
  const { range } = operand;
  if (range.low === range.high) return true;
  if (isOfOneNumberTwice(operand)) return false;
  const isInside = (end: number): boolean => end >= low && end <= high;
  const sources = [
    ...(isInside(range.low) ? [range.lowBy] : []),
    ...(isInside(range.high) ? [range.highBy] : []),
  ];
  return sources.includes('declared') || (sources.includes('attained') && isOfCounters(operand));
}

/** `a / x - b / (x + 1)`: no x takes both terms to the ends of their ranges, so that nothing written is an end of the sum. */
function isOfOneNumberTwice(sum: Node): boolean {
  if (!isOp(sum, 'js.add', 'js.sub')) return false;
  const met = new Set<number>();
  const meets = (node: Node, depth: number): boolean => {
    if (node.op === 'constant') return false;
    if (!node.op.startsWith('js.') || depth > DEPTH) return met.size === met.add(node.id).size;
    return operandNodes(node).some((one) => meets(one, depth + 1));
  };
  return meets(sum, 0);
}

/**
 * Whether values stay out of a region around 0 that their range goes through. What code puts in the place of 0 it is
 * taken to have chosen: that a gradient overflows 1e-20 beside it is left to it.
 */
function isApart(operand: Node, { low, high }: DangerRegion): boolean {
  if (low > 0 || high < 0) return false;
  const width = Math.max(-low, high);
  if (isKeptFromZero(operand) || width < leastMagnitude(operand)) return true;
  // Of a number that was asked whether it is 0, the same, and of the scalar that it becomes.
  const number = isOp(operand, 'scalar') ? operandOf(operand, 'value')! : operand;
  return isNonZero(number) && (width === 0 || number.dtype === 'number');
}

/** Whether the op is arithmetic on JavaScript numbers, not on tensors. */
export const isJavaScript = (node: Node): boolean => node.op.startsWith('js.');

/** An exp that only underflows is told where it is: at the exp, whose exponent nothing bounds. */
function underflows(operand: Node): boolean {
  return operand.op === 'exp' && operand.range.low > 0;
}

function applies(site: Site, region: DangerRegion): boolean {
  const { operands, attributes, output } = site.node;
  return (
    region.when?.({ operands, attributes, output, freshSize: () => ({ coefficient: 1, symbols: ['?'] }) }) ??
    true
  );
}

function inWordsOf(region: DangerRegion, name: string): string {
  return region.text.replace(new RegExp(`\\b${region.operand}\\b`), name);
}

/** "where a gradient is taken through it" for gradient harm; nothing for values. */
export function whereGradient(site: Site): string {
  return site.gradient() === 'possible' ? ' wherever a gradient is taken through this function' : '';
}

/** Whether a logarithm only goes where -Infinity is right as it is: as the weight of something that is never chosen. */
export const isLogWeight = (site: Site): boolean => site.onlyFeeds(WEIGHED);

const WEIGHED: ReadonlySet<string> = new Set(['exp', 'softmax', 'logSumExp', 'multinomial', 'argMax']);
