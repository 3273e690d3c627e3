import { isAssigned } from '../src/program/moving-squares.js';
import type { Node } from '../src/program/node.js';
import { isAffected, libraryGradients, opsWith } from '../src/ops/library-gradients.js';
import type { GradientFlow } from '../src/ops/row.js';
import { allOps, opNamed } from '../src/ops/table.js';
import { affectedOperand, callOf, operandsNamed } from '../src/rule/library-gradient.js';
import { isTrained as isWeight } from '../src/rule/patterns.js';
import type { FixCandidate, Term } from '../src/rule/finding.js';
import { inWords, sameBy } from '../src/rule/rewrite.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import { logSigmoid } from '../src/rule/stable-forms.js';

export default defineRule({
  name: 'broken-backward',
  category: 'gradient',
  claim: 'The backward pass throws: the value is computed, its gradient is not.',
  reason:
    'Some ops of TensorFlow.js have no gradient (comparisons, divNoNan, einsum, topk, cumprod), some give one of the wrong shape (the operand that maximum, minimum, squaredDifference, prelu or a batched matMul stretches). Indices that `gather` is handed are integers, for which it has no gradient: those that were computed on the tape make it throw. Nothing shows until the first training step, which throws with the name of a kernel and no line. A mask such as `tf.where(x.greater(0), …)` is on the path of the gradient although no gradient is wanted through it.',
  remedy:
    'Write it with ops that have a gradient: give both operands their full shape first (`x.add(tf.zerosLike(y))`), compute a mask outside what is differentiated, or use `relu`, `abs` and `clipByValue` in place of a comparison.',
  ops: [...new Set([...opsWith(1, 'throws'), ...allOps.filter(throwsSometimes).map(({ name }) => name)])],
  check(site) {
    // Pictures that a layer crops or turns are mostly the data that come in.
    if (site.node.op.startsWith('image.') && site.node.gradient?.by === 'inputs') return undefined;
    const found = brokenOperand(site);
    if (found === undefined) return undefined;
    const { operand, why, remedy, fixes, isOnceTrained = false } = found;
    const when = isOnceTrained
      ? `stretches the weight \`${site.text(operand)}\`: a step that trains it throws`
      : `is differentiated by \`${site.text(operand)}\`, and its backward pass throws`;
    return {
      message: `\`${site.text()}\` ${when}: ${why}. ${remedy}`,
      danger: {
        text: isOnceTrained ? `a step trains ${site.text(operand)}` : 'the backward pass',
        harm: 'gradient',
        failures: ['throws'],
      },
      fixes,
      manifest: true,
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the hardest pairs of a loss, by an op without a gradient',
        code: `export function hardestLoss(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const { values } = tf.topk(tf.matMul(a, b, false, true), 2);\n  return tf.logSumExp(values, 1).mean();\n}`,
      },
      {
        title: 'a floor per feature',
        code: `export const step = (x: tf.Tensor2D, floor: tf.Tensor1D) =>\n  tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b).sum())([x, floor]);`,
      },
      {
        title: 'a threshold that is learned, of one number',
        code: `export class Threshold {\n  private readonly level = tf.variable(tf.scalar(0.1));\n  apply(x: tf.Tensor2D) {\n    return tf.maximum(x, this.level);\n  }\n}`,
      },
      {
        title: 'a mask of the prediction in a loss',
        code: `export function train(x: tf.Tensor2D, y: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 1]));\n  const optimizer = tf.train.sgd(0.1);\n  optimizer.minimize(() => {\n    const error = y.sub(x.matMul(w) as tf.Tensor2D);\n    return tf.where(error.abs().less(1), error.square(), error.abs()).mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a batch of queries against one matrix',
        code: `export const attend = (queries: tf.Tensor3D, keys: tf.Tensor2D) =>\n  tf.grad((k: tf.Tensor) => tf.matMul(queries, k as tf.Tensor3D).sum())(keys);`,
      },
      {
        title: 'a quotient that is safe only forward',
        code: `export const weight = (a: tf.Tensor1D, b: tf.Tensor1D) =>\n  tf.grad((x: tf.Tensor) => tf.divNoNan(x, b).sum())(a);`,
      },
      {
        title: 'the nearest vector of a codebook that is trained',
        code: `const book = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 2]));\nexport const step = (x: tf.Tensor2D) =>\n  tf.train.adam(1e-3).minimize(() => {\n    const nearest = x.expandDims(1).sub(book.expandDims(0)).square().sum(2).argMin(1);\n    return tf.gather(book, nearest.toInt()).sub(x).square().mean() as tf.Scalar;\n  });`,
      },
      {
        title: 'the log-odds of pairs that are ranked',
        code: `export const rankingLoss = (positive: tf.Tensor1D, negative: tf.Tensor1D) =>\n  tf.logSigmoid(tf.sub(positive, negative)).mean().neg();`,
      },
      {
        title: 'a dilated convolution',
        code: `export const step = (image: tf.Tensor4D, kernel: tf.Tensor4D) =>\n  tf.grad((k: tf.Tensor) => tf.conv2d(image, k as tf.Tensor4D, 1, 'valid', 'NHWC', 2).sum())(tf.ones([2, 2, 1, 1]));`,
      },
    ],
    safe: [
      {
        title: 'the log-odds of pairs that are ranked, by a softplus',
        code: `export const rankingLoss = (positive: tf.Tensor1D, negative: tf.Tensor1D) =>\n  tf.softplus(tf.sub(negative, positive)).mean();`,
      },
      {
        title: 'the nearest vector, picked by a product',
        code: `const book = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 2]));\nexport const step = (x: tf.Tensor2D) =>\n  tf.train.adam(1e-3).minimize(() => {\n    const nearest = x.expandDims(1).sub(book.expandDims(0)).square().sum(2).argMin(1).toInt();\n    return tf.oneHot(nearest, 8).toFloat().matMul(book).sub(x).square().mean() as tf.Scalar;\n  });`,
      },
      {
        title: 'a threshold that is learned, by an op that reduces its gradient, and one that is not',
        code: `export class Threshold {\n  private readonly level = tf.variable(tf.scalar(0.1));\n  private readonly floor = tf.variable(tf.scalar(0), false);\n  apply(x: tf.Tensor2D) {\n    return tf.maximum(tf.relu(x.sub(this.level)).add(this.level), this.floor);\n  }\n}`,
      },
      {
        title: 'actions that were stored',
        code: `const w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 3]));\nexport const step = (x: tf.Tensor2D, order: tf.Tensor1D) =>\n  tf.train.adam(1e-3).minimize(() => x.matMul(w).gather(order.toInt()).square().mean() as tf.Scalar);`,
      },
      {
        title: 'operands of one shape',
        code: `export const step = (x: tf.Tensor2D) =>\n  tf.grad((a: tf.Tensor) => tf.maximum(a, tf.zerosLike(a)).sum())(x);`,
      },
      {
        title: 'the operand that is stretched is no parameter',
        code: `export const step = (x: tf.Tensor2D, floor: tf.Tensor1D) =>\n  tf.grad((a: tf.Tensor) => tf.maximum(a, floor).sum())(x);`,
      },
      {
        title: 'a mask of the labels',
        code: `export const step = (x: tf.Tensor2D, labels: tf.Tensor2D) =>\n  tf.grad((a: tf.Tensor) => tf.where(labels.greater(0), a, tf.zerosLike(a)).sum())(x);`,
      },
      {
        title: 'a comparison that nothing differentiates',
        code: `export const accuracy = (logits: tf.Tensor2D, labels: tf.Tensor1D) =>\n  logits.argMax(1).equal(labels.toInt()).mean();`,
      },
      {
        title: 'a metric that is computed beside the loss',
        code: `export const step = (x: tf.Tensor2D) =>\n  tf.grad((a: tf.Tensor) => {\n    const positive = a.greater(0).sum();\n    positive.print();\n    return a.square().sum();\n  })(x);`,
      },
    ],
  },
});

function throwsSometimes({
  gradient,
}: {
  readonly gradient: GradientFlow | Readonly<Record<string, GradientFlow>>;
}): boolean {
  const words = typeof gradient === 'string' ? [gradient] : Object.values(gradient);
  return words.includes('throws') || words.includes('given');
}

interface Broken {
  readonly operand: Node;
  readonly why: string;
  readonly remedy: string;
  readonly fixes?: readonly FixCandidate[] | undefined;
  /** Whether no gradient is seen to be taken, of a weight that is there to be trained. */
  readonly isOnceTrained?: boolean;
}

function brokenOperand(site: Site): Broken | undefined {
  for (const defect of libraryGradients(site.node.op, 1)) {
    if (defect.defect !== 'throws') continue;
    const stretched = defect.condition === 'broadcast operand';
    const isMet = isAffected(defect, callOf(site), site.node.shape);
    const seen = isMet === true ? affectedOperand(site, defect, 'once') : undefined;
    const weight =
      seen === undefined && stretched && isMet !== false
        ? stretchedWeight(site, defect.operand, isMet)
        : undefined;
    const operand = seen ?? weight;
    if (operand === undefined) continue;
    const why = stretched
      ? 'it is broadcast, and the gradient comes back in the shape of the result'
      : reasonOf(defect.example.message);
    const other = writtenOtherwise(site, operand);
    const remedy = stretched
      ? `Give it the full shape first: \`tf.add(${site.text(operand)}, tf.zerosLike(…))\` of the other operand; \`add\` reduces its gradient.`
      : other === undefined
        ? 'Keep it off the path of the gradient, or write it with ops that have one.'
        : `Its value and its gradient are those of \`${inWords(other)}\`.`;
    const fixes = other && [sameBy(site, other)];
    return { operand, why, remedy, fixes, isOnceTrained: weight !== undefined };
  }
  const row = opNamed(site.node.op);
  if (row === undefined) return undefined;
  for (const { name } of row.parameters) {
    const word = typeof row.gradient === 'string' ? row.gradient : row.gradient[name];
    const mayThrow = word === 'throws' || word === 'given';
    const operand = mayThrow ? operandsNamed(site, name).find(isTrained(site)) : undefined;
    if (operand !== undefined) return { operand, ...(word === 'given' ? OF_INDICES : WITHOUT_GRADIENT) };
  }
  return undefined;
}

