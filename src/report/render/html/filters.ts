import type { Report, ReportedFinding } from '../../report.js';
import { SEVERITIES } from '../order.js';
import { html, type Markup } from './markup.js';

/** Everything is shown at first but what the source suppresses. */
export function filters(report: Report): Markup {
  const { findings } = report;
  const suppressed = findings.filter((finding) => finding.suppressed !== null).length;
  return html`<form class="filters" onsubmit="return false" aria-label="Filters">
    <input type="search" placeholder="Search findings" aria-label="Search findings" />
    <p class="shown" role="status"></p>
    ${group('severity', 'Severity', findings, ({ severity }) => severity, SEVERITIES)}
    ${group('verdict', 'Verdict', findings, ({ verdict }) => verdict.status)}
    ${group('rule', 'Rule', findings, ({ rule }) => rule)}
    ${
      suppressed > 0 &&
      html`<fieldset>
        <legend>Suppressed</legend>
        ${box('suppressed', 'show', suppressed, false)}
      </fieldset>`
    }
  </form>`;
}

function group(
  name: string,
  legend: string,
  findings: readonly ReportedFinding[],
  valueOf: (finding: ReportedFinding) => string,
  order: readonly string[] = [],
): Markup | undefined {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(valueOf(finding), (counts.get(valueOf(finding)) ?? 0) + 1);
  const values = [...counts.keys()].sort(
    (a, b) => order.indexOf(a) - order.indexOf(b) || counts.get(b)! - counts.get(a)!,
  );
  if (values.length === 0) return undefined;
  return html`<fieldset>
    <legend>${legend}<button type="button">none</button></legend>
    ${values.map((value) => box(name, value, counts.get(value)!, true))}
  </fieldset>`;
}

const box = (name: string, value: string, count: number, checked: boolean): Markup =>
  html`<label
    ><input type="checkbox" name="${name}" value="${value}" ${checked && html` checked`} /><span
      >${value === 'info' ? 'note' : value}</span
    ><span class="tally">${count}</span></label
  >`;
