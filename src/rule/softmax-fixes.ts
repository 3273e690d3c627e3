/** Softmax and its kin written by hand: the functions that shift by the maximum, and the axes that these take. */
import type { Node } from '../program/node.js';
import type { FixCandidate } from './finding.js';
import { operandOf } from './patterns.js';
import { inWords, Rewriter, sameBy, together } from './rewrite.js';
import type { Site } from './site.js';

/** `tf.logSoftmax` takes the last axis only. */
export function logOfSoftmaxFixes(site: Site, softmax: Node): FixCandidate[] {
  const write = new Rewriter(site);
  const logits = operandOf(softmax, 'logits')!;
  const axis = write.argument(softmax, 'dim');
  if (axis === undefined || isLastAxis(softmax.attributes['dim'], logits))
    return [sameBy(site, write.op('logSoftmax', logits))];
  return [sameBy(site, write.op('sub', logits, write.op('logSumExp', logits, axis, 'true')))];
}

function isLastAxis(axis: unknown, x: Node): boolean {
  return (
    axis === -1 ||
    axis === undefined ||
    axis === null ||
    (x.shape !== undefined && axis === x.shape.length - 1)
  );
}

export function logSumExpFix(site: Site, sum: Node, exp: Node): FixCandidate {
  const write = new Rewriter(site);
  const [axis, keepDims] = [write.argument(sum, 'axis'), write.argument(sum, 'keepDims')];
  return sameBy(site, write.op('logSumExp', operandOf(exp, 'x'), axis, keepDims));
}

/** `tf.softmax` where the sum runs along the last axis; else the exponents are shifted by their maximum first. */
export function softmaxFixes(site: Site, exp: Node, summed: Node, sum: Node): FixCandidate[] {
  if (site.operand('a') !== exp || site.operand('b') !== sum || operandOf(sum, 'x') !== summed) return [];
  const write = new Rewriter(site);
  const x = operandOf(exp, 'x')!;
  const axis = write.argument(sum, 'axis');
  const keeps = sum.attributes['keepDims'] === true;
  const isOnlyAxis = axis === undefined && x.shape?.length === 1;
  if (isOnlyAxis || (keeps && axis !== undefined && isLastAxis(sum.attributes['axis'], x)))
    return [sameBy(site, write.op('softmax', x))];
  if (axis !== undefined && !keeps) return [];
  const shifted = write.op('sub', x, write.op('max', x, axis, axis && 'true'));
  const [first, second] = [site.argument(exp, 'x'), site.argument(summed, 'x')];
  if (first === undefined || second === undefined) return [];
  const replacements = [
    { span: first, by: shifted },
    ...(exp === summed ? [] : [{ span: second, by: shifted }]),
  ];
  return [together(`Subtract the maximum first: \`${inWords(shifted)}\``, 'equal', replacements)];
}
