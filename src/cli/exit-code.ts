import type { Report, Severity } from '../report/report.js';
import { active, isAtLeast } from '../report/render/order.js';

export interface Gate {
  readonly failOn: Severity | 'never';
  readonly maxWarnings?: number | undefined;
}

/** An incomplete audit may have missed what would fail it, so that comes first. */
export function exitCode(report: Report, { failOn, maxWarnings = Infinity }: Gate): 0 | 1 | 3 {
  if (report.problems.length > 0) return 3;
  const findings = active(report);
  const failing = failOn !== 'never' && findings.some(({ severity }) => isAtLeast(severity, failOn));
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return failing || warnings > maxWarnings ? 1 : 0;
}
