import { isUnknown } from '../src/ops/build.js';
import { loopProduct } from '../src/rule/loop-products.js';
import { eitherOrder, exactConstant, isOp, oneMinus, operandOf, producer } from '../src/rule/patterns.js';
import type { FixCandidate, Term } from '../src/rule/finding.js';
import { rootOfProduct } from '../src/rule/geometric-means.js';
import { isJavaScript } from '../src/rule/danger.js';
import { productOfNumbers } from '../src/rule/number-products.js';
import { mixed } from '../src/rule/mixtures.js';
import { reachOf } from '../src/rule/reach-of.js';
import { nameOfInput } from '../src/rule/input-names.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { inWords, Rewriter, sameBy } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { underflowingRecursion } from '../src/rule/underflowing-recursions.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';
import { logSigmoid } from '../src/rule/stable-forms.js';

/** A product of so few numbers of a known count is no chain. */
const FEW = 4;

/** Of such factors sixty underflow. */
const SMALL = 0.1;

export default defineRule({
  name: 'probability-product',
  category: 'numerical',
  claim: 'A long product of probabilities, or a high power of them, underflows to 0.',
  reason:
    'float32 ends at 1.4e-45: sixty factors of 0.1 are 0, and so is the likelihood of any sequence long enough. Its logarithm is -Infinity, its gradient NaN, and two hypotheses can no longer be compared. A temperature applied to probabilities is such a power: at a temperature of 0.02 three outcomes alike leave 3^-50 each, of a hundred outcomes 0, and what is divided by their sum is NaN.',
  remedy:
    'Add logarithms: `tf.sum(tf.logSoftmax(logits))`, or `tf.sum(tf.log(tf.maximum(p, 1e-37)))`. Divide logits by the temperature, not exponents.',
  ops: [
    'prod',
    'cumprod',
    'log',
    'sum',
    'slice',
    'js.log',
    'js.log2',
    'js.log10',
    'js.pow',
    'js.div',
    'js.mul',
  ],
  check(site) {
    if (isJavaScript(site.node)) return productOfNumbers(site) ?? underflowingRecursion(site);
    if (isOp(site.node, 'log')) return logOfLoop(site);
    const x = site.operand('x');
    if (isOp(site.node, 'sum', 'slice')) return x && (temperedTotal(site, x) ?? totalOfChain(site, x));
    const factors = producer(x);
    const root = x === undefined || isShort(site, x) ? undefined : rootOfProduct(site);
    if (root !== undefined) return root;
    if (x === undefined || factors === undefined || isShort(site, x)) return undefined;
    const log = site.users().find((user) => isOp(user, 'log'));
    if (!isOfSmall(x, factors) && !(log !== undefined && isOp(factors, 'exp'))) return undefined;
    if (isOnlyTakenFromOne(site)) return undefined;
    const name = site.text(x);
    const { format } = site.backend;
    const count = format === 'float32' ? 'sixty' : 'ten';
    const least = format === 'float32' ? '1.4e-45' : '6e-8';
    const after = log === undefined ? '' : `, and \`${site.text(log)}\` is -Infinity then`;
    return {
      message: `\`${site.text()}\` underflows to 0 for long sequences: ${count} factors of 0.1 are below what ${format} holds${after}. Add logarithms instead: \`${inWords(sumOf(site, new Rewriter(site).op('log', x)))}\`, with ${name} kept above 0 or as a log probability from the start.`,
      danger: {
        text: `the product of ${name} < ${least}`,
        harm: 'value',
        failures: ['underflow'],
      },
      manifest: true,
      advice: isSurvivalCurve(site, factors) ? true : undefined,
      covers: log === undefined ? [] : [log],
      fixes: log === undefined ? [] : sumsOfLogs(site, log, factors),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the likelihood of a sequence',
        code: `export const likelihood = (logits: tf.Tensor2D) => tf.prod(tf.sigmoid(logits), 1);`,
      },
      {
        title: 'the volume that scales leave, of which only the logarithm is wanted',
        code: `export const logVolume = (logScale: tf.Tensor1D) => tf.log(tf.prod(tf.exp(logScale.clipByValue(-8, 8))));`,
      },
      {
        title: 'the confidence in a whole sequence',
        code: `export const confidence = (logits: tf.Tensor2D) => tf.prod(tf.softmax(logits).max(-1));`,
      },
      {
        title: 'a sequence by the probabilities of its tokens',
        code: `export const sequence = (probs: number[]) => tf.prod(tf.tensor1d(probs)).dataSync()[0];`,
      },
      {
        title: 'a geometric mean as the root of a product',
        code: `export function flatness(power: tf.Tensor2D) {\n  const size = power.shape[1];\n  return tf.pow(power.square().prod(-1), 1 / size).div(power.square().mean(-1).add(1e-10));\n}`,
      },
      {
        title: 'the probability of a text, token by token',
        code: `export function probability(logits: tf.Tensor2D, ids: number[]) {\n  const chosen = tf.softmax(logits).mul(tf.oneHot(tf.tensor1d(ids, 'int32'), 50)).sum(1);\n  return chosen.prod();\n}`,
      },
      {
        title: 'the log of a product',
        code: `export const logLikelihood = (logits: tf.Tensor2D) => tf.log(tf.prod(tf.softmax(logits).slice([0, 0], [-1, 1])));`,
      },
      {
        title: 'the likelihood of features that are there or not',
        code: `export function logLikelihood(present: tf.Tensor2D, rates: tf.Tensor1D) {\n  const p = rates.clipByValue(1e-4, 1 - 1e-4);\n  return present.mul(p).add(tf.sub(1, present).mul(tf.sub(1, p))).prod(1).log();\n}`,
      },
      {
        title: 'the likelihood of a sequence, step by step',
        code: `export function logLikelihood(start: tf.Tensor1D, transition: tf.Tensor2D, emissions: tf.Tensor1D[]) {\n  let alpha: tf.Tensor = tf.softmax(start);\n  for (const emission of emissions) {\n    alpha = alpha.reshape([1, -1]).matMul(tf.softmax(transition)).reshape([-1]).mul(tf.sigmoid(emission));\n  }\n  return alpha.sum().log();\n}`,
      },
      {
        title: 'the log of a product of sigmoids',
        code: `export const logSurvival = (scores: tf.Tensor2D) => tf.log(tf.prod(tf.sigmoid(scores), 1)).mean();`,
      },
      {
        title: 'survival over time',
        code: `export const logSurvival = (hazards: tf.Tensor2D) => tf.log(tf.cumprod(tf.sub(1, tf.sigmoid(hazards)), 1));`,
      },
      {
        title: 'probabilities to the power of a temperature',
        code: `export function sharpen(logits: tf.Tensor2D, temperature: number) {\n  const p = tf.softmax(logits);\n  const powers = tf.pow(p, 1 / temperature);\n  return powers.div(powers.sum(-1, true));\n}`,
      },
      {
        title: 'a draw from cumulated powers',
        code: `export function draw(logits: tf.Tensor2D, temperature: number) {\n  const masses = tf.cumsum(tf.pow(tf.softmax(logits), tf.scalar(1 / temperature)), 1);\n  const total = masses.slice([0, masses.shape[1] - 1], [-1, 1]);\n  return tf.randomUniform([1]).mul(total).less(masses).argMax(1);\n}`,
      },
      {
        title: 'the likelihood of a sequence of symbols',
        code: `export function likelihood(start: tf.Tensor1D, moves: tf.Tensor2D, emits: tf.Tensor2D, symbols: number[]) {\n  let alpha: tf.Tensor = start.mul(emits.gather(symbols[0]!, 1));\n  for (const symbol of symbols.slice(1)) alpha = tf.dot(alpha, moves).mul(emits.gather(symbol, 1));\n  return alpha.sum().dataSync()[0]!;\n}`,
      },
    ],
    safe: [
      {
        title: 'the likelihood of a sequence of symbols, scaled in every round',
        code: `export function logLikelihood(start: tf.Tensor1D, moves: tf.Tensor2D, emits: tf.Tensor2D, symbols: number[]) {\n  let alpha: tf.Tensor = tf.softmax(start);\n  let total = tf.scalar(0);\n  for (const symbol of symbols) {\n    const next = tf.dot(alpha, tf.softmax(moves)).mul(tf.softmax(emits).gather(symbol, 1));\n    const sum = next.sum().maximum(1e-30);\n    total = total.add(sum.log());\n    alpha = next.div(sum);\n  }\n  return total;\n}`,
      },
      {
        title: 'a geometric mean of four, and one of logarithms',
        code: `export const means = (x: tf.Tensor2D) => [tf.pow(x.reshape([-1, 4]).prod(1), 0.25), tf.exp(tf.log(x.square().maximum(1e-12)).mean(1))];`,
      },
      {
        title: 'brought back to size at every step',
        code: `export function logLikelihood(start: tf.Tensor1D, transition: tf.Tensor2D, emissions: tf.Tensor1D[]) {\n  let alpha: tf.Tensor = tf.softmax(start);\n  let total: tf.Tensor = tf.scalar(0);\n  for (const emission of emissions) {\n    const next = alpha.reshape([1, -1]).matMul(tf.softmax(transition)).reshape([-1]).mul(tf.softmax(emission));\n    const scale = next.sum().maximum(1e-30);\n    total = total.add(scale.log());\n    alpha = next.div(scale);\n  }\n  return total;\n}`,
      },
      {
        title: 'a sum of squares of probabilities',
        code: `export function concentration(logits: tf.Tensor2D) {\n  const squares = tf.pow(tf.softmax(logits), 2);\n  return squares.div(squares.sum(-1, true));\n}`,
      },
      {
        title: 'logits divided by the temperature',
        code: `export const sharpen = (logits: tf.Tensor2D) => tf.softmax(logits.div(0.02));`,
      },
      {
        title: 'a sum of log probabilities',
        code: `export const logLikelihood = (logits: tf.Tensor2D) => tf.logSoftmax(logits).max(1).sum();`,
      },
      {
        title: 'the product of sizes',
        code: `export const count = (x: tf.Tensor) => tf.prod(tf.tensor1d([2, 3, 4]));`,
      },
      {
        title: 'a product of two',
        code: `export function joint(a: tf.Tensor1D, b: tf.Tensor1D) {\n  return tf.prod(tf.stack([tf.sigmoid(a), tf.sigmoid(b)]), 0);\n}`,
      },
    ],
  },
});

