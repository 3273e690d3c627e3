/** Results that `tf.where` takes only where their op cannot fail: `tf.where(std.equal(0), 0, z)` of `z = x.div(std)`. */
import { MIRRORED, OPPOSITE, type Relation } from '../facts/relation.js';
import { sameSize, type Shape } from '../facts/shape.js';
import type { DangerRegion } from '../ops/row.js';
import { operandNodes, type Node } from '../program/node.js';
import { alignedOperands } from './axes.js';
import { constantOf, isOp, operandOf, producer, sameValue } from './patterns.js';
import type { Site } from './site.js';

/** What chooses, and whether it takes the result where its condition holds. */
export interface Choice {
  readonly where: Node;
  readonly holds: boolean;
}

type Region = Pick<DangerRegion, 'low' | 'high' | 'failure'>;

/**
 * The `tf.where` that is all a result goes into, perhaps through other ops on its elements, and that takes something else
 * where the operand is in the region: undefined where the result is seen elsewhere too.
 */
export function choiceBehind(site: Site, operand: Node, region: Region): Choice | undefined {
  if (!site.nodes.some(({ op }) => op === 'where')) return undefined;
  return choiceFrom({ site, operand, region, isScalar: operand.shape?.length === 0 }, site.node, 0);
}

interface Question {
  readonly site: Site;
  readonly operand: Node;
  readonly region: Region;
  /** One number decides for the whole result: then it may go through any op on the way. */
  readonly isScalar: boolean;
}

const MOST_OPS = 8;

function choiceFrom(question: Question, value: Node, depth: number): Choice | undefined {
  const { site, isScalar } = question;
  if (depth > MOST_OPS || site.isReturned(value)) return undefined;
  const users = site.users(value).filter((one) => !asksOnly(site, one));
  const choices = users.map((user) => {
    if (isOp(user, 'where')) return choiceBy(question, user, value);
    const isByElement = isScalar || isOp(user, 'cast', 'clone') || alignedOperands(user).includes(value);
    return isByElement ? choiceFrom(question, user, depth + 1) : undefined;
  });
  return choices.every((choice) => choice !== undefined) ? choices[0] : undefined;
}

/** Whether an op takes no number of it: `tf.zerosLike(z)`, and `tf.isNaN(z)` for a condition. */
const asksOnly = (site: Site, user: Node): boolean =>
  isOp(user, 'zerosLike', 'onesLike') ||
  (isOp(user, 'isNaN', 'isFinite') && site.users(user).every((one) => isOp(one, 'where', 'logicalNot')));

function choiceBy(question: Question, where: Node, value: Node): Choice | undefined {
  const condition = operandOf(where, 'condition');
  if (condition === undefined || condition === value) return undefined;
  const holds = operandOf(where, 'a') === value;
  const isBoth = holds && operandOf(where, 'b') === value;
  return !isBoth && excludes(question, condition, holds) ? { where, holds } : undefined;
}

/** Whether the operand is outside the region wherever the condition holds, or wherever it does not. */
function excludes(question: Question, asked: Node, holds: boolean): boolean {
  const condition = laidAsIs(asked);
  if (condition === undefined) return false;
  const { op } = condition;
  if (op === 'logicalNot') return excludes(question, operandOf(condition, 'x')!, !holds);
  if (op === (holds ? 'logicalAnd' : 'logicalOr'))
    return operandNodes(condition).some((part) => excludes(question, part, holds));
  if (op === (holds ? 'isFinite' : 'isNaN'))
    return (holds || becomesNaN(question)) && isComputedFrom(operandOf(condition, 'x'), question.site.node);
  const [a, b] = [operandOf(condition, 'a'), operandOf(condition, 'b')];
  const relation = RELATIONS[op];
  if (relation === undefined || a === undefined || b === undefined) return false;
  const known = holds ? relation : OPPOSITE[relation];
  return isOutside(question, a, known, b) || isOutside(question, b, MIRRORED[known], a);
}

/** A condition as it was asked, where its axes have stayed where they were: of one number they lie everywhere. */
function laidAsIs(condition: Node): Node | undefined {
  const asked = producer(condition);
  const inner = isOp(condition, 'cast', 'clone') ? operandOf(condition, 'x') : condition;
  return inner?.id === asked?.id || asked?.shape?.length === 0 ? asked : undefined;
}

/** Whether the op gives NaN there, and not Infinity: as a quotient does whose parts are 0 together. */
function becomesNaN({ site, operand, region }: Question): boolean {
  if (region.failure === 'nan') return true;
  const [divided, divisor] = [producer(site.operand('a')), producer(site.operand('b'))];
  if (!isOp(site.node, 'div') || divided === undefined || divisor === undefined) return false;
  if (divisor.id !== producer(operand)?.id) return false;
  return withSameZeros(divisor).some((zero) => isZeroBeside(divided, zero));
}

