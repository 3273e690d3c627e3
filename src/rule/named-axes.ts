/** Axes that are told apart by the names of the constants that their sizes were given by. */
import { showShape, showSize, type Axis } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { alignedOperands, REDUCTIONS } from './axes.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Two axes that meet, and that are as long as each other by coincidence only. */
interface Coincidence {
  readonly ofA: Axis;
  readonly ofB: Axis;
  readonly size: number;
  /** The axis that lies, or lay, elsewhere in the other operand. */
  readonly slid: Axis;
}

/**
 * Where an axis of one operand meets another one, while it has, or had, its place elsewhere in that operand: of images
 * [HEIGHT, WIDTH] and a mask [WIDTH, HEIGHT] both axes do. Two names alone say nothing: what a layer of HIDDEN units makes
 * may well be added to what has EMBEDDED features.
 */
function coincidence(a: Node, b: Node): Coincidence | undefined {
  const rank = Math.min(a.shape?.length ?? 0, b.shape?.length ?? 0);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd += 1) {
    const [left, right] = [a.shape!.at(-fromEnd)!, b.shape!.at(-fromEnd)!];
    const [ofA, ofB] = [left.axis, right.axis];
    if (ofA === undefined || ofB === undefined || ofA.id === ofB.id || left.size !== right.size) continue;
    if (!isNamed(ofA, ofB)) continue;
    const slid = hasOrHad(a, ofB) ? ofB : hasOrHad(b, ofA) ? ofA : undefined;
    if (slid !== undefined) return { ofA, ofB, size: Number(left.size), slid };
  }
  return undefined;
}

/** Both by a constant, or one by the units of a layer, whatever these were given by: the batch is none of them. */
const isNamed = (a: Axis, b: Axis): boolean =>
  (a.constant === true && (b.constant === true || isOfLayer(b))) || (b.constant === true && isOfLayer(a));

const isOfLayer = ({ id }: Axis): boolean => OF_LAYER.test(id);

const OF_LAYER = /^(?:units|filters) of layer /;

const hasOrHad = (node: Node, { id, constant }: Axis): boolean =>
  constant === true && (hasAxis(node, id) || lostAxes(node).some((axis) => axis.id === id));

const hasAxis = ({ shape }: Node, id: string): boolean => shape?.some(({ axis }) => axis?.id === id) === true;

/** Axes that were reduced away on the way to a tensor whose elements are still those of the others. */
function lostAxes(node: Node, depth = 0): Axis[] {
  if (depth > 6) return [];
  const reduces = REDUCTIONS.has(node.op) || node.op.startsWith('losses.');
  return (reduces ? operandNodes(node) : alignedOperands(node)).flatMap((operand) => {
    const axes = (operand.shape ?? []).flatMap(({ axis }) => (axis?.constant === true ? [axis] : []));
    const lost = reduces ? axes.filter(({ id }) => !hasAxis(node, id)) : [];
    return [...lost, ...lostAxes(operand, depth + 1)];
  });
}

/** `losses.mul(perClass)`, where there are as many classes as samples. */
export function byCoincidence(site: Site, a: Node, b: Node): Suspicion | undefined {
  const found = coincidence(a, b);
  if (found === undefined) return undefined;
  const { ofA, ofB, size, slid } = found;
  const [moved, whole, meets] = slid.id === ofA.id ? [a, b, ofB] : [b, a, ofA];
  return {
    message: `\`${site.text()}\` lays ${slid.label} of \`${site.text(moved)}\`, ${showShape(moved.shape)}, along ${meets.label} of \`${site.text(whole)}\`, ${showShape(whole.shape)}: both are ${size}, so nothing throws, and every element meets one that belongs to another. Bring ${slid.label} to its place: \`transpose\`, or \`expandDims\` where an axis is missing.`,
    danger: {
      text: `${slid.label} meets ${meets.label}`,
      harm: 'shape',
      failures: ['throws'],
      expansion: 'apart',
      apart: [slid, meets],
    },
    manifest: true,
    related: [
      { node: a, message: `${named(a)} comes from here` },
      { node: b, message: `${named(b)} comes from here` },
    ],
  };
}

/** The shape with the names of its axes. */
const named = ({ shape }: Node): string =>
  `[${(shape ?? []).map(({ axis, size }) => (axis?.constant === true ? axis.label.replaceAll('`', '') : showSize(size))).join(', ')}]`;
