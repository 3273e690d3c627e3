/** Axes that `reshape` tears apart: it keeps the values in their order, and the sizes speak of another one. */
import { isOpen, MAX_RANK, ofRank } from '../facts/open-shape.js';
import { isSymbolic, sameSize, showShape, symbol, type Dim, type Shape, type Size } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { formOf } from '../program/shapes/open-shape.js';
import { isOp, operandOf } from './patterns.js';
import { misfit, readsBatch } from './reshaped-axes.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import {
  isMadeOfFactors,
  isSameProduct,
  onlyName,
  over,
  productOf,
  productOfAll,
  productOfNumber,
  times,
  type Product,
} from './size-products.js';

/**
 * `x.reshape([b, h * r, w * r, c / (r * r)])` of [b, h, w, c]. Where an axis of n gets into one of n · f, its stride may change by
 * factors of f and by nothing else, or what was one row is one no more: here w has the stride c, and as w · r that of c / r²,
 * which is r² less, and f is r.
 */
export function tornAxis(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const target = site.node.shape;
  // Of what is drawn or filled any order is as good.
  if (x === undefined || target === undefined || /^(?:random|truncated|zeros|ones|fill)/.test(x.op))
    return undefined;
  const shape = shapeRead(site, x, target);
  if (shape === undefined || isOneByItsNumber(site, shape, target)) return undefined;
  const from = shape.map(({ size }) => productOf(size));
  const to = withRest(
    site,
    target.map((one) => productOfDim(site, x, shape, one)),
    productOfAll(from),
  );
  if (isBatchOfOne(site, x, from, to)) return undefined;
  const total = productOfAll(to);
  const isWhole = isSameProduct(productOfAll(from), total);
  const run = isWhole ? runForPatch(from, to) : undefined;
  if (run !== undefined) return torn(site, x, shape, target, run.axis, run.place);
  for (const [axis, size] of from.entries()) {
    const name = onlyName(size);
    if (name === undefined || from.some((other, at) => at !== axis && other.powers.has(name))) continue;
    const [place, ...others] = to.flatMap((one, at) => (one.powers.has(name) ? [at] : []));
    if (place === undefined || others.length > 0 || to[place]!.powers.get(name) !== 1) continue;
    // Behind the first axis lies all the rest, whatever is known of it.
    if (!isWhole && axis > 0) continue;
    const strideBefore = axis === 0 ? over(total, size) : productOfAll(from.slice(axis + 1));
    const strideAfter = productOfAll(to.slice(place + 1));
    if (isMadeOfFactors(over(strideBefore, strideAfter), over(to[place]!, size))) continue;
    return torn(site, x, shape, target, axis, place);
  }
  return undefined;
}

/** `points.reshape([-1, 3])` of [rays, steps, d]: nothing else says how long the last axis is, and with as many nothing is torn. */
function isOneByItsNumber(site: Site, shape: Shape, target: Shape): boolean {
  const [last, wanted] = [shape.at(-1)?.size, target.at(-1)?.size];
  const rest = placeOfRest(site);
  const isWritten = rest >= 0 && rest < target.length - 1 && typeof wanted === 'number' && wanted > 1;
  return isWritten && last !== undefined && isSymbolic(last);
}

/**
 * `x.reshape([b, (h * w) / (p * p), p * p * c])` of [b, h, w, c]: as many as there are patches of p by p, and each of them a run
 * of p · p neighbours along one row.
 */
function runForPatch(
  from: readonly Product[],
  to: readonly Product[],
): { axis: number; place: number } | undefined {
  for (const [place, count] of to.slice(0, -1).entries()) {
    const sides = from.flatMap((size, axis) =>
      (count.powers.get(onlyName(size) ?? '') ?? 0) === 1 ? [axis] : [],
    );
    const [side] = [...count.powers].find(([, power]) => power === -2) ?? [];
    const isPatch = side !== undefined && to[place + 1]!.powers.get(side) === 2;
    if (isPatch && sides.length === 2 && sides[1] === sides[0]! + 1) return { axis: sides[1]!, place };
  }
  return undefined;
}

