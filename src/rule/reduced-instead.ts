/** A reduction along one axis beside what has that axis still, and not the one that was left. */
import { isSymbolic, sameSize, shareName, showShape, showSize, type Shape } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { alignedOperands, REDUCTIONS, reducedOf } from './axes.js';
import { BROADCASTING } from './broadcast.js';
import { eitherOrder, isOp, operandOf, producer, sameValue } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/**
 * `pred.argMax(1).equal(gold)` of [B, T, K] and [B, T]: T was reduced, and the K that is left meets T. Only names tell: of
 * sizes that have none of their own each is another one.
 */
export function reducedInstead(site: Site, left: Node, whole: Node): Suspicion | undefined {
  const found = site.node.throws === undefined ? exchanged(left, whole) : undefined;
  if (found === undefined) return undefined;
  const { reduction, from, lost, kept, at } = found;
  const [name, of, reduced] = [site.text(left), site.text(whole), site.text(reduction)];
  const [ofLost, ofKept] = [lost, kept].map(({ size }) => showSize(size));
  return {
    message: `\`${site.text()}\` lays ${ofKept} of \`${name}\`, ${showShape(left.shape)}, along ${ofLost} of \`${of}\`, ${showShape(whole.shape)}: \`${reduced}\` reduces ${ofLost} of ${showShape(from)} and leaves ${ofKept}. It throws, or where there are as many of both every element meets one that belongs to another. Reduce axis ${at} instead.`,
    danger: {
      text: `${ofKept} meets ${ofLost}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    covers: site.users(),
    related: [{ node: reduction, message: `reduces ${ofLost}` }],
  };
}

interface Exchanged {
  readonly reduction: Node;
  readonly from: Shape;
  readonly lost: Shape[number];
  readonly kept: Shape[number];
  /** The axis that was kept, where it was. */
  readonly at: number;
}

function exchanged(left: Node, whole: Node): Exchanged | undefined {
  const reduction = reductionOf(left);
  const x = reduction && operandOf(reduction, 'x');
  const [axis, ...others] = (reduction && reducedOf(reduction)) ?? [];
  const [from, shape, other] = [x?.shape, left.shape, whole.shape];
  if (reduction === undefined || from === undefined || shape === undefined || other === undefined)
    return undefined;
  const lost = axis === undefined || others.length > 0 ? undefined : from[axis];
  if (lost === undefined || !isSymbolic(lost.size)) return undefined;
  if (shape.length !== from.length - 1 || shape.length !== other.length) return undefined;
  // `links.sum(1).mul(links.sum(0))`: what comes in beside what goes out.
  if (sameValue(operandOf(reductionOf(whole), 'x'), x)) return undefined;
  if (isSquareBeside(x!, whole)) return undefined;
  const place = shape.findIndex(
    ({ size }, index) => isStranger(size, other, index) && sameSize(other[index]!.size, lost.size),
  );
  if (place < 0) return undefined;
  const kept = shape[place]!;
  return { reduction, from, lost, kept, at: from.findIndex(({ size }) => sameSize(size, kept.size)) };
}

/** `scores.mul(tf.eye(n)).sum(1)`, the scores of what belongs together: there are as many of both. */
const isSquareBeside = (x: Node, whole: Node): boolean =>
  slice(whole).some(
    (node) =>
      node.op in BROADCASTING &&
      eitherOrder(node).some(([table, square]) => sameValue(table, x) && isOp(producer(square), 'eye')),
  );

/** Whether a size is another one than the one that it meets, and none of the other tensor. */
const isStranger = (size: Shape[number]['size'], other: Shape, index: number): boolean =>
  isSymbolic(size) &&
  isSymbolic(other[index]!.size) &&
  !other.some((one) => shareName(one.size, size) || sameSize(one.size, size));

/** The reduction that gave a tensor, element by element since. */
function reductionOf(node: Node, depth = 0): Node | undefined {
  if (REDUCTIONS.has(node.op)) return node;
  const [only, ...others] = alignedOperands(node).filter(({ shape }) => shape?.length === node.shape?.length);
  return only === undefined || others.length > 0 || depth > MOST_OPS
    ? undefined
    : reductionOf(only, depth + 1);
}

const MOST_OPS = 4;
