import { isSymbolic, sameSize, showShape, showSize, type Dim, type Size } from '../src/facts/shape.js';
import type { Node } from '../src/program/node.js';
import { reducedOf, REDUCTIONS } from '../src/rule/axes.js';
import { countBehind, isCountOf } from '../src/rule/counts.js';
import { isOp, operandOf, producer } from '../src/rule/patterns.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'wrong-count',
  category: 'shape',
  claim:
    'A sum becomes a mean by the length of another axis than the one that was added up, which is still there.',
  reason:
    'k rows of B terms that are stacked to [k, B] are averaged along axis 0. `logSumExp(1)` less `Math.log(k)`, or `sum(1)` by k, adds up the B terms of each row and divides them by the number of rows: right where there are as many of both, and else larger or smaller by the ratio of the two, without a word.',
  remedy:
    'Add up along the axis that is counted, or divide by the length of the one that is added up; `mean` counts by itself.',
  ops: ['div', 'sub'],
  check(site) {
    const [a, b] = [site.operand('a'), site.operand('b')];
    const reduction = reductionBehind(site, a);
    const count = reduction && countBehind(site.node, b);
    const x = operandOf(reduction, 'x');
    const reduced = reduction && reducedOf(reduction);
    if (count === undefined || x?.shape === undefined || reduced === undefined) return undefined;
    const summed = reduced.map((axis) => x.shape![axis]!);
    const axis = x.shape.findIndex(({ size }, at) => !reduced.includes(at) && sameSize(size, count));
    if (axis < 0 || !areOthers(summed, count, x)) return undefined;
    const isSum = site.node.op === 'div';
    if (isSum && isReducedLater(site, site.node)) return undefined;
    if (!isSum && site.users(site.node).some((user) => isOp(user, 'logSumExp'))) return undefined;
    return suspicion(site, reduction!, { count, axis, reduced }, isSum && site.isReturned());
  },
  examples: {
    hazardous: [
      {
        title: 'the mean of samples by their logarithms, along the images',
        code: `export function bound(x: tf.Tensor2D, samples: number) {\n  const terms: tf.Tensor[] = [];\n  for (let i = 0; i < samples; i++) terms.push(x.mul(tf.randomNormal(x.shape)).sum(1));\n  return tf.logSumExp(tf.stack(terms), 1).sub(Math.log(samples)).mean();\n}`,
      },
      {
        title: 'of as many samples as a call asks for',
        code: `function bound(x: tf.Tensor2D, samples: number) {\n  const terms: tf.Tensor[] = [];\n  for (let i = 0; i < samples; i++) terms.push(x.mul(tf.randomNormal(x.shape)).sum(1));\n  return tf.logSumExp(tf.stack(terms), 1).sub(Math.log(samples)).mean();\n}\nexport const ofFive = (x: tf.Tensor2D) => bound(x, 5);`,
      },
      {
        title: 'the sum of the features by the number of samples',
        code: `export function level(x: tf.Tensor2D) {\n  const table = x.reshape([-1, 3]);\n  table.sum(1).div(table.shape[0]).tanh().print();\n}`,
      },
    ],
    safe: [
      {
        title: 'the mean of samples by their logarithms',
        code: `export function bound(x: tf.Tensor2D, samples: number) {\n  const terms: tf.Tensor[] = [];\n  for (let i = 0; i < samples; i++) terms.push(x.mul(tf.randomNormal(x.shape)).sum(1));\n  return tf.logSumExp(tf.stack(terms), 0).sub(Math.log(samples)).mean();\n}`,
      },
      {
        title: 'a sum over the features, and a mean over the samples',
        code: `export function loss(x: tf.Tensor2D) {\n  const errors = x.reshape([-1, 3]);\n  return errors.square().sum(1).div(errors.shape[0]).sum();\n}`,
      },
      {
        title: 'the rows of a square',
        code: `export const means = (kernel: tf.Tensor2D) => kernel.sum(1).div(kernel.shape[0]);`,
      },
      {
        title: 'pairs, each with each',
        code: `export function contrast(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const scores = tf.matMul(a, b, false, true);\n  return scores.logSumExp(1).sub(Math.log(a.shape[0])).mean();\n}`,
      },
      {
        title: 'rows that were collected for each of as many things',
        code: `export function means(n: number) {\n  const rows: tf.Tensor[] = [];\n  for (let i = 0; i < n; i++) rows.push(tf.randomNormal([n]));\n  return tf.stack(rows).sum(1).div(n);\n}`,
      },
    ],
  },
});

/** What is added up: by a division a sum, by the logarithm of a number that of a sum. */
function reductionBehind(site: Site, x: Node | undefined): Node | undefined {
  const made = isOp(x, 'neg') ? operandOf(x, 'x') : x;
  return isOp(made, site.node.op === 'div' ? 'sum' : 'logSumExp') ? made : undefined;
}

/**
 * Whether the axes that are added up are certain to be others than the one that is counted: a written size beside one that
 * is not, or those of tensors beside their number. Two that callers choose may be the sides of a square.
 */
function areOthers(summed: readonly Dim[], count: Size, x: Node): boolean {
  if (summed.some(({ size }) => size === 1 || sameSize(size, count))) return false;
  return summed.every(({ size }) => !isSymbolic(size)) || isCountOf(count, producer(x)!);
}

/** `x.sum(1).div(batch).sum()` is the mean over the batch of a sum over the features. */
function isReducedLater(site: Site, node: Node, depth = 0): boolean {
  return site.users(node).some((user) => {
    const reduces = REDUCTIONS.has(user.op) || isOp(user, 'matMul', 'dot', 'einsum');
    return reduces || (depth < MOST_OPS && isReducedLater(site, user, depth + 1));
  });
}

const MOST_OPS = 8;

interface Counted {
  readonly count: Size;
  /** The axis that is counted, of what is added up, and those that are. */
  readonly axis: number;
  readonly reduced: readonly number[];
}

function suspicion(
  site: Site,
  reduction: Node,
  { count, axis, reduced }: Counted,
  mayBeReduced: boolean,
): Suspicion {
  const x = operandOf(reduction, 'x')!;
  const by = showSize(count);
  const along = `${reduced.length > 1 ? 'axes' : 'axis'} ${reduced.join(' and ')}`;
  const what = site.node.op === 'div' ? `divides that by ${by}` : `takes the logarithm of ${by} from that`;
  const later = mayBeReduced
    ? ` Where whoever gets it adds it up along axis ${axis}, it is the mean over that.`
    : '';
  return {
    message: `\`${site.text(reduction)}\` adds up ${along} of ${showShape(x.shape)}, and \`${site.text()}\` ${what}, the length of axis ${axis}, which is still there: it is the mean of neither. Add up axis ${axis}, or count ${along}.${later}`,
    danger: {
      text: `${along} counted as ${by}`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: 'counts-kept',
      whole: true,
    },
    manifest: !mayBeReduced,
    // What no op takes is read back, and may be added up in JavaScript.
    advice: site.users(site.node).length === 0,
    related: [{ node: reduction, message: 'what is added up' }],
  };
}
