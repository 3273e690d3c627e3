/** Why what a logarithm is taken of is 0, or what speaks against it. */
import { isNonZero } from '../program/apart.js';
import { operandNodes, slice, type Node } from '../program/node.js';
import type { Met } from './danger.js';
import { isMaskedAfterwards } from './masked-afterwards.js';
import { nameOfInput } from './input-names.js';
import { isOfList, isSameElement, madeAs } from './last-written.js';
import { isLogarithm } from './number-composites.js';
import {
  arithmeticChain,
  constantOf,
  eitherOrder,
  isOp,
  isRawScore,
  isTrained,
  oneMinus,
  onePlus,
  operandOf,
  producer,
  sameValue,
  squareRoot,
} from './patterns.js';
import { reachOf } from './reach-of.js';
import type { Reach } from './reach.js';
import type { Site } from './site.js';
import { crossFactors } from './terms.js';

/** In words that go on a sentence, where it is known whether it is one of log odds; undefined where nothing but a promise of callers keeps it from 0, which they may keep. */
export function whyLogOfZero(site: Site, { operand, reach }: Met, odds: boolean): string | undefined {
  if (isMeanOfKernel(operand)) return undefined;
  if (reach === 'manifest') return 'which the code itself reaches';
  // Whatever anybody promises.
  if (isRawScore(operand)) return 'as the output of a linear layer is for half of its inputs';
  if (isPredicted(site, operand)) return 'as a softmax or a sigmoid gives it once it underflows';
  if (isMaskedAfterwards(site, operand)) return 'and the mask behind it is 0 there: 0 times that is NaN';
  if (odds) return 'as a share of nothing or of all is';
  return isMovedByTraining(operand) ? 'and nothing keeps training from taking it there' : undefined;
}

/** `tf.linalg.bandPart(tf.ones([n, n]), -1, 0).log()`: a mask to be added, 0 where a step may look and -Infinity where not. */
export function isMaskOfTriangle(site: Site): boolean {
  const triangle = site.operand('x');
  const ones = isOp(triangle, 'linalg.bandPart') ? producer(operandOf(triangle, 'a')) : undefined;
  return ones?.range.low === 1 && ones.range.high === 1 && site.users().every((sum) => isMasked(site, sum));
}

/** Scores with a mask, which a softmax takes, perhaps with another mask. */
const isMasked = (site: Site, sum: Node): boolean =>
  isOp(sum, 'add') &&
  operandOf(sum, 'a')?.id !== operandOf(sum, 'b')?.id &&
  site.users(sum).every((user) => isOp(user, 'softmax', 'logSoftmax') || isMasked(site, user));

/**
 * `pairs.mul(-2).exp().mean()` of the distances of each point to each, itself among them: the exponential of 0 is 1, and the mean one
 * by how many there are at least (Wang and Isola 2020, "Understanding contrastive representation learning", equation 5).
 */
function isMeanOfKernel(operand: Node): boolean {
  const mean = producer(operand);
  const kernel = isOp(mean, 'mean', 'sum') ? producer(operandOf(mean, 'x')) : undefined;
  const scaled = isOp(kernel, 'exp') ? arithmeticChain(operandOf(kernel, 'x')) : [];
  if (scaled.some(isExpandedOfSelf)) return true;
  const distances = scaled.find(({ op }) => op === 'sum');
  const difference = producer(squareRoot(producer(operandOf(distances, 'x'))));
  const [a, b] = ['a', 'b'].map((name) => operandOf(difference, name));
  return difference?.op === 'sub' && a !== undefined && b !== undefined && isSelf(a, b);
}

/** `|a|² + |a|²ᵀ - 2 a·aᵀ`, and `2 - 2 a·aᵀ` of vectors of length 1. */
function isExpandedOfSelf(node: Node): boolean {
  const factors = crossFactors(node);
  const lengths = producer(operandOf(node, 'a'));
  return factors !== undefined && isSelf(...factors) && (constantOf(lengths) === 2 || lengths?.op === 'add');
}

/** Whether it is one set of rows that meets itself: turned, or with an axis of 1. */
const isSelf = (a: Node, b: Node): boolean => laidOut(a).id === laidOut(b).id;

function laidOut(node: Node): Node {
  const made = producer(node) ?? node;
  return isOp(made, 'expandDims', 'transpose') ? laidOut(operandOf(made, 'x')!) : made;
}

export const LIKELY: readonly Reach[] = ['manifest', 'assumed'];

/**
 * `log(p / (1 - p))`, and either part of `log(p) - log(1 - p)`, of a p that is handed in: both ends of [0, 1] are shares like
 * any other. What was computed before may have been squeezed between them.
 */
