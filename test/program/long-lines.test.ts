import { describe, expect, it } from 'vitest';
import { SitesInText } from '../../src/program/selection/sites-in-text.js';

/** Source maps and data are lines of millions of characters: whoever looks for names in them must not start anew at each. */
describe('a line of a million characters', () => {
  it.each([
    ['one word', 'A'.repeat(1_000_000)],
    ['words', 'ab1 '.repeat(250_000)],
    ['words that are set', 'a=b '.repeat(250_000)],
    ['numbers', '1,'.repeat(500_000)],
    ['brackets that stay open', 'a['.repeat(500_000)],
    ['slashes', 'a/'.repeat(500_000)],
    ['a bracket behind a slash', `/(${'a'.repeat(1_000_000)}`],
    ['signs', '+'.repeat(1_000_000)],
    ['spaces before signs', `${' '.repeat(1000)}+=`.repeat(1000)],
  ])('is looked through once: %s', (_what, line) => {
    const text = `export const share = (hits, all) => hits / all;\n// ${line}`;
    expect(new SitesInText(text).any).toBe(false);
  });
});