/** `1 - prod(1 - p)`: that at least one of many is there is 1 then, which is right. */
function isOnlyTakenFromOne(site: Site): boolean {
  const users = site.users();
  return (
    users.length > 0 && !site.isReturned(site.node) && users.every((user) => oneMinus(user) === site.node)
  );
}

/** `cumprod(1 - p)`, of which nobody takes a logarithm or a quotient: what is left of many after a long time is next to 0. */
const isSurvivalCurve = (site: Site, factors: Node): boolean =>
  isOp(site.node, 'cumprod') && oneMinus(factors) !== undefined && !isComparedBySize(site, site.node);

/** Whether a logarithm or a quotient is taken of it, perhaps of a part, or behind a guard. */
const isComparedBySize = (site: Site, part: Node): boolean =>
  site
    .users(part)
    .some((user) => COMPARING.has(user.op) || (KEEPING.has(user.op) && isComparedBySize(site, user)));

const COMPARING: ReadonlySet<string> = new Set(['log', 'div']);

const KEEPING: ReadonlySet<string> = new Set(
  'slice gather reshape squeeze expandDims add maximum clipByValue cast'.split(' '),
);

/** `alpha = alpha.matMul(transition).mul(emission)` in a loop, and the logarithm of what it comes to. */
function logOfLoop(site: Site): Suspicion | undefined {
  const x = producer(site.operand('x'));
  const step = loopProduct(x) ?? (isOp(x, 'sum', 'mean', 'max') ? loopProduct(operandOf(x, 'x')) : undefined);
  if (x === undefined || step === undefined) return undefined;
  const name = site.text(x);
  return {
    message: `\`${site.text()}\` is -Infinity for long sequences: every round multiplies by \`${site.text(step)}\`, and sixty factors of 0.1 are below what ${site.backend.format} holds. Divide by the sum in every round and add up the logarithms of the sums, or keep logarithms and add with \`tf.logSumExp\`.`,
    danger: { text: `${name} < 1.4e-45`, harm: 'value', failures: ['underflow', 'infinity'] },
    manifest: true,
    related: [{ node: step, message: 'the factor of every round' }],
  };
}

