import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { analyse } from '../../src/analysis.js';
import type { ReportedFinding } from '../../src/report/report.js';

export const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'fixtures/models');

/** A bug that was planted in a model program, as `expected.json` lists it. */
export interface Planted {
  readonly file: string;
  readonly rule: string;
  readonly code: string;
  readonly occurrence?: number;
  readonly line: number;
  readonly why: string;
  readonly failure: string;
}

export const planted = JSON.parse(
  readFileSync(path.join(folder, 'expected.json'), 'utf8'),
) as readonly Planted[];

export const modelFiles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.[jt]sx?$/.test(file))
  .sort();

/** Audits the model programs as the command line does. */
export async function auditModels(
  confirm: 'function' | 'slice' | 'off',
): Promise<readonly ReportedFinding[]> {
  const { report } = await analyse({ root: folder, paths: ['.'], confirm });
  return report.findings;
}

/** The finding for a planted bug: of the same rule, over the same text. */
export function findingFor(bug: Planted, findings: readonly ReportedFinding[]): ReportedFinding | undefined {
  const { first, last } = linesOf(bug);
  const overlaps = (finding: ReportedFinding): boolean =>
    finding.start.line <= last && finding.end.line >= first;
  return findings.find(
    (finding) =>
      finding.file === bug.file &&
      finding.rule === bug.rule &&
      finding.severity !== 'info' &&
      overlaps(finding),
  );
}

function linesOf(bug: Planted): { first: number; last: number } {
  const text = readFileSync(path.join(folder, bug.file), 'utf8');
  let at = -1;
  for (let count = 0; count < (bug.occurrence ?? 1); count += 1) at = text.indexOf(bug.code, at + 1);
  if (at < 0) throw new Error(`${bug.file} has no \`${bug.code}\``);
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  return { first: line(at), last: line(at + bug.code.length) };
}

/** Errors and warnings that no planted bug accounts for. */
export function unplanted(findings: readonly ReportedFinding[]): ReportedFinding[] {
  const accounted = new Set(planted.map((bug) => findingFor(bug, findings)));
  return findings.filter((finding) => finding.severity !== 'info' && !accounted.has(finding));
}
