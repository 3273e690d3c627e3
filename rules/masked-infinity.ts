import type { FixCandidate } from '../src/rule/finding.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import {
  constantOf,
  eitherOrder,
  isConstant,
  isOp,
  operandOf,
  producer,
  sameValue,
} from '../src/rule/patterns.js';
import { together } from '../src/rule/rewrite.js';
import { reach } from '../src/rule/reach.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { slice, type Node } from '../src/program/node.js';
import { reached } from '../src/facts/range.js';
import { isUnknown } from '../src/ops/build.js';
import type { Span } from '../src/source/span.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'masked-infinity',
  category: 'numerical',
  claim: 'A mask of -Infinity is NaN where it meets a 0, and where it masks a whole row.',
  reason:
    '0 · -Infinity is NaN: a mask of zeros and ones times -Infinity breaks where nothing is masked, a probability of 0 times its -Infinity logarithm where something is. A softmax or logSumExp of nothing but -Infinity is NaN, as for a sequence of padding only.',
  remedy: 'Mask with a large finite number: -1e9 in float32.',
  ops: ['mul', 'softmax', 'logSoftmax', 'logSumExp', 'log'],
  check(site) {
    if (isOp(site.node, 'log')) return rowOfNothing(site);
    return isOp(site.node, 'mul') ? zeroTimesInfinity(site) : maskedRow(site);
  },
  examples: {
    hazardous: [
      {
        title: 'an additive mask, made by multiplication',
        code: `export const attend = (scores: tf.Tensor2D, padding: tf.Tensor2D) =>\n  tf.softmax(scores.add(tf.greater(padding, 0).toFloat().mul(-Infinity)));`,
      },
      {
        title: 'the pairs of each with itself, taken out by multiplication',
        code: `export const nearest = (points: tf.Tensor2D) =>\n  tf.matMul(points, points, false, true).sub(tf.eye(points.shape[0]).mul(Infinity)).argMax(1);`,
      },
      {
        title: 'a mask that callers hand over',
        code: `export const attend = (scores: tf.Tensor2D, blocked: tf.Tensor2D) => tf.softmax(scores.add(blocked.mul(-Infinity)));`,
      },
      {
        title: 'a sequence that is padding only',
        code: `export function attend(scores: tf.Tensor2D, tokens: tf.Tensor2D) {\n  const masked = tf.where(tokens.notEqual(0), scores, tf.fill([1], -Infinity));\n  return tf.softmax(masked);\n}`,
      },
      {
        title: 'a mask that is added',
        code: `export function attend(scores: tf.Tensor3D, mask: tf.Tensor2D) {\n  const hidden = mask.expandDims(1).equal(0);\n  const block = tf.where(hidden, tf.fill([mask.shape[0], 1, mask.shape[1]], -Infinity), tf.zeros([mask.shape[0], 1, mask.shape[1]]));\n  return tf.softmax(scores.add(block));\n}`,
      },
      {
        title: 'what is to be left out comes first',
        code: `export function attend(scores: tf.Tensor2D, padding: tf.Tensor1D) {\n  const blocked = padding.expandDims(0).equal(1);\n  return tf.softmax(tf.where(blocked, tf.fill([1, 1], -Infinity), scores));\n}`,
      },
      {
        title: 'a mask of tokens that a caller counts',
        code: `const attend = (scores: tf.Tensor2D, mask: tf.Tensor2D) => tf.softmax(tf.where(mask.greater(0), scores, -Infinity));\nexport function weights(scores: tf.Tensor2D, rows: string[][], ids: Map<string, number>) {\n  const tokens = tf.tensor2d(rows.map((row) => row.map((word) => ids.get(word) ?? 0)), [2, 3]);\n  return attend(scores, tokens.notEqual(0).toFloat());\n}`,
      },
      {
        title: 'a normaliser over what is allowed',
        code: `export const logPartition = (scores: tf.Tensor2D, allowed: tf.Tensor2D) =>\n  tf.logSumExp(tf.where(tf.greater(allowed, 0), scores, tf.onesLike(scores).mul(Number.NEGATIVE_INFINITY)), 1);`,
      },
    ],
    safe: [
      {
        title: 'a large finite number',
        code: `export const attend = (scores: tf.Tensor2D, padding: tf.Tensor2D) =>\n  tf.softmax(scores.add(tf.greater(padding, 0).toFloat().mul(-1e9)));`,
      },
      {
        title: 'a causal mask, in which every row sees itself',
        code: `export function attend(scores: tf.Tensor2D) {\n  const causal = tf.linalg.bandPart(tf.ones([4, 4]), -1, 0).greater(0);\n  return tf.softmax(tf.where(causal, scores, tf.fill([4, 4], -Infinity)));\n}`,
      },
      {
        title: 'a mask of what comes later, written the other way round',
        code: `export function attend(scores: tf.Tensor2D) {\n  const later = tf.sub(1, tf.linalg.bandPart(tf.ones([4, 4]), -1, 0)).greater(0);\n  return tf.softmax(tf.where(later, tf.fill([4, 4], -Infinity), scores));\n}`,
      },
      {
        title: 'a causal mask that loops fill',
        code: `export function attend(scores: tf.Tensor2D) {\n  const seen = new Float32Array(16);\n  for (let i = 0; i < 4; i++) for (let j = 0; j <= i; j++) seen[i * 4 + j] = 1;\n  return tf.softmax(tf.where(tf.tensor2d(seen, [4, 4]).greater(0), scores, -Infinity));\n}`,
      },
      {
        title: 'a running maximum that starts at -Infinity',
        code: `export const highest = (x: tf.Tensor1D) => tf.maximum(tf.fill([1], -Infinity), x.max());`,
      },
    ],
  },
});

