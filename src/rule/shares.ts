/** What a tensor is the scores of: a softmax, by itself, in a loss, or written out. */
import type { Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { axisFromEnd } from './axes.js';
import { isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';

/** A softmax, and the axis of its scores that it goes along, counted from the last one: -1. */
export interface Shares {
  readonly softmax: Node;
  readonly axis: number;
}

/**
 * The softmax that a tensor goes into, and into nothing else, through sums with other scores, and products with what is the
 * same along its axis: one number more everywhere along it is one number more in the softmax.
 */
export function sharesOf(site: Site, scores: Node, depth = 0): Shares | undefined {
  const users = site.users(scores).filter((user) => !isStatisticOf(site, user, scores));
  if (users.length === 0 || depth > MOST_OPS || site.isReturned(scores)) return undefined;
  const ways = users.map((user) => sharesBy(site, user, scores, depth));
  const [first] = ways;
  return ways.every((way) => way !== undefined && way.axis === first?.axis) ? first : undefined;
}

/** Ops between what is added and the softmax. */
const MOST_OPS = 8;

function sharesBy(site: Site, user: Node, scores: Node, depth: number): Shares | undefined {
  if (TAKING_LOGITS.has(user.op))
    return operandOf(user, 'logits') === scores ? { softmax: user, axis: -1 } : undefined;
  if (user.op === 'exp') return writtenOut(site, user);
  if (user.op === 'sub' && isOp(operandOf(user, 'b'), 'logSumExp')) return logWrittenOut(user, scores);
  const behind = KEEPING_SUMS.has(user.op) ? sharesOf(site, user, depth + 1) : undefined;
  if (behind === undefined || user.shape?.length !== scores.shape?.length) return undefined;
  if (!SCALING.has(user.op)) return behind;
  const factor = operandOf(user, operandOf(user, 'a') === scores ? 'b' : 'a');
  if (factor === undefined || (user.op === 'div' && operandOf(user, 'a') !== scores)) return undefined;
  return isLevelAlong(factor.shape, behind.axis) ? behind : undefined;
}

const TAKING_LOGITS: ReadonlySet<string> = new Set(['softmax', 'logSoftmax', 'losses.softmaxCrossEntropy']);
const SCALING: ReadonlySet<string> = new Set(['mul', 'div']);
const KEEPING_SUMS: ReadonlySet<string> = new Set(['add', 'sub', 'neg', 'cast', 'clone', 'join', ...SCALING]);

/** Whether there is one element along an axis, counted from the end; of a shape that is known. */
export const isLevelAlong = (shape: Shape | undefined, axis: number): boolean =>
  shape !== undefined && (shape.at(axis)?.size ?? 1) === 1;

/** `x.max(-1, true)`, which a softmax that is written out takes from its scores, and nothing else. */
const isStatisticOf = (site: Site, user: Node, scores: Node): boolean =>
  isOp(user, 'max', 'logSumExp') &&
  operandOf(user, 'x') === scores &&
  !site.isReturned(user) &&
  site
    .users(user)
    .every((one) => isOp(one, 'sub') && operandOf(one, 'a') === scores && operandOf(one, 'b') === user);

/** `e.div(e.sum(-1, true))` of the exponentials. */
function writtenOut(site: Site, exp: Node): Shares | undefined {
  const users = site.users(exp);
  const sum = users.find((user) => isOp(user, 'sum'));
  const quotient = users.find((user) => isOp(user, 'div') && operandOf(user, 'b') === sum);
  if (sum === undefined || quotient === undefined || users.length > 2 || site.users(sum).length > 1)
    return undefined;
  const axis = axisFromEnd(sum);
  return axis === undefined || sum.attributes['keepDims'] !== true ? undefined : { softmax: quotient, axis };
}

/** `x.sub(x.logSumExp(-1, true))`. */
function logWrittenOut(difference: Node, scores: Node): Shares | undefined {
  const total = operandOf(difference, 'b')!;
  const axis = axisFromEnd(total);
  const isOfScores = operandOf(total, 'x') === scores && operandOf(difference, 'a') === scores;
  return axis === undefined || !isOfScores || total.attributes['keepDims'] !== true
    ? undefined
    : { softmax: difference, axis };
}
