import type { Fix, ReportedFinding, Witness } from '../../report.js';
import type { RenderContext } from '../context.js';
import { frame } from '../frame.js';
import { isBroken, observations, type Observation, precisionsOf, type Precisions } from '../observations.js';
import { capitalised, inputText, inputType, proofText, verdictText } from '../words.js';
import { editsByFile } from '../patch.js';
import { codeFrame, diff } from './code.js';
import { html, prose, type Markup } from './markup.js';

/** A finding with everything that is known of it. Notes are folded: they are about what nobody wrote down. */
export function findingCard(finding: ReportedFinding, context: RenderContext): Markup {
  const { id, severity, rule, verdict, suppressed, message, file, expression, function: unit } = finding;
  const words = [rule, message, file, unit, expression].join(' ').toLowerCase();
  const classes = `finding ${severity}${suppressed === null ? '' : ' suppressed'}`;
  const data = html`class="${classes}" id="${id}" data-severity="${severity}" data-rule="${rule}"
  data-verdict="${verdict.status}" data-text="${words}"${suppressed !== null && html` data-suppressed`}`;
  if (severity !== 'info')
    return html`<article ${data}>
      <header>${heading(finding)}</header>
      ${content(finding, context)}
    </article> `;
  return html`<details ${data}>
    <summary>${heading(finding)}</summary>
    ${content(finding, context)}
  </details> `;
}

function heading(finding: ReportedFinding): Markup[] {
  const { id, severity, rule, verdict, start, function: unit, suppressed, danger } = finding;
  const badge = (tone: string, text: string): Markup => html`<span class="badge ${tone}">${text}</span>`;
  const place = `${unit === '<module>' ? '' : `${unit} `}${start.line}:${start.column}`;
  return [
    badge('', severity === 'info' ? 'note' : severity),
    html`<h3>${rule}</h3>`,
    badge(verdict.status === 'confirmed' ? 'confirmed' : 'plain', verdict.status.replace('-', ' ')),
    ...(suppressed === null ? [] : [badge('plain', `suppressed: ${suppressed.reason}`)]),
    ...(severity === 'info' ? [html`<span class="danger mono">if ${danger}</span>`] : []),
    html`<a class="where" href="#${id}">${place}</a>`,
  ];
}

function content(finding: ReportedFinding, { readText }: RenderContext): Markup {
  const { message, file, start, end, verdict, fixes, id } = finding;
  const text = readText(file);
  const shown = text === undefined ? undefined : frame(text, start, end);
  const replay = [html`<code>gradlint replay ${id}</code>`, html`<button type="button">Copy</button>`];
  return html`<p class="message">${prose(message)}</p>
    ${shown !== undefined && codeFrame(shown)} ${relatedPlaces(finding)}
    ${verdict.witness !== undefined && proof(verdict.witness, verdict.threshold)}
    ${fixes.map((fix) => fixPart(fix, readText))}
    <footer>
      <p>${capitalised(verdictText(finding))}.</p>
      ${verdict.status === 'confirmed' && html`<span class="replay">${replay}</span>`}
    </footer>`;
}

function relatedPlaces({ related, file }: ReportedFinding): Markup | undefined {
  if (related.length === 0) return undefined;
  const places = related.map((place) => {
    const where = place.file === file ? `line ${place.start.line}` : `${place.file}:${place.start.line}`;
    return html`<li><span class="mono">${where}</span> ${prose(place.message)}</li>`;
  });
  return html`<ul class="related">
    ${places}
  </ul>`;
}

function proof(witness: Witness, threshold: string | undefined): Markup {
  const inputs = witness.inputs.map(
    (input) => html`<li>${inputText(input)}<small>${inputType(input)}</small></li>`,
  );
  const none = html`<li>Any: it takes none.</li>`;
  return html`<div class="proof">
    <div>
      <h4>Input that breaks it</h4>
      <ul class="inputs">
        ${inputs.length === 0 ? none : inputs}
      </ul>
      ${threshold !== undefined && html`<p class="limit">${capitalised(threshold)}</p>`}
    </div>
    <div class="scroll">
      <h4>What comes out</h4>
      ${observed(observations(witness), precisionsOf(witness))}
    </div>
  </div>`;
}

function observed(seen: readonly Observation[], [computed, reference]: Precisions): Markup {
  const cell = (shown: string | undefined): Markup =>
    html`<td${isBroken(shown) && html` class="broken"`}>${shown}</td>`;
  const rows = seen.map((one) =>
    one.said === undefined
      ? html`<tr>
          <th scope="row">${one.name}</th>
          ${cell(one.computed)}${cell(one.reference)}
        </tr>`
      : html`<tr>
          <th scope="row">${one.name}</th>
          <td class="words" colspan="2">${one.said}</td>
        </tr>`,
  );
  const measured = seen.some(({ said }) => said === undefined);
  const titles =
    measured &&
    html`<thead>
      <tr>
        <th></th>
        <th scope="col">${computed}</th>
        <th scope="col">${reference}</th>
      </tr>
    </thead>`;
  return html`<table>
    ${titles}
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function fixPart({ title, edits, proof: proven }: Fix, readText: RenderContext['readText']): Markup {
  const diffs = editsByFile(edits).map(([file, inFile]) => {
    const text = readText(file);
    return text === undefined ? undefined : diff(text, inFile);
  });
  const said = proven === null ? 'not proven' : proofText(proven);
  return html`<div class="part">
    <h4>Fix</h4>
    <p>
      ${prose(title)} <span class="badge ${proven?.equal === true ? 'confirmed' : 'plain'}">${said}</span>
    </p>
    ${diffs}
  </div>`;
}