export function isOfLogOdds(site: Site): boolean {
  const x = producer(site.operand('x'));
  if (OPEN.test(textAround(site))) return false;
  const isRest = (node: Node | undefined, of: Node | undefined): boolean =>
    producer(of)?.op === 'input' &&
    !DRAWN.test(nameOfInput(of) ?? '') &&
    sameValue(producer(oneMinus(producer(node))), producer(of));
  if (isOp(x, 'div', 'js.div')) return isRest(operandOf(x, 'b'), operandOf(x, 'a'));
  const logarithms = new Set(['log', 'js.log', 'js.log1p', 'log1p']);
  return site.users().some((user) => {
    if (!isOp(user, 'sub', 'js.sub')) return false;
    const [of, rest] = ['a', 'b'].map((name) => producer(operandOf(user, name)));
    if (of === undefined || rest === undefined || !logarithms.has(of.op) || !logarithms.has(rest.op))
      return false;
    // `log1p(-p)`
    const inner = producer(operandOf(rest, 'x'));
    const isNegated = isOp(rest, 'log1p', 'js.log1p') && isOp(inner, 'neg', 'js.neg');
    return isNegated
      ? producer(operandOf(of, 'x'))?.op === 'input' && sameValue(operandOf(inner, 'x'), operandOf(of, 'x'))
      : isRest(operandOf(rest, 'x'), operandOf(of, 'x'));
  });
}

/** A function, with the comment in front of it. */
function textAround(site: Site): string {
  const { span } = site.unit.unit;
  return site.textAt({ ...span, start: Math.max(0, span.start - COMMENT) });
}

const COMMENT = 300;

/** A comment that leaves both ends out. */
const OPEN = /\(0, ?1\)|\]0, ?1\[|strictly between 0 and 1/;

/** Draws from between the ends. */
const DRAWN = /^(?:u|noise|uniform|rates?)$/i;

/** `1 + slope * (u · w)` of two trained vectors, as the determinant of a planar flow: it has either sign. */
function isMovedByTraining(operand: Node): boolean {
  const sum = producer(isOp(operand, 'abs') ? operandOf(operand, 'x') : operand);
  const moved = onePlus(sum);
  return moved !== undefined && hasTrainedProduct(moved);
}

function hasTrainedProduct(node: Node, depth = 0): boolean {
  const made = producer(node);
  if (made === undefined || depth > MAX_PICKS) return false;
  const operands = operandNodes(made);
  if (isOp(made, 'mul', 'dot', 'matMul') && operands.every(isTrained)) return true;
  return isOp(made, 'mul', 'sum') && operands.some((operand) => hasTrainedProduct(operand, depth + 1));
}

/** What a model predicts, in a function that gives a loss by its name: probabilities, if it has a logarithm. */
function isPredicted(site: Site, operand: Node, depth = 0): boolean {
  if (site.node.differentiated !== 'result' || depth > MAX_PICKS) return false;
  if (operand.op === 'input') return site.differentiates(operand) === 'yes';
  const isLeftOver = isOp(operand, 'sub') && constantOf(operandOf(operand, 'a')) === 1;
  return (
    (isLeftOver || PICKING.has(operand.op)) &&
    operandNodes(operand).some((one) => isPredicted(site, one, depth + 1))
  );
}

/** `probs.mul(oneHot).sum(-1)`, `tf.sub(1, probs)`, `probs.gather(index).squeeze()`. */
const MAX_PICKS = 5;

/** What picks probabilities, and leaves a 0 among them. */
const PICKING: ReadonlySet<string> = new Set([
  ...['mul', 'sum', 'max', 'gather', 'gatherND', 'slice'],
  ...['reshape', 'squeeze', 'expandDims', 'transpose', 'cast', 'clone'],
]);

/** `counts.add(1e-7)`, also by their sum: of what is meant to be shares none is 0 then. */
function isLifted(share: Node | undefined): boolean {
  const made = producer(share);
  if (isOp(made, 'div', 'js.div')) return isLifted(operandOf(made, 'a'));
  return isOp(made, 'add', 'js.add') && eitherOrder(made).some(([one]) => (constantOf(one) ?? 0) > 0);
}

/**
 * `x · log(x)`, `x · log(x / y)`, `x · (log(x) - log(y))`: it goes to 0 with x, so that nothing about it keeps x from 0, where
 * it is NaN.
 */
export function isWeighedByItself(site: Site): boolean {
  if (!isOp(site.node, 'log') && !isLogarithm(site.node)) return false;
  const x = site.operand('x');
  const made = producer(x);
  // Of a list of shares, what they were made of.
  const quotient = isOp(made, 'div') ? made : madeAs(site, made);
  const share = isOp(quotient, 'div', 'js.div') ? operandOf(quotient, 'a') : x;
  if (share?.dtype === 'number' && !slice(share).some(isOfList)) return false;
  if (share === undefined || isNonZero(share) || !LIKELY.includes(reachOf(share, { low: 0, high: 0 })))
    return false;
  if (isLifted(share)) return false;
  const weights = [x, share];
  const isWeight = (node: Node): boolean => {
    const unsigned = isOp(node, 'neg', 'js.neg') ? operandOf(node, 'x')! : node;
    return weights.some((weight) => sameValue(weight, unsigned) || isSameElement(site, weight, unsigned));
  };
  const isWeighed = (log: Node, depth = 0): boolean =>
    site
      .users(log)
      .some(
        (user) =>
          (isOp(user, 'mul', 'js.mul') &&
            eitherOrder(user).some(([one, other]) => one === log && isWeight(other))) ||
          (isOp(user, 'sub', 'add', 'neg', 'js.sub', 'js.add', 'js.neg') &&
            depth < 2 &&
            isWeighed(user, depth + 1)),
      );
  return isWeighed(site.node);
}
