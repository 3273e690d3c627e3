import type { Precondition, Report, ReportedFinding } from '../report.js';
import type { RenderContext } from './context.js';
import { filters } from './html/filters.js';
import { findingCard } from './html/finding.js';
import { html, Markup } from './html/markup.js';
import { script } from './html/script.js';
import { style } from './html/style.js';
import { active, byFile, countBySeverity } from './order.js';
import { count, duration, headline, scope, tally } from './words.js';

/** One file that needs nothing else: to be kept with a release, sent around, opened in years. */
export function htmlReport(report: Report, context: RenderContext): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>gradlint: ${headline(report)}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${head(report)}
        <div class="body">
          ${filters(report)}
          <main>
            ${problems(report)}
            ${report.findings.length === 0 ? clean(report) : byFile(report.findings).map(([file, findings]) => fileSection(file, findings, context))}
            <div class="nothing filtered" hidden>
              <b>No finding fits these filters.</b>Widen them on the left.
            </div>
            ${preconditionList(report.preconditions ?? [])}
          </main>
        </div>
        <script>
          ${new Markup(script)};
        </script>
      </body>
    </html> `;
  return page.source;
}

function head(report: Report): Markup {
  const { summary, tool, root, problems: found } = report;
  const counts = countBySeverity(active(report));
  const tile = (value: number | string, label: string, tone: string): Markup =>
    html`<div class="tile ${value === 0 ? '' : tone}">
      <b>${typeof value === 'number' ? value.toLocaleString('en-US') : value}</b><span>${label}</span>
    </div>`;
  return html`<header class="head">
    <div class="brand">
      <b><i>∇</i>gradlint</b><span>${tool.version}</span><span class="mono">${root}</span>
    </div>
    <h1>${title(report)}</h1>
    <p>${scope(report)}, read in ${duration(summary.elapsedMs)}</p>
    <div class="tiles">
      ${tile(counts.error, counts.error === 1 ? 'error' : 'errors', 'error')}
      ${tile(counts.warning, counts.warning === 1 ? 'warning' : 'warnings', 'warning')}
      ${tile(counts.info, counts.info === 1 ? 'note' : 'notes', 'info')}
      ${tile(summary.confirmed, 'confirmed by running', 'good')}
      ${tile(`${summary.tensorFiles} / ${summary.files}`, 'files with TensorFlow.js', '')}
      ${found.length > 0 && tile(found.length, 'not analysed', 'warning')}
    </div>
  </header>`;
}

function title(report: Report): string {
  const findings = active(report).filter(({ severity }) => severity !== 'info');
  if (findings.length > 0) {
    const shapes = findings.filter(({ category }) => category === 'shape').length;
    const numbers = findings.length - shapes;
    const parts = [
      numbers === 0 ? '' : `${count(numbers, 'place')} where numbers break`,
      shapes === 0 ? '' : `${shapes} where shapes do`,
    ];
    return parts.filter(Boolean).join(', ');
  }
  if (report.problems.length > 0) return 'The audit is incomplete';
  return 'Nothing breaks here';
}

function problems({ problems: found }: Report): Markup | undefined {
  if (found.length === 0) return undefined;
  return html`<section class="problems">
    <h2>The audit is incomplete</h2>
    <ul>
      ${found.map(
        ({ file, message }) => html`<li>${file !== '' && html`<code>${file}</code>: `}${message}</li>`,
      )}
    </ul>
  </section>`;
}

function preconditionList(preconditions: readonly Precondition[]): Markup | undefined {
  if (preconditions.length === 0) return undefined;
  return html`<details class="preconditions">
    <summary>${count(preconditions.length, 'precondition')} of functions, which callers have to keep</summary>
    <table>
      ${preconditions.map(
        ({ function: name, requires, file, start }) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td><code>${requires}</code></td>
            <td class="mono">${file}:${start.line}</td>
          </tr>`,
      )}
    </table>
  </details>`;
}

const clean = (report: Report): Markup =>
  html`<div class="nothing"><b>Nothing found.</b>${scope(report)}.</div>`;

function fileSection(file: string, findings: readonly ReportedFinding[], context: RenderContext): Markup {
  const shown = findings.filter(({ suppressed }) => suppressed === null);
  return html`<section class="file">
    <h2>${file} <span>${tally(shown)}</span></h2>
    ${findings.map((finding) => findingCard(finding, context))}
  </section> `;
}
