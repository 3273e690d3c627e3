/** Results that `tf.where` takes only where their op cannot fail: `tf.where(std.equal(0), 0, z)` of `z = x.div(std)`. */
import type { DangerRegion } from '../ops/row.js';
import { operandNodes, slice, type Node } from '../program/node.js';
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
    const isByElement = isScalar || alignedOperands(user).includes(value) || producer(user) !== user;
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
  const condition = producer(asked);
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

/** Whether the op gives NaN there, and not Infinity: as a quotient does whose parts come of one thing, and are 0 together. */
function becomesNaN({ site, operand, region }: Question): boolean {
  if (region.failure === 'nan') return true;
  const divided = slice(operand).filter(({ op }) => op !== 'constant');
  return operandNodes(site.node)
    .filter(({ id }) => id !== operand.id)
    .every((other) => slice(other).some(({ id }) => divided.some((one) => one.id === id)));
}

type Relation = '<' | '<=' | '>' | '>=' | '=' | '≠';

const RELATIONS: Readonly<Record<string, Relation>> = {
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  equal: '=',
  notEqual: '≠',
};
const OPPOSITE = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '≠', '≠': '=' } as const;
const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '≠': '≠' } as const;

function isOutside({ operand, region }: Question, asked: Node, relation: Relation, bound: Node): boolean {
  const limit = constantOf(bound);
  const { low, high } = region;
  const isSame = sameValue(producer(asked), producer(operand));
  if (isSame && limit !== undefined) {
    if (relation === '>' ? limit >= high : relation === '>=' && limit > high) return true;
    if (relation === '<' ? limit <= low : relation === '<=' && limit < low) return true;
    if (relation === '=' && (limit < low || limit > high)) return true;
  }
  // What is 0 only where the operand is tells as much.
  if (!isNearZero(region) || !isZeroWith(asked, operand)) return false;
  if (relation === '≠') return limit === 0;
  // A limit that callers choose for a norm is one above 0.
  const least = limit ?? (asked.range.low >= 0 ? Infinity : -Infinity);
  return relation === '>' ? least >= 0 : relation === '>=' && least > 0;
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

function isComputedFrom(node: Node | undefined, from: Node, depth = 0): boolean {
  if (node === undefined || depth > MOST_OPS) return false;
  if (node.id === from.id) return true;
  const inner = producer(node);
  if (inner !== undefined && inner !== node) return isComputedFrom(inner, from, depth + 1);
  return alignedOperands(node).some((operand) => isComputedFrom(operand, from, depth + 1));
}
