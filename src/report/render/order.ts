import type { Report, ReportedFinding, Severity } from '../report.js';

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

export const active = (report: Report): ReportedFinding[] =>
  report.findings.filter((finding) => finding.suppressed === null);

export const countBySeverity = (findings: readonly ReportedFinding[]): Record<Severity, number> => {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
};

/** At or above: an error is at or above a warning. */
export const isAtLeast = (severity: Severity, threshold: Severity): boolean =>
  RANK[severity] <= RANK[threshold];

/** As a file is read: by path, then from top to bottom. */
export function inFileOrder(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return [...findings].sort((a, b) => compareText(a.file, b.file) || comparePlace(a, b));
}

/** Errors before warnings, and what was confirmed before what was not. */
export function worstFirst(findings: readonly ReportedFinding[]): ReportedFinding[] {
  const rank = ({ severity, verdict }: ReportedFinding): number =>
    2 * RANK[severity] + (verdict.status === 'confirmed' ? 0 : 1);
  return inFileOrder(findings).sort((a, b) => rank(a) - rank(b));
}

export function byFile(findings: readonly ReportedFinding[]): [file: string, findings: ReportedFinding[]][] {
  const groups = new Map<string, ReportedFinding[]>();
  for (const finding of inFileOrder(findings)) {
    groups.set(finding.file, [...(groups.get(finding.file) ?? []), finding]);
  }
  return [...groups];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const comparePlace = (a: ReportedFinding, b: ReportedFinding): number =>
  a.start.line - b.start.line || a.start.column - b.start.column || compareText(a.rule, b.rule);

/** Findings silenced by a comment that does not say why. */
export const withoutReason = (report: Report): number =>
  report.findings.filter(({ suppressed }) => suppressed?.reason === 'no reason given').length;
