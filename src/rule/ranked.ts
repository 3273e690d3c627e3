/** What lies along the axis that `topk` or `argMax` looked along, and is read or added up along another one. */
import { isSymbolic, sameSize, showShape, showSize } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { alignedOperands } from './axes.js';
import { isOp, operandOf, producer } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Ops between a choice and where it is used: a cast, a reshape of the list of indices. */
const MOST_STEPS = 6;

/**
 * `x.gather(tf.topk(scores).indices)`, without an axis, where the scores are those of the columns of x: the numbers of columns
 * are taken for those of rows.
 */
export function gatheredAcross(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const chosen = chosenFrom(site.operand('indices'));
  const [rows, ...others] = x?.shape ?? [];
  const size = chosen?.shape?.at(-1)?.size;
  if (x === undefined || chosen === undefined || rows === undefined || size === undefined) return undefined;
  const axis = others.findIndex((one) => sameSize(one.size, size)) + 1;
  // Of sizes that are written down two may be equal by accident.
  if (axis === 0 || sameSize(rows.size, size) || !isSymbolic(size)) return undefined;
  const shape = showShape(x.shape);
  return {
    message: `\`${site.text()}\` has no axis and takes rows of ${shape}, but its indices number the ${showSize(size)} along axis ${axis}: \`${site.text(chosen)}\` chose among those. It throws, or gives rows that nobody chose. Write \`tf.gather(${site.text(x)}, …, ${axis})\`.`,
    danger: {
      text: `rows of ${shape} are taken by the numbers of its columns`,
      harm: 'shape',
      failures: ['wrong-shape', 'throws'],
      expansion: 'first-axis',
    },
    manifest: true,
    related: [{ node: chosen, message: `chooses among ${showSize(size)}` }],
  };
}

/** The scores among which indices were chosen along the last axis, or along the only one. */
function chosenFrom(indices: Node | undefined): Node | undefined {
  let made = producer(indices);
  for (let step = 0; step < MOST_STEPS && isOp(made, 'cast', 'reshape', 'squeeze', 'clone'); step += 1)
    made = producer(operandOf(made, 'x'));
  const isChoice = isOp(made, 'topk') && made.output === 'indices';
  return isChoice ? operandOf(made, 'x') : undefined;
}

/**
 * `tf.topk(x).values.softmax().cumsum(0)`: values that were put in order along the last axis are added up along another one, over
 * samples that have nothing to do with each other.
 */
export function scannedAcross(site: Site): Suspicion | undefined {
  const { axis } = site.node.attributes;
  const x = site.operand('x');
  const rank = x?.shape?.length;
  if (x === undefined || rank === undefined || rank < 2 || typeof axis !== 'number') return undefined;
  if (axis === -1 || axis === rank - 1 || !isInOrder(x)) return undefined;
  const { op } = site.node;
  return {
    message: `\`${site.text()}\` runs along axis ${axis} of ${showShape(x.shape)}, but \`topk\` put the values in order along the last one: those of different samples run into each other, and a single sample stays as it is. Write \`${op}(${rank - 1})\`.`,
    danger: {
      text: `it runs along axis ${axis} of ${showShape(x.shape)}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'mixes-samples',
    },
    manifest: true,
    related: [],
  };
}

/** The values of `topk`, perhaps made probabilities since. */
function isInOrder(node: Node, depth = 0): boolean {
  const made = producer(node);
  if (made === undefined || depth > MOST_STEPS) return false;
  if (made.op === 'topk') return made.output === 'values';
  if (isOp(made, 'softmax', 'logSoftmax')) return isInOrder(operandOf(made, 'logits')!, depth + 1);
  return alignedOperands(made).some((operand) => isInOrder(operand, depth + 1));
}