function torn(site: Site, x: Node, shape: Shape, target: Shape, axis: number, place: number): Suspicion {
  const [from, to] = [showShape(shape), writtenShape(site) ?? showShape(target)];
  return {
    message: `\`${site.text()}\` reads ${from} as ${to}, and axis ${axis} is torn apart: \`reshape\` keeps the values in their order, and what lies at one place of axis ${place} of the result comes from several places of that axis. Split the axes where they lie, exchange them by \`transpose\`, and then merge them.`,
    danger: { ...misfit(`${from} is read as ${to}`), moved: { from: axis, to: place } },
    manifest: true,
    related: [{ node: x, message: `${from} comes from here` }],
  };
}

/** `[b, h * r, w * r, c / (r * r)]` as the source has it. */
function writtenShape(site: Site): string | undefined {
  const span = site.argument(site.node, 'shape');
  return span && site.textAt(span);
}

/** The shape of x, with as many axes as sizes are read off it. */
function shapeRead(site: Site, x: Node, target: Shape): Shape | undefined {
  const form = formOf(x);
  if (form === undefined || !isOpen(form)) return form;
  const own = `${form.rest.base.id}.`;
  const named = target.flatMap(({ size }) => (isSymbolic(size) ? size.symbols : []));
  // What is laid out by other sizes than its own says nothing of its axes.
  if (!named.some((name) => name.startsWith(own) || name.startsWith('node '))) return undefined;
  const axes = [
    ...named.filter((name) => name.startsWith(own)).map((name) => Number(name.slice(own.length))),
    ...site.nodes
      .flatMap(operandNodes)
      .filter((node) => isOp(node, 'js.size') && operandOf(node, 'x')?.id === x.id)
      .map(({ attributes }) => Number(attributes['axis'])),
  ].filter((axis) => axis >= 0 && axis < MAX_RANK);
  return axes.length === 0 ? undefined : ofRank(form, Math.max(...axes) + 1);
}

/** A size of the target: one that the code computes has only the name of the node that does. */
function productOfDim(site: Site, x: Node, shape: Shape, { size }: Dim): Product {
  const sizeRead = (node: Node): Product | undefined => {
    const axis = node.attributes['axis'];
    const read =
      isOp(node, 'js.size') && operandOf(node, 'x')?.id === x.id ? shape.at(Number(axis)) : undefined;
    return read && productOf(read.size);
  };
  if (!isSymbolic(size)) return productOf(size);
  return size.symbols
    .map((name) => {
      const node = site.nodes.find(({ id }) => name === `node ${id}`);
      return node === undefined ? productOf(symbol(name)) : productOfNumber(node, sizeRead);
    })
    .reduce(times, productOf(size.coefficient));
}

/**
 * `tf.concat([a, b], 0).reshape([n, 2, d])` of n rows each: what was joined lies one after the other, so that the number of parts comes first.
 */
export function partsAsGroups(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const target = site.node.shape;
  const long = withoutOnesBehind(x?.shape);
  if (x === undefined || long === undefined || target?.length !== long.length + 1) return undefined;
  const joined = joinedBehind(x);
  if (joined === undefined) return undefined;
  const { node, axis, parts, part } = joined;
  // Records that are written one after the other are no parts of a group: only the length of a part says what is meant.
  const [first, second] = [target[axis]!.size, target[axis + 1]!.size];
  const isOfParts = sameSize(first, part ?? -1) || (long.length > 1 && !hasRest(site));
  if (!isOfParts || second !== parts || first === parts || first === 1 || long[axis]!.size === parts)
    return undefined;
  const isRest = target.slice(axis + 2).every(({ size }, at) => sameSize(size, long[axis + 1 + at]!.size));
  if (!isRest) return undefined;
  const written = writtenShape(site) ?? showShape(target);
  return {
    message: `\`${site.text()}\` groups ${parts} neighbours each, and \`${site.text(node)}\` puts its ${parts} parts one after the other along axis ${axis}: what lies at one place of each part is not brought together. Put the number of parts first in ${written}, and then exchange the two axes by \`transpose\`.`,
    danger: {
      ...misfit(`${parts} parts are read as ${written}`),
      moved: { from: axis, to: axis + 1, parts },
    },
    manifest: true,
    related: [{ node, message: 'the parts are put one after the other here' }],
  };
}

/** Whether one size is left to be what is left. */
const hasRest = (site: Site): boolean => placeOfRest(site) >= 0;