function zeroTimesInfinity(site: Site): Suspicion | undefined {
  for (const [infinite, name] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const [constant, other] = [site.operand(infinite), site.operand(name)];
    const value = constantOf(constant);
    if (value === undefined || Number.isFinite(value) || Number.isNaN(value) || other === undefined) continue;
    // Who multiplies by Infinity has a mask in mind, of which nobody has to say that it holds zeros.
    if (constantOf(other) !== undefined || !['manifest', 'assumed'].includes(reach(other.range, 0, 0)))
      continue;
    return {
      message: `\`${site.text()}\` is NaN where \`${site.text(other)}\` is 0: 0 times ${value} is NaN. Use \`tf.where\`, or a large finite number: ${value < 0 ? '-' : ''}${guardNumbers(site.backend).mask}.`,
      danger: {
        text: `${site.text(other)} = 0`,
        harm: 'value',
        // The Infinity is an operand that is meant: what is new is the NaN.
        formula: true,
        failures: ['nan'],
      },
      manifest: true,
      covers: site.users().filter((user) => isOp(user, 'softmax', 'logSoftmax', 'logSumExp', 'add')),
      fixes: finite(site, site.node, constant!),
    };
  }
  return undefined;
}

/** A softmax over `tf.where(mask, scores, -Infinity)`, whose mask depends on what is passed in. */
function maskedRow(site: Site): Suspicion | undefined {
  const scores = site.operand('logits') ?? site.operand('x');
  const where = maskIn(producer(scores));
  if (where === undefined) return undefined;
  const condition = operandOf(where, 'condition');
  const branch = (['a', 'b'] as const).find((name) => operandOf(where, name)?.range.high === -Infinity);
  const fill = branch && operandOf(where, branch);
  if (fill === undefined || condition === undefined || !dependsOnValues(condition)) return undefined;
  if (branch === 'b' && leavesFirst(condition)) return undefined;
  return {
    message: `\`${site.text()}\` is NaN for a row of which \`${site.text(condition)}\` leaves nothing: all of it is -Infinity then. Mask with a large finite number, -${guardNumbers(site.backend).mask}.`,
    danger: {
      text: `${site.text(condition)} is ${branch === 'a'} along a whole row`,
      harm: 'value',
      formula: true,
      failures: ['nan'],
    },
    manifest: true,
    related: [{ node: where, message: 'masks with -Infinity' }],
    fixes: finite(site, where, fill),
  };
}