/** With ops whose gradients hold. */
const writtenOtherwise = (site: Site, operand: Node): Term | undefined =>
  site.node.op === 'logSigmoid' ? logSigmoid(site, operand, false) : undefined;

/** A weight that is stretched, in code that a gradient may be taken of: a single number is, whatever it meets. */
function stretchedWeight(site: Site, name: string, isMet: boolean | undefined): Node | undefined {
  if (site.gradient() === 'no') return undefined;
  const isStretched = ({ shape }: Node): boolean => isMet === true || shape?.length === 0;
  const isKept = (node: Node): boolean =>
    node.dtype === 'int32' || isAssigned(node) || site.fileText().includes(`${site.text(node)}.assign(`);
  return operandsNamed(site, name).find((node) => isWeight(node) && isStretched(node) && !isKept(node));
}

const WITHOUT_GRADIENT: Omit<Broken, 'operand'> = {
  why: 'TensorFlow.js has no gradient for it',
  remedy: 'Keep it off the path of the gradient, or write it with ops that have one.',
};

const OF_INDICES: Omit<Broken, 'operand'> = {
  why: 'it is computed from what is trained, so that a gradient is asked for by whole numbers too',
  remedy:
    'Compute it before, outside of what is differentiated, or pick with a product: `tf.oneHot(…)` has a gradient, which is 0.',
};

const isTrained =
  (site: Site) =>
  (operand: Node): boolean =>
    site.differentiates(operand) === 'yes';

/** What TensorFlow.js throws, in a few words. */
function reasonOf(message: string | undefined): string {
  const kernel = /gradient function not found for (\w+)/.exec(message ?? '')?.[1];
  if (kernel !== undefined) return `TensorFlow.js has no gradient for its kernel ${kernel}`;
  if (/dilation rates/.test(message ?? '')) return 'TensorFlow.js has no gradient for dilations above 1';
  return `TensorFlow.js throws "${message}"`;
}
