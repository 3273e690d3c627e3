/** The pages of `docs/rules` and the table of the README, from the rules themselves. `npm run docs` writes them. */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { allRules } from '../../rules/index.js';
import type { Example, Rule } from '../../src/rule/rule.js';

/** By path from the root of the repository. */
export async function rulePages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const rule of allRules) pages.set(`docs/rules/${rule.name}.md`, await formatted(page(rule)));
  return pages;
}

/** The README with its table of rules as they are now. */
export async function withRuleTable(readme: string): Promise<string> {
  const [before, after] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  const rows = allRules.map(
    ({ name, claim }) => `| [\`${name}\`](docs/rules/${name}.md) | ${claim.replaceAll('|', '\\|')} |`,
  );
  const table = ['| rule | claim |', '| --- | --- |', ...rows].join('\n');
  return await formatted(`${readme.slice(0, before + BEGIN.length)}\n\n${table}\n\n${readme.slice(after)}`);
}

const BEGIN = '<!-- rules -->';
const END = '<!-- end of rules -->';

function page({ name, category, claim, reason, remedy, backends, examples }: Rule): string {
  return [
    '<!-- Written by `npm run docs` from the rule. Do not edit. -->',
    `# ${name}`,
    `_${category}_`,
    claim,
    ...(backends === undefined
      ? []
      : [`Off unless the code is meant to run there: \`--backend ${backends.join(' ')}\`.`]),
    '## Why',
    reason,
    '## What to do',
    remedy,
    '## Breaks',
    'Each of these is run by the tests, and confirmed: gradlint finds an input that breaks it.',
    ...examples.hazardous.map(shown),
    '## Holds',
    'Each of these survives the same search.',
    ...examples.safe.map(shown),
  ].join('\n\n');
}

const shown = ({ title, code }: Example): string => `${title}:\n\n\`\`\`ts\n${code.trim()}\n\`\`\``;

/** As `npm run format` leaves it. */
async function formatted(text: string): Promise<string> {
  const options = await resolveConfig(fileURLToPath(import.meta.url));
  return await format(text, { ...options, parser: 'markdown' });
}
