/** The variance of a share, `p (1 - p)`, in a divisor: a share of none or of all has none. */
import { isCompared } from '../program/apart.js';
import { stepsAlong } from '../program/counters.js';
import { operandNodes, type Node } from '../program/node.js';
import { choiceBehind } from './chosen-values.js';
import { constantOf, isConstant, isOp, oneMinus, operandOf, producer, sameValue } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `(a - b) / sqrt(p * (1 - p) / n)`, as a test of two shares divides by it, where `p` is a quotient of counts. */
export function overShareVariance(site: Site): Suspicion | undefined {
  const divisor = site.operand('b') ?? site.operand('x');
  const share = divisor && shareOfVariance(divisor);
  if (divisor === undefined || share === undefined || choiceBehind(site, divisor, ZERO) !== undefined)
    return undefined;
  const [whole, part] = [site.text(), site.text(share)];
  return {
    message: `\`${whole}\` is Infinity or NaN where \`${part}\` is 0 or 1, as where none or all are counted: \`${site.text(divisor)}\` is 0 then. Ask first, or count a little more of both, \`(k + 1) / (n + 2)\`.`,
    danger: { text: `${part} = 0`, harm: 'value', failures: ['nan', 'infinity'] },
    manifest: true,
    related: [{ node: divisor, message: 'is 0 for a share of none or of all' }],
  };
}

const ZERO = { low: 0, high: 0, failure: 'infinity' } as const;

/** The share that a divisor is the variance of, or its root, or a multiple. */
function shareOfVariance(divisor: Node): Node | undefined {
  const factors = factorsOf(divisor);
  return factors
    .map((factor) => oneMinus(producer(factor)))
    .find(
      (share) =>
        share !== undefined && isCountedShare(share) && factors.some((factor) => sameValue(factor, share)),
    );
}

/** What makes a product 0 if it is 0, through roots, and numerators of quotients. */
function factorsOf(node: Node, depth = 0): readonly Node[] {
  const made = producer(node);
  if (made === undefined || depth > MOST_OPS) return [];
  const of = (name: string): Node | undefined => operandOf(made, name);
  const inside = (factor: Node | undefined): readonly Node[] =>
    factor === undefined ? [] : factorsOf(factor, depth + 1);
  if (isOp(made, 'mul', 'js.mul')) return [...inside(of('a')), ...inside(of('b'))];
  if (isOp(made, 'div', 'js.div')) return [made, ...inside(of('a'))];
  if (isOp(made, 'sqrt', 'js.sqrt')) return inside(of('x'));
  if (isOp(made, 'pow') && isConstant(of('exp'), 0.5)) return inside(of('base'));
  if (isOp(made, 'js.pow') && isConstant(of('b'), 0.5)) return inside(of('a'));
  return [made];
}

const MOST_OPS = 6;

/** A quotient, or a mean, of what may be nothing and may be all: not one to which a number was added, nor `i / n` in a loop. */
function isCountedShare(share: Node): boolean {
  const made = producer(share);
  if (made === undefined || isCompared(made) || (made.range.low > 0 && made.range.high < 1)) return false;
  const counted = countIn(made);
  // What is counted may be nothing; a step of a loop from 1 on is not.
  return counted !== undefined && counted.range.low <= 0 && !isSmoothed(counted) && !stepsAlong(counted);
}

/** What a share counts. Of tensors a quotient element by element may be any ratio: one is a sum, or the mean of a mask. */
function countIn(share: Node): Node | undefined {
  if (share.op === 'mean') return operandOf(share, 'x');
  const counted = operandOf(share, 'a');
  if (share.op === 'js.div') return counted;
  return share.op === 'div' && isOp(producer(counted), 'sum') ? counted : undefined;
}

/** Whether a constant was added somewhere in a count. */
function isSmoothed(count: Node, depth = 0): boolean {
  if (depth > MOST_OPS) return false;
  const operands = operandNodes(count);
  const isSum =
    isOp(count, 'add', 'js.add') &&
    operands.some((one) => constantOf(one) !== undefined && !isConstant(one, 0));
  return isSum || (SUMMING.has(count.op) && operands.some((one) => isSmoothed(one, depth + 1)));
}

const SUMMING: ReadonlySet<string> = new Set([
  'add',
  'js.add',
  'sum',
  'mul',
  'js.mul',
  'cast',
  'slice',
  'max',
  'js.max',
  'maximum',
]);