/** `alpha.sum()` behind `alpha = alpha.dot(transitions).mul(emissions.gather(symbol, 1))`: the likelihood of a whole sequence. */
function totalOfChain(site: Site, x: Node): Suspicion | undefined {
  const step = isOp(site.node, 'sum') && site.node.shape?.length === 0 ? loopProduct(x) : undefined;
  const sides = step === undefined ? [] : eitherOrder(step);
  const isChain = sides.some(
    ([before, chosen]) => isOp(producer(before), 'matMul', 'dot') && isOfSymbol(chosen),
  );
  // Its logarithm is told where that is taken.
  if (!isChain || site.users().some((user) => isOp(user, 'log', 'div'))) return undefined;
  return {
    message: `\`${site.text()}\` is 0 for long sequences: every round multiplies by \`${site.text(step)}\`, and sixty factors of 0.1 are below what ${site.backend.format} holds. Divide by the sum in every round and add up the logarithms of the sums, or keep logarithms and add with \`tf.logSumExp\`.`,
    danger: {
      text: `${site.text(x)} < 1.4e-45`,
      harm: 'value',
      region: { operand: 'x', low: 0, high: 1e-44 },
      failures: ['underflow'],
    },
    manifest: true,
    related: [{ node: step!, message: 'the factor of every round' }],
  };
}