/** The choice of -Infinity, also where it is added: `scores.add(tf.where(blocked, -Infinity, 0))`. */
function maskIn(scores: Node | undefined): Node | undefined {
  if (isOp(scores, 'where')) return scores;
  if (!isOp(scores, 'add')) return undefined;
  return eitherOrder(scores)
    .map(([one]) => producer(one))
    .find((made) => isOp(made, 'where') && ['a', 'b'].some((name) => isConstant(operandOf(made, name), 0)));
}

/** A log-sum-exp by hand: of a row that is -Infinity throughout, the largest is taken from itself. */
function rowOfNothing(site: Site): Suspicion | undefined {
  const exp = producer(operandOf(producer(site.operand('x')), 'x'));
  const shifted = isOp(exp, 'exp') ? producer(operandOf(exp, 'x')) : undefined;
  const [x, most] = [operandOf(shifted, 'a'), producer(operandOf(shifted, 'b'))];
  if (!isOp(producer(site.operand('x')), 'sum') || !isOp(shifted, 'sub') || !isOp(most, 'max'))
    return undefined;
  if (x === undefined || !sameValue(operandOf(most, 'x'), x)) return undefined;
  const given = producer(x);
  // Only what callers hand in, and nobody described, may be a row that is masked throughout.
  if (!isOp(given, 'input') || given.range.lowBy !== 'assumed') return undefined;
  return {
    message: `\`${site.text(shifted)}\` is NaN for a row of nothing but -Infinity, as a mask leaves it that covers the whole row: -Infinity - -Infinity. Mask with a large finite number, -${guardNumbers(site.backend).mask}, or keep the largest finite: \`tf.where(tf.isFinite(m), m, 0)\`.`,
    danger: { text: `all of ${site.text(x)} is -Infinity`, harm: 'value', failures: ['nan'] },
    manifest: false,
    at: shifted,
  };
}

/** A large finite number in place of the Infinity, where that is written: as an operand, or in what makes the operand. */
function finite(site: Site, call: Node, infinite: Node): FixCandidate[] {
  const made = producer(infinite);
  const span =
    writtenIn(site, call, infinite) ??
    (isOp(made, 'mul')
      ? (writtenIn(site, made, operandOf(made, 'a')) ?? writtenIn(site, made, operandOf(made, 'b')))
      : undefined) ??
    (isOp(made, 'scalar', 'fill') ? site.argument(made, 'value') : undefined);
  if (span === undefined) return [];
  const { mask } = guardNumbers(site.backend);
  const text = infinite.range.low === -Infinity ? `-${mask}` : mask;
  return [
    together(`Mask with a finite number: \`${text}\``, 'guard', [{ span, by: { kind: 'code', text } }]),
  ];
}

/** Where a call has an infinite constant written as its operand. */
function writtenIn(site: Site, call: Node, operand: Node | undefined): Span | undefined {
  const value = constantOf(operand);
  if (value === undefined || Number.isFinite(value)) return undefined;
  const [name] = Object.entries(call.operands).find(([, given]) => given === operand) ?? [];
  return name === undefined ? undefined : site.argument(call, name);
}

/** `tf.range(0, n).less(lengths)`, of lengths of 1 or more: the first place of each row is left. */
function leavesFirst(condition: Node): boolean {
  const mask = producer(condition);
  const [places, lengths] = [producer(operandOf(mask, 'a')), operandOf(mask, 'b')];
  return (
    isOp(mask, 'less') &&
    isOp(places, 'range') &&
    places.attributes['start'] === 0 &&
    lengths !== undefined &&
    lengths.range.low > 0
  );
}

/** Whether the mask is that of the data: a causal mask is made of sizes alone, and leaves every row something. */
const dependsOnValues = (condition: Node): boolean =>
  slice(condition).some((node) => (isOp(node, 'input') && node.dtype !== 'number') || isReadIn(node));

/** Numbers that the program does not write down itself, as it would those of a causal mask: their ends are nobody's. */
function isReadIn({ op, attributes, range }: Node): boolean {
  const { values } = attributes;
  if (!op.startsWith('tensor') || !isUnknown(values)) return false;
  const { lowBy, highBy } = reached(range);
  return values.byData === true || lowBy !== 'attained' || highBy !== 'attained';
}