/** A vector over its norm or its sum, hits over hits and misses, and the distance from the mean over the deviation. */
function isZeroBeside(divided: Node, divisor: Node): boolean {
  const x = producer(operandOf(divisor, 'x'));
  if (isOp(divisor, 'norm', 'euclideanNorm')) return sameValue(x, divided);
  if (isOp(divisor, 'sum', 'max', 'mean'))
    return isOp(x, 'square', 'abs')
      ? sameValue(producer(operandOf(x, 'x')), divided)
      : divided.range.low >= 0 && sameValue(x, divided);
  if (isOp(divisor, 'add'))
    return (
      operandNodes(divisor).every(({ range }) => range.low >= 0) &&
      operandNodes(divisor).some((part) => sameValue(producer(part), divided))
    );
  const spread = isOp(divisor, 'sub') ? producer(operandOf(operandOf(divisor, 'a'), 'x')) : x;
  const isSpread = isOp(divisor, 'moments') || isOp(operandOf(divisor, 'a'), 'max');
  const level = producer(operandOf(divided, 'b'));
  return (
    isSpread &&
    isOp(divided, 'sub') &&
    sameValue(producer(operandOf(divided, 'a')), spread) &&
    isOp(level, 'moments', 'mean', 'min', 'max') &&
    sameValue(producer(operandOf(level, 'x')), spread)
  );
}

const RELATIONS: Readonly<Record<string, Relation>> = {
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  equal: '=',
  notEqual: '≠',
};

function isOutside({ operand, region }: Question, asked: Node, relation: Relation, bound: Node): boolean {
  const limit = constantOf(bound);
  const { low, high } = region;
  if (!liesAlike(asked, operand)) return false;
  const isSame = sameValue(producer(asked), producer(operand));
  if (isSame && limit !== undefined) {
    if (relation === '>' ? limit >= high : relation === '>=' && limit > high) return true;
    if (relation === '<' ? limit <= low : relation === '<=' && limit < low) return true;
    if (relation === '=' && (limit < low || limit > high)) return true;
  }
  // What is 0 only where the operand is tells as much.
  if (!isNearZero(region) || !isZeroWith(asked, operand)) return false;
  if (relation === '≠') return limit === 0;
  if (limit !== undefined) return relation === '>' ? limit >= 0 : relation === '>=' && limit > 0;
  // A limit that callers choose for a norm is one above 0.
  const isChosen = bound.op === 'input' && bound.dtype === 'number';
  return isChosen && relation === '>' && asked.range.low >= 0;
}

/** Whether what is asked lies along the axes of the operand: it is the same tensor, or one of the same shape, or one number. */
function liesAlike(asked: Node, operand: Node): boolean {
  if (asked.id === operand.id || operand.shape?.length === 0) return true;
  const axesOf = (node: Node): Shape | undefined => {
    const from = node.shape?.findIndex(({ size }) => size !== 1) ?? 0;
    return node.shape?.slice(from);
  };
  const [a, b] = [axesOf(asked), axesOf(operand)];
  const isMoved = [asked, operand].some((node) => isOp(node, 'transpose', 'reverse', 'gather', 'slice'));
  return (
    !isMoved &&
    a !== undefined &&
    a.length === b?.length &&
    a.every(({ size }, axis) => sameSize(size, b[axis]!.size))
  );
}

/** Whether a region is about the smallest numbers of float32, which no condition is asked to tell from 0. */
export const isNearZero = ({ low, high }: Pick<DangerRegion, 'low' | 'high'>): boolean =>
  Math.max(-low, high) <= NEAR_ZERO;

const NEAR_ZERO = 1e-30;

/** Whether two numbers are 0 at the same places: a variance and its root. */
const isZeroWith = (a: Node, b: Node): boolean =>
  withSameZeros(a).some((one) => withSameZeros(b).some((other) => sameValue(one, other)));

/** A number, and those that it is a root, a square or a size of. */
function withSameZeros(node: Node): Node[] {
  const made = producer(node);
  if (made === undefined) return [];
  return isOp(made, 'sqrt', 'square', 'abs', 'neg')
    ? [made, ...withSameZeros(operandOf(made, 'x')!)]
    : [made];
}

const isComputedFrom = (node: Node | undefined, from: Node, depth = 0): boolean =>
  node !== undefined &&
  depth <= MOST_OPS &&
  (node.id === from.id || alignedOperands(node).some((operand) => isComputedFrom(operand, from, depth + 1)));