function placeOfRest({ node: { attributes } }: Site): number {
  const written = attributes['shape'] as readonly unknown[] | { readonly shape?: Shape };
  const sizes = 'length' in written ? written : (written.shape ?? []).map(({ size }) => size);
  return sizes.indexOf(-1);
}

/** `y.reshape([h * w, -1])`, where nothing reads how long the first axis is: whoever writes so has one sample. */
function isBatchOfOne(site: Site, x: Node, from: readonly Product[], to: readonly Product[]): boolean {
  const rest = placeOfRest(site);
  const batch = from[0] && onlyName(from[0]);
  if (rest <= 0 || batch === undefined || readsBatch(site, x)) return false;
  return to.every(({ powers }, place) => place === rest || !powers.has(batch));
}

/** The sizes of the target, of which one may be what the others leave of all there are. */
function withRest(site: Site, to: readonly Product[], all: Product): readonly Product[] {
  const place = placeOfRest(site);
  if (place < 0) return to;
  const others = productOfAll(to.filter((_, at) => at !== place));
  return to.map((size, at) => (at === place ? over(all, others) : size));
}

/** Axes of size 1 at the end change no order. */
function withoutOnesBehind(shape: Shape | undefined): Shape | undefined {
  const last = shape?.findLastIndex(({ size }) => size !== 1);
  return shape?.slice(0, last! + 1);
}

interface Joined {
  readonly node: Node;
  readonly axis: number;
  readonly parts: number;
  /** How long each of them is, where that is known. */
  readonly part: Size | undefined;
}

/** What put equal parts one after the other, as it is or with what layers made of each row since. */
function joinedBehind(x: Node, depth = 0): Joined | undefined {
  const joined = joinedBy(x);
  if (joined !== undefined) return depth === 0 || joined.axis === 0 ? joined : undefined;
  const before = depth < MOST_OPS ? rowsBehind(x) : undefined;
  return before && joinedBehind(before, depth + 1);
}

/** As many as a small network has. */
const MOST_OPS = 24;

function joinedBy(node: Node): Joined | undefined {
  if (node.op === 'tile') {
    const { reps } = node.attributes;
    if (!Array.isArray(reps)) return undefined;
    const [axis, ...others] = reps.flatMap((count, at) => (count === 1 ? [] : [at]));
    const parts: unknown = axis === undefined ? undefined : reps[axis];
    const size = axis === undefined ? undefined : operandOf(node, 'x')?.shape?.[axis]?.size;
    return typeof parts === 'number' && others.length === 0 && size !== undefined && size !== 1
      ? { node, axis: axis!, parts, part: size }
      : undefined;
  }
  if (node.op !== 'concat') return undefined;
  const tensors = node.operands['tensors'] as readonly Node[];
  const { axis } = node.attributes;
  const rank = node.shape?.length;
  if (typeof axis !== 'number' || rank === undefined || tensors.some(({ op }) => op === 'unknown'))
    return undefined;
  const at = axis < 0 ? axis + rank : axis;
  const sizes = tensors.map(({ shape }) => shape?.[at]?.size);
  const [known] = sizes.filter((size) => typeof size === 'number');
  const areEqual = sizes.every((size) => size !== 1 && (typeof size !== 'number' || size === known));
  return areEqual && tensors.length > 1
    ? { node, axis: at, parts: tensors.length, part: sizes[0] }
    : undefined;
}

const REORDERING: ReadonlySet<string> = new Set(['reshape', 'transpose', 'gather', 'slice', 'reverse']);

/** What it was computed from row by row. */
function rowsBehind(node: Node): Node | undefined {
  if (node.op === 'concat')
    return node.attributes['axis'] === 0 ? undefined : (node.operands['tensors'] as readonly Node[])[0];
  if (node.op === 'matMul') return node.attributes['transposeA'] === true ? undefined : operandOf(node, 'a');
  if (node.op === 'input') return operandOf(node, 'from');
  if (REORDERING.has(node.op)) return undefined;
  const before = operandOf(node, 'x') ?? operandOf(node, 'a');
  const [rows, same] = [node.shape?.[0]?.size, before?.shape?.[0]?.size];
  return rows !== undefined && same !== undefined && sameSize(rows, same) ? before : undefined;
}
