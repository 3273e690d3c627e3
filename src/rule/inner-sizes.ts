/** Products of matrices whose inner sizes have two names, where the code itself shows that the other side of one was meant. */
import { isOneAxis, sameSize, showShape, showSize, type Dim } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { areApart, areOfOneTensor, isAxisOfTensor, nameOf } from './apart-sizes.js';
import { sameAxes } from './axes.js';
import { isOp, operandOf, sameValue } from './patterns.js';
import { isClaimedByType } from './prose.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** The two sides of an operand of a product, as it is read: `a` ends with the inner one, `b` begins with it. */
interface Sides {
  readonly node: Node;
  readonly inner: Dim;
  readonly outer: Dim;
}

export function otherInner(site: Site): Suspicion | undefined {
  if (site.node.throws !== undefined) return undefined;
  const [a, b] = [sidesOf(site.node, 'a'), sidesOf(site.node, 'b')];
  if (a === undefined || b === undefined || !mayDiffer(a, b)) return undefined;
  const found =
    centredByItself(site, a, b) ??
    turned(site, a, b) ??
    turned(site, b, a) ??
    productOfOtherSide(site, a.node, b) ??
    productOfOtherSide(site, b.node, a);
  if (found === undefined) return undefined;
  const shapes = [a, b].map(({ node }) => showShape(node.shape));
  const inner = `${showSize(a.inner.size)} and ${showSize(b.inner.size)}`;
  return {
    message: `\`${site.text()}\` multiplies ${shapes.join(' by ')}, whose inner sizes are ${inner}: it throws, or where both are one number every element is a sum over pairs that do not belong together. ${found}`,
    danger: { text: `${inner} are the inner sizes`, harm: 'shape', failures: ['throws', 'wrong-shape'] },
    manifest: ![a, b].some(({ node }) => isClaimedByType(node)),
    related: [a, b].map(({ node }, index) => ({ node, message: `${shapes[index]} comes from here` })),
  };
}

/** Two names, or a name beside a written number that is the other side of the tensor with the name: `[1, 8]` by `[items, 8]`. */
function mayDiffer(a: Sides, b: Sides): boolean {
  if (areApart(a.inner, b.inner)) return true;
  const [named, written] = typeof b.inner.size === 'number' ? [a, b] : [b, a];
  const { size } = written.inner;
  return (
    typeof size === 'number' &&
    size > 1 &&
    nameOf(named.inner) !== undefined &&
    !isAxisOfTensor(named.inner) &&
    named.outer.size === size
  );
}

/** A table of samples, of which the mean of each column was subtracted, by itself: it is no square. */
function centredByItself(site: Site, a: Sides, b: Sides): string | undefined {
  const { transposeA, transposeB } = site.node.attributes;
  if (transposeA === true || transposeB === true || !sameValue(a.node, b.node)) return undefined;
  const means = sameAxes(a.node).flatMap((node) =>
    axesOfMean(isOp(node, 'sub') ? operandOf(node, 'b') : undefined),
  );
  // What is centred both ways is a square, as a kernel is.
  const isCentred = means.includes(0) && means.every((axis) => axis === 0);
  const name = site.text(a.node);
  return isCentred
    ? `\`${name}\` has a row for each sample: for the covariance of its columns use \`tf.matMul(${name}, ${name}, true)\`.`
    : undefined;
}

const axesOfMean = (node: Node | undefined): unknown[] =>
  isOp(node, 'mean', 'moments') ? [node.attributes['axis']].flat() : [];

function sidesOf(product: Node, name: 'a' | 'b'): Sides | undefined {
  const node = operandOf(product, name);
  const [row, column] = node?.shape?.slice(-2) ?? [];
  if (node === undefined || row === undefined || column === undefined) return undefined;
  const isTransposed = product.attributes[name === 'a' ? 'transposeA' : 'transposeB'];
  if (typeof isTransposed !== 'boolean') return undefined;
  const isLast = (name === 'a') !== isTransposed;
  return isLast ? { node, inner: column, outer: row } : { node, inner: row, outer: column };
}

/**
 * The size that is asked for is that of the other side. Of two sides of one tensor nothing says that it is no square; nor of a
 * tensor that meets squares: `centring.matMul(distances).matMul(centring)` says that the distances are one too.
 */
function turned(site: Site, one: Sides, other: Sides): string | undefined {
  if (!sameSize(one.outer.size, other.inner.size) || areOfOneTensor(one.inner, one.outer)) return undefined;
  if (sameAxes(one.node).some((node) => hasMet(node, one.inner, other.inner))) return undefined;
  const meetsSquares = isSquare(other.node) || sameAxes(one.node).some(isProductWithSquare);
  if (meetsSquares && isAxisOfTensor(one.inner)) return undefined;
  const side = one.node === operandOf(site.node, 'a') ? 'A' : 'B';
  const isTransposed = site.node.attributes[`transpose${side}`] === true;
  const name = site.text(one.node);
  const how = isTransposed ? `leave \`transpose${side}\` away` : `set \`transpose${side}\``;
  return `The ${showSize(other.inner.size)} lie along the other side of \`${name}\`: ${how}.`;
}

/** `tf.eye(n).matMul(links)` has n rows, whatever the links say. */
function isProductWithSquare(node: Node): boolean {
  const [a, b] = isOp(node, 'matMul') ? [sidesOf(node, 'a'), sidesOf(node, 'b')] : [];
  if (a === undefined || b === undefined || sameSize(a.inner.size, b.inner.size)) return false;
  return isSquare(a.node) || isSquare(b.node);
}

/** A product before it asks that the two are one number: `F.matMul(covariance)` of `[2, 2]` by `[n, n]`. */
function hasMet(node: Node, one: Dim, other: Dim): boolean {
  const [a, b] = isOp(node, 'matMul') ? [sidesOf(node, 'a'), sidesOf(node, 'b')] : [];
  if (a === undefined || b === undefined) return false;
  const areThey = (first: Dim, second: Dim): boolean =>
    sameSize(first.size, a.inner.size) && sameSize(second.size, b.inner.size);
  return areThey(one, other) || areThey(other, one);
}

/** Its two sides have one name. */
function isSquare(node: Node | undefined): boolean {
  const [row, column] = node?.shape?.slice(-2) ?? [];
  return row !== undefined && column !== undefined && isOneAxis(row, column);
}

/** `c.matMul(c, false, true)` of [rows, columns] is [rows, rows], and meets what has as many rows as c has columns. */
function productOfOtherSide(site: Site, square: Node, other: Sides): string | undefined {
  const product = productWithin(square);
  const c = product && operandOf(product, 'a');
  const inner = product && sidesOf(product, 'a')?.inner;
  if (product === undefined || c === undefined || !sameSize(inner!.size, other.inner.size)) return undefined;
  return `\`${site.text(product)}\` adds up over the ${showSize(inner!.size)}, of which \`${site.text(other.node)}\` has a row each: transpose the other side, \`${site.text(c)}.matMul(${site.text(c)}, ${product.attributes['transposeA'] === true ? 'false, true' : 'true, false'})\`.`;
}

/** The product of a table by itself that a square was computed from, element by element. */
const productWithin = (square: Node): Node | undefined => sameAxes(square).find(isOfItself);

function isOfItself(node: Node): boolean {
  const sides = isOp(node, 'matMul') ? sidesOf(node, 'a') : undefined;
  if (sides === undefined || !areApart(sides.inner, sides.outer)) return false;
  const { transposeA, transposeB } = node.attributes;
  return sameValue(operandOf(node, 'a')!, operandOf(node, 'b')!) && transposeA !== transposeB;
}