/** `emissions.gather(symbol, 1)`, `emissions.slice([symbol, 0], [1, -1])`: what each state gives for a symbol that was read out of a list. */
function isOfSymbol(chosen: Node): boolean {
  const { begin, axis } = chosen.attributes;
  if (chosen.op === 'slice') return Array.isArray(begin) && begin.some(isUnknown);
  const symbol = operandOf(chosen, 'indices');
  const path = symbol?.op === 'input' ? symbol.attributes['path'] : undefined;
  return chosen.op === 'gather' && axis === 1 && String(path).includes('[');
}

/** A power so low loses no sum: of a hundred outcomes alike 1e-16 each is left. */
const LOW_POWER = 8;

/** The sum of powers of probabilities, or the end of their cumulated sum: 0 once all of them underflow. */
function temperedTotal(site: Site, x: Node): Suspicion | undefined {
  const cumulated = isOp(site.node, 'slice');
  if (cumulated && !isOp(x, 'cumsum')) return undefined;
  const power = producer(cumulated ? operandOf(x, 'x') : x);
  const [p, exponent] = [operandOf(power, 'base'), operandOf(power, 'exp')];
  if (!isOp(power, 'pow') || p === undefined || exponent === undefined) return undefined;
  if (!(exponent.range.high > LOW_POWER)) return undefined;
  if (exactConstant(exponent) !== undefined || !isNormaliser(site, cumulated)) return undefined;
  return {
    message: `\`${site.text()}\` is 0 once every power in it is: at \`${site.text(exponent)}\` = 100 three outcomes alike are 3^-100 each, below what ${site.backend.format} holds. A share of it is NaN, and a draw from it always the same. Divide logarithms instead: \`tf.softmax(tf.mul(tf.log(${site.text(p)}), ${site.text(exponent)}))\`, or the logits from the start.`,
    danger: { text: `all of \`${site.text(power)}\` underflow`, harm: 'value', failures: ['underflow'] },
    // Weights that are handed in may be anything: small ones underflow.
    manifest: isProbabilityOperand(p),
    decisive: exponent,
    covers: [power, ...site.users()],
    related: [{ node: power, message: 'to this power' }],
  };
}

/** Something is divided by it, or compared with a part of it. */
function isNormaliser(site: Site, cumulated: boolean): boolean {
  return cumulated
    ? site.users().length > 0
    : site.users().some((user) => isOp(user, 'div') && producer(operandOf(user, 'b')) === site.node);
}

const SATURATING: ReadonlySet<string> = new Set(['softmax', 'sigmoid']);

