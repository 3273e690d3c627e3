import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AnalysisOptions } from '../analysis.js';
import { messageOf, UsageError } from '../errors.js';
import { unifiedDiff } from '../fix/diff.js';
import { planFixes, type FixPlan } from '../fix/plan.js';
import { editsByFile } from '../report/render/patch.js';
import { count } from '../report/render/words.js';
import type { Report } from '../report/report.js';
import type { Terminal } from './terminal.js';

export interface FixingOptions {
  readonly fix: boolean;
  readonly fixDryRun: boolean;
  readonly staged: boolean;
  readonly confirm: AnalysisOptions['confirm'];
  readonly format: string;
  readonly report: readonly string[];
}

/** Only what was proven is written, and only to files, not to what is staged; a diff is no report. */
export function refuseImpossibleFixes(options: FixingOptions): void {
  const { fix, fixDryRun, staged, confirm, format, report } = options;
  const option = fix ? '--fix' : '--fix-dry-run';
  if (!fix && !fixDryRun) return;
  if (confirm === 'off')
    throw new UsageError(
      `${option} makes proven fixes only, and --no-confirm proves none.`,
      'Leave one of them out.',
    );
  if (staged)
    throw new UsageError(
      `${option} changes files, and --staged judges what is staged.`,
      'Run gradlint with --fix on the files, stage them, and commit.',
    );
  const other = format === 'stylish' ? report.map((path) => `--report ${path}`)[0] : `--format ${format}`;
  if (fixDryRun && other !== undefined)
    throw new UsageError(
      `--fix-dry-run prints a diff and no report, and ${other} asks for one.`,
      'Leave one of them out: the report of an audit has the fixes too.',
    );
}

/** The fixes of a report that were proven equal. `files` are those that were named: no others are touched. */
export function fixesOf(report: Report, files: readonly string[]): FixPlan {
  const named = new Set(files);
  return planFixes(report.findings, (file) => {
    const path = resolve(report.root, file);
    return named.has(path) ? readFileSync(path, 'utf8') : undefined;
  });
}

export function writeFixes({ texts }: FixPlan, root: string): void {
  for (const [file, text] of texts) {
    try {
      writeFileSync(resolve(root, file), text);
    } catch (error) {
      throw new UsageError(`${file} cannot be written: ${messageOf(error)}.`);
    }
  }
}

/** A unified diff of what `--fix` would write. */
export function showFixes({ edits }: FixPlan, root: string, terminal: Terminal): void {
  for (const [file, inFile] of editsByFile(edits))
    terminal.out(unifiedDiff(file, readFileSync(resolve(root, file), 'utf8'), inFile));
}

export const fixedText = ({ fixed, texts }: FixPlan): string =>
  fixed.length === 0
    ? 'gradlint: no fix is proven equal; nothing was changed.\n'
    : `gradlint: fixed ${count(fixed.length, 'finding')} in ${count(texts.size, 'file')}.\n`;
