/** Quotients in plain numbers that are written to be Infinity. */
import { constantOf } from './patterns.js';
import type { Site } from './site.js';

/**
 * `x === 0 && 1 / x < 0` tells -0 from 0, `1 / 0` is how some spell Infinity: who writes them has Infinity in mind.
 */
export const isWrittenInfinity = (site: Site): boolean =>
  (isOfOne(site) || /sign/i.test(site.text(site.operand('a')!))) &&
  (isByWrittenZero(site) || isCompared(site));

const isOfOne = (site: Site): boolean => [1, Infinity].includes(Math.abs(constantOf(site.operand('a')) ?? 0));

const isByWrittenZero = (site: Site): boolean => /\/\s*-?0(?:\.0*)?$/.test(site.text());

/** Whether the quotient is compared with 0, with Infinity or with another one of its kind. */
function isCompared(site: Site): boolean {
  const text = site.fileText();
  const { start, end } = site.node.span;
  return (
    BEHIND.test(text.slice(end, end + WINDOW)) || BEFORE.test(text.slice(Math.max(0, start - WINDOW), start))
  );
}

const OTHER = String.raw`(?:-?0(?![.\w])|-?Infinity\b|Number\.\w+_INFINITY\b|-?1\s*\/\s*-?[\w$.]+)`;
const COMPARISON = String.raw`(?:[<>]=?|[!=]==?)`;
const BEHIND = new RegExp(String.raw`^\s*\)?\s*${COMPARISON}\s*\(?\s*${OTHER}`);
const BEFORE = new RegExp(String.raw`${OTHER}\s*\)?\s*${COMPARISON}\s*\(?\s*$`);
const WINDOW = 40;
