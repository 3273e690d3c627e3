/** `exp(x) / sum(exp(x))`, of which only the shifted form is stable. */
import { EXP_OVERFLOW, EXP_UNDERFLOW } from '../ops/thresholds.js';
import { namedAxes } from '../ops/relations/reduced.js';
import type { Node } from '../program/node.js';
import { constantOf, isOp, operandOf, producer, sameValue } from './patterns.js';
import { reach } from './reach.js';
import type { Pardon, Suspicion } from './rule.js';
import { isShifted } from './shifted.js';
import type { Site } from './site.js';
import { softmaxFixes } from './softmax-fixes.js';

export function softmaxByHand(site: Site): Suspicion | Pardon | undefined {
  const [exp, sum] = [producer(site.operand('a')), producer(site.operand('b'))];
  if (!isOp(site.node, 'div') || !isOp(exp, 'exp') || !isOp(sum, 'sum')) return undefined;
  const summed = producer(operandOf(sum, 'x'));
  if (!isOp(summed, 'exp') || !sameValue(operandOf(summed, 'x'), operandOf(exp, 'x'))) return undefined;
  const exponent = operandOf(exp, 'x')!;
  const axes = namedAxes(sum.attributes['axis'], summed.shape);
  if (axes !== 'unknown' && isShifted(exponent, axes)) return { pardons: [exp, summed, sum, site.node] };
  const over = exponent.range.high > site.limit(EXP_OVERFLOW).value;
  const isOfRow = (sum.attributes['axis'] ?? null) !== null || exponent.shape?.length === 1;
  // Of what is never positive, such as a negative distance, only the sum can fail: it is 0. Without axes that is a
  // softmax of a list; of more it is some other weighting.
  const under = reach(sum.range, 0, 0) === 'manifest' || isGuardedAboveOnly(site, exponent);
  if (!over && !(isOfRow && under)) return undefined;
  const x = site.text(exponent);
  const [most, least] = [site.limit(EXP_OVERFLOW).text, `-${site.limit(EXP_UNDERFLOW).text}`];
  const when = over
    ? `once one of \`${x}\` is above ${most} (Infinity / Infinity), and 0 / 0 once all are below ${least}`
    : `(0 / 0) once all of \`${x}\` are below ${least}`;
  const remedy = isOfRow
    ? `Use \`tf.softmax(${x})\`, or subtract the maximum first`
    : 'Subtract the maximum first';
  return {
    message: `\`${site.text()}\` is NaN ${when}. ${remedy}.`,
    danger: {
      text: over ? `${x} > ${most}` : `${x} < ${least}`,
      harm: 'value',
      formula: true,
      failures: ['nan', 'overflow', 'infinity', 'nan-gradient'],
    },
    manifest: true,
    covers: [exp, summed, sum],
    fixes: softmaxFixes(site, exp, summed, sum),
    related: [{ node: exp, message: over ? 'the exp that overflows' : 'the exp that underflows' }],
  };
}

/** `tf.exp(tf.minimum(x, 80))`: a guard against the one end, none against the other. */
function isGuardedAboveOnly(site: Site, exponent: Node): boolean {
  const guard = producer(exponent);
  const least = -site.limit(EXP_UNDERFLOW).value;
  const isFree = (x: Node | undefined): boolean =>
    x !== undefined && (x.range.lowBy === 'assumed' || x.range.low < least);
  if (guard?.op === 'minimum') {
    const [a, b] = [operandOf(guard, 'a'), operandOf(guard, 'b')];
    return (constantOf(b) !== undefined && isFree(a)) || (constantOf(a) !== undefined && isFree(b));
  }
  if (guard?.op !== 'clipByValue') return false;
  const { clipValueMin } = guard.attributes;
  return typeof clipValueMin === 'number' && clipValueMin < least && isFree(operandOf(guard, 'x'));
}