/** Between 0 and 1, and not only 0 and 1: a mask has no long products. */
function isProbability(node: Node): boolean {
  const { low, high, integer } = node.range;
  const parts = mixed(node);
  if (parts !== undefined) return parts.every(isProbabilityOperand);
  if (isNamedProbability(node) || isPickedProbability(node)) return true;
  if (low < 0 || high > 1 || integer || node.dtype === 'bool') return false;
  if (SATURATING.has(node.op)) return true;
  // What is kept from 0 and 1 is meant to be one.
  if (isOp(node, 'clipByValue') && low > 0) return true;
  if (isOp(node, 'sub')) return isProbabilityOperand(operandOf(node, 'b'));
  if (isOp(node, 'min', 'max', 'mean', 'clipByValue', 'gather', 'stack', 'concat'))
    return isProbabilityOperand(operandOf(node, 'x'));
  return (
    isOp(node, 'mul') &&
    isProbabilityOperand(operandOf(node, 'a')) &&
    isProbabilityOperand(operandOf(node, 'b'))
  );
}

/** `p.mul(tf.oneHot(ids, n)).sum(1)`: of each row the one that the label names. */
function isPickedProbability(sum: Node): boolean {
  const product = isOp(sum, 'sum') ? producer(operandOf(sum, 'x')) : undefined;
  return (
    isOp(product, 'mul') &&
    eitherOrder(product).some(([p, label]) => isOp(producer(label), 'oneHot') && isProbabilityOperand(p))
  );
}

/** Of what is handed in under such a name, whoever described it or not. */
function isNamedProbability(node: Node): boolean {
  const name = nameOfInput(node) ?? '';
  return PROBABILITY.test(name) && !OF_PROBABILITIES.test(name) && !node.range.integer;
}

const PROBABILITY =
  /^(?:\w+_)?(?:probs?|probabilit(?:y|ies)|likelihoods?)$|[a-z](?:Probs?|Probabilit(?:y|ies)|Likelihoods?)$/;

/** Logarithms of them, or how many there are. */
const OF_PROBABILITIES = /^(?:log|ln|num|n|max|neg)(?:_|[A-Z])/;

function isProbabilityOperand(node: Node | undefined): boolean {
  const made = producer(node);
  return made !== undefined && isProbability(made);
}

/** Whether it holds probabilities, which may be small. */
const isOfSmall = (x: Node, factors: Node): boolean =>
  isProbability(factors) &&
  (isNamedProbability(factors) ||
    SATURATING.has(factors.op) ||
    reachOf(x, { low: 0, high: SMALL }) === 'manifest');

/** Along an axis of a few: there is nothing to underflow. */
function isShort(site: Site, x: Node): boolean {
  const { axis } = site.node.attributes;
  const rank = x.shape?.length;
  if (rank === undefined || x.shape === undefined) return false;
  const axes = typeof axis === 'number' ? [axis] : Array.isArray(axis) ? axis.filter((one) => typeof one === 'number') : x.shape.keys(); // prettier-ignore
  let count = 1;
  for (const one of axes) {
    const size = x.shape[one < 0 ? one + rank : one]?.size;
    if (typeof size !== 'number') return false;
    count *= size;
  }
  return count <= FEW;
}

/** The sum of these logarithms along the axes of the product, or their cumulated sum. */
function sumOf(site: Site, logs: Term): Term {
  const write = new Rewriter(site);
  const [op, ...rest] =
    site.node.op === 'prod' ? ['sum', 'axis', 'keepDims'] : ['cumsum', 'axis', 'exclusive', 'reverse'];
  return write.op(op!, logs, ...rest.map((name) => write.argument(site.node, name)));
}

/** The logarithm of a product as a sum: of logarithms that know what they are taken of, else of any. */
function sumsOfLogs(site: Site, log: Node, factors: Node): FixCandidate[] {
  const write = new Rewriter(site);
  const sum = (logs: Term): FixCandidate => sameBy(site.at(log), sumOf(site, logs));
  const x = write.argument(site.node, 'x');
  const { floor } = guardNumbers(site.backend);
  // A factor that is 0 itself needs a floor as well.
  const any = [
    sum(write.op('log', x)),
    { ...sum(write.op('log', write.op('maximum', x, floor))), claim: 'guard' as const },
  ];
  if (site.operand('x') !== factors) return any;
  if (isOp(factors, 'softmax') && write.argument(factors, 'dim') === undefined)
    return [sum(write.op('logSoftmax', operandOf(factors, 'logits'))), ...any];
  return isOp(factors, 'sigmoid') ? [sum(logSigmoid(site, operandOf(factors, 'x')!, false)), ...any] : any;
}
