/** Shares of what a mask leaves: attention by hand. */
import type { Node } from '../program/node.js';
import type { Met } from './danger.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue } from './patterns.js';
import { haveOneSource } from './reduced-away.js';
import type { Site } from './site.js';

/** `e · m / sum(e · m)` for an exponential e: a softmax by hand, of what a mask leaves. */
function maskOfShare(site: Site, { operand, region }: Met): Node | undefined {
  const [part, whole] = [producer(site.operand('a')), producer(operand)];
  if (region.harm !== 'value' || !isOp(part, 'mul') || !isOp(whole, 'sum')) return undefined;
  if (!sameValue(producer(operandOf(whole, 'x')), part)) return undefined;
  const [, mask] =
    eitherOrder(part).find(
      ([exp, mask]) => isOp(producer(exp), 'exp') && mask.range.low <= 0 && constantOf(mask) === undefined,
    ) ?? [];
  return mask;
}

export const isMaskedShare = (site: Site, met: Met): boolean => maskOfShare(site, met) !== undefined;

/** Of the best scores, `scores.greaterEqual(best)`, some are kept in each row. */
export function isOfBestScores(site: Site, met: Met): boolean {
  const mask = maskOfShare(site, met);
  const kept = producer(mask);
  return (
    isOp(kept, 'greaterEqual') &&
    haveOneSource(kept, operandOf(kept, 'b')!) &&
    haveOneSource(kept, met.operand)
  );
}
