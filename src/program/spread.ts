/**
 * JavaScript numbers that say how far the elements of a list lie apart: 0 where they are all alike. A range tells of many
 * numbers that they may be 0; of these the code itself does, for constant data.
 */
import type { Range } from '../facts/range.js';
import type { AttributeValue } from '../ops/row.js';
import { ts } from '../source/typescript.js';
import { unwrapped } from '../source/wrappings.js';
import { withFacts, type Node } from './node.js';
import { FROM_EXTREME } from './read-back.js';
import { isGapOfRounded, TIED } from './rounded-gaps.js';
import { elementOf } from './written-lists.js';

/**
 * Set on what is largest or smallest of a list, or of what a loop has seen: of which elements, as they are written. It is that
 * behind the loop that is looking for it: `since` where that ends, `within` its file.
 */
export const extreme = (most: 'max' | 'min', of: string, loop?: ts.Node): Extreme => ({
  extreme: `${most} of ${of}`,
  since: loop?.end ?? 0,
  within: loop?.getSourceFile().fileName ?? '',
});

/** Set beside that on the extreme of each of several lists: of which ones, as a callback of `map` goes through them. */
export const ofEach = (most: 'max' | 'min', lists: string): { readonly ofEach: string } => ({
  ofEach: `${most} of each of ${lists}`,
});

interface Extreme {
  readonly [key: string]: string | number;
}

/** What a loop leaves of `top = Math.max(top, x)`, perhaps without a round: then it is what was written before it. */
export function carriedExtreme(one: Node, other: Node): Extreme {
  const [a, b] = [one.attributes, other.attributes];
  const [ofA, ofB] = [a['extreme'], b['extreme']];
  const either = ofA ?? ofB;
  if (typeof either !== 'string' || (ofA !== undefined && ofB !== undefined && ofA !== ofB)) return NONE;
  const beside = ofA === undefined ? one : ofB === undefined ? other : undefined;
  if (beside !== undefined && !isStart(beside)) return NONE;
  const later = Number(a['since'] ?? 0) >= Number(b['since'] ?? 0) ? a : b;
  const [eachA, eachB] = [a['ofEach'], b['ofEach']];
  const each = beside === undefined && eachA !== eachB ? undefined : (eachA ?? eachB);
  return {
    extreme: either,
    since: Number(later['since'] ?? 0),
    within: String(later['within'] ?? ''),
    ...(typeof each === 'string' ? { ofEach: each } : {}),
  };
}

/** What a running extreme begins with: a written number, the first element. */
const isStart = ({ op, attributes }: Node): boolean =>
  op === 'constant' || op === 'input' || (op === 'unknown' && attributes['cause'] !== 'branches disagree');

const NONE: Extreme = {};

/**
 * `value - largest`, where the one is an element of the list that the other is the extreme of, with the sign that this has.
 * `place`: the difference in the source.
 */
export function besideExtreme(node: Node, place: ts.Node): Node {
  if (node.op !== 'js.sub' || !ts.isBinaryExpression(place)) return node;
  const { a, b } = node.operands as Readonly<Record<string, Node>>;
  const sign = signBeside(b!, place.left, place) ?? opposite(signBeside(a!, place.right, place));
  if (sign === undefined) return node;
  const { range } = node;
  const inside: Range =
    sign === 'below'
      ? { ...range, low: Math.min(range.low, 0), high: 0, highBy: 'attained' }
      : { ...range, low: 0, lowBy: 'attained', high: Math.max(range.high, 0) };
  const attributes = { ...node.attributes, ...FROM_EXTREME };
  return withFacts(node, { range: { ...inside, reach: undefined, holds: undefined }, attributes });
}

type Sign = 'below' | 'above';

const opposite = (sign: Sign | undefined): Sign | undefined =>
  sign === undefined ? undefined : sign === 'below' ? 'above' : 'below';

/** On which side of the extreme an element of its list is. */
function signBeside({ attributes }: Node, element: ts.Expression, place: ts.Node): Sign | undefined {
  const { extreme, since, within } = attributes;
  if (typeof extreme !== 'string') return undefined;
  // What is largest so far is not so of the elements that are yet to come.
  const isElsewhere = place.getSourceFile().fileName !== within;
  if (Number(since) > 0 && (isElsewhere || place.pos < Number(since))) return undefined;
  const of = elementOf(element);
  return of === extreme.slice('max of '.length) ? (extreme.startsWith('max') ? 'below' : 'above') : undefined;
}

