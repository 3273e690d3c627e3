/** Axes that `reshape` is to exchange, to merge or to split where they do not lie side by side: it keeps the values in their order. */
import { axisGroups, MANY } from '../facts/axis-groups.js';
import { isOpen, MAX_RANK, ofRank, type OpenShape } from '../facts/open-shape.js';
import {
  alternativesOf,
  isSymbolic,
  multiplySizes,
  sameSize,
  showShape,
  showSize,
  type Dim,
  type Shape,
} from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { formOf } from '../program/shapes/open-shape.js';
import type { FixCandidate } from './finding.js';
import { inWords, Rewriter, together } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Nothing throws, and values come from the wrong places. */
export const misfit = (text: string): Suspicion['danger'] => ({
  text,
  harm: 'shape',
  failures: ['wrong-value'],
  expansion: 'misread',
});

/** `x.reshape([x.shape[1], x.shape[0]])`: the sizes change places, the values do not. */
export function exchangedAxes(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const target = site.node.shape;
  const form = x && formOf(x);
  if (x === undefined || form === undefined || target === undefined) return undefined;
  const shape = settled(isOpen(form) ? ofRank(form, rankAsked(form, target)) : form, target);
  // Of [B, T, N] and [B, N, history] nothing but T is left to be the history.
  const told = shape.length === target.length ? withProduct(shape, target) : shape;
  const order = permutation(told, target);
  if (order === undefined) return mixedAxes(site, x, shape, target);
  const [from, to] = [showShape(shape), showShape(target)];
  const perm = `[${order.join(', ')}]`;
  const isWhole = order.length === shape.length;
  const how = isWhole ? `\`${site.text(x)}.transpose(${perm})\`` : '`transpose`';
  const then = isWhole && shape.length !== target.length ? ', and then `reshape` for the axes of size 1' : '';
  return {
    message: `\`${site.text()}\` gives ${from} the sizes ${to} by \`reshape\`: the sizes change places, the values stay in their order, and a row of the result holds values of several rows. To exchange the axes: ${how}${then}.`,
    danger: misfit(`${from} is read as ${to}`),
    manifest: true,
    fixes: isWhole && shape.length === target.length ? transposed(site, perm) : [],
    related: [{ node: x, message: `${from} comes from here` }],
  };
}

/** As many axes as the target has, or as the code reads sizes of: `const [b, h, w, c] = x.shape`. */
function rankAsked({ rest, least }: OpenShape, target: Shape): number {
  const own = `${rest.base.id}.`;
  const read = target
    .flatMap(({ size }) => (isSymbolic(size) ? size.symbols : []))
    .filter((name) => name.startsWith(own))
    .map((name) => Number(name.slice(own.length)) + 1);
  return Math.max(target.length, least, ...read.filter((rank) => rank <= MAX_RANK));
}

/**
 * `x.reshape([batch, steps, heads * depth])` of [batch, heads, steps, depth]: the axes that become one are not side by side.
 * And the other way round: what comes of one axis is not side by side.
 */
function mixedAxes(site: Site, x: Node, shape: Shape, target: Shape): Suspicion | undefined {
  const [given, many] = target.length < shape.length ? [target, shape] : [shape, target];
  const few = withProduct(given, many);
  const long = longAxes(many);
  const short = longAxes(few).map((axis) => few[axis]!.size);
  const groups = axisGroups(
    short,
    long.map((axis) => many[axis]!.size),
  )?.map((group) => group.map((at) => long[at]!));
  if (groups === undefined) return undefined;
  const [from, to] = [showShape(shape), showShape(target)];
  const isMerged = given === target;
  const order = groups.flat();
  const [apart] = groups.filter((group) => group.length > 1 && !isRun(group));
  if (isMerged && apart?.includes(0) === true && !readsBatch(site, x)) return undefined;
  const where = apart === undefined ? 'axes' : `axes ${apart.join(' and ')}`;
  const what = isMerged
    ? `merges ${where} of ${from}, which do not lie in this order side by side, into ${to}`
    : `makes ${where} of ${to}, which do not lie in this order side by side, of ${from}`;
  const how = isMerged ? mergedBy(site.text(x), order, many) : splitBy(order, many);
  return {
    message: `\`${site.text()}\` ${what}: \`reshape\` keeps the values in their order, and a row of the result holds values of several rows. ${how}.`,
    danger: misfit(`${from} is read as ${to}`),
    manifest: true,
    related: [{ node: x, message: `${from} comes from here` }],
  };
}

