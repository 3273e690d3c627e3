import { writtenValues } from '../src/ops/written-values.js';
import type { Node } from '../src/program/node.js';
import { reducedOf } from '../src/rule/axes.js';
import { nameOfInput } from '../src/rule/input-names.js';
import { isOp, isRawScore, operandOf, producer, sameValue } from '../src/rule/patterns.js';
import { axisOfShares } from '../src/rule/probabilities.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'multinomial-logits',
  category: 'numerical',
  claim:
    '`tf.multinomial` draws by other probabilities than those that it is given: it takes them for logits, or logits for them.',
  reason:
    'Where nothing else is said, `tf.multinomial` takes logits, and draws by their softmax. The softmax of probabilities is nearly flat: of 0.98 and 0.02 it makes 0.72 and 0.28, and of ten classes none is ever drawn more often than 2.7 times as often as another, however sure the model is. A policy explores without end, a sampler writes noise, and no number says so. With `normalized` true it is the other way round: logits are added up as if they were probabilities.',
  remedy:
    'Hand over the logits, or the logarithms of the probabilities; or say that they are probabilities: `tf.multinomial(probabilities, n, undefined, true)`.',
  ops: ['multinomial'],
  check(site) {
    const given = producer(site.operand('logits'));
    const normalized = site.node.attributes['normalized'] ?? false;
    if (given === undefined || typeof normalized !== 'boolean') return undefined;
    if (normalized) return isRawScore(given) ? notProbabilities(site) : undefined;
    if (axisOfShares(given) === -1 || isQuotientOfSum(given) || isWritten(given))
      return notLogits(site, true);
    return isNamed(site, given) ? notLogits(site, false) : undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'a policy that draws by its probabilities',
        code: `const policy = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: 'softmax' })] });\nexport const act = (state: tf.Tensor2D) =>\n  tf.multinomial(policy.predict(state.reshape([-1, 4])) as tf.Tensor2D, 1);`,
      },
      {
        title: 'a softmax at a temperature, and one more',
        code: `export const sample = (scores: tf.Tensor1D) => tf.multinomial(tf.softmax(scores.div(0.7)), 1).dataSync()[0]!;`,
      },
      {
        title: 'counts by their sum',
        code: `export function draw(counts: tf.Tensor1D) {\n  const visits = counts.abs().add(1);\n  return tf.multinomial(visits.div(visits.sum()) as tf.Tensor1D, 10, 7);\n}`,
      },
      {
        title: 'a coin that is not fair',
        code: `export const toss = (times: number) => tf.multinomial(tf.tensor1d([0.95, 0.05]), times);`,
      },
      {
        title: 'scores that are called normalized',
        code: `const head = tf.variable(tf.randomNormal([4, 3]));\nexport const act = (state: tf.Tensor2D) =>\n  tf.multinomial(state.reshape([-1, 4]).matMul(head) as tf.Tensor2D, 1, undefined, true);`,
      },
    ],
    safe: [
      {
        title: 'logits',
        code: `const head = tf.variable(tf.randomNormal([4, 3]));\nexport const act = (state: tf.Tensor2D) => tf.multinomial(state.reshape([-1, 4]).matMul(head) as tf.Tensor2D, 1);`,
      },
      {
        title: 'probabilities that are called so',
        code: `export const sample = (scores: tf.Tensor1D) => tf.multinomial(tf.softmax(scores), 1, undefined, true);`,
      },
      {
        title: 'logarithms of probabilities',
        code: `export const sample = (scores: tf.Tensor1D) => tf.multinomial(tf.logSoftmax(scores).div(0.7) as tf.Tensor1D, 1);`,
      },
    ],
  },
});

/** `probs`, `actionProbabilities`; `logProbs` are logits. */
const NAMED = /^(?!.*log)(?:.*[a-z_])?prob(?:s|abilities)$/i;

/** What nobody knows more of than its name, or that of the variable it is in. */
function isNamed(site: Site, given: Node): boolean {
  if (!isOp(given, 'input', 'unknown') || isRawScore(given)) return false;
  const [path] = /^[\w$.]+(?= as |$)/.exec(site.text(site.operand('logits'))) ?? [];
  const variable = path?.split('.').at(-1);
  return [nameOfInput(given), variable].some((name) => name !== undefined && NAMED.test(name));
}

/** `tf.tensor1d([0.75, 0.25])`: rows that add up to 1. */
function isWritten(node: Node): boolean {
  const values = writtenValues(node);
  const classes = node.shape?.at(-1)?.size;
  if (values === undefined || typeof classes !== 'number' || !values.every((value) => value > 0))
    return false;
  // The softmax of equal numbers is what they are.
  if (values.every((value) => value === values[0])) return false;
  return Array.from({ length: values.length / classes }, (_, row) =>
    values.slice(row * classes, (row + 1) * classes).reduce((sum, value) => sum + value, 0),
  ).every((sum) => Math.abs(sum - 1) < 1e-6);
}

/** `counts.div(counts.sum())`, `p.div(p.sum(-1, true))`: along the last axis it adds up to 1. */
function isQuotientOfSum(node: Node): boolean {
  const [part, sum] = [producer(operandOf(node, 'a')), producer(operandOf(node, 'b'))];
  if (!isOp(node, 'div') || part === undefined || !isOp(sum, 'sum')) return false;
  const rank = part.shape?.length;
  return (
    sameValue(part, producer(operandOf(sum, 'x'))) &&
    rank !== undefined &&
    reducedOf(sum)?.join() === String(rank - 1)
  );
}

function notLogits(site: Site, isKnown: boolean): Suspicion {
  const text = site.text(site.operand('logits'));
  const what = isKnown ? `\`${text}\` holds probabilities` : `\`${text}\` holds probabilities, by its name`;
  return {
    message: `${what}, and \`tf.multinomial\` takes logits: it draws by their softmax, which is nearly flat. Of two classes with 0.98 and 0.02 the second is drawn in 28 of 100. Say that they are probabilities, by \`true\` as the fourth argument, or hand over their logarithms.`,
    danger: {
      text: `${text} are no logits`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: 'drawn-as-logits',
    },
    manifest: isKnown,
  };
}

function notProbabilities(site: Site): Suspicion {
  const text = site.text(site.operand('logits'));
  return {
    message: `\`${text}\` holds scores, of which any may be below 0, and \`tf.multinomial\` is told that they are probabilities (\`normalized\`): it adds them up as they are. Leave \`normalized\` out, or hand over their softmax.`,
    danger: {
      text: `${text} are scores`,
      harm: 'shape',
      failures: ['wrong-value'],
      expansion: 'misread',
    },
    manifest: true,
  };
}