const overLength = new WeakSet<Node>();

/** Notes `sum / values.length`, which is a mean though the number may be known. `place`: the quotient in the source. */
export function noteShare(node: Node, place: ts.Node): void {
  if (node.op !== 'js.div' || !ts.isBinaryExpression(place)) return;
  const { right } = place;
  if (ts.isPropertyAccessExpression(right) && right.name.text === 'length') overLength.add(node);
}

/** The number with the 0 that data leave that are all alike, if it is such a number. */
export function withSpread(node: Node, place: ts.Node): Node {
  if (isGapOfRounded(node, place)) return withFacts(node, { attributes: { ...node.attributes, ...TIED } });
  if (!isSquaredDeviation(node) && !isDistanceOfExtremes(node, place) && !isShareOfSpread(node)) return node;
  const high = Math.max(node.range.high, 0);
  return withFacts(node, {
    range: { ...node.range, low: 0, lowBy: 'attained', high },
    attributes: { ...node.attributes, counted: false },
  });
}

/** `(x - mean) ** 2`, `(x - mean) * (x - mean)`. */
function isSquaredDeviation({ op, operands }: Node): boolean {
  if (op !== 'js.pow' && op !== 'js.mul') return false;
  const { a, b } = operands as Readonly<Record<string, Node>>;
  if (!isDeviation(a!)) return false;
  return op === 'js.pow' ? b!.range.low === 2 && b!.range.high === 2 : a === b || isSameDifference(a!, b!);
}

const isSameDifference = (a: Node, b: Node): boolean =>
  b.op === 'js.sub' && a.operands['a'] === b.operands['a'] && a.operands['b'] === b.operands['b'];

/** `x - sum / n`, of a sum that a loop or a `reduce` added up, and as many as there are. */
function isDeviation({ op, operands }: Node): boolean {
  const mean = op === 'js.sub' ? (operands['b'] as Node) : undefined;
  const sum = mean?.op === 'js.div' ? (mean.operands['a'] as Node) : undefined;
  // As many as are only known when it runs, or as a list is known to have.
  const isOverCount =
    mean !== undefined &&
    (overLength.has(mean) || (mean.operands['b'] as Node | undefined)?.op !== 'constant');
  return isOverCount && sum?.op === 'unknown' && ACCUMULATED.has(String(sum.attributes['cause']));
}

const ACCUMULATED: ReadonlySet<string> = new Set(['loop-carried value', 'branches disagree']);

/** `squares / (values.length - 1)`: of an empty list the squares are 0 too, whatever they are divided by. */
function isShareOfSpread({ op, operands }: Node): boolean {
  if (op !== 'js.div') return false;
  const { a, b } = operands as Readonly<Record<string, Node>>;
  const isSpread = a!.attributes['counted'] === false && a!.range.low === 0 && !a!.range.integer;
  return isSpread && b!.range.low === -1 && b!.range.integer;
}

/** `max - min` of one list, `max[j] - min[j]` of each of several. */
function isDistanceOfExtremes({ op, operands }: Node, place: ts.Node): boolean {
  if (op !== 'js.sub') return false;
  const { a, b } = operands as Readonly<Record<string, Node>>;
  const areExtremes = (name: string): boolean => {
    const [most, least] = [a!.attributes[name], b!.attributes[name]];
    return typeof most === 'string' && most.startsWith('max') && least === most.replace('max', 'min');
  };
  return areExtremes('extreme') || (areExtremes('extremeOfEach') && readsSamePlace(place));
}

/** Of what an element of a list is the extreme, where all are of what each was made of: `rows.map((row) => Math.max(...row))`. */
export function extremeOfEach({ attributes }: Node): { readonly extremeOfEach?: AttributeValue } {
  const of = attributes['ofEach'] ?? attributes['extremeOfEach'];
  return of === undefined ? {} : { extremeOfEach: of };
}

/** `high[j] - low[j]`. */
function readsSamePlace(place: ts.Node): boolean {
  if (!ts.isBinaryExpression(place)) return false;
  const [left, right] = [indexIn(place.left), indexIn(place.right)];
  return left !== undefined && left === right;
}

function indexIn(node: ts.Expression): string | undefined {
  const read = unwrapped(node);
  if (!ts.isElementAccessExpression(read)) return undefined;
  const { argumentExpression: index } = read;
  return ts.isIdentifier(index) || ts.isNumericLiteral(index) ? index.text : undefined;
}
