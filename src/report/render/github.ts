import type { Report, ReportedFinding } from '../report.js';
import { inRepository, type RenderContext } from './context.js';
import { observations, precisionsOf, type Observation, type Precisions } from './observations.js';
import { active, countBySeverity, worstFirst } from './order.js';
import { count, fixText, headline, inputText, verdictText } from './words.js';

/** How many annotations of a kind GitHub shows for one step; it drops the others without a word. */
const SHOWN_BY_GITHUB = 10;

/** Workflow commands that annotate the lines of a pull request, the worst first. Notes are no news to a reviewer. */
export function github(report: Report, { prefix, quiet }: RenderContext): string {
  const findings = worstFirst(active(report)).filter(
    ({ severity }) => severity === 'error' || (severity === 'warning' && !quiet),
  );
  const lines = findings.map((finding) => annotation(finding, prefix));
  for (const { file, message } of report.problems) {
    const place = file === '' ? '' : `file=${property(inRepository(prefix, file))},`;
    lines.push(`::error ${place}title=gradlint could not analyse this::${data(message)}`);
  }
  lines.push(headline(report), ...leftOut(findings, report.problems.length));
  return `${lines.join('\n')}\n`;
}

function annotation(finding: ReportedFinding, prefix: string): string {
  const { severity, file, start, end, rule } = finding;
  const place = [
    `file=${property(inRepository(prefix, file))}`,
    `line=${start.line}`,
    `endLine=${end.line}`,
    // GitHub takes columns only within one line.
    ...(start.line === end.line ? [`col=${start.column}`, `endColumn=${end.column}`] : []),
    `title=${property(`gradlint ${rule}`)}`,
  ];
  return `::${severity} ${place.join(',')}::${data(text(finding))}`;
}

function text(finding: ReportedFinding): string {
  const { message, verdict, fixes } = finding;
  const lines = [message, ''];
  if (verdict.witness !== undefined) {
    if (verdict.witness.inputs.length > 0)
      lines.push(`Input: ${verdict.witness.inputs.map(inputText).join(', ')}`);
    const precisions = precisionsOf(verdict.witness);
    lines.push(
      ...observations(verdict.witness).map((one) => `${one.name}: ${one.said ?? seen(one, precisions)}`),
    );
  }
  if (verdict.threshold !== undefined) lines.push(`Limit: ${verdict.threshold}`);
  lines.push(`Proof: ${verdictText(finding)}`, ...fixes.map((fix) => `Fix: ${fixText(fix)}`));
  return lines.join('\n');
}

const seen = ({ computed, reference }: Observation, precisions: Precisions): string =>
  [computed && `${computed} in ${precisions[0]}`, reference && `${reference} in ${precisions[1]}`]
    .filter(Boolean)
    .join(', ');

function leftOut(findings: readonly ReportedFinding[], problems: number): string[] {
  const counts = countBySeverity(findings);
  const hidden = [counts.error + problems, counts.warning].reduce(
    (sum, n) => sum + Math.max(0, n - SHOWN_BY_GITHUB),
    0,
  );
  if (hidden === 0) return [];
  return [
    `GitHub shows ${SHOWN_BY_GITHUB} annotations of a kind for one step: ${count(hidden, 'finding')} only in this log.`,
  ];
}

const data = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (value: string): string => data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
