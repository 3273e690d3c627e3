/** Numbers of which is asked whether they are larger or smaller than others, and nothing else. */
import { isJavaScript } from './danger.js';
import type { Site } from './site.js';
import { nameBefore } from './trained-copies.js';

/**
 * `if (Math.log(Math.random()) < ratio) accept()`: -Infinity is less than every number, as a draw of 0 has to be. So it is where
 * the logarithm has a name of its own that is only compared.
 */
export function isOnlyCompared(site: Site): boolean {
  const { node } = site;
  if (!isJavaScript(node)) {
    const users = site.users();
    return users.length > 0 && users.every(({ op }) => COMPARISONS.has(op));
  }
  const text = site.fileText();
  const { start, end } = site.place(node);
  if (isCompared(text, start, end)) return true;
  const name = nameBefore(site, site.place(node));
  const { span } = site.unit.unit;
  if (name === undefined || !/^[\w$]+$/.test(name)) return false;
  const mentions = Array.from(
    text
      .slice(end, span.end)
      .matchAll(new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g')),
  );
  return (
    mentions.length > 0 &&
    mentions.every(({ index }) => isCompared(text, end + index, end + index + name.length))
  );
}

/** Whether the expression between two places of a text stands on one side of a comparison. */
const isCompared = (text: string, start: number, end: number): boolean =>
  /^\s*[<>]=?[^<>=]/.test(text.slice(end, end + NEAR)) ||
  /(?:^|[^<>=])[<>]=?\s*$/.test(text.slice(Math.max(0, start - NEAR), start));

const NEAR = 24;

const COMPARISONS: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual']);
