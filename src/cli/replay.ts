import type { Argv } from 'yargs';
import { UsageError } from '../errors.js';
import { stylishFinding } from '../report/render/stylish.js';
import type { ReportedFinding } from '../report/report.js';
import type { Command } from './command.js';
import { lastReport, type LastReport } from './last-report.js';
import { renderContext } from './rendering.js';

interface ReplayOptions {
  readonly id: string;
}

export const replayCommand: Command<ReplayOptions> = {
  usage: 'replay <id>',
  summary: 'Prove a finding of the last audit again',
  options: (parser: Argv) =>
    parser.positional('id', {
      type: 'string',
      demandOption: true,
      describe: 'As the report gives it, or its beginning',
    }),
  run: async ({ id }, terminal, root) => {
    const last = lastReport(root);
    const before = findingIn(last, id);
    const { analyse } = await import('../analysis.js');
    const files = new Set([before.file, ...before.related.map(({ file }) => file)]);
    const { report } = await analyse({
      root,
      paths: [...files],
      backend: last.report.backend,
      confirm: before.verdict.evidence === 'slice' ? 'slice' : 'function',
      onProgress: ({ phase, done, total }) => terminal.status(`${phase} ${done}/${total}`),
    });
    terminal.status();
    const now = report.findings.find((finding) => finding.id === before.id);
    if (now === undefined) {
      const where = `${before.file}:${before.start.line}`;
      terminal.out(
        `${before.rule} at ${where} is gone: \`${before.expression}\` is no longer there, or no longer breaks.\n`,
      );
      return report.problems.length > 0 ? 3 : 0;
    }
    terminal.out(stylishFinding(now, await renderContext({ root, terminal })));
    return now.verdict.status === 'confirmed' ? 1 : 0;
  },
};

function findingIn({ report, folder, written }: LastReport, id: string): ReportedFinding {
  const found = report.findings.filter((finding) => finding.id.startsWith(id));
  if (found.length === 1) return found[0]!;
  throw found.length === 0
    ? new UsageError(
        `The last audit here, of ${inLocalTime(written)}, has no finding ${id}: it is kept in ${folder}.`,
        'Each audit of a folder replaces the one before. Run it again where the finding was told, then replay it there.',
      )
    : new UsageError(`${found.length} findings of the last audit begin with ${id}.`, 'Give more of the id.');
}

/** `2026-03-01 14:05:09` */
function inLocalTime(time: Date): string {
  const [year, ...others] = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  const twoDigits = (part: number): string => String(part).padStart(2, '0');
  const day = [year, ...others.map(twoDigits)].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`;
}
