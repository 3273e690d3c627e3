import type { Argv } from 'yargs';
import { table, wrap } from '../report/render/terminal-text.js';
import type { Command } from './command.js';

export const rulesCommand: Command<object> = {
  usage: 'rules',
  summary: 'List the rules',
  options: (parser: Argv) => parser,
  run: async (_options, terminal) => {
    const { allRules } = await import('../../rules/index.js');
    const { default: picocolors } = await import('picocolors');
    const { bold, dim } = picocolors.createColors(terminal.colour);
    const rules = [...allRules].sort(
      (a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name),
    );
    const heads = table(rules.map(({ name, category }) => [name, category]));
    const indent = Math.max(...heads.map((head) => head.length)) + 2;
    const lines = rules.flatMap(({ name, claim }, i) => {
      const said = wrap(claim, Math.max(40, Math.min(terminal.width, 120) - indent));
      const head = heads[i]!.padEnd(indent);
      return said.map(
        (line, row) => (row === 0 ? bold(name) + dim(head.slice(name.length)) : ' '.repeat(indent)) + line,
      );
    });
    terminal.out(`${lines.join('\n')}\n\n${dim('gradlint explain <rule> says why, and what to do.')}\n`);
    return 0;
  },
};
