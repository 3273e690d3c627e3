import { sameSize, showShape, type Dim, type Shape } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { crossedAxes, statisticOf } from '../src/rule/axes.js';
import { constantOf, isOp, operandOf, producer } from '../src/rule/patterns.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { inWords, Rewriter, together } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

/** Ops that broadcast their operands against each other, with the names of the operands that do. */
const BROADCASTING: Readonly<Record<string, readonly [string, string]>> = {
  add: ['a', 'b'],
  sub: ['a', 'b'],
  mul: ['a', 'b'],
  div: ['a', 'b'],
  pow: ['base', 'exp'],
  squaredDifference: ['a', 'b'],
  maximum: ['a', 'b'],
  minimum: ['a', 'b'],
  equal: ['a', 'b'],
  notEqual: ['a', 'b'],
  greater: ['a', 'b'],
  greaterEqual: ['a', 'b'],
  less: ['a', 'b'],
  lessEqual: ['a', 'b'],
  logicalAnd: ['a', 'b'],
  logicalOr: ['a', 'b'],
  atan2: ['a', 'b'],
};

export default defineRule({
  name: 'silent-broadcast',
  category: 'shape',
  claim:
    'Broadcasting lets two operands meet that do not belong together: a column against a row, a statistic of rows laid along the columns.',
  reason:
    'Broadcasting lets [B, 1] meet [B]: the result is [B, B], every prediction against every label. Nothing throws; the mean of the squares is finite, the model learns the average of the labels. The sums of the rows of a square matrix divide its columns just as silently.',
  remedy:
    'Give both operands the same shape first: `.squeeze([1])` on the column or `.expandDims(1)` on the row. Where the table is meant, expand both operands by hand.',
  ops: Object.keys(BROADCASTING),
  check(site) {
    const [left, right] = BROADCASTING[site.node.op]!;
    const a = site.operand(left);
    const b = site.operand(right);
    if (a === undefined || b === undefined || site.node.throws !== undefined) return undefined;
    const crossed = crossing(site, a, b) ?? crossing(site, b, a);
    if (crossed !== undefined || a.shape === undefined || b.shape === undefined) return crossed;
    const growth = mutualGrowth(a.shape, b.shape);
    if (growth === undefined || isMeant(growth, a, b)) return undefined;
    const result = showShape(site.node.shape);
    return {
      message: `\`${site.text()}\` broadcasts ${showShape(a.shape)} against ${showShape(b.shape)} to ${result}: both operands grow, every element of one meets every element of the other.${consequence(site)} Give both the same shape: ${advice(site, a, b)}.`,
      danger: {
        text: `${showShape(a.shape)} meets ${showShape(b.shape)}`,
        harm: 'shape',
        failures: ['wrong-shape'],
        expansion: 'both-expand',
      },
      manifest: true,
      fixes: squeezed(site, a, b),
      related: [
        { node: a, message: `${showShape(a.shape)} comes from here` },
        { node: b, message: `${showShape(b.shape)} comes from here` },
      ],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'predictions of a dense layer against a row of labels',
        code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {\n  const predictions = tf.matMul(features, tf.ones([4, 1]));\n  return tf.sub(predictions, labels).square().mean();\n}`,
      },
      {
        title: 'a nested literal is a column',
        code: `const target = [[1], [2], [3]];\nexport const error = () => tf.tensor1d([1, 2, 3]).sub(target).abs().mean();`,
      },
      {
        title: 'the sums of rows against the columns',
        code: `export const normalise = (confusion: tf.Tensor2D) => confusion.div(confusion.sum(-1).expandDims(0));`,
      },
      {
        title: 'the means of rows against the columns',
        code: `export const centre = (x: tf.Tensor2D) => x.sub(x.mean(1));`,
      },
      {
        title: 'a dot product that is not one',
        code: `export const similarity = () => tf.ones([4, 1]).mul(tf.ones([4])).sum();`,
      },
    ],
    safe: [
      {
        title: 'a bias',
        code: `export const layer = (x: tf.Tensor2D) => tf.matMul(x.reshape([8, 4]), tf.ones([4, 3])).add(tf.zeros([3]));`,
      },
      {
        title: 'all pairs, on purpose',
        code: `export const distances = (a: tf.Tensor2D, b: tf.Tensor2D) => a.expandDims(1).sub(b.expandDims(0)).square().sum(-1);`,
      },
      {
        title: 'a row normalised with keepDims',
        code: `export const normalise = (x: tf.Tensor2D) => x.sub(x.mean(1, true));`,
      },
      { title: 'the means of columns', code: `export const centre = (x: tf.Tensor2D) => x.sub(x.mean(0));` },
      {
        title: 'both sides of a matrix scaled by its sums',
        code: `export function propagate(adjacency: tf.Tensor2D) {\n  const scale = adjacency.sum(1).maximum(1).rsqrt();\n  return adjacency.mul(scale.expandDims(0)).mul(scale.expandDims(1));\n}`,
      },
      {
        title: 'differences within one vector',
        code: `export const pairs = (s: tf.Tensor1D) => s.expandDims(1).sub(s);`,
      },
      {
        title: 'the same shape first',
        code: `export function loss(features: tf.Tensor2D, labels: tf.Tensor1D) {\n  const predictions = tf.matMul(features, tf.ones([4, 1])).squeeze([1]);\n  return tf.sub(predictions, labels).square().mean();\n}`,
      },
    ],
  },
});

/** `x.div(x.sum(1))`: what is left of the rows lies along the columns. It throws, or the sizes agree by accident. */
function crossing(site: Site, x: Node, other: Node): Suspicion | undefined {
  const statistic = statisticOf(other, x);
  const rank = x.shape?.length ?? 2;
  const crossed = statistic && crossedAxes(statistic, rank);
  if (statistic === undefined || crossed === undefined || isMetElsewhere(site, x, statistic.reduction))
    return undefined;
  const [name, sum] = [site.text(x), site.text(statistic.reduction)];
  return {
    message: `\`${site.text()}\` lays axis ${crossed.holds} of \`${name}\`, which \`${sum}\` leaves, along axis ${crossed.meets}: it throws, or where both have one size every element meets the statistic of another one. Keep the axis: \`keepDims\` true in \`${sum}\`, or \`expandDims(${crossed.holds + 1})\` on it.`,
    danger: {
      text: `axis ${crossed.holds} of ${name} meets axis ${crossed.meets}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    fixes: keptAxis(site, statistic.reduction, other),
    related: [{ node: statistic.reduction, message: `leaves axis ${crossed.holds}` }],
  };
}

/** Where nothing lies between the statistic and the op, its axis is kept. */
function keptAxis(site: Site, reduction: Node, other: Node): FixCandidate[] {
  const write = new Rewriter(site);
  const [x, axis] = [write.argument(reduction, 'x'), write.argument(reduction, 'axis')];
  if (reduction !== other || x === undefined || axis === undefined || !KEEPING.has(reduction.op)) return [];
  const by = write.op(reduction.op, x, axis, 'true');
  return [together(`Keep the axis: \`${inWords(by)}\``, 'shape', [{ span: reduction.span, by }])];
}

/** Reductions whose third parameter is keepDims. */
const KEEPING: ReadonlySet<string> = new Set(['sum', 'mean', 'max', 'min', 'prod', 'logSumExp']);

/** Scaling rows and columns by the same sums is the normalisation of a graph: its matrix is symmetric. */
function isMetElsewhere(site: Site, x: Node, reduction: Node): boolean {
  return site.nodes.some((node) => {
    const operands = BROADCASTING[node.op]?.map((name) => operandOf(node, name)) ?? [];
    if (node === site.node || operands.some((operand) => constantOf(operand) !== undefined)) return false;
    return operands.some((operand) => statisticOf(operand, x)?.reduction === reduction);
  });
}

interface Growth {
  /** The dim of one operand that is 1 or missing, beside the dim of the other that it grows to. */
  readonly ofA: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
  readonly ofB: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
}

/** The axes along which each operand is certain to grow; undefined unless both do. */
function mutualGrowth(a: Shape, b: Shape): Growth | undefined {
  const ofA: { from: Dim | undefined; to: Dim }[] = [];
  const ofB: { from: Dim | undefined; to: Dim }[] = [];
  for (let fromEnd = 1; fromEnd <= Math.max(a.length, b.length); fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    if (grows(left, right)) ofA.push({ from: left, to: right! });
    if (grows(right, left)) ofB.push({ from: right, to: left! });
  }
  return ofA.length > 0 && ofB.length > 0 ? { ofA, ofB } : undefined;
}

/** A size that is a name may be 1: it grows nothing unless it stands beside a written 1. */
function grows(from: Dim | undefined, to: Dim | undefined): boolean {
  if (to === undefined || to.size === 1) return false;
  return from === undefined || from.size === 1;
}

/** All pairs of two sets, written as such: both ones by hand, or one by hand and the sets differ. */
function isMeant(growth: Growth, a: Node, b: Node): boolean {
  const ones = [...growth.ofA, ...growth.ofB].map(({ from }) => from);
  const explicit = (from: Dim | undefined): boolean => from?.one === 'explicit';
  const allByHand =
    growth.ofA.every(({ from }) => explicit(from)) && growth.ofB.every(({ from }) => explicit(from));
  if (allByHand) return true;
  if (isExpansionOf(a, b) || isExpansionOf(b, a)) return true;
  const targets = [...growth.ofA, ...growth.ofB].map(({ to }) => to);
  const equal = targets.every((to) => sameSize(to.size, targets[0]!.size));
  if (equal) return false;
  // Different sizes: a table of two sets if one axis was made by hand; an accident if the one comes from the data.
  const byHand = ones.some(explicit);
  const accidental = ones.some((from) => from?.one === 'structural' || from?.one === 'data');
  return byHand || !accidental;
}

/** The column is made of the very row it meets: differences within one set. */
function isExpansionOf(column: Node, row: Node): boolean {
  return isOp(column, 'expandDims', 'reshape') && producer(operandOf(column, 'x')) === producer(row);
}

function consequence(site: Site): string {
  const reduced = site.users().some((user) => isOp(user, 'mean', 'sum', 'square', 'abs'));
  return reduced ? ' The mean or sum that follows hides it.' : '';
}

/** A column of known rank beside a row: its last axis goes. */
function squeezed(site: Site, a: Node, b: Node): FixCandidate[] {
  const [column, row] = a.shape!.at(-1)?.size === 1 ? [a, b] : [b, a];
  const rank = column.shape!.length;
  if (rank !== 2 || row.shape!.length !== 1 || column.op === 'constant') return [];
  return inPlaceOf(site, site.node, column, (x, write) => write.op('squeeze', x, '[1]')).map((fix) => ({
    ...fix,
    title: fix.title.replace('Guard the operand', 'Drop the axis of size 1'),
    claim: 'shape',
  }));
}

function advice(site: Site, a: Node, b: Node): string {
  const [column, row] = a.shape!.at(-1)?.size === 1 ? [a, b] : [b, a];
  if (column.shape!.length > row.shape!.length)
    return `\`${site.text(column)}.squeeze([${column.shape!.length - 1}])\`, or \`${site.text(row)}.expandDims(${row.shape!.length})\``;
  return `reshape \`${site.text(column)}\` or \`${site.text(row)}\``;
}
