/** Numbers of which is asked whether they are larger or smaller than others, and nothing else. */
import { isJavaScript } from './danger.js';
import type { Site } from './site.js';
import { asPattern } from '../source/words.js';

/**
 * `if (Math.log(Math.random()) < ratio) accept()`: -Infinity is less than every number, as a draw of 0 has to be. So it is where
 * the logarithm has a name of its own that is only compared.
 */
export function isOnlyCompared(site: Site): boolean {
  const { node } = site;
  if (!isJavaScript(node)) {
    const users = site.users();
    return users.length > 0 && users.every(({ op }) => COMPARISONS.has(op)) && !site.isReturned();
  }
  const text = site.fileText();
  const { start, end } = site.place(node);
  if (isCompared(text, start, end)) return true;
  const name = DECLARED.exec(text.slice(Math.max(0, start - NEAR), start))?.[1];
  if (name === undefined) return false;
  const mention = new RegExp(String.raw`(?<![\w$.])${asPattern(name)}(?![\w$])`, 'g');
  const mentions = Array.from(text.slice(end, site.unit.unit.span.end).matchAll(mention));
  return (
    mentions.length > 0 &&
    mentions.every(({ index }) => isCompared(text, end + index, end + index + name.length))
  );
}

/** A `const` is no variable of a module or an object that something else reads, nor set again. */
const DECLARED = /\bconst\s+([\w$]+)(?:\s*:\s*number)?\s*=\s*$/;

/** Whether the expression between two places of a text is one side of a comparison, as it stands. */
function isCompared(text: string, start: number, end: number): boolean {
  const [before, behind] = [text.slice(Math.max(0, start - NEAR), start), text.slice(end, end + NEAR)];
  if (/[-+*/%]\s*$/.test(before) || /^\s*[-+*/%]/.test(behind)) return false;
  return /^\s*[<>]=?[^<>=]/.test(behind) || /(?:^|[^<>=])[<>]=?\s*$/.test(before.replace(ASSERTED, ''));
}

/** `<number>Math.log(u)` */
const ASSERTED = /<[\w.]+>\s*$/;

const NEAR = 48;

const COMPARISONS: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual']);
