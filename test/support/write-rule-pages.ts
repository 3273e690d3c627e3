import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rulePages, withRuleTable } from './rule-pages.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

for (const [path, text] of await rulePages()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const readme = join(root, 'README.md');
writeFileSync(readme, await withRuleTable(readFileSync(readme, 'utf8')));