/** Whether the code reads how many samples there are, or names it; of `const [, h, w] = y.shape; y.reshape([h * w, -1])` there is one. */
export const readsBatch = (site: Site, x: Node): boolean =>
  NAMED_IN_FRONT.test(site.textAt(site.unit.unit.span)) ||
  site.nodes.some(
    ({ op, operands, attributes }) => op === 'js.size' && operands['x'] === x && attributes['axis'] === 0,
  );

/** `const [steps, batch] = x.shape` */
const NAMED_IN_FRONT = /\[\s*[\w$]+[^\]]*\]\s*=\s*[\w$.]+\.shape\b/;

/**
 * The one size of `few` that is none of `many` is the product of those that `many` has besides: of [x.0, x.1, x.2] and
 * [x.0, heads, x.1, depth] nothing else fits.
 */
function withProduct(few: Shape, many: Shape): Shape {
  const left = [...many];
  const alone = few.filter(({ size }) => {
    const at = left.findIndex((d) => isSymbolic(size) && sameSize(d.size, size));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const [one, ...others] = alone;
  if (one === undefined || others.length > 0 || !isSymbolic(one.size) || few.length < 2) return few;
  const product = multiplySizes(left.map(({ size }) => size));
  return few.map((d) => (d === one ? { ...d, size: product } : d));
}

/** What brings the axes of `whole` into `order` first; of axes of size 1, which are not in it, the author knows more. */
const mergedBy = (x: string, order: readonly number[], whole: Shape): string =>
  `Bring them together first: ${order.length === whole.length ? `\`${x}.transpose([${order.join(', ')}])\`` : '`transpose`'}`;

function splitBy(order: readonly number[], whole: Shape): string {
  const sizes = order.map((axis) => showSize(whole[axis]!.size)).join(', ');
  const back = whole.map((_, axis) => order.indexOf(axis)).join(', ');
  const exchange = order.length === whole.length ? `\`transpose([${back}])\`` : '`transpose`';
  return `Split it where it lies, \`reshape([${sizes}])\`, and then exchange the axes: ${exchange}`;
}

const isRun = (axes: readonly number[]): boolean =>
  axes.every((axis, index) => index === 0 || axis === axes[index - 1]! + 1);

/** Sizes that were broadcast against others, `(weights.0|values.0)`, as those of them that `to` has: neither of them is 1. */
function settled(from: Shape, to: Shape): Shape {
  const asked = new Set(to.flatMap(({ size }) => (isSymbolic(size) ? size.symbols : [])));
  return from.map((d) => {
    if (!isSymbolic(d.size)) return d;
    const symbols = d.size.symbols.map((name) => alternativesOf(name).find((one) => asked.has(one)) ?? name);
    return { ...d, size: { ...d.size, symbols: symbols.sort() } };
  });
}

/** Which axis of `from` each axis of `to` is, if they are the same axes in another order. Those of size 1 do not count. */
function permutation(from: Shape, to: Shape): readonly number[] | undefined {
  const left = longAxes(from);
  const long = longAxes(to);
  if (left.length !== long.length) return undefined;
  const areMany = long.length >= MANY;
  const isMoved = long.some((axis, index) => !sameSize(to[axis]!.size, from[left[index]!]!.size));
  const order = long.map((axis) => {
    const at = left.findIndex((one) => isSameAxis(from[one]!, to[axis]!, areMany));
    return at < 0 ? undefined : left.splice(at, 1)[0]!;
  });
  return isMoved && order.every((axis) => axis !== undefined) ? order : undefined;
}

const longAxes = (shape: Shape): number[] => shape.flatMap(({ size }, axis) => (size === 1 ? [] : [axis]));

/** Numbers alone say little: 6 and 30 may be other things than the 6 and 30 before. */
const isSameAxis = (a: Dim, b: Dim, areMany: boolean): boolean =>
  sameSize(a.size, b.size) &&
  (areMany || isSymbolic(a.size) || (a.axis !== undefined && a.axis.id === b.axis?.id));

function transposed(site: Site, perm: string): FixCandidate[] {
  const write = new Rewriter(site);
  const x = write.argument(site.node, 'x');
  if (x === undefined) return [];
  const by = write.op('transpose', x, perm);
  return [together(`Exchange the axes: \`${inWords(by)}\``, 'shape', [{ span: site.node.span, by }])];
}
