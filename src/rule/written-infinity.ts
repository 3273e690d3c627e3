/** Quotients in plain numbers that are written to be Infinity. */
import { constantOf } from './patterns.js';
import type { Site } from './site.js';

/**
 * `x === 0 && 1 / x < 0` tells -0 from 0, and `sign / 0` is how some spell Infinity: who writes them has Infinity in mind. Of 0 by
 * 0 nobody has.
 */
export function isWrittenInfinity(site: Site): boolean {
  const numerator = constantOf(site.operand('a'));
  if (WRITTEN_ZERO.test(site.text())) return numerator !== 0;
  return [1, Infinity].includes(Math.abs(numerator ?? 0)) && isCompared(site);
}

const WRITTEN_ZERO = /\/\s*-?0(?:\.0*)?$/;

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
