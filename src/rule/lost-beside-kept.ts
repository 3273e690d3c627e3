/** Guesses of which an axis was taken away, beside labels that have it still. */
import { isSymbolic, shareName, showShape, type Shape } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { isAxisOfTensor } from './apart-sizes.js';
import { mutualGrowth } from './broadcast.js';
import { operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

const COMPARES: readonly string[] = ['equal', 'notEqual'];

/**
 * `probs.squeeze([3]).greater(0.5).equal(mask)`, where both were handed in with as many axes: what is left lies along the axes
 * behind its own.
 */
export function besideKept(site: Site, guess: Node, labels: Node): Suspicion | undefined {
  if (!COMPARES.includes(site.node.op) || site.node.throws !== undefined) return undefined;
  const [left, kept] = [guess.shape, labels.shape];
  const lost = left && kept && kept.length === left.length + 1 ? axisLost(guess, kept.length) : undefined;
  if (lost === undefined || lost.axis === 0 || !isHandedIn(labels) || mayMeet(left!, kept!)) return undefined;
  // A column beside a row is told as such.
  if (mutualGrowth(left!, kept!) !== undefined) return undefined;
  // With names of its own a comment may tell that there is an axis more in front.
  if (!kept!.every(isAxisOfTensor)) return undefined;
  const [name, of] = [site.text(guess), site.text(labels)];
  return {
    message: `\`${site.text()}\` compares ${showShape(left)} with ${showShape(kept)}: \`${site.text(lost.node)}\` takes axis ${lost.axis} away, and \`${of}\` has it still, so that each axis of \`${name}\` meets the one behind its own. It throws, or compares what does not belong together. Take it from both, \`${of}.squeeze([${lost.axis}])\` or \`${of}.argMax(${lost.axis})\`, or keep it.`,
    danger: {
      text: `${showShape(left)} meets ${showShape(kept)}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    covers: site.users(),
    related: [{ node: lost.node, message: `axis ${lost.axis} goes here` }],
  };
}

interface Lost {
  readonly node: Node;
  readonly axis: number;
}

/** What took one axis from something of so many axes that was handed in, element by element since. */
function axisLost(node: Node, rank: number, depth = 0): Lost | undefined {
  const x = operandOf(node, 'x') ?? operandOf(node, 'a');
  if (x === undefined || depth > MOST_OPS) return undefined;
  if (!TAKING.has(node.op))
    return x.shape?.length === node.shape?.length ? axisLost(x, rank, depth + 1) : undefined;
  const [axis, ...others] = [node.attributes['axis']].flat();
  const isOne = typeof axis === 'number' && others.length === 0;
  return isOne && x.shape?.length === rank && isHandedIn(x)
    ? { node, axis: axis < 0 ? axis + rank : axis }
    : undefined;
}

const MOST_OPS = 4;

const TAKING: ReadonlySet<string> = new Set(['squeeze', 'argMax', 'argMin']);

/** A parameter, perhaps with another type or with other values. */
const isHandedIn = (node: Node): boolean =>
  slice(node).every(({ op }) => op === 'input' || op === 'constant' || KEEPING.has(op));

const KEEPING: ReadonlySet<string> = new Set([
  'cast',
  'round',
  'sigmoid',
  'softmax',
  'greater',
  'greaterEqual',
]);

/** Whether sizes say that the axes that meet are one. */
const mayMeet = (left: Shape, kept: Shape): boolean =>
  left.some(({ size }, axis) => {
    const met = kept[axis + 1]!.size;
    return (!isSymbolic(size) && !isSymbolic(met)) || shareName(size, met);
  });
