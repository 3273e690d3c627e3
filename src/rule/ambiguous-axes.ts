/** Where two axes have one size, and shapes alone do not tell which of them is meant. */
import { sameSize, showShape, showSize, type Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { isStatistic } from './axes.js';
import { isOp, isTrained, operandOf, producer } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Ops that choose and weigh elements: a mask is given for one axis. */
const MASKING: ReadonlySet<string> = new Set(['mul', 'where', 'logicalAnd']);

/** `taus.sub(errors.less(0).cast('float32'))`: each quantile weighs the errors of its own prediction. */
const isQuantileWeight = (site: Site, table: Node): boolean =>
  site.node.op === 'sub' &&
  isOp(table, 'cast') &&
  isOp(operandOf(table, 'x'), 'less', 'lessEqual', 'greater', 'greaterEqual');

/** `scores.mul(keep)`: the last two axes of the scores are equally long, and `keep` may belong to either. */
export function vectorMeetsSquare(site: Site, table: Node, vector: Node): Suspicion | undefined {
  const isWeighed = MASKING.has(site.node.op) || isQuantileWeight(site, table);
  if (!isWeighed || site.node.throws !== undefined) return undefined;
  const size = squareSize(table.shape);
  const [only, ...more] = vector.shape ?? [];
  if (size === undefined || only === undefined || more.length > 0 || only.size !== size) return undefined;
  const [last, before] = [table.shape!.at(-1)!, table.shape!.at(-2)!];
  const isTold =
    only.axis !== undefined && (only.axis.id === last.axis?.id) !== (only.axis.id === before.axis?.id);
  if (isTold || isTrained(vector) || isStatistic(vector)) return undefined;
  const selects = site.node.op === 'where';
  const [name, rank] = [site.text(vector), table.shape!.length];
  const shapes = `${showShape(vector.shape)} against ${showShape(table.shape)}`;
  const documented = selects
    ? ` The documentation of \`tf.where\` says that a condition of rank 1 selects along the first axis; it selects along the last.`
    : '';
  return {
    message: `\`${site.text()}\` lays \`${name}\` along the last axis, ${shapes}: the axis before it is as long, so that nothing throws whichever of them is meant.${documented}${pairsIn(site, table)} Say which one: \`${name}.reshape([${ones(rank - 1, size)}])\` for the last, \`${name}.reshape([${ones(rank - 2, size)}, 1])\` for the one before.`,
    danger: {
      text: `${name} may belong to axis ${rank - 2} or ${rank - 1}`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: selects ? 'misread' : undefined,
    },
    manifest: selects,
    related: [
      { node: table, message: `${showShape(table.shape)} comes from here` },
      { node: vector, message: `${showShape(vector.shape)} comes from here` },
    ],
  };
}

/** Of all pairs of two sets, which axis goes over which of them. */
function pairsIn(site: Site, table: Node): string {
  const difference = pairing(table);
  if (difference === undefined) return '';
  const [a, b] = [operandOf(difference, 'a')!, operandOf(difference, 'b')!];
  const [last, before] = a.shape!.at(-1)?.size === 1 ? [b, a] : [a, b];
  return ` The last one goes over \`${site.text(last)}\`, the one before over \`${site.text(before)}\`.`;
}

/** The op that a table of pairs was made by, seen through what computes on single elements. */
function pairing(node: Node, depth = 0): Node | undefined {
  const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
  const isOne = (operand: Node | undefined, axis: number): boolean => operand?.shape?.at(axis)?.size === 1;
  if ((isOne(a, -1) && isOne(b, -2)) || (isOne(b, -1) && isOne(a, -2))) return node;
  const inner = operandOf(node, 'x') ?? a;
  return inner === undefined || depth > 6 ? undefined : pairing(inner, depth + 1);
}

const ones = (count: number, size: number): string =>
  [...Array.from({ length: count }, () => 1), size].join(', ');

/** The size of the last two axes, if they are one. */
function squareSize(shape: Shape | undefined): number | undefined {
  if (shape === undefined || shape.length < 2) return undefined;
  const [last, before] = [shape.at(-1)!.size, shape.at(-2)!.size];
  return typeof last === 'number' && last > 1 && sameSize(last, before) ? last : undefined;
}

/**
 * `x.matMul(weights, false, true)` with square weights, which nothing else is multiplied with as they stand: a layer that
 * gives its weights back, as a decoder does, uses them both ways.
 */
export function transposedWeights(site: Site): Suspicion | undefined {
  const weights = site.operand('b');
  if (site.node.attributes['transposeB'] !== true || weights === undefined || !isTrained(weights))
    return undefined;
  const size = squareSize(weights.shape);
  const variable = producer(weights);
  const isUsedAsItStands = site.nodes.some(
    (node) =>
      isOp(node, 'matMul', 'dot') &&
      node.attributes['transposeB'] !== true &&
      producer(operandOf(node, 'b')) === variable,
  );
  if (size === undefined || weights.shape!.length > 2 || isUsedAsItStands) return undefined;
  const name = site.text(weights);
  return {
    message: `\`${site.text()}\` multiplies by \`${name}\` transposed: it is square, ${showShape(weights.shape)}, so that nothing throws if its rows were meant to be the ${size} inputs, as they are in the layers of TensorFlow.js. If they are the outputs, keep it; else leave \`transposeB\` away.`,
    danger: {
      text: `the rows of ${name} are taken for outputs`,
      harm: 'shape',
      failures: ['wrong-value'],
    },
    manifest: false,
    related: [{ node: weights, message: `${showShape(weights.shape)} comes from here` }],
  };
}

/** `tf.layers.add().apply([sequence, context])` of two ranks: the axis that is missing comes behind the batch. */
export function mergedRanks(site: Site, a: Node, b: Node): Suspicion | undefined {
  const layer = site.node.attributes['implied'];
  if (typeof layer !== 'string' || !layer.startsWith('layers.')) return undefined;
  const [raised, whole] = isRaised(a) ? [a, b] : [b, a];
  if (!isRaised(raised) || isRaised(whole)) return undefined;
  // Where an axis of 1 waits for it, there is no doubt.
  if (whole.shape?.[1]?.size === 1) return undefined;
  const given = lowest(raised);
  const [from, to] = [showShape(given.shape), showShape(raised.shape)];
  return {
    message: `\`tf.${layer}()\` merges ${from} with ${showShape(whole.shape)}: it puts the axis that is missing behind the first one, ${to}, where \`tf.${site.node.op}\` would put it in front. Say so: \`reshape([-1, ${raised
      .shape!.slice(1)
      .map(({ size }) => showSize(size))
      .join(', ')}])\`, or \`tf.layers.repeatVector\`.`,
    danger: { text: `${from} is read as ${to}`, harm: 'shape', failures: ['wrong-shape'], implied: true },
    manifest: false,
    related: [
      { node: given, message: `${from} comes from here` },
      { node: whole, message: `${showShape(whole.shape)} comes from here` },
    ],
  };
}

const isRaised = ({ op, attributes }: Node): boolean =>
  op === 'expandDims' && attributes['implied'] === 'layers';

const lowest = (node: Node): Node => (isRaised(node) ? lowest(operandOf(node, 'x')!) : node);
