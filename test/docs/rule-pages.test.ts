import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rulePages, withRuleTable } from '../support/rule-pages.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the page of every rule says what the rule says (npm run docs)', async () => {
  for (const [path, text] of await rulePages()) expect(read(path), path).toBe(text);
});

test('the README lists the rules as they are (npm run docs)', async () => {
  const readme = read('README.md');
  expect(await withRuleTable(readme)).toBe(readme);
});
