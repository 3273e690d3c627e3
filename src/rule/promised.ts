/** What the comment on a function asks of its callers, in words: `the mask selects at least one node`. */
import { commentsAbove } from '../program/claims/documentation.js';
import type { Site } from './site.js';

/** Whether callers are told to hand over no mask, list or batch that is empty. */
export const asksForSome = ({ unit }: Site): boolean =>
  commentsAbove(unit.declaration)
    .join('\n')
    .split(/[.;]\s/)
    .some((sentence) => SOME.test(sentence) && OF_MASK.test(sentence) && !OF_RESULT.test(sentence));

const SOME =
  /\bat least (?:one|1|a single)\b|\bnon-?empty\b|\bn(?:ot|ever) (?:be )?empty\b|\bmust not be all[- ]zeros?\b/i;

const OF_MASK = /\b(?:masks?|weights?|selected|selects?|valid|kept|unmasked)\b/i;

const OF_RESULT = /\b(?:returns?|results?|gives|need not|may be|callers?)\b/i;
